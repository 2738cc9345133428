"""The monthly audit: everything that was recorded, judged and summed up for one month (1.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from svc.audit import figures, payroll, people, resolution
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
    sanction_row,
    sanctions,
    to_be_ruled_on,
)
from svc.audit.pay import Known, carried_row, own
from svc.audit.payroll import Before, Pay
from svc.audit.products import products
from svc.audit.quality import quality
from svc.audit.world import Span, World
from svc.rules.judge import Finding

Figures = dict[str, Any]


def audit(world: World, month: str, span: Span, before: Before | None = None) -> Figures:
    """All figures of a month as JSON values: money as text with two decimals, times with their offset.

    `before` is what the pay of the month begins with: what it carries of sealed months, the ceilings.
    """
    found, before = world.once(findings), before or Before()
    last_day = world.day(span.end - timedelta(seconds=1))
    in_force = world.rules.in_force_from(last_day)
    pay = payroll.settle(world, month, own(world, found, month, span), before)
    carried = [carried_row(one) for one in pay.carried]
    return {
        "month": month,
        "as_of": iso(world, world.as_of or world.now),
        "rules": {
            "sha256": world.rules.sha256,
            "in_force_from": in_force.isoformat() if in_force else None,
            "begins": world.rules.begins.isoformat() if world.rules.begins else None,
        },
        "headline": figures.headline(world, span),
        "calls": figures.calls(world, span),
        "replies": figures.replies(world, span),
        "visits": figures.visits(world, span),
        "days": days(world, span),
        "reports": figures.reports(world, span),
        "surveys": figures.surveys(world, span),
        "repairs": {**figures.repair_figures(world, span), **resolution.repaired(world, span)},
        "complaints": figures.complaints(world, span),
        "conduct": figures.conduct_figures(world, span, found),
        "findings": [finding_row(world, one) for one in offences(found, span)],
        "breaches": breaches(found, span),
        "fines": payroll.fine_figures(pay),
        "fined": [_fine_row(world, one) for one in fines(found, span)],
        "carried": carried,
        "adjustments": [row for row in carried if row["kind"] == "fine"],
        "bonuses": [line._asdict() for line in pay.own if line.kind == "bonus"],
        "deductions": payroll.deduction_figures(pay, before),
        "pay": payroll.figures(pay),
        "sanctions": [sanction_row(world, one) for one in sanctions(found, span)] + _carried_records(pay),
        **{key: _carried_into(book(noun).figures(world, span), noun, pay.carried) for key, noun in BOOKS.items()},
        "open_rulings": open_rulings(world, span, found),
        "products": products(world, span),
        "quality": quality(world, span),
        "staff": people.staff(world, span, found, pay),
        "data_quality": figures.data_quality(world, span),
    }


def _fine_row(world: World, one: Fine) -> Figures:
    """What one finding adds to the month: its amount, or less than nothing where a fine is taken back."""
    row = finding_row(world, one.finding)
    amount = None if one.amount is None else f"{one.sign * one.amount:.2f}"
    return {**{name: row[name] for name in ("id", "clause", "staff", "name", "date", "status")}, "amount": amount}


def _carried_into(own: Figures, noun: str, carried: Sequence[Known]) -> Figures:
    """A book's figures, its sums with what is carried about sealed months, which stands beside them."""
    if not hasattr(book(noun), "settles"):
        return own
    sums: dict[str, Decimal] = {}
    for line in (one.line for one in carried if one.line.kind == noun and one.line.what):
        sums[line.what or ""] = sums.get(line.what or "", Decimal(0)) + line.yuan
    added = {name: f"{Decimal(own[name]) + sum_:.2f}" for name, sum_ in sums.items()}
    return {**own, **added, "carried": {name: f"{sum_:.2f}" for name, sum_ in sums.items()}}


def _carried_records(pay: Pay) -> list[Mapping[str, Any]]:
    """Changes in people's records that sealed months do not know of; the day they were learned is not their date."""
    return [
        {
            "staff": line.staff,
            "name": line.name,
            "clause": line.clause,
            "kind": line.what,
            "subject": line.id.partition("/")[2],
            "date": None,
            "change": "entered" if line.times > 0 else "withdrawn",
            "concerns": line.concerns,
        }
        for line in (one.line for one in pay.carried if one.line.kind == "record")
        for _ in range(abs(line.times))  # twice where a month that had entered it turns out to have withdrawn it
    ]


def open_rulings(world: World, span: Span, found: Sequence[Finding]) -> list[Figures]:
    """What still waits for a person to rule, and began to wait before the end of the month, with its age in days, oldest first.

    kind: ruling (nobody ruled yet), overlap (two findings on one act, somebody must choose), appeal (the
    person concerned does not agree with what was ruled).
    """
    waiting = sorted(
        (one for one in to_be_ruled_on(world, found) if one.since < span.end), key=lambda w: (w.since, w.finding.id)
    )
    return [
        {
            "id": one.finding.id,
            "kind": one.kind,
            "clause": one.finding.rule.clause,
            "staff": one.finding.staff,
            "name": world.name(one.finding.staff),
            "date": world.day(one.finding.offence_at).isoformat() if one.finding.offence_at else None,
            "age_days": world.days_old(one.since),
        }
        for one in waiting
    ]
