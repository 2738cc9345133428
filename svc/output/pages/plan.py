"""The plan of a day or a week: on a terminal person by person, as a page or paper a table a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from svc.output import fold
from svc.output.pages.model import Column, Page, Section, Table
from svc.output.tables import cell
from svc.output.words import word
from svc.text import Text, say

Plan = Mapping[str, Any]
Row = Mapping[str, Any]

STATES = {
    "promised": Text("", ""),
    "on_site": Text("on site", "已到场"),
    "left": Text("done", "已离场"),
    "missed": Text("OVERDUE", "已超时"),
}
NOBODY = Text("not yet given to anybody", "还没有派给任何人")
FREE = Text("free", "空闲")
AND = Text(", ", "、")
UNNAMED = Text("nobody in particular", "未指定人员")


def show(plan: Plan) -> None:
    """Print a plan, person by person."""
    for day, rows in _by_day(plan):
        fold.show(say(_day(day)))
        for name, own in groupby(sorted(rows, key=_person), key=_person):
            fold.show(f"  {name[1] or say(UNNAMED)}", indent="    ")
            for row in own:
                fold.show(f"    {_clock(row)}  {_said(row)}", indent=" " * 17)
        free = [row["name"] or row["staff"] for row in plan["free"] if row["day"] == day]
        if free:
            fold.show(f"  {say(FREE)}: {say(AND).join(free)}", indent="    ")
    if plan["unassigned"]:
        fold.show(f"\n{say(NOBODY)}")
    for row in plan["unassigned"]:
        place = " · ".join(word for word in (row["customer_name"], row["place"]) if word)
        fold.show(f"  {row['id']}  {place + ' · ' if place else ''}{say(row['what'])}", indent="    ")


def _by_day(plan: Plan) -> Iterator[tuple[str, list[Row]]]:
    rows: dict[str, list[Row]] = {}
    for row in [*plan["rows"], *plan["free"]]:
        rows.setdefault(row["day"], [])
    for row in plan["rows"]:
        rows[row["day"]].append(row)
    yield from sorted(rows.items())


def _person(row: Row) -> tuple[str, str]:
    return row["staff"] or "~", row["name"] or row["staff"] or ""


_WEEKDAYS = (("Mon", "周一"), ("Tue", "周二"), ("Wed", "周三"), ("Thu", "周四"), ("Fri", "周五"), ("Sat", "周六"), ("Sun", "周日"))


def _day(day: str) -> Text:
    en, zh = _WEEKDAYS[date.fromisoformat(day).weekday()]
    return Text(f"{day} {en}", f"{day} {zh}")


def _clock(row: Row) -> str:
    since, until = row["from"][11:16], row["to"][11:16]
    if row["kind"] == "away" and since == until == "00:00":
        return say(Text("all day    ", "全天       "))
    return f"{since}–{until}" if since != until else f"{since}      "


def _said(row: Row) -> str:
    state = STATES[row["state"]] if row["state"] else Text("", "")
    words = [say(row["doing"]), row["id"], row["customer_name"], row["place"], row["machine"], word(row["about"] or "", "purpose"), say(state)]
    return " · ".join(cell(one) for one in words if one)


# ---- as a page or paper ----------------------------------------------------------------------------

_COLUMNS = (
    Column("clock", Text("when", "时间"), "clock"),
    Column("who", Text("who", "谁")),
    Column("said", Text("where and what for", "地点和事由")),
)


def page(plan: Plan) -> Page:
    """The plan as a page: a table a day, then what nobody is sent for."""
    sections = [_section(plan, day, rows) for day, rows in _by_day(plan)]
    waiting = tuple({"id": row["id"], "said": say(row["what"]), "who": row["customer_name"]} for row in plan["unassigned"])
    columns = (Column("id", Text("id", "编号")), Column("who", Text("customer", "客户")), Column("said", Text("what", "事项")))
    sections.append(Section("unassigned", NOBODY, "1.10", (Table("unassigned", NOBODY, columns, waiting),)))
    span = plan["from"] if plan["from"] == plan["to"] else f"{plan['from']} – {plan['to']}"
    known = plan["as_of"][:16].replace("T", " ")
    return Page(
        Text(f"Who is where: {span}", f"排班：{span}"),
        Text(f"as known at {known}", f"截至 {known}"),
        plan["as_of"],
        Text("plan", "排班"),
        False,
        (),
        None,
        tuple(section for section in sections if any(table.rows for table in section.blocks if isinstance(table, Table))),
    )


def _section(plan: Plan, day: str, rows: list[Row]) -> Section:
    told = [{"clock": _clock(row).strip(), "who": _person(row)[1] or say(UNNAMED), "said": _said(row)} for row in rows]
    free = [row["name"] or row["staff"] for row in plan["free"] if row["day"] == day]
    told += [{"clock": "", "who": say(AND).join(free), "said": say(FREE)}] if free else []
    return Section(day, _day(day), "3.4", (Table(f"day-{day}", _day(day), _COLUMNS, tuple(told)),))
