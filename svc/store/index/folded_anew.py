"""Whether what the index keeps of folded cases (what waits, what is open, cases in brief) is what its own rows make.

The rows themselves are held against the ledgers by whoever walks along these (`svc.store.index.witness`): what follows from rows
that are right is right. So nobody has to wait for the other: where there is much, and a core for it, another process does this
meanwhile (`python -m svc.store.index.folded_anew INDEX`).
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from svc.store.index import compare, standing, tables

MUCH = 8_000_000
"""Bytes of an index from which on another process is begun: starting one costs as much as folding some thousand entries."""


def state_if_right(path: Path) -> str:
    """Of which state of an index (`state`) it is so; nothing where something differs."""
    with closing(beside(path)) as db:
        db.execute("drop table also")  # the index's own is asked
        found = state(db)
        standing.everything(db)
        return "" if any(compare.differing(db, table) for table in compare.FOLDED) else found


def beside(path: Path) -> sqlite3.Connection:
    """An empty index in memory, with one state of that one `kept` beside it: what is no table here is asked of that one."""
    db = sqlite3.connect(":memory:", isolation_level=None, uri=True)
    tables.create(db, "")
    tables.add_keys(db)
    for table in ("entry", "undone"):
        db.execute(f"drop table {table}")
    db.execute("attach ? as kept", (f"{path.resolve().as_uri()}?mode=ro",))
    db.execute("begin")  # one state of it, whatever is recorded meanwhile
    return db


def state(db: sqlite3.Connection) -> str:
    """How far the index that is `kept` there follows each ledger."""
    return json.dumps(db.execute("select noun, file, size, h from kept.stamp order by noun").fetchall())


class FoldedAnew:
    """Looks from now on; `answer` waits for what `state_if_right` says, and looks itself where nobody else could."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._other = _another(path) if path.stat().st_size > MUCH and _cores() > 1 else None

    def answer(self) -> str:
        """Of which state of the index it is right; nothing where something differs."""
        said = self._other.communicate()[0].decode() if self._other else ""
        return said if self._other and self._other.returncode == 0 else state_if_right(self._path)

    def close(self) -> None:
        """Let go of it, whether somebody waited for the answer or not."""
        if self._other and self._other.returncode is None:
            self._other.kill()
            self._other.communicate()


def _another(path: Path) -> subprocess.Popen[bytes] | None:
    """Another process that looks; None where none may be started."""
    program = [sys.executable, "-P", "-m", __name__, str(path)]
    try:
        return subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except (OSError, ValueError):
        return None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    gc.set_threshold(500_000)  # as the program itself does
    sys.stdout.write(state_if_right(Path(sys.argv[1])))
