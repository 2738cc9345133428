"""What was taken back, in the index: rows moved out of the way, so that nothing has to remember to leave them out.

They stand in a table of their own with the moment they went, for whoever asks what was known before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime

from svc.domain.entry import Entry
from svc.domain.nouns import undo
from svc.named import NamedTuple
from svc.store.rows.trusted_row import trusted_entry


class Meant(NamedTuple):
    """A row that an undo entry means, and whether it is out of the way already."""

    n: int
    entry: Entry
    gone: bool


def apply(db: sqlite3.Connection, undos: Iterable[Entry]) -> Iterator[Entry]:
    """Move out what these entries take back; each that is gone."""
    for entry in undos:
        found = meant(db, entry)
        if found is None or found.gone:
            continue
        db.execute(
            "insert into undone select entry.*, ? from entry where n = ?", (int(entry.recorded_at.timestamp()), found.n)
        )
        db.execute("delete from entry where n = ?", (found.n,))
        yield found.entry


def meant(db: sqlite3.Connection, entry: Entry) -> Meant | None:
    """The row that an undo entry takes back, or took."""
    noun, id, _, _ = undo.target(entry)
    rows = _rows(db, noun, id)
    entries = [trusted_entry(noun, raw) for _, raw, *_ in rows]
    cancelled = undo.cancels(entry, entries)
    return next((Meant(n, one, bool(gone)) for (n, _, gone, *_), one in zip(rows, entries, strict=True) if one is cancelled), None)


def cancelled(db: sqlite3.Connection, entry: Entry) -> tuple[int, Entry] | None:
    """The row that an undo entry takes back; None where it is gone already."""
    found = meant(db, entry)
    return None if found is None or found.gone else (found.n, found.entry)


def everything(db: sqlite3.Connection, noun: str, id: str) -> list[Entry]:
    """The entries of one id in the order of recording, those taken back included."""
    return [trusted_entry(noun, raw) for _, raw, *_ in _rows(db, noun, id)]


def _rows(db: sqlite3.Connection, noun: str, id: str) -> list[tuple[int, bytes, int, str, int]]:
    return db.execute(
        "select n, raw, 0, file, place from entry where noun = ?1 and id = ?2"
        " union all select n, raw, 1, file, place from undone where noun = ?1 and id = ?2 order by 4, 5",
        (noun, id),
    ).fetchall()


def alike(db: sqlite3.Connection, entry: Entry) -> int:
    """How many entries of that id, kind and moment are recorded, those taken back included."""
    at, (noun, id, event) = int(entry.at.timestamp()), (entry.ledger, entry.id, entry.event)
    query = "select count(*) from {} where noun = ? and id = ? and event = ? and at = ?"
    return sum(db.execute(query.format(t), (noun, id, event, at)).fetchone()[0] for t in ("entry", "undone"))


def want(db: sqlite3.Connection, known_at: datetime, table: str = "wanted") -> None:
    """Add to `wanted` (or another table of cases) what was known at that moment and taken back after it, with what it belongs to."""
    known = int(known_at.timestamp())
    db.execute(
        f"insert or ignore into {table} select noun, id from undone where rec <= ?1 and gone > ?1"
        " union select e.noun, e.id from undone u join entry e on e.id = u.ref where u.rec <= ?1 and u.gone > ?1",
        (known,),
    )
