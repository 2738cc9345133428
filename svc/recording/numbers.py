"""The numbers that other systems and lists have for what is recorded here: any text, kept apart from the ledgers.

They are shown, searched and completed, and they are the key under which a list is imported again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svc.desk.open import Desk
from svc.domain import correction, ledgers
from svc.domain.entry import Entry
from svc.text import Text, say

REGISTER = "number"
LONGEST = 80


class Numbers:
    """The numbers of a desk, with those that an import brings."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ids: dict[tuple[str, str], str] | None = None
        self._new: dict[str, tuple[str, str]] = {}

    def id_of(self, noun: str, number: str) -> str | None:
        """The id of the `noun` that has a number; None where nothing has it."""
        return self._known().get((noun, number))

    def add(self, noun: str, id: str, number: str) -> None:
        """Give what has an id a number."""
        key = (noun, number)
        if self._known().setdefault(key, id) == id and (noun, number, id) not in self._kept:
            self._new[id] = key

    @property
    def new(self) -> Mapping[str, dict[str, str]]:
        """The rows that the register gets."""
        return Rows(self._new)

    def _known(self) -> dict[tuple[str, str], str]:
        if self._ids is None:
            rows = self._desk.registers.load(REGISTER)
            self._ids = {(row.get("noun", ""), row.get("number", "")): id for id, row in rows.items()}
            self._kept = {(noun, number, id) for (noun, number), id in self._ids.items()}
        return self._ids


class Rows(Mapping[str, dict[str, str]]):
    """Rows of the register by id, each made when it is asked for."""

    def __init__(self, numbers: Mapping[str, tuple[str, str]]) -> None:
        self._numbers = numbers

    def __getitem__(self, id: str) -> dict[str, str]:
        noun, number = self._numbers[id]
        return {"noun": noun, "number": number}

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def corrected(recorded: Sequence[Entry], new: Entry, by: str) -> Entry | None:
    """The correction that makes of what opened a case what a list says of it now; None where it says the same.

    What the list does not say (any more) stays as it was.
    """
    target = next((one for one in correction.targets_of(new.ledger) if one.event == new.event), None)
    before = next((one for one in correction.effective(recorded) if one.event == new.event), None)
    if target is None or before is None:
        return None
    fields: dict[str, Any] = {
        name: value for name, value in new.fields.items() if name in target.fields and before.get(name) != value
    }
    if target.time and before.at != new.at:
        fields[target.time] = new.at
    if not fields:
        return None
    reason = say(Text("the list says so, imported again", "再次导入的表格如此记载"))
    return Entry(new.ledger, correction.EVENT, new.id, new.recorded_at, new.recorded_at, by, {**fields, "reason": reason})


def opens(entry: Entry) -> bool:
    """Whether an entry opens a case that may be corrected."""
    return ledgers.creates(entry.ledger, entry.event) and bool(correction.targets_of(entry.ledger))


def shown(desk: Desk, id: str) -> Mapping[str, str]:
    """The row of an id: the number that its list had for it."""
    return desk.registers.load(REGISTER).get(id, {})
