"""Editing a register today changes no figure of a month before today: generated quarters, every register, every column."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from svc.domain import registers
from tests.oracle import quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, Desk, desk_with

YESTERDAY, TOMORROW = (f"{datetime.now(quarters.ZONE) + timedelta(days=days):%Y-%m-%d}" for days in (-1, 1))
KNOWN: dict[str, dict[str, Any]] = {
    "customer": {
        "region": "东区", "key_every_days": 25, "contact": "老王", "code": "KH", "address": "旧地址", "distance_km": 40,
        "email": "works@example.com", "key_since": quarters.REGISTERED,
    },
    "machine": {"sold": "2020-06-01", "warranty_until": "2026-09-01", "contract": "HT-1", "supplier": "SP01", "warranty_hours": 900},
    "staff": {"wage": "2700.00", "login": "old", "phone": "137-0000-0001"},
    "supplier": {"phone": "136-0000-0001", "contact": "老李"},
    "part": {"name": "油封", "unit": "个", "price": "80.50", "supplier": "SP01", "low": 400},
}  # fmt: skip
"""What was known of every row before anything happened, where the quarter says nothing of it."""
NEW: dict[str, dict[str, str]] = {
    "customer": {
        "name": "改名客户", "phone": "135-0000-0000", "contact": "新人", "code": "XIN", "region": "远山", "address": "新地址",
        "key_every_days": "7", "since": f"{YESTERDAY}T08:00", "key_since": f"{YESTERDAY}T08:00", "distance_km": "900", "email": "new@example.com",
    },
    "machine": {
        "product": "ZX-9", "customer": "CU001", "sold": "2020-01-01", "warranty_until": "2099-12-31", "contract": "HT-9",
        "supplier": "SP02", "warranty_hours": "1",
    },
    "staff": {"name": "改名员工", "role": "sales", "login": "new", "phone": "134-0000-0000", "wage": "99999", "left": TOMORROW},
    "supplier": {"name": "改名厂家", "phone": "133-0000-0000", "contact": "新人"},
    "part": {"name": "改名配件", "unit": "米", "price": "1", "supplier": "SP02", "low": "1"},
}  # fmt: skip
"""What each column is edited to. Who left before today has nothing waiting for him any more, in every month as known now: he leaves tomorrow."""
NAMES = ("name",)
"""Columns whose new word is shown beside the id wherever that is told; the id, and what is counted, stay."""
CAPS = "\ncaps:\n  keep_at_least:\n    title: 至少留\n    history:\n      - from: 2026-01-01\n        yuan: 2500\n"


def told(seed: int, calls: int) -> list[quarters.Entry]:
    """A quarter in which every column of every register says something from the first day on."""
    entries = quarters.quarter(seed, calls)
    rows = [e for e in entries if e["event"] == "add" and e["ledger"] in registers.TABLE]
    for number, row in enumerate(rows):
        for name, value in KNOWN[row["ledger"]].items():
            row.setdefault("since", row.get("at")) if row["ledger"] == "customer" else None
            row.setdefault(name, f"{value}{number}" if name in ("login", "code") else value)
    return entries


def edits(entries: list[quarters.Entry], rnd: Random, rows: int) -> tuple[list[list[str]], dict[str, str]]:
    """Edits of every column of a few rows of each register; and what new names stood for."""
    made, renamed = [], dict[str, str]()
    for noun, columns in NEW.items():
        assert columns.keys() == {field.name for field in registers.TABLE[noun].fields}
        known = [e for e in entries if e["ledger"] == noun and e["id"] != quarters.HEAD]
        chosen = rnd.sample(known, min(rows + 1, len(known)))
        if len(chosen) > rows and (gone := cleared(chosen.pop())):
            made.append(gone)
        for number, row in enumerate(chosen):
            line = [noun, "edit", row["id"]]
            for name, value in columns.items():
                assert row.get(name) or name == "left", (noun, name)
                said = f"{value}{number}" if name in (*NAMES, "login", "code", "email") else value
                said = f"{value[:-1]}{number}" if name == "phone" else said
                if name in NAMES:
                    renamed[said] = row[name]
                line += [f"--{name.replace('_', '-')}", said]
            made.append(line)
    return made, renamed


def cleared(row: quarters.Entry) -> list[str]:
    """An edit that empties whatever judges and may be empty."""
    register = registers.TABLE[row["ledger"]]
    names = [field.name for field in register.fields if field.name in register.dated and not field.required and row.get(field.name)]
    return [row["ledger"], "edit", row["id"], *(part for name in names for part in (f"--{name.replace('_', '-')}", ""))] if names else []


def figures(desk: Desk, month: str, *views: str, renamed: dict[str, str] | None = None) -> dict[str, Any]:
    """The audit of a month, without the moment it was asked at, with the names of before."""
    said = desk("audit", "month", month, "--json", *views)
    for new, old in (renamed or {}).items():
        said = said.replace(json.dumps(new, ensure_ascii=False), json.dumps(old, ensure_ascii=False))
    found: dict[str, Any] = json.loads(said)
    if not views:
        found["stock"].pop("short")  # what the warehouse is short of now
    return {key: value for key, value in found.items() if key != "as_of"}


def capped(desk: Desk) -> None:
    """Ceilings, so that a wage counts too."""
    path = desk.folder / "rules.yaml"
    text = path.read_text("utf-8")
    mark = text.index("# ━━━━━━━━ 三、")
    path.write_text(text[:mark] + CAPS + "\n" + text[mark:], "utf-8")
    desk("rules", "accept", "--reason", "decided today")


@pytest.mark.parametrize(("seed", "calls"), [pytest.param(3, 30, marks=pytest.mark.long)])
def test_no_edit_of_today_changes_a_month_before(seed: int, calls: int, tmp_path: Path) -> None:
    entries = told(seed, calls)
    desk = desk_with(tmp_path, entries, AMOUNTS, LIMITS)
    capped(desk)
    views = [(month, *view) for month in quarters.MONTHS for view in ((), ("--as-of", "2026-11-01T12:00"))]
    before = [figures(desk, *view) for view in views]
    assert any(row["wage"] for one in before for row in one["deductions"]["by_staff"])
    made, renamed = edits(entries, Random(seed), rows=3)
    for line in made:
        desk(*line)
    for view, was in zip(views, before, strict=True):
        now = figures(desk, *view, renamed=renamed)
        assert {k: (was[k], v) for k, v in now.items() if was[k] != v} == {}, view
