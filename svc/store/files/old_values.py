"""What did a changed row say before? Found where one value was changed in a way that people change one. Pure.

The chain knows whether a guess is right, so all likely ones are tried: another choice, another time
of day or day, another digit, a flipped bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from svc.domain import ledgers
from svc.domain.kinds import Choice, Flag, Moment
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.store.rows import codec


class Difference(NamedTuple):
    """A field that was changed: what it held, what it holds."""

    field: str
    old: str
    new: str


def differences(noun: str, old: bytes, new: bytes) -> list[Difference]:
    """The fields that differ between two spellings of a row."""
    was, now = _cells(noun, old), _cells(noun, new)
    names = dict.fromkeys((*was, *now))
    return [Difference(name, was.get(name, ""), now.get(name, "")) for name in names if was.get(name) != now.get(name)]


def old_rows(noun: str, row: bytes) -> Iterator[bytes]:
    """The row (without its `h`) with one likely change undone, each in turn."""
    cells = _cells(noun, row)
    for name, cell in cells.items():
        place = _place(noun, row, name, cell)
        if place >= 0:
            for other in _values(noun, cells.get("event", ""), name, cell):
                yield row[:place] + other.encode() + row[place + len(cell.encode()) :]
    if len(row) <= 4096:
        yield from _one_byte(row)


def _one_byte(row: bytes) -> Iterator[bytes]:
    for i, byte in enumerate(row):
        others = [byte ^ 1 << bit for bit in range(8)]
        if 48 <= byte <= 57:
            others += range(48, 58)
        for other in others:
            yield b"%b%c%b" % (row[:i], other, row[i + 1 :])


def _values(noun: str, event: str, name: str, cell: str) -> Iterator[str]:
    """Other values that the field may have had."""
    if name == "event":
        yield from ledgers.events(noun)
        return
    kind: Any = Moment() if name in ("at", "recorded_at") else None
    if kind is None:
        try:
            kind = ledgers.kinds(noun, event).get(name)
        except SvcError:
            return
    if isinstance(kind, Choice):
        yield from kind.words
    elif isinstance(kind, Flag):
        yield from ("yes", "no")
    if isinstance(kind, Choice | Flag) and codec.form(noun) == "csv":
        yield ""
    elif isinstance(kind, Moment) and len(cell) >= 19:
        for minute in range(24 * 60):
            clock = f"{minute // 60:02}:{minute % 60:02}"
            yield f"{cell[:11]}{clock}{cell[16:]}"
            if cell[16:19] != ":00":
                yield f"{cell[:11]}{clock}:00{cell[19:]}"
        yield from (f"{cell[:8]}{day:02}{cell[10:]}" for day in range(1, 32))


def _cells(noun: str, row: bytes) -> dict[str, str]:
    """The cells of a row as they stand, by name."""
    text = row.decode("utf-8", "replace")
    if codec.form(noun) == "csv":
        return dict(zip(codec.columns(noun), codec.raw_cells(text), strict=False))
    pairs = (line.partition(": ") for line in text.split("\n")[1:-1])
    return {name: value.strip('"') for name, _, value in pairs}


def _place(noun: str, row: bytes, name: str, cell: str) -> int:
    """The byte at which the cell begins."""
    if codec.form(noun) == "yaml":
        start = f'\n{name}: "'.encode()
        place = row.find(start)
        return place + len(start) if place >= 0 and cell else -1
    before = 0
    for other, text in _cells(noun, row).items():
        if other == name:
            return before
        before += len(text.encode()) + 1
    return -1
