"""Claims on suppliers of a month, and those still open with their age (3.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.figures import tally
from svc.audit.findings import total
from svc.audit.world import Span, World
from svc.domain.nouns import claim
from svc.rules.judge import Subject


def figures(world: World, span: Span) -> dict[str, Any]:
    """Opened and closed in the month, open now; `by_supplier` counts those opened in the month.

    `recovered` is what suppliers bore by the closings of the month; `list` are the open ones among
    those opened up to the month's end, the oldest first. No limit is set, so nothing is overdue.
    """
    found = sorted(world.of("claim").values(), key=lambda c: (c.opened.at, c.id))
    cases = [Case(c.opened.at, c.closed.at if c.closed else None) for c in found]
    return {
        **backlog(cases, span, world.now, has_limit=False),
        "by_supplier": tally(c.opened.get("supplier") for c in found if span.holds(c.opened.at)),
        "recovered": total(c.closed.get("amount") for c in found if c.closed and span.holds(c.closed.at)),
        "list": [_row(world, c) for c in found if c.closed is None and c.opened.at < span.end],
    }


def _row(world: World, one: claim.Claim) -> dict[str, Any]:
    supplier = one.opened.get("supplier")
    return {
        "id": one.id,
        "supplier": supplier,
        "name": world.registers.suppliers.get(supplier, {}).get("name") or None,
        "machine": one.opened.get("machine"),
        "part": one.opened.get("part"),
        "report": one.opened.get("report"),
        "age_days": world.days_old(one.opened.at),
        "answered": bool(one.answers),
    }


def subjects(world: World) -> Iterator[Subject]:
    """Each claim; whom it concerns is whoever opened it."""
    for one in world.of("claim").values():
        yield Subject("claim", one.id, one.opened.by, claim.facts(one))
