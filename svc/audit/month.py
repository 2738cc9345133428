"""The monthly audit: everything that was recorded, judged and summed up for one month (1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from svc.audit import ceiling, figures
from svc.audit.books import BOOKS, book
from svc.audit.days import days
from svc.audit.findings import Fine, breaches, findings, fines, offences, sanctions, waits
from svc.audit.products import products
from svc.audit.world import Span, World, grouped
from svc.domain.entry import Entry
from svc.domain.nouns import visit
from svc.domain.nouns.call import Call
from svc.domain.nouns.report import lacking_when_closed
from svc.rules.judge import Finding

Figures = dict[str, Any]


def audit(world: World, month: str, span: Span) -> Figures:
    """All figures of a month as JSON values: money as text with two decimals, times with their offset."""
    found = findings(world)
    last_day = world.day(span.end - timedelta(seconds=1))
    in_force = world.rules.in_force_from(last_day)
    changes = fines(found, span)
    fined = fine_figures(world, changes)
    return {
        "month": month,
        "as_of": _iso(world, world.now),
        "rules": {"sha256": world.rules.sha256, "in_force_from": in_force.isoformat() if in_force else None},
        "headline": figures.headline(world, span),
        "calls": figures.calls(world, span),
        "replies": figures.replies(world, span),
        "visits": figures.visits(world, span),
        "days": days(world, span),
        "reports": figures.reports(world, span),
        "surveys": figures.surveys(world, span),
        "repairs": figures.repair_figures(world, span),
        "complaints": figures.complaints(world, span),
        "conduct": figures.conduct_figures(world, span, found),
        "findings": [finding_row(world, one) for one in offences(found, span)],
        "breaches": breaches(found, span),
        "fines": fined,
        "fined": [_fine_row(world, one) for one in changes],
        "deductions": ceiling.figures(world.rules, last_day, fined, world.registers.staff),
        "sanctions": [sanction_row(world, one, kind, at) for one, kind, at in sanctions(found, span)],
        **{key: book(noun).figures(world, span) for key, noun in BOOKS.items()},
        "open_rulings": open_rulings(world, span, found),
        "products": products(world, span),
        "staff": staff(world, span, found),
        "data_quality": figures.data_quality(world, span),
    }


def _iso(world: World, moment: Any) -> str | None:
    return moment.astimezone(world.zone).isoformat(timespec="seconds") if moment else None


def finding_row(world: World, one: Finding) -> Figures:
    """One finding as the audit lists it."""
    last = next((t.entry for t in reversed(one.turns) if t.entry), None)
    return {
        "id": one.id,
        "rule": one.rule.id,
        "clause": one.rule.clause,
        "staff": one.staff,
        "name": world.name(one.staff),
        "subject": one.subject.id,
        "date": world.day(one.offence_at).isoformat() if one.offence_at else None,
        "status": one.status,
        "amount": one.yuan,
        "final_at": _iso(world, one.final_at),
        "reason": last.get("reason") if last else None,
        "missing": list(one.missing),
    }


def sanction_row(world: World, one: Finding, kind: str, at: datetime) -> Figures:
    """One entry in somebody's record, dated by the verdict."""
    return {
        "staff": one.staff,
        "name": world.name(one.staff),
        "clause": one.rule.clause,
        "kind": kind,
        "subject": one.subject.id,
        "date": world.day(at).isoformat(),
    }


def fine_figures(world: World, changes: Sequence[Fine]) -> Figures:
    """What is payable for the month, in all and by person; a fine without an amount is counted, never guessed."""
    people = sorted({c.finding.staff for c in changes}, key=lambda s: s or "")
    return {
        "payable": _sum(changes),
        "by_staff": [row for who in people if _counts(row := _person(world, changes, who))],
        "unset": sum(c.sign > 0 and c.amount is None for c in changes),
    }


def _fine_row(world: World, one: Fine) -> Figures:
    """What one finding adds to the month: its amount, or less than nothing where a fine is taken back."""
    row = finding_row(world, one.finding)
    amount = None if one.amount is None else f"{one.sign * one.amount:.2f}"
    return {**{name: row[name] for name in ("id", "clause", "staff", "name", "date", "status")}, "amount": amount}


def _person(world: World, changes: Sequence[Fine], who: str | None) -> Figures:
    own = [c for c in changes if c.finding.staff == who]
    return {
        "staff": who,
        "name": world.name(who),
        "count": sum(c.sign > 0 for c in own),
        "amount": _sum(own),
        "unset": sum(c.sign > 0 and c.amount is None for c in own),
    }


def _counts(row: Figures) -> bool:
    return bool(row["count"] or row["amount"] != "0.00")


def _sum(changes: Sequence[Fine]) -> str:
    total = sum((c.sign * c.amount for c in changes if c.amount is not None), Decimal(0))
    return f"{total:.2f}"


def open_rulings(world: World, span: Span, found: Sequence[Finding]) -> list[Figures]:
    """What still waits for a person to rule, and began to wait before the end of the month, with its age in days, oldest first.

    kind: ruling (nobody ruled yet), overlap (two findings on one act, somebody must choose), appeal (the
    person concerned does not agree with what was ruled).
    """
    waiting = sorted((one for one in map(waits, found) if one and one.since < span.end), key=lambda w: (w.since, w.finding.id))
    return [
        {
            "id": one.finding.id,
            "kind": one.kind,
            "clause": one.finding.rule.clause,
            "staff": one.finding.staff,
            "name": world.name(one.finding.staff),
            "date": world.day(one.finding.offence_at).isoformat() if one.finding.offence_at else None,
            "age_days": (world.day(world.now) - world.day(one.since)).days,
        }
        for one in waiting
    ]


def staff(world: World, span: Span, found: Sequence[Finding]) -> list[Figures]:
    """Each person's month: work done, satisfaction, complaints upheld, findings, fines (1.10: balance)."""
    work, own = by_person(world, span), grouped((one.staff, one) for one in found)
    return [_row(world, span, who, work.get(who, Work()), own.get(who, [])) for who in sorted(world.registers.staff)]


def staff_row(world: World, span: Span, who: str, found: Sequence[Finding]) -> Figures:
    """One person's month."""
    own = [f for f in found if f.staff == who]
    return _row(world, span, who, by_person(world, span).get(who, Work()), own)


def _row(world: World, span: Span, who: str, work: Work, own: Sequence[Finding]) -> Figures:
    record = _record(world, span, who, offences(own, span), fines(own, span))
    return {"staff": who, "name": world.name(who), **_work(world, work), **record}


class Work(NamedTuple):
    """What one person did in a stretch of time: calls taken, visits due, reports closed, overall scores."""

    calls: Sequence[Call] = ()
    due: Sequence[visit.Visit] = ()
    closed: Sequence[Entry] = ()
    scores: Sequence[int] = ()


def by_person(world: World, span: Span) -> dict[str | None, Work]:
    """The work of everybody, from one look at each call, visit and report."""
    calls: dict[str | None, list[Call]] = grouped((one.log.by, one) for one in figures.months_calls(world, span))
    due: dict[str | None, list[visit.Visit]] = grouped((one.staff, one) for one in figures.months_visits(world, span))
    closed = grouped((_on_visit(world, e.get("visit")), e) for _, e in figures.closed_in(world, span))
    scores = grouped(
        (_on_visit(world, one.visit), given.fields["scores"]["overall"])
        for one in world.reports.values()
        if (given := one.returned) and span.holds(given.at) and "overall" in given.fields["scores"]
    )
    everybody = {*calls, *due, *closed, *scores}
    return {w: Work(calls.get(w, ()), due.get(w, ()), closed.get(w, ()), scores.get(w, ())) for w in everybody}


def _work(world: World, work: Work) -> Figures:
    states = [visit.outcome(one, world.now) for one in work.due]
    settled = [s for s in states if s != "pending"]
    return {
        "calls": len(work.calls),
        "visits": len(work.due),
        "on_time_rate": figures.rate(states.count("on_time"), len(settled)),
        "reports": len(work.closed),
        "incomplete_reports": sum(bool(lacking_when_closed(e)) for e in work.closed),
        "mean_overall": figures.mean(work.scores) if work.scores else None,
    }


def _on_visit(world: World, visit_id: str) -> str | None:
    found = world.visits.get(visit_id)
    return found.staff if found else None


def _record(world: World, span: Span, who: str, months: Sequence[Finding], changes: Sequence[Fine]) -> Figures:
    own = [c for c in changes if c.finding.staff == who]
    return {
        "complaints_upheld": sum(
            one.standing == "upheld" and one.about == who and span.holds(one.log.at)
            for one in world.complaints.values()
        ),
        "findings": sum(one.staff == who for one in months),
        "fines": _sum(own),
    }
