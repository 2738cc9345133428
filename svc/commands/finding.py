"""svc finding: what the rules found, why, and how people ruled (4.1–4.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from svc.output.notes import note
from svc.output.words import word
from svc.text import Text, say
from svc.ui.groups import Readings, noun
from svc.ui.lists import Row, by_name
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt, Month

if TYPE_CHECKING:
    from svc.desk.open import Desk

app = Readings()

COLUMNS = {
    "id": Text("finding", "编号"),
    "clause": Text("clause", "条款"),
    "staff": Text("who", "当事人"),
    "date": Text("offence", "发生日"),
    "status": Text("status", "状态"),
    "amount": Text("yuan", "金额"),
    "reason": Text("reason", "理由"),
}
TODAY = {"today": Text("known today", "现在所知")}
"""Beside the findings of a sealed month."""


@app.command(
    "list", help=text("findings with a sanction", "列出有处分的问题"), epilog="svc finding list --month 2026-10 --open"
)
def list_(
    ctx: typer.Context,
    month: Month = None,
    open_: bool = typer.Option(False, "--open", help=text("only those that wait for a ruling", "只看待认定的")),
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.findings import finding_row, findings, offences, to_be_ruled_on
    from svc.output import tables, words
    from svc.recording.sealing import as_sealed, sealed_figures

    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    world, span = desk.month(month or f"{view.now.astimezone(desk.zone):%Y-%m}", view)
    sealed = sealed_figures(desk, month) if month and not open_ and not as_of and not known_at else None
    if open_ and not month:
        world = desk.waiting(view)
        found = desk.which_times([one.finding for one in to_be_ruled_on(world, findings(world))], view)
    else:
        found = offences(findings(world), span)
        found = [one.finding for one in to_be_ruled_on(world, found)] if open_ else found
    limit = desk.limited_to("finding", "list")
    found = [one for one in found if limit is None or one.staff in (None, limit)]
    rows = [finding_row(world, one) for one in found]
    if sealed is not None:  # as it was submitted, with what is known today beside it
        rows = as_sealed([row for row in sealed["findings"] if limit is None or row["staff"] in (None, limit)], rows)
    columns, form = COLUMNS if sealed is None else {**COLUMNS, **TODAY}, "json" if json_ else format_
    tables.emit(rows if form in tables.MACHINE else [_in_words(desk, by_name(desk, row, columns), words.word) for row in rows], columns, form)


def _in_words(desk: Desk, row: Row, word: Callable[[str, str], str]) -> Row:
    """A row of a sealed month with what is known today in words: how it stands, and of whom where that is another."""
    status, _, whom = (row.get("today") or "").partition(" ")
    if not status:
        return row
    name = desk.person("staff", whom.strip("()")).get("name") or whom.strip("()")
    said = say(Text("ok", "已无此问题")) if status == "ok" else word(status, "status")
    return {**row, "today": f"{said} ({name})" if whom else said}


@app.command(
    "show",
    help=text("why: clause, facts, amounts, entries, step by step", "说明理由：条款、事实、金额、记录，逐步列出"),
    epilog="svc finding show late_arrival/V2610-0001",
)
def show(
    ctx: typer.Context,
    id: str = typer.Argument(metavar="ID"),
    json_: Json = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.findings import finding_row
    from svc.output.terminal import show_steps as show_steps
    from svc.rules.explain import rows, steps

    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    found = desk.finding(desk.reference("finding", id), view)
    if found.staff:
        desk.permit_about("finding", "show", found.staff, found.id)
    told = steps(found, desk.zone, desk.place)
    if json_:
        from svc.output import json

        world = desk.world(desk.nothing(), view)
        json.emit({**finding_row(world, found), "steps": rows(told)})
        return
    print(f"{found.id}  {word(found.status)}")
    show_steps(told)
    if found.status == "awaiting_ruling" and desk.limited_to("finding", "list") is None:
        upheld, dismissed = (f"svc finding {verb} {found.id} --reason …" for verb in ("uphold", "dismiss"))
        note(Text(f"it is so: {upheld}\nit is not: {dismissed}", f"成立：{upheld}\n不成立：{dismissed}"))


command = noun("finding", app)
