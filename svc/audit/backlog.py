"""How a book stands: opened and settled in the month, open now, overdue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from svc.audit.world import Span


class Case(NamedTuple):
    """One thing that is opened and settled; `due` is None where nothing says until when."""

    opened: datetime
    closed: datetime | None
    due: datetime | None = None


def backlog(cases: Iterable[Case], span: Span, now: datetime, has_limit: bool) -> dict[str, int | None]:
    """opened and closed in the month; open: of all opened before its end, those not settled at *now*; of them overdue.

    `overdue` is None where there is no limit by which to tell.
    """
    found = [case for case in cases if case.opened < span.end]
    waiting = [case for case in found if case.closed is None]
    return {
        "opened": sum(span.holds(case.opened) for case in found),
        "closed": sum(span.holds(case.closed) for case in found),
        "open": len(waiting),
        "overdue": sum(case.due is not None and case.due < now for case in waiting) if has_limit else None,
    }
