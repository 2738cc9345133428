"""One connection to the server: opened when first needed, and what can go wrong with it in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors as pg

from svc.errors import BadInput, Busy, Conflict, Damaged, NotPermitted, SvcError
from svc.text import Text

T = TypeVar("T")


class Session:
    """A connection that knows its address. Errors of the server leave as `svc.errors`; a lost connection as Lost."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.patience = 30.0
        """Seconds in which a lost server may come back, or its standby take over, before we give up."""
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The open connection; Busy where the server cannot be reached, BadInput where it does not let us in."""
        if self._connection is None or self._connection.closed:
            self._connection = connect(self.url)
        return self._connection

    def run(self, query: str, values: Sequence[object] | dict[str, object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query (none for a command)."""
        with in_words():
            cursor = self.connection.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def stream(self, query: str, values: Sequence[object], at_once: int = 2000) -> Iterator[tuple[Any, ...]]:
        """The rows of a large query, so many at a time: memory stays flat."""
        with in_words(), self.connection.transaction(), self.connection.cursor("svc_rows") as cursor:
            cursor.itersize = at_once
            cursor.execute(query.encode(), values)
            yield from cursor

    @contextmanager
    def transaction(self, dry: bool = False) -> Iterator[None]:
        """All inside or nothing (`dry`: done and taken back); inside another one it is a part of that."""
        with in_words(), self.connection.transaction(force_rollback=dry):
            yield

    def again(self, deed: Callable[[], T]) -> T:
        """Do it on a new connection, for as long as the server (or its standby) may need to come back."""
        started = time.monotonic()
        while True:
            self.close()
            try:
                return deed()
            except (Busy, Lost):
                if time.monotonic() - started > self.patience:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        """Let go of the connection; it is opened again when needed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Lost(Busy):
    """The connection broke: whether what was under way was stored is not known yet."""


def connect(url: str) -> psycopg.Connection[Any]:
    """A new connection. The password belongs into ~/.pgpass or PGPASSWORD, not into the address."""
    try:
        connection = psycopg.connect(url, autocommit=True, application_name="svc", connect_timeout=10)
        connection.execute("set timezone to 'UTC'")
        return connection
    except psycopg.OperationalError as error:
        raise _unreachable(url, error) from None
    except psycopg.ProgrammingError as error:
        what = Text(f"no address of a desk: {error}".strip(), f"不是有效的数据库地址：{error}".strip())
        raise BadInput(what, Text("like postgresql://host/database", "形如 postgresql://主机/数据库")) from None


def _unreachable(url: str, error: psycopg.OperationalError) -> SvcError:
    reason = str(error).strip().split("\n")[-1]
    if error.sqlstate in ("28P01", "28000") or "authentication" in reason or "does not exist" in reason:
        return BadInput(
            Text(f"the server does not let us in: {reason}", f"数据库拒绝登录：{reason}"),
            Text("check user, database and ~/.pgpass", "请检查用户、数据库名和 ~/.pgpass"),
        )
    return Busy(
        Text(f"the server cannot be reached: {reason}", f"连不上数据库服务器：{reason}"),
        Text(
            "nothing was written; try again, or record on a desk of files and hand over later (svc desk sync)",
            "没有写入任何内容；请稍后再试，或先记在本地文件中，恢复后再移交（svc desk sync）",
        ),
    )


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever the server says, as an error of ours."""
    try:
        yield
    except psycopg.Error as error:
        raise _told(error) from None


def _told(error: psycopg.Error) -> SvcError:
    said = (error.diag.message_primary or str(error)).strip()
    if isinstance(error, pg.InsufficientPrivilege):
        hint = Text("the administrator lets somebody in with: svc desk add-member LOGIN --site MARK",
                    "由管理员授权：svc desk add-member 登录名 --site 代号")  # fmt: skip
        return NotPermitted(Text(f"the server refuses: {said}", f"数据库拒绝：{said}"), hint)
    if isinstance(error, (pg.UndefinedTable, pg.InvalidSchemaName, pg.UndefinedFunction)):
        return BadInput(
            Text(f"the database holds no desk of this program's: {said}", f"数据库里没有本版本的工作目录：{said}"),
            Text("make one: svc desk init postgresql://…; one of an older program: svc desk migrate postgresql://…",
                 "新建：svc desk init postgresql://…；旧版的请升级：svc desk migrate postgresql://…"),
        )
    if isinstance(error, pg.LockNotAvailable):
        return Busy(Text("somebody else is writing", "别人正在写入"), Text("repeat the command", "请再执行一次"))
    return _by_code(error, said)


def _by_code(error: psycopg.Error, said: str) -> SvcError:
    again = Text("repeat the command", "请再执行一次")
    code = error.sqlstate or ""
    if code in ("SVC01", "SVC03", "40001", "40P01", "23505"):
        return Conflict(Text(f"somebody else was faster: {said}", f"别人抢先写入：{said}"), again)
    if code == "SVC04":
        hint = Text("record there; its entries come with: svc desk sync", "请在该网点记录，再用 svc desk sync 移交")
        return Conflict(Text(said, f"该网点在自己的目录上记录：{said}"), hint)
    if code == "23514":
        hint = Text("is this program newer or older than the server's desk? svc desk migrate URL",
                    "本机程序与服务器的版本是否不同？管理员执行：svc desk migrate URL")  # fmt: skip
        return Conflict(Text(f"the server does not take it: {said}", f"数据库拒绝写入：{said}"), hint)
    if code == "SVC02":
        hint = Text("see: svc ledger verify, on both desks", "请在两处分别执行：svc ledger verify")
        return Damaged(Text(f"the entries do not follow: {said}", f"记录接不上：{said}"), hint)
    if isinstance(error, psycopg.OperationalError) and not code.startswith(("53", "54")):
        return Lost(Text(f"the connection was lost: {said}", f"连接中断：{said}"), again)
    if code.startswith("53"):
        return Busy(Text(f"the server has no room: {said}", f"服务器资源不足：{said}"), again)
    return Damaged(
        Text(f"the server says: {said}", f"数据库报告：{said}"), Text("tell the administrator", "请告知管理员")
    )
