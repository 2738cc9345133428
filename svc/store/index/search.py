"""The words of entries, to be searched: made when first asked for and followed from there, so that recording pays nothing.

Every free text of an entry stands in an FTS5 table of trigrams under the number of its row; what was taken back has
no row any more and is not found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.kinds import Prose
from svc.domain.row_kinds import NamedValues, Rows
from svc.named import NamedTuple
from svc.store.index.cache import Cache
from svc.store.index.wanted import View
from svc.store.rows.trusted_row import trusted_entry

_TABLE = "create virtual table if not exists prose using fts5 (words, tokenize = 'trigram')"
_DONE = "words read up to"
_END = "\n\n"
"""Stands behind each text: so its last letters too begin a trigram."""
_TERMS = "create virtual table if not exists temp.term using fts5vocab (main, prose, row)"
SHORTEST, FEW = 3, 400
"""Letters of a trigram. A shorter word is looked for as the trigrams that begin with it; where those are not few, in every text."""
LATEST = (300, 10_000)
"""Among how many of the latest entries of each ledger a word is looked for before all: most are found there."""


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
        words = ((n, "".join(text + _END for _, text in texts(trusted_entry(noun, raw)))) for n, noun, raw in found)
        index.db.executemany("insert or replace into prose (rowid, words) values (?, ?)", ((n, said) for n, said in words if said))
        index.db.execute("insert or replace into meta values (?, ?)", (_DONE, str(last)))


def search(index: Cache, words: Sequence[str], nouns: Sequence[str], view: View) -> Iterator[Hit]:
    """The entries of these ledgers that have all the words, the latest first; capitals do not count.

    They are looked for among the latest first: whoever wants no more than a few, of a word that is often said, need not
    wait until all of years are put in order.
    """
    end = int(view.now.timestamp()) + 1
    for many in LATEST:
        begin = _begin(index, nouns, many, end)
        yield from _between(index, words, nouns, view, begin, end)
        end = begin
    yield from _before(index, words, nouns, view, end)


def _begin(index: Cache, nouns: Sequence[str], many: int, end: int) -> int:
    """The second since which no ledger has more than so many entries before `end`."""
    query = "select at from entry indexed by entry_at where noun = ? and at < ? order by at desc limit 1 offset ?"
    found = (index.db.execute(query, (noun, end, many)).fetchone() for noun in nouns)
    return min(end, max((int(row[0]) + 1 for row in found if row), default=0))


def _between(index: Cache, words: Sequence[str], nouns: Sequence[str], view: View, begin: int, end: int) -> Iterator[Hit]:
    """The hits of a stretch of time, its entries looked at one by one."""
    asked, known = [word.lower() for word in words], _known(view)
    found = []
    for noun in nouns:
        rows = index.db.execute(
            "select e.at, e.n, p.words from entry e indexed by entry_at cross join prose p on p.rowid = e.n"
            " where e.noun = ?1 and e.at >= ?2 and e.at < ?3 and (?4 is null or e.rec <= ?4)",
            (noun, begin, end, known),
        )
        found += [(at, n) for at, n, said in rows if all(word in said.lower() for word in asked)]
    for _, n in sorted(found, reverse=True):
        yield _hit(*index.db.execute("select noun, raw from entry where n = ?", (n,)).fetchone())


def _before(index: Cache, words: Sequence[str], nouns: Sequence[str], view: View, end: int) -> Iterator[Hit]:
    """The hits before a second, found by their trigrams."""
    asked, values, match = [], [], []
    for word in words:
        terms = [word] if len(word) >= SHORTEST else _terms(index, word)
        if terms is None:
            asked.append("words like ? escape '!'")
            values.append("%" + word.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%")
        elif not terms:
            return
        else:
            match.append("(" + " OR ".join('"' + term.replace('"', '""') + '"' for term in terms) + ")")
    if match:
        asked.insert(0, "prose match ?")
        values.insert(0, " AND ".join(match))
    marks, known = ", ".join("?" * len(nouns)), _known(view)
    rows = index.db.execute(
        f"select e.noun, e.raw from prose cross join entry e on e.n = prose.rowid where {' and '.join(asked)}"
        f" and e.noun in ({marks}) and e.at < ? and (? is null or e.rec <= ?) order by e.at desc, e.n desc",
        (*values, *nouns, end, known, known),
    )
    for noun, raw in rows:
        yield _hit(noun, raw)


def _terms(index: Cache, word: str) -> list[str] | None:
    """The trigrams that begin with a shorter word; None where they are too many to be asked for."""
    index.db.execute(_TERMS)
    start = word.lower()
    rows = index.db.execute("select term from temp.term where term >= ? and term < ? limit ?", (start, start + "\U0010ffff", FEW + 1))
    found = [str(term) for (term,) in rows]
    return found if len(found) <= FEW else None


def _known(view: View) -> int | None:
    return int(view.known_at.timestamp()) if view.known_at else None


def _hit(noun: str, raw: bytes) -> Hit:
    entry = trusted_entry(noun, raw)
    return Hit(entry, tuple(texts(entry)))
