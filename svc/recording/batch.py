"""A batch of lines checked as a whole, then written as a whole.

The order of the lines does not matter: what belongs together is put in order of time and checked as
if it had been recorded then. Ids, times and persons are kept as given; the time of recording is now.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from svc.desk.open import Desk
from svc.domain import ledgers, registers
from svc.domain.clock.base import fixed, happened, read_iso
from svc.domain.entry import Entry
from svc.domain.kinds import read_field
from svc.domain.people import hide_in, is_masked, masked, normal
from svc.domain.permissions import refusal
from svc.errors import BadInput, Conflict, NotPermitted, Several, SvcError
from svc.recording.doubts import doubts
from svc.recording.line import COMMON, refuse_incomplete, refuse_unknown
from svc.recording.lines import Done, Line, Named
from svc.recording.people import People, entry_id
from svc.recording.recorded import Recorded
from svc.recording.registers import Row
from svc.text import Text, say

SHOWN = 50
"""How many wrong lines are shown; the rest are counted."""

OF_A_LINE = (BadInput, Conflict, NotPermitted)
"""What can be wrong with a line; anything else (a damaged desk) ends the import."""


class Made(NamedTuple):
    """An entry and the line that it comes from."""

    line: Line
    entry: Entry


class Batch:
    """What is to be imported, and what is wrong with it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = desk.now()
        self.people = People(desk)
        self.lines: dict[int, list[Line]] = {}
        self.made: list[Made] = []
        self.secrets: dict[str, Row] = {}
        self.wrong: dict[int, SvcError] = {}
        self.repeated = 0
        self.not_kept: set[tuple[str, str]] = set()
        self._ids: dict[Hashable, str] = {}
        self._claims: dict[Hashable, list[int]] = {}
        self._numbers: dict[str, int] = {}
        self._children: dict[tuple[str, str], str] = {}
        self._recorded = Recorded(desk)

    # ---- what `svc.domain.kinds.InputContext` asks for: references may be to what the same file brings ----

    def time(self, text: str) -> datetime:
        """ISO 8601 only: words like "tomorrow" mean nothing in a file."""
        moment = read_iso(text, self.desk.zone)
        if moment is None:
            raise BadInput(
                Text(f"{text!r} is no time", f"{text!r} 不是时间"),
                Text("write it like 2026-10-01T09:00:00+08:00", "写成 2026-10-01T09:00:00+08:00"),
            )
        return fixed(moment)

    def happened(self, text: str) -> datetime:
        """The moment of an entry; BadInput for what is still to come."""
        return happened(self.time(text), self.now)

    def reference(self, noun: str, text: str) -> str:
        """Of a register: who is meant. Of a ledger: the id as given, which is looked for at the end."""
        return self.people.reference(noun, text) if noun in registers.TABLE else entry_id(noun, text)

    def caller(self, text: str) -> str:
        """A customer of the file or the desk, or the masked number of a stranger."""
        return self.people.caller(text)

    # ---- reading lines -------------------------------------------------------------------------

    def read(self, lines: Iterable[Line]) -> None:
        """Read all lines: registers first, so that entries may refer to them wherever they stand."""
        people: list[Line] = []
        machines: list[Line] = []
        entries: list[Line] = []
        numbered: list[Line] = []
        for line in lines:
            self.lines.setdefault(line.number, []).append(line)
            if line.wrong is not None:
                self.wrong.setdefault(line.number, line.wrong)
            elif line.given.get("ledger") in registers.TABLE:
                self.people.keep_free(line.given["ledger"], line.given)
                (machines if line.given["ledger"] == "machine" else people).append(line)
            else:
                self._keep_free(line.given.get("id"))
                (numbered if line.given.get("id") is None else entries).append(line)
        self._read_all(people, self._register)
        self._read_all(machines, self._register)
        self._read_all(entries + numbered, self._entry)

    def _read_all(self, lines: list[Line], read: Callable[[Line, Mapping[str, Any]], str]) -> None:
        """Read lines; those that refer to what a later one makes when that is made."""
        while lines:
            waiting = [line for line in lines if not self._try(line, read)]
            if len(waiting) == len(lines):
                for line in waiting:
                    self.wrong.setdefault(line.number, self._unmade(line))
                return
            lines = waiting

    def _try(self, line: Line, read: Callable[[Line, Mapping[str, Any]], str]) -> bool:
        """Whether the line is done with: read, found wrong, or its turn taken by an earlier one of its name."""
        if line.number in self.wrong:
            return True
        if line.name in self._ids:
            self._claims.setdefault(line.name, []).append(line.number)
            return True
        given = line.given
        named = [value.name for value in given.values() if isinstance(value, Named)]
        if named:
            if any(name not in self._ids for name in named):
                return False
            given = {k: self._ids[v.name] if isinstance(v, Named) else v for k, v in given.items()}
        try:
            id = read(line, given)
        except OF_A_LINE as error:
            self.wrong[line.number] = error
        else:
            if line.name is not None:
                self._ids[line.name] = id
        return True

    def _unmade(self, line: Line) -> Conflict:
        missing = next(v for v in line.given.values() if isinstance(v, Named) and v.name not in self._ids)
        return Conflict(
            Text(
                f"it refers to {missing.shown}, which no good line makes",
                f"所指的 {missing.shown} 没有由任何有效行生成",
            ),
            Text("mend the line that should make it", "请改正应生成它的那一行"),
        )

    def _register(self, line: Line, given: Mapping[str, Any]) -> str:
        noun = given["ledger"]
        register = registers.TABLE[noun]
        if given.get("event", "add") != "add":
            raise BadInput(
                Text(f"{noun} has no event {given['event']!r}", f"{noun} 没有 {given['event']!r}"),
                Text('"event":"add"', '"event":"add"'),
            )
        # Other systems know more about a customer than a register keeps: that is said, not refused. Whose
        # row it was does not matter either: whoever imports (the head) answers for the registers.
        known = {*COMMON, "serial", "pinyin", *(f.name for f in register.fields)}
        self.not_kept.update((noun, name) for name in given if name not in known)
        if given.get("at") is not None:
            self._at(given)
        return self.people.add(noun, {k: v for k, v in given.items() if k in known}, self)

    def _entry(self, line: Line, given: Mapping[str, Any]) -> str:
        noun, name = given.get("ledger"), given.get("event")
        if not isinstance(noun, str) or not isinstance(name, str):
            hint = '"ledger":"call","event":"log"'
            raise BadInput(Text("ledger or event is missing", "缺少 ledger 或 event"), Text(hint, hint))
        if noun == "access":
            raise BadInput(
                Text("entries of the ledger access are made by the commands themselves", "access 台账只由命令本身记录"),
                Text("leave the line out", "请去掉这一行"),
            )
        event = ledgers.event(noun, name)
        refuse_unknown(given, noun, name)
        at = self._at(given)
        by = self._by(given, event.roles, Text(event.name, event.title.zh))
        read = {f.name: read_field(f, given[f.name], f.name, self) for f in event.fields if given.get(f.name) is not None}
        fields = {name: value for name, value in read.items() if value not in ("", (), {})}
        refuse_incomplete(event, fields)
        secrets = {f.name: fields.pop(f.name) for f in event.fields if f.secret and f.name in fields}
        numbers: list[str] = []
        fields = {f.name: hide_in(f, fields[f.name], numbers.append) for f in event.fields if f.name in fields}
        if numbers:
            secrets["phone"] = "; ".join(numbers)
        id = self._id(given, noun, event, at, fields)
        self._keep_secrets(id, given, fields, secrets)
        self.made.append(Made(line, Entry(noun, name, id, at, self.now, by, fields)))
        return id

    def _at(self, given: Mapping[str, Any]) -> datetime:
        if not isinstance(given.get("at"), str):
            hint = '"at":"2026-10-01T09:00:00+08:00"'
            raise BadInput(Text("at is missing", "缺少 at"), Text(hint, hint))
        try:
            return self.happened(given["at"])
        except BadInput as error:
            error.field = "at"
            raise

    def _by(self, given: Mapping[str, Any], roles: tuple[str, ...], deed: Text) -> str:
        if given.get("by") is None:
            by = self.desk.who
        elif isinstance(given["by"], str):
            by = self.reference("staff", given["by"])
        else:
            raise BadInput(Text(f"by: {given['by']!r} is no staff id", f"by：{given['by']!r} 不是员工编号"))
        self.permit(by, roles, deed)
        return by

    def permit(self, staff: str, roles: Iterable[str], deed: Text) -> None:
        """Refuse what the role of a member of staff, of the file or the desk, does not allow."""
        role, allowed = self.people.role(staff), tuple(roles)
        if allowed and role not in allowed:
            raise refusal(staff, role, deed, allowed)

    # ---- ids -----------------------------------------------------------------------------------

    def _keep_free(self, id: object) -> None:
        """An id that the file gives is not given out to anything else."""
        prefix, number = ledgers.numbered(id) if isinstance(id, str) else ("", None)
        if number is not None:
            self._numbers[prefix] = max(self._last(prefix), number)

    def _id(
        self, given: Mapping[str, Any], noun: str, event: ledgers.Event, at: datetime, fields: Mapping[str, Any]
    ) -> str:
        id = given.get("id")
        parent = None if event.on in ("new", "own") else (noun, fields[event.on])
        if id is not None:
            id = entry_id(noun, id, ledgers.FINDING_ID if noun == "finding" else ledgers.ID)
        elif event.on == "own":
            raise BadInput(
                Text(f"the id of the {noun} is missing", "缺少编号"), Text('"id":"C2610-0001"', '"id":"C2610-0001"')
            )
        elif parent:
            id = self._child(parent)
        id = id or self._recorded.id_of(noun, event.name, at, fields) or self._next(noun, at)
        if parent:
            self._children.setdefault(parent, id)
        return id

    def _child(self, parent: tuple[str, str]) -> str | None:
        """The id that already belongs to a parent: a visit's one report."""
        return self._children.get(parent) or next(iter(self.desk.index.children(*parent)), None)

    def _next(self, noun: str, at: datetime) -> str:
        prefix = self.desk.prefix(noun, at)
        self._numbers[prefix] = self._last(prefix) + 1
        return f"{prefix}{self._numbers[prefix]:04d}"

    def _last(self, prefix: str) -> int:
        return self._numbers.get(prefix) or self.desk.index.last_number(prefix)

    def _keep_secrets(
        self, id: str, given: Mapping[str, Any], fields: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> None:
        """A stranger's number and a caller's name go into a register of their own, which can be erased."""
        if not secrets and not is_masked(fields.get("from") or ""):
            return
        number = normal(given["from"]) if isinstance(given.get("from"), str) else None
        stranger = [number] if number and fields.get("from") == masked(number) else []
        known = self.secrets.get(id, {})
        phones = [*known.get("phone", "").split("; "), *stranger, *secrets.get("phone", "").split("; ")]
        row = {**known, **secrets, "phone": "; ".join(dict.fromkeys(filter(None, phones)))}
        if any(row.values()):
            self.secrets[id] = {name: value for name, value in row.items() if value}

    # ---- what does not fit, and writing --------------------------------------------------------

    def blame(self, made: Made, error: SvcError) -> None:
        """Note what is wrong with an entry, for every line that would make it."""
        for number in (made.line.number, *self._claims.get(made.line.name, ())):
            self.wrong.setdefault(number, error)

    def write(self) -> None:
        """Registers and entries, all or nothing."""
        ids = {made.entry.id for made in self.made}
        secrets = {id: row for id, row in self.secrets.items() if id in ids}
        with self.desk.ledger.all_or_nothing(self.now):
            for noun, rows in (*self.people.rows.items(), ("caller", secrets)):
                if rows:
                    self.desk.registers.add(noun, rows)
            if self.made:
                self.desk.ledger.append([made.entry for made in self.made], self.now)

    def without_wrong(self) -> Iterator[Line]:
        """The lines that are left when the wrong ones are taken out."""
        return (line for number, lines in self.lines.items() if number not in self.wrong for line in lines)


def take(
    desk: Desk,
    file: Path,
    lines: Iterable[Line],
    rejects: Path | None,
    dry: bool,
    who: Iterable[str] = ledgers.RULERS,
) -> Done:
    """Import lines; with `rejects` the wrong ones go into that file, with their reasons, and the rest is imported.

    `who` are the roles that may (nobody: everybody).
    """
    desk.permit(desk.who, tuple(who), Text("import", "导入"))
    if rejects is not None:
        _refuse_overwriting(desk, file, rejects)
    with desk.ledger.lock():
        desk.index.catch_up()
        batch = _checked(desk, lines)
        everything = batch.lines
        kept_out: dict[int, SvcError] = {}
        while batch.wrong and rejects is not None:
            kept_out |= batch.wrong
            batch = _checked(desk, batch.without_wrong())
        if batch.wrong:
            raise _refusal(file, batch)
        if rejects is not None and (kept_out or rejects.exists()):
            _write_rejects(file, rejects, {n: (everything[n][0], error) for n, error in sorted(kept_out.items())})
        doubtful = [*doubts(batch, file)]
        if not dry:
            batch.write()
    counts = {noun: len(rows) for noun, rows in batch.people.rows.items() if rows}
    for made in batch.made:
        counts[made.entry.ledger] = counts.get(made.entry.ledger, 0) + 1
    return Done(counts, len(kept_out), (*_notes(batch), *doubtful))


def _notes(batch: Batch) -> Iterator[Text]:
    """What whoever imports should know of what was not written."""
    if batch.people.repeated:
        count = batch.people.repeated
        yield Text(
            f"{count} rows of registers were registered already, the same, or stand twice in the file: skipped",
            f"{count} 行登记内容已有且相同，或在文件中重复，已跳过",
        )
    if batch.repeated:
        count = batch.repeated
        yield Text(
            f"{count} entries were recorded already or stand twice in the file",
            f"{count} 条已有或在文件中重复，未再写入",
        )
    for noun, name in sorted(batch.not_kept):
        yield Text(f"{noun}: the register has no {name!r}; it was left out", f"{noun} 登记册没有 {name!r} 一项，未保留")


def _checked(desk: Desk, lines: Iterable[Line]) -> Batch:
    from svc.recording.fit import fit

    batch = Batch(desk)
    batch.read(lines)
    fit(batch)
    return batch


def _refusal(file: Path, batch: Batch) -> Several:
    first: dict[int, tuple[int, SvcError]] = {}
    for number, error in sorted(batch.wrong.items()):
        first.setdefault(id(error), (number, error))  # what stands for many lines is said once
    errors = [
        type(e)(e.what, e.hint, place=batch.lines[n][0].where(file.name, e), excerpt=e.excerpt)
        for n, e in first.values()
    ]
    wrong, all_ = len(batch.wrong), len(batch.lines)
    refusal = Several(
        errors[:SHOWN],
        Text(
            f"{wrong} of {all_} lines are wrong; nothing was imported",
            f"{all_} 行中有 {wrong} 行有错；没有导入任何内容",
        ),
        Text("mend them, or keep them out with --rejects bad.jsonl", "请改正，或用 --rejects bad.jsonl 把坏行留在外面"),
    )
    refusal.exit_code = max(error.exit_code for error in errors)
    return refusal


def _refuse_overwriting(desk: Desk, file: Path, rejects: Path) -> None:
    own = rejects.resolve()
    data = desk.kept.folder and (desk.kept.folder / "data").resolve()
    if str(rejects) == "-" or own == file.resolve() or (data and own.is_relative_to(data)) or own.is_dir():
        raise BadInput(
            Text(f"--rejects {rejects} would overwrite what is needed", f"--rejects {rejects} 会覆盖需要的文件"),
            Text("name a new file, like --rejects bad.jsonl", "请写一个新文件名，如 --rejects bad.jsonl"),
        )


def _write_rejects(file: Path, rejects: Path, kept_out: Mapping[int, tuple[Line, SvcError]]) -> None:
    import json

    with rejects.open("w", encoding="utf-8", errors="backslashreplace") as stream:
        for line, error in kept_out.values():
            row = {"place": line.where(file.name, error), "error": say(error.what), "line": line.shown}
            print(json.dumps(row, ensure_ascii=False), file=stream)
