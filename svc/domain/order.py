"""Whether a new entry fits among those recorded, wherever in time it falls."""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain import correction, ledgers
from svc.domain.entry import Entry
from svc.domain.guards import done
from svc.errors import Conflict, SvcError
from svc.text import Text


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Entries by when they happened; those of one moment in the order given, an opening one first."""
    return sorted(entries, key=lambda e: (e.at, not ledgers.creates(e.ledger, e.event)))


def check_order(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) an entry that does not fit among those recorded, wherever in time it falls.

    A correction must fit what is recorded, and what it makes of the entries must be possible.
    """
    check = ledgers.module(new.ledger).check
    corrects = new.event == correction.EVENT
    if corrects:
        check([entry for entry in before if entry.at <= new.at], new)
        merged = list(correction.effective([*before, new]))
    else:
        merged = in_order([*correction.effective(before), new])
    place = 0 if corrects else next(n for n, entry in enumerate(merged) if entry is new)
    for n in range(place, len(merged)):
        try:
            check(merged[:n], merged[n])
        except SvcError as error:
            if n == place and not corrects:
                raise
            raise Conflict(
                Text(
                    f"{new.event} of {new.id} at {new.at:%Y-%m-%d %H:%M} contradicts its {merged[n].event} at"
                    f" {merged[n].at:%Y-%m-%d %H:%M}: {error.what.en}",
                    f"{new.id} 的{done(new).zh}（{new.at:%Y-%m-%d %H:%M}）与已有的{done(merged[n]).zh}"
                    f"（{merged[n].at:%Y-%m-%d %H:%M}）矛盾：{error.what.zh}",
                ),
                error.hint,
            ) from None
