"""Parts used, what they and the rest of a repair cost, what is short in the warehouse (2.1, 2.2, 3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from svc.audit.repeats import closed_at
from svc.audit.world import Span, World
from svc.domain.briefs.report import Brief as Report
from svc.domain.briefs.visit import Brief as Visit
from svc.domain.nouns.stock import WAREHOUSE, Levels, Used, levels, used_by
from svc.named import NamedTuple

LABOUR = "LABOUR"
"""The number of the part that is an hour of work: its price from a day on is what an hour costs."""
TRAVEL = ("transport", "lodging", "meals")
"""Lines of expense claims that are the way there and back."""
BOUGHT = ("parts",)
"""Lines of expense claims that are parts bought on the way."""


class Cost(NamedTuple):
    """What a visit cost; `unpriced` are parts (or the hour of work) whose price nobody said: they count nothing."""

    labour: Decimal
    parts: Decimal
    travel: Decimal
    unpriced: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        return self.labour + self.parts + self.travel


def figures(world: World, span: Span) -> dict[str, Any]:
    """Received in the month; used by its reports, part by part; what its visits cost, in and out of warranty; short now."""
    costs = [(world.in_warranty(one.id), cost_of(world, one)) for one in world.told_visits.values() if span.holds(one.left_at)]
    moves = [one.entry for one in world.of("stock").values()]
    received = [e for e in moves if e.event == "receive" and span.holds(e.at)]
    return {
        "received": f"{sum((Decimal(e.get('price') or 0) * e.get('qty') for e in received), Decimal(0)):.2f}",
        "used": list(_used(world, [use for use in world.once(fitted) if span.holds(use.at)])),
        "short": short(world, warehouse(world)),
        "cost": {
            **_added([cost for _, cost in costs]),
            **{name: f"{sum((cost.total for covered, cost in costs if covered is value), Decimal(0)):.2f}" for name, value in _WARRANTY.items()},
        },
    }


_WARRANTY = {"in_warranty": True, "out_of_warranty": False, "warranty_unknown": None}


def fitted(world: World) -> list[Used]:
    """The registered parts that reports say were fitted, with whoever was sent."""
    visits = world.told_visits
    sent = ((one, visits.get(one.visit)) for one in world.told_reports.values())
    told = (
        (one.closed_at, one.recorded_at, visit.staff, one.parts or ())
        for one, visit in sent if one.closed_at and one.recorded_at and visit
    )
    return used_by(told, world.registers.parts)


def price_on(world: World, part: str, day: date) -> Decimal | None:
    """What one of a part cost on a day, by the register."""
    said = world.registers.on(day).parts.get(part, {}).get("price")
    return Decimal(said) if said else None


def _used(world: World, used: Iterable[Used]) -> Iterator[dict[str, Any]]:
    found: dict[str, list[tuple[int, Decimal | None]]] = {}
    last: dict[str, date] = {}
    for use in used:
        day = world.day(use.at)
        found.setdefault(use.part, []).append((use.qty, price_on(world, use.part, day)))
        last[use.part] = max(day, last.get(use.part, day))
    for part, rows in sorted(found.items(), key=lambda item: (-sum(q for q, _ in item[1]), item[0])):
        cost = None if any(price is None for _, price in rows) else sum((q * p for q, p in rows if p is not None), Decimal(0))
        row = world.registers.on(last[part]).parts.get(part, {})
        yield {
            "part": part, "name": row.get("name"), "unit": row.get("unit"), "qty": sum(q for q, _ in rows),
            "cost": None if cost is None else f"{cost:.2f}",
        }  # fmt: skip


def cost_of(world: World, visit: Visit, repair: Report | None = None) -> Cost:
    """Labour by the hours on site, parts by the report, travel by the expense lines that were not refused.

    With `repair`, one of its reports, what falls to that: its own parts, all else to the report of the visit's own machine.
    """
    shared = repair is None or visit.report_id == repair.id
    unpriced: list[str] = []

    def priced(part: str, qty: Decimal, day: date) -> Decimal:
        price = price_on(world, part, day)
        if price is None:
            unpriced.append(part)
        return (price or Decimal(0)) * qty

    labour = parts = travel = Decimal(0)
    if shared and visit.arrived_at and visit.left_at and world.registers.parts:
        hours = Decimal(int((visit.left_at - visit.arrived_at).total_seconds() // 60)) / 60
        labour = priced(LABOUR, hours, world.day(visit.left_at))
    for one in [repair] if repair else world.told_of_visit.get(visit.id, ()):
        for row in one.parts or ():
            number = (row.get("part_no") or "").upper()
            if number and number in world.registers.parts:
                parts += priced(number, Decimal(row["qty"]), world.day(closed_at(one)))
            else:
                unpriced.append(row["name"])
    for claim in world.children("expense", visit.id) if shared else ():
        for line in claim.lines:
            if claim.standing != "rejected":
                travel += Decimal(line.amount) if line.category in TRAVEL else 0
                parts += Decimal(line.amount) if line.category in BOUGHT else 0
    return Cost(labour, parts, travel, tuple(dict.fromkeys(unpriced)))


def _added(costs: Sequence[Cost]) -> dict[str, Any]:
    sums = {name: sum((getattr(one, name) for one in costs), Decimal(0)) for name in ("labour", "parts", "travel", "total")}
    return {**{name: f"{value:.2f}" for name, value in sums.items()}, "unpriced": sorted({name for one in costs for name in one.unpriced})}


def costs(world: World, visits: Iterable[Visit]) -> dict[str, Any]:
    """What visits cost, one by one and together, in warranty and out of it, with what was accepted for them."""
    rows: list[dict[str, Any]] = []
    for one in sorted(visits, key=lambda v: (v.dispatched_at, v.id)):
        cost = cost_of(world, one)
        accepted = [q for q in _quotes(world, one) if q.accepted]
        said = [q.total for q in accepted if q.total is not None]
        rows.append(
            {
                "visit": one.id,
                "machine": one.machine,
                "at": world.day(one.dispatched_at).isoformat(),
                "in_warranty": world.in_warranty(one.id),
                **{name: f"{getattr(cost, name):.2f}" for name in ("labour", "parts", "travel", "total")},
                "accepted": f"{sum(said):.2f}" if said else None,
                "differs": f"{cost.total - sum(said):.2f}" if said else None,
                "unpriced": list(cost.unpriced),
                "parts_quoted": _named(row for q in accepted for row in q.made.get("parts") or ()),
                "parts_used": _named(row for r in world.told_of_visit.get(one.id, ()) for row in r.parts or ()),
            }
        )
    sums = {name: f"{sum((Decimal(r['total']) for r in rows if r['in_warranty'] is value), Decimal(0)):.2f}" for name, value in _WARRANTY.items()}
    total = sum((Decimal(row["total"]) for row in rows), Decimal(0))
    return {"visits": rows, **sums, "total": f"{total:.2f}"}


def _named(rows: Iterable[Any]) -> dict[str, int]:
    """How many of each name."""
    found: dict[str, int] = {}
    for row in rows:
        found[row["name"]] = found.get(row["name"], 0) + row["qty"]
    return found


def _quotes(world: World, visit: Visit) -> list[Any]:
    """The quotes for a visit, or for its call."""
    subjects = (visit.id, visit.call)
    return [q for q in world.of("quote").values() if (q.made.get("visit") or q.made.get("call")) in subjects]


def warehouse(world: World) -> Levels:
    """How many of each part are in the warehouse, and in vans as far as the world's reports say."""
    moves = [one.entry for one in world.of("stock").values()]
    return levels(moves, world.once(fitted), {id: one.staff for id, one in world.told_visits.items()})


def short(world: World, found: Levels) -> list[dict[str, Any]]:
    """The parts of which the warehouse has fewer than it should, by number."""
    rows = []
    for part, row in sorted(world.registers.parts.items()):
        have = found.get(part, {}).get(WAREHOUSE, 0)
        if row.get("low") and have < int(row["low"]):
            rows.append({"part": part, "name": row.get("name"), "have": have, "low": int(row["low"])})
    return rows


def stock_rows(world: World) -> list[dict[str, Any]]:
    """Each part with how many are where, and what is short."""
    found, rows = warehouse(world), []
    for part in sorted({*world.registers.parts, *found} - {LABOUR}):
        row, at = world.registers.parts.get(part, {}), found.get(part, {})
        vans = {who: n for who, n in sorted(at.items()) if who != WAREHOUSE and n}
        have, low = at.get(WAREHOUSE, 0), int(row["low"]) if row.get("low") else None
        price = price_on(world, part, world.day(world.now))
        rows.append(
            {
                "part": part,
                "name": row.get("name") or None,
                "unit": row.get("unit") or None,
                "warehouse": have,
                "vans": vans,
                "total": have + sum(vans.values()),
                "low": low,
                "short": max(low - have, 0) if low is not None else None,
                "price": f"{price:.2f}" if price is not None else None,
            }
        )
    return rows
