"""A call is logged at the same cost on a desk with a year of history as on an empty one: counted, not timed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from svc.domain.entry import Entry
from svc.store.files.ledger import FileLedger
from tests.conftest import Svc

pytestmark = pytest.mark.long  # a year of entries

# Every look at the clock is a second later than the one before: what is looked up must not depend on that.
COUNTED = """
import itertools, sys, time
ticking = itertools.count(int(time.time()))
time.time = lambda: float(next(ticking))
from svc.cli import main
sys.argv = ["svc", *sys.argv[1:]]
try:
    main()
finally:
    print(open("/proc/self/io").read(), file=sys.stderr)
"""
CHINA = timezone(timedelta(hours=8))
MONTHS, A_MONTH = 12, 800


def read_by(svc: Svc, line: str) -> int:
    """Bytes that a command reads, from files and caches alike."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, *shlex.split(line)], env=svc.environ, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr
    found = re.search(r"rchar: (\d+)", done.stderr)
    assert found
    return int(found[1])


def a_year(desk: Path) -> None:
    """Calls with their replies, all closed, recorded month by month through the store."""
    ledger = FileLedger(desk / "data")
    for n in range(MONTHS):
        start = datetime(2025 + (n + 9) // 12, (n + 9) % 12 + 1, 1, 9, tzinfo=CHINA)
        entries = []
        for k in range(A_MONTH):
            at, id = start + timedelta(minutes=10 * k), f"C{start:%y%m}-{k + 1:04d}"
            fields = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": f"boom drifts, case {k}"}
            entries.append(Entry("call", "log", id, at, at, "S01", fields))
            entries.append(Entry("call", "reply", id, at + timedelta(hours=1), at, "S01", {"text": "tomorrow"}))
            entries.append(Entry("call", "close", id, at + timedelta(hours=2), at, "S01", {}))
        with ledger.lock():
            ledger.append(entries, start + timedelta(days=27))


@pytest.fixture
def year(staffed: Path, tmp_path: Path) -> Svc:
    """The department's desk with a year of calls."""
    desk = Svc(shutil.copytree(staffed, tmp_path / "year"))
    a_year(desk.desk)
    desk("ledger rebuild")
    return desk


COST = {
    "call log --channel phone --from 13800000001 --kind repair --summary x": 250_000,
    "check": 250_000,
    "customer show 138-0000-0001": 1_000_000,  # the card looks up the customer's latest thirty calls
    "search drifts": 1_500_000,  # among the latest three hundred of each ledger
    "undo --dry-run": 250_000,
    "call list --open": 250_000,
    "audit month 2026-12 --json": 1_000_000,  # a month in which nothing happened
}
"""How many bytes more a command may read where there is a year."""


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the kernel does not count")
def test_cost_does_not_follow_the_history(svc: Svc, year: Svc) -> None:
    history = sum(p.stat().st_size for p in (year.desk / "data").rglob("*.csv"))
    assert history > 3_000_000, "no history to speak of: the test would not bite"
    too_much = {}
    for line, most in COST.items():
        for desk in (svc, year):
            read_by(desk, line)  # the first one on a desk compiles and caches
        empty_bytes, full_bytes = read_by(svc, line), read_by(year, line)
        if full_bytes - empty_bytes >= most:
            too_much[line] = empty_bytes, full_bytes
    assert too_much == {}


OPEN = 3000


def many_open(desk: Path) -> None:
    """Calls of another customer that nobody answered, each with a visit that is still to come."""
    ledger, start = FileLedger(desk / "data"), datetime(2026, 10, 1, 9, tzinfo=CHINA)
    calls, visits = [], []
    for k in range(OPEN):
        at, call = start + timedelta(minutes=k), f"C2610-{k + 1:04d}"
        fields = {"channel": "phone", "from": "CU0002", "kind": "repair", "summary": f"boom drifts, case {k}", "needs_service": True}
        calls.append(Entry("call", "log", call, at, at, "S01", fields))
        sent = {"call": call, "staff": "S02", "promised": at + timedelta(days=1), "purpose": "repair"}
        visits.append(Entry("visit", "dispatch", f"V2610-{k + 1:04d}", at, at, "S01", sent))
    with ledger.lock():
        ledger.append([*calls, *visits], start + timedelta(days=27))


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the kernel does not count")
def test_a_card_does_not_follow_what_is_open_of_others(svc: Svc, tmp_path: Path) -> None:
    svc("customer add --name Others --phone 138-0000-0002")
    full = Svc(shutil.copytree(svc.desk, tmp_path / "full"))
    many_open(full.desk)
    full("ledger rebuild")
    line, cost = "customer show 138-0000-0001", {}
    for desk in (svc, full):
        desk("call log --channel phone --from 13800000001 --kind repair --summary x")
        read_by(desk, line)
        cost[desk.desk] = read_by(desk, line)
    assert len(full("customer show CU0002 --json").json["open"]["visits"]) == OPEN, "nothing is open: the test would not bite"
    assert cost[full.desk] - cost[svc.desk] < 300_000, cost
