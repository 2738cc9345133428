"""svc statement: which statements of pay were read, by whom, and with which key or on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.statement import Reading
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, reading: Reading) -> dict[str, Any]:
    """One reading, as lists show it."""
    read = reading.entry
    return {
        "id": read.id,
        "at": read.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "staff": read.get("staff"),
        "name": shown.person("staff", read.get("staff")).get("name"),
        "month": read.get("month"),
        "hash": read.get("hash"),
        "with": "paper" if read.get("paper") else "key" if read.get("signature") else "login",
        "open": False,
    }


add_list(
    app,
    "statement",
    {
        "id": Text("id", "编号"),
        "at": Text("read", "已阅时间"),
        "staff": Text("who", "当事人"),
        "month": Text("month", "月份"),
        "with": Text("with", "方式"),
        "hash": Text("hash", "指纹"),
    },
    row,
)

command = noun("statement", app)
