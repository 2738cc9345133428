"""Writes that are short, torn by a kill at any byte, or refused half way; a limit on the size of files."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from svc.store.files.disk_fault import suspects
from svc.store.files.ledger import FileLedger
from svc.store.files.verify import problems
from tests.faults.clerks import check, fresh, made, run, stored
from tests.faults.sizes import size, tally

pytestmark = pytest.mark.long  # a process for every write that is torn

ROW = 165
"""Bytes of a row of the clerk, roughly."""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library that spoils writes, compiled."""
    if not shutil.which("gcc"):
        pytest.skip("no gcc to compile the library that tears writes")
    library = tmp_path_factory.mktemp("shim") / "torn.so"
    source = Path(__file__).with_name("torn_writes.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    return str(library)


def cases() -> list[str]:
    dice = random.Random(5)
    short = [f"short:{k}" for k in (1, 7, 160)]
    torn = [f"torn:{n}:{k}" for n in (1, 2) for k in range(0, ROW + 140, 1)]
    full = [f"full:{n}:{k}" for n in (1, 2) for k in range(0, ROW, 2)]
    sync = [f"sync:{n}" for n in (1, 2, 3)]
    return short + size(dice.sample(torn, 5) + dice.sample(full, 3), torn + full) + size(sync[:2], sync)


def test_every_spoilt_write_leaves_whole_rows_and_the_truth(shim: str, tmp_path: Path) -> None:
    template = made(tmp_path)
    before = stored(template)
    outcomes: dict[str, int] = {}
    for n, fault in enumerate(cases()):
        for file in size(("/calls/",), ("/calls/", "/reports/")) if not fault.startswith("short") else ("/data/",):
            data = fresh(template, tmp_path / "trial/data")
            both = ["both"] if n % 2 or file == "/reports/" else []
            answer = run(data, 500, 3, *both, LD_PRELOAD=shim, FAULT=fault, FAULT_FILE=file)
            kind = fault.partition(":")[0]
            if kind == "short":
                assert answer.code == 0 and len(answer.told) in (3, 6)
            elif kind == "torn":
                assert answer.code == -signal.SIGKILL
            elif kind == "full":
                assert (
                    answer.code == 6 and "disk full" in answer.complaint and "nothing was written" in answer.complaint
                )
            elif answer.code:
                assert answer.code == 5 and "not confirmed" in answer.complaint and suspects(data)
            asked = [f"{letter}2611-{number:04}" for number in range(500, 503) for letter in "CR"]
            check(data, before, answer, asked)
            outcomes[kind] = outcomes.get(kind, 0) + 1
    assert outcomes["torn"] >= size(4, 500) and outcomes["full"] >= size(3, 160), "the suite did not bite"
    tally("torn and short writes", tried=sum(outcomes.values()), **outcomes)


def test_an_fsync_that_fails_is_not_tried_again(shim: str, tmp_path: Path) -> None:
    data = made(tmp_path)
    before = stored(data)
    first = run(data, 500, 3, LD_PRELOAD=shim, FAULT="sync:1", FAULT_FILE="/calls/")
    assert (first.code, first.told) == (5, ()) and "not confirmed" in first.complaint
    assert list(suspects(data)) == ["calls/2026-12.csv"] and stored(data) == before
    second = run(data, 600, 1)
    assert (second.code, second.told) == (5, ()) and "svc ledger repair" in second.complaint
    check(data, before, first, ["C2611-0500"])


def test_a_limit_on_the_size_of_files_takes_nothing_away(tmp_path: Path) -> None:
    template = made(tmp_path)
    before, now = stored(template), (template / "calls/2026-12.csv").stat().st_size
    hit = 0
    for room in range(now - 5, now + 3 * ROW, size(150, 4)):
        data = fresh(template, tmp_path / "trial/data")
        answer = run(data, 500, 3, limit=lambda room=room: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))  # type: ignore[misc]
        assert answer.code in (0, 6)
        if answer.code:
            hit += 1
            assert "nothing was written" in answer.complaint
            assert list(problems(FileLedger(data))) == []
        check(data, before, answer, [f"C2611-{n:04}" for n in range(500, 503)])
    assert hit >= size(2, 100), "the suite did not bite"
    tally("torn and short writes", tried=hit, **{"size limits": hit})
