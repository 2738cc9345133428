"""Adding to and changing the registers: the one way in for customers, machines, staff, suppliers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from svc.desk.open import Desk
from svc.domain import people as namesakes
from svc.domain import registers
from svc.domain.kinds import Prose, read_field
from svc.domain.people import normal
from svc.domain.permissions import WRITERS
from svc.domain.registers import RegisterType
from svc.domain.text import misread
from svc.errors import BadInput, Conflict
from svc.text import Text

Row = dict[str, str]


def add_row(
    desk: Desk, register: RegisterType, id: str | None, given: Mapping[str, Any], dry: bool = False
) -> tuple[str, Row]:
    """Register one; its id and row as stored (with `dry` as they would be). Conflict where the id is taken by another."""
    desk.permit(
        desk.who, WRITERS[register.noun], Text(f"change the {register.noun} register", f"修改{register.title.zh}登记")
    )
    row = read_row(desk, register, given, required=True)
    with desk.ledger.lock():
        desk.index.catch_up(())
        own = registers.key(register.noun, id) if id else _next(desk, register)
        if desk.index.known(register.noun, own):
            raise Conflict(
                Text(f"{register.noun} {own} is registered already", f"{own} 已经登记"),
                Text(f"change it: svc {register.noun} edit {own} …", f"修改：svc {register.noun} edit {own} …"),
            )
        complete(register, row, desk.now())
        if not dry:
            desk.registers.add(register.noun, {own: row})
    return own, row


def edit_row(desk: Desk, register: RegisterType, id: str, given: Mapping[str, Any], dry: bool = False) -> tuple[str, Row]:
    """Change the given fields of one; an empty text clears a field. With `dry` nothing is written."""
    desk.permit(
        desk.who, WRITERS[register.noun], Text(f"change the {register.noun} register", f"修改{register.title.zh}登记")
    )
    cleared = {name for name, value in given.items() if value == ""}
    changes = read_row(desk, register, {k: v for k, v in given.items() if v not in (None, "")}, required=False)
    if not changes and not cleared:
        raise BadInput(
            Text("nothing to change was given", "没有写要改什么"),
            Text(f"for example: svc {register.noun} edit {id} --{register.fields[0].name} …",
                 f"例如：svc {register.noun} edit {id} --{register.fields[0].name} …"),
        )  # fmt: skip
    _refuse_clearing(register, cleared)
    with desk.ledger.lock():
        own = desk.reference(register.noun, id)
        rows = {key: dict(row) for key, row in desk.registers.load(register.noun).items()}
        rows[own].update(changes)
        for name in cleared:
            rows[own].pop(name, None)
        complete(register, rows[own], desk.now())
        if register.noun == "staff":
            _refuse_nobody_left(rows)
        if not dry:
            desk.registers.save(register.noun, rows)
    return own, rows[own]


def _refuse_clearing(register: RegisterType, cleared: Collection[str]) -> None:
    needed = [field.name for field in register.fields if field.required and field.name in cleared]
    if needed:
        raise BadInput(
            Text(f"--{needed[0]}: it cannot be left empty", f"--{needed[0]}：不能为空"),
            Text("write what it is from now on; personal data: svc customer erase", "请写新的内容；删除个人信息用 svc customer erase"),
        )  # fmt: skip


def _refuse_nobody_left(rows: Mapping[str, Row]) -> None:
    """Conflict where nobody would be left who may change the register back."""
    if not any(row.get("role") in WRITERS["staff"] and not row.get("left") for row in rows.values()):
        raise Conflict(
            Text("nobody would be left who is head or general manager", "这样就没有主管或总经理了"),
            Text("name another one first: svc staff edit S02 --role head", "请先指定另一位：svc staff edit S02 --role head"),
        )


def read_row(desk: Desk, register: RegisterType, given: Mapping[str, Any], required: bool) -> Row:
    """The fields as typed, as stored text; BadInput for what is missing or wrong."""
    row: Row = {}
    for field in register.fields:
        value = given.get(field.name)
        if field.required and required and is_empty(value):
            option = f"--{field.name.replace('_', '-')}"
            raise BadInput(
                Text(f"missing: {option}", f"缺少：{option}"),
                Text(f"for example: {register.example}", f"例如：{register.example}"),
            )
        if value is not None and value != "":
            row[field.name] = field.kind.cell(read_field(field, value, f"--{field.name.replace('_', '-')}", desk))
            if not row[field.name]:
                raise BadInput(
                    Text(
                        f"--{field.name.replace('_', '-')}: nothing but blanks",
                        f"--{field.name.replace('_', '-')}：只有空白",
                    ),
                    Text(f"for example: {register.example}", f"例如：{register.example}"),
                )
    if row.get("phone"):
        row["phone"] = "; ".join(_number(n) for n in row["phone"].replace("；", ";").split(";") if n.strip())
    return row


def is_empty(value: Any) -> bool:
    """Whether a required field was left out: not given, or given as nothing but blanks."""
    return value is None or not str(value).strip()


def _number(text: str) -> str:
    number = normal(text)
    if number is None:
        wrong = BadInput(
            Text(f"--phone: {text.strip()!r} is no phone number", f"--phone：{text.strip()!r} 不是电话号码"),
            Text("like 138-0000-1234 or 021-5555-0100-802", "如 138-0000-1234 或 021-5555-0100-802"),
        )
        wrong.field = "phone"
        raise wrong
    return number


def _next(desk: Desk, register: RegisterType) -> str:
    if register.prefix is None:
        raise BadInput(
            Text("missing: --serial", "缺少：--serial"),
            Text(f"for example: {register.example}", f"例如：{register.example}"),
        )
    prefix = f"{register.prefix}{desk.ledger.mark}"
    return f"{prefix}{desk.index.last_number(prefix) + 1:0{register.digits}d}"


def complete(register: RegisterType, row: Row, now: datetime) -> None:
    """Add what a customer is found by: pinyin in every reading, initials as a short code (1.2).

    Of a key customer of whom nobody said since when it is known, the day is kept: the first visit is due
    an interval after it (2.4). Not as the day since which it is known: calls typed later that came in
    before would be those of somebody unknown.
    """
    if register.noun != "customer":
        return
    if row.get("key_every_days") and not row.get("since") and not row.get("key_since"):
        row["key_since"] = now.replace(hour=0, minute=0, second=0).isoformat(timespec="seconds")
    if "name" in row and not row["name"].isascii():
        _complete_name(row)


def _complete_name(row: Row) -> None:
    from pypinyin import Style, pinyin

    name = "".join(c for c in row["name"] if c.isalnum())
    usual = [p[0] for p in pinyin(name, style=Style.NORMAL, heteronym=False)]
    readings = [usual]
    for n, character in enumerate(name):
        others = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
        readings += [[*usual[:n], other, *usual[n + 1 :]] for other in others]
    words = ["".join(usual), "".join(p[:1] for p in usual)]
    words += [word for one in readings for word in ("".join(one), "".join(p[:1] for p in one))]
    row["pinyin"] = " ".join(dict.fromkeys(w.lower() for w in words))
    row.setdefault("code", words[1].upper())


def doubts(desk: Desk, noun: str, rows: Mapping[str, Row], named: Collection[str]) -> Iterator[Text]:
    """What whoever registered these rows should look at once more; `named` are the ids whose name is new."""
    for id, row in rows.items():
        for field in registers.TABLE[noun].fields:
            meant = misread(row.get(field.name, "")) if isinstance(field.kind, Prose) else None
            if meant:
                yield Text(f"note: {id} {field.name}: {meant.en}", f"注意：{id} {field.title.zh}：{meant.zh}")
    if noun in namesakes.NOUNS and named:
        known = [(id, row.get("name", "")) for id, row in desk.registers.load(noun).items() if id not in named]
        yield from namesakes.alike({id: rows[id]["name"] for id in named}, known)
