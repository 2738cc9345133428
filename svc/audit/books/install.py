"""Installations promised by contracts: in time, late, people trained (2.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.world import Span, World
from svc.domain.nouns.install import facts, outcome
from svc.rules.judge import Subject


def figures(world: World, span: Span) -> dict[str, Any]:
    """Promised, done, open, overdue; of those due in the month: in time, late (done late or not yet), pending.

    `trained` are the people trained in the month; `untrained` the installations done in it whose
    promised training is not complete.
    """
    found = list(world.of("install").values())
    due = [one for one in found if span.holds(one.due)]
    states = Counter(outcome(one, world.now) for one in due)
    done = [one for one in found if one.done and span.holds(one.done.at)]
    cases = (Case(one.promise.at, one.done.at if one.done else None, one.due) for one in found)
    return {
        **backlog(cases, span, world.now, has_limit=True),
        "due": len(due),
        **{name: states[name] for name in ("in_time", "late", "pending", "facts_missing")},
        "trained": sum(e.get("people") for one in found for e in one.trainings if span.holds(e.at)),
        "untrained": sum((one.trained or 0) < (one.promise.get("training") or 0) for one in done),
    }


def subjects(world: World) -> Iterator[Subject]:
    """The installations; nobody in particular is answerable for one."""
    for one in world.of("install").values():
        yield Subject("install", one.id, None, facts(one))
