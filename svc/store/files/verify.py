"""Is what is stored what was recorded? All ledgers, all problems, each with its place.

A row is right when it is spelled as svc spells it and its `h` follows from the row before. After a
row that is not, the walk goes on from what the next row may have followed: the `h` as stored, the
`h` as it should be, or the row before (if the bad one was put in). So one change is one problem, with the value before it where
the index remembers it or a likely old_value fits the chain.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import Damaged
from svc.named import NamedTuple
from svc.store import access_checks as access
from svc.store.files import register_checks
from svc.store.files.disk_fault import suspects
from svc.store.files.index_evidence import IndexEvidence
from svc.store.files.ledger import FileLedger
from svc.store.files.old_values import differences, old_rows
from svc.store.files.plain import open_to_read
from svc.store.files.prove import File, as_they_stand, numbered, prove, rows_of
from svc.store.files.registers import FileDocuments, Registers
from svc.store.place import Located, Problem, Progress, month_of
from svc.store.rows import chain, codec
from svc.store.seals import Seals
from svc.text import Text

_NAMED = 8
_GUESSES = 100
"""For how many rows the old value is looked for; a ledger with more changes has other worries."""


See = Callable[[Located], object]


def problems(ledger: FileLedger, progress: Progress | None = None, see: See | None = None) -> Iterator[Problem]:
    """Everything that is wrong, in the order of the files. Memory does not grow with the ledgers.

    `see` is given each row that is as it was recorded, until something is wrong.
    """
    for name in suspects(ledger.data):
        yield Problem(name, None, Text("the disk failed while it was written", "写入时磁盘出错"), None, None)
    meter = _Meter(ledger, progress)
    named: set[str] = set()
    for noun in ledgers.TABLE:
        yield from _Walk(ledger, noun, meter, named, see).problems()
    registers, documents = Registers(ledger.data / "registers"), FileDocuments(ledger.data.parent)
    yield from Seals(ledger, documents).problems()
    yield from access.problems(ledger, registers, documents)
    yield from register_checks.problems(registers, ledger, named)


class _Meter:
    """How far the walk has come, in bytes."""

    def __init__(self, ledger: FileLedger, tell: Progress | None) -> None:
        files = [ledger.data / file for noun in ledgers.TABLE for file in ledger.files(noun)] if tell else []
        self._tell, self._done, self._told = tell, 0, 0
        self._all = sum(path.lstat().st_size for path in files)

    def add(self, size: int) -> None:
        self._done += size
        if self._tell and (self._done - self._told >= 1 << 20 or self._done >= self._all):
            self._told = self._done
            self._tell(self._done, self._all)


class _Row(NamedTuple):
    """A row whose place in the chain is in doubt until the next one is seen."""

    place: str
    row: bytes
    h: str
    should: str
    before: tuple[str, ...]


class _Walk:
    """The walk along one ledger: what the next row may follow, and what was seen."""

    def __init__(self, ledger: FileLedger, noun: str, meter: _Meter, named: set[str], see: See | None) -> None:
        self._see = see
        self._named = named  # the staff who recorded what was met
        self._ledger, self._noun, self._meter = ledger, noun, meter
        self._before: tuple[str, ...] = (chain.GENESIS,)
        self._blind = False  # a row whose h cannot be read went before: the next one cannot be checked
        self._doubt: _Row | None = None
        self._last: datetime | None = None
        self._month = date.min
        self._opened = _Ids()
        self._taken_back: Counter[tuple[str, ...]] | None = None
        self._guesses = 0
        self._evidence = IndexEvidence(ledger.data)
        self._end = self._evidence.end(noun)

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with the ledger."""
        yield from self._strays()
        for file in self._ledger.files(self._noun):
            try:
                yield from self._file(file)
            except Damaged as error:
                yield _unreadable(file, error)
                self._blind = True
        yield from self._lost()

    def _lost(self) -> Iterator[Problem]:
        """Rows at the end of the ledger that the index remembers and the file no longer has."""
        end = self._end
        if end is None or self._ledger.holds(end.file, end.size, end.h):
            return
        kept = self._rows_of(end.file)
        missing = list(self._evidence.rows(end.file))[len(kept) :]
        if missing and not any(raw.rstrip(b'"\n').endswith(end.h.encode()) for raw in kept):
            line = 1 + len(codec.header(self._noun)[:1]) + sum(raw.count(b"\n") for raw in kept)
            ids = _names(self._noun, missing)
            what = Text(
                f"{len(missing)} entries at its end are missing: {ids}", f"末尾缺少 {len(missing)} 条记录：{ids}"
            )
            yield Problem(f"{end.file}:{line}", None, what, None, None)

    def _rows_of(self, file: str) -> list[bytes]:
        """The rows that a file has now."""
        try:
            data = (self._ledger.data / file).read_bytes()
        except OSError:
            return []
        return rows_of(self._noun, data)

    def _strays(self) -> Iterator[Problem]:
        """What else lies in the folder."""
        row = ledgers.ledger(self._noun)
        folder = self._ledger.data / row.folder
        known = set(self._ledger.files(self._noun))
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        for name in names:
            file = f"{row.folder}/{name}"
            if file not in known and not name.startswith("."):
                yield Problem(
                    file, None, Text("not a ledger file: nobody reads it", "不是台账文件，不会被读取"), None, None
                )

    def _file(self, file: str) -> Iterator[Problem]:
        descriptor = open_to_read(self._ledger.data / file)
        with os.fdopen(descriptor, "rb", 1 << 18) as stream:
            size = os.fstat(descriptor).st_size
            tail, odd = self._tail(file, size)
            head = stream.readline(codec.LONGEST) if codec.header(self._noun) and tail > 0 else b""
            at, line, first = len(head), 1 + head.count(b"\n"), self._before
            follows, self._month = chain.checker(self._ledger.id, file), month_of(file)
            if tail > 0 and head != codec.header_of(self._noun, head):
                if self.restored(file) is not None:
                    self._meter.add(size)
                    yield from self._resaved(file, 1)
                    return
                yield Problem(f"{file}:1", None, _header_words(head), None, None)
            self._meter.add(len(head))
            intact = True
            stream.seek(at)
            for raw in codec.rows(self._noun, stream):
                if at >= tail:
                    break
                entry = self._at_a_look(raw, follows)
                if entry and self._see:
                    self._see(Located(entry, file, at, line, self._before[0], raw))
                for problem in self._sense(file, line, entry) if entry else self._row(file, line, raw, follows):
                    if intact and self.restored(file, first) is not None:
                        self._meter.add(size - at)
                        yield from self._resaved(file, line, first)
                        return
                    intact = False
                    yield problem
                at, line = at + len(raw), line + raw.count(b"\n")
                self._meter.add(len(raw))
            yield from self._judge(None)
            if tail < size:
                yield Problem(f"{file}:{line}", None, odd or self._torn(file), None, None)
                self._meter.add(size - tail)

    def _tail(self, file: str, size: int) -> tuple[int, Text | None]:
        """Where the whole rows end; all of the file where its end is no torn row but damage."""
        try:
            return self._ledger.tail(self._noun, file).size, None
        except Damaged:
            return size, None

    def _torn(self, file: str) -> Text:
        tail = self._ledger.tail(self._noun, file)
        return NO_NEWLINE if self._ledger.only_newline_missing(self._noun, file, tail) else TORN

    def _at_a_look(self, raw: bytes, follows: chain.Check) -> Entry | None:
        """The entry of a row that is spelled right and follows, as nearly all do; any other is for `_row` to take apart."""
        if self._doubt or self._blind:
            return None
        try:
            row, h = codec.split(self._noun, raw)
            entry = codec.read(self._noun, row, raw) if follows(self._before[0], row, h) else None
        except codec.BadRow:
            return None
        if entry:
            self._before = (h,)
        return entry

    def _row(self, file: str, line: int, raw: bytes, follows: chain.Check) -> Iterator[Problem]:
        """What is wrong with a row; remembers what the next one may follow."""
        place = f"{file}:{line}"
        try:
            row, h = codec.split(self._noun, raw)
        except codec.BadRow as bad:
            yield from self._judge(None)
            yield Problem(f"{file}:{line + bad.line}", bad.field, bad.what, None, None)
            self._blind = True
            return
        expected = self._before[0]
        fits = expected if follows(expected, row, h) else next((b for b in self._before[1:] if follows(b, row, h)), None)
        if self._doubt is not None:
            yield from self._judge(fits)
        blind, self._blind = self._blind, False
        before, self._before = self._before, (h,)
        try:
            entry = codec.read(self._noun, row, raw)
        except codec.BadRow as bad:
            self._before = (h, *before)
            yield from self._told(_Row(place, row, h, "", before), file, bad)
            return
        if fits is None and not blind:
            should = chain.link(self._ledger.id, file, before[0], row)
            self._doubt = _Row(place, row, h, should, before)
            self._before = (h, should, *before)
        yield from self._sense(file, line, entry)

    def _judge(self, fits: str | None) -> Iterator[Problem]:
        """Say what is wrong with the row in doubt, now that it is known what the next one follows."""
        doubt, self._doubt = self._doubt, None
        if doubt is None:
            return
        if fits == doubt.should:
            what = Text("the column h was changed, the rest is as recorded", "h 列被改动，其余与记录时一致")
            yield Problem(doubt.place, "h", what, doubt.should, doubt.h)
        elif fits is not None and fits in doubt.before:
            what = Text("this row was put in: the next one does not know it", "此行是插入的：下一行并不承接它")
            yield Problem(doubt.place, None, what, None, None)
        else:
            yield from self._told(doubt, doubt.place.rpartition(":")[0], None)

    def _told(self, doubt: _Row, file: str, bad: codec.BadRow | None) -> Iterator[Problem]:
        """A changed row, with the fields and their old values where they are known or can be found out."""
        remembered = self._evidence.row(self._noun, file, doubt.h)
        if remembered == doubt.row:
            yield Problem(doubt.place, None, self._gap(file, doubt), None, None)
            return
        old = self._old_row(doubt, file, remembered)
        changes = differences(self._noun, old, doubt.row) if old else []
        if changes:
            what = Text("changed after it was recorded", "记录后被改动")
            yield from (Problem(doubt.place, one.field, what, one.old, one.new) for one in changes)
        elif bad:
            name, _, line = doubt.place.rpartition(":")
            yield Problem(f"{name}:{int(line) + bad.line}", bad.field, bad.what, None, None)
        else:
            what = Text(
                "does not follow from the row before: it was changed, or rows before it are missing",
                "与上一行不衔接：此行被改动，或前面有行缺失",
            )
            yield Problem(doubt.place, None, what, None, None)

    def _old_row(self, doubt: _Row, file: str, remembered: bytes | None) -> bytes | None:
        """The row as it was recorded: what the index remembers, or with one likely change undone, where the chain proves it."""
        follows = chain.checker(self._ledger.id, file)
        if remembered is not None and any(follows(before, remembered, doubt.h) for before in doubt.before):
            return remembered
        self._guesses += 1
        if self._guesses > _GUESSES:
            return None
        tried = (one for before in doubt.before[:2] for one in old_rows(self._noun, doubt.row) if follows(before, one, doubt.h))
        return next(tried, None)

    def _gap(self, file: str, doubt: _Row) -> Text:
        """Words for a row that is as recorded, but does not follow from the one that is before it now."""
        if (self._ledger.data / file).read_bytes().count(doubt.h.encode()) > 1:
            return Text("this row stands in the file twice", "此行在文件中出现了两次")
        rows = list(self._evidence.rows(file))
        here = next((n for n, raw in enumerate(rows) if doubt.h.encode() in raw[-40:]), 0)
        start = next((n + 1 for n in range(here - 1, -1, -1) if rows[n][-40:].find(doubt.before[0].encode()) >= 0), 0)
        if start >= here:
            return Text("rows before it are missing or changed", "它前面的行缺失或被改动")
        ids = _names(self._noun, rows[start:here])
        return Text(f"{here - start} rows before it are missing: {ids}", f"它前面缺少 {here - start} 行：{ids}")

    def _sense(self, file: str, line: int, entry: Entry) -> Iterator[Problem]:
        """What a row that reads well may still not say."""
        event, id, recorded = entry.event, entry.id, entry.recorded_at
        self._named.add(entry.by)
        if recorded.month != self._month.month or recorded.year != self._month.year:
            what = Text("recorded in another month than the file's", "记录月份与文件不符")
            yield Problem(f"{file}:{line}", "recorded_at", what, None, recorded.isoformat())
        if self._last is None or recorded >= self._last:
            self._last = recorded
        else:
            what = Text("recorded before the row above it", "记录时间早于上一行")
            yield Problem(f"{file}:{line}", "recorded_at", what, self._last.isoformat(), recorded.isoformat())
        again = ledgers.stands_once(self._noun, event) and not self._opened.add(f"{event} {id}")
        if again and not self._may_stand_again(entry):
            what = Text(f"a second {event} with the id {id}", f"编号 {id} 的 {event} 重复")
            yield Problem(f"{file}:{line}", "id", what, None, id)

    def _may_stand_again(self, entry: Entry) -> bool:
        """Whether what opened the id before was taken back (once for each time it was)."""
        if self._taken_back is None:
            self._taken_back = _taken_back(self._ledger)
        left = self._taken_back[self._noun, entry.id, entry.event]
        self._taken_back[self._noun, entry.id, entry.event] = left - 1
        return left > 0

    # Files saved by a spreadsheet

    def restored(self, file: str, before: tuple[str, ...] = ()) -> bytes | None:
        """The file as svc wrote it, if a spreadsheet spelled it anew without changing a value; else None."""
        data = (self._ledger.data / file).read_bytes()
        for one in before or self._before:
            proof = prove(File(self._noun, file, self._ledger.id, data, one), as_they_stand)
            if proof is not None and proof.changed == 0 and proof.whole != data:
                return proof.whole
        return None

    def _resaved(self, file: str, line: int, before: tuple[str, ...] = ()) -> Iterator[Problem]:
        """One problem for the whole file; its entries are looked at as restored."""
        whole = self.restored(file, before) or b""
        what = Text(
            "re-saved by a spreadsheet or editor, values unchanged: svc ledger repair restores it",
            "被表格软件或编辑器另存过，值未改变：svc ledger repair 可恢复原样",
        )
        yield Problem(f"{file}:{line}", None, what, None, None)
        for number, raw in numbered(self._noun, whole):
            entry, h = codec.decode(self._noun, raw)
            self._before, self._blind, self._doubt = (h,), False, None
            if number >= line:
                yield from self._sense(file, number, entry)


def _names(noun: str, rows: Sequence[bytes]) -> str:
    """The ids of rows, the first few of them."""
    found = []
    for raw in rows[:_NAMED]:
        try:
            found.append(codec.decode(noun, raw)[0].id)
        except codec.BadRow:
            found.append("?")
    return ", ".join(found) + (", …" if len(rows) > _NAMED else "")


def _taken_back(ledger: FileLedger) -> Counter[tuple[str, ...]]:
    """How often an opening entry of an id was taken back; what cannot be read is told of by its own ledger."""
    found: Counter[tuple[str, ...]] = Counter()
    with contextlib.suppress(Damaged):
        found.update((e.get("of"), e.get("entry"), e.get("deed")) for e, *_ in ledger.read(ledgers.UNDO))
    return found


class _Ids:
    """Which ids were seen. A bit each for those that we number, so that memory stays flat."""

    def __init__(self) -> None:
        self._numbered: dict[str, bytearray] = {}
        self._others: set[str] = set()

    def add(self, id: str) -> bool:
        """Whether it is new."""
        prefix, _, digits = id.rpartition("-")
        if not (4 <= len(digits) <= 7 and digits.isascii() and digits.isdigit()):
            new = id not in self._others
            self._others.add(id)
            return new
        bits = self._numbered.setdefault(f"{prefix} {len(digits)}", bytearray())
        byte, bit = int(digits) >> 3, 1 << (int(digits) & 7)
        if byte >= len(bits):
            bits.extend(bytes(byte + 1 - len(bits)))
        new = not bits[byte] & bit
        bits[byte] |= bit
        return new


NO_NEWLINE = Text(
    "its last newline is missing (an editor, or a crash); the next entry, or svc ledger repair, puts it back",
    "末尾缺少换行（编辑器或断电所致）；下次记录或 svc ledger repair 会补上",
)
TORN = Text(
    "its last row was never finished (a crash): it was not confirmed; the next entry takes it away",
    "最后一行没有写完（程序或电源中断），未确认；下次记录时会清除",
)


def _header_words(head: bytes) -> Text:
    if head.startswith((b"<<<<<<<", b"=======", b">>>>>>>")):
        return Text("the mark of a merge conflict", "合并冲突标记")
    return Text("the header was changed", "表头被改动")


def _unreadable(file: str, error: Damaged) -> Problem:
    return Problem(error.place or file, None, error.what, None, None)
