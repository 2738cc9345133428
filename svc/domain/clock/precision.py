"""How exactly a moment is known: to the minute, or its day alone. The one place that knows a day's bounds.

A list with days only says on which day something happened and not at which hour. Nobody invents one: such a moment
is a `WholeDay`, somewhere between the first and the last minute of its day. Whatever holds one moment against another
asks here, and gets None where the two days alone do not decide it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any

LAST = 24 * 60 - 1
"""The last minute of a day."""
UNDECIDED = "facts_missing"
"""What it is neither in time nor late where the days alone do not decide it."""
_CLOCK = r"[T ]?%H(:%M)?(:%S)?"
_WRITTEN = r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([+-])([0-9]{2}):([0-9]{2})"


class WholeDay(datetime):
    """A day of which nobody knows the hour. As a number it is its beginning; shown it is the day, without an hour.

    It stays the day that was written in whatever zone it is looked at.
    """

    def isoformat(self, *args: Any, **options: Any) -> str:
        return self.date().isoformat()

    def __str__(self) -> str:
        return self.isoformat()

    def strftime(self, wanted: str) -> str:
        return super().strftime(re.sub(_CLOCK, "", wanted) or "?")

    def __format__(self, wanted: str) -> str:
        return self.strftime(wanted) if wanted else self.isoformat()

    def astimezone(self, tz: tzinfo | None = None) -> WholeDay:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WholeDay) and super().__eq__(other)

    def __hash__(self) -> int:
        return super().__hash__()


def whole_day(day: date, zone: tzinfo) -> WholeDay:
    """A day in a zone."""
    begins = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).astimezone(zone)
    return WholeDay(day.year, day.month, day.day, tzinfo=timezone(begins.utcoffset() or timedelta()))


def cell(moment: datetime) -> str:
    """A moment as ledgers keep it: `2026-10-05T09:30:00+08:00`, of a whole day `2026-10-05 +08:00`."""
    return _cell(moment, moment.tzinfo)  # the same instant on another clock is another text


@lru_cache(1 << 12)
def _cell(moment: datetime, zone: tzinfo | None) -> str:
    """Of a long import or list many entries are of one minute, and each is spelled more than once."""
    if isinstance(moment, WholeDay):
        begins = datetime(moment.year, moment.month, moment.day, tzinfo=zone).isoformat()
        return f"{begins[:10]} {begins[19:]}"
    return moment.isoformat(timespec="seconds")


def kept(text: str) -> datetime:
    """The moment of a text in the form in which ledgers keep it; ValueError for any other."""
    if text[10:11] != " ":
        return datetime.fromisoformat(text)
    match = re.fullmatch(_WRITTEN, text)
    if match is None:
        raise ValueError(f"{text!r} is no day with its offset")
    begins = datetime.fromisoformat(f"{match[1]}T00:00:00{text[11:]}")
    return WholeDay(begins.year, begins.month, begins.day, tzinfo=begins.tzinfo)


def as_typed(moment: datetime) -> str:
    """A moment as a person types it: `2026-10-05T09:30:00+08:00`, of a whole day `2026-10-05?`."""
    return moment.isoformat(timespec="seconds") + ("?" if isinstance(moment, WholeDay) else "")


# ---- one moment against another ------------------------------------------------------------------------


def earliest(moment: datetime) -> int:
    """The first minute in which a moment may lie, counted as `svc.domain.clock.base.minute` counts."""
    return int(moment.timestamp()) // 60


def latest(moment: datetime) -> int:
    """The last minute in which a moment may lie."""
    return int(moment.timestamp()) // 60 + (LAST if isinstance(moment, WholeDay) else 0)


def not_after(one: datetime, other: datetime, seconds: int = 0) -> bool | None:
    """Whether one moment is at another, or so many seconds later, at the latest, by the minute; None: not decided."""
    if type(one) is datetime is type(other) and not (one.second or other.second) and _by_instants(one, other):
        if seconds >= 0 and one <= other:  # as nearly always: both whole minutes, and in time
            return True
        late = one - other
        return late.days * 86_400 + late.seconds <= seconds
    if latest(one) * 60 <= earliest(other) * 60 + seconds:
        return True
    return False if earliest(one) * 60 > latest(other) * 60 + seconds else None


def _by_instants(one: datetime, other: datetime) -> bool:
    """Whether a difference of two moments is one of instants: of the same zone Python takes that of the clocks on the wall."""
    return one.tzinfo is not other.tzinfo or type(one.tzinfo) is timezone


def before(one: datetime, other: datetime) -> bool | None:
    """Whether one moment lies in an earlier minute than another; None: not decided."""
    reverse = not_after(other, one)
    return None if reverse is None else not reverse


def between(moment: datetime, first: datetime, last: datetime) -> bool | None:
    """Whether a moment lies between two others, both minutes included; None: not decided."""
    found = not_after(first, moment), not_after(moment, last)
    return False if False in found else None if None in found else True


def elapsed(start: datetime, end: datetime) -> float | None:
    """The seconds from one moment to another; None where the hour of one is not known."""
    if isinstance(start, WholeDay) or isinstance(end, WholeDay):
        return None
    if _by_instants(end, start):
        return (end - start).total_seconds()
    return end.timestamp() - start.timestamp()


def later(moment: datetime, seconds: int) -> datetime:
    """A moment so many seconds later; of a whole day the day, or (where that is not whole days) the latest it may be."""
    if isinstance(moment, WholeDay):
        days, rest = divmod(seconds, 86_400)
        if rest == 0:
            return whole_day(moment.date() + timedelta(days=days), moment.tzinfo or UTC)
        return datetime.fromtimestamp(latest(moment) * 60 + seconds, moment.tzinfo)
    return datetime.fromtimestamp(moment.timestamp() + seconds, moment.tzinfo)


def end_of(moment: datetime) -> datetime:
    """The last minute in which a moment may lie: what was to be done by then is overdue behind it."""
    return datetime.fromtimestamp(latest(moment) * 60, moment.tzinfo) if isinstance(moment, WholeDay) else moment
