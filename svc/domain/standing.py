"""How cases stand: which are open, and what of them may wait for somebody, at whatever hour and by whatever rules.

Worked out of the folded cases, with those to which they belong, by what each noun declares (`pending`, `is_open`,
`to_rule`); no hour is looked at, no rules, no registers. So it is more than what waits at a moment, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from svc.domain import briefs, cases, correction, ledgers, merging
from svc.domain.answering import Answer, answer
from svc.domain.entry import Entry
from svc.domain.order import by_minute
from svc.named import NamedTuple

RULING, OVERLAP = "rule", "overlap"
"""What somebody may have to rule on; what may be of one act with another offence."""

Found = Mapping[str, Mapping[str, Sequence[Entry]]]


def counts(noun: str) -> bool:
    """Whether cases of a ledger are ever open, or anything of them ever waits."""
    row = ledgers.TABLE[noun]
    return bool(row.ends) or row.ruled


class Papers(NamedTuple):
    """What there is of a visit: the closing of its report, the survey that was filled in, the note that none was, the archiving."""

    closed: Entry | None = None
    returned: Entry | None = None
    refused: Entry | None = None
    archived: Entry | None = None

    @property
    def survey(self) -> Entry | None:
        """The survey, filled in or refused."""
        return self.returned or self.refused


NO_PAPERS = Papers()


class Linked:
    """Folded cases: what is asked of those that belong to one another."""

    @property
    def selection(self) -> Found:
        """The entries that tell them, by ledger and id."""
        raise NotImplementedError

    def of(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun by id, folded."""
        raise NotImplementedError

    def read(self, noun: str) -> Mapping[str, Any]:
        """Those of them that were read: where most are kept in brief, not all that there are."""
        return self.of(noun)

    def in_brief(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun that is told in brief, by id: what figures, rules and boards ask of them (`svc.domain.briefs`)."""
        known: dict[str, Mapping[str, Any]] = self.__dict__.setdefault("_in_brief", {})
        if noun not in known:
            known[noun] = self._brief(noun)
        return known[noun]

    def _brief(self, noun: str) -> Mapping[str, Any]:
        make = briefs.module(noun).brief
        return {id: make(one, self) for id, one in self.of(noun).items()}

    def visits_for(self, call: str | None) -> Sequence[Any]:
        """The visits that were dispatched for a call, in brief, in that order."""
        return self._visits_for.get(call, ())

    @cached_property
    def _visits_for(self) -> Mapping[str | None, list[Any]]:
        groups: dict[str | None, list[Any]] = {}
        for one in sorted(self.in_brief("visit").values(), key=lambda one: one.dispatched_at):
            groups.setdefault(one.call, []).append(one)
        return groups

    @cached_property
    def told_of_visit(self) -> Mapping[str, list[Any]]:
        """The closed reports of each visit in brief, that of the visit's own machine first."""
        groups: dict[str, list[Any]] = {}
        for one in self.in_brief("report").values():
            if one.closed_at:
                groups.setdefault(one.visit, []).append(one)
        for several in groups.values():
            several.sort(key=lambda one: one.own)
        return groups

    def children(self, noun: str, parent: str) -> Sequence[Any]:
        """The cases of a noun that belong to another case, in the order in which they were opened."""
        return self.by_parent.get((noun, parent), ())

    @cached_property
    def by_parent(self) -> Mapping[tuple[str, str], list[Any]]:
        """The cases that belong to others, by their noun and what they belong to."""
        found = [
            (own[0].at, (noun, parent), state)
            for noun, by_id in self.selection.items()
            for id, state in self.read(noun).items()
            if (own := by_id.get(id))
            for parent in cases.above(own[0])
        ]
        groups: dict[tuple[str, str], list[Any]] = {}
        for _, key, state in sorted(found, key=lambda one: one[0]):
            groups.setdefault(key, []).append(state)
        return groups

    def machine_of(self, visit_id: str) -> str | None:
        """The machine that a visit was for: its own word, else the call's."""
        return self._machines.get(visit_id)

    @cached_property
    def _machines(self) -> Mapping[str, str | None]:
        calls = self.read("call")
        asked = {id: calls.get(one.dispatch.get("call") or "") for id, one in self.read("visit").items()}
        return {
            id: one.dispatch.get("machine") or (of.log.get("machine") if (of := asked[id]) else None)
            for id, one in self.read("visit").items()
        }

    @cached_property
    def of_visit(self) -> Mapping[str, list[Any]]:
        """The reports of each visit, that of the visit's own machine first."""
        groups: dict[str, list[Any]] = {}
        for one in self.read("report").values():
            groups.setdefault(one.visit, []).append(one)
        for several in groups.values():
            several.sort(key=lambda one: bool(one.closed and one.closed.get("machine")))
        return groups

    def reports_of(self, visit: str) -> Sequence[Any]:
        """The reports of a visit, that of its own machine first."""
        return self.of_visit.get(visit, ())

    def papers_of(self, visit: str) -> Papers:
        """What there is of a visit: of several reports that of the first which has it."""
        return self._papers.get(visit, NO_PAPERS)

    @cached_property
    def _papers(self) -> Mapping[str, Papers]:
        return {
            visit: Papers(*(next(filter(None, (getattr(one, name) for one in several)), None) for name in Papers._fields))
            for visit, several in self.of_visit.items()
        }

    @property
    def answers(self) -> Mapping[str, Answer]:
        """What first answered each call, by its id; those that nothing has answered are not there."""
        return self._answers

    @cached_property
    def _answers(self) -> Mapping[str, Answer]:
        of_call: dict[str | None, list[Any]] = {}
        for one in self.read("visit").values():
            of_call.setdefault(one.dispatch.get("call"), []).append(one)
        found = ((id, answer(one, of_call.get(id, ()))) for id, one in self.read("call").items())
        return {id: said for id, said in found if said is not None}

    @property
    def dispatched(self) -> Mapping[str, Entry]:
        """The first dispatch for each call."""
        return self._dispatched

    @cached_property
    def _dispatched(self) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        for sent in sorted((one.dispatch for one in self.read("visit").values()), key=lambda entry: entry.at):
            if sent.get("call"):
                found.setdefault(sent.get("call"), sent)
        return found

    @cached_property
    def newer_quotes(self) -> Mapping[str, datetime]:
        """When a newer quote for the same call or visit replaced one, by its id."""
        calls = {one.id: one.call for one in self.in_brief("visit").values()}
        found: Mapping[str, datetime] = ledgers.module("quote").replaced(self.read("quote").values(), calls)
        return found

    @cached_property
    def rulings_on(self) -> Mapping[str, list[Entry]]:
        """What was ruled on findings, by the case that each is on."""
        groups: dict[str, list[Entry]] = {}
        for id, said in self.read("finding").items():
            groups.setdefault(id.split("/")[1], []).extend(said)
        return groups

    def last_ruling(self, finding_id: str) -> str | None:
        """What was last ruled on a finding: uphold, dismiss, waive …; None while nobody has."""
        ruled = [entry for entry in self.read("finding").get(finding_id, ()) if entry.event != "appeal"]
        return ruled[-1].event if ruled else None

    def verified(self, one: Any) -> str:
        """How a complaint stands: open, upheld or dismissed, also by a later ruling on what was found of it."""
        found: str = ledgers.module("complaint").standing(one, self.rulings_on.get(one.id, ()))
        return found


class Folded(Linked):
    """Cases with what belongs to them, folded where somebody asks for their noun."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._states: dict[str, Mapping[str, Any]] = {}

    @property
    def selection(self) -> Found:
        """The entries that tell them, by ledger and id."""
        return self._found

    def of(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun by id, folded; a visit with what its call says that it is judged by."""
        if noun not in self._states:
            states = dict(_folded(noun, self._found.get(noun, {})))
            if noun == "visit" and states:
                for_call, calls = ledgers.module(noun).for_call, self.of("call")
                asked = {id: calls.get(one.dispatch.get("call") or "") for id, one in states.items()}
                states = {id: for_call(one, of.log if (of := asked[id]) else None) for id, one in states.items()}
            self._states[noun] = states
        return self._states[noun]


class Together(Folded):
    """Cases with what belongs to them, as a noun asks of them (`cases.Context`), at the end of time."""

    now = cases.END_OF_TIME

    def __init__(self, found: Found) -> None:
        one = merging.as_one(found, {})
        super().__init__({noun: {id: [by_minute(e) for e in of_id] for id, of_id in some.items()} for noun, some in one.items()})

    def until(self, limit: str, start: Any) -> None:
        """No limit is known here."""

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
    for noun, some in together.selection.items():
        if ledgers.TABLE[noun].ends:
            states = together.of(noun).items()
            yield from ((noun, id) for id, state in states if cases.goes_on(noun, state, some[id], together))


def waiting(together: Together) -> Iterator[tuple[str, str, str]]:
    """What may wait for somebody: noun, id and kind, as boards name it."""
    for noun in together.selection:
        module, states = cases.declaring(noun), cases.states(noun, together)
        own = getattr(module, "may_wait", None)
        if own:
            yield from ((noun, id, kind) for id, state in states.items() for kind in own(state, together))
        else:
            yield from ((noun, item.id, item.kind) for item in cases.pending(noun, together))
        if hasattr(module, "to_rule"):
            yield from ((noun, id, RULING) for id, state in states.items() if _to_be_ruled_on(together, noun, id, module.to_rule(state, together)))
        if hasattr(module, "meets"):
            yield from ((noun, id, OVERLAP) for id, state in states.items() if module.meets(state))


def _to_be_ruled_on(together: Together, noun: str, id: str, to_rule: Iterable[tuple[str, str | None]]) -> bool:
    """Whether somebody may have to rule on a case: on some of it (`to_rule`) nobody has, about whoever is concerned now.

    A ruling that does not say whom it is about holds while nothing was recorded by which the case may have come to be another's.
    """
    asked = tuple(to_rule)
    whose = getattr(ledgers.module(noun), "WHOSE", (correction.EVENT,)) if asked else ()
    shifts = [entry for entry in together.selection[noun][id] if entry.event in whose] if asked else []
    for subject, who in asked:
        said = (entry for entry in together.rulings_on.get(id, ()) if entry.id.endswith(f"/{subject}"))
        rulings = [entry for entry in said if entry.event not in ("appeal", "settle") and cases.tells(noun, entry.id.partition("/")[0])]
        named = who is not None and any(entry.get("about") == who for entry in rulings)
        unnamed = (entry for entry in rulings if who is None or entry.get("about") is None)
        if not named and not any(all(one.recorded_at <= entry.recorded_at and one.at <= entry.at for one in shifts) for entry in unnamed):
            return True
    return False
