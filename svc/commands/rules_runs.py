"""Rules carried out without recording anything: `svc rules test` on the desk's cases, `svc rules replay` on past months."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from svc.audit.replay import Change, Range, Replay, cost, in_words, replay, total
from svc.audit.world import Span, World
from svc.desk.open import Desk
from svc.domain.clock.base import month_names
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.rules.cases import Coverage, coverage, is_cases, read_cases
from svc.rules.explain import rows
from svc.rules.file import load
from svc.rules.form.problem import Problem, how_many, report
from svc.rules.judge import Finding
from svc.rules.model import Rules
from svc.rules.results import Result, carry_out
from svc.text import Text, say
from svc.ui.files import RULES_FILE, read_small

# ---- cases -----------------------------------------------------------------------------------------

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

    @classmethod
    def of(cls, desk: Desk, file: str | None) -> Trial:
        """Carry out the cases. `file` holds cases (for the desk's rules) or rules (for the desk's cases)."""
        name, data, rules = FILE, desk.documents.read(FILE), desk.rules
        if file:
            given = read_small(file, RULES_FILE)
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
        return cls(name, rules, [carry_out(case, rules) for case in cases], problems, coverage(cases, rules))

    def document(self) -> dict[str, Any]:
        """The run as JSON."""
        return {
            "file": self.file,
            "rules": {"path": self.rules.path, "sha256": self.rules.sha256},
            "passed": self.passed,
            "problems": [p.row(self.file) for p in self.problems],
            "cases": [_case(result) for result in self.results],
            "coverage": {
                "untested": list(self.coverage.untested),
                "never_stands": list(self.coverage.never_stands),
                "always_stands": list(self.coverage.always_stands),
                "without_amount": [
                    {"amount": gap.amount, "from": str(gap.since), "until": str(gap.until) if gap.until else None}
                    for gap in self.coverage.without_amount
                ],
            },
        }

    def show(self) -> None:
        """The run for people: mistakes on stderr, then what differs and why, then what is left out."""
        from svc.output.terminal import show_steps as show_steps

        if self.problems:
            print(report(self.file, self.problems), end="", file=sys.stderr)
        for result in self.results:
            if result.differences:
                print(f"{self.file}:{result.case.line}: {result.case.name}")
            for one in result.differences:
                print(say(Text(f"  {one.rule}: {one.what} expected {one.expected}, found {one.told.en}",
                               f"  {one.rule}：{one.what} 应为 {one.expected}，实为 {one.told.zh}")))  # fmt: skip
            for told in result.told.values():
                show_steps(told)
        failed = sum(bool(result.differences) for result in self.results)
        count = len(self.results)
        print(say(Text(f"{count} cases: {count - failed} as expected, {failed} not",
                       f"{count} 条测试：{count - failed} 条符合，{failed} 条不符")))  # fmt: skip
        if self.problems:
            print(say(how_many(self.file, len(self.problems))), file=sys.stderr)
        for line in _left_out(self):
            print(say(line))


def _case(result: Result) -> dict[str, Any]:
    return {
        "name": result.case.name,
        "line": result.case.line,
        "passed": not result.differences,
        "differences": [d._asdict() for d in result.differences],
        "steps": {id: rows(told) for id, told in result.told.items()},
    }


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


# ---- past months -----------------------------------------------------------------------------------

MOST = 36
"""Months of one replay."""


def months(first: str, last: str, desk: Desk) -> list[str]:
    """The months from one to another; BadInput for what are none, or in the wrong order, or too many."""
    desk.month_span(first), desk.month_span(last)
    names = month_names(last, MOST)
    if first not in names:
        raise BadInput(
            Text(
                f"from {first} to {last} are no months in order, {MOST} at most",
                f"{first} 到 {last} 不是从先到后的月份，最多 {MOST} 个月",
            ),
            Text("for example: --from 2026-07 --to 2026-09", "例如：--from 2026-07 --to 2026-09"),
        )
    return names[names.index(first) :]


def open_months(desk: Desk, since: str) -> list[str]:
    """The months from one on that are not sealed, up to now."""
    sealed, now = desk.seals.months(), f"{desk.now():%Y-%m}"
    last = max(sealed, default="")
    desk.index.catch_up()
    first = desk.index.select("select min(at) from entry")[0][0]
    begun = "" if first is None else f"{datetime.fromtimestamp(int(str(first)), desk.zone):%Y-%m}"
    return [m for m in month_names(now, MOST) if m >= max(since, begun) and m > last] if begun else []


def hits(desk: Desk, old: Rules, new: Rules, since: str = "") -> Replay:
    """Whom a change into open months hits: their findings by both rules."""
    view = desk.view()

    def by_old(month: str) -> tuple[str, World, Span]:
        world, span = desk.month(month, view)
        return month, world._replace(rules=old), span

    return replay((by_old(month) for month in open_months(desk, since)), new)


def told_of(desk: Desk, made: Replay) -> list[Text]:
    """The findings that would be others, old → new, and what each person would pay: a line each."""
    lines = [
        Text(f"  {one.id}  {_name(desk, one.staff)}: {_shown(one.old)} → {_shown(one.new)}",
             f"  {one.id}  {_name(desk, one.staff)}：{_shown(one.old)} → {_shown(one.new)}")
        for one in made.changes
    ]  # fmt: skip
    for who in made.people():
        before, after = total(made.old, who), total(made.new, who)
        if before != after:
            lines.append(Text(f"  {_name(desk, who)} in all: {before.text()} → {after.text()} yuan",
                              f"  {_name(desk, who)} 合计：{before.text()} → {after.text()} 元"))  # fmt: skip
    return lines


def raises(made: Replay) -> bool:
    """Whether somebody would pay more, or be paid less."""
    return any(total(made.new, who).high > total(made.old, who).high for who in made.people())


def _name(desk: Desk, staff: str | None) -> str:
    return (desk.person("staff", staff).get("name") if staff else None) or staff or "-"


class PastMonths:
    """One replay, ready to be shown."""

    def __init__(self, desk: Desk, file: str, first: str, last: str) -> None:
        self.desk, self.file, self.first, self.last = desk, file, first, last
        self.new: Rules = load(file, read_small(file, RULES_FILE))
        view = desk.view()
        self.made: Replay = replay(((m, *desk.month(m, view)) for m in months(first, last, desk)), self.new)

    def document(self) -> dict[str, Any]:
        """The replay as JSON; sums are at least and at most."""
        made = self.made
        return {
            "from": self.first,
            "to": self.last,
            "rules": {"old": self.desk.rules.sha256, "new": self.new.sha256},
            "changed": [say(line) for line in in_words(self.desk.rules, self.new)],
            "findings": [self._change(one) for one in made.changes],
            "by_staff": [
                {
                    "staff": who,
                    "name": self._name(who),
                    "old": _sum(total(made.old, who)),
                    "new": _sum(total(made.new, who)),
                }
                for who in made.people()
            ],
            "total": {"old": _sum(total(made.old)), "new": _sum(total(made.new))},
        }

    def _change(self, one: Change) -> dict[str, Any]:
        return {
            "id": one.id,
            "month": one.month,
            "staff": one.staff,
            "name": self._name(one.staff),
            "old": _state(one.old),
            "new": _state(one.new),
        }

    def _name(self, staff: str | None) -> str | None:
        return self.desk.person("staff", staff).get("name") if staff else None

    def show(self) -> None:
        """The replay for people."""
        from svc.output import tables as table

        made = self.made
        lines = list(in_words(self.desk.rules, self.new))
        print(say(Text(f"what {self.file} changes:", f"{self.file} 改了什么：")))
        for line in lines or [Text("nothing", "没有改动")]:
            print(f"  {say(line)}")
        print()
        rows = [
            {"id": one.id, "name": self._name(one.staff), "old": _shown(one.old), "new": _shown(one.new)}
            for one in made.changes
        ]
        columns = {
            "id": Text("finding", "编号"),
            "name": Text("who", "当事人"),
            "old": Text("as it is", "原来"),
            "new": Text("would be", "改后"),
        }
        if rows:
            table.emit(rows, columns, "table")
            print()
        people: list[dict[str, Any]] = [
            {"name": self._name(who) or who, "old": total(made.old, who).text(), "new": total(made.new, who).text()}
            for who in made.people()
        ]
        people.append({"name": say(Text("all", "合计")), "old": total(made.old).text(), "new": total(made.new).text()})
        sums = {
            "name": Text("who", "姓名"),
            "old": Text("yuan as it is", "原来（元）"),
            "new": Text("yuan would be", "改后（元）"),
        }
        table.emit(people, sums, "table")
        print()
        print(say(Text(f"{len(made.changes)} of {len(made.old)} findings would be others; nothing was written",
                       f"{len(made.old)} 条问题中 {len(made.changes)} 条会不同；没有写入任何内容")))  # fmt: skip


def _sum(amount: Range) -> dict[str, str]:
    return {"least": f"{amount.low:.2f}", "most": f"{amount.high:.2f}"}


def _state(one: Finding | None) -> dict[str, Any] | None:
    return {"status": one.status, "amount": one.yuan, **_sum(cost(one))} if one else None


def _shown(one: Finding | None) -> str:
    from svc.output.words import word

    if one is None:
        return say(Text("no finding", "没有问题"))
    yuan = f" {cost(one).text()}" if (one.priced or one.pays) and one.yuan is not None else ""
    return word(one.status) + yuan
