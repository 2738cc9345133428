"""What a deed needs to be recorded beyond the state of its own id: how the nouns say it, and what they may ask.

A noun's file holds NEEDS: by event the conditions that must hold, each a pure function of what is known and of the
new entry that raises SvcError where it does not. They are asked in `svc.recording.door` alone, whichever way the deed
comes in: the sentences name options to whoever typed them, and fields of a line to whoever imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Any, Protocol

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.kinds import Field
from svc.domain.ledgers import Event
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.text import Text


class Judged(NamedTuple):
    """A finding as the rules see it now, for whoever rules on it.

    `status` is None where nothing was judged: history taken over as a file claims it. `choices` are the other findings
    on the same act that somebody chooses from, with the roles that may; `deciders` and `waivers` the roles that may
    rule and waive (none: those of the event). `lacks` is what the rule leaves out of what its `clause` asks. `offence_at`
    is when it happened, where that is known.
    """

    staff: str | None
    status: str | None
    missing: Sequence[str]
    deciders: Sequence[str]
    waivers: Sequence[str]
    choices: Mapping[str, Sequence[str]]
    lacks: Sequence[str] = ()
    clause: str = ""
    offence_at: datetime | None = None


class Words(Protocol):
    """How what is to be recorded was given, for the sentences that say what is wrong with it."""

    def called(self, field: Field) -> str:
        """What a field is called: `--no-parts`, `no_parts`."""

    def example(self, event: Event) -> Text:
        """What can be given, or an example of the command."""


class Known(Words, Protocol):
    """What is known where something is to be recorded: the desk, and whatever comes in together with it."""

    @property
    def zone(self) -> tzinfo:
        """The desk's time zone."""

    @property
    def history(self) -> bool:
        """Whether a file fills a desk that nothing was recorded on: what it claims of the past is taken, not judged."""

    def entries(self, noun: str, id: str) -> Sequence[Entry]:
        """The entries of one id as recorded, in order of what happened; the new ones too."""

    def coming(self, noun: str, id: str) -> Sequence[Entry]:
        """Those of them that are about to be recorded."""

    def children(self, noun: str, parent: str) -> Sequence[str]:
        """The ids of the `noun` that belong to a parent: visits of a call, reports of a visit."""

    def naming(self, noun: str, text: str) -> Sequence[str]:
        """The ids of a ledger whose entries may name a text of letters and digits."""

    def quoting(self, noun: str, text: str) -> Sequence[str]:
        """The ids of a ledger in whose entries a text stands as it is."""

    def person(self, noun: str, id: str, day: date | None = None) -> Mapping[str, str]:
        """A row of a register as it was on a day (default: today), empty where there is none."""

    def permit(self, staff: str, roles: Sequence[str], deed: Text) -> None:
        """NotPermitted where the role of a member of staff is none of `roles` (none: everybody may)."""

    def finding(self, new: Entry) -> Judged:
        """The finding that a ruling is about; BadInput or Conflict where there is none."""

    def deciders(self, noun: str, word: str) -> Sequence[str]:
        """The roles that may say whether what is reported is true, by the rules file; none where no rule asks."""

    def in_order_of_recording(self, noun: str, id: str) -> Sequence[Entry]:
        """The entries of one id as they stand in their files, those taken back included."""

    def upon(self, entry: Entry) -> Entry | None:
        """The first entry recorded after this one that rests on it."""

    def sealed(self, entry: Entry) -> str | None:
        """When the month of an entry was sealed, where it counts that entry."""


Condition = Callable[[Known, Entry], None]
Needs = Mapping[str, tuple[Condition, ...]]


class Filling(NamedTuple):
    """What the program adds to an event: the fields that it may add, and what they are by what is known."""

    fields: tuple[str, ...]
    fill: Callable[[Known, Entry], Mapping[str, Any]]


@cache
def of(noun: str, event: str) -> tuple[Condition, ...]:
    """The conditions of an event."""
    needs: Needs = getattr(ledgers.module(noun), "NEEDS", {})
    return needs.get(event, ())


@cache
def filling(noun: str, event: str) -> Filling | None:
    """What is added to an event; None for most."""
    found: Mapping[str, Filling] = getattr(ledgers.module(noun), "FILLS", {})
    return found.get(event)


def called(words: Words, new: Entry, *names: str) -> list[str]:
    """What fields of the new entry's event are called."""
    event = ledgers.event(new.ledger, new.event)
    return [words.called(field) for name in names if (field := event.field(name)) is not None]


def example(words: Words, new: Entry) -> Text:
    """What else could have been given, as a hint."""
    return words.example(ledgers.event(new.ledger, new.event))


def besides(new: Entry, entries: Iterable[Entry]) -> list[Entry]:
    """Entries without the new one, whoever is asked about as its author."""
    return [entry for entry in entries if entry is not new and entry._replace(by=new.by) != new]


def of_field(name: str, error: BadInput) -> BadInput:
    """The error as one of a field: whoever reads a form or a sheet says where that stands."""
    error.field = name
    return error


def refuse_left(known: Known, new: Entry, staff: str, moment: datetime) -> None:
    """Nobody is sent, acts or rules after his last day: Conflict, with that day."""
    last = known.person("staff", staff).get("left")
    if last and last < (day := moment.astimezone(known.zone).date()).isoformat():
        raise Conflict(
            Text(f"{staff} left on {last}: nothing is done by or given to {staff} on {day}",
                 f"{staff} 已于 {last} 离职，{day} 的事不能由其办理或派给其"),
            Text(f"somebody else, or correct the last day: svc staff edit {staff} --left …",
                 f"请换人，或更正离职日期：svc staff edit {staff} --left …"),
        )  # fmt: skip
