"""What reports are made of: the figures of months and years, those before them, the reasons of findings, the seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from svc.audit import payroll
from svc.audit.findings import findings
from svc.audit.month import audit
from svc.audit.open import items
from svc.audit.world import Span, World
from svc.desk import attached
from svc.desk.behind import first_entry
from svc.desk.open import Desk
from svc.domain.clock.base import month_names, year_months
from svc.errors import BadInput
from svc.output.pages import compare
from svc.output.pages import month as month_page
from svc.output.pages import year as year_page
from svc.output.pages.matters import SealFacts
from svc.output.pages.model import Page
from svc.output.progress import Tell
from svc.recording.sealing import month_figures, waiting
from svc.rules.explain import Step, steps
from svc.store.index.wanted import View
from svc.text import Text, say

Figures = dict[str, Any]


def month(desk: Desk, month: str, view: View | None, reasons: bool, tell: Tell, beside: Path | None = None) -> Page:
    """A month's report, beside the month before; with `reasons` every finding's explanation.

    `beside`: the page that will be written, with copies of the kept files in a folder next to it that it links to.
    """
    figures = month_figures(desk, month, view)
    earlier = month_names(month, 2)[0]
    before = month_figures(desk, earlier, view, waits=False) if _known(desk, earlier) else None
    seal = desk.seals.read(month) if view is None else None
    why: Mapping[str, Sequence[Step]] = {}
    if reasons:
        known = View(desk.time(seal.at), desk.time(seal.at)) if seal else view or desk.view()
        why = explanations(desk, figures, desk.month(month, known)[0], tell)
    sealed = SealFacts(seal.at, seal.by, seal.sha256) if seal else None
    links = attached.copies(desk, [row["id"] for row in (figures.get("attachments") or {}).get("files", ())], beside) if beside else {}
    return month_page.page(month_page.Material(figures, before, why, titles(desk), sealed, links))


def _known(desk: Desk, month: str) -> bool:
    """Whether there is a month to compare with: sealed, or something had been recorded before its end."""
    end = desk.month_span(month).end.timestamp()
    first = first_entry(desk.index)
    return desk.seals.read(month) is not None or (first is not None and first < end)


def titles(desk: Desk) -> dict[str, str]:
    """The names of the rules by id."""
    return {rule.id: say(rule.title) for rule in desk.rules.rules.values()}


def explanations(desk: Desk, figures: Mapping[str, Any], world: World, tell: Tell) -> dict[str, Sequence[Step]]:
    """Why each finding that the figures name is what it is, step by step."""
    lists = (figures["findings"], figures.get("fined", ()), figures["open_rulings"])
    named = {row["id"] for rows in lists for row in rows}
    found = [one for one in findings(world) if one.id in named]
    told: dict[str, Sequence[Step]] = {}
    for n, one in enumerate(found, 1):
        told[one.id] = steps(one, desk.zone, desk.place)
        tell(n, len(found))
    return told


# ---- years -----------------------------------------------------------------------------------------


def year_figures(desk: Desk, year: str, view: View | None, tell: Tell) -> Figures:
    """The figures of a year: each month that has begun, as sealed where it is, and the year counted as a whole."""
    names = _begun(desk, year, view)
    months = []
    for n, name in enumerate(names):
        months.append(month_figures(desk, name, view))
        tell(n + 1, len(names) + 1)
    return year_page.year_figures(year, months, _whole(desk, year, view, months))


def _begun(desk: Desk, year: str, view: View | None) -> list[str]:
    now = (view or desk.view()).now
    spans = {name: desk.month_span(name) for name in year_months(year)}
    found = [name for name, span in spans.items() if span.start <= now and _known(desk, name)]
    if not found:
        raise BadInput(
            Text(f"nothing was recorded in {year}", f"{year} 年没有任何记录"),
            Text("give a year in which the desk was in use", "请写已启用的年份"),
        )
    return found


def whole_figures(desk: Desk, year: str, view: View | None) -> Figures:
    """A year as one stretch of time: the keys are those of a month."""
    return _whole(desk, year, view, [month_figures(desk, name, view, waits=False) for name in _begun(desk, year, view)])


def _whole(desk: Desk, year: str, view: View | None, months: Sequence[Figures]) -> Figures:
    """A year's whole: counted as known at the view, its money that of its months added, as they were paid."""
    view = view or desk.view()
    world, span = year_world(desk, year, view, brief=True)
    figures = audit(world, year, span)
    money = payroll.add_up(months)
    pay = {row["staff"]: row for row in money["pay"]["by_staff"]}
    fines = {row["staff"]: row["amount"] for row in money["fines"]["by_staff"]}
    nothing = dict.fromkeys(payroll.PAID, "0.00")
    staff = [
        {
            **row,
            "fines": fines.get(row["staff"], "0.00"),
            "pay": {name: pay.get(row["staff"], nothing)[name] for name in payroll.PAID},
        }
        for row in figures["staff"]
    ]
    books = payroll.books_added(figures, months)
    return {**figures, **money, **books, "staff": staff, "waiting": waiting(world, span, items(world, world.once(findings)))}


def year_world(desk: Desk, year: str, view: View, brief: bool = False) -> tuple[World, Span]:
    """What the figures of a year are made of (with `brief` not more than that), and its bounds."""
    names = year_months(year)
    span = Span(desk.month_span(names[0]).start, desk.month_span(names[-1]).end)
    return desk.stretch(span, names[-1], desk.rules, view, True, brief), span


def year(desk: Desk, year: str, view: View | None, reasons: bool, tell: Tell) -> Page:
    """A year's report, beside the year before where there was one."""
    figures = year_figures(desk, year, view, tell)
    earlier = str(int(figures["year"]) - 1)
    before = year_figures(desk, earlier, view, tell) if _known(desk, f"{earlier}-12") else None
    why: Mapping[str, Sequence[Step]] = {}
    if reasons:
        why = explanations(desk, figures["whole"], year_world(desk, year, view or desk.view())[0], tell)
    return year_page.page(figures, before, titles(desk), why)


# ---- two stretches ---------------------------------------------------------------------------------


def compared(desk: Desk, a: str, b: str, view: View | None) -> Figures:
    """Two months, or two years, side by side; BadInput where they are not alike."""
    if ("-" in a) != ("-" in b):
        raise BadInput(
            Text(f"{a} and {b}: a month and a year cannot be compared", f"{a} 和 {b}：月份和年份不能相比"),
            Text("give two months (2026-09 2026-10) or two years", "请写两个月份（2026-09 2026-10）或两个年份"),
        )
    if "-" not in a:
        for name in (a, b):
            _begun(desk, name, view)
    figures = whole_figures if "-" not in a else month_figures
    return compare.compared(figures(desk, a, view), figures(desk, b, view))


def comparison(desk: Desk, a: str, b: str, view: View | None) -> Page:
    """The comparison as a report."""
    return compare.page(compared(desk, a, b, view), titles(desk))
