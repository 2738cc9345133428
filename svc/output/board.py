"""What waits, on a terminal: each thing with its time left, what it is, and under it the command to type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.output.colour import paint
from svc.output.fold import cells, fold, pad
from svc.output.tables import cell
from svc.text import Text, say

Row = Mapping[str, Any]

NARROW = 60
"""Below so many columns a thing takes its lines one below the other."""


def lines(rows: Sequence[Row], columns: int, by_person: bool = False) -> list[str]:
    """The board in lines of at most so many cells; for whoever sees everybody's, person by person, a line a thing.

    On a board of one's own nobody's name stands: all of it is his, or his role's to do.
    """
    if not rows:
        return [say(Text("nothing waits for you", "没有待办"))]
    if by_person and columns >= NARROW:
        return _by_person(rows, columns)
    width = 0 if columns < NARROW else max(cells(str(row["left"])) for row in rows)
    drawn: list[str] = []
    for row in rows:
        drawn += _narrow(row, columns) if not width else _wide(row, columns, width)
    return drawn


NOBODY = Text("nobody in particular", "未指定人员")
MOST_COMMAND = 38
"""Cells that a command may take on the line of what it goes on with; a longer one has a line of its own."""


def _by_person(rows: Sequence[Row], columns: int) -> list[str]:
    """The things of each person under his name, whoever has the most urgent one first."""
    people: dict[str, list[Row]] = {}
    for row in rows:
        people.setdefault(str(row["who"] or ""), []).append(row)
    width = max(cells(str(row["left"])) for row in rows)
    drawn: list[str] = []
    for who, own in people.items():
        drawn.append(paint(f"{who or say(NOBODY)} ({len(own)})", "heading"))
        for row in own:
            drawn += _line(row, columns, width)
    return drawn


def _line(row: Row, columns: int, width: int) -> list[str]:
    """One thing: time left, id, what it is as far as it fits, what to type."""
    left = paint(pad(str(row["left"]), width), str(row["stage"]))
    command = pasted(row)
    room = columns - width - 4 - cells(str(row["short"])) - 2
    beside = cells(command) <= min(MOST_COMMAND, room - 14)
    text = _cut(str(row["text"]), room - cells(command) - 2 if beside else room)
    if beside:
        space = room - cells(command)
        return [f"  {left}  {row['short']}  {pad(text, space)}{command}"]
    return [f"  {left}  {row['short']}  {text}", *(" " * (width + 4) + part for part in fold(command, columns - width - 4, "  "))]


def pasted(row: Row) -> str:
    """What to type, as it can be pasted on a terminal: what is left open is asked for there."""
    short = str(row["do"]).replace(str(row["id"]), str(row["short"]))
    words = short.split(" ")
    if "…" not in words or not short.startswith("svc "):
        return short
    end = next(n for n, word in enumerate(words) if word == "…")
    return " ".join(words[: end - 1 if words[end - 1].startswith("--") else end])


def _cut(text: str, room: int) -> str:
    """The text, or as much of it as there is room for."""
    if cells(text) <= room:
        return text
    found = ""
    for letter in text:
        if cells(found + letter) > room - 1:
            break
        found += letter
    return found + "…"


def _wide(row: Row, columns: int, width: int) -> list[str]:
    indent = " " * (width + 2)
    left = paint(pad(str(row["left"]), width), str(row["stage"]))
    body = fold(_said(row), columns - width - 2)
    return [f"{left}  {body[0]}", *(indent + line for line in body[1:]), *_command(row, columns, indent)]


def _narrow(row: Row, columns: int) -> list[str]:
    left = paint(str(row["left"]), str(row["stage"]))
    return [left, *("  " + line for line in fold(_said(row), columns - 2)), *_command(row, columns, "  "), ""]


def _said(row: Row) -> str:
    who = f" · {row['who']}" if row["who"] and not row.get("own") else ""
    return f"{row['short']}{who} · {row['text']}"


def _command(row: Row, columns: int, indent: str) -> list[str]:
    told = [indent + line for said in _errand(row.get("errand")) for line in fold(said, columns - len(indent), "  ")]
    return told + [indent + line for line in fold(pasted(row), columns - len(indent), "  ")]


def _errand(errand: Row | None) -> list[str]:
    """Where somebody is sent, whom he rings, which machine, what was said and promised, what was done last."""
    if not errand:
        return []
    where = (errand["name"] or errand["customer"], errand["address"], errand["contact"], errand["phone"])
    warranty = {
        True: Text(f"in warranty until {errand['warranty_until']}", f"保修至 {errand['warranty_until']}"),
        False: Text(f"out of warranty since {errand['warranty_until']}", f"{errand['warranty_until']} 起已过保修期"),
    }.get(errand["in_warranty"], Text("warranty not known", "保修期不详"))
    machine = (errand["machine"], errand["product"], say(warranty)) if errand["machine"] else ()
    promised = say(Text(f"promised {cell(errand['promised'])}", f"约定 {cell(errand['promised'])}"))
    told = say(Text(f"told: {errand['told']}", f"已答复：{errand['told']}")) if errand["told"] else None
    lines = [_joined(where), _joined(machine), _joined((errand["fault"],)), _joined((promised, told))]
    return [line for line in [*lines, *map(_before, errand["last_visits"])] if line]


def _before(one: Row) -> str:
    done = {True: Text("mended", "已修好"), False: Text("not mended", "未修好"), None: Text("no report", "无报告")}[one["resolved"]]
    last = say(Text("last", "上次"))
    return f"{last}: {_joined((cell(one['arrived_at']), one['fault'], say(done), one['name'] or one['staff']))}"


def _joined(words: Sequence[str | None]) -> str:
    return " · ".join(word for word in words if word)
