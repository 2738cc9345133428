"""Calls that head office was asked to help with: answered, or still open and for how long (3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.world import Span, World
from svc.domain.entry import Entry, after
from svc.domain.nouns.call import Call
from svc.named import NamedTuple


class Escalation(NamedTuple):
    """One question to head office; `answered` by the first reply to the call after it: closing the call answers nothing."""

    call: Call
    asked: Entry
    answered: datetime | None


def escalations(world: World) -> Iterator[Escalation]:
    """Every escalation of the calls that the world holds."""
    told = (one.evidence.call for one in world.told_calls.values() if one.escalated and one.evidence)
    for call in told:
        for asked in call.escalations:
            later = [e.at for e in call.replies if after(e, asked)]
            yield Escalation(call, asked, min(later, default=None))


def figures(world: World, span: Span) -> dict[str, Any]:
    """Escalated and answered in the month, open at *now* with their age; no limit is set, so none is overdue."""
    found = list(escalations(world))
    waiting_ = [one for one in found if one.answered is None and one.asked.at < span.end]
    return {
        **backlog((Case(one.asked.at, one.answered) for one in found), span, world.now, has_limit=False),
        "list": [_row(world, one) for one in sorted(waiting_, key=lambda one: (one.asked.at, one.asked.id))],
    }


def _row(world: World, one: Escalation) -> dict[str, Any]:
    asked = one.asked
    return {
        "id": asked.id,
        "to": asked.get("to"),
        "at": asked.at.astimezone(world.zone).isoformat(timespec="seconds"),
        "staff": asked.by,
        "name": world.name(asked.by),
        "age_days": world.days_old(asked.at),
        "text": asked.get("text"),
    }
