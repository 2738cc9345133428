"""What is typed beside `--at` is read on that day: `--called-in 16:40` of a visit left last week is not today's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from svc.desk.open import Desk
from svc.domain.clock.base import echo
from svc.domain.clock.precision import before
from svc.domain.doubts import AHEAD
from svc.domain.kinds import Field
from svc.errors import BadInput
from svc.text import Text


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
