"""Who is sent: everybody's day beside him, and what speaks against it, said before it is recorded (1.10, 3.4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from svc.desk.lookups import call_log, card
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.clock.base import echo, minute, on_day
from svc.domain.nouns import absence, visit
from svc.domain.registers import ROLE_WORDS
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.output.fold import show
from svc.text import Text, say
from svc.ui.dialogue import ask_for_missing

if TYPE_CHECKING:
    from svc.audit.world import World

SENT = "technician"
MOST = 9
"""Calls that are offered by numbers, the latest first."""


# ---- what speaks against it --------------------------------------------------------------------------


def doubts(desk: Desk, staff: str, promised: datetime, hours: int, call: str | None, told: bool = False, but: str = "") -> Iterator[Text]:
    """No technician, away, twice for one call, two places at once, later than the customer wants it (3.4)."""
    who, role = desk.person("staff", staff).get("name") or staff, desk.role(staff)
    if role not in (SENT, ""):
        yield Text(f"{who} is no technician ({role})", f"{who}不是服务技术员（{ROLE_WORDS.words[role]}）")
    if not told:  # he agreed to a later time
        yield from _past_his_time(desk, promised, call)
    yield from busy(desk, staff, promised, hours, call, but)


def busy(desk: Desk, staff: str, promised: datetime, hours: int, call: str | None, but: str) -> Iterator[Text]:
    """Away then, sent for the same call already, promised elsewhere: by every visit `but` one."""
    who, until = desk.person("staff", staff).get("name") or staff, promised + timedelta(hours=hours)
    for gone in _absences(desk, staff, promised, until):
        since, end = _days(gone.since, gone.until, desk)
        yield Text(f"{who} is away from {since.en} to {end.en}", f"{who}于 {since.zh} 至 {end.zh} 请假外出")
    for one in _coming(desk):
        if one.id == but:
            continue
        at, name = echo(one.expected, desk.zone), desk.person("staff", one.staff).get("name") or one.staff
        if call and desk.index.stays("call", one.dispatch.get("call") or "") == call:
            yield Text(f"{name} is sent for {call} already ({one.id}, {at.en})", f"{call} 已派{name}（{one.id}，{at.zh}）")
        elif staff in (one.staff, *(one.dispatch.get("with") or ())) and one.meets(promised, until):
            yield Text(f"{who} is promised elsewhere then: {one.id}, {at.en}", f"{who}同一时间已另有约定：{one.id}，{at.zh}")


def _days(since: datetime, until: datetime, desk: Desk) -> tuple[Text, Text]:
    """From when to when, both as days where they are whole ones, the last one counted."""
    first, last = since.astimezone(desk.zone), until.astimezone(desk.zone)
    if (first.hour, first.minute, last.hour, last.minute) != (0, 0, 0, 0):
        return echo(since, desk.zone), echo(until, desk.zone)
    return on_day(first.date()), on_day((last - timedelta(days=1)).date())


def _past_his_time(desk: Desk, promised: datetime, call: str | None) -> Iterator[Text]:
    log = call_log(desk, call)
    due = log.get("due") if log else None
    if due and minute(promised) > minute(due):
        late, at = echo(due, desk.zone), echo(promised, desk.zone)
        yield Text(
            f"the customer wants it by {late.en}, the promise is {at.en}: it is judged by the customer's own time; --agreed if he agreed",
            f"客户要求 {late.zh} 前到场，约定为 {at.zh}：按客户要求的时间认定；客户已同意的请加 --agreed",
        )


def _coming(desk: Desk) -> Iterator[visit.Visit]:
    """The visits that somebody is sent for and has not reached."""
    desk.index.catch_up(("visit",))
    desk.index.refold()
    for (id,) in desk.index.select("select id from waiting where kind = 'arrive' and noun = 'visit'"):
        one = visit.fold(desk.index.entries("visit", str(id)))
        if one is not None and not one.cancelled and not one.arrived:
            yield one


def _absences(desk: Desk, staff: str, since: datetime, until: datetime) -> Iterator[absence.Absence]:
    desk.index.catch_up(("absence",))
    for (id,) in desk.index.select("select distinct id from entry where due >= ? and noun = 'absence'", int(since.timestamp())):
        one = absence.fold(desk.index.entries("absence", str(id)))
        if one and one.staff == staff and minute(one.since) < minute(until) and minute(one.until) > minute(since):
            yield one


# ---- the board ---------------------------------------------------------------------------------------


class Candidate(NamedTuple):
    """Somebody who may be sent, and what his day says of it."""

    staff: str
    name: str
    role: str
    promises: tuple[str, ...]
    against: tuple[Text, ...]
    knows: Text | None


def ask_which(desk: Desk, values: dict[str, Any]) -> None:
    """Ask which call it answers where none is named and no customer: those that nobody is sent for, by numbers."""
    if values.get("call") or values.get("customer"):
        return
    from svc.audit import open as waiting
    from svc.audit.schedule import UNASSIGNED

    world = desk.waiting(desk.view())
    ids = dict.fromkeys(item.about or item.id for item in waiting.items(world) if item.do.startswith(UNASSIGNED))
    found = sorted((world.told_calls[id] for id in ids if id in world.told_calls), key=lambda call: call.at, reverse=True)[:MOST]
    for n, call in enumerate(found, 1):
        name = world.registers.customers.get(call.customer or "", {}).get("name")
        told = [call.id, f"{call.at.astimezone(desk.zone):%m-%d %H:%M}", name, call.summary]
        show(f"{n:>3}  {' · '.join(word for word in told if word)}", sys.stderr, "     ")
    field = ledgers.event("visit", "dispatch").field("call")
    assert field is not None
    ask_for_missing(desk, "visit", "dispatch", [field._replace(required=True)], values, tuple(call.id for call in found))


def ask_whom(desk: Desk, values: dict[str, Any]) -> None:
    """Ask until when, show everybody with his day, then ask who goes: a number of the list, a name, an id."""
    fields = {field.name: field for field in ledgers.event("visit", "dispatch").fields}
    ask_for_missing(desk, "visit", "dispatch", [fields["promised"]], values)
    try:
        found = candidates(desk, desk.time(values["promised"]), int(values.get("hours") or visit.USUAL), values)
    except (SvcError, ValueError):
        found = []
    _show(found)
    ask_for_missing(desk, "visit", "dispatch", [fields["staff"]], values, tuple(one.staff for one in found))


def candidates(desk: Desk, promised: datetime, hours: int, values: dict[str, Any]) -> list[Candidate]:
    """Technicians first, those against whom nothing speaks before the others; who was at this machine last before all."""
    from svc.audit import schedule
    from svc.commands.plan import world_of

    call = desk.reference("call", values["call"]) if values.get("call") else None
    world = world_of(desk, promised - timedelta(days=1), desk.view())
    first, last = schedule.bounds(world, world.day(promised))
    been = _at_the_machine(desk, call, values.get("machine"))
    found = []
    for who, row in desk.register("staff").items():
        gone = row.get("left")
        if row.get("role") not in (SENT, "head", "clerk", "sales") or (gone and gone < world.day(promised).isoformat()):
            continue
        day = schedule.clashing(world, who, first, last)
        against = tuple(doubts(desk, who, promised, hours, None)) if row.get("role") == SENT else ()
        told = tuple(_promise(world, one) for one in day)
        found.append(Candidate(who, row.get("name") or who, row.get("role") or "", told, against, been.get(who)))
    return sorted(found, key=lambda one: (one.role != SENT, bool(one.against), one.knows is None, len(one.promises), one.staff))


def _promise(world: World, one: visit.Visit) -> str:
    """A promise of the day: when, which customer, in which region."""
    asked = world.calls.get(one.dispatch.get("call") or "")
    row = world.registers.customers.get(one.dispatch.get("customer") or (asked.customer if asked else "") or "", {})
    at = one.expected.astimezone(world.zone)
    return " ".join(word for word in (f"{at:%H:%M}", row.get("name"), row.get("region")) if word)


def _at_the_machine(desk: Desk, call: str | None, typed: str | None) -> dict[str, Text]:
    """Who was at the machine last, each with whether he mended it."""
    log = call_log(desk, call)
    serial = desk.reference("machine", typed) if typed else log.get("machine") if log else None
    if not serial:
        return {}
    owner = desk.person("machine", serial).get("customer")
    found: dict[str, Text] = {}
    for one in card(desk, owner, serial, desk.view())["visits"]:
        if one["machine"] == serial and one["staff"] not in found:
            day = (one["arrived_at"] or "")[:10]
            done = {True: Text("mended it", "已修好"), False: Text("not mended", "未修好"), None: Text("no report", "无报告")}[one["resolved"]]
            found[one["staff"]] = Text(f"was at {serial} on {day}, {done.en}", f"{day} 到过 {serial}，{done.zh}")
    return found


def _show(found: list[Candidate]) -> None:
    for n, one in enumerate(found, 1):
        role = "" if one.role == SENT else say(Text(f" ({one.role})", f"（{ROLE_WORDS.words.get(one.role, one.role)}）"))
        day = "; ".join(one.promises) or say(Text("nothing promised that day", "当天无约定"))
        said = [day, *(say(doubt).removeprefix(one.name).strip() for doubt in one.against), *([say(one.knows)] if one.knows else [])]
        show(f"{n:>3}  {one.name}{role} · {' · '.join(said)}", sys.stderr, "     ")
