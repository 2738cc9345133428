"""svc call: calls and letters as they come in (1.3, 3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from svc.desk.open import Desk
from svc.domain.ledgers import Event
from svc.domain.nouns.call import Call
from svc.text import Text
from svc.ui.groups import noun
from svc.ui.lists import add_list
from svc.ui.verbs import Verb

if TYPE_CHECKING:
    from svc.ui.conversation import Conversation

app = typer.Typer()


def row(desk: Desk, call: Call) -> dict[str, Any]:
    """A call as lists show it."""
    log = call.log
    return {
        "id": call.id,
        "at": log.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "from": log.get("from"),
        "customer": desk.person("customer", call.customer).get("name") if call.customer else None,
        "channel": log.get("channel"),
        "kind": log.get("kind"),
        "machine": log.get("machine"),
        "needs_service": log.get("needs_service"),
        "replied_at": call.replied_at.astimezone(desk.zone).isoformat(timespec="seconds") if call.replied_at else None,
        "summary": log.get("summary"),
    }


add_list(
    app,
    "call",
    {
        "id": Text("call", "编号"),
        "at": Text("came in", "来电时间"),
        "from": Text("from", "来电人"),
        "kind": Text("about", "事由"),
        "replied_at": Text("replied", "答复"),
        "summary": Text("summary", "内容"),
    },
    row,
)

def _talk(desk: Desk, event: Event) -> Conversation:
    from svc.commands.call_dialogue import CallConversation

    return CallConversation(desk, event)


command = noun("call", app, {"log": Verb(talk=_talk)})
