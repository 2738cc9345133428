"""How the columns of a list share a terminal: texts fold first, then they stand below their row; the rest stays whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from svc.output.fold import HARD, cells, fold, pad, widest_piece

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


def drawn(heads: Sequence[str], body: Sequence[Sequence[str]], plan: Layout) -> list[str]:
    """The table in lines: heads, a rule, then each row with what stands below it."""
    width = sum(plan.widths) + GAP * (len(plan.widths) - 1)
    lines = [*_row(heads, plan), "─" * width]
    for row in body:
        lines += _row(row, plan)
        lines += _below([(heads[n], row[n]) for n in plan.below], width)
    return lines


def _row(values: Sequence[str], plan: Layout) -> list[str]:
    folded = [whole(values[n], wide) for n, wide in zip(plan.beside, plan.widths, strict=True)]
    return [
        (" " * GAP).join(pad(part, wide) for part, wide in zip(parts, plan.widths, strict=True)).rstrip()
        for parts in zip_longest(*folded, fillvalue="")
    ]


def _below(pairs: Sequence[tuple[str, str]], width: int) -> list[str]:
    """The values that found no room beside the others, with their heads; what is not known is left out."""
    told = [f"{head.replace(' ', HARD)}:{HARD}{solid(value)}" for head, value in pairs if value != "-"]
    return whole("  " + " · ".join(told), width, "    ") if told else []


def whole(value: str, width: int, indent: str = "") -> list[str]:
    """A value in lines of so many cells, words and numbers whole."""
    return [line.replace(HARD, " ") for line in fold(solid(value), width, indent)]
