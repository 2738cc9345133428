"""svc return: goods that customers send back (1.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.desk.lookups import around
from svc.domain.nouns.return_ import Return
from svc.text import Text
from svc.ui.files import Out, ending, written
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, return_: Return) -> dict[str, Any]:
    """A return as lists show it."""
    request, received = return_.request, return_.received
    received_at = received.at.astimezone(shown.zone).isoformat(timespec="seconds") if received else None
    return {
        "id": return_.id,
        "at": request.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "machine": request.get("machine"),
        "from": request.get("from"),
        "standing": return_.standing,
        "received_at": received_at,
        "cost": received.get("cost") if received else None,
        "consented": return_.consented if received else None,
        "reason": request.get("reason"),
    }


add_list(
    app,
    "return",
    {
        "id": Text("return", "编号"),
        "at": Text("requested", "申请时间"),
        "machine": Text("machine", "设备"),
        "standing": Text("standing", "状态"),
        "received_at": Text("received", "收货时间"),
        "cost": Text("yuan", "费用"),
        "consented": Text("with consent", "事先同意"),
        "reason": Text("why", "退货原因"),
    },
    row,
)


@app.command(
    "slip",
    help=text("a slip for the general manager to consent on (1.11)", "打印退货审批单（1.11）"),
    epilog="svc return slip T2610-0001 -o slip.pdf",
)
def slip(ctx: typer.Context, out: Out, id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    from svc.audit import papers as paper
    from svc.output.papers.model import hidden
    from svc.output.papers.slips import return_slip
    from svc.recording.privacy import may_see_on_paper

    ending(out, (".pdf",))
    desk = open_desk(ctx)
    world, found = around(desk, "return", id)
    sheet = hidden(paper.return_slip(world, found), may_see_on_paper(desk, found.id))
    written(out, return_slip(sheet, found.request.recorded_at))


command = noun("return", app)
