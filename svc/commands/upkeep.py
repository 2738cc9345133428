"""svc upkeep: what comes round at a machine, by months or by hours; what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.audit.books.upkeep import due_rows
from svc.desk import selections
from svc.domain.clock.base import span
from svc.domain.nouns.upkeep import Upkeep
from svc.output import tables
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt
from svc.ui.verbs import Verb

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()

DUE = {
    "id": Text("upkeep", "编号"),
    "machine": Text("machine", "设备"),
    "name": Text("customer", "客户"),
    "what": Text("how often", "间隔"),
    "last_done": Text("last done", "上次保养"),
    "due": Text("due", "应保养"),
    "due_hours": Text("at hours", "到工时"),
    "hours": Text("hours now", "当前工时"),
    "days_left": Text("days left", "剩余天数"),
    "text": Text("what", "内容"),
}


def row(shown: Shown, one: Upkeep) -> dict[str, Any]:
    """A plan as lists show it."""
    plan = one.plan
    return {
        "id": one.id,
        "at": plan.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "machine": one.machine,
        "every": one.every,
        "from": one.anchor(shown.zone).isoformat(),
        "text": plan.get("text"),
        "staff": plan.get("staff"),
        "times": len(one.dones),
        "last_done": one.dones[-1].at.astimezone(shown.zone).date().isoformat() if one.dones else None,
        "stopped": one.stopped.get("reason") if one.stopped else None,
    }


add_list(
    app,
    "upkeep",
    {
        "id": Text("upkeep", "编号"),
        "machine": Text("machine", "设备"),
        "every": Text("every", "间隔"),
        "from": Text("from", "起算日"),
        "times": Text("times done", "已做次数"),
        "last_done": Text("last done", "上次保养"),
        "stopped": Text("stopped", "已停止"),
    },
    row,
)


@app.command(
    "due",
    help=text("what upkeep is due, overdue first; by hours as the meter runs", "该做的保养，超期的在前；按工时的依读数推算"),
    epilog="svc upkeep due --within 30d",
)
def due(
    ctx: typer.Context,
    within: Annotated[str | None, typer.Option("--within", metavar="SPAN", help=text("only what is due by then", "只看多久以内到期的"))] = None,
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    rows = due_rows(desk.world(selections.upkeep(desk.index, view), view))
    if within:
        last = (view.now.astimezone(desk.zone) + timedelta(seconds=span(within))).date().isoformat()
        rows = [one for one in rows if one["due"] is not None and one["due"] <= last]
    tables.emit(rows, DUE, "json" if json_ else format_)


command = noun("upkeep", app, {"plan": Verb(argument="machine")})
