"""Which entries the figures of a month, or another stretch of time, are made of; which of its cases the index tells in brief.

The selection may hold more than is asked for (every figure tests for itself what belongs to it), never less.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import datetime, tzinfo

from svc.desk import closings
from svc.desk.belonging import add_subjects, close_over_links
from svc.desk.selections import Chosen, Waits, add_ruled_since, add_tours, add_waiting, read_what_changed
from svc.domain import ledgers
from svc.domain.clock.base import month_bounds, period_months
from svc.domain.entry import Entry
from svc.store.index import briefs
from svc.store.index.lookups import Index
from svc.store.index.wanted import FOREVER, SINCE, View, add, add_of_each, begin, entries, of_one_state, since
from svc.store.rows.trusted_row import trusted_entry


@of_one_state
def month(
    index: Index, start: datetime, end: datetime, zone: tzinfo, reach: Mapping[str, int], view: View, stepped: Mapping[str, str],
    waits: Waits | None = None, brief: bool = False,
) -> Chosen:
    """What the figures of start ≤ t < end are made of; with `waits` also what waits at the view.

    With `brief`, calls, visits and reports of which the index keeps all that there is to say are told in brief, in place of
    their entries: but not those of which something happened, or was typed, after the view.

    `reach` (seconds, by ledger) is how far limits reach back: a reply due in the month to a call before it,
    a repair that is repeated later. `stepped` says of which ledgers offences are numbered, within month, quarter or year.
    """
    first, last = int(start.timestamp()), int(end.timestamp())
    begin(index, view)
    if brief:
        read_what_changed(index, view)
    among: Mapping[str, Container[str]] | None = None
    if waits:
        add_waiting(index, view, waits)
        if brief:
            close_over_links(index)
            among = briefs.among(index.db)
    for noun, per in stepped.items():
        _add_periods(index, noun, per, start, end, zone)
    add(index, "select noun, id from entry where due >= ? and due < ?", first, last)
    add(index, "select noun, id from entry where noun = 'stock'")  # what is short now follows from all of it
    for noun in ledgers.TABLE:
        if noun not in ("report", "finding", "stock"):
            back = first - reach.get(noun, 0)
            add(index, "select noun, id from entry where noun = ? and at >= ? and at < ?", noun, back, last)
    add(index, "select noun, id from entry where noun = 'report' and at >= ? and at < ?", first, last)
    _add_defects(index, first, last, reach.get("defect", 0))
    _add_receipts(index, first, last)
    window = max(reach.values(), default=0) + 2 * 86_400  # the day of a receipt is kept as it begins anywhere
    add_of_each(index, "select noun, id from moved where noun = ? and at >= ? and at <= ?", first - window, last + window)
    _add_backlog(index, view)
    _add_unremedied(index, view)
    add_tours(index, first, last, view)
    _add_ruled(index, first, last)
    closings.want_repeats(index, first, last, reach.get("report", 0), view)
    close_over_links(index)
    told = briefs.wanted(index.db) if brief else {}
    found = entries(index, view)
    for entry in _imports(index, first, view):
        found[entry.ledger].setdefault(entry.id, [entry])
    return Chosen(found, told, among)


def _imports(index: Index, first: int, view: View) -> Iterator[Entry]:
    """The imports that may have brought in entries of the month: later ones too, whatever moment is looked at."""
    known = int(view.known_at.timestamp()) if view.known_at else FOREVER
    query = "select raw from entry where noun = 'access' and at >= ? and event = 'import' and rec <= ?"
    for (raw,) in index.select(query, first, known):
        assert isinstance(raw, bytes)
        yield trusted_entry("access", raw)


def _add_defects(index: Index, first: int, last: int, limit: int) -> None:
    # By when they were found, which may be long before anybody reported them: `due` of a report holds that.
    add(index, "select noun, id from entry where noun = 'defect' and due >= ? and due < ?", first - limit, last)


def _add_receipts(index: Index, first: int, last: int) -> None:
    # A finding is dated by its receipt, whenever the money is claimed; `due` of a claim is its oldest receipt. What
    # was claimed before the month has receipts of it only by a slip of the pen: those are kept as moved.
    add(index, "select noun, id from entry where noun = 'expense' and at >= ? and due < ?", first, last)


def _add_backlog(index: Index, view: View) -> None:
    # What is open now, and what was settled after the moment that is looked at: open then.
    for noun, row in ledgers.TABLE.items():
        if row.backlog:
            add(index, "select noun, id from open_case where noun = ?", noun)
    add(index, "select noun, id from waiting where kind in ('escalation', 'rule', 'degree', 'overlap', 'verify')")
    add_subjects(index, (str(id) for (id,) in index.select("select id from waiting where kind = 'appeal'")))
    if view.past:
        add_ruled_since(index, view)
    add_of_each(index, f"select noun, id from {SINCE}", *since(view), but=("call", "finding"))
    add(
        index,
        f"select a.noun, a.id from {SINCE} a where exists"
        " (select 1 from entry e indexed by entry_id where e.noun = 'call' and e.id = a.id and e.event = 'escalate')",
        "call", *since(view),
    )  # fmt: skip


def _add_unremedied(index: Index, view: View) -> None:
    # Upheld in any month up to this one and still without a remedy: shown until it is made good. What was
    # made good after the moment that is looked at is among the backlog; what was typed after it, here.
    add(index, "select noun, id from waiting where kind = 'remedy'")
    if view.known_at:
        add(
            index,
            "select noun, id from entry where noun = 'complaint' and event = 'remedy' and rec > ?",
            int(view.known_at.timestamp()),
        )


def _add_ruled(index: Index, first: int, last: int) -> None:
    # What was ruled on in the month, whenever it happened: fines count when they become final.
    rows = index.select("select id from entry where noun = 'finding' and at >= ? and at < ?", first, last)
    add_subjects(index, (str(id) for (id,) in rows))


def _add_periods(index: Index, noun: str, per: str, start: datetime, end: datetime, zone: tzinfo) -> None:
    # Which time it was depends on everything of its month, quarter or year, before it or after; of what was ruled on too.
    noun, span = ledgers.RECORDED_AS.get(noun, noun), (int(start.timestamp()), int(end.timestamp()))
    ruled = {str(id).split("/")[1] for (id,) in index.select("select id from entry where noun = 'finding' and at >= ? and at < ?", *span)}
    times = [int(str(at)) for id in ruled for (at,) in index.select("select at from entry where noun = ? and id = ?", noun, id)]
    months = {f"{datetime.fromtimestamp(at, zone):%Y-%m}" for at in (span[0], span[1] - 1, *times)}
    for first, last in sorted({period_months(month, per) for month in months}):
        bounds = int(month_bounds(first, zone)[0].timestamp()), int(month_bounds(last, zone)[1].timestamp())
        for table in ("entry", "moved"):
            add(index, f"select noun, id from {table} where noun = ? and at >= ? and at < ?", noun, *bounds)
