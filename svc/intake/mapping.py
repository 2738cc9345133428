"""Rows of somebody's own list → lines of the neutral form, as a map says (`svc.intake.mapfile`).

A row may make several entries; all of them carry its number, so that whatever is wrong with one names
the row. Nothing is guessed: what a map does not say is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from svc.desk.open import Desk
from svc.domain import ledgers, registers
from svc.domain.clock.base import on_clock, read_day, read_iso
from svc.domain.clock.precision import WholeDay, later, whole_day
from svc.domain.kinds import Caller, Day, Moment, Prose
from svc.domain.people import is_nobody
from svc.errors import BadInput, Several, SvcError
from svc.intake.csvfile import Cell, Row
from svc.intake.headings import is_known
from svc.intake.layout import Head, Passed, head_of, letter, sort_out, text_of, told
from svc.intake.mapchecks import (
    DAMAGED,
    header_names,
    is_letter,
    is_needed,
    no_key,
    pattern_of,
    refuse_other_header,
    translated,
    wanted,
)
from svc.intake.mapmodel import Condition, EntryMap, FileMap, Value
from svc.intake.phones import masked_of, numbers_of
from svc.intake.source import Source, opened
from svc.intake.timeforms import wall_clock
from svc.intake.workbooks import UNCOMPUTED
from svc.recording.lines import Line, Named
from svc.text import Text, quoted, quoted_zh

PER_SHEET = 10_000_000
"""Rows between the numbers of one sheet and those of the next: each line of an import has a number of its own."""
LONGEST_TEXT = 4000
REMEMBERED = 5000
"""Times of a list whose instants are remembered: its rows tell the same ones close together."""
_NO_CELLS: Mapping[str, str] = MappingProxyType({})


def read(
    desk: Desk, file: Path, found: FileMap, encoding: str | None, notes: list[Text], first: int = 0, called: str = ""
) -> Iterator[Line]:
    """The lines that a table makes, numbered from `first`; Several or BadInput where it is not what the map describes.

    Of several files each is `called` by its name in every line.
    """
    source = opened(file, encoding, None if found.delimiter == "," else found.delimiter)
    if source.kind == "text":
        source = source._replace(delimiter=found.delimiter)
    sheets: list[str | None] = [found.sheet] if found.sheet != "*" else [*source.sheets()] or [None]
    others: list[SvcError] = []
    for n, sheet in enumerate(sheets):
        table = _Table(found, source, desk, sheet, notes, first + n * PER_SHEET, called)
        try:
            table.open()
        except (Several, BadInput) as error:  # of a whole workbook those sheets are meant that have these columns
            others.append(error)
            if found.sheet != "*" or len(others) == len(sheets):
                raise
            notes.append(Text(f"the sheet {sheet} has other columns: left out", f"工作表 {sheet} 的列不同，未读取"))
            continue
        yield from table.read()


# ---- rows ------------------------------------------------------------------------------------------


class _Table:
    """Makes lines of the rows of a sheet."""

    def __init__(
        self, found: FileMap, source: Source, desk: Desk, sheet: str | None, notes: list[Text], first: int, called: str
    ) -> None:
        self.map, self.source, self.desk, self.sheet, self.notes, self.first = found, source, desk, sheet, notes, first
        self.called = called
        self.zone = desk.zone
        self.entry = {entry.name: entry for entry in found.entries}
        self.likes = {name: pattern_of(check) for name, check in found.columns.items() if check}
        self.names: list[str] = []
        self.place: dict[str, int] = {}
        self.passed: list[Passed] = []
        self.cut: list[int] = []
        self._beside = ""
        self._instants: dict[datetime, datetime] = {}
        self._registered: dict[tuple[str, str], bool] = {}

    def open(self) -> None:
        """Read the headings; Several or BadInput where they are not those of the map."""
        self._rows = self.source.rows(self.sheet, self.notes)
        self._opened = self._head(self._rows)

    def read(self) -> Iterator[Line]:
        """The lines of all rows; what was passed over is told in the notes at the end."""
        rows, (head, ahead) = self._rows, self._opened
        body = sort_out(chain(ahead, rows), head, self._needed(), is_known) if self.map.other_rows else self._below(head, chain(ahead, rows))
        for row in body:
            if isinstance(row, Passed):
                self.passed.append(row)
            else:
                yield from self.lines(row)
        self.notes += told(self.passed)
        if self.cut:
            many, first = len(self.cut), self.cut[0]
            self.notes.append(
                Text(f"{many} texts of more than {LONGEST_TEXT} characters are cut there (the first: row {first})",
                     f"有 {many} 处文字超过 {LONGEST_TEXT} 字，已截断（首个在第 {first} 行）")
            )  # fmt: skip

    def _head(self, rows: Iterator[Row]) -> tuple[Head, list[Row]]:
        """The headings, and the rows that were read on the way and belong to the list."""
        file, wanted = self.source.file, self.map.header
        if wanted == ():
            first = next(rows, None)
            width = len(first.cells) if first else 0
            self._name([letter(n) for n in range(width)], 1)
            return Head((), tuple(self.names)), [first] if first else []
        row = next((row for row in rows if wanted is None or row.number >= wanted[0]), None)
        if row is None:
            raise BadInput(
                Text("the file is empty", "文件是空的"), Text("check the path", "请检查路径"), place=f"{file.name}:1"
            )
        names = header_names(file, row, self.map)
        stand, ahead = [row], list[Row]()
        if wanted is not None and len(wanted) == 2 and (below := next(rows, None)):
            stand.append(below)
            head = head_of(stand, wanted)
            names = list(head.names)
            if below.number != wanted[1]:
                ahead.append(below)
        self._name(names, row.number)
        return Head(tuple(one.number for one in stand), tuple(names)), ahead

    def _name(self, names: list[str], number: int) -> None:
        self.names = names
        self.place = {letter(n): n for n in range(len(names))} | {name: n for n, name in enumerate(names) if name}
        refuse_other_header(self.source.file, number, names, self.map)

    def _below(self, head: Head, rows: Iterable[Row]) -> Iterator[Row]:
        return (row for row in rows if not head.rows or row.number > head.rows[-1])

    def _needed(self) -> frozenset[int]:
        """The columns of which a row of the list has one filled: those of what its entries cannot be without."""
        values = [value for entry in self.map.entries for key, value in entry.values.items() if is_needed(entry, key)]
        names = {name for value in values for name in value.columns if name in self.place}
        return frozenset(self.place[name] for name in names)

    def lines(self, row: Row) -> Iterator[Line]:
        """What a row makes, or one line that says why it makes nothing."""
        shown = {name or letter(n): text_of(cell) for n, (name, cell) in enumerate(zip(self.names, row.cells, strict=False))}
        if not self.map.other_rows:
            shown = {name: text for name, text in shown.items() if not is_letter(name)}
        number = self.first + row.number
        try:
            if row.wrong:
                raise row.wrong
            row = self._checked(row)
            made = [line for entry in self.map.entries if (line := self._line(entry, row, shown))]
        except BadInput as error:
            yield Line(number, shown, {}, error, place=self._row_place(row), file=self.called)
        else:
            yield from made

    def _row_place(self, row: Row) -> str:
        return row.place() or (str(row.number) if self.first else "")

    def _checked(self, row: Row) -> Row:
        """The row as wide as the header; BadInput where its cells are shifted."""
        missing = len(self.names) - len(row.cells)
        if row.sheet or self.map.other_rows:  # the cells of a sheet cannot shift, and trailing blanks are often left out
            extra = row.cells[len(self.names) :]
            if missing > 0 or (extra and all(cell == "" for cell in extra)):
                row = row._replace(cells=[*row.cells, *[""] * missing][: len(self.names)])
                missing = 0
        if missing:
            raise BadInput(
                Text(
                    f"the row has {len(row.cells)} cells, the header {len(self.names)}",
                    f"该行有 {len(row.cells)} 格，表头有 {len(self.names)} 格",
                ),
                Text(
                    "a comma or quote too many or too few: put the cell that holds one in quotes",
                    "多或少了逗号、引号：请用引号包住含逗号的单元格",
                ),
            )
        for name, cell in zip(self.names, row.cells, strict=True):
            if not name and cell != "" and not row.sheet and not self.map.other_rows:
                raise BadInput(
                    Text(f"{quoted(text_of(cell))} stands in a column without a name", f"{quoted_zh(text_of(cell))}所在的列没有名称"),
                    Text("are the cells of this row shifted?", "这一行的单元格是不是错位了？"),
                )
        for name, pattern in self.likes.items():
            text = text_of(row.cells[self.place[name]])
            if text not in self.map.unknown and not pattern.fullmatch(text):
                meant = wanted(self.map.columns[name])
                raise BadInput(
                    Text(f"{name}: {quoted(text)} is not {meant.en}", f"{name}：{quoted_zh(text)}不是{meant.zh}"),
                    Text("are the cells of this row shifted?", "这一行的单元格是不是错位了？"),
                )
        return row

    def _line(self, entry: EntryMap, row: Row, shown: Mapping[str, str]) -> Line | None:
        if not self._holds(entry, row):
            return None
        name = self._made_name(entry, row)
        if name is None or self._is_registered(entry, row):
            return None
        given: dict[str, Any] = {"ledger": entry.ledger, "event": entry.event}
        cells = {}
        self._beside = ""
        for key, value in entry.values.items():
            made = self._value(value, row, key)
            if made is None and key in ("id", "at") and not (key == "id" and self._may_lack_id(entry, value)):
                raise no_key(entry, key, value)
            if made is not None:
                given[key] = made
            if row.sheet and value.columns:
                cells[key] = row.place(self.place[value.columns[0]])
        if _has_foreign_id(entry, given.get("id")):
            given["number"] = given.pop("id")
        if self._beside and "contact" not in entry.values and (entry.ledger in registers.TABLE or "from" in entry.values):
            given["contact"] = self._beside
        return Line(self.first + row.number, shown, given, None, name, self._row_place(row), cells or _NO_CELLS, self.called, self.map.other_rows)

    def _may_lack_id(self, entry: EntryMap, value: Value) -> bool:
        """Whether a row without a number of its own is taken in: of a list as it is, what opens a case gets one of ours."""
        opens = entry.ledger in ledgers.TABLE and ledgers.creates(entry.ledger, entry.event)
        return self.map.other_rows and opens and value.ref is None

    def _holds(self, entry: EntryMap, row: Row) -> bool:
        return all(self._met(condition, row) for condition in entry.when)

    def _met(self, condition: Condition, row: Row) -> bool:
        text = text_of(row.cells[self.place[condition.column]])
        found = text not in self.map.unknown if condition.words is None else text in condition.words
        return found == condition.wanted

    def _is_registered(self, entry: EntryMap, row: Row) -> str:
        """The id or name under which what a row would register is registered already; "" where it is to be made."""
        if not entry.where_missing:
            return ""
        value = entry.values.get("id") or entry.values.get("name")
        text = self._value(value, row, "name") if value else None
        if not isinstance(text, str) or not text:
            return ""
        key = entry.ledger, text
        if key not in self._registered:
            index = self.desk.index
            known = index.known(entry.ledger, text.strip().upper()) or is_nobody(*key)
            self._registered[key] = known or bool(index.named(entry.ledger, text.strip().lower()))
        return text if self._registered[key] else ""

    def _made_name(self, entry: EntryMap, row: Row) -> tuple[str, object] | None:
        """What others call what this row makes; None where it makes nothing, its value not being known."""
        if entry.once is None:
            return entry.name, self.first + row.number
        key = tuple(text_of(row.cells[self.place[column]]) for column in entry.once)
        return None if self.map.unknown.intersection(key) else (entry.name, key)

    # ---- values --------------------------------------------------------------------------------

    def _value(self, value: Value, row: Row, key: str) -> Any:
        try:
            return self._made(value, row, key)
        except BadInput as error:
            name = " + ".join(value.columns) or key
            at = row.place(self.place[value.columns[0]] if value.columns else None) or None
            raise BadInput(Text(f"{name}: {error.what.en}", f"{name}：{error.what.zh}"), error.hint, place=at) from None

    def _made(self, value: Value, row: Row, key: str) -> Any:
        if value.ref is not None:
            made = self._named(self.entry[value.ref], row)
            return made if made is not None or not value.instead else self._instead(value, row)
        if value.each is not None:
            each = {name: self._value(one, row, name) for name, one in value.each.items()}
            return {name: made for name, made in each.items() if made is not None} or None
        cell = self._cell(value, row)
        if cell is None:
            return value.if_unknown
        if isinstance(value.kind, (Moment, Day)):
            return self._time(value, cell)
        text = value.prefix + translated(value, text_of(cell))
        if key == "phone" or isinstance(value.kind, Caller):
            text = self._number(text, key, value)
        if not text:
            return value.if_unknown
        if isinstance(value.kind, Prose) and self.map.other_rows and len(text) > LONGEST_TEXT:
            text = self._cut(text, row)
        return [part.strip() for part in text.split(value.split) if part.strip()] if value.split else text

    def _number(self, text: str, key: str, value: Value) -> str:
        """The numbers of a telephone cell; what stands beside them is kept as whom to ask for."""
        if isinstance(value.kind, Caller) and sum(map(str.isdigit, text)) < 5:
            return text  # a name
        if isinstance(value.kind, Caller) and "*" in text:
            shown = masked_of(text)
            self._beside = "" if shown else text
            return shown
        numbers = numbers_of(text)
        if isinstance(value.kind, Caller):
            if not numbers.found:
                return text
            self._beside = " ".join(part for part in (numbers.rest, *(() if numbers.first else numbers.found)) if part)
            return numbers.first or ""
        odd = any(c.isdigit() and not ("0" <= c <= "9" or "０" <= c <= "９") for c in numbers.rest)
        if not numbers.found and (odd or 0 < sum(map(str.isdigit, numbers.rest)) < 7):
            return text  # no number: refused as it stands
        self._beside = numbers.rest
        return "; ".join(numbers.found)

    def _instead(self, value: Value, row: Row) -> Any:
        cells = (row.cells[self.place[column]] for column in value.instead)
        cell = next((cell for cell in cells if text_of(cell) not in self.map.unknown), None)
        return None if cell is None else self._number(text_of(cell), "from", value) or None

    def _cut(self, text: str, row: Row) -> str:
        """A text as long as one may be; that it was cut stands at its end."""
        self.cut.append(row.number)
        end = f" […{len(text)}]"
        return text[: LONGEST_TEXT - len(end)] + end

    def _cell(self, value: Value, row: Row) -> Cell | None:
        """The cell, joined cells or constant; None where nothing is known."""
        if value.constant is not None:
            return value.constant
        cells = [row.cells[self.place[column]] for column in value.columns]
        known = [cell for cell in cells if text_of(cell) not in self.map.unknown]
        for cell in known:
            if cell == UNCOMPUTED:
                raise BadInput(
                    Text("the cell holds a formula without its value", "单元格是公式，没有计算结果"),
                    Text("open the workbook in Excel or WPS and save it, then import it again", "请用 Excel 或 WPS 打开并保存一次，再导入"),
                )
            if isinstance(cell, str) and DAMAGED.fullmatch(cell):
                raise BadInput(
                    Text(f"{quoted(cell)} is what a spreadsheet made of the value", f"{quoted_zh(cell)}是表格软件弄坏的值"),
                    Text("type the value again, in a column formatted as text", "请把该列设为文本格式后重新输入"),
                )
        if len(known) <= 1 or value.joined is None:
            return known[0] if known else None
        return value.joined.join(text_of(_day_of(cell)) for cell in known)

    def _named(self, entry: EntryMap, row: Row) -> Named | str | None:
        if registered := self._is_registered(entry, row):
            return registered
        name = self._made_name(entry, row)
        if name is None or (entry.once is None and not self._holds(entry, row)):
            return None
        words = name[1] if isinstance(name[1], tuple) else ()
        return Named(name, " ".join([entry.name, *words]))

    def _time(self, value: Value, cell: Cell) -> str:
        if isinstance(value.kind, Day):
            if isinstance(cell, str) and value.form is None:
                return cell
            return text_of(value.form.read(cell) if value.form and isinstance(cell, str) else cell)[:10]
        wall = wall_clock(cell, value.form, value.time)
        if isinstance(wall, datetime):
            return (self._instant(wall) + timedelta(seconds=value.plus)).isoformat()
        moment = whole_day(wall, self.zone) if wall else read_day(str(cell), self.zone) or read_iso(str(cell), self.zone)
        if moment is None:
            raise BadInput(
                Text(f"{quoted(cell)} is no time", f"{quoted_zh(cell)}不是时间"),
                Text("say in the map how it is written, like  format: DD-MM-YYYY HH:mm",
                     "请在对应表中写明格式，如  format: DD-MM-YYYY HH:mm"),
            )  # fmt: skip
        if isinstance(moment, WholeDay):  # hours later on a day whose hour nobody knows is that day
            return later(moment, value.plus // 86_400 * 86_400).isoformat()
        return (moment + timedelta(seconds=value.plus)).isoformat()

    def _instant(self, wall: datetime) -> datetime:
        if wall.tzinfo is not None:
            return wall.astimezone(self.zone)
        if wall not in self._instants:
            if len(self._instants) > REMEMBERED:
                self._instants.clear()
            self._instants[wall] = on_clock(wall, self.zone)
        return self._instants[wall]


def _day_of(cell: Cell) -> Cell:
    """A cell to be joined: of a moment at midnight the day, for a time of day will follow."""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date()
    return cell


def _has_foreign_id(entry: EntryMap, id: Any) -> bool:
    """Whether what opens a case has a number that is no id of ours: it is kept beside an id of ours."""
    opens = entry.ledger in ledgers.TABLE and ledgers.creates(entry.ledger, entry.event)
    return opens and isinstance(id, str) and not re.fullmatch(ledgers.ID, id)
