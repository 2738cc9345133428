"""Cells of a sheet of a workbook (.xlsx, .xlsm, .xls, .ods), as they would stand in a CSV."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from svc.errors import BadInput
from svc.intake.csvfile import Cell, Row
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh

UNPACKED = 400 << 20
"""Bytes that a workbook may have unpacked: some 300,000 rows of twenty columns."""
RATIO = 150
"""How much smaller a packed part of more than 20 MB may be than what it unpacks to."""
PIECE = 1 << 20

# What the reader does not tell (python-calamine, issue 105): errors, formulas without a value, hidden rows.
_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>((?:(?!</(?:\w+:)?c>).)*)</(?:\w+:)?c>)|<(?:\w+:)?row\b([^>]*)>", re.DOTALL
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)<")
_ROW = re.compile(rb"\br=[\"']([0-9]{1,7})[\"']")


class _Marks(NamedTuple):
    """What a sheet's own text says beside its values: cells by row and column from 1, and rows."""

    errors: dict[tuple[int, int], str]
    uncomputed: set[tuple[int, int]]
    hidden: set[int]


def sheets(file: Path) -> tuple[str, ...]:
    """The sheets that have anything in them and are shown."""
    with _opened(file) as book:
        return tuple(name for name in _shown(book) if book.get_sheet_by_name(name).height)


def _shown(book: Any) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    listed = book.sheets_metadata
    shown = [one.name for one in listed if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet]
    return shown or list(book.sheet_names)


def read(file: Path, name: str | None, notes: list[Text]) -> Iterator[Row]:
    """The rows of the sheet called `name`, or of the only one that has anything in it.

    Cells merged downwards say the same for all their rows. What was noticed is added to `notes`.
    """
    with _opened(file) as book:
        name = name or _only_sheet(book, file, notes)
        sheet = _sheet(book, file, name)
        found = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or ()
    across = {}
    for (top, column), (bottom, last) in merged:
        for n in range(top + 1, min(bottom + 1, len(found))):
            found[n][column] = found[top][column]
        if last > column and top == bottom:
            across[top + 1] = last - column + 1
    marks = _marks(file, name, notes)
    if marks.hidden:
        count, first = len(marks.hidden), min(marks.hidden)
        notes.append(
            Text(f"{name}: {count} hidden rows (the first: {first}) are taken in like the others",
                 f"{name}：有 {count} 个隐藏行（首个为第 {first} 行），同样导入")
        )  # fmt: skip
    for number, row in enumerate(found, 1):
        cells = [_cell(value) for value in row]
        wrong = None
        for column in range(len(cells)):
            if error := marks.errors.get((number, column + 1)):
                cells[column] = error
            elif (number, column + 1) in marks.uncomputed and cells[column] == "":
                cells[column] = UNCOMPUTED
        found[number - 1] = ()  # what was given on is not kept twice
        yield Row(number, cells, wrong, sheet=name, across=across.get(number, 0))


UNCOMPUTED = "#FORMULA?"
"""Stands where a formula has no value: the program that wrote the workbook did not compute it."""


def _sheet(book: Any, file: Path, name: str) -> Any:
    from python_calamine import WorksheetNotFound

    try:
        return book.get_sheet_by_name(name)
    except WorksheetNotFound:
        known = ", ".join(book.sheet_names)
        raise BadInput(
            Text(f"there is no sheet {quoted(name)}", f"没有工作表{quoted_zh(name)}"),
            Text(f"its sheets: {known}", f"工作表有：{known}"),
            place=file.name,
        ) from None


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """The workbook, looked at for what unpacking it would cost; BadInput where it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _refuse_bomb(file)
    try:
        with file.open("rb") as stream:
            yield CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise BadInput(
            Text("the workbook has a password", "工作簿有密码"),
            Text("save it without one", "请去掉密码后另存"),
            place=file.name,
        ) from None
    except CalamineError as error:
        raise BadInput(
            Text(f"the workbook cannot be read: {error}", f"无法读取工作簿：{error}"),
            Text("save it anew, or as CSV UTF-8", "请重新保存，或另存为 CSV UTF-8"),
            place=file.name,
        ) from None


def _refuse_bomb(file: Path) -> None:
    """BadInput for a workbook that unpacks to more than a list of a department ever has."""
    if not zipfile.is_zipfile(file):
        return
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        return
    whole = sum(part.file_size for part in parts)
    packed = any(part.file_size > 20 << 20 and part.file_size > RATIO * max(part.compress_size, 1) for part in parts)
    if whole > UNPACKED or packed or len(parts) > 5000:
        size = f"{whole / 1e6:.0f} MB"
        raise BadInput(
            Text(f"the workbook would unpack to {size}; it is not opened", f"工作簿解压后达 {size}，不予打开"),
            Text("give the list out as CSV, or delete empty formatted rows and save it anew",
                 "请导出为 CSV，或删去带格式的空行后重新保存"),
            place=file.name,
        )  # fmt: skip


def _only_sheet(book: Any, file: Path, notes: list[Text]) -> str:
    shown = _shown(book)
    filled = [name for name in shown if book.get_sheet_by_name(name).height]
    hidden = [name for name in book.sheet_names if name not in shown and book.get_sheet_by_name(name).height]
    if hidden:
        listed = ", ".join(hidden)
        notes.append(Text(f"hidden sheets are left out: {listed} (--sheet takes one)", f"隐藏的工作表未读取：{listed}（可用 --sheet 指定）"))
    if len(filled) > 1:
        listed = ", ".join(filled)
        raise BadInput(
            Text(f"the workbook has several sheets: {listed}", f"工作簿有多张工作表：{listed}"),
            Text(f"say which: --sheet {filled[0]}, or in the map  sheet: {filled[0]}; all of them: --sheet '*'",
                 f"请指明：--sheet {filled[0]}，或在对应表中写  sheet: {filled[0]}；全部：--sheet '*'"),
            place=file.name,
        )
    return str((filled or book.sheet_names)[0])


def _cell(value: object) -> Cell:
    """A cell as its text would stand in a CSV; moments and days as they are."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value).upper()
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    return str(value).strip()


# ---- what a sheet's own text says ----------------------------------------------------------------------


def counts_from_1904(file: Path) -> bool:
    """Whether the workbook numbers its days from 1904, as those of old Macs do."""
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return False
        return bool(re.search(rb"date1904=[\"'](?:1|true)[\"']", archive.read("xl/workbook.xml")))


def _marks(file: Path, name: str, notes: list[Text]) -> _Marks:
    """Errors, formulas without a value and hidden rows of a sheet, read piece by piece."""
    marks = _Marks({}, set(), set())
    if not zipfile.is_zipfile(file):
        notes.append(
            Text(
                f"{file.name}: in an .xls, cells like #REF! cannot be told from empty ones; save it as .xlsx to be sure",
                f"{file.name}：.xls 中的 #REF! 等错误单元格与空白无法区分，稳妥起见请另存为 .xlsx",
            )
        )
        return marks
    with zipfile.ZipFile(file) as archive:
        path = _part(archive, name)
        if path is None:
            return marks
        rest = b""
        with archive.open(path) as stream:
            while piece := stream.read(PIECE):
                rest = _look(rest + piece, marks, file)
        _look(rest + b" ", marks, file)
    return marks


def _look(text: bytes, marks: _Marks, file: Path) -> bytes:
    """Note what a piece of a sheet says; what is left of it for the next one."""
    end = 0
    for match in _CELL.finditer(text):
        end = match.end()
        if match[3] is not None:
            if b"hidden=" in match[3] and re.search(rb"\bhidden=[\"'](?:1|true)", match[3]) and (row := _ROW.search(match[3])):
                marks.hidden.add(int(row[1]))
            continue
        wrong, formula = re.search(rb"\bt=[\"']e[\"']", match[1]), match[2] and b"<f" in match[2]
        if wrong or formula:
            _note_cell(match, marks, file)
    return text[end:] if end else text[-PIECE:]


def _note_cell(match: re.Match[bytes], marks: _Marks, file: Path) -> None:
    value, place = _VALUE.search(match[2] or b""), _PLACE.search(match[1])
    is_error = re.search(rb"\bt=[\"']e[\"']", match[1])
    if is_error and value and place is None:
        raise BadInput(
            Text(f"a cell holds {value[1].decode()}", f"有单元格为 {value[1].decode()}"),
            Text("mend the formula, or delete its value", "请改正公式，或删去该值"),
            place=file.name,
        )
    if place is None:
        return
    at = int(place[2]), _column(place[1])
    if is_error and value:
        marks.errors[at] = value[1].decode("utf-8", "replace")
    elif not is_error and value is None and not re.search(rb"\bt=[\"'](?:str|inlineStr)[\"']", match[1]):
        marks.uncomputed.add(at)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _part(archive: zipfile.ZipFile, name: str) -> str | None:
    """The part of an .xlsx that holds a sheet; None in a workbook of another kind."""
    from xml.etree import ElementTree

    if "xl/workbook.xml" not in archive.namelist():
        return None
    found = [e for e in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter() if e.get("name") == name]
    ids = {value for sheet in found for key, value in sheet.items() if key.endswith("}id")}
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = [link.get("Target", "") for link in links if link.get("Id") in ids]
    path = targets[0].removeprefix("/") if targets else ""
    path = path if path.startswith("xl/") else f"xl/{path}"
    return path if path in archive.namelist() else None
