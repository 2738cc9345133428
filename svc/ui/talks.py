"""Which deeds are a conversation on a terminal: a table, each made in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.domain.ledgers import Event
    from svc.ui.talk import Talk


class Conversation(NamedTuple):
    """`begins` says, of the values given, whether there is anything to ask; `make` makes the conversation."""

    begins: Callable[[Event, Mapping[str, Any]], bool]
    make: Callable[[Desk, Event], Talk]


def _incomplete(event: Event, values: Mapping[str, Any]) -> bool:
    """Something required is missing."""
    return any(f.required and values.get(f.name) is None for f in event.fields)


def _bare(event: Event, values: Mapping[str, Any]) -> bool:
    """Nothing was said but what the verb is on."""
    return all(values.get(f.name) in (None, f.default) for f in event.fields if f.name != event.on)


def _call(desk: Desk, event: Event) -> Talk:
    from svc.ui.talk_call import CallTalk

    return CallTalk(desk, event)


def _report(desk: Desk, event: Event) -> Talk:
    from svc.ui.talk_report import ReportTalk

    return ReportTalk(desk, event)


TALKS: dict[tuple[str, str], Conversation] = {
    ("call", "log"): Conversation(_incomplete, _call),
    ("report", "close"): Conversation(_bare, _report),
}
