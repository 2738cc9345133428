"""What a service report must hold (4.6): the items that the rule asks for on its day, of a visit for its purpose, as it was handed in."""

from __future__ import annotations

from datetime import date

from svc.audit.world import World
from svc.domain.briefs.report import Brief as Report
from svc.domain.correction import as_recorded
from svc.domain.nouns.report import ITEMS, lacking
from svc.rules.model import Rules

RULE = "report_incomplete"


def asked(rules: Rules, day: date) -> tuple[str, ...]:
    """The items that the rule of 4.6 asks for on a day, those of the department's own too; the contract's four where it is struck out."""
    rule = rules.rules.get(RULE)
    held = rules.on(rule, day) if rule else None
    fields = held.check.args.get("fields") if held else None
    return tuple(name.removeprefix("report.") for name in fields) if fields else ITEMS


def lacks(world: World, one: Report) -> tuple[str, ...]:
    """The items of those that a closed report lacked as it was handed in, whatever was corrected or added since."""
    assert one.closed_at is not None
    items = world.once(_asked_on, world.day(one.closed_at))
    if items == ITEMS:
        return one.lacks
    closed = one.evidence.closed if one.evidence else None
    return lacking(as_recorded(closed).fields if closed else one.said, one.purpose, items)


def _asked_on(world: World, day: date) -> tuple[str, ...]:
    return asked(world.rules_on(day), day)
