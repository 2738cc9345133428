"""Whether a new entry fits among those recorded, wherever in time it falls."""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import Conflict, SvcError
from svc.locale import Text
from svc.store.index import in_order


def check_order(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) an entry that does not fit among those recorded, wherever in time it falls."""
    check = ledgers.module(new.ledger).check
    merged = in_order([*before, new])
    place = next(n for n, entry in enumerate(merged) if entry is new)
    for n in range(place, len(merged)):
        try:
            check(merged[:n], merged[n])
        except SvcError as error:
            if n == place:
                raise
            raise Conflict(
                Text(
                    f"{new.event} of {new.id} at {new.at:%Y-%m-%d %H:%M} contradicts its {merged[n].event} at"
                    f" {merged[n].at:%Y-%m-%d %H:%M}: {error.what.en}",
                    f"{new.id} 的 {new.event}（{new.at:%Y-%m-%d %H:%M}）与已有的 {merged[n].event}"
                    f"（{merged[n].at:%Y-%m-%d %H:%M}）矛盾：{error.what.zh}",
                ),
                error.hint,
            ) from None
