"""What was recorded since a seal, and what there is at all: questions that pay asks of the index."""

from __future__ import annotations

from collections.abc import Iterable

from svc.desk import closings
from svc.desk.belonging import add_subjects, close_over_links
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.store.index.lookups import Index
from svc.store.index.selection import Selection
from svc.store.index.wanted import View, begin, entries, of_one_state
from svc.store.rows.trusted_row import trusted_entry

DEEDS = tuple(row.noun for row in ledgers.TABLE.values() if row.work and row.noun != ledgers.UNDO)
"""Ledgers that tell what happened, not what was done with them."""


def recorded_since(index: Index, rec: int, but: tuple[str, ...]) -> list[Entry]:
    """What was recorded at or after a second, the latest last; of one second, as the index came to know it."""
    query = (
        "select rec, n, raw from entry indexed by entry_at where noun = ?1 and at >= ?2 and rec >= ?2 union all"
        " select rec, n, raw from entry indexed by entry_late where rec > at and rec >= ?2 and at < ?2 and noun = ?1"
    )
    found = [(*row, noun) for noun in ledgers.TABLE if noun not in but for row in index.db.execute(query, (noun, rec))]
    return [trusted_entry(noun, raw) for _, _, raw, noun in sorted(found)]


def recorded_behind(index: Index, second: int) -> list[Entry]:
    """What was recorded from a second on: the one after a seal's, for nothing is recorded in that after it (`outlast`)."""
    return recorded_since(index, second, ("access",))


@of_one_state
def neighbourhood(index: Index, wanted: Iterable[tuple[str, str]], view: View) -> Selection:
    """The entries of these (noun, id), of all that belongs to them, and of the other reports of their machines."""
    begin(index, view)
    cases = list(wanted)
    index.db.executemany("insert or ignore into wanted values (?, ?)", cases)
    add_subjects(index, (id for noun, id in cases if noun == "finding"))
    closings.want_same_machine(index, view)
    close_over_links(index)
    return entries(index, view)


def began_before(index: Index, noun: str, id: str, second: int) -> bool:
    """Whether a case had an entry, taken back or not, or something that came due, before a second."""
    query = "select 1 from {} where noun = ?1 and id = ?2 and (at < ?3 or due < ?3) limit 1"
    return any(index.select(query.format(table), noun, id, second) for table in ("entry", "undone"))


def first_entry(index: Index) -> int | None:
    """The second of the first thing that happened; None where nothing is recorded."""
    found = [index.select("select min(at) from entry where noun = ?", noun)[0][0] for noun in DEEDS]
    return min((int(str(at)) for at in found if at is not None), default=None)


def latest_ids(index: Index, noun: str, most: int) -> list[str]:
    """Ids of a ledger: what waits for something, then what was recorded last, newest first."""
    index.refold()
    open_ = index.select("select id from waiting where noun = ? order by id desc limit ?", noun, most)
    recent = index.select("select id from entry where noun = ? order by at desc limit ?", noun, most)
    return list(dict.fromkeys(str(id) for (id,) in (*open_, *recent)))


def anything_in(index: Index, first: int, last: int) -> bool:
    """Whether anything happened in first ≤ t < last."""
    query = "select 1 from entry where noun = ? and at >= ? and at < ? limit 1"
    return any(index.select(query, noun, first, last) for noun in DEEDS)
