"""The catalogue of mistakes in a rules file: one folder each, what the person who made it reads, in both languages.

A folder holds `change.txt` (lines taken from and put into base.yaml, like a patch without numbers),
`change-2.txt` (the same for base-2.yaml, of the second format) or a whole `input.yaml`;
`sealed.txt` lists sealed months, `cases.txt` says that there are no cases, `cases.yaml` holds some; `before.txt` says that
the base was in force, and names what of its `own` was recorded. After a change of wording: SVC_UPDATE=1 pytest …,
then read what has changed.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from svc import text
from svc.commands.rules_check import tried_of
from svc.rules.file import examine
from svc.rules.form.problem import report
from svc.rules.inspection import Tried, inspect
from svc.rules.model import Named

HERE = Path(__file__).parent / "rules"
BASE = HERE / "base.yaml"
BASE_2 = HERE / "base-2.yaml"
TODAY = date(2026, 12, 1)
CASES = sorted(path.name for path in HERE.iterdir() if path.is_dir())


def changed(base: str, change: str) -> str:
    """The base with each hunk (separated by @@) applied: its lines stand there exactly once."""
    for hunk in change.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        assert ("\n" + base).count("\n" + old) == 1, f"not there exactly once:\n{old}"
        base = ("\n" + base).replace("\n" + old, "\n" + new)[1:]
    return base


def given(case: Path) -> bytes:
    if (case / "input.yaml").exists():
        return (case / "input.yaml").read_bytes()
    if (case / "change-2.txt").exists():
        return changed(BASE_2.read_text("utf-8"), (case / "change-2.txt").read_text("utf-8")).encode()
    return changed(BASE.read_text("utf-8"), (case / "change.txt").read_text("utf-8")).encode()


@pytest.fixture(autouse=True)
def language_as_it_was():
    before = text.language()
    yield
    text.use(before)


@pytest.mark.parametrize("base", [BASE, BASE_2])
def test_base_has_no_mistakes(base):
    rules, problems = examine("rules.yaml", base.read_bytes())
    assert problems == [] and rules is not None
    assert base == BASE or inspect(base.read_bytes(), rules, TODAY) == []


def test_there_are_cases():
    assert len(CASES) >= 35


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_message(name, language):
    case = HERE / name
    sealed, before = frozenset(), None
    if (case / "sealed.txt").exists():
        sealed = frozenset((case / "sealed.txt").read_text().split())
        before, _ = examine("rules.yaml", BASE.read_bytes())
    rules, problems = examine("rules.yaml", given(case), sealed, before)
    if rules is not None:  # it can be read, and is dangerous all the same
        tried = Tried((), ()) if (case / "cases.txt").exists() else None
        if (case / "cases.yaml").exists():
            tried = tried_of((case / "cases.yaml").read_bytes(), rules)
        in_force, gone = None, []
        if (case / "before.txt").exists():
            in_force, _ = examine("rules.yaml", BASE_2.read_bytes())
            gone = [Named(*line.split(" ", 1), 0) for line in (case / "before.txt").read_text("utf-8").splitlines()]
        problems = inspect(given(case), rules, TODAY, tried, in_force, gone)
    assert problems
    text.use(language)
    told = report("rules.yaml", problems)
    expected = case / f"expected.{language}.txt"
    if os.environ.get("SVC_UPDATE"):
        expected.write_text(told, "utf-8")
    assert told == expected.read_text("utf-8")
