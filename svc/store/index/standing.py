"""Which cases are open, what of them may wait, and what they are in brief: kept by the index, so that boards, lists and months cost
what is asked for, not what was.

What the ledgers say of a case, with all that it belongs to and all that belongs to it, decides (`svc.domain.standing`): where
something was recorded of one of them, or taken back (`svc.store.index.stale`), all of them are folded again by the first who
asks. Nothing depends on the order in which entries come in. More than what waits at a moment: whoever reads it judges, and
leaves out what is done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from svc.domain import ledgers, standing
from svc.domain.briefs import IN_BRIEF
from svc.store.index import briefs
from svc.store.index.selection import grouped
from svc.store.index.stale import NOUNS

AT_ONCE = 2_000
"""Cases that are folded together where many are."""

Case = tuple[str, str]


def freshen(db: sqlite3.Connection) -> None:
    """Work out how the cases stand of which something was recorded since, and all that are linked with them."""
    _prepare(db)
    while part := db.execute("select noun, id from stale limit ?", (AT_ONCE,)).fetchall():
        db.executemany("insert into together values (?, ?, 0)", part)
        _spread(db, _ANY)
        db.execute("update together set level = 0")
        _spread(db, *_LINKED)
        _write(db, "together")
        db.execute("delete from stale where exists (select 1 from together t where t.noun = stale.noun and t.id = stale.id)")
        db.execute("delete from together")


def everything(db: sqlite3.Connection) -> None:
    """Work out how all cases stand: with each, what belongs to it, so those that belong to others come with them."""
    _prepare(db)
    for part in (part for noun in NOUNS for part in _parts(db, noun)):
        db.executemany("insert into together select ?1, ?2, 0 where not exists (select 1 from settled where noun = ?1 and id = ?2)", part)
        _spread(db, *_LINKED)
        _write(db, "together cross join settled using (noun, id)")
        db.execute("insert or ignore into settled select noun, id from together")
        db.execute("delete from together")


def _parts(db: sqlite3.Connection, noun: str) -> Iterator[list[Case]]:
    """The cases of a ledger, some at a time."""
    query = "select distinct id from entry indexed by entry_id where noun = ? and id > ? order by id limit ?"
    last = ""
    while part := [str(id) for (id,) in db.execute(query, (noun, last, AT_ONCE))]:
        yield [(noun, id) for id in part]
        last = part[-1]


_IN = ", ".join(f"'{noun}'" for noun in NOUNS)
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


def _prepare(db: sqlite3.Connection) -> None:
    for table, more in (("settled", ""), ("together", "level integer, ")):
        db.execute(f"create temp table if not exists {table} (noun text, id text, {more}primary key (noun, id)) without rowid")
        db.execute(f"delete from {table}")


def _folded(db: sqlite3.Connection) -> standing.Together:
    """What is together, folded."""
    rows = db.execute(
        "select e.noun, e.id, e.raw, e.at, e.n from together t cross join entry e indexed by entry_id"
        " on e.noun = t.noun and e.id = t.id order by t.noun, t.id, e.at, e.n"
    )
    return standing.Together(grouped(rows, {}))


def _write(db: sqlite3.Connection, before: str) -> None:
    """Fold what is together; write how it stands, in place of what was written `before`."""
    together, old = _folded(db), db.execute(f"select noun, id from {before}").fetchall()
    for table in ("waiting", "open_case"):
        db.executemany(f"delete from {table} where noun = ? and id = ?", old)
    for noun in IN_BRIEF:
        db.executemany(f"delete from brief_{noun} where id = ?", ((id,) for of, id in old if of == noun))
    db.executemany("insert or ignore into waiting values (?, ?, ?)", standing.waiting(together))
    db.executemany("insert into open_case values (?, ?)", standing.open_cases(together))
    briefs.keep(db, together)
