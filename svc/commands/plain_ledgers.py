"""Ledgers that need no verbs of their own beyond recording, list and show: whatever the table of ledgers adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc.domain import ledgers, plain
from svc.domain.plain import Case
from svc.text import Text
from svc.ui.groups import Readings, add_list
from svc.ui.groups import noun as group

if TYPE_CHECKING:
    from svc.desk.shown import Shown


def row(shown: Shown, case: Case) -> dict[str, Any]:
    """A case as lists show it: when it was opened, with what, when it ended."""
    ended = case.ended
    kinds = {field.name: field.kind for field in plain.columns(case.opening.ledger)}
    said = {name: kind.json(case.opening.get(name)) if name in case.opening.fields else None for name, kind in kinds.items()}
    return {
        "id": case.id,
        "at": case.opening.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        **said,
        "ended_at": ended.at.astimezone(shown.zone).isoformat(timespec="seconds") if ended else None,
    }


def command(noun: str, title: Text) -> Any:
    """The verbs of such a ledger."""
    app = Readings()
    shown = {field.name: field.title for field in plain.columns(noun)}
    ended = {"ended_at": Text("ended", "结束")} if ledgers.TABLE[noun].ends else {}
    add_list(app, noun, {"id": Text(noun, "编号"), "at": Text("at", "时间"), **shown, **ended}, row)
    return group(noun, app)(noun, title)
