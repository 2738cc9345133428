"""Rows of what waits, for `svc today` and `svc check`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from svc.audit.open import Item
from svc.desk import Desk
from svc.domain.times import show_span
from svc.locale import Text, say

COLUMNS = {
    "left": Text("time left", "剩余时间"),
    "id": Text("what", "编号"),
    "who": Text("who", "谁"),
    "text": Text("", "事项"),
}


def row(desk: Desk, item: Item, now: datetime) -> dict[str, Any]:
    """One item: time left (or overdue, or its age), what it is, what to type."""
    stage = "waiting" if item.due is None else "overdue" if item.due < now else "due"
    return {
        "kind": item.kind,
        "id": item.id,
        "stage": stage,
        "due": item.due.astimezone(desk.zone).isoformat(timespec="seconds") if item.due else None,
        "since": item.since.astimezone(desk.zone).isoformat(timespec="seconds"),
        "left": _left(item, now),
        "staff": item.staff,
        "who": (item.staff and desk.person("staff", item.staff).get("name")) or item.staff,
        "name": desk.person("staff", item.staff).get("name") if item.staff else None,
        "text": say(item.what),
        "do": item.do,
    }


def _coarse(seconds: float) -> float:
    """After two days nobody counts the minutes, after a week nobody the hours."""
    step = 60 if seconds < 172_800 else 3_600 if seconds < 604_800 else 86_400
    return seconds // step * step


def _left(item: Item, now: datetime) -> str:
    if item.due is None:
        age = show_span(_coarse(now.timestamp() - item.since.timestamp()))
        return say(Text(f"for {age.en}", f"已 {age.zh}"))
    seconds = item.due.timestamp() - now.timestamp()
    span = show_span(_coarse(abs(seconds)))
    return say(Text(f"{span.en} overdue", f"超期 {span.zh}") if seconds < 0 else span)
