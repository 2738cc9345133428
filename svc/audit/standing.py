"""How one subject stands under one rule: so that sums of a book and findings agree by construction."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from svc.audit.findings import judged
from svc.audit.world import World
from svc.rules.judge import Subject


def standing(world: World, rule_id: str, subject: Subject) -> str:
    """What `svc finding show` would say of it; "ok" where the department struck the rule out."""
    rule = world.rules.rules.get(rule_id)
    found = judged(world, subject, [rule] if rule else [])
    return next((one.status for one in found if one.rule.id == rule_id), "ok")


def total(amounts: Iterable[str | None]) -> str:
    """The sum of amounts of money as text with two decimals; nothing given adds nothing."""
    return f"{sum((Decimal(a) for a in amounts if a is not None), Decimal(0)):.2f}"
