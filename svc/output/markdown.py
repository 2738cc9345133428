"""A report in Markdown: for a wiki, a mail, a repository. Charts are left to their tables."""

from __future__ import annotations

import re

from svc.output.pages.model import Block, Fact, Facts, Page, Reasons, Table
from svc.output.pages.values import NUMERIC, change, shown, told
from svc.output.progress import Tell
from svc.text import Text, say

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def render(page: Page, tell: Tell) -> bytes:
    """The report as UTF-8 text; too quick to tell how far it has come."""
    page = page.shortened()
    lines = [
        f"# {_safe(say(page.title))}",
        "",
        _safe(f"{say(page.subtitle)} · {say(page.state)}"),
        "",
        *_facts(page.headline),
    ]
    for section in page.sections:
        lines += ["", f"## {_safe(say(section.title))} ({section.clauses})"]
        for block in section.blocks:
            lines += _block(block)
    return ("\n".join(lines) + "\n").encode()


def _safe(text: str) -> str:
    """Text that stays text: no markup of its own, no way out of its cell."""
    return _SPECIAL.sub(r"\\\1", text)


def _facts(facts: tuple[Fact, ...]) -> list[str]:
    lines = []
    for fact in facts:
        moved = change(fact.value, fact.before, fact.kind)
        against = f" ({moved})" if moved else ""
        lines.append(f"- {_safe(say(fact.title))}: **{_safe(told(fact))}**{_safe(against)}")
    return lines


def _block(block: Block) -> list[str]:
    if isinstance(block, Facts):
        return ["", f"### {_safe(say(block.title))}", "", *_facts(block.items)]
    if isinstance(block, Reasons):
        return [*_table(block.table), *_reasons(block)]
    return _table(block) if isinstance(block, Table) else []


def _table(table: Table) -> list[str]:
    rows = [[_safe(shown(row.get(c.key), c.kind_of(row))) for c in table.columns] for row in table.rows]
    heads = [_safe(say(c.title)) for c in table.columns]
    marks = ["---:" if c.kind in NUMERIC else "---" for c in table.columns]
    note = ["", _safe(say(table.note))] if table.note else []
    return [
        "",
        f"### {_safe(say(table.title))}",
        *note,
        "",
        *(f"| {' | '.join(cells)} |" for cells in (heads, marks, *rows)),
    ]


def _reasons(block: Reasons) -> list[str]:
    lines = ["", f"#### {say(Text('Why', '理由'))}"]
    for row in block.table.rows:
        lines += ["", f"**{_safe(row['id'])}**", ""]
        for n, step in enumerate(block.steps.get(row["id"], ()), 1):
            lines.append(f"{n}. {_safe(say(step.text))}" + (f" `{step.source}`" if step.source else ""))
    return lines
