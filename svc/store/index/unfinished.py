"""The cases that a list shows as open: kept by the index, so that such a list costs what is open, not what was.

A superset, as `todo` is: whoever reads it folds the cases and leaves out what is finished.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from svc.domain import ledgers
from svc.domain.cases import Wait, unfinished
from svc.domain.entry import Entry
from svc.store.index.todo import Changes
from svc.store.rows.trusted_row import trusted_entry

TABLE = "create table unfinished (noun text, id text, primary key (noun, id)) without rowid"


def kept(noun: str) -> bool:
    """Whether cases of a ledger are ever finished; of the others a list reads all."""
    return bool(ledgers.TABLE[noun].ends)


def waits(entries: Iterable[Entry]) -> Iterator[Wait]:
    """What entries open and finish, in their order."""
    return filter(None, map(unfinished, entries))


def anew(db: sqlite3.Connection, noun: str, id: str) -> None:
    """Work it out for one case, from all its entries."""
    if noun in ledgers.TABLE and kept(noun):
        db.execute("delete from unfinished where noun = ? and id = ?", (noun, id))
        rows = db.execute("select raw from entry where noun = ? and id = ? order by n", (noun, id)).fetchall()
        changes = Changes(db, "unfinished", empty=False)
        changes.tell(waits(trusted_entry(noun, raw) for (raw,) in rows))
        changes.write()
