"""What a rules file may name: the facts that the ledgers hold, and the values they can take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from svc.domain import ledgers
from svc.domain.kinds import Choice, Flag
from svc.text import Text

# To be deleted, noun by noun, as the ledgers land: then `svc.domain.NOUN.FACTS` says it.
PLANNED_FACTS: dict[str, Text] = {
    "report.earlier_at": Text("the earlier resolved repair of the same fault", "上一次修好同一故障的时间"),
    "month.ended_at": Text("the end of the month", "月末"),
    "month.submitted_at": Text("when the month was submitted", "上报时间"),
}

TIMES = ("_at", ".date", "_calls")
"""How the names of facts end that are moments."""


@cache
def facts() -> dict[str, Text]:
    """Every fact that a rule may ask for, with its title."""
    found: dict[str, Text] = {}
    for noun in ledgers.TABLE:
        found.update(getattr(ledgers.module(noun), "FACTS", {}))
    return found | {name: title for name, title in PLANNED_FACTS.items() if name not in found}


@cache
def facts_of(subject: str) -> tuple[str, ...]:
    """The names of the facts of one subject."""
    return tuple(name for name in facts() if name.startswith(subject + "."))


@cache
def subjects() -> tuple[str, ...]:
    """What rules can look at: whatever has facts."""
    return tuple(dict.fromkeys(name.partition(".")[0] for name in facts()))


@cache
def choices(fact: str) -> tuple[str, ...] | None:
    """The values that a fact can have, None where they are not from a list."""
    words = named(fact)
    return None if words is None else tuple(words)


@cache
def named(fact: str) -> Mapping[str, str] | None:
    """The values that a fact can have with their Chinese names, None where they are not from a list."""
    noun, _, name = fact.partition(".")
    if noun not in ledgers.TABLE:
        return None
    for event in ledgers.events(noun).values():
        field = event.field(name)
        if field and isinstance(field.kind, Choice):
            return field.kind.words
        if field and isinstance(field.kind, Flag):
            return {"yes": "是", "no": "否"}
    return None
