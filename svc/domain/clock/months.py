"""Months and years as people say them: 上月, last month, 10月, October, 去年. What is none of these is left as it was typed.

A month without its year is the latest that has begun: in November 10月 is last month, and 12月 that of the year before.
"""

from __future__ import annotations

import re
from datetime import date

from svc.domain.clock.base import month_names
from svc.domain.clock.days import MON, MONTHS
from svc.domain.clock.spans import normal, number_of

_AGO = {
    0: ("本月", "这月", "这个月", "当月", "本", "this", "this month", "current", "current month"),
    1: ("上月", "上个月", "上", "last", "last month", "previous", "previous month"),
    2: ("上上月", "上上个月", "the month before last"),
}
_MONTHS_AGO = {word: ago for ago, words in _AGO.items() for word in words}
_YEARS_AGO = {"今年": 0, "本年": 0, "this": 0, "this year": 0, "去年": 1, "上年": 1, "last": 1, "last year": 1, "前年": 2}
_YEAR = "(?:(?P<year>20[0-9]{2})年|(?P<said>今年|去年|前年))?"
_ZH = re.compile(f"{_YEAR}(?P<month>1[0-2]|0?[1-9]|[一二三四五六七八九]|十[一二]?)月份?")
_EN = re.compile(f"(?P<month>{MON})(?: (?P<year>20[0-9]{{2}}))?")


def read_month(text: str, today: date) -> str:
    """`2026-10` for what is said of a month on this day; other text comes back as it is."""
    words = normal(text)
    this = f"{today:%Y-%m}"
    if words in _MONTHS_AGO:
        return month_names(this, _MONTHS_AGO[words] + 1)[0]
    zh, en = _ZH.fullmatch(words), _EN.fullmatch(words)
    if zh:
        number = number_of(zh["month"])
        year = int(zh["year"] or 0) or (today.year - _YEARS_AGO[zh["said"]] if zh["said"] else 0)
    elif en:
        number, year = MONTHS.index(en["month"][:3]) + 1, int(en["year"] or 0)
    else:
        return text
    return f"{year or today.year - (number > today.month):04d}-{number:02d}"


def read_year(text: str, today: date) -> str:
    """`2026` for what is said of a year on this day; other text comes back as it is."""
    words = normal(text)
    return f"{today.year - _YEARS_AGO[words]:04d}" if words in _YEARS_AGO else words.removesuffix("年") if words[:1].isdigit() else text
