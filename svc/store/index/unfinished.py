"""The cases that a list shows as open: kept by the index, so that such a list costs what is open, not what was.

A superset, as `todo` is: whoever reads it folds the cases and leaves out what is finished.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from svc.domain import ledgers
from svc.domain.entry import Entry

TABLE = "create table unfinished (noun text, id text, primary key (noun, id)) without rowid"


def opens(entry: Entry) -> bool | None:
    """Whether after an entry its case is open (True) or finished; None where it changes nothing, or is not kept."""
    row = ledgers.TABLE[entry.ledger]
    if not kept(entry.ledger):
        return None
    if entry.get("verdict") and entry.ledger == "complaint":
        return bool(entry.get("verdict") == "upheld")  # still to be made good
    if entry.event in (row.ends or row.finished):
        return False
    return True if ledgers.creates(entry.ledger, entry.event) else None


def kept(noun: str) -> bool:
    """Whether cases of a ledger are ever finished; of the others a list reads all."""
    row = ledgers.TABLE[noun]
    return bool(row.ends or row.finished)


def apply(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Take in what entries open and finish, in their order; they are in the index already."""
    found = {(one.ledger, one.id): open_ for one in entries if (open_ := opens(one)) is not None and not _early(db, one)}
    db.executemany("delete from unfinished where noun = ? and id = ?", (key for key, open_ in found.items() if not open_))
    db.executemany("insert or ignore into unfinished values (?, ?)", (key for key, open_ in found.items() if open_))


def _early(db: sqlite3.Connection, entry: Entry) -> bool:
    """A complaint made good before anybody verified it: it waits for its verdict still."""
    if (entry.ledger, entry.event) != ("complaint", "remedy"):
        return False
    query = "select 1 from entry where noun = 'complaint' and id = ? and event = 'verify'"
    return db.execute(query, (entry.id,)).fetchone() is None


def again(db: sqlite3.Connection, gone: Entry) -> None:
    """An entry was taken back: its case may be open again."""
    if kept(gone.ledger):
        db.execute("insert or ignore into unfinished values (?, ?)", (gone.ledger, gone.id))
