"""svc tour: visits to key customers, planned, done, due (2.4, 2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from svc.domain.nouns.tour import Tour
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()

DUE = {
    "customer": Text("customer", "客户"),
    "name": Text("name", "名称"),
    "region": Text("region", "区域"),
    "every_days": Text("every days", "间隔（天）"),
    "last_visit_at": Text("last visit", "上次走访"),
    "due": Text("due", "应走访"),
    "days_left": Text("days left", "剩余天数"),
    "planned": Text("planned", "计划"),
}


def row(shown: Shown, tour: Tour) -> dict[str, Any]:
    """A tour as lists show it."""
    plan, done = tour.plan, tour.done
    return {
        "id": tour.id,
        "at": plan.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "customer": tour.customer,
        "name": shown.person("customer", tour.customer).get("name"),
        "by": tour.by.astimezone(shown.zone).isoformat(timespec="seconds"),
        "staff": plan.get("staff"),
        "done_at": done.at.astimezone(shown.zone).isoformat(timespec="seconds") if done else None,
        "opinions": ", ".join(done.get("opinions") or ()) if done else None,
        "introduced": ", ".join(tour.introduced) or None,
    }


add_list(
    app,
    "tour",
    {
        "id": Text("tour", "编号"),
        "customer": Text("customer", "客户"),
        "name": Text("name", "名称"),
        "by": Text("by", "最晚"),
        "staff": Text("who", "派谁"),
        "done_at": Text("done", "走访"),
        "opinions": Text("opinions on", "意见"),
        "introduced": Text("made known", "介绍产品"),
    },
    row,
)


@app.command(
    "due",
    help=text("which key customers are due for a visit, overdue ones first", "该走访的重点客户，超期的在前"),
    epilog="svc tour due",
)
def due(
    ctx: typer.Context,
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.books.tour import due_rows
    from svc.desk import selections
    from svc.output import tables as table

    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    world = desk.world(selections.tours(desk.index, view), view)
    table.emit(due_rows(world), DUE, "json" if json_ else format_)


command = noun("tour", app)
