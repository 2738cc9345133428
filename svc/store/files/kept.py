"""Files that entries name, in a desk's folder: `data/files/AB/ABCD…`, under the SHA-256 of their bytes.

Nobody opens them by their names: what a file was called is in its entry. Whoever writes holds the desk's lock; written
within `all_or_nothing`, bytes and entry are there together or not at all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from svc.store.files import durable
from svc.store.files.plain import open_to_read, read_all

FOLDER = "files"


class FolderFiles:
    """The kept files of one desk."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def document(self, sha256: str) -> str:
        """The file as seen from the data folder."""
        return f"{FOLDER}/{sha256[:2]}/{sha256}"

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        return self._path(sha256).is_file()

    def read(self, sha256: str) -> bytes | None:
        """The bytes; None where they are not there, Damaged where something else stands in their place."""
        try:
            descriptor = open_to_read(self._path(sha256))
        except FileNotFoundError:
            return None
        try:
            return read_all(descriptor, os.fstat(descriptor).st_size, 0)
        finally:
            os.close(descriptor)

    def put(self, sha256: str, body: bytes) -> None:
        """Keep bytes; those that are there already stay."""
        path = self._path(sha256)
        if not path.is_file():
            durable.make_folder(self._data / FOLDER)
            durable.make_folder(path.parent)
            durable.replace(path, body)

    def drop(self, sha256: str) -> None:
        """Let the bytes be gone."""
        if self.has(sha256):
            durable.remove(self._path(sha256))

    def kept(self) -> Iterator[str]:
        """The hashes of all that is there, in order; what a crash left half written (`.NAME.new`) is none."""
        for folder in sorted((self._data / FOLDER).glob("[0-9a-f][0-9a-f]")):
            yield from (path.name for path in sorted(folder.iterdir()) if re.fullmatch("[0-9a-f]{64}", path.name))

    def _path(self, sha256: str) -> Path:
        return self._data / self.document(sha256)
