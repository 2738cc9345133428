"""An invented department: for `svc init --demo`, the shipped desk and tests. Nothing in it is real."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from svc.demo.life import events
from svc.demo.people import department

if TYPE_CHECKING:
    from svc.desk.open import Desk

__all__ = ["department", "events", "month"]

SEED = 126
"""One whose every month shows everything."""


def month(desk: Desk) -> tuple[int, str]:
    """Fill a new desk with the last month that has ended: how many entries and rows, and the month's name.

    The head stays who founded the desk. What a month's calls led to afterwards is there up to now.
    """
    from svc.recording import taking
    from svc.recording.lines import Line

    now = desk.now()
    end = now.astimezone(desk.zone).date().replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    there = desk.register("staff")
    given = [row for row in department() if row["ledger"] != "staff" or row["id"] not in there]
    given += [one for one in events(start, end, SEED, now) if datetime.fromisoformat(one["at"]) <= now]
    lines = [Line(number, "", one) for number, one in enumerate(given, 1)]
    done = taking.take(desk, Path("demo"), lambda: lines, None, False)
    return done.total, f"{start:%Y-%m}"
