"""Which rules a day is judged by: those kept with the seal of its month, else the file as it is now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple

from svc.rules.model import Rules


class Versions(NamedTuple):
    """The rules file as it is, the sealed months, and where to find what one of them was computed by."""

    current: Rules
    sealed: Collection[str] = ()
    kept: Callable[[str], Rules] | None = None

    def on(self, day: date) -> Rules:
        """The rules of a day in the desk's zone. A sealed month never changes, whatever the file says today."""
        month = f"{day:%Y-%m}"
        return self.kept(month) if self.kept and month in self.sealed else self.current
