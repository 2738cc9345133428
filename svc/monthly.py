"""The figures of a month, which also programs ask for: nothing here knows how a page looks."""

from __future__ import annotations

from typing import Any

from svc.desk.open import Desk
from svc.recording.sealing import current_figures, sealed_figures
from svc.store.index.wanted import View


def month_figures(desk: Desk, month: str, view: View | None = None, waits: bool = True) -> dict[str, Any]:
    """The figures of a month: as sealed where it is, unless a view asks for another moment's; where it only stands
    beside another one, without what `waits`."""
    sealed = sealed_figures(desk, month) if view is None else None
    return sealed if sealed is not None else current_figures(desk, month, view or desk.view(), waits)
