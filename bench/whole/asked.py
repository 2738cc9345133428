"""What both engines are asked, which files they read for it, and what neither of them computes: days off, rows a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

Values = dict[str, Any]

EVENTS = {
    "calls": {"log", "reply", "escalate", "close"},
    "visits": {"dispatch", "repromise", "arrive", "leave"},
    "reports": {"close", "survey", "archive"},
    "complaints": {"log", "report", "verify", "remedy", "close"},
    "conduct": {"log"},
    "findings": {"uphold", "dismiss", "waive"},
}
"""What generated histories record: anything else is refused, for it would be counted wrongly."""
COLUMNS = {
    "calls": ("id", "event", "at", "from", "channel", "kind", "machine", "summary", "needs_service", "due", "text"),
    "visits": (
        "id", "event", "at", "call", "customer", "machine", "staff", "purpose", "promised", "asked_by", "agreed", "not_told",
        "called_in", "no_call_in",
    ),
    "reports": (
        "id", "event", "at", "visit", "machine", "fault", "cause", "solution", "parts", "no_parts", "opinion", "resolved", "scores",
    ),
    "complaints": (
        "id", "event", "at", "channel", "kind", "cause", "about", "visit", "call", "verdict", "reason", "harms_image", "personal",
    ),
    "conduct": ("id", "event", "at", "about", "kind", "visit"),
    "findings": ("id", "event", "at", "reason"),
}  # fmt: skip
"""The columns and keys that are asked for."""
REPLIES = ("within", "late", "overdue", "pending", "facts_missing")
VISITS = ("on_time", "late", "missed", "pending", "facts_missing")


class Asked(NamedTuple):
    """A month of a desk, as it is known at a moment (to the minute, in the desk's zone)."""

    data: Path
    month: str
    now: str

    @property
    def first(self) -> str:
        return f"{self.month}-01T00:00"

    @property
    def after(self) -> str:
        """The first moment of the month after it."""
        return f"{_month_after(self.month)}-01T00:00"

    @property
    def known(self) -> str:
        """Entries up to here are known: as ledgers write it."""
        return f"{self.now}:00+08:00"

    def files(self, ledger: str) -> list[str]:
        """The files of a ledger from the month before on, in which repairs are repeated and cases go over from one to the next.

        Of complaints all: those upheld in any month and not made good are counted.
        """
        before = f"{date.fromisoformat(f'{self.month}-01') - timedelta(days=1):%Y-%m}"
        found = sorted(path for path in (self.data / ledger).glob("20*") if path.stem >= before or ledger == "complaints")
        return [str(path) for path in found]

    def register(self, name: str) -> str:
        return str(self.data / "registers" / f"{name}.csv")


def _month_after(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-28') + timedelta(days=4):%Y-%m}"


def refuse(asked: Asked, found: Mapping[str, Iterable[str]]) -> None:
    """ValueError where a desk holds what the queries do not know: other events, corrections of entries, facts with days."""
    others = {ledger: set(events) - EVENTS[ledger] for ledger, events in found.items()}
    if any(others.values()):
        raise ValueError(f"only generated histories: {others}")
    for ledger in ("undone", "changes", "faultcodes"):
        if any((asked.data / ledger).glob("20*")):
            raise ValueError(f"only generated histories: something is in {ledger}")


def days(month: str) -> list[str]:
    """The days of a month."""
    one, found = date.fromisoformat(f"{month}-01"), []
    while f"{one:%Y-%m}" == month:
        found.append(one.isoformat())
        one += timedelta(days=1)
    return found


def days_off(month: str) -> dict[str, bool]:
    """Whether nobody has to work on a day: from the package that svc asks too."""
    import chinese_calendar  # type: ignore[import-untyped,unused-ignore]

    return {day: bool(chinese_calendar.is_holiday(date.fromisoformat(day))) for day in days(month)}


def daily(off: Mapping[str, bool], calls: Iterable[tuple[str, str, int]], visits: Iterable[tuple[str, str, int]]) -> list[Values]:
    """A row a day from counts by day and state."""
    replied, kept = ({(day, state): n for day, state, n in rows} for rows in (calls, visits))
    return [
        {
            "date": day,
            "off": free,
            "calls": sum(replied.get((day, state), 0) for state in REPLIES),
            "replies": {state: replied.get((day, state), 0) for state in REPLIES},
            "visits": {state: kept.get((day, state), 0) for state in VISITS},
        }
        for day, free in off.items()
    ]
