"""The caller's card: what whoever picks up the phone should know before the second sentence (1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from svc.audit.books.tour import done_by_customer, due_row
from svc.audit.open import declared
from svc.audit.repeats import by_machine_and_fault, closed_at, earlier_repairs, within
from svc.audit.world import World
from svc.domain import cases
from svc.domain.nouns.call import Call
from svc.domain.nouns.reading import covered
from svc.domain.nouns.tour import keeping
from svc.domain.nouns.visit import Visit
from svc.named import NamedTuple

Row = dict[str, Any]

LAST = 5
"""How many of the latest visits a card shows."""


class Whose(NamedTuple):
    """Whose card: the customer (None: a machine that belongs to nobody known) and his machines."""

    customer: str | None
    machines: tuple[str, ...]


def card(world: World, whose: Whose) -> Row:
    """Machines with what is left of their warranty, open work, the last visits, likely repeats, complaints, tours."""
    sent = sorted(_visits(world, whose), key=lambda v: (v.dispatch.at, v.id), reverse=True)
    return {
        "machines": [_machine(world, serial) for serial in whose.machines],
        "open": _open(world, whose, sent),
        "visits": _last(world, sent),
        "likely_repeat": _likely_repeats(world, whose),
        "complaints": _complaints(world, whose),
        "tour": _tour(world, whose.customer),
    }


def _iso(world: World, moment: datetime | None) -> str | None:
    return moment.astimezone(world.zone).isoformat(timespec="seconds") if moment else None


def _machine(world: World, serial: str) -> Row:
    row = world.registers.machines.get(serial, {})
    until = row.get("warranty_until")
    run = world.run(serial)
    left = (date.fromisoformat(until) - world.day(world.now)).days if until else None
    return {
        "serial": serial,
        "product": row.get("product") or None,
        "sold": row.get("sold") or None,
        "warranty_until": until or None,
        "warranty_days_left": left,
        "in_warranty": covered(row, run, world.day(world.now)),
        "warranty_hours": int(row["warranty_hours"]) if row.get("warranty_hours") else None,
        "hours": run.last[1] if run.last else None,
        "contract": row.get("contract") or None,
        "supplier": row.get("supplier") or None,
    }


# ---- what is open ----------------------------------------------------------------------------------


def _calls(world: World, whose: Whose) -> list[Call]:
    found = [c for c in world.calls.values() if _concerns(whose, c.log.get("from"), c.log.get("machine"))]
    return sorted(found, key=lambda c: (c.at, c.id))


def _concerns(whose: Whose, customer: str | None, machine: str | None) -> bool:
    return (customer is not None and customer == whose.customer) or machine in whose.machines


def _visits(world: World, whose: Whose) -> list[Visit]:
    calls = {call.id for call in _calls(world, whose)}
    return [
        one
        for one in world.visits.values()
        if one.dispatch.get("call") in calls
        or _concerns(whose, one.dispatch.get("customer"), one.dispatch.get("machine"))
    ]


def _open(world: World, whose: Whose, sent: Sequence[Visit]) -> Row:
    """Calls not closed, visits to come or under way, and what was promised: installations, tours, quotes, complaints."""
    coming = [one for one in reversed(sent) if one.left is None and one.cancelled is None]
    quotes = _open_quotes(world, {v.id for v in sent} | {c.id for c in _calls(world, whose)}, whose)
    return {
        "calls": _open_calls(world, whose),
        "visits": [_coming(world, one) for one in coming],
        "installs": [
            {"id": one.id, "product": one.promise.get("product"), "due": _iso(world, one.due)}
            for one in world.of("install").values()
            if one.done is None and _concerns(whose, one.promise.get("customer"), one.promise.get("machine"))
        ],
        "tours": [
            {"id": one.id, "by": _iso(world, one.by), "staff": one.plan.get("staff")}
            for one in world.of("tour").values()
            if one.done is None and one.customer == whose.customer
        ],
        "quotes": quotes,
    }


def _open_calls(world: World, whose: Whose) -> list[Row]:
    """The calls that nobody closed, each with what it waits for first; history before the desk began waits for nobody."""
    waits: dict[str, str] = {}
    for item in declared(world, ("call",)):
        waits.setdefault(item.id, "help" if item.kind == "escalation" else item.kind)
    found = (one for one in _calls(world, whose) if one.closed is None and not world.waits_for_nobody("call", one.id))
    return [_call(world, one, waits.get(one.id)) for one in found]


def _call(world: World, one: Call, waits_for: str | None) -> Row:
    log = one.log
    return {
        "id": one.id,
        "at": _iso(world, one.at),
        "kind": log.get("kind"),
        "machine": log.get("machine"),
        "summary": log.get("summary"),
        "needs_service": log.get("needs_service"),
        "due": _iso(world, log.get("due")),
        "replied_at": _iso(world, one.replied_at),
        "answered_at": _iso(world, world.told_calls[one.id].answered_at),
        "answered_by": said.by if (said := world.answers.get(one.id)) else None,
        "reply": one.replies[-1].get("text") if one.replies else None,
        "waits_for": waits_for,
    }


def _coming(world: World, one: Visit) -> Row:
    return {
        "id": one.id,
        "call": one.dispatch.get("call"),
        "machine": world.machine_of(one.id),
        "purpose": one.purpose,
        "staff": one.staff,
        "name": world.name(one.staff),
        "promised": _iso(world, one.expected),
        "deadline": _iso(world, one.deadline),
        "arrived_at": _iso(world, one.arrived.at if one.arrived else None),
        "outcome": world.told_visits[one.id].outcome(world.now),
    }


def _open_quotes(world: World, subjects: set[str], whose: Whose) -> list[Row]:
    rows = []
    waiting = {item.id for item in cases.pending("quote", world) if item.kind == "quote"}
    for one in world.of("quote").values():
        made = one.made
        own = made.get("visit") in subjects or made.get("call") in subjects or made.get("machine") in whose.machines
        if own and one.id in waiting:
            total = None if one.total is None else f"{one.total:.2f}"
            rows.append({"id": one.id, "at": _iso(world, made.at), "charge": one.charge, "total": total})
    return rows


# ---- what was --------------------------------------------------------------------------------------


def _last(world: World, sent: Sequence[Visit]) -> list[Row]:
    """The latest visits that came about, newest first, with fault and cause; `repeat` by the rule of 3.6."""
    made = [one for one in sent if one.arrived][:LAST]
    earlier = earlier_repairs(world)
    rows = []
    for one in made:
        closed = world.papers_of(one.id).closed
        before = earlier.get(closed.id) if closed else None
        rows.append(
            {
                "id": one.id,
                "arrived_at": _iso(world, one.arrived.at if one.arrived else None),
                "staff": one.staff,
                "name": world.name(one.staff),
                "purpose": one.purpose,
                "machine": world.machine_of(one.id),
                "report": closed.id if closed else None,
                "fault": closed.get("fault") if closed else None,
                "cause_class": closed.get("cause_class") if closed else None,
                "solution": closed.get("solution") if closed else None,
                "resolved": closed.get("resolved") if closed else None,
                "repeat": closed is not None and before is not None and within(world, closed_at(before), closed.at, closed.id),
            }
        )
    return rows


def _likely_repeats(world: World, whose: Whose) -> list[Row]:
    """Faults mended so lately that the same one again would be a repeat repair (3.6), the latest first.

    `open_call` is the last call about the machine since then that nobody has been there for.
    """
    rows, now = [], world.now
    served = {one.dispatch.get("call") for one in world.visits.values() if one.left}
    for (machine, fault), group in by_machine_and_fault(world).items():
        last, mended = group[-1], closed_at(group[-1])
        if machine in whose.machines and last.resolved and within(world, mended, now, last.id, new=True):
            since = [c for c in _calls(world, whose) if c.log.get("machine") == machine and c.at > mended]
            again = next((c.id for c in reversed(since) if c.closed is None and c.id not in served), None)
            rows.append(
                {
                    "machine": machine,
                    "fault": fault,
                    "report": last.id,
                    "mended_at": _iso(world, mended),
                    "days_ago": world.days_old(mended),
                    "times": sum(within(world, closed_at(one), now, one.id, new=True) for one in group),
                    "open_call": again,
                }
            )
    return sorted(rows, key=lambda r: (r["mended_at"], r["report"]), reverse=True)


def _complaints(world: World, whose: Whose) -> list[Row]:
    visits = {one.id for one in _visits(world, whose)}
    found = [
        one
        for one in world.complaints.values()
        if _concerns(whose, one.log.get("from"), None) or one.log.get("visit") in visits
    ]
    return [
        {
            "id": one.id,
            "at": _iso(world, one.log.at),
            "kind": one.log.get("kind"),
            "cause": one.log.get("cause"),
            "about": ", ".join(one.people) or None,
            "standing": world.verified(one),
            "remedied": bool(one.remedies),
        }
        for one in sorted(found, key=lambda k: (k.log.at, k.id), reverse=True)
    ]


def _tour(world: World, customer: str | None) -> Row | None:
    """When a key customer's next visit is due; None for others."""
    row: Mapping[str, str] = world.registers.customers.get(customer or "", {})
    kept = keeping(customer or "", row, done_by_customer(world).get(customer or "", ()))
    if kept is None:
        return None
    found = due_row(world, kept)
    return {name: value for name, value in found.items() if name not in ("customer", "name", "region")}
