"""Who is where when: promised visits, absences, installations and tours of some days, and what nobody is sent for yet (1.10, 3.4).

A visit is taken to last as long as was said when somebody was sent (`--hours`), else an hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from svc.audit.open import items
from svc.audit.world import Span, World
from svc.domain.cases import Item
from svc.domain.clock.base import minute
from svc.domain.nouns.absence import Absence
from svc.domain.nouns.visit import Visit
from svc.text import Text

Row = dict[str, Any]

TRAVELS = "technician"
"""The role that is sent out: who of it has nothing on a day is told as free."""
DOING = {
    "visit": Text("", ""),
    "away": Text("away", "请假外出"),
    "install": Text("installation promised", "安装调试期限"),
    "tour": Text("visit to be made", "应走访"),
}
UNASSIGNED = "svc visit dispatch"
"""What goes on with somebody being sent."""


def clashing(world: World, staff: str, since: datetime, until: datetime) -> list[Visit]:
    """The visits that somebody is expected at in a stretch of time and has not finished, in order of time."""
    found = [
        one
        for one in world.visits.values()
        if staff in going(one) and one.cancelled is None and one.left is None and one.meets(since, until)
    ]
    return sorted(found, key=lambda one: (one.expected, one.id))


def going(one: Visit) -> tuple[str, ...]:
    """Whoever is sent: who answers for the visit first."""
    return (one.staff, *one.team)


def away(world: World, staff: str, since: datetime, until: datetime) -> list[Absence]:
    """When somebody is away in a stretch of time."""
    absences: Iterable[Absence] = world.of("absence").values()
    return [one for one in absences if one.staff == staff and minute(one.since) < minute(until) and minute(one.until) > minute(since)]


def plan(world: World, waiting: World, span: Span) -> Row:
    """The rows of each day in order of time, who of the technicians has none, and what nobody is sent for."""
    days = list(_days(world, span))
    rows = sorted((row for day in days for row in _of_day(world, day)), key=lambda row: (row["day"], row["from"], row["id"]))
    return {
        "from": days[0].isoformat(),
        "to": days[-1].isoformat(),
        "as_of": world.now.astimezone(world.zone).isoformat(timespec="seconds"),
        "rows": rows,
        "free": [row for day in days for row in _free(world, day, rows)],
        "unassigned": [_unassigned(waiting, item) for item in items(waiting) if item.do.startswith(UNASSIGNED)],
    }


def _days(world: World, span: Span) -> Iterator[date]:
    day = world.day(span.start)
    while day < world.day(span.end):
        yield day
        day += timedelta(days=1)


def bounds(world: World, day: date) -> tuple[datetime, datetime]:
    """The beginning of a day and of the next one, in the desk's zone."""
    first = datetime.combine(day, datetime.min.time(), world.zone)
    return first, datetime.combine(day + timedelta(days=1), datetime.min.time(), world.zone)


def _of_day(world: World, day: date) -> Iterator[Row]:
    first, last = bounds(world, day)
    for one in world.visits.values():
        if one.cancelled is None and world.day(one.expected) == day:
            for who in going(one):
                yield {**_row(world, day, who, "visit", one.id, one.expected, one.ends), **_visit(world, one)}
    for gone in world.of("absence").values():
        if minute(gone.since) < minute(last) and minute(gone.until) > minute(first):
            yield _row(world, day, gone.staff, "away", gone.id, max(gone.since, first), min(gone.until, last))
    for noun, due in (("install", "due"), ("tour", "by")):
        for one in world.of(noun).values():
            moment: datetime = getattr(one, due)
            if one.done is None and world.day(moment) == day:
                opened = one.promise if noun == "install" else one.plan
                who = opened.get("staff")
                yield {
                    **_row(world, day, who, noun, one.id, moment, moment),
                    **_customer(world, opened.get("customer")),
                    "about": opened.get("product"),
                }


def _row(world: World, day: date, who: str | None, kind: str, id: str, since: datetime, until: datetime) -> Row:
    return {
        "day": day.isoformat(),
        "staff": who,
        "name": world.name(who),
        "kind": kind,
        "doing": DOING[kind],
        "id": id,
        "from": since.astimezone(world.zone).isoformat(timespec="seconds"),
        "to": until.astimezone(world.zone).isoformat(timespec="seconds"),
        "state": None,
        "customer": None,
        "customer_name": None,
        "place": None,
        "machine": None,
        "about": None,
    }


def _visit(world: World, one: Visit) -> Row:
    asked = world.calls.get(one.dispatch.get("call") or "")
    customer = one.dispatch.get("customer") or (asked.customer if asked else None)
    state = "left" if one.left else "on_site" if one.arrived else "missed" if minute(one.expected) < minute(world.now) else "promised"
    return {
        "state": state,
        **_customer(world, customer, one.dispatch.get("place")),
        "machine": world.machine_of(one.id),
        "about": asked.log.get("summary") if asked else one.purpose,
    }


def _customer(world: World, id: str | None, place: str | None = None) -> Row:
    row = world.registers.customers.get(id or "", {})
    return {"customer": id, "customer_name": row.get("name"), "place": place or row.get("region") or row.get("address")}


def _free(world: World, day: date, rows: Sequence[Row]) -> Iterator[Row]:
    busy = {row["staff"] for row in rows if row["day"] == day.isoformat()}
    for who, row in world.registers.staff.items():
        gone = row.get("left")
        if row.get("role") == TRAVELS and who not in busy and not (gone and gone < day.isoformat()):
            yield {"day": day.isoformat(), "staff": who, "name": row.get("name")}


def _unassigned(world: World, item: Item) -> Row:
    call = world.told_calls.get(item.about or item.id)
    return {
        "noun": item.noun,
        "id": item.id,
        "what": item.what,
        "since": item.since.astimezone(world.zone).isoformat(timespec="seconds"),
        "due": item.due.astimezone(world.zone).isoformat(timespec="seconds") if item.due else None,
        **_customer(world, call.customer if call else None),
        "do": item.do,
    }
