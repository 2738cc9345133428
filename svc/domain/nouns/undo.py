"""Taking back one's own last entry: an entry of its own that cancels another, which stays where it stands.

Whoever reads the world passes over what was taken back; whoever asks what was known before
(`--known-at`) still finds it. What others have built on is not taken back but corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.facts import Fact
from svc.domain.kinds import Choice, Code, Count, Field, Moment, Prose
from svc.domain.ledgers import Event
from svc.text import Text

WITHIN = 15 * 60
"""Seconds after its recording in which an entry may be taken back; later a correction is an entry like any other."""

_NOUNS = Choice(
    **{row.noun.replace("-", "_"): row.title.zh for row in ledgers.TABLE.values() if row.noun != ledgers.UNDO}
)

EVENTS = (
    Event(
        "undo",
        Text("take back one's own last entry", "撤销本人的上一条记录"),
        Text("taken back", "撤销"),
        "new",
        (
            Field("of", _NOUNS, Text("ledger of the entry taken back", "被撤销记录所在台账"), required=True),
            Field("entry", Code(), Text("its id", "被撤销记录的编号"), required=True),
            Field("deed", Code(), Text("what it recorded", "被撤销的记录类型"), required=True),
            Field("happened", Moment(), Text("when that was", "被撤销记录的发生时间"), required=True),
            Field(
                "nth",
                Count(1),
                Text("which one, among those of that id, kind and moment", "同编号同类同时刻中的第几条"),
                required=True,
            ),
            Field("reason", Prose(), Text("why", "原因")),
        ),
        (),
        "svc undo",
    ),
)

FACTS: Mapping[str, Text] = {}


def fold(entries: Sequence[Entry]) -> Entry | None:
    """The taking back that its one entry tells."""
    return entries[0] if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Each is an id of its own; whether it may be is judged where it is recorded."""


def facts(undone: Entry) -> Mapping[str, Fact]:
    """Rules ask nothing about what was taken back."""
    return {}


def cancels(entry: Entry, others: Sequence[Entry]) -> Entry | None:
    """Which of `others`, in the order of recording, an undo entry takes back."""
    alike = [e for e in others if (e.ledger, e.id, e.event, e.at) == target(entry)]
    nth: int = entry.get("nth")
    return alike[nth - 1] if len(alike) >= nth else None


def target(entry: Entry) -> tuple[str, str, str, datetime]:
    """Ledger, id, event and moment of what an undo entry takes back."""
    return entry.get("of"), entry.get("entry"), entry.get("deed"), entry.get("happened")


def fields_for(cancelled: Entry, nth: int, reason: str | None) -> dict[str, Any]:
    """What the undo entry of an entry says."""
    said = {
        "of": cancelled.ledger,
        "entry": cancelled.id,
        "deed": cancelled.event,
        "happened": cancelled.at,
        "nth": nth,
    }
    return {**said, "reason": reason} if reason else said


def built_upon(entry: Entry, later: Iterable[Entry]) -> Entry | None:
    """The first of the entries recorded after it that rests on it: of the same id, or naming that id."""
    opened = ledgers.creates(entry.ledger, entry.event)
    return next((e for e in later if _rests_on(e, entry, opened)), None)


def _rests_on(later: Entry, entry: Entry, opened: bool) -> bool:
    if (later.ledger, later.id) == (entry.ledger, entry.id):
        return True
    if later.ledger == "finding":
        return entry.id in later.id.split("/")[1:]
    return opened and any(value == entry.id for value in later.fields.values())
