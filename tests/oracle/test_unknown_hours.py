"""Lists that tell days alone: the product against the oracle on quarters from which hours were struck."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from tests.oracle import quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, compare, desk_with

pytestmark = pytest.mark.long  # a quarter lived twice

STRUCK = {("call", "log"), ("call", "reply"), ("visit", "dispatch"), ("visit", "arrive"), ("visit", "call-in"), ("visit", "leave")}


def without_hours(entries: list[quarters.Entry], rnd: Random) -> list[quarters.Entry]:
    """The same history as a list with days tells it: of some calls and visits the days alone, promises among them."""
    kept = []
    for entry in entries:
        one = dict(entry)
        if one["event"] == "merge":
            continue  # which of two logs came first is asked of hours
        if (one["ledger"], one["event"]) in STRUCK:
            for name in ("at", "promised", "called_in"):
                if one.get(name) and rnd.random() < 0.4:
                    one[name] = datetime.fromisoformat(one[name]).astimezone(quarters.ZONE).date().isoformat()
        if one not in kept:  # what one day says twice in the same words is taken once
            kept.append(one)
    return kept


@pytest.mark.parametrize("seed", [5])
def test_what_days_do_not_decide_is_neither_late_nor_in_time(seed: int, tmp_path: Path) -> None:
    entries = without_hours(quarters.quarter(seed, 60), Random(seed))
    desk = desk_with(tmp_path, entries, AMOUNTS, LIMITS)
    found = [line for month in quarters.MONTHS for line in compare(desk, entries, month, quarters.CEILING, AMOUNTS, LIMITS)]
    assert not found, "\n".join(found[:40])
    audits = [desk.audit(month, quarters.CEILING) for month in quarters.MONTHS]
    assert sum(one["replies"]["facts_missing"] for one in audits) > 3
    assert sum(one["visits"]["facts_missing"] for one in audits) > 1
