"""A world in which most calls, visits and reports are kept in brief: figures and rules ask no more of them.

Whoever asks more, of one of them or of all, has every case read: slower, and never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, TypeVar

from svc.audit.world import Among, World
from svc.domain import briefs
from svc.domain.answering import Answer
from svc.domain.briefs import IN_BRIEF
from svc.domain.entry import Entry
from svc.domain.standing import Papers

V = TypeVar("V")


class Read(Mapping[str, V]):
    """The cases of a noun that were read; who asks for one that is kept in brief, or for all, has all of them read."""

    def __init__(self, noun: str, read: Mapping[str, V], kept: Mapping[str, Any], entire: Callable[[], World]) -> None:
        self.noun, self.read, self.kept, self._entire = noun, read, kept, entire

    @cached_property
    def _all(self) -> Mapping[str, V]:
        return self._entire().of(self.noun)

    def __getitem__(self, id: str) -> V:
        return self._all[id] if id in self.kept else self.read[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def partly(world: World, among: Among, entire: Callable[[], World]) -> World:
    """A world in which cases are kept in brief; `entire` reads every case, `among` are those that are here with all that belongs to them."""
    whole = cache(entire)
    calls, visits, reports = (Read(noun, world.read(noun), world.kept[noun], whole) for noun in IN_BRIEF)
    return Partly._make(world._replace(calls=calls, visits=visits, reports=reports, entire=whole, among=among))


class Partly(World):
    """What was read of a month, and the rest in brief."""

    def read(self, noun: str) -> Mapping[str, Any]:
        """The cases of a ledger that were read, by id: not those that are kept in brief."""
        found = self.of(noun)
        return found.read if isinstance(found, Read) else found

    @cached_property
    def here(self) -> World:
        """What was read, by itself: a world in which nothing is kept in brief."""
        calls, visits, reports = map(self.read, IN_BRIEF)
        return World._make(self._replace(calls=calls, visits=visits, reports=reports, kept=briefs.NOTHING, entire=None))

    @cached_property
    def complete(self) -> World:
        """What is here with all that belongs to it: whatever may wait for somebody."""

        wholly = self.among
        if wholly is None:
            return self

        def among(noun: str, states: Mapping[str, Any]) -> dict[str, Any]:
            return {id: one for id, one in states.items() if id in wholly.get(noun, ())}

        core: Any = {f"{noun}s": among(noun, self.read(noun)) for noun in ("call", "visit", "report", "complaint", "conduct")}
        others = {noun: among(noun, states) for noun, states in self.others.items()}
        selection = {noun: among(noun, some) for noun, some in self.selection.items()}
        kept = {noun: among(noun, some) for noun, some in self.kept.items()}
        waits = self.here._replace(**core, others=others, selection=selection, kept=kept)
        assert self.entire is not None
        return partly(waits, None, self.entire)

    def _brief(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun, kept in brief or made so of what was read, in the order of their ids."""
        return dict(sorted({**self.kept[noun], **self.here.in_brief(noun)}.items(), key=itemgetter(0)))

    def _where(self, parent: str) -> World:
        """The world that knows all that belongs to a case: of one that is kept in brief, that in which everything is read."""
        return self.entire() if self.entire and any(parent in some for some in self.kept.values()) else self.here

    def children(self, noun: str, parent: str) -> Sequence[Any]:
        """The cases of a noun that belong to another case, in the order in which they were opened."""
        return (self._where(parent) if noun in self.kept else self.here).children(noun, parent)

    def reports_of(self, visit: str) -> Sequence[Any]:
        """The reports of a visit, that of its own machine first."""
        return self._where(visit).reports_of(visit)

    def papers_of(self, visit: str) -> Papers:
        """What there is of a visit: of several reports that of the first which has it."""
        return self._where(visit).papers_of(visit)

    def machine_of(self, visit_id: str) -> str | None:
        """The machine that a visit was for: its own word, else the call's."""
        kept = self.kept["visit"].get(visit_id)
        return kept.machine if kept else self.here.machine_of(visit_id)

    @property
    def answers(self) -> Mapping[str, Answer]:
        """What first answered each call, by its id; those that nothing has answered are not there."""
        return self.entire().answers if self.entire else super().answers

    @property
    def dispatched(self) -> Mapping[str, Entry]:
        """The first dispatch for each call."""
        return self.entire().dispatched if self.entire else super().dispatched
