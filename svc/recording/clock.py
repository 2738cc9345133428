"""A clock that runs ahead: what is recorded by it would keep everybody from recording until that day comes.

Days without an entry are usual, at a small department weeks are, so silence alone says little. A clock that was set
forward by more than a day since the system was started is another matter, whatever was recorded when
(`svc.store.files.clock_note`); and after a month of silence somebody has to say that the clock is right.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from svc.desk.open import Desk
from svc.domain.clock.base import show_span
from svc.domain.entry import Entry
from svc.errors import ClockJump
from svc.store.files import clock_note
from svc.text import Text

SURE = "SVC_CLOCK_IS_RIGHT"
"""The environment variable that `--clock-is-right` sets, for scripts."""
QUIET = timedelta(days=31)
"""So long nothing may have been recorded before the clock is doubted."""


def refuse_jump(desk: Desk, now: datetime) -> None:
    """ClockJump where the clock of a desk of files was set forward by more than a day, or a month went by in silence."""
    if desk.kept.folder is None:  # a server's clock is the server's
        return
    sure = os.environ.get(SURE) == "1"
    by = clock_note.set_forward(desk.folder / "data", now, sure)
    last = None if sure else desk.ledger.last_recorded(now - QUIET)
    if by is not None:
        span = show_span(by.total_seconds())
        why = Text(f"it was set forward by {span.en} since this computer was started", f"开机以来它被拨快了 {span.zh}")
    elif last is not None and now - last > QUIET:
        first = last.astimezone(now.tzinfo).date()
        why = Text(f"the last entry is of {first}", f"上一条记录是 {first} 的")
    else:
        return
    raise ClockJump(
        Text(f"the clock says {now:%Y-%m-%d %H:%M}, and {why.en}; nothing was recorded",
             f"电脑时间是 {now:%Y-%m-%d %H:%M}，而{why.zh}；没有登记任何内容"),
        Text("if the clock is right: svc --clock-is-right …; else set it right first", "如果时间正确：svc --clock-is-right …；否则请先校准时间"),
    )  # fmt: skip


def put_right(desk: Desk) -> Entry:
    """Record anew what was recorded by a clock that ran ahead; the entry of the ledger `access` that says so."""
    from svc.store.files.clock_repair import ahead, record_anew

    with desk.ledger.lock():
        now = desk.now()
        found = ahead(desk.ledger, now)
        until = max(one.entry.recorded_at for one in found)
        listed = ", ".join(f"{one.entry.event} {one.entry.id}" for one in found[:NAMED]) + (" …" if len(found) > NAMED else "")
        number = desk.index.last_number(prefix := desk.prefix("access", now)) + 1
        said = Entry("access", "clock", f"{prefix}{number:04d}", now, now, desk.who, {"until": until, "what": f"{len(found)}: {listed}"})
        record_anew(desk.ledger, found, now, desk.folder / "data/.svc/aside" / f"{now:%Y-%m-%dT%H%M%S}", said)
    desk.index.close()
    for path in (desk.folder / "data/.svc").glob("index.sqlite*"):  # it remembers what was taken off
        path.unlink()
    (desk.folder / "data" / clock_note.NOTE).unlink(missing_ok=True)  # it was the wrong clock's
    return said


NAMED = 20
"""Entries that are named one by one."""
