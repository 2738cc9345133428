"""Which seal an offence keeps its number from: of amounts that grow from time to time what a seal charged only falls.

Numbered is in the order in which offences became final. What counted when a month was sealed comes before whatever a later
seal charged, or none yet, though that may have become final earlier: nobody's sealed fine rises for what is learned late.
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
from svc.rules.steps import period_of, stands

NEXT = "9999-12"
"""What no seal has charged yet."""


class Places:
    """For each finding the month at whose seal it counted first, and has ever since; nothing is read before it is asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def _seals(self) -> list[SealedFines]:
        """What the seals charged that the world knows of."""
        versions, now = self._world.versions, self._world.as_of or self._world.now
        return [seal for seal in (versions.fines() if versions and versions.fines else ()) if seal.at <= now]

    @cached_property
    def _charged(self) -> dict[tuple[str, str], list[int]]:
        """For each person and fine how often it stood charged after each of the seals."""
        found: dict[tuple[str, str], list[int]] = {}
        sums: Counter[tuple[str, str]] = Counter()
        for n, seal in enumerate(self._seals):
            for key, times in seal.times.items():
                told = found.setdefault(key, [])
                told += [sums[key]] * (n - len(told))
                sums[key] += times
                told.append(sums[key])
        return {key: told + [sums[key]] * (len(self._seals) - len(told)) for key, told in found.items()}

    def __call__(self, one: Finding) -> str:
        if not self._seals:
            return NEXT
        charged = self._charged.get((one.staff or "", one.id), [0] * len(self._seals))
        moved = max(_moved(one, self._world.zone), default=None)
        since = ended = None
        for seal, times in zip(self._seals, charged, strict=True):
            if (moved is None or moved <= seal.at) and (times > 0 or _forgiven(one, seal, self._world.zone)):
                since = since or seal.month
            else:
                since, ended = None, since or ended
        return since or (NEXT if stands(one) else ended or NEXT)


def _forgiven(one: Finding, seal: SealedFines, zone: tzinfo) -> bool:
    """Whether a seal knew that it was forgiven: not charged, it counts as a time."""
    known = [turn for turn in one.turns if f"{turn.at.astimezone(zone):%Y-%m}" <= seal.month and (turn.entry is None or turn.entry.recorded_at <= seal.at)]
    if not known or known[-1].standing != "waived" or known[-1].meeting is not None:
        return False
    return all(at <= seal.at for source in _sources(one) for at in _told(one, source))


def _sources(one: Finding) -> list[Entry]:
    return list({id(fact.source): fact.source for fact in one.subject.facts.values() if fact.source}.values())


def _told(one: Finding, source: Entry) -> Iterator[datetime]:
    """When something that it rests on was recorded, and whose it is."""
    yield as_recorded(source).recorded_at
    yield from (entry.recorded_at for entry in source.history[1:] if one.staff in entry.fields.values())


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
