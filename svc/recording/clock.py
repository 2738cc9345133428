"""A clock that runs ahead: what is recorded by it would keep everybody from recording until that day comes.

Days without an entry are usual, at a small department weeks are; after a month somebody has to say that the clock is right.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.errors import ClockJump
from svc.text import Text

SURE = "SVC_CLOCK_IS_RIGHT"
"""The environment variable that `--clock-is-right` sets, for scripts."""
QUIET = timedelta(days=31)
"""So long nothing may have been recorded before the clock is doubted."""


def refuse_jump(desk: Desk, now: datetime) -> None:
    """ClockJump where more than a month went by since anything was recorded at a desk of files."""
    if desk.kept.folder is None or os.environ.get(SURE) == "1":  # a server's clock is the server's
        return
    last = desk.ledger.last_recorded()
    if last is None or now - last <= QUIET:
        return
    first = last.astimezone(now.tzinfo).date()
    raise ClockJump(
        Text(f"the clock says {now:%Y-%m-%d %H:%M}, and the last entry is of {first}; nothing was recorded",
             f"电脑时间是 {now:%Y-%m-%d %H:%M}，而上一条记录是 {first} 的；没有登记任何内容"),
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
    return said


NAMED = 20
"""Entries that are named one by one."""
