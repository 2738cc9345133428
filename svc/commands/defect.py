"""svc defect: design defects and machines that staff cannot handle (1.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from svc.domain.nouns.defect import Defect
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, defect: Defect) -> dict[str, Any]:
    """A defect as lists show it."""
    report = defect.report
    return {
        "id": defect.id,
        "at": report.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "product": report.get("product"),
        "machine": report.get("machine"),
        "report": report.get("report"),
        "answered": bool(defect.answers),
        "summary": report.get("summary"),
    }


add_list(
    app,
    "defect",
    {
        "id": Text("defect", "编号"),
        "at": Text("reported", "上报时间"),
        "product": Text("product", "产品"),
        "machine": Text("machine", "设备"),
        "answered": Text("answered", "已答复"),
        "open": Text("open", "未结"),
        "summary": Text("what is wrong", "缺陷说明"),
    },
    row,
)
CONCERNED = {
    "machine": Text("machine", "设备"),
    "name": Text("customer", "客户"),
    "phone": Text("phone", "电话"),
    "action": Text("what is to be done", "要做什么"),
    "staff": Text("who calls", "谁联系"),
    "done": Text("done", "已处理"),
    "visit": Text("visit", "派工"),
}


@app.command(
    "concerned",
    help=text("the machines that a bulletin concerns: whom to call, which are done", "技术通报涉及的设备：联系谁、哪些已处理"),
    epilog="svc defect concerned D2611-0001",
)
def concerned(
    ctx: typer.Context,
    id: str = typer.Argument(metavar="ID"),
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.books.defect import concerned_rows
    from svc.desk import selections
    from svc.output import tables

    desk = open_desk(ctx)
    view, full = desk.view(as_of, known_at), desk.reference("defect", id)
    world = desk.world(selections.subjects(desk.index, [("defect", full)], view), view)
    one = world.of("defect").get(full)
    tables.emit(concerned_rows(world, one) if one else [], CONCERNED, "json" if json_ else format_)


command = noun("defect", app)
