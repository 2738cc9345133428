"""svc complaint: complaints, their verdict and remedy (1.6, 1.8, 4.1, 4.2)."""

from __future__ import annotations

from typing import Any

import typer

from svc.desk.open import Desk
from svc.domain.nouns.complaint import Complaint
from svc.text import Text
from svc.ui.groups import noun
from svc.ui.lists import add_list

app = typer.Typer()


def row(desk: Desk, complaint: Complaint) -> dict[str, Any]:
    """A complaint as lists show it."""
    log = complaint.log
    return {
        "id": complaint.id,
        "at": log.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "from": log.get("from"),
        "about": log.get("about"),
        "name": desk.person("staff", log.get("about")).get("name") if log.get("about") else None,
        "kind": log.get("kind"),
        "cause": log.get("cause"),
        "standing": complaint.standing,
        "remedied": bool(complaint.remedies),
        "summary": log.get("summary"),
    }


add_list(
    app,
    "complaint",
    {
        "id": Text("complaint", "编号"),
        "at": Text("came in", "时间"),
        "about": Text("about", "被投诉人"),
        "cause": Text("cause", "原因"),
        "standing": Text("standing", "认定"),
        "remedied": Text("made good", "已挽回"),
        "summary": Text("summary", "内容"),
    },
    row,
)

command = noun("complaint", app)
