"""Cases in brief: what figures and rules ask of a call, a visit or a report, as plain values, with what it is linked with.

A brief is worked out of the folded case by one function in its noun's file here, whether the case was read just now or
the index kept its brief. No hour, rules or registers are in it. The values that have a default are those that few cases
have; `evidence` are the entries that say so, where the case was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import Any

from svc.domain import correction, merging
from svc.domain.clock.precision import end_of
from svc.domain.entry import Entry
from svc.domain.text import folded

IN_BRIEF = ("call", "visit", "report")
"""The nouns whose cases are told in brief."""

Briefs = Mapping[str, Mapping[str, Any]]
"""By noun and id."""

NOTHING: Briefs = MappingProxyType({})


def named(told: Briefs, register: str) -> set[str]:
    """The ids of a register that briefs name."""
    fields = _NAMING.get(register, ())
    return {id for noun, field in fields for one in told.get(noun, {}).values() if (id := getattr(one, field))}


_NAMING = {
    "customer": (("call", "customer"), ("visit", "customer"), ("visit", "caller")),
    "machine": (("call", "machine"), ("visit", "machine"), ("report", "machine")),
    "staff": (("call", "by"), ("visit", "sent"), ("report", "closed_by")),
}


def as_one(told: Briefs, customers: Mapping[str, str]) -> Briefs:
    """Briefs in which every customer that was merged into another is named as the one that stays."""
    if not customers:
        return told
    return {noun: {id: _renamed(one, names, customers) for id, one in some.items()} for noun, some in told.items() for names in [_CUSTOMER[noun]]}


_CUSTOMER: Mapping[str, tuple[str, ...]] = {"call": ("sender",), "visit": ("customer", "caller"), "report": ()}


def with_faults(told: Briefs, names: Mapping[str, str]) -> Briefs:
    """Briefs with each fault under the name by which it is counted now."""
    if not names or not told:
        return told
    reports = told["report"]
    found = {id: one._replace(fault=names[key]) if one.fault and (key := folded(one.fault)) in names else one for id, one in reports.items()}
    return {**told, "report": found}


def _renamed(one: Any, fields: Iterable[str], into: Mapping[str, str]) -> Any:
    changed = {name: into[said] for name in fields if (said := getattr(one, name)) in into}
    return one._replace(**changed) if changed else one


def module(noun: str) -> Any:
    """The file of a noun: its `Brief`, and `brief(case, linked)`, which makes it."""
    return import_module(f"svc.domain.briefs.{noun}")


def families(told: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """What each of some cases (noun, brief) belongs together with: a call with its visits and their reports; a visit that no
    call asked for with its own."""
    told = list(told)
    calls = {one.id: one.call for noun, one in told if noun == "visit" and one.call}
    return [_family(noun, one, calls) for noun, one in told]


def _family(noun: str, one: Any, calls: Mapping[str, str]) -> tuple[str, str]:
    if noun == "call":
        return noun, one.id
    visit = one.id if noun == "visit" else one.visit
    return ("call", calls[visit]) if visit in calls else ("visit", visit)


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
    return ((noun, one) for noun in IN_BRIEF for one in linked.in_brief(noun).values())
