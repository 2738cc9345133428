"""A ledger that needs no words of its own: its cases begin and end, and rules ask nothing about them.

The noun's file holds its EVENTS (the first opens a case) and takes the rest from here:

    from svc.domain.plain import FACTS, check, facts, fold
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svc.domain import correction, ledgers
from svc.domain.correction import effective
from svc.domain.entry import Entry
from svc.domain.guards import must_follow, never_after, once
from svc.domain.kinds import Field
from svc.named import NamedTuple
from svc.text import Text

FACTS: Mapping[str, Text] = {}


class Case(NamedTuple):
    """A case as its entries tell it: what opened it, all that followed, what ended it."""

    id: str
    opening: Entry
    entries: tuple[Entry, ...]
    ended: Entry | None


def fold(entries: Sequence[Entry]) -> Case | None:
    """The case told by its entries in order of time; None without the one that opens it."""
    entries = effective(entries)
    opening = next((e for e in entries if ledgers.creates(e.ledger, e.event)), None)
    if opening is None:
        return None
    ends = ledgers.TABLE[opening.ledger].ends
    return Case(opening.id, opening, tuple(entries), next((e for e in entries if e.event in ends), None))


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second opening or end, and what comes before the one or after the other."""
    opening = next(name for name in ledgers.events(new.ledger) if ledgers.creates(new.ledger, name))
    if new.event == opening:
        return once(before, new, opening)
    must_follow(before, new, opening)
    if new.event == correction.EVENT:
        return correction.check(before, new)
    for end in ledgers.TABLE[new.ledger].ends:
        once(before, new, end) if new.event == end else never_after(before, new, end)


def facts(case: Case) -> Mapping[str, object]:
    """Rules ask nothing about it."""
    return {}


def columns(noun: str) -> list[Field]:
    """The fields of the event that opens a case: what a list shows of it."""
    opening = next(event for event in ledgers.events(noun).values() if ledgers.creates(noun, event.name))
    return [field for field in opening.fields if not field.secret]
