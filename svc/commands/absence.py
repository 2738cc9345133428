"""svc absence: who is away and when (1.10); recorded as `svc staff away`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.absence import PLANNERS, Absence
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, one: Absence) -> dict[str, Any]:
    """An absence as lists show it; why he is away is told to those who plan, and to himself."""
    desk = shown.desk
    may = desk.role(desk.who) in PLANNERS or desk.who == one.staff
    return {
        "id": one.id,
        "at": one.entry.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "staff": one.staff,
        "name": shown.person("staff", one.staff).get("name"),
        "since": one.since.astimezone(shown.zone).isoformat(timespec="seconds"),
        "until": one.until.astimezone(shown.zone).isoformat(timespec="seconds"),
        "reason": one.entry.get("reason") if may else None,
        "open": one.until > shown.now,
    }


add_list(
    app,
    "absence",
    {
        "id": Text("absence", "编号"),
        "name": Text("who", "谁"),
        "since": Text("from", "自"),
        "until": Text("to", "至"),
        "reason": Text("why", "原因"),
    },
    row,
)

command = noun("absence", app)
