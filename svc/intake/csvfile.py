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
from typing import TextIO

from svc.errors import BadInput
from svc.intake.jsonl import LONGEST
from svc.named import NamedTuple
from svc.text import Text

Cell = str | datetime | date
"""Text; from a workbook also a moment or a day. A cell with nothing in it is an empty text."""

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
MOST_LINES = 200
"""Lines that one quoted cell may go over: a quote still open then is one that somebody forgot."""

_NOT_DECODED = re.compile("[\ud800-\udfff]")


class Row(NamedTuple):
    """One row, with the line (of a sheet: the row) at which it begins; `wrong` says why it cannot be used.

    `across` is over how many columns a cell of it is merged, as titles are.
    """

    number: int
    cells: list[Cell]
    wrong: BadInput | None = None
    sheet: str = ""
    across: int = 0

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
    """What separates the cells of a text file: what stands equally often in most of its first lines."""
    codec = _checked_codec(encoding) if encoding else recognised(file, [])
    with file.open(encoding=codec, errors="surrogateescape", newline="\n") as stream:
        first = [line for _ in range(30) if (line := stream.readline(LONGEST)).strip()]

    def steadiness(sign: str) -> tuple[int, int]:
        counts = [re.sub('"[^"]*"', "", line).count(sign) for line in first]
        usual = max(set(counts) - {0}, key=counts.count, default=0)
        return (counts.count(usual) if usual else 0), usual

    return max(DELIMITERS, key=steadiness)


DELIMITERS = ",;\t|"


def recognised(file: Path, notes: list[Text]) -> str:
    """The encoding that the file's bytes show: a mark at its beginning, UTF-8, UTF-16, GB18030, or Windows-1252.

    Each is taken for what only it explains, and said where it is not UTF-8. BadInput where nothing shows which it is.
    """
    with file.open("rb") as stream:
        begins = stream.read(4096)
        if begins[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        if wide := _without_mark(begins):
            _say_encoding(file, notes, 1, wide, wide.upper())
            return wide
        stream.seek(0)
        fine, number, first = 0, 0, 0
        other: list[bytes] = []
        for number, raw in enumerate(iter(lambda: stream.readline(LONGEST), b""), 1):
            if raw.isascii():
                continue
            if _decodes(raw, "utf-8"):
                fine += 1
            else:
                first = first or number
                if len(other) < 2000:
                    other.append(raw)
    if len(other) <= fine:
        return "utf-8"
    for codec, name, shows in (("gb18030", "GB18030 (GBK)", _shows_gbk), ("cp1252", "Windows-1252", _shows_latin)):
        if shows(other):
            _say_encoding(file, notes, first, codec, name)
            return codec
    raise BadInput(
        Text(f"the encoding of {file.name} cannot be told", f"看不出 {file.name} 用的是什么编码"),
        Text(
            "save it as CSV UTF-8, or name the encoding: --encoding cp1252 (Western), cp1250 (Central European), big5, gbk",
            "请另存为 CSV UTF-8，或写明编码：--encoding gbk、big5、cp1252、cp1250",
        ),
        place=f"{file.name}:{first}",
    )


def _say_encoding(file: Path, notes: list[Text], first: int, codec: str, name: str) -> None:
    notes.append(
        Text(
            f"{file.name}: not UTF-8 from line {first} on; read as {name} (other: --encoding)",
            f"{file.name}：第 {first} 行起不是 UTF-8，按 {name} 读取（不对请用 --encoding）",
        )
    )


def _without_mark(begins: bytes) -> str:
    """UTF-16 whose mark is missing: every other byte of its ASCII signs is zero."""
    for codec, zeros in (("utf-16-le", begins[1::2]), ("utf-16-be", begins[0::2])):
        if len(zeros) > 8 and zeros.count(0) > 0.4 * len(zeros) and begins.count(0) < 0.6 * len(begins):
            return codec
    return ""


def _shows_gbk(lines: list[bytes]) -> bool:
    """Whether the bytes beyond ASCII are pairs, nearly all of them of characters in daily use (GB 2312)."""
    pairs = common = 0
    for raw in lines:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            pairs += 2
            continue
        for sign in text:
            if not sign.isascii():
                pairs += 1
                code = sign.encode("gb18030")
                common += len(code) == 2 and code[1] >= 0xA1 and (0xA1 <= code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xF7)
    return pairs > 0 and common >= 0.85 * pairs


_WESTERN = set("àáâãäåçèéêëìíîïñòóôõöùúûüýÿæøßÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÆØªº°¡¿€£§«»“”‘’–—…·´²³")
_CENTRAL = set("õûÕÛ")
"""What Hungarian ő and ű of Windows-1250 look like: also Portuguese, so that it shows nothing."""


def _shows_latin(lines: list[bytes]) -> bool:
    """Whether the bytes beyond ASCII are letters of Western languages, each among ASCII letters."""
    text = b"".join(lines).decode("cp1252", "replace")
    signs = [sign for sign in text if not sign.isascii()]
    alone = len(re.findall("[^\x00-\x7f]{3,}", text))
    western = sum(sign in _WESTERN for sign in signs)
    if set(signs) & _CENTRAL and not set(signs) & set("ãâçêà"):
        return False
    return bool(signs) and western >= 0.98 * len(signs) and alone <= 0.02 * len(signs)


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
