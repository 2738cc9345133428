"""What is taken as it was typed, but may be a slip: said to whoever records it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from svc.domain import correction, ledgers
from svc.domain.clock.base import echo
from svc.domain.clock.precision import before
from svc.domain.entry import Entry
from svc.domain.text import misread
from svc.text import Text

LONG_AGO = 30
"""Days after which somebody who records what happened may have the wrong month."""
AHEAD = ("due", "promised")
"""Fields that name a moment still to come."""


def slips(entry: Entry, now: datetime, zone: tzinfo) -> Iterator[Text]:
    """What may be wrong with an entry: long ago, due before it happened, misread; and what its ledger doubts (`doubts`)."""
    days = (now - entry.at).days
    if days > LONG_AGO:
        yield Text(f"note: that was {days} days ago", f"注意：这是 {days} 天前的事")
    for name in AHEAD:
        ahead = None if entry.event == correction.EVENT else entry.get(name)
        if ahead and before(ahead, entry.at):
            due, at = echo(ahead, zone), echo(entry.at, zone)
            yield Text(
                f"note: {name} {due.en} lies before {at.en}, when this happened: is --at missing?",
                f"注意：{due.zh} 早于这件事发生的时间 {at.zh}；是不是漏了 --at？",
            )
    for value in entry.fields.values():
        meant = misread(value) if isinstance(value, str) else None
        if meant:
            yield Text(f"note: {meant.en}", f"注意：{meant.zh}")
    yield from getattr(ledgers.module(entry.ledger), "doubts", _none)(entry, zone)


def _none(entry: Entry, zone: tzinfo) -> Iterator[Text]:
    return iter(())
