"""What was given for an event, read field by field: what is kept of it, and what of it is kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.domain.kinds import Field, option_of, read_field
from svc.domain.kinds import InputContext as Reader
from svc.domain.ledgers import Event
from svc.domain.numbers import hide_in
from svc.errors import SvcError
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


def values(event: Event, given: Mapping[str, Any], way: Way, reader: Reader) -> dict[str, Any]:
    """What the fields of an event are by what was given, those left out that say nothing; BadInput names the first wrong one."""
    found: dict[str, Any] = {}
    for field in event.fields:
        said = given.get(field.name)
        if said is not None:
            value = read_field(field, said, way.called(field), reader)
            if value not in _NOTHING:
                found[field.name] = value
    return found


_NOTHING: tuple[Any, ...] = ("", (), {})


def kept_apart(event: Event, found: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that a ledger keeps, numbers of people in them hidden, and those that a register keeps that can be erased."""
    fields: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    numbers: list[str] = []
    for field in event.fields:
        value = found.get(field.name)
        if value is None:
            continue
        if field.secret:
            secrets[field.name] = value
        else:
            fields[field.name] = hide_in(field, value, numbers.append)
    if numbers:
        secrets["phone"] = "; ".join(numbers)
    return fields, secrets
