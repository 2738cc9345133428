"""Many at once: nothing is lost, nothing is there twice, and what was confirmed first stands first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from svc.store.files.ledger import FileLedger
from svc.store.files.verify import problems
from tests.faults.sizes import size, tally


class Told(NamedTuple):
    """A receipt as a clerk got it."""

    id: str
    file: str
    offset: int
    asked: int
    told: int


def out_of_order(receipts: list[Told]) -> list[tuple[str, str]]:
    """Pairs of which the second was asked for after the first was confirmed, but stands before it. O(n log n).

    In the order of the file, no entry may have been confirmed before one that stands ahead of it was asked for.
    """
    wrong, latest = [], None
    for one in sorted(receipts, key=lambda r: (r.file, r.offset)):
        if latest is not None and latest.file == one.file and one.told < latest.asked:
            wrong.append((one.id, latest.id))
        if latest is None or latest.file != one.file or one.asked > latest.asked:
            latest = one
    return wrong


def test_the_check_of_the_order_sees_what_is_out_of_order() -> None:
    good = [Told("a", "f", 0, 1, 4), Told("b", "f", 10, 2, 3), Told("c", "f", 20, 5, 6)]
    assert out_of_order(good) == []
    assert out_of_order([*good, Told("d", "f", 30, 0, 1)]) == [("d", "c")]
    assert out_of_order([Told("a", "f", 10, 1, 2), Told("b", "f", 0, 3, 4)]) == [("a", "b")]


def test_many_clerks_in_order(tmp_path: Path) -> None:
    clerks, each = size((6, 40), (16, 1_050))
    ledger = FileLedger.create(tmp_path / "data")
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.faults.clerk",
                str(ledger.data),
                str(who * each + 1),
                str(each),
                *(["both"] if who % 4 == 0 else []),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in range(clerks)
    ]
    receipts = []
    for process in processes:
        out = process.communicate()[0]
        assert process.returncode == 0
        for line in out.split("\n")[:-1]:
            id, file, *numbers = line.split(" ")
            receipts.append(Told(id, file, *map(int, numbers)))
    stored = {(one.entry.id, one.file, one.offset) for noun in ("call", "report") for one in ledger.read(noun)}
    count = sum(1 for noun in ("call", "report") for _ in ledger.read(noun))
    assert {(r.id, r.file, r.offset) for r in receipts} == stored
    assert len(receipts) == count == clerks * each + -(-clerks // 4) * each
    assert out_of_order(receipts) == []
    overlapping = sum(a.told > b.asked for a, b in zip(receipts, receipts[each:], strict=False))
    assert overlapping > each // 4, "they never worked at the same time: the suite did not bite"
    assert list(problems(ledger)) == []
    tally("concurrent appends", tried=count, clerks=clerks, lost=0, twice=0)
