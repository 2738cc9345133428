"""Lists: a table on a terminal, plain elsewhere, CSV, TSV, Markdown or JSON where asked for."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from svc.domain.text import visible
from svc.errors import BadInput
from svc.output.words import CODED, word
from svc.text import Text, say

FORMATS = ("table", "plain", "csv", "tsv", "markdown", "json")

Row = Mapping[str, Any]

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")


def cell(value: Any) -> str:
    """A value as a list shows it: a dash where nothing is known."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return say(Text("yes", "是")) if value else say(Text("no", "否"))
    if isinstance(value, float):
        return f"{value:.2f}"
    text = str(value)
    if _MOMENT.fullmatch(text):
        return text[:16].replace("T", " ")
    return visible(text).replace("\n", " ")


def coded(name: str, value: Any) -> str:
    """A value as a list shows it, a code as its word."""
    return word(value, name) if name in CODED and isinstance(value, str) and value else cell(value)


def emit(rows: Sequence[Row], columns: Mapping[str, Text], form: str) -> None:
    """Print rows (by column name) in one of FORMATS."""
    print(text(rows, columns, form), end="")


def text(rows: Sequence[Row], columns: Mapping[str, Text], form: str) -> str:
    """Rows (by column name) in one of FORMATS, with the newline at the end."""
    if form not in FORMATS:
        raise BadInput(
            Text(f"--format {form}: there is no such form", f"--format {form}：没有这种格式"),
            Text("one of " + ", ".join(FORMATS), "可用：" + "、".join(FORMATS)),
        )
    if form == "json":
        from svc.output.json import text as as_json

        return as_json([dict(row) for row in rows])
    if form in ("csv", "tsv"):
        return _separated(rows, columns, "," if form == "csv" else "\t")
    return (_drawn(rows, columns, form) if rows else say(Text("nothing", "无"))) + "\n"


def _separated(rows: Sequence[Row], columns: Mapping[str, Text], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(row.get(name)) for name in columns])
    return out.getvalue()


def _guarded(value: Any) -> str:
    """A text that a spreadsheet must not take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r＝＋－＠") and text[:1] else text


def _drawn(rows: Sequence[Row], columns: Mapping[str, Text], form: str) -> str:
    heads = [say(title) for title in columns.values()]
    body = [[coded(name, row.get(name)) for name in columns] for row in rows]
    if form == "table" and sys.stdout.isatty():
        return _on_terminal(heads, body)
    from tabulate import tabulate

    style = {"table": "simple", "plain": "plain", "markdown": "github"}[form]
    if form == "markdown":  # a bar would begin another column
        body = [[value.replace("|", "\\|") for value in row] for row in body]
    return tabulate(body, heads, tablefmt=style, disable_numparse=True)


def _on_terminal(heads: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    from svc.output import columns

    width = shutil.get_terminal_size().columns
    plan = columns.layout(heads, body, width) if width >= NARROW else None
    return "\n".join(columns.drawn(heads, body, plan)) if plan else _cards(heads, body, width)


NARROW = 60
"""Below so many cells a list is no table."""


def _cards(heads: Sequence[str], body: Sequence[Sequence[str]], width: int) -> str:
    """On a narrow terminal one thing below the other, not a table that breaks."""
    from svc.output.columns import solid, whole

    cards = [[whole(f"{h}: {solid(v)}", width, "  ") for h, v in zip(heads, row, strict=True)] for row in body]
    return "\n\n".join("\n".join(line for lines in card for line in lines) for card in cards)
