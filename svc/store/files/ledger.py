"""Ledgers as plain files: `data/calls/2026-11.csv`, `data/reports/2026-11.yaml`.

* A file holds what was recorded in its month, in the order of recording; it only ever grows at its
  end. Rows are chained (`svc.store.rows.chain`), across files and months too.
* Appending costs the same whatever the files hold: only the last rows of the newest file are read.
* A file may end in a row that was never confirmed (a crash): readers pass over it, the next append
  cuts it off, or completes it where only its newline is missing. Anything else that is wrong is
  never mended in passing: `read` raises Damaged, `verify` reports.
* Readers take no lock. What is being written together with other files counts only when all is there;
  what another process is just writing is put on the disk before it is given out, so that nobody
  (the index above all) remembers what a power cut could still take away.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import Conflict, Damaged, SvcError
from svc.store.files import durable
from svc.store.files import folder as identity
from svc.store.files import multi_file_write as intent
from svc.store.files.lock import Lock, unsettled
from svc.store.files.plain import open_to_read
from svc.store.files.registers import BESIDE, Registers
from svc.store.files.tail import VERIFY, End, Tail, judged, last_row
from svc.store.place import Located, Position, Receipt, recorded_at
from svc.store.rows import chain, codec
from svc.store.rows.trusted_row import RowReader
from svc.text import Text

TAIL = 1 << 16
MANY = 1 << 15
"""Bytes from which on it pays to check rows by their chain, so that they need not be doubted cell by cell."""
_MONTHS = frozenset(f"{n:02d}" for n in range(1, 13))


class FileLedger:
    """All ledgers of a desk, as files below its data folder."""

    def __init__(self, data: Path) -> None:
        identity.refuse_foreign_link(data)
        self.data = data
        self.id, self.mark = identity.identify(data)
        self._together = False
        self._lock = Lock(data)

    @classmethod
    def create(cls, data: Path, id: str | None = None, mark: str = "") -> FileLedger:
        """A new, empty desk in `data`; Conflict where there is one.

        The desk of a company's site has the site's `id`, and its `mark` in the ids that it gives out.
        """
        if (data / "desk.yaml").exists():
            raise Conflict(Text(f"{data} is a desk already", f"{data} 已经是一个 svc 台账目录"))
        durable.make_folder(data)
        durable.keep(data)
        for folder in ("registers", *(row.folder for row in ledgers.TABLE.values())):
            durable.make_folder(data / folder)
        text = f'format: "{identity.FORMAT}"\nledger: "{id or identity.new_id()}"\n' + (
            f'site: "{mark}"\n' if mark else ""
        )
        durable.replace(data / "desk.yaml", text.encode())
        return cls(data)

    @property
    def sites(self) -> dict[str, str]:
        """The one site of a desk of files: its mark and the name that is in every hash."""
        return {self.mark: self.id}

    def lock(self, timeout: float = 30.0) -> Lock:
        """Nobody else writes to the desk inside; Busy, naming the holder, after `timeout` seconds."""
        self._lock = Lock(self.data, timeout)
        return self._lock

    # Appending

    def append(self, entries: Sequence[Entry], now: datetime) -> list[Receipt]:
        """Store all of `entries` or none, recorded `now`; on disk when it returns. The caller holds the lock."""
        nouns = dict.fromkeys(entry.ledger for entry in entries)
        ends = {noun: self._end(noun, now) for noun in nouns}
        receipts = [ends[entry.ledger].add(entry) for entry in entries]
        if len(entries) <= 1 or self._together:
            self._write(ends.values())
        else:
            with intent.all_or_nothing(self.data, {end.file: end.old_size for end in ends.values()}):
                self._write(ends.values())
        return receipts

    def append_together(self, entries: Sequence[Entry], now: datetime) -> list[Receipt]:
        """`append` within a write of several files that the caller has begun."""
        self._together = True
        try:
            return self.append(entries, now)
        finally:
            self._together = False

    @contextmanager
    def all_or_nothing(self, now: datetime, replaced: Sequence[str] = ()) -> Iterator[None]:
        """Inside, many appends (and additions to registers) count as one: a long import, a piece at a time.

        `replaced` are documents and registers that are written anew besides (`seals/2026-10.txt`). An error or a
        crash inside takes everything back. The caller holds the lock.
        """
        ends = [self._end(noun, now) for noun in ledgers.TABLE]
        registers = Registers(self.data / "registers")
        sizes = {end.file: end.old_size for end in ends} | registers.sizes()
        anew = dict.fromkeys((*map(_beside, replaced), *registers.foreign()))
        with intent.all_or_nothing(self.data, sizes, tuple(anew)):
            self._together = True
            try:
                yield
            finally:
                self._together = False

    def _write(self, ends: Iterable[End]) -> None:
        for end in ends:
            at = durable.append(self.data / end.file, b"".join(end.pieces))
            assert at == max(end.old_size, 0), "somebody wrote without the lock"

    def _end(self, noun: str, now: datetime) -> End:
        """Where the next entry of a ledger goes, after mending what a crash left."""
        tails: dict[str, Tail] = {}
        previous, last = chain.GENESIS, None
        for file in reversed(self.files(noun)):
            tail = tails[file] = self.mend(noun, file)
            if tail.last:
                last, previous = self._stamp_of(noun, file, tail)
                break
        recorded = recorded_at(now, last)
        row = ledgers.ledger(noun)
        file = f"{row.folder}/{recorded.isoformat()[:7]}.{row.form}"
        if last is not None and file < min(tails):
            what = Text(f"{min(tails)} holds what was recorded in another month", f"{min(tails)} 里是别的月份的记录")
            raise Damaged(what, VERIFY, place=min(tails))
        return End(self.id, noun, file, tails.get(file), previous, recorded)

    def mend(self, noun: str, file: str) -> Tail:
        """Take away the torn end of a file, or complete it where only its newline is missing; its tail then."""
        tail = self.tail(noun, file)
        if not tail.torn:
            return tail
        path = self.data / file
        if self.only_newline_missing(noun, file, tail):
            durable.append(path, b"\n")
        else:
            durable.cut(path, tail.size)
        return self.tail(noun, file)

    def only_newline_missing(self, noun: str, file: str, tail: Tail) -> bool:
        """Whether the torn end is a whole row that follows the one before: somebody's editor took the newline."""
        raw = self._bytes(file, tail.size, tail.torn) + b"\n"
        head = (codec.header_of(noun, raw) or b"") if tail.size == 0 else b""
        try:
            row, h = codec.split(noun, raw[len(head) :])
            before = codec.split(noun, tail.last)[1] if tail.last else self._before(noun, file)
        except (codec.BadRow, SvcError):
            return False
        return raw.startswith(head) and chain.link(self.id, file, before, row) == h

    def _before(self, noun: str, file: str) -> str:
        """The last `h` of the months before a file."""
        for earlier in reversed(self.files(noun)):
            if earlier < file:
                tail = self.tail(noun, earlier)
                if tail.last:
                    return codec.split(noun, tail.last)[1]
        return chain.GENESIS

    def _stamp_of(self, noun: str, file: str, tail: Tail) -> tuple[datetime, str]:
        try:
            recorded, h = codec.stamp(noun, tail.last)
        except codec.BadRow as bad:
            raise self._damaged(noun, file, tail.size - len(tail.last), tail.last, bad) from None
        return datetime.fromisoformat(recorded), h

    def last_recorded(self, since: datetime) -> datetime | None:
        """When anything was recorded last, in whichever ledger; what is found first since a moment is enough."""
        last = None
        for noun in ledgers.TABLE:
            tails = ((file, self.tail(noun, file)) for file in reversed(self.files(noun)))
            found = next((self._stamp_of(noun, file, tail)[0] for file, tail in tails if tail.last), None)
            last = max(filter(None, (last, found)), default=None)
            if last is not None and last >= since:
                break
        return last

    # Reading

    def tail_position(self, noun: str) -> Position | None:
        """How far the ledger goes now; None while it is empty."""
        for file in reversed(self.files(noun)):
            found = self.position(noun, file)
            if found is not None:
                return found
        return None

    def tail_positions(self, nouns: Sequence[str]) -> dict[str, Position]:
        """How far these ledgers go now; those that are empty are not there."""
        return {noun: position for noun in nouns if (position := self.tail_position(noun)) is not None}

    def position_after(self, noun: str, last: Located) -> Position:
        """How far the last `read` of the ledger came, whose last entry was `last`."""
        return Position(last.file, last.end, last.h)

    site_end = tail_position
    """The same: a desk of files is that of one site."""

    def position(self, noun: str, file: str) -> Position | None:
        """How far one file goes now; None while it has no rows."""
        limit = intent.limits(self.data).get(file)
        if limit in (-1, 0):
            return None
        tail = self.tail(noun, file, limit)
        return Position(file, tail.size, self._stamp_of(noun, file, tail)[1]) if tail.last else None

    def holds(self, file: str, size: int, h: str) -> bool:
        """Whether a row with this `h` still ends at that byte of a file."""
        ending = f'"{h}"\n' if file.endswith(".yaml") else f",{h}\n"
        try:
            return self._bytes(file, size - len(ending), len(ending)) == ending.encode()
        except FileNotFoundError:
            return False

    def ends(self) -> list[Position]:
        """Where each ledger that is not empty ends now."""
        return list(self.tail_positions(tuple(ledgers.TABLE)).values())

    def h_at(self, file: str, size: int) -> str | None:
        """The `h` of the row that ends at that byte of a file; None where none does."""
        behind = 2 if file.endswith(".yaml") else 1
        try:
            found = self._bytes(file, size - behind - chain.SIZE, chain.SIZE).decode("ascii", "replace")
        except FileNotFoundError:
            return None
        return found if chain.is_h(found) and self.holds(file, size, found) else None

    def read(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """The entries of a ledger, in the order of recording, behind `since`. Opens no file older than that.

        Damaged where a row cannot be read, or where the ledger no longer has what `since` tells of.
        """
        if since is not None:
            self._check_position(noun, since)
        previous = since.h if since else chain.GENESIS
        files = [file for file in self.files(noun) if since is None or file >= since.file]
        for file in files:
            start = since.size if since and file == since.file else 0
            previous = yield from self._read_file(noun, file, start, previous, len(files) > 2)

    def _read_file(self, noun: str, file: str, start: int, previous: str, many: bool) -> Generator[Located, None, str]:
        """The entries of a file from byte `start`, whose row before had `previous`; gives back the last `h`.

        `many`: there are other files to be read too.
        """
        try:
            descriptor = open_to_read(self.data / file)
        except FileNotFoundError:  # taken back since the folder was listed
            return previous
        with os.fdopen(descriptor, "rb", 1 << 18) as stream:
            size = os.fstat(descriptor).st_size  # first the size, then the note: what came later is not counted
            size = min(size, intent.limits(self.data).get(file, size))
            if not self._lock.held and unsettled(self.data):
                durable.settle(descriptor, self.data / file)
            at, line = start, None
            if start == 0 and size > 0:
                head = stream.readline(codec.LONGEST) if codec.header(noun) else b""
                if head != codec.header_of(noun, head):
                    self.tail(noun, file, size)  # Damaged, but for a header that a crash left unfinished
                    return previous
                at, line = len(head), 1 + head.count(b"\n")
            stream.seek(at)
            decode = RowReader(self.id, noun, file, previous) if many or size - at > MANY else partial(codec.decode, noun)
            for raw in codec.rows(noun, stream):
                end = at + len(raw)
                if end > size:
                    break
                try:
                    entry, previous = decode(raw)
                except codec.BadRow as bad:
                    if at >= self.tail(noun, file, size).size:
                        break
                    raise self._damaged(noun, file, at, raw, bad) from None
                yield Located(entry, file, at, line, previous, raw)
                at = end
                line = None if line is None else line + raw.count(b"\n")
        return previous

    def _check_position(self, noun: str, since: Position) -> None:
        """Damaged unless the row that ended at `since` still does."""
        ending = codec.finish(noun, b"", since.h)
        try:
            found = self._bytes(since.file, since.size - len(ending), len(ending))
            size = (self.data / since.file).stat().st_size
        except FileNotFoundError:
            found, size = b"", -1
        if found == ending:
            return
        if size < since.size:
            what = Text(
                f"{since.file} is shorter than it was: entries that were recorded are missing",
                f"{since.file} 比原来短：已记录的内容缺失",
            )
        else:
            what = Text(
                f"{since.file} was changed: the row that ended at byte {since.size} is another one",
                f"{since.file} 被改动：第 {since.size} 字节处的记录与原来不同",
            )
        raise Damaged(what, VERIFY, place=since.file)

    # Files

    def volume(self) -> int:
        """Bytes that a `read` of all ledgers goes through."""
        return sum((self.data / file).stat().st_size for noun in ledgers.TABLE for file in self.files(noun))

    def files(self, noun: str) -> list[str]:
        """The month files of a ledger ("calls/2026-11.csv"), oldest first."""
        row = ledgers.ledger(noun)
        try:
            names = os.listdir(f"{self.data}/{row.folder}")  # a Path costs more than the call, and each command asks for all
        except FileNotFoundError:
            return []
        return sorted(f"{row.folder}/{name}" for name in names if _is_month(name, row.form))

    def tail(self, noun: str, file: str, limit: int | None = None) -> Tail:
        """The end of a file, from its last bytes alone (as many as the last row needs)."""
        descriptor = open_to_read(self.data / file)
        try:
            size = os.fstat(descriptor).st_size
            size = size if limit is None else min(size, limit)
            head = codec.header(noun)
            begins = os.pread(descriptor, min(len(head), size), 0)
            tail, want = None, TAIL
            while tail is None and want <= 4 * codec.LONGEST:
                start = max(0, size - want)
                block = os.pread(descriptor, size - start, start)
                tail = last_row(noun, block, start)
                want *= 4
        finally:
            os.close(descriptor)
        return judged(noun, file, tail, block, begins, size)

    def _bytes(self, file: str, offset: int, size: int) -> bytes:
        descriptor = open_to_read(self.data / file)
        try:
            return os.pread(descriptor, size, offset) if offset >= 0 else b""
        finally:
            os.close(descriptor)

    def line_at(self, file: str, offset: int) -> int:
        """The line (from 1) that begins at a byte: counted only when an error has to be placed."""
        with os.fdopen(open_to_read(self.data / file), "rb") as stream:
            lines = 1
            while offset > 0:
                piece = stream.read(min(offset, 1 << 20))
                if not piece:
                    break
                lines += piece.count(b"\n")
                offset -= len(piece)
        return lines

    def _damaged(self, noun: str, file: str, offset: int, raw: bytes, bad: codec.BadRow) -> Damaged:
        place = f"{file}:{self.line_at(file, offset) + bad.line}:{bad.column}"
        return Damaged(bad.what, VERIFY, place=place, excerpt=_excerpt(raw, bad))


def _beside(name: str) -> str:
    """A document's file as seen from the data folder."""
    return f"../{name}" if name in BESIDE else name


def _is_month(name: str, form: str) -> bool:
    year, month = name[:4], name[5:7]
    return name == f"{year}-{month}.{form}" and year.isascii() and year.isdigit() and month in _MONTHS


def _excerpt(raw: bytes, bad: codec.BadRow) -> str:
    """The faulty line with a caret below the place, cut to a screen's width."""
    lines = raw[: 1 << 14].decode("utf-8", "replace").split("\n")
    line = lines[bad.line] if bad.line < len(lines) else ""
    start = max(0, bad.column - 40)
    shown = "".join(c if c.isprintable() else "?" for c in line[start : start + 100])
    return f"{shown}\n{' ' * (bad.column - 1 - start)}^"
