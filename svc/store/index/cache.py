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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from svc.domain import ledgers, registers
from svc.domain.entry import Entry
from svc.domain.ledgers import CHANGE, UNDO
from svc.errors import Busy, Damaged
from svc.store.files.plain import give_to_owner_of
from svc.store.index import stale, tables
from svc.store.place import Ledger, Located, Position, RegisterStore, Rows
from svc.store.rows.trusted_row import trusted_entry
from svc.text import Text

Progress = Callable[[int, int], None]

AT_ONCE = 10_000
"""Entries that are read before they are put in: memory stays flat."""
TRIES = 20
"""How often it is begun to read where others record meanwhile."""
MUCH = 8_000_000
"""Bytes of ledgers that are read in bulk (`Index.rebuild`) where nothing is known of them yet."""


class Cache:
    """The cache of one desk, at `data/.svc/index.sqlite` (0600)."""

    def __init__(self, path: Path, ledger: Ledger, registers_: RegisterStore) -> None:
        self._path = path
        self._ledger = ledger
        self._registers = registers_
        self._touched = stale.Touched()
        self._anew = False
        self.db = self._open()

    # ---- keeping up with the truth -------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        if not self._writable():
            return self._in_memory()
        try:
            try:
                return self._connect()
            except sqlite3.DatabaseError as error:
                if _no_room(error):
                    raise
                self._discard()
                return self._connect()
        except (sqlite3.OperationalError, OSError) as error:
            if not _no_room(error):
                raise
            return self._in_memory()

    def _writable(self) -> bool:
        """Whether the cache may be kept: somebody who may only read the desk makes his own, for this once."""
        folder = self._path.parent
        if not folder.exists():
            there = next(above for above in folder.parents if above.exists())
            return os.access(there, os.W_OK | os.X_OK)
        if not os.access(folder, os.W_OK | os.X_OK):
            return False
        return not self._path.exists() or os.access(self._path, os.W_OK)

    in_memory = False
    """Whether this one is made for this once: it may not be kept, or there is no room."""

    def _in_memory(self) -> sqlite3.Connection:
        self.in_memory = True
        db = sqlite3.connect(":memory:", isolation_level=None, uri=True)
        self._create(db)
        tables.add_keys(db)
        return db

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = not self._path.exists()
        if fresh:
            self._path.touch(0o600)
            give_to_owner_of(self._path.parent, self._path)
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None, uri=True)
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
        if not self._writable():
            self._rebuild_in_memory(progress)
            return self._how_many()
        self.db.close()
        new = self._path.with_name(f"index.{os.getpid()}")
        self.db = sqlite3.connect(new, isolation_level=None, uri=True)
        try:
            new.chmod(0o600)
            give_to_owner_of(new.parent, new)
            self._build(progress)
            self.db.close()
            self._discard()
            new.replace(self._path)
        finally:
            self.db.close()
            new.unlink(missing_ok=True)
            self.db = self._connect()
        return self._how_many()

    def _rebuild_in_memory(self, progress: Progress | None = None) -> None:
        self.db.close()
        self.db = sqlite3.connect(":memory:", isolation_level=None, uri=True)
        self._build(progress)

    def _how_many(self) -> int:
        count: int = self.db.execute("select count(*) from entry").fetchone()[0]
        return count

    def _build(self, progress: Progress | None) -> None:
        from svc.store.index import standing

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

        with self.transaction():
            self._anew = True
            for noun in ledgers.TABLE:
                self._follow(noun, tell)
            tables.add_keys(self.db, "entry")
            self._take_back(0)
            for noun in registers.TABLE:
                self._read_register(noun)
            tables.add_keys(self.db, "person")
            standing.everything(self.db)
            self._anew = False
        self.db.execute("pragma synchronous=normal")
        self.db.execute("pragma journal_mode=wal")

    def catch_up(self, nouns: Iterable[str] | None = None) -> None:
        """Read what was added to the ledgers (of these nouns) and registers since the last time.

        What changed of registered facts is read with the registers: whoever asks who is who, or whose a machine is, needs both.

        On a full disk that goes into a cache in memory, for this once: who only reads is not refused.
        """
        nouns = None if nouns is None else tuple(dict.fromkeys((*nouns, CHANGE)))
        try:
            self._catch_up(nouns)
        except (sqlite3.OperationalError, OSError) as error:
            self._for_this_once(error, nouns)

    def _catch_up(self, nouns: tuple[str, ...] | None) -> None:
        wanted = nouns if nouns is not None else tuple(ledgers.TABLE)
        stamps = {
            noun: Position(file, size, h)
            for noun, file, size, h in self.db.execute("select noun, file, size, h from stamp")
        }
        if wanted and not stamps and (nouns is not None or self._ledger.volume() > MUCH):
            with contextlib.suppress(Damaged):  # then as far as what is asked for can be read
                if nouns is not None:
                    self._catch_up(None)  # all cases are worked out once
                else:
                    self._rebuild_in_memory() if self.in_memory else self.rebuild()
                return
        goes = self._ledger.tail_positions((UNDO, *wanted)) if wanted else {}
        if goes.get(UNDO) != stamps.get(UNDO) and wanted:
            # What is taken back must be there first: those read before the others were recorded after them.
            behind = [UNDO, *(noun for noun in ledgers.TABLE if noun != UNDO)]
        else:
            behind = [noun for noun in wanted if goes.get(noun) != stamps.get(noun)]
        changed = [noun for noun in registers.TABLE if self._changed(noun)]
        if not behind and not changed:
            return
        with self.transaction():
            taken_back = self._last_undo()
            self._anew = not stamps
            for noun in behind:
                self._follow(noun)
            if UNDO in behind:
                self._take_back(taken_back)
            for noun in changed:
                self._read_register(noun)
            if self._anew:
                stale.note_all(self.db)
            else:
                stale.note(self.db, self._touched)
            self._touched, self._anew = stale.Touched(), False

    def refold(self) -> None:
        """Fold again the cases of which something was recorded since somebody asked last what waits, what is open, what they are in
        brief: for whoever asks now. On a full disk as `catch_up`."""
        if self._all_folded():
            return
        try:
            self._freshen()
        except (sqlite3.OperationalError, OSError) as error:
            self._for_this_once(error, None)
            self._freshen()

    def _freshen(self) -> None:
        from svc.store.index import standing  # with all that folds cases: who only records needs none of it

        with self.transaction():
            standing.freshen(self.db)

    def _all_folded(self) -> bool:
        return self.db.execute("select 1 from stale limit 1").fetchone() is None

    def _for_this_once(self, error: Exception, nouns: tuple[str, ...] | None) -> None:
        """Go on in memory where the disk is full; else the error."""
        if not _no_room(error):
            raise error
        self.db.close()
        self.db = self._in_memory()
        self._catch_up(nouns)

    def _last_undo(self) -> int:
        last: int = self.db.execute("select max(n) from entry where noun = ?", (UNDO,)).fetchone()[0] or 0
        return last

    def _take_back(self, n: int) -> None:
        """Move out of the way what the undo entries behind row `n` take back."""
        from svc.store.index import undone

        rows = self.db.execute("select raw from entry where noun = ? and n > ? order by n", (UNDO, n)).fetchall()
        self._touch(undone.apply(self.db, [trusted_entry(UNDO, raw) for (raw,) in rows]))

    def _touch(self, entries: Iterable[Entry]) -> None:
        """Note of which cases something was recorded or taken back; where all are worked out, of none."""
        if self._anew:
            for _ in entries:
                pass
        else:
            self._touched.by(entries)

    @contextlib.contextmanager
    def one_state(self) -> Iterator[None]:
        """What is read within is of one state of the cache, whatever is recorded meanwhile: a case is not told half of then, half of now."""
        if self.db.in_transaction:
            yield
            return
        self._begin_folded()
        try:
            yield
        finally:
            if self.db.in_transaction:
                self.db.execute("commit")

    def _begin_folded(self) -> None:
        """Begin to read, of a state in which nothing is noted of which it was not worked out how it stands; Busy where there is none."""
        for _ in range(TRIES):
            self.refold()
            self.db.execute("begin")
            if self._all_folded():
                return
            self.db.execute("commit")  # somebody recorded meanwhile
        raise _busy()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """One change of the cache, whole or not at all; Busy where somebody else is at it for long."""
        try:
            self.db.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if _no_room(error):
                raise
            raise _busy() from None
        try:
            yield
            self.db.execute("commit")
        except BaseException:
            if self.db.in_transaction:  # a full disk has ended it already
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
        entries = [one.entry for one in part]
        self._put(part)
        self._count(tables.count, entries)
        self.db.executemany("insert or ignore into moved values (?, ?, ?)", tables.moved(entries))
        self.db.executemany("insert or ignore into also values (?, ?, ?)", tables.also(entries))
        self._add_facts(entries)
        self._touch(entries)

    def _put(self, part: Sequence[Located]) -> None:
        tables.put(self.db, "entry", tables.COLUMNS, map(tables.row, part))

    def _add_facts(self, entries: Sequence[Entry]) -> None:
        """What a dated change says is looked for too: by the new word, and among those of which a field says anything."""
        told = [e for e in entries if e.ledger == CHANGE and e.get("value")]
        facts = [(e.get("of"), e.get("subject"), e.get("field"), e.get("value")) for e in told]
        self.db.executemany("insert or ignore into person values (?, ?, ?, ?)", facts)
        told = [e for e in told if e.get("field") in tables.WORDS]
        words = [(tables.kept(e.get("value").lower(), self._ledger.id), e.get("of"), e.get("subject")) for e in told]
        self.db.executemany("insert or ignore into alias values (?, ?, ?)", words)

    # ---- registers -----------------------------------------------------------------------------

    def _changed(self, noun: str) -> bool:
        row = self.db.execute("select value from meta where key = ?", (f"register {noun}",)).fetchone()
        return row is None or row[0] != self._registers.signature(noun)

    def _read_register(self, noun: str) -> None:
        signature = self._registers.signature(noun)
        self.db.execute("delete from person where noun = ?", (noun,))
        self.db.execute("delete from alias where noun = ?", (noun,))
        rows = self._registers.load(noun)
        self._put_register(noun, rows)
        words = ((tables.kept(word, self._ledger.id), noun, id) for id, row in rows.items() for word in tables.aliases(noun, row))
        self.db.executemany("insert or ignore into alias values (?, ?, ?)", words)
        self._count(tables.count_rows, rows)
        self._add_facts(self.changes(noun))
        self.db.execute("insert or replace into meta values (?, ?)", (f"register {noun}", signature))

    def _put_register(self, noun: str, rows: Rows) -> None:
        told = ((noun, id, field, value) for id, row in rows.items() for field, value in tables.shown(row).items())
        tables.put(self.db, "person", tables.PERSON, told)

    def _count(self, count: Callable[[Any], Mapping[str, int]], told: Collection[object]) -> None:
        """Remember the highest number given out under each beginning of an id."""
        counted = "insert into counter values (?, ?) on conflict (prefix) do update set last = max(last, excluded.last)"
        self.db.executemany(counted, count(told).items())

    def changes(self, register: str, id: str | None = None) -> list[Entry]:
        """The dated changes of one row of a register, or of all, in the order of recording."""
        if id is None:
            rows = self.db.execute("select raw from entry where noun = ? order by rec, n", (CHANGE,))
        else:
            rows = self.db.execute("select raw from entry where ref = ? and noun = ? order by rec, n", (id, CHANGE))
        found = [trusted_entry(CHANGE, raw) for (raw,) in rows.fetchall()]
        return [one for one in found if one.get("of") == register]

    def forget(self) -> None:
        """Let nothing of what was taken out linger in the files beside the cache."""
        self.db.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def _no_room(error: Exception) -> bool:
    """Whether the disk is full, or takes nothing for another reason."""
    if isinstance(error, OSError):
        return True
    return str(getattr(error, "sqlite_errorname", "")).startswith(_FULL)


def _busy() -> Busy:
    return Busy(
        Text("the index is in use by another command", "索引正被其他命令占用"),
        Text("try again in a moment", "请稍后再试"),
    )
