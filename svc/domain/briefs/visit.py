"""A visit in brief (1.3, 3.4, 3.7, 3.9, 4.4, 4.5), with what became of its report and survey."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from svc.domain import briefs, leads
from svc.domain.calling_in import called_between
from svc.domain.cases import END_OF_TIME, Context, Item
from svc.domain.entry import Entry
from svc.domain.facts import Fact, Facts, Reads, Told
from svc.domain.leads import Lead
from svc.domain.nouns.report import Report
from svc.domain.nouns.visit import REPORTABLE, Visit
from svc.domain.promise import came_due, outcome, why
from svc.domain.standing import Linked, Together
from svc.named import NamedTuple
from svc.text import Text


class Evidence(NamedTuple):
    """The visit, and of its reports the closing, the survey and the archiving that count."""

    visit: Visit
    asked: Entry
    closed: Entry | None
    survey: Entry | None
    archived: Entry | None


Replaced = tuple[datetime, str | None]
"""When a new promise was made in time, and who asked for it."""


class Brief(NamedTuple):
    """A visit in brief. `caller` and `asked_at` are of its call, else of the dispatch; `machine` is what it was for.

    `called` is when head office was called; `survey_id` that of the survey, `returned` whether it was filled in; `resolved`
    and `cause_class` are of the report. `own_time` is the customer's own, where that counts instead of the promise;
    `replaced` the new promises that came in time; `typed` all that was promised on dispatching, where it was put right.
    """

    id: str
    call: str | None
    customer: str | None
    caller: str | None
    machine: str | None
    sent: str
    purpose: str
    place: str | None
    dispatched_at: datetime
    asked_at: datetime
    promised_at: datetime
    arrived_at: datetime | None
    left_at: datetime | None
    called: tuple[datetime, ...]
    report_id: str | None
    closed_at: datetime | None
    resolved: bool | None
    cause_class: str | None
    archived_at: datetime | None
    survey_id: str | None
    returned: bool
    replaced: tuple[Replaced, ...]
    late: tuple[datetime, ...]
    ahead: tuple[datetime, ...]
    corrected: bool = False
    doubtful: bool = False
    own_time: datetime | None = None
    cancelled_at: datetime | None = None
    typed: tuple[datetime, ...] = ()
    led: tuple[Lead, ...] = ()
    team: tuple[str, ...] = ()
    no_call_in: bool | None = None
    evidence: Evidence | None = None

    @property
    def opened(self) -> datetime:
        return self.dispatched_at

    @property
    def deadline(self) -> datetime:
        """What it is judged by: the promise in force, or the customer's own time."""
        return self.own_time or self.promised_at

    @property
    def leads(self) -> tuple[Lead, ...]:
        """Everybody who answered for it, in order of time."""
        return self.evidence.visit.leads if self.evidence else self.led or (Lead(self.sent, None, None),)

    @property
    def staff(self) -> str:
        """Who answers for it now."""
        return self.led[-1].staff if self.led else self.sent

    def on(self, moment: datetime) -> str:
        """Who answered for it at a moment."""
        return leads.lead_at(self.led, moment).staff if self.led else self.sent

    @property
    def there(self) -> str:
        """Whose work on the site it was: who answered for it when the site was left, or reached."""
        done = self.left_at or self.arrived_at
        return self.on(done) if done else self.staff

    def traveller(self, entry: Entry) -> str:
        """Whose what was claimed or bought on the trip is."""
        return leads.traveller(self.leads, self.team, entry)

    @property
    def due(self) -> bool:
        """Whether its promise came to count: not cancelled before it came due."""
        return came_due(self.deadline, self.cancelled_at)

    def outcome(self, now: datetime) -> str:
        """on_time, late, missed, pending or facts_missing (`svc.domain.promise.outcome`)."""
        return outcome(self.deadline, self.arrived_at, self.cancelled_at, self.doubtful, now)

    @property
    def reportable(self) -> bool:
        """Whether a report and a survey are expected: the site was left after work that calls for one (3.7)."""
        return self.left_at is not None and self.purpose in REPORTABLE

    @property
    def called_in(self) -> bool | None:
        """Whether head office was called between arrival and leaving, both ends included; None: not known (4.4)."""
        if self.left_at is None or self.arrived_at is None:
            return None
        return called_between(self.arrived_at, self.left_at, self.called, self.no_call_in)


def brief(one: Visit, linked: Linked) -> Brief:
    """A visit in brief, with its report and survey; of several reports what the first says that has it."""
    sent, told = one.dispatch, linked.selection["visit"].get(one.id, ())
    call = linked.read("call").get(sent.get("call") or "")
    papers = linked.papers_of(one.id)
    return Brief(
        one.id,
        sent.get("call"),
        sent.get("customer"),
        call.customer if call else None,
        linked.machine_of(one.id),
        sent.get("staff"),
        one.purpose,
        sent.get("place"),
        sent.at,
        call.at if call else sent.at,
        one.promise.at,
        one.arrived.at if one.arrived else None,
        one.left.at if one.left else None,
        one.call_in_times,
        papers.closed.id if papers.closed else None,
        papers.closed.at if papers.closed else None,
        papers.closed.get("resolved") if papers.closed else None,
        _cause(linked.reports_of(one.id)),
        papers.archived.at if papers.archived else None,
        papers.survey.id if papers.survey else None,
        papers.returned is not None,
        tuple((entry.at, entry.get("asked_by")) for entry in one.replaced),
        briefs.late(told),
        briefs.ahead(told),
        briefs.corrected(told),
        one.doubtful,
        one.overruled.get("due") if one.overruled else None,
        one.cancelled.at if one.cancelled else None,
        _typed(sent),
        one.leads if len(one.leads) > 1 else (),
        one.team,
        one.left.get("no_call_in") if one.left else None,
        Evidence(one, call.log if call else sent, papers.closed, papers.survey, papers.archived),
    )


def pending(visits: Iterable[Brief], context: Context) -> Iterator[Item]:
    """The arrival, the leaving, the report, the survey: each once what goes before it is recorded."""
    for one in visits:
        if one.cancelled_at is None and (item := _next_step(one, context)):
            yield item


def _next_step(one: Brief, context: Context) -> Item | None:
    id, where = one.id, one.call or one.purpose
    if one.arrived_at is None:
        what = Text(f"not on site yet ({where})", f"尚未到场（{where}）")
        return _waits(one, "arrive", one.deadline, one.dispatched_at, what, f"svc visit arrive {id}")
    if one.left_at is None:
        what = Text(f"arrived, leaving not recorded ({where})", f"已到场，未登记离场（{where}）")
        return _waits(one, "leave", None, one.arrived_at, what, f"svc visit leave {id}")
    if not one.reportable or (one.report_id and one.survey_id):
        return None
    due = context.until("file_report_within", one.left_at)
    if one.report_id is None:
        return _waits(one, "report", due, one.left_at, Text("no service report yet", "还没有服务报告"), f"svc report close {id} …")
    what = Text("survey neither filled in nor refused", "满意度调查未填，也未注明拒填")
    return _waits(one, "survey", due, one.left_at, what, f"svc report survey {id} …")


def _waits(one: Brief, kind: str, due: datetime | None, since: datetime, what: Text, command: str) -> Item:
    return Item(kind, one.id, due, since, one.staff, what, command, also=one.team)


def to_rule(one: Brief, context: Context) -> Iterator[tuple[str, str]]:
    """What somebody may have to rule on: a visit that is over and did not keep its promise, or of which nobody knows (4.5).

    About whoever led it when it came due, and when it was over.
    """
    over = one.arrived_at or one.cancelled_at
    if over and one.due and one.outcome(END_OF_TIME) != "on_time":
        for who in {one.on(one.deadline), one.on(over)}:
            yield one.id, who


def _typed(dispatch: Entry) -> tuple[datetime, ...]:
    """All that was promised on dispatching, where it was put right: it may have ended a finding (4.5)."""
    said = [entry.get("promised") for entry in dispatch.history]
    return tuple(filter(None, said)) if any(said[1:]) else ()


def _cause(reports: Sequence[Report]) -> str | None:
    """The class of the cause, of the first report or amendment that names one."""
    for report in reports:
        for entry in (report.closed, *report.amendments):
            cause: str | None = entry.get("cause_class") if entry else None
            if cause:
                return cause
    return None


TOLD: Reads = {
    "visit.technician": attrgetter("sent"),
    "visit.customer": lambda one: one.call or one.customer,
    "visit.dispatched_at": attrgetter("dispatched_at"),
    "visit.promised_at": lambda one: None if one.doubtful else one.deadline,
    "visit.arrived_at": attrgetter("arrived_at"),
    "visit.cancelled_at": attrgetter("cancelled_at"),
    "visit.left_at": attrgetter("left_at"),
    "visit.hq_calls": lambda one: one.called or None,
    "visit.no_hq_call": attrgetter("no_call_in"),
    "visit.reportable": lambda one: one.reportable if one.left_at else None,
    "visit.report_id": attrgetter("report_id"),
    "visit.report_closed_at": attrgetter("closed_at"),
    "visit.report_archived_at": attrgetter("archived_at"),
    "visit.survey_id": attrgetter("survey_id"),
}
"""What a brief tells of each fact that rules may ask."""


def facts(one: Brief) -> Facts:
    """What the rules may ask about a visit."""
    if one.evidence is None:
        return Told(one, TOLD)
    sources = _sources(one.evidence)
    return {name: Fact(read(one), *sources[name]) for name, read in TOLD.items()}


def alone(entries: Sequence[Entry]) -> Facts:
    """The facts of a visit as its own entries tell them, whatever is recorded of its call and report."""
    together = Together({"visit": {entries[0].id: entries}})
    return facts(brief(together.of("visit")[entries[0].id], together))


def _sources(said: Evidence) -> dict[str, tuple[Any, ...]]:
    """The entry that each fact comes from, and why it is that one."""
    visit = said.visit
    sent, left = (visit.dispatch,), (visit.left,)
    return {
        "visit.technician": sent,
        "visit.customer": sent,
        "visit.dispatched_at": sent,
        "visit.promised_at": _promised(visit),
        "visit.arrived_at": (visit.arrived,),
        "visit.cancelled_at": (visit.cancelled,),
        "visit.left_at": left,
        "visit.hq_calls": () if not visit.call_in_times else (visit.call_ins[0],) if visit.call_ins else left,
        "visit.no_hq_call": left,
        "visit.reportable": left,
        "visit.report_id": (said.closed,),
        "visit.report_closed_at": (said.closed,),
        "visit.report_archived_at": (said.archived,),
        "visit.survey_id": (said.survey,),
    }


def _promised(visit: Visit) -> tuple[Entry | None, Text | None]:
    """What a visit is judged by comes from where, and why from there."""
    if visit.overruled and not visit.doubtful:
        at = visit.promise.at.strftime("%Y-%m-%d %H:%M")
        told = Text(f"the customer's own time; he did not agree to {at}", f"客户要求的时间；{at} 的约定未经其同意")
        return visit.overruled, told
    return visit.promise.entry, why(visit.promise, visit.replaced, visit.late_promises)
