"""A promised visit as a calendar shows it."""

from __future__ import annotations

from datetime import datetime

from svc.named import NamedTuple


class Appointment(NamedTuple):
    """One visit. `version` grows with every new promise and with the cancellation; `changed` is its moment."""

    id: str
    staff: str
    name: str | None
    purpose: str
    promised: datetime
    version: int
    changed: datetime
    customer: str | None
    place: str | None
    machine: str | None
    summary: str | None
    arrived: datetime | None
    cancelled: str | None
    team: tuple[str, ...] = ()
