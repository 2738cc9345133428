"""The cases that a list shows as open: kept by the index, so that such a list costs what is open, not what was.

A superset, as `todo` is: whoever reads it folds the cases and leaves out what is finished.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from svc.domain import ledgers
from svc.domain.cases import unfinished
from svc.domain.entry import Entry
from svc.store.index.todo import holds

TABLE = "create table unfinished (noun text, id text, primary key (noun, id)) without rowid"


def kept(noun: str) -> bool:
    """Whether cases of a ledger are ever finished; of the others a list reads all."""
    return bool(ledgers.TABLE[noun].ends)


def apply(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Take in what entries open and finish, in their order; they are in the index already."""
    waits = (one for one in map(unfinished, entries) if one and holds(db, one))
    found = {(one.noun, one.id): one.opens for one in waits}
    db.executemany("delete from unfinished where noun = ? and id = ?", (key for key, open_ in found.items() if not open_))
    db.executemany("insert or ignore into unfinished values (?, ?)", (key for key, open_ in found.items() if open_))


def again(db: sqlite3.Connection, gone: Entry) -> None:
    """An entry was taken back: its case may be open again."""
    if kept(gone.ledger):
        db.execute("insert or ignore into unfinished values (?, ?)", (gone.ledger, gone.id))
