"""Dates and times in the form that somebody's system writes them (`DD-MM-YYYY HH:mm`): read strictly, and recognised.

A form is read strictly: every sign of it means something or must stand there as it is, so that `+0000` or 下午 is never
passed over. Which form a column is written in, the whole column decides (`recognise`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from svc.domain.clock.base import check_year
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh

SERIAL, SERIAL_1904 = "serial", "serial1904"
"""Days that a spreadsheet shows as a number: since the end of 1899, or since 1904 (workbooks of old Macs)."""
EPOCH, EPOCH_MS, WORDS = "epoch", "epoch-ms", "words"
"""Seconds, or thousandths of them, since 1970 UTC; dates with the month in English words."""

_TOKEN = re.compile("YYYY|YY|MM|DD|HH|mm|ss|M|D|H|S|A|Z|W|.", re.DOTALL)
_AM, _PM, _NOON = "上午 早上 早晨 凌晨 清晨 am a.m. a.m", "下午 晚上 傍晚 夜间 pm p.m. p.m", "中午"
_HALF = {word: half for half, words in enumerate((_AM, _PM, _NOON)) for word in words.split()}
_HALVES = "|".join(re.escape(word) for word in sorted(_HALF, key=len, reverse=True))
_WEEKDAY = r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?"
_OFFSET = r"Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?"
_PARTS = {
    "YYYY": ("year", "[0-9]{4}"),
    "YY": ("year", "[0-9]{2}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "DD": ("day", "[0-9]{2}"),
    "D": ("day", "[0-9]{1,2}"),
    "HH": ("hour", "[0-9]{2}"),
    "H": ("hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
    "S": ("fraction", "[0-9]{1,9}"),
    "A": ("half", f"(?i:{_HALVES})"),
    "Z": ("offset", _OFFSET),
    "W": ("weekday", f"(?i:{_WEEKDAY})"),
}
_NUMBERS = {
    SERIAL: r"[2-7][0-9]{4}(?:\.[0-9]+)?",  # 1954 to 2119
    SERIAL_1904: r"[2-7][0-9]{4}(?:\.[0-9]+)?",
    EPOCH: r"[0-9]{9,10}(?:\.[0-9]+)?",
    EPOCH_MS: r"[0-9]{12,13}",
}
TOKENS = Text(
    "YYYY or YY, MM or M, DD or D, HH or H, mm, ss, S (fractions), A (AM, PM, 下午), Z (offset), W (weekday), and what"
    " stands between them, like DD-MM-YYYY HH:mm; or serial, serial1904, epoch, epoch-ms, words (5 Mar 2026)",
    "YYYY 或 YY、MM 或 M、DD 或 D、HH 或 H、mm、ss、S（小数秒）、A（上午/下午）、Z（时区）、W（星期）和它们之间的符号，"
    "如 DD-MM-YYYY HH:mm；或 serial、serial1904、epoch、epoch-ms、words（5 Mar 2026）",
)


class Form(NamedTuple):
    """How dates are written: the form as given, and what it matches."""

    text: str
    pattern: re.Pattern[str]

    @property
    def has_time(self) -> bool:
        """Whether what is written so tells an hour."""
        return self.text in (EPOCH, EPOCH_MS) or "hour" in self.pattern.groupindex

    def of(self, text: str) -> Form:
        """The form that a text should be written in: this one."""
        return self

    def tells_time(self, text: str) -> bool:
        """Whether this text tells an hour: of numbers and words each for itself."""
        if self.text in (SERIAL, SERIAL_1904):
            return "." in text
        return ":" in text if self.text == WORDS else self.has_time

    def read(self, text: str) -> datetime:
        """The time that a text names: aware where it tells its offset, else that of the wall clock (midnight where there
        is no hour). BadInput for any other text."""
        match = self.pattern.fullmatch(text)
        if match is None:
            raise _not_written(text, self.text)
        try:
            wall = _read(self.text, text, match)
        except (ValueError, OverflowError):
            raise BadInput(
                Text(f"{quoted(text)}, read as {self.text}, does not exist", f"{quoted_zh(text)}按 {self.text} 读，不存在"),
                Text("correct the cell, or the format: in the map", "请改正单元格，或对应表中的 format:"),
            ) from None
        check_year(text, wall)
        return wall


class AnyOf(NamedTuple):
    """One of several forms: the first that a text is written in."""

    forms: tuple[Form, ...]

    @property
    def text(self) -> str:
        """The forms as given."""
        return " | ".join(one.text for one in self.forms)

    @property
    def has_time(self) -> bool:
        """Whether all of them tell an hour."""
        return all(one.has_time for one in self.forms)

    def of(self, text: str) -> Form:
        """The form that a text is written in; BadInput where it is none of them."""
        for one in self.forms:
            if one.pattern.fullmatch(text):
                return one
        raise _not_written(text, self.text)

    def read(self, text: str) -> datetime:
        """As `Form.read`."""
        return self.of(text).read(text)


Written = Form | AnyOf


def _not_written(text: str, wanted: str) -> BadInput:
    return BadInput(
        Text(f"{quoted(text)} is not written {wanted}", f"{quoted_zh(text)}不是 {wanted} 的写法"),
        Text("correct the cell, or the format: in the map", "请改正单元格，或对应表中的 format:"),
    )


def _read(written: str, text: str, match: re.Match[str]) -> datetime:
    if written in (SERIAL, SERIAL_1904):
        began = datetime(1904, 1, 1) if written == SERIAL_1904 else datetime(1899, 12, 30)
        return began + timedelta(seconds=round(float(text) * 86400))
    if written in (EPOCH, EPOCH_MS):
        return datetime.fromtimestamp(int(float(text)) // (1000 if written == EPOCH_MS else 1), UTC)
    if written == WORDS:
        return _of_words(text)
    found = match.groupdict()
    year = int(found["year"]) + (0 if len(found["year"]) == 4 else 2000 if int(found["year"]) < 69 else 1900)
    hour = _hour(int(found.get("hour") or 0), found.get("half"))
    wall = datetime(
        year, int(found["month"]), int(found["day"]), hour, int(found.get("minute") or 0), int(found.get("second") or 0)
    )
    offset = found.get("offset")
    return wall.replace(tzinfo=_zone(offset)) if offset else wall


def _hour(hour: int, word: str | None) -> int:
    """The hour of the day of `3` and 下午; ValueError for what no clock shows (上午15点, 下午0点)."""
    if word is None:
        return hour
    half = _HALF[word.lower()]
    if half == 0:
        if hour > 12:
            raise ValueError
        return hour % 12
    if half == 1:
        if hour == 0 or (hour == 12 and word == "晚上"):
            raise ValueError  # midnight of which day?
        return hour + 12 if hour < 12 else hour
    if hour in (1, 2):
        return hour + 12
    if hour not in (11, 12):
        raise ValueError
    return hour


def _zone(offset: str) -> timezone:
    if offset in ("Z", "UTC", "GMT"):
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if offset[0] == "-" else shift)


def _of_words(text: str) -> datetime:
    """A date with its month in words, by dateutil; ValueError where a part of it is missing or a zone is not known."""
    import warnings

    from dateutil import parser

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an unknown zone would be passed over
        try:
            found = {parser.parse(text, default=at, dayfirst=True) for at in (datetime(2000, 1, 1), datetime(2001, 2, 2))}
        except Warning:
            raise ValueError from None
    if len(found) != 1:
        raise ValueError
    moment: datetime = found.pop()
    return moment.replace(microsecond=0)


@lru_cache(256)
def form(text: str) -> Form | None:
    """The form that is meant; None where it is no form of a date.

    `MM` right after the hour is minutes: `HH:MM` is what most people write.
    """
    if text in _NUMBERS:
        return Form(text, re.compile(_NUMBERS[text]))
    if text == WORDS:
        return Form(text, re.compile("(?=.*[A-Za-z]{3})(?=.*[0-9])[^\u4e00-\u9fff]{6,40}"))
    made, seen, last = "", set(), ""
    tokens = _TOKEN.findall(text)
    for token, following in zip(tokens, [*tokens[1:], ""], strict=False):
        if token == "MM" and last == "hour" and "minute" not in seen:
            token = "mm"
        if token in _PARTS:
            last, digits = _PARTS[token]
            if last in seen:
                return None
            seen.add(last)
            if following in ("分", "秒"):  # a word behind it ends it: 9时5分
                digits = "[0-9]{1,2}"
            made += f"(?P<{last}>{digits})"
        elif _means_something(token):
            return None
        else:
            made += r"\s+" if token == " " else re.escape(token)
    if any(word in text for word in _HALF if not word.isascii()) or ("offset" in seen and "hour" not in seen):
        return None
    clock_parts = [part for part in ("hour", "minute", "second", "fraction") if part in seen]
    whole = {"year", "month", "day"} <= seen and clock_parts == ["hour", "minute", "second", "fraction"][: len(clock_parts)]
    return Form(text, re.compile(made)) if whole else None


def _means_something(token: str) -> bool:
    """Whether a sign between the parts of a form would say something of the time: a digit, a sign of an offset, a letter."""
    return token.isdigit() or token == "+" or (token.isascii() and token.isalpha() and token not in "Th")


def clock(text: str) -> tuple[int, int] | None:
    """Hour and minute of `08:00`; None for what is no time of day."""
    match = re.fullmatch("([01]?[0-9]|2[0-3]):([0-5][0-9])", text)
    return (int(match[1]), int(match[2])) if match else None


def wall_clock(cell: str | datetime | date, written: Written | None, at: tuple[int, int] | None) -> datetime | date | None:
    """What a cell says: the wall clock's time (of a day that tells none the time `at`, if the map gives it), or a day
    alone; None for a text that no form says how to read."""
    if isinstance(cell, str):
        if written is None:
            return None
        meant = written.of(cell)
        wall, exact = meant.read(cell), meant.tells_time(cell)
    elif isinstance(cell, datetime):
        wall, exact = cell, True
    else:
        wall, exact = datetime(cell.year, cell.month, cell.day), written is not None and written.has_time
    if exact:
        return wall
    return wall.replace(hour=at[0], minute=at[1]) if at else wall.date()


# ---- recognising -----------------------------------------------------------------------------------------


class Recognised(NamedTuple):
    """The forms of a column: those that all its dates but the `odd` ones are written in.

    Where days and months may be read both ways, `other` are the forms of the other reading.
    """

    forms: tuple[str, ...]
    odd: tuple[str, ...]
    other: tuple[str, ...] = ()

    @property
    def has_time(self) -> bool:
        """Whether any of the forms tells an hour."""
        return any((made := form(one)) is not None and made.has_time for one in self.forms)


_ORDERS = ("ymd", "dmy", "mdy")
_DATE = r"(?P<a>[0-9]{1,4})(?P<s>\.\s|[-/.]|年)(?P<b>[0-9]{1,2})(?P<t>\.\s|[-/.]|月)(?P<c>[0-9]{4}|[0-9]{1,2})(?P<u>日|号|\.(?=\s|$))?"
_TIME = (
    rf"(?P<p>\s*,?\s*[T]?\s*)(?P<h1>(?i:{_HALVES})\s*)?(?P<h>[0-9]{{1,2}})(?P<v>[:：]|时|点|h)(?P<m>(?:[0-9]{{2}}|[0-9](?=分))"
    rf"(?P<w>[:：]|分)?(?P<x>[0-9]{{2}}|[0-9](?=秒))?(?P<f>\.[0-9]{{1,9}})?(?P<y>分|秒)?)?(?P<h2>\s*(?i:{_HALVES}))?"
    rf"(?P<z>\s*(?:{_OFFSET}))?"
)
_MOMENT = re.compile(rf"{_DATE}(?P<k>\s*(?i:{_WEEKDAY}))?(?:{_TIME})?")
_COMPACT = ("YYYYMMDD", "YYYYMMDDHHmm", "YYYYMMDDHHmmss", "YYYYMMDDTHHmmss", "YYYYMMDDTHHmmssZ")
_MONTHS = re.compile(r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b")


def recognise(texts: Iterable[str], numbers: tuple[str, ...] = (), latest: date | None = None) -> Recognised:
    """In which forms the dates of a column are written, the whole column looked at.

    `numbers` are the forms of plain numbers that may be meant (`serial`, `epoch`); readings by which something would
    have happened after `latest` are left out where others are not.
    """
    left = dict.fromkeys(texts)
    shapes: dict[str, list[str]] = {}
    odd: list[str] = []
    for text in left:
        shape = _shape(text, numbers)
        if shape:
            shapes.setdefault(shape, []).append(text)
        else:
            odd.append(text)
    fixed = [shape for shape in shapes if "{" not in shape]
    asked = {shape: found for shape, found in shapes.items() if "{" in shape}
    fits = {order: sum(_fits(shape, order, t, latest) for shape, found in asked.items() for t in found) for order in _ORDERS}
    best = max(fits.values(), default=0)
    orders = _likeliest([order for order in _ORDERS if fits[order] == best] if best else [], [t for f in asked.values() for t in f])
    if not orders:
        return Recognised(_forms(fixed, {}, ""), tuple(odd))
    for shape, found in asked.items():
        odd += [text for text in found if not _fits(shape, orders[0], text, None)]
    readings = [_forms(fixed, asked, order) for order in orders]
    return Recognised(readings[0], tuple(odd), readings[1] if len(readings) > 1 else ())


def _likeliest(orders: list[str], texts: Sequence[str]) -> list[str]:
    """Of several orders those whose year changes least from row to row: `26-3-5` in a list of one year."""
    if len(orders) < 2 or "ymd" not in orders:
        return orders
    parts = [re.findall("[0-9]+", text)[:3] for text in texts]
    first, last = len({one[0] for one in parts}), len({one[2] for one in parts})
    if first != last:
        return ["ymd"] if first < last else [order for order in orders if order != "ymd"]
    return ["ymd", *(order for order in orders if order != "ymd")][:2]


def _forms(fixed: Iterable[str], asked: Iterable[str], order: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*fixed, *(_ordered(shape, order) for shape in asked)]))


def _ordered(shape: str, order: str) -> str:
    """A shape like `{2}/{2}/{4} H:mm` as a form, its numbers in an order."""
    sizes = iter(re.findall(r"\{([0-9])\}", shape))
    tokens = iter(["YYYY" if next(sizes) == "4" else "YY" if part == "y" else part.upper() for part in order])
    return re.sub(r"\{[0-9]\}", lambda _: next(tokens), shape)


@lru_cache(1 << 10)
def _in_order(shape: str, order: str) -> Form | None:
    """A shape as a form, its numbers in an order; None where they cannot stand so. Found once for all texts of the shape."""
    sizes = re.findall(r"\{([0-9])\}", shape)
    if any((size == "4") != (part == "y") for size, part in zip(sizes, order, strict=True) if "4" in sizes):
        return None
    return form(_ordered(shape, order))


def _fits(shape: str, order: str, text: str, latest: date | None) -> bool:
    made = _in_order(shape, order)
    try:
        return made is not None and (made.read(text).date() <= latest if latest else bool(made.read(text)))
    except BadInput:
        return False


@lru_cache(4096)
def _shape(text: str, numbers: tuple[str, ...]) -> str:
    """How a text is written, its three numbers of a date left open (`{2}/{2}/{4} H:mm`); "" where it is no date."""
    match = _MOMENT.fullmatch(text)
    if match:
        return _spelt(match)
    for compact in _COMPACT:
        made = form(compact)
        if made and made.pattern.fullmatch(text) and _exists(made, text):
            return compact
    for number in numbers:
        made = form(number)
        if made and made.pattern.fullmatch(text) and _exists(made, text):
            return number
    made = form(WORDS)
    return WORDS if _MONTHS.search(text) and made and made.pattern.fullmatch(text) and _exists(made, text) else ""


def _exists(made: Form, text: str) -> bool:
    try:
        made.read(text)
    except BadInput:
        return False
    return True


def _spelt(match: re.Match[str]) -> str:
    found = {name: part or "" for name, part in match.groupdict().items()}

    def size(digits: str) -> str:
        return "{4}" if len(digits) == 4 else "{2}"

    day = f"{size(found['a'])}{found['s']}{size(found['b'])}{found['t']}{size(found['c'])}{found['u']}"
    day += _token(found["k"], "W")
    if not found["h"]:
        return day
    minutes, w = found["m"], found["w"]
    seconds = f"{w}ss" if found["x"] else w if w else ""
    if minutes:
        minutes = f"mm{seconds}" + (".S" if found["f"] else "") + found["y"]
    between = "T" if "T" in found["p"] else re.sub(r"\s+", " ", found["p"])
    return (
        f"{day}{between}{_token(found['h1'], 'A')}H{found['v']}{minutes}{_token(found['h2'], 'A')}{_token(found['z'], 'Z')}"
    )


def _token(found: str, token: str) -> str:
    """The token of a part that is there, with its blanks."""
    if not found:
        return ""
    stripped = found.strip()
    return re.sub(r"\s+", " ", found.replace(stripped, token))


def parts_of_day(texts: Iterable[str]) -> Iterator[str]:
    """Those of the texts that are times of day: `9:05`, `09:05:00`, 上午10点."""
    pattern = re.compile(rf"{_TIME}")
    return (text for text in texts if pattern.fullmatch(text))
