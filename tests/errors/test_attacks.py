"""What somebody might try, or do by mistake, at the shipped desk: each is answered, and nothing is lost or overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.errors.many import Line, many
from tests.faults.sizes import tally

ROOT = Path(__file__).parents[2]
OWN = "the desk's own"
LOG = ["call", "log", "--channel", "phone", "--from", "CU0002", "--kind", "repair"]


@pytest.fixture
def shipped(tmp_path: Path) -> Svc:
    """A copy of the shipped desk."""
    desk = tmp_path / "desk"
    shutil.copytree(ROOT / "data", desk / "data", ignore=shutil.ignore_patterns(".svc"))
    shutil.copy(ROOT / "rules.yaml", desk)
    return Svc(desk)


def refusals(desk: Path) -> list[tuple[list[str], str | None, int, str]]:
    """Command lines, what they get on stdin, the exit code, and a word of the answer."""
    data, rules = str(desk / "data"), str(desk / "rules.yaml")
    entry = '{"ledger":"%s","event":"%s","id":"%s","at":"2026-10-31T09:00:00+08:00","by":"S05"%s}\n'
    return [
        # files of the desk are written by the store alone
        (["ledger", "export", "--format", "xlsx", "-o", f"{data}/calls/2026-10.csv"], None, 2, OWN),
        (["ledger", "export", "--format", "parquet", "-o", f"{data}/new"], None, 2, OWN),
        (["report", "form", "V2610-0002", "-o", rules], None, 2, OWN),
        (["report", "form", "V2610-0002", "-o", f"{data}/../data/registers/x.pdf"], None, 2, OWN),
        (["audit", "month", "2026-10", "--out", f"{data}/x.md"], None, 2, OWN),
        (["customer", "import", "-", "--save-map", f"{data}/x.yaml"], "name\nx\n", 2, OWN),
        (["init", f"{data}/new"], None, 2, OWN),
        (["ledger", "import", "-", "--rejects", f"{data}/x.jsonl"], "{}\n", 2, "overwrite"),
        (["ledger", "import", "-", "--rejects", data], "{}\n", 2, "overwrite"),  # `-` is standard output
        # files that never end, or are none
        (["staff", "key", "add", "S02", "--file", "/dev/zero"], None, 2, "larger than 64 KiB"),
        (["report", "close", "V2610-0002", "--from", "/dev/zero"], None, 2, "larger than 1024 KiB"),
        (["ledger", "import", "-", "--map", "/dev/zero"], "a\n1\n", 2, "larger than 1024 KiB"),
        (["check", "--notify", "@/dev/zero"], None, 2, "larger than 1024 KiB"),
        (["rules", "replay", "/dev/zero", "--from", "2026-09", "--to", "2026-10"], None, 2, "no file"),
        (["staff", "key", "add", "S02", "--file", "/etc/passwd"], None, 2, "no single public key"),
        # what was typed is not lost without a word
        ([*LOG, "--summary", "first", "--summary", "second"], None, 2, "--summary is given twice"),
        ([*LOG, "--summary=first", "--at=15:00", "--summary=second"], None, 2, "--summary is given twice"),
        (["customer", "add", "--name", "a", "--name", "b"], None, 2, "--name is given twice"),
        (["call", "list", "--month", "2026-10", "--month", "2026-09"], None, 2, "--month is given twice"),
        (["rules", "set", "late_arrival", "200", "--from", "2026-12-01", "--from", "2026-12-02"], None, 2, "--from is given twice"),
        (["--as", "S01", "--as", "S02", "today"], None, 2, "--as is given twice"),
        (["--site", "BJ", "--site=-", "call", "list"], None, 2, "--site is given twice"),
        # a variable of a script that was never set
        (["--as", "", "today"], None, 2, "--as: nothing is named"),
        (["--desk", " ", "today"], None, 2, "--desk: nothing is named"),
        (["init", ""], None, 2, "DIR: nothing is named"),
        # what the library of the command line complains of, in our words
        (["call", "list", "--last", "0"], None, 2, "--last 0: a whole number is wanted, from 1 to 999999"),
        (["call", "list", "--last", "x"], None, 2, "--last x: a whole number is wanted, from 1 to 999999"),
        (["call", "show", "C1", "C2(3)"], None, 2, "too many words: C2(3)"),
        # bytes that are no text, wherever they stand; what a terminal would obey
        (["customer", "show", "\udcff"], None, 2, "no UTF-8"),
        (["--as", "\udcff", "today"], None, 2, "no UTF-8"),
        (["finding", "show", "late_arrival/\udcff"], None, 2, "is no finding id"),
        (["audit", "month", "\udcff"], None, 2, "is no month"),
        (["call", "list", "--\u202e"], None, 2, r"--\u202e"),
        (["call", "list", "--\x1b[2J"], None, 2, r"--\x1b[2J"),
        # registers
        (["customer", "edit", "CU0001", "--name", ""], None, 2, "cannot be left empty"),
        (["customer", "edit", "CU0001", "--name", " "], None, 2, "nothing but blanks"),
        (["customer", "show", "'; drop table entry; --"], None, 4, "no customer"),
        (["customer", "erase", "*", "--reason", "x"], None, 4, "nobody is registered"),
        # ledgers by the back door
        (["ledger", "import", "-"], entry % ("access", "erase", "A2610-0001", ',"customer":"CU0001","reason":"x"'), 2, "made by the commands"),
        (["ledger", "import", "-"], entry % ("finding", "waive", "late_arrival/V2610-0003", ',"reason":"x"'), 3, "may not waive"),
        (["ledger", "import", "-"], entry % ("return", "approve", "T2610-0002", ""), 3, "may not approve"),
        (["ledger", "import", "-"], '{"ledger":"staff","event":"add","id":"S01","name":"x","role":"clerk"}\n', 4, "other values"),
        (["ledger", "import", "-"], "\n\n", 2, "empty"),
        (["ledger", "import", f"{data}/calls/2026-10.csv"], None, 2, "hint: "),
        (["rules", "check", "/"], None, 2, "no file"),
        (["finding", "show", "late_arrival/../../etc"], None, 2, "is no finding id"),
        (["call", "reply", "C2610-0001; rm -rf /", "--text", "x"], None, 2, "is no call id"),
        (["desk", "protect", "--account", "root; rm -rf /"], None, 2, "--account"),
        (["--lang", "zh", "today", "--every", "0"], None, 2, "--every 0：应为 1 到 86400 的整数"),
    ]  # fmt: skip


def contents(desk: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in desk.rglob("*") if p.is_file() and ".svc" not in p.parts}


def test_what_is_refused_changes_nothing(shipped: Svc) -> None:
    tried = refusals(shipped.desk)
    before = contents(shipped.desk)
    lines: list[Line] = [(words, given) for words, given, _, _ in tried]
    for (words, _, code, said), done in zip(tried, many(shipped, lines), strict=True):
        assert (done.code, said in done.err) == (code, True), (words, done)
        assert "svc: " in done.err and ("hint: " in done.err or "提示：" in done.err), (words, done)
        assert not any("\ud800" <= c <= "\udfff" or c in "\x1b\u202e" for c in done.err), (words, done)
        tally("wrong inputs", tried=1)
    assert contents(shipped.desk) == before


def test_what_is_taken_is_said(svc: Svc) -> None:
    past = svc("call log --channel phone --from CU0001 --kind repair --summary x --due 2026-01-05T10:00 --at 2026-01-06T10:00")
    assert "due Mon 2026-01-05 10:00 lies before" in past.err
    assert svc("rules set late_arrival 200 --from 2026-12-01 --basis first").out
    again = svc("rules set late_arrival 200 --from 2026-12-01 --basis second")
    assert "nothing changed" in again.out and "second" not in (svc.desk / "rules.yaml").read_text("utf-8")
    assert svc("audit month 2026-10 --out x.md").code == 0  # beside the rules is no part of the desk


def test_somebody_is_left_who_may(bare: Svc) -> None:
    for change in ("--role technician", "--left 2026-01-01"):
        refused = bare(f"staff edit S01 {change}", code=4)
        assert "nobody would be left" in refused.err
    bare("staff add --name Other --role gm")
    assert bare("staff edit S01 --role technician").code == 0
