"""What a report is made of. A renderer (terminal, HTML, PDF, workbook, Markdown) knows these and nothing else.

Values are those of the figures' JSON; how a value is written is said by its kind (`values.py`), once for all forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svc.named import NamedTuple
from svc.rules.explain import Step
from svc.text import Text

Row = Mapping[str, Any]


class Fact(NamedTuple):
    """One figure: its key in the JSON, what it is called, its value and kind.

    `before` is the same figure a month (or year) earlier, None where there is none to compare with;
    `better` says which way is good: 1 up, -1 down, 0 neither. `detail` is what the figure is made of, for whoever
    checks it; `unknown`: it stands in place of a value that would say too little.
    """

    key: str
    title: Text
    value: Any
    kind: str = "count"
    before: Any = None
    better: int = 0
    detail: Text | None = None
    unknown: bool = False


class Facts(NamedTuple):
    """Some figures under one heading."""

    title: Text
    items: tuple[Fact, ...]


class Column(NamedTuple):
    """A column of a table: the rows' key, heading, and kind of its values (`own`: each row's `kind` says)."""

    key: str
    title: Text
    kind: str = "text"

    def kind_of(self, row: Row) -> str:
        """The kind of this column's value in a row."""
        return str(row["kind"]) if self.kind == "own" else self.kind


class Table(NamedTuple):
    """Rows under columns. `key` names the table in every form (a sheet of the workbook, an anchor of the page).

    `aside`: the numbers behind a chart, for those who look them up: folded away on a page, at the end on paper.
    `ranked`: what matters most comes first, so that where room is scarce the first rows do.
    """

    key: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Text | None = None
    aside: bool = False
    ranked: bool = False


class Chart(NamedTuple):
    """A picture of a table: columns `series` over column `x`.

    kind: `stacked` (columns on top of each other, by day), `bars` (one bar a row, values side by side),
    `pareto` (bars, with `line` the cumulative share), `lines` (one line a series). `colours` are names of
    meanings (good, late, bad, open, now, before …), `top` is the largest value a scale must reach.
    """

    kind: str
    title: Text
    table: Table
    x: tuple[str, ...]
    series: tuple[str, ...]
    colours: tuple[str, ...]
    line: str | None = None
    top: float | None = None
    most: int = 12


class Reasons(NamedTuple):
    """A table of findings each of whose rows (by its `id`) opens its explanation."""

    table: Table
    steps: Mapping[str, Sequence[Step]]


Block = Facts | Table | Chart | Reasons


class Section(NamedTuple):
    """A chapter: what it is about, the clauses it answers, its blocks; `page` begins a new page on paper."""

    key: str
    title: Text
    clauses: str
    blocks: tuple[Block, ...]
    page: bool = False


class Page(NamedTuple):
    """A whole report. `as_of` is the moment of its figures (ISO 8601);
    `state` says in a few words whether it is sealed; `headline` are its first figures."""

    title: Text
    subtitle: Text
    as_of: str
    state: Text
    sealed: bool
    headline: tuple[Fact, ...]
    against: Text | None
    sections: tuple[Section, ...]

    def tables(self) -> Iterator[Table]:
        """Every table that has rows, once, in order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    yield block
                elif isinstance(block, Reasons):
                    yield block.table

    def shortened(self) -> Page:
        """The page with its ranked lists cut to the first rows: as long as its month, not as the desk's history."""
        return self._replace(sections=tuple(s._replace(blocks=tuple(map(_shortened, s.blocks))) for s in self.sections))

    def charts_of(self, table: Table) -> list[Chart]:
        """The charts drawn from a table."""
        blocks = (block for section in self.sections for block in section.blocks)
        return [block for block in blocks if isinstance(block, Chart) and block.table is table]


LONGEST = 30
"""How many rows of a ranked list a page or paper has; the workbook has all."""


def _shortened(block: Block) -> Block:
    """A ranked list cut to its first rows, with the number of the others and where they are."""
    if not isinstance(block, Table) or not block.ranked or len(block.rows) <= LONGEST:
        return block
    more = len(block.rows) - LONGEST
    left = Text(
        f"the first {LONGEST}; {more} more are in the workbook (--out FILE.xlsx) and in: svc check",
        f"前 {LONGEST} 条；另有 {more} 条，见工作簿（--out 文件.xlsx）或 svc check",
    )
    note = Text(f"{block.note.en} {left.en}", f"{block.note.zh} {left.zh}") if block.note else left
    return block._replace(rows=block.rows[:LONGEST], note=note)


def filled(*blocks: Block | None) -> tuple[Block, ...]:
    """The blocks in which there is anything to see."""
    return tuple(block for block in blocks if block is not None and _any(block))


def _any(block: Block) -> bool:
    if isinstance(block, Facts):
        return bool(block.items)
    table = block if isinstance(block, Table) else block.table
    return bool(table.rows)


def in_rows(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks as they stand side by side: figures beside the chart that follows them, or beside other figures."""
    rows: list[list[Block]] = []
    for block in blocks:
        if rows and len(rows[-1]) == 1 and isinstance(rows[-1][0], Facts) and isinstance(block, (Facts, Chart)):
            rows[-1].append(block)
        else:
            rows.append([block])
    return rows


def column(row: Row, path: str) -> Any:
    """A value by its path: `replies.within`."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
