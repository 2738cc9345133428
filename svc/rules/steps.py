"""Which time it was: of rows with steps the n-th offence of a person costs the n-th number.

Numbered in the order in which they became final, so that a later ruling raises nobody's earlier fine; what a seal
charged comes before what was learned after it. One that is dismissed frees its number; a waiver counts as a
time, what another finding on the same act lets go does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from svc.rules.judge import Finding, Time

Place = Callable[[Finding], str]
"""By it they are ordered first: what an earlier seal charged comes before the others."""
_NEVER = float("inf")


def number(found: Sequence[Finding], zone: tzinfo, place: Place = lambda one: "") -> list[Finding]:
    """The findings, in their order, each that has steps with its time."""
    stepped = {one.rule.id for one in found if one.amount and one.amount.steps and one.staff}
    if not stepped:
        return list(found)
    groups: dict[tuple[str | None, str], list[Finding]] = {}
    for one in found:
        if one.rule.id in stepped and one.offence_at is not None:
            groups.setdefault((one.staff, one.rule.id), []).append(one)
    counted = {}
    for group in groups.values():
        ordered = sorted(group, key=lambda one: _order(one, place))
        counted.update({one.id: one._replace(time=_time(one, ordered, zone)) for one in ordered if _has_steps(one)})
    return [counted.get(one.id, one) for one in found]


def stands(one: Finding) -> bool:
    """Whether it counts as a time: final, or forgiven by somebody, but not let go for another finding."""
    return one.status == "final" or (one.status == "waived" and one.turns[-1].meeting is None)


def _has_steps(one: Finding) -> bool:
    return bool(one.amount and one.amount.steps)


def _time(one: Finding, ordered: Sequence[Finding], zone: tzinfo) -> Time | None:
    if one.amount is None or one.amount.steps is None or one.offence_at is None:
        return None
    per = one.amount.steps.per
    period = period_of(one.offence_at, per, zone)
    before = []
    for other in ordered:
        if other is one:
            break
        if stands(other) and other.offence_at and period_of(other.offence_at, per, zone) == period:
            before.append(other.id)
    return Time(len(before) + 1, period, tuple(before), one.amount.steps.nth(len(before) + 1))


def period_of(moment: datetime, per: str, zone: tzinfo) -> str:
    """The month, quarter or year of a moment in the desk's zone: 2026-12, 2026-Q4, 2026."""
    day = moment.astimezone(zone).date()
    if per == "year":
        return f"{day.year}"
    return f"{day:%Y-%m}" if per == "month" else f"{day.year}-Q{(day.month + 2) // 3}"


def _order(one: Finding, place: Place) -> tuple[str, float, float, str]:
    assert one.offence_at is not None
    return place(one), became_final(one), one.offence_at.timestamp(), one.id


def became_final(one: Finding) -> float:
    """When it became final (or was forgiven) the last time it did; of what never was, never."""
    since, before = _NEVER, ""
    for turn in one.turns:
        now = "final" if turn.standing in ("final", "waived") else turn.standing
        if now == "final" and before != "final":
            since = turn.at.timestamp()
        before = now
    return since
