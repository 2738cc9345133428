"""A kill, or an error of the disk, at every system call that touches the desk (injected by strace)."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from svc.store.files.disk_fault import suspects
from svc.store.files.ledger import FileLedger
from svc.store.files.verify import NO_NEWLINE, TORN, problems
from tests.conftest import Svc
from tests.faults.clerks import CLERK, IN_PYTHON, MISSED, check, fresh, made, run, stored
from tests.faults.sizes import size, tally

pytestmark = pytest.mark.long  # a process under strace for every call

_LINE = re.compile(r"^(?:[0-9]+ +)?([a-z0-9_]+)\(")
SPOILT = ("EIO", "ENOSPC")
ERRORS = {
    *("write", "pwrite64", "fsync", "openat", "pread64", "read", "ftruncate", "rename", "renameat"),
    *("unlink", "unlinkat", "mkdir", "fchmod", "flock", "newfstatat"),
}
"""Calls that a failing disk answers with an error; the others are killed at only. Not `close`: all is synced by then."""


class Point(NamedTuple):
    """The n-th call of that name."""

    name: str
    number: int


def points(command: list[str], about: str, log: Path, environ: dict[str, str]) -> list[Point]:
    """The system calls of a command that name `about`, in order, from one run under strace."""
    subprocess.run(
        ["strace", "-f", "-y", "-qq", "-o", str(log), *command], env=environ, capture_output=True, check=True
    )
    counts: dict[str, int] = {}
    found = []
    for line in log.read_text("utf-8", "replace").split("\n"):
        match = _LINE.match(line)
        if match:
            counts[match[1]] = counts.get(match[1], 0) + 1
            if about in line:
                found.append(Point(match[1], counts[match[1]]))
    return found


def under(point: Point, what: str) -> list[str]:
    """The words that make strace inject `what` there."""
    return [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={point.name}",
        "-e",
        f"inject={point.name}:{what}:when={point.number}",
    ]


def strikes(found: list[Point]) -> list[tuple[Point, str]]:
    """Every call with a kill, and with each error where the disk may give it."""
    kills = [(point, "signal=KILL") for point in found]
    return kills + [(point, f"error={error}") for point in found if point.name in ERRORS for error in SPOILT]


def _some_of_each(strikes: list[tuple[Point, str]], many: int) -> list[tuple[Point, str]]:
    """So many strikes of each kind at each call, by chance that is the same every time."""
    kinds: dict[tuple[str, str], list[tuple[Point, str]]] = {}
    for point, what in strikes:
        kinds.setdefault((point.name, what), []).append((point, what))
    pick = random.Random(3)
    return [one for kind in kinds.values() for one in pick.sample(kind, min(many, len(kind)))]


@pytest.fixture(autouse=True)
def strace(tmp_path: Path) -> None:
    """Only where strace is there and may trace."""
    if not shutil.which("strace"):
        pytest.skip("no strace")
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True)
    if tried.returncode:
        pytest.skip("this machine does not let strace trace")


def test_a_clerk_struck_at_every_call(tmp_path: Path) -> None:
    template = made(tmp_path)
    before = stored(template)
    environ = {**os.environ, "PYTHONHASHSEED": "0"}
    struck = {"kill": 0, "error": 0, "missed": 0}

    def strike(n: int, point: Point, what: str, arguments: tuple[object, ...]) -> None:
        data = fresh(template, tmp_path / f"trial{n % 4}" / f"{n}" / "data")
        answer = run(data, *arguments, under=under(point, what))
        killed = what == "signal=KILL"
        if answer.complaint == MISSED or (killed and answer.code == 0):  # Python made a call more or fewer than when counted
            struck["missed"] += 1
            return
        if killed:
            assert answer.code in (-signal.SIGKILL, 128 + signal.SIGKILL), answer
            struck["kill"] += 1
        else:
            assert answer.code in (0, 3, 5, 6) and (answer.code == 0 or answer.complaint.strip()), answer
            struck["error"] += 1
        marked = bool(suspects(data))
        check(data, before, answer, [f"{letter}2611-{number:04}" for number in (700, 701, 702) for letter in "CR"])
        shutil.rmtree(data)
        tally("system calls injected", tried=1, kills=killed, errors=not killed, suspect=marked)

    for arguments in size(
        ((700, 1, "both"),), ((700, 1), (700, 2, "both"), (700, 1, "both"), (700, 2), (700, 3, "both"))
    ):
        data = fresh(template, tmp_path / "trial/data")
        found = points([*CLERK, str(data), *map(str, arguments)], str(tmp_path), tmp_path / "log", environ)
        assert len(found) > 40, "the suite did not bite"
        chosen = strikes(found)
        if size(True, False):
            chosen = _some_of_each(chosen, 2)
        with ThreadPoolExecutor(size(1, 4)) as pool:
            list(pool.map(lambda job: strike(job[0], *job[1], arguments), enumerate(chosen)))  # noqa: B023
    assert struck.pop("missed") <= (struck["kill"] + struck["error"]) // 10 + 1
    assert struck["kill"] >= size(2, 150) and struck["error"] >= size(2, 250), "the suite did not bite"


LINES = (
    "call log --channel phone --from 13800000002 --kind consult --summary struck",
    "customer add --name Struck --phone 138-0000-0009",
    "call log --channel phone --from 13800000001 --kind repair --summary struck --needs-service",
)


def test_the_program_struck_at_every_call(svc: Svc, tmp_path: Path) -> None:
    svc(LINES[0])
    before = _all(svc.desk)
    struck = answered = 0
    environ = {**svc.environ, "PYTHONHASHSEED": "0"}

    def strike(n: int, point: Point, what: str, line: str) -> bool:
        desk = Svc(fresh(svc.desk, tmp_path / "trials" / f"{n}" / "desk"))
        done = subprocess.run(
            [*under(point, what), sys.executable, "-m", "svc", *line.split(" ")],
            env={**environ, "SVC_DESK": str(desk.desk)}, capture_output=True, text=True,
        )  # fmt: skip
        if IN_PYTHON.search(done.stderr):  # see clerks.MISSED
            shutil.rmtree(desk.desk)
            return False
        assert "Traceback" not in done.stderr, (point, what, done.stderr)
        if done.returncode not in (0, -signal.SIGKILL, 128 + signal.SIGKILL):
            assert done.stderr.startswith("svc: error: ") and "hint: " in done.stderr, (point, what, done.stderr)
        if done.returncode == 5:
            desk("ledger repair --yes")
        after = _all(desk.desk)
        assert before <= after, (point, what)
        told = done.stdout.split(" ")[0]
        assert not told or told in {id for _, id in after}, (point, what, done)
        if n % 8 == 0:
            again = desk.run(*line.split(" "))
            assert again.code == 0 or "registered already" in again.err, (point, what, again)
            assert desk("ledger verify").code == 0
        else:  # the same without starting the program
            ledger = FileLedger(desk.desk / "data")
            with ledger.lock():
                assert {problem.what for problem in problems(ledger)} <= {TORN, NO_NEWLINE}, (point, what)
        shutil.rmtree(desk.desk)
        tally("system calls injected", tried=1, commands=1, answered=bool(told))
        return bool(told)

    for line in size(LINES[:1], LINES):
        desk = fresh(svc.desk, tmp_path / "counted" / "desk")
        found = points(
            [sys.executable, "-m", "svc", *line.split(" ")],
            str(tmp_path / "counted"),
            tmp_path / "log",
            {**environ, "SVC_DESK": str(desk)},
        )
        assert len(found) > 60, "the suite did not bite"
        chosen = strikes(found)
        chosen = random.Random(4).sample(chosen, min(len(chosen), size(5, 300)))
        with ThreadPoolExecutor(size(1, 4)) as pool:
            results = list(pool.map(lambda job: strike(job[0], *job[1], line), enumerate(chosen)))  # noqa: B023
        struck += len(results)
        answered += sum(results)
    assert struck >= size(5, 600) and answered >= size(0, 1), "the suite did not bite"


def _all(desk: Path) -> set[tuple[str, str]]:
    ledger = FileLedger(desk / "data")
    return {(one.entry.event, one.entry.id) for noun in ("call", "visit", "report") for one in ledger.read(noun)} | {
        ("register", line.split(",")[0])
        for line in (desk / "data/registers/customers.csv").read_text("utf-8-sig").split("\n")[1:]
        if line
    }
