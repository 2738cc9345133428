"""svc rules check: what cannot be read, what is dangerous, and whom a changed file hits in open months."""

from __future__ import annotations

from datetime import datetime

import typer

from svc.commands.rules_runs import hits, told_of
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.kinds import Field, OwnChoice
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.recording.rules import accept, recorded_last
from svc.rules.cases import read_cases
from svc.rules.cases import tried as tried_by
from svc.rules.file import examine
from svc.rules.form.problem import Problem
from svc.rules.inspection import Tried, inspect
from svc.rules.model import Named, Rules
from svc.rules.results import carry_out
from svc.text import Text, quoted, quoted_zh
from svc.ui.files import RULES_FILE, read_small
from svc.ui.options import open_desk

CASES = "rules_tests.yaml"


class Look(NamedTuple):
    """What was found in a file: mistakes and notes, and what it would change in open months."""

    name: str
    rules: Rules | None
    problems: list[Problem]
    hits: list[Text]

    @property
    def wrong(self) -> bool:
        """Whether there is a mistake among what was found."""
        return any(not one.note for one in self.problems)


def look(ctx: typer.Context, file: str | None) -> Look:
    """Look at a file, or at the desk's own with its cases and its seals."""
    if file:
        data = read_small(file, RULES_FILE)
        rules, problems = examine(file, data)
        desk, tried = _desk(ctx), None
    else:
        file, desk = "rules.yaml", open_desk(ctx)
        data = desk.documents.read(file) or b""
        rules, problems = examine(file, data, *desk.rulebook.last_sealed())
        tried = tried_of(desk.documents.read(CASES) or b"", rules) if rules else None
    if rules is None:
        return Look(file, rules, problems, [])
    before = _before(desk, rules) if desk else None
    today = desk.now() if desk else datetime.now()
    problems = inspect(data, rules, today.date(), tried, before, _gone(desk, before, rules) if desk and before else ())
    return Look(file, rules, problems, hit_by(desk, before, rules) if desk and before else [])


def _before(desk: Desk, new: Rules) -> Rules | None:
    """The rules in force; of those themselves, what was recorded before they were changed by hand; None where they are the same."""
    old: Rules | None = desk.rules
    if old is not None and new.sha256 == old.sha256:
        old = recorded_last(desk)
    return None if old is not None and new.sha256 == old.sha256 else old


def _desk(ctx: typer.Context) -> Desk | None:
    """The desk that one stands at; a file of rules can be looked at without any."""
    try:
        desk = open_desk(ctx)
        desk.rules  # noqa: B018
    except SvcError:
        return None
    return desk


def tried_of(written: bytes, rules: Rules) -> Tried:
    """What written cases try, and by rule the first that comes out otherwise."""
    cases, _ = read_cases(written, rules)
    failed: dict[str, Text] = {}
    for case in cases:
        for one in carry_out(case, rules).differences:
            if one.rule in rules.rules:
                what = Text(f"{one.rule}: the case {quoted(case.name)} ({CASES}:{case.line}) expects {one.expected}, found {one.told.en}",
                            f"{one.rule}：测试{quoted_zh(case.name)}（{CASES}:{case.line}）应为 {one.expected}，实为 {one.told.zh}")  # fmt: skip
                failed.setdefault(one.rule, what)
    return tried_by(cases)._replace(failed=failed)


def _gone(desk: Desk, before: Rules, new: Rules) -> list[Named]:
    """What the department had added under `own`, has recorded, and no longer names."""
    parts = {"conduct_kinds": (before.conduct_kinds, new.conduct_kinds), "report_items": (before.report_items, new.report_items)}
    left = {part: {id: one for id, one in was.items() if id not in now} for part, (was, now) in parts.items()}
    found: dict[str, Named] = {}
    for noun in ledgers.TABLE:
        fields = [(field, part) for event in ledgers.events(noun).values() for field in event.fields if (part := _part(field)) and left.get(part)]
        for located in desk.ledger.read(noun) if fields else ():
            for field, part in fields:
                said = located.entry.get(field.name)
                for id in [said] if isinstance(said, str) else said or ():
                    found |= {id: left[part][id]} if id in left[part] else {}
    return list(found.values())


def _part(field: Field) -> str | None:
    """The part of `own` whose words a field takes."""
    for kind in (field.kind, getattr(field.kind, "keys", None)):
        if isinstance(kind, OwnChoice):
            return kind.part
    return None


def accepted(desk: Desk, reason: str, dry: bool) -> tuple[Entry | None, list[Text]]:
    """The entry that a file changed by hand is recorded with, and whom the change hits in open months."""
    before = recorded_last(desk)
    entry = accept(desk, reason, dry)
    return entry, hit_by(desk, before, desk.rules) if entry and before else []


def hit_by(desk: Desk, old: Rules, new: Rules) -> list[Text]:
    """What other rules change in open months, finding by finding and person by person.

    Nothing for whoever may not see what others are fined.
    """
    try:
        if desk.limited_to("finding", "list") is not None:
            return []
    except SvcError:
        return []
    told = told_of(desk, hits(desk, old, new))
    return [Text("in open months this changes:", "在未封存的月份里会改变："), *told] if told else []
