"""svc tool: tools bought on trips (1.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.tool import Tool
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, tool: Tool) -> dict[str, Any]:
    """A tool as lists show it."""
    buy, back = tool.buy, tool.turned_in
    return {
        "id": tool.id,
        "at": buy.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "trip": buy.get("trip"),
        "tool": buy.get("name"),
        "amount": buy.get("amount"),
        "turned_in_at": back.at.astimezone(shown.zone).isoformat(timespec="seconds") if back else None,
    }


add_list(
    app,
    "tool",
    {
        "id": Text("tool", "编号"),
        "at": Text("bought", "购买时间"),
        "trip": Text("trip", "出差"),
        "tool": Text("what", "工具"),
        "amount": Text("yuan", "金额"),
        "turned_in_at": Text("turned in", "入库时间"),
    },
    row,
)

command = noun("tool", app)
