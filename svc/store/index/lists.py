"""Which cases of a ledger a list shows: those of a month, the latest, or those that are open."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from svc.domain import ledgers
from svc.store.index.lookups import Index
from svc.store.index.wanted import View

_SEEN = "noun = ?1 and at <= ?2 and (?3 is null or rec <= ?3)"
"""The entries of a ledger that have happened, and were known, at a view."""
_GONE = "select id, at, n from undone where noun = ?1 and at <= ?2 and rec <= ?3 and gone > ?3"
"""Those taken back since."""


def opened(index: Index, noun: str, most: int | None, site: str | None, view: View) -> list[str]:
    """Ids of a ledger (of one site), so many at most, the one opened last first: read from the end, not all there are."""
    if view.known_at:
        query = f"select id from (select id, at, n from entry where {_SEEN} union all {_GONE}) group by id order by min(at) desc"
    else:
        query = (
            f"select id from entry e indexed by entry_at where {_SEEN} and not exists (select 1 from entry f indexed by entry_id"
            " where f.noun = e.noun and f.id = e.id and (f.at, f.n) < (e.at, e.n)) order by at desc, n desc"
        )
    rows = index.db.execute(query, (noun, *_values(view)))
    return list(islice(_of(site, (id for (id,) in rows)), most))


def of_month(index: Index, noun: str, start: int, end: int, site: str | None, view: View) -> list[str]:
    """Ids of the cases of which something happened from one second to another, or was moved into that time."""
    gone = f" union all {_GONE} and at >= ?4 and at < ?5" if view.known_at else ""
    rows = index.select(
        f"select id from (select id, at, n from entry where {_SEEN} and at >= ?4 and at < ?5{gone} union all"
        " select id, at, 0 from moved where noun = ?1 and at >= ?4 and at < ?5) group by id order by min(at)",
        noun, *_values(view), start, end,
    )  # fmt: skip
    return list(_of(site, (str(id) for (id,) in rows)))


def may_be_open(index: Index, noun: str, site: str | None, view: View) -> list[str]:
    """Ids of a ledger (of one site) that may be open at the view: of a moment that is past, and where none ends, all."""
    if view.past or not ledgers.TABLE[noun].ends:
        return opened(index, noun, None, site, view)
    index.refold()
    rows = index.select(
        "select id from open_case where noun = ?1 union select id from entry where noun = ?1 and at > ?2",
        noun, int(view.now.timestamp()),
    )  # fmt: skip
    return list(_of(site, (str(id) for (id,) in rows)))


def open_ending(index: Index, noun: str, ending: str) -> list[str]:
    """Ids of a ledger, of any month, that end with a number (behind the mark of a site) and may be open, the earliest first."""
    index.refold()
    mark = ending.rstrip("0123456789")
    number, letter = ending.removeprefix(mark), ledgers.ledger(noun).letter
    query = (
        "select u.id from counter c cross join open_case u on u.noun = ?1 and u.id = c.prefix || ?2"
        " where c.prefix >= ?3 and c.prefix < ?3 || '~' and c.prefix like ?4 order by c.prefix"
    )
    return [str(id) for (id,) in index.select(query, noun, number.lstrip("0").rjust(4, "0"), letter, f"%-{mark}")]


def _values(view: View) -> tuple[int, int | None]:
    return int(view.now.timestamp()), int(view.known_at.timestamp()) if view.known_at else None


def _of(site: str | None, ids: Iterable[str]) -> Iterable[str]:
    return (id for id in ids if site is None or ledgers.mark(id) == site)
