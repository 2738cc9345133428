"""Visits: dispatched, promised, arrived at, called in from, left (1.3, 3.4, 3.9, 4.4, 4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from svc.domain import correction, dispatching, promise
from svc.domain.clock.base import minute
from svc.domain.correction import Correctable, effective
from svc.domain.entry import Entry
from svc.domain.guards import must_follow, never_after, once
from svc.domain.kinds import Choice, Code, Count, Field, Flag, Moment, Prose, Ref
from svc.domain.leads import Lead, lead_at, leads, traveller
from svc.domain.ledgers import Event
from svc.domain.needs import Needs
from svc.domain.promise import Promise, past_customers_time, promises
from svc.domain.row_kinds import Refs
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.text import Text, example

PURPOSES = Choice(repair="维修", install="安装", train="培训", tour="走访", inspect="巡检")
FIELD = ("technician", "clerk", "head", "gm", "sales")
SENDERS = ("head", "gm", "clerk")
WHO_ASKED = Choice(customer="客户", us="我方")
USUAL = 1
"""Hours that a visit takes where nobody said how many; nobody is at two places within an hour."""

RECORDED = (
    Event(
        "dispatch",
        Text("send somebody to a customer by a promised time", "派人，按客户要求的时间到场"),
        Text("dispatched", "派出"),
        "new",
        (
            Field("call", Ref("call"), Text("the call it answers", "对应来电")),
            Field("customer", Ref("customer"), Text("the customer, where no call asked for it", "客户（无来电时）")),
            Field(
                "machine", Ref("machine"), Text("serial number, where the call names none", "设备序列号（来电未写时）")
            ),
            Field("staff", Ref("staff"), Text("who goes", "派谁去"), required=True),
            Field(
                "promised",
                Moment(),
                Text("when the customer wants it at the latest", "客户要求的最晚到场时间"),
                required=True,
            ),
            Field("purpose", PURPOSES, Text("what for (repair if not said)", "事由（不写为维修）"), default="repair"),
            Field("place", Code(), Text("where the customer is (for expense claims, 4.3)", "出差地（报销核对，4.3）")),
            Field("with", Refs("staff"), Text("who goes along; who leads answers for the visit", "同去的人（带队的人负责）")),
            Field(
                "agreed",
                Flag(),
                Text("the customer agreed to a promise after his own time", "约定晚于客户要求的时间，客户已同意"),
            ),
            Field("not_told", Flag(), Text("the customer was not told of it: it answers no call", "未告知客户（不算答复来电）")),
            Field("hours", Count(1, 240), Text("how many hours it is likely to take", "预计小时数")),
        ),
        SENDERS,
        example('svc visit dispatch --call C2611-0001 --staff S02 --promised "{}"', Text("tomorrow 15:00", "明天15:00")),
    ),
    Event(
        "repromise",
        Text("record a new promised time and who asked for it", "改约：新的到场时间和提出方"),
        Text("promised anew", "改约"),
        "own",
        (
            Field("promised", Moment(), Text("the new time", "新时间"), required=True),
            Field("asked_by", WHO_ASKED, Text("who asked for it", "谁提出"), required=True),
            Field("reason", Prose(), Text("why", "原因"), required=True),
        ),
        FIELD,
        example('svc visit repromise V2611-0001 --promised "{}" --asked-by customer --reason "{}"',
                Text("fri 9am", "周五9点"), Text("plant closed", "厂里停产")), receipt=Text("time changed", "已改约"),
    ),
    Event(
        "arrive",
        Text("record the arrival on site", "登记到场"),
        Text("reached", "到场"),
        "own",
        (),
        FIELD,
        "svc visit arrive V2611-0001 --at 14:50", receipt=Text("on site", "已到场"),
    ),
    Event(
        "call-in",
        Text("record the call to head office before leaving (4.4)", "登记离开前来电报总部（4.4）"),
        Text("called in from", "来电报总部"),
        "own",
        (),
        FIELD,
        "svc visit call-in V2611-0001", receipt=Text("head office called", "已来电报总部"),
    ),
    Event(
        "leave",
        Text("record leaving the site", "登记离场"),
        Text("left", "离场"),
        "own",
        (
            Field("called_in", Moment(), Text("when head office was called", "来电报总部的时间")),
            Field("no_call_in", Flag(), Text("head office was not called", "没有来电报总部")),
        ),
        FIELD,
        "svc visit leave V2611-0001 --called-in 16:40", receipt=Text("left the site", "已离场"),
    ),
    Event(
        "cancel",
        Text("cancel a visit that nobody has arrived at", "取消派工"),
        Text("cancelled", "取消"),
        "own",
        (
            Field("reason", Prose(), Text("why", "原因"), required=True),
            Field("asked_by", WHO_ASKED, Text("who asked for it (us if not said)", "谁提出（不写为我方）"), default="us"),
        ),
        SENDERS,
        example('svc visit cancel V2611-0001 --asked-by customer --reason "{}"', Text("customer repaired it", "客户自己修好了")),
    ),
    Event(
        "reassign",
        Text("hand a visit over to somebody else, from a moment on", "把派工转交给别人（自某一时间起）"),
        Text("handed over", "转交"),
        "own",
        (
            Field("to", Ref("staff"), Text("who answers for it from then on", "转交给谁"), required=True),
            Field("reason", Prose(), Text("why", "原因"), required=True),
        ),
        SENDERS,
        example('svc visit reassign V2611-0001 --to S03 --at 11:00 --reason "{}"', Text("S02 is ill", "S02 请病假")),
    ),
)
CORRECTABLE = (
    Correctable(
        "dispatch",
        ("customer", "machine", "staff", "promised", "purpose", "place", "with", "agreed", "not_told", "hours"),
        "dispatched_at",
    ),
    Correctable("arrive", (), "arrived_at"),
    Correctable("leave", ("called_in", "no_call_in"), "left_at", ("called_in", "no_call_in"), ("no_call_in",)),
    Correctable("cancel", (), "cancelled_at"),
)
FIXED = {
    "call": Text("a visit belongs to its call: cancel it and dispatch again", "派工属于它的来电：请取消后重新派工"),
    "asked_by": Text("a new promise is an entry: record another one", "改约是单独的记录：请再改约一次"),
    "to": Text("a hand-over is an entry: hand it over again", "转交是单独的记录：请再转交一次"),
}
EVENTS = (
    *RECORDED,
    correction.event(
        Text("correct what was typed wrong; the first entry stays", "更正登记错误，原记录保留"),
        RECORDED,
        CORRECTABLE,
        example('svc visit correct V2611-0001 --arrived-at "2026-11-23 14:50" --reason "{}"', Text("gate log says 14:50", "门卫登记为 14:50")),
    ),
)
COLUMNS = (
    "call customer machine staff promised purpose place asked_by reason called_in no_call_in dispatched_at "
    "arrived_at left_at cancelled_at clear",
    "with agreed not_told to",
)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "visit.technician": Text("who was sent", "派谁去"),
    "visit.customer": Text("the customer or the call", "客户或来电"),
    "visit.dispatched_at": Text("when it was dispatched", "派工时间"),
    "visit.promised_at": Text("the promise in force", "有效的约定时间"),
    "visit.arrived_at": Text("the arrival", "到场时间"),
    "visit.cancelled_at": Text("the cancellation", "取消时间"),
    "visit.left_at": Text("leaving the site", "离场时间"),
    "visit.hq_calls": Text("a call to head office", "来电报总部的时间"),
    "visit.no_hq_call": Text("the word that head office was not called", "注明没有来电报总部"),
    "visit.reportable": Text("whether the task calls for a service report", "是否应写服务报告"),
    "visit.report_id": Text("the service report", "服务报告"),
    "visit.report_closed_at": Text("when the report was handed in", "交报告时间"),
    "visit.report_archived_at": Text("when the report was archived", "报告存档时间"),
    "visit.survey_id": Text("the survey, filled in or refused", "满意度调查（已填或拒填）"),
}


class Visit(NamedTuple):
    """A visit as its entries tell it.

    `overruled` is the log of its call where the customer's own time (`due`) counts instead of the promise (`for_call`).
    `promise` is the one in force; `replaced` the new ones that came in time to replace another,
    `late_promises` those made after the one in force had come due: for judging evidence, no more. It is `doubtful` which one is in
    force where the hour of one is not known that decides it.
    """

    id: str
    dispatch: Entry
    promise: Promise
    replaced: tuple[Entry, ...]
    late_promises: tuple[Entry, ...]
    arrived: Entry | None
    call_ins: tuple[Entry, ...]
    left: Entry | None
    cancelled: Entry | None
    leads: tuple[Lead, ...]
    doubtful: bool = False
    overruled: Entry | None = None

    @property
    def deadline(self) -> datetime:
        """What it is judged by: the promise in force; where that lies after the customer's own time unasked, that time."""
        due: datetime = self.overruled.get("due") if self.overruled else self.promise.at
        return due

    @property
    def expected(self) -> datetime:
        """When he is to be there as things stand, whatever it is judged by: plans, cards, calendars and bookings ask this."""
        return promise.expected(self.promise, self.late_promises)

    @property
    def ends(self) -> datetime:
        """When he is likely to be done there."""
        return self.expected + timedelta(hours=self.dispatch.get("hours") or USUAL)

    def meets(self, since: datetime, until: datetime) -> bool:
        """Whether he is expected there at some time of a stretch."""
        return minute(self.expected) < minute(until) and minute(since) < minute(self.ends)

    @property
    def staff(self) -> str:
        """Who answers for it now: who was sent, or whom it was handed over to last."""
        return self.leads[-1].staff

    def on(self, moment: datetime) -> str:
        """Who answered for it at a moment."""
        return lead_at(self.leads, moment).staff

    @property
    def team(self) -> tuple[str, ...]:
        """Who goes along with whoever answers for it."""
        along: tuple[str, ...] = self.dispatch.get("with") or ()
        return tuple(who for who in along if who != self.staff)

    @property
    def there(self) -> str:
        """Whose work on the site it was: who answered for it when the site was left, or reached."""
        done = self.left or self.arrived
        return self.on(done.at) if done else self.staff

    def traveller(self, entry: Entry) -> str:
        """Whose what was claimed or bought on the trip is: of whoever recorded it, if he was on it, else of who led it then."""
        return traveller(self.leads, self.team, entry)

    @property
    def call_in_times(self) -> tuple[datetime, ...]:
        """When head office was called, by call-in entries and by what was said on leaving."""
        said = self.left.get("called_in") if self.left else None
        return tuple(e.at for e in self.call_ins) + ((said,) if said else ())

    @property
    def purpose(self) -> str:
        return self.dispatch.get("purpose") or "repair"


def fold(entries: Sequence[Entry]) -> Visit | None:
    """The visit told by its entries in order of time; None without a dispatch among them."""
    entries = effective(entries)
    dispatch = next((e for e in entries if e.event == "dispatch"), None)
    if dispatch is None:
        return None
    made, late, doubtful = promises(dispatch, [e for e in entries if e.event == "repromise"])
    first = {e.event: e for e in reversed(entries)}
    return Visit(
        dispatch.id,
        dispatch,
        made[-1],
        tuple([promise.entry for promise in made[1:]]),
        tuple(late),
        first.get("arrive"),
        tuple([e for e in entries if e.event == "call-in"]),
        first.get("leave"),
        first.get("cancel"),
        leads(dispatch, [e for e in entries if e.event == "reassign"]),
        doubtful,
    )


def for_call(visit: Visit, log: Entry | None) -> Visit:
    """The visit with the time that the customer gave with his call, where that is what it is judged by (3.4, 4.5)."""
    due = log.get("due") if log else None
    if due is None:
        return visit
    first = Promise(visit.dispatch.get("promised"), visit.dispatch)
    made = [first, *(Promise(entry.get("promised"), entry) for entry in visit.replaced)]
    return visit._replace(overruled=log) if past_customers_time(due, made) else visit


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) only the impossible; late and wrong deeds can always be recorded."""
    if new.event == "dispatch":
        return once(before, new, "dispatch")
    must_follow(before, new, "dispatch")
    if new.event == correction.EVENT:
        correction.check(before, new)
    if new.event in ("arrive", "leave", "cancel", "repromise", "reassign"):
        never_after(before, new, "cancel")
    if new.event == "reassign":
        _somebody_else(before, new)
    if new.event in ("arrive", "cancel", "repromise"):
        _not_arrived(before, new)
    if new.event == "leave":
        must_follow(before, new, "arrive")
        once(before, new, "leave")


def _not_arrived(before: Sequence[Entry], new: Entry) -> None:
    if new.event == "arrive":
        once(before, new, "arrive")
    else:
        never_after(before, new, "arrive")


def _somebody_else(before: Sequence[Entry], new: Entry) -> None:
    led = leads(next(e for e in before if e.event == "dispatch"), [e for e in before if e.event == "reassign"])
    if led[-1].staff == new.get("to"):
        raise Conflict(
            Text(f"{new.id} is the visit of {new.get('to')} already", f"{new.id} 已经由 {new.get('to')} 负责"),
            Text(f"see: svc visit show {new.id}", f"查看：svc visit show {new.id}"),
        )


WHOSE = ("reassign", correction.EVENT)
"""What may make a visit another's."""
RULED = ("late_arrival",)
"""Rules on visits that somebody has to rule on, whenever a promise was not kept."""
ACT = True
"""Two offences may be of one act: of one visit."""


def outcome(visit: Visit, now: datetime) -> str:
    """on_time, late, missed, pending or facts_missing (`svc.domain.promise.outcome`)."""
    arrived, off = visit.arrived, visit.cancelled
    return promise.outcome(visit.deadline, arrived.at if arrived else None, off.at if off else None, visit.doubtful, now)


REPORTABLE = ("repair", "install", "train", "inspect")
"""Purposes after which a service report and a survey are expected (3.7)."""


def doubts(entry: Entry, zone: tzinfo) -> Iterator[Text]:
    """That another person by a correction is for typing errors, and that nobody has ruled on his offences."""
    if entry.event == correction.EVENT and entry.get("staff"):
        yield Text(
            f"note: this says that {entry.get('staff')} was sent from the dispatch on; a change of person is: svc visit reassign"
            f" {entry.id} --to … --at …; what was ruled about another person does not hold for {entry.get('staff')}: rule again",
            f"注意：这表示从派工起去的就是 {entry.get('staff')}；中途换人请用 svc visit reassign {entry.id} --to … --at …；"
            f"针对别人的认定对 {entry.get('staff')} 无效，须重新认定",
        )


NEEDS: Needs = {
    "dispatch": (dispatching.somewhere, dispatching.leads_and_others, dispatching.still_here),
    "leave": (dispatching.one_word_on_calling_in,),
    "reassign": (dispatching.in_service, dispatching.no_shift_of_what_came_due),
    correction.EVENT: (dispatching.not_ones_own, dispatching.another_promise, dispatching.a_slip_of_the_pen, dispatching.one_word_on_calling_in),
}
