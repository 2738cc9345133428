"""Is what the server holds what was recorded? Every row of every site that may be seen, each problem with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from svc.domain import ledgers
from svc.named import NamedTuple
from svc.store import access_checks as access
from svc.store.place import Problem, Progress
from svc.store.postgres.ledger import PostgresLedger
from svc.store.postgres.registers import PostgresDocuments, PostgresRegisters
from svc.store.postgres.session import Session
from svc.store.rows import chain, codec
from svc.store.seals import Seals
from svc.text import Text

_ROWS = (
    "select month, n, start, line, raw, prev, id, event, at, recorded_at, staff, login from svc.entry"
    " where mark = %s and noun = %s order by month, n"
)


class _Stored(NamedTuple):
    """A row of the table: the bytes, and what stands in columns beside them."""

    month: date
    n: int
    start: int
    line: int
    raw: bytes
    prev: str
    id: str
    event: str
    at: Any
    recorded_at: Any
    staff: str
    login: str


def problems(ledger: PostgresLedger, progress: Progress | None = None) -> Iterator[Problem]:
    """Everything that is wrong, site by site; memory does not grow with the ledgers."""
    session = ledger.session
    total = session.run("select coalesce(sum(size), 0)::bigint from svc.head")[0][0]
    done = 0
    logins = _Logins(session)
    aside = {(mark, noun, n): login for mark, noun, n, login in session.run("select mark, noun, n, login from svc.aside")}
    for mark, name in ledger.sites.items():
        for noun in ledgers.TABLE:
            walk = _Walk(mark, name, noun, logins, aside)
            for row in session.stream(_ROWS, (mark, noun)):
                stored = _Stored(*row)
                yield from walk.row(stored)
                done += len(stored.raw)
                if progress:
                    progress(done, total)
            yield from walk.end(session)
    documents = PostgresDocuments(session)
    yield from Seals(ledger, documents).problems()
    yield from access.problems(ledger, PostgresRegisters(session, ledger), documents)


class _Logins:
    """Whose login each is, or ever was, and which may record for others."""

    def __init__(self, session: Session) -> None:
        self._own = set(session.run("select staff, login from svc.staff_login"))
        self._deputies = {login for (login,) in session.run("select distinct login from svc.member where deputy")}

    def may(self, login: str, staff: str) -> bool:
        """Whether entries of a member of staff may come from that login."""
        return login in self._deputies or (staff, login) in self._own


class _Walk:
    """One ledger of one site, from its first row on."""

    def __init__(self, mark: str, name: str, noun: str, logins: _Logins, aside: Mapping[tuple[str, str, int], str]) -> None:
        self._aside = aside
        self.mark, self.name, self.noun, self._logins = mark, name, noun, logins
        self.h, self.n, self.file, self.size, self.line = chain.GENESIS, 0, "", 0, 0

    def row(self, stored: _Stored) -> Iterator[Problem]:
        """What is wrong with a row, and with how it follows the one before."""
        table = ledgers.ledger(self.noun)
        file = f"{table.folder}/{stored.month:%Y-%m}.{table.form}"
        if file != self.file:
            head = codec.header_before(self.noun, stored.start)
            self.file, self.size, self.line = file, len(head), 1 + head.count(b"\n")
        place = self._place(stored.line)
        if stored.n != self.n + 1:
            what = Text("rows are missing before it", "前面缺少记录")
            yield Problem(place, "n", what, str(stored.n), str(self.n + 1))
        yield from self._bytes(place, stored)
        if (stored.start, stored.line) != (self.size, self.line):
            yield Problem(place, "start", Text("it does not stand where it would", "位置不对"), None, None)
        self.n, self.size = stored.n, stored.start + len(stored.raw)
        self.line = stored.line + stored.raw.count(b"\n")

    def _bytes(self, place: str, stored: _Stored) -> Iterator[Problem]:
        try:
            entry, h = codec.decode(self.noun, stored.raw)
            row = codec.split(self.noun, stored.raw)[0]
        except codec.BadRow as bad:
            if (self.mark, self.noun, stored.n) in self._aside and self._follows(stored):
                return
            yield Problem(place, bad.field, bad.what, None, None)
            self.h = ""
            return
        by = self._aside.get((self.mark, self.noun, stored.n))
        if by is not None:
            what = Text(f"set aside by the login {by}, although it can be read", f"可以读取，却被登录名 {by} 搁置")
            yield Problem(place, None, what, None, entry.id)
        previous = self.h or stored.prev  # behind an unreadable row, what it says of itself
        if stored.prev != previous or not chain.checker(self.name, self.file)(previous, row, h):
            what = Text("changed, or it does not follow from the row before", "被改动，或与前一条接不上")
            yield Problem(place, "h", what, h, None)
        beside = (stored.id, stored.event, stored.at, stored.recorded_at, stored.staff)
        within = (entry.id, entry.event, entry.at, entry.recorded_at, entry.by)
        for name, column, value in zip(codec.COMMON, beside, within, strict=True):
            if column != value:
                what = Text("the column says something else than the row", "列与原始记录不一致")
                yield Problem(place, name, what, str(value), str(column))
        if not self._logins.may(stored.login, entry.by):
            what = Text(f"recorded by the login {stored.login}, which is not {entry.by}'s", f"由登录名 {stored.login} 写入，不是 {entry.by} 的登录名")
            yield Problem(place, "by", what, None, entry.by)
        self.h = h

    def _follows(self, stored: _Stored) -> bool:
        """Whether a row that cannot be read stands as the server took it."""
        tail = len(codec.finish(self.noun, b"", chain.GENESIS))
        row, h = stored.raw[:-tail], stored.raw[-tail:]
        found = chain.link(self.name, self.file, self.h or stored.prev, row)
        self.h = found
        return h == codec.finish(self.noun, b"", found)

    def end(self, session: Session) -> Iterator[Problem]:
        """Whether the ledger ends where the server says that it does."""
        query = "select n, h from svc.head where mark = %s and noun = %s"
        found = session.run(query, (self.mark, self.noun))
        n, h = found[0] if found else (0, chain.GENESIS)
        if n != self.n or (self.h and h != self.h):
            what = Text("it does not end where it ended: entries are missing", "末尾与记录的不一致：有记录缺失")
            yield Problem(self._place(self.line), None, what, str(n), str(self.n))

    def _place(self, line: int) -> str:
        shown = f"{self.mark}/{self.file}" if self.mark else self.file or self.noun
        return f"{shown}:{line}"
