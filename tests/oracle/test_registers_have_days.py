"""Editing a register today changes no figure of a month before today: generated quarters, every kind of edit."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.oracle import quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, Desk, desk_with

EDITS = {
    "customer": (("region", "远山"), ("key_every_days", "7")),
    "machine": (("customer", "CU001"), ("warranty_until", "2099-12-31"), ("product", "ZX-9"), ("sold", "2020-01-01")),
    "staff": (("role", "sales"), ("wage", "99999")),
}


def edits(entries: list[quarters.Entry], rnd: Random) -> list[str]:
    """An edit of every fact that is known of a few rows of each register; what was never known may be filled in later."""
    made = []
    for noun, fields in EDITS.items():
        rows = [e for e in entries if e["ledger"] == noun]
        for row in rnd.sample(rows, min(4, len(rows))):
            id = row.get("id") or row.get("serial")
            known = [(name, value) for name, value in fields if row.get(name) and row[name] != value]
            made += [f"{noun} edit {id} --{name.replace('_', '-')} {value}" for name, value in known if id != quarters.HEAD]
    return made


def figures(desk: Desk, month: str, *views: str) -> dict[str, Any]:
    """The audit of a month, without the moment it was asked at."""
    found: dict[str, Any] = json.loads(desk("audit", "month", month, "--json", *views))
    return {key: value for key, value in found.items() if key != "as_of"}


@pytest.mark.parametrize("seed", (3, pytest.param(11, marks=pytest.mark.long)))
def test_no_edit_of_today_changes_a_month_before(seed: int, tmp_path: Path) -> None:
    entries = quarters.quarter(seed, 40)
    desk = desk_with(tmp_path, entries, AMOUNTS, LIMITS)
    views = [(month, *view) for month in quarters.MONTHS for view in ((), ("--as-of", "2026-11-01T12:00"))]
    before = [figures(desk, *view) for view in views]
    made = edits(entries, Random(seed))
    assert len(made) > 8
    for line in made:
        desk(*line.split())
    for view, was in zip(views, before, strict=True):
        now = figures(desk, *view)
        assert {k: v for k, v in now.items() if was[k] != v} == {}, view
