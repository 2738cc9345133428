"""Cases in brief: what figures and rules ask of a call, a visit or a report, as plain values, with what it is linked with.

A brief is worked out of the folded case by one function in its noun's file here, whether the case was read just now or
the index kept its brief. No hour, rules or registers are in it. The values that have a default are those that few cases
have; `evidence` are the entries that say so, where the case was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from svc.domain import correction, merging
from svc.domain.clock.precision import end_of
from svc.domain.entry import Entry

NOUNS = ("call", "visit", "report")
"""The nouns whose cases are told in brief."""

Briefs = Mapping[str, Mapping[str, Any]]
"""By noun and id."""


def module(noun: str) -> Any:
    """The file of a noun: its `Brief`, and `brief(case, linked)`, which makes it."""
    return import_module(f"svc.domain.briefs.{noun}")


LATE, AHEAD = 86_400, -300
"""Seconds after (before) something happened from which on it was typed late, or dated ahead."""


def late(entries: Iterable[Entry]) -> tuple[datetime, ...]:
    """When what was typed more than a day late had happened."""
    return tuple(entry.at for entry in entries if entry.recorded_at is not entry.at and _behind(entry) > LATE)


def ahead(entries: Iterable[Entry]) -> tuple[datetime, ...]:
    """When what was typed more than five minutes before it happened was to happen."""
    return tuple(entry.at for entry in entries if entry.recorded_at is not entry.at and _behind(entry) < AHEAD)


def _behind(entry: Entry) -> float:
    return entry.recorded_at.timestamp() - end_of(entry.at).timestamp()


def corrected(entries: Iterable[Entry]) -> bool:
    """Whether something of a case was put right, or it was recorded twice and is one."""
    return any(entry.event in (correction.EVENT, merging.EVENT) for entry in entries)


def of(linked: Any) -> Iterator[tuple[str, Any]]:
    """The briefs of all folded cases: noun and brief."""
    for noun in NOUNS:
        make = module(noun).brief
        yield from ((noun, make(one, linked)) for one in linked.of(noun).values())
