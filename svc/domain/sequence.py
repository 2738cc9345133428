"""The order in which the entries of one id happened: by the minute, within one by the order of recording.

Of which nobody knows the hour, stands on its day where such a thing usually happens: an arrival behind the dispatch of
that morning and before the leaving of that evening, whichever of them has an hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from svc.domain import ledgers
from svc.domain.clock.base import minute
from svc.domain.clock.precision import WholeDay, latest
from svc.domain.entry import Entry


@cache
def rank(noun: str, event: str) -> int:
    """The place of an event among those of its ledger; where any may follow any other, none."""
    return 0 if ledgers.ledger(noun).any_order else list(ledgers.events(noun)).index(event)


def usual(entry: Entry) -> tuple[int, int]:
    """Order of time; of one minute, the order in which things usually happen."""
    return minute(entry.at), rank(entry.ledger, entry.event)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries by when they happened; those of one minute in the order given, which is that of recording, an opening one first."""
    return placed(sorted(entries, key=lambda e: (minute(e.at), not ledgers.creates(e.ledger, e.event))))


def placed(found: list[Entry]) -> list[Entry]:
    """Entries in order, those without an hour moved from the beginning of their day to where they belong."""
    if not any([isinstance(entry.at, WholeDay) for entry in found]):
        return found
    keys = []
    for entry in found:
        own = rank(entry.ledger, entry.event)
        at = minute(entry.at)
        if isinstance(entry.at, WholeDay):
            last = latest(entry.at)
            usually = (minute(e.at) for e in found if rank(e.ledger, e.event) < own and at <= minute(e.at) <= last)
            keys.append((max(usually, default=at), own))
        else:
            keys.append((at, own))
    opening = [not ledgers.creates(entry.ledger, entry.event) for entry in found]
    return [found[n] for n in sorted(range(len(found)), key=lambda n: (keys[n][0], opening[n], keys[n][1]))]
