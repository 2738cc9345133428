"""svc complaint: complaints, their verdict and remedy (1.6, 1.8, 4.1, 4.2)."""

from __future__ import annotations

from typing import Any

import typer

from svc.desk.open import Desk
from svc.domain.nouns.complaint import Complaint, standing
from svc.text import Text
from svc.ui.groups import noun
from svc.ui.lists import add_list

app = typer.Typer()


def row(desk: Desk, complaint: Complaint) -> dict[str, Any]:
    """A complaint as lists show it."""
    log, stands = complaint.log, _standing(desk, complaint)
    return {
        "id": complaint.id,
        "at": log.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "from": log.get("from"),
        "about": log.get("about"),
        "name": desk.person("staff", log.get("about")).get("name") if log.get("about") else None,
        "kind": log.get("kind"),
        "cause": log.get("cause"),
        "standing": stands,
        "remedied": bool(complaint.remedies),
        "summary": log.get("summary"),
    }


def _standing(desk: Desk, complaint: Complaint) -> str:
    """How it stands, a later ruling on what was found of it included."""
    if complaint.standing != "upheld":
        return complaint.standing
    found = desk.index.children("finding", complaint.id)
    return standing(complaint, [entry for id in found for entry in desk.entries("finding", id)])


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
