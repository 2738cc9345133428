"""svc access: who saw personal data in clear, what was given out or erased, whose keys count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.access import Access
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, access: Access) -> dict[str, Any]:
    """One thing that was done, as lists show it."""
    entry = access.entry
    whose = entry.get("of") or entry.get("customer") or entry.get("staff")
    return {
        "id": access.id,
        "at": entry.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "by": entry.by,
        "name": shown.person("staff", entry.by).get("name"),
        "event": entry.event,
        "whose": whose,
        "count": entry.get("count") if entry.event != "import" else entry.get("lines"),
        "with": entry.get("command") or entry.get("fingerprint") or entry.get("sha256"),
        "reason": entry.get("reason"),
        "open": False,
    }


add_list(
    app,
    "access",
    {
        "id": Text("id", "编号"),
        "at": Text("when", "时间"),
        "by": Text("who", "操作人"),
        "event": Text("what", "事项"),
        "whose": Text("whose", "对象"),
        "with": Text("with", "方式"),
        "reason": Text("why", "原因"),
    },
    row,
)

command = noun("access", app, recording=False)
