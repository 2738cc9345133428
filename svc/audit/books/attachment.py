"""Files kept with records: how many of which kind, and which were kept with something else before (4.3)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from svc.audit.world import Span, World


def figures(world: World, span: Span) -> dict[str, Any]:
    """Kept in the month: how many, of which kinds, bytes; `erased` in it; `repeated`: the same bytes with another subject before."""
    mine = sorted((a for a in world.of("attachment").values() if span.holds(a.added.at)), key=lambda a: (a.added.at, a.id))
    rows = [
        {
            "id": one.id,
            "of": one.added.get("of"),
            "subject": one.added.get("subject"),
            "as": one.added.get("as"),
            "name": one.added.get("name"),
            "by": one.added.by,
            "date": world.day(one.added.at).isoformat(),
            "same_as": one.added.get("same_as"),
            "erased": one.erased is not None,
        }
        for one in mine
    ]
    return {
        "kept": len(mine),
        "by_kind": dict(Counter(one.added.get("as") for one in mine)),
        "bytes": sum(one.added.get("size") for one in mine),
        "erased": sum(one.erased is not None and span.holds(one.erased.at) for one in world.of("attachment").values()),
        "repeated": [row for row in rows if row["same_as"]],
        "files": rows,
    }
