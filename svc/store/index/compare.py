"""Does the index say what the ledgers and registers say? It is a cache, but figures are computed from it.

Whoever edits it changes an audit without touching a ledger. So it is built anew, in a place of its own, and every table
of the one that is there is held against it: rows, columns, keys and triggers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from svc.domain.briefs import IN_BRIEF
from svc.errors import Damaged
from svc.store.index import search, tables
from svc.store.index.cache import Cache
from svc.store.place import Ledger, Problem, RegisterStore
from svc.text import Text

NAMED = 8
"""Differences of a table that are told one by one."""
TRIES = 3
"""How often it is begun anew where somebody records meanwhile."""
_KEYS = ("moved", "person", "also", "alias", "waiting", "open_case")
WHOLE = (*_KEYS, *(f"brief_{noun}" for noun in IN_BRIEF))
"""The tables beside those of entries."""
Row = tuple[object, ...]
_place: Callable[[Row], object] = itemgetter(10, 11)
"""Where an entry stands: its file, the byte at which its row begins."""
_REMEDY = Text("svc ledger rebuild makes it anew", "svc ledger rebuild 可重建")


def problems(path: Path, ledger: Ledger, registers: RegisterStore, told: bool = False) -> Iterator[Problem]:
    """Where the index of a desk says something else; nothing where there is none.

    Of a ledger that cannot be read, or no longer holds what the index read of it, that is said, unless something else
    was `told` of the ledgers: somebody who makes every hash after a change anew is found by the index alone.
    """
    if not path.is_file():
        return
    try:
        for _ in range(TRIES):
            with TemporaryDirectory(prefix="svc-") as folder:
                found = _compared(path, Path(folder) / "index.sqlite", ledger, registers)
            if found is not None:
                yield from found
                return
    except Damaged as error:
        if not told:
            yield Problem(error.place or ".svc/index.sqlite", None, error.what, None, None)
    except OSError as error:
        yield _told(None, Text(f"it cannot be compared ({error.strerror})", f"无法比对（{error.strerror}）"))


def _compared(path: Path, room: Path, ledger: Ledger, registers: RegisterStore) -> list[Problem] | None:
    """The differences; None where somebody recorded between the reading of one and of the other."""
    with closing(Cache(path, ledger, registers)) as kept:
        kept.catch_up()
        kept.refold()
        if kept.in_memory:  # nobody relies on what stands there
            return []
        has_words = search.made(kept)
        if has_words:
            search.follow(kept)
    with closing(Cache(room, ledger, registers)) as fresh:
        fresh.catch_up()
        fresh.refold()
        if has_words:
            search.follow(fresh)
        try:
            fresh.db.execute("attach ? as kept", (f"{path.resolve().as_uri()}?mode=ro",))
            fresh.db.execute("begin")  # one state of it, whatever is recorded meanwhile
            told = fresh.db.execute("select 1 from kept.stale limit 1").fetchone() is None
            if not told or _differing(fresh.db, "main", "kept", "stamp", ("noun", "file", "size", "h")):
                return None
            return [*_differences(fresh.db), *(_words(fresh.db) if has_words else ())]
        except sqlite3.DatabaseError as error:
            return [_told(None, Text(f"it cannot be read ({error})", f"无法读取（{error}）"))]


def _differences(db: sqlite3.Connection) -> Iterator[Problem]:
    made = _differing(db, "kept", "main", "sqlite_master", ("type", "name", "sql"))
    for kind, name, _ in made:
        yield _told(None, Text(f"it holds a {kind} that svc did not make: {name}", f"里面有不是 svc 建立的 {kind}：{name}"))
    for table, columns in (("entry", tables.COLUMNS), ("undone", (*tables.COLUMNS, "gone"))):
        yield from _rows(db, table, columns, _place, lambda row: Text(f"{row[0]} {row[2]} ({row[10]})", f"{row[0]} {row[2]}（{row[10]}）"))
    for noun in IN_BRIEF:
        yield from _rows(db, f"brief_{noun}", _columns(db, f"brief_{noun}"), itemgetter(0), partial(_case, noun))
    for table in _KEYS:
        for row in differing(db, table)[:NAMED]:
            shown = " ".join(str(value) for value in row if value is not None)
            yield _told(table, Text(f"{shown}: not as the ledgers and registers say", f"{shown}：与台账和登记册不一致"))


def differing(db: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """Rows of a table that one of the two has and the other has not, the first few."""
    columns = _columns(db, table)
    return [*_differing(db, "main", "kept", table, columns), *_differing(db, "kept", "main", table, columns)]


def _case(noun: str, row: Row) -> Text:
    return Text(f"{noun} {row[0]}", f"{noun} {row[0]} ")


def _columns(db: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(str(row[1]) for row in db.execute(f"pragma main.table_info({table})"))


def _words(db: sqlite3.Connection) -> Iterator[Problem]:
    """What is searched and is not what the entries say."""
    query = "select e.noun, e.id, e.file, e.place, p.words from {0}.prose p join {0}.entry e on e.n = p.rowid"
    for one, other in (("main", "kept"), ("kept", "main")):
        for noun, id, *_ in db.execute(f"{query.format(one)} except {query.format(other)} limit {NAMED}").fetchall():
            yield _told("prose", Text(f"the words of {noun} {id} are others", f"{id} 供查找的文字不符"))


def _rows(
    db: sqlite3.Connection, table: str, columns: Sequence[str], key: Callable[[Row], object], called: Callable[[Row], Text]
) -> Iterator[Problem]:
    """Rows that are missing, changed or put in, by their key: what each is `called`, and which of its columns are others."""
    should = {key(row): row for row in _differing(db, "main", "kept", table, columns)}
    there = {key(row): row for row in _differing(db, "kept", "main", table, columns)}
    for one in sorted({*should, *there}, key=str)[:NAMED]:
        old, new = should.get(one), there.get(one)
        name = called(old or new or ())
        odd = [name for name, a, b in zip(columns, old, new, strict=True) if a != b] if old and new else []
        if not odd:
            what = Text("is missing", "缺失") if old else Text("stands in no ledger", "不在任何台账中")
            yield _told(None, Text(f"{name.en} {what.en}", f"{name.zh}{what.zh}"))
        else:
            text = Text(f"{name.en} was changed in it", f"{name.zh}在索引中被改动")
            yield _told(", ".join("row" if name == "raw" else name for name in odd), text)


def _differing(db: sqlite3.Connection, one: str, other: str, table: str, columns: Sequence[str]) -> list[tuple[object, ...]]:
    """Rows of a table of one database that the other has not, the first few."""
    names = ", ".join(columns)
    query = f"select {names} from {one}.{table} except select {names} from {other}.{table} limit {2 * NAMED}"
    return db.execute(query).fetchall()


def _told(field: str | None, what: Text) -> Problem:
    text = Text(f"the index differs from the ledgers: {what.en}; {_REMEDY.en}", f"索引与台账不一致：{what.zh}；{_REMEDY.zh}")
    return Problem(".svc/index.sqlite", field, text, None, None)
