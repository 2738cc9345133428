"""Promised visits as events of a calendar (3.4): where, when, who, and which version of the promise it is."""

from __future__ import annotations

from datetime import datetime, time

from svc.audit.books.upkeep import next_due
from svc.audit.world import World
from svc.domain.appointment import Appointment
from svc.domain.entry import Entry
from svc.domain.interval import words
from svc.domain.nouns.visit import Visit
from svc.text import say


def events(world: World, since: datetime) -> list[Appointment]:
    """The visits promised from `since` on, in order of promise; cancelled and finished ones among them.

    One that was brought forward to before `since` is there too, or a calendar would keep the old promise.
    """
    found = [_event(world, one) for one in world.visits.values() if _latest(world, one) >= since]
    return sorted(found, key=lambda one: (one.promised, one.id))


def _latest(world: World, one: Visit) -> datetime:
    said: list[datetime] = [at for entry in world.selection["visit"][one.id] if (at := entry.get("promised"))]
    return max(said)


def _changes(world: World, one: Visit) -> list[Entry]:
    """All by which an event may have become another since the visit was dispatched, in no order: what was recorded of it, or
    taken back, and what was put right of its call."""
    asked = world.calls.get(one.dispatch.get("call") or "")
    gone = [entry for (entry,) in world.selection["undo"].values() if entry.get("entry") == one.id]
    return [*world.selection["visit"][one.id][1:], *(asked.log.history[1:] if asked else ()), *gone, *gone]  # twice: what it took back counted too


def _event(world: World, one: Visit) -> Appointment:
    sent = one.dispatch
    asked = world.calls.get(sent.get("call") or "")
    customer = world.registers.customers.get(sent.get("customer") or (asked.customer if asked else "") or "", {})
    changes = _changes(world, one)
    cancelled = (one.cancelled.get("reason") or "-") if one.cancelled else None
    return Appointment(
        one.id,
        one.staff,
        world.name(one.staff),
        one.purpose,
        one.expected.astimezone(world.zone),
        len(changes),
        max(entry.recorded_at for entry in (one.dispatch, *changes)),
        customer.get("name") or None,
        customer.get("address") or sent.get("place") or customer.get("region") or None,
        world.machine_of(one.id),
        asked.log.get("summary") if asked else None,
        one.arrived.at.astimezone(world.zone) if one.arrived else None,
        cancelled,
        one.team,
    )


def services(world: World, since: datetime) -> list[Appointment]:
    """The next day of each plan that stands, as an event of a calendar, from `since` on."""
    found = []
    for one in world.of("upkeep").values():
        day = next_due(world, one).day if one.stopped is None else None
        if day is None or day < world.day(since):
            continue
        machine = world.registers.machines.get(one.machine, {})
        customer = world.registers.customers.get(machine.get("customer") or "", {})
        staff, changed = one.plan.get("staff"), one.dones[-1] if one.dones else one.plan
        text, every = one.plan.get("text"), say(words(one.every))
        found.append(
            Appointment(
                f"{one.id}-{day:%Y%m%d}", staff or "-", world.name(staff), "upkeep",
                datetime.combine(day, time(8), world.zone), 0, changed.recorded_at, customer.get("name") or None,
                customer.get("address") or customer.get("region") or None, one.machine, f"{every}: {text}" if text else every, None, None,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.promised, one.id))
