"""The files that are imported: of what kind each is, by its first bytes and not by its name, and its rows."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from svc.errors import BadInput
from svc.intake import csvfile
from svc.intake.csvfile import Cell, Row
from svc.named import NamedTuple
from svc.text import Text

STDIN = "-"
"""The file name that means standard input."""
NEUTRAL = "neutral"
"""The kind of a file of the neutral form: entries, not a list."""
LARGEST = 64 << 20
"""Bytes that a file may have which is read as a whole (HTML, JSON, XML)."""
_LOOKED_AT = 4096


class Source(NamedTuple):
    """A file to import: of which of the FORMS it is, `neutral` or `text`; how its cells are separated and written."""

    file: Path
    kind: str
    delimiter: str = ","
    encoding: str | None = None

    @property
    def neutral(self) -> bool:
        """Whether it holds lines of the neutral form, not a list."""
        return self.kind == NEUTRAL

    def sheets(self) -> tuple[str, ...]:
        """The sheets of a workbook that have anything in them and are shown; of any other file none."""
        if self.kind != "workbook":
            return ()
        from svc.intake import workbooks

        return workbooks.sheets(self.file)

    def rows(self, sheet: str | None, notes: list[Text]) -> Iterator[Row]:
        """The rows that have anything in them; what was noticed on the way is added to `notes`."""
        found = self._all(sheet, notes)
        return (row for row in found if row.wrong or any(cell != "" for cell in row.cells))

    def _all(self, sheet: str | None, notes: list[Text]) -> Iterator[Row]:
        form = next((one for one in FORMS if one.kind == self.kind), TEXT)
        return form.read(self, sheet, notes)


class ListForm(NamedTuple):
    """A form of lists: how its files begin (the first bytes, then the same without marks, in small letters), its rows."""

    kind: str
    ending: str
    begins: Callable[[bytes, bytes], object]
    read: Callable[[Source, str | None, list[Text]], Iterator[Row]]


def opened(file: Path, encoding: str | None = None, delimiter: str | None = None) -> Source:
    """A file as a source; BadInput where there is none, or where no list can be read from such a file."""
    if not file.is_file():
        raise BadInput(Text(f"there is no file {file}", f"没有文件 {file}"), Text("check the path", "请检查路径"))
    kind = kind_of(file)
    if kind == TEXT.kind:
        delimiter = delimiter or csvfile.delimiter(file, encoding)
    return Source(file, kind, delimiter or ",", encoding)


def kind_of(file: Path) -> str:
    """What kind of file it is: first its bytes, then (of texts of braces alone) its name."""
    with file.open("rb") as stream:
        begins = stream.read(_LOOKED_AT)
    plain = begins.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip().lower()
    if b"%pdf-" in plain[:16]:
        raise _no_list(file, Text("a PDF file", "PDF 文件"))
    known = next((form.kind for form in FORMS if form.begins(begins, plain)), None)
    if known:
        return known
    return NEUTRAL if plain.startswith(b"{") or file.suffix.lower() in (".jsonl", ".ndjson") else TEXT.kind


def _is_list(begins: bytes) -> bool:
    """Whether lines in braces are those of another system: the first is an object without a ledger and an event."""
    line = begins.removeprefix(b"\xef\xbb\xbf").strip().split(b"\n")[0]
    if b'"ledger"' in line:
        return False
    try:
        first = json.loads(line)
    except ValueError:  # an object over many lines, or one longer than what was looked at
        cut = len(begins) == _LOOKED_AT and re.search(rb'"\s*:\s*\[\s*\{', line)
        return b'"ledger"' not in begins and bool(line.strip() == b"{" or cut)
    return isinstance(first, dict) and "event" not in first and (len(first) > 1 or any(isinstance(value, list) for value in first.values()))


def _no_list(file: Path, what: Text) -> BadInput:
    return BadInput(
        Text(f"{file.name} is {what.en}, not a list", f"{file.name} 是{what.zh}，不是表格"),
        Text("give out the list as xlsx or CSV, and import that", "请导出为 xlsx 或 CSV 后再导入"),
    )


@contextmanager
def spooled(file: Path) -> Iterator[Path]:
    """The file itself, or for `-` one of this user alone that holds what comes on standard input.

    Messages call it by the ending of its kind, like `stdin.csv`. BadInput where nothing comes.
    """
    if str(file) != STDIN:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="svc-") as folder:
        spool = Path(folder) / "stdin"
        with spool.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        if not spool.stat().st_size:
            raise BadInput(
                Text("nothing came on standard input", "标准输入没有内容"),
                Text("for example: svc ledger import - < october.jsonl", "例如：svc ledger import - < october.jsonl"),
            )
        kind = kind_of(spool)
        endings = {form.kind: form.ending for form in (*FORMS, TEXT)} | {NEUTRAL: ".jsonl"}
        yield spool.rename(spool.with_suffix(endings[kind]))


def _whole(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise BadInput(
            Text(f"{file.name} has more than {LARGEST >> 20} MB", f"{file.name} 超过 {LARGEST >> 20} MB"),
            Text("give it out as CSV, or in parts", "请导出为 CSV，或分成几份"),
        )
    return file.read_bytes()


# ---- HTML under .xls ---------------------------------------------------------------------------------


def _html_rows(file: Path, encoding: str | None, notes: list[Text]) -> Iterator[Row]:
    """The rows of the largest table of a web page (many systems call one .xls); told so."""
    data = _whole(file)
    said = re.search(rb"charset=[\"']?([A-Za-z0-9_-]+)", data[:_LOOKED_AT])
    codec = encoding or (said[1].decode() if said else csvfile.recognised(file, notes))
    try:
        text = data.decode("utf-8-sig" if codec.lower() in ("utf-8", "utf8") else codec)
    except (LookupError, UnicodeDecodeError):
        text = data.decode(csvfile.recognised(file, notes), "replace")
    page = _Page()
    page.feed(text)
    page.close()
    if not page.tables:
        raise _no_list(file, Text("a web page without a table", "没有表格的网页"))
    largest = max(page.tables, key=len)
    notes.append(Text(f"{file.name} is a web page (HTML); its table is read", f"{file.name} 实为网页（HTML），读取其中的表格"))
    if len(page.tables) > 1:
        left = len(page.tables) - 1
        notes.append(Text(f"{left} smaller tables of the page are left out", f"页面中另有 {left} 个较小的表格，未读取"))
    width = max(len(row) for row in largest)
    for number, cells in enumerate(largest, 1):
        yield Row(number, [*cells, *[""] * (width - len(cells))], sheet="HTML")


class _Page(HTMLParser):
    """The tables of a web page: cells over several rows are written into each of them, those over several columns into the first."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Cell]]] = []
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._down: dict[int, tuple[str, int]] = {}

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
            self._down = {}
        elif tag == "tr" and self.tables:
            self._finish()
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self._finish()
            if not self.tables[-1]:
                self.tables[-1].append([])
            given = dict(attrs)
            self._span = (_small(given.get("colspan")), _small(given.get("rowspan")))
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _finish(self) -> None:
        if self._text is None:
            return
        text = "\n".join(" ".join(line.split()) for line in "".join(self._text).split("\n")).strip()
        self._text = None
        row = self.tables[-1][-1]
        self._from_above(row)
        across, down = self._span
        for n in range(across):
            own = "" if n else text
            if down > 1:
                self._down[len(row)] = (own, down - 1)
            row.append(own)
        self._from_above(row)

    def _from_above(self, row: list[Cell]) -> None:
        while len(row) in self._down:
            text, left = self._down.pop(len(row))
            if left > 1:
                self._down[len(row)] = (text, left - 1)
            row.append(text)
            if left > 1:
                return


def _small(text: str | None) -> int:
    return min(int(text), 500) if text and text.isascii() and text.isdigit() and text != "0" else 1


# ---- XML of Excel 2003 -----------------------------------------------------------------------------------


def _xml_rows(file: Path) -> Iterator[Row]:
    """The rows of the first sheet that has any of a workbook in the XML of Excel 2003."""
    from xml.etree import ElementTree

    data = _whole(file)
    if b"<!DOCTYPE" in data[:_LOOKED_AT] or b"<!ENTITY" in data:
        raise _no_list(file, Text("XML with entities", "含实体定义的 XML"))
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise BadInput(
            Text(f"the workbook cannot be read: {error}", f"无法读取工作簿：{error}"),
            Text("save it anew as .xlsx", "请重新另存为 .xlsx"),
            place=file.name,
        ) from None
    space = "{urn:schemas-microsoft-com:office:spreadsheet}"
    for sheet in root.iter(f"{space}Worksheet"):
        found = list(sheet.iter(f"{space}Row"))
        if found:
            yield from _xml_sheet(found, space, sheet.get(f"{space}Name") or "Sheet1")
            return


def _xml_sheet(found: Sequence[Any], space: str, name: str) -> Iterator[Row]:
    number = 0
    for row in found:
        number = int(row.get(f"{space}Index") or number + 1)
        cells: list[Cell] = []
        for cell in row.iter(f"{space}Cell"):
            at = int(cell.get(f"{space}Index") or len(cells) + 1)
            cells += [""] * min(at - 1 - len(cells), 500)
            data = cell.find(f"{space}Data")
            text = "".join(data.itertext()).strip() if data is not None else ""
            if data is not None and data.get(f"{space}Type") == "DateTime":
                text = re.sub(r"T00:00:00(?:\.0+)?$", "", text).replace("T", " ").removesuffix(".000")
            cells.append(text)
        yield Row(number, cells, sheet=name)


# ---- JSON ------------------------------------------------------------------------------------------------


def _json_rows(file: Path) -> Iterator[Row]:
    """The objects of a JSON array (or a line each) as rows under their names; nested ones by `outer.inner`."""
    objects = [_flat(one) for one in _objects(file)]
    names = list(dict.fromkeys(name for one in objects for name in one))
    yield Row(1, list(names), sheet="JSON")
    for number, one in enumerate(objects, 2):
        yield Row(number, [one.get(name, "") for name in names], sheet="JSON")


def _objects(file: Path) -> list[dict[str, Any]]:
    data = _whole(file)
    try:
        text = data.decode("utf-8-sig")
        try:
            found = json.loads(text, parse_float=str, parse_int=str)
        except json.JSONDecodeError:
            found = [json.loads(line, parse_float=str, parse_int=str) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise BadInput(
            Text(f"{file.name} is no JSON: {error}", f"{file.name} 不是合法的 JSON：{error}"),
            Text("give it out anew, or as CSV", "请重新导出，或导出为 CSV"),
        ) from None
    if isinstance(found, dict):  # {"data": [...]}: the longest list in it
        lists = [value for value in found.values() if isinstance(value, list)]
        found = max(lists, key=len) if lists else [found]
    objects = [one for one in found if isinstance(one, dict)]
    if not objects or len(objects) != len(found):
        raise _no_list(file, Text("JSON without a list of objects", "没有对象列表的 JSON"))
    return objects


def _flat(one: Mapping[str, Any], before: str = "") -> dict[str, Cell]:
    flat: dict[str, Cell] = {}
    for name, value in one.items():
        if isinstance(value, dict) and len(before) < 200:
            flat |= _flat(value, f"{before}{name}.")
        elif isinstance(value, list):
            flat[f"{before}{name}"] = "; ".join(str(item) for item in value if not isinstance(item, (dict, list)))
        else:
            shown = "" if value is None else {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
            flat[f"{before}{name}"] = str(shown).strip()
    return flat


# ---- all forms ---------------------------------------------------------------------------------------


def _workbook_rows(source: Source, sheet: str | None, notes: list[Text]) -> Iterator[Row]:
    from svc.intake import workbooks

    return workbooks.read(source.file, sheet, notes)


_SPREADSHEETML = rb"<\?xml[^>]*>\s*(?:<\?mso-[^>]*>\s*)?<(?:\w+:)?workbook\b"
_WEB = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")

FORMS = [
    ListForm("workbook", ".xlsx", lambda begins, plain: begins[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"), _workbook_rows),
    ListForm("xml", ".xml", lambda begins, plain: re.match(_SPREADSHEETML, plain), lambda source, sheet, notes: _xml_rows(source.file)),
    ListForm(
        "html",
        ".html",
        lambda begins, plain: plain.startswith(_WEB) or (b"<table" in plain[:2000] and plain[:1] == b"<"),
        lambda source, sheet, notes: _html_rows(source.file, source.encoding, notes),
    ),
    ListForm(
        "json",
        ".json",
        lambda begins, plain: re.match(rb"\[\s*\{", plain) or (plain.startswith(b"{") and _is_list(begins)),
        lambda source, sheet, notes: _json_rows(source.file),
    ),
]
"""The forms that lists come in, the first that fits; another is a line here and its reader. What fits none is text."""

TEXT = ListForm(
    "text", ".csv", lambda begins, plain: True, lambda source, sheet, notes: csvfile.read(source.file, source.delimiter, source.encoding, notes)
)
