"""A call in brief (1.3, 1.10, 3.2, 3.4)."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Any

from svc.domain import briefs
from svc.domain.answering import Answer
from svc.domain.clock.base import to_minute
from svc.domain.correction import as_recorded
from svc.domain.entry import Entry
from svc.domain.facts import Fact, Facts, Reads, Told
from svc.domain.nouns.call import Call, customer_named, customer_of
from svc.domain.standing import Linked
from svc.named import NamedTuple


class Evidence(NamedTuple):
    """The call, what first answered it, and the first dispatch for it."""

    call: Call
    answer: Answer | None
    dispatched: Entry | None


class Brief(NamedTuple):
    """A call in brief. `sender` is who called, as the log names him; `answered_at` when anything first answered it (3.4);
    `introduced` what was made known when it was closed, and when."""

    id: str
    at: datetime
    registered_at: datetime
    by: str
    sender: str | None
    channel: str | None
    kind: str | None
    summary: str | None
    machine: str | None
    needs_service: bool | None
    replied_at: datetime | None
    answered_at: datetime | None
    dispatched_at: datetime | None
    late: tuple[datetime, ...]
    ahead: tuple[datetime, ...]
    corrected: bool = False
    named_later: bool = False
    escalated: bool = False
    introduced: tuple[tuple[datetime, str], ...] = ()
    evidence: Evidence | None = None

    @property
    def customer(self) -> str | None:
        """The id of the customer known when the call was logged; None for a stranger (1.2)."""
        return customer_named(self.sender)

    @property
    def opened(self) -> datetime:
        return self.at


def brief(one: Call, linked: Linked) -> Brief:
    """A call in brief, with what first answered it and when somebody was first sent."""
    log, told = one.log, linked.selection["call"].get(one.id, ())
    said, sent = linked.answers.get(one.id), linked.dispatched.get(one.id)
    return Brief(
        one.id,
        log.at,
        to_minute(log.recorded_at),
        log.by,
        log.get("from"),
        log.get("channel"),
        log.get("kind"),
        log.get("summary"),
        log.get("machine"),
        log.get("needs_service"),
        one.replied_at,
        said.at if said else None,
        sent.at if sent else None,
        briefs.late(told),
        briefs.ahead(told),
        briefs.corrected(told),
        bool(log.history) and customer_of(as_recorded(log)) is None,
        bool(one.escalations),
        tuple((closing.at, name) for closing in one.closings if (name := closing.get("introduced"))),
        Evidence(one, said, sent),
    )


TOLD: Reads = {
    "call.received_at": attrgetter("at"),
    "call.registered_at": attrgetter("registered_at"),
    "call.replied_at": attrgetter("answered_at"),
    "call.from": attrgetter("sender"),
    "call.matter": attrgetter("summary"),
    "call.taken_by": attrgetter("by"),
    "call.needs_service": attrgetter("needs_service"),
    "call.dispatched_at": attrgetter("dispatched_at"),
}
"""What a brief tells of each fact that rules may ask."""


def facts(one: Brief) -> Facts:
    """What the rules may ask about a call."""
    if one.evidence is None:
        return Told(one, TOLD)
    sources = _sources(*one.evidence)
    return {name: Fact(read(one), *sources[name]) for name, read in TOLD.items()}


def _sources(call: Call, said: Answer | None, sent: Entry | None) -> dict[str, tuple[Any, ...]]:
    """The entry that each fact comes from, and why it is that one."""
    log: dict[str, tuple[Any, ...]] = dict.fromkeys(TOLD, (call.log,))
    return {**log, "call.replied_at": (said.entry, said.why) if said else (), "call.dispatched_at": (sent,)}
