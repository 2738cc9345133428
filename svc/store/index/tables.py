"""What the index holds: its tables and keys, and the row that an entry becomes. Nothing here knows when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain, islice

from svc.domain import cases, correction, ledgers
from svc.domain.clock.base import second
from svc.domain.entry import Entry
from svc.domain.ledgers import CHANGE
from svc.domain.people import masked, normal
from svc.store.index import stale
from svc.store.place import Located

try:  # without hashlib, which loads all of OpenSSL for one number
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

SCHEMA = "34"

_TABLES = """
create table meta (key text primary key, value text) without rowid;
create table stamp (noun text primary key, file text, size integer, h text) without rowid;
create table counter (prefix text primary key, last integer) without rowid;
create table entry (
    n integer primary key, noun text, event text, id text, at integer, rec integer, due integer,
    ref text, caller text, machine text, fault text, file text, place integer, raw blob
);
create table moved (noun text, id text, at integer, primary key (noun, at, id)) without rowid;
create table person (noun text, id text, field text, value text, primary key (noun, id, field)) without rowid;
create table also (noun text, id text, ref text, primary key (noun, id, ref)) without rowid;
create index also_of on also (ref);
create table alias (word text, noun text, id text, primary key (word, noun, id)) without rowid;
create table undone as select entry.*, 0 as gone from entry where 0;
"""

_KEYS = """
create index entry_id on entry (noun, id, at, n, ref);
create index entry_ref on entry (ref, noun, id) where ref is not null;
create index entry_at on entry (noun, at);
create index entry_log on entry (noun, at, rec, id) where event = 'log';
create index entry_due on entry (due) where due is not null;
create index entry_caller on entry (caller, noun, at) where caller is not null;
create index entry_machine on entry (machine, noun, at) where machine is not null;
create index entry_late on entry (rec) where rec > at;
create index entry_anew on entry (noun, id) where event in ('correct', 'merge');
create index person_owner on person (value) where noun = 'machine' and field = 'customer';
create index person_key on person (id) where noun = 'customer' and field = 'key_every_days';
"""


def create(db: sqlite3.Connection, version: str) -> None:
    """Make the tables, in place of any that are there; `add_keys` makes them ready to be asked."""
    from svc.store.index import briefs  # needed where an index is made, no more

    for (name,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
        db.execute(f'drop table "{name}"')
    for statement in (*_statements(_TABLES), *stale.TABLES, *briefs.tables()):
        db.execute(statement)
    db.execute("insert into meta values ('version', ?)", (version,))


def add_keys(db: sqlite3.Connection, *of: str) -> None:
    """Sort what stands in tables (these; all) by the keys that are asked for: far cheaper once, afterwards, than row by row."""
    for statement in _statements(_KEYS):
        if not of or statement.split()[4] in of:
            db.execute(statement)


def _statements(text: str) -> list[str]:
    return [statement for statement in text.split(";\n") if statement.strip()]


COLUMNS = ("noun", "event", "id", "at", "rec", "due", "ref", "caller", "machine", "fault", "file", "place", "raw")
"""What the index holds of an entry, beside the number of its row."""
PERSON = ("noun", "id", "field", "value")
"""What it holds of a row of a register, a row for each of its values."""
_AT_ONCE = 50
"""Rows that one statement puts in; with the 13 values of an entry's no more than any SQLite takes."""


def put(db: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Put rows into a table, many with each statement: to begin one and to end it costs as much as a small row."""
    found, left = iter(rows), list[Sequence[object]]()

    def together() -> Iterator[list[object]]:
        while len(part := list(islice(found, _AT_ONCE))) == _AT_ONCE:
            yield list(chain.from_iterable(part))
        left.extend(part)

    one = f"({', '.join('?' * len(columns))})"
    insert = f"insert into {table} ({', '.join(columns)}) values "
    db.executemany(insert + ", ".join([one] * _AT_ONCE), together())
    db.executemany(insert + one, left)


def row(found: Located) -> tuple[object, ...]:
    """The values of COLUMNS for an entry."""
    entry, fields = found.entry, found.entry.fields
    at = second(entry.at)
    return (
        entry.ledger,
        entry.event,
        entry.id,
        at,
        at if entry.recorded_at is entry.at else second(entry.recorded_at),
        _due(entry),
        cases.belongs_to(entry),
        fields.get("from") or fields.get("customer") or (fields.get("value") if entry.ledger == CHANGE else None),
        fields.get("machine"),
        fields.get("fault"),
        found.file,
        found.offset,
        found.raw,
    )


def _due(entry: Entry) -> int | None:
    days = cases.days(entry)
    if days:
        return _day(min(days))
    moment = cases.due(entry)
    return second(moment) if moment else None


@cache
def _day(date: str) -> int:
    """The earliest instant of a day anywhere."""
    return int(datetime.fromisoformat(f"{date}T00:00:00+14:00").timestamp())


def moved(entries: Iterable[Entry]) -> Iterator[tuple[object, ...]]:
    """The times to which a correction moves what happened, or a day of it dated after itself: keys beside those recorded."""
    for entry in entries:
        if entry.event == correction.EVENT:
            for target in correction.targets_of(entry.ledger):
                if target.time and target.time in entry.fields:
                    yield entry.ledger, entry.id, int(entry.fields[target.time].timestamp())
        elif days := cases.days(entry):
            for day in map(_day, days):
                if day + 26 * 3600 > entry.at.timestamp():  # by the latest clock anywhere the day begins so much later
                    yield entry.ledger, entry.id, day


def also(entries: Iterable[Entry]) -> Iterator[tuple[str, str, str]]:
    """What cases belong to besides: keys beside those of the entries."""
    return ((entry.ledger, entry.id, ref) for entry in entries if (ref := cases.also(entry)))


def count(entries: Sequence[Entry]) -> dict[str, int]:
    """The highest number given out under each beginning of an id."""
    counted: dict[str, int] = {}
    for erased in {entry.get("customer") or "" for entry in entries if entry.event == "erase"}:
        if erased.startswith("CU") and erased[2:].isdigit() and len(erased) < 12:  # never given again
            counted["CU"] = max(counted.get("CU", 0), int(erased[2:]))
    for id in {entry.id for entry in entries}:
        prefix, number = ledgers.numbered(id)
        if number is not None:
            counted[prefix] = max(counted.get(prefix, 0), number)
    return counted


def count_rows(ids: Iterable[str]) -> dict[str, int]:
    """The same of a register's rows; what is too long was not given out by it."""
    counted: dict[str, int] = {}
    for id in ids:
        prefix = id.rstrip("0123456789")
        if prefix != id and len(id) - len(prefix) < 10:
            counted[prefix] = max(counted.get(prefix, 0), int(id[len(prefix) :]))
    return counted


def kept(word: str, key: str) -> str:
    """A word as the index keeps it; a phone number so that it can be looked up but not read."""
    number = normal(word) or (word if sum(map(str.isdigit, word)) >= 7 else None)
    if number is None:
        return word
    return "#" + blake2b(number.encode(), key=key.encode()[:64], digest_size=12).hexdigest()


def shown(row: Mapping[str, str]) -> dict[str, str]:
    """A row of a register as the index keeps it: its numbers masked; in clear they stand in the register alone.

    That there is one stands under no name.
    """
    if not row.get("phone"):
        return {"": "", **row}
    numbers = [number.strip() for number in row["phone"].replace("；", ";").split(";")]
    return {"": "", **row, "phone": "; ".join(masked(normal(number) or number) for number in numbers)}


WORDS = ("name", "code", "login", "contact")


def aliases(noun: str, row: dict[str, str]) -> Iterator[str]:
    """The words, in small letters, by which a row of a register can be found."""
    for column in WORDS:
        if row.get(column):
            yield row[column].lower()
    for number in (row.get("phone") or "").replace("；", ";").split(";"):
        if number.strip():
            yield normal(number) or number.strip().lower()
    for address in (row.get("email") or "").replace("；", ";").split(";"):
        if address.strip():
            yield address.strip().lower()
    for word in (row.get("pinyin") or "").split():
        yield word.lower()
