"""The days and hours that words name: `明天`, `下周三`, `nov 30`, `30号`; `下午3点半`, `9am`, `2-4pm`; which of them can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from svc.domain.clock.base import WEEKDAYS, ZH_WEEKDAYS
from svc.domain.clock.spans import N, Refused, chinese_span, english_span, number_of, signed
from svc.named import NamedTuple
from svc.text import Text

Hours = tuple[time | None, time]
"""From when to when on a day."""


def _table(as_they_are: range, afternoon: range) -> dict[int, int]:
    return {hour: hour for hour in as_they_are} | {hour: hour + 12 for hour in afternoon}


_MORNING, _AFTERNOON = _table(range(0, 12), range(0)), _table(range(12, 24), range(1, 12))
_EVENING, _NIGHT = _table(range(17, 24), range(5, 12)), _table(range(21, 24), range(9, 12))
_PARTS = {
    "凌晨": _table(range(0, 7), range(0)),
    **dict.fromkeys(("上午", "早上", "早晨", "清晨", "清早", "早", "morning"), _MORNING),
    "中午": _table(range(11, 15), range(1, 3)),
    **dict.fromkeys(("下午", "afternoon"), _AFTERNOON),
    "傍晚": _table(range(16, 21), range(4, 9)),
    **dict.fromkeys(("晚上", "晚间", "晚", "夜里", "evening", "night"), _EVENING),
    **dict.fromkeys(("深夜", "半夜"), _NIGHT),
    "am": {12: 0} | _table(range(1, 12), range(0)),
    "pm": _table(range(12, 13), range(1, 12)),
}
"""Which hours go with a part of the day, and what they are on the 24-hour clock."""

_ENDS = {"上午": 12, "morning": 12, "中午": 12, "下午": 18, "afternoon": 18}
_PART = "|".join(sorted((p for p in _PARTS if p not in ("am", "pm")), key=len, reverse=True))
_CLOCK = re.compile(
    rf"(?P<part>(?:{_PART})\s?)?(?P<at>at )?(?:"
    r"(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2}))?"
    rf"|(?P<zh>{N})[点时](?:整|钟|(?P<half>半)|(?P<quarter>[一三])刻|(?P<zm>{N})(?P<fen>分?))?"
    r"|(?P<en>[0-9]{1,2})(?P<oclock> o'clock)?"
    r")(?: ?(?P<meridiem>am|pm))?(?: in the (?P<after>morning|afternoon|evening))?"
)
_TO = re.compile(r" ?(?:--?|[–—~到至]|\bto\b) ?")


class _Clock(NamedTuple):
    """A clock time as it was said; `marked` where it can be nothing but a clock time."""

    hour: int
    minute: int
    second: int
    part: str | None
    marked: bool
    padded: bool

    def time(self, part: str | None = None) -> time:
        """The time of day, the hour read within the part of the day said (or given)."""
        hour = self._hour(part or self.part)
        if self.minute not in range(60) or self.second > 59:
            raise Refused(*_no_such(f"{self.hour}:{self.minute:02}"))
        return time(hour, self.minute, self.second)

    def _hour(self, part: str | None) -> int:
        said = f"{self.hour}:{self.minute:02}"
        if part is not None:
            if self.hour not in _PARTS[part]:
                raise _unlikely(part, said, midnight=self.hour in (0, 12, 24))
            return _PARTS[part][self.hour]
        if 1 <= self.hour <= 6 and not self.padded:
            later = f"{self.hour + 12}:{self.minute:02}"
            raise Refused(
                f"{said} is either 0{said} or {later}",
                f"{said} 可能是 0{said}，也可能是 {later}",
                Text(f"write 0{said} or {later}, am or pm", f"请写 0{said} 或 {later}，或加上 凌晨、下午"),
            )
        if self.hour not in range(24):
            raise Refused(*_no_such(said))
        return self.hour


def _unlikely(part: str, said: str, midnight: bool) -> Refused:
    if midnight:
        en, zh = (
            f"{part} {said}: noon, or which midnight?".strip(),
            f"{part}{said}：是中午，还是哪一天的零点？",
        )
    else:
        en, zh = f"{part} {said} is no hour of that part of the day", f"{part}没有 {said}"
    return Refused(en, zh, Text("write the 24-hour clock, 00:00 to 23:59", "请写 24 小时制，00:00 到 23:59"))


def _no_such(said: str) -> tuple[str, str, Text]:
    hint = Text("hours go from 00:00 to 23:59", "钟点从 00:00 到 23:59")
    return f"read as {said}, which does not exist", f"读作 {said}，没有这个钟点", hint


def _clock(words: str) -> _Clock | None:
    match = _CLOCK.fullmatch(words)
    if not match:
        return None
    hour = match["h"] or match["zh"] or match["en"]
    part = match["part"].strip() if match["part"] else match["after"]
    if (match["part"] and match["after"]) or (match["zh"] and match["meridiem"]):
        return None
    if match["zm"] and not match["fen"] and len(match["zm"]) < 2:
        return None
    said = _Clock(
        number_of(hour),
        _minute(match),
        int(match["s"] or 0),
        part,
        marked=any(match[g] for g in ("part", "at", "h", "zh", "oclock", "meridiem", "after")),
        padded=len(hour) == 2 and hour[0] == "0",
    )
    if said.hour < 0 or said.minute < 0:
        return None
    if not match["meridiem"]:
        return said
    if not part:
        return said._replace(part=match["meridiem"])
    return said._replace(hour=said.time(match["meridiem"]).hour)


def _minute(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 if match["quarter"] == "一" else 45
    return number_of(match["m"] or match["zm"] or "0")


def hours_of(words: str, dated: bool, limit: str) -> Hours | None:
    """The hours of a day that the words name; None where they are no hours at all."""
    if words in _ENDS:
        return None if limit and words != "中午" else (None, time(_ENDS[words]))
    if words in _PARTS and words not in ("am", "pm"):
        raise Refused(f"{words}: the hour is missing", f"“{words}”没有说几点")
    one = _clock(words)
    if one:
        if not dated and not one.padded and one.time() == time():
            raise _unlikely("", words, midnight=True)
        return (None, one.time()) if one.marked and limit != "in" else None
    begun = re.match("from |从", words)
    ends = [_clock(end) for end in _TO.split(words[begun.end() :] if begun else words)]
    if limit or len(ends) != 2 or not ends[0] or not ends[1]:
        return None
    if not (dated or begun or ends[0].marked or ends[1].marked):
        return None
    return _between(ends[0], ends[1])


def _between(start: _Clock, end: _Clock) -> Hours:
    """A window: a part of the day said once goes for both ends where that makes sense (`2-4pm`)."""
    tries: list[tuple[str | None, str | None]] = []
    if start.part and not end.part:
        tries.append((None, start.part))
    if end.part in ("am", "pm") and not start.part:
        tries.append((end.part, None))
    for first, last in (*tries, (None, None)):
        try:
            begins, ends = start.time(first), end.time(last)
        except Refused:
            if not first and not last:
                raise
            continue
        if begins < ends:
            return begins, ends
    raise Refused("the window ends before it begins", "时段的结束早于开始")


# ---- days -----------------------------------------------------------------------------------------

_WORDS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨": -1, "yesterday": -1,
    "今天": 0, "今日": 0, "今": 0, "today": 0, "tonight": 0, "this": 0,
    "明天": 1, "明日": 1, "明": 1, "tomorrow": 1, "后天": 2, "后日": 2, "大后天": 3, "day after tomorrow": 2,
}  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
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
    return ZH_WEEKDAYS.index(sign.replace("天", "日"))


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
    month, day = MONTHS.index(match["mon"][:3]) + 1, int(match["d"])
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
