"""What reports are made of: a month's figures, those of the month before, the reasons of its findings, its seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.audit.findings import findings
from svc.desk import Desk
from svc.domain.times import month_names
from svc.output.pages.matters import SealFacts
from svc.output.pages.month import Material
from svc.output.progress import Tell
from svc.rules.explain import Step, steps
from svc.store.select import View
from svc.submission import current_figures, sealed_figures

Figures = dict[str, Any]


def month_figures(desk: Desk, month: str, view: View | None = None) -> Figures:
    """The figures of a month: as sealed where it is, unless a view asks for another moment's."""
    sealed = sealed_figures(desk, month) if view is None else None
    return sealed if sealed is not None else current_figures(desk, month, view or desk.view())


def material(desk: Desk, month: str, view: View | None, reasons: bool, tell: Tell) -> Material:
    """A month's report, beside the month before; with `reasons` every finding's explanation."""
    figures = month_figures(desk, month, view)
    before = _before(desk, month, view)
    seal = desk.seals.read(month) if view is None else None
    known = View(desk.time(seal.at), desk.time(seal.at)) if seal else view or desk.view()
    return Material(
        figures,
        before,
        explanations(desk, figures, known, tell) if reasons else {},
        {rule.id: rule.title for rule in desk.rules.rules.values()},
        SealFacts(seal.at, seal.by, seal.sha256) if seal else None,
    )


def _before(desk: Desk, month: str, view: View | None) -> Figures | None:
    """The month before; None where the desk was not in use then."""
    earlier = month_names(month, 2)[0]
    if desk.seals.read(earlier) is None and not desk.in_use(desk.month_span(earlier)):
        return None
    return month_figures(desk, earlier, view)


def explanations(desk: Desk, figures: Mapping[str, Any], view: View, tell: Tell) -> dict[str, Sequence[Step]]:
    """Why each finding that the figures name is what it is, step by step."""
    world, _ = desk.month(figures["month"], view)
    lists = (figures["findings"], figures.get("fined", ()), figures["open_rulings"])
    named = {row["id"] for rows in lists for row in rows}
    found = [one for one in findings(world) if one.id in named]
    told: dict[str, Sequence[Step]] = {}
    for n, one in enumerate(found, 1):
        told[one.id] = steps(one, desk.zone, desk.place)
        tell(n, len(found))
    return told
