"""Cases as data: what was, and what the rules must make of it (`rules_tests.yaml`). Read with the place of every mistake.

A case has `name`, `now` (the clock stands still there), `given` (facts by noun, what people ruled) and
`expect`. A case that expects nothing tests nothing: it is a mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from svc.domain.clock.base import read_iso
from svc.domain.entry import Entry
from svc.domain.facts import Fact
from svc.errors import SvcError
from svc.rules import overlaps
from svc.rules.explain import Step, steps
from svc.rules.form.problem import Problem, quoted
from svc.rules.form.reader import Form, Kind, named, unknown
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq, read
from svc.rules.form.values import Wrong, money
from svc.rules.judge import Finding, Subject, checks_of, judge, kinds
from svc.rules.model import Row, Rules
from svc.rules.vocabulary import TIMES, facts_of, subjects
from svc.text import Text

FORMAT = "svc-rules-tests/1"

RULED = ("uphold", "dismiss", "waive", "appeal")
VERDICT = ("upheld", "personal", "harms_image")
STANDS = ("final", "waived", "amount_not_set")
STATUSES = (
    *STANDS, "awaiting_ruling", "dismissed", "ok", "not_applicable", "pending", "facts_missing", "limit_not_set",
)  # fmt: skip
EXPECTED = ("status", "amount", "sanctions")

RULE = Kind("unknown-rule", Text("rule", "规则"))
FACT = Kind("unknown-fact", Text("fact", "事实"))
STATUS = Kind("unknown-status", Text("status", "结果"))
WORD = Kind("unknown-word", Text("value", "取值"))
AMOUNT = Kind("unknown-amount", Text("amount", "金额"))


class Expected(NamedTuple):
    """What one rule must say: how it stands, and where given its amount ("" for none) and entries in the record."""

    status: str
    amount: str | None
    sanctions: tuple[str, ...] | None


class Case(NamedTuple):
    """One case. `facts` by noun and full name; `amounts` are put in the place of those of the file; `due` in yuan."""

    name: str
    line: int
    now: datetime
    facts: Mapping[str, Mapping[str, Any]]
    ruled: tuple[str, ...]
    verdict: Mapping[str, bool] | None
    amounts: Mapping[str, str]
    expect: Mapping[str, Expected]
    due: str | None


def is_cases(data: bytes) -> bool:
    """Whether a file holds cases (and not rules)."""
    return any(line.startswith(b"format:") and FORMAT.encode() in line for line in data.splitlines())


def read_cases(data: bytes, rules: Rules) -> tuple[list[Case], list[Problem]]:
    """The cases of a file and its mistakes in the order of its lines; only those without a mistake are cases."""
    tree = read(data)
    form = Form(tree.notes)
    found: list[Case] = []
    if tree.root is not None:
        top = form.fields(tree.root, tree.root.place, Text("the file of cases", "测试文件"), ("format", "tests"))
        form.word(top.get("format"), (FORMAT,), WORD)
        names: dict[str, int] = {}
        tests = top.get("tests")
        for node in form.entries(tests.value, tests.key.place, named(tests)) if tests else ():
            before = len(tree.notes.problems)
            case = _Reader(form, rules, node).case(names)
            if len(tree.notes.problems) == before:
                found.append(case)
    problems = sorted(dict.fromkeys(tree.notes.problems), key=lambda p: (p.line, p.column))
    return found, problems


class _Reader(NamedTuple):
    """Reads one case."""

    form: Form
    rules: Rules
    node: Node

    def case(self, names: dict[str, int]) -> Case:
        line = self.node.place.line
        fields = self.form.fields(
            self.node, self.node.place, Text("a case", "一条测试"), ("name", "now", "given", "expect"), ("amounts",)
        )
        name = self.form.text(fields.get("name"))
        if name in names:
            self._same_name(fields["name"].value, name, names[name])
        names.setdefault(name, line)
        now = self._moment(fields.get("now")) or datetime.now(ZoneInfo(self.rules.timezone))
        facts, ruled, verdict = self._given(fields.get("given"))
        expect, due = self._expect(fields.get("expect"))
        return Case(name, line, now, facts, ruled, verdict, self._amounts(fields.get("amounts")), expect, due)

    def _same_name(self, node: Node, name: str, line: int) -> None:
        self.form.notes.add(
            "same-name",
            node.place,
            Text(f"the case {quoted(name)} is there already, on line {line}", f"测试 {quoted(name)} 第 {line} 行已有"),
            Text("give each case a name of its own", "每条测试起一个不同的名字"),
        )

    def _moment(self, pair: Pair | None) -> datetime | None:
        text = self.form.text(pair)
        return self.form.value(pair, self._time) if pair and text else None

    def _time(self, text: str) -> datetime | Wrong:
        hint = Text("write it like 2026-10-06T10:00", "写成 2026-10-06T10:00 的样子")
        try:
            moment = read_iso(text, ZoneInfo(self.rules.timezone))
        except SvcError as error:
            return Wrong("not-a-moment", error.what, error.hint or hint)
        return moment or Wrong("not-a-moment", Text(f"{quoted(text)} is no time", f"{quoted(text)} 不是时间"), hint)

    # ---- given -----------------------------------------------------------------------------------

    def _given(self, pair: Pair | None) -> tuple[dict[str, dict[str, Any]], tuple[str, ...], dict[str, bool] | None]:
        if pair is None:
            return {}, (), None
        fields = self.form.fields(pair.value, pair.key.place, named(pair), (), (*subjects(), "ruled", "verdict"))
        facts = {noun: self._facts(noun, fields[noun]) for noun in fields if noun in subjects()}
        if fields and not facts:
            self.form.missing("visit", pair.key.place, named(pair))
        ruled = self.form.words(fields.get("ruled"), RULED, WORD) if "ruled" in fields else ()
        return facts, self._in_order(fields.get("ruled"), ruled), self._verdict(fields.get("verdict"))

    def _in_order(self, pair: Pair | None, known: tuple[str, ...]) -> tuple[str, ...]:
        """The rulings as written: the same one may come twice."""
        if pair is None or not isinstance(pair.value, Seq):
            return known
        return tuple(node.text for node in pair.value.items if isinstance(node, Scalar) and node.text in known)

    def _facts(self, noun: str, pair: Pair) -> dict[str, Any]:
        names = [name.removeprefix(noun + ".") for name in facts_of(noun)]
        if not isinstance(pair.value, Map):
            self.form.fields(pair.value, pair.key.place, named(pair), ())
            return {}
        found = {}
        for name, one in pair.value.pairs.items():
            if name in names:
                found[f"{noun}.{name}"] = self._fact(f"{noun}.{name}", one)
            elif not one.key.bad:
                unknown(self.form.notes, one.key.place, name, names, FACT)
        return found

    def _fact(self, name: str, pair: Pair) -> Any:
        node = pair.value
        if isinstance(node, Scalar) and node.blank:
            return None
        if isinstance(node, Seq):
            items = [Pair(pair.key, item) for item in node.items]
            return tuple(self._moment(one) if name.endswith(TIMES) else self.form.text(one) for one in items)
        if name.endswith(TIMES):
            return (self._moment(pair),) if name.endswith("_calls") else self._moment(pair)
        text = self.form.text(pair)
        if text in ("yes", "no"):
            return text == "yes"
        return int(text) if name.endswith(".degree") and text.isdigit() else text

    def _verdict(self, pair: Pair | None) -> dict[str, bool] | None:
        if pair is None:
            return None
        fields = self.form.fields(pair.value, pair.key.place, named(pair), ("upheld",), VERDICT[1:])
        return {name: self.form.word(one, ("yes", "no"), WORD) == "yes" for name, one in fields.items()}

    def _amounts(self, pair: Pair | None) -> dict[str, str]:
        if pair is None:
            return {}
        if not isinstance(pair.value, Map):
            self.form.fields(pair.value, pair.key.place, named(pair), ())
            return {}
        for key in (one.key for one in pair.value.pairs.values()):
            if key.text not in self.rules.amounts and not key.bad:
                unknown(self.form.notes, key.place, key.text, self.rules.amounts, AMOUNT)
        read = {id: self.form.value(one, money) for id, one in pair.value.pairs.items()}
        return {id: value for id, value in read.items() if value is not None}

    # ---- expect ----------------------------------------------------------------------------------

    def _expect(self, pair: Pair | None) -> tuple[dict[str, Expected], str | None]:
        if pair is None:
            return {}, None
        if not isinstance(pair.value, Map) or not pair.value.pairs:
            self.form.notes.add(
                "nothing-expected",
                pair.key.place,
                Text("the case expects nothing, so it tests nothing", "没有写期望的结果，等于没有测试"),
                Text("write {RULE: final} or another result", "写成  {规则代号: final}  的样子"),
            )
            return {}, None
        due = self.form.value(pair.value.pairs.get("due"), money)
        found = {}
        for id, one in pair.value.pairs.items():
            if id in self.rules.rules:
                found[id] = self._expected(one)
            elif id != "due" and not one.key.bad:
                unknown(self.form.notes, one.key.place, id, self.rules.rules, RULE)
        return found, due

    def _expected(self, pair: Pair) -> Expected:
        if not isinstance(pair.value, Map):
            return Expected(self.form.word(pair, STATUSES, STATUS), None, None)
        fields = self.form.fields(pair.value, pair.key.place, named(pair), ("status",), EXPECTED[1:])
        status = self.form.word(fields.get("status"), STATUSES, STATUS)
        kinds = self.form.words(fields["sanctions"], self.rules.sanctions, WORD) if "sanctions" in fields else None
        amount = fields.get("amount")
        blank = amount is not None and isinstance(amount.value, Scalar) and amount.value.blank
        return Expected(status, "" if blank else self.form.value(amount, money), kinds)


# ---- what the cases cover ------------------------------------------------------------------------


class Gap(NamedTuple):
    """Days on which an amount is not set; `until` is the last of them, None where nothing follows."""

    amount: str
    since: date
    until: date | None
    line: int


class Coverage(NamedTuple):
    """Rules with a sanction without a case, rules tested in one direction only, days without an amount."""

    untested: tuple[str, ...]
    never_stands: tuple[str, ...]
    always_stands: tuple[str, ...]
    without_amount: tuple[Gap, ...]

    @property
    def complete(self) -> bool:
        """Whether every rule with a sanction is tested in both directions."""
        return not (self.untested or self.never_stands or self.always_stands)


def coverage(cases: Collection[Case], rules: Rules) -> Coverage:
    """What the cases leave out."""
    seen: dict[str, set[bool]] = {}
    for case in cases:
        for id, expected in case.expect.items():
            seen.setdefault(id, set()).add(expected.status in STANDS)
    sanctioned = [rule.id for rule in rules.rules.values() if rule.sanction]
    return Coverage(
        tuple(id for id in sanctioned if id not in seen),
        tuple(id for id, ways in seen.items() if ways == {False}),
        tuple(id for id, ways in seen.items() if ways == {True}),
        tuple(_gaps(rules)),
    )


def _gaps(rules: Rules) -> list[Gap]:
    from datetime import timedelta

    found = []
    for amount in rules.amounts.values():
        rows = amount.history
        for row, later in zip(rows, [*rows[1:], None], strict=True):
            if row.value is None:
                until = later.since - timedelta(days=1) if later else None
                found.append(Gap(amount.id, row.since, until, row.line))
    return found


# ---- Carrying out a case: its facts judged at its own moment, and what came out other than expected. Pure 

ACT = "case"
"""Everything in a case is one act of one person."""


class Difference(NamedTuple):
    """What came out other than expected: of a rule (or the sum that is due) its status, amount or sanctions."""

    rule: str
    what: str
    expected: str
    found: str


class Result(NamedTuple):
    """A case carried out; `told` explains the findings of the rules that differ."""

    case: Case
    differences: tuple[Difference, ...]
    told: dict[str, list[Step]]


def carry_out(case: Case, rules: Rules) -> Result:
    """Judge a case by the rules, and say where it differs."""
    found = _judged(case, _priced(rules, case))
    differences = [*_differences(case, found)]
    wrong = {d.rule for d in differences if d.rule in found}
    zone = ZoneInfo(rules.timezone)
    told = {id: steps(found[id], zone, lambda entry: entry.id) for id in case.expect if id in wrong}
    return Result(case, tuple(differences), told)


def _priced(rules: Rules, case: Case) -> Rules:
    """The rules with the amounts that the case puts in the place of those of the file."""
    amounts = {
        id: rules.amounts[id]._replace(history=(Row(date.min, value, rules.amounts[id].line),))
        for id, value in case.amounts.items()
    }
    return rules._replace(amounts={**rules.amounts, **amounts})


def _judged(case: Case, rules: Rules) -> dict[str, Finding]:
    zone = ZoneInfo(rules.timezone)
    found = []
    for noun in case.facts:
        subject = _subject(case, noun)
        for rule in checks_of(rules, noun):
            rulings = _rulings(case, rule.id) if rule.id in case.expect else ()
            found.append(judge(rule, subject, rules, rulings, case.now, zone))
    relevant = [one for one in found if one.turns or one.status == "facts_missing"]
    settled = {one.id: one for one in overlaps.apply(relevant, {})}
    return {one.rule.id: settled.get(one.id, one) for one in found}


def _subject(case: Case, noun: str) -> Subject:
    given = case.facts[noun]
    source = Entry(noun, "given", ACT, case.now, case.now, "-", {})
    facts = {name: Fact(given.get(name), source if name in given else None) for name in facts_of(noun)}
    return Subject(noun, ACT, "S00", facts, _verdict(case) if noun == "complaint" else None, ACT)


def _verdict(case: Case) -> Entry | None:
    if case.verdict is None:
        return None
    said = {"verdict": "upheld" if case.verdict["upheld"] else "dismissed", "reason": case.name}
    fields = {**said, **{name: value for name, value in case.verdict.items() if name != "upheld"}}
    return Entry("complaint", "verify", ACT, case.now, case.now, "S01", fields)


def _rulings(case: Case, rule: str) -> tuple[Entry, ...]:
    return tuple(
        Entry("finding", event, f"{rule}/{ACT}", case.now, case.now, "S01", {"reason": case.name})
        for event in case.ruled
    )


# ---- comparing -----------------------------------------------------------------------------------


def _differences(case: Case, found: dict[str, Finding]) -> Iterator[Difference]:
    for id, expected in case.expect.items():
        one = found.get(id)
        if one is None:
            yield Difference(id, "status", expected.status, "not judged: no fact of its subject is given")
        else:
            yield from _of_rule(id, expected, one)
    due = _due(case.now, found.values())
    if case.due is not None and case.due != due:
        yield Difference("due", "yuan", case.due, due)


def _of_rule(id: str, expected: Expected, one: Finding) -> Iterator[Difference]:
    unset = one.status == "final" and one.priced and one.yuan is None
    status = "amount_not_set" if unset and expected.status == "amount_not_set" else one.status
    if status != expected.status:
        yield Difference(id, "status", expected.status, status)
    if expected.amount is not None and expected.amount != (one.yuan or ""):
        yield Difference(id, "amount", expected.amount or "-", one.yuan or "-")
    if expected.sanctions is not None:
        entered = kinds(one) if one.status == "final" else ()
        if set(expected.sanctions) != set(entered):
            yield Difference(id, "sanctions", ", ".join(expected.sanctions), ", ".join(entered) or "-")


def _due(now: datetime, found: Iterable[Finding]) -> str:
    after = now.astimezone(UTC) + timedelta(seconds=1)
    owed = [one.yuan for one in found if one.priced and one.yuan and one.owed_at(after)]
    return f"{sum(map(Decimal, owed), Decimal(0)):.2f}"
