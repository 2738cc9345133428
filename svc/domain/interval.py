"""How often something comes due: every so many days, weeks, months or years from a day on, or hours of running."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from svc.domain.kinds import InputContext, wrong
from svc.text import Text

_UNITS = {
    "hours": "h|hrs?|hours?|小时|工时",
    "days": "d|days?|天|日",
    "weeks": "w|weeks?|周|星期",
    "months": "mo|mon|months?|个月|月",
    "years": "y|years?|年",
}
GREATEST = {"hours": 99_999, "days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100}
"""A hundred years: what comes round more seldom than any machine lasts was a slip."""
_WANTED = Text(
    f"an interval like 3 months, 2 weeks, 1 year or 500 h, of {GREATEST['years']} years or {GREATEST['hours']} h at the most",
    f"间隔，如 3 个月、2 周、1 年、500 小时，最多 {GREATEST['years']} 年或 {GREATEST['hours']} 小时",
)


class Interval:
    """`3 months`, `500 hours`; written so, whatever was typed."""

    hint = "INTERVAL"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        text = value.strip().lower() if isinstance(value, str) else ""
        for unit, words in _UNITS.items():
            found = re.fullmatch(rf"([1-9][0-9]{{0,4}}) *(?:{words})", text)
            if found and int(found[1]) <= GREATEST[unit]:
                return f"{found[1]} {unit}"
        raise wrong(name, value, _WANTED)

    def cell(self, value: str) -> str:
        return value

    def load(self, cell: str) -> str:
        """More than is taken today may stand in a ledger: it was taken once."""
        if not re.fullmatch(rf"[1-9][0-9]{{0,4}} (?:{'|'.join(_UNITS)})", cell):
            raise ValueError(f"{cell!r} is not an interval like 3 months")
        return cell

    def json(self, value: str) -> str:
        return value


def parts(every: str) -> tuple[int, str]:
    """How many of which unit."""
    count, unit = every.split(" ")
    return int(count), unit


def words(every: str) -> Text:
    """An interval as people say it."""
    count, unit = parts(every)
    zh = {"hours": "小时", "days": "天", "weeks": "周", "months": "个月", "years": "年"}[unit]
    return Text(f"every {count} {unit}" if count > 1 else f"every {unit[:-1]}", f"每 {count} {zh}")


def following(anchor: date, every: str, day: date) -> date | None:
    """The first day after `day` that lies whole intervals after the anchor day, which is none itself; None past all calendars.

    Months and years keep the anchor's day; where a month has none, its last: the 31st stays the month's end.
    """
    from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule

    count, unit = parts(every)
    start = datetime(anchor.year, anchor.month, anchor.day)
    if unit in ("months", "years"):
        months = count * 12 if unit == "years" else count
        last = {"bymonthday": range(28, anchor.day + 1), "bysetpos": -1} if anchor.day > 28 else {}
        rule = rrule(MONTHLY, interval=months, dtstart=start, **last)
    else:
        rule = rrule(WEEKLY if unit == "weeks" else DAILY, interval=count, dtstart=start)
    found: datetime | None = rule.after(datetime.combine(max(day, anchor), datetime.min.time()))
    return found.date() if found else None
