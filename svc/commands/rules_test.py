"""svc rules test: the cases of a desk carried out, what differs with its steps, and what they leave out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

from svc.commands.rules_edit import read_file
from svc.desk.open import Desk
from svc.errors import BadInput
from svc.rules.cases import Coverage, Result, carry_out, coverage, is_cases, read_cases
from svc.rules.explain import rows
from svc.rules.form.problem import Problem, how_many, report
from svc.rules.model import Rules
from svc.text import Text, say

FILE = "rules_tests.yaml"


class Trial(NamedTuple):
    """All that a run found: of which file, by which rules."""

    file: str
    rules: Rules
    results: list[Result]
    problems: list[Problem]
    coverage: Coverage

    @property
    def passed(self) -> bool:
        return not self.problems and not any(result.differences for result in self.results)


def trial(desk: Desk, file: str | None) -> Trial:
    """Carry out the cases. `file` holds cases (for the desk's rules) or rules (for the desk's cases)."""
    from svc.rules.file import load

    name, data, rules = FILE, desk.documents.read(FILE), desk.rules
    if file:
        given = read_file(Path(file))
        if is_cases(given):
            name, data = file, given
        else:
            rules = load(file, given)
    if data is None:
        raise BadInput(
            Text(f"the desk has no {FILE}", f"工作目录里没有 {FILE}"),
            Text("name a file of cases: svc rules test FILE", "请指定测试文件：svc rules test 文件"),
        )
    cases, problems = read_cases(data, rules)
    return Trial(name, rules, [carry_out(case, rules) for case in cases], problems, coverage(cases, rules))


def document(made: Trial) -> dict[str, Any]:
    """The run as JSON."""
    return {
        "file": made.file,
        "rules": {"path": made.rules.path, "sha256": made.rules.sha256},
        "passed": made.passed,
        "problems": [p.row(made.file) for p in made.problems],
        "cases": [_case(result) for result in made.results],
        "coverage": {
            "untested": list(made.coverage.untested),
            "never_stands": list(made.coverage.never_stands),
            "always_stands": list(made.coverage.always_stands),
            "without_amount": [
                {"amount": gap.amount, "from": str(gap.since), "until": str(gap.until) if gap.until else None}
                for gap in made.coverage.without_amount
            ],
        },
    }


def _case(result: Result) -> dict[str, Any]:
    return {
        "name": result.case.name,
        "line": result.case.line,
        "passed": not result.differences,
        "differences": [d._asdict() for d in result.differences],
        "steps": {id: rows(told) for id, told in result.told.items()},
    }


def show(made: Trial) -> None:
    """The run for people: mistakes on stderr, then what differs and why, then what is left out."""
    from svc.output.terminal import show_steps as show_steps

    if made.problems:
        print(report(made.file, made.problems), end="", file=sys.stderr)
    for result in made.results:
        if result.differences:
            print(f"{made.file}:{result.case.line}: {result.case.name}")
        for one in result.differences:
            print(say(Text(f"  {one.rule}: {one.what} expected {one.expected}, found {one.found}",
                           f"  {one.rule}：{one.what} 应为 {one.expected}，实为 {one.found}")))  # fmt: skip
        for told in result.told.values():
            show_steps(told)
    failed = sum(bool(result.differences) for result in made.results)
    count = len(made.results)
    print(say(Text(f"{count} cases: {count - failed} as expected, {failed} not",
                   f"{count} 条测试：{count - failed} 条符合，{failed} 条不符")))  # fmt: skip
    if made.problems:
        print(say(how_many(made.file, len(made.problems))), file=sys.stderr)
    for line in _left_out(made):
        print(say(line))


def _left_out(made: Trial) -> list[Text]:
    left = made.coverage
    lines = [Text(f"no case for the sanction of {id}", f"有处分而没有测试：{id}") for id in left.untested]
    lines += [Text(f"no case in which {id} stands", f"{id} 没有“成立”的测试") for id in left.never_stands]
    lines += [Text(f"no case in which {id} does not stand", f"{id} 没有“不成立”的测试") for id in left.always_stands]
    for gap in left.without_amount:
        until = Text(f"to {gap.until}", f"到 {gap.until}") if gap.until else Text("on", "起")
        lines.append(
            Text(
                f"no amount: {gap.amount} from {gap.since} {until.en}  [{made.rules.path}:{gap.line}]",
                f"金额未定：{gap.amount} {gap.since} {until.zh}  [{made.rules.path}:{gap.line}]",
            )
        )
    return lines
