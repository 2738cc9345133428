"""svc return: goods that customers send back (1.11)."""

from __future__ import annotations

from typing import Any

import typer

from svc.commands._lists import add_list
from svc.commands._noun import noun
from svc.desk import Desk
from svc.domain.return_ import Return
from svc.locale import Text

app = typer.Typer()


def row(desk: Desk, return_: Return) -> dict[str, Any]:
    """A return as lists show it."""
    request, received = return_.request, return_.received
    received_at = received.at.astimezone(desk.zone).isoformat(timespec="seconds") if received else None
    return {
        "id": return_.id,
        "at": request.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "machine": request.get("machine"),
        "from": request.get("from"),
        "standing": return_.standing,
        "received_at": received_at,
        "cost": received.get("cost") if received else None,
        "consented": return_.consented if received else None,
        "open": return_.settled is None,
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

command = noun("return", app)
