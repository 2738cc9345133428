"""Where a desk is kept, a folder of files or a database: what both can do. `svc.desk.places` opens either."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from svc.domain.entry import Entry
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.store.rows import codec
from svc.text import Text

Rows = Mapping[str, Mapping[str, str]]
"""Rows of a register by id; a value that is not known is absent."""
Progress = Callable[[int, int], object]


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
    """An entry, where it stands and its bytes as they stand there (`svc.store.rows.codec` reads them again).

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

    @property
    def id(self) -> str:
        """The name of the desk."""

    def lock(self, timeout: float = 30.0) -> AbstractContextManager[Any]:
        """Nobody else appends inside; Busy after `timeout` seconds."""

    def append(self, entries: Sequence[Entry], now: datetime) -> list[Receipt]:
        """Store all of `entries` or none, recorded `now`. Returns when they are on disk. Needs the lock."""

    def all_or_nothing(self, now: datetime, replaced: Sequence[str] = ()) -> AbstractContextManager[None]:
        """Inside, appends, additions to registers and the `replaced` documents count as one. Needs the lock."""

    def read(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """The entries of a ledger in the order of recording, after `since`. Damaged where one cannot be read."""

    def tail_positions(self, nouns: Sequence[str]) -> Mapping[str, Position]:
        """How far these ledgers go now; those that are empty are not there. Opaque to all but the ledger."""

    def position_after(self, noun: str, last: Located) -> Position:
        """How far the last `read` of the ledger came, whose last entry was `last`."""

    def volume(self) -> int:
        """Bytes that a `read` of all ledgers goes through; 0 where that is not known."""

    def files(self, noun: str) -> list[str]:
        """The month files of a ledger ("calls/2026-11.csv"), oldest first."""

    def position(self, noun: str, file: str) -> Position | None:
        """How far one file goes now; None while it has no rows."""

    def holds(self, file: str, size: int, h: str) -> bool:
        """Whether a row with this `h` ends at that byte of a file."""

    def ends(self) -> list[Position]:
        """Where each ledger that is not empty ends now (at each site), in a fixed order."""

    def h_at(self, file: str, size: int) -> str | None:
        """The `h` of the row that ends at that byte of a file; None where none does."""

    def line_at(self, file: str, offset: int) -> int:
        """The line (from 1) that begins at a byte of a file."""


class RegisterStore(Protocol):
    """The registers: rows that may be changed."""

    def load(self, noun: str) -> dict[str, dict[str, str]]:
        """All rows by id."""

    def add(self, noun: str, rows: Rows) -> None:
        """Put rows with new ids in."""

    def save(self, noun: str, rows: Rows) -> None:
        """Let these be all rows."""

    def signature(self, noun: str) -> str:
        """Changes whenever the register does."""


class Documents(Protocol):
    """Whole texts by name: `rules.yaml`, `seals/2026-10.txt`."""

    def read(self, name: str) -> bytes | None:
        """The text of that name; None where there is none."""

    def keep(self, name: str, body: bytes, before: bytes | None) -> None:
        """Replace `before` (None: there was none) by `body`, wholly or not at all."""

    def names(self, folder: str) -> list[str]:
        """The names that begin with `folder/`, in order."""


class Files(Protocol):
    """Files that entries name by the SHA-256 of their bytes: put in with the entry, taken away when they are erased."""

    def document(self, sha256: str) -> str:
        """The name under which a write of several files knows it (`all_or_nothing`)."""

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""

    def read(self, sha256: str) -> bytes | None:
        """The bytes; None where they are not there."""

    def put(self, sha256: str, body: bytes) -> None:
        """Keep bytes; those that are there already stay. Needs the lock."""

    def drop(self, sha256: str) -> None:
        """Let the bytes be gone. Needs the lock."""

    def kept(self) -> Iterator[str]:
        """The hashes of all that is there, in order."""


class Place(NamedTuple):
    """Everything that a desk keeps, and where its cache may lie."""

    ledger: Any
    registers: RegisterStore
    documents: Documents
    files: Files
    cache: Path
    verify: Callable[[Progress | None], Iterator[Problem]]
    """Everything that is wrong with what is kept; tells the progress in bytes done and bytes in all."""
    folder: Path | None = None
    clock: Callable[[], datetime] | None = None
    login: str | None = None


BACKWARDS = timedelta(minutes=5)
"""How far the clock may be behind the last entry; within, the entry gets the last one's time."""


def recorded_at(now: datetime, last: datetime | None) -> datetime:
    """The time of recording: the clock's, never before the last entry's. BadInput if the clock is far behind."""
    now = now.replace(microsecond=0)
    if last is None:
        return now
    if now >= last:
        return now if now.isoformat()[:7] >= last.isoformat()[:7] else now.astimezone(last.tzinfo)
    if last - now <= BACKWARDS:
        return last
    raise BadInput(
        Text(
            f"the clock says {now.isoformat()}, but the last entry was recorded {last.isoformat()}",
            f"电脑时间是 {now.isoformat()}，但上一条记录的时间是 {last.isoformat()}",
        ),
        Text("set the clock right and repeat; where it was ahead then: svc ledger repair", "请校准电脑时间后再试；如果当时时钟超前：svc ledger repair"),
    )


def encoded(entry: Entry, width: int = 0, recorded: str = "") -> bytes:
    """The bytes of an entry that are hashed (`codec.encode`); BadInput for what cannot be stored."""
    try:
        row = codec.encode(entry, width, recorded)
        if len(row) > codec.LONGEST // 2:
            raise ValueError("too long")
    except ValueError as error:
        raise BadInput(
            Text(f"{entry.id} cannot be stored: {error}", f"{entry.id} 无法保存：{error}"),
            Text("correct the text and repeat", "改正文字后再试"),
        ) from None
    return row


def site_and_file(shown: str) -> tuple[str, str]:
    """The site's mark and the file's name of `BJ/calls/2026-11.csv`."""
    mark, slash, rest = shown.partition("/")
    return (mark, rest) if slash and mark.isupper() else ("", shown)


def month_of(file: str) -> date:
    """The month of a ledger's file, as its first day."""
    year, month = file.partition("/")[2][:7].split("-")
    return date(int(year), int(month), 1)
