"""The table of the smaller books: key of the audit → noun; each has its file `svc/audit/NOUN.py`.

Such a file says `figures(world, span)` (the value under its key) and, where rules look at it,
`subjects(world)` (what is judged, with its facts).
"""

from __future__ import annotations

import keyword
from importlib import import_module
from types import ModuleType

BOOKS: dict[str, str] = {}


def book(noun: str) -> ModuleType:
    """The noun's file in this room."""
    return import_module(f"svc.audit.{noun}_" if noun in keyword.kwlist else f"svc.audit.{noun}")
