"""How a value of a kind becomes a cell, and a cell a value: found once for each kind; what stands in many rows is written and
doubted once; in documents as JSON. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from functools import cache, lru_cache, partial
from typing import Any

from svc.domain.clock.base import at_offset
from svc.domain.kinds import Caller, Choice, Code, Moment, Prose, Ref
from svc.store.rows import cells

_FREE = (Prose, Code, Ref, Caller)
"""Kinds that hold any text; the others have canonical forms of their own and need no guard."""
_AS_IT_IS = (Prose.cell, Choice.cell, Ref.cell)
"""What says that a value is its own written form."""

word = lru_cache(1 << 12)(cells.write)
"""The cell of an id, a code or a name that stands in many rows."""


def is_free(kind: Any) -> bool:
    """Whether a kind holds any text, so that its cells are guarded against spreadsheets."""
    return isinstance(kind, _FREE)


def writer(kind: Any) -> Callable[[Any], str]:
    """What writes the values of a kind as cells."""
    cell, free = kind.cell, is_free(kind)
    if getattr(type(kind), "cell", None) not in _AS_IT_IS:
        return lambda value: cells.write(cell(value), free)
    return cells.write if type(kind) is Prose else partial(word, guard=free)


# The other way


@lru_cache(maxsize=1 << 13)
def instant(text: str) -> datetime:
    """The moment of a cell with an hour; ValueError for any spelling but its own.

    Many entries are of one minute, and all of a few offsets: each is one object.
    """
    clock = datetime.fromisoformat(text[:19])
    if clock.isoformat() != text[:19]:
        raise ValueError(f"{text!r} is not written the way svc writes it")
    return datetime.combine(clock, clock.time(), _zone(text[19:]))


@lru_cache(maxsize=64)
def _zone(offset: str) -> timezone:
    """The zone of an offset as cells have it: `+08:00`; ValueError for any other."""
    midnight = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}")
    shift = midnight.utcoffset()
    if shift is None or midnight.isoformat()[19:] != offset:
        raise ValueError("a moment without an offset")
    return at_offset(shift)


def moment(cell: str) -> datetime:
    """The moment of a cell, or its day; ValueError for any spelling but its own."""
    if cell[10:11] == "T":
        try:
            return instant(cell)
        except ValueError:
            pass  # the kind says what is wrong with it
    return _MOMENT.load(cell)


def typed_at(cell: str) -> datetime:
    """The same of when something was recorded, which a clock told: with an hour."""
    found = moment(cell)
    return found if type(found) is datetime else _OF_CLOCK.load(cell)


_MOMENT, _OF_CLOCK = Moment(), Moment(of_clock=True)

read_word = lru_cache(1 << 12)(cells.read)
"""The text of a cell of an id, a code or a name that stands in many rows."""


def loader(kind: Any) -> Callable[[Any], Any] | None:
    """What reads the values of a kind where they stand without guards, as in a document; None: each text is its own value."""
    if type(kind) is Moment and not kind.of_clock:
        return moment
    load: Callable[[Any], Any] = kind.load
    return None if getattr(type(kind), "load", None) in (Prose.load, Ref.load) else load


def reader(kind: Any) -> Callable[[str], Any]:
    """What reads the cells of a kind; ValueError for any spelling that its `writer` does not give."""
    load = loader(kind)
    if not is_free(kind):
        return moment if load is moment else lru_cache(1 << 10)(kind.load)
    if load is None:
        return cells.read if type(kind) is Prose else read_word
    return lambda cell: load(cells.read(cell))


# In documents: JSON (which YAML contains) of texts, lists and maps


_HIDDEN = r'[\x00-\x1f"\\\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]'
"""What JSON or YAML would not keep as it is between quotes."""
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _is_simple(text: str) -> bool:
    """Whether a text stands between quotes as it is: what is printable and neither quote nor backslash does."""
    return text.isprintable() and '"' not in text and "\\" not in text


def to_json(cell: Any) -> str:
    """The one text of a value: of texts, lists and maps. ValueError for any other."""
    if isinstance(cell, str):
        if not _is_simple(cell):
            cell = re.sub(_HIDDEN, lambda c: _SHORT.get(c[0]) or f"\\u{ord(c[0]):04x}", cell)
        return f'"{cell}"'
    if isinstance(cell, dict):
        return "{" + ", ".join(f"{to_json(key)}: {to_json(value)}" for key, value in cell.items()) + "}"
    if isinstance(cell, list):
        return "[" + ", ".join(map(to_json, cell)) + "]"
    raise ValueError(f"{cell!r} is neither text nor list nor map")


def unjson(text: str) -> Any:
    """The value of a canonical text; ValueError for any other."""
    if text[:1] == '"' == text[-1:] and len(text) > 1 and _is_simple(text[1:-1]):
        return text[1:-1]
    import json

    if _texts_alone()(text) and text.isprintable() and "\\" not in text:
        value = json.loads(text)
        if sum(map(len, value if text[0] == "[" else (value,))) == text.count('": "'):  # no key twice
            return value
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None
    if to_json(value) != text:
        raise ValueError("not written the way svc writes it")
    return value


@cache
def _texts_alone() -> Callable[[str], Any]:
    """Whether a text is that of a map of texts, or of a list of such, spaced as svc writes it, where no text holds a quote."""
    pair = '"[^"]*": "[^"]*"'
    one = f"{{{pair}(?:, {pair})*}}"
    return re.compile(rf"{one}|\[{one}(?:, {one})*\]").fullmatch


def same(one: Any, other: Any) -> bool:
    """Whether two lists or maps of texts are written alike: the keys of maps in one order."""
    return bool(one == other) and [*map(list, one)] == [*map(list, other)]
