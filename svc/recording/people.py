"""The registers as the desk and the file together have them: whom a line may refer to, wherever in the file it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Protocol

from svc.desk.open import Desk
from svc.desk.references import in_full, staying
from svc.domain import registers
from svc.domain.clock.precision import cell
from svc.domain.ledgers import ID
from svc.domain.people import by_itself, masked, normal
from svc.domain.permissions import refusal
from svc.domain.registers import RegisterType
from svc.errors import BadInput, Conflict
from svc.recording.registers import Row, complete, read_row
from svc.store.index.tables import aliases
from svc.text import Text, quoted, quoted_zh

REMEMBERED = 10_000
"""Words whose meaning is remembered: the lines of a file say the same few again and again."""


class Reader(Protocol):
    """What reads the fields of a row (`svc.domain.kinds.InputContext`), in the clock of the desk."""

    def time(self, text: str) -> Any: ...
    def reference(self, noun: str, text: str) -> str: ...
    def caller(self, text: str) -> str: ...
    def own_words(self, part: str) -> Mapping[str, str]: ...


class People:
    """Customers, machines, staff and suppliers: rows that the file adds, and those that are registered."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.rows: dict[str, dict[str, Row]] = {noun: {} for noun in registers.TABLE}
        self._words: dict[tuple[str, str], set[str]] = {}
        self._registered: dict[str, Mapping[str, Mapping[str, str]]] = {}
        self._kept: dict[str, Mapping[str, Mapping[str, str]]] = {}
        self._numbers: dict[str, int] = {}
        self._said: dict[tuple[str, str], Row] = {}
        self._meant: dict[tuple[str, str], str] = {}
        self.repeated = 0

    # ---- adding --------------------------------------------------------------------------------

    def add(self, noun: str, given: Mapping[str, Any], reader: Reader) -> str:
        """Take a row of the file; its id. Conflict where that id is somebody else's."""
        register = registers.TABLE[noun]
        self._meant.clear()
        row = read_row(reader, register, given, required=True)  # type: ignore[arg-type]
        if given.get("at") and "since" in register.columns and "since" not in row:
            row["since"] = cell(reader.time(given["at"]))
        said = dict(row)
        complete(register, row, self.desk.now())
        id = self._id(register, given, row)
        if id in self.rows[noun]:
            self._refuse_other(noun, id, said, self._said[noun, id])
        elif self.desk.index.known(noun, id):
            said = _without_masks(said, id)
            as_kept = said.items() <= self._as_kept(noun).get(id, {}).items()  # what changed since is said by entries
            self._refuse_other(noun, id, said, said if as_kept else self.registered(noun).get(id, {}))
        else:
            self.rows[noun][id], self._said[noun, id] = row, said
            for word in aliases(noun, row):
                self._words.setdefault((noun, word), set()).add(id)
        return id

    def keep_free(self, noun: str, given: Mapping[str, Any]) -> None:
        """An id that the file gives is not given out to anybody else."""
        id = given.get("id")
        prefix = registers.TABLE[noun].prefix
        if prefix and isinstance(id, str) and id.startswith(prefix):
            number = id.removeprefix(prefix)
            if number.isascii() and number.isdigit() and len(number) < 10:
                self._numbers[prefix] = max(self._last(prefix), int(number))

    def _id(self, register: RegisterType, given: Mapping[str, Any], row: Row) -> str:
        id = given.get("id") or given.get("serial")
        if isinstance(id, str):
            return registers.key(register.noun, id)
        if id is not None or register.prefix is None:
            raise BadInput(Text("the id is missing", "缺少编号"), Text('"id":"…"', '"id":"…"'))
        name = row.get("name", "").lower()
        known = self._words.get((register.noun, name), set()) | self._named(register.noun, name)
        if len(known) == 1:  # the same one, or a Conflict: who has a namesake is told apart by an id
            return next(iter(known))
        number = self._last(register.prefix) + 1
        self._numbers[register.prefix] = number
        return f"{register.prefix}{number:0{register.digits}d}"

    def _named(self, noun: str, word: str) -> set[str]:
        return {*staying(self.desk.index, noun, self.desk.index.named(noun, word))}

    def _last(self, prefix: str) -> int:
        return self._numbers.get(prefix) or self.desk.index.last_number(prefix)

    def _refuse_other(self, noun: str, id: str, said: Row, before: Mapping[str, str]) -> None:
        """Pass over what says nothing new; Conflict, with what differs, for anything else."""
        others = {name: (before.get(name), value) for name, value in said.items() if before.get(name) != value}
        if not others:
            self.repeated += 1
            return
        differs = ", ".join(f"{name}: {_shown(name, was)} -> {_shown(name, now)}" for name, (was, now) in others.items())
        error = Conflict(
            Text(
                f"{noun} {id} is registered already, with other values ({differs})",
                f"{id} 已经登记，内容不同（{differs}）",
            ),
            Text(f"change it: svc {noun} edit {id} …; somebody else of this name needs an id of its own",
                 f"修改：svc {noun} edit {id} …；若是同名的另一家，请给它单独的编号"),
        )  # fmt: skip
        error.field = next(iter(others))
        raise error

    def _as_kept(self, noun: str) -> Mapping[str, Mapping[str, str]]:
        """The rows of a register by themselves, without what changed of them from some day on."""
        if noun not in self._kept:
            self._kept[noun] = self.desk.registers.load(noun)
        return self._kept[noun]

    def registered(self, noun: str) -> Mapping[str, Mapping[str, str]]:
        """A register as it stands on disk now."""
        if noun not in self._registered:
            self._registered[noun] = self.desk.rows(noun)
        return self._registered[noun]

    # ---- referring -----------------------------------------------------------------------------

    def _is_id(self, noun: str, id: str) -> bool:
        return id in self.rows[noun] or self.desk.index.known(noun, id)

    def reference(self, noun: str, text: str) -> str:
        """The id that an id, name, number, short code or login of a register means; the same few, line after line."""
        found = self._meant.get((noun, text))
        return self._remembered(noun, text, lambda: self._reference(noun, text)) if found is None else found

    def _remembered(self, noun: str, text: str, look: Callable[[], str]) -> str:
        found = self._meant.get((noun, text))
        if found is None:
            if len(self._meant) > REMEMBERED:
                self._meant.clear()
            found = self._meant[noun, text] = look()
        return found

    def _reference(self, noun: str, text: str) -> str:
        id = text.strip().upper()
        if self._is_id(noun, id):
            return id
        word = normal(text) or text.strip().lower()
        found = self._words.get((noun, word), set()) | self._named(noun, word)
        found = found or {*in_full(noun, text, self.desk.ledger.mark, lambda id: self._is_id(noun, id))}
        if len(found) == 1:
            return next(iter(found))
        if found:
            choices = ", ".join(sorted(found))
            raise BadInput(
                Text(f"{text} may be any of {choices}", f"{text} 可能是 {choices}"),
                Text("give the id", "请写编号"),
            )
        raise Conflict(
            Text(
                f"there is no {noun} {quoted(text)}, neither on the desk nor in the file",
                f"没有{quoted_zh(text)}：登记册和文件中都没有",
            ),
            Text(f"import it along, or first: svc {noun} add …", f"请一并导入，或先登记：svc {noun} add …"),
        )

    def caller(self, text: str) -> str:
        """The customer that a number or name means; the masked number of a stranger, and of who is one of several."""
        return self._remembered("caller", text, lambda: self._caller(text))

    def _caller(self, text: str) -> str:
        told = by_itself(text)
        if told:
            return told
        number = normal(text)
        if number is None:
            return self.reference("customer", text)
        found = self._words.get(("customer", number), set()) | self._named("customer", number)
        return next(iter(found)) if len(found) == 1 else masked(number)

    def person(self, noun: str, id: str, day: date | None = None) -> Mapping[str, str]:
        """A row of the file or the register, as it was on a day; empty where there is none."""
        return self.rows.get(noun, {}).get(id) or self.desk.person(noun, id, day)

    def permit(self, staff: str, roles: Sequence[str], deed: Text, day: date | None = None) -> None:
        """Refuse what the role that somebody of the file or the desk had on a day does not allow, naming some who may."""
        role = self.person("staff", staff, day).get("role", "")
        if roles and role not in roles:
            everybody = {**self.registered("staff"), **self.rows["staff"]}
            may = [f"{id} {row.get('name', '')}" for id, row in everybody.items() if row.get("role") in roles]
            raise refusal(staff, role, deed, roles, may)


def _shown(name: str, value: str | None) -> str:
    """A value as a message may tell it: numbers of people masked, what they earn not at all."""
    if name == "phone" and value:
        return "; ".join(masked(number) for number in value.split("; "))
    return "…" if name == "wage" else value or "-"


def _without_masks(row: Row, id: str) -> Row:
    """What a row says: a masked export has the id for the name."""
    return {name: value for name, value in row.items() if name != "name" or value != id}


@cache
def matching(pattern: str) -> Callable[[str], object]:
    """Whether a whole text is of a pattern: compiled once for all lines of a file."""
    return re.compile(pattern).fullmatch


def entry_id(noun: str, text: object, pattern: str = ID) -> str:
    """An id of a ledger as given; BadInput for what no id looks like."""
    if not isinstance(text, str) or not matching(pattern)(text):
        raise BadInput(
            Text(f"{quoted(text)} is no {noun} id", f"{quoted_zh(text)}不是有效的编号"),
            Text(
                "ids are 3 to 32 capital letters, digits and dashes, a letter first; not CON, NUL and the like",
                "编号为 3 到 32 个大写字母、数字、短横线，字母开头；不能是 CON、NUL 等",
            ),
        )
    return text
