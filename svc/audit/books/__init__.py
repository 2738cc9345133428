"""The smaller books: key of the audit → noun; each has its file `svc/audit/books/NOUN.py`.

Such a file says `figures(world, span)` (the value under its key) and, where rules look at it,
`subjects(world)` (what is judged, with its facts; under the noun `JUDGED` where that is not its own); where its sums
are money that somebody is paid or bears, `settles(world, span)` (of whom, which, into which sum). A key need not be a
ledger: escalations are entries of calls.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from datetime import datetime
from importlib import import_module
from typing import Any

from svc.audit.world import Span
from svc.domain import ledgers
from svc.named import NamedTuple

BOOKS: dict[str, str] = {
    "quotes": "quote",
    "installs": "install",
    "tours": "tour",
    "escalations": "escalation",
    "defects": "defect",
    "claims": "claim",
    "returns": "return",
    "expenses": "expense",
    "tools": "tool",
    "attachments": "attachment",
    "upkeep": "upkeep",
    "stock": "stock",
}
_OWN = frozenset(BOOKS.values())
BOOKS |= {row.folder: row.noun for row in ledgers.TABLE.values() if row.backlog and row.noun not in _OWN}
"""A ledger with a backlog that has no file here is counted as it stands (`svc.audit.books.plain`)."""


def book(noun: str) -> Any:
    """The noun's file in this room, or what stands for one."""
    if noun not in _OWN:
        return import_module("svc.audit.books.plain").Plain(noun)
    return import_module(f"svc.audit.books.{noun}_" if noun in keyword.kwlist else f"svc.audit.books.{noun}")


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
