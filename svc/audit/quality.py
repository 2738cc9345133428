"""What quality costs, for whoever improves the products (1.5): yuan by fault, product and supplier, time between failures, early failing parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from svc.audit.books.stock import cost_of
from svc.audit.world import Span, World, counted
from svc.named import NamedTuple

EARLY = 180
"""Days after the sale within which a part that is replaced failed early."""


class Failure(NamedTuple):
    """One repair that was reported in the month, and what it cost; `year` of the machine's life: the first is 1."""

    machine: str | None
    product: str | None
    supplier: str | None
    fault: str | None
    cause_class: str | None
    age: int | None
    year: int | None
    cost: Decimal
    parts: tuple[str, ...]


def quality(world: World, span: Span) -> dict[str, Any]:
    """Of the repairs reported in the month; days between failures are those of all registered machines in the month, by failures."""
    found = list(_failures(world, span))
    return {
        "cost": _yuan(found, ("product", "fault", "cause_class")),
        "by_product": _yuan(found, ("product",)),
        "by_supplier": _yuan([one for one in found if one.supplier], ("supplier",)),
        "between_failures": list(_between(world, span, found)),
        "early_parts": list(_early(found)),
    }


def _failures(world: World, span: Span) -> Iterator[Failure]:
    for repair in world.repairs:
        if repair.closed_at and span.holds(repair.closed_at):
            day = world.day(repair.closed_at)
            row = world.registers.on(day).machines.get(repair.machine or "", {})
            sold = date.fromisoformat(row["sold"]) if row.get("sold") else None
            yield Failure(
                repair.machine, row.get("product") or None, row.get("supplier") or None, repair.fault,
                repair.cause_class, (day - sold).days if sold else None, _year(sold, day) if sold else None,
                cost_of(world, world.told_visits[repair.visit], repair).total,
                tuple(dict.fromkeys(part["name"] for part in repair.parts or ())),
            )  # fmt: skip


def _yuan(found: Iterable[Failure], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Cost and number of repairs by some of their facts, what cost most first, with its share of all."""
    sums: dict[tuple[Any, ...], list[Decimal]] = {}
    for one in found:
        sums.setdefault(tuple(getattr(one, name) for name in names), []).append(one.cost)
    total, running, rows = sum((c for costs in sums.values() for c in costs), Decimal(0)), Decimal(0), []
    for key, costs in sorted(sums.items(), key=lambda item: (-sum(item[1]), *(part or "" for part in item[0]))):
        running += sum(costs)
        rows.append(
            {
                **dict(zip(names, key, strict=True)),
                "repairs": len(costs),
                "cost": f"{sum(costs):.2f}",
                "cumulative": float(running / total) if total else None,
            }
        )
    return rows


def _between(world: World, span: Span, found: list[Failure]) -> Iterator[dict[str, Any]]:
    """By product and year of age: machine-days in the month, failures, and days between them (None: it did not fail)."""
    if not found:
        return
    first, last = world.day(span.start), world.day(min(span.end - timedelta(seconds=1), world.now))
    days: Counter[tuple[str, int]] = Counter()
    for (product, sold), machines in counted(world.registers.on(last).machines, "product", "sold").items():
        for year, ran in _ran(date.fromisoformat(sold), first, last):
            days[product, year] += ran * machines
    failures = Counter((one.product, one.year) for one in found)
    for (product, year), ran in sorted(days.items()):
        failed = failures[product, year]
        yield {"product": product, "year": year, "machine_days": ran, "failures": failed, "days_between": round(ran / failed, 1) if failed else None}


def _year(sold: date, day: date) -> int:
    """In which year of its life a machine is on a day: the second begins a year after the sale."""
    return max(day.year - sold.year - ((day.month, day.day) < (sold.month, sold.day)), 0) + 1


def _ran(sold: date, first: date, last: date) -> Iterator[tuple[int, int]]:
    """The days of a month on which a machine was out there, by the year of its life: two where its day of the year is among them."""
    first = max(first, sold)
    days = (last - first).days + 1
    if days > 0 and _year(sold, first) == _year(sold, last):
        yield _year(sold, first), days
    elif days > 0:
        yield from Counter(_year(sold, first + timedelta(days=n)) for n in range(days)).items()


def _early(found: list[Failure]) -> Iterator[dict[str, Any]]:
    """The parts that were replaced within `EARLY` days of the sale, most often first."""
    early: dict[tuple[str, str | None], list[int]] = {}
    for one in found:
        for part in one.parts if one.age is not None and 0 <= one.age <= EARLY else ():
            early.setdefault((part, one.product), []).append(one.age or 0)
    for (part, product), ages in sorted(early.items(), key=lambda item: (-len(item[1]), item[0][0], item[0][1] or "")):
        yield {"part": part, "product": product, "times": len(ages), "earliest_days": min(ages)}
