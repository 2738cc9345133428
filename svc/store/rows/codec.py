"""Entry <-> the one way in which it is written, as a CSV line or a YAML document. Pure.

CSV   a file begins with BOM + header + LF; a row is `id,event,at,recorded_at,by,<fields>,h` LF.
      What is hashed: the row without `,h` and LF.
YAML  a row is a document: `---`, then one `key: "value"` a line in the order of the CSV columns,
      values in JSON (which YAML contains), absent fields left out, last `h: "x..."`.
      What is hashed: everything from `---` to before the `h` line.

A ledger may gain columns (`ledgers.editions`), always behind those it has. A file keeps the header that it was begun with;
a row that needs more columns is wider, and its last cell is `h` all the same.

One entry has one spelling: `encode(decode(row)) == row`, or `decode` raises BadRow. Nothing here
reads a file; lines end at LF and nowhere else (text may hold U+2028, U+0085, VT, FF).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache, partial
from itertools import islice
from operator import itemgetter
from typing import Any, BinaryIO

from svc.domain import ledgers
from svc.domain.clock import precision
from svc.domain.entry import Entry
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.store.rows import cells, chain
from svc.store.rows.bad_row import LONGEST as LONGEST
from svc.store.rows.bad_row import BadRow as BadRow
from svc.store.rows.bad_row import obvious
from svc.store.rows.kind_cells import loader, moment, read_word, reader, same, to_json, typed_at, unjson, word, writer
from svc.text import Text, quoted, quoted_zh

BOM = b"\xef\xbb\xbf"
COMMON = ("id", "event", "at", "recorded_at", "by")

Load = Callable[[Any], Any]


class _Plan(NamedTuple):
    """How the lines of one event look: where each field stands and how its cell is read; the places of other events' fields,
    and what gives their cells; how the value of each field is read in a document (None: it is its text)."""

    slots: tuple[tuple[int, str, Load], ...]
    others: tuple[int, ...]
    not_its_own: Callable[[list[str]], Iterable[str]]
    loads: dict[str, Load | None]


@cache
def columns(noun: str) -> tuple[str, ...]:
    """All columns of a ledger but `h`."""
    return COMMON + ledgers.columns(noun)


@cache
def widths(noun: str) -> tuple[int, ...]:
    """How many cells a row may have without its `h`: of files from each edition of the columns, the newest last."""
    return tuple(len(COMMON) + len(names) for names in ledgers.editions(noun))


@cache
def _plan(noun: str, event: str, width: int) -> _Plan:
    kinds = ledgers.kinds(noun, event)
    named = list(enumerate(columns(noun)[:width]))[len(COMMON) :]
    slots = [(i, name, reader(kinds[name])) for i, name in named if name in kinds]
    others = tuple(i for i, name in named if name not in kinds)
    pick = itemgetter(*others, *others) if others else lambda found: ()  # of one place alone it would give no tuple
    return _Plan(tuple(slots), others, pick, {name: loader(kinds[name]) for _, name, _ in slots})


@cache
def form(noun: str) -> str:
    """ "csv" or "yaml"."""
    return ledgers.ledger(noun).form


@cache
def header(noun: str, width: int = 0) -> bytes:
    """What a file of the ledger begins with; `width` asks for an older edition's."""
    names = columns(noun)[: width or None]
    return BOM + ",".join((*names, "h")).encode() + b"\n" if form(noun) == "csv" else b""


def header_of(noun: str, begins: bytes) -> bytes | None:
    """The header, of whichever edition, that a file begins with; None: it is none of ours."""
    if form(noun) == "yaml":
        return b""
    return next((head for width in widths(noun)[::-1] if begins.startswith(head := header(noun, width))), None)


def header_before(noun: str, offset: int) -> bytes:
    """The header behind which a file's first row begins at that byte; the newest where it is none's length."""
    heads = [header(noun, width) for width in widths(noun)]
    return next((head for head in heads if len(head) == offset), header(noun))


def width_of(noun: str, head: bytes) -> int:
    """How many cells without `h` a header of ours has; 0 of a ledger that has none."""
    return head.count(b",")


def encode(entry: Entry, width: int = 0, recorded: str = "") -> bytes:
    """The bytes of an entry that are hashed; ValueError for what no kind of ours would hold.

    A row is as wide as the file's header (`width`; 0: the newest), or wider where its fields need it. `recorded` is the
    cell of when it is recorded, where that is not what the entry says: of many that are recorded at once.
    """
    noun, fields = entry.ledger, entry.fields
    empty, written, kinds = _spelling(noun, entry.event)
    if not fields.keys() <= kinds.keys():
        unknown = ", ".join(sorted(fields.keys() - kinds.keys()))
        raise ValueError(f"{noun} {entry.event} has no field {unknown}")
    at, recorded = precision.cell(entry.at), recorded or precision.cell(entry.recorded_at)
    if not entry.id or not entry.by:
        raise ValueError("an entry without an id or without who recorded it")
    if empty is not None:
        row = [word(entry.id), entry.event, at, recorded, word(entry.by), *empty]
        for name, value in fields.items():
            if value is not None and name in written:
                place, write = written[name]
                row[place] = write(value)
        if width not in (0, len(row)):
            row = row[: _needed(noun, row, width)]
        return ",".join(row).encode()
    found = {name: kinds[name].cell(value) for name, value in fields.items()}
    found |= zip(COMMON, (entry.id, entry.event, at, recorded, entry.by), strict=True)
    lines = [f"{name}: {to_json(found[name])}\n" for name in columns(noun) if name in found]
    return ("---\n" + "".join(lines)).encode()


class _Spelling(NamedTuple):
    """How an event is written: its empty cells (None: it has no cells), where each field stands and how it is written, all kinds."""

    empty: tuple[str, ...] | None
    written: dict[str, tuple[int, Callable[[Any], str]]]
    kinds: dict[str, Any]


@cache
def _spelling(noun: str, event: str) -> _Spelling:
    kinds = ledgers.kinds(noun, event)
    written = {name: (i, writer(kinds[name])) for i, name in enumerate(columns(noun)) if name in kinds}
    return _Spelling(("",) * len(ledgers.columns(noun)) if form(noun) == "csv" else None, written, kinds)


def _needed(noun: str, row: list[str], width: int) -> int:
    """The least width, of those that the ledger knows and not below `width`, that holds all cells which are filled."""
    filled = max(i for i, cell in enumerate(row) if cell)
    return next(some for some in widths(noun) if some >= width and some > filled)


def finish(noun: str, row: bytes, h: str) -> bytes:
    """The whole row as it stands in the file."""
    return row + (b",%b\n" if form(noun) == "csv" else b'h: "%b"\n') % h.encode()


@cache
def _end(form: str) -> tuple[int, Callable[[bytes], re.Match[bytes] | None]]:
    """How many bytes the `h` of a row is with what stands around it, and what finds it in those."""
    before, after = (b",", b"\n") if form == "csv" else (b'h: "', b'"\n')
    return len(before) + chain.SIZE + len(after), re.compile(b"%b(%b)%b" % (before, chain.AN_H, after)).fullmatch


def split(noun: str, raw: bytes) -> tuple[bytes, str]:
    """What is hashed of a whole row, and its `h`; BadRow where it does not end in one."""
    size, find = _end(form(noun))
    found = find(raw[-size:])
    if found is None:
        last = 0 if form(noun) == "csv" else max(0, raw.count(b"\n") - 1)
        raise _diagnose(noun, raw, Text("it does not end with h", "末尾缺少 h"), "h", line=last)
    return raw[:-size], found[1].decode()


def decode(noun: str, raw: bytes) -> tuple[Entry, str]:
    """The entry and `h` of a whole row. BadRow, with place and reason, for any but its one spelling."""
    row, h = split(noun, raw)
    return read(noun, row, raw), h


def read(noun: str, row: bytes, raw: bytes) -> Entry:
    """The entry of a row that was `split` off from its `h`; BadRow as above, told of the whole row."""
    try:
        text = row.decode()
    except UnicodeDecodeError as error:
        raise _diagnose(noun, raw, _not_utf8(error.start), column=error.start + 1) from None
    return (_from_csv if form(noun) == "csv" else _from_yaml)(noun, text, raw)


def stamp(noun: str, raw: bytes) -> tuple[str, str]:
    """`recorded_at` and `h` of a whole row, without reading the rest (the way to append); BadRow as above."""
    row, h = split(noun, raw)
    part = b'\nrecorded_at: "'
    if form(noun) == "csv":
        found = (row.split(b",", 4) if row[:1] != b'"' else _quoted(row))[3:4]
    else:
        found = row[row.find(part) + len(part) :].split(b'"', 1)[:1] if part in row else []
    text = found[0].decode("ascii", "replace") if found else ""
    _checked(typed_at, text, dict.fromkeys(["recorded_at"]), "recorded_at")
    return text, h


def rows(noun: str, stream: BinaryIO) -> Iterator[bytes]:
    """The rows of a file behind its header, as they stand, good or not; memory stays flat.

    A piece longer than LONGEST comes in parts. A document ends with its `h` line or where the
    next one begins.
    """
    lines = iter(partial(stream.readline, LONGEST), b"")
    return lines if form(noun) == "csv" else _documents(lines)


def _documents(lines: Iterator[bytes]) -> Iterator[bytes]:
    document: list[bytes] = []
    size = 0
    for line in lines:
        size += len(line)
        if document and (line == b"---\n" or size > LONGEST):
            yield b"".join(document)
            document, size = [], len(line)
        document.append(line)
        if line[:4] == b'h: "':
            yield b"".join(document)
            document, size = [], 0
    if document:
        yield b"".join(document)


# CSV


def _quoted(row: bytes) -> list[bytes]:
    return [cell.encode("utf-8", "replace") for cell in raw_cells(row.decode("utf-8", "replace"))]


def raw_cells(text: str) -> list[str]:
    """The cells of a line as they stand; by commas alone where its quotes make no sense."""
    try:
        return cells.split(text)
    except ValueError:
        return text.split(",")


def _from_csv(noun: str, text: str, raw: bytes) -> Entry:
    try:
        found = cells.split(text)
    except ValueError as error:
        raise _diagnose(noun, raw, Text(str(error), f"引号有误：{error}")) from None
    if text[:1] == "\ufeff":
        raise BadRow(Text("a BOM within the file: two files put together?", "文件中间出现 BOM：两个文件被拼在一起？"))
    if len(found) not in widths(noun):
        raise _diagnose(noun, raw, _count(len(found) + 1, len(columns(noun)) + 1))
    plan = _planned(noun, found[1], 1 + len(found[0]) + 1, width=len(found))
    if any(plan.not_its_own(found)):
        i = next(i for i in plan.others if found[i])
        raise _misplaced(noun, found[1], columns(noun)[i], cells.column_of(text, i))
    fields = {}
    for i, name, load in plan.slots:
        cell = found[i]
        if cell:
            try:
                fields[name] = load(cell)
            except (ValueError, SvcError) as error:
                raise _unfit(raw, error, name, cells.column_of(text, i)) from None
    try:
        at = moment(found[2])
        recorded = at if found[3] == found[2] and type(at) is datetime else typed_at(found[3])
        return Entry(noun, found[1], cells.read(found[0]), at, recorded, read_word(found[4]), fields)
    except (ValueError, IndexError):
        raise _bad_common(text, found, raw) from None


def _bad_common(text: str, found: list[str], raw: bytes) -> BadRow:
    """Which of the first five cells makes no sense."""
    for i, name in enumerate(COMMON):
        try:
            (moment if i == 2 else typed_at if i == 3 else cells.read)(found[i])
        except ValueError as error:
            return _unfit(raw, error, name, cells.column_of(text, i))
        except IndexError:
            break
    return BadRow(Text(f"{name} is empty", f"{name} 为空"), name, cells.column_of(text, i))


# YAML


def _from_yaml(noun: str, text: str, raw: bytes) -> Entry:
    lines = text.split("\n")
    if lines[0] != "---" or lines[-1]:
        raise _diagnose(noun, raw, Text("a document begins with ---", "每条记录须以 --- 开头"))
    found: dict[str, Any] = {}
    known, simple = _order(noun), "\\" not in text and text.replace("\n", "").isprintable()
    for number, line in enumerate(lines[1:-1], 1):
        name, _, value = line.partition(': "')
        if simple and name in known and value.find('"') == len(value) - 1 >= 0:
            found[name] = value[:-1]
        else:
            name, found[name] = _pair(noun, line, number, raw)
    if len(found) != len(lines) - 2 or not _in_order(noun, tuple(found)):
        raise BadRow(Text("keys twice or out of order", "字段重复或顺序不对"))
    common: list[Any] = [found.get(name) for name in COMMON]
    if not all(common) or {*map(type, common)} != {str}:
        name = next(name for name, value in zip(COMMON, common, strict=True) if not value or type(value) is not str)
        raise BadRow(Text(f"{name} is missing", f"缺少 {name}"), name, line=_line(found, name))
    id, event, happened, typed, by = common
    loads = _planned(noun, event, 1, 2).loads
    fields: dict[str, Any] = {}
    for name, value in islice(found.items(), len(COMMON), None):
        if name not in loads:
            raise _misplaced(noun, event, name, 1, _line(found, name))
        load = loads[name]
        if type(value) is not str:
            fields[name] = _many(noun, event, value, found, name)
        else:
            fields[name] = _checked(load, value, found, name) if load else value
    at = _checked(moment, happened, found, "at")
    recorded = at if typed == happened and type(at) is datetime else _checked(typed_at, typed, found, "recorded_at")
    return Entry(noun, event, id, at, recorded, by, fields)


def _many(noun: str, event: str, value: Any, found: dict[str, Any], name: str) -> Any:
    """A list or map of a document that was `found`, read; BadRow on its line."""
    kind = ledgers.kinds(noun, event)[name]
    many = _checked(kind.load, value, found, name)
    if not same(kind.cell(many), value):
        raise BadRow(Text("not written the way svc writes it", "与 svc 的写法不一致"), name, line=_line(found, name))
    return many


@cache
def _order(noun: str) -> dict[str, int]:
    """The place of each key in a ledger's documents."""
    return {name: n for n, name in enumerate(columns(noun))}


@lru_cache(1 << 10)
def _in_order(noun: str, names: tuple[str, ...]) -> bool:
    """Whether the keys of a document stand in their order."""
    places = [_order(noun)[name] for name in names]
    return places == sorted(places)


def _line(found: dict[str, Any], name: str) -> int:
    """The line of a document (from 0) on which a key stands that is there once; 0: it is not there."""
    return [*found].index(name) + 1 if name in found else 0


def _pair(noun: str, line: str, number: int, raw: bytes) -> tuple[str, Any]:
    name, colon, value = line.partition(": ")
    if not colon or name not in columns(noun):
        raise _diagnose(noun, raw, Text("no line of a ledger document", "不是台账记录的行"), line=number)
    try:
        return name, unjson(value)
    except ValueError as error:
        what = Text(f"{name}: {error}", f"{name}：写法有误")
        raise _diagnose(noun, raw, what, name, len(name) + 3, number) from None


# What is wrong


def _planned(noun: str, event: str, column: int, line: int = 0, width: int = -1) -> _Plan:
    try:
        return _plan(noun, event, width if width >= 0 else len(columns(noun)))
    except SvcError:
        what = Text(f"{noun} has no event {quoted(event)}", f"{noun} 没有{quoted_zh(event)}这种记录")
        raise BadRow(what, "event", column, line) from None


def _checked(load: Load, value: Any, found: dict[str, Any], name: str) -> Any:
    """A value of a document that was `found`, read; BadRow on its line."""
    try:
        return load(value)
    except (ValueError, SvcError, KeyError, TypeError, AttributeError) as error:
        raise BadRow(Text(f"{name}: {error}", f"{name}：值不合规（{error}）"), name, line=_line(found, name)) from None


def _unfit(raw: bytes, error: Exception, name: str, column: int) -> BadRow:
    found = obvious(raw)
    if found:
        return BadRow(found, None, column)
    return BadRow(Text(f"{name}: {error}", f"{name}：值不合规（{error}）"), name, column)


def _misplaced(noun: str, event: str, name: str, column: int, line: int = 0) -> BadRow:
    what = Text(f"{noun} {event} has no {name}", f"{noun} {event} 没有 {name} 这一项")
    return BadRow(what, name, column, line)


def _count(found: int, wanted: int) -> Text:
    return Text(f"{found} columns where there are {wanted}", f"有 {found} 列，应为 {wanted} 列")


def _not_utf8(at: int) -> Text:
    return Text(f"byte {at + 1} is no UTF-8", f"第 {at + 1} 字节不是 UTF-8 编码")


def _diagnose(
    noun: str, raw: bytes, otherwise: Text, field: str | None = None, column: int = 1, line: int = 0
) -> BadRow:
    """The reason in words: a known accident, bytes that are no UTF-8, a wrong number of columns, or `otherwise`."""
    known = obvious(raw)
    if known:
        return BadRow(known, None, column, line)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        start = raw.rfind(b"\n", 0, error.start) + 1
        return BadRow(_not_utf8(error.start - start), None, error.start - start + 1, raw.count(b"\n", 0, error.start))
    wanted = len(columns(noun)) + 1
    if form(noun) == "csv" and '"' not in text and text.count(",") not in widths(noun):
        return BadRow(_count(text.count(",") + 1, wanted), None, column)
    return BadRow(otherwise, field, column, line)
