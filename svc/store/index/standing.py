"""Which cases are open, and what of them may wait: kept by the index, so that boards and lists cost what is open, not what was.

What the ledgers say of a case, with all that it belongs to and all that belongs to it, decides (`svc.domain.standing`): where
something is recorded of one of them, or taken back, all of them are folded again. Nothing depends on the order in which
entries come in. More than what waits at a moment: whoever reads it folds and judges, and leaves out what is done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice, repeat

from svc.domain import cases, ledgers, standing
from svc.domain.briefs import IN_BRIEF
from svc.domain.entry import Entry
from svc.store.index.selection import grouped

TABLES = (
    "create table waiting (noun text, id text, kind text, primary key (noun, id, kind)) without rowid",
    "create table open_case (noun text, id text, primary key (noun, id)) without rowid",
    # of which something was recorded since they were told in brief (`svc.store.index.briefs`)
    "create table stale (noun text, id text, primary key (noun, id)) without rowid",
)

AT_ONCE = 2_000
"""Cases that are folded together where all of them are."""

Case = tuple[str, str]


class Touched:
    """Cases of which something was recorded or taken back, and ids of what they belong to."""

    def __init__(self) -> None:
        self.cases: set[Case] = set()
        self.above: set[str] = set()

    def by(self, entries: Iterable[Entry]) -> None:
        """Take in entries that have been put into the index, or taken out."""
        for entry in entries:
            if standing.counts(entry.ledger):
                self.cases.add((entry.ledger, entry.id))
                self.above.update(cases.above(entry))


def settle(db: sqlite3.Connection, touched: Touched) -> None:
    """Work out anew how cases stand, and all that are linked with them."""
    if not touched.cases:
        return
    above = (case for id in touched.above for case in zip(_NOUNS, repeat(id)) if db.execute(_THERE, case).fetchone())
    found = iter(sorted({*touched.cases, *above}))
    _work_through(db, iter(lambda: list(islice(found, AT_ONCE)), []), anew=False)


def everything(db: sqlite3.Connection, in_brief: bool) -> None:
    """Work out how all cases stand: with each, what belongs to it, so those that belong to others come with them.

    `in_brief`: tell them in brief too, while they are folded; else that is left to the first who asks.
    """
    for table in ("waiting", "open_case", "stale"):
        db.execute(f"delete from {table}")
    if not in_brief:
        db.execute(f"insert into stale select distinct noun, id from entry where noun in ({_BRIEF})")
    _work_through(db, (part for noun in _NOUNS for part in _parts(db, noun)), anew=True, in_brief=in_brief)


def _work_through(db: sqlite3.Connection, parts: Iterable[list[Case]], anew: bool, in_brief: bool = False) -> None:
    """Fold cases part by part; those that came with an earlier part are done. `anew`: of others nothing is written yet."""
    _prepare(db)
    db.execute("delete from settled")
    for part in parts:
        db.execute("delete from together")
        db.executemany("insert into together select ?1, ?2, 0 where not exists (select 1 from settled where noun = ?1 and id = ?2)", part)
        if not anew:
            _spread(db, _ANY)
            db.execute("update together set level = 0")
        _spread(db, *_LINKED)
        if not anew:
            _forget(db)
        _write(db, "together cross join settled using (noun, id)" if anew else "together", in_brief)
        db.execute("insert or ignore into settled select noun, id from together")


def _parts(db: sqlite3.Connection, noun: str) -> Iterator[list[Case]]:
    """The cases of a ledger, some at a time."""
    query = "select distinct id from entry indexed by entry_id where noun = ? and id > ? order by id limit ?"
    last = ""
    while part := [str(id) for (id,) in db.execute(query, (noun, last, AT_ONCE))]:
        yield [(noun, id) for id in part]
        last = part[-1]


_NOUNS = tuple(noun for noun in ledgers.TABLE if standing.counts(noun))
_BRIEF = ", ".join(f"'{noun}'" for noun in IN_BRIEF)
_IN = ", ".join(f"'{noun}'" for noun in _NOUNS)
_THERE = "select 1 from entry indexed by entry_id where noun = ? and id = ? limit 1"
_ANY = (
    "insert or ignore into together select p.noun, p.id, ?1 + 1 from together t cross join entry e indexed by entry_id"
    " on e.noun = t.noun and e.id = t.id and e.ref is not null cross join entry p indexed by entry_id"
    f" on p.noun in ({_IN}) and p.id = e.ref where t.level = ?1"
)
"""Whatever it is that cases belong to: a ruling says no more than an id."""
_PARENTS = ", ".join(sorted({f"'{row.link}'" for row in ledgers.TABLE.values() if row.link in ledgers.TABLE}))
_LINKED = (
    _ANY.replace(_IN, _PARENTS),
    "insert or ignore into together select e.noun, e.id, ?1 + 1 from together t cross join entry e indexed by entry_ref"
    f" on e.ref = t.id and e.noun in ({_IN}) where t.level = ?1",
    "insert or ignore into together select p.noun, p.id, ?1 + 1 from together t cross join also a on a.noun = t.noun and a.id = t.id"
    f" cross join entry p indexed by entry_id on p.noun in ({_PARENTS}) and p.id = a.ref where t.level = ?1",
    "insert or ignore into together select a.noun, a.id, ?1 + 1 from together t cross join also a indexed by also_of on a.ref = t.id"
    f" and a.noun in ({_IN}) where t.level = ?1",
)
"""What cases belong to, what belongs to them; by the call, too, that one names besides."""


def _spread(db: sqlite3.Connection, *steps: str) -> None:
    """Add, step by step, what is linked with what was added last."""
    level = 0
    while sum(db.execute(step, (level,)).rowcount for step in steps) > 0:
        level += 1


def freshen(db: sqlite3.Connection) -> None:
    """Tell in brief what was recorded of since: whoever records leaves that to the first who asks."""
    from svc.store.index import briefs

    _prepare(db)
    while part := db.execute("select noun, id from stale limit ?", (AT_ONCE,)).fetchall():
        db.execute("delete from together")
        db.executemany("insert into together values (?, ?, 0)", part)
        _spread(db, *_LINKED)
        briefs.keep(db, _folded(db))
        db.execute("delete from stale where exists (select 1 from together t where t.noun = stale.noun and t.id = stale.id)")


def _forget(db: sqlite3.Connection) -> None:
    """Take out what was kept in brief of what is together, and note that it has to be told anew."""
    for noun in IN_BRIEF:
        db.execute(f"delete from brief_{noun} where id in (select id from together where noun = '{noun}')")
    db.execute(f"insert or ignore into stale select noun, id from together where noun in ({_BRIEF})")


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("create temp table if not exists settled (noun text, id text, primary key (noun, id)) without rowid")
    db.execute("create temp table if not exists together (noun text, id text, level integer, primary key (noun, id)) without rowid")


def _folded(db: sqlite3.Connection) -> standing.Together:
    """What is together, folded."""
    rows = db.execute(
        "select e.noun, e.id, e.raw, e.at, e.n from together t cross join entry e indexed by entry_id"
        " on e.noun = t.noun and e.id = t.id order by t.noun, t.id, e.at, e.n"
    )
    return standing.Together(grouped(rows, {}))


def _write(db: sqlite3.Connection, before: str, in_brief: bool) -> None:
    """Fold what is together; write how it stands, in place of what was written `before`."""
    together = _folded(db)
    old = db.execute(f"select noun, id from {before}").fetchall()
    for table in ("waiting", "open_case"):
        db.executemany(f"delete from {table} where noun = ? and id = ?", old)
    db.executemany("insert or ignore into waiting values (?, ?, ?)", standing.waiting(together))
    db.executemany("insert into open_case values (?, ?)", standing.open_cases(together))
    if in_brief:
        from svc.store.index import briefs  # with all of the briefs: no command that records one more entry needs it

        briefs.keep(db, together)
