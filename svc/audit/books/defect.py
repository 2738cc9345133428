"""Design defects of a month, and those still open with their age and reports (1.9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.figures import tally
from svc.audit.world import Span, World
from svc.domain.nouns import defect
from svc.rules.judge import Subject


def figures(world: World, span: Span) -> dict[str, Any]:
    """Reported and closed in the month, open now; `by_product` counts those reported in the month.

    `list` are the open ones among those reported up to the month's end, the oldest first; `reports`
    the service reports that show them. No limit is set, so nothing is overdue.
    """
    found = sorted(world.of("defect").values(), key=lambda d: (d.report.at, d.id))
    cases = [Case(d.report.at, d.closed.at if d.closed else None) for d in found]
    return {
        **backlog(cases, span, world.now, has_limit=False),
        "by_product": tally(d.report.get("product") for d in found if span.holds(d.report.at)),
        "list": [_row(world, d) for d in found if d.closed is None and d.report.at < span.end],
    }


def _row(world: World, one: defect.Defect) -> dict[str, Any]:
    shown = one.report.get("report")
    return {
        "id": one.id,
        "product": one.report.get("product"),
        "machine": one.report.get("machine"),
        "age_days": world.days_old(one.report.at),
        "answered": bool(one.answers),
        "reports": [shown] if shown else [],
    }


def concerned_rows(world: World, one: defect.Defect) -> list[dict[str, Any]]:
    """The machines that a defect's bulletins concern, those at which nothing was done first, with whom to call."""
    rows = []
    for serial, (bulletin, done) in defect.to_do(one, world.registers.machines).items():
        owner = world.registers.machines[serial].get("customer")
        customer = world.registers.customers.get(owner or "", {})
        rows.append(
            {
                "machine": serial,
                "customer": owner or None,
                "name": customer.get("name") or None,
                "phone": customer.get("phone") or None,
                "action": bulletin.get("action"),
                "staff": bulletin.get("staff"),
                "done": world.day(done.at).isoformat() if done else None,
                "visit": done.get("visit") if done else None,
            }
        )
    return sorted(rows, key=lambda row: (row["done"] is not None, defect.in_order(row["machine"])))


def subjects(world: World) -> Iterator[Subject]:
    """Each defect; whom it concerns is whoever reported it."""
    for one in world.of("defect").values():
        yield Subject("defect", one.id, one.report.by, defect.facts(one))
