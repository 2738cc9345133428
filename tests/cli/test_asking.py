"""On a terminal a missing value is asked for, a wrong answer is asked for again, and nothing typed is lost."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time

from tests.conftest import Svc, this_month


def typed(svc: Svc, line: str, answers: list[str]) -> tuple[int, str]:
    """Run on a terminal of its own and type the answers, each after its question."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "svc", *line.split(" ")],
        env={**svc.environ, "TERM": "dumb"}, stdin=slave, stdout=slave, stderr=slave,
    )  # fmt: skip
    os.close(slave)
    out = b""
    for answer in answers:
        out += _until_quiet(master)
        os.write(master, f"{answer}\n".encode())
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(master)
    return process.wait(120), out.decode("utf-8", "replace")


def _until_quiet(master: int) -> bytes:
    """What is printed up to a question: it ends in a colon and a blank."""
    out, ends = b"", time.monotonic() + 120
    while not out.endswith(b": ") and time.monotonic() < ends:
        out += os.read(master, 4096)
    return out


def test_a_wrong_answer_is_asked_for_again(svc: Svc) -> None:
    # who, which machine, what about (twice), in which words, does somebody go, until when, record
    code, out = typed(svc, "call log", ["138-0000-0001", "", "mend", "repair", "boom drifts", "y", "", ""])
    assert code == 0 and "expected one of consult, repair" in out
    assert svc("call list --json").json[0]["summary"] == "boom drifts"


def test_what_was_answered_stands_in_the_line_to_repeat(svc: Svc) -> None:
    code, out = typed(svc, "complaint verify K9", ["upheld", "two witnesses"])
    assert code == 4 and "repeat: svc complaint verify K9 --upheld --reason 'two witnesses'" in out


def test_without_a_terminal_nothing_is_asked(svc: Svc) -> None:
    assert "missing: --from" in svc("call log --channel phone --kind repair --summary x", 2).err


def test_where_nobody_can_answer_the_receipt_comes_first_and_notes_follow(svc: Svc) -> None:
    svc("customer add --name Elsewhere --phone 138-0000-0077")
    line = "call log --channel phone --from 138-0000-0077 --kind repair --machine SN-1 --summary x --needs-service"
    environ = {name: value for name, value in svc.environ.items() if name != "PYTHONUNBUFFERED"}  # as people have it
    done = subprocess.run(
        [sys.executable, "-m", "svc", *line.split()], env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    first, *notes = done.stdout.splitlines()
    assert first.startswith(this_month("C2611-0001  ")) and any("SN-1 is registered for Works" in note for note in notes), done.stdout
