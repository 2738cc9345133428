"""Where a desk is kept, a folder of files or a database: what both can do. `svc.desk.places` opens either."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol


class Shelf(Protocol):
    """The registers: rows that may be changed."""

    def load(self, noun: str) -> dict[str, dict[str, str]]:
        """All rows by id."""

    def add(self, noun: str, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Put rows with new ids in."""

    def save(self, noun: str, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Let these be all rows."""

    def signature(self, noun: str) -> str:
        """Changes whenever the register does."""


class Documents(Protocol):
    """Whole texts by name: `rules.yaml`, `seals/2026-10.txt`."""

    def read(self, name: str) -> bytes | None:
        """The text of that name; None where there is none."""

    def keep(self, name: str, body: bytes, before: bytes | None) -> None:
        """Replace `before` (None: there was none) by `body`, wholly or not at all."""

    def names(self, folder: str) -> list[str]:
        """The names that begin with `folder/`, in order."""


class Place(NamedTuple):
    """Everything that a desk keeps, and where its cache may lie."""

    ledger: Any
    registers: Shelf
    documents: Documents
    cache: Path
    folder: Path | None = None
    clock: Callable[[], datetime] | None = None
    login: str | None = None
