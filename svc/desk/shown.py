"""Cases as lists and cards show them, of a view: nothing of them, nor of what is linked with them, is told that came later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from svc.domain.standing import Folded, Found
from svc.store.index.wanted import View

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.store.index.dated import Lookup


class Shown(Folded):
    """Cases with what belongs to them, the hour that is looked at (`now`) and the registers as they were then."""

    def __init__(self, desk: Desk, found: Found, view: View) -> None:
        super().__init__(found)
        self.desk, self.view, self.zone, self.now = desk, view, desk.zone, view.now

    def register(self, noun: str, day: date | None = None) -> Lookup:
        """A register as it was on a day (default: that of the view), by what was known then."""
        return self.desk.on(noun, day or self.now.astimezone(self.zone).date(), self.view.known_at)

    def person(self, noun: str, id: str) -> Mapping[str, str]:
        """A row of a register as it was; empty where there was none, or it was erased."""
        row: Mapping[str, str] = self.register(noun).get(id, {})
        return row

    def role(self, who: str, day: date) -> str:
        """The role of a member of staff on a day; empty where nobody knows."""
        return self.register("staff", day).get(who, {}).get("role") or ""
