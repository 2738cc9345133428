"""What is typed beside `--at` is read on that day: `--called-in 16:40` of a visit left last week is not today's."""

from __future__ import annotations

from datetime import datetime

from svc.desk.open import Desk


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
        from svc.domain.clock.words import names_no_day  # it costs ms: only where an hour was typed

        return f"{self._day} {text}" if names_no_day(text) else text
