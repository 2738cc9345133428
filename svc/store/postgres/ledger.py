"""Ledgers on PostgreSQL: rows with the very bytes and hashes that a file would hold.

* A site's ledgers are chained like those of a desk of files, by the site's own name; its rows stand
  in one append-only table, partitioned by month. The server's `append` alone writes there; it
  computes each hash itself, one writer of a ledger after the other.
* Reading covers every site that the login may see; recording goes to its own. A row of a site with a
  mark is placed at `BJ/calls/2026-11.csv`.
* A connection that breaks during an append leaves it open whether the entry was stored: we ask, on a
  new connection, before anything is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from functools import cached_property
from typing import Any

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import BadInput, Busy, Damaged, SvcError
from svc.named import NamedTuple
from svc.store.place import Located, Position, Receipt, encoded, month_of, recorded_at, site_and_file
from svc.store.postgres.session import Lost, Session
from svc.store.rows import chain, codec
from svc.text import Text

_VERIFY = Text("see all that is wrong: svc ledger verify", "查看全部问题：svc ledger verify")
_LOCK = "hashtext('svc site'), hashtext(%s)"
AT_ONCE = 1000
"""Rows handed to the server in one call."""


class Head(NamedTuple):
    """How far one site's ledger goes: the number of its last row, where the next would begin, that row's `h`."""

    n: int
    file: str
    size: int
    h: str
    recorded: datetime | None


class PostgresLedger:
    """All ledgers that a login may see, and those of its own site to record in."""

    def __init__(self, session: Session, mark: str | None = None) -> None:
        self.session = session
        self._asked = mark
        self._reached: dict[str, dict[str, list[Any]]] = {}
        self._together: list[Entry] | None = None

    @cached_property
    def id(self) -> str:
        """The name of the desk and of the login: what each sees is its own."""
        found = self.session.run("select id, session_user from svc.desk")
        if not found:
            raise Damaged(Text("the desk has no name", "工作目录没有编号"), _VERIFY)
        return f"{found[0][0]} {found[0][1]}"

    @cached_property
    def mark(self) -> str:
        """The mark of the site in which this login records ("" where ids carry none)."""
        if self._asked is not None:
            return self._asked.upper() if self._asked != "-" else ""
        home = self.session.run("select svc.my_home()")[0][0]
        if home is None:
            raise BadInput(
                Text("this login is no member of any site", "该登录名不属于任何网点"),
                Text("the administrator lets it in: svc desk add-member LOGIN --site MARK",
                     "由管理员授权：svc desk add-member 登录名 --site 代号"),
            )  # fmt: skip
        return str(home)

    @cached_property
    def sites(self) -> dict[str, str]:
        """The sites that the login may see: mark → the name that is in every hash."""
        return dict(self.session.run("select mark, ledger from svc.site order by mark"))

    def set_apart(self, apart: bool) -> None:
        """Say whether this site records on a desk of its own and hands over."""
        self.session.run("select svc.set_apart(%s, %s)", (self.mark, apart))

    @property
    def now(self) -> datetime:
        """The server's clock: all sites go by one."""
        moment: datetime = self.session.run("select clock_timestamp()")[0][0]
        return moment

    # Appending

    @contextmanager
    def lock(self, timeout: float = 30.0) -> Iterator[None]:
        """Nobody else records at this site inside; Busy, naming the holder, after `timeout` seconds."""
        self._acquire(timeout)
        try:
            yield
        finally:
            try:
                self.session.run(f"select pg_advisory_unlock({_LOCK})", (self.mark,))
            except Lost:
                self.session.close()  # the server let go of the lock with the connection

    def _acquire(self, timeout: float) -> None:
        if self.session.run(f"select pg_try_advisory_lock({_LOCK})", (self.mark,))[0][0]:
            return
        self.session.run(f"set lock_timeout to {max(1, int(timeout * 1000))}")
        try:
            self.session.run(f"select pg_advisory_lock({_LOCK})", (self.mark,))
        except Lost:
            raise
        except Busy:
            raise self._held(timeout) from None
        finally:
            self.session.run("set lock_timeout to 0")

    def _held(self, waited: float) -> Busy:
        query = (
            "select usename, pid from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and granted"
            " and classid::int8::bit(32)::int = hashtext('svc site') and objid::int8::bit(32)::int = hashtext(%s)"
        )
        who = ", ".join(f"{user} ({pid})" for user, pid in self.session.run(query, (self.mark,))) or "?"
        return Busy(
            Text(f"somebody else is writing: {who}; waited {waited:.0f} s, nothing was written",
                 f"别人正在写入：{who}；等待了 {waited:.0f} 秒，没有写入任何内容"),
            Text("repeat the command", "请再执行一次"),
        )  # fmt: skip

    @contextmanager
    def all_or_nothing(self, now: datetime, replaced: Sequence[str] = ()) -> Iterator[None]:
        """Inside, appends, registers and documents count as one: they are there when it is left, or none is.

        Where the connection breaks while they are being confirmed, we ask what became of them.
        """
        if self._together is not None:  # within another one: a part of that
            yield
            return
        self._together = []
        whole = False
        try:
            with self.session.transaction():
                yield
                whole = True
        except Lost as lost:
            if not whole:  # never confirmed, so taken back by the server
                raise _nothing_written() from lost
            if self._together:
                self._asked_again(self._together, lost)
        finally:
            self._together = None

    def append(self, entries: Sequence[Entry], now: datetime) -> list[Receipt]:
        """Store all of `entries` or none, recorded `now`; committed when it returns. The caller holds the lock."""
        if self._together is not None:
            self._together += entries
            return self._append(entries, now)
        try:
            # one entry is one statement, which is a transaction of its own: two questions to the server fewer
            with self.session.transaction() if len(entries) > 1 else nullcontext():
                return self._append(entries, now)
        except Lost as lost:
            return self._asked_again(entries, lost)

    def _append(self, entries: Sequence[Entry], now: datetime) -> list[Receipt]:
        found: dict[int, Receipt] = {}
        for noun in dict.fromkeys(entry.ledger for entry in entries):
            last = self.heads(noun).get(self.mark)
            recorded = recorded_at(now, last.recorded if last else None)
            row = ledgers.ledger(noun)
            file = f"{row.folder}/{recorded.isoformat()[:7]}.{row.form}"
            mine = [(i, e._replace(recorded_at=recorded)) for i, e in enumerate(entries) if e.ledger == noun]
            for at in range(0, len(mine), AT_ONCE):
                piece = mine[at : at + AT_ONCE]
                stored = self._call(noun, file, [e for _, e in piece], [encoded(e) for _, e in piece], None)
                for (i, entry), (start, h) in zip(piece, stored, strict=True):
                    found[i] = Receipt(entry.id, self._shown(self.mark, file), start, h, recorded)
        return [found[i] for i in range(len(entries))]

    def _call(
        self,
        noun: str,
        file: str,
        entries: Sequence[Entry],
        rows: Sequence[bytes],
        hashes: Sequence[str] | None,
        head: bytes | None = None,
    ) -> list[tuple[int, str]]:
        head = codec.header(noun) if head is None else head
        columns = (
            [e.id for e in entries], [e.event for e in entries], [e.at for e in entries],
            [e.recorded_at for e in entries], [e.by for e in entries],
        )  # fmt: skip
        return self.session.run(
            "select * from svc.append(%s, %s, %s, %s::bigint, %s::integer, %s::bytea[], %s::text[], %s::text[],"
            " %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[])",
            (self.mark, noun, file, len(head), 1 + head.count(b"\n"), list(rows), *columns, hashes and list(hashes)),
        )

    def adopt(self, noun: str, found: Sequence[Located]) -> None:
        """Take over rows of another place as they are, behind what is here; Damaged where they do not follow.

        They are of one file and one site, that of this ledger.
        """
        rows = [codec.split(noun, one.raw)[0] for one in found]
        if self._together is not None:
            self._together += [one.entry for one in found]
        head = codec.header_before(noun, found[0].offset)
        file = site_and_file(found[0].file)[1]
        self._call(noun, file, [one.entry for one in found], rows, [one.h for one in found], head)

    def _asked_again(self, entries: Sequence[Entry], lost: Lost) -> list[Receipt]:
        """What became of an append whose connection broke: its receipts, or Busy where nothing was written.

        The site's lock is taken first: the server gives it up only when the broken session is quite dead.
        """

        def look() -> list[Receipt | None]:
            self._acquire(20)
            return [self._stored(entry) for entry in entries]

        try:
            found = self.session.again(look)
        except Busy:
            raise Busy(
                Text("the connection was lost: not confirmed", "连接中断：未得到确认"),
                Text(f"see whether it is there (svc {entries[0].ledger} show {entries[0].id}); if not, repeat",
                     f"请查看是否已写入（svc {entries[0].ledger} show {entries[0].id}），没有则重做"),
            ) from None  # fmt: skip
        receipts = [one for one in found if one is not None]
        if len(receipts) < len(entries):
            raise _nothing_written() from lost
        return receipts

    def _stored(self, entry: Entry) -> Receipt | None:
        query = (
            "select month, start, raw, h, recorded_at from svc.entry where mark = %s and noun = %s and id = %s"
            " and event = %s and stored_at > clock_timestamp() - interval '10 minutes'"
        )
        for month, start, raw, h, _ in self.session.run(query, (self.mark, entry.ledger, entry.id, entry.event)):
            there = codec.decode(entry.ledger, raw)[0]
            if there == entry._replace(recorded_at=there.recorded_at):
                return Receipt(entry.id, self.place(self.mark, entry.ledger, month), start, h, there.recorded_at)
        return None

    # Reading

    def heads(self, noun: str) -> dict[str, Head]:
        """How far a ledger goes at each site that may be seen."""
        query = "select mark, n, file, size, h, recorded_at from svc.head where noun = %s and n > 0 order by mark"
        return {mark: Head(*row) for mark, *row in self.session.run(query, (noun,))}

    def tail_positions(self, nouns: Sequence[str]) -> dict[str, Position]:
        """How far these ledgers go now, asked at once; those that are empty are not there."""
        query = "select noun, mark, n, file, h from svc.head where noun = any (%s) and n > 0 order by noun, mark"
        reached: dict[str, dict[str, list[Any]]] = {}
        for noun, mark, n, file, h in self.session.run(query, (list(nouns),)):
            reached.setdefault(noun, {})[mark] = [n, file, h]
        return {noun: _position(heads) for noun, heads in reached.items()}

    def tail_position(self, noun: str) -> Position | None:
        """How far the ledger goes now, at all sites; None while it is empty."""
        return self.tail_positions([noun]).get(noun)

    def position_after(self, noun: str, last: Located) -> Position:
        """How far the last `read` of the ledger came."""
        return _position(self._reached[noun])

    def read(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """The entries of a ledger in the order of recording, site by site, behind `since`.

        Damaged where the server no longer has what `since` tells of.
        """
        before: dict[str, list[Any]] = json.loads(since.h) if since else {}
        reached = {mark: list(head) for mark, head in before.items()}
        self._reached[noun] = reached
        heads = self.heads(noun)
        for mark in sorted({*heads, *before}):
            n, file, h = before.get(mark, (0, "", chain.GENESIS))
            if mark in heads and (heads[mark].n, heads[mark].h) == (n, h):
                continue  # nothing new there
            self._check(noun, mark, n, file, h)
            for located, number in self._rows(noun, mark, n, file):
                reached[mark] = [number, site_and_file(located.file)[1], located.h]
                yield located

    def site_end(self, noun: str) -> Position | None:
        """How far the ledger of this one's own site goes, as a desk of files would say it."""
        head = self.heads(noun).get(self.mark)
        return Position(head.file, head.size, head.h) if head else None

    def site_rows(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """The rows of this ledger's own site behind `since`; Damaged where the row that ended there is not here."""
        n = 0
        if since is not None:
            query = "select n from svc.entry where mark = %s and noun = %s and month = %s and h = %s"
            found = self.session.run(query, (self.mark, noun, month_of(since.file), since.h))
            if not found:
                raise self._gone(noun, self.mark, since.file)
            n = found[0][0]
        for located, _ in self._rows(noun, self.mark, n, since.file if since else "", whole=True):
            yield located._replace(file=site_and_file(located.file)[1])

    def _check(self, noun: str, mark: str, n: int, file: str, h: str) -> None:
        if n == 0:
            return
        query = "select h from svc.entry where mark = %s and noun = %s and month = %s and n = %s"
        if self.session.run(query, (mark, noun, month_of(file), n)) != [(h,)]:
            raise self._gone(noun, mark, file)

    def _gone(self, noun: str, mark: str, file: str) -> Damaged:
        what = Text(
            f"{noun}: the row up to which it was read is not there any more: entries are missing or changed",
            f"{noun}：上次读到的记录已不存在：有记录缺失或被改动",
        )
        return Damaged(what, _VERIFY, place=self._shown(mark, file))

    def _rows(self, noun: str, mark: str, n: int, file: str, whole: bool = False) -> Iterator[tuple[Located, int]]:
        """Rows behind the n-th; those that were set aside (`svc.store.postgres.repair`) are among them where it is `whole`."""
        query = "select month, n, start, line, raw from svc.entry e where mark = %s and noun = %s and month >= %s and n > %s" + (
            "" if whole else " and not exists (select from svc.aside a where a.mark = e.mark and a.noun = e.noun and a.n = e.n)"
        ) + " order by month, n"
        first = month_of(file) if file else date(1, 1, 1)
        for month, number, start, line, raw in self.session.stream(query, (mark, noun, first, n)):
            place = self.place(mark, noun, month)
            try:
                entry, h = codec.decode(noun, raw)
            except codec.BadRow as bad:
                raise Damaged(bad.what, _VERIFY, place=f"{place}:{line + bad.line}:{bad.column}") from None
            yield Located(entry, place, start, line, h, raw), number

    def line_at(self, file: str, offset: int) -> int:
        """The line (from 1) at which a row would stand in its file."""
        mark, name = site_and_file(file)
        query = "select line from svc.entry where mark = %s and noun = %s and month = %s and start = %s"
        found = self.session.run(query, (mark, _noun(name), month_of(name), offset))
        return int(found[0][0]) if found else 0

    # Files, as seals and messages name them

    def volume(self) -> int:
        """Not known without counting: nothing is told of how much there is."""
        return 0

    def files(self, noun: str) -> list[str]:
        """The month files that the ledger would have, site by site, oldest first."""
        query = (
            "select h.mark, m::date from svc.head h,"
            " generate_series((select min(month) from svc.entry where noun = h.noun), %s::date, interval '1 month') m"
            " where h.noun = %s and exists (select from svc.entry e where e.mark = h.mark and e.noun = h.noun and e.month = m::date)"
            " order by 1, 2"
        )
        last = max((month_of(head.file) for head in self.heads(noun).values()), default=None)
        return [self.place(mark, noun, month) for mark, month in self.session.run(query, (last, noun))] if last else []

    def position(self, noun: str, file: str) -> Position | None:
        """How far one file would go."""
        mark, name = site_and_file(file)
        query = (
            "select start + length(raw), h from svc.entry where mark = %s and noun = %s and month = %s"
            " order by n desc limit 1"
        )
        found = self.session.run(query, (mark, noun, month_of(name)))
        return Position(file, *found[0]) if found else None

    def ends(self) -> list[Position]:
        """Where each ledger ends now, at each site."""
        query = "select mark, file, size, h from svc.head where n > 0 order by mark, noun"
        return [Position(self._shown(mark, file), size, h) for mark, file, size, h in self.session.run(query)]

    def h_at(self, file: str, size: int) -> str | None:
        """The `h` of the row that would end at that byte of a file; None where none does."""
        mark, name = site_and_file(file)
        query = "select h from svc.entry where mark = %s and noun = %s and month = %s and start + length(raw) = %s"
        found = self.session.run(query, (mark, _noun(name), month_of(name), size))
        return str(found[0][0]) if found else None

    def holds(self, file: str, size: int, h: str) -> bool:
        """Whether a row with this `h` ends at that byte of a file."""
        mark, name = site_and_file(file)
        query = "select 1 from svc.entry where mark = %s and noun = %s and month = %s and h = %s and start + length(raw) = %s"
        return bool(self.session.run(query, (mark, _noun(name), month_of(name), h, size)))

    @staticmethod
    def _shown(mark: str, file: str) -> str:
        return f"{mark}/{file}" if mark else file

    def place(self, mark: str, noun: str, month: date) -> str:
        row = ledgers.ledger(noun)
        return self._shown(mark, f"{row.folder}/{month:%Y-%m}.{row.form}")


def _nothing_written() -> Busy:
    return Busy(
        Text("the connection was lost; nothing was written", "连接中断，没有写入任何内容"),
        Text("repeat the command", "请再执行一次"),
    )


def _position(heads: dict[str, list[Any]]) -> Position:
    total = sum(head[0] for head in heads.values())
    return Position("sites", total, json.dumps(heads, sort_keys=True))


def _noun(file: str) -> str:
    folder = file.partition("/")[0]
    found = next((row.noun for row in ledgers.TABLE.values() if row.folder == folder), None)
    if found is None:
        raise SvcError(Text(f"{file} is no file of a ledger", f"{file} 不是台账文件"))
    return found
