"""The table of the smaller books: key of the audit → noun; each has its file `svc/audit/NOUN.py`.

Such a file says `figures(world, span)` (the value under its key) and, where rules look at it,
`subjects(world)` (what is judged, with its facts) and `waiting(world)` (what waits for somebody). A key need
not be a ledger: escalations are entries of calls.
"""

from __future__ import annotations

import keyword
from importlib import import_module
from types import ModuleType

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
}


def book(noun: str) -> ModuleType:
    """The noun's file in this room."""
    return import_module(f"svc.audit.{noun}_" if noun in keyword.kwlist else f"svc.audit.{noun}")
