"""Upkeep that comes round: planned for a machine every so many months or hours, done, due again (2.1, 2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from svc.domain.cases import Context, Item
from svc.domain.entry import Entry
from svc.domain.guards import find, must_follow, never_after, once
from svc.domain.interval import Interval, following, parts, words
from svc.domain.kinds import Count, Day, Field, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.nouns.reading import Meter, meter
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.text import Text, example

AHEAD = timedelta(days=14)
"""How long before it is due upkeep is on the board."""

EVENTS = (
    Event(
        "plan",
        Text("plan upkeep of a machine that comes round", "为设备安排定期保养"),
        Text("planned", "计划"),
        "new",
        (
            Field("machine", Ref("machine"), Text("serial number of the machine", "设备序列号"), required=True),
            Field("every", Interval(), Text("how often: 3 months, 500 h", "间隔：3 个月、500 小时"), required=True),
            Field("anchor", Day(), Text("counted from this day (default: that of planning)", "从哪天起算（默认计划当天）"), option="--from"),
            Field("from_hours", Count(), Text("counted from so many hours (default: the last reading)", "从多少工时起算（默认最近读数）")),
            Field("staff", Ref("staff"), Text("who does it", "负责人")),
            Field("text", Prose(), Text("what is to be done", "保养内容")),
        ),
        ("clerk", "head", "gm", "sales"),
        example('svc upkeep plan SN-0001 --every "{}" --from 2026-01-31 --text "{}"', Text("3 months", "3 个月"), Text("oil and filters", "换机油和滤芯")),
    ),
    Event(
        "done",
        Text("record that the upkeep was done", "登记保养完成"),
        Text("done", "保养"),
        "own",
        (
            Field("visit", Ref("visit"), Text("on which visit", "哪次派工")),
            Field("hours", Count(), Text("what the hour meter said", "工时表读数（小时）")),
            Field("text", Prose(), Text("what was done", "做了什么")),
        ),
        ("technician", "clerk", "head", "gm"),
        "svc upkeep done M2611-0001 --visit V2611-0001 --hours 1512",
    ),
    Event(
        "stop",
        Text("no more upkeep by this plan", "停止该保养计划"),
        Text("stopped", "停止"),
        "own",
        (Field("reason", Prose(), Text("why", "原因"), required=True),),
        ("clerk", "head", "gm"),
        example('svc upkeep stop M2611-0001 --reason "{}"', Text("machine scrapped", "设备报废")),
    ),
)

FACTS: Mapping[str, Text] = {}


class Upkeep(NamedTuple):
    """A plan as its entries tell it, with every time that it was done."""

    id: str
    plan: Entry
    dones: tuple[Entry, ...]
    stopped: Entry | None

    @property
    def machine(self) -> str:
        return str(self.plan.get("machine"))

    @property
    def every(self) -> str:
        return str(self.plan.get("every"))

    @property
    def by_hours(self) -> bool:
        """Whether it goes by hours of running."""
        return parts(self.every)[1] == "hours"

    def anchor(self, zone: tzinfo) -> date:
        """The day from which it is counted."""
        said = self.plan.get("anchor")
        return date.fromisoformat(said) if said else self.plan.at.astimezone(zone).date()


class Due(NamedTuple):
    """When a plan comes due: the day, or the hours that the meter has to show, with the day on which it is expected to.

    Neither: it never comes due, past all calendars. `expected`: the day is none that anybody set, but follows from the hours run a day so far.
    """

    day: date | None
    hours: int | None = None
    expected: bool = False


def fold(entries: Sequence[Entry]) -> Upkeep | None:
    """The plan told by its entries in order of time; None without the planning among them."""
    plan = find(entries, "plan")
    if plan is None:
        return None
    return Upkeep(plan.id, plan, tuple(e for e in entries if e.event == "done"), find(entries, "stop"))


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second plan, and what comes before it or after its end."""
    if new.event == "plan":
        once(before, new, "plan")
        if new.get("from_hours") is not None and parts(new.get("every"))[1] != "hours":
            raise Conflict(
                Text("hours to count from, of upkeep that goes by days", "按天计的保养不能写起算工时"),
                Text("leave one of them out", "请去掉其中一项"),
            )
        return
    must_follow(before, new, "plan")
    never_after(before, new, "stop") if new.event == "done" else once(before, new, "stop")


def run_of(readings: Iterable[Entry], plans: Iterable[Upkeep], zone: tzinfo) -> Meter:
    """The machine's meter: its readings, and what services of it say of the hours."""
    told = [entry for plan in plans for entry in plan.dones]
    return meter([*readings, *told], zone)


def due(one: Upkeep, run: Meter, zone: tzinfo, before: int | None = None) -> Due:
    """When it is due next; with `before`, when it was due before so many of its services."""
    dones = one.dones[:before]
    if one.by_hours:
        return _due_by_hours(one, dones, run)
    anchor = one.anchor(zone)
    day = following(anchor, one.every, anchor)
    for done in dones:  # one service is for the day that is due next, and for all that were missed before it
        day = day and following(anchor, one.every, max(day, done.at.astimezone(zone).date()))
    return Due(day)


def _due_by_hours(one: Upkeep, dones: Sequence[Entry], run: Meter) -> Due:
    last = dones[-1] if dones else None
    began = run.at(last.at) if last else one.plan.get("from_hours")
    if began is None:
        began = run.at(one.plan.at) or 0
    hours = began + parts(one.every)[0]
    reached, latest, rate = run.reached(hours), run.last, run.a_day()
    if reached:
        return Due(reached.date(), hours)
    if latest is None or rate is None:
        return Due(None, hours)
    days = min((hours - latest[1]) / rate, 36_500)
    return Due((latest[0] + timedelta(days=days)).date(), hours, expected=True)


def until(found: Due, zone: tzinfo | None) -> datetime | None:
    """The end of the day on which it is due; None where that day is only expected: what nobody set is not overdue."""
    return _end(found.day, zone) if found.day and not found.expected else None


def _end(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(23, 59), zone)


def may_wait(plan: Upkeep, context: Context) -> Iterator[str]:
    """A plan that stands comes due again and again, by the day or by readings of its machine."""
    if plan.stopped is None:
        yield "upkeep"


def pending(plans: Iterable[Upkeep], context: Context) -> Iterator[Item]:
    """What is due within two weeks, or was due and is not done."""
    for one in plans:
        if one.stopped is not None:
            continue
        zone = context.now.tzinfo or UTC
        readings = [reading.entry for reading in context.children("reading", one.machine)]
        found = due(one, run_of(readings, context.children("upkeep", one.machine), zone), zone)
        begins = _end(found.day, zone) - AHEAD if found.day else None
        if begins is not None and begins <= context.now:
            begun = one.dones[-1].at if one.dones else one.plan.at
            since = max(begun, begins) if found.expected else begun
            command = f"svc upkeep done {one.id} --visit …"
            yield Item("upkeep", one.id, until(found, zone), since, one.plan.get("staff"), _what(one, found), command, begun=begun)


def _what(one: Upkeep, found: Due) -> Text:
    said, hours = words(one.every), f" ({found.hours} h)" if found.hours else ""
    what = Text(f"upkeep of {one.machine}, {said.en}{hours}", f"保养 {one.machine}，{said.zh}{hours}")
    if not found.expected:
        return what
    return Text(f"{what.en}, expected on {found.day}", f"{what.zh}，预计 {found.day} 到期")


def facts(one: Upkeep) -> Mapping[str, object]:
    """Rules ask nothing about it."""
    return {}
