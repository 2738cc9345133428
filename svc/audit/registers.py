"""The three registers that 3.9 asks for, row by row: calls and letters, dispatches, expense statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from svc.audit.world import Span, World
from svc.domain.clock.base import minutes
from svc.domain.nouns import call, visit
from svc.domain.nouns.call import Call
from svc.domain.nouns.visit import Visit

Row = dict[str, Any]


def _iso(world: World, moment: datetime | None) -> str | None:
    return moment.astimezone(world.zone).isoformat(timespec="seconds") if moment else None


def _between(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else minutes(end.timestamp() - start.timestamp())


def calls(world: World, span: Span, callers: Mapping[str, Mapping[str, str]]) -> list[Row]:
    """Every call and letter that came in in the month: who, when, what, the reply and how long it took.

    `callers` has the numbers and names of strangers by call, where they may be shown.
    """
    found = sorted((c for c in world.calls.values() if span.holds(c.at)), key=lambda c: (c.at, c.id))
    visits: dict[str, list[str]] = {}
    for sent in sorted(world.visits.values(), key=lambda v: (v.dispatch.at, v.id)):
        visits.setdefault(sent.dispatch.get("call") or "", []).append(sent.id)
    return [_call(world, one, callers.get(one.id, {}), visits.get(one.id, [])) for one in found]


def _call(world: World, one: Call, caller: Mapping[str, str], visits: list[str]) -> Row:
    log, reply = one.log, one.replies[0] if one.replies else None
    row = world.rules.limits["reply_within"].on(world.day(one.at))
    limit = row.value if row else None
    return {
        "id": one.id,
        "at": _iso(world, one.at),
        "channel": log.get("channel"),
        "from": caller.get("phone") or log.get("from"),
        "customer": world.registers.customers.get(one.customer or "", {}).get("name") or None,
        "contact": caller.get("contact") or None,
        "machine": log.get("machine"),
        "kind": log.get("kind"),
        "summary": log.get("summary"),
        "needs_service": log.get("needs_service"),
        "due": _iso(world, log.get("due")),
        "taken_by": log.by,
        "taken_by_name": world.name(log.by),
        "replied_at": _iso(world, reply.at if reply else None),
        "replied_by": reply.by if reply else None,
        "reply": reply.get("text") if reply else None,
        "wait_minutes": _between(one.at, reply.at if reply else None),
        "outcome": call.outcome(one, limit, world.now) if limit is not None else None,
        "escalated_to": ", ".join(e.get("to") for e in one.escalations) or None,
        "visits": ", ".join(visits) or None,
        "closed_at": _iso(world, one.closed.at if one.closed else None),
        "result": one.closed.get("text") if one.closed else None,
    }


def dispatches(world: World, span: Span) -> list[Row]:
    """Every dispatch of the month: who was sent where by when, and what became of it."""
    found = [v for v in world.visits.values() if span.holds(v.dispatch.at)]
    return [_dispatch(world, one) for one in sorted(found, key=lambda v: (v.dispatch.at, v.id))]


def _dispatch(world: World, one: Visit) -> Row:
    sent = one.dispatch
    asked = world.calls.get(sent.get("call") or "")
    customer = sent.get("customer") or (asked.customer if asked else None)
    arrived, left = one.arrived.at if one.arrived else None, one.left.at if one.left else None
    closed = world.closed(one.id)
    times = visit.call_in_times(one)
    return {
        "id": one.id,
        "at": _iso(world, sent.at),
        "sent_by": sent.by,
        "call": sent.get("call"),
        "customer": customer,
        "customer_name": world.registers.customers.get(customer or "", {}).get("name") or None,
        "machine": world.machine_of(one.id),
        "purpose": one.purpose,
        "staff": one.staff,
        "name": world.name(one.staff),
        "first_promised": _iso(world, sent.get("promised")),
        "promised": _iso(world, one.promise.at),
        "promises": 1 + len(one.replaced) + len(one.late_promises),
        "arrived_at": _iso(world, arrived),
        "late_minutes": None if arrived is None else max(0, _between(one.promise.at, arrived) or 0),
        "outcome": "cancelled" if one.cancelled else visit.outcome(one, world.now),
        "call_in_at": _iso(world, min(times)) if times else None,
        "called_in": visit.called_in(one),
        "left_at": _iso(world, left),
        "site_minutes": None if arrived is None else _between(arrived, left),
        "report": closed.id if closed else None,
        "cancelled_at": _iso(world, one.cancelled.at if one.cancelled else None),
        "reason": one.cancelled.get("reason") if one.cancelled else None,
    }


def expenses(world: World, span: Span) -> list[Row]:
    """Every line of every expense statement submitted in the month, with the receipt and what became of it."""
    from svc.audit import expense

    return [
        {
            "id": f"{one.claim.id}/{one.line.number}",
            "at": _iso(world, one.claim.submit.at),
            "staff": expense.staff_of(world, one.claim),
            "name": world.name(expense.staff_of(world, one.claim)),
            "trip": one.claim.trip,
            "category": one.line.category,
            "amount": one.line.amount,
            "place": one.line.place,
            "date": one.line.date.isoformat(),
            "receipt": one.line.receipt,
            "outcome": one.outcome,
            "rule": one.rule,
            "reviewed_at": _iso(world, one.claim.review.at if one.claim.review else None),
            "reviewed_by": one.claim.review.by if one.claim.review else None,
            "reason": one.claim.review.get("reason") if one.claim.review else None,
        }
        for one in expense.judged(world)
        if span.holds(one.claim.submit.at)
    ]
