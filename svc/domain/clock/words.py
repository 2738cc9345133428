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
* 月底, 月末, 下月底, 年底 and their English are the last day at 23:59, also with 前. 最迟, 最晚, 不晚于, `until` and
  `no later than` say `by`. 半天, 一天半, a month from now, 周内, 国庆前, 左右 and `about` name no moment: refused.
* A weekday beside a date must be that day's, so what `echo` shows can be typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from svc.domain.clock.base import EXAMPLES, WEEKDAYS, ZH_WEEKDAYS, check_year, on_clock, read_iso, refusal
from svc.domain.clock.days import DAYS, MON, TH, WEEKDAY, ZH_WEEKDAY, Hours, days_on, en_weekday, hours_of, zh_weekday
from svc.domain.clock.spans import N, Refused, Window, normal, relative
from svc.text import Text, quoted, quoted_zh

Resolve = Callable[[datetime, time], date]


def names_no_day(text: str) -> bool:
    """Whether time words name hours and no day: `16:40`, `下午4点`."""
    try:
        return read_iso(text, UTC) is None and hours_of(normal(text), False, "") is not None
    except Refused:
        return False


def read_time(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that time words name: of a window its end. BadInput for what is not understood."""
    return read_window(text, now, zone)[1]


def read_window(text: str, now: datetime, zone: tzinfo) -> Window:
    """The window that a text names, the start None where it is not said, the end what is promised."""
    iso = read_iso(text, zone)
    if iso is not None:
        return None, iso
    words = normal(text)
    try:
        window = relative(words, now, zone) or _on_a_day(words, now, zone)
    except Refused as refused:
        raise refusal(text, refused.why, refused.hint) from None
    except OverflowError:
        window = None
    if window is None:
        raise refusal(text, *_why_not(words, now, zone))
    check_year(text, window[1])
    return window


# --- a day and its hours -----------------------------------------------------------------------------

_NAMED_DAY = re.compile(
    rf"(?:on )?({WEEKDAY}) (?=20[0-9]{{2}}-|(?:{MON}) |[0-9]{{1,2}}{TH} (?:of )?(?:{MON}))"
    rf"|(.*[日号天])\(?{ZH_WEEKDAY}\)?(?=[^前内]|$)"
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
        hours = hours_of(rest, dated, limit) if rest else _whole_day(resolve, wall, limit)
        if not hours:
            continue
        day_before = not rest and limit == "before"
        day = resolve(wall, time() if day_before else hours[1])
        _check_weekday(day, weekday)
        found.append(_window(day - timedelta(days=day_before), hours, zone))
    if len({end for _, end in found}) > 1:
        raise Refused("it can be read in two ways", "有两种读法")
    return found[0] if found else None


def _window(day: date, hours: Hours, zone: tzinfo) -> Window:
    start, end = hours
    begins = None if start is None else on_clock(datetime.combine(day, start), zone)
    return begins, on_clock(datetime.combine(day, end), zone)


def _refuse_day_or_days(words: str) -> None:
    """30日内 and 30日前 count days in a contract and name the 30th in speech."""
    match = re.fullmatch(f"({N})日([之以]?[前内后])", words)
    if match:
        number, limit = match.groups()
        raise Refused(
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
    return (en_weekday(name), rest) if name else (zh_weekday(sign), date_said + rest)


def _check_weekday(day: date, weekday: int | None) -> None:
    if weekday is not None and day.weekday() != weekday:
        raise Refused(f"{day} is not a {WEEKDAYS[weekday]}", f"{day} 不是周{ZH_WEEKDAYS[weekday]}")


def _limit(words: str) -> tuple[str, str]:
    match = _LIMIT.fullmatch(words)
    if not match:
        return "", words
    if match[1]:
        return match[1], match[2]
    return {"前": "before", "内": "in"}[match[4]], match[3]


def _readings(words: str) -> Iterator[tuple[Resolve, str, bool]]:
    """Every way to part the words into a day and the rest: the day first, last, or today unsaid."""
    for pattern, resolve in DAYS:
        match = pattern.match(words)
        if match and not (match[0] == words and resolve is days_on):
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
    raise Refused(
        f"read as {_named(day).en}; the hour is missing",
        f"读作{_named(day).zh}，没有说几点",
        Text(
            f"write {day}T15:00, or as a limit: by {day} (23:59)",
            f"请写 {day}T15:00；期限可写 {day}内（到 23:59）",
        ),
    )


def _named(day: date) -> Text:
    return Text(f"{WEEKDAYS[day.weekday()]} {day}", f" {day} 周{ZH_WEEKDAYS[day.weekday()]}")


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
        except (Refused, OverflowError):
            continue
        if day:
            return Text(
                f"read as {day.en} and {quoted(rest)}, which is no clock time",
                f"读作{day.zh}，余下{quoted_zh(rest)}不是钟点",
            )
    return None
