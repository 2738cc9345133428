"""Days off in mainland China: weekends and public holidays, make-up workdays counted as work (1.10)."""

from __future__ import annotations

from datetime import date
from functools import cache


@cache
def day_off(day: date) -> bool | None:
    """Whether nobody has to work on a day; None for a year whose holidays are not published: never guessed."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return None
