"""A report as PDF, set by typst on A4: the same figures, tables and charts, explanations in an appendix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from svc.output import charts, typeset
from svc.output.pages.model import Block, Chart, Fact, Facts, Page, Reasons, Row, Section, Table, in_rows
from svc.output.pages.values import NUMERIC, change, moved, shown, told
from svc.output.progress import Tell
from svc.rules.form.problem import display_width
from svc.text import Text, say

TEMPLATE = "report.typ"
_TEXTS = ("text", "code", "words", "sums", "tally")

WORDS = {
    "clauses": Text("clauses", "条款"),
    "numbers": Text("Appendix A: the numbers behind the charts", "附录一　图表数据"),
    "reasons": Text("Appendix B: why each finding is what it is", "附录二　认定依据"),
    "made": Text("made by svc from the department's own ledgers", "由 svc 按部门台账生成"),
    "page": Text("page", "第"),
    "of": Text("of", "／"),
}


def render(page: Page, tell: Tell) -> bytes:
    """The report; BadInput where typst, matplotlib or a Chinese font is missing."""
    page = page.shortened()
    return typeset.pdf(TEMPLATE, data(page, charts.told(page, 1, tell)), datetime.fromisoformat(page.as_of))


def data(page: Page, draw: charts.Draw) -> dict[str, Any]:
    """What the template sets: every text as it is to be read."""
    asides = [table for table in page.tables() if table.aside]
    return {
        "words": {name: say(text) for name, text in WORDS.items()},
        "title": say(page.title),
        "subtitle": say(page.subtitle),
        "against": say(page.against) if page.against else "",
        "state": say(page.state),
        "sealed": page.sealed,
        "headline": [_card(fact) for fact in page.headline],
        "sections": [_section(section, draw) for section in page.sections],
        "asides": [_table(table) for table in asides],
        "reasons": list(_reasons(page)),
    }


def _card(fact: Fact) -> dict[str, str]:
    return {
        "title": say(fact.title),
        "value": say(fact.detail) if fact.unknown and fact.detail else shown(fact.value, fact.kind),
        "detail": say(fact.detail) if fact.detail and not fact.unknown else "",
        "by": change(fact.value, fact.before, fact.kind) or "",
        "mood": moved(fact.value, fact.before, fact.better),
    }


def _section(section: Section, draw: charts.Draw) -> dict[str, Any]:
    blocks = [block for block in section.blocks if not (isinstance(block, Table) and block.aside)]
    return {
        "key": section.key,
        "title": say(section.title),
        "clauses": section.clauses,
        "page": section.page,
        "rows": [[_block(block, section, draw) for block in row] for row in in_rows(blocks)],
    }


def _block(block: Block, section: Section, draw: charts.Draw) -> dict[str, Any]:
    if isinstance(block, Facts):
        title = say(block.title) if block.title != section.title else ""
        items = [
            {"title": say(f.title), "value": told(f), "long": f.kind in ("tally", "means")}
            for f in block.items
        ]
        return {"kind": "facts", "title": title, "items": items}
    if isinstance(block, Chart):
        return {"kind": "chart", "title": say(block.title), "svg": draw(block, "paper")}
    table = block.table if isinstance(block, Reasons) else block
    return {**_table(table), **({"title": ""} if table.title == section.title else {})}


def _table(table: Table) -> dict[str, Any]:
    rows = [[shown(row.get(c.key), c.kind_of(row)) for c in table.columns] for row in table.rows]
    return {
        "kind": "table",
        "title": say(table.title),
        "note": say(table.note) if table.note else "",
        "heads": [say(c.title) for c in table.columns],
        "right": [c.kind in NUMERIC for c in table.columns],
        "rows": rows,
        "wide": _widest(table, rows),
    }


ROOM = 100
"""Columns of small print (a Han character takes two) that all but the widest may take on A4."""


def _widest(table: Table, rows: list[list[str]]) -> int | None:
    """Which column takes what room is left, and is broken where there is too little: that of the longest texts.

    None where there are no texts, or the others alone are too wide: then all columns share the room.
    """
    widths = [max(map(display_width, (say(c.title), *(row[n] for row in rows)))) for n, c in enumerate(table.columns)]
    texts = [w if c.kind.partition(":")[0] in _TEXTS else 0 for w, c in zip(widths, table.columns, strict=True)]
    widest = texts.index(max(texts))
    return widest if any(texts) and sum(widths) - widths[widest] + 2 * len(widths) <= ROOM else None


def _reasons(page: Page) -> Iterator[dict[str, Any]]:
    """Each finding once, with its steps."""
    told: set[str] = set()
    for block, row in _explained(page):
        if row["id"] not in told and row["id"] in block.steps:
            told.add(row["id"])
            steps = [{"text": say(s.text), "source": s.source or ""} for s in block.steps[row["id"]]]
            yield {"id": row["id"], "who": shown(row.get("name"), "text"), "steps": steps}


def _explained(page: Page) -> Iterable[tuple[Reasons, Row]]:
    blocks = (block for section in page.sections for block in section.blocks if isinstance(block, Reasons))
    return ((block, row) for block in blocks for row in block.table.rows)
