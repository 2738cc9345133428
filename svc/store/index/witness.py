"""Whether the index says what the ledgers say, found out while these are walked along: row by row, without making another.

It answers yes, or does not know. Then `svc.store.index.compare` makes the index anew and names what differs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import starmap, zip_longest
from operator import eq

from svc.domain import ledgers, registers
from svc.domain.ledgers import UNDO
from svc.errors import SvcError
from svc.store.index import compare, search, standing, tables, undone
from svc.store.index.cache import AT_ONCE, Cache
from svc.store.place import Located, Position, Rows
from svc.store.rows.trusted_row import trusted_entry

_UNKNOWN = (sqlite3.Error, SvcError, OSError, ValueError, LookupError)
"""Whatever else may be wrong with an index is for `compare` to say."""
_ROWS = (
    f"select {', '.join(f'e.{name}' for name in tables.COLUMNS)} from (select n from entry where noun = ? order by n) k"
    " cross join entry e on e.n = k.n"
)
"""The rows of a ledger in the order in which they were read: by the number of each, not sorted with all that they hold."""
_TOLD = "select id, field, value from {}.person where noun = ? order by id, field"
_OTHERS = f"select 1 from {{}}.person where noun not in ({', '.join(map(repr, registers.TABLE))}) limit 1"


class Witness(Cache):
    """Sees every row of the ledgers in their order (`see`), beside the index that is there.

    What the rows make besides (what waits, what was moved) is told here in memory. The rows themselves are those of the
    index: here is no table `entry`, so that every question is answered by the one that is held against the ledgers. Nor are
    the registers' rows put in here: as they are read they are held against the index's own.
    """

    def __init__(self, *kept: object) -> None:
        self._part: list[Located] = []
        self._rows: Iterator[tuple[object, ...]] = iter(())
        self._noun, self.knows = "", True
        self._seen: dict[str, Position] = {}
        self._ends: dict[str, Position] = {}
        try:
            super().__init__(*kept)  # type: ignore[arg-type]
            self._begin()
        except _UNKNOWN:
            self.knows = False

    def _open(self) -> sqlite3.Connection:
        with closing(Cache(self._path, self._ledger, self._registers)) as kept:
            if not kept.in_memory:
                kept.catch_up()
                kept.refold()
            self.knows = not kept.in_memory and not search.made(kept)
        db = sqlite3.connect(":memory:", isolation_level=None, uri=True)
        tables.create(db, "")
        tables.add_keys(db)
        self._made = set(db.execute("select type, name, sql from sqlite_master"))
        db.execute("drop table entry")
        db.execute("drop table undone")
        db.execute("attach ? as kept", (f"{self._path.resolve().as_uri()}?mode=ro",))
        db.execute("begin")  # one state of it, whatever is recorded meanwhile
        return db

    def _begin(self) -> None:
        found = self.db.execute("select noun, file, size, h from kept.stamp").fetchall()
        self._ends = {noun: Position(*end) for noun, *end in found}
        self.knows &= self._ends == self._ledger.tail_positions(tuple(ledgers.TABLE))
        gone = self.db.execute(f"select {', '.join(tables.COLUMNS)} from undone").fetchall()
        self._gone = {row[10:12]: row for row in gone}
        self._anew = True  # what waits is worked out of all, at the end

    def see(self, found: Located) -> None:
        """Take in a row that is as it was recorded."""
        if not self.knows:
            return
        if found.entry.ledger != self._noun or len(self._part) >= AT_ONCE:
            self._held(found.entry.ledger)
        self._part.append(found)

    def _held(self, noun: str) -> None:
        """Hold the rows seen so far against the index; those of another ledger come next."""
        part, self._part, end = self._part, [], self._ends.get(self._noun)
        while part and (end is None or (part[-1].file, part[-1].end) > end[:2]):
            part.pop()  # what came since is not in that state of the index
        try:
            if part:
                self._insert(part)
                self._seen[self._noun] = self._ledger.position_after(self._noun, part[-1])
            if noun != self._noun:
                self.knows &= next(self._rows, None) is None
                self._noun, self._rows = noun, iter(self.db.execute(_ROWS, (noun,)))
        except _UNKNOWN:
            self.knows = False

    def _put(self, part: Sequence[Located]) -> None:
        for one in part:
            row = self._gone.pop((one.file, one.offset), None) or next(self._rows, None)
            if row != tables.row(one):
                self.knows = False
                return

    def _put_register(self, noun: str, rows: Rows) -> None:
        """Hold the rows of a register against the index: what the row says goes before what changes say of it."""
        self._add_facts(self.changes(noun))
        told: dict[str, dict[str, str]] = {}
        for id, field, value in self.db.execute(_TOLD.format("main"), (noun,)):
            told.setdefault(id, {})[field] = value
        wholly = ((id, told.get(id, {}) | (tables.shown(rows[id]) if id in rows else {})) for id in sorted(rows.keys() | told.keys()))
        should = ((id, field, value) for id, said in wholly for field, value in sorted(said.items()))
        self.knows &= all(starmap(eq, zip_longest(should, self.db.execute(_TOLD.format("kept"), (noun,)))))

    def _count(self, *told: object) -> None:
        """Nothing: of the numbers given out nothing is compared."""

    def same(self) -> bool:
        """Whether the index holds what these rows make, and nothing else; False: that is not known."""
        try:
            if self.knows:
                self._held("")
            return self.knows and self._all_seen() and self._derived()
        except _UNKNOWN:
            return False
        finally:
            if hasattr(self, "db"):
                self.close()

    def _all_seen(self) -> bool:
        """Whether every row of the index is of a ledger that has been seen, and there is nothing but its tables and keys."""
        nouns = {noun for (noun,) in self.db.execute("select distinct noun from entry")}
        made = set(self.db.execute("select type, name, sql from kept.sqlite_master"))
        return self._seen == self._ends and nouns <= self._seen.keys() and not self._gone and made <= self._made

    def _derived(self) -> bool:
        """Whether what was taken back is, and every table besides says the same."""
        if set(self._taken_back()) != set(self.db.execute("select n, gone from undone")):
            return False
        for noun in registers.TABLE:
            self._read_register(noun)
        if not self.knows or any(self.db.execute(_OTHERS.format(one)).fetchone() for one in ("main", "kept")):
            return False
        standing.everything(self.db)
        return not any(compare.differing(self.db, table) for table in compare.WHOLE if table != "person")

    def _taken_back(self) -> Iterator[tuple[int, int]]:
        """The rows that the undo entries take back, each with the second since which it is gone."""
        seen: set[int] = set()
        undos = self.db.execute("select n, raw from entry where noun = ?1 union all select n, raw from undone where noun = ?1 order by 1", (UNDO,))
        for _, raw in undos.fetchall():
            entry = trusted_entry(UNDO, raw)
            meant = undone.meant(self.db, entry)
            if meant and meant.n not in seen:
                seen.add(meant.n)
                yield meant.n, int(entry.recorded_at.timestamp())
