"""A register by id, of which most commands want a row or two and the reports of a month all of them.

A row is what holds on a day: what the register says, with the facts that changed from some day on as they were then
(ledger `change`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from svc.domain import merging
from svc.domain.entry import Entry
from svc.domain.ledgers import CHANGE
from svc.domain.nouns import change
from svc.domain.registers import unusable
from svc.errors import Damaged
from svc.store.index.lookups import Index
from svc.store.place import RegisterStore
from svc.text import Text

KEY = "key_every_days"
"""The fact by which a customer is a key customer (2.4)."""
FEW, SHARE = 200, 8
"""Rows that are looked up one by one before the whole register is read: FEW, of a bigger register one of SHARE."""

Row = Mapping[str, str]


class Source:
    """The rows of a register and the changes of its facts, as they are kept: read once, whatever day is asked for."""

    def __init__(self, noun: str, index: Index, registers: RegisterStore) -> None:
        self.noun, self.index, self._registers = noun, index, registers
        self.few: dict[str, Row] = {}
        self.all: Mapping[str, Row] | None = None
        self.undated: dict[str, Row] = {}
        """Rows that were looked up and never changed: the same on any day."""
        self._singly, self._many = 0, FEW
        self._lookups: dict[tuple[date, datetime | None], Lookup] = {}
        self._looked_at: set[str] = set()
        self._changes: dict[str, list[Entry]] = {}
        self.changed = index.has(CHANGE)
        self._all_changes = False
        self.merges = index.merges("customer") if self.changed and noun in ("customer", "machine") else []
        self.ever_merged = merging.in_the_end(self.merges)
        self._known_as_one = {*self.ever_merged, *self.ever_merged.values()}

    def at(self, day: date, known_at: datetime | None) -> Lookup:
        """The register on a day, by what was known; whoever asks for that day again is given what was found for it."""
        key = (day, known_at)
        if key not in self._lookups:
            self._lookups[key] = Lookup(self, day, known_at)
        return self._lookups[key]

    def row(self, id: str) -> Row:
        """The row of an id as it is kept; KeyError where the register holds none."""
        if self.all is not None:
            return self._usable(id, self.all[id])
        if id not in self.few:
            self._singly += 1
            if self._singly > self._many and not self._may_be_more():
                return self._usable(id, self.whole()[id])
            self.few[id] = self.index.person(self.noun, id)
        if not self.few[id] and not self.index.known(self.noun, id):
            raise KeyError(id)
        return self._usable(id, self.few[id])  # empty: erased, or written by hand without values

    def alone(self, id: str, row: Row) -> bool:
        """Whether neither a row nor the customer that it names was ever one with another."""
        return self._known_as_one.isdisjoint((id, row.get("customer")))

    def want(self, ids: Iterable[str]) -> None:
        """Look up many rows at once that will be asked for; those that the register does not hold are left out."""
        if self.all is None:
            missing = [id for id in ids if id not in self.few]
            self.few.update(self.index.people(self.noun, missing))
            if len(missing) > FEW:
                self._load_changes()

    def _may_be_more(self) -> bool:
        """Whether still more rows may be looked up one by one, as the register is so big."""
        if self.index.holds_rows(self.noun, SHARE * self._many):
            self._many *= 2
        return self._singly <= self._many

    def _usable(self, id: str, row: Row) -> Row:
        """The row; Damaged, with the place, where a hand left a value in it that cannot be reckoned with."""
        if id in self._looked_at:
            return row
        for field, what in unusable(self.noun, row):
            place = getattr(self._registers, "place", None)
            raise Damaged(
                what,
                Text(
                    f"mend the file by hand, or: svc {self.noun} edit {id} --{field.name.replace('_', '-')} …; svc ledger verify names all",
                    f"请手工改正文件，或执行 svc {self.noun} edit {id} --{field.name.replace('_', '-')} …；全部问题见 svc ledger verify",
                ),
                place=place(self.noun, id, field.name) if place else f"{self.noun} {id}",
            )
        self._looked_at.add(id)
        return row

    def whole(self) -> Mapping[str, Row]:
        """All rows as they are kept."""
        if self.all is None:
            self.all = self._registers.load(self.noun)
            self._load_changes()
        return self.all

    def changes(self, id: str) -> Sequence[Entry]:
        """The changes of a row in the order of recording, wages from where they stand apart."""
        if not self.changed:
            return ()
        if id not in self._changes:
            found = [] if self._all_changes else self.index.changes(self.noun, id)
            self._changes[id] = [self._meant(one) for one in found]
        return self._changes[id]

    def _load_changes(self) -> None:
        if self.changed and not self._all_changes:
            self._all_changes, self._changes = True, {}
            for one in self.index.changes(self.noun):
                self._changes.setdefault(one.get("subject"), []).append(self._meant(one))

    def _meant(self, one: Entry) -> Entry:
        """A change with what of it stands apart; one that only repeats what a merge says holds on no day, as the merge says it of every one.

        Until December 2026 merging wrote down, as so ever since, the facts and the machines that it took along that day.
        """
        if self.merges and one.event != merging.EVENT and not one.get("since") and any(self._repeats(one, merge) for merge in self.merges):
            return one._replace(fields={**one.fields, "since": change.NEVER})
        return self._with_secret(one)

    def _repeats(self, one: Entry, merge: Entry) -> bool:
        if (one.recorded_at, one.by) != (merge.recorded_at, merge.by):
            return False
        gone, stays = merge.get("subject"), merge.get("value")
        if self.noun == "machine":
            return bool((one.get("was"), one.get("value")) == (gone, stays))
        return one.get("subject") == stays and one.get("field") in merging.FILLED

    def _with_secret(self, one: Entry) -> Entry:
        if one.get("field") not in change.APART:
            return one
        kept = self._apart.get(one.id, {})
        return one._replace(fields={**one.fields, **{k: kept[k] for k in ("was", "value") if kept.get(k)}})

    @property
    def _apart(self) -> Mapping[str, Row]:
        if "_kept" not in self.__dict__:
            try:
                self._kept: Mapping[str, Row] = self._registers.load("wage")
            except PermissionError:  # not for this user of the computer
                self._kept = {}
        return self._kept


class Lookup(Mapping[str, Row]):
    """The rows of a register as they were on a day, by what was known at a moment (None: all that is known)."""

    def __init__(self, source: Source, day: date, known_at: datetime | None = None) -> None:
        self._source, self._day, self._known_at = source, day, known_at
        self._rows: dict[str, Row] = {}
        self._into = merging.in_the_end(source.merges, known_at)
        """Which customers are told as which, by what was known."""

    @classmethod
    def of(cls, noun: str, index: Index, registers: RegisterStore, day: date) -> Lookup:
        """A register of a desk as it is on a day."""
        return cls(Source(noun, index, registers), day)

    def on(self, day: date) -> Lookup:
        """The same register on another day, by what was known at the same moment."""
        return self._source.at(day, self._known_at)

    def known(self, moment: datetime | None) -> Lookup:
        """The same register on the same day, by what was known at another moment (None: all that is known)."""
        return self._source.at(self._day, moment)

    def __getitem__(self, id: str) -> Row:
        row = self._source.undated.get(id) or self._rows.get(id)
        if row is None:
            row = self._rows[id] = self._told(id, kept := self._source.row(id), self._source.row)
            if row is kept and self._source.alone(id, row) and not self._source.changes(id):
                self._source.undated[id] = row
        return row

    def get(self, id: str, otherwise: Any = None) -> Any:
        """The row of an id on the day."""
        row = self._source.undated.get(id)
        return super().get(id, otherwise) if row is None else row

    def want(self, ids: Iterable[str]) -> None:
        """Look up many rows at once that will be asked for, on this day or another."""
        self._source.want(ids)

    def own(self, id: str, row: Row) -> Row:
        """A row of the register as it is kept, with its facts as of the day, whoever it is one with."""
        changes = self._known_changes(id)
        return change.on_day(row, changes, self._day) if changes else row

    def _known_changes(self, id: str) -> Sequence[Entry]:
        changes = self._source.changes(id)
        return change.known(changes, self._known_at) if self._known_at is not None else changes

    def _told(self, id: str, row: Row, kept: Callable[[str], Row]) -> Row:
        """What is told of a row: with what those say that are one with it; a machine is the customer's under whom its own is told."""
        own = self.own(id, row)
        if not self._into or self._source.alone(id, own):
            return own
        if self._source.noun == "machine":
            whose = own.get("customer", "")
            return {**own, "customer": self._into[whose]} if whose in self._into else own
        others = [self.own(other, self._kept(other, kept)) for other in self.one_with(id)]
        return merging.row_as_one(own, others, change.emptied(self._known_changes(id), self._day)) if others else own

    @staticmethod
    def _kept(id: str, kept: Callable[[str], Row]) -> Row:
        try:
            return kept(id)
        except KeyError:  # erased
            return {}

    def one_with(self, id: str) -> list[str]:
        """The ids of a register that are told as this one."""
        return [gone for gone, stays in self._into.items() if stays == id] if self._source.noun == "customer" else []

    def told(self, ids: Iterable[str], rows: Mapping[str, Row]) -> dict[str, dict[str, str]]:
        """What is told of some on the day, by the rows as they are kept (with numbers in clear)."""
        return {id: dict(self._told(id, rows[id], rows.__getitem__)) for id in ids}

    def __iter__(self) -> Iterator[str]:
        return iter(self._source.whole())

    def __len__(self) -> int:
        return len(self._source.whole())

    def counted(self, one: str, other: str) -> Counter[tuple[str, str]]:
        """How many rows have which values in two fields on the day, where they have both: found without reading the rows."""
        index, noun = self._source.index, self._source.noun
        found = index.counted(noun, one, other)
        for id in {*index.ids_changed(noun, one), *index.ids_changed(noun, other)} if self._source.changed else ():
            for row, by in ((index.person(noun, id), -1), (self.get(id, {}), 1)):
                if row.get(one) and row.get(other):
                    found[row[one], row[other]] += by
        return +found

    def key_customers(self) -> Mapping[str, Row]:
        """Of the customers those with a key on the day: found without reading the others."""
        rows = {id: self[id] for id in self._ever_key()}
        return {id: row for id, row in rows.items() if row.get(KEY) and not row.get(merging.INTO)}

    def key_editions(self) -> Iterator[tuple[str, Row, date, date]]:
        """Each stretch of days (first, day after the last) in which a customer had a key by one and the same row, with that row."""
        for id in self._ever_key():
            for first, after in pairwise((*self.days(id), date.max)):
                row = self.on(first)[id]
                if row.get(KEY) and not row.get(merging.INTO):
                    yield id, row, first, after

    def until(self, id: str) -> Iterator[tuple[date, Row]]:
        """What was told of a row, day by day on which that may have become another, up to the day; the first of all days first."""
        return ((day, self.on(day).get(id, {})) for day in self.days(id) if day <= self._day)

    def days(self, id: str) -> list[date]:
        """The first day of all, and those from which on a row, or one that is told as it, may say something else."""
        told = {one.get("since") for same in (id, *self.one_with(id)) for one in self._known_changes(same)} - {None, change.NEVER}
        return [date.min, *sorted(map(date.fromisoformat, map(str, told)))]

    def _ever_key(self) -> list[str]:
        index, noun = self._source.index, self._source.noun
        ids = {*index.key_customers(), *(index.ids_changed(noun, KEY) if self._source.changed else ())}
        return [id for id in sorted(ids) if index.known(noun, id)]
