"""Visits to key customers, their opinions, and the products made known to them (2.4, 2.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.world import Span, World
from svc.domain.nouns.tour import ASPECTS, Keeping, Tour, every_days, facts, intervals, keeping
from svc.rules.judge import Subject

JUDGED = "customer"
"""The noun under which rules look at them."""


def done_by_customer(world: World) -> dict[str, list[Tour]]:
    """The visits that were made, by customer, in order."""
    found: dict[str, list[Tour]] = {}
    done = [(one.done.at, one.id, one) for one in world.of("tour").values() if one.done]
    for _, _, one in sorted(done):
        found.setdefault(one.customer, []).append(one)
    return found


def kept(world: World, day: date | None = None) -> list[Keeping]:
    """Every key customer of a day (default: *now*) with the interval that runs at *now*."""
    done = done_by_customer(world)
    found = (keeping(id, row, done.get(id, ())) for id, row in world.key_customers(day).items())
    return [one for one in found if one]


def figures(world: World, span: Span) -> dict[str, Any]:
    """Planned, done, open; `overdue` are key customers not visited within their interval at *now*.

    Opinions and products made known are those of the month; `late_plans` the planned visits whose time
    has passed.
    """
    tours = list(world.of("tour").values())
    cases = (Case(one.plan.at, one.done.at if one.done else None, one.by) for one in tours)
    counts = backlog(cases, span, world.now, has_limit=True)
    keys = kept(world, world.day(min(world.now, span.end - timedelta(seconds=1))))
    overdue = [one for one in keys if one.due and one.due < world.now]
    return {
        **counts,
        "overdue": len(overdue),
        "late_plans": counts["overdue"],
        "key_customers": len(keys),
        "overdue_customers": [one.customer for one in overdue],
        "opinions": _opinions(tours, span),
        "introduced": _introduced(world, tours, span),
    }


def _opinions(tours: list[Tour], span: Span) -> dict[str, Any]:
    done = [one for one in tours if one.done and span.holds(one.done.at)]
    said = [(aspect, text) for one in done if one.done for aspect, text in one.done.get("opinions").items()]
    texts = {aspect: [text for name, text in said if name == aspect] for aspect in ASPECTS.words}
    return {aspect: {"count": len(found), "texts": found} for aspect, found in texts.items()}


def _introduced(world: World, tours: list[Tour], span: Span) -> dict[str, int]:
    """How often each product was made known in the month: on visits, and when a call was closed (2.5)."""
    counts = Counter(name for one in tours if one.done and span.holds(one.done.at) for name in one.introduced)
    counts.update(name for call in world.told_calls.values() for at, name in call.introduced if span.holds(at))
    return dict(sorted(counts.items()))


LIMIT = "key_customer_visit_every"
"""The limit that an interval between two visits keeps."""


def subjects(world: World) -> Iterator[Subject]:
    """The intervals between the visits to each key customer, each named after the visit that began it.

    An interval is judged by what the register said on the day on which it ran out: whose key is changed later keeps it for before.
    """
    done = done_by_customer(world)
    for id, row, first, after in world.key_editions():
        if every_days(row) is None:
            continue
        for began, start, end in intervals(row, done.get(id, ())):
            due = world.until(LIMIT, start.value) if isinstance(start.value, datetime) and LIMIT in world.rules.limits else None
            if first <= (world.day(due) if due else world.day(world.now)) < after:
                yield Subject("customer", began or id, None, facts(start, end))


# ---- the due list ----------------------------------------------------------------------------------


def due_rows(world: World) -> list[dict[str, Any]]:
    """Key customers by when their next visit is due, overdue first; where that is not known, last."""
    rows = [due_row(world, one) for one in sorted(kept(world), key=_urgency)]
    return rows


def _urgency(one: Keeping) -> tuple[bool, float, str]:
    return one.due is None, one.due.timestamp() if one.due else 0.0, one.customer


def due_row(world: World, one: Keeping) -> dict[str, Any]:
    """One key customer: last visit, when the next is due, whether it is planned."""

    def shown(moment: Any) -> str | None:
        return moment.astimezone(world.zone).isoformat(timespec="seconds") if moment else None

    row = world.registers.customers.get(one.customer, {})
    plans = [t for t in world.of("tour").values() if t.customer == one.customer and t.done is None]
    plan = min(plans, key=lambda t: t.by, default=None)
    return {
        "customer": one.customer,
        "name": row.get("name") or None,
        "region": row.get("region") or None,
        "every_days": one.every,
        "last_visit_at": shown(one.last.done.at) if one.last and one.last.done else None,
        "due": shown(one.due),
        "days_left": (world.day(one.due) - world.day(world.now)).days if one.due else None,
        "overdue": one.due < world.now if one.due else None,
        "planned": plan.id if plan else None,
        "planned_by": shown(plan.by) if plan else None,
    }
