"""The entries that a question wants: collected by keys in a table of their own, with what belongs to them, then read at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, update_wrapper
from typing import Concatenate, ParamSpec, TypeVar

from svc.domain import ledgers
from svc.domain.briefs import IN_BRIEF
from svc.domain.entry import Entry
from svc.domain.kinds import Ref
from svc.named import NamedTuple
from svc.store.index import undone
from svc.store.index.lookups import Index
from svc.store.index.selection import Selection, grouped


class View(NamedTuple):
    """The state of the world to look at: entries with `at` ≤ `now` that had been typed by `known_at`.

    `past` says that entries may have been recorded since, which settle what was open then. It is asked for, not
    found out by looking at the clock again: a second may pass between.
    """

    now: datetime
    known_at: datetime | None = None
    past: bool = True

    def of(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of some entries that had happened, and were known, then."""
        return [one for one in entries if one.at <= self.now and (self.known_at is None or one.recorded_at <= self.known_at)]


P = ParamSpec("P")
T = TypeVar("T")

FOREVER = 1 << 62
"""Seconds: later than anything."""


SINCE = (
    "(select noun, id from entry indexed by entry_at where noun = ?1 and at > ?2 union all"
    " select noun, id from entry indexed by entry_late where rec > at and rec > ?3 and noun = ?1)"
)
"""The entries of a ledger that happened after a moment, or were typed after another one, when they had happened before."""


def since(view: View) -> tuple[int, int]:
    happened = int(min(view.now, view.known_at or view.now).timestamp())
    return happened, int(view.known_at.timestamp()) if view.known_at else FOREVER


def changed_since(index: Index, view: View) -> bool:
    """Put into `changed` the calls, visits and reports of which something happened, was typed or was taken back after the view; whether any."""
    index.db.execute("create temp table if not exists changed (noun text, id text, primary key (noun, id)) without rowid")
    index.db.execute("delete from changed")
    for noun in IN_BRIEF:
        index.db.execute(f"insert or ignore into changed select noun, id from {SINCE}", (noun, *since(view)))
    if view.known_at:
        undone.want(index.db, view.known_at, "changed")
    while any(index.db.execute(one).rowcount > 0 for one in _MERGED):  # of which two logs are one, each tells of the other
        pass
    return index.db.execute("select 1 from changed limit 1").fetchone() is not None


_MERGED = (
    "insert or ignore into changed select e.noun, e.ref from changed c cross join entry e indexed by entry_id"
    " on e.noun = c.noun and e.id = c.id where e.event = 'merge' and e.ref is not null",
    "insert or ignore into changed select e.noun, e.id from changed c cross join entry e indexed by entry_ref"
    " on e.ref = c.id and e.noun = c.noun where e.event = 'merge'",
)


def of_one_state(choose: Callable[Concatenate[Index, P], T]) -> Callable[Concatenate[Index, P], T]:
    """What it takes several readings to choose is of one state of the index, whatever is recorded meanwhile."""

    def chosen(index: Index, /, *about: P.args, **more: P.kwargs) -> T:
        with index.one_state():
            return choose(index, *about, **more)

    return update_wrapper(chosen, choose)


def begin(index: Index, view: View) -> None:
    """Begin to collect: with what every question needs, of cases of which it is worked out how they stand."""
    index.refold()
    index.db.execute(
        "create temp table if not exists wanted (noun text, id text, primary key (noun, id)) without rowid"
    )
    index.db.execute("delete from wanted")
    for noun, row in ledgers.TABLE.items():
        if row.everywhere:
            add(index, "select noun, id from entry where noun = ?", noun)
    if view.known_at:
        undone.want(index.db, view.known_at)


def add(index: Index, query: str, *values: object) -> None:
    index.db.execute(f"insert or ignore into wanted {query}", values)


def leave_out_before(index: Index, second: int, but: tuple[str, ...]) -> None:
    """Take back what was opened before a second, but for some ledgers, and for that to which something belongs since."""
    marks = ", ".join("?" * len(but))
    index.db.execute(
        f"delete from wanted where noun not in ({marks}) and exists (select 1 from entry e indexed by entry_id"
        " where e.noun = wanted.noun and e.id = wanted.id and e.at < ?)"
        " and not exists (select 1 from entry c indexed by entry_ref where c.ref = wanted.id and (c.at >= ?"
        " or exists (select 1 from entry d indexed by entry_ref where d.ref = c.id and d.at >= ?)))",
        (*but, second, second, second),
    )


def add_of_each(index: Index, query: str, *values: object, but: tuple[str, ...] = ()) -> None:
    # Ledger by ledger: the keys begin with the ledger, and without one SQLite reads everything there ever was.
    for noun in ledgers.TABLE:
        if noun not in but:
            add(index, query, noun, *values)


def add_parents(index: Index, child: str, parent: str) -> None:
    index.db.execute(
        "insert or ignore into wanted select ?, e.ref from wanted w cross join entry e indexed by entry_id"
        " on e.noun = w.noun and e.id = w.id where w.noun = ? and e.ref is not null",
        (parent, child),
    )


def add_either_parent(index: Index, child: str, *parents: str) -> None:
    # Of what belongs to a case of this ledger or of that: no id is wanted of the other one, where it is nothing.
    index.db.execute(
        "insert or ignore into wanted select p.noun, p.id from wanted w cross join entry e indexed by entry_id"
        " on e.noun = w.noun and e.id = w.id cross join entry p indexed by entry_id"
        f" on p.noun in ({', '.join('?' * len(parents))}) and p.id = e.ref where w.noun = ? and e.ref is not null",
        (*parents, child),
    )


def add_children(index: Index, parent: str, *children: str) -> None:
    # "+": all that belongs to a case is little, and found at once; else it is looked up for each of the ledgers.
    index.db.execute(
        "insert or ignore into wanted select e.noun, e.id from wanted w cross join entry e indexed by entry_ref"
        f" on e.ref = w.id and +e.noun in ({', '.join('?' * len(children))}) where w.noun = ?",
        (*children, parent),
    )


def entries(index: Index, view: View) -> Selection:
    query, values = _WANTED + " order by w.noun, w.id, e.at, e.n", [int(view.now.timestamp())]  # the order of the keys
    if view.known_at:
        query = _WANTED + " and e.rec <= ?2" + _GONE_SINCE + " order by 1, 2, 4, 5"
        values.append(int(view.known_at.timestamp()))
    return grouped(index.db.execute(query, values), {noun: {} for noun in ledgers.TABLE})


_WANTED = (
    "select e.noun, e.id, e.raw, e.at, e.n from wanted w cross join entry e indexed by entry_id"
    " on e.noun = w.noun and e.id = w.id where e.at <= ?1"
)
"""Entries of what is wanted, up to a moment."""


_GONE_SINCE = (
    " union all select u.noun, u.id, u.raw, u.at, u.n from wanted w join undone u on u.noun = w.noun and u.id = w.id"
    " where u.at <= ?1 and u.rec <= ?2 and u.gone > ?2"
)
"""Those taken back after another moment, which were known then."""


def named_in(found: Selection, registers: Iterable[str]) -> dict[str, set[str]]:
    """The ids of some registers that the entries of a selection name, by register."""
    ids: dict[str, set[str]] = {register: set() for register in registers}
    for noun, cases in found.items():
        events = ledgers.events(noun) if cases else ()
        naming = {event: [(name, ids[of]) for name, of in _referring(noun, event) if of in ids] for event in events}
        for case in cases.values():
            for entry in case:
                for name, named in naming[entry.event]:
                    if id := entry.fields.get(name):
                        named.add(id)
    return ids


@cache
def _referring(noun: str, event: str) -> tuple[tuple[str, str], ...]:
    """The fields of an event that hold an id of something else, each with what that is."""
    return tuple((name, kind.noun) for name, kind in ledgers.kinds(noun, event).items() if isinstance(kind, Ref))
