"""Cases as data: what was, and what the rules must make of it (`rules_tests.yaml`). Read with the place of every mistake.

A case has `name`, `now` (the clock stands still there), `given` (facts by noun, what people ruled) and
`expect`. A case that expects nothing tests nothing: it is a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from svc.domain.clock.base import read_iso
from svc.errors import SvcError
from svc.named import NamedTuple
from svc.rules.form.problem import Problem
from svc.rules.form.reader import Form, Kind, named
from svc.rules.form.schema import Block, Cell, Got, Own, Prose, Table, Word, Words, Yes
from svc.rules.form.tree import Map, Node, Pair, Scalar, Seq, read
from svc.rules.form.values import Wrong, money
from svc.rules.inspection import Tried
from svc.rules.model import Rules
from svc.rules.vocabulary import TIMES, facts_of, subjects
from svc.text import Text, quoted, quoted_zh

FORMAT = "svc-rules-tests/1"

RULED = ("uphold", "dismiss", "waive", "appeal")
VERDICT = ("upheld", "personal", "harms_image")
STANDS = ("final", "waived", "amount_not_set")
STATUSES = (
    *STANDS, "awaiting_ruling", "dismissed", "ok", "not_applicable", "pending", "facts_missing", "limit_not_set",
)  # fmt: skip

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
    form = Form(tree.notes, _names(rules))
    zone = ZoneInfo(rules.timezone)
    found: list[Case] = []
    if tree.root is not None:
        top = schema(zone).at(form, tree.root, tree.root.place, Text("the file of cases", "测试文件"))
        names: dict[str, int] = {}
        for node in form.entries(top["tests"].value, top["tests"].key.place, named(top["tests"])) if "tests" in top else ():
            before = len(tree.notes.problems)
            got = case_schema(zone).at(form, node, node.place, Text("a case", "一条测试"))
            _refuse_same_name(form, node, got.get("name", ""), names)
            if len(tree.notes.problems) == before:
                found.append(_case(got))
    problems = sorted(dict.fromkeys(tree.notes.problems), key=lambda p: (p.line, p.column))
    return found, problems


def _names(rules: Rules) -> Mapping[str, Collection[str]]:
    """What cases may name, by part: the rules and amounts there are, the facts of each subject."""
    more = {"report": [*rules.report_items], "person_month": [*rules.rules]}
    facts = {f"facts of {noun}": [name.removeprefix(noun + ".") for name in facts_of(noun)] + more.get(noun, []) for noun in subjects()}
    return {"rules": rules.rules, "amounts": rules.amounts, "sanctions": rules.sanctions, "expected": (*rules.rules, "due"), **facts}


def _case(got: Got) -> Case:
    given, expect = got.get("given"), dict(got.get("expect") or {})
    due = expect.pop("due", None)
    given = given or Got({}, {}, got.place)
    return Case(
        got["name"], got.place.line, got["now"],
        {noun: {f"{noun}.{name}": value for name, value in given[noun].items()} for noun in subjects() if noun in given},
        given.get("ruled", ()), given.get("verdict"), given.get("earlier", {}),
        {id: value for id, value in got.get("amounts", {}).items() if value is not None}, expect, due,
    )  # fmt: skip


def _refuse_same_name(form: Form, node: Node, name: str, names: dict[str, int]) -> None:
    if name in names and isinstance(node, Map):
        form.notes.add(
            "same-name",
            node.pairs["name"].value.place,
            Text(f"the case {quoted(name)} is there already, on line {names[name]}", f"测试{quoted_zh(name)}第 {names[name]} 行已有"),
            Text("give each case a name of its own", "每条测试起一个不同的名字"),
        )
    names.setdefault(name, node.place.line)


# ---- what may stand where ----------------------------------------------------------------------------


def schema(zone: tzinfo) -> Block:
    """The schema of a file of cases: times without offset are those of a zone."""
    tests = {"type": "array", "minItems": 1, "items": case_schema(zone).json()}
    return Block({"format": Word((FORMAT,), WORD), "tests": Own(lambda form, pair: pair, tests)})


@lru_cache(maxsize=4)
def case_schema(zone: tzinfo) -> Block:
    """The schema of one case."""
    moment = Cell(lambda text: _time(text, zone), {"type": "string"}, needed=True)
    facts = {noun: Own(_facts(moment), _facts_shape(noun)) for noun in subjects()}
    more = {"ruled": Words(RULED, WORD, again=True), "verdict": Own(_verdict, VERDICTS.json()), "earlier": EARLIER}
    given = Block({}, {**facts, **more})
    expected = {**Table(EXPECTED, free=True).json(), "minProperties": 1, "properties": {"due": MONEY.json()}}
    return Block(
        {"name": Prose(), "now": moment, "given": Own(lambda form, pair: _given(form, pair, given), given.json()), "expect": Own(_expect, expected)},
        {"amounts": Table(MONEY, "amounts", AMOUNT)},
    )


def _given(form: Form, pair: Pair, given: Block) -> Got:
    got = given.read(form, pair)
    if got.pairs and not any(noun in got for noun in subjects()):
        form.missing("visit", pair.key.place, named(pair))
    return got


def _facts_shape(noun: str) -> dict[str, Any]:
    """The facts of a subject; a report's items and rules that are counted are those of the rules file."""
    return {
        "type": "object",
        "properties": {name.removeprefix(noun + "."): {} for name in facts_of(noun)},
        "additionalProperties": noun in ("report", "person_month"),
    }


def _facts(moment: Cell) -> Callable[[Form, Pair], Mapping[str, Any]]:
    def read_facts(form: Form, pair: Pair) -> Mapping[str, Any]:
        fact = Own(lambda form, one: _fact(form, one, pair.key.text, moment), {})
        return Table(fact, f"facts of {pair.key.text}", FACT, free=True).read(form, pair)

    return read_facts


def _fact(form: Form, pair: Pair, noun: str, moment: Cell) -> Any:
    node, name = pair.value, f"{noun}.{pair.key.text}"
    if isinstance(node, Scalar) and node.blank:
        return None
    if isinstance(node, Seq):
        items = [Pair(pair.key, item) for item in node.items]
        return tuple(moment.read(form, one) if name.endswith(TIMES) else form.text(one) for one in items)
    if name.endswith(TIMES):
        return (moment.read(form, pair),) if name.endswith("_calls") else moment.read(form, pair)
    text = form.text(pair)
    if text in ("yes", "no"):
        return text == "yes"
    return int(text) if name.endswith(".degree") and text.isdigit() else text


def _time(text: str, zone: tzinfo) -> datetime | Wrong:
    hint = Text("write it like 2026-10-06T10:00", "写成 2026-10-06T10:00 的样子")
    try:
        moment = read_iso(text, zone)
    except SvcError as error:
        return Wrong("not-a-moment", error.what, error.hint or hint)
    return moment or Wrong("not-a-moment", Text(f"{quoted(text)} is no time", f"{quoted_zh(text)}不是时间"), hint)


def _times(text: str) -> int | Wrong:
    hint = Text("write a number, like 2", "写数字，如 2")
    if text.isascii() and text.isdigit() and len(text) < 4:
        return int(text)
    return Wrong("not-a-count", Text(f"{quoted(text)} is no number of times", f"{quoted_zh(text)}不是次数"), hint)


def _verdict(form: Form, pair: Pair) -> Mapping[str, bool]:
    return dict(VERDICTS.read(form, pair).values)


def _expect(form: Form, pair: Pair) -> Mapping[str, Any]:
    if not isinstance(pair.value, Map) or not pair.value.pairs:
        form.notes.add(
            "nothing-expected",
            pair.key.place,
            Text("the case expects nothing, so it tests nothing", "没有写期望的结果，等于没有测试"),
            Text("write {RULE: final} or another result", "写成  {规则代号: final}  的样子"),
        )
        return {}
    return Table(EXPECTED, "expected", RULE).read(form, pair)


def _expected(form: Form, pair: Pair) -> Any:
    if pair.key.text == "due":
        return MONEY.read(form, pair)
    if not isinstance(pair.value, Map):
        return Expected(STATUS_WORD.read(form, pair), None, None)
    got = IN_FULL.read(form, pair)
    blank = "amount" in got and isinstance(got.pairs["amount"].value, Scalar) and got.pairs["amount"].value.blank
    return Expected(got.get("status", ""), "" if blank else got.get("amount"), got.get("sanctions"))


MONEY = Cell(money, {"type": ["number", "string"]})
STATUS_WORD = Word(STATUSES, STATUS)
VERDICTS = Block({"upheld": Yes()}, {name: Yes() for name in VERDICT[1:]})
EARLIER = Table(Own(lambda form, pair: form.value(pair, _times) or 0, {"type": "integer", "minimum": 0}), "rules", RULE)
IN_FULL = Block({"status": STATUS_WORD}, {"amount": MONEY, "sanctions": Words("sanctions", WORD)})
EXPECTED = Own(_expected, {"anyOf": [STATUS_WORD.json(), IN_FULL.json()]})


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
