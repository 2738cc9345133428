"""Tools bought on trips: not turned in, and claimed before they were (1.12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.findings import standing, total
from svc.audit.world import Span, World, once
from svc.domain.nouns import tool
from svc.domain.nouns.expense import Key, claimed_tools, first_claimed
from svc.domain.nouns.tool import Tool
from svc.rules.judge import Subject


def figures(world: World, span: Span) -> dict[str, Any]:
    """Bought (`opened`) and turned in (`closed`) in the month, out now.

    `bought` is what the month's tools cost; `not_turned_in` what those cost that were bought up to the
    month's end and are not in the warehouse now.
    """
    found = list(world.of("tool").values())
    cases = [Case(t.buy.at, t.turned_in.at if t.turned_in else None) for t in found]
    out = [t for t in found if t.turned_in is None and t.buy.at < span.end]
    return {
        **backlog(cases, span, world.now, has_limit=False),
        "bought": total(t.buy.get("amount") for t in found if span.holds(t.buy.at)),
        "not_turned_in": total(t.buy.get("amount") for t in out),
    }


@once
def asked(world: World) -> Mapping[Key, Sequence[Tool]]:
    """The tools that each line of category `tool` asks the money for."""
    return claimed_tools(world.of("expense").values(), world.of("tool").values())


def subjects(world: World) -> Iterator[Subject]:
    """Each tool; whom it concerns is whoever was on the trip (`Visit.traveller`)."""
    first = first_claimed(world.of("expense").values(), asked(world))
    for one in world.of("tool").values():
        sent = world.told_visits.get(one.buy.get("trip"))
        yield Subject("tool", one.id, sent.traveller(one.buy) if sent else one.buy.by, tool.facts(one, first.get(one.id)))


def not_reimbursed(world: World) -> set[str]:
    """The tools whose money was claimed too early, as the rule finds; those dismissed or waived are not among them."""
    return {one.id for one in subjects(world) if standing(world, "tool_not_returned", one) == "final"}
