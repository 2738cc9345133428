"""Events as an iCalendar file (RFC 5545): the same visit keeps its UID, a newer promise replaces the older one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from svc.domain.appointment import Appointment
from svc.domain.clock.precision import WholeDay
from svc.extras import needs
from svc.output.words import word
from svc.text import Text, say

LENGTH = timedelta(hours=1)
"""How long an event is shown: the contract promises an arrival, not an end."""


def render(events: Sequence[Appointment], title: str, desk: str, zone: str, alarms: Sequence[timedelta]) -> bytes:
    """The file's bytes, the same for the same events. `desk` makes UIDs unique; `zone` is an IANA name."""
    with needs("calendar"):
        from icalendar import Calendar
    calendar: Any = Calendar()
    calendar.add("prodid", "-//svc//after-sales service//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", zone)
    for one in events:
        calendar.add_component(_event(one, desk, alarms))
    if events:
        calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made


def _event(one: Appointment, desk: str, alarms: Sequence[timedelta]) -> Any:
    from icalendar import Event as Component

    made: Any = Component()
    made.add("uid", f"{one.id}.{desk}@svc")
    made.add("dtstamp", one.changed.astimezone(UTC))
    made.add("last-modified", one.changed.astimezone(UTC))
    made.add("sequence", one.version)
    whole = isinstance(one.promised, WholeDay)
    made.add("dtstart", one.promised.date() if whole else one.promised)
    made.add("dtend", one.promised.date() + timedelta(days=1) if whole else one.promised + LENGTH)
    made.add("summary", _summary(one))
    made.add("description", _description(one))
    made.add("categories", [word(one.purpose, "purpose")])
    if one.place:
        made.add("location", one.place)
    made.add("status", "CANCELLED" if one.cancelled is not None else "CONFIRMED")
    if one.cancelled is None and one.arrived is None:
        for before in alarms:
            made.add_component(_alarm(one, before))
    return made


def _summary(one: Appointment) -> str:
    state = ""
    if one.cancelled is not None:
        state = say(Text("[cancelled] ", "［已取消］"))
    elif one.arrived:
        state = say(Text(f"[on site {one.arrived:%H:%M}] ", f"［{one.arrived:%H:%M} 已到场］"))
    where = one.customer or one.place or one.id
    return f"{state}{word(one.purpose, 'purpose')} {where} · {one.name or one.staff}"


def _description(one: Appointment) -> str:
    """What it is about; numbers of people stay in the registers."""
    lines = [
        one.id,
        say(Text(f"on site by {_clock(one.promised)}", f"最晚 {_clock(one.promised)} 到场")),
        say(Text(f"machine {one.machine}", f"设备 {one.machine}")) if one.machine else None,
        one.summary,
        say(Text(f"cancelled: {one.cancelled}", f"取消原因：{one.cancelled}")) if one.cancelled is not None else None,
    ]
    return "\n".join(line for line in lines if line)


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _alarm(one: Appointment, before: timedelta) -> Any:
    from icalendar import Alarm

    alarm: Any = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(one))
    alarm.add("trigger", -before)
    return alarm
