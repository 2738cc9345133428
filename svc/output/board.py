"""What waits, on a terminal: each thing with its time left, what it is, and under it the command to type."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from svc.output.fold import cells, fold, pad
from svc.text import Text, say

Row = Mapping[str, Any]

NARROW = 60
"""Below so many columns a thing takes its lines one below the other."""

_COLOURS = {"overdue": "\x1b[31m", "due": "\x1b[33m"}


def lines(rows: Sequence[Row], columns: int, coloured: bool = False) -> list[str]:
    """The board in lines of at most so many cells."""
    if not rows:
        return [say(Text("nothing waits for you", "没有待办"))]
    width = 0 if columns < NARROW else max(cells(str(row["left"])) for row in rows)
    drawn: list[str] = []
    for row in rows:
        drawn += _narrow(row, columns, coloured) if not width else _wide(row, columns, width, coloured)
    return drawn


def _wide(row: Row, columns: int, width: int, coloured: bool) -> list[str]:
    indent = " " * (width + 2)
    left = _paint(pad(str(row["left"]), width), row, coloured)
    body = fold(_said(row), columns - width - 2)
    return [f"{left}  {body[0]}", *(indent + line for line in body[1:]), *_command(row, columns, indent)]


def _narrow(row: Row, columns: int, coloured: bool) -> list[str]:
    left = _paint(str(row["left"]), row, coloured)
    return [left, *("  " + line for line in fold(_said(row), columns - 2)), *_command(row, columns, "  "), ""]


def _said(row: Row) -> str:
    who = f" · {row['who']}" if row["who"] else ""
    return f"{row['short']}{who} · {row['text']}"


def _command(row: Row, columns: int, indent: str) -> list[str]:
    short = str(row["do"]).replace(str(row["id"]), str(row["short"]))
    return [indent + line for line in fold(short, columns - len(indent), "  ")]


def _paint(text: str, row: Row, coloured: bool) -> str:
    colour = _COLOURS.get(str(row["stage"])) if coloured and not os.environ.get("NO_COLOR") else None
    return f"{colour}{text}\x1b[0m" if colour else text
