"""Which cases of a ledger a list shows: the latest, or those that are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from svc.domain import ledgers
from svc.store.index import Index
from svc.store.select import View
from svc.store.unfinished import kept


def opened(index: Index, noun: str, most: int | None, site: str | None) -> list[str]:
    """Ids of a ledger (of one site), so many at most, the one opened last first: read from the end, not all there are."""
    events = [name for name in ledgers.events(noun) if ledgers.creates(noun, name)]
    rows = index.db.execute(
        f"select id from entry indexed by entry_at where noun = ? and event in ({', '.join('?' * len(events))}) order by at desc, n desc",
        (noun, *events),
    )
    own = (id for (id,) in rows if site is None or ledgers.mark(id) == site)
    return list(islice(unique(own), most))


def may_be_open(index: Index, noun: str, site: str | None, view: View) -> list[str]:
    """Ids of a ledger (of one site) that may be open at the view: of a moment that is past, and where none ends, all."""
    if view.past or not kept(noun):
        return opened(index, noun, None, site)
    rows = index.select(
        "select id from unfinished where noun = ?1 union select id from entry where noun = ?1 and at > ?2",
        noun, int(view.now.timestamp()),
    )  # fmt: skip
    return [str(id) for (id,) in rows if site is None or ledgers.mark(str(id)) == site]


def unique(ids: Iterable[str]) -> Iterator[str]:
    """Each id once, where it comes first."""
    seen: set[str] = set()
    for id in ids:
        if id not in seen:
            seen.add(id)
            yield id
