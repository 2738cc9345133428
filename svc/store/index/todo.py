"""What may still wait for somebody: kept by the index, so that `svc check` costs what is open, not what was.

A superset: whoever reads it folds and judges the candidates and leaves out what is done. Each entry
opens or closes one wait, of its own id or of what it belongs to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from svc.domain import correction, ledgers
from svc.domain.entry import Entry
from svc.domain.nouns.finding import parts


class Change(NamedTuple):
    """A wait that an entry opens or closes.

    With `late` (an instant) it opens only where a promise had come due by then (`promise`: where somebody was there,
    or called it off, after that promise), and closes only where nobody asked or appealed after it.
    """

    opens: bool
    kind: str
    noun: str
    id: str
    late: int | None = None
    promise: bool = False


TABLE = "create table todo (kind text, noun text, id text, primary key (kind, noun, id)) without rowid"

_RULED = {
    "late_arrival": "visit",
    "disobeyed_dispatch": "conduct",
    "phone_off": "conduct",
    "receipt_fraud": "conduct",
}


def changes(entry: Entry) -> Iterator[Change]:
    """The waits that an entry opens and closes."""
    noun, id = entry.ledger, entry.id
    deed = (noun, entry.event)
    ends = ledgers.TABLE[noun].ends
    if ends and (entry.event in ends or ledgers.creates(noun, entry.event)):
        yield Change(entry.event not in ends, "open", noun, id)
        if entry.get("invalid"):  # receipts that somebody has to rule on (4.3)
            yield Change(True, "rule", noun, id)
    elif deed == ("call", "log"):
        yield Change(True, "reply", noun, id)
        if entry.get("needs_service"):
            yield Change(True, "dispatch", noun, id)
    elif deed in (("call", "reply"), ("call", "close")):
        if entry.event == "reply":
            yield Change(False, "reply", noun, id)
        yield Change(False, "open", noun, id, int(entry.at.timestamp()))
    elif deed == ("call", "escalate"):
        yield Change(True, "open", noun, id)
    elif deed == ("visit", "dispatch"):
        yield Change(True, "arrive", noun, id)
        if entry.get("call"):
            yield Change(False, "dispatch", "call", entry.get("call"))
    elif deed in (("visit", "arrive"), ("visit", "cancel")):
        yield Change(False, "arrive", noun, id)
        late = entry.event == "cancel"  # given up the very second it was promised for is not in time, arriving is
        yield Change(True, "rule", noun, id, int(entry.at.timestamp()) + late)
    elif deed == ("visit", "repromise"):  # typed after he was there
        yield Change(True, "rule", noun, id, int(entry.fields["promised"].timestamp()), promise=True)
    elif deed == ("visit", "leave"):
        yield Change(True, "report", noun, id)
    elif deed == ("report", "close"):
        yield Change(False, "report", "visit", entry.get("visit"))
    elif entry.event == correction.EVENT:
        yield from _corrected(entry)
    elif noun == "complaint":
        yield from _complaint(entry)
    elif deed == ("conduct", "log"):
        yield Change(True, "rule", noun, id)
        if entry.get("visit"):  # it may meet another fine on that visit: somebody has to choose
            yield Change(True, "overlap", noun, id)
    elif noun == "finding" and entry.event == "appeal":
        yield Change(True, "appeal", noun, id)
    elif noun == "finding":  # a settlement closes no "overlap": the conduct may meet a third
        rule, subject = parts(id)
        yield Change(False, "appeal", noun, id, int(entry.at.timestamp()))
        if entry.event == "settle":
            return
        if rule in _RULED:
            yield Change(False, "rule", _RULED[rule], subject)
        if rule.startswith("complaint_"):
            yield Change(False, "rule", "complaint", subject)


def _corrected(entry: Entry) -> Iterator[Change]:
    """What a correction may let wait again."""
    if entry.get("needs_service"):
        yield Change(True, "dispatch", entry.ledger, entry.id)
    if {"promised", "arrived_at", "cancelled_at"} & entry.fields.keys():
        yield Change(True, "rule", entry.ledger, entry.id)


def _complaint(entry: Entry) -> Iterator[Change]:
    noun, id = entry.ledger, entry.id
    if entry.event == "log":
        yield Change(True, "verify", noun, id)
        if entry.get("kind") == "service":
            yield Change(True, "report complaint", noun, id)
    elif entry.event == "report":
        yield Change(False, "report complaint", noun, id)
    elif entry.event == "verify":
        yield Change(False, "verify", noun, id)
        if entry.get("verdict") == "upheld":
            yield Change(True, "remedy", noun, id)
            yield Change(True, "rule", noun, id)
    elif entry.event == "remedy":
        yield Change(False, "remedy", noun, id)


def apply(db: sqlite3.Connection, made: Iterable[Change]) -> None:
    """Carry out changes in their order, after the entries they come from are in the index."""
    waits = {change[1:4]: change.opens for change in made if change.late is None or _holds(db, change)}
    db.executemany("delete from todo where kind = ? and noun = ? and id = ?", (key for key, opens in waits.items() if not opens))
    db.executemany("insert or ignore into todo values (?, ?, ?)", (key for key, opens in waits.items() if opens))


def _holds(db: sqlite3.Connection, change: Change) -> bool:
    """Whether the entries say what a change depends on: see `Change.late`."""
    said = "due < ?" if change.opens else "event in ('escalate', 'appeal') and at >= ?"
    if change.promise:
        said = "event in ('arrive', 'cancel') and at >= ?"
    query = f"select exists (select 1 from entry where noun = ? and id = ? and {said})"
    found: bool = db.execute(query, change[2:5]).fetchone()[0]
    return found == change.opens
