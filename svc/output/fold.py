"""Lines that fit a terminal: measured in cells, of which a Han character takes two; broken between words."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TextIO

HARD = "\xa0"
"""A blank at which no line is broken."""

GAP = " " * 3
"""What stands between the parts of a line that tells several things: keys and what they do."""

_PIECES = r" · |[ ]+|[\u2e80-\uffef]|(?:[^\s\u2e80-\uffef]|\xa0)+|\s"


def cells(text: str) -> int:
    """How many cells a text takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    from wcwidth import (
        wcwidth,  # with its tables a tenth of what a month's figures load, and programs want those without a terminal
    )

    return sum(max(0, wcwidth(c)) for c in text)


def pad(text: str, width: int) -> str:
    """The text with blanks up to so many cells."""
    return text + " " * (width - cells(text))


def widest_piece(text: str) -> int:
    """How many cells the widest part takes at which no line is broken."""
    return max((cells(match[0]) for match in re.finditer(_PIECES, text)), default=0)


def fold(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most `width` cells, every line but the first behind `indent`.

    Lines that it has already stay lines; what stands apart by GAP is torn only where a part alone is longer than a line.
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in fold(part, width, indent)]
    if GAP in text.strip():
        return _apart(text, width, indent)
    lines: list[str] = []
    row: list[str] = []
    for piece in _pieces(text, max(1, width - len(indent))):
        if "".join(row).strip() and cells("".join(row)) + cells(piece) > width:
            carried = (_carried if piece in _CLOSING else _opened)(row, width - cells(indent + piece))
            lines.append("".join(row).rstrip())
            row = [indent, *carried]
            piece = piece if carried else piece.lstrip(" ·")
        row.append(piece)
    last = "".join(row).rstrip()
    return [*lines, last] if last or not lines else lines


def _apart(text: str, width: int, indent: str) -> list[str]:
    lines: list[str] = []
    for part in re.split(f"(?<=\\S){GAP} *", text):
        if lines and cells(lines[-1] + GAP + part) <= width:
            lines[-1] += GAP + part
        else:
            lines += fold((indent if lines else "") + part, width, indent)
    return lines


def _carried(row: list[str], room: int) -> list[str]:
    """What is taken from the end of a line so that the next one does not begin with a closing mark; nothing beyond `room`."""
    last = next((n for n in range(len(row) - 1, 1, -1) if row[n] not in _CLOSING), None)
    if last is not None and last > 2 and row[last - 1] in _OPENING:
        last -= 1
    if last is None or not row[last].strip() or cells("".join(row[last:])) > room:
        return []
    carried = row[last:]
    del row[last:]
    return carried


def _opened(row: list[str], room: int) -> list[str]:
    """The opening mark at the end of a line: it goes with what it opens, where there is room."""
    return [row.pop()] if len(row) > 2 and row[-1] in _OPENING and cells(row[-1]) <= room else []


def lines(text: str) -> list[str]:
    """A sentence in lines as wide as the terminal."""
    return fold(text, shutil.get_terminal_size().columns, "  ")


def show(text: str, stream: TextIO | None = None, indent: str = "") -> None:
    """Print a line; on a terminal in as many as it takes, broken between words."""
    out = stream or sys.stdout
    if not out.isatty():
        print(text, file=out)
        return
    for line in fold(text, shutil.get_terminal_size().columns, indent):
        print(line, file=out)


_CLOSING = frozenset("，。；：、）】》！？")
"""What does not begin a line in Chinese: the character before it comes along."""
_OPENING = frozenset("（【《")
"""What does not end one."""


def _pieces(text: str, width: int) -> list[str]:
    """What may not be torn apart, cut up only where it is longer than a line."""
    found: list[str] = []
    for match in re.finditer(_PIECES, text):
        piece = match[0]
        while cells(piece) > width:
            found.append(piece[:width])
            piece = piece[width:]
        found.append(piece)
    return found
