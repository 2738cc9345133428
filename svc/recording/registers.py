"""Adding to and changing the registers: the one way in for customers, machines, staff, suppliers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from svc.desk.open import Desk
from svc.desk.references import staying
from svc.domain import ledgers, merging, registers
from svc.domain import people as namesakes
from svc.domain.entry import Entry
from svc.domain.kinds import Prose, read_field
from svc.domain.nouns import change
from svc.domain.people import local, masked, normal
from svc.domain.permissions import WRITERS
from svc.domain.registers import RegisterType
from svc.domain.text import misread
from svc.errors import BadInput, Conflict
from svc.recording.clock import refuse_jump
from svc.recording.last_deed import keep_registered
from svc.text import Text, for_example, quoted, quoted_zh

Row = dict[str, str]


def add_row(
    desk: Desk, register: RegisterType, id: str | None, given: Mapping[str, Any], dry: bool = False
) -> tuple[str, Row]:
    """Register one; its id and row as stored (with `dry` as they would be). Conflict where the id is taken by another."""
    _permit(desk, register)
    row = read_row(desk, register, given, required=True)
    with desk.ledger.lock():
        desk.index.catch_up(("access",))  # an id that was erased is not given again
        own = registers.key(register.noun, id) if id else _next(desk, register)
        if desk.index.known(register.noun, own):
            raise Conflict(
                Text(f"{register.noun} {own} is registered already", f"{own} 已经登记"),
                Text(f"change it: svc {register.noun} edit {own} …", f"修改：svc {register.noun} edit {own} …"),
            )
        complete(register, row, desk.now())
        _refuse_impossible(desk, register, own, row)
        if not dry:
            refuse_jump(desk, desk.now())
            told = change.made(register.noun, own, {}, row, lambda name: None, None) if register.noun == "staff" else []
            with desk.ledger.all_or_nothing(desk.now()):
                desk.registers.add(register.noun, {own: _without(row, change.APART)})
                _record(desk, told)
            keep_registered(desk, f"{register.noun} {own}")
    return own, row


def edit_row(
    desk: Desk,
    register: RegisterType,
    id: str,
    given: Mapping[str, Any],
    dry: bool = False,
    since: str | None = None,
    reason: str | None = None,
) -> tuple[str, Row, list[dict[str, str]]]:
    """Change the given fields of one; an empty text clears a field. With `dry` nothing is written.

    What identifies is changed in the register; what judges becomes entries that count from the day `since`
    (default: today; what was never known before counts for the past too). The row, and the changes of its facts.
    """
    _permit(desk, register)
    cleared = {name for name, value in given.items() if value == ""}
    changes = read_row(desk, register, {k: v for k, v in given.items() if v not in (None, "")}, required=False)
    if not changes and not cleared:
        raise BadInput(
            Text("nothing to change was given", "没有写要改什么"),
            for_example(f"svc {register.noun} edit {id} {register.edited.partition(' ')[2]}"),
        )
    _refuse_clearing(register, cleared)
    with desk.ledger.lock():
        desk.index.catch_up(())
        own = desk.reference(register.noun, id)
        day = since or desk.now().date().isoformat()
        rows = {key: dict(row) for key, row in desk.registers.load(register.noun).items()}
        then = desk.on(register.noun, date.fromisoformat(day))
        kept, before = dict(then.own(own, rows[own])), then.told([own], rows)[own]
        after = {**before, **changes}
        for name in cleared:
            after.pop(name, None)
        complete(register, after, desk.now())
        _refuse_impossible(desk, register, own, after)
        earlier = {one.get("field") for one in desk.index.changes(register.noun, own)}

        def dates_from(name: str) -> str | None:
            """The day that was said; else today, but what was not known before and is filled in has been so ever since."""
            return since or (None if not before.get(name) and name not in earlier else day)

        broken = {field.name for field, _ in registers.unusable(register.noun, rows[own])} & after.keys()
        for name in broken:  # what a hand left and nobody can reckon with is put right where it stands
            rows[own][name] = after[name]
            before.pop(name, None)
            kept.pop(name, None)
        told = change.made(register.noun, own, before, after, dates_from, reason, kept)
        if register.noun == "staff":
            _refuse_nobody_left({**desk.rows("staff"), own: after})
        new = {name: value for name, value in after.items() if name in changes or value != before.get(name)}
        undated = {name: value for name, value in {**kept, **new}.items() if name not in cleared}
        rows[own] = {k: v for k, v in {**undated, **{name: rows[own].get(name, "") for name in register.dated}}.items() if v}
        _say_once(rows, then.one_with(own), {*changes, *cleared} - {*register.dated})
        if not dry:
            refuse_jump(desk, desk.now())
            with desk.ledger.all_or_nothing(desk.now(), [f"registers/{register.file}.csv"]):
                desk.registers.save(register.noun, rows)
                _record(desk, told)
            keep_registered(desk, f"{register.noun} {own}")
    return own, after, told


def _say_once(rows: Mapping[str, Row], others: Sequence[str], said: Collection[str]) -> None:
    """What is said now of who somebody is, which has no day, is no longer said otherwise of those that are one with him."""
    for other in others:
        for name in {*merging.FILLED, *merging.JOINED}.intersection(said):
            rows.get(other, {}).pop(name, None)


def _permit(desk: Desk, register: RegisterType) -> None:
    deed = Text(f"change the {register.noun} register", f"修改{register.title.zh}登记")
    desk.permit(desk.who, WRITERS[register.noun], deed)


def _record(desk: Desk, told: Sequence[Mapping[str, str]]) -> None:
    """Append the changes of facts; wages go into a register of their own, and only that there was one into the ledger."""
    now = desk.now()
    prefix = desk.prefix(ledgers.CHANGE, now)
    first = desk.index.last_number(prefix) + 1
    entries = []
    for number, fields in enumerate(told, first):
        id = f"{prefix}{number:04d}"
        if fields["field"] in change.APART:
            kept = {"staff": fields["subject"], **{k: fields[k] for k in ("was", "value") if k in fields}}
            desk.registers.add("wage", {id: kept})
            fields = _without(fields, ("was", "value"))
        entries.append(Entry(ledgers.CHANGE, "set", id, now, now, desk.who, fields))
    if entries:
        desk.ledger.append(entries, now)


def _without(row: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in names}


def _refuse_impossible(desk: Desk, register: RegisterType, own: str, row: Mapping[str, str]) -> None:
    """What no machine or person can be: a warranty that ends before the sale; a login that is another's."""
    sold, until = row.get("sold"), row.get("warranty_until")
    if sold and until and until < sold:
        raise BadInput(
            Text(f"the warranty ends on {until}, before the sale on {sold}", f"保修截止日 {until} 早于销售日期 {sold}"),
            Text("correct one of --sold and --warranty-until", "请改正 --sold 或 --warranty-until"),
        )
    login = row.get("login", "").lower()
    if register.noun == "staff" and login:
        taken = [id for id, one in desk.rows("staff").items() if id != own and one.get("login", "").lower() == login and not one.get("left")]
        if taken:
            raise Conflict(
                Text(f"the login {row['login']} is {taken[0]}'s", f"登录名 {row['login']} 已是 {taken[0]} 的"),
                Text(
                    f"each login is one person: svc staff edit {taken[0]} --login \"\" first, or choose another",
                    f"一个登录名只能是一个人：先执行 svc staff edit {taken[0]} --login \"\"，或换一个",
                ),
            )


def changed(desk: Desk, register: RegisterType, told: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    """What each changed fact was and is, and from when; of a day that is over also that months are computed anew."""
    today = desk.now().date()
    for one in told:
        title = next(field.title for field in register.fields if field.name == one["field"])
        was, value = ("…", "…") if one["field"] in change.APART else (one.get("was") or "–", one.get("value") or "–")
        if one["field"] == "left":  # it is a day itself
            yield Text(f"  {title.en}: {value}", f"  {title.zh}：{value}")
        elif "since" in one:
            yield Text(f"  {title.en}: {was} → {value}, from {one['since']}", f"  {title.zh}：{was} → {value}，自 {one['since']} 起")
        else:
            yield Text(f"  {title.en}: {value} (was not known; --from says from when)", f"  {title.zh}：{value}（原来未填；可用 --from 写明自哪天起）")
    past = [one["since"] for one in told if "since" in one and date.fromisoformat(one["since"]) < today]
    if past:
        yield Text(
            f"  what is judged since {min(past)} is judged by this now; a sealed month keeps what it charged",
            f"  {min(past)} 以来的事项按新资料重新判定；已封存的月份不变",
        )


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
                for_example(register.example),
            )
        if value is not None and value != "":
            row[field.name] = field.kind.cell(read_field(field, value, f"--{field.name.replace('_', '-')}", desk))
            if not row[field.name]:
                raise BadInput(
                    Text(
                        f"--{field.name.replace('_', '-')}: nothing but blanks",
                        f"--{field.name.replace('_', '-')}：只有空白",
                    ),
                    for_example(register.example),
                )
    for span in register.spans:
        if given.get(span.name):
            row[span.end] = _end_of(span, given, row)
    if row.get("phone"):
        row["phone"] = "; ".join(_number(n) for n in row["phone"].replace("；", ";").split(";") if n.strip())
    return row


def _end_of(span: registers.Span, given: Mapping[str, Any], row: Row) -> str:
    """The day that a span names; BadInput where its beginning is not said, or its end is said otherwise too."""
    option = f"--{span.name}"
    if row.get(span.end):
        raise BadInput(
            Text(f"{option} and --{span.end.replace('_', '-')} say the same", f"{option} 与 --{span.end.replace('_', '-')} 只写一个"),
            Text("give one of them", "请只写一个"),
        )
    start = row.get(span.start)
    if not start:
        raise BadInput(
            Text(f"{option} needs --{span.start}: from when it counts", f"{option} 要同时写 --{span.start}：从哪天算起"),
            Text(f"--{span.start} 2026-01-05 {option} 12mo", f"--{span.start} 2026-01-05 {option} 12个月"),
        )
    return registers.end_of(start, str(given[span.name]), option)


def is_empty(value: Any) -> bool:
    """Whether a required field was left out: not given, or given as nothing but blanks."""
    return value is None or not str(value).strip()


def _number(text: str) -> str:
    number = normal(text) or local(text)
    if number is None:
        wrong = BadInput(
            Text(f"--phone: {quoted(text.strip())} is no phone number", f"--phone：{quoted_zh(text.strip())}不是电话号码"),
            Text("like 138-0000-1234 or 021-5555-0100-802", "如 138-0000-1234 或 021-5555-0100-802"),
        )
        wrong.field = "phone"
        raise wrong
    return number


def _next(desk: Desk, register: RegisterType) -> str:
    if register.prefix is None:
        raise BadInput(
            Text(f"missing: {register.key}", f"缺少：{register.key}"),
            for_example(register.example),
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
        for number in filter(None, row.get("phone", "").split("; ")):
            others = [other for other in staying(desk.index, noun, desk.index.named(noun, number)) if other != id]
            if others:
                names = ", ".join(f"{other} {desk.person(noun, other).get('name', '')}".rstrip() for other in others)
                shown = masked(number)
                yield Text(
                    f"note: {shown} is a number of {names} too: a call from it is nobody's until somebody says whose",
                    f"注意：{shown} 也是 {names} 的电话：来电时要说明是哪一家",
                )
    if noun in namesakes.NOUNS and named:
        known = [(id, row.get("name", "")) for id, row in desk.registers.load(noun).items() if id not in named]
        yield from namesakes.alike({id: rows[id]["name"] for id in named}, known)
