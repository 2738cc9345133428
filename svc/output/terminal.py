"""A report on a terminal, or in a pipe: figures one a line, then the lists that a person must see."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from decimal import Decimal

from svc.output import fold
from svc.output import tables as lists
from svc.output.colour import paint
from svc.output.pages.model import Block, Fact, Facts, Page, Reasons, Table
from svc.output.pages.values import change, shown, told
from svc.rules.explain import Step
from svc.rules.form.problem import display_width
from svc.text import Text, say

FIRST = 10
"""How many rows of a ranked table are shown."""

_LABEL = 40


def show(page: Page, more: Text) -> None:
    """Print the report; `more` is the last line: where to look further. Charts and their numbers are left out."""
    print(f"{say(page.title)} · {say(page.subtitle)} · {say(page.state)}")
    for fact in page.headline:
        print(_line(fact))
    for section in page.sections:
        for block in section.blocks:
            _block(block)
    print("\n" + say(more))


PEOPLE = 5
"""How many people a screen names; the rest are counted."""
_BRIEF_LABEL = 34
NARROW = 60
"""Below so many cells a figure stands under what it is called."""


def brief(page: Page, more: Text) -> None:
    """Print one screen of the report: its headlines and how they moved, what needs attention, who was fined."""
    columns = shutil.get_terminal_size().columns
    fold.show(paint(f"{say(page.title)}", "heading"))
    fold.show(f"{say(page.subtitle)} · {say(page.state)}")
    if page.against:
        fold.show(say(page.against))
    for fact in page.headline:
        _figure(fact, columns)
    blocks = [block for section in page.sections for block in section.blocks]
    for facts in [block for section in page.sections if section.key == "attention" for block in section.blocks if isinstance(block, Facts)]:
        print("\n" + paint(say(facts.title), "heading"))
        for fact in facts.items:
            _figure(fact, columns, "overdue")
    fined = next((block for block in blocks if isinstance(block, Table) and block.key == "fines_by_person"), None)
    if fined and fined.rows:
        _people(fined)
    print()
    fold.show(say(more))


def _figure(fact: Fact, columns: int, meaning: str | None = None) -> None:
    """One figure with how it moved: on one line where it fits, else its value below."""
    moved = change(fact.value, fact.before, fact.kind)
    value = told(fact) + (f"  ({moved})" if moved else "")
    title = f"  {_pad(say(fact.title), _BRIEF_LABEL if columns >= NARROW else 0)}  "
    if display_width(title + value) <= columns:
        print(title + paint(value, meaning))
        return
    fold.show(title.rstrip(), indent="  ")
    fold.show(f"    {value}", indent="    ")


def _people(fined: Table) -> None:
    """Who was fined, the highest first."""
    rows = sorted(fined.rows, key=lambda row: -Decimal(row["own"] or 0))
    print("\n" + paint(say(fined.title), "heading"))
    for row in rows[:PEOPLE]:
        money = paint(shown(row["own"], "money"), "money")
        times = Text(f"{row['count']} {'fine' if row['count'] == 1 else 'fines'}", f"{row['count']} 笔")
        unset = row.get("unset") or 0
        blank = Text(f"{unset} without an amount", f"其中 {unset} 笔金额未定") if unset < row["count"] else Text("amount not set", "金额未定")
        known = [] if unset and unset == row["count"] else [money + say(Text(" yuan", " 元"))]
        print(f"  {' · '.join([row['name'] or row['staff'], say(times), *known, *([say(blank)] if unset else [])])}")
    if rows[PEOPLE:]:
        left = len(rows) - PEOPLE
        print(say(Text(f"  and {left} more", f"  另有 {left} 人")))


def _line(fact: Fact) -> str:
    moved = change(fact.value, fact.before, fact.kind)
    against = f"  ({moved})" if moved else ""
    return f"  {_pad(say(fact.title), _LABEL)} {told(fact)}{against}"


def _pad(text: str, width: int) -> str:
    """A text filled up to so many columns; a Han character takes two."""
    return text + " " * max(0, width - display_width(text))


def _block(block: Block) -> None:
    if isinstance(block, Facts):
        print(f"\n{say(block.title)}")
        for fact in block.items:
            print(_line(fact))
    elif isinstance(block, Reasons):
        _table(block.table)
    elif isinstance(block, Table) and not block.aside:
        _table(block)


def _table(table: Table) -> None:
    rows = table.rows[:FIRST] if table.ranked else table.rows
    print(f"\n{say(table.title)}")
    columns = {column.key: column.title for column in table.columns}
    cells = [{c.key: shown(row.get(c.key), c.kind_of(row)) for c in table.columns} for row in rows]
    lists.emit(cells, columns, "table")
    left = len(table.rows) - len(rows)
    if left:
        print(say(Text(f"and {left} more: --json or --out", f"另有 {left} 项：--json 或 --out")))


# ---- the steps of an explanation -----------------------------------------------------------------


def show_steps(told: Iterable[Step]) -> None:
    """Print the steps, one a line."""
    for number, step in enumerate(told, 1):
        fold.show(f"{number:>2}. {say(step.text)}" + (f"  [{step.source}]" if step.source else ""), indent="    ")
