"""svc conduct: what staff did or failed to do (1.7, 4.3, 4.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.conduct import Conduct
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, conduct: Conduct) -> dict[str, Any]:
    """A record of conduct as lists show it."""
    log = conduct.log
    return {
        "id": conduct.id,
        "at": log.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "about": log.get("about"),
        "name": shown.person("staff", log.get("about")).get("name"),
        "kind": log.get("kind"),
        "degree": conduct.degree,
        "visit": log.get("visit"),
        "summary": log.get("summary"),
    }


add_list(
    app,
    "conduct",
    {
        "id": Text("conduct", "编号"),
        "at": Text("when", "时间"),
        "about": Text("who", "当事人"),
        "kind": Text("kind", "类别"),
        "summary": Text("summary", "经过"),
    },
    row,
)

command = noun("conduct", app)
