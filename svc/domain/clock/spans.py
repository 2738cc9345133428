"""Time words made plain before they are read (widths, numerals, other ways to say the same), and spans: `3天后`, `+90m`, `月底`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from svc.domain.clock.base import EXAMPLES, SECONDS, fixed, on_clock, plain
from svc.text import Text


class Refused(Exception):
    """Understood, but not as one moment."""

    def __init__(self, en: str, zh: str, hint: Text = EXAMPLES) -> None:
        super().__init__(en)
        self.why, self.hint = Text(en, zh), hint


_DIGITS = "零〇一二两三四五六七八九十"
N = f"(?:[0-9]{{1,4}}|[{_DIGITS}]{{1,3}})"
_HAN = "[\u4e00-\u9fff]"


_TRADITIONAL = str.maketrans("後週點鐘兩號內禮時個這間遲裡準過年於", "后周点钟两号内礼时个这间迟里准过年于")
_ONES = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
)
_TENS = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90}
_COUNT = re.compile(
    rf"\b(?:({'|'.join(w for w in _TENS if w[-1] == 'y')})[ -]({'|'.join(w for w in _ONES if _ONES[w] < 10)})"
    rf"|({'|'.join([*_ONES, *_TENS])}))\b"
)
_DAY_NAME = "(mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_HAN_DAYS = dict(zip(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "一二三四五六日", strict=True))

_SAME: tuple[tuple[str, str], ...] = (
    (r"\b(?:no|not) later than |\bat the latest by |\buntil |\btill ", "by "),
    (r"^(?:最迟|最晚|不迟于|不晚于)(?:在)?", "by "),
    (r"\bhalf past ([0-9]{1,2})\b", r"\1:30"),
    (r"\b(?:a )?quarter past ([0-9]{1,2})\b", r"\1:15"),
    (r"\b([0-9]{1,2})\.([0-9]{2})(?= ?(?:am|pm)\b)", r"\1:\2"),
    (r"^(?:on )?the ([0-9]{1,2})(?:st|nd|rd|th)\b(?! of)", r"\1号"),
    (r"([今明后])儿(?:个)?(?![0-9])", r"\1天"),
    (r"(?<![周期拜])一大?早(?=[0-9零〇一二三四五六七八九十])", "早"),
    (r"^再?过(?=(?:[0-9]+|[零〇一二两三四五六七八九十半]+)个?半?(?:小时|钟头|分钟)$)(.+)$", r"\1后"),
    (r"^([+-] ?[0-9]{1,4})(?:个)?小时$", r"\1h"),
    (r"^([+-] ?[0-9]{1,4})分钟?$", r"\1m"),
    (r"^([+-] ?[0-9]{1,4})天(?=$|[^前后内之以])", r"\1d"),
    (r"^([+-] ?[0-9]{1,4})(?:周|个?星期)$", r"\1w"),
    (r"(小时|钟头)半(?=[之以]?[后内前])", r"半\1"),
)
"""Other ways to say what the grammar knows; none of them adds a meaning of its own."""


def _same(words: str) -> str:
    for pattern, other in _SAME:
        words = re.sub(pattern, other, words)
    words = re.sub(r"\b(?:a )?quarter to ([0-9]{1,2})\b", lambda m: f"{(int(m[1]) - 2) % 12 + 1}:45", words)
    words = re.sub(rf"\b(next|this) week (?:on )?{_DAY_NAME}\b", _of_week, words)
    words = re.sub(rf"\b{_DAY_NAME} (?:of )?(next|this) week\b", lambda m: _han_day(m[2], m[1]), words)
    words = re.sub(r"(周|星期|礼拜)([1-6])(?=[上下早晚中凌傍前之以内 (]|$)", _han_digit, words)
    words = re.sub("([〇零一二三四五六七八九]{4})年", lambda m: "".join(map(_digit, m[1])) + "年", words)
    return re.sub(rf"^({_DAY_NAME}|today|tomorrow) (by|before) (?=[0-9])(.+)$", r"\3 \1 \4", words)


def _of_week(match: re.Match[str]) -> str:
    return _han_day(match[1], match[2])


def _han_day(which: str, name: str) -> str:
    return {"next": "下周", "this": "本周"}[which] + _HAN_DAYS[name]


def _han_digit(match: re.Match[str]) -> str:
    return match[1] + "一二三四五六"[int(match[2]) - 1]


def _digit(sign: str) -> str:
    return str("零一二三四五六七八九".index(sign.replace("〇", "零")))


def _counted(match: re.Match[str]) -> str:
    tens, ones, alone = match.groups()
    return str(_TENS[tens] + _ONES[ones] if tens else (_ONES | _TENS)[alone])


def normal(text: str) -> str:
    """The words in small letters, plain digits and simple signs, said in one of the ways that the grammar knows."""
    words = plain(text).lower().translate(_TRADITIONAL)
    words = _COUNT.sub(_counted, words)
    if len(words) > 60:
        return ""
    words = words.replace(",", " ").replace("a.m.", "am").replace("p.m.", "pm")
    words = re.sub(r"\b(?:12 )?noon\b|正午", "12:00", words)
    words = re.sub(r"\bbetween (.+) and (.+)", r"from \1 to \2", words)
    numerals = f"(?<=[{_DIGITS}]) (?=[{_DIGITS}])"
    words = re.sub(numerals, "\0", " ".join(words.split()))
    words = re.sub(f"(?<={_HAN}) | (?={_HAN})", "", words).replace("\0", " ")
    return _same(words)


def number_of(text: str) -> int:
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


# ---- spans: so and so long from now, and the ends of months ------------------------------------------

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
