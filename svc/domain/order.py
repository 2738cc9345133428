"""Whether new entries fit among those recorded, wherever in time they fall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from svc.domain import correction, ledgers
from svc.domain.clock.base import to_minute
from svc.domain.clock.precision import WholeDay
from svc.domain.correction import as_recorded
from svc.domain.entry import Entry
from svc.domain.guards import done
from svc.domain.kinds import Moment
from svc.domain.sequence import in_order
from svc.errors import Conflict, SvcError
from svc.text import Text


def by_minute(entry: Entry) -> Entry:
    """The entry as it is judged: the instants that it tells begin their minute. In its ledger the seconds stay."""
    at, names = entry.at, _moments(entry.ledger, entry.event)
    if at.second or at.microsecond:
        at = to_minute(at)
    elif not names:
        return entry  # as most are
    told = {name: to_minute(value) for name in names if (value := entry.fields.get(name))} if names else {}
    if at is not entry.at or (told and any(entry.fields[name] is not value for name, value in told.items())):
        return entry._replace(at=at, fields={**entry.fields, **told})
    return entry


@cache
def _moments(noun: str, event: str) -> tuple[str, ...]:
    """The fields of an event that are instants."""
    return tuple(name for name, kind in ledgers.kinds(noun, event).items() if isinstance(kind, Moment))


def misfits(before: Sequence[Entry], new: Sequence[Entry]) -> Iterator[tuple[Entry, SvcError]]:
    """Which of the new entries of one id (in `usual` order) do not fit those recorded `before`, and why.

    What is wrong with a new entry itself is said as it is; Conflict where it makes a recorded one impossible. A
    correction must fit what is recorded, and what it makes of the entries must be possible.
    """
    check = ledgers.module(new[0].ledger).check
    fresh = {id(entry) for entry in new}
    merged = in_order([*before, *new]) if before or WholeDay in [type(one.at) for one in new] else list(new)
    corrections = [n for n, entry in enumerate(merged) if entry.event == correction.EVENT]
    corrected = False
    for n in corrections:
        entry = merged[n]
        if id(entry) in fresh:
            corrected = True
            try:
                check(merged[:n], entry)
            except SvcError as error:
                yield entry, error
                return
    held = list(correction.effective(merged)) if corrections else merged
    first = 0 if corrected or not before else next((n for n, entry in enumerate(held) if id(as_recorded(entry)) in fresh), len(held))
    last = new[0]
    for n, entry in enumerate(held[first:], first):
        own = as_recorded(entry)
        last = own if id(own) in fresh else last
        try:
            check(held[:n], entry)
        except SvcError as error:
            yield last, error if own is last else _contradicts(last, entry, error)


def _contradicts(new: Entry, old: Entry, error: SvcError) -> Conflict:
    return Conflict(
        Text(
            f"{new.event} of {new.id} at {new.at:%Y-%m-%d %H:%M} contradicts its {old.event} at"
            f" {old.at:%Y-%m-%d %H:%M}: {error.what.en}",
            f"{new.id} 的{done(new).zh}（{new.at:%Y-%m-%d %H:%M}）与已有的{done(old).zh}"
            f"（{old.at:%Y-%m-%d %H:%M}）矛盾：{error.what.zh}",
        ),
        error.hint,
    )
