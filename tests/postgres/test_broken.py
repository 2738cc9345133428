"""Connections cut, servers killed, a primary lost: what was acknowledged is there, once."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from svc.errors import Busy, SvcError
from svc.store.postgres.ledger import PostgresLedger
from svc.store.postgres.session import Session
from svc.store.postgres.verify import problems
from tests.conftest import Svc
from tests.postgres.fixtures import sql
from tests.postgres.server import Server, _nobody, folder
from tests.store.helpers import call

pytestmark = pytest.mark.long  # servers that are killed, and many writers


def put(url: str, number: int, patience: float = 30.0, many: int = 1) -> str:
    """One call logged on a connection of its own; its id once it is acknowledged."""
    session = Session(url)
    session.patience = patience
    ledger = PostgresLedger(session)
    try:
        with ledger.lock(60):
            entries = [call(n)._replace(by="S01") for n in range(number, number + many)]
            return str(ledger.append(entries, datetime.now(UTC))[0].id)
    finally:
        session.close()


def stored(url: str) -> list[str]:
    return [str(id) for (id,) in sql(url, "select id from svc.entry order by noun, n")]


class Cutter:
    """Stands between client and server on a socket, and cuts the line at a word of the client's."""

    def __init__(self, server: Server, place: Path, word: bytes, after: bool) -> None:
        self._target, self._word, self._after = server.folder / ".s.PGSQL.5432", word, after
        self.cuts = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(place / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._target))
            threading.Thread(target=self._pump, args=(client, server), daemon=True).start()

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        armed = threading.Event()

        def answers() -> None:
            while data := _read(server):
                if armed.is_set():
                    break  # the server has done it; its answer never arrives
                client.sendall(data)
            _close(client, server)

        threading.Thread(target=answers, daemon=True).start()
        while data := _read(client):
            if self._word in data and self.cuts == 0:
                self.cuts += 1
                if not self._after:
                    break
                armed.set()
            try:
                server.sendall(data)
            except OSError:
                break
        _close(client, server)


def _read(one: socket.socket) -> bytes:
    try:
        return one.recv(65536)
    except OSError:
        return b""


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.fixture
def cut(postgres: Server) -> Iterator[Callable[[str, bytes, bool], tuple[str, Cutter]]]:
    with folder() as place:
        def make(url: str, word: bytes, after: bool) -> tuple[str, Cutter]:
            return url.replace(str(postgres.folder), str(place)), Cutter(postgres, place, word, after)

        yield make


@pytest.mark.parametrize(
    ("word", "many"),
    [(b"COMMIT", 2), (b"svc.append", 1), (b"svc.append", 2), (b"BEGIN", 2), (b"pg_try_advisory_lock", 1), (b"pg_advisory_unlock", 1)],
)
@pytest.mark.parametrize("after", [False, True])
def test_a_line_that_is_cut_leaves_an_entry_once_or_says_so(
    pg_url: str, cut: Callable[[str, bytes, bool], tuple[str, Cutter]], word: bytes, many: int, after: bool
) -> None:
    url, cutter = cut(pg_url, word, after)
    try:
        receipt = put(url, 1, many=many)
    except Busy as busy:
        receipt = None
        assert "nothing was written" in busy.what.en or "lost" in busy.what.en
    assert cutter.cuts == 1
    assert stored(pg_url) == ([f"C2611-{n + 1:04}" for n in range(many)] if receipt else [])
    if after and (word, many) in ((b"COMMIT", 2), (b"svc.append", 1)):
        assert receipt == "C2611-0001"  # the server had it, and we found out
    assert put(url, 3) == "C2611-0003"  # and it goes on
    assert list(problems(PostgresLedger(Session(pg_url)))) == []


def test_a_server_that_is_killed_loses_nothing_acknowledged() -> None:
    pytest.importorskip("psycopg")
    with folder() as place:
        one = _server(place)
        try:
            url = _desk(one)
            acknowledged = _under_fire(url, lambda: (one.stop("immediate"), one.start()), 40)
            _nothing_lost(url, acknowledged)
        finally:
            one.stop()


def test_a_standby_takes_over_with_all_that_was_acknowledged() -> None:
    pytest.importorskip("psycopg")
    with folder() as first, folder() as second:
        primary = _server(first, "-c synchronous_standby_names=* -c synchronous_commit=remote_apply")
        standby = Server(second)
        try:
            standby.run("pg_basebackup", "-D", str(standby.data), "-h", str(first), "-U", "boss", "-R", "-X", "stream")
            standby.start()
            _until(lambda: sql(primary.url("postgres"), "select count(*) from pg_stat_replication where sync_state = 'sync'") == [(1,)])
            _desk(primary)

            def fail_over() -> None:
                primary.stop("immediate")
                standby.run("pg_ctl", "-D", str(standby.data), "-w", "promote")

            both = f"postgresql://boss@/desk?host={first},{second}&port=5432,5432&target_session_attrs=read-write"
            acknowledged = _under_fire(both, fail_over, 40)
            _nothing_lost(standby.url("desk"), acknowledged)
        finally:
            primary.stop()
            standby.stop()


def _server(place: Path, options: str = "") -> Server:
    from tests.postgres.server import found

    if not (found("initdb") and found("pg_basebackup")):
        pytest.skip("no PostgreSQL server on this machine (apt-get install postgresql)")
    one = Server(place, options)
    one.make()
    if os.getuid() == 0:
        shutil.chown(place, _nobody())
    return one.start()


def _desk(one: Server) -> str:
    from svc.sites import found as found_desk

    sql(one.url("postgres"), "create database desk")
    desk, _ = found_desk(one.url("desk"), "Head", "S01")
    desk.ledger.session.close()
    return one.url("desk")


def _until(ready: Callable[[], bool]) -> None:
    for _ in range(1800):  # three minutes
        if ready():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


def _under_fire(url: str, blow: Callable[[], object], many: int) -> list[str]:
    """Many writers, a blow in the middle of it; what was acknowledged, before and after."""
    acknowledged: list[str] = []

    def write(number: int) -> None:
        try:
            acknowledged.append(put(url, number))
        except SvcError:
            time.sleep(0.5)  # not acknowledged: whoever types it looks, and does something else first

    with ThreadPoolExecutor(8) as writers:
        futures = [writers.submit(write, number) for number in range(1, many + 1)]
        _until(lambda: len(acknowledged) >= 5)
        blow()
        for future in futures:
            future.result()
    acknowledged.append(put(url, many + 1))  # and it goes on
    return acknowledged


def _nothing_lost(url: str, acknowledged: list[str]) -> None:
    there = stored(url)
    assert len(set(there)) == len(there) and set(acknowledged) <= set(there)
    assert list(problems(PostgresLedger(Session(url)))) == []


def test_sixty_four_writers_at_once(pg_url: str) -> None:
    with ThreadPoolExecutor(64) as writers:
        acknowledged = list(writers.map(lambda n: put(pg_url, n), range(1, 129)))
    assert sorted(acknowledged) == sorted(stored(pg_url)) and len(set(acknowledged)) == 128
    assert list(problems(PostgresLedger(Session(pg_url)))) == []


@pytest.mark.parametrize("word", [b"svc.keep_rows", b"svc.append", b"COMMIT"])
@pytest.mark.parametrize("after", [False, True])
def test_a_strangers_number_and_his_call_are_there_together_or_not_at_all(
    on_server: Svc, pg_url: str, cut: Callable[[str, bytes, bool], tuple[str, Cutter]], word: bytes, after: bool
) -> None:
    url, cutter = cut(pg_url, word, after)
    log = "call log --channel phone --from 13900000009 --kind consult --summary asks"
    on_server.environ["SVC_DESK"] = url
    done = on_server.run(*shlex.split(log))
    assert cutter.cuts == 1
    calls, callers = stored(pg_url), sql(pg_url, "select id from svc.register where noun = 'caller'")
    assert [(id,) for id in calls] == callers, (done.err, word, after)
    assert (done.code == 0) == bool(calls)
    on_server.environ["SVC_DESK"] = pg_url
    on_server(log)  # the next one gets an id all the same
    assert len(stored(pg_url)) == len(calls) + 1
