"""A map as values: what each row of a list becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.intake.timeforms import Written
from svc.named import NamedTuple


class Value(NamedTuple):
    """How one value is made from a row: of columns, of a constant, or the id of what another entry makes.

    Of several `columns` the first that is known counts, or all of them, where they are `joined` with a text. What no
    row of the list makes (`ref`) is taken from the columns `instead`.
    """

    columns: tuple[str, ...] = ()
    joined: str | None = None
    constant: str | None = None
    ref: str | None = None
    words: Mapping[str, str] | None = None
    otherwise: str | None = None
    if_unknown: str | None = None
    prefix: str = ""
    split: str | None = None
    each: Mapping[str, Value] | None = None
    kind: Any = None
    form: Written | None = None
    time: tuple[int, int] | None = None
    plus: int = 0
    instead: tuple[str, ...] = ()


class Condition(NamedTuple):
    """When a row makes an entry: a column's word is (`wanted`) one of some, or known."""

    column: str
    words: frozenset[str] | None
    wanted: bool


class Check(NamedTuple):
    """What a column's cells look like, so that shifted cells are noticed."""

    like: str | None
    one_of: tuple[str, ...]
    number: bool


class EntryMap(NamedTuple):
    """One kind of entry that rows make. `once`: columns of whose values each makes one; () is one for the file.

    `where_missing`: only what is not registered yet is made; of what is, the row means that.
    """

    name: str
    ledger: str
    event: str
    when: tuple[Condition, ...]
    once: tuple[str, ...] | None
    values: Mapping[str, Value]
    where_missing: bool = False


class FileMap(NamedTuple):
    """A whole map. `header` are the rows of the headings: none said (the first row), or () where the list has none.

    `other_rows`: titles, sums, remarks and other tables among the rows are passed over and told, not refused. `sheet`
    may be `*`: every sheet that has these headings.
    """

    delimiter: str
    sheet: str | None
    header: tuple[int, ...] | None
    unknown: frozenset[str]
    columns: Mapping[str, Check | None]
    entries: tuple[EntryMap, ...]
    used: tuple[str, ...]
    other_rows: bool = False
