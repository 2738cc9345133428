"""What of a case may wait, and whether it is open, worked out anew from all that is recorded of it.

A wait is ended by what another ledger tells (a visit's dispatch ends its call's), and conditions ask what else is recorded. So what holds
depends on the order in which entries are taken in. That of the ledgers is the one order: of a case of which something was
known before, everything is taken in again, and the index is the same whether it followed entry by entry or at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain

from svc.domain import cases, ledgers
from svc.domain.entry import Entry
from svc.store.index import todo, unfinished
from svc.store.rows.trusted_row import trusted_entry

Case = tuple[str, str]

_ORDER = {noun: number for number, noun in enumerate(ledgers.TABLE)}


def touched(db: sqlite3.Connection, entries: Iterable[Entry]) -> set[Case]:
    """The cases that entries tell of, whose waits they open and end, and what belongs to the former; they are in the index already."""
    found: set[Case] = set()
    for entry in entries:
        found |= {(entry.ledger, entry.id), *((one.noun, one.id) for one in of_whom(db, entry))}
    below = [db.execute("select distinct noun, id from entry where ref = ?", (id,)).fetchall() for _, id in found]
    return found.union(*below)


def apply(db: sqlite3.Connection, wanted: Iterable[Case]) -> None:
    """Work out what may wait of these cases, and which of them lists show as open."""
    for noun, id in sorted(wanted):
        _waits(db, noun, id)
        unfinished.anew(db, noun, id)


class FromNothing:
    """The same of all cases, while the ledgers are read from their first entries on: told as it comes, but for cases that two parts tell of.

    `whole`: all entries are in the index from the beginning, so none of them comes too late for what was asked before it.
    """

    def __init__(self, db: sqlite3.Connection, whole: bool = False) -> None:
        self._db, self._whole = db, whole
        self._again: set[Case] = set()
        self._todo = todo.Changes(db, "todo", empty=True)
        self._unfinished = todo.Changes(db, "unfinished", empty=True)

    def look(self, part: Iterable[Entry]) -> None:
        """Note of which cases an earlier part of their ledger told, before this part is in the index."""
        if self._whole:
            return
        there = "select 1 from entry where noun = ? and id = ? limit 1"
        found = {(entry.ledger, entry.id) for entry in part}
        self._again |= {case for case in found if self._db.execute(there, case).fetchone()}

    def tell(self, part: Sequence[Entry]) -> None:
        """Take in what entries open and close; they are in the index already."""
        self._todo.tell(chain.from_iterable(map(cases.waits, part)))
        self._unfinished.tell(unfinished.waits(part))

    def end(self) -> None:
        """Write what is open; all entries are in the index."""
        self._todo.write()
        self._unfinished.write()
        apply(self._db, self._again)


def of_whom(db: sqlite3.Connection, entry: Entry) -> list[cases.Wait]:
    """The waits of an entry, each under the case that it is of."""
    return [todo.of_whom(db, wait) for wait in cases.waits(entry)]


def _waits(db: sqlite3.Connection, noun: str, id: str) -> None:
    db.execute("delete from todo where noun = ? and id = ?", (noun, id))
    made = (wait for entry in _below(db, noun, id) for wait in of_whom(db, entry))
    changes = todo.Changes(db, "todo", empty=True)
    changes.tell(wait for wait in made if (wait.noun, wait.id) == (noun, id))
    changes.write()


def _below(db: sqlite3.Connection, noun: str, id: str) -> Sequence[Entry]:
    """The entries of a case and of all that belongs to it, in the order of the ledgers."""
    rows = db.execute(
        "with below as (select ?1 as noun, ?2 as id union select e.noun, e.id from below b join entry e on e.ref = b.id)"
        " select e.noun, e.n, e.raw from below b join entry e on e.noun = b.noun and e.id = b.id",
        (noun, id),
    ).fetchall()
    return [trusted_entry(other, raw) for other, _, raw in sorted(rows, key=lambda row: (_ORDER[row[0]], row[1]))]
