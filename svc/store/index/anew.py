"""What of a case may wait, and whether it is open, worked out anew from all that is recorded of it.

A wait is ended by what another ledger tells (a visit's dispatch ends its call's), and conditions ask what else is recorded. So what holds
depends on the order in which entries are taken in. That of the ledgers is the one order: of a case of which something was
known before, everything is taken in again, and the index is the same whether it followed entry by entry or at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

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


def of_whom(db: sqlite3.Connection, entry: Entry) -> list[cases.Wait]:
    """The waits of an entry, each under the case that it is of."""
    return [todo.of_whom(db, wait) for wait in cases.waits(entry)]


def _waits(db: sqlite3.Connection, noun: str, id: str) -> None:
    db.execute("delete from todo where noun = ? and id = ?", (noun, id))
    made = (wait for entry in _below(db, noun, id) for wait in of_whom(db, entry))
    todo.apply(db, [wait for wait in made if (wait.noun, wait.id) == (noun, id)])


def _below(db: sqlite3.Connection, noun: str, id: str) -> Sequence[Entry]:
    """The entries of a case and of all that belongs to it, in the order of the ledgers."""
    rows = db.execute(
        "with below as (select ?1 as noun, ?2 as id union select e.noun, e.id from below b join entry e on e.ref = b.id)"
        " select e.noun, e.n, e.raw from below b join entry e on e.noun = b.noun and e.id = b.id",
        (noun, id),
    ).fetchall()
    return [trusted_entry(other, raw) for other, _, raw in sorted(rows, key=lambda row: (_ORDER[row[0]], row[1]))]
