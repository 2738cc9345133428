"""Rows of somebody's own list → lines of the neutral form, as a map says (`svc.intake.mapfile`).

A row may make several entries; all of them carry its number, so that whatever is wrong with one names
the row. Nothing is guessed: what a map does not say is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from svc.desk.open import Desk
from svc.domain.clock.base import on_clock, read_iso
from svc.domain.kinds import Day, Moment
from svc.errors import BadInput, Several
from svc.intake import source
from svc.intake.csvfile import Cell, Row
from svc.intake.mapmodel import Check, Condition, EntryMap, FileMap, Value
from svc.intake.timeforms import wall_clock
from svc.recording.lines import Line, Named
from svc.text import Text, near

# What a spreadsheet leaves where a value was: its errors, and long numbers of which it kept a few digits.
_DAMAGED = re.compile(
    r"#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)|#{3,}|Err:[0-9]+|[0-9](?:[.,][0-9]+)?E\+[0-9]+|[0-9]{7,}\.0",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def read(desk: Desk, file: Path, found: FileMap, encoding: str | None, notes: list[Text]) -> Iterator[Line]:
    """The lines that a table makes; Several or BadInput where the header is not what the map describes."""
    rows = source.rows(file, found.delimiter, found.sheet, encoding, notes)
    header = next((row for row in rows if found.header is None or row.number >= found.header), None)
    if header is None:
        raise BadInput(
            Text("the file is empty", "文件是空的"), Text("check the path", "请检查路径"), place=f"{file.name}:1"
        )
    table = _Table(found, _header(file, header, found), desk.zone)
    for row in rows:
        yield from table.lines(row)


# ---- the header ------------------------------------------------------------------------------------


def _header(file: Path, row: Row, found: FileMap) -> list[str]:
    """The names of the columns; Several where one that the map needs is not there."""
    place = f"{file.name}:{row.number}"
    if row.wrong:
        raise BadInput(row.wrong.what, row.wrong.hint, place=place)
    names = headings(row)
    if names[0].lower().startswith("sep="):
        raise BadInput(
            Text("a line sep= stands before the header", "表头之前有 sep= 行"),
            Text(
                'delete it, and write in the map for example  delimiter: ";"',
                '请删去，并在对应表中写明，如  delimiter: ";"',
            ),
            place=place,
        )
    problems = [_missing(name, names, place) for name in found.used if name not in names]
    twice = {name for name in found.used if names.count(name) > 1}
    problems += [
        BadInput(
            Text(f"the column {name!r} is there twice", f"列 {name!r} 重复"),
            Text("give each column a name of its own", "请给每列不同的名称"),
            place=place,
        )
        for name in sorted(twice)
    ]
    if problems:
        shown = Text(f"{file.name} is not what the map describes", f"{file.name} 与对应表不符")
        raise Several(problems, shown, _other_delimiter(names))
    return names


def headings(row: Row) -> list[str]:
    """The headings in a row, those of several lines on one."""
    return [" ".join(text_of(cell).split()) for cell in row.cells]


def _missing(name: str, names: list[str], place: str) -> BadInput:
    meant = near(name, names)
    listed = ", ".join(names)
    return BadInput(
        Text(f"there is no column {name!r}", f"没有列 {name!r}"),
        Text(f"did you mean {meant[0]!r}?", f"是不是 {meant[0]!r}？")
        if meant
        else Text(f"its columns: {listed}", f"现有的列：{listed}"),
        place=place,
    )


def _other_delimiter(names: list[str]) -> Text:
    for sign, word in ((";", '";"'), ("\t", "tab"), ("|", '"|"'), (",", '","')):
        if len(names) == 1 and sign in names[0]:
            return Text(f"write in the map:  delimiter: {word}", f"请在对应表中写：  delimiter: {word}")
    return Text("correct the map, or export the list again", "请改正对应表，或重新导出")


# ---- rows ------------------------------------------------------------------------------------------


class _Table:
    """Makes lines of rows; knows the header."""

    def __init__(self, found: FileMap, names: list[str], zone: tzinfo) -> None:
        self.map, self.names, self.zone = found, names, zone
        self.place = {name: n for n, name in enumerate(names) if name}
        self.entry = {entry.name: entry for entry in found.entries}
        self.likes = {name: _pattern(check) for name, check in found.columns.items() if check}
        self._instants: dict[datetime, datetime] = {}

    def lines(self, row: Row) -> Iterator[Line]:
        """What a row makes, or one line that says why it makes nothing."""
        shown = {name: text_of(cell) for name, cell in zip(self.names, row.cells, strict=False) if name}
        try:
            if row.wrong:
                raise row.wrong
            self._check(row)
            made = [line for entry in self.map.entries if (line := self._line(entry, row, shown))]
        except BadInput as error:
            yield Line(row.number, shown, {}, error, place=row.place())
        else:
            yield from made

    def _check(self, row: Row) -> None:
        if len(row.cells) != len(self.names):
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
            if not name and cell != "" and not row.sheet:  # the cells of a sheet cannot shift
                raise BadInput(
                    Text(f"{text_of(cell)!r} stands in a column without a name", f"{text_of(cell)!r} 所在的列没有名称"),
                    Text("are the cells of this row shifted?", "这一行的单元格是不是错位了？"),
                )
        for name, pattern in self.likes.items():
            text = text_of(row.cells[self.place[name]])
            if text not in self.map.unknown and not pattern.fullmatch(text):
                wanted = _wanted(self.map.columns[name])
                raise BadInput(
                    Text(f"{name}: {text!r} is not {wanted.en}", f"{name}：{text!r} 不是{wanted.zh}"),
                    Text("are the cells of this row shifted?", "这一行的单元格是不是错位了？"),
                )

    def _line(self, entry: EntryMap, row: Row, shown: Mapping[str, str]) -> Line | None:
        if not self._holds(entry, row):
            return None
        name = self._name(entry, row)
        if name is None:
            return None
        given: dict[str, Any] = {"ledger": entry.ledger, "event": entry.event}
        cells = {}
        for key, value in entry.values.items():
            made = self._value(value, row, key)
            if made is None and key in ("id", "at"):
                raise _no_key(entry, key, value)
            if made is not None:
                given[key] = made
            if row.sheet and value.columns:
                cells[key] = row.place(self.place[value.columns[0]])
        return Line(row.number, shown, given, None, name, row.place(), cells)

    def _holds(self, entry: EntryMap, row: Row) -> bool:
        return all(self._met(condition, row) for condition in entry.when)

    def _met(self, condition: Condition, row: Row) -> bool:
        text = text_of(row.cells[self.place[condition.column]])
        found = text not in self.map.unknown if condition.words is None else text in condition.words
        return found == condition.wanted

    def _name(self, entry: EntryMap, row: Row) -> tuple[str, object] | None:
        """What others call what this row makes; None where it makes nothing, its value not being known."""
        if entry.once is None:
            return entry.name, row.number
        key = tuple(text_of(row.cells[self.place[column]]) for column in entry.once)
        return None if self.map.unknown.intersection(key) else (entry.name, key)

    # ---- values --------------------------------------------------------------------------------

    def _value(self, value: Value, row: Row, key: str) -> Any:
        try:
            return self._made(value, row)
        except BadInput as error:
            name = " + ".join(value.columns) or key
            at = row.place(self.place[value.columns[0]] if value.columns else None) or None
            raise BadInput(Text(f"{name}: {error.what.en}", f"{name}：{error.what.zh}"), error.hint, place=at) from None

    def _made(self, value: Value, row: Row) -> Any:
        if value.ref is not None:
            return self._named(self.entry[value.ref], row)
        if value.each is not None:
            each = {name: self._value(one, row, name) for name, one in value.each.items()}
            return {name: made for name, made in each.items() if made is not None} or None
        cell = self._cell(value, row)
        if cell is None:
            return value.if_unknown
        if isinstance(value.kind, (Moment, Day)):
            return self._time(value, cell)
        text = value.prefix + _translated(value, text_of(cell))
        return [part.strip() for part in text.split(value.split) if part.strip()] if value.split else text

    def _cell(self, value: Value, row: Row) -> Cell | None:
        """The cell, joined cells or constant; None where nothing is known."""
        if value.constant is not None:
            return value.constant
        cells = [row.cells[self.place[column]] for column in value.columns]
        known = [cell for cell in cells if text_of(cell) not in self.map.unknown]
        for cell in known:
            if isinstance(cell, str) and _DAMAGED.fullmatch(cell):
                raise BadInput(
                    Text(f"{cell!r} is what a spreadsheet made of the value", f"{cell!r} 是表格软件弄坏的值"),
                    Text("type the value again, in a column formatted as text", "请把该列设为文本格式后重新输入"),
                )
        if len(known) <= 1 or value.joined is None:
            return known[0] if known else None
        return value.joined.join(text_of(_day_of(cell)) for cell in known)

    def _named(self, entry: EntryMap, row: Row) -> Named | None:
        name = self._name(entry, row)
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
        if wall is not None:
            moment = self._instant(wall)
        elif isinstance(cell, str):
            iso = read_iso(cell, self.zone)
            if iso is None:
                raise BadInput(
                    Text(f"{cell!r} is no time", f"{cell!r} 不是时间"),
                    Text("say in the map how it is written, like  format: DD-MM-YYYY HH:mm",
                         "请在对应表中写明格式，如  format: DD-MM-YYYY HH:mm"),
                )  # fmt: skip
            moment = iso
        else:
            raise BadInput(
                Text(f"{cell} is a day; the hour is missing", f"{cell} 是日期，缺钟点"),
                Text('say in the map:  time: "08:00"', '请在对应表中写：  time: "08:00"'),
            )
        return (moment + timedelta(seconds=value.plus)).isoformat()

    def _instant(self, wall: datetime) -> datetime:
        if wall not in self._instants:
            self._instants[wall] = on_clock(wall, self.zone)
        return self._instants[wall]


def text_of(cell: Cell) -> str:
    """A cell as a text."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell if isinstance(cell, str) else cell.isoformat()


def _day_of(cell: Cell) -> Cell:
    """A cell to be joined: of a moment at midnight the day, for a time of day will follow."""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date()
    return cell


def _translated(value: Value, text: str) -> str:
    if value.words is None or text in value.words:
        return text if value.words is None else value.words[text]
    if value.otherwise is not None:
        return value.otherwise
    meant = near(text, value.words)
    listed = ", ".join(value.words)
    raise BadInput(
        Text(f"{text!r} is not among the words of the map", f"{text!r} 不在对应表的 words 里"),
        Text(f"did you mean {meant[0]!r}?", f"是不是 {meant[0]!r}？")
        if meant
        else Text(f"add it to words: ({listed}), or say otherwise:", f"请加入 words:（{listed}），或写 otherwise:"),
    )


def _no_key(entry: EntryMap, key: str, value: Value) -> BadInput:
    column = " + ".join(value.columns)
    if value.ref:
        return BadInput(
            Text(
                f"{entry.name}: the row makes no {value.ref} for it to belong to",
                f"{entry.name}：该行没有生成所属的 {value.ref}",
            ),
            Text("give both the same when: in the map", "请在对应表中给两者写同样的 when:"),
        )
    return BadInput(
        Text(f"{entry.name}: the {key} is not known ({column})", f"{entry.name}：缺少 {key}（{column}）"),
        Text(
            f"fill it in; or, where it did not happen, say in the map  when: {{column: {column}, known: yes}}",
            f"请补上；若事情没有发生，请在对应表中写  when: {{column: {column}, known: yes}}",
        ),
    )


def _pattern(check: Check) -> re.Pattern[str]:
    if check.one_of:
        return re.compile("|".join(map(re.escape, check.one_of)))
    if check.number or check.like is None:
        return _NUMBER if check.number else re.compile("(?s:.*)")
    signs = {"#": "[0-9]", "@": "[A-Za-z]", "*": "(?s:.*)"}
    return re.compile("".join(signs.get(sign) or re.escape(sign) for sign in check.like))


def _wanted(check: Check | None) -> Text:
    assert check is not None
    if check.one_of:
        listed = ", ".join(check.one_of)
        return Text(f"one of {listed}", f" {listed} 之一")
    return Text("a number", "数字") if check.number else Text(f"like {check.like}", f" {check.like} 的样子")
