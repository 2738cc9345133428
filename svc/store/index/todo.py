"""What may still wait for somebody: kept by the index, so that `svc check` costs what is open, not what was.

A superset: whoever reads it folds and judges the candidates and leaves out what is done. What an entry opens and
closes is said at its noun (`svc.domain.cases`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from svc.domain import ledgers
from svc.domain.cases import Condition, Wait

TABLE = "create table todo (kind text, noun text, id text, primary key (noun, id, kind)) without rowid"


MANY = 50_000
"""Changes that are kept in memory before they are written: what is open of some million entries."""


class Changes:
    """Changes of a table of what is open, in their order, after the entries they come from are in the index.

    `empty`: nothing of it stood there before, so what closes what was never opened is nothing to ask about, nor to write.
    """

    def __init__(self, db: sqlite3.Connection, table: str, empty: bool) -> None:
        self._db, self._empty = db, empty
        self._found: dict[tuple[Any, ...], tuple[Wait, ...]] = {}
        names = ("kind", "noun", "id") if table == "todo" else ("noun", "id")
        self._key = attrgetter(*names)
        self._delete = f"delete from {table} where {' and '.join(f'{name} = ?' for name in names)}"
        self._insert = f"insert or ignore into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})"

    def tell(self, waits: Iterable[Wait]) -> None:
        """Take in what entries open and close."""
        found, empty = self._found, self._empty
        for wait in waits:
            if wait.up:
                wait = of_whom(self._db, wait)
            key, opens = self._key(wait), wait.opens
            if empty and not opens and key not in found:
                continue
            if wait.only_if is not None:
                if wait.only_if.child:  # mostly it is closed before anybody has to ask
                    found[key] = (*found.get(key, ()), wait)
                    continue
                if not holds(self._db, wait):
                    continue
                wait = wait._replace(only_if=None)
            if opens or not empty:
                found[key] = (wait,)
            else:
                del found[key]
        if len(found) > MANY:
            self.write()
            self._empty = False

    def write(self) -> None:
        """Carry out what was told: of each case the last that holds."""
        last = ((key, next((one for one in reversed(waits) if one.only_if is None or holds(self._db, one)), None)) for key, waits in self._found.items())
        changes = [(key, one.opens) for key, one in last if one]
        self._db.executemany(self._delete, (key for key, opens in changes if not opens))
        self._db.executemany(self._insert, (key for key, opens in changes if opens))
        self._found.clear()


def of_whom(db: sqlite3.Connection, wait: Wait) -> Wait:
    """A wait under the case that it is of: that of the noun `up` to which its own belongs, else the last on the way there."""
    if not wait.up:
        return wait
    noun, id = wait.noun, wait.id
    while noun != wait.up:
        found = db.execute(
            "select ref from entry where noun = ? and id = ? and ref is not null limit 1", (noun, id)
        ).fetchone()
        above = found and next((one for one in ledgers.TABLE if _is_there(db, one, found[0])), None)
        if not above:
            break
        noun, id = above, found[0]
    return wait._replace(noun=noun, id=id, up="")


def _is_there(db: sqlite3.Connection, noun: str, id: str) -> bool:
    found: bool = db.execute("select exists (select 1 from entry where noun = ? and id = ?)", (noun, id)).fetchone()[0]
    return bool(found)


def holds(db: sqlite3.Connection, wait: Wait) -> bool:
    """Whether nothing hinders what an entry opens or closes."""
    only_if = wait.only_if
    return only_if is None or _recorded(db, wait, only_if) == only_if.recorded


def _recorded(db: sqlite3.Connection, wait: Wait, only_if: Condition) -> bool:
    marks = ", ".join("?" * len(only_if.events))
    if not marks:
        return _came_due(db, wait, only_if.since)
    said = f"at >= ? and event in ({marks})"
    key = "ref" if only_if.child else "id"
    query = f"select exists (select 1 from entry indexed by entry_{key} where noun = ? and {key} = ? and {said})"
    noun = only_if.child or wait.noun
    found: bool = db.execute(query, (noun, wait.id, only_if.since, *only_if.events)).fetchone()[0]
    return bool(found)


def _came_due(db: sqlite3.Connection, wait: Wait, since: int) -> bool:
    """Whether something was due before a second: of the case itself, or of the one that it belongs to."""
    found: bool = db.execute(
        f"select exists (select 1 from entry where noun = ?1 and id = ?2 and due < ?3) or exists (select 1 from entry e"
        f" join entry above indexed by entry_id on above.noun in ({_DATED}) and above.id = e.ref and above.due < ?3"
        " where e.noun = ?1 and e.id = ?2)",
        (wait.noun, wait.id, since),
    ).fetchone()[0]
    return bool(found)


_DATED = ", ".join(f"'{noun}'" for noun, row in ledgers.TABLE.items() if row.due)
"""The ledgers whose entries name a moment at which something is due."""
