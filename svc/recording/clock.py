"""Whether the clock of what is recorded can be right, and which day is meant by an hour that is typed beside it.

What is recorded by a clock that runs ahead would keep everybody from recording until that day comes.

Days without an entry are usual, at a small department weeks are, so silence alone says little. A clock that was set
forward by more than a day since the system was started is another matter, whatever was recorded when
(`svc.store.files.clock_note`); and after a month of silence somebody has to say that the clock is right.

What is typed beside `--at` is read on that day: `--called-in 16:40` of a visit left last week is not today's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from svc.desk.open import Desk
from svc.domain.clock.base import echo, show_span
from svc.domain.clock.precision import before
from svc.domain.doubts import AHEAD
from svc.domain.entry import Entry
from svc.domain.kinds import Field
from svc.errors import BadInput, ClockJump
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
        desk.index.catch_up(("access",))
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


# ---- an hour without a day ----------------------------------------------------------------------


class OnTheDay:
    """Reads the fields of a deed that happened at a moment (`svc.domain.kinds.InputContext`)."""

    def __init__(self, desk: Desk, moment: datetime) -> None:
        self._desk, self._day = desk, f"{moment.astimezone(desk.zone):%Y-%m-%d}"
        self.reference, self.caller, self.own_words, self.part = desk.reference, desk.caller, desk.own_words, desk.part

    def time(self, text: str) -> datetime:
        """The instant that a text names; an hour without a day is one of the day of the deed."""
        return self._desk.time(self._dated(text))

    def happened(self, text: str) -> datetime:
        """The same of something that has happened; BadInput for what is still to come."""
        return self._desk.happened(self._dated(text))

    def _dated(self, text: str) -> str:
        return f"{self._day} {text}" if _names_no_day(text) else text


def refuse_an_hour_gone(desk: Desk, field: Field, option: str, typed: Mapping[str, Any], read: Mapping[str, Any], at: datetime) -> None:
    """Of a moment still to come an hour without a day that was over when the deed was done: which day is meant, nobody guesses."""
    text, moment = typed.get(field.name), read.get(field.name)
    if field.name not in AHEAD or not isinstance(text, str) or moment is None or not before(moment, at) or not _names_no_day(text):
        return
    today, done, tomorrow = (echo(one, desk.zone) for one in (moment, at, moment + timedelta(days=1)))
    error = BadInput(
        Text(f"{option}: {text} was over that day: this happened {done.en}", f"{option}：这件事发生在 {done.zh}，当天 {text} 已过"),
        Text(f"say which day: {tomorrow.en}, or {today.en}", f"请写明哪一天：{tomorrow.zh}，还是 {today.zh}"),
    )
    error.field = field.name
    raise error


def _names_no_day(text: str) -> bool:
    from svc.domain.clock.words import names_no_day  # it costs ms: only where an hour was typed

    return names_no_day(text)
