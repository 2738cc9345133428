"""How long until a machine runs again (3.1, 3.4): from the call to repaired, and how old what is open has become."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from svc.audit.figures import median, percentile
from svc.audit.world import Span, World
from svc.domain.briefs.call import Brief as Call
from svc.domain.clock.precision import elapsed


def repaired(world: World, span: Span) -> dict[str, Any]:
    """The calls whose machine was repaired in the month, by how many hours that took (one decimal, rounded half up).

    Repaired is when whoever mended it left: the first visit of the call, sent to repair, whose report says resolved; where
    nobody wrote down the leaving, when that report was handed in.
    """
    times = [took for one, moment in _mended(world) if span.holds(moment) and (took := elapsed(one.at, moment)) is not None]
    return {"repaired": len(times), "median_hours": _hours(median(times)), "p90_hours": _hours(percentile(times, 90))}


def _mended(world: World) -> Iterator[tuple[Call, datetime]]:
    found: dict[str, datetime] = {}
    calls = world.told_calls
    for sent in world.told_visits.values():
        if sent.call and sent.call in calls and sent.purpose == "repair" and sent.closed_at and sent.resolved:
            moment = sent.left_at or sent.closed_at
            found[sent.call] = min(moment, found.get(sent.call, moment))
    yield from ((calls[id], moment) for id, moment in found.items())


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else math.floor(seconds / 360 + 0.5) / 10


def ages(waiting: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How old what waits has become, in days: the middle, what nine of ten do not exceed, the oldest."""
    days = [row["age_days"] for row in waiting]
    return {
        "open": len(days),
        "median_days": median(days),
        "p90_days": percentile(days, 90),
        "oldest_days": max(days, default=None),
        "oldest": max(waiting, key=lambda row: row["age_days"])["id"] if waiting else None,
    }


def expected(month: str, counts: Mapping[str, int], names: Sequence[str]) -> dict[str, Any]:
    """How many calls the month after is expected to bring, and how that is reckoned.

    `names` are the fifteen months up to and with the audited one, `counts` the calls of those in which the desk was in use.
    Where the same month a year before is known: its calls, times what the last three months were to the same three a year
    before. Else the mean of the last three that are known.
    """
    last: list[int] = [counts[name] for name in names[-3:] if name in counts]
    before: list[int] = [counts[name] for name in names[:3] if name in counts]
    same = counts.get(names[3])
    calls: int | None
    how: str | None
    if same is not None and len(last) == len(before) == 3 and sum(before) > 0:
        calls, how = _half_up(same * sum(last), sum(before)), "same_month_trend"
    else:
        calls, how = (_half_up(sum(last), len(last)), "mean_of_last") if last else (None, None)
    return {"month": month, "calls": calls, "how": how, "same_month": same, "last": last, "year_before": before}


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)
