"""Facts: what the rules judge on, each with the entry it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, KeysView, Mapping
from typing import Any

from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.text import Text


class Fact(NamedTuple):
    """A value and the entry that says so. A value of None is not known, which is never "no".

    `why` says why this value counts where several were recorded.
    """

    value: Any
    source: Entry | None = None
    why: Text | None = None

    @property
    def known(self) -> bool:
        return self.value is not None


Facts = Mapping[str, Fact]
Reads = Mapping[str, Callable[[Any], Any]]
"""What reads each fact of a case."""


class Told(Mapping[str, Fact]):
    """The facts of a case of which no entries were read: each is read off it when somebody asks."""

    __slots__ = ("_case", "_reads")

    def __init__(self, case: Any, reads: Reads) -> None:
        self._case, self._reads = case, reads

    def __getitem__(self, name: str) -> Fact:
        return Fact(self._reads[name](self._case))

    def get(self, name: str, otherwise: Any = None) -> Any:
        """The fact, or something else where the case tells nothing of it."""
        read = self._reads.get(name)
        return Fact(read(self._case)) if read else otherwise

    def keys(self) -> KeysView[str]:
        """The names of all that it tells."""
        return self._reads.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self._reads)

    def __len__(self) -> int:
        return len(self._reads)


UNKNOWN = Fact(None)


def when(entry: Entry | None) -> Fact:
    """The instant at which an entry happened, not known where there is none."""
    return Fact(entry.at, entry) if entry else UNKNOWN


def field(entry: Entry | None, name: str) -> Fact:
    """A field of an entry, not known where there is no entry or it does not carry it."""
    return Fact(entry.get(name), entry) if entry else UNKNOWN
