"""Which seal an offence keeps its number from: of amounts that grow from time to time what a seal charged only falls.

Numbered is in the order in which offences became final. What a seal charged comes before whatever was charged by a later
one, or by none yet, though that may have become final earlier: nobody's sealed fine rises for what is learned late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import cached_property

from svc.audit.world import World
from svc.domain.correction import as_recorded
from svc.domain.entry import Entry
from svc.rules.judge import Finding
from svc.rules.model import SealedFines
from svc.rules.steps import became_final, period_of, stands

NEXT = "9999-12"
"""What no seal has charged yet."""


class Places:
    """For each finding the month whose seal charged it first, since it stands; nothing is read before it is asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def _seals(self) -> list[SealedFines]:
        """What the seals charged that the world knows of."""
        versions = self._world.versions
        return [seal for seal in (versions.fines() if versions and versions.fines else ()) if seal.at <= (self._world.as_of or self._world.now)]

    @cached_property
    def _charged(self) -> tuple[dict[tuple[str, str], str], Counter[tuple[str, str]]]:
        return _runs(self._seals)

    def __call__(self, one: Finding) -> str:
        return _place(one, self._seals, *self._charged, self._world.zone) if self._seals else NEXT


def _runs(seals: list[SealedFines]) -> tuple[dict[tuple[str, str], str], Counter[tuple[str, str]]]:
    """For each person and fine the seal that charged it first, the last time it came to be charged, and whether it is still."""
    first: dict[tuple[str, str], str] = {}
    charged: Counter[tuple[str, str]] = Counter()
    for seal in seals:
        for key, times in seal.times.items():
            if charged[key] <= 0 < charged[key] + times:
                first[key] = seal.month
            charged[key] += times
    return first, charged


def _place(
    one: Finding, seals: list[SealedFines], first: dict[tuple[str, str], str], charged: Counter[tuple[str, str]], zone: tzinfo
) -> str:
    key = (one.staff or "", one.id)
    month = first.get(key)
    if not stands(one):
        return month or NEXT
    final = f"{datetime.fromtimestamp(became_final(one), zone):%Y-%m}"
    learned = list(_moved(one, zone))
    if month is None or (charged[key] <= 0 and final > month):
        if one.status != "waived":
            return NEXT
        month = final  # forgiven before it was charged: it counts from the seal that knew of it
        learned += _told(one)
    return next((seal.month for seal in seals if seal.month >= month and all(at <= seal.at for at in learned)), NEXT)


def _sources(one: Finding) -> list[Entry]:
    return list({id(fact.source): fact.source for fact in one.subject.facts.values() if fact.source}.values())


def _told(one: Finding) -> Iterator[datetime]:
    """When it was recorded what it rests on: its facts, whose it is, and the ruling from which on it stands."""
    for source in _sources(one):
        yield as_recorded(source).recorded_at
        yield from (entry.recorded_at for entry in source.history[1:] if one.staff in entry.fields.values())
    held = [turn.standing in ("final", "waived") for turn in one.turns]
    began = one.turns[len(held) - held[::-1].index(False) if False in held else 0]
    if began.entry:
        yield began.entry.recorded_at


def _moved(one: Finding, zone: tzinfo) -> Iterator[datetime]:
    """When a correction was recorded by which it came to lie in its period."""
    if not one.amount or not one.amount.steps:
        return
    per = one.amount.steps.per
    for source in _sources(one):
        for n, entry in enumerate(source.history[1:], 1):
            for name in (name for name, value in entry.fields.items() if value == one.offence_at):
                said = [old.fields[name] for old in source.history[:n] if isinstance(old.fields.get(name), datetime)]
                before = said[-1] if said else source.history[0].at
                if period_of(before, per, zone) != period_of(entry.fields[name], per, zone):
                    yield entry.recorded_at
