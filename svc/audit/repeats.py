"""Repairs of one fault of one machine: which repeats which, within the window of the rules file (3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from svc.audit.circumstances import with_customer
from svc.audit.world import World, grouped, once
from svc.domain.briefs import report
from svc.domain.briefs.report import Brief as Report
from svc.domain.clock.precision import before, not_after
from svc.domain.facts import Facts
from svc.domain.text import folded
from svc.rules.check import row_of
from svc.rules.conditions import Chosen
from svc.rules.judge import Subject
from svc.rules.model import Row

WINDOW = "repeat_repair_window"


@once
def by_machine_and_fault(world: World) -> dict[tuple[str, str], list[Report]]:
    """Repairs of the same fault of the same machine, in order of closing; one of them unknown: never the same."""
    return grouped(((one.machine, folded(one.fault)), one) for one in world.repairs if one.machine and one.fault)


def earlier_repairs(world: World) -> dict[str, Report]:
    """For each repair report the last earlier *resolved* one of the same machine and fault."""
    found: dict[str, Report] = {}
    for group in by_machine_and_fault(world).values():
        for n, later in enumerate(group):
            earlier = [one for one in group[:n] if one.resolved and before(closed_at(one), closed_at(later))]
            if earlier:
                found[later.id] = earlier[-1]
    return found


def closed_at(repair: Report) -> datetime:
    """When a repair that was reported was closed."""
    assert repair.closed_at is not None
    return repair.closed_at


def repeats(world: World) -> Iterator[tuple[Report, Report]]:
    """Pairs of an earlier resolved repair and a later one of the same machine and fault within the window."""
    for group in by_machine_and_fault(world).values():
        for n, later in enumerate(group):
            for earlier in group[:n]:
                if earlier.resolved and _again(world, closed_at(earlier), later):
                    yield earlier, later


def _again(world: World, earlier: datetime, later: Report) -> bool:
    return bool(before(earlier, closed_at(later))) and within(world, earlier, closed_at(later), later.id)


def within(world: World, earlier: datetime, at: datetime, report_id: str, new: bool = False) -> bool:
    """Whether `at` falls into the window after an earlier repair, by the row that holds for that report then.

    `new`: not of that report but of another one, still to come, for the same machine. Where what is not known decides
    between rows, only what all of them say: as the rule of 3.6 finds it.
    """
    return all(
        row is not None and row.value is not None and bool(not_after(at, earlier, row.value))
        for row in _rows(world, at, report_id, new)
    )


def _rows(world: World, at: datetime, report_id: str, new: bool) -> tuple[Row[int] | None, ...]:
    history = world.rules.limits[WINDOW].history
    facts: Facts = {}
    if any(row.when for row in history):
        one = world.told_reports[report_id]
        subject = Subject("report", one.id, None, {}) if new else with_facts(world, one, {})
        facts = with_customer(world, subject, at).facts
    chosen = row_of(history, at, facts, world.zone)
    return chosen.rows if isinstance(chosen, Chosen) else (chosen,)


def with_facts(world: World, one: Report, more: Facts) -> Subject:
    """A closed report as rules look at it."""
    within, items = _asked(world, world.day(closed_at(one)))
    sent = world.told_visits.get(one.visit)
    facts = {**report.facts(one, within, items), **more}
    whose = sent.staff if sent else one.closed_by
    return Subject("report", one.id, whose, facts, leads=sent.leads if sent else ())


@once
def _asked(world: World, day: date) -> tuple[int | None, Iterable[str]]:
    """Within how many seconds a report of a day may be put right, and which items of its own the department asks for."""
    rules = world.rules_on(day)
    limit = rules.limits.get("report_fix_within")
    row = limit.on(day) if limit else None
    return row.value if row else None, rules.report_items
