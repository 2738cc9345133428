"""Who answers for a visit, and when: whoever was sent, then whom it was handed over to (4.4, 4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from svc.domain.clock.precision import before
from svc.domain.entry import Entry
from svc.named import NamedTuple


class Lead(NamedTuple):
    """Who answers for a visit after an instant (None: from the start), and the entry that says so, where it was read."""

    staff: str
    since: datetime | None
    entry: Entry | None


def leads(dispatch: Entry, reassigned: Iterable[Entry]) -> tuple[Lead, ...]:
    """Everybody who answered for a visit, in order of time."""
    return (Lead(dispatch.get("staff"), None, dispatch), *(Lead(e.get("to"), e.at, e) for e in reassigned))


def lead_at(leads: Sequence[Lead], moment: datetime) -> Lead:
    """Who answers for what came due, or was done, at a moment: what a visit is handed over with stays with the one before.

    Like a new promise, which has to be made before the one in force comes due, a hand-over in the same minute is too late.
    """
    return [one for one in leads if one.since is None or before(one.since, moment)][-1]


def open_between(leads: Sequence[Lead], moment: datetime) -> bool:
    """Whether a day without an hour leaves it open who answered for it at a moment."""
    return any(one.since is not None and before(one.since, moment) is None for one in leads)


def traveller(leads: Sequence[Lead], team: Sequence[str], entry: Entry) -> str:
    """Whose what was claimed or bought on a trip is: of whoever recorded it, if he was on it, else of who led it then."""
    on_it = {*team, *(one.staff for one in leads)}
    return entry.by if entry.by in on_it else lead_at(leads, entry.at).staff
