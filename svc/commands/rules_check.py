"""svc rules check: what cannot be read, what is dangerous, and whom a changed file hits in open months."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import typer

from svc.desk.open import Desk
from svc.errors import SvcError
from svc.rules.cases import read_cases
from svc.rules.cases import tried as tried_by
from svc.rules.file import examine
from svc.rules.form.problem import Problem
from svc.rules.inspection import Tried, inspect
from svc.rules.model import Rules
from svc.text import Text
from svc.ui.files import RULES_FILE, read_small
from svc.ui.options import open_desk


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
        tried = _tried(desk, rules) if rules else None
    if rules is not None:
        today = desk.now() if desk else datetime.now()
        problems = inspect(data, rules, today.date(), tried)
    return Look(file, rules, problems, _hits(desk, rules) if desk and rules else [])


def _desk(ctx: typer.Context) -> Desk | None:
    """The desk that one stands at; a file of rules can be looked at without any."""
    try:
        desk = open_desk(ctx)
        desk.rules  # noqa: B018
    except SvcError:
        return None
    return desk


def _tried(desk: Desk, rules: Rules) -> Tried:
    cases, _ = read_cases(desk.documents.read("rules_tests.yaml") or b"", rules)
    return tried_by(cases)


def _hits(desk: Desk, new: Rules) -> list[Text]:
    """What a file changes in open months, against the one in force or, for that one, the one of the last seal.

    Nothing for whoever may not see what others are fined.
    """
    try:
        if desk.limited_to("finding", "list") is not None:
            return []
    except SvcError:
        return []
    from svc.commands.rules_runs import hits, told_of

    old = desk.rules
    if new.sha256 == old.sha256:
        old = desk.rulebook.last_sealed()[1] or old
    if new.sha256 == old.sha256:
        return []
    made = hits(desk, old, new)
    told = told_of(desk, made)
    return [Text("in open months this changes:", "在未封存的月份里会改变："), *told] if told else []
