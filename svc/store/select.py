"""Which entries a question needs: chosen by keys, so that a month costs a month, whatever the history.

The selection may hold more than is asked for (every figure tests for itself what belongs to it),
never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.store import codec
from svc.store.index import Index

Selection = dict[str, dict[str, list[Entry]]]
"""Entries by ledger and id, in order of what happened."""


class View(NamedTuple):
    """The state of the world to look at: entries with `at` ≤ `now` that had been typed by `known_at`."""

    now: datetime
    known_at: datetime | None = None


def month(index: Index, start: datetime, end: datetime, window: int, view: View) -> Selection:
    """What the figures of start ≤ t < end are made of.

    `window` (seconds) is how far a limit reaches back (a reply due in the month to a call before it)
    and a repeat of a repair may follow later.
    """
    first, last = int(start.timestamp()), int(end.timestamp())
    _begin(index)
    _add(index, "select noun, id from entry where noun = 'call' and at >= ? and at < ?", first - window, last)
    _add(index, "select noun, id from entry where due >= ? and due < ?", first, last)
    for noun in ledgers.TABLE:
        if noun not in ("call", "finding"):
            _add(index, "select noun, id from entry where noun = ? and at >= ? and at < ?", noun, first, last)
    _add(
        index,
        "select noun, id from entry where noun = 'report' and event = 'close' and at >= ? and at <= ?",
        first - window,
        last + window,
    )
    _add_backlog(index, view)
    _add_unremedied(index, last)
    _add_ruled(index, first, last)
    _close_over_links(index)
    return _entries(index, view)


def subjects(index: Index, wanted: Iterable[tuple[str, str]], view: View) -> Selection:
    """The entries of these (noun, id) and of all that belongs to them."""
    _begin(index)
    index.db.executemany("insert or ignore into wanted values (?, ?)", wanted)
    _close_over_links(index)
    return _entries(index, view)


def subject(index: Index, noun: str, id: str, window: int, view: View) -> Selection:
    """What it takes to judge one subject; for a report also those closed within `window` before it."""
    _begin(index)
    _add(index, "select noun, id from entry where noun = ? and id = ?", noun, id)
    if noun == "report":
        _add(
            index,
            "select r.noun, r.id from entry r, entry c where r.noun = 'report' and r.event = 'close'"
            " and c.noun = 'report' and c.event = 'close' and c.id = ? and r.at <= c.at and r.at >= c.at - ?",
            id,
            window,
        )
    _close_over_links(index)
    return _entries(index, view)


def record(index: Index, view: View) -> Selection:
    """Everything that can put an entry into somebody's record: complaints and conduct, of all times."""
    _begin(index)
    _add(index, "select noun, id from entry where noun in ('complaint', 'conduct')")
    _close_over_links(index)
    return _entries(index, view)


def closed_reports(index: Index, start: datetime, end: datetime, view: View) -> Selection:
    """The reports closed in a stretch of time, with the visits and calls that say for which machine."""
    _begin(index)
    _add(
        index,
        "select noun, id from entry where noun = 'report' and event = 'close' and at >= ? and at < ?",
        int(start.timestamp()),
        int(end.timestamp()),
    )
    _close_over_links(index)
    return _entries(index, view)


def waiting(index: Index, view: View, latest: datetime) -> Selection:
    """What may wait for somebody at `view.now`; for a moment before `latest` also what was settled since."""
    _begin(index)
    _add(index, "select noun, id from todo")
    if view.now < latest or view.known_at:
        since = min(view.now, view.known_at or view.now)
        _add(
            index,
            "select noun, id from entry where noun != 'finding' and (at > ?1 or rec > ?1)",
            int(since.timestamp()),
        )
        _add_ruled(index, int(since.timestamp()), int(latest.timestamp()) + 1)
    _close_over_links(index)
    return _entries(index, view)


def _begin(index: Index) -> None:
    index.db.execute(
        "create temp table if not exists wanted (noun text, id text, primary key (noun, id)) without rowid"
    )
    index.db.execute("delete from wanted")


def _add(index: Index, query: str, *values: object) -> None:
    index.db.execute(f"insert or ignore into wanted {query}", values)


def _add_backlog(index: Index, view: View) -> None:
    # What is open now, and what was settled after the moment that is looked at: open then.
    _add(index, "select noun, id from todo where kind in ('open', 'rule')")
    _add(index, "select noun, id from entry where noun not in ('call', 'finding') and at > ?", int(view.now.timestamp()))


def _add_unremedied(index: Index, last: int) -> None:
    # Upheld in any month up to this one and still without a remedy: shown until it is made good.
    _add(
        index,
        "select 'complaint', v.id from entry v where v.noun = 'complaint' and v.event = 'verify' and v.at < ?"
        " and not exists (select 1 from entry r where r.noun = 'complaint' and r.id = v.id and r.event = 'remedy'"
        " and r.at < v.at)",
        last,
    )


def _add_ruled(index: Index, first: int, last: int) -> None:
    # What was ruled on in the month, whenever it happened: fines count when they become final.
    rows = index.select("select id from entry where noun = 'finding' and at >= ? and at < ?", first, last)
    subjects_ = [str(id).partition("/")[2].partition("/")[0] for (id,) in rows]
    for noun in ledgers.TABLE:
        if noun != "finding":
            index.db.executemany(
                "insert or ignore into wanted select distinct noun, id from entry where noun = ? and id = ?",
                ((noun, subject) for subject in subjects_),
            )


# "cross join" and "indexed by": from the few that are wanted to their entries, never through the whole
# history; without statistics SQLite guesses wrong here.


def _close_over_links(index: Index) -> None:
    """Add the reports of visits, the visits of calls, then what everything belongs to, and all rulings."""
    for child, parent in (("visit", "call"), ("report", "visit")):
        _children(index, child, parent)
    for child, parent in (("report", "visit"), ("complaint", "visit"), ("visit", "call")):
        index.db.execute(
            "insert or ignore into wanted select ?, e.ref from wanted w cross join entry e indexed by entry_id"
            " on e.noun = w.noun and e.id = w.id where w.noun = ? and e.ref is not null",
            (parent, child),
        )
    _children(index, "report", "visit")
    index.db.execute(
        "insert or ignore into wanted select 'finding', e.id from wanted w cross join entry e indexed by entry_ref"
        " on e.ref = w.id and e.noun = 'finding' where w.noun != 'finding'"
    )


def _children(index: Index, child: str, parent: str) -> None:
    index.db.execute(
        "insert or ignore into wanted select e.noun, e.id from wanted w cross join entry e indexed by entry_ref"
        " on e.ref = w.id and e.noun = ? where w.noun = ?",
        (child, parent),
    )


def _entries(index: Index, view: View) -> Selection:
    known = int(view.known_at.timestamp()) if view.known_at else None
    rows: Sequence[tuple[str, str, bytes]] = index.select(  # type: ignore[assignment]
        "select e.noun, e.id, e.raw from wanted w cross join entry e indexed by entry_id"
        " on e.noun = w.noun and e.id = w.id"
        " where e.at <= ? and (? is null or e.rec <= ?) order by e.noun, e.id, e.at, e.n",
        int(view.now.timestamp()),
        known,
        known,
    )
    found: Selection = {noun: {} for noun in ledgers.TABLE}
    for noun, id, raw in rows:
        found[noun].setdefault(id, []).append(codec.decode(noun, raw)[0])
    return found
