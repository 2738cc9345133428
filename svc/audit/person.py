"""One person's month and record: what was done, what was found, what it costs, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from svc.audit import ceiling
from svc.audit.findings import findings, fines, offences, sanctions
from svc.audit.month import finding_row, sanction_row, staff_row
from svc.audit.world import Span, World
from svc.rules.explain import Step
from svc.rules.judge import Finding

Figures = dict[str, Any]


class Month(NamedTuple):
    """A person's month: its figures, the findings behind them, and how the sum comes about."""

    figures: Figures
    findings: list[Finding]
    arithmetic: list[Step]


def month(world: World, span: Span, who: str) -> Month:
    """The figures of a person's month, and the findings behind them (dated in it, or changing what is payable in it)."""
    found = [f for f in findings(world) if f.staff == who]
    changes = fines(found, span)
    own = {f.id: f for f in offences(found, span)}
    own.update({change.finding.id: change.finding for change in changes})
    figures = staff_row(world, span, who, found)
    amounts = [change.sign * change.amount for change in changes if change.amount is not None]
    last_day = world.day(span.end - timedelta(seconds=1))
    wage = world.registers.staff.get(who, {}).get("wage") or None
    sums = ceiling.steps(world.rules, last_day, amounts, wage)
    return Month({**figures, "findings": [finding_row(world, f) for f in own.values()]}, list(own.values()), sums)


def record(world: World, who: str) -> list[Figures]:
    """The sanctions in a person's record, of all times, oldest first."""
    ever = Span(datetime(1970, 1, 1, tzinfo=world.zone), datetime(2100, 1, 1, tzinfo=world.zone))
    rows = sanctions([f for f in findings(world) if f.staff == who], ever)
    return [sanction_row(world, one, kind, at) for one, kind, at in rows]
