"""An invented department: for `svc init --demo`, the shipped desk and tests. Nothing in it is real."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from svc.demo.life import events
from svc.demo.people import department

if TYPE_CHECKING:
    from svc.desk import Desk

__all__ = ["department", "events", "month"]

SEED = 22


def month(desk: Desk) -> tuple[int, str]:
    """Fill a new desk with the last month that has ended: how many entries and rows, and the month's name.

    The head stays who founded the desk. What a month's calls led to afterwards is there up to now.
    """
    from svc.intake import batch
    from svc.intake.jsonl import Line

    now = desk.now()
    end = now.astimezone(desk.zone).date().replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    given = [row for row in department() if (row["ledger"], row["id"]) != ("staff", "S01")]
    given += [one for one in events(start, end, SEED) if one["at"] <= now.isoformat()]
    lines = [Line(number, "", one) for number, one in enumerate(given, 1)]
    done = batch.take(desk, Path("demo"), lines, None, False)
    return done.total, f"{start:%Y-%m}"


def months(first: date, count: int) -> tuple[date, date]:
    """From the first day of a month, so many months: their bounds."""
    last = first.year * 12 + first.month - 1 + count
    return first, date(last // 12, last % 12 + 1, 1)
