"""svc install: installations that contracts promise, done in time, people trained (2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain.nouns.install import Install, outcome
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, install: Install) -> dict[str, Any]:
    """An installation as lists show it."""
    promise = install.promise
    return {
        "id": install.id,
        "at": promise.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "customer": promise.get("customer"),
        "name": shown.person("customer", promise.get("customer")).get("name"),
        "product": promise.get("product"),
        "machine": promise.get("machine"),
        "due": install.due.astimezone(shown.zone).isoformat(timespec="seconds"),
        "done_at": install.done.at.astimezone(shown.zone).isoformat(timespec="seconds") if install.done else None,
        "outcome": outcome(install, shown.now),
        "training": promise.get("training"),
        "trained": install.trained,
    }


add_list(
    app,
    "install",
    {
        "id": Text("installation", "编号"),
        "customer": Text("customer", "客户"),
        "name": Text("name", "名称"),
        "product": Text("product", "产品"),
        "due": Text("due", "期限"),
        "done_at": Text("done", "完成"),
        "outcome": Text("outcome", "结果"),
        "training": Text("to train", "约定培训"),
        "trained": Text("trained", "已培训"),
    },
    row,
)

command = noun("install", app)
