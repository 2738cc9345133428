"""What the index still knows of a ledger that was changed: the rows as they were recorded.

A witness, not the truth: what it says counts only where the chain proves it (a row whose `h` follows
from the row before is the row that was recorded). An index that is missing, old or broken knows nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from svc.store.place import Position
from svc.store.rows import codec


class IndexEvidence:
    """The index of a desk, asked about whole files; each is read once, when it is first asked about."""

    def __init__(self, data: Path) -> None:
        self._path = data / ".svc/index.sqlite"
        self._rows: dict[str, tuple[bytes, ...]] = {}
        self._by_h: dict[str, dict[str, bytes]] = {}

    def rows(self, file: str) -> tuple[bytes, ...]:
        """The rows of a file in order, as they were when they were read."""
        if file not in self._rows:
            found = self._ask("select raw from entry where file = ? order by place", file)
            self._rows[file] = tuple(row[0] for row in found if isinstance(row[0], bytes))
        return self._rows[file]

    def files(self, noun: str) -> list[str]:
        """The files of a ledger that held rows."""
        return [str(row[0]) for row in self._ask("select distinct file from entry where noun = ?", noun)]

    def row(self, noun: str, file: str, h: str) -> bytes | None:
        """The row that had this `h` (what is hashed of it)."""
        if file not in self._by_h:
            self._by_h[file] = {}
            for raw in self.rows(file):
                try:
                    row, known = codec.split(noun, raw)
                except codec.BadRow:
                    continue
                self._by_h[file][known] = row
        return self._by_h[file].get(h)

    def end(self, noun: str) -> Position | None:
        """How far the ledger went when it was last read."""
        found = self._ask("select file, size, h from stamp where noun = ?", noun)
        return Position(str(found[0][0]), int(str(found[0][1])), str(found[0][2])) if found else None

    def _ask(self, query: str, *values: str) -> Sequence[tuple[object, ...]]:
        if not self._path.is_file():
            return ()
        try:
            with closing(sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
                return db.execute(query, values).fetchall()
        except sqlite3.Error:
            return ()
