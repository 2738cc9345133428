"""What answered a call: a reply, a dispatch with its promise, an arrival, a closing that says how it ended (3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from svc.domain.clock.base import second
from svc.domain.clock.precision import UNDECIDED, not_after
from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.text import Text

BY = {
    "reply": Text("a reply", "答复"),
    "dispatch": Text("a dispatch, whose promise was told", "派工（约定已告知客户）"),
    "arrive": Text("an arrival", "到场"),
    "close": Text("its closing", "结案说明"),
}


class Answer(NamedTuple):
    """The first word that the caller got: when, what it was (a key of BY), the entry that says so."""

    at: datetime
    by: str
    entry: Entry

    @property
    def why(self) -> Text | None:
        """What answered the call, where it was no reply."""
        said = BY[self.by]
        return None if self.by == "reply" else Text(f"answered by {said.en}: {self.entry.id}", f"以{said.zh}为答复：{self.entry.id}")


def answer(call: Any, visits: Iterable[Any]) -> Answer | None:
    """What first answered a call, of the `visits` that were dispatched for it; None while nothing has.

    Of one minute it is what stands first in BY.
    """
    said: list[Entry] = [*call.replies, *[entry for entry in call.closings if entry.get("text")]]
    for one in visits:
        said += [one.dispatch] if not one.dispatch.get("not_told") else []
        said += [one.arrived] if one.arrived else []
    first = min(said, key=_order) if len(said) > 1 else said[0] if said else None
    return Answer(first.at, first.event, first) if first else None


_PLACES = {event: n for n, event in enumerate(BY)}


def _order(one: Entry) -> tuple[int, int]:
    return second(one.at), _PLACES[one.event]


def outcome(received: datetime, answered: datetime | None, limit_seconds: int, now: datetime) -> str:
    """within, late, overdue, pending or facts_missing: the first answer against the limit (3.4); exactly on it is within.

    Where a day without an hour leaves it open it is neither within nor late, and overdue only when the day is over.
    """
    if answered is not None:
        return {True: "within", False: "late", None: UNDECIDED}[not_after(answered, received, limit_seconds)]
    return "overdue" if not_after(now, received, limit_seconds) is False else "pending"
