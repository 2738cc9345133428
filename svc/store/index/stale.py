"""Of which cases something was recorded or taken back since it was last worked out how they stand.

Whoever records notes no more than that: nothing is folded. Whoever asks has it worked out first (`svc.store.index.standing`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from svc.domain import cases, ledgers
from svc.domain.entry import Entry

TABLES = (
    "create table waiting (noun text, id text, kind text, primary key (noun, id, kind)) without rowid",
    "create table open_case (noun text, id text, primary key (noun, id)) without rowid",
    "create table stale (noun text, id text, primary key (noun, id)) without rowid",
)
"""What waits and what is open, as it was worked out last; beside the cases in brief (`svc.store.index.briefs`)."""

NOUNS = tuple(noun for noun, row in ledgers.TABLE.items() if row.ends or row.ruled)
"""The ledgers whose cases are ever open, or of which anything ever waits."""


class Touched:
    """Cases of which something was recorded or taken back, and ids of what they belong to, or did."""

    def __init__(self) -> None:
        self.cases: set[tuple[str, str]] = set()
        self.above: set[str] = set()

    def by(self, entries: Iterable[Entry]) -> None:
        """Take in entries that have been put into the index, or taken out."""
        for entry in entries:
            if entry.ledger in NOUNS:
                self.cases.add((entry.ledger, entry.id))
                self.above.update(cases.above(entry))


def note(db: sqlite3.Connection, touched: Touched) -> None:
    """Note that it has to be worked out anew how cases stand; what they belong to may be of any ledger."""
    above = ((noun, id) for id in touched.above for noun in NOUNS)
    db.executemany(f"{_NOTE} values (?, ?)", touched.cases)
    db.executemany(f"{_NOTE} select noun, id from entry indexed by entry_id where noun = ? and id = ? limit 1", above)


def note_all(db: sqlite3.Connection) -> None:
    """The same of all there are."""
    db.execute(f"{_NOTE} select distinct noun, id from entry where noun in ({', '.join(map(repr, NOUNS))})")


_NOTE = "insert or ignore into stale"
