"""A book that needs no figures of its own: how many cases were opened and ended, how many are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from svc.audit.books import Case, backlog
from svc.audit.open import Item
from svc.audit.world import Span, World
from svc.domain import ledgers
from svc.text import Text


class Plain(NamedTuple):
    """The book of one such ledger."""

    noun: str

    def figures(self, world: World, span: Span) -> Mapping[str, int | None]:
        """opened, closed, open (`backlog`)."""
        found = world.of(self.noun).values()
        cases = (Case(one.opening.at, one.ended.at if one.ended else None) for one in found)
        return backlog(cases, span, world.now, has_limit=False)

    def waiting(self, world: World) -> Iterator[Item]:
        """The cases that have not ended."""
        row = ledgers.TABLE[self.noun]
        for one in world.of(self.noun).values():
            if one.ended is None:
                what = Text(f"open: {row.title.en} {one.id}", f"未结：{row.title.zh} {one.id}")
                yield Item(self.noun, one.id, None, one.opening.at, one.opening.by, what, f"svc {self.noun} {row.ends[0]} {one.id}")
