"""The kinds of values a ledger field may hold: read what was typed, write it canonically, show it.

Each kind has one canonical written form (`cell`), so a row that parses but does not write back to
its own bytes has been changed by somebody else. `read` accepts what people and JSON files give and
raises BadInput naming the field; `load` accepts the canonical form alone and raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

from svc.domain.clock import precision
from svc.domain.text import clean, in_chinese
from svc.errors import BadInput, SvcError
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh

Cell = str | list[dict[str, str]] | dict[str, str]
"""The written form: text, or (in YAML ledgers) a list of maps or one map of texts."""


class InputContext(Protocol):
    """What a field must ask of the desk to understand what was typed."""

    def time(self, text: str) -> datetime:
        """The instant that `text` names, in the desk's zone if it names none."""

    def happened(self, text: str) -> datetime:
        """The same of something that has happened; BadInput for what is still to come."""

    def reference(self, noun: str, text: str) -> str:
        """The full id of the `noun` that `text` means; Conflict where there is none."""

    def caller(self, text: str) -> str:
        """The customer id of a known caller, the masked number of an unknown one."""

    def own_words(self, part: str) -> Mapping[str, str]:
        """What the department added to a list in its rules file (`own:`): titles by code."""


class Kind(Protocol):
    """How values of one kind are read, written and shown."""

    def read(self, value: Any, name: str, desk: InputContext) -> Any: ...
    def cell(self, value: Any) -> Cell: ...
    def load(self, cell: Any) -> Any: ...
    def json(self, value: Any) -> Any: ...

    @property
    def hint(self) -> str:
        """What may be typed, for help pages: `TIME`, `phone|letter`."""


def _text(cell: str) -> str:
    """What is kept as a text; ValueError for a list or map, which a document may hold in its place."""
    if type(cell) is not str:
        raise ValueError(f"{cell!r} is no text")
    return cell


def wrong(name: str, value: object, wanted: Text) -> BadInput:
    """The error for a value that is not of the field's kind."""
    return BadInput(
        Text(f"{name}: {quoted(value)} cannot be used", f"{in_chinese(name)}：不能用{quoted_zh(value)}"),
        Text(f"expected {wanted.en}", f"应为{' ' if wanted.zh[:1].isascii() else ''}{wanted.zh}"),
    )


def read_field(field: Field, value: Any, name: str, desk: InputContext) -> Any:
    """What was typed for a field; an error says which field it is of."""
    try:
        return field.kind.read(value, name, desk)
    except SvcError as error:
        error.field = field.name
        raise


def _as_text(value: Any, name: str, wanted: Text) -> str:
    if not isinstance(value, str):
        raise wrong(name, value, wanted)
    return value


_A_TEXT, _A_TIME, _AN_ID = Text("a text", "文字"), Text("a time", "时间"), Text("an id", "编号")
_A_CALLER = Text("a phone number or a customer", "电话或客户")


class Prose:
    """Free text: a summary, a cause, a reason."""

    hint = "TEXT"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        return clean(_as_text(value, name, _A_TEXT), name)

    def cell(self, value: str) -> str:
        return value

    def load(self, cell: str) -> str:
        return _text(cell)

    def json(self, value: str) -> str:
        return value


class Code(Prose):
    """A short word of the department's own: a fault code, a product, a part. Kept as typed."""

    hint = "CODE"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        text = super().read(value, name, desk)
        if len(text) > 80 or "\n" in text:
            raise wrong(name, value, Text("a short code of one line", "一行以内的代码"))
        return text


class Choice:
    """One of a few codes; typed as the code or as its Chinese word, stored as the code."""

    def __init__(self, **words: str) -> None:
        self.words = {code.replace("_", "-"): zh for code, zh in words.items()}
        self.others: dict[str, str] = {}

    def also(self, **others: str) -> Choice:
        """The same, understanding more words, each with the code that it is typed for."""
        self.others = others
        return self

    @property
    def hint(self) -> str:
        return "|".join(self.words)

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        text = _as_text(value, name, self._wanted()).strip()
        text = self.others.get(text, text)
        for code, zh in self.words.items():
            if text in (code, zh) or text.lower().replace("_", "-") == code:
                return code
        raise wrong(name, value, self._wanted())

    def _wanted(self) -> Text:
        return Text("one of " + ", ".join(self.words), "其中之一：" + "、".join(self.words.values()))

    def cell(self, value: str) -> str:
        return value

    def load(self, cell: str) -> str:
        if cell not in self.words:
            raise ValueError(f"{cell!r} is none of {self.hint}")
        return cell

    def json(self, value: str) -> str:
        return value


class OwnChoice(Choice):
    """One of a few codes, or one that the department added under `own:` in its rules; typed as the code or as its title."""

    def __init__(self, part: str, **words: str) -> None:
        super().__init__(**words)
        self.part = part

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        try:
            return super().read(value, name, desk)
        except BadInput:
            own = desk.own_words(self.part)
            text = str(value).strip()
            found: str | None = next((code for code, title in own.items() if text in (code, title)), None)
            if found is None:
                every = {**self.words, **own}
                listed = Text("one of " + ", ".join(every), "其中之一：" + "、".join(every.values()))
                raise wrong(name, value, listed if every else NONE_OWN) from None
            return found

    def load(self, cell: str) -> str:
        if cell not in self.words and not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", cell):
            raise ValueError(f"{cell!r} is none of {self.hint}")
        return cell


NONE_OWN = Text("a name from own: in rules.yaml; there is none yet", "rules.yaml 里 own: 下面的代号；目前还没有")


class Flag:
    """Yes or no; not given is not known, which is neither."""

    hint = "yes|no"
    _read: ClassVar = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}

    def read(self, value: Any, name: str, desk: InputContext) -> bool:
        if isinstance(value, bool):
            return value
        answer = self._read.get(value.strip().lower()) if isinstance(value, str) else None
        if answer is None:
            raise wrong(name, value, Text("yes or no", "是或否"))
        return answer

    def cell(self, value: bool) -> str:
        return "yes" if value else "no"

    def load(self, cell: str) -> bool:
        if cell not in ("yes", "no"):
            raise ValueError(f"{cell!r} is neither yes nor no")
        return cell == "yes"

    def json(self, value: bool) -> bool:
        return value


class Moment:
    """An instant with its offset, to the second; or (never where a clock tells it) a day of which nobody knows the hour."""

    hint = "TIME"

    def __init__(self, of_clock: bool = False) -> None:
        self.of_clock = of_clock

    def read(self, value: Any, name: str, desk: InputContext) -> datetime:
        return desk.time(_as_text(value, name, _A_TIME))

    def cell(self, value: datetime) -> str:
        return precision.cell(value)

    def load(self, cell: str) -> datetime:
        moment = precision.kept(cell)
        day_alone = isinstance(moment, precision.WholeDay)
        if moment.tzinfo is None or self.cell(moment) != cell or (day_alone and self.of_clock):
            raise ValueError(f"{cell!r} is not a time like 2026-11-23T15:00:00+08:00")
        return moment

    def json(self, value: datetime) -> str:
        return value.isoformat(timespec="seconds")


# Compiled when first used (by `re`, which keeps them): a start-up is paid by every command.
_DAY = r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"


DAYS = (1950, 2099)
"""The years in which a day may lie: machines that are served may be old."""


class Day:
    """A calendar day, kept as `2026-11-23` text: a sale, the end of a warranty, a receipt."""

    hint = "DATE"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        text = _as_text(value, name, self._wanted)
        match = re.fullmatch(_DAY, text.strip())
        try:
            if not match:
                raise ValueError
            day = date(*(int(part) for part in match.groups()))
            if not DAYS[0] <= day.year <= DAYS[1]:
                raise ValueError
            return day.isoformat()
        except ValueError:
            raise wrong(name, value, self._wanted) from None

    _wanted = Text(
        f"a date that exists, from {DAYS[0]} to {DAYS[1]}, like 2026-11-23",
        f"存在的日期（{DAYS[0]} 到 {DAYS[1]} 年），如 2026-11-23",
    )

    def cell(self, value: str) -> str:
        return value

    def load(self, cell: str) -> str:
        if date.fromisoformat(cell).isoformat() != cell:
            raise ValueError(f"{cell!r} is not a date like 2026-11-23")
        return cell

    def json(self, value: str) -> str:
        return value


_MONEY = r"([0-9]{1,7})(?:\.([0-9]{1,2}))?"


class Money:
    """Yuan with two decimals, kept as text (`"200.00"`): computed as Decimal, never as float."""

    hint = "YUAN"
    _wanted = Text(
        "an amount in yuan, digits with at most two decimals, like 200 or 89.50",
        "金额（元），只写数字，最多两位小数，如 200 或 89.50",
    )

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        match = re.fullmatch(_MONEY, text) if isinstance(text, str) else None
        if not match:
            raise wrong(name, value, self._wanted)
        return f"{int(match[1])}.{(match[2] or '').ljust(2, '0')}"

    def cell(self, value: str) -> str:
        return value

    def load(self, cell: str) -> str:
        match = re.fullmatch(_MONEY, cell)
        if not match or f"{int(match[1])}.{(match[2] or '').ljust(2, '0')}" != cell:
            raise ValueError(f"{cell!r} is not an amount like 200.00")
        return cell

    def json(self, value: str) -> str:
        return value


class Count:
    """A whole number within bounds."""

    def __init__(self, low: int = 0, high: int = 999_999) -> None:
        self.low, self.high = low, high

    @property
    def hint(self) -> str:
        return f"{self.low}..{self.high}" if self.high < 100 else "N"

    def read(self, value: Any, name: str, desk: InputContext) -> int:
        number = value if isinstance(value, int) and not isinstance(value, bool) else None
        if isinstance(value, str) and re.fullmatch("[0-9]{1,6}", value):
            number = int(value)
        if number is None or not self.low <= number <= self.high:
            raise wrong(
                name,
                value,
                Text(f"a whole number from {self.low} to {self.high}", f"{self.low} 到 {self.high} 的整数"),
            )
        return number

    def cell(self, value: int) -> str:
        return str(value)

    def load(self, cell: str) -> int:
        if not re.fullmatch("0|[1-9][0-9]*", cell) or not self.low <= int(cell) <= self.high:
            raise ValueError(f"{cell!r} is not a whole number from {self.low} to {self.high}")
        return int(cell)

    def json(self, value: int) -> int:
        return value


class Ref:
    """The id of something else: a visit, a call, a member of staff, a machine."""

    def __init__(self, noun: str) -> None:
        self.noun = noun

    @property
    def hint(self) -> str:
        return self.noun.upper()

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        return desk.reference(self.noun, _as_text(value, name, _AN_ID).strip())

    def cell(self, value: str) -> str:
        return value

    def load(self, cell: str) -> str:
        return _text(cell)

    def json(self, value: str) -> str:
        return value


class Caller(Ref):
    """Who called: a customer's id, or the masked number of somebody not known (1.2)."""

    def __init__(self) -> None:
        super().__init__("customer")

    hint = "PHONE|CUSTOMER"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        return desk.caller(_as_text(value, name, _A_CALLER).strip())


class Field(NamedTuple):
    """One named value of an event: its kind, whether it must be given, how it is called.

    `option` is the word on the command line where it differs from the name (`--part` for `parts`);
    `flags` gives a choice one flag per code (`--upheld`, `--dismissed`); `off` is the flag that
    says no (`--unresolved`); `default` is what a person who says nothing means; what is `decided` by
    the command itself has no option.
    """

    name: str
    kind: Any
    title: Text
    required: bool = False
    option: str | None = None
    flags: bool = False
    off: str | None = None
    default: Any = None
    secret: bool = False
    decided: bool = False


def option_of(field: Field) -> str:
    """The word on the command line that gives a field; of one with a flag for each code all of them."""
    if field.flags:
        return "|".join(f"--{code}" for code in field.kind.words)
    return field.option or f"--{field.name.replace('_', '-')}"
