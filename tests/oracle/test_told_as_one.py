"""Calls and customers that were recorded twice: the product against the oracle, before the merging and after it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.oracle import figures, quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, compare, desk_with

pytestmark = pytest.mark.long
"""What invented quarters hold of it is compared in `test_agreement.py` each time; here it is looked at on its own."""


def merged(entries: list[quarters.Entry]) -> list[quarters.Entry]:
    """The entries that say that a call was logged twice."""
    return [e for e in entries if e["ledger"] == "call" and e["event"] == "merge"]


def test_figures_count_one_from_the_merging_on(tmp_path: Path) -> None:
    entries = quarters.quarter(8, 40)
    said = sorted(merged(entries), key=lambda e: figures.instant(e["at"], quarters.ZONE))
    assert len(said) >= 2, "invented quarters have some"
    moment = figures.instant(said[len(said) // 2]["at"], quarters.ZONE)
    desk = desk_with(tmp_path, entries, AMOUNTS, LIMITS)
    found = [
        line
        for month in ("2026-08",)
        for as_of in (moment - timedelta(minutes=1), moment)
        for line in compare(desk, entries, month, as_of, AMOUNTS, LIMITS)
    ]
    assert not found, "\n".join(found[:20])
    first = said[0]
    logged = [figures.instant(e["at"], quarters.ZONE) for e in entries if e["id"] == first["id"] and e["event"] == "log"]
    month = f"{logged[0].astimezone(quarters.ZONE):%Y-%m}"
    at = figures.exactly(first["at"], quarters.ZONE)
    before, after = (
        figures.audit(entries, month, t, zone=quarters.ZONE, amounts={}, staff={}) for t in (at - timedelta(minutes=1), at)
    )
    assert before["calls"]["registered"] == after["calls"]["registered"] + 1
    shown = json.loads(desk("call", "show", first["id"], "--json"))
    assert shown["id"] == first["into"] and first["id"] in shown["logged_again"], "history stands under the one that stays"


@pytest.mark.parametrize("seed", (5, 6))
def test_a_customer_registered_twice_is_one(seed: int, tmp_path: Path) -> None:
    entries = quarters.quarter(seed, 30)
    desk = desk_with(tmp_path, entries, AMOUNTS, LIMITS)
    desk("customer", "merge", "CU004", "--into", "CU001")
    now = datetime.now(UTC).replace(microsecond=0)
    told = [*entries, {"ledger": "customer", "event": "merge", "id": "CU004", "into": "CU001", "at": now.isoformat()}]
    views = [("2026-08", quarters.CEILING), ("2026-10", quarters.CEILING), ("2026-10", now)]
    found = [line for month, as_of in views for line in compare(desk, told, month, as_of, AMOUNTS, LIMITS)]
    assert not found, "\n".join(found[:20])
    tours = [figures.audit(lines, "2026-10", now, zone=quarters.ZONE, amounts={}, staff={})["tours"] for lines in (entries, told)]
    assert tours[1]["key_customers"] == tours[0]["key_customers"] - 1
