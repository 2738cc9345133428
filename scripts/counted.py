"""What is in a list, read and counted without svc: rows by plain readers, figures by DuckDB, for `try_lists.py`."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

Row = list[str]


class Counted(NamedTuple):
    """Of each month the calls, those settled within 24 hours, and the calls by kind; the calls of each day, and of each machine."""

    months: Mapping[str, tuple[int, int, Mapping[str, int]]]
    days: Mapping[str, int]
    machines: Mapping[str, int]


def read(file: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[Row]:
    """The rows of a file (of a workbook: of all shown sheets) that have anything in them, as texts."""
    begins = file.read_bytes()[:200].lstrip()
    if begins[:2] == b"PK":
        found = _ods(file) if "content.xml" in zipfile.ZipFile(file).namelist() else _xlsx(file)
    elif begins[:1] == b"[":
        objects = json.loads(file.read_text(encoding))
        found = iter([list(objects[0]), *(list(map(str, one.values())) for one in objects)])
    elif begins[:1] == b"<":
        found = _marked(file)
    else:
        with file.open(encoding=encoding, newline="") as stream:
            found = iter(list(csv.reader(stream, delimiter=delimiter)))
    return [row for row in found if any(row)]


def _xlsx(file: Path) -> Iterator[Row]:
    from openpyxl import load_workbook

    for sheet in load_workbook(file).worksheets:
        if sheet.sheet_state == "visible":
            yield from (["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True))


def _marked(file: Path) -> Iterator[Row]:
    """A web page or the XML of Excel 2003: whatever is called a row has cells in it."""
    text = re.sub(r"<meta[^>]*>|<\?.*?\?>", "", file.read_text("utf-8"))
    yield from _rows(ElementTree.fromstring(text), ("tr", "Row"), ("td", "th", "Cell"))


def _ods(file: Path) -> Iterator[Row]:
    root = ElementTree.fromstring(zipfile.ZipFile(file).read("content.xml"))
    yield from _rows(root, ("table-row",), ("table-cell",))


def _rows(root: ElementTree.Element, rows: Sequence[str], cells: Sequence[str]) -> Iterator[Row]:
    for row in root.iter():
        if row.tag.rpartition("}")[2] in rows:
            yield ["".join(cell.itertext()) for cell in row if cell.tag.rpartition("}")[2] in cells]


def count(rows: Sequence[Sequence[str]], at: str, done: str, kinds: Mapping[str, str]) -> Counted:
    """The figures of rows of (at, done, kind, machine), moments by SQL of `c0` and `c1`; `kinds` are their words in ours."""
    import duckdb

    db = duckdb.connect()
    db.execute("create table list (c0 varchar, c1 varchar, kind varchar, machine varchar)")
    db.executemany("insert into list values (?, ?, ?, ?)", [list(row) for row in rows])
    db.execute(f"create view call as select {at} as a, {done} as d, kind, machine from list")
    days: list[Any] = db.execute("select strftime(a, '%Y-%m-%d'), count(*) from call group by 1").fetchall()
    machines = db.execute("select machine, count(*) from call where machine <> '' group by 1").fetchall()
    months = db.execute(
        "select strftime(a, '%Y-%m'), count(*), count(*) filter (d - a <= interval 24 hour) from call group by 1"
    ).fetchall()
    by_kind = db.execute("select strftime(a, '%Y-%m'), kind, count(*) from call where kind <> '' group by 1, 2").fetchall()
    of: dict[str, Counter[str]] = {}
    for month, word, many in by_kind:
        of.setdefault(month, Counter())[kinds[word]] += many
    return Counted({m: (calls, within, of.get(m, {})) for m, calls, within in months}, dict(days), dict(machines))
