"""svc visit: dispatch, promise, arrival, call to head office, leaving (3.4, 4.4, 4.5)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.desk.lookups import call_log
from svc.desk.open import Desk
from svc.domain.calling_in import called_in, without_hearsay
from svc.domain.clock.base import echo, span
from svc.domain.clock.precision import as_typed
from svc.domain.correction import effective
from svc.domain.entry import Entry
from svc.domain.nouns.visit import USUAL, Visit, fold, for_call, outcome
from svc.errors import SvcError
from svc.text import Text, say
from svc.ui.ask import confirm
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, KnownAt
from svc.ui.verbs import Values, Verb

if TYPE_CHECKING:
    from svc.desk.shown import Shown
    from svc.ui.conversation import FollowUp

app = Readings()


def row(shown: Shown, visit: Visit) -> dict[str, Any]:
    """A visit as lists show it."""

    def when(entry: Entry | None) -> str | None:
        return entry.at.astimezone(shown.zone).isoformat(timespec="seconds") if entry else None

    return {
        "id": visit.id,
        "at": when(visit.dispatch),
        "call": visit.dispatch.get("call"),
        "staff": visit.staff,
        "name": shown.person("staff", visit.staff).get("name"),
        "purpose": visit.purpose,
        "promised": visit.promise.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "expected": visit.expected.astimezone(shown.zone).isoformat(timespec="seconds"),
        "arrived_at": when(visit.arrived),
        "left_at": when(visit.left),
        "called_in": called_in(without_hearsay(visit, shown.role, shown.zone)),
        "cancelled_at": when(visit.cancelled),
        "deadline": visit.deadline.astimezone(shown.zone).isoformat(timespec="seconds"),
        "past_customers_time": visit.overruled is not None,
        "with": list(visit.team),
        "outcome": "cancelled" if visit.cancelled else outcome(visit, shown.now),
    }


def _with_call(desk: Desk, visit: Visit) -> Visit:
    """The visit with what its call says that it is judged by."""
    return for_call(visit, call_log(desk, visit.dispatch.get("call")))


add_list(
    app,
    "visit",
    {
        "id": Text("visit", "编号"),
        "call": Text("call", "来电"),
        "staff": Text("who", "派谁"),
        "promised": Text("promised", "约定"),
        "arrived_at": Text("arrived", "到场"),
        "left_at": Text("left", "离场"),
        "outcome": Text("outcome", "结果"),
    },
    row,
)


@app.command(
    "calendar",
    help=text("promises as events of a calendar, with alarms", "把约定写成日历文件，带提醒"),
    epilog="svc visit calendar -o visits.ics --staff S02",
)
def calendar(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=text("the .ics file", "日历文件 .ics"))],
    staff: Annotated[
        str | None, typer.Option(metavar="STAFF", help=text("only this person's visits", "只要某人的派工"))
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help=text("promised from then on (default: 30 days ago)", "约定时间从何时起（默认 30 天前）"),
        ),
    ] = None,
    alarm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SPAN", help=text("how long before (default: 2h and 30min)", "提前多久提醒（默认 2h 和 30min）")
        ),
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.plan import events, services
    from svc.desk import selections
    from svc.output import calendar as ics
    from svc.output.files import hand_over

    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    who = desk.reference("staff", staff) if staff else None
    start = desk.moment(since) if since else view.now - timedelta(days=30)
    world = desk.world(selections.promised(desk.index, start, view), view)
    kept_up = desk.world(selections.upkeep(desk.index, view), view)
    found = [one for one in (*events(world, start), *services(kept_up, start)) if who in (None, one.staff, *one.team)]
    before = [timedelta(seconds=span(one)) for one in alarm or ("2h", "30min")]
    title = text("service visits", "上门服务") + (f" {desk.person('staff', who).get('name') or who}" if who else "")
    hand_over(out, ics.render(found, title, desk.ledger.id, str(desk.zone), before), f"  {len(found)}")


def _dispatching() -> ModuleType:
    """What speaks against sending somebody: loaded where somebody is sent, no more."""
    from svc.commands import dispatching

    return dispatching


def _before_sending(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """Whom to send is asked with everybody's day beside him; what speaks against it is said to a person before it is recorded."""
    dispatching = _dispatching()
    if given.get("asking"):
        dispatching.ask_which(desk, values)
        if not values.get("staff"):
            dispatching.ask_whom(desk, values)
    if not values.get("staff") or not values.get("promised"):  # refused where it is recorded
        return []
    try:
        staff, promised = desk.reference("staff", values["staff"]), desk.time(values["promised"])
        call = desk.reference("call", values["call"]) if values.get("call") else None
        hours = int(values.get("hours") or USUAL)
    except (KeyError, TypeError, ValueError, SvcError):  # what cannot be read is refused where it is recorded
        return []
    if sys.stdin.isatty():
        against = dispatching.doubts(desk, staff, promised, hours, call, told=bool(values.get("agreed")))
        _say_and_ask(desk, list(against), bool(given.get("asking")))
    return []


def _before_correcting(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """Which findings another promise would end, said before it is recorded."""
    from svc.audit.findings import findings
    from svc.desk import selections

    try:
        id, promised = desk.reference("visit", target or ""), desk.time(values["promised"])
    except (KeyError, TypeError, SvcError):  # what cannot be read is refused where it is recorded
        return []
    view = desk.view()
    found = selections.subject(desk.index, "visit", id, view)
    told = effective(found["visit"][id])
    then = [e._replace(fields={**e.fields, "promised": promised}) if e.event == "dispatch" else e for e in told]
    now = findings(desk.world(found, view))
    left = {one.id for one in findings(desk.world({**found, "visit": {**found["visit"], id: then}}, view))}
    for one in now:
        if one.id not in left:
            who = desk.person("staff", one.staff or "").get("name") or one.staff or "-"
            _say(desk, [Text(f"this ends a finding on {who}: {one.id}, {one.rule.title.en}", f"更正后不再成立：{one.id}（{who}，{one.rule.title.zh}）")])
    return []


def _say_and_ask(desk: Desk, against: list[Text], asking: bool) -> None:
    """Say what speaks against sending somebody; where he can answer, whoever sends him says that he goes all the same."""
    _say(desk, against)
    if against and asking:
        confirm(text("send him all the same", "仍然派他去"))


def _say(desk: Desk, doubts: Iterable[Text]) -> None:
    for doubt in doubts:
        desk.tell(Text(f"note: {doubt.en}", f"注意：{doubt.zh}"))


def _before_promising(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """That he is away or promised elsewhere at the new time, and that one of ours lies after the customer's own, before it is recorded."""
    try:
        one = fold(desk.entries("visit", desk.reference("visit", target or "")))
        promised = desk.time(values["promised"])
    except (KeyError, TypeError, SvcError):
        return []
    if one is None:
        return []
    _say(desk, _dispatching().busy(desk, one.staff, promised, one.dispatch.get("hours") or USUAL, None, one.id))
    if values.get("asked_by") in ("customer", "客户"):
        return []
    moved = one._replace(promise=one.promise._replace(at=promised), replaced=(*one.replaced, _moved(one, promised)))
    overruled = _with_call(desk, moved).overruled
    if overruled:
        due = echo(overruled.get("due"), desk.zone)
        _say(desk, [Text(f"the customer wants it by {due.en}: it is judged by that, unless he asks for a new time himself",
                   f"客户要求 {due.zh} 前到场：仍按该时间认定，除非由客户提出改约")])  # fmt: skip
    return []


def _moved(one: Visit, promised: datetime) -> Entry:
    """The new promise as an entry, to see what it would come to."""
    return one.dispatch._replace(event="repromise", fields={"promised": promised, "asked_by": "us"})


def _before_handing_over(desk: Desk, target: str | None, values: Values, given: Mapping[str, Any]) -> list[FollowUp]:
    """The same of whoever takes a visit over that nobody has arrived at yet."""
    if not values.get("to"):  # refused where it is recorded
        return []
    try:
        one = fold(desk.entries("visit", desk.reference("visit", target or "")))
        to = desk.reference("staff", values["to"])
    except (KeyError, TypeError, SvcError):
        return []
    if one is not None and one.arrived is None:
        against = _dispatching().doubts(desk, to, one.expected, one.dispatch.get("hours") or USUAL, None, but=one.id)
        _say_and_ask(desk, list(against), bool(given.get("asking")))
    return []


def _handed_over(desk: Desk, entry: Entry) -> str:
    """Who answers for what: until then the one before, from then on the other."""
    one = fold(desk.entries("visit", entry.id))
    if one is None:
        return ""
    before, at = one.on(entry.at), echo(entry.at, desk.zone)
    was, now = (desk.person("staff", who).get("name") or who for who in (before, entry.get("to")))
    kept = one.promise.at <= entry.at and (one.arrived is None or one.arrived.at > one.promise.at)
    late = Text(f" (the promise of {echo(one.promise.at, desk.zone).en} too)", f"（包括 {echo(one.promise.at, desk.zone).zh} 的约定）")
    more = late if kept else Text("", "")
    return say(
        Text(
            f"what came due until {at.en} stays with {was}{more.en}; what comes due from then on is {now}'s",
            f"{at.zh} 以前到期的由{was}负责{more.zh}，此后由{now}负责",
        )
    )


def _dispatched(desk: Desk, entry: Entry) -> str:
    """Who sends somebody for a closed call opens it again; nothing where that was only tried (`--dry-run`)."""
    from svc.commands.call import open_again, was_closed
    from svc.recording.door import record

    call = entry.get("call")
    if not sys.stdin.isatty():
        staff, promised, hours = entry.get("staff"), entry.get("promised"), entry.get("hours") or USUAL
        _say(desk, _dispatching().doubts(desk, staff, promised, hours, call, bool(entry.get("agreed")), entry.id))
    desk.index.catch_up(("visit", "call"))
    if not call or not desk.index.entries("visit", entry.id) or not was_closed(desk, call, entry):
        return ""
    record(desk, "call", "reopen", call, {}, as_typed(entry.at))
    return say(open_again(call))


def _left(desk: Desk, entry: Entry) -> str:
    """A visit to a key customer counts for his interval with the opinions that were asked for (2.4, 2.5): what is still missing."""
    one = fold(desk.entries("visit", entry.id))
    named = one.dispatch.get("customer") if one and one.purpose == "tour" else None
    customer = desk.index.stays("customer", named) if named else None
    if not customer or not desk.person("customer", customer).get("key_every_days"):
        return ""
    desk.index.catch_up(("tour",))
    ids = [id for own in desk.index.known_as("customer", customer) for id in desk.index.ids_with("tour", "caller", own)]
    plans = [id for id in ids if not any(e.event == "done" for e in desk.entries("tour", id))]
    line = f"svc tour done {plans[-1]} --opinion …" if plans else f"svc tour plan --customer {customer} --by …, svc tour done … --opinion …"
    return say(Text(
        f"counts as a visit to a key customer with the opinions asked for: {line}", f"登记征求的意见后才算走访重点客户：{line}"
    ))  # fmt: skip


command = noun(
    "visit",
    app,
    {
        "dispatch": Verb(fill=_before_sending, after=_dispatched),
        "correct": Verb(fill=_before_correcting),
        "repromise": Verb(fill=_before_promising),
        "leave": Verb(after=_left),
        "reassign": Verb(fill=_before_handing_over, after=_handed_over),
    },
)
