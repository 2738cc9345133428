"""What holds of the cases of every noun: what they belong to, when they come due, what of them waits, when they end.

Each entry opens or closes waits, declared at its noun. The index keeps what is open (`svc.store.index.todo`,
`unfinished`), a superset: whoever reads it folds and judges the cases, and leaves out what is done. A noun whose
cases only begin and end needs no more than its line in the table of ledgers; one with more to say has functions of
these names in its file, and `RULED` where the entries themselves tell that somebody has to rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from svc.domain import ledgers
from svc.domain.entry import Entry

RULING = "rule"
"""The wait for somebody's ruling on an offence."""


class Condition(NamedTuple):
    """What else must be recorded of a case (`recorded`), or must not be: one of `events` at or after the second `since`.

    Without events: a promise that had come due before `since`.
    """

    events: tuple[str, ...]
    since: int = 0
    recorded: bool = True


class Wait(NamedTuple):
    """A wait of some kind that an entry opens or closes, of its own id or of what it belongs to; `only_if` may hinder it."""

    opens: bool
    kind: str
    noun: str
    id: str
    only_if: Condition | None = None


def belongs_to(entry: Entry) -> str | None:
    """The id of what an entry belongs to: a visit's call, a report's visit, a ruling's subject."""
    own = getattr(ledgers.module(entry.ledger), "belongs_to", None)
    if own:
        found: str | None = own(entry)
        return found
    link = ledgers.TABLE[entry.ledger].link
    return entry.get(link) or entry.get("call") if link else None


def due(entry: Entry) -> datetime | None:
    """The instant, other than its own, in whose month an entry counts: when something promised comes due, was found."""
    name = ledgers.TABLE[entry.ledger].due
    moment: datetime | None = entry.get(name) if name else None
    return moment


def days(entry: Entry) -> Iterable[str]:
    """The days (`2026-11-23`), other than its own, in whose months an entry counts: those of its receipts."""
    own = getattr(ledgers.module(entry.ledger), "days", None)
    return own(entry) if own else ()


def waits(entry: Entry) -> Iterator[Wait]:
    """The waits that an entry opens and closes, in their order."""
    found = getattr(ledgers.module(entry.ledger), "waits", backlog)
    return iter(found(entry))


def backlog(entry: Entry) -> Iterator[Wait]:
    """The wait of a ledger whose unfinished cases are a backlog: opened with the case, closed by what ends it."""
    row = ledgers.TABLE[entry.ledger]
    if row.backlog and (entry.event in row.ends or ledgers.creates(entry.ledger, entry.event)):
        yield Wait(entry.event not in row.ends, "open", entry.ledger, entry.id)


def unfinished(entry: Entry) -> Wait | None:
    """Whether a list shows the case as open after an entry, or as finished; None where it changes nothing."""
    row = ledgers.TABLE[entry.ledger]
    if not row.ends:
        return None
    own: Wait | None = getattr(ledgers.module(entry.ledger), "unfinished", _nothing)(entry)
    if own:
        return own
    ends = entry.event in row.ends
    if not ends and not ledgers.creates(entry.ledger, entry.event):
        return None
    return Wait(not ends, "unfinished", entry.ledger, entry.id)


def _nothing(entry: Entry) -> None:
    return None


def tells(noun: str, rule: str) -> bool:
    """Whether the entries of a ledger themselves tell that a finding of a rule waits to be ruled on (`RULED` of the noun)."""
    ruled: tuple[str, ...] = getattr(ledgers.module(noun), "RULED", ()) if noun in ledgers.TABLE else ()
    return any(rule.startswith(one[:-1]) if one.endswith("*") else rule == one for one in ruled)


def of_an_act(noun: str) -> bool:
    """Whether offences of what is judged under a noun may be of one act with others (`ACT` of the noun)."""
    recorded = ledgers.RECORDED_AS.get(noun, noun)
    return recorded in ledgers.TABLE and bool(getattr(ledgers.module(recorded), "ACT", False))


def always_waits(noun: str) -> bool:
    """Whether each case of a noun itself tells that it may meet another on one act (`MEETS` of the noun)."""
    return noun in ledgers.TABLE and bool(getattr(ledgers.module(noun), "MEETS", False))


def is_open(entries: Sequence[Entry]) -> bool:
    """Whether a case told by its entries is open: nothing has ended it. One of a ledger without ends always is."""
    events = {entry.event for entry in entries}
    ends = (wait for wait in map(unfinished, entries) if wait and not wait.opens)
    return all(wait.only_if and (events & {*wait.only_if.events} != set()) != wait.only_if.recorded for wait in ends)


def ruled(rule: str, subject: str) -> Iterator[Wait]:
    """The waits for a ruling that a ruling on a subject closes."""
    for noun in ledgers.TABLE:
        if tells(noun, rule):
            yield Wait(False, RULING, noun, subject)
