"""svc change: what changed of registered facts, from which day on, who said so and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.change import DatedChange
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, one: DatedChange) -> dict[str, Any]:
    """A change as lists show it; what somebody earns is not shown here."""
    change = one.entry
    return {
        "id": change.id,
        "at": change.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "by": change.by,
        "of": change.get("of"),
        "whose": change.get("subject"),
        "field": change.get("field"),
        "was": change.get("was"),
        "value": change.get("value"),
        "since": change.get("since"),
        "reason": change.get("reason"),
        "open": False,
    }


add_list(
    app,
    "change",
    {
        "id": Text("id", "编号"),
        "at": Text("when", "时间"),
        "by": Text("who", "操作人"),
        "whose": Text("whose", "对象"),
        "field": Text("what", "项目"),
        "was": Text("was", "原值"),
        "value": Text("is", "新值"),
        "since": Text("from", "自"),
        "reason": Text("why", "原因"),
    },
    row,
)

command = noun("change", app, recording=False)
