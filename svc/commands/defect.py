"""svc defect: design defects and machines that staff cannot handle (1.9)."""

from __future__ import annotations

from typing import Any

import typer

from svc.desk.open import Desk
from svc.domain.nouns.defect import Defect
from svc.text import Text
from svc.ui.groups import noun
from svc.ui.lists import add_list

app = typer.Typer()


def row(desk: Desk, defect: Defect) -> dict[str, Any]:
    """A defect as lists show it."""
    report = defect.report
    return {
        "id": defect.id,
        "at": report.at.astimezone(desk.zone).isoformat(timespec="seconds"),
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

command = noun("defect", app)
