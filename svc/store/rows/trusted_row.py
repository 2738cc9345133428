"""Reading again what is known to be as svc wrote it, many times as fast as `codec.decode`. Pure.

Known is what was read strictly before it went into the index, and a row whose `h` follows from the one
before. Nothing is checked twice here, so nothing else may be read this way; what is escaped in
a document is left to the codec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from sys import intern
from types import MappingProxyType
from typing import Any

from svc.domain import ledgers
from svc.domain.clock.precision import kept
from svc.domain.entry import Entry
from svc.domain.kinds import Caller, Choice, Code, Count, Day, Flag, Moment, Money, Prose, Ref
from svc.domain.row_kinds import NamedValues, Rows
from svc.errors import SvcError
from svc.store.rows import cells, chain, codec
from svc.store.rows.kind_cells import instant

Load = Callable[[Any], Any]


def _moment(text: str) -> datetime:
    return kept(text) if text[10:11] == " " else instant(text)


_AS_IT_IS = (Prose, Day, Money)
_QUICK: dict[type, Load] = {Moment: _moment, Count: int, Flag: "yes".__eq__, Code: intern, Choice: intern, Ref: intern, Caller: intern}
"""Ids and codes stand in many rows: they are kept in memory once."""
_COMMON = len(codec.COMMON)
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_new = tuple.__new__
"""Makes an entry of its eight values (`Entry` itself asks first which of them are left out: a tenth of the reading)."""


@cache
def _loads(noun: str, event: str) -> Mapping[str, Load]:
    """The fields whose cells are not their own value, and how each of them is read."""
    return dict(_needed(ledgers.kinds(noun, event).items()))


def _needed(kinds: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Load], ...]:
    return tuple((name, load) for name, kind in kinds if (load := _load(kind)))


def _load(kind: Any) -> Load | None:
    """How a cell of a kind is read; None: it is its own value."""
    if type(kind) in _AS_IT_IS:
        return None
    if isinstance(kind, Rows):
        loads = _needed((column.name, column.kind) for column in kind.columns)
        return lambda rows: tuple(_loaded(row, loads) for row in _a(list, rows))
    if type(kind) is NamedValues:
        load = _load(kind.kind)
        return lambda values: {key: load(value) if load else value for key, value in _a(dict, values).items()}
    found: Load = _QUICK.get(type(kind), kind.load)
    return found


def _loaded(cells_: dict[str, Any], loads: tuple[tuple[str, Load], ...]) -> dict[str, Any]:
    """Cells by name with those read that are not their own value."""
    found = _a(dict, cells_)
    for name, load in loads:
        if name in found:
            found[name] = load(found[name])
    return cells_


def _a(form: type, value: Any) -> Any:
    """A value of that form; ValueError for any other: somebody made a chain who is not of ours."""
    if type(value) is not form:
        raise ValueError(f"not a {form.__name__}")
    return value


@cache
def _places(noun: str, event: str, width: int) -> tuple[tuple[int, str, Load | None], ...]:
    """The fields of a CSV line of so many cells: where each stands and how it is read."""
    kinds, names = ledgers.kinds(noun, event), codec.columns(noun)[:width]
    return tuple((i, name, _load(kinds[name])) for i, name in enumerate(names) if name in kinds and i >= _COMMON)


class RowReader:
    """Reads the rows of a file one after the other: `RowReader(id, "call", "calls/2026-11.csv", h)(raw)`.

    A row whose `h` follows from the one before is recalled; any other is doubted cell by cell, as
    `codec.decode` does, and raises BadRow as that does.
    """

    def __init__(self, ledger_id: str, noun: str, file: str, previous: str) -> None:
        self._noun, self._previous = noun, previous
        self._follows = chain.checker(ledger_id, file)

    def __call__(self, raw: bytes) -> tuple[Entry, str]:
        row, h = codec.split(self._noun, raw)
        previous, self._previous = self._previous, h
        if not self._follows(previous, row, h):
            return codec.decode(self._noun, raw)
        try:
            return trusted_entry(self._noun, raw), h
        except (ValueError, LookupError, TypeError, SvcError):  # chained, but by nobody of ours
            return codec.decode(self._noun, raw)


def trusted_entry(noun: str, raw: bytes) -> Entry:
    """The entry of a whole row that is known to be as svc wrote it."""
    text = raw.decode()
    if text[:4] == "---\n":
        return codec.decode(noun, raw)[0] if "\\" in text else _from_yaml(noun, text)
    found = text.split(",") if cells.plain(text) else cells.read_all(text)
    id, event, at, recorded, by = found[:_COMMON]
    fields: dict[str, Any] = {}
    for i, name, load in _places(noun, event, len(found) - 1):
        cell = found[i]
        if cell:
            fields[name] = load(cell) if load else cell
    return _entry(noun, event, id, at, recorded, by, fields)


_HEAD = ["---\nid: ", "\nevent: ", "\nat: ", "\nrecorded_at: ", "\nby: "]
"""What stands between the values that every document begins with (`codec.COMMON`)."""


def _from_yaml(noun: str, text: str) -> Entry:
    *head, rest = text.split('"', 2 * _COMMON)
    if head[::2] != _HEAD:
        raise ValueError("what every entry has does not come first")
    id, event, at, recorded, by = head[1::2]
    loads = _loads(noun, event)
    fields: dict[str, Any] = {}
    for line in rest.split("\n")[1:-2]:
        name, _, text = line.partition(": ")
        value = text[1:-1] if text[0] == '"' else _json(text)
        load = loads.get(name)
        fields[intern(name)] = load(value) if load else value
    return _entry(noun, event, id, at, recorded, by, fields)


def _json(value: str) -> Any:
    try:
        found, end = _scanner()(value, 0)
    except StopIteration:
        end = -1
    if end != len(value):
        raise ValueError("no JSON")
    return found


@cache
def _scanner() -> Callable[[str, int], tuple[Any, int]]:
    """What `json` itself reads a value with, without looking for blanks around it."""
    from json import JSONDecoder

    return JSONDecoder().scan_once  # type: ignore[no-any-return, attr-defined]


def _entry(noun: str, event: str, id: str, at: str, recorded: str, by: str, fields: dict[str, Any]) -> Entry:
    happened = instant(at) if at[10:11] == "T" else kept(at)
    typed = happened if recorded == at else instant(recorded)
    return _new(Entry, (intern(noun), intern(event), intern(id), happened, typed, intern(by), fields or _NOTHING, ()))
