"""What holds of the cases of every noun: what they belong to, when they come due, what of them waits, whether they are open.

What is begun and not finished is somebody's: each noun declares it once (`pending`), and boards, `check`, lists, cards
and the audit read it there; the index too, which keeps what may wait and what is open (`svc.domain.standing`). What is told
in brief declares it in its brief's file, and asks no more than that. A noun whose
cases only begin and end needs no more than its line in the table of ledgers; one with more to say has functions of
these names in its file, and `RULED` where some rules on it ask somebody to rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import Any, Protocol

from svc.domain import briefs, ledgers
from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.text import Text

END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
"""A moment by which everything is overdue that ever will be."""


class Item(NamedTuple):
    """One thing that is begun and not finished. `due` is None where no limit is set; `do` is the command that goes on.

    `staff` is whose it is, None where it is nobody's in particular; `about` the call or visit whose need it is. `also` are
    the others whom it concerns: who goes along. `begun` is what it waits after, where `since` is reckoned and moves meanwhile.
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
    begun: datetime | None = None


class Others(Protocol):
    """What else was recorded by which a case may be open or not."""

    @property
    def newer_quotes(self) -> Mapping[str, datetime]:
        """When a newer quote for the same call or visit replaced one, by its id."""

    def verified(self, one: Any) -> str:
        """How a complaint stands: open, upheld or dismissed, also by a later ruling on what was found of it."""


class Context(Others, Protocol):
    """What a noun may ask about its cases: the others at `now`, limits, names."""

    @property
    def now(self) -> datetime:
        """The moment looked at."""

    def of(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun by id, folded."""

    def in_brief(self, noun: str) -> Mapping[str, Any]:
        """The cases of a noun that is told in brief, by id (`svc.domain.briefs`)."""

    def children(self, noun: str, parent: str) -> Sequence[Any]:
        """The cases of a noun that belong to another case, in the order in which they were opened."""

    def visits_for(self, call: str | None) -> Sequence[Any]:
        """The visits that were dispatched for a call, in brief, in that order."""

    @property
    def told_of_visit(self) -> Mapping[str, Sequence[Any]]:
        """The closed reports of each visit in brief, that of the visit's own machine first."""

    def until(self, limit: str, start: datetime) -> datetime | None:
        """When a limit of the rules file, running from `start`, ends; None where it is not set."""

    def last_ruling(self, finding_id: str) -> str | None:
        """What was last ruled on a finding: uphold, dismiss, waive …; None while nobody has."""

    def rows(self, noun: str) -> Mapping[str, Mapping[str, str]]:
        """A register by id."""

    def called(self, noun: str, id: str) -> str:
        """What somebody in a register is called; the id where no name is known."""


def declaring(noun: str) -> ModuleType:
    """The file that says what of a noun's cases waits: of what is told in brief that of its brief."""
    return briefs.module(noun) if noun in briefs.IN_BRIEF else ledgers.module(noun)


def states(noun: str, context: Context) -> Mapping[str, Any]:
    """The cases of a noun by id, as that file asks for them."""
    return context.in_brief(noun) if noun in briefs.IN_BRIEF else context.of(noun)


def pending(noun: str, context: Context) -> Iterator[Item]:
    """What of a noun's cases is begun and not finished, as its file declares it."""
    declared = getattr(declaring(noun), "pending", None)
    if declared:
        return (item._replace(noun=noun) for item in declared(states(noun, context).values(), context))
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
    return entry.fields.get(link) or entry.fields.get("call") if link else None


def also(entry: Entry) -> str | None:
    """The id of the call that an entry names besides what it belongs to: of a complaint about a visit."""
    call: str | None = entry.fields.get("call")
    return call if call and call != belongs_to(entry) else None


def above(entry: Entry) -> Sequence[str]:
    """The ids of what an entry belongs to, and of the call that it names besides."""
    first, call = belongs_to(entry), entry.fields.get("call")
    if call and call != first:
        return (first, call) if first else (call,)
    return (first,) if first else ()


def due(entry: Entry) -> datetime | None:
    """The instant, other than its own, in whose month an entry counts: when something promised comes due, was found."""
    name = ledgers.TABLE[entry.ledger].due
    moment: datetime | None = entry.fields.get(name) if name else None
    return moment


def days(entry: Entry) -> Iterable[str]:
    """The days (`2026-11-23`), other than its own, in whose months an entry counts: those of its receipts."""
    own = _own(entry.ledger, "days")
    return own(entry) if own else ()


def tells(noun: str, rule: str) -> bool:
    """Whether the cases of a ledger themselves tell that a finding of a rule may wait to be ruled on (`RULED` of the noun)."""
    return noun in ledgers.TABLE and rule in getattr(ledgers.module(noun), "RULED", ())


def of_an_act(noun: str) -> bool:
    """Whether offences of what is judged under a noun may be of one act with others (`ACT` of the noun)."""
    recorded = ledgers.RECORDED_AS.get(noun, noun)
    return recorded in ledgers.TABLE and bool(getattr(ledgers.module(recorded), "ACT", False))


def always_waits(noun: str) -> bool:
    """Whether each case of a noun itself tells whether it may meet another on one act (`meets` of the noun)."""
    return noun in ledgers.TABLE and hasattr(ledgers.module(noun), "meets")


def goes_on(noun: str, state: Any, entries: Iterable[Entry], others: Others) -> bool:
    """Whether a folded case is open, as its file says (`is_open`); else, while no event that ends one is among its entries.

    One of a ledger without ends always is.
    """
    own, ends = getattr(ledgers.module(noun), "is_open", None), ledgers.TABLE[noun].ends
    return bool(own(state, others)) if own else not any([entry.event in ends for entry in entries])
