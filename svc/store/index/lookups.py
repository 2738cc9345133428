"""What is looked up by keys: the entries of an id, the rows of a register, the ids that a few letters may mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from svc.domain import ledgers, merging, registers
from svc.domain.entry import Entry
from svc.domain.sequence import placed
from svc.store.index import tables
from svc.store.index.cache import Cache
from svc.store.rows.trusted_row import trusted_entry

MANY = 500
"""Ids that are looked up at once."""
MAY_BE_KEY = (
    "select id from person indexed by person_key where noun = 'customer' and field = 'key_every_days'"
    f" union select caller from entry indexed by entry_anew where noun = '{ledgers.CHANGE}' and event in ('correct', 'merge')"
)
"""Customers that have an interval, and those into whom others were merged, that may have one."""


class Index(Cache):
    """The cache of one desk, asked by keys; `catch_up` first."""

    # ---- registers -----------------------------------------------------------------------------

    def known(self, noun: str, id: str) -> bool:
        """Whether a register holds that id."""
        return bool(self.db.execute("select 1 from person where noun = ? and id = ? limit 1", (noun, id)).fetchone())

    def holds_rows(self, noun: str, many: int) -> bool:
        """Whether a register holds so many rows."""
        query = "select 1 from person where noun = ? and field = '' limit 1 offset ?"
        return bool(self.db.execute(query, (noun, many - 1)).fetchone())

    def person(self, noun: str, id: str) -> dict[str, str]:
        """One row of a register; empty where it was erased or never was."""
        rows = self.db.execute("select field, value from person where noun = ? and id = ? and field != ''", (noun, id))
        return dict(rows.fetchall())

    def counted(self, noun: str, one: str, other: str) -> Counter[tuple[str, str]]:
        """How many rows of a register have which values in two fields, where they have both."""
        query = (
            "select a.value, b.value, count(*) from person a join person b on b.noun = a.noun and b.id = a.id and b.field = ?3"
            " where a.noun = ?1 and a.field = ?2 and a.value != '' and b.value != '' group by 1, 2"
        )
        return Counter({(first, second): count for first, second, count in self.db.execute(query, (noun, one, other))})

    def people(self, noun: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Many rows of a register at once, by id; those that it does not hold are not there."""
        found: dict[str, dict[str, str]] = {}
        for start in range(0, len(ids), MANY):
            some = ids[start : start + MANY]
            query = f"select id, field, value from person where noun = ? and id in ({', '.join('?' * len(some))})"
            for id, field, value in self.db.execute(query, (noun, *some)):
                row = found.setdefault(id, {})
                if field:
                    row[field] = value
        return found

    def key_customers(self) -> list[str]:
        """The ids of the customers that may be those to be visited every so many days (2.4)."""
        return [id for (id,) in self.db.execute(f"{MAY_BE_KEY} order by 1")]

    def machines_of(self, customer: str) -> list[str]:
        """The serial numbers of the machines that the register or a change of it ever gave to a customer, or to one merged into him."""
        query = (
            "select id from person where noun = 'machine' and field = 'customer' and value = ?1"
            " union select ref from entry e where caller = ?1 and noun = ?2"
            " and exists (select 1 from person p where p.noun = 'machine' and p.id = e.ref)"
        )
        return sorted({id for one in self.known_as("customer", customer) for (id,) in self.db.execute(query, (one, ledgers.CHANGE))})

    def has(self, noun: str) -> bool:
        """Whether a ledger holds any entry."""
        return bool(self.db.execute("select 1 from entry where noun = ? limit 1", (noun,)).fetchone())

    def ids_changed(self, register: str, field: str) -> list[str]:
        """The ids of a register in which a field was changed at any time."""
        return [one.get("subject") for one in self.changes(register) if one.get("field") == field]

    def named(self, noun: str, word: str) -> list[str]:
        """The ids in a register that a phone number, name, login or short code stands for."""
        key = tables.kept(word.strip().lower(), self._ledger.id)
        rows = self.db.execute("select id from alias where word = ? and noun = ? order by id", (key, noun))
        return [id for (id,) in rows]

    def beginning(self, noun: str, start: str, most: int) -> list[str]:
        """The ids in a register, so many at most, of which a word begins like that (1.2: half a name is enough)."""
        query = "select distinct id from alias where word >= ? and word < ? and noun = ? order by word limit ?"
        low = start.lower()
        return [id for (id,) in self.db.execute(query, (low, low + "\U0010ffff", noun, most))]

    def containing(self, noun: str, part: str, fields: Sequence[str]) -> list[str]:
        """The ids in a register of which one of the fields has that part anywhere in it, in small letters."""
        marks = ", ".join("?" * len(fields))
        query = (
            f"select distinct id from person where noun = ? and field in ({marks})"
            " and (instr(lower(value), ?) or instr(replace(lower(value), ' ', ''), ?)) order by id"
        )
        return [id for (id,) in self.db.execute(query, (noun, *fields, part, part.replace(" ", "")))]

    def ids_containing(self, noun: str, part: str) -> list[str]:
        """The ids of a register that have that part anywhere in them, capitals or not."""
        query = "select distinct id from person where noun = ? and field = '' and instr(lower(id), ?) order by id"
        return [id for (id,) in self.db.execute(query, (noun, part.lower()))]

    def ending(self, noun: str, digits: str) -> list[str]:
        """The ids in a register that have a number ending so, whatever stands between its digits and behind it."""
        query = (
            "select id from person where noun = ? and field = 'phone'"
            " and (instr(value, ?) or value like '%-****' or value like '%-****;%') order by id"
        )
        some = [id for (id,) in self.db.execute(query, (noun, digits[-4:]))]
        clear = self._registers.load(noun) if some else {}  # the index keeps numbers masked
        return [id for id in some if _ends(clear.get(id, {}).get("phone", ""), digits)]

    def initials(self, noun: str) -> list[tuple[str, list[str]]]:
        """The initials of the names of a register, in every reading, where their pinyin is kept with them."""
        query = (
            "select p.id, p.value, n.value from person p join person n on n.noun = p.noun and n.id = p.id and n.field = 'name'"
            " where p.noun = ? and p.field = 'pinyin' order by p.id"
        )
        return [(id, [w for w in words.split() if len(w) <= len(name)]) for id, words, name in self.db.execute(query, (noun,))]

    def values(self, noun: str, field: str, most: int) -> list[tuple[str, str]]:
        """What a field holds, so many at most, each with its id."""
        query = "select id, value from person where noun = ? and field = ? order by id limit ?"
        return self.db.execute(query, (noun, field, most)).fetchall()

    def words(self, noun: str, start: str, most: int) -> list[tuple[str, str]]:
        """The words of a register that begin like that, each with the id it stands for."""
        query = "select word, id from alias where word >= ? and word < ? and noun = ? order by word limit ?"
        low = start.lower()
        return self.db.execute(query, (low, low + "\U0010ffff", noun, most)).fetchall()

    def ids(self, noun: str, start: str, most: int) -> list[str]:
        """The ids of a register that begin like that."""
        query = "select distinct id from person where noun = ? and id >= ? and id < ? order by id limit ?"
        return [id for (id,) in self.db.execute(query, (noun, start, start + "~", most))]

    # ---- what is one with another --------------------------------------------------------------

    known_at: datetime | None = None
    """What somebody registered is one with is told by what was known then (None: all that is known)."""

    def stays(self, noun: str, id: str) -> str:
        """The id under which something is told: another one's where it was merged into that."""
        if noun in registers.TABLE:
            return self.merged(noun, self.known_at).get(id, id)
        row = self.db.execute("select ref from entry where noun = ? and id = ? and event = ?", (noun, id, merging.EVENT)).fetchone()
        return self.stays(noun, row[0]) if row else id

    def merges(self, register: str) -> list[Entry]:
        """The entries that say who in a register is one with whom, in the order of recording."""
        query = "select raw from entry indexed by entry_anew where noun = ? and event in ('correct', 'merge') order by rec, n"
        found = [trusted_entry(ledgers.CHANGE, raw) for (raw,) in self.db.execute(query, (ledgers.CHANGE,))]
        return [one for one in found if one.get("of") == register]

    def merged(self, register: str, known_at: datetime | None = None) -> dict[str, str]:
        """Who in a register was merged into another by a moment (None: ever), each with the one that stays in the end."""
        return merging.in_the_end(self.merges(register), known_at)

    def known_as(self, register: str, id: str) -> list[str]:
        """The ids of a register under which one is recorded: his own, then those that were merged into it."""
        return [id, *(gone for gone, stays in self.merged(register, self.known_at).items() if stays == id)]

    # ---- look-ups ------------------------------------------------------------------------------

    def entries(self, noun: str, id: str) -> list[Entry]:
        """All entries of one id in order of what happened (then of recording)."""
        rows = self.db.execute("select raw from entry where noun = ? and id = ? order by at / 60, n", (noun, id))
        return placed([trusted_entry(noun, raw) for (raw,) in rows])

    def places(self, noun: str, id: str) -> list[tuple[Entry, str, int]]:
        """The same, each with the ledger file and the byte at which it stands."""
        rows = self.db.execute(
            "select raw, file, place from entry where noun = ? and id = ? order by at / 60, n", (noun, id)
        )
        return [(trusted_entry(noun, raw), file, place) for raw, file, place in rows]

    def exists(self, noun: str, id: str) -> bool:
        """Whether anything is recorded under that id."""
        query = "select 1 from entry where noun = ? and id = ? limit 1"
        return bool(self.db.execute(query, (noun, id)).fetchone())

    def among(self, noun: str, ids: Sequence[str]) -> set[str]:
        """Those of many ids under which anything is recorded, taken back or not."""
        found: set[str] = set()
        for start in range(0, len(ids), MANY):
            some = ids[start : start + MANY]
            marks = ", ".join("?" * len(some))
            for table in ("entry", "undone"):
                rows = self.db.execute(f"select id from {table} where noun = ? and id in ({marks})", (noun, *some))
                found.update(id for (id,) in rows)
        return found

    def taken_back(self, noun: str, id: str) -> list[Entry]:
        """The entries of an id that were taken back, in the order of recording."""
        rows = self.db.execute("select raw from undone where noun = ? and id = ? order by file, place", (noun, id))
        return [trusted_entry(noun, raw) for (raw,) in rows]

    def places_taken_back(self, noun: str) -> set[tuple[str, int]]:
        """Where the entries of a ledger stand that somebody took back: file and byte."""
        return set(self.db.execute("select file, place from undone where noun = ?", (noun,)))

    def given_out(self, noun: str, mark: str = "") -> list[tuple[str, int]]:
        """What ids of a ledger begin with (at a site: those with its mark), each with the highest number given out."""
        query = "select prefix, last from counter where prefix >= ? and prefix < ? and prefix like ? order by prefix"
        letter = ledgers.ledger(noun).letter
        return self.db.execute(query, (letter, letter + "~", f"%-{mark}")).fetchall()

    def ids_ending(self, noun: str, ending: str, month: str) -> list[str]:
        """Ids of a ledger that a short form may mean: in `month` ("2611") first, else anywhere.

        `ending` is a number, behind the mark of a site where the ids have one: `7`, `BJ7`.
        """
        mark = ending.rstrip("0123456789")
        number = ending.removeprefix(mark)
        letter = ledgers.ledger(noun).letter
        if len(number) >= 10:
            return []
        # What was given out says which months can have that number: as many look-ups as months, whatever is in them.
        given = [prefix for prefix, last in self.given_out(noun, mark) if last >= int(number)]
        for beginning in (f"{letter}{month}", letter):
            rows = [prefix for prefix in given if prefix.startswith(beginning)]
            ids = (prefix + number.rjust(4, "0") for prefix in rows)
            found = list(islice((id for id in ids if self.exists(noun, id)), 4))
            if found:
                return found
        return []

    def children(self, noun: str, ref: str) -> list[str]:
        """Ids in a ledger that belong to `ref`: the visits of a call, the report of a visit."""
        rows = self.db.execute("select distinct id from entry where ref = ? and noun = ? order by n", (ref, noun))
        return [id for (id,) in rows]

    def ids_with(self, noun: str, key: str, value: str) -> list[str]:
        """The ids of a ledger of which an entry has that value under a key of the index: `caller`, `machine`."""
        rows = self.db.execute(f"select distinct id from entry indexed by entry_{key} where {key} = ? and noun = ?", (value, noun))
        return [id for (id,) in rows]

    def ids_quoting(self, noun: str, text: str) -> list[str]:
        """The ids of a ledger in whose rows a text stands as it is."""
        query = "select distinct id from entry where noun = ? and instr(raw, cast(? as blob)) order by n"
        return [id for (id,) in self.db.execute(query, (noun, text))]

    def latest_first(self, noun: str, ids: Iterable[str]) -> list[str]:
        """These ids of a ledger, the one opened last first."""
        first = "select min(at) from entry where noun = ? and id = ?"
        opened = {id: self.db.execute(first, (noun, id)).fetchone()[0] or 0 for id in ids}
        return sorted(opened, key=lambda id: (opened[id], id), reverse=True)

    def retold_ids(self, noun: str) -> list[tuple[str]]:
        """The ids of a ledger of which something was corrected or taken back, or two of which are one: only all their entries say
        what they are."""
        anew = "from entry indexed by entry_anew where noun = ?1 and event in ('correct', 'merge')"
        query = f"select id {anew} union select ref {anew} and event = 'merge' union select id from undone where noun = ?1"
        return self.db.execute(query, (noun,)).fetchall()

    def last_number(self, prefix: str) -> int:
        """The highest number given out under `C2611-` or `CU`; 0 where there is none."""
        row = self.db.execute("select last from counter where prefix = ?", (prefix,)).fetchone()
        return row[0] if row else 0

    def select(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of a read-only query: for the rooms that select facts (`svc.store.world`)."""
        return self.db.execute(query, values).fetchall()


def _ends(numbers: str, digits: str) -> bool:
    """Whether one of the numbers ends with these digits, or would without its extension."""
    for number in numbers.replace("；", ";").split(";"):
        parts = number.strip().split("-")
        if any("".join(some).endswith(digits) for some in (parts, parts[:3])):
            return True
    return False
