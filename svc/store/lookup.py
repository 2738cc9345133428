"""A register by id, of which most commands want a row or two and the reports of a month all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from svc.store.index import Index

if TYPE_CHECKING:
    from svc.store.place import Shelf

FEW = 200
"""Rows that are looked up one by one before the whole register is read."""

Row = Mapping[str, str]


class Lookup(Mapping[str, Row]):
    """The rows of a register as it is now."""

    def __init__(self, noun: str, index: Index, registers: Shelf) -> None:
        self._noun, self._index, self._registers = noun, index, registers
        self._few: dict[str, Row] = {}
        self._all: Mapping[str, Row] | None = None

    def __getitem__(self, id: str) -> Row:
        if self._all is not None:
            return self._all[id]
        if id not in self._few:
            if len(self._few) >= FEW:
                return self._whole()[id]
            self._few[id] = self._index.person(self._noun, id)
        if not self._few[id] and not self._index.known(self._noun, id):
            raise KeyError(id)
        return self._few[id]  # empty: erased, or written by hand without values

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def key_customers(self) -> Mapping[str, Row]:
        """Of the customers those with a key: found without reading the others."""
        return {id: self[id] for id in self._index.key_customers()}

    def _whole(self) -> Mapping[str, Row]:
        if self._all is None:
            self._all = self._registers.load(self._noun)
        return self._all
