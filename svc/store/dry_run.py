"""A place as a dry run has it: everything in it is read, what is written to it is checked and dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from svc.store.files.registers import refuse_known
from svc.store.handover import Side, check_follows
from svc.store.place import Documents, Files, Located, Place, Position, RegisterStore, Rows


def dry_run(place: Place) -> Place:
    """The same place, whose registers, documents and files stay as they are."""
    return place._replace(registers=DryRegisters(place.registers), documents=DryDocuments(place.documents), files=DryFiles(place.files))


class DryRegisters:
    """Registers that take rows and do not keep them."""

    def __init__(self, shelf: RegisterStore) -> None:
        self._shelf = shelf
        self.load: Callable[[str], dict[str, dict[str, str]]] = shelf.load
        self.signature: Callable[[str], str] = shelf.signature

    def add(self, noun: str, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Conflict where an id is taken; nothing is put in."""
        if noun != "caller":
            known = self._shelf.load(noun)
            refuse_known(noun, [id for id in rows if id in known])

    def save(self, noun: str, rows: Rows) -> None:
        """Nothing is changed."""


class DryDocuments:
    """Documents that can be replaced without being so."""

    def __init__(self, documents: Documents) -> None:
        self.read: Callable[[str], bytes | None] = documents.read
        self.names: Callable[[str], list[str]] = documents.names

    def keep(self, name: str, body: bytes, before: bytes | None) -> None:
        """Nothing is changed."""


class DryFiles:
    """Kept files to which nothing is added and of which nothing goes."""

    def __init__(self, files: Files) -> None:
        self.document: Callable[[str], str] = files.document
        self.has: Callable[[str], bool] = files.has
        self.read: Callable[[str], bytes | None] = files.read
        self.kept: Callable[[], Iterator[str]] = files.kept

    def put(self, sha256: str, body: bytes) -> None:
        """Nothing is kept."""

    def drop(self, sha256: str) -> None:
        """Nothing goes."""


class DrySide:
    """One end of a hand-over that takes nothing: each row is checked against the one before it."""

    def __init__(self, side: Side, name: str) -> None:
        self._side, self._name = side, name
        self._ends: dict[str, Position] = {}

    def site_end(self, noun: str) -> Position | None:
        """How far the ledger would go."""
        return self._ends.get(noun) or self._side.site_end(noun)

    def site_rows(self, noun: str, since: Position | None = None) -> Iterator[Located]:
        """The rows that are there behind a position."""
        return self._side.site_rows(noun, since)

    def adopt(self, noun: str, found: Sequence[Located]) -> None:
        """Damaged where the rows do not follow from what is here; they are not taken."""
        check_follows(self._name, noun, found, self.site_end(noun))
        last = found[-1]
        self._ends[noun] = Position(last.file, last.end, last.h)
