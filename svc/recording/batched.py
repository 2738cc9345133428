"""What is about to be recorded together, as whoever checks it asks for it; in memory, where it was typed.

What a list brings lies in a temporary file and gives the same answers (`svc.recording.on_disk`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.sequence import usual
from svc.named import NamedTuple

Id = tuple[str, str]
"""Ledger and id."""


class Made(NamedTuple):
    """An entry that is to be recorded, what it comes from (nothing: it was typed), and its place in the batch."""

    source: Any
    entry: Entry
    n: int = -1


class Coming(Protocol):
    """The entries of a batch, as whoever checks them asks for them; several of one id in `usual` order."""

    def add(self, made: Made) -> None: ...
    def put(self, made: Made) -> None:
        """Let it take the place of what has its `n`."""
        ...

    def drop(self, gone: Iterable[Made]) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Made]:
        """All, in `usual` order."""
        ...

    def events(self) -> Collection[tuple[str, str]]:
        """The ledgers and events that there are."""
        ...

    def of(self, noun: str, event: str | None = None) -> Iterator[Made]:
        """Those of a ledger, or of one of its events, in the order in which they came."""
        ...

    def in_time(self, events: Collection[tuple[str, str]]) -> Iterator[Made]:
        """Those of some ledgers and events, in `usual` order."""
        ...

    def groups(self) -> Iterator[dict[Id, list[Made]]]:
        """All by their ids, some ids at a time; what is put or dropped meanwhile must be of those given last."""
        ...

    def repeating(self) -> Iterator[tuple[list[Id], set[Id]]]:
        """All ids, some at a time, with those of which two entries may be of one event and minute."""
        ...

    def group(self, key: Id) -> Sequence[Made]: ...
    def keys(self) -> Iterator[Id]: ...
    def has(self, key: Id) -> bool: ...
    def children(self, noun: str, parent: str) -> Sequence[str]:
        """The ids of a ledger that belong to a parent, in the order in which they came."""
        ...


def _usual(made: Made) -> tuple[int, int]:
    return usual(made.entry)


def parent_of(entry: Entry) -> str | None:
    """The id of what an entry's case belongs to, where it says so itself."""
    link = ledgers.TABLE[entry.ledger].link
    return entry.get(link) if link else None


class InMemory:
    """A few entries."""

    def __init__(self) -> None:
        self._all: dict[int, Made] = {}
        self._groups: dict[Id, list[Made]] | None = None

    def add(self, made: Made) -> None:
        self.put(made._replace(n=len(self._all)))

    def put(self, made: Made) -> None:
        self._all[made.n] = made
        self._groups = None

    def drop(self, gone: Iterable[Made]) -> None:
        for made in gone:
            del self._all[made.n]
        self._groups = None

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Made]:
        return iter(sorted(self._all.values(), key=_usual))

    def events(self) -> Collection[tuple[str, str]]:
        return {(made.entry.ledger, made.entry.event) for made in self._all.values()}

    def of(self, noun: str, event: str | None = None) -> Iterator[Made]:
        return (m for m in [*self._all.values()] if m.entry.ledger == noun and event in (None, m.entry.event))

    def in_time(self, events: Collection[tuple[str, str]]) -> Iterator[Made]:
        return (made for made in self if (made.entry.ledger, made.entry.event) in events)

    def groups(self) -> Iterator[dict[Id, list[Made]]]:
        yield self._by_id()

    def _by_id(self) -> dict[Id, list[Made]]:
        if self._groups is None:
            self._groups = {}
            for made in self:
                self._groups.setdefault((made.entry.ledger, made.entry.id), []).append(made)
        return self._groups

    def repeating(self) -> Iterator[tuple[list[Id], set[Id]]]:
        yield [*self._by_id()], {*self._by_id()}

    def group(self, key: Id) -> Sequence[Made]:
        return self._by_id().get(key, ())

    def keys(self) -> Iterator[Id]:
        return iter(self._by_id())

    def has(self, key: Id) -> bool:
        return key in self._by_id()

    def children(self, noun: str, parent: str) -> Sequence[str]:
        return list(
            dict.fromkeys(made.entry.id for made in self if made.entry.ledger == noun and parent_of(made.entry) == parent)
        )


class ByIds(Mapping[Id, Sequence[Entry]]):
    """The entries of a batch by ledger and id."""

    def __init__(self, coming: Coming) -> None:
        self._coming = coming

    def __getitem__(self, key: Id) -> Sequence[Entry]:
        found = [made.entry for made in self._coming.group(key)]
        if not found:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self._coming.has(key)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Id]:
        return self._coming.keys()

    def __len__(self) -> int:
        return sum(1 for _ in self._coming.keys())  # noqa: SIM118 (no dict)

    def children(self, noun: str, parent: str) -> Sequence[str]:
        """The ids of a ledger that belong to a parent."""
        return self._coming.children(noun, parent)
