"""The words of entries, to be searched: made when first asked for and followed from there, so that recording pays nothing.

Every free text of an entry stands in an FTS5 table of trigrams under the number of its row; what was taken back has
no row any more and is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.kinds import Prose
from svc.domain.row_kinds import NamedValues, Rows
from svc.store.index.cache import Cache
from svc.store.index.wanted import View
from svc.store.rows.trusted_row import trusted_entry

_TABLE = "create virtual table if not exists prose using fts5 (words, tokenize = 'trigram')"
_DONE = "words read up to"
SHORTEST = 3
"""Letters that a trigram needs; shorter words are looked for in every text."""


class Hit(NamedTuple):
    """An entry that has all the words, with the texts that it holds: (field, text)."""

    entry: Entry
    texts: tuple[tuple[str, str], ...]


def texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """The free texts of an entry, as they stand in its ledger: numbers in them are masked."""
    for field in ledgers.events(entry.ledger)[entry.event].fields:
        value = entry.get(field.name)
        if value and not field.secret:
            yield from ((field.name, text) for text in _texts(field.kind, value))


def _texts(kind: object, value: object) -> Iterator[str]:
    if type(kind) is Prose and isinstance(value, str):
        yield value
    elif isinstance(kind, NamedValues) and isinstance(value, dict):
        yield from (str(one) for one in value.values())
    elif isinstance(kind, Rows) and isinstance(value, tuple):
        yield from (str(row[c.name]) for row in value for c in kind.columns if type(c.kind) is Prose and c.name in row)


def searched() -> list[str]:
    """The ledgers that are searched: those of the department's work."""
    return [row.noun for row in ledgers.TABLE.values() if row.work and row.noun != ledgers.UNDO]


def made(index: Cache) -> bool:
    """Whether anybody has searched since the index was made."""
    return index.db.execute("select 1 from meta where key = ?", (_DONE,)).fetchone() is not None


def follow(index: Cache) -> None:
    """Read the words of what was recorded since the last search; of everything, the first time."""
    row = index.db.execute("select value from meta where key = ?", (_DONE,)).fetchone()
    done = int(row[0]) if row else 0
    last = index.db.execute("select max(n) from entry").fetchone()[0] or 0
    if row and last <= done:
        return
    nouns = searched()
    with index.transaction():
        index.db.execute(_TABLE)
        marks = ", ".join("?" * len(nouns))
        found = index.db.execute(f"select n, noun, raw from entry where n > ? and n <= ? and noun in ({marks})", (done, last, *nouns))
        words = ((n, "\n".join(text for _, text in texts(trusted_entry(noun, raw)))) for n, noun, raw in found)
        index.db.executemany("insert or replace into prose (rowid, words) values (?, ?)", ((n, said) for n, said in words if said))
        index.db.execute("insert or replace into meta values (?, ?)", (_DONE, str(last)))


def search(index: Cache, words: Sequence[str], nouns: Sequence[str], view: View) -> Iterator[Hit]:
    """The entries of these ledgers that have all the words, the latest first; capitals do not count."""
    long = [word for word in words if len(word) >= SHORTEST]
    asked, values = [], []
    if long:
        asked.append("prose match ?")
        values.append(" AND ".join('"' + word.replace('"', '""') + '"' for word in long))
    for word in words:
        if len(word) < SHORTEST:
            asked.append("words like ? escape '!'")
            values.append("%" + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%")
    marks = ", ".join("?" * len(nouns))
    known = int(view.known_at.timestamp()) if view.known_at else None
    rows = index.db.execute(
        f"select e.noun, e.raw from prose cross join entry e on e.n = prose.rowid where {' and '.join(asked)}"
        f" and e.noun in ({marks}) and e.at <= ? and (? is null or e.rec <= ?) order by e.at desc, e.n desc",
        (*values, *nouns, int(view.now.timestamp()), known, known),
    )
    for noun, raw in rows:
        entry = trusted_entry(noun, raw)
        yield Hit(entry, tuple(texts(entry)))
