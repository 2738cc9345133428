"""Upkeep that comes round: done in the month, in time or late, overdue now; what is due next, machine by machine."""

from __future__ import annotations

from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.world import Span, World
from svc.domain.interval import words
from svc.domain.nouns.upkeep import Due, Upkeep, due, until
from svc.text import say


def figures(world: World, span: Span) -> dict[str, Any]:
    """Plans begun and stopped in the month, standing now, overdue now; services of the month, those after their day `late`."""
    plans = list(world.of("upkeep").values())
    cases = (Case(one.plan.at, one.stopped.at if one.stopped else None, until(next_due(world, one), world.zone)) for one in plans)
    done = [(one, n) for one in plans for n, entry in enumerate(one.dones) if span.holds(entry.at)]
    return {
        **backlog(cases, span, world.now, has_limit=True),
        "done": len(done),
        "late": sum(_late(world, one, n) for one, n in done),
    }


def _late(world: World, one: Upkeep, n: int) -> bool:
    """Whether the n-th service came after the day on which it was due; one before its hours is not late."""
    before = due(one, world.run(one.machine), world.zone, n)
    return before.day is not None and not before.expected and world.day(one.dones[n].at) > before.day


def next_due(world: World, one: Upkeep) -> Due:
    """When a plan is due next, by what is known now."""
    return due(one, world.run(one.machine), world.zone)


def due_rows(world: World) -> list[dict[str, Any]]:
    """Every plan that stands, what is due first at the top, what nobody can say at the end."""
    rows = [_row(world, one) for one in world.of("upkeep").values() if one.stopped is None]
    return sorted(rows, key=lambda row: (row["due"] is None, row["due"] or "", row["id"]))


def _row(world: World, one: Upkeep) -> dict[str, Any]:
    found, run = next_due(world, one), world.run(one.machine)
    by = until(found, world.zone)
    machine = world.registers.machines.get(one.machine, {})
    owner = machine.get("customer")
    return {
        "id": one.id,
        "machine": one.machine,
        "product": machine.get("product") or None,
        "customer": owner or None,
        "name": world.registers.customers.get(owner or "", {}).get("name"),
        "every": one.every,
        "text": one.plan.get("text"),
        "staff": one.plan.get("staff"),
        "last_done": world.day(one.dones[-1].at).isoformat() if one.dones else None,
        "due": found.day.isoformat() if found.day else None,
        "due_hours": found.hours,
        "hours": run.last[1] if run.last else None,
        "expected": found.expected,
        "days_left": (found.day - world.day(world.now)).days if found.day else None,
        "overdue": None if by is None else by < world.now,
        "what": say(words(one.every)),
    }
