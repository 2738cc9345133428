"""Lists: a table on a terminal, plain elsewhere, CSV, TSV, Markdown, JSON or a JSON line a row where asked for."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from svc.errors import BadInput
from svc.named import NamedTuple
from svc.output.fold import HARD, cells, fold, pad, widest_piece
from svc.output.words import CODED, word
from svc.text import Text, say, visible

FORMATS = ("table", "plain", "csv", "tsv", "markdown", "json", "jsonl")
MACHINE = ("csv", "tsv", "json", "jsonl")
"""Forms that programs read: whole, values as they are stored."""

Row = Mapping[str, Any]

_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
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
    return cell(word(value, name) if name in CODED and isinstance(value, str) and value else value)


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
    if form in ("json", "jsonl"):
        from svc.output import json

        return json.text([dict(row) for row in rows]) if form == "json" else "".join(map(json.line, rows))
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
    if _NUMBER.fullmatch(text):
        return text
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
    width = shutil.get_terminal_size().columns
    plan = layout(heads, body, width) if width >= NARROW else None
    return "\n".join(drawn(heads, body, plan, width)) if plan else _cards(heads, body, width)


NARROW = 60
"""Below so many cells a list is no table."""


def _cards(heads: Sequence[str], body: Sequence[Sequence[str]], width: int) -> str:
    """On a narrow terminal one thing below the other, not a table that breaks."""
    cards = [[whole(f"{h}: {solid(v)}", width, "  ") for h, v in zip(heads, row, strict=True)] for row in body]
    return "\n\n".join("\n".join(line for lines in card for line in lines) for card in cards)


# ---- columns share a terminal: texts fold first, then they stand below their row -----------------

READABLE = 16
"""Cells that a column keeps, if it has as many: what is narrower is a number, a day or a word, and never folded."""
GAP = 2
"""Cells between two columns."""


class Layout(NamedTuple):
    """Which columns stand side by side, and how wide; which stand below each row, with their heads."""

    beside: tuple[int, ...]
    widths: tuple[int, ...]
    below: tuple[int, ...]


def solid(value: str) -> str:
    """A value that is broken nowhere if it has no letters: a moment, an amount, a telephone number."""
    return value if any(c.isalpha() for c in value) else value.replace(" ", HARD)


def layout(heads: Sequence[str], body: Sequence[Sequence[str]], width: int) -> Layout | None:
    """The columns for a terminal of so many cells; None where more would stand below than beside each other.

    What does not fit goes below its row: first the texts, the widest of them first, then from the right.
    The first column names the row and stays.
    """
    columns = list(zip(heads, *body, strict=True))
    wanted = [max(map(cells, column)) for column in columns]
    least = [_least(column, wide) for column, wide in zip(columns, wanted, strict=True)]
    beside = list(range(len(heads)))
    while sum(least[n] for n in beside) + GAP * (len(beside) - 1) > width:
        texts = [n for n in beside[1:] if least[n] < wanted[n]]
        beside.remove(max(texts, key=lambda n: wanted[n]) if texts else beside[-1])
        if 2 * len(beside) < len(heads):
            return None
    room = width - GAP * (len(beside) - 1)
    widths = _shared([least[n] for n in beside], [wanted[n] for n in beside], room)
    return Layout(tuple(beside), widths, tuple(n for n in range(len(heads)) if n not in beside))


def _least(column: Sequence[str], wanted: int) -> int:
    """How narrow a column may get: its words stay whole, and it is wide enough to be read."""
    return max(min(READABLE, wanted), *(widest_piece(solid(value)) for value in column))


def _shared(least: Sequence[int], wanted: Sequence[int], room: int) -> tuple[int, ...]:
    """The room shared out: each column its least, what is left cell by cell to the narrowest that wants more."""
    widths = list(least)
    for _ in range(room - sum(least)):
        wanting = [n for n, wide in enumerate(widths) if wide < wanted[n]]
        if not wanting:
            break
        widths[min(wanting, key=lambda n: widths[n])] += 1
    return tuple(widths)


def drawn(heads: Sequence[str], body: Sequence[Sequence[str]], plan: Layout, most: int) -> list[str]:
    """The table in lines of `most` cells at most: heads, a rule, then each row with what stands below it."""
    width = sum(plan.widths) + GAP * (len(plan.widths) - 1)
    lines = [*_row(heads, plan), "─" * width]
    for row in body:
        lines += _row(row, plan)
        lines += _below([(heads[n], row[n]) for n in plan.below], width, most)
    return lines


def _row(values: Sequence[str], plan: Layout) -> list[str]:
    folded = [whole(values[n], wide) for n, wide in zip(plan.beside, plan.widths, strict=True)]
    return [
        (" " * GAP).join(pad(part, wide) for part, wide in zip(parts, plan.widths, strict=True)).rstrip()
        for parts in zip_longest(*folded, fillvalue="")
    ]


def _below(pairs: Sequence[tuple[str, str]], width: int, most: int) -> list[str]:
    """The values that found no room beside the others, with their heads; what is not known is left out.

    As wide as the table, and wider where a value would be broken.
    """
    indent = "    "
    told = [f"{head.replace(' ', HARD)}:{HARD}{solid(value)}" for head, value in pairs if value != "-"]
    wide = max(width, len(indent) + max(map(widest_piece, told), default=0))
    return whole("  " + " · ".join(told), min(wide, most), indent) if told else []


def whole(value: str, width: int, indent: str = "") -> list[str]:
    """A value in lines of so many cells, words and numbers whole."""
    return [line.replace(HARD, " ") for line in fold(solid(value), width, indent)]
