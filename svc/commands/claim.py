"""svc claim: claims on suppliers of bought-in machines and parts (3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.claim import Claim
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, claim: Claim) -> dict[str, Any]:
    """A claim as lists show it."""
    opened, closed = claim.opened, claim.closed
    return {
        "id": claim.id,
        "at": opened.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "supplier": opened.get("supplier"),
        "name": shown.person("supplier", opened.get("supplier")).get("name"),
        "machine": opened.get("machine"),
        "part": opened.get("part"),
        "report": opened.get("report"),
        "answered": bool(claim.answers),
        "amount": closed.get("amount") if closed else None,
        "summary": opened.get("summary"),
    }


add_list(
    app,
    "claim",
    {
        "id": Text("claim", "编号"),
        "at": Text("opened", "提出时间"),
        "supplier": Text("supplier", "供应商"),
        "name": Text("name", "名称"),
        "machine": Text("machine", "设备"),
        "part": Text("part", "配件"),
        "answered": Text("answered", "已答复"),
        "amount": Text("yuan", "赔付"),
        "open": Text("open", "未结"),
        "summary": Text("what is wrong", "问题说明"),
    },
    row,
)

command = noun("claim", app)
