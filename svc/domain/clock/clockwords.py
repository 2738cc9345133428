"""The hours of a day: `下午3点半`, `9am`, `2-4pm`, `上午`; which of them can be meant."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from svc.domain.clock.timetext import N, Refused, number_of
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
