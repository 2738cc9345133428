"""svc visit: dispatch, promise, arrival, call to head office, leaving (3.4, 4.4, 4.5)."""

from __future__ import annotations

from typing import Any

import typer

from svc.commands._lists import add_list
from svc.commands._noun import noun
from svc.desk import Desk
from svc.domain.entry import Entry
from svc.domain.visit import Visit, called_in, outcome
from svc.locale import Text

app = typer.Typer()


def row(desk: Desk, visit: Visit) -> dict[str, Any]:
    """A visit as lists show it."""

    def when(entry: Entry | None) -> str | None:
        return entry.at.astimezone(desk.zone).isoformat(timespec="seconds") if entry else None

    return {
        "id": visit.id,
        "at": when(visit.dispatch),
        "call": visit.dispatch.get("call"),
        "staff": visit.staff,
        "name": desk.person("staff", visit.staff).get("name"),
        "purpose": visit.purpose,
        "promised": visit.promise.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "arrived_at": when(visit.arrived),
        "left_at": when(visit.left),
        "called_in": called_in(visit),
        "cancelled_at": when(visit.cancelled),
        "outcome": "cancelled" if visit.cancelled else outcome(visit, desk.now()),
        "open": visit.left is None and visit.cancelled is None,
    }


add_list(
    app,
    "visit",
    {
        "id": Text("visit", "编号"),
        "call": Text("call", "来电"),
        "staff": Text("who", "派谁"),
        "promised": Text("promised", "约定"),
        "arrived_at": Text("arrived", "到场"),
        "left_at": Text("left", "离场"),
        "outcome": Text("outcome", "结果"),
    },
    row,
)

command = noun("visit", app)
