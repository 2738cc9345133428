"""Kinds of fields that hold several values at once: rows of parts or receipts, scores by dimension."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from svc.domain.kinds import Choice, InputContext, Ref, wrong
from svc.domain.text import Labelled, in_chinese
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.text import Text

COLUMNS = {
    "name": "名称",
    "qty": "数量",
    "part_no": "件号",
    "price": "单价",
    "category": "类别",
    "amount": "金额",
    "place": "地点",
    "date": "日期",
    "receipt": "票据号",
    "product": "产品",
}
"""What the values of small rows are called in Chinese."""


def _under(name: str, part: str, zh: str | None = None) -> Labelled:
    """What a part of a value is called in an error."""
    return Labelled(f"{name} {part}", f"{in_chinese(name)} {zh or part}")


class RowColumn(NamedTuple):
    """One value of a row in a `Rows` field: its name, kind, and whether it may be left out."""

    name: str
    kind: Any
    required: bool = True


_COUNTED = r"(.*\S)\s*(?:[x×*]\s*([0-9]+)|(?<![0-9])([0-9]+)\s*(?:个|件|只|套|条|根|块|台|pcs?))"


class Rows:
    """A list of small rows typed as `A:B[:C]` (parts of a repair, lines of an expense claim)."""

    def __init__(self, *columns: RowColumn) -> None:
        self.columns = columns

    @property
    def hint(self) -> str:
        first = ":".join(c.name.upper() for c in self.columns if c.required)
        return first + "".join(f"[:{c.name.upper()}]" for c in self.columns if not c.required)

    def read(self, value: Any, name: str, desk: InputContext) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise wrong(name, value, Text(f"a list of {self.hint}", f"列表：{self.hint}"))
        return tuple(self.row(row, _under(name, str(n)), desk) for n, row in enumerate(value, 1))

    def row(self, row: Any, name: str, desk: InputContext) -> dict[str, Any]:
        """One row as typed or given by column; the error's `field` is the column that is wrong, where one is."""
        given = self._split(row, name) if isinstance(row, str) else row
        if not isinstance(given, Mapping):
            raise wrong(name, row, Text(self.hint, self.hint))
        unknown = [key for key in given if key not in {c.name for c in self.columns}]
        missing = [c.name for c in self.columns if c.required and given.get(c.name) in (None, "")]
        if unknown or missing:
            raise wrong(name, row, Text(self.hint, self.hint))
        return {c.name: self._cell(c, given[c.name], name, desk) for c in self.columns if given.get(c.name) not in (None, "")}

    def _cell(self, column: RowColumn, value: Any, name: str, desk: InputContext) -> Any:
        try:
            return column.kind.read(value, _under(name, column.name, COLUMNS.get(column.name)), desk)
        except SvcError as error:
            error.field = column.name
            raise

    def _split(self, text: str, name: str) -> dict[str, str]:
        parts = text.replace("：", ":").split(":", len(self.columns) - 1)
        if len(parts) == 1 and (counted := re.fullmatch(_COUNTED, text.strip())):  # as it is said: 空滤 x2, 空滤2个
            parts = [counted[1], counted[2] or counted[3]]
        if len(parts) < sum(c.required for c in self.columns):
            raise wrong(name, text, Text(self.hint, self.hint))
        return {c.name: part.strip() for c, part in zip(self.columns, parts, strict=False)}

    def cell(self, value: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        return [{c.name: c.kind.cell(row[c.name]) for c in self.columns if c.name in row} for row in value]

    def load(self, cell: Any) -> tuple[dict[str, Any], ...]:
        if not isinstance(cell, list) or not all(isinstance(row, dict) for row in cell):
            raise ValueError("not a list of rows")
        kinds = {c.name: c.kind for c in self.columns}
        return tuple({key: kinds[key].load(text) for key, text in row.items()} for row in cell)

    def json(self, value: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{c.name: c.kind.json(row[c.name]) for c in self.columns if c.name in row} for row in value]


class NamedValues:
    """Named values typed as `NAME=VALUE`: scores by dimension, opinions by aspect."""

    def __init__(self, keys: Choice, kind: Any, hint: str) -> None:
        self.keys, self.kind, self._hint = keys, kind, hint

    @property
    def hint(self) -> str:
        return self._hint

    def read(self, value: Any, name: str, desk: InputContext) -> dict[str, Any]:
        if isinstance(value, Mapping):
            pairs = list(value.items())
        elif isinstance(value, Sequence) and not isinstance(value, str):
            pairs = self._in_order(value) or [self._pair(item, name) for item in value]
        else:
            raise wrong(name, value, Text(self.hint, self.hint))
        read: dict[str, Any] = {}
        for key, item in pairs:
            code = self.keys.read(key, name, desk)
            if code in read:
                raise wrong(name, key, Text("each name once", "每项只写一次"))
            read[code] = self.kind.read(item, _under(name, code, self.keys.words.get(code, code)), desk)
        known = [code for code in self.keys.words if code in read]
        return {code: read[code] for code in (*known, *(code for code in read if code not in known))}

    def _in_order(self, items: Sequence[Any]) -> list[tuple[str, str]]:
        """The values of all names in their order, where nothing but so many numbers was typed: `5 4 5 5`."""
        said = " ".join(map(str, items)).replace("，", " ").replace(",", " ").split()
        names = list(self.keys.words)
        return list(zip(names, said, strict=True)) if len(said) == len(names) and all(one.isdigit() for one in said) else []

    def _pair(self, item: Any, name: str) -> tuple[str, str]:
        key, sign, text = str(item).replace("＝", "=").partition("=")
        if not sign:
            raise wrong(name, item, Text(self.hint, self.hint))
        return key.strip(), text.strip()

    def cell(self, value: Mapping[str, Any]) -> dict[str, str]:
        return {key: self.kind.cell(item) for key, item in value.items()}

    def load(self, cell: Any) -> dict[str, Any]:
        if not isinstance(cell, dict):
            raise ValueError("not a map")
        return {self.keys.load(key): self.kind.load(text) for key, text in cell.items()}

    def json(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self.kind.json(item) for key, item in value.items()}


class Refs:
    """Several ids of one register, each once, in the order given: typed one by one or together, `S03,S04`."""

    def __init__(self, noun: str) -> None:
        self.of = Ref(noun)

    @property
    def hint(self) -> str:
        return f"{self.of.hint}…"

    def read(self, value: Any, name: str, desk: InputContext) -> tuple[str, ...]:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, Sequence) or not all(isinstance(one, str) for one in given):
            raise wrong(name, value, Text(f"a list of {self.of.hint}", f"列表：{self.of.hint}"))
        words = [word for one in given for word in re.split(r"[,;，；、\s]+", one) if word]
        return tuple(self.of.read(word, name, desk) for word in words)

    def cell(self, value: Sequence[str]) -> str:
        return " ".join(value)

    def load(self, cell: Any) -> tuple[str, ...]:
        found = tuple(cell.split(" ")) if isinstance(cell, str) else ()
        if not all(found) or not found:
            raise ValueError("not a list of ids")
        return found

    def json(self, value: Sequence[str]) -> list[str]:
        return list(value)
