"""The call to head office before leaving a site: whether there was one, and whose word counts (4.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo

from svc.domain.clock.precision import between
from svc.domain.leads import lead_at
from svc.domain.nouns.visit import Visit


def called_in(visit: Visit) -> bool | None:
    """Whether head office was called from a visit before it was left; None: not known (4.4)."""
    left, arrived = visit.left, visit.arrived
    return called_between(arrived.at, left.at, visit.call_in_times, left.get("no_call_in")) if left and arrived else None


def called_between(arrived: datetime, left: datetime, times: Sequence[datetime], denied: bool | None) -> bool | None:
    """Whether head office was called between arrival and leaving, both ends included; None: not known. `denied`: it was said that not."""
    found = [between(one, arrived, left) for one in times]
    if True in found:
        return True
    return False if None not in found and (times or denied) else None


def without_hearsay(visit: Visit, role: Callable[[str, date], str], zone: tzinfo) -> Visit:
    """The visit without the word of another technician that head office was not called (4.4).

    Nobody is fined because a colleague, of his team or not, typed his leaving: it counts once he himself or the office says
    so. Whoever was down for the visit was no colleague, whose name the office has put right since. `role` gives the role
    of a member of staff on a day.
    """
    left = visit.left
    if left is None or not left.get("no_call_in"):
        return visit
    said = next((e for e in reversed(left.history or (left,)) if e.get("no_call_in")), left)
    own = lead_at(visit.leads, left.at)
    sent = {own.staff, *(one.get("staff") for one in (own.entry.history if own.entry else ()))}
    if said.by in sent or role(said.by, said.at.astimezone(zone).date()) != "technician":
        return visit
    fields = {name: value for name, value in left.fields.items() if name != "no_call_in"}
    return visit._replace(left=left._replace(fields=fields))
