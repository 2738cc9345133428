"""Files that entries name, on the server: rows beside the entries, so that a backup of the database holds all of a desk."""

from __future__ import annotations

from collections.abc import Iterator

from svc.store.postgres.ledger import PostgresLedger
from svc.store.postgres.session import Session


class PostgresFiles:
    """The kept files of the sites that the login may see; put in at its own."""

    def __init__(self, session: Session, ledger: PostgresLedger) -> None:
        self._session, self._ledger = session, ledger

    def document(self, sha256: str) -> str:
        """How it is named in what is told of it."""
        return f"files/{sha256[:2]}/{sha256}"

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there, at any site that is seen."""
        return bool(self._session.run("select 1 from svc.file where sha256 = %s limit 1", (sha256,)))

    def read(self, sha256: str) -> bytes | None:
        """The bytes; None where they are not there."""
        found = self._session.run("select body from svc.file where sha256 = %s limit 1", (sha256,))
        return bytes(found[0][0]) if found else None

    def put(self, sha256: str, body: bytes) -> None:
        """Keep bytes at the login's site; those that are there already stay. The server makes the hash itself."""
        self._session.run("select svc.keep_file(%s, %s, %s)", (self._ledger.mark, sha256, body))

    def drop(self, sha256: str) -> None:
        """Let the bytes be gone from the login's site."""
        self._session.run("select svc.drop_file(%s, %s)", (self._ledger.mark, sha256))

    def kept(self) -> Iterator[str]:
        """The hashes of all that is seen, in order."""
        yield from (sha256 for (sha256,) in self._session.run("select distinct sha256 from svc.file order by 1"))
