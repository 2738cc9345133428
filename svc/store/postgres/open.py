"""A desk on PostgreSQL: the same ledgers, the same bytes, the same hashes, for a company with many sites."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from svc.errors import BadInput
from svc.store.place import Place, Problem, Progress
from svc.text import Text

if TYPE_CHECKING:
    from svc.store.postgres.session import Session


def session_of(url: str) -> Session:
    """A connection to be; BadInput, with what to install, where the driver is missing."""
    try:
        from svc.store.postgres.session import Session
    except ImportError:
        from svc.extras import adding

        install = adding("postgres")
        raise BadInput(
            Text("a desk on PostgreSQL needs the driver", "使用 PostgreSQL 需要驱动程序"),
            Text(f"install it: {install.en}", f"请安装：{install.zh}"),
        ) from None
    return Session(url)


def open_place(url: str, site: str | None = None, connected: Session | None = None) -> Place:
    """The desk at an address, as its login sees it; the cache lies with the person who looks.

    `site` is the mark of the site to record at ("-" for the one without a mark; None: the login's home).
    """
    connection = connected or session_of(url)
    from svc.store.postgres.files import PostgresFiles
    from svc.store.postgres.ledger import PostgresLedger  # needs the driver
    from svc.store.postgres.registers import PostgresDocuments, PostgresRegisters
    from svc.store.postgres.verify import problems

    ledger = PostgresLedger(connection, site)
    login = ledger.id.split(" ")[1]
    cache = cache_folder() / ledger.id.replace(" ", "-") / "index.sqlite"
    registers = PostgresRegisters(connection, ledger)
    documents, files = PostgresDocuments(connection), PostgresFiles(connection, ledger)

    def verify(progress: Progress | None = None) -> Iterator[Problem]:
        from svc.store import kept_files
        from svc.store.index import compare

        told = False
        for problem in problems(ledger, progress):
            told = True
            yield problem
        yield from kept_files.problems(ledger, files)
        yield from compare.problems(cache, ledger, registers, told)

    return Place(ledger, registers, documents, files, cache, verify, None, lambda: ledger.now, login)


def cache_folder() -> Path:
    """Where this user's caches lie: XDG_CACHE_HOME, ~/.cache, or the temporary folder where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME")
    if base:
        return Path(base) / "svc"
    try:
        return Path.home() / ".cache" / "svc"
    except RuntimeError:
        import tempfile

        return Path(tempfile.gettempdir()) / f"svc-{os.getuid()}"
