"""What is taken as it was typed, but said back, because it may be a slip."""

from __future__ import annotations

from collections.abc import Iterator

from svc.desk.open import Desk
from svc.domain.clock.base import echo
from svc.domain.doubts import slips
from svc.domain.entry import Entry
from svc.text import Text


def doubts(desk: Desk, entry: Entry, dry: bool) -> Iterator[Text]:
    """What whoever recorded this entry should look at once more."""
    now = desk.now()
    yield from slips(entry, now, desk.zone)
    if not dry and entry.recorded_at > now:
        kept = echo(entry.recorded_at, desk.zone)
        yield Text(
            f"the clock is behind the last entry; recorded with its time, {kept.en}",
            f"电脑时间早于上一条记录；按上一条的时间记录：{kept.zh}",
        )
