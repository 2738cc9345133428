"""svc complaint: complaints, their verdict and remedy (1.6, 1.8, 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from svc.desk.lookups import call_log
from svc.desk.open import Desk
from svc.domain.nouns.complaint import Complaint
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun
from svc.ui.verbs import Values, Verb

if TYPE_CHECKING:
    from svc.desk.shown import Shown
    from svc.ui.conversation import FollowUp

app = Readings()


def row(shown: Shown, complaint: Complaint) -> dict[str, Any]:
    """A complaint as lists show it."""
    log = complaint.log
    return {
        "id": complaint.id,
        "at": log.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "from": log.get("from"),
        "about": ", ".join(complaint.people) or None,
        "name": "、".join(shown.person("staff", who).get("name") or who for who in complaint.people) or None,
        "kind": log.get("kind"),
        "cause": log.get("cause"),
        "standing": shown.verified(complaint),
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

TAKEN = ("channel", "from", "machine", "summary")
"""What a complaint takes over from the call it came with."""


def _from_call(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """A call that was a complaint becomes one: only what was complained of is left to say, and whom it is about."""
    if not values.get("call"):
        return []
    log = call_log(desk, desk.reference("call", values["call"]))
    for name in TAKEN:
        if values.get(name) is None:
            values[name] = log.get(name) if log else None
    values["kind"] = values.get("kind") or "service"
    return []


command = noun("complaint", app, {"log": Verb(fill=_from_call)})
