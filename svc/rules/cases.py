"""Cases as data: what was, and what the rules must make of it (`rules_tests.yaml`). Read with the place of every mistake.

A case has `name`, `now` (the clock stands still there), `given` (facts by noun, what people ruled) and
`expect`. A case that expects nothing tests nothing: it is a mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from svc.domain.clock.base import read_iso
from svc.errors import SvcError
from svc.rules.form.problem import Problem, quoted
from svc.rules.form.reader import Form, Kind, named, unknown
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq, read
from svc.rules.form.values import Wrong, money
from svc.rules.inspection import Tried
from svc.rules.model import Rules
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
    """One case. `facts` by noun and full name; `amounts` are put in the place of those of the file; `due` in yuan.

    `earlier`: how many of a rule stand already in the month, quarter or year that its steps count in.
    """

    name: str
    line: int
    now: datetime
    facts: Mapping[str, Mapping[str, Any]]
    ruled: tuple[str, ...]
    verdict: Mapping[str, bool] | None
    earlier: Mapping[str, int]
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
        facts, ruled, verdict, earlier = self._given(fields.get("given"))
        expect, due = self._expect(fields.get("expect"))
        return Case(name, line, now, facts, ruled, verdict, earlier, self._amounts(fields.get("amounts")), expect, due)

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

    def _given(
        self, pair: Pair | None
    ) -> tuple[dict[str, dict[str, Any]], tuple[str, ...], dict[str, bool] | None, dict[str, int]]:
        if pair is None:
            return {}, (), None, {}
        known = (*subjects(), "ruled", "verdict", "earlier")
        fields = self.form.fields(pair.value, pair.key.place, named(pair), (), known)
        facts = {noun: self._facts(noun, fields[noun]) for noun in fields if noun in subjects()}
        if fields and not facts:
            self.form.missing("visit", pair.key.place, named(pair))
        ruled = self.form.words(fields.get("ruled"), RULED, WORD) if "ruled" in fields else ()
        return facts, self._in_order(fields.get("ruled"), ruled), self._verdict(fields.get("verdict")), self._earlier(fields.get("earlier"))

    def _earlier(self, pair: Pair | None) -> dict[str, int]:
        """How often a rule stands already."""
        if pair is None or not isinstance(pair.value, Map):
            self.form.fields(pair.value, pair.key.place, named(pair), ()) if pair else None
            return {}
        found = {}
        for id, one in pair.value.pairs.items():
            if id not in self.rules.rules:
                unknown(self.form.notes, one.key.place, id, self.rules.rules, RULE)
            else:
                found[id] = self.form.value(one, _times) or 0
        return found

    def _in_order(self, pair: Pair | None, known: tuple[str, ...]) -> tuple[str, ...]:
        """The rulings as written: the same one may come twice."""
        if pair is None or not isinstance(pair.value, Seq):
            return known
        return tuple(node.text for node in pair.value.items if isinstance(node, Scalar) and node.text in known)

    def _facts(self, noun: str, pair: Pair) -> dict[str, Any]:
        names = [name.removeprefix(noun + ".") for name in facts_of(noun)]
        names += list(self.rules.report_items) if noun == "report" else list(self.rules.rules) if noun == "person_month" else []
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


def _times(text: str) -> int | Wrong:
    hint = Text("write a number, like 2", "写数字，如 2")
    if text.isascii() and text.isdigit() and len(text) < 4:
        return int(text)
    return Wrong("not-a-count", Text(f"{quoted(text)} is no number of times", f"{quoted(text)} 不是次数"), hint)


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


def tried(cases: Collection[Case]) -> Tried:
    """Which rules the cases try, in which direction."""
    ways = [(id, expected.status in STANDS) for case in cases for id, expected in case.expect.items()]
    return Tried({id for id, stands in ways if stands}, {id for id, stands in ways if not stands})


def coverage(cases: Collection[Case], rules: Rules) -> Coverage:
    """What the cases leave out."""
    seen: dict[str, set[bool]] = {}
    for case in cases:
        for id, expected in case.expect.items():
            seen.setdefault(id, set()).add(expected.status in STANDS)
    sanctioned = [rule.id for rule in rules.rules.values() if rule.sanction or rule.reward]
    return Coverage(
        tuple(id for id in sanctioned if id not in seen),
        tuple(id for id, ways in seen.items() if ways == {False}),
        tuple(id for id, ways in seen.items() if ways == {True}),
        tuple(_gaps(rules)),
    )


def _gaps(rules: Rules) -> list[Gap]:
    found = []
    for amount in rules.amounts.values():
        rows = amount.history
        for row, later in zip(rows, [*rows[1:], None], strict=True):
            if row.value is None:
                until = later.since - timedelta(days=1) if later else None
                found.append(Gap(amount.id, row.since, until, row.line))
    return found


# ---- Carrying out a case: its facts judged at its own moment, and what came out other than expected. Pure
