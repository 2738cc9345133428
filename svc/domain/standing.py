"""How cases stand: which are open, and what of them may wait for somebody, at whatever hour and by whatever rules.

Worked out of the folded cases, with those to which they belong, by what each noun declares (`pending`, `is_open`,
`to_rule`); no hour is looked at, no rules, no registers. So it is more than what waits at a moment, never less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from svc.domain import cases, correction, ledgers, merging
from svc.domain.entry import Entry
from svc.domain.order import by_minute

RULING, OVERLAP = "rule", "overlap"
"""What somebody may have to rule on; what may be of one act with another offence."""

Found = Mapping[str, Mapping[str, Sequence[Entry]]]


def counts(noun: str) -> bool:
    """Whether cases of a ledger are ever open, or anything of them ever waits."""
    row = ledgers.TABLE[noun]
    return bool(row.ends) or row.ruled


class Together:
    """Cases with what belongs to them, folded: what a noun may ask of them (`cases.Context`), at the end of time."""

    now = cases.END_OF_TIME

    def __init__(self, found: Found) -> None:
        one = merging.as_one(found, {})
        self.entries = {noun: {id: [by_minute(e) for e in of_id] for id, of_id in some.items()} for noun, some in one.items()}
        self._states = {noun: dict(_folded(noun, some)) for noun, some in self.entries.items()}
        visits, calls = self.of("visit"), self.of("call")
        if visits and calls:
            for_call = ledgers.module("visit").for_call
            asked = {id: calls.get(one.dispatch.get("call") or "") for id, one in visits.items()}
            self._states["visit"] = {id: for_call(one, of.log if (of := asked[id]) else None) for id, one in visits.items()}

    def of(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun by id, folded."""
        return self._states.get(noun, {})

    def children(self, noun: str, parent: str) -> Sequence[Any]:
        """The cases of a noun that belong to another case, in the order in which they were opened."""
        return self._children.get((noun, parent), ())

    @cached_property
    def _children(self) -> Mapping[tuple[str, str], list[Any]]:
        return cases.children(self.entries, self.of)

    def until(self, limit: str, start: Any) -> None:
        """No limit is known here."""

    def machine_of(self, visit_id: str) -> str | None:
        """The machine that a visit was for: its own word, else the call's."""
        visit = self.of("visit")[visit_id]
        asked = self.of("call").get(visit.dispatch.get("call") or "")
        machine: str | None = visit.dispatch.get("machine") or (asked.log.get("machine") if asked else None)
        return machine

    def last_ruling(self, finding_id: str) -> str | None:
        """What was last ruled on a finding; None while nobody has."""
        return cases.last_ruling(self.of("finding").get(finding_id, ()))

    def verified(self, one: Any) -> str:
        """How a complaint stands: open, upheld or dismissed, also by a later ruling on what was found of it."""
        found: str = ledgers.module("complaint").standing(one, self.rulings_on.get(one.id, ()))
        return found

    @cached_property
    def rulings_on(self) -> Mapping[str, list[Entry]]:
        """The rulings by the case of their finding."""
        return cases.rulings_on(self.of("finding"))

    def rows(self, noun: str) -> Mapping[str, Mapping[str, str]]:
        """No register is known here."""
        return {}

    def called(self, noun: str, id: str) -> str:
        """No name is known here."""
        return id


def _folded(noun: str, some: Mapping[str, Sequence[Entry]]) -> Iterator[tuple[str, Any]]:
    fold = ledgers.module(noun).fold
    return ((id, state) for id, entries in some.items() if (state := fold(entries)) is not None)


def open_cases(together: Together) -> Iterator[tuple[str, str]]:
    """The cases that lists show as open: noun and id."""
    for noun, some in together.entries.items():
        if ledgers.TABLE[noun].ends:
            states = together.of(noun).items()
            yield from ((noun, id) for id, state in states if cases.goes_on(noun, state, some[id]))


def waiting(together: Together) -> Iterator[tuple[str, str, str]]:
    """What may wait for somebody: noun, id and kind, as boards name it."""
    for noun in together.entries:
        module, states = ledgers.module(noun), together.of(noun)
        own = getattr(module, "may_wait", None)
        if own:
            yield from ((noun, id, kind) for id, state in states.items() for kind in own(state))
        else:
            yield from ((noun, item.id, item.kind) for item in cases.pending(noun, together))
        if hasattr(module, "RULED"):
            yield from ((noun, id, RULING) for id, state in states.items() if _to_be_ruled_on(together, noun, id, state))
        if hasattr(module, "meets"):
            yield from ((noun, id, OVERLAP) for id, state in states.items() if module.meets(state))


def _to_be_ruled_on(together: Together, noun: str, id: str, state: Any) -> bool:
    """Whether somebody may have to rule on a case: on some of it nobody has, since it may have come to be another's.

    A ruling holds for whom it is about.
    """
    module = ledgers.module(noun)
    shifts = [entry for entry in together.entries[noun][id] if entry.event in getattr(module, "WHOSE", (correction.EVENT,))]
    for subject in module.to_rule(state):
        said = (entry for entry in together.rulings_on.get(id, ()) if entry.id.endswith(f"/{subject}"))
        rulings = [entry for entry in said if entry.event not in ("appeal", "settle") and cases.tells(noun, entry.id.partition("/")[0])]
        if not any(all(one.recorded_at <= entry.recorded_at and one.at <= entry.at for one in shifts) for entry in rulings):
            return True
    return False
