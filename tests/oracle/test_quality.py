"""The oracle of what quality costs: a quarter counted by hand, and its edges one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from . import quality, quarters
from .test_oracle import audit, call, entry, report, stay

PARTS = [
    {"ledger": "part", "event": "add", "id": "LABOUR", "name": "人工", "price": "90.00", "prices": {"2026-10-10": "120.00"}},
    {"ledger": "part", "event": "add", "id": "P-1", "name": "油封", "price": "80.00", "prices": {"2026-10-20": "100.00"}},
]


def machine(ident: str, product: str, sold: str | None, supplier: str | None = None) -> quarters.Entry:
    row = {"ledger": "machine", "event": "add", "id": ident, "product": product, "customer": "CU001", "sold": sold, "supplier": supplier}
    return {key: value for key, value in row.items() if value}


MACHINES = [machine("SN-1", "挖掘机", "2026-05-01", "SP01"), machine("SN-2", "装载机", "2023-10-16"), machine("SN-3", "装载机", None, "SP02")]


def repair(n: int, day: str, serial: str, closed: str, **fields: Any) -> list[quarters.Entry]:
    """Two hours on site."""
    sent = stay(f"V{n}", day, machine=serial, call=f"C{n}", purpose="repair")
    return [call(f"C{n}", f"{day} 07:00", machine=serial), *sent, report(f"R{n}", f"V{n}", closed, **fields)]


def fitted(**qty: int) -> dict[str, Any]:
    rows = [{"name": "油封" if name == "P1" else name, "qty": n, **({"part_no": "P-1"} if name == "P1" else {})} for name, n in qty.items()]
    return {"parts": rows, "no_parts": None}


def test_yuan_by_fault_product_and_supplier_counted_by_hand() -> None:
    told = [
        *PARTS, *MACHINES,
        *repair(1, "10-05", "SN-1", "10-05 18:00", cause_class="wear", **fitted(P1=2, rag=3)),  # 2 h of 90, two seals at 80
        *repair(2, "10-12", "SN-2", "10-21 09:00", cause_class="wear", **fitted(P1=1)),  # 2 h of 120; the seal costs 100 by then
        *repair(3, "10-13", "SN-3", "10-13 18:00"),  # 2 h of 120, nothing fitted
        *repair(4, "10-30", "SN-1", "11-02 09:00"),  # reported in November
    ]  # fmt: skip
    lines = [{"category": c, "amount": a, "place": "东区", "date": "2026-10-12"} for c, a in (("transport", "10.50"), ("tool", "99"), ("parts", "5.00"))]
    told += [entry("expense", "submit", "E1", "10-14 09:00", trip="V2", lines=lines)]
    found = audit(told)["quality"]
    # 180 + 160 = 340; 240 + 100 + 10.50 + 5 = 355.50; 240
    rows = [(r["product"], r["cause_class"], r["repairs"], r["cost"]) for r in found["cost"]]
    assert rows == [("装载机", "wear", 1, "355.50"), ("挖掘机", "wear", 1, "340.00"), ("装载机", None, 1, "240.00")]
    assert [r["cumulative"] for r in found["cost"]] == pytest.approx([355.5 / 935.5, 695.5 / 935.5, 1.0])
    assert [(r["product"], r["cost"]) for r in found["by_product"]] == [("装载机", "595.50"), ("挖掘机", "340.00")]
    assert [(r["supplier"], r["repairs"], r["cost"]) for r in found["by_supplier"]] == [("SP01", 1, "340.00"), ("SP02", 1, "240.00")]
    told.append(entry("expense", "review", "E1", "10-15 09:00", verdict="refuse", reason="不合规定"))
    assert audit(told)["quality"]["cost"][0]["cost"] == "340.00"  # refused: the way there and the parts bought on it are not paid


def test_a_visit_costs_once_however_many_machines_were_seen_to() -> None:
    told = [*PARTS, *MACHINES, *repair(1, "10-05", "SN-1", "10-05 18:00"), report("R9", "V1", "10-05 18:05", machine="SN-2", **fitted(P1=1))]
    found = audit(told)
    assert [(r["product"], r["cost"]) for r in found["quality"]["by_product"]] == [("挖掘机", "180.00"), ("装载机", "80.00")]
    assert found["stock"]["cost"]["total"] == "260.00"


def test_machine_days_and_failures_go_by_the_year_of_life() -> None:
    told = [*MACHINES, *repair(1, "10-15", "SN-2", "10-15 18:00"), *repair(2, "10-16", "SN-2", "10-16 18:00"), *repair(3, "10-16", "SN-1", "10-16 18:00")]
    rows = [tuple(row.values()) for row in audit(told)["quality"]["between_failures"]]
    # SN-2 was sold on the 16th of October: 15 days of its third year, 16 of its fourth; SN-3 without a day is not counted
    assert rows == [("挖掘机", 1, 31, 1, 31.0), ("装载机", 3, 15, 1, 15.0), ("装载机", 4, 16, 1, 16.0)]
    assert [row["machine_days"] for row in audit(told, as_of="10-20 12:00")["quality"]["between_failures"]] == [20, 15, 5]
    assert audit(MACHINES)["quality"]["between_failures"] == []


@pytest.mark.parametrize(("sold", "day", "year"), [
    ("2024-02-29", "2025-02-28", 1), ("2024-02-29", "2025-03-01", 2), ("2024-02-29", "2028-02-28", 4), ("2024-02-29", "2028-02-29", 5),
    ("2025-10-16", "2026-10-15", 1), ("2025-10-16", "2026-10-16", 2), ("2026-10-16", "2026-10-01", 1),
])  # fmt: skip
def test_a_year_of_life_begins_on_the_day_of_the_sale(sold: str, day: str, year: int) -> None:
    assert quality.year_of({"sold": sold}, date.fromisoformat(day)) == year


def test_parts_that_failed_within_half_a_year_counted_by_hand() -> None:
    young = [machine("SN-8", "挖掘机", "2026-04-16"), machine("SN-9", "挖掘机", "2026-10-20")]
    told = [
        *young,
        *repair(1, "10-12", "SN-8", "10-13 09:00", **fitted(hose=2, P1=1)),  # 180 days after the sale
        *repair(2, "10-12", "SN-8", "10-14 09:00", **fitted(hose=1)),  # 181 days
        *repair(3, "10-11", "SN-9", "10-12 09:00", **fitted(hose=1)),  # before it was sold
        *repair(4, "10-24", "SN-9", "10-25 09:00", **{"parts": [{"name": "hose", "qty": 1}] * 2, "no_parts": None}),  # twice in one report
    ]
    assert audit(told)["quality"]["early_parts"] == [
        {"part": "hose", "product": "挖掘机", "times": 2, "earliest_days": 5},
        {"part": "油封", "product": "挖掘机", "times": 1, "earliest_days": 180},
    ]


def test_the_invented_quarters_hold_what_it_looks_at() -> None:
    entries = quarters.quarter(1, 120)
    found = [audit(entries, month)["quality"] for month in quarters.MONTHS]
    assert any(len(one["by_supplier"]) for one in found) and any(one["early_parts"] for one in found)
    assert {row["year"] for one in found for row in one["between_failures"]} >= {1, 2, 3}
    assert any(float(row["cost"]) > 0 for one in found for row in one["cost"])
