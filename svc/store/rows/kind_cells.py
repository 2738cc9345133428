"""How a value of a kind becomes a cell: found once for each kind, and a word that stands in many rows is written once. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from svc.domain.kinds import Caller, Choice, Code, Prose, Ref
from svc.store.rows import cells

_FREE = (Prose, Code, Ref, Caller)
"""Kinds that hold any text; the others have canonical forms of their own and need no guard."""
_AS_IT_IS = (Prose.cell, Choice.cell, Ref.cell)
"""What says that a value is its own written form."""

word = lru_cache(1 << 12)(cells.write)
"""The cell of an id, a code or a name that stands in many rows."""


def is_free(kind: Any) -> bool:
    """Whether a kind holds any text, so that its cells are guarded against spreadsheets."""
    return isinstance(kind, _FREE)


def writer(kind: Any) -> Callable[[Any], str]:
    """What writes the values of a kind as cells."""
    cell, free = kind.cell, is_free(kind)
    if getattr(type(kind), "cell", None) not in _AS_IT_IS:
        return lambda value: cells.write(cell(value), free)
    return cells.write if type(kind) is Prose else partial(word, guard=free)
