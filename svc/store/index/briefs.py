"""Calls, visits and reports in brief, kept by the index: a table a noun, a typed column a value (`svc.domain.briefs`).

Kept where the cases are folded (`svc.store.index.standing`). One that has more to say than columns hold (it was corrected, handed
over, called off) is not kept: whoever needs it reads its entries, and those of the call, the visits and the reports that
belong together with it, which are `torn`. So what is kept is all that there is to say of a case; one that is not here is read,
nothing more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import islice, repeat
from typing import Any

from svc.domain import briefs
from svc.domain.briefs import IN_BRIEF
from svc.domain.clock.base import at_offset, second
from svc.domain.clock.precision import WholeDay
from svc.domain.standing import Together


def earliest(at: int) -> int:
    """What no column holds less of for an instant of this second."""
    return at << 11


class _DayAlone(Exception):
    """A moment of which only the day is known: no column holds it."""


def _put(moment: datetime) -> int:
    """An instant as a column holds it: its second, then by how many minutes its clock is ahead of UTC."""
    if type(moment) is WholeDay:
        raise _DayAlone
    zone = moment.tzinfo
    return earliest(second(moment)) + _ahead(zone if type(zone) is timezone else timezone(moment.utcoffset() or timedelta()))


@cache
def _ahead(zone: timezone) -> int:
    return zone.utcoffset(None) // timedelta(minutes=1) + 1024


@cache
def _moment(kept: int) -> datetime:
    """The instant that a column holds: of one minute there are many."""
    return datetime.fromtimestamp(kept >> 11, _zone(kept & 2047))


@cache
def _zone(ahead: int) -> timezone:
    return at_offset(timedelta(minutes=ahead - 1024))


def _replaced(text: str) -> tuple[datetime, str | None]:
    kept, _, asked_by = text.partition(":")
    return _moment(int(kept)), asked_by or None


def _many(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: " ".join([str(of(one)) for one in values]) if values else None


Read = Callable[[Sequence[Any], Any], list[Any]]
"""What reads a column, with what stands for nothing."""


def _each(of: Callable[[Any], Any]) -> Read:
    return lambda column, empty: [empty if value is None else of(value) for value in column]


def _loaded(column: Sequence[str | None], empty: Any) -> list[Any]:
    """What the texts of a column hold: JSON, read as one text."""
    found = iter(json.loads(f"[{','.join([text for text in column if text is not None])}]"))
    return [empty if text is None else next(found) for text in column]


_KINDS: Mapping[str, tuple[str, Callable[[Any], Any], Read]] = {
    "str": ("text", lambda text: text, lambda column, empty: list(column)),
    "bool": ("integer", int, _each(bool)),
    "datetime": ("integer", _put, _each(_moment)),
    "tuple[datetime, ...]": ("text", _many(_put), _each(lambda text: tuple(_moment(int(one)) for one in text.split()))),
    "tuple[str, ...]": ("text", _many(str), _each(lambda text: tuple(text.split()))),
    "tuple[Mapping[str, Any], ...]": (
        "text", lambda rows: json.dumps(rows, ensure_ascii=False), lambda column, empty: _each(tuple)(_loaded(column, None), empty),
    ),
    "tuple[Replaced, ...]": ("text", _many(lambda one: f"{_put(one[0])}:{one[1] or ''}"), _each(lambda text: tuple(map(_replaced, text.split())))),
    "Mapping[str, str]": ("text", lambda value: json.dumps(value, ensure_ascii=False), _loaded),
    "Mapping[str, int]": ("text", lambda value: json.dumps(value), _loaded),
}  # fmt: skip
"""By the annotation of a value: the column's type, how it is put in, how it is read."""


class _Shape:
    """The columns of a noun's briefs, and how a row becomes one."""

    def __init__(self, noun: str) -> None:
        self.brief = briefs.module(noun).Brief
        unusual = self.brief._field_defaults
        self.names = [name for name in self.brief._fields if name not in unusual]
        said = [self.brief.__annotations__[name] for name in self.names]
        kinds = [_KINDS[one.removesuffix(" | None")] for one in said]
        self.usual = tuple(value for name, value in unusual.items() if name != "evidence")
        self._in = [(n, put) for n, (_, put, _) in enumerate(kinds) if put is not _KINDS["str"][1]]
        self._out = [(n, read, () if said[n].startswith("tuple") and not said[n].endswith("None") else None)
                     for n, (_, _, read) in enumerate(kinds) if read is not _KINDS["str"][2]]  # fmt: skip
        types = ", ".join(f"{name} {kind}" for name, (kind, _, _) in zip(self.names[1:], kinds[1:], strict=True))
        self.table = f"create table brief_{noun} (id text primary key, {types}, torn integer) without rowid"
        self.insert = f"insert or replace into brief_{noun} values ({', '.join('?' * (len(self.names) + 1))})"

    def row(self, one: Any) -> list[Any] | None:
        """The columns of a brief; None for one that has more to say than they hold."""
        count = len(self.names)
        if one[count:-1] != self.usual:
            return None
        row = list(one[:count])
        try:
            for n, put in self._in:
                if row[n] is not None:
                    row[n] = put(row[n])
        except _DayAlone:
            return None
        return row

    def read(self, rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
        """The briefs that rows hold: a thousand at once, column by column."""
        left, rest = iter(rows), [repeat(value) for value in (*self.usual, None)]
        while part := list(islice(left, 1000)):
            columns: list[Any] = [*zip(*part, strict=True)][: len(self.names)]
            for n, read, empty in self._out:
                columns[n] = read(columns[n], empty)
            yield from map(self.brief._make, zip(*columns, *rest, strict=False))  # what is usual has no end


@cache
def _shape(noun: str) -> _Shape:
    return _Shape(noun)


def tables() -> list[str]:
    """The statements that make the tables."""
    return [*(_shape(noun).table for noun in IN_BRIEF), "create index brief_closed on brief_report (closed_at)"]


def keep(db: sqlite3.Connection, together: Together) -> None:
    """Keep what folded cases say in brief, where columns say all of it."""
    told = [(noun, one, _shape(noun).row(one)) for noun, one in briefs.of(together)]
    families = briefs.families((noun, one) for noun, one, _ in told)
    torn = {family for family, (_, _, row) in zip(families, told, strict=True) if row is None}
    rows: dict[str, list[list[Any]]] = {noun: [] for noun in IN_BRIEF}
    for family, (noun, _, row) in zip(families, told, strict=True):
        if row:
            rows[noun].append([*row, family in torn])
    for noun, of in rows.items():
        db.executemany(_shape(noun).insert, of)


def wanted(db: sqlite3.Connection) -> briefs.Briefs:
    """What is kept of the cases in `wanted` that are not `whole`, to be read; those are taken out of it: their entries need not be read."""
    found: dict[str, dict[str, Any]] = {}
    for noun in IN_BRIEF:
        shape, plain = _shape(noun), f"select id from wanted where noun = '{noun}' except select id from whole where noun = '{noun}'"
        rows = db.execute(f"select b.* from ({plain}) w cross join brief_{noun} b on b.id = w.id where not b.torn")
        found[noun] = {one.id: one for one in shape.read(rows)}
        db.execute(f"delete from wanted where noun = '{noun}' and exists (select 1 from brief_{noun} b where b.id = wanted.id and not b.torn)"
                   f" and not exists (select 1 from whole w where w.noun = '{noun}' and w.id = wanted.id)")  # fmt: skip
    return found


def read_whole(db: sqlite3.Connection) -> None:
    """Note that all cases wanted so far are to be read, whatever is kept of them."""
    db.execute("create temp table if not exists whole (noun text, id text, primary key (noun, id)) without rowid")
    db.execute("delete from whole")
    db.execute("insert into whole select noun, id from wanted")


def among(db: sqlite3.Connection) -> dict[str, set[str]]:
    """The cases wanted so far, by noun."""
    found: dict[str, set[str]] = {}
    for noun, id in db.execute("select noun, id from wanted"):
        found.setdefault(noun, set()).add(id)
    return found
