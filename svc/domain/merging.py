"""What was recorded twice and is one: the case, or the customer, that stays is told with what was recorded of the other.

Nothing is rewritten and nothing copied. A call that was logged twice is merged by an entry of its own, a customer by an
entry that says which two are one; from then on whoever reads (figures, boards, lists, cards) reads one. What was recorded
under the other id, and what is registered of it, keeps that id, so that it can be traced.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol, TypeVar

from svc.domain import ledgers
from svc.domain.correction import effective
from svc.domain.entry import Entry
from svc.domain.kinds import Ref
from svc.domain.sequence import in_order

EVENT = "merge"
INTO = "merged_into"
"""The fact of a register's row that says under which other one it is told."""

FILLED = ("contact", "address", "region", "distance_km", "key_every_days", "key_since")
"""What is told of the one that stays as the other says it, where nothing is known of it."""
JOINED = ("phone", "email")
"""What is told of both."""

Row = Mapping[str, str]
Entries = TypeVar("Entries", bound=Mapping[str, Mapping[str, Sequence[Entry]]])
Names = Mapping[str, Mapping[str, str]]
"""By noun: what stays, by the id of what was merged into it."""


class Recorded(Protocol):
    """Where the entries of a case are asked for by its id: an index, or what is known where something is recorded."""

    def entries(self, noun: str, id: str, /) -> Sequence[Entry]:
        """The entries of one id, in order of what happened."""

    def children(self, noun: str, parent: str, /) -> Sequence[str]:
        """The ids of a ledger that belong to a parent."""


def known_as(recorded: Recorded, noun: str, id: str) -> list[str]:
    """The ids under which a case is recorded: its own, then those of whatever was merged into it."""
    ids = [id]
    for one in ids:
        for other in recorded.children(noun, one):
            if other not in ids and any(entry.event == EVENT and entry.get("into") == one for entry in recorded.entries(noun, other)):
                ids.append(other)
    return ids


def case(recorded: Recorded, noun: str, id: str) -> Sequence[Entry]:
    """The entries of a case, with those of whatever was merged into it, as one."""
    return as_one({noun: {one: recorded.entries(noun, one) for one in known_as(recorded, noun, id)}}, {})[noun][id]


def as_one(found: Entries, customers: Mapping[str, str]) -> Entries:
    """A selection of entries in which everything that names what was merged names what stays.

    `customers` are those that were merged; which cases were, their entries say.
    """
    names: Names = {noun: into for noun in found if (into := _cases(found[noun]))} | ({"customer": customers} if customers else {})
    if not names:
        return found
    told: dict[str, dict[str, Sequence[Entry]]] = {}
    for noun, cases in found.items():
        into = names.get(noun, {})
        told[noun] = {id: _renamed(_with_merged(cases, id, into), names) for id in cases if id not in into}
    return told  # type: ignore[return-value]


def _cases(cases: Mapping[str, Sequence[Entry]]) -> Mapping[str, str]:
    """The cases of a ledger that were merged into others, each with the one that stays in the end."""
    into = {id: entry.get("into") for id, entries in cases.items() for entry in entries if entry.event == EVENT and entry.get("into") in cases}
    return {id: _last(into, id) for id in into}


def in_the_end(merges: Sequence[Entry], known_at: datetime | None = None) -> dict[str, str]:
    """Of the merges of a register's rows, in the order of recording, those known at a moment (None: all): who is told as whom."""
    into = {one.get("subject"): one.get("value") for one in merges if known_at is None or one.recorded_at <= known_at}
    return {id: _last(into, id) for id in into}


def row_as_one(own: Row, others: Sequence[Row], said: Container[str]) -> Row:
    """The row of a customer with what those say that are one with him, where it says nothing; what it `said` to be nothing is so."""
    told = dict(own)
    for name in FILLED:
        if not own.get(name) and name not in said and (known := next((one[name] for one in others if one.get(name)), None)):
            told[name] = known
    for name in JOINED:
        if all_ := [part for one in (own, *others) for part in (one.get(name) or "").split("; ") if part]:
            told[name] = "; ".join(dict.fromkeys(all_))
    return told


def _last(into: Mapping[str, str], id: str) -> str:
    seen = {id}
    while id in into and into[id] not in seen:
        id = into[id]
        seen.add(id)
    return id


def _with_merged(cases: Mapping[str, Sequence[Entry]], id: str, into: Mapping[str, str]) -> Sequence[Entry]:
    """The entries of a case with those of whatever was merged into it, each as corrected under its own id."""
    others = [other for other, stays in into.items() if stays == id]
    if not others:
        return cases[id]
    return in_order([entry for one in (id, *others) for entry in effective(cases[one])])


def _renamed(entries: Sequence[Entry], names: Names) -> Sequence[Entry]:
    if not any(_said(entry, names) for entry in entries):
        return entries
    return [entry._replace(fields={**entry.fields, **_said(entry, names)}) for entry in entries]


def _said(entry: Entry, names: Names) -> dict[str, str]:
    """The fields of an entry that name what was merged, with what stays."""
    found = {}
    for name, noun in _naming(entry.ledger, entry.event):
        stays = names.get(noun, {}).get(entry.fields.get(name) or "")
        if stays and entry.event != EVENT:
            found[name] = stays
    return found


@cache
def _naming(noun: str, event: str) -> tuple[tuple[str, str], ...]:
    """The fields of an event that name a case or somebody registered, each with the noun of that."""
    return tuple((name, kind.noun) for name, kind in ledgers.kinds(noun, event).items() if isinstance(kind, Ref))
