"""Rows of a CSV file, each with its line; what cannot be meant is named, never shifted. `Row` is also one of a workbook.

A CSV is read strictly: rows end at LF (or CR LF), a quote opens and closes a whole cell. A spoilt row is
given back with the reason, and reading goes on at the line after the one on which it began.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TextIO

from svc.errors import BadInput
from svc.intake.jsonl import LONGEST
from svc.text import Text

Cell = str | datetime | date
"""Text; from a workbook also a moment or a day. A cell with nothing in it is an empty text."""

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
MOST_LINES = 200
"""Lines that one quoted cell may go over: a quote still open then is one that somebody forgot."""

_NOT_DECODED = re.compile("[\ud800-\udfff]")


class Row(NamedTuple):
    """One row, with the line (of a sheet: the row) at which it begins; `wrong` says why it cannot be used."""

    number: int
    cells: list[Cell]
    wrong: BadInput | None = None
    sheet: str = ""

    def place(self, column: int | None = None) -> str:
        """Where the row, or its cell in a column (from 0), stands in a workbook: `Sheet1!C7`; of a CSV nothing."""
        if not self.sheet:
            return ""
        return f"{self.sheet}!{'' if column is None else letters(column)}{self.number}"


def letters(column: int) -> str:
    """How a spreadsheet calls a column (from 0): A … Z, AA …"""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


# ---- CSV -------------------------------------------------------------------------------------------


def read(file: Path, delimiter: str, encoding: str | None, notes: list[Text]) -> Iterator[Row]:
    """The rows of a CSV file; what was noticed on the way is added to `notes`."""
    codec = _checked_codec(encoding) if encoding else recognised(file, notes)
    with file.open(encoding=codec, errors="surrogateescape", newline="\n") as stream:
        yield from split(_lines(stream), delimiter)


def _lines(stream: TextIO) -> Iterator[str]:
    first = True
    while line := stream.readline(LONGEST + 1):
        yield line.removeprefix("\ufeff") if first else line
        first = False
        while len(line) > LONGEST and not line.endswith("\n"):  # told by the first piece that it is too long
            line = stream.readline(LONGEST + 1)


def split(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """The rows of CSV lines."""
    source = iter(lines)
    ahead: deque[str] = deque()
    number = 0
    cell = _cell_pattern(delimiter)
    while True:
        line = ahead.popleft() if ahead else next(source, "")
        if not line:
            return
        number += 1
        wrong = _unreadable(line)
        if wrong:
            yield Row(number, [], wrong)
        elif '"' not in line:
            cells: list[Cell] = [text.strip() for text in _ended(line).split(delimiter)]
            yield Row(number, cells)
        else:
            used, row = _quoted(line, ahead, source, cell, number)
            for _ in range(used):
                ahead.popleft()
            yield row
            number += used


def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    end = f"(?={re.escape(delimiter)}|\\Z)"
    return re.compile(f'"((?:[^"]|"")*)"{end}|([^"{re.escape(delimiter)}]*){end}')


def _quoted(line: str, ahead: deque[str], source: Iterator[str], cell: re.Pattern[str], number: int) -> tuple[int, Row]:
    """The row that begins with a line, and how many of the lines `ahead` belong to it."""
    text, used = line, 0
    while text.count('"') % 2:  # a cell is still open: it goes on in the next line
        if used == len(ahead) and (following := next(source, "")):
            ahead.append(following)
        if used == len(ahead) or used == MOST_LINES or len(text) > LONGEST or _unreadable(ahead[used]):
            return 0, Row(number, [], _bad_quote("is never closed", "没有闭合"))
        text += ahead[used]
        used += 1
    cells = _cells(_ended(text), cell)
    if cells is None:
        return 0, Row(number, [], _bad_quote("does not open and close a whole cell", "没有包住整个单元格"))
    return used, Row(number, list(cells))


def _cells(text: str, cell: re.Pattern[str]) -> list[str] | None:
    found: list[str] = []
    at = 0
    while at <= len(text):
        match = cell.match(text, at)
        if match is None:
            return None
        inside = match[1]
        found.append((match[2] if inside is None else inside.replace('""', '"').replace("\r\n", "\n")).strip())
        at = match.end() + 1
    return found


def _ended(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _unreadable(line: str) -> BadInput | None:
    """What makes a line none of a CSV, whatever its cells."""
    if len(line) > LONGEST:
        return BadInput(Text("the line is longer than a million characters", "该行超过一百万字符"))
    if "\0" in line:
        return BadInput(
            Text("there is a NUL character", "有 NUL 字符"),
            Text("the file is damaged, or UTF-16: save it as UTF-8", "文件损坏，或是 UTF-16：请另存为 UTF-8"),
        )
    if "\r" in line and "\r" in _ended(line):
        return BadInput(
            Text("there is a line end of another kind (CR) inside the row", "行内有另一种换行符（CR）"),
            Text("save the file anew as CSV UTF-8", "请重新另存为 CSV UTF-8"),
        )
    if not line.isascii() and (lost := _NOT_DECODED.search(line)):
        at = lost.start() + 1
        return BadInput(
            Text(f"character {at} is not in the encoding of the file", f"第 {at} 个字符与文件编码不符"),
            Text(
                "say which it is with --encoding, or save the file as UTF-8", "用 --encoding 指定编码，或另存为 UTF-8"
            ),
        )
    return None


def _bad_quote(en: str, zh: str) -> BadInput:
    return BadInput(
        Text(f'a quote (") {en}', f'引号（"）{zh}'),
        Text(
            'write a quote inside a cell twice and put the cell in quotes: "3"" hose"',
            '单元格内的引号要写两个，并用引号包住整个单元格："3"" hose"',
        ),
    )


# ---- encodings -------------------------------------------------------------------------------------


def _checked_codec(name: str) -> str:
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # refuses codecs that are no encodings of text
    except (LookupError, ValueError):
        raise BadInput(
            Text(f"--encoding {name}: there is no such encoding", f"--encoding {name}：没有这种编码"),
            Text("utf-8, gbk, gb18030, big5, cp1252, utf-16 …", "utf-8、gbk、gb18030、big5、cp1252、utf-16 …"),
        ) from None
    return found.name


def delimiter(file: Path, encoding: str | None) -> str:
    """What most separates the cells in the first lines of a CSV file."""
    codec = _checked_codec(encoding) if encoding else recognised(file, [])
    with file.open(encoding=codec, errors="surrogateescape", newline="\n") as stream:
        first = "".join(stream.readline(LONGEST) for _ in range(20))
    return max(",;\t|", key=first.count)


def recognised(file: Path, notes: list[Text]) -> str:
    """UTF-8, or GB18030 where that is what most lines with other than ASCII letters are."""
    fine, other, first = 0, 0, 0
    with file.open("rb") as stream:
        begins = stream.read(4)
        _refuse_no_csv(file, begins)
        stream.seek(0)
        for number, raw in enumerate(iter(lambda: stream.readline(LONGEST), b""), 1):
            if raw.isascii():
                continue
            if _decodes(raw, "utf-8"):
                fine += 1
            else:
                first = first or number
                other += 1 if _decodes(raw, "gb18030") else -1
    if other <= fine:
        return "utf-8"
    notes.append(
        Text(
            f"{file.name}: not UTF-8 from line {first} on; read as GB18030 (GBK)",
            f"{file.name}：第 {first} 行起不是 UTF-8，按 GB18030（GBK）读取",
        )
    )
    return "gb18030"


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_no_csv(file: Path, begins: bytes) -> None:
    if begins[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput(
            Text("the file is UTF-16, not UTF-8", "文件是 UTF-16 编码，不是 UTF-8"),
            Text("save it as CSV UTF-8, or say --encoding utf-16", "请另存为 CSV UTF-8，或用 --encoding utf-16"),
            place=f"{file.name}:1",
        )
    if begins in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            Text("this is a workbook, not a CSV file", "这是工作簿，不是 CSV 文件"),
            Text("give it its name back: .xlsx or .xls", "请改回扩展名 .xlsx 或 .xls"),
            place=file.name,
        )
