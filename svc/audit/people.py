"""People: one person's month and record with its reasons, and everybody's month side by side (1.10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from svc.audit import ceilings, payroll
from svc.audit import figures as counts
from svc.audit.complete import lacks
from svc.audit.findings import finding_row, findings, fines, offences, sanction_row, sanctions
from svc.audit.pay import carried_row, own
from svc.audit.payroll import Before, Pay
from svc.audit.world import Span, World, grouped, once
from svc.domain.briefs.call import Brief as Call
from svc.domain.briefs.report import Brief as Report
from svc.domain.briefs.visit import Brief as Visit
from svc.domain.clock.precision import UNDECIDED
from svc.named import NamedTuple
from svc.rules.explain import Step
from svc.rules.judge import Finding

Figures = dict[str, Any]


class Month(NamedTuple):
    """A person's month: its figures, the findings behind them, and how the sum comes about."""

    figures: Figures
    findings: list[Finding]
    arithmetic: list[Step]


def month(world: World, name: str, span: Span, who: str, before: Before) -> Month:
    """The figures of a person's month, and the findings behind them (dated in it, or changing what is payable in it)."""
    found = [f for f in findings(world) if f.staff == who]
    pay = payroll.settle(
        world, name, [line for line in own(world, found, name, span) if line.staff == who], before.of(who)
    )
    behind = {f.id: f for f in offences(found, span)}
    behind.update({change.finding.id: change.finding for change in fines(found, span)})
    row = _row(world, span, who, by_person(world, span).get(who, Work()), found, pay)
    carried = [carried_row(one) for one in pay.carried]
    told = ceilings.steps(world.rules, name, pay.lines, pay.deducted, before.bound(who, name))
    figures = {**row, "carried": carried, "findings": [finding_row(world, f) for f in behind.values()]}
    return Month(figures, list(behind.values()), told)


def record(world: World, who: str) -> list[Figures]:
    """The sanctions in a person's record, of all times, oldest first."""
    ever = Span(datetime(1970, 1, 1, tzinfo=world.zone), datetime(2100, 1, 1, tzinfo=world.zone))
    rows = sanctions([f for f in findings(world) if f.staff == who], ever)
    kept = {(one.finding.id, one.kind): one for one in rows if one.change == "entered"}
    return [sanction_row(world, one) for one in kept.values()]


# ---- everybody's month ---------------------------------------------------------------------------


def staff(world: World, span: Span, found: Sequence[Finding], pay: Pay) -> list[Figures]:
    """Each person's month: work done, satisfaction, complaints upheld, findings, pay (1.10: balance)."""
    work, own, paid = by_person(world, span), grouped((one.staff, one) for one in found), payroll.of_each(pay)
    return [
        _row(world, span, who, work.get(who, Work()), own.get(who, []), paid[who]) for who in sorted(world.registers.staff)
    ]


def _row(world: World, span: Span, who: str, work: Work, own: Sequence[Finding], pay: Pay) -> Figures:
    record = _record(world, span, who, offences(own, span), pay)
    return {"staff": who, "name": world.name(who), **_work(world, span, work), **record}


class Work(NamedTuple):
    """What one person did in a stretch of time: calls taken, visits due, reports closed, overall scores."""

    calls: Sequence[Call] = ()
    due: Sequence[Visit] = ()
    closed: Sequence[Report] = ()
    scores: Sequence[int] = ()


def by_person(world: World, span: Span) -> dict[str | None, Work]:
    """The work of everybody, from one look at each call, visit and report."""
    calls: dict[str | None, list[Call]] = grouped((one.by, one) for one in counts.months_calls(world, span))
    due: dict[str | None, list[Visit]] = grouped((one.on(one.deadline), one) for one in counts.months_visits(world, span))
    closed = grouped((_on_visit(world, one.visit, one.closed_at), one) for one in counts.closed_in(world, span))
    scores = grouped(
        (_on_visit(world, one.visit, None), one.scores["overall"])
        for one in world.told_reports.values()
        if one.scores and span.holds(one.returned_at) and "overall" in one.scores
    )
    everybody = {*calls, *due, *closed, *scores}
    return {w: Work(calls.get(w, ()), due.get(w, ()), closed.get(w, ()), scores.get(w, ())) for w in everybody}


def _work(world: World, span: Span, work: Work) -> Figures:
    known = counts.visit_states(world, span)
    states = [known[one.id] for one in work.due]
    settled = [s for s in states if s not in ("pending", UNDECIDED)]
    return {
        "calls": len(work.calls),
        "visits": len(work.due),
        "on_time_rate": counts.rate(states.count("on_time"), len(settled)),
        "reports": len(work.closed),
        "incomplete_reports": sum(bool(lacks(world, one)) for one in work.closed),
        "mean_overall": counts.mean(work.scores) if work.scores else None,
    }


def _on_visit(world: World, visit_id: str, moment: datetime | None) -> str | None:
    """Who answered for a visit at a moment; None: when it was made."""
    found = world.told_visits.get(visit_id)
    return None if found is None else found.there if moment is None else found.on(moment)


@once
def upheld(world: World, span: Span) -> Counter[str]:
    """How many complaints of the stretch of time are upheld about whom."""
    found = (one for one in world.complaints.values() if span.holds(one.log.at) and world.verified(one) == "upheld")
    return Counter(who for one in found for who in set(one.people))


def _record(world: World, span: Span, who: str, months: Sequence[Finding], pay: Pay) -> Figures:
    sums = payroll.person(pay, who)
    return {
        "complaints_upheld": upheld(world, span)[who],
        "findings": sum(one.staff == who for one in months),
        "fines": f"{Decimal(sums['fines']) + Decimal(sums['carried']):.2f}",
        "pay": {name: sums[name] for name in payroll.PAID},
    }
