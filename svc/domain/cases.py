"""What holds of the cases of every noun: what they belong to, when they come due, what of them waits, when they end.

What is begun and not finished is somebody's: each noun declares it once (`pending`), and boards, `check`, lists, cards
and the audit read it there. Each entry opens or closes waits, declared at its noun. The index keeps what is open (`svc.store.index.todo`,
`unfinished`), a superset: whoever reads it folds and judges the cases, and leaves out what is done. A noun whose
cases only begin and end needs no more than its line in the table of ledgers; one with more to say has functions of
these names in its file, and `RULED` where the entries themselves tell that somebody has to rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from svc.domain import ledgers
from svc.domain.clock.base import minute
from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.text import Text

RULING = "rule"
"""The wait for somebody's ruling on an offence."""


class Condition(NamedTuple):
    """What else must be recorded of a case (`recorded`), or must not be: one of `events` at or after the second `since`.

    Without events: something, of the case or of what it belongs to, that had come due before `since`. `child`: not of the case itself, but of a case of that
    noun which belongs to it.
    """

    events: tuple[str, ...]
    since: int = 0
    recorded: bool = True
    child: str = ""


class Wait(NamedTuple):
    """A wait of some kind that an entry opens or closes, of its own id or of what it belongs to; `only_if` may hinder it.

    `up` is the noun of the case above it whose wait it is, where the entry does not name that one: a visit's call. A case
    that belongs to none of that noun waits itself.
    """

    opens: bool
    kind: str
    noun: str
    id: str
    only_if: Condition | None = None
    up: str = ""


def nobody_sent_since(entry: Entry) -> Condition:
    """No visit was dispatched for a call since an entry: what hinders that its need waits again."""
    return Condition(("dispatch",), minute(entry.at) * 60, recorded=False, child="visit")


class Item(NamedTuple):
    """One thing that is begun and not finished. `due` is None where no limit is set; `do` is the command that goes on.

    `staff` is whose it is, None where it is nobody's in particular; `about` the call or visit whose need it is. `also` are
    the others whom it concerns: who goes along.
    """

    kind: str
    id: str
    due: datetime | None
    since: datetime
    staff: str | None
    what: Text
    do: str
    noun: str = ""
    about: str | None = None
    also: tuple[str, ...] = ()


class Context(Protocol):
    """What a noun may ask about its cases: the others at `now`, limits, names."""

    @property
    def now(self) -> datetime:
        """The moment looked at."""

    def of(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun by id, folded."""

    def children(self, noun: str, parent: str) -> Sequence[Any]:
        """The cases of a noun that belong to another case, in the order in which they were opened."""

    def until(self, limit: str, start: datetime) -> datetime | None:
        """When a limit of the rules file, running from `start`, ends; None where it is not set."""

    def machine_of(self, visit_id: str) -> str | None:
        """The machine that a visit was for: its own word, else the call's."""

    def last_ruling(self, finding_id: str) -> str | None:
        """What was last ruled on a finding: uphold, dismiss, waive …; None while nobody has."""

    def verified(self, one: Any) -> str:
        """How a complaint stands: open, upheld or dismissed, also by a later ruling on what was found of it."""

    def rows(self, noun: str) -> Mapping[str, Mapping[str, str]]:
        """A register by id."""

    def called(self, noun: str, id: str) -> str:
        """What somebody in a register is called; the id where no name is known."""


def pending(noun: str, context: Context) -> Iterator[Item]:
    """What of a noun's cases is begun and not finished, as its file declares it."""
    declared = getattr(ledgers.module(noun), "pending", None)
    if declared:
        return (item._replace(noun=noun) for item in declared(context.of(noun).values(), context))
    return _not_ended(noun, context) if ledgers.TABLE[noun].backlog else iter(())


def _not_ended(noun: str, context: Context) -> Iterator[Item]:
    """The cases of a ledger that needs no words of its own (`svc.domain.plain`)."""
    row = ledgers.TABLE[noun]
    for one in context.of(noun).values():
        if one.ended is None:
            what = Text(f"open: {row.title.en} {one.id}", f"未结：{row.title.zh} {one.id}")
            command = f"svc {noun} {row.ends[0]} {one.id}"
            yield Item(noun, one.id, None, one.opening.at, one.opening.by, what, command, noun)


@cache
def _own(noun: str, name: str) -> Callable[[Entry], Any] | None:
    """What a noun's file says of an entry under a name; None where it leaves that to the table."""
    found: Callable[[Entry], Any] | None = getattr(ledgers.module(noun), name, None)
    return found


def belongs_to(entry: Entry) -> str | None:
    """The id of what an entry belongs to: a visit's call, a report's visit, a ruling's subject."""
    own = _own(entry.ledger, "belongs_to")
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
    own = _own(entry.ledger, "days")
    return own(entry) if own else ()


def waits(entry: Entry) -> Iterator[Wait]:
    """The waits that an entry opens and closes, in their order."""
    own = _own(entry.ledger, "waits") or backlog
    return iter(own(entry))


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
    own = _own(entry.ledger, "unfinished")
    said: Wait | None = own(entry) if own else None
    if said:
        return said
    ends = entry.event in row.ends
    if not ends and not ledgers.creates(entry.ledger, entry.event):
        return None
    return Wait(not ends, "unfinished", entry.ledger, entry.id)


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
    """Whether a case told by its entries, in order of time, is open: nothing ended it, or something opened it again.

    One of a ledger without ends always is; what begins a case (a survey typed after the report was archived) opens none
    again.
    """
    events, open_ = {entry.event for entry in entries}, True
    for entry in entries:
        wait = unfinished(entry) if entry.id == entries[0].id else None  # not what was merged into it
        if wait is None or (wait.opens and ledgers.creates(entry.ledger, entry.event)):
            continue
        only_if = wait.only_if
        if only_if is None or (not events.isdisjoint(only_if.events)) == only_if.recorded:
            open_ = wait.opens
    return open_


def ruled(rule: str, subject: str) -> Iterator[Wait]:
    """The waits for a ruling that a ruling on a subject closes."""
    for noun in ledgers.TABLE:
        if tells(noun, rule):
            yield Wait(False, RULING, noun, subject)
