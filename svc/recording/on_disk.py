"""What a list is about to record, in a temporary file: the same answers as in memory (`svc.recording.batched`).

A list of a hundred thousand rows makes some hundred thousand entries, each of which may have to be held against any
other before the first is written: they lie in a file that has no name and goes with the process, and memory stays flat.
"""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from svc.domain.clock.precision import cell, kept
from svc.domain.entry import Entry
from svc.domain.sequence import usual
from svc.recording.batched import Id, Made, parent_of
from svc.recording.lines import Line, Packed, packed, unpacked

AT_ONCE = 2000
"""Ids whose entries are in memory at a time."""
HELD = 10_000
"""Lines and entries that stay in memory as they are: so many, and what takes long is not packing them up."""
BUNDLE = 500
"""Lines that are packed up together (what they share is written once), and entries that one statement puts in."""


_new = tuple.__new__
"""Makes a tuple of all its values (its class asks first which of them are left out)."""
_kept = lru_cache(1 << 12)(kept)
"""Many entries are of one minute: one moment, that need not be read nor spelled again."""


def _file() -> sqlite3.Connection:
    """A database in a file without a name, which is gone with it; a few pages of it are in memory."""
    db = sqlite3.connect("", isolation_level=None)
    for pragma in ("journal_mode=off", "synchronous=off", "temp_store=file", "cache_size=-16384"):
        db.execute(f"pragma {pragma}")
    db.execute("begin")
    return db


class Pile:
    """Any number of lines, put aside and taken up again in the same order, as often as wanted."""

    def __init__(self) -> None:
        self._first: list[Line] = []
        self._bundle: list[Packed] = []
        self._file = tempfile.SpooledTemporaryFile(1 << 20)  # noqa: SIM115 (gone with the pile)
        self._bundles = 0

    def add(self, line: Line) -> None:
        """Put one on the others."""
        if len(self._first) < HELD:
            self._first.append(line)
            return
        self._bundle.append(packed(line))
        if len(self._bundle) == BUNDLE:
            pickle.dump(self._bundle, self._file, pickle.HIGHEST_PROTOCOL)
            self._bundle = []
            self._bundles += 1

    def __len__(self) -> int:
        return len(self._first) + self._bundles * BUNDLE + len(self._bundle)

    def __iter__(self) -> Iterator[Line]:
        yield from self._first
        self._file.seek(0)
        for _ in range(self._bundles):
            yield from map(unpacked, pickle.load(self._file))
        self._file.seek(0, 2)
        yield from map(unpacked, self._bundle)


class OnDisk:
    """As many entries as a file makes. What is in it is never read by another process, nor after this one."""

    def __init__(self, now: datetime) -> None:
        """`now` is when all of them are recorded."""
        self._now = now
        self._db = _file()
        self._db.execute(
            "create table made (n integer primary key, noun text, id text, event text, parent text, minute int, rank int, packed blob)"
        )
        self._sorted = False
        self._coming: list[tuple[object, ...]] = []
        self._near: dict[Id, list[Made]] = {}
        self._held: dict[int, Made] = {}
        self._last = 0

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def add(self, made: Made) -> None:
        self._last += 1
        self._put(self._last, made.source, made.entry)

    def put(self, made: Made) -> None:
        self._put(made.n, made.source, made.entry)

    def _put(self, n: int, source: Any, entry: Entry) -> None:
        packed = None
        self._near.clear()
        if n in self._held or len(self._held) < HELD:
            self._held[n] = Made(source, entry, n)
        else:
            packed = self._packed(source, entry)
        self._coming.append((n, entry.ledger, entry.id, entry.event, parent_of(entry), *usual(entry), packed))
        if len(self._coming) >= BUNDLE:
            self._put_in()

    def _put_in(self) -> None:
        put = "replace into made (n, noun, id, event, parent, minute, rank, packed) values (?, ?, ?, ?, ?, ?, ?, ?)"
        self._db.executemany(put, self._coming)
        self._coming.clear()

    def _ask(self, query: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """What is there, all that came included. Its keys are sorted when they are first asked for: far cheaper than one by one."""
        if self._coming:
            self._put_in()
        if not self._sorted:
            self._sorted = True
            self._db.execute("create index made_id on made (noun, id, minute, rank)")
            self._db.execute("create index made_time on made (minute, rank)")
            self._db.execute("create index made_parent on made (noun, parent) where parent is not null")
        return self._db.execute(query, values)

    def drop(self, gone: Iterable[Made]) -> None:
        self._near.clear()
        for made in gone:
            self._held.pop(made.n, None)
            self._ask("delete from made where n = ?", (made.n,))

    def counts(self) -> dict[str, int]:
        """How many there are by ledger."""
        return dict(self._ask("select noun, count(*) from made group by noun order by min(minute), min(rank), min(n)"))

    def __len__(self) -> int:
        count: int = self._ask("select count(*) from made").fetchone()[0]
        return count

    def __iter__(self) -> Iterator[Made]:
        return map(self._unpacked, self._ask("select n, packed from made order by minute, rank, n"))

    def events(self) -> Collection[tuple[str, str]]:
        return self._ask("select distinct noun, event from made").fetchall()

    def of(self, noun: str, event: str | None = None) -> Iterator[Made]:
        found = self._ask("select n from made where noun = ? and ifnull(?, event) = event order by n", (noun, event))
        for (n,) in found.fetchall():
            yield self._unpacked(self._ask("select n, packed from made where n = ?", (n,)).fetchone())

    def in_time(self, events: Collection[tuple[str, str]]) -> Iterator[Made]:
        wanted = ", ".join(["(?, ?)"] * len(events))
        found = f"select n, packed from made where (noun, event) in (values {wanted}) order by minute, rank, n"
        return map(self._unpacked, self._ask(found, [word for one in events for word in one]))

    def groups(self) -> Iterator[dict[Id, list[Made]]]:
        after: Id = ("", "")
        rows = "select n, packed from made where (noun, id) > (?, ?) and (noun, id) <= (?, ?) order by noun, id, minute, rank, n"
        while keys := self._keys_behind(after):
            found: dict[Id, list[Made]] = {}
            for made in map(self._unpacked, self._ask(rows, (*after, *keys[-1]))):
                found.setdefault((made.entry.ledger, made.entry.id), []).append(made)
            after = keys[-1]
            self._near = {**found}  # what is asked about an entry is mostly asked of its id
            yield found

    def _keys_behind(self, after: Id) -> list[Id]:
        """Some ids, in their order."""
        return self._ask("select distinct noun, id from made where (noun, id) > (?, ?) order by noun, id limit ?", (*after, AT_ONCE)).fetchall()

    def repeating(self) -> Iterator[tuple[list[Id], set[Id]]]:
        after: Id = ("", "")
        more = (
            "select noun, id from made where (noun, id) > (?, ?) and (noun, id) <= (?, ?)"
            " group by noun, id, minute, rank having count(*) > 1"
        )
        while keys := self._keys_behind(after):
            yield keys, {*self._ask(more, (*after, *keys[-1]))}
            after = keys[-1]

    def group(self, key: Id) -> Sequence[Made]:
        found = self._near.get(key)
        if found is None:
            rows = "select n, packed from made where noun = ? and id = ? order by minute, rank, n"
            if len(self._near) >= 2 * AT_ONCE:
                self._near.clear()
            found = self._near[key] = [self._unpacked(row) for row in self._ask(rows, key)]
        return found

    def _packed(self, source: Any, entry: Entry) -> bytes:
        ledger, event, id, at, recorded, by, fields, _ = entry
        said = (source and packed(source), ledger, event, id, cell(at), None if recorded == self._now else recorded, by, fields)
        return pickle.dumps(said, pickle.HIGHEST_PROTOCOL)

    def _unpacked(self, row: tuple[int, bytes | None]) -> Made:
        n, said = row
        if said is None:
            return self._held[n]
        source, ledger, event, id, at, recorded, by, fields = pickle.loads(said)
        entry = _new(Entry, (ledger, event, id, _kept(at), recorded or self._now, by, fields, ()))
        return _new(Made, (source and unpacked(source), entry, n))

    def keys(self) -> Iterator[Id]:
        return iter(self._ask("select noun, id from made group by noun, id order by min(minute), min(n)"))

    def has(self, key: Id) -> bool:
        if key in self._near:
            return bool(self._near[key])
        return self._ask("select 1 from made where noun = ? and id = ? limit 1", key).fetchone() is not None

    def children(self, noun: str, parent: str) -> Sequence[str]:
        rows = self._ask("select id from made where noun = ? and parent = ? order by minute, rank, n", (noun, parent))
        return list(dict.fromkeys(id for (id,) in rows))
