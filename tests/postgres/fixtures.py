"""One server for all tests of a worker; each test has a database of its own, copied from a made one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.postgres.server import Server, folder, found

if TYPE_CHECKING:
    from tests.conftest import Svc

NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    pytest.importorskip("psycopg", reason="svc[postgres] is not installed")
    if not (found("initdb") and found("postgres")):
        pytest.skip("no PostgreSQL server on this machine (apt-get install postgresql)")
    with folder() as path:
        one = Server(path).make().start()
        try:
            yield one
        finally:
            one.stop()


def sql(url: str, *statements: str) -> list[tuple[object, ...]]:
    """What the last of some statements gives."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def pg_template(postgres: Server) -> str:
    """A database with a new desk, to be copied: its making is tried by the first test that needs one."""
    from svc.sites import found as found_desk

    sql(postgres.url("postgres"), "create database made")
    desk, _ = found_desk(postgres.url("made"), "Head", "S01")
    desk.ledger.session.close()
    return "made"


@pytest.fixture
def pg_url(postgres: Server, pg_template: str) -> str:
    """The address of a fresh desk whose head S01 is `boss`."""
    name = f"d{next(NUMBERS)}"
    sql(postgres.url("postgres"), f"create database {name} template {pg_template}")
    return postgres.url(name)


@pytest.fixture
def pg_empty(postgres: Server) -> str:
    """The address of an empty database."""
    name = f"e{next(NUMBERS)}"
    sql(postgres.url("postgres"), f"create database {name}")
    return postgres.url(name)


@pytest.fixture
def on_server(pg_url: str, tmp_path: Path) -> Svc:
    """`svc` on a fresh desk in a database."""
    from tests.conftest import Svc

    svc = Svc(tmp_path)
    svc.environ.update(SVC_DESK=pg_url, XDG_CACHE_HOME=str(tmp_path / "cache"))
    return svc
