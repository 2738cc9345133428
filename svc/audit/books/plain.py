"""A book that needs no figures of its own: how many cases were opened and ended, how many are open."""

from __future__ import annotations

from collections.abc import Mapping

from svc.audit.books import Case, backlog
from svc.audit.world import Span, World
from svc.named import NamedTuple


class Plain(NamedTuple):
    """The book of one such ledger."""

    noun: str

    def figures(self, world: World, span: Span) -> Mapping[str, int | None]:
        """opened, closed, open (`backlog`)."""
        found = world.of(self.noun).values()
        cases = (Case(one.opening.at, one.ended.at if one.ended else None) for one in found)
        return backlog(cases, span, world.now, has_limit=False)
