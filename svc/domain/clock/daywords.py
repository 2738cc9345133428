"""Days: `明天`, `下周三`, `next monday`, `11月30日`, `nov 30`, `30号`; which of them can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from svc.domain.clock.spanwords import chinese_span, english_span, signed
from svc.domain.clock.times import WEEKDAYS
from svc.domain.clock.timetext import N, Refused, number_of
from svc.text import Text

_WORDS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨": -1, "yesterday": -1,
    "今天": 0, "今日": 0, "今": 0, "today": 0, "tonight": 0, "this": 0,
    "明天": 1, "明日": 1, "明": 1, "tomorrow": 1, "后天": 2, "后日": 2, "大后天": 3, "day after tomorrow": 2,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MON = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
WEEKDAY = "mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
ZH_WEEKDAY = "(?:周|星期|礼拜)([一二三四五六日天])"
_ON, _END, TH = "(?:on )?", "(?![a-z0-9:])", "(?:st|nd|rd|th)?"
_DAY_OF = f"(?P<d>[0-9]{{1,2}}){TH}"
_YEAR = "(?: (?P<y>20[0-9]{2}))?"


def _word(match: re.Match[str], now: datetime, end: time) -> date:
    return now.date() + timedelta(days=_WORDS[match[1]])


def zh_weekday(sign: str) -> int:
    return "一二三四五六日".index(sign.replace("天", "日"))


def _weekday(match: re.Match[str], now: datetime, end: time) -> date:
    """周五: the next one, today if the time is still ahead; 本周五, 下周五, 上周五: of that week."""
    which, day = match[1], zh_weekday(match[2])
    monday = now.date() - timedelta(days=now.weekday())
    if which:
        return monday + timedelta(days=day + {"下": 7, "下下": 14, "上": -7}.get(which, 0))
    return _next(day, now, end)


def _next(day: int, now: datetime, end: time) -> date:
    first = now.date() + timedelta(days=(day - now.weekday()) % 7)
    return first if datetime.combine(first, end) > now else first + timedelta(days=7)


def en_weekday(name: str) -> int:
    return WEEKDAYS.index(name[:3].title())


def _english_weekday(match: re.Match[str], now: datetime, end: time) -> date:
    which, day = match[1], en_weekday(match[2])
    if not which:
        return _next(day, now, end)
    today = now.date()
    ahead = today + timedelta(days=(day - now.weekday() - 1) % 7 + 1)
    back = today - timedelta(days=(now.weekday() - day - 1) % 7 + 1)
    that_week = today + timedelta(days=day - now.weekday() + {"next": 7, "last": -7}.get(which, 0))
    if which == "this":
        return _same(that_week, that_week if that_week >= today else ahead)
    return _same(that_week, ahead if which == "next" else back)


def _same(one: date, other: date) -> date:
    if one == other:
        return one
    first, second = sorted((one, other))
    raise Refused(
        f"that is either {first} or {second}",
        f"可能是 {first}，也可能是 {second}",
        Text(f"write the date, like {first}T15:00", f"请写日期，如 {first}T15:00"),
    )


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        said = f"{year}-{month:02}-{day:02}"
        raise Refused(f"read as {said}, which does not exist", f"读作 {said}，没有这一天") from None


def _iso_day(match: re.Match[str], now: datetime, end: time) -> date:
    return _real(int(match[1]), int(match[3]), int(match[4]))


def _chinese_date(match: re.Match[str], now: datetime, end: time) -> date:
    said, month, day = match[1], number_of(match[2]), number_of(match[3])
    if said and said[0].isdigit():
        return _real(int(said[:4]), month, day)
    if said:
        return _real(now.year + {"去年": -1, "今年": 0, "明年": 1}[said], month, day)
    return _near(month, day, now)


def _english_date(match: re.Match[str], now: datetime, end: time) -> date:
    month, day = _MONTHS.index(match["mon"][:3]) + 1, int(match["d"])
    return _real(int(match["y"]), month, day) if match["y"] else _near(month, day, now)


def _near(month: int, day: int, now: datetime) -> date:
    """A date without a year: at most half a year ahead or a month back, else the year is asked for."""
    found = []
    for year in (now.year - 1, now.year, now.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    if not found:
        said = f"{month:02}-{day:02}"
        raise Refused(f"{said} does not exist in or about {now.year}", f"{now.year} 年前后没有 {said}")
    for one in found:
        if -31 <= (one - now.date()).days <= 183:
            return one
    choices = [f"{one}T15:00" for one in found[-2:]]
    raise Refused(
        "the year is missing: the day is neither soon nor just over",
        "没有说哪一年，离今天又远",
        Text("write it with the year: " + " or ".join(choices), "请写上年份：" + " 或 ".join(choices)),
    )


def _day_of_month(match: re.Match[str], now: datetime, end: time) -> date:
    which, day = match[1], number_of(match[2])
    months = now.year * 12 + now.month - 1 + ({"下": 1, "上": -1}.get(which[0], 0) if which else 0)
    found = _real(months // 12, months % 12 + 1, day)
    if not which and found < now.date():
        raise Refused(
            f"{found} is over, and the next month may be meant",
            f"{found} 已过，也可能是下月",
            Text(f"write the date, like {found}T15:00", f"请写本月{day}号、下月{day}号，或 {found}T15:00"),
        )
    return found


def days_on(match: re.Match[str], now: datetime, end: time) -> date:
    shift = signed(match[0]) or english_span(match[0]) or chinese_span(match[0])
    if shift is None:
        raise Refused("not a number of days", "不是天数")
    return now.date() + timedelta(days=shift[0])


DAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime, time], date]], ...] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        ("(大前天|前天|昨[天日]|今[天日]|明[天日]|大后天|后[天日]|[昨今明](?=[早晚]))", _word),
        (f"(?:the )?(today|tonight|tomorrow|yesterday|day after tomorrow){_END}", _word),
        ("(this)(?= (?:morning|afternoon|evening))", _word),
        (f"(?:(本|这|下下|下|上)个?)?{ZH_WEEKDAY}", _weekday),
        (f"{_ON}(?:(this|next|last) )?({WEEKDAY}){_END}", _english_weekday),
        (rf"{_ON}(20[0-9]{{2}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})(?![0-9])", _iso_day),
        (f"(20[0-9]{{2}}年|今年|明年|去年)?({N})月({N})[日号]", _chinese_date),
        (f"{_ON}(?P<mon>{MON}) {_DAY_OF}{_YEAR}{_END}", _english_date),
        (f"{_ON}{_DAY_OF} (?:of )?(?P<mon>{MON}){_YEAR}{_END}", _english_date),
        (f"(?:(本|这个?|下个?|上个?)月)?({N})[日号]", _day_of_month),
        (f"{N}个?(?:天|周|星期|礼拜)[之以]?[后前]", days_on),
        (f"in (?:[0-9]{{1,4}}|a) (?:days?|weeks?){_END}|[0-9]{{1,4}} (?:days?|weeks?) ago{_END}", days_on),
        (f"[+-][0-9]{{1,4}}[dw]{_END}", days_on),
    )
)
