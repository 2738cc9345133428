"""Closed reports in brief: what a trend, and the search for repeats, need of months that nobody asked about.

What the index does not keep of a report (it was corrected), or keeps as it is only since the moment that is looked at, is told only
by its entries: it is `retold` here, and whoever asks reads and folds it. Whether its call or visit has more to say than is kept (`torn`)
does not matter here: the machine is of all that was folded together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from svc.domain.nouns.faultcode import key, names
from svc.named import NamedTuple
from svc.store.index import briefs
from svc.store.index.wanted import changed_since
from svc.store.rows.trusted_row import trusted_entry

if TYPE_CHECKING:
    from svc.store.index.lookups import Index
    from svc.store.index.wanted import View


class Closing(NamedTuple):
    """A report as it was closed: the second, the fault and the machine where they are known.

    `retold`: only its entries say; then only the id holds.
    """

    id: str
    at: int
    fault: str | None
    machine: str | None
    retold: bool


def between(index: Index, first: int, last: int, view: View) -> list[Closing]:
    """The reports closed in first ≤ t < last, as known at the view; those moved there by a correction are not among them."""
    bounds = briefs.earliest(first), briefs.earliest(last)
    kept = "brief_report b where b.closed_at >= ? and b.closed_at < ?"
    found = _kept(index, view, kept, *bounds)
    others = (
        "select e.id, e.at, null, null, 1 from entry e indexed by entry_at where e.noun = 'report' and e.event = 'close'"
        " and e.at >= ?1 and e.at < ?2 and e.at <= ?3 and (?4 is null or e.rec <= ?4)"
        " and not exists (select 1 from brief_report b where b.id = e.id)"
    )
    known = int(view.known_at.timestamp()) if view.known_at else None
    return found + [Closing(*row) for row in index.db.execute(others, (first, last, int(view.now.timestamp()), known))]


def _wanted(index: Index, view: View) -> list[Closing]:
    """The reports in `wanted`."""
    found = _kept(index, view, "wanted w cross join brief_report b on b.id = w.id where w.noun = 'report' and b.closed_at is not null")
    others = "select id from wanted w where noun = 'report' and not exists (select 1 from brief_report b where b.id = w.id)"
    return found + [Closing(id, 0, None, None, True) for (id,) in index.db.execute(others)]


def _kept(index: Index, view: View, reports: str, *values: int) -> list[Closing]:
    """What the index keeps of some closed reports."""
    changed = _CHANGED if changed_since(index, view) else "0"
    rows = index.db.execute(f"select b.id, b.closed_at >> 11, b.fault, b.machine, {changed} from {reports}", values)
    return [Closing(*row) for row in rows]


_CHANGED = (
    "exists (select 1 from changed where noun = 'report' and id = b.id)"
    " or exists (select 1 from changed where noun = 'visit' and id = b.visit)"
    " or exists (select 1 from changed where noun = 'call' and id in"
    " (select ref from entry e indexed by entry_id where e.noun = 'visit' and e.id = b.visit))"
)
"""Whether something of a report, its visit or its call happened, or was typed, after the moment that is looked at."""


def fault_names(index: Index, view: View) -> dict[str, str]:
    """The fault codes that were merged into others, as known at the view (`svc.domain.nouns.faultcode.names`)."""
    if not index.has("faultcode"):
        return {}
    query = "select raw from entry where noun = 'faultcode' and at <= ?1 and (?2 is null or rec <= ?2) order by at / 60, n"
    rows = index.select(query, int(view.now.timestamp()), int(view.known_at.timestamp()) if view.known_at else None)
    return names(trusted_entry("faultcode", raw) for (raw,) in rows if isinstance(raw, bytes))


def faults(index: Index, since: int) -> list[str]:
    """The fault codes that reports name from a second on, the most frequent first."""
    rows = index.select(
        "select fault from entry indexed by entry_at where noun = 'report' and at >= ? and fault is not null"
        " group by fault order by count(*) desc, fault",
        since,
    )
    return [str(fault) for (fault,) in rows]


def want_repeats(index: Index, first: int, last: int, window: int, view: View) -> None:
    """Add to `wanted` the reports of which one that is wanted may be, or may have, a repeat within `window` seconds.

    More may be added, never fewer. Of the month first ≤ t < last those around it of the same machine and fault;
    of a report of another time, or one that is retold, all that its machine ever had.
    """
    wanted = _wanted(index, view)
    plain = [one for one in wanted if first <= one.at < last and not one.retold]
    names = fault_names(index, view)
    alike = {(one.machine, key(one.fault, names)) for one in plain if one.machine and one.fault}
    near, there = between(index, first - window, last + window + 1, view), {one.id for one in wanted}
    index.db.executemany(
        "insert or ignore into wanted values ('report', ?)",
        ((one.id,) for one in near if one.id not in there and (one.retold or (one.machine, key(one.fault or "", names)) in alike)),
    )
    _want_machines(index, set(wanted).difference(plain))


def want_same_machine(index: Index, view: View) -> None:
    """Add to `wanted` all reports of the machines of those that are wanted: among them are all repeats."""
    _want_machines(index, _wanted(index, view))


def _want_machines(index: Index, reports: Iterable[Closing]) -> None:
    for statement in _MERGED:
        index.db.execute(statement)
    machines: set[str | None] = set()
    for one in reports:
        machines |= _machines(index, one.id) if one.retold else {one.machine}
    for query in _OF_MACHINE:
        index.db.executemany(f"insert or ignore into wanted {query}", ((one,) for one in machines if one))


_MERGED = (
    "create temp table if not exists merged (id text, other text, primary key (id, other)) without rowid",
    "delete from merged",
    *(
        f"insert or ignore into merged select {ends} from entry indexed by entry_anew"
        " where noun = 'call' and event in ('correct', 'merge') and event = 'merge' and ref is not null"  # as the key has it
        for ends in ("id, ref", "ref, id")
    ),
)
"""Logs of one call, from each to the next: any of them may name the machine."""
_AND_MERGED = "union select m.other from calls c cross join merged m on m.id = c.id"
_OF_MACHINE = (
    "select 'report', r.id from entry v indexed by entry_machine"
    " cross join entry r indexed by entry_ref on r.ref = v.id and r.noun = 'report'"
    " where v.machine = ? and v.noun = 'visit'",
    "select 'report', id from entry indexed by entry_machine where machine = ? and noun = 'report'",
    "with recursive calls (id) as ("
    f"select id from entry indexed by entry_machine where machine = ? and noun = 'call' {_AND_MERGED})"
    " select 'report', r.id from calls c cross join entry v indexed by entry_ref on v.ref = c.id and v.noun = 'visit'"
    " cross join entry r indexed by entry_ref on r.ref = v.id and r.noun = 'report'",
)


def _machines(index: Index, report: str) -> set[str | None]:
    """Every machine that an entry of a report's visit and call, or of another log of that call, ever named."""
    rows = index.select(
        "with recursive visits (id) as (select ref from entry where noun = 'report' and id = ?1 and ref is not null),"
        f" calls (id) as (select ref from entry where noun = 'visit' and id in visits and ref is not null {_AND_MERGED})"
        " select machine from entry where (noun = 'visit' and id in visits) or (noun = 'report' and id = ?1)"
        " or (noun = 'call' and id in calls)",
        report,
    )
    return {str(machine) for (machine,) in rows if machine}
