"""A batch of lines checked as a whole, then written as a whole.

The order of the lines does not matter: what belongs together is put in order of time and checked as
if it had been recorded then. Ids, times and persons are kept as given; the time of recording is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from svc.desk import Desk, fixed
from svc.domain import ledgers, registers
from svc.domain.entry import Entry
from svc.domain.finding import parts
from svc.errors import BadInput, Conflict, Several, SvcError
from svc.intake import Done
from svc.intake.jsonl import Line
from svc.locale import Text
from svc.registry import complete, read_row
from svc.store.index import in_order

COMMON = {"ledger", "event", "id", "at", "by", "recorded_at"}
SHOWN = 50
"""How many wrong lines are shown; the rest are counted."""

Row = dict[str, str]


class Batch:
    """What is to be imported, and what is wrong with it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = desk.now()
        self.lines: dict[int, Line] = {}
        self.rows: dict[str, dict[str, Row]] = {noun: {} for noun in registers.TABLE}
        self.row_lines: dict[tuple[str, str], int] = {}
        self.entries: list[tuple[int, Entry]] = []
        self.secrets: dict[str, Row] = {}
        self.wrong: dict[int, SvcError] = {}
        self._numbers: dict[str, int] = {}

    # ---- what `svc.domain.fields.Desk` asks for: references may be to what the same file brings ----

    def time(self, text: str) -> datetime:
        """ISO 8601 only: words like "tomorrow" mean nothing in a file."""
        from svc.domain.times import read_iso

        moment = read_iso(text, self.desk.zone)
        if moment is None:
            raise BadInput(
                Text(f"{text!r} is no time", f"{text!r} 不是时间"),
                Text("write it like 2026-10-01T09:00:00+08:00", "写成 2026-10-01T09:00:00+08:00"),
            )
        return fixed(moment)

    def reference(self, noun: str, text: str) -> str:
        """An id as given; one of a register must be there, one of a ledger is looked for at the end."""
        if noun not in registers.TABLE:
            if not ledgers.ID.fullmatch(text):
                raise BadInput(
                    Text(f"{text!r} is no {noun} id", f"{text!r} 不是有效的编号"),
                    Text("ids are capital letters, digits and dashes", "编号由大写字母、数字和短横线组成"),
                )
            return text
        id = registers.key(noun, text)
        if id in self.rows[noun] or self.desk.index.known(noun, id):
            return id
        return self.desk.reference(noun, text)

    def caller(self, text: str) -> str:
        """A customer of the file or the desk, else as the desk sees it."""
        if text.upper() in self.rows["customer"]:
            return text.upper()
        for id, row in self.rows["customer"].items():
            if row.get("phone") and _same_number(row["phone"], text):
                return id
        return self.desk.caller(text)

    # ---- reading lines -------------------------------------------------------------------------

    def read(self, lines: Iterable[Line]) -> None:
        """Read all lines: registers first, so that entries may refer to them wherever they stand."""
        later = []
        for line in lines:
            self.lines[line.number] = line
            if line.wrong is not None:
                self.wrong[line.number] = line.wrong
            elif line.given.get("ledger") in registers.TABLE:
                self._try(line, self._register)
            else:
                later.append(line)
        for line in later:
            self._try(line, self._entry)

    def _try(self, line: Line, read: Any) -> None:
        try:
            read(line)
        except SvcError as error:
            self.wrong[line.number] = error

    def _register(self, line: Line) -> None:
        noun, given = line.given["ledger"], dict(line.given)
        register = registers.TABLE[noun]
        if given.get("event", "add") != "add":
            raise BadInput(Text(f"{noun} has no event {given['event']!r}", f"{noun} 没有 {given['event']!r}"), Text('"event":"add"', '"event":"add"'))
        id = given.get("id") or given.get("serial")
        if not isinstance(id, str):
            raise BadInput(Text("the id is missing", "缺少编号"), Text('"id":"…"', '"id":"…"'))
        id = registers.key(noun, id)
        known = {*COMMON, "serial", "name", "pinyin", *(f.name for f in register.fields)}
        _refuse_unknown(given, known)
        row = read_row(self.desk_of(noun), register, given, required=True)
        if given.get("at") and "since" in register.columns and "since" not in row:
            row["since"] = self.time(given["at"]).astimezone(self.desk.zone).date().isoformat()
        complete(register, row)
        before = self.rows[noun].get(id) or (
            dict(self.desk.person(noun, id)) if self.desk.index.known(noun, id) else None
        )
        if before is not None and before != row:
            raise Conflict(
                Text(f"{noun} {id} is registered already, with other values", f"{id} 已经登记，内容不同"),
                Text(f"change it: svc {noun} edit {id} …", f"修改：svc {noun} edit {id} …"),
            )
        if before is None:
            self.rows[noun][id] = row
            self.row_lines[noun, id] = line.number

    def desk_of(self, noun: str) -> Any:
        """Who reads a register's fields: machines may be of customers that stand later in the file."""
        return _Trusting(self) if noun == "machine" else self

    def _entry(self, line: Line) -> None:
        given = line.given
        noun, name = given.get("ledger"), given.get("event")
        if not isinstance(noun, str) or not isinstance(name, str):
            raise BadInput(Text("ledger or event is missing", "缺少 ledger 或 event"), Text('"ledger":"call","event":"log"', '"ledger":"call","event":"log"'))
        event = ledgers.event(noun, name)
        _refuse_unknown(given, {*COMMON, *(f.name for f in event.fields)})
        at = self._at(given)
        by = self._by(given, event)
        fields = {
            f.name: f.kind.read(given[f.name], f.name, self)
            for f in event.fields
            if given.get(f.name) is not None
        }
        fields = {name: value for name, value in fields.items() if value not in ("", (), {})}
        entry = Entry(noun, name, self._id(given, noun, at), at, self.now, by, fields)
        self._keep_secrets(entry, given, event)
        self.entries.append((line.number, entry._replace(fields={k: v for k, v in fields.items() if not _secret(event, k)})))

    def _at(self, given: Mapping[str, Any]) -> datetime:
        if not isinstance(given.get("at"), str):
            raise BadInput(Text("at is missing", "缺少 at"), Text('"at":"2026-10-01T09:00:00+08:00"', '"at":"2026-10-01T09:00:00+08:00"'))
        at = self.time(given["at"])
        if at.timestamp() > self.now.timestamp() + 300:
            raise BadInput(
                Text(f"{given['at']} is in the future", f"{given['at']} 在将来"),
                Text("only what has happened can be imported", "只能导入已发生的事"),
            )
        return at

    def _by(self, given: Mapping[str, Any], event: ledgers.Event) -> str:
        by = self.reference("staff", given["by"]) if isinstance(given.get("by"), str) else self.desk.who
        role = self.rows["staff"].get(by, {}).get("role") or self.desk.role(by)
        if event.roles and role not in event.roles:
            self.desk.permit(by, event.roles, Text(f"{event.name}", event.title.zh)) if by not in self.rows["staff"] else self._refuse_role(by, role, event)
        return by

    def _refuse_role(self, by: str, role: str, event: ledgers.Event) -> None:
        from svc.errors import NotPermitted

        raise NotPermitted(
            Text(f"{by} ({role}) may not {event.name}", f"{by}（{role}）无权：{event.title.zh}"),
            Text(f"who may: {', '.join(event.roles)}", f"有权的岗位：{'、'.join(event.roles)}"),
        )

    def _id(self, given: Mapping[str, Any], noun: str, at: datetime) -> str:
        id = given.get("id")
        if id is None:
            prefix = f"{ledgers.ledger(noun).letter}{at.astimezone(self.desk.zone):%y%m}-"
            last = self._numbers.get(prefix) or self.desk.index.last_number(prefix)
            self._numbers[prefix] = last + 1
            return f"{prefix}{last + 1:04d}"
        pattern = ledgers.FINDING_ID if noun == "finding" else ledgers.ID
        if not isinstance(id, str) or not pattern.fullmatch(id):
            raise BadInput(
                Text(f"{id!r} is no {noun} id", f"{id!r} 不是有效的编号"),
                Text("ids are 3 to 32 capital letters, digits and dashes, a letter first", "编号为 3 到 32 个大写字母、数字、短横线，字母开头"),
            )
        return id

    def _keep_secrets(self, entry: Entry, given: Mapping[str, Any], event: ledgers.Event) -> None:
        from svc.domain.phones import masked, normal

        number = normal(given["from"]) if isinstance(given.get("from"), str) else None
        row = {name: entry.fields[name] for name in entry.fields if _secret(event, name)}
        if number and entry.get("from") == masked(number):
            row["phone"] = number
        if row:
            self.secrets[entry.id] = row

    # ---- checking the whole --------------------------------------------------------------------

    def check(self) -> None:
        """Find every line that does not fit the others or what is recorded; leave out what is there already."""
        self.desk.index.catch_up()
        groups: dict[tuple[str, str], list[tuple[int, Entry]]] = {}
        for number, entry in self.entries:
            groups.setdefault((entry.ledger, entry.id), []).append((number, entry))
        self._report_of: dict[str, str] = {}
        for (noun, id), group in groups.items():
            self._check_group(noun, id, group)
        self._check_references(groups)

    def _check_group(self, noun: str, id: str, group: list[tuple[int, Entry]]) -> None:
        recorded = self.desk.index.entries(noun, id)
        fresh = [(n, e) for n, e in group if not any(_same(e, old) for old in recorded)]
        known = {n for n, _ in fresh}
        self.entries = self.entries if len(fresh) == len(group) else [
            pair for pair in self.entries if pair[1].ledger != noun or pair[1].id != id or pair[0] in known
        ]
        numbers = {builtin_id(e): n for n, e in fresh}
        check = ledgers.module(noun).check
        merged = in_order([*recorded, *(e for _, e in fresh)])
        for n, entry in enumerate(merged):
            number = numbers.get(builtin_id(entry))
            try:
                check(merged[:n], entry)
            except SvcError as error:
                self.wrong.setdefault(number if number is not None else fresh[0][0], error)

    def _check_references(self, groups: Mapping[tuple[str, str], list[tuple[int, Entry]]]) -> None:
        for number, entry in self.entries:
            event = ledgers.event(entry.ledger, entry.event)
            for field in event.fields:
                noun = getattr(field.kind, "noun", None)
                value = entry.get(field.name)
                if noun in ledgers.TABLE and value and not self._there(groups, noun, value):
                    self.wrong.setdefault(number, _nowhere(noun, value))
            if entry.ledger == "finding":
                self._check_finding(number, entry, groups)
            if entry.ledger == "report" and entry.get("visit"):
                self._check_one_report(number, entry)

    def _there(self, groups: Mapping[tuple[str, str], Any], noun: str, id: str) -> bool:
        return (noun, id) in groups or self.desk.index.exists(noun, id)

    def _check_finding(self, number: int, entry: Entry, groups: Mapping[tuple[str, str], Any]) -> None:
        rule_id, subject = parts(entry.id)
        rule = self.desk.rules.rules.get(rule_id)
        if rule is None:
            known = ", ".join(self.desk.rules.rules)
            self.wrong.setdefault(
                number, BadInput(Text(f"there is no rule {rule_id!r}", f"没有规则 {rule_id!r}"), Text(known, known))
            )
        elif rule.subject in ledgers.TABLE and not self._there(groups, rule.subject, subject.partition("/")[0]):
            self.wrong.setdefault(number, _nowhere(rule.subject, subject))
        elif self._concerns(rule.subject, subject, groups) == entry.by:
            self.wrong.setdefault(
                number,
                Conflict(
                    Text(f"{entry.id} concerns {entry.by}, who cannot rule on it", f"{entry.id} 涉及 {entry.by} 本人，本人不能认定"),
                    Text("somebody else who may rule records it", "请由其他有权认定的人认定"),
                ),
            )

    def _concerns(self, noun: str, id: str, groups: Mapping[tuple[str, str], list[tuple[int, Entry]]]) -> str | None:
        found = [e for _, e in groups.get((noun, id), ())] or self.desk.index.entries(noun, id)
        if noun == "report":
            visits = [e.get("visit") for e in found if e.get("visit")]
            return self._concerns("visit", visits[0], groups) if visits else None
        who = next((e.get("staff") or e.get("about") for e in found if e.get("staff") or e.get("about")), None)
        return who

    def _check_one_report(self, number: int, entry: Entry) -> None:
        visit = entry.get("visit")
        known = self._report_of.get(visit) or next(iter(self.desk.index.children("report", visit)), None)
        if known is not None and known != entry.id:
            self.wrong.setdefault(
                number,
                Conflict(
                    Text(f"the report of visit {visit} is {known}", f"派工 {visit} 的报告是 {known}"),
                    Text(f"use that id: {known}", f"请用编号 {known}"),
                ),
            )
        self._report_of[visit] = known or entry.id

    # ---- writing -------------------------------------------------------------------------------

    def write(self) -> None:
        """Registers and entries, all or nothing."""
        with self.desk.ledger.all_or_nothing(self.now):
            for noun, rows in self.rows.items():
                if rows:
                    self.desk.registers.add(noun, rows)
            secrets = {id: row for id, row in self.secrets.items() if any(e.id == id for _, e in self.entries)}
            if secrets:
                self.desk.registers.add("caller", secrets)
            if self.entries:
                self.desk.ledger.append([entry for _, entry in self.entries], self.now)

    def without_wrong(self) -> Iterator[Line]:
        """The lines that are left when the wrong ones are taken out."""
        return (line for number, line in self.lines.items() if number not in self.wrong)


builtin_id = id


def _secret(event: ledgers.Event, name: str) -> bool:
    field = event.field(name)
    return bool(field and field.secret)


def _same(one: Entry, other: Entry) -> bool:
    return one._replace(recorded_at=other.recorded_at) == other


def _same_number(phones: str, text: str) -> bool:
    from svc.domain.phones import normal

    number = normal(text)
    return number is not None and number in [p.strip() for p in phones.split(";")]


class _Trusting:
    """Reads a register's references as they are: their rows may stand further down."""

    def __init__(self, batch: Batch) -> None:
        self.time, self.caller = batch.time, batch.caller

    def reference(self, noun: str, text: str) -> str:
        return registers.key(noun, text)


def _refuse_unknown(given: Mapping[str, Any], known: set[str]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        import difflib

        near = difflib.get_close_matches(unknown[0], known, 1, 0.5)
        raise BadInput(
            Text(f"there is no field {unknown[0]!r}", f"没有字段 {unknown[0]!r}"),
            Text(f"did you mean {near[0]!r}?", f"是不是 {near[0]!r}？") if near else Text(", ".join(sorted(known)), "、".join(sorted(known))),
        )


def _nowhere(noun: str, id: str) -> Conflict:
    return Conflict(
        Text(f"there is no {noun} {id}, neither on the desk nor in the file", f"没有 {id}：台账和文件中都没有"),
        Text("import it along, or correct the id", "请一并导入，或改正编号"),
    )


def take(desk: Desk, file: Path, lines: Iterable[Line], rejects: Path | None, dry: bool) -> Done:
    """Import lines; with `rejects` the wrong ones go into that file, with their reasons, and the rest is imported."""
    from svc.domain.ledgers import RULERS

    desk.permit(desk.who, RULERS, Text("import", "导入"))
    with desk.ledger.lock():
        batch = _checked(desk, lines)
        kept_out: dict[int, tuple[Line, SvcError]] = {}
        while batch.wrong and rejects is not None:
            kept_out |= {n: (batch.lines[n], error) for n, error in batch.wrong.items()}
            batch = _checked(desk, batch.without_wrong())
        if batch.wrong:
            raise _refusal(file, batch)
        if not dry:
            batch.write()
    if rejects is not None and kept_out:
        _write_rejects(file, rejects, kept_out)
    counts = {noun: len(rows) for noun, rows in batch.rows.items() if rows}
    for _, entry in batch.entries:
        counts[entry.ledger] = counts.get(entry.ledger, 0) + 1
    return Done(counts, len(kept_out))


def _checked(desk: Desk, lines: Iterable[Line]) -> Batch:
    batch = Batch(desk)
    batch.read(lines)
    batch.check()
    return batch


def _refusal(file: Path, batch: Batch) -> Several:
    errors = []
    for number, error in sorted(batch.wrong.items())[:SHOWN]:
        error.place = f"{file.name}:{number}"
        errors.append(error)
    wrong, all_ = len(batch.wrong), len(batch.lines)
    return Several(
        errors,
        Text(f"{wrong} of {all_} lines are wrong; nothing was imported", f"{all_} 行中有 {wrong} 行有错；没有导入任何内容"),
        Text("mend them, or keep them out with --rejects bad.jsonl", "请改正，或用 --rejects bad.jsonl 把坏行留在外面"),
    )


def _write_rejects(file: Path, rejects: Path, kept_out: Mapping[int, tuple[Line, SvcError]]) -> None:
    import json

    from svc.locale import say

    with rejects.open("w", encoding="utf-8") as stream:
        for number, (line, error) in sorted(kept_out.items()):
            row = {"place": f"{file.name}:{number}", "error": say(error.what), "line": line.given or line.text}
            print(json.dumps(row, ensure_ascii=False), file=stream)
