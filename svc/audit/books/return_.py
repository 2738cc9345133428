"""Returns of a month: goods that came in without the general manager's consent, and who bears the cost (1.11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.findings import standing, total
from svc.audit.world import Span, World
from svc.domain.nouns import return_
from svc.domain.nouns.return_ import Return
from svc.rules.judge import Subject


def figures(world: World, span: Span) -> dict[str, Any]:
    """Requested and settled (refused or received) in the month, open now; who bears the cost of what came in.

    `without_consent`: received in the month and not approved before, or at that moment; an approval
    recorded later cures nothing. The cost of these is the customer's (`cost_to_customer`) unless the
    finding was dismissed or waived; that of all others received in the month is the company's.
    `awaiting_consent`: of the open ones, those that the general manager has not decided on.
    """
    found = list(world.of("return").values())
    cases = [Case(r.request.at, r.settled.at if r.settled else None) for r in found]
    received = [r for r in found if r.received and span.holds(r.received.at)]
    borne = {r.id for r in received if standing(world, "return_not_approved", subject(r)) == "final"}
    waits = [r for r in found if r.standing == "awaiting_consent" and r.request.at < span.end]
    return {
        **backlog(cases, span, world.now, has_limit=False),
        "awaiting_consent": len(waits),
        "received": len(received),
        "without_consent": sum(not r.consented for r in received),
        "cost_to_customer": total(r.received.get("cost") for r in received if r.id in borne),
        "cost_to_company": total(r.received.get("cost") for r in received if r.id not in borne),
    }


def settles(world: World, span: Span) -> Iterator[tuple[None, str, str, str, str]]:
    """Who bears the cost of each return received in the span: nobody of the staff, id, sum that it goes into, rule, yuan."""
    for one in world.of("return").values():
        if one.received and span.holds(one.received.at):
            customer = standing(world, "return_not_approved", subject(one)) == "final"
            bears = "cost_to_customer" if customer else "cost_to_company"
            yield None, one.id, bears, "return_not_approved", one.received.get("cost") or "0.00"


def subject(one: Return) -> Subject:
    """A return as it is judged. It concerns no member of staff: nobody is fined for it."""
    return Subject("return", one.id, None, return_.facts(one))


def subjects(world: World) -> Iterator[Subject]:
    """Each return."""
    return (subject(one) for one in world.of("return").values())
