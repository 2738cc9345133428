"""What every place that keeps ledgers can do, and the values it speaks in.

Two rooms keep them: files (`svc.store.files`) and PostgreSQL (`svc.store.postgres`), each written
natively. One contract suite runs on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from svc.domain.entry import Entry
from svc.locale import Text


class Receipt(NamedTuple):
    """An entry is on disk for ever: where, and with which hash.

    `recorded_at` is the time it got: later than the clock's where the clock went back a little.
    """

    id: str
    file: str
    offset: int
    h: str
    recorded_at: datetime


class Located(NamedTuple):
    """An entry, where it stands and its bytes as they stand there (`svc.store.codec` reads them again).

    `line` is known only where the file was read from its start.
    """

    entry: Entry
    file: str
    offset: int
    line: int | None
    h: str
    raw: bytes

    @property
    def end(self) -> int:
        """Where the next row begins."""
        return self.offset + len(self.raw)


class Position(NamedTuple):
    """How far a ledger was read: the last file with rows, where its last whole row ends, and that row's `h`."""

    file: str
    size: int
    h: str


class Problem(NamedTuple):
    """Something wrong with what is stored: where (`calls/2026-10.csv:118`), what, and the values if known."""

    place: str
    field: str | None
    what: Text
    old: str | None
    new: str | None


class Ledger(Protocol):
    """All ledgers of a desk. Entries are only ever added."""

    def lock(self, timeout: float = 30.0) -> AbstractContextManager[Any]:
        """Nobody else appends inside; Busy after `timeout` seconds."""

    def append(self, entries: Sequence[Entry], now: datetime) -> list[Receipt]:
        """Store all of `entries` or none, recorded `now`. Returns when they are on disk. Needs the lock."""

    def read(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """The entries of a ledger in the order of recording, after `since`. Damaged where one cannot be read."""

    def tail_position(self, noun: str) -> Position | None:
        """How far the ledger goes now; None while it is empty."""

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Iterator[Problem]:
        """Everything that is wrong, over all ledgers. `progress` is told bytes done and bytes in all."""
