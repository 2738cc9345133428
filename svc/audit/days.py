"""The two deadlines day by day: the replies to the calls of a day, the visits promised for it (3.4, 4.5)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from svc.audit.figures import Figures, months_calls, months_visits, reply_states
from svc.audit.world import Span, World
from svc.domain.clock.base import day_off
from svc.domain.nouns import visit
from svc.domain.nouns.call import Call
from svc.domain.nouns.visit import Visit

REPLIES = ("within", "late", "overdue", "pending")
VISITS = ("on_time", "late", "missed", "pending")


def days(world: World, span: Span) -> list[Figures]:
    """One row a day of the span, the days without anything too; each column adds up to the month's figure.

    `off` says whether nobody has to work that day; null where the holidays of the year are not known.
    """
    calls: dict[date, list[Call]] = {}
    for one in months_calls(world, span):
        calls.setdefault(world.day(one.at), []).append(one)
    visits: dict[date, list[Visit]] = {}
    for due in months_visits(world, span):
        visits.setdefault(world.day(due.promise.at), []).append(due)
    return [_row(world, day, calls.get(day, []), visits.get(day, [])) for day in _days(world, span)]


def _days(world: World, span: Span) -> list[date]:
    first, last = world.day(span.start), world.day(span.end - timedelta(seconds=1))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _row(world: World, day: date, calls: list[Call], visits: list[Visit]) -> Figures:
    answered = reply_states(world, calls)
    arrived = Counter(visit.outcome(one, world.now) for one in visits)
    return {
        "date": day.isoformat(),
        "off": day_off(day),
        "calls": len(calls),
        "replies": {name: answered[name] if answered is not None else None for name in REPLIES},
        "visits": {name: arrived[name] for name in VISITS},
    }
