"""A call in brief (1.3, 1.10, 3.2, 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from svc.domain import briefs
from svc.domain.answering import Answer, answer
from svc.domain.cases import Context, Item
from svc.domain.clock.base import to_minute
from svc.domain.correction import as_recorded
from svc.domain.entry import Entry, after
from svc.domain.facts import Fact, Facts, Reads, Told
from svc.domain.nouns.call import HELPERS, Call, customer_named, customer_of
from svc.domain.standing import Linked
from svc.named import NamedTuple
from svc.text import Text

if TYPE_CHECKING:
    from svc.domain.nouns.visit import Visit


class Evidence(NamedTuple):
    """The call, what first answered it, and the first dispatch for it."""

    call: Call
    answer: Answer | None
    dispatched: Entry | None


class Brief(NamedTuple):
    """A call in brief. `sender` is who called, as the log names him; `answered_at` when anything first answered it (3.4);
    `introduced` what was made known when it was closed, and when.

    `complained` says that a complaint was logged for it, `unsent` that somebody has to go there and nobody is on the way or was
    there: since the visit `called_off` last, where there was one. `reopened_at` is since when nothing answers it but a closing
    that no longer holds; `helping` when and whom it was last asked for help, if no reply has answered that since (3.2).
    """

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
    complained: bool
    unsent: bool
    corrected: bool = False
    named_later: bool = False
    escalated: bool = False
    introduced: tuple[tuple[datetime, str], ...] = ()
    called_off: tuple[datetime, str] | None = None
    reopened_at: datetime | None = None
    helping: tuple[datetime, str] | None = None
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
    log, told, visits = one.log, linked.selection["call"].get(one.id, ()), linked.children("visit", one.id)
    said, sent, unsent = linked.answers.get(one.id), linked.dispatched.get(one.id), _needs_visit(one, visits)
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
        bool(linked.children("complaint", one.id)),
        unsent,
        briefs.corrected(told),
        bool(log.history) and customer_of(as_recorded(log)) is None,
        bool(one.escalations),
        tuple((closing.at, name) for closing in one.closings if (name := closing.get("introduced"))),
        _called_off(visits) if unsent and visits else None,
        _reopened(one, said, visits),
        _asked_for_help(one),
        Evidence(one, said, sent),
    )


def _needs_visit(call: Call, visits: Sequence[Visit]) -> bool:
    """Whether somebody has to go there and nobody is on the way or was there: a visit that was called off is none.

    `visits` are all that were ever dispatched for it: who sends somebody says that it is needed, until the call is
    corrected to say, with a reason, that it is not.
    """
    given_up = call.log.get("needs_service") is False and any(e.get("needs_service") is False for e in call.log.history[1:])
    needed = call.log.get("needs_service") or (visits and not given_up)
    return bool(needed) and not any(one.cancelled is None for one in visits)


def _called_off(visits: Sequence[Visit]) -> tuple[datetime, str]:
    """When the visit that was called off last was, and which it is."""
    return max(((one.cancelled.at, one.id) for one in visits if one.cancelled), key=itemgetter(0))


def _reopened(call: Call, said: Answer | None, visits: Sequence[Visit]) -> datetime | None:
    """Since when nothing answers a call but a closing that no longer holds: the caller waits for a word."""
    if said is None or said.by != "close" or (call.closed and call.closed.get("text")) or answer(call._replace(closings=()), visits):
        return None
    return call.closings[-1].at


def _asked_for_help(call: Call) -> tuple[datetime, str] | None:
    """The last question to head office that no reply to the call has answered since (3.2); closing answers nothing."""
    open_ = [asked for asked in call.escalations if not any(after(reply, asked) for reply in call.replies)]
    return (open_[-1].at, open_[-1].get("to")) if open_ else None


def pending(calls: Iterable[Brief], context: Context) -> Iterator[Item]:
    """A reply, a visit, a complaint to be logged, an answer of head office; whether or not the call is closed."""
    for one in calls:
        summary, reply = one.summary or "", f"svc call reply {one.id} --text …"
        if one.answered_at is None:
            what = Text(f"call not answered: {summary}", f"来电未答复：{summary}")
            yield Item("reply", one.id, context.until("reply_within", one.at), one.at, one.by, what, reply)
        elif one.reopened_at:
            what = Text(f"reopened, not answered since: {summary}", f"重新打开后未答复：{summary}")
            yield Item("reply", one.id, None, one.reopened_at, one.by, what, reply)
        if one.unsent:
            yield _no_visit(one, context)
        if one.kind == "complaint" and not one.complained:
            what = Text(f"a complaint came in, none is logged: {summary}", f"客户投诉，尚未登记：{summary}")
            command = f"svc complaint log --call {one.id}"
            yield Item("complaint", one.id, context.until("report_complaint_within", one.at), one.at, None, what, command)
        if one.helping:
            asked_at, to = one.helping
            what = Text(f"asked {to} for help, no answer: {summary}", f"已报{HELPERS.words.get(to, to)}协助，未答复：{summary}")
            yield Item("escalation", one.id, None, asked_at, None, what, reply)


def _no_visit(one: Brief, context: Context) -> Item:
    """The need of a call for which nobody is sent, or nobody any more."""
    summary, since = one.summary or "", one.at
    what = Text(f"nobody dispatched: {summary}", f"需上门，尚未派工：{summary}")
    if one.called_off:
        since, visit = one.called_off
        what = Text(f"visit {visit} called off, nobody dispatched since: {summary}", f"派工 {visit} 已取消，尚未重新派工：{summary}")
    command = f"svc visit dispatch --call {one.id} --staff … --promised …"
    return Item("dispatch", one.id, context.until("forward_repair_within", one.at), since, None, what, command, about=one.id)


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
