"""A machine's life: whose it was, how long it ran, what broke and what that cost, what comes round, what was announced (1.5, 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from svc.audit.books.stock import costs
from svc.audit.books.upkeep import next_due
from svc.audit.repeats import repeats
from svc.audit.world import World
from svc.domain.nouns.defect import to_do
from svc.domain.nouns.visit import Visit

Row = dict[str, Any]


def life(world: World, serial: str, editions: Iterable[tuple[date, Mapping[str, str]]]) -> Row:
    """Everything that is known of a machine; `editions` are what its register row said, each with its first day."""
    row = world.registers.machines.get(serial, {})
    visits = sorted((v for v in world.visits.values() if world.machine_of(v.id) == serial), key=lambda v: (v.dispatch.at, v.id))
    calls = [one for one in world.calls.values() if one.log.get("machine") == serial]
    run, today = world.run(serial), world.day(world.now)
    spent = costs(world, [world.told_visits[one.id] for one in visits if one.left])
    closed = [entry for one in visits if one.purpose == "repair" and (entry := world.papers_of(one.id).closed)]
    again = {later.id for _, later in repeats(world)}
    return {
        "owners": list(_owners(world, editions, row.get("sold"))),
        "in_warranty": world.covered(serial, today),
        "hours": run.last[1] if run.last else None,
        "age_days": (today - date.fromisoformat(row["sold"])).days if row.get("sold") else None,
        "calls": len(calls),
        "repairs": len(closed),
        "repeats": sum(one.id in again for one in closed),
        "visits": [_visit(world, one, cost) for one, cost in zip((v for v in visits if v.left), spent["visits"], strict=True)],
        "parts": _parts(world, visits),
        "cost": {name: spent[name] for name in ("total", "in_warranty", "out_of_warranty", "warranty_unknown")},
        "upkeep": [_upkeep(world, one) for one in world.of("upkeep").values() if one.machine == serial],
        "bulletins": list(_bulletins(world, serial)),
    }


def _owners(world: World, editions: Iterable[tuple[date, Mapping[str, str]]], sold: str | None) -> Iterator[Row]:
    """Each owner with the day since which; the first since the sale, where that is known."""
    before = None
    for day, row in editions:
        owner = row.get("customer")
        if owner and owner != before:
            since = sold or None if day == date.min else day.isoformat()
            yield {"customer": owner, "name": world.called("customer", owner), "since": since}
        before = owner


def _visit(world: World, one: Visit, cost: Row) -> Row:
    closed = world.papers_of(one.id).closed
    return {
        "id": one.id,
        "at": world.day(one.arrived.at if one.arrived else one.dispatch.at).isoformat(),
        "purpose": one.purpose,
        "staff": one.staff,
        "report": closed.id if closed else None,
        "fault": closed.get("fault") if closed else None,
        "resolved": closed.get("resolved") if closed else None,
        **{name: cost[name] for name in ("in_warranty", "labour", "parts", "travel", "total", "accepted")},
    }


def _parts(world: World, visits: Sequence[Visit]) -> dict[str, int]:
    """How many of each part were fitted."""
    found: dict[str, int] = {}
    for one in visits:
        closed = world.papers_of(one.id).closed
        for row in (closed.get("parts") if closed else None) or ():
            found[row["name"]] = found.get(row["name"], 0) + row["qty"]
    return found


def _upkeep(world: World, one: Any) -> Row:
    due = next_due(world, one) if one.stopped is None else None
    return {
        "id": one.id,
        "every": one.every,
        "times": len(one.dones),
        "last_done": world.day(one.dones[-1].at).isoformat() if one.dones else None,
        "due": due.day.isoformat() if due and due.day else None,
        "due_hours": due.hours if due else None,
    }


def _bulletins(world: World, serial: str) -> Iterator[Row]:
    for one in world.of("defect").values():
        said, done = to_do(one, {serial: world.registers.machines.get(serial, {})}).get(serial, (None, None))
        if said is not None:
            yield {"defect": one.id, "action": said.get("action"), "done": world.day(done.at).isoformat() if done else None}
