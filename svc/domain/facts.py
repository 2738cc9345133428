"""Facts: what the rules judge on, each with the entry it comes from."""

from __future__ import annotations

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


Facts = dict[str, Fact]

UNKNOWN = Fact(None)


def when(entry: Entry | None) -> Fact:
    """The instant at which an entry happened, not known where there is none."""
    return Fact(entry.at, entry) if entry else UNKNOWN


def field(entry: Entry | None, name: str) -> Fact:
    """A field of an entry, not known where there is no entry or it does not carry it."""
    return Fact(entry.get(name), entry) if entry else UNKNOWN
