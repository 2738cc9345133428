"""What a line of the neutral form may say, and must."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from svc.domain import ledgers
from svc.domain.kinds import Caller, Prose
from svc.errors import BadInput
from svc.text import Text, near

COMMON = {"ledger", "event", "id", "at", "by", "recorded_at"}


@cache
def _known(noun: str, event: str) -> frozenset[str]:
    """The names that a line of an event may have."""
    return frozenset((*COMMON, *(f.name for f in ledgers.event(noun, event).fields)))


def refuse_unknown(given: Mapping[str, Any], noun: str, event: str) -> None:
    """BadInput for a name that the event has no field of."""
    known = _known(noun, event)
    if not given.keys() <= known:
        unknown = next(name for name in given if name not in known)
        meant = near(unknown, known, 1, 0.5)
        names = Text(", ".join(sorted(known)), "、".join(sorted(known)))
        raise BadInput(
            Text(f"there is no field {unknown!r}", f"没有字段 {unknown!r}"),
            Text(f"did you mean {meant[0]!r}?", f"是不是 {meant[0]!r}？") if meant else names,
        )


def refuse_incomplete(event: ledgers.Event, fields: Mapping[str, Any]) -> None:
    """What nothing can be judged without must be there; words that nobody wrote down then may be missing."""
    free = (Prose, Caller)
    missing = [f.name for f in event.fields if f.required and f.name not in fields and not isinstance(f.kind, free)]
    if event.name == "survey" and bool(fields.get("scores")) == bool(fields.get("refused")):
        missing.append("scores" if not fields.get("scores") else "scores without refused")
    if missing:
        names = ", ".join(missing)
        raise BadInput(
            Text(f"missing: {names}", f"缺少：{names}"),
            Text(f"what can be given: {', '.join(f.name for f in event.fields)}",
                 f"可写的字段：{'、'.join(f.name for f in event.fields)}"),
        )  # fmt: skip
    if fields.get("called_in") and fields.get("no_call_in"):
        raise BadInput(
            Text("called_in and no_call_in contradict each other", "called_in 与 no_call_in 互相矛盾"),
            Text("give one of them, or neither if it is not known", "只写一个；不清楚就都不写"),
        )
