"""What the monthly audit counts: one function a heading, each with the definition it keeps to.

*In the month* means start ≤ t < end; *now* is the world's. A rate with nothing to count is None.
Durations are minutes, rounded half up.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from svc.audit.complete import lacks
from svc.audit.repeats import repeats
from svc.audit.world import Rows, Span, World, grouped, once
from svc.domain.answering import outcome
from svc.domain.briefs import AHEAD, LATE
from svc.domain.briefs.call import Brief as Call
from svc.domain.briefs.report import Brief as Report
from svc.domain.briefs.visit import Brief as Visit
from svc.domain.clock.base import day_off, minutes
from svc.domain.clock.precision import UNDECIDED, before, elapsed, end_of, kept
from svc.domain.entry import Entry
from svc.domain.nouns import access
from svc.domain.nouns.complaint import Complaint
from svc.domain.text import says_something
from svc.rules.judge import Finding

Figures = dict[str, Any]


def rate(part: int, whole: int) -> float | None:
    """part ÷ whole, None where there is nothing to count."""
    return part / whole if whole else None


def tally(values: Iterable[str | None]) -> dict[str, int]:
    """How often each value occurs, in the order of the alphabet."""
    return dict(sorted(Counter(v for v in values if v is not None).items()))


def median(values: Sequence[float]) -> float | None:
    """The middle value; of an even number the mean of the two in the middle."""
    if not values:
        return None
    ranked, half = sorted(values), len(values) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def percentile(values: Sequence[float], share: int) -> float | None:
    """The smallest value that at least `share` % of the values do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(len(values) * share / 100) - 1] if values else None


def _known(spans: Iterable[float | None]) -> list[float]:
    """The spans whose beginning and end are known to the minute."""
    return [one for one in spans if one is not None]


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else minutes(seconds)


def headline(world: World, span: Span) -> Figures:
    """What the department is there for (1.1, 3.1): share of satisfied surveys, complaints on 100 visits left."""
    left, logged = len(left_in(world, span)), sum(span.holds(one.log.at) for one in world.complaints.values())
    return {
        "satisfied_rate": rate(*satisfied(months_scores(world, span))),
        "complaints_per_100_visits": logged * 100 / left if left else None,
    }


@once
def months_calls(world: World, span: Span) -> list[Call]:
    """The calls that came in in the month."""
    return [one for one in world.told_calls.values() if span.holds(one.at)]


@once
def calls_by_day(world: World, span: Span) -> dict[date, list[Call]]:
    """The calls that came in in the month, by their day."""
    return grouped((world.day(one.at), one) for one in months_calls(world, span))


def calls(world: World, span: Span) -> Figures:
    """Calls by channel and kind, on days off, matched to a customer known before, without a reply (1.2, 1.10, 3.9)."""
    found, by_day = months_calls(world, span), calls_by_day(world, span)
    off = {day: day_off(day) for day in by_day}
    return {
        "registered": len(found),
        "by_channel": tally(one.channel for one in found),
        "by_kind": tally(one.kind for one in found),
        "on_days_off": None if None in off.values() else sum(len(of) for day, of in by_day.items() if off[day]),
        "matched": sum(_matched(one, known) for day, of in by_day.items() for known in [world.registers.on(day).customers] for one in of),
        "unreplied": sum(one.replied_at is None for one in found),
        "complaints_not_logged": sum(
            one.kind == "complaint" and not one.complained for one in found
        ),
        **_dispatching(world, found),
    }


def _dispatching(world: World, found: Sequence[Call]) -> Figures:
    """How long the needs of the month waited for somebody to be sent (1.3): measured, for no limit is set."""
    needs = [one for one in found if one.needs_service]
    sent = [(one.at, one.dispatched_at) for one in needs if one.dispatched_at]
    waits = _known(elapsed(at, first) for at, first in sent)
    return {
        "needs_service": len(needs),
        "needs_without_visit": len(needs) - len(sent),
        "dispatch_median_minutes": _rounded(median(waits)),
        "dispatch_worst_minutes": _rounded(max(waits, default=None)),
    }


def _matched(one: Call, customers: Rows) -> bool:
    """Whether the caller was a customer known before the call: when it was logged, and on the register of the day by then."""
    customer = one.customer
    if customer is None or one.named_later:  # a number that was somebody's only later
        return False
    since = customers.get(customer, {}).get("since")
    return not since or bool(before(kept(since), one.at))


def replies(world: World, span: Span) -> Figures:
    """The month's calls against the reply limit of their day (24 hours, 3.4); the five counts add up to the calls.

    `facts_missing` are those of which an hour is not known that would decide it.
    """
    states = reply_states(world, span)
    answered = [(one.at, one.answered_at) for one in months_calls(world, span) if one.answered_at]
    waits = _known(elapsed(at, first) for at, first in answered)
    if None in states.values():
        counts: Figures = dict.fromkeys((*REPLIES, "rate"))
    else:
        sums = sum((of for of in states.values() if of), Counter[str]())
        counts = {name: sums[name] for name in REPLIES}
        counts["rate"] = rate(sums["within"], sums["within"] + sums["late"] + sums["overdue"])
    return {
        **counts,
        "median_minutes": _rounded(median(waits)),
        "p90_minutes": _rounded(percentile(waits, 90)),
    }


@once
def reply_states(world: World, span: Span) -> dict[date, Counter[str] | None]:
    """By each day of the month how many of its calls are answered within its limit, late …; None where no limit is set for it."""
    limit, now = world.rules.limits["reply_within"], world.now
    rows = ((day, found, limit.on(day)) for day, found in calls_by_day(world, span).items())
    limits = ((day, found, row.value if row else None) for day, found, row in rows)
    return {
        day: None if value is None else Counter(outcome(one.at, one.answered_at, value, now) for one in found)
        for day, found, value in limits
    }


@once
def months_visits(world: World, span: Span) -> list[Visit]:
    """The visits that came due in the month: promise in force in it, not cancelled before it came due."""
    return [one for one in world.told_visits.values() if span.holds(one.promised_at) and one.due]


@once
def visit_states(world: World, span: Span) -> dict[str, str]:
    """How each visit that came due in the month stands to its promise, by its id: on_time, late …"""
    return {one.id: one.outcome(world.now) for one in months_visits(world, span)}


@once
def left_in(world: World, span: Span) -> list[Visit]:
    """The visits left in the month."""
    return [one for one in world.told_visits.values() if span.holds(one.left_at)]


def visits(world: World, span: Span) -> Figures:
    """Visits against the promise in force (3.4, 4.5), the call before leaving (4.4), promises replaced in the month."""
    found, left = months_visits(world, span), left_in(world, span)
    states = Counter(visit_states(world, span).values())
    called = [one.called_in for one in left]
    known = world.told_visits.values()
    new = [asked_by for one in known for at, asked_by in one.replaced if span.holds(at)]
    new += [off.get("asked_by") for off in _sent_anew(world) if span.holds(off.at)]
    return {
        "due": len(found),
        **{name: states[name] for name in VISITS},
        "rate": rate(states["on_time"], states["on_time"] + states["late"] + states["missed"]),
        "left": len(left),
        "left_without_calling": sum(known is False for known in called),
        "call_in_unknown": sum(known is None for known in called),
        "repromised_by_customer": new.count("customer"),
        "repromised_by_us": len(new) - new.count("customer"),
        "cancelled": sum(span.holds(one.cancelled_at) for one in known),
        "past_customers_time": sum(one.own_time is not None for one in found),
        "arrived_not_left": sum(one.left_at is None and span.holds(one.arrived_at) for one in known),
    }


def _sent_anew(world: World) -> Iterator[Entry]:
    """The cancellations, before their promise came due, after which somebody was sent for the same call, to a later time."""
    for told in world.told_visits.values():
        one = told.evidence.visit if told.cancelled_at and told.evidence else None
        off = one.cancelled if one else None
        call_ = told.call
        if one and call_ and off and before(off.at, one.promise.at):
            again = (o.dispatch for o in world.children("visit", call_) if o.id != one.id and before(o.dispatch.at, off.at) is not True)
            if any(before(one.promise.at, sent.get("promised")) for sent in again):
                yield off


@once
def expected(world: World, span: Span) -> list[Visit]:
    """The visits left in the month after which a report and a survey are expected (3.7)."""
    return [one for one in left_in(world, span) if one.reportable]


@once
def closed_in(world: World, span: Span) -> list[Report]:
    """The reports closed in the month."""
    return [one for one in world.told_reports.values() if span.holds(one.closed_at)]


def reports(world: World, span: Span) -> Figures:
    """Reports expected, filed, missing (3.7), incomplete as they were closed (4.6), archived (1.5)."""
    wanted, closed = expected(world, span), closed_in(world, span)
    filed = sum(one.report_id is not None for one in wanted)
    return {
        "expected": len(wanted),
        "filed": filed,
        "missing": len(wanted) - filed,
        "incomplete": sum(bool(lacks(world, one)) for one in closed),
        "missing_items": tally(item for one in closed for item in lacks(world, one)),
        "archived": sum(one.archived for one in closed),
    }


def surveys(world: World, span: Span) -> Figures:
    """Surveys of the visits where one was expected; means and satisfied share over those given in the month (3.1, 3.7)."""
    wanted = expected(world, span)
    returned = sum(one.returned for one in wanted)
    refused = sum(not one.returned and one.survey_id is not None for one in wanted)
    scores = months_scores(world, span)
    return {
        "returned": returned,
        "refused": refused,
        "missing": len(wanted) - returned - refused,
        "mean": means(scores),
        "satisfied": satisfied(scores)[0],
        "scored": satisfied(scores)[1],
        "satisfied_rate": rate(*satisfied(scores)),
    }


def satisfied(scores: Sequence[Mapping[str, int]]) -> tuple[int, int]:
    """How many surveys are content overall (4 or 5), and of how many."""
    overall = [s["overall"] for s in scores if "overall" in s]
    return sum(score >= 4 for score in overall), len(overall)


@once
def months_scores(world: World, span: Span) -> list[Mapping[str, int]]:
    """The scores of the surveys filled in in the month."""
    return [one.scores for one in world.told_reports.values() if one.scores and span.holds(one.returned_at)]


def means(scores: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """The mean of each dimension, two decimals, half up."""
    names = dict.fromkeys(name for score in scores for name in score)
    return {name: mean([s[name] for s in scores if name in s]) for name in names}


def mean(values: Sequence[int]) -> float:
    """The mean with two decimals, half up."""
    exact = Decimal(sum(values)) / len(values)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def repair_figures(world: World, span: Span) -> Figures:
    """Repairs reported in the month, repeats of a resolved one within the window, first-time fixes (3.6).

    Of the `first` ones, which repeat none, some are `fixed`, some `not_resolved`, and some `came_again` by now.
    """
    links = list(repeats(world))
    again, failed = {later.id for _, later in links}, {earlier.id for earlier, _ in links}
    months = [one for one in world.repairs if span.holds(one.closed_at)]
    first = [one for one in months if one.id not in again]
    fixed = [one for one in first if one.resolved and one.id not in failed]
    return {
        "reports": len(months),
        "repeat": len(months) - len(first),
        "first": len(first),
        "fixed": len(fixed),
        "not_resolved": sum(not one.resolved for one in first),
        "came_again": sum(bool(one.resolved) and one.id in failed for one in first),
        "first_time_fix_rate": rate(len(fixed), len(first)),
    }


def complaints(world: World, span: Span) -> Figures:
    """Complaints of the month by channel, kind, cause and verdict (4.1, 4.2); upheld ones not made good, of any month."""
    found = [one for one in world.complaints.values() if span.holds(one.log.at)]
    standing = Counter(world.verified(one) for one in found)
    unremedied = [
        one
        for one in world.complaints.values()
        if world.verified(one) == "upheld" and one.verdict and one.verdict.at < span.end and not one.remedies
    ]
    return {
        "registered": len(found),
        "by_channel": tally(one.log.get("channel") for one in found),
        "by_kind": tally(one.log.get("kind") for one in found),
        "by_cause": tally(one.log.get("cause") for one in found),
        "upheld": standing["upheld"],
        "dismissed": standing["dismissed"],
        "open": standing["open"],
        "unremedied": len(unremedied),
        **_reporting(found),
        "list": [_complaint_row(world, one) for one in sorted(found, key=lambda one: (one.log.at, one.id))],
    }


def _complaint_row(world: World, one: Complaint) -> Figures:
    """One complaint without its text, which may hold what is nobody else's business."""
    return {
        "id": one.id,
        "date": world.day(one.log.at).isoformat(),
        "channel": one.log.get("channel"),
        "kind": one.log.get("kind"),
        "cause": one.log.get("cause"),
        "staff": one.about,
        "name": "、".join(world.name(who) or who for who in one.people) or None,
        "standing": world.verified(one),
        "remedied": bool(one.remedies),
        "closed": one.closed is not None,
    }


def _reporting(found: Sequence[Complaint]) -> Figures:
    """How long complaints that are not about quality took to reach the company (1.8): measured, for no limit is set."""
    service = [one for one in found if one.log.get("kind") == "service"]
    told = [one for one in service if one.reported]
    waits = _known(elapsed(one.log.at, one.reported.at) for one in told if one.reported)
    return {
        "unreported": len(service) - len(told),
        "report_median_minutes": _rounded(median(waits)),
        "report_worst_minutes": _rounded(max(waits, default=None)),
    }


def conduct_figures(world: World, span: Span, found: Sequence[Finding]) -> Figures:
    """What was recorded of people's conduct in the month (1.7, 4.3, 4.7); open is what waits for a ruling."""
    logged = [one for one in world.conducts.values() if span.holds(one.log.at)]
    waiting = {f.subject.id for f in found if f.subject.noun == "conduct" and f.status == "awaiting_ruling"}
    still = sum(one.id in waiting for one in logged)
    return {
        "opened": len(logged),
        "closed": len(logged) - still,
        "open": still,
        "by_kind": tally(one.log.get("kind") for one in logged),
    }


def data_quality(world: World, span: Span) -> Figures:
    """How far the month's own entries can be trusted: typed late, dated ahead, calls that say nothing, promises put right
    since, and those that whoever imported a file recorded in the name of others.

    `hand_edits` is None, not known: an audit reads entries and does not check the chain; `svc ledger verify` does.
    """
    groups = (group for by_id in world.selection.values() for group in by_id.values())
    later = (e for group in groups for e in group if e.recorded_at is not e.at and span.holds(e.at))
    behinds = [e.recorded_at.timestamp() - end_of(e.at).timestamp() for e in later]
    told = [one for by_id in world.told.values() for one in by_id.values() if one.evidence is None]
    imports = [entry for entries in world.selection.get("access", {}).values() for entry in entries]
    return {
        "typed_late": sum(behind > LATE for behind in behinds) + sum(span.holds(at) for one in told for at in one.late),
        "dated_ahead": sum(behind < AHEAD for behind in behinds) + sum(span.holds(at) for one in told for at in one.ahead),
        "hand_edits": None,
        "empty_calls": sum(not says_something(one.summary) for one in months_calls(world, span)),
        "promises_corrected": sum(any(map(span.holds, one.typed)) for one in world.told_visits.values()),
        "imported_for_others": access.imported_for_others(imports, *_months(world, span)),
    }


def _months(world: World, span: Span) -> tuple[str, str]:
    """The first and the last month of a stretch of time: `2026-10`."""
    last = span.end - timedelta(seconds=1)
    return f"{span.start.astimezone(world.zone):%Y-%m}", f"{last.astimezone(world.zone):%Y-%m}"


# ---- the two deadlines day by day (3.4, 4.5) -----------------------------------------------------

REPLIES = ("within", "late", "overdue", "pending", UNDECIDED)
VISITS = ("on_time", "late", "missed", "pending", UNDECIDED)


def days(world: World, span: Span) -> list[Figures]:
    """One row a day of the span, the days without anything too; each column adds up to the month's figure.

    `off` says whether nobody has to work that day; null where the holidays of the year are not known.
    """
    replies, calls, states = reply_states(world, span), calls_by_day(world, span), visit_states(world, span)
    visits = grouped((world.day(due.promised_at), states[due.id]) for due in months_visits(world, span))
    none: Counter[str] = Counter()
    return [_day_row(day, len(calls.get(day, ())), replies.get(day, none), Counter(visits.get(day))) for day in _days(world, span)]


def _days(world: World, span: Span) -> list[date]:
    first, last = world.day(span.start), world.day(span.end - timedelta(seconds=1))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _day_row(day: date, calls: int, answered: Counter[str] | None, arrived: Counter[str]) -> Figures:
    return {
        "date": day.isoformat(),
        "off": day_off(day),
        "calls": calls,
        "replies": {name: answered[name] if answered is not None else None for name in REPLIES},
        "visits": {name: arrived[name] for name in VISITS},
    }
