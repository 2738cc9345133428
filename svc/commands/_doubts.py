"""What is taken as it was typed, but said back, because it may be a slip."""

from __future__ import annotations

from collections.abc import Iterator

from svc.desk import Desk
from svc.domain.entry import Entry
from svc.domain.slips import slips
from svc.domain.times import echo
from svc.locale import Text


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
