"""What was given for an event, read field by field: what is kept of it, and what of it is kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from svc.domain import ledgers
from svc.domain.kinds import Field, option_of, read_field
from svc.domain.kinds import InputContext as Reader
from svc.domain.ledgers import Event
from svc.domain.numbers import hide_in, holds_text
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.text import Text, for_example


class Way:
    """How what is recorded was given: as the options of a command.

    `free` are kinds of fields that may be missing although they are required.
    """

    typed = True
    free: tuple[type, ...] = ()

    def called(self, field: Field) -> str:
        return option_of(field)

    def example(self, event: Event) -> Text:
        return for_example(event.example)

    def wrong_order(self, error: SvcError) -> SvcError:
        return error


class Column(NamedTuple):
    """A field of which something was given, and whether texts stand in it that may hold anybody's number."""

    field: Field
    text: bool


@lru_cache(1 << 10)
def columns(noun: str, event: str, names: tuple[str, ...]) -> tuple[Column, ...]:
    """The fields of an event that have one of the names, in their order: found once for all lines that give the same."""
    return tuple(Column(field, holds_text(field.kind)) for field in ledgers.event(noun, event).fields if field.name in names)


def values(asked: Iterable[Column], given: Mapping[str, Any], way: Way, reader: Reader) -> dict[str, Any]:
    """What fields are by what was given, those left out that say nothing; BadInput names the first wrong one."""
    found: dict[str, Any] = {}
    for field, _ in asked:
        said = given[field.name]
        if said is not None:
            value = read_field(field, said, way.called(field), reader)
            if value or value not in _NOTHING:
                found[field.name] = value
    return found


_NOTHING: tuple[Any, ...] = ("", (), {})


def kept_apart(asked: Iterable[Column], found: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that a ledger keeps, numbers of people in them hidden, and those that a register keeps that can be erased."""
    fields: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    numbers: list[str] = []
    for field, text in asked:
        name = field.name
        if name in found:
            if field.secret:
                secrets[name] = found[name]
            else:
                fields[name] = hide_in(field, found[name], numbers.append) if text else found[name]
    if numbers:
        secrets["phone"] = "; ".join(numbers)
    return fields, secrets
