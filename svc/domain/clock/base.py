"""Instants, months, spans, days off: read strictly what was typed, show them so that nobody mistakes them.

Every moment given back is aware, whole in seconds, and carries a *fixed* offset: Python subtracts and
compares two times of one zone by the wall clock, which is wrong on the days the clock is changed; with
fixed offsets it works on instants, and a moment read is the same as one loaded from a ledger.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache

from svc.domain.clock.precision import WholeDay, whole_day
from svc.errors import BadInput
from svc.text import Text, quoted, quoted_zh

YEARS = (2000, 2099)
"""The years a moment may lie in: anything else is a slip of the finger or a broken clock."""

UNITS = {
    "m min mins minute minutes 分 分钟": 60,
    "h hr hrs hour hours 小时 钟头": 3600,
    "d day days 天 日": 86400,
    "w week weeks 周 星期 礼拜": 604800,
}
SECONDS = {word: seconds for words, seconds in UNITS.items() for word in words.split()}
"""How long a unit of time is, by each of its words."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ZH_WEEKDAYS = "一二三四五六日"

EXAMPLES = Text(
    "write it like 2026-11-23T15:00, 15:00 (today), tomorrow 15:00, fri 3pm, nov 30 14:00, in 3 days, +2h",
    "可写：2026-11-23T15:00、15:00（今天）、明天下午3点、周五 15:00、11月30日 14:00、3天后、+2h",
)

_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20}
# Compiled when first used (by `re`, which keeps them): a start-up is paid by every command.
_DATE = r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
_ISO = _DATE + r"([T ])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(Z|[+-][0-9]{2}:[0-9]{2})?"
_NO_HOUR = r"([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}) ?(?:\?|钟点不详|时间不详)"
_OTHER_ISO = r"[0-9]{8}([T ].*)?|[0-9]{4}-?W[0-9].*|[0-9]{4}-?[0-9]{3}([T ].*)?"
_MONTH = r"(20[0-9]{2})-(0[1-9]|1[0-2])"
_ONE_SPAN = "([0-9]{1,5}) ?个?(" + "|".join(sorted(SECONDS, key=len, reverse=True)) + ")(?![a-z])"
_SPAN = f"(?:{_ONE_SPAN} ?)+"


def plain(text: str) -> str:
    """The text with full-width letters, digits and signs made plain and blanks made single."""
    return " ".join((text if text.isascii() else text.translate(_WIDE)).split())


def refusal(text: str, why: Text, hint: Text = EXAMPLES) -> BadInput:
    """The error for a time that cannot be used, saying how it was read."""
    return BadInput(Text(f"{quoted(text)}: {why.en}", f"{quoted_zh(text)}：{why.zh}"), hint)


def fixed(moment: datetime) -> datetime:
    """The same instant and wall clock with a fixed offset, without fractions of a second."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without an offset")
    return moment.replace(tzinfo=at_offset(offset), microsecond=0, fold=0)


@cache
def at_offset(shift: timedelta) -> timezone:
    """The zone of a fixed offset, one object for all who ask: Python compares moments of one and the same zone many times as fast."""
    return timezone(shift)


def on_clock(wall: datetime, zone: tzinfo) -> datetime:
    """The moment at which the clocks of `zone` show `wall`; BadInput where there is none, or two."""
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after:
        return fixed(first)
    one, other = (
        fixed(reading.astimezone(UTC).astimezone(zone)).isoformat(timespec="minutes") for reading in (first, second)
    )
    twice = (before or timedelta()) > (after or timedelta())
    why = (
        Text("the clocks show it twice that night", "当天调钟，这个钟点出现两次")
        if twice
        else Text("the clocks leave it out that day", "当天调钟，没有这个钟点")
    )
    hint = Text(f"write {one} or {other}", f"请写 {one} 或 {other}")
    raise refusal(wall.strftime("%Y-%m-%d %H:%M"), why, hint)


def read_iso(text: str, zone: tzinfo) -> datetime | None:
    """The moment that an ISO 8601 text names (in `zone` if it names no offset), None if it is none.

    `2026-11-23T15:00[:05][+08:00|Z]`; a blank for the `T`, `/` or `.` for `-`, one-digit months, days
    and hours are understood. `2026-11-23?` is a day of which nobody knows the hour. BadInput for a date alone, for what
    does not exist, and for the forms of ISO 8601 that people mistake (20250301, 2025-W09-6). Full-width signs and
    blanks are understood; full-width digits only in time words (`明天下午３点`), which a person types and sees read back.
    """
    moment = as_kept(text)
    if moment:
        return moment
    typed = plain(text)
    if not text.isascii() and re.match(_DATE, typed):
        _refuse_wide(text, typed)
    match = re.fullmatch(_ISO, typed)
    if match:
        return _iso_moment(text, match, zone)
    unknown = re.fullmatch(_NO_HOUR, typed)
    if unknown:
        return read_day(unknown[1], zone)
    date = re.fullmatch(_DATE, typed)
    if date:
        day = _wall(text, date[1], date[3], date[4]).date()
        raise refusal(
            text,
            Text("read as a day; the hour is missing", "是日期，缺钟点"),
            Text(f"write for example {day}T15:00; where nobody knows the hour any more: {day}?", f"例如 {day}T15:00；钟点已无从知道的，写 {day}?"),
        )
    if re.fullmatch(_OTHER_ISO, typed):
        raise refusal(
            text,
            Text("not read as a date: days, weeks and numbers look alike", "不作日期读：容易误读"),
            Text("write it like 2026-11-23T15:00", "请写成 2026-11-23T15:00"),
        )
    return None


def read_day(text: str, zone: tzinfo) -> WholeDay | None:
    """The day that a text names alone, `2026-11-23`, for files that tell no hour; None where it is none."""
    typed = plain(text)
    found = re.fullmatch(_DATE + r"(?: [+-][0-9]{2}:[0-9]{2})?", typed)  # with its offset, as registers keep it
    if not found:
        return None
    _refuse_wide(text, typed)
    return whole_day(_wall(text, found[1], found[3], found[4]).date(), zone)


def _refuse_wide(text: str, typed: str) -> None:
    """BadInput for a date, month or year in digits of another width: no program writes them, and files are not read back."""
    if re.search("[\uff10-\uff19]", text):
        raise refusal(
            text,
            Text("the digits are full-width ones", "数字用了全角"),
            Text(f"write {typed}", f"请写 {typed}"),
        )


def as_kept(text: str) -> datetime | None:
    """The moment of a text in the one form in which ledgers keep it: of a long import, that of nearly every line."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    low, high = YEARS
    offset = moment.utcoffset()
    known = offset is not None and abs(offset) <= timedelta(hours=14) and low <= moment.year <= high
    return moment if known and moment.isoformat(timespec="seconds") == text else None


def _iso_moment(text: str, match: re.Match[str], zone: tzinfo) -> datetime:
    year, _, month, day, between, hour, minute, second, offset = match.groups()
    wall = _wall(text, year, month, day, hour, minute, second or "0")
    if offset is None:
        return on_clock(wall, zone)
    if between == " " and offset[0] == "-" and second is None:
        date, start, end = f"{wall:%Y-%m-%d}", f"{wall:%H:%M}", offset[1:]
        raise refusal(
            text,
            Text(
                f"either from {start} to {end}, or {start} at the offset {offset}",
                f"可能是 {start} 到 {end}，也可能是时区 {offset} 的 {start}",
            ),
            Text(
                f"write {date} {start} to {end}, or {date}T{start}:00{offset}",
                f"请写 {date} {start}到{end}，或 {date}T{start}:00{offset}",
            ),
        )
    return wall.replace(tzinfo=_offset(text, offset))


def _wall(text: str, *parts: str) -> datetime:
    """The wall clock time of year, month, day[, hour, minute, second]; BadInput if there is no such."""
    year, month, date, hour, minute, second = (*(int(part) for part in parts), 0, 0, 0)[:6]
    try:
        wall = datetime(year, month, date, hour, minute, second)
    except ValueError:
        said = "-".join(part.zfill(2) for part in parts[:3])
        said = f"{said} {':'.join(part.zfill(2) for part in parts[3:])}".strip()
        midnight = Text("write 00:00 of the next day", "请写次日 00:00")
        why = Text(f"read as {said}, which does not exist", f"读作 {said}，不存在")
        raise refusal(text, why, midnight if (hour, minute) == (24, 0) else EXAMPLES) from None
    check_year(text, wall)
    return wall


def check_year(text: str, moment: datetime) -> None:
    """BadInput for a year that cannot be meant."""
    low, high = YEARS
    if not low <= moment.year <= high:
        raise refusal(
            text,
            Text(f"the year {moment.year:04} cannot be meant", f"{moment.year:04} 年不可能"),
            Text(f"a year from {low} to {high}", f"年份应在 {low} 到 {high} 之间"),
        )


def _offset(text: str, offset: str) -> timezone:
    if offset == "Z":
        return UTC
    hours, minutes_ = int(offset[1:3]), int(offset[4:6])
    if minutes_ > 59 or hours * 60 + minutes_ > 14 * 60:
        raise refusal(
            text,
            Text(f"there is no offset {offset}", f"没有时区 {offset}"),
            Text("China is +08:00; leave it out for the desk's own", "中国是 +08:00；省略则按本部门时区"),
        )
    shift = timedelta(hours=hours, minutes=minutes_)
    return timezone(-shift if offset[0] == "-" else shift)


def minute(moment: datetime) -> int:
    """The number of the minute in which an instant lies, wherever on earth: what is compared where one instant is held
    against another (before, within, at the same time, between). Times are judged as they are shown.
    """
    return second(moment) // 60


def second(moment: datetime) -> int:
    """The number of the second in which an instant lies, wherever on earth; where its offset is fixed, in half the time of Python's own."""
    zone = moment.tzinfo
    if type(zone) is not timezone:
        return int(moment.timestamp())
    since = moment - _beginning(zone)
    return since.days * 86_400 + since.seconds


@cache
def _beginning(zone: timezone) -> datetime:
    """The instant from which seconds are counted, in a zone: Python takes moments of one zone from each other without asking it."""
    return datetime(1970, 1, 1, tzinfo=UTC).astimezone(zone)


def to_minute(moment: datetime) -> datetime:
    """The beginning of the minute in which an instant lies."""
    return moment.replace(second=0, microsecond=0) if moment.second or moment.microsecond else moment


def happened(moment: datetime, now: datetime) -> datetime:
    """The moment of a deed; BadInput for one that is still to come (clocks may differ by five minutes)."""
    if moment.timestamp() > now.timestamp() + 300:
        said = f"{moment:%Y-%m-%d %H:%M}"
        raise BadInput(
            Text(f"{said} is in the future", f"{said} 在将来"),
            Text("record what has happened, with the time at which it did", "只能记录已发生的事，时间写发生的时刻"),
        )
    return moment


def month_bounds(month: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first moment of the month `2026-10` in `zone`, and the first of the month after it."""
    match = re.fullmatch(_MONTH, plain(month))
    _refuse_wide(month, plain(month))
    if not match:
        raise BadInput(
            Text(f"{quoted(month)} is no month", f"{quoted_zh(month)}不是月份"),
            Text("write year and month, like 2026-10; or last, this", "请写年和月，如 2026-10，或 上月、本月"),
        )
    year, number = int(match[1]), int(match[2])
    return _first(year, number, zone), _first(year + number // 12, number % 12 + 1, zone)


def _first(year: int, month: int, zone: tzinfo) -> datetime:
    # By way of UTC: where the clocks leave out midnight, the month begins at the first time they show.
    midnight = datetime(year, month, 1, tzinfo=zone)
    return fixed(midnight.astimezone(UTC).astimezone(zone))


_LENGTHS = {"month": 1, "quarter": 3, "year": 12}


def period_months(month: str, per: str) -> tuple[str, str]:
    """The first and the last month of the month, quarter or year in which a month lies."""
    length = _LENGTHS[per]
    first = (int(month[5:]) - 1) // length * length + 1
    return f"{month[:4]}-{first:02d}", f"{month[:4]}-{first + length - 1:02d}"


def month_names(last: str, count: int) -> list[str]:
    """So many months up to `last` ("2026-10"), the earliest first; none before the first year there is."""
    after = int(last[:4]) * 12 + int(last[5:])
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(max(after - count, YEARS[0] * 12), after)]


def year_months(year: str) -> list[str]:
    """The names of the twelve months of a year; BadInput for what is no year."""
    name = plain(year)
    _refuse_wide(year, name)
    if not re.fullmatch(r"20[0-9]{2}", name):
        raise BadInput(
            Text(f"{quoted(year)} is no year", f"{quoted_zh(year)}不是年份"), Text("write four digits, like 2026", "请写四位数字，如 2026")
        )
    return [f"{name}-{month:02d}" for month in range(1, 13)]


def minutes(seconds: float) -> int:
    """Whole minutes, rounded half up."""
    return int((seconds + 30) // 60)


def span(text: str) -> int:
    """The seconds of `2h`, `30m`, `24 hours`, `1d 12h`, `2小时`, `3天`; BadInput for anything else."""
    typed = plain(text).lower()
    found = re.findall(_ONE_SPAN, typed) if re.fullmatch(_SPAN, typed) else []
    sizes = [SECONDS[unit] for _, unit in found]
    total = sum(int(number) * size for (number, _), size in zip(found, sizes, strict=True))
    if total == 0 or sizes != sorted(set(sizes), reverse=True):
        raise refusal(
            text,
            Text("is no span of time", "不是时长"),
            Text("write it like 30m, 2h, 3d, 24 hours, 30 days", "可写：30分钟、2小时、3天、2h、3d"),
        )
    return total


def days_old(moment: datetime, now: datetime, zone: tzinfo) -> int:
    """The age of what is open, in days of the calendar: what began yesterday is one day old at any hour of today."""
    return (now.astimezone(zone).date() - moment.astimezone(zone).date()).days


def show_span(seconds: float) -> Text:
    """A span in words, to the minute: 15 h 30 min; in days from two days on; a minus before negative ones."""
    whole = minutes(abs(seconds))
    days, rest = divmod(whole, 1440) if whole >= 2880 else (0, whole)
    parts = [(days, "d", "天"), (rest // 60, "h", "小时"), (rest % 60, "min", "分")]
    told = [part for part in parts if part[0]] or parts[-1:]
    sign = "-" if seconds < 0 and whole else ""
    return Text(
        sign + " ".join(f"{number} {en}" for number, en, _ in told),
        sign + " ".join(f"{number} {zh}" for number, _, zh in told),
    )


def echo(moment: datetime, zone: tzinfo) -> Text:
    """A moment with its weekday, so that a slip is seen: Tue 2026-11-24 15:00, 2026年11月24日 周二 15:00."""
    here = moment.astimezone(zone)
    day, clock = here.weekday(), f"{here:%H:%M}"
    if isinstance(moment, WholeDay):
        return Text(
            f"{WEEKDAYS[day]} {here:%Y-%m-%d}, hour not known", f"{here.year}年{here.month}月{here.day}日 周{ZH_WEEKDAYS[day]}（钟点不详）"
        )
    return Text(
        f"{WEEKDAYS[day]} {here:%Y-%m-%d} {clock}",
        f"{here.year}年{here.month}月{here.day}日 周{ZH_WEEKDAYS[day]} {clock}",
    )


def on_day(day: date) -> Text:
    """A day with its weekday: Tue 2026-11-24, 2026年11月24日 周二."""
    return Text(f"{WEEKDAYS[day.weekday()]} {day}", f"{day.year}年{day.month}月{day.day}日 周{ZH_WEEKDAYS[day.weekday()]}")


@cache
def day_off(day: date) -> bool | None:
    """Whether nobody has to work on a day in mainland China (1.10): weekends and public holidays, make-up workdays count as work.

    None for a year whose holidays are not published: never guessed.
    """
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return None
