"""Repairs of one fault of one machine: which repeats which, within the window of the rules file (3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from svc.audit.circumstances import with_customer
from svc.audit.world import Repair, World, grouped, once
from svc.domain.clock.precision import before, not_after
from svc.domain.entry import Entry
from svc.domain.facts import Facts
from svc.domain.nouns import report
from svc.domain.nouns.report import Report
from svc.domain.text import folded
from svc.rules.check import row_of
from svc.rules.conditions import Chosen
from svc.rules.judge import Subject
from svc.rules.model import Row

WINDOW = "repeat_repair_window"


@once
def by_machine_and_fault(world: World) -> dict[tuple[str, str], list[Repair]]:
    """Repairs of the same fault of the same machine, in order of closing; one of them unknown: never the same."""
    told = ((one, one.machine, one.closed.get("fault")) for one in world.repairs)
    return grouped(((machine, folded(fault)), one) for one, machine, fault in told if machine and fault)


def earlier_repairs(world: World) -> dict[str, Entry]:
    """For each repair report the closing of the last earlier *resolved* one of the same machine and fault."""
    found: dict[str, Entry] = {}
    for group in by_machine_and_fault(world).values():
        for n, later in enumerate(group):
            earlier = [one.closed for one in group[:n] if before(one.closed.at, later.closed.at) and one.closed.get("resolved")]
            if earlier:
                found[later.id] = earlier[-1]
    return found


def repeats(world: World) -> Iterator[tuple[Repair, Repair]]:
    """Pairs of an earlier resolved repair and a later one of the same machine and fault within the window."""
    for group in by_machine_and_fault(world).values():
        for n, later in enumerate(group):
            for earlier in group[:n]:
                if earlier.closed.get("resolved") and _again(world, earlier.closed.at, later):
                    yield earlier, later


def _again(world: World, earlier: datetime, later: Repair) -> bool:
    return bool(before(earlier, later.closed.at)) and within(world, earlier, later.closed.at, later.id)


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
        one = world.reports[report_id]
        subject = Subject("report", one.id, None, {}) if new else with_facts(world, one, {})
        facts = with_customer(world, subject, at).facts
    chosen = row_of(history, at, facts, world.zone)
    return chosen.rows if isinstance(chosen, Chosen) else (chosen,)


def with_facts(world: World, one: Report, more: Facts) -> Subject:
    """A closed report as rules look at it."""
    assert one.closed is not None
    within, items = _asked(world, world.day(one.closed.at))
    sent = world.visits.get(one.visit)
    facts = report.facts(one, within, items, sent.purpose if sent else None)
    whose = sent.staff if sent else one.closed.by
    facts.update(more)
    return Subject("report", one.id, whose, facts, leads=sent.leads if sent else ())


@once
def _asked(world: World, day: date) -> tuple[int | None, Iterable[str]]:
    """Within how many seconds a report of a day may be put right, and which items of its own the department asks for."""
    rules = world.rules_on(day)
    limit = rules.limits.get("report_fix_within")
    row = limit.on(day) if limit else None
    return row.value if row else None, rules.report_items
