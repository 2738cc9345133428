"""So and so long from now: `3天后`, `in 2 hours`, `+90m`, `半小时内`; and the ends of months."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from svc.domain.clock.times import SECONDS, fixed, on_clock
from svc.domain.clock.timetext import N, number_of

Window = tuple[datetime | None, datetime]
"""From when (None: not said) to when; the end is what is promised."""

_EN_UNITS = "|".join(sorted((w for w in SECONDS if w.isascii()), key=len, reverse=True))
_EN_SPAN = rf"([0-9]{{1,4}}|half an|an?) ?({_EN_UNITS})"
_AHEAD, _AGO = re.compile(rf"(?:in|within) {_EN_SPAN}"), re.compile(rf"{_EN_SPAN} (?:ago|from now)")
_SIGNED = re.compile(rf"([+-]) ?((?:[0-9]{{1,4}} ?(?:{_EN_UNITS})(?![a-z]) ?)+)")
_ZH_SPAN = re.compile(rf"(?:({N})(个?)(半?)|(半)个?)(分钟|小时|钟头|天|周|星期|礼拜)(?:[之以]?([后内])|([之以]?前))")
_MONTH_END = re.compile(
    r"(?:by )?(?:the )?end of (?:the |this )?month|(?:本|这个?)?月[底末](?:[之以]?前)?|(?:本|这个?)月[之以]?内"
    r"|(?:by )?(?:the )?(?P<next>end of next month)|(?P<zh_next>下个?月[底末])(?:[之以]?前)?"
    r"|(?:by )?(?:the )?(?P<year>end of (?:the |this )?year)|(?P<zh_year>(?:今年)?年[底末])(?:[之以]?前)?"
)
_ZH_PART = rf"({N})个?(天|小时|钟头|分钟?)"
_ZH_COMPOUND = re.compile(rf"(?:{_ZH_PART})(?:零|又)?(?:{_ZH_PART})(?:[之以]?([后内前]))")
_ZH_QUARTERS = re.compile(r"([一两三])刻钟[之以]?([后内前])")
_EN_COMPOUND = re.compile(rf"(?:in|within) ([0-9]{{1,4}}|an?) ?({_EN_UNITS}) ?(?:and )?([0-9]{{1,4}}) ?({_EN_UNITS})")
_EN_HALVES = re.compile(
    r"(?:in|within) (?:(an) hour and a half|([0-9]{1,3}) and a half hours|([0-9]{1,3})\.5 ?(?:hours|h))"
)


def relative(words: str, now: datetime, zone: tzinfo) -> Window | None:
    if words in ("now", "right now", "现在"):
        return None, fixed(now.astimezone(zone))
    end = _MONTH_END.fullmatch(words)
    if end:
        last = _last_day(now.astimezone(zone).date(), end)
        return None, on_clock(datetime.combine(last, time(23, 59)), zone)
    for read in (signed, english_span, chinese_span, _compound):
        shift = read(words)
        if shift is not None:
            return None, _later(now, zone, *shift)
    return None


def _last_day(today: date, end: re.Match[str]) -> date:
    """The last day of this month, of the next one, or of the year."""
    if end["year"] or end["zh_year"]:
        return date(today.year, 12, 31)
    first = _next_month(today)
    return (_next_month(first) if end["next"] or end["zh_next"] else first) - timedelta(days=1)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _later(now: datetime, zone: tzinfo, days: int, seconds: int) -> datetime:
    """Days keep the clock time, whatever the clocks do in between; hours are counted."""
    moment = now
    if days:
        wall = now.astimezone(zone).replace(tzinfo=None, microsecond=0, fold=0) + timedelta(days=days)
        moment = on_clock(wall, zone)
    moment = moment.astimezone(UTC) + timedelta(seconds=seconds)
    return fixed(moment.astimezone(zone))


def _split(number: float, unit: str) -> tuple[int, int]:
    seconds = int(number * SECONDS[unit])
    return (seconds // 86400, 0) if SECONDS[unit] >= 86400 else (0, seconds)


def signed(words: str) -> tuple[int, int] | None:
    match = _SIGNED.fullmatch(words)
    if not match:
        return None
    parts = [_split(int(n), unit) for n, unit in re.findall(r"([0-9]+) ?([a-z]+)", match[2])]
    sign = -1 if match[1] == "-" else 1
    return sign * sum(days for days, _ in parts), sign * sum(seconds for _, seconds in parts)


def english_span(words: str) -> tuple[int, int] | None:
    match = _AHEAD.fullmatch(words) or _AGO.fullmatch(words)
    if not match:
        return None
    number, unit = match.groups()
    if number == "half an" and SECONDS[unit] != 3600:
        return None
    amount = 0.5 if number == "half an" else 1 if number in ("a", "an") else int(number)
    days, seconds = _split(amount, unit)
    return (-days, -seconds) if words.endswith(" ago") else (days, seconds)


def chinese_span(words: str) -> tuple[int, int] | None:
    match = _ZH_SPAN.fullmatch(words)
    if not match:
        return None
    number, linked, and_half, half, unit, _, ago = match.groups()
    amount = number_of(number) if number else 0
    halved = bool(half or and_half)
    if amount < 0 or (halved and SECONDS[unit] != 3600) or (and_half and not linked):
        return None
    days, seconds = _split(amount + 0.5 * halved, unit)
    return (-days, -seconds) if ago else (days, seconds)


def _compound(words: str) -> tuple[int, int] | None:
    """Two units together, and halves and quarters of an hour: 1小时30分钟后, `in 1 hour 30 minutes`, 一刻钟后."""
    for pattern, read in ((_ZH_COMPOUND, _zh_compound), (_EN_COMPOUND, _en_compound)):
        match = pattern.fullmatch(words)
        if match:
            return read(match)
    quarters, halves = _ZH_QUARTERS.fullmatch(words), _EN_HALVES.fullmatch(words)
    if quarters:
        seconds = number_of(quarters[1]) * 900
        return 0, -seconds if quarters[2] == "前" else seconds
    if halves:
        return 0, 1800 + 3600 * int(1 if halves[1] else halves[2] or halves[3])
    return None


def _zh_compound(match: re.Match[str]) -> tuple[int, int] | None:
    first, unit, second, smaller, way = match.groups()
    return _together(number_of(first), unit, number_of(second), smaller, -1 if way == "前" else 1)


def _en_compound(match: re.Match[str]) -> tuple[int, int] | None:
    first, unit, second, smaller = match.groups()
    return _together(1 if first in ("a", "an") else int(first), unit, int(second), smaller, 1)


def _together(first: int, unit: str, second: int, smaller: str, sign: int) -> tuple[int, int] | None:
    if first < 0 or second < 0 or SECONDS[smaller] >= SECONDS[unit]:
        return None
    one, other = _split(first, unit), _split(second, smaller)
    return sign * (one[0] + other[0]), sign * (one[1] + other[1])
