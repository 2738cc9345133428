"""Cells of a sheet of a workbook (.xlsx, .xls), as they would stand in a CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from svc.errors import BadInput
from svc.intake.csvfile import Cell, Row
from svc.text import Text

# The reader gives back an empty text for #REF! and the like (python-calamine, issue 105); they are looked up.
_ERROR = re.compile(
    rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


def read(file: Path, name: str | None, notes: list[Text]) -> Iterator[Row]:
    """The rows of the sheet called `name`, or of the only one that has anything in it.

    Cells merged downwards say the same for all their rows. What was noticed is added to `notes`.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

    try:
        book = CalamineWorkbook.from_path(file)
        name = name or _only_sheet(book, file)
        sheet = book.get_sheet_by_name(name)
        found = sheet.to_python(skip_empty_area=False)
    except WorksheetNotFound:
        sheets = ", ".join(book.sheet_names)
        raise BadInput(
            Text(f"there is no sheet {name!r}", f"没有工作表 {name!r}"),
            Text(f"its sheets: {sheets}", f"工作表有：{sheets}"),
            place=file.name,
        ) from None
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
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        for n in range(top + 1, min(bottom + 1, len(found))):
            found[n][column] = found[top][column]
    errors = _errors(file, name, notes)
    for number, row in enumerate(found, 1):
        cells = [errors.get((number, column)) or _cell(value) for column, value in enumerate(row, 1)]
        yield Row(number, cells, sheet=name)


def _only_sheet(book: Any, file: Path) -> str:
    filled = [name for name in book.sheet_names if book.get_sheet_by_name(name).height]
    if len(filled) > 1:
        listed = ", ".join(filled)
        raise BadInput(
            Text(f"the workbook has several sheets: {listed}", f"工作簿有多张工作表：{listed}"),
            Text(f"say which: --sheet {filled[0]}, or in the map  sheet: {filled[0]}",
                 f"请指明：--sheet {filled[0]}，或在对应表中写  sheet: {filled[0]}"),
            place=file.name,
        )
    name: str = (filled or book.sheet_names)[0]
    return name


def _cell(value: object) -> Cell:
    """A cell as its text would stand in a CSV; moments and days as they are."""
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


# ---- cells with an error ---------------------------------------------------------------------------


def _errors(file: Path, name: str, notes: list[Text]) -> dict[tuple[int, int], str]:
    """The cells of a sheet that hold #REF! and the like, by row and column from 1."""
    if file.suffix.lower() == ".xls":
        said = Text(
            f"{file.name}: in an .xls, cells like #REF! cannot be told from empty ones; save it as .xlsx to be sure",
            f"{file.name}：.xls 中的 #REF! 等错误单元格与空白无法区分，稳妥起见请另存为 .xlsx",
        )
        notes.append(said)
        return {}
    found = {}
    for attributes, text in _ERROR.findall(_sheet_xml(file, name)):
        place = _PLACE.search(attributes)
        if place is None:
            raise BadInput(
                Text(f"a cell holds {text.decode()}", f"有单元格为 {text.decode()}"),
                Text("mend the formula, or delete its value", "请改正公式，或删去该值"),
                place=file.name,
            )
        found[int(place[2]), _column(place[1])] = text.decode("utf-8", "replace")
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_xml(file: Path, name: str) -> bytes:
    """The part of an .xlsx that holds a sheet."""
    import zipfile
    from xml.etree import ElementTree

    with zipfile.ZipFile(file) as archive:
        sheets = [e for e in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter() if e.get("name") == name]
        ids = {value for sheet in sheets for key, value in sheet.items() if key.endswith("}id")}
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = [link.get("Target", "") for link in links if link.get("Id") in ids]
        path = targets[0].removeprefix("/") if targets else ""
        return archive.read(path if path.startswith("xl/") else f"xl/{path}")
