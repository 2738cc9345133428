"""What a hand left in the registers that nobody can use: a value of the wrong kind, two people with one login, a row that is gone.

Registers may be edited, by `svc` and by hand. What judges and who acts is checked like any input: each fault is named
with its file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from svc.domain import registers
from svc.domain.entry import Entry
from svc.domain.kinds import Ref
from svc.domain.ledgers import CHANGE
from svc.domain.nouns import change
from svc.domain.people import is_masked, normal
from svc.errors import Damaged
from svc.store.files.registers import REGISTERS, Registers
from svc.store.place import Ledger, Problem
from svc.text import Text, quoted, quoted_zh

Rows = Mapping[str, Mapping[str, str]]


def problems(store: Registers, ledger: Ledger, named: Collection[str]) -> Iterator[Problem]:
    """Every fault of the registers of a desk of files; `named` are the staff whom the ledgers name."""
    found: dict[str, Rows] = {}
    for noun in REGISTERS:
        try:
            found[noun] = store.load(noun)
        except Damaged as error:
            place = error.place or f"registers/{REGISTERS[noun].file}"
            yield Problem(place, None, error.what, None, None)
    told = _changes(ledger)
    erased = _erased(ledger)
    for noun in registers.TABLE:
        for id, row in found.get(noun, {}).items():
            for name, what, old in _of_row(noun, id, row, found, erased, told.get((noun, id), ())):
                yield Problem(store.place(noun, id, name), name, what, old, row.get(name) or id)
    yield from _two_of_one_login(store, found.get("staff", {}))
    for id in sorted(set(named) - found["staff"].keys()) if found.get("staff") else ():
        what = Text(f"the ledgers name {id}, who has no row", f"台账中有 {id}，登记册里却没有这一行")
        yield Problem(f"registers/{REGISTERS['staff'].file}", "id", what, id, None)


def _changes(ledger: Ledger) -> dict[tuple[str, str], list[Entry]]:
    told: dict[tuple[str, str], list[Entry]] = {}
    try:
        for one in ledger.read(CHANGE):
            told.setdefault((one.entry.get("of"), one.entry.get("subject")), []).append(one.entry)
    except Damaged:
        return {}  # the walk along the ledger tells
    return told


def _erased(ledger: Ledger) -> set[str]:
    """Who was erased from the registers by a command: what names him is as it should be."""
    try:
        return {one.entry.get("customer") for one in ledger.read("access") if one.entry.event == "erase"}
    except Damaged:
        return set()


def _of_row(
    noun: str, id: str, row: Mapping[str, str], found: Mapping[str, Rows], erased: Collection[str], told: Sequence[Entry]
) -> Iterator[tuple[str, Text, str | None]]:
    """Field, what is wrong with it, and what it should be where that is known."""
    if not re.fullmatch(registers.ID, id):
        yield "id", Text(f"{quoted(id)} is no id", f"{quoted_zh(id)}不是有效的编号"), None
    for field in registers.TABLE[noun].fields:
        value = row.get(field.name)
        if not value:
            if field.required:
                yield field.name, Text(f"{field.name} is missing", f"缺少{field.title.zh}"), None
        elif type(field.kind) is Ref and value not in found.get(field.kind.noun, {value: {}}) and value not in erased:
            yield field.name, Text(f"there is no {field.kind.noun} {value}", f"登记册里没有 {value}"), None
    for field, what in registers.unusable(noun, row):
        yield field.name, what, None
    phone = row.get("phone")
    for number in filter(None, (one.strip() for one in phone.replace("；", ";").split(";"))) if phone else ():
        if normal(number) is None and not is_masked(number):
            yield "phone", Text(f"{quoted(number)} is no phone number", f"{quoted_zh(number)}不是电话号码"), None
    if row.get("sold") and row.get("warranty_until") and row["warranty_until"] < row["sold"]:
        yield "warranty_until", Text("it ends before the sale", "早于销售日期"), None
    yield from _edited(row, told)


def _edited(row: Mapping[str, str], told: Sequence[Entry]) -> Iterator[tuple[str, Text, str | None]]:
    """Facts that no longer stand as they did before their first change: those are changed by a command alone."""
    seen: set[str] = set()
    for one in told:
        name = one.get("field")
        if name in seen or name in change.APART:
            continue
        seen.add(name)
        stood = {one.get("was") or ""} if one.get("since") else {one.get("was") or "", one.get("value") or ""}
        if row.get(name, "") not in stood:
            old = next(iter(sorted(stood, reverse=True)))
            what = Text(
                f"edited by hand: {one.id} recorded {old or 'nothing'}; change it with a command, so that it has a day",
                f"被手工改过：{one.id} 记录的是 {old or '空'}；请用命令修改，才有生效日期",
            )
            yield name, what, old


def _two_of_one_login(store: Registers, staff: Rows) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for id, row in staff.items():
        login = row.get("login", "").lower()
        if login and not row.get("left") and first.setdefault(login, id) != id:
            what = Text(f"{first[login]} has the login {login} too", f"{first[login]} 的登录名也是 {login}")
            yield Problem(store.place("staff", id, "login"), "login", what, None, login)
