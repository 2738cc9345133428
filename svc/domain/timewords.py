"""Time words in Chinese and English: a strict grammar that consumes the whole text or refuses it.

A promise is fined when it is broken, so a refusal is better than a guess. What was decided:

* A clock time alone is today's, past or not. A bare 7 to 12 o'clock is the morning and noon, 0 and
  13 to 23 are the 24-hour clock, a leading zero too (`03:00`); `3点`, `at 3`, `3:00` are refused.
* A weekday is the next one from today; today counts if the time is still ahead. Weeks begin on Monday:
  下周三, 本周五, 上周一 are days of those weeks. `next fri`, `last fri` are taken when both readings
  (the nearest, the one of that week) are one day, `this fri` when it is not over; else refused.
* A date without a year is the one at most half a year ahead or a month back, else the year is asked
  for. `30号` is this month's unless it is over, then it is refused.
* A day alone is no moment: refused. As a limit it is its last minute, 23:59: 明天内, `by tomorrow`,
  `by friday`; 周五前, 周五之前 and `before friday` end on Thursday at 23:59. 月底 is the last day, 23:59.
  30日内 and 30日前 (thirty days, or the 30th?) are refused.
* A window's promise is its end: 9点到11点, `9-11`, 上午 and `morning` (12:00), 下午 and `afternoon`
  (18:00). 中午 and `noon` are 12:00. 早上, 晚上, `evening`, `tonight` without an hour are refused.
* 凌晨 belongs to its date. 明天零点 and `tomorrow 12am` begin that date, 12pm is noon; 零点 and 12am
  alone, 晚上12点, 上午12点, 24:00 and `midnight` are refused.
* 3天后, 3天内, `+3d` keep the clock time of now; hours and minutes are counted as they pass.
* A weekday beside a date must be that day's, so what `times.echo` shows can be typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import NamedTuple

from svc.domain.times import (
    EXAMPLES,
    SECONDS,
    WEEKDAYS,
    check_year,
    fixed,
    on_clock,
    plain,
    read_iso,
    refusal,
)
from svc.locale import Text

Window = tuple[datetime | None, datetime]
Hours = tuple[time | None, time]
Resolve = Callable[[datetime, time], date]


class _Refused(Exception):
    """Understood, but not as one moment."""

    def __init__(self, en: str, zh: str, hint: Text = EXAMPLES) -> None:
        super().__init__(en)
        self.why, self.hint = Text(en, zh), hint


def read_words(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that time words name: of a window its end. BadInput for what is not understood."""
    return read_window(text, now, zone)[1]


def read_window(text: str, now: datetime, zone: tzinfo) -> Window:
    """The window that a text names, the start None where it is not said, the end what is promised."""
    iso = read_iso(text, zone)
    if iso is not None:
        return None, iso
    words = _normal(text)
    try:
        window = _relative(words, now, zone) or _on_a_day(words, now, zone)
    except _Refused as refused:
        raise refusal(text, refused.why, refused.hint) from None
    except OverflowError:
        window = None
    if window is None:
        raise refusal(text, *_why_not(words, now, zone))
    check_year(text, window[1])
    return window


# --- the text ---------------------------------------------------------------------------------------

_DIGITS = "零〇一二两三四五六七八九十"
_N = f"(?:[0-9]{{1,4}}|[{_DIGITS}]{{1,3}})"
_HAN = "[\u4e00-\u9fff]"


def _normal(text: str) -> str:
    words = plain(text).lower()
    if len(words) > 60:
        return ""
    words = words.replace(",", " ").replace("a.m.", "am").replace("p.m.", "pm")
    words = re.sub(r"\b(?:12 )?noon\b|正午", "12:00", words)
    words = re.sub(r"\bbetween (.+) and (.+)", r"from \1 to \2", words)
    numerals = f"(?<=[{_DIGITS}]) (?=[{_DIGITS}])"
    words = re.sub(numerals, "\0", " ".join(words.split()))
    return re.sub(f"(?<={_HAN}) | (?={_HAN})", "", words).replace("\0", " ")


def _number(text: str) -> int:
    """The number of 12, 十二, 二十三, 三十, 零五, 两; -1 for what is none."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    digit = {"": 0, "〇": 0, "零": 0, "两": 2} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
    if not ten:
        ones = ones[1:] if len(ones) == 2 and ones[0] in "零〇" else ones
        return digit.get(ones, -1)
    if tens in digit and ones in digit and tens not in ("零", "〇") and ones not in ("零", "〇"):
        return (digit[tens] or 1) * 10 + digit[ones]
    return -1


# --- so and so long from now -------------------------------------------------------------------------

_EN_UNITS = "|".join(sorted((w for w in SECONDS if w.isascii()), key=len, reverse=True))
_EN_SPAN = rf"([0-9]{{1,4}}|half an|an?) ?({_EN_UNITS})"
_AHEAD, _AGO = re.compile(rf"(?:in|within) {_EN_SPAN}"), re.compile(rf"{_EN_SPAN} (?:ago|from now)")
_SIGNED = re.compile(rf"([+-]) ?((?:[0-9]{{1,4}} ?(?:{_EN_UNITS})(?![a-z]) ?)+)")
_ZH_SPAN = re.compile(rf"(?:({_N})(个?)(半?)|(半)个?)(分钟|小时|钟头|天|周|星期|礼拜)(?:[之以]?([后内])|([之以]?前))")
_MONTH_END = re.compile(
    r"(?:by )?(?:the )?end of (?:the |this )?month|(?:本|这个?)?月底(?:[之以]?前)?|(?:本|这个?)月[之以]?内"
)


def _relative(words: str, now: datetime, zone: tzinfo) -> Window | None:
    if words in ("now", "right now", "现在"):
        return None, fixed(now.astimezone(zone))
    if _MONTH_END.fullmatch(words):
        today = now.astimezone(zone).date()
        last = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return None, on_clock(datetime.combine(last, time(23, 59)), zone)
    for read in (_signed, _english_span, _chinese_span):
        shift = read(words)
        if shift is not None:
            return None, _later(now, zone, *shift)
    return None


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


def _signed(words: str) -> tuple[int, int] | None:
    match = _SIGNED.fullmatch(words)
    if not match:
        return None
    parts = [_split(int(n), unit) for n, unit in re.findall(r"([0-9]+) ?([a-z]+)", match[2])]
    sign = -1 if match[1] == "-" else 1
    return sign * sum(days for days, _ in parts), sign * sum(seconds for _, seconds in parts)


def _english_span(words: str) -> tuple[int, int] | None:
    match = _AHEAD.fullmatch(words) or _AGO.fullmatch(words)
    if not match:
        return None
    number, unit = match.groups()
    if number == "half an" and SECONDS[unit] != 3600:
        return None
    amount = 0.5 if number == "half an" else 1 if number in ("a", "an") else int(number)
    days, seconds = _split(amount, unit)
    return (-days, -seconds) if words.endswith(" ago") else (days, seconds)


def _chinese_span(words: str) -> tuple[int, int] | None:
    match = _ZH_SPAN.fullmatch(words)
    if not match:
        return None
    number, linked, and_half, half, unit, _, ago = match.groups()
    amount = _number(number) if number else 0
    halved = bool(half or and_half)
    if amount < 0 or (halved and SECONDS[unit] != 3600) or (and_half and not linked):
        return None
    days, seconds = _split(amount + 0.5 * halved, unit)
    return (-days, -seconds) if ago else (days, seconds)


# --- hours of a day ----------------------------------------------------------------------------------


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
    rf"|(?P<zh>{_N})[点时](?:整|钟|(?P<half>半)|(?P<quarter>[一三])刻|(?P<zm>{_N})(?P<fen>分?))?"
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
            raise _Refused(*_no_such(f"{self.hour}:{self.minute:02}"))
        return time(hour, self.minute, self.second)

    def _hour(self, part: str | None) -> int:
        said = f"{self.hour}:{self.minute:02}"
        if part is not None:
            if self.hour not in _PARTS[part]:
                raise _unlikely(part, said, midnight=self.hour in (0, 12, 24))
            return _PARTS[part][self.hour]
        if 1 <= self.hour <= 6 and not self.padded:
            later = f"{self.hour + 12}:{self.minute:02}"
            raise _Refused(
                f"{said} is either 0{said} or {later}",
                f"{said} 可能是 0{said}，也可能是 {later}",
                Text(f"write 0{said} or {later}, am or pm", f"请写 0{said} 或 {later}，或加上 凌晨、下午"),
            )
        if self.hour not in range(24):
            raise _Refused(*_no_such(said))
        return self.hour


def _unlikely(part: str, said: str, midnight: bool) -> _Refused:
    if midnight:
        en, zh = (
            f"{part} {said}: noon, or which midnight?".strip(),
            f"{part}{said}：是中午，还是哪一天的零点？",
        )
    else:
        en, zh = f"{part} {said} is no hour of that part of the day", f"{part}没有 {said}"
    return _Refused(en, zh, Text("write the 24-hour clock, 00:00 to 23:59", "请写 24 小时制，00:00 到 23:59"))


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
        _number(hour),
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
    return _number(match["m"] or match["zm"] or "0")


def _hours(words: str, dated: bool, limit: str) -> Hours | None:
    """The hours of a day that the words name; None where they are no hours at all."""
    if words in _ENDS:
        return None if limit and words != "中午" else (None, time(_ENDS[words]))
    if words in _PARTS and words not in ("am", "pm"):
        raise _Refused(f"{words}: the hour is missing", f"“{words}”没有说几点")
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
        except _Refused:
            if not first and not last:
                raise
            continue
        if begins < ends:
            return begins, ends
    raise _Refused("the window ends before it begins", "时段的结束早于开始")


# --- days --------------------------------------------------------------------------------------------

_WORDS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨": -1, "yesterday": -1,
    "今天": 0, "今日": 0, "今": 0, "today": 0, "tonight": 0, "this": 0,
    "明天": 1, "明日": 1, "明": 1, "tomorrow": 1, "后天": 2, "后日": 2, "大后天": 3, "day after tomorrow": 2,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MON = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = "mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_ZH_WEEKDAY = "(?:周|星期|礼拜)([一二三四五六日天])"
_ON, _END, _TH = "(?:on )?", "(?![a-z0-9:])", "(?:st|nd|rd|th)?"
_DAY_OF = f"(?P<d>[0-9]{{1,2}}){_TH}"
_YEAR = "(?: (?P<y>20[0-9]{2}))?"


def _word(match: re.Match[str], now: datetime, end: time) -> date:
    return now.date() + timedelta(days=_WORDS[match[1]])


def _zh_weekday(sign: str) -> int:
    return "一二三四五六日".index(sign.replace("天", "日"))


def _weekday(match: re.Match[str], now: datetime, end: time) -> date:
    """周五: the next one, today if the time is still ahead; 本周五, 下周五, 上周五: of that week."""
    which, day = match[1], _zh_weekday(match[2])
    monday = now.date() - timedelta(days=now.weekday())
    if which:
        return monday + timedelta(days=day + {"下": 7, "下下": 14, "上": -7}.get(which, 0))
    return _next(day, now, end)


def _next(day: int, now: datetime, end: time) -> date:
    first = now.date() + timedelta(days=(day - now.weekday()) % 7)
    return first if datetime.combine(first, end) > now else first + timedelta(days=7)


def _en_weekday(name: str) -> int:
    return WEEKDAYS.index(name[:3].title())


def _english_weekday(match: re.Match[str], now: datetime, end: time) -> date:
    which, day = match[1], _en_weekday(match[2])
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
    raise _Refused(
        f"that is either {first} or {second}",
        f"可能是 {first}，也可能是 {second}",
        Text(f"write the date, like {first}T15:00", f"请写日期，如 {first}T15:00"),
    )


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        said = f"{year}-{month:02}-{day:02}"
        raise _Refused(f"read as {said}, which does not exist", f"读作 {said}，没有这一天") from None


def _iso_day(match: re.Match[str], now: datetime, end: time) -> date:
    return _real(int(match[1]), int(match[3]), int(match[4]))


def _chinese_date(match: re.Match[str], now: datetime, end: time) -> date:
    said, month, day = match[1], _number(match[2]), _number(match[3])
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
        raise _Refused(f"{said} does not exist in or about {now.year}", f"{now.year} 年前后没有 {said}")
    for one in found:
        if -31 <= (one - now.date()).days <= 183:
            return one
    choices = [f"{one}T15:00" for one in found[-2:]]
    raise _Refused(
        "the year is missing: the day is neither soon nor just over",
        "没有说哪一年，离今天又远",
        Text("write it with the year: " + " or ".join(choices), "请写上年份：" + " 或 ".join(choices)),
    )


def _day_of_month(match: re.Match[str], now: datetime, end: time) -> date:
    which, day = match[1], _number(match[2])
    months = now.year * 12 + now.month - 1 + ({"下": 1, "上": -1}.get(which[0], 0) if which else 0)
    found = _real(months // 12, months % 12 + 1, day)
    if not which and found < now.date():
        raise _Refused(
            f"{found} is over, and the next month may be meant",
            f"{found} 已过，也可能是下月",
            Text(f"write the date, like {found}T15:00", f"请写本月{day}号、下月{day}号，或 {found}T15:00"),
        )
    return found


def _days_on(match: re.Match[str], now: datetime, end: time) -> date:
    shift = _signed(match[0]) or _english_span(match[0]) or _chinese_span(match[0])
    if shift is None:
        raise _Refused("not a number of days", "不是天数")
    return now.date() + timedelta(days=shift[0])


_DAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime, time], date]], ...] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        ("(大前天|前天|昨[天日]|今[天日]|明[天日]|大后天|后[天日]|[昨今明](?=[早晚]))", _word),
        (f"(?:the )?(today|tonight|tomorrow|yesterday|day after tomorrow){_END}", _word),
        ("(this)(?= (?:morning|afternoon|evening))", _word),
        (f"(?:(本|这|下下|下|上)个?)?{_ZH_WEEKDAY}", _weekday),
        (f"{_ON}(?:(this|next|last) )?({_WEEKDAY}){_END}", _english_weekday),
        (rf"{_ON}(20[0-9]{{2}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})(?![0-9])", _iso_day),
        (f"(20[0-9]{{2}}年|今年|明年|去年)?({_N})月({_N})[日号]", _chinese_date),
        (f"{_ON}(?P<mon>{_MON}) {_DAY_OF}{_YEAR}{_END}", _english_date),
        (f"{_ON}{_DAY_OF} (?:of )?(?P<mon>{_MON}){_YEAR}{_END}", _english_date),
        (f"(?:(本|这个?|下个?|上个?)月)?({_N})[日号]", _day_of_month),
        (f"{_N}个?(?:天|周|星期|礼拜)[之以]?[后前]", _days_on),
        (f"in (?:[0-9]{{1,4}}|a) (?:days?|weeks?){_END}|[0-9]{{1,4}} (?:days?|weeks?) ago{_END}", _days_on),
        (f"[+-][0-9]{{1,4}}[dw]{_END}", _days_on),
    )
)
_NAMED_DAY = re.compile(
    rf"(?:on )?({_WEEKDAY}) (?=20[0-9]{{2}}-|(?:{_MON}) |[0-9]{{1,2}}{_TH} (?:of )?(?:{_MON}))"
    rf"|(.*[日号])\(?{_ZH_WEEKDAY}\)?(?=[^前内]|$)"
)
"""A date with its weekday beside it, as this program shows it: `Tue 2026-11-24`, 11月24日 周二."""
_LIMIT = re.compile(r"(by|before) (.+)|(.+?)[之以]?([前内])")


def _on_a_day(words: str, now: datetime, zone: tzinfo) -> Window | None:
    wall = now.astimezone(zone).replace(tzinfo=None, fold=0)
    _refuse_day_or_days(words)
    limit, body = _limit(words)
    weekday, body = _without_weekday(body)
    found: list[Window] = []
    for resolve, rest, dated in _readings(body):
        hours = _hours(rest, dated, limit) if rest else _whole_day(resolve, wall, limit)
        if not hours:
            continue
        day_before = not rest and limit == "before"
        day = resolve(wall, time() if day_before else hours[1])
        _check_weekday(day, weekday)
        found.append(_window(day - timedelta(days=day_before), hours, zone))
    if len({end for _, end in found}) > 1:
        raise _Refused("it can be read in two ways", "有两种读法")
    return found[0] if found else None


def _window(day: date, hours: Hours, zone: tzinfo) -> Window:
    start, end = hours
    begins = None if start is None else on_clock(datetime.combine(day, start), zone)
    return begins, on_clock(datetime.combine(day, end), zone)


def _refuse_day_or_days(words: str) -> None:
    """30日内 and 30日前 count days in a contract and name the 30th in speech."""
    match = re.fullmatch(f"({_N})日([之以]?[前内后])", words)
    if match:
        number, limit = match.groups()
        raise _Refused(
            f"either a number of days ({number}) or a day of the month",
            f"可能是 {number} 天，也可能是 {number} 号",
            Text(
                f"write {number}天{limit} or {number}号{limit}",
                f"请写 {number}天{limit} 或 {number}号{limit}",
            ),
        )


def _without_weekday(words: str) -> tuple[int | None, str]:
    """The weekday that stands beside a date, and the words without it."""
    match = _NAMED_DAY.match(words)
    if not match:
        return None, words
    name, date_said, sign = match.groups()
    rest = words[match.end() :]
    return (_en_weekday(name), rest) if name else (_zh_weekday(sign), date_said + rest)


def _check_weekday(day: date, weekday: int | None) -> None:
    if weekday is not None and day.weekday() != weekday:
        raise _Refused(f"{day} is not a {WEEKDAYS[weekday]}", f"{day} 不是周{'一二三四五六日'[weekday]}")


def _limit(words: str) -> tuple[str, str]:
    match = _LIMIT.fullmatch(words)
    if not match:
        return "", words
    if match[1]:
        return match[1], match[2]
    return {"前": "before", "内": "in"}[match[4]], match[3]


def _readings(words: str) -> Iterator[tuple[Resolve, str, bool]]:
    """Every way to part the words into a day and the rest: the day first, last, or today unsaid."""
    for pattern, resolve in _DAYS:
        match = pattern.match(words)
        if match and not (match[0] == words and resolve is _days_on):
            yield partial(resolve, match), _rest(match, words[match.end() :]), True
        for blank in re.finditer(" ", words):
            match = pattern.fullmatch(words, blank.end())
            if match and match[0].isascii():
                yield partial(resolve, match), _rest(match, words[: blank.start()]), True
    if words:
        yield (lambda now, end: now.date()), words, False


def _rest(match: re.Match[str], rest: str) -> str:
    rest = rest.strip()
    return f"evening {rest}".strip() if match[0] == "tonight" else rest


def _whole_day(resolve: Resolve, wall: datetime, limit: str) -> Hours | None:
    if limit:
        return None, time(23, 59)
    day = resolve(wall, time(23, 59))
    raise _Refused(
        f"read as {_named(day).en}; the hour is missing",
        f"读作{_named(day).zh}，没有说几点",
        Text(
            f"write {day}T15:00, or as a limit: by {day} (23:59)",
            f"请写 {day}T15:00；期限可写 {day}内（到 23:59）",
        ),
    )


def _named(day: date) -> Text:
    return Text(f"{WEEKDAYS[day.weekday()]} {day}", f" {day} 周{'一二三四五六日'[day.weekday()]}")


# --- why not -----------------------------------------------------------------------------------------

_MIDNIGHT = Text("write 23:59, or 00:00 of the day meant", "请写 23:59，或那一天的 00:00")
_VAGUE = (
    ("midnight|午夜", Text("midnight begins a day and ends another", "是一天的开始还是结束？"), _MIDNIGHT),
    (
        "(?:work|business)(?:ing)? ?days?|工作日",
        Text("working days are not counted", "不按工作日计算"),
        EXAMPLES,
    ),
    (r"end of day|\beod\b|\bcob\b|下班", Text("no closing hour is known", "不知道几点下班"), EXAMPLES),
)
_VAGUER = (
    (
        "week|month|year|周末|[下上本这]个?[月周]|个月|年",
        Text("it does not say which day", "没有说是哪一天"),
        EXAMPLES,
    ),
    ("soon|asap|^later|尽快|马上|稍后|改天|回头|过几天", Text("it names no time", "没有说时间"), EXAMPLES),
)
_UNKNOWN = (("", Text("not understood as a time", "不能理解为时间"), EXAMPLES),)


def _why_not(words: str, now: datetime, zone: tzinfo) -> tuple[Text, Text]:
    """Why the words are refused, with the reading that was tried as far as it went."""
    half = _half_read(words, now, zone)
    halfway = (("", half, EXAMPLES),) if half else ()
    reasons = (*_VAGUE, *halfway, *_VAGUER, *_UNKNOWN)
    return next((why, hint) for pattern, why, hint in reasons if re.search(pattern, words))


def _half_read(words: str, now: datetime, zone: tzinfo) -> Text | None:
    wall = now.astimezone(zone).replace(tzinfo=None, fold=0)
    for resolve, rest, dated in _readings(_limit(words)[1]):
        try:
            day = _named(resolve(wall, time(23, 59))) if dated else None
        except (_Refused, OverflowError):
            continue
        if day:
            return Text(
                f"read as {day.en} and {rest!r}, which is no clock time",
                f"读作{day.zh}，余下 {rest!r} 不是钟点",
            )
    return None
