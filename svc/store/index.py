"""The index: a disposable SQLite cache of the ledgers, so that nothing has to read its history.

The ledgers are the truth. The index holds each entry's row with the few keys that look-ups need; it
follows a ledger by reading only what was added since, and is rebuilt when anything about it is in
doubt. Written after the truth, its stamp last, in one transaction: a crash leaves it behind, never
wrong. An index that remembers more than the ledger holds means that entries are missing: Damaged.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from svc.domain import ledgers, registers
from svc.domain.entry import Entry
from svc.domain.ledgers import UNDO
from svc.errors import Busy, Damaged
from svc.store import closings, tables, todo, unfinished
from svc.store.ledger import Ledger, Located, Position
from svc.store.recall import recall
from svc.text import Text

if TYPE_CHECKING:
    from svc.store.place import Shelf

Progress = Callable[[int, int], None]

AT_ONCE = 10_000
"""Entries that are read before they are put in: memory stays flat."""
MANY = 500
"""Ids that are looked up at once."""
MUCH = 8_000_000
"""Bytes of ledgers that are read in bulk (`Index.rebuild`) where nothing is known of them yet."""


class Index:
    """The cache of one desk, at `data/.svc/index.sqlite` (0600)."""

    def __init__(self, path: Path, ledger: Ledger, registers_: Shelf) -> None:
        self._path = path
        self._ledger = ledger
        self._registers = registers_
        self.db = self._open()

    # ---- keeping up with the truth -------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        if not self._writable():
            return self._in_memory()
        try:
            return self._connect()
        except sqlite3.DatabaseError:
            self._discard()
            return self._connect()

    def _writable(self) -> bool:
        """Whether the cache may be kept: somebody who may only read the desk makes his own, for this once."""
        folder = self._path.parent
        if not folder.exists():
            there = next(above for above in folder.parents if above.exists())
            return os.access(there, os.W_OK | os.X_OK)
        if not os.access(folder, os.W_OK | os.X_OK):
            return False
        return not self._path.exists() or os.access(self._path, os.W_OK)

    def _in_memory(self) -> sqlite3.Connection:
        db = sqlite3.connect(":memory:", isolation_level=None)
        self._create(db)
        tables.add_keys(db)
        return db

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = not self._path.exists()
        if fresh:
            self._path.touch(0o600)
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            db.execute("pragma synchronous=normal")
            db.execute("pragma secure_delete=on")  # what was erased leaves no bytes behind
            known = None if fresh else self._version(db)
            if fresh:
                db.execute("pragma journal_mode=wal")
                self._create(db)
                tables.add_keys(db)
            elif known != f"{tables.SCHEMA} {self._ledger.id}":
                raise sqlite3.DatabaseError("made by another version or for another desk")
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    @staticmethod
    def _version(db: sqlite3.Connection) -> str | None:
        try:
            row = db.execute("select value from meta where key = 'version'").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise _busy() from None
            return None
        return row[0] if row else None

    def _create(self, db: sqlite3.Connection) -> None:
        db.execute("begin immediate")
        tables.create(db, f"{tables.SCHEMA} {self._ledger.id}")
        db.execute("commit")

    def _discard(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Read everything again into a new cache, which takes the place of the old; how many entries there are.

        `progress` is told bytes read and bytes in all.
        """
        self.db.close()
        if not self._writable():
            self.db = sqlite3.connect(":memory:", isolation_level=None)
            self._build(progress)
            return self._count()
        new = self._path.with_name(f"index.{os.getpid()}")
        self.db = sqlite3.connect(new, isolation_level=None)
        try:
            new.chmod(0o600)
            self._build(progress)
            self.db.close()
            self._discard()
            new.replace(self._path)
        finally:
            self.db.close()
            new.unlink(missing_ok=True)
            self.db = self._connect()
        return self._count()

    def _count(self) -> int:
        count: int = self.db.execute("select count(*) from entry").fetchone()[0]
        return count

    def _build(self, progress: Progress | None) -> None:
        # Nobody else sees the new file, and one that a crash leaves is not looked at: no journal, no waiting
        # for the disk until the end.
        for pragma in ("journal_mode=memory", "synchronous=off", "cache_size=-65536", "temp_store=file"):
            self.db.execute(f"pragma {pragma}")
        self._create(self.db)
        total = self._ledger.volume()
        done = 0

        def tell(size: int) -> None:
            nonlocal done
            done += size
            if progress:
                progress(done, total)

        with self._transaction():
            for noun in ledgers.TABLE:
                self._follow(noun, tell)
            tables.add_keys(self.db)
            self._take_back(0)
            for noun in registers.TABLE:
                self._read_register(noun)
        self.db.execute("pragma synchronous=normal")
        self.db.execute("pragma journal_mode=wal")

    def catch_up(self, nouns: Iterable[str] | None = None) -> None:
        """Read what was added to the ledgers (of these nouns) and registers since the last time."""
        wanted = tuple(nouns) if nouns is not None else tuple(ledgers.TABLE)
        stamps = {
            noun: Position(file, size, h)
            for noun, file, size, h in self.db.execute("select noun, file, size, h from stamp")
        }
        if wanted and not stamps and self._ledger.volume() > MUCH:
            with contextlib.suppress(Damaged):  # then as far as what is asked for can be read
                self.rebuild()
                return
        goes = self._ledger.tail_positions((UNDO, *wanted)) if wanted else {}
        if goes.get(UNDO) != stamps.get(UNDO) and wanted:
            # What is taken back must be there first: those read before the others were recorded after them.
            behind = [UNDO, *(noun for noun in ledgers.TABLE if noun != UNDO)]
        else:
            behind = [noun for noun in wanted if goes.get(noun) != stamps.get(noun)]
        stale = [noun for noun in registers.TABLE if self._stale(noun)]
        if not behind and not stale:
            return
        with self._transaction():
            taken_back = self._last_undo()
            for noun in behind:
                self._follow(noun)
            if UNDO in behind:
                self._take_back(taken_back)
            for noun in stale:
                self._read_register(noun)

    def _last_undo(self) -> int:
        last: int = self.db.execute("select max(n) from entry where noun = ?", (UNDO,)).fetchone()[0] or 0
        return last

    def _take_back(self, n: int) -> None:
        """Move out of the way what the undo entries behind row `n` take back."""
        from svc.store import undone

        rows = self.db.execute("select raw from entry where noun = ? and n > ? order by n", (UNDO, n)).fetchall()
        undone.apply(self.db, [recall(UNDO, raw) for (raw,) in rows])

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.db.execute("begin immediate")
        except sqlite3.OperationalError:
            raise _busy() from None
        try:
            yield
            self.db.execute("commit")
        except BaseException:
            self.db.execute("rollback")
            raise

    def _follow(self, noun: str, tell: Callable[[int], None] | None = None) -> None:
        # The stamp is read again inside the transaction: somebody else may have caught up meanwhile.
        stamp = self.db.execute("select file, size, h from stamp where noun = ?", (noun,)).fetchone()
        found = self._ledger.read(noun, Position(*stamp) if stamp else None)
        last: Located | None = None
        while part := list(islice(found, AT_ONCE)):
            self._insert(part)
            last = part[-1]
            if tell:
                tell(sum(len(one.raw) for one in part))
        if last is not None:
            stamp = self._ledger.position_after(noun, last)
            self.db.execute("insert or replace into stamp values (?, ?, ?, ?)", (noun, *stamp))

    def _insert(self, part: Sequence[Located]) -> None:
        self.db.executemany(tables.INSERT, map(tables.row, part))
        entries = [one.entry for one in part]
        self.db.executemany(
            "insert into counter values (?, ?) on conflict (prefix) do update set last = max(last, excluded.last)",
            tables.count(entries).items(),
        )
        self.db.executemany(
            "insert or ignore into moved values (?, ?, ?)", (m for one in entries for m in tables.moved(one))
        )
        self.db.executemany(
            "insert or ignore into retold values (?, ?)", (m for one in entries for m in closings.retold(one))
        )
        todo.apply(self.db, (change for one in entries for change in todo.changes(one)))
        unfinished.apply(self.db, entries)

    # ---- registers -----------------------------------------------------------------------------

    def _stale(self, noun: str) -> bool:
        row = self.db.execute("select value from meta where key = ?", (f"register {noun}",)).fetchone()
        return row is None or row[0] != self._registers.signature(noun)

    def _read_register(self, noun: str) -> None:
        signature = self._registers.signature(noun)
        self.db.execute("delete from person where noun = ?", (noun,))
        self.db.execute("delete from alias where noun = ?", (noun,))
        for id, row in self._registers.load(noun).items():
            values = [(noun, id, "", ""), *((noun, id, field, value) for field, value in tables.shown(row).items())]
            self.db.executemany("insert into person values (?, ?, ?, ?)", values)
            words = {(tables.kept(word, self._ledger.id), noun, id) for word in tables.aliases(noun, row)}
            self.db.executemany("insert or ignore into alias values (?, ?, ?)", words)
            self._count_id(id)
        self.db.execute("insert or replace into meta values (?, ?)", (f"register {noun}", signature))

    def _count_id(self, id: str) -> None:
        prefix = id.rstrip("0123456789")
        if prefix != id and len(id) - len(prefix) < 10:
            self.db.execute(
                "insert into counter values (?, ?) on conflict (prefix) do update set last = max(last, excluded.last)",
                (prefix, int(id[len(prefix) :])),
            )

    def known(self, noun: str, id: str) -> bool:
        """Whether a register holds that id."""
        return bool(self.db.execute("select 1 from person where noun = ? and id = ? limit 1", (noun, id)).fetchone())

    def person(self, noun: str, id: str) -> dict[str, str]:
        """One row of a register; empty where it was erased or never was."""
        rows = self.db.execute("select field, value from person where noun = ? and id = ? and field != ''", (noun, id))
        return dict(rows.fetchall())

    def key_customers(self) -> list[str]:
        """The ids of the customers that are to be visited every so many days (2.4)."""
        query = "select id from person indexed by person_key where noun = 'customer' and field = 'key_every_days' and value != '' order by id"
        return [id for (id,) in self.db.execute(query)]

    def machines_of(self, customer: str) -> list[str]:
        """The serial numbers of a customer's machines."""
        query = "select id from person where noun = 'machine' and field = 'customer' and value = ? order by id"
        return [id for (id,) in self.db.execute(query, (customer,))]

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

    def words(self, noun: str, start: str, most: int) -> list[tuple[str, str]]:
        """The words of a register that begin like that, each with the id it stands for."""
        query = "select word, id from alias where word >= ? and word < ? and noun = ? order by word limit ?"
        low = start.lower()
        return self.db.execute(query, (low, low + "\U0010ffff", noun, most)).fetchall()

    def ids(self, noun: str, start: str, most: int) -> list[str]:
        """The ids of a register that begin like that."""
        query = "select distinct id from person where noun = ? and id >= ? and id < ? order by id limit ?"
        return [id for (id,) in self.db.execute(query, (noun, start, start + "~", most))]

    # ---- look-ups ------------------------------------------------------------------------------

    def entries(self, noun: str, id: str) -> list[Entry]:
        """All entries of one id in order of what happened (then of recording)."""
        rows = self.db.execute("select raw from entry where noun = ? and id = ? order by at, n", (noun, id))
        return [recall(noun, raw) for (raw,) in rows]

    def places(self, noun: str, id: str) -> list[tuple[Entry, str, int]]:
        """The same, each with the ledger file and the byte at which it stands."""
        rows = self.db.execute(
            "select raw, file, place from entry where noun = ? and id = ? order by at, n", (noun, id)
        )
        return [(recall(noun, raw), file, place) for raw, file, place in rows]

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
        return [recall(noun, raw) for (raw,) in rows]

    def places_taken_back(self, noun: str) -> set[tuple[str, int]]:
        """Where the entries of a ledger stand that somebody took back: file and byte."""
        return set(self.db.execute("select file, place from undone where noun = ?", (noun,)))

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
        query = "select prefix from counter where prefix >= ? and prefix < ? and prefix like ? and last >= ? order by prefix"
        for beginning in (f"{letter}{month}", letter):
            rows = self.db.execute(query, (beginning, beginning + "~", f"%-{mark}", int(number))).fetchall()
            ids = (prefix + number.rjust(4, "0") for (prefix,) in rows)
            found = list(islice((id for id in ids if self.exists(noun, id)), 4))
            if found:
                return found
        return []

    def children(self, noun: str, ref: str) -> list[str]:
        """Ids in a ledger that belong to `ref`: the visits of a call, the report of a visit."""
        rows = self.db.execute("select distinct id from entry where ref = ? and noun = ? order by n", (ref, noun))
        return [id for (id,) in rows]

    def last_number(self, prefix: str) -> int:
        """The highest number given out under `C2611-` or `CU`; 0 where there is none."""
        row = self.db.execute("select last from counter where prefix = ?", (prefix,)).fetchone()
        return row[0] if row else 0

    def select(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of a read-only query: for the rooms that select facts (`svc.store.world`)."""
        return self.db.execute(query, values).fetchall()

    def forget(self) -> None:
        """Let nothing of what was taken out linger in the files beside the cache."""
        self.db.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


def _busy() -> Busy:
    return Busy(
        Text("the index is in use by another command", "索引正被其他命令占用"),
        Text("try again in a moment", "请稍后再试"),
    )
