"""What is taken as it was typed, but said back, because it may be a slip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from svc.desk import Desk
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.text import misread
from svc.domain.times import echo
from svc.locale import Text, say

LONG_AGO = 30
"""Days after which somebody who records what happened may have the wrong month."""


def doubts(desk: Desk, entry: Entry, dry: bool) -> Iterator[Text]:
    """What whoever recorded this entry should look at once more."""
    days = (desk.now() - entry.at).days
    if days > LONG_AGO:
        yield Text(f"note: that was {days} days ago", f"注意：这是 {days} 天前的事")
    for name in ("due", "promised", "by"):
        ahead = entry.get(name)
        if isinstance(ahead, datetime) and ahead < entry.at:
            named = say(echo(ahead, desk.zone))
            yield Text(f"note: {name} {named} lies before {say(echo(entry.at, desk.zone))}, when this happened: is --at missing?",
                       f"注意：{named} 早于这件事发生的时间 {say(echo(entry.at, desk.zone))}；是不是漏了 --at？")  # fmt: skip
    for value in entry.fields.values():
        meant = misread(value) if isinstance(value, str) else None
        if meant:
            yield Text(f"note: {meant.en}", f"注意：{meant.zh}")
    of_ledger = getattr(ledgers.module(entry.ledger), "doubts", None)
    if of_ledger:
        yield from of_ledger(entry, desk.zone)
    if not dry and entry.recorded_at > desk.now():
        kept = say(echo(entry.recorded_at, desk.zone))
        yield Text(
            f"the clock is behind the last entry; recorded with its time, {kept}",
            f"电脑时间早于上一条记录；按上一条的时间记录：{kept}",
        )
