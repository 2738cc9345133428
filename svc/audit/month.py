"""The monthly audit: everything that was recorded, judged and summed up for one month (1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from svc.audit import figures, pay, people
from svc.audit.books import BOOKS, book
from svc.audit.figures import days
from svc.audit.findings import (
    Fine,
    breaches,
    finding_row,
    findings,
    fines,
    iso,
    offences,
    owed,
    sanction_row,
    sanctions,
    waits,
)
from svc.audit.products import products
from svc.audit.world import Span, World
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
        "as_of": iso(world, world.now),
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
        "deductions": pay.figures(world.rules, last_day, fined, world.registers.on(last_day).staff),
        "sanctions": [sanction_row(world, one, kind, at) for one, kind, at in sanctions(found, span)],
        **{key: book(noun).figures(world, span) for key, noun in BOOKS.items()},
        "open_rulings": open_rulings(world, span, found),
        "products": products(world, span),
        "staff": people.staff(world, span, found),
        "data_quality": figures.data_quality(world, span),
    }


def fine_figures(world: World, changes: Sequence[Fine]) -> Figures:
    """What is payable for the month, in all and by person; a fine without an amount is counted, never guessed."""
    people = sorted({c.finding.staff for c in changes}, key=lambda s: s or "")
    return {
        "payable": owed(changes),
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
        "amount": owed(own),
        "unset": sum(c.sign > 0 and c.amount is None for c in own),
    }


def _counts(row: Figures) -> bool:
    return bool(row["count"] or row["amount"] != "0.00")


def open_rulings(world: World, span: Span, found: Sequence[Finding]) -> list[Figures]:
    """What still waits for a person to rule, and began to wait before the end of the month, with its age in days, oldest first.

    kind: ruling (nobody ruled yet), overlap (two findings on one act, somebody must choose), appeal (the
    person concerned does not agree with what was ruled).
    """
    waiting = sorted(
        (one for one in map(waits, found) if one and one.since < span.end), key=lambda w: (w.since, w.finding.id)
    )
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
