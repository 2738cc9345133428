"""What stands on paper: a visit's form, a return's slip, a quote, the registers of 3.9; plain values, times as ISO 8601 in the desk's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from svc.audit.world import Span, World
from svc.domain.answering import outcome
from svc.domain.calling_in import called_in
from svc.domain.clock.base import minutes
from svc.domain.clock.precision import elapsed
from svc.domain.entry import Entry
from svc.domain.nouns import report as reports
from svc.domain.nouns.call import Call
from svc.domain.nouns.quote import Quote
from svc.domain.nouns.reading import covered
from svc.domain.nouns.return_ import Return
from svc.domain.nouns.visit import Visit

Sheet = dict[str, Any]


def blank() -> Sheet:
    """A form about nothing yet: everything is to be written by hand."""
    return {name: None for name in _VISIT} | {"parts": [], "scores": {}} | _who(None, {}, None)


_VISIT = (
    *("visit", "call", "summary", "purpose", "technician", "called_at", "promised", "arrived", "called_in", "left"),
    *("report", "fault", "cause", "cause_class", "solution", "no_parts", "opinion", "resolved", "refused"),
    *("closed", "charge", "to_pay"),
)


def visit_form(world: World, one: Visit, quote: Quote | None) -> Sheet:
    """The report form of a visit: what is known of it, and its report and survey as far as they are in."""
    sent = one.dispatch
    asked = world.calls.get(sent.get("call") or "")
    serial = world.machine_of(one.id)
    day = world.day(asked.at if asked else sent.at)
    calls = one.call_in_times
    return {
        **blank(),
        **_who(serial, _customer(world, sent, asked.log if asked else None), _machine(world, serial, day)),
        "visit": one.id,
        "call": asked.id if asked else None,
        "summary": asked.log.get("summary") if asked else None,
        "purpose": one.purpose,
        "technician": world.name(one.staff) or one.staff,
        "called_at": _iso(world, asked.at if asked else None),
        "promised": _iso(world, one.expected),
        "arrived": _iso(world, one.arrived.at if one.arrived else None),
        "called_in": _iso(world, min(calls) if calls else None),
        "left": _iso(world, one.left.at if one.left else None),
        **_report(world, one.id),
        "charge": quote.charge if quote else None,
        "to_pay": _money(quote.to_pay() if quote and quote.charge != "unknown" else None),
    }


def _report(world: World, visit_id: str) -> Sheet:
    """The report as it reads with its amendments, and the survey."""
    found = world.of_visit.get(visit_id, ())
    sheet: Sheet = {}
    for one in found:
        if one.closed:
            fields = dict(one.closed.fields)
            for entry in one.amendments:
                fields.update(entry.fields)
            sheet |= {name: fields.get(name) for name in ("fault", "cause", "cause_class", "solution", "opinion")}
            sheet |= {"resolved": fields.get("resolved"), "no_parts": fields.get("no_parts")}
            sheet |= {"parts": list(reports.PARTS.json(fields.get("parts") or ())), "report": one.id}
            sheet["closed"] = _iso(world, one.closed.at)
        if one.returned:
            sheet["scores"] = dict(one.returned.get("scores"))
        elif one.refused:
            sheet["refused"] = one.refused.get("refused")
    return sheet


def return_slip(world: World, one: Return) -> Sheet:
    """The slip on which the general manager consents to a return (1.11)."""
    serial = one.request.get("machine")
    day = world.day(one.request.at)
    owner = world.registers.machines.get(serial or "", {}).get("customer")
    customer = world.registers.customers.get(one.request.get("from") or owner or "", {})
    decided = one.approved or one.refused
    return {
        **_who(serial, customer, _machine(world, serial, day)),
        "id": one.id,
        "requested": _iso(world, one.request.at),
        "by": world.name(one.request.by) or one.request.by,
        "reason": one.request.get("reason"),
        "approved": True if one.approved else False if one.refused else None,
        "words": (decided.get("text") or decided.get("reason")) if decided else None,
        "decided": _iso(world, decided.at if decided else None),
        "decided_by": world.name(decided.by) if decided else None,
        "received": _iso(world, one.received.at if one.received else None),
        "cost": one.received.get("cost") if one.received else None,
    }


def quote_form(world: World, one: Quote) -> Sheet:
    """A quote as the customer gets it: what it is for, line by line, who pays and why (2.1, 2.2)."""
    made = one.made
    sent = world.visits.get(made.get("visit") or "")
    asked = world.calls.get(made.get("call") or (sent.dispatch.get("call") if sent else None) or "")
    source = sent.dispatch if sent else made
    serial = made.get("machine")
    machine = _machine(world, serial, world.day(asked.at if asked else made.at))
    if made.get("warranty_until"):
        machine["warranty_until"] = made.get("warranty_until")
    lines = [{**part, "sum": _money(Decimal(part["price"]) * part["qty"])} for part in made.get("parts") or ()]
    return {
        **_who(serial, _customer(world, source, asked.log if asked else None), machine),
        "id": one.id,
        "made": _iso(world, made.at),
        "by": world.name(made.by) or made.by,
        "call": asked.id if asked else None,
        "visit": sent.id if sent else None,
        "summary": asked.log.get("summary") if asked else None,
        "parts": lines,
        "labour": made.get("labour"),
        "travel": made.get("travel"),
        "total": _money(one.total),
        "to_pay": _money(one.to_pay() if one.charge != "unknown" else None),
        "charge": one.charge,
        "reason": made.get("reason"),
        "clause": made.get("clause"),
        "cause_class": made.get("cause_class"),
        "answer": one.answered,
        "answered": _iso(world, one.answer.at if one.answer else None),
    }


def _who(serial: str | None, customer: Mapping[str, str], machine: Sheet | None) -> Sheet:
    """The customer and the machine, as they stand on any paper."""
    empty = {"product": None, "sold": None, "warranty_until": None, "in_warranty": None}
    return {
        "customer": customer.get("name") or None,
        "contact": customer.get("contact") or None,
        "phone": customer.get("phone") or None,
        "address": customer.get("address") or customer.get("region") or None,
        "machine": serial,
        **(machine or empty),
    }


def _customer(world: World, sent: Entry, log: Entry | None) -> Mapping[str, str]:
    id = sent.get("customer") or (log.get("from") if log else None)
    return world.registers.customers.get(id or "", {})


def _machine(world: World, serial: str | None, day: Any) -> Sheet:
    row = world.registers.machines.get(serial or "", {})
    until = row.get("warranty_until") or None
    return {
        "product": row.get("product") or None,
        "sold": row.get("sold") or None,
        "warranty_until": until,
        "in_warranty": covered(row, world.run(serial), day) if row else None,
    }


def _money(amount: Any) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _iso(world: World, moment: datetime | None) -> str | None:
    return moment.astimezone(world.zone).isoformat(timespec="seconds") if moment else None


# ---- the registers of 3.9, row by row -----------------------------------------------------------------

Row = dict[str, Any]


def _between(start: datetime, end: datetime | None) -> int | None:
    seconds = None if end is None else elapsed(start, end)
    return None if seconds is None else minutes(seconds)


def call_register(world: World, span: Span, callers: Mapping[str, Mapping[str, str]]) -> list[Row]:
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
    said = world.answers.get(one.id)
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
        "answered_at": _iso(world, said.at if said else None),
        "answered_by": said.by if said else None,
        "wait_minutes": _between(one.at, said.at if said else None),
        "outcome": outcome(one.at, said.at if said else None, limit, world.now) if limit is not None else None,
        "escalated_to": ", ".join(e.get("to") for e in one.escalations) or None,
        "visits": ", ".join(visits) or None,
        "closed_at": _iso(world, one.closed.at if one.closed else None),
        "result": one.closed.get("text") if one.closed else None,
    }


def dispatch_register(world: World, span: Span) -> list[Row]:
    """Every dispatch of the month: who was sent where by when, and what became of it."""
    found = [v for v in world.visits.values() if span.holds(v.dispatch.at)]
    return [_dispatch(world, one) for one in sorted(found, key=lambda v: (v.dispatch.at, v.id))]


def _dispatch(world: World, one: Visit) -> Row:
    sent = one.dispatch
    asked = world.calls.get(sent.get("call") or "")
    customer = sent.get("customer") or (asked.customer if asked else None)
    arrived, left = one.arrived.at if one.arrived else None, one.left.at if one.left else None
    closed = world.papers_of(one.id).closed
    times = one.call_in_times
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
        "late_minutes": None if arrived is None else max(0, _between(one.deadline, arrived) or 0),
        "outcome": "cancelled" if one.cancelled else world.told_visits[one.id].outcome(world.now),
        "call_in_at": _iso(world, min(times)) if times else None,
        "called_in": called_in(one),
        "left_at": _iso(world, left),
        "site_minutes": None if arrived is None else _between(arrived, left),
        "report": closed.id if closed else None,
        "cancelled_at": _iso(world, one.cancelled.at if one.cancelled else None),
        "reason": one.cancelled.get("reason") if one.cancelled else None,
    }


def expense_register(world: World, span: Span) -> list[Row]:
    """Every line of every expense statement submitted in the month, with the receipt and what became of it."""
    from svc.audit.books import expense

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
