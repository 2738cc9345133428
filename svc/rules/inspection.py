"""What can be read and is dangerous all the same: a question left out, an amount too many, two rules for one thing.

`lacks` says what a rule leaves out of its clause: in a file of the second format its findings are held until
`departs_from` says that this is meant. `inspect` says the rest, for `svc rules check`: nothing of it stops a month.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

from svc.domain.clock.base import show_span
from svc.rules.clauses import CONTRACT_VALUES, NEEDS, Needs
from svc.rules.form.problem import Notes, Place, Problem
from svc.rules.model import Amount, Limit, Row, Rule, Rules
from svc.rules.vocabulary import OF_CUSTOMER, facts_of
from svc.text import Text

REPORTED = ("complaint", "conduct")
ACT = ("visit", "job", "complaint", "conduct")
"""What may be found of one act."""
WRONG_ANSWERS = ("not_personal", "not_proved", "not_harmed", "has_reason", "mistake")
ANSWERS = {
    "personal_cause": "personal",
    "verified": "true_fact",
    "harms_image": "harmed",
    "no_good_reason": "no_reason",
    "bad_faith": "fraud",
}
FAR = 3
"""Years from today that a day is likely to be a slip of the finger."""
HIGH = Decimal(2000)
"""Yuan for one time that are worth a second look."""
TIMES = 10
"""An amount or limit so many times the one before it is worth a second look."""


def lacks(rule: Rule) -> tuple[str, ...]:
    """The conditions of its clause that a rule with a sanction does not keep: questions, facts, gravities."""
    sanction = rule.sanction
    if sanction is None:
        return ()
    needs = NEEDS.get(rule.clause, Needs())
    asks = list(needs.asks)
    reported = rule.subject in REPORTED or "expense.flag" in rule.check.facts
    if reported and "verified" not in asks and "no_good_reason" not in asks:
        asks.insert(0, "verified")
    if rule.clause == "4.3" and (sanction.record or sanction.by_degree):
        asks.append("bad_faith")
    found = [question for question in asks if rule.decision.get(question, WRONG_ANSWERS[0]) in WRONG_ANSWERS]
    found += [kind for kind in (*sanction.record, *sanction.by_degree) if kind not in needs.record]
    if needs.looks_at and rule.check.kind == "done_between" and needs.looks_at not in rule.check.args:
        found.append(needs.looks_at)
    return tuple(dict.fromkeys(found))


class Tried(NamedTuple):
    """What the cases of a desk try: rules in which direction (True: it stands)."""

    stands: Collection[str]
    not_so: Collection[str]


def inspect(data: bytes, rules: Rules, today: date, tried: Tried | None = None) -> list[Problem]:
    """What is dangerous in a file that can be read, in the order of its lines; notes are worth a look, no more.

    `tried`: where given, every sanction of a file of the second format needs cases in both directions.
    """
    made = _Inspection(Notes(data.decode("utf-8", "replace").splitlines()), rules, today)
    for one in rules.every():
        made.rule(one)
        if tried is not None and rules.version > 1:
            made.cases(one, tried)
    made.same_thing_twice()
    made.values()
    made.unused()
    made.undeclared()
    return sorted(dict.fromkeys(made.notes.problems), key=lambda p: (p.line, p.column))


class _Inspection(NamedTuple):
    """The looks at one file."""

    notes: Notes
    rules: Rules
    today: date

    def _at(self, line: int, word: str = "") -> Place:
        """The place of a word on a line, else of what the line begins with."""
        text = self.notes.lines[line - 1] if line <= len(self.notes.lines) else ""
        if word and word in text:
            return Place(line, text.index(word) + 1, len(word))
        body = text.lstrip(" -")
        return Place(line, len(text) - len(body) + 1, max(1, len(body.split(":")[0])))

    def _add(self, code: str, line: int, word: str, what: Text, hint: Text) -> None:
        self.notes.add(code, self._at(line, word), what, hint)

    def _note(self, code: str, line: int, word: str, what: Text, hint: Text) -> None:
        self.notes.add(code, self._at(line, word), what, hint, note=True)

    # ---- rules -------------------------------------------------------------------------------------

    def rule(self, rule: Rule) -> None:
        """What one rule leaves out, of its clause and of its basis."""
        found = lacks(rule)
        if found and rule.departs_from is None:
            self._leaves_out(rule, found)
        if not found and rule.departs_from is not None:
            self._add(
                "departs-from-nothing", rule.departs_from.line, "departs_from",
                Text(f"{rule.id} keeps all that clause {rule.clause} asks: it departs from nothing",
                     f"{rule.id} 保留了合同 {rule.clause} 的全部条件，没有偏离"),
                Text("delete departs_from", "删掉 departs_from"),
            )  # fmt: skip
        fine = rule.sanction.amount if rule.sanction else None
        if self.rules.version > 1 and fine and not rule.basis and not NEEDS.get(rule.clause, Needs()).names_money:
            self._add(
                "no-basis", rule.line, rule.id,
                Text(f"{rule.id} fines, and clause {rule.clause} names no money: on what basis?",
                     f"{rule.id} 罚款，而合同 {rule.clause} 没有写罚款：依据是什么？"),
                Text("add a line `basis: …`: which decision of the department, of which day, made known how",
                     "补一行  basis: …：部门哪天的什么规定、是否公布"),
            )  # fmt: skip
        missing = [item for item in NEEDS.get(rule.clause, Needs()).fields if rule.sanction and item not in rule.check.args.get("fields", (item,))]
        if missing:
            self._note(
                "item-dropped", rule.check.line, "fields",
                Text(f"{rule.id} no longer asks for {', '.join(missing)}, which clause {rule.clause} names",
                     f"{rule.id} 不再查 {'、'.join(missing)}，合同 {rule.clause} 写明要有"),
                Text("put it back, unless the department means to ask for less", "请补上；部门决定少查的可以不管"),
            )  # fmt: skip
        args = rule.check.args
        if (args.get("start"), args.get("done")) == ("visit.promised_at", "visit.arrived_at"):
            self._add(
                "grace-by-limit", rule.check.line, "done_within",
                Text(f"{rule.id}: a visit called off in time, or without an arrival, would count as a breach",
                     f"{rule.id}：按时取消的、没有登记到场的派工，这样写都会算违规"),
                Text("write done_by with  grace: and the limit", "改用 done_by，宽限写成  grace: 时限代号"),
            )  # fmt: skip
        if rule.since:
            self._far(rule.since, rule.line)

    def _leaves_out(self, rule: Rule, found: Sequence[str]) -> None:
        asked = [one for one in found if one in ANSWERS]
        heavy = [one for one in found if one not in ANSWERS and one != "denied"]
        if asked:
            what = Text(
                f"{rule.id} {_verb(rule).en} under {rule.clause} without asking {', '.join(asked)}",
                f"{rule.id} 按 {rule.clause} {_verb(rule).zh}，没有问 {'、'.join(asked)}",
            )
            add = ", ".join(f"{one}: {ANSWERS[one]}" for one in asked)
            hint = Text(f"add  decision: {{{add}}}", f"补上  decision: {{{add}}}")
        elif heavy:
            what = Text(
                f"{rule.id} enters {', '.join(heavy)} under {rule.clause}, which is heavier than the clause",
                f"{rule.id} 按 {rule.clause} 记 {'、'.join(heavy)}，比合同写的重",
            )
            hint = Text("keep to what the clause names", "按合同写的处分")
        else:
            what = Text(
                f"{rule.id} {_verb(rule).en} under {rule.clause} without looking at denied",
                f"{rule.id} 按 {rule.clause} {_verb(rule).zh}，没有看 denied",
            )
            hint = Text("add  denied: visit.no_hq_call", "补上  denied: visit.no_hq_call")
        if self.rules.version > 1:
            or_ = f'departs_from: {{clause: "{rule.clause}", why: …}}'
            hint = Text(f"{hint.en}   or  {or_}", f"{hint.zh}   或  {or_}")
        self._add("leaves-out", rule.line, rule.id, what, hint)

    def cases(self, rule: Rule, tried: Tried) -> None:
        """Money and records need a case in which the rule stands, and one in which it does not."""
        if not (rule.sanction or rule.reward) or rule is not self.rules.rules[rule.id]:
            return
        ways = [(tried.stands, Text("it stands", "成立")), (tried.not_so, Text("it does not", "不成立"))]
        missing = [words for ids, words in ways if rule.id not in ids]
        if missing:
            self._add(
                "no-case", rule.line, rule.id,
                Text(f"no case tests this rule: {rule.id}, none in which {' and none in which '.join(m.en for m in missing)}",
                     f"没有测试试过这条规则：{rule.id} 缺{'、'.join(m.zh for m in missing)}的测试"),
                Text("add one to rules_tests.yaml; svc rules new writes both", "在 rules_tests.yaml 里补上；svc rules new 会写好两条"),
            )  # fmt: skip

    def same_thing_twice(self) -> None:
        """Two rules that sanction the very same thing."""
        sanctioned = [rule for rule in self.rules.every() if rule.sanction]
        for one, other in combinations(sanctioned, 2):
            if one.id != other.id and _what(one) == _what(other) and _days_meet(one, other):
                self._add(
                    "same-thing-twice", other.line, other.id,
                    Text(f"{other.id} finds the very same as {one.id} (line {one.line}): one thing would be punished twice",
                         f"{other.id} 查的和第 {one.line} 行的 {one.id} 完全一样：一件事会罚两次"),
                    Text("delete one of the two", "删掉其中一条"),
                )  # fmt: skip

    # ---- values ------------------------------------------------------------------------------------

    def values(self) -> None:
        """Amounts, limits and days that look like a slip of the finger."""
        for amount in self.rules.amounts.values():
            self._amounts(amount)
        for limit in self.rules.limits.values():
            self._limits(limit)
        for cap in self.rules.caps.values():
            for row in cap.history:
                self._far(row.since, row.line)
                if cap.id.endswith("percent") and row.value and Decimal(row.value) < 1:
                    self._note(
                        "small-percentage", _value_line(self.notes, row), "percent",
                        Text(f"{row.value} is less than one per cent of a wage", f"{row.value} 不到工资的百分之一"),
                        Text("a fifth of the wage is written 20", "工资的五分之一写 20"),
                    )  # fmt: skip
        for user in self.rules.every():
            self._conditions(user)

    def _amounts(self, amount: Amount) -> None:
        before: Decimal | None = None
        for row in amount.history:
            self._far(row.since, row.line)
            for yuan in map(Decimal, row.steps.yuan if row.steps else [row.value] if row.value else []):
                if yuan >= HIGH or (before and yuan >= TIMES * before) or 0 < yuan < 1:
                    self._note(
                        "amount-unlikely", _value_line(self.notes, row), "",
                        Text(f"{amount.id}: {yuan} yuan for one time", f"{amount.id}：每次 {yuan} 元"),
                        Text("count the digits", "请数一数位数"),
                    )  # fmt: skip
                    break
                before = yuan if yuan else before

    def _limits(self, limit: Limit) -> None:
        before: int | None = None
        for row in limit.history:
            self._far(row.since, row.line)
            wanted = CONTRACT_VALUES.get(limit.clause) if limit.set_by == "contract" else None
            if wanted is not None and (row.value != wanted or row.when):
                said = show_span(wanted)
                self._add(
                    "contract-value", _value_line(self.notes, row), "",
                    Text(f"{limit.id} is set by the contract: {said.en} (clause {limit.clause}), without conditions",
                         f"{limit.id} 是合同写明的：{said.zh}（{limit.clause}），不带条件"),
                    Text(f"write {wanted // 3600} hours", f"写 {wanted // 3600} hours"),
                )  # fmt: skip
            elif before and row.value and not (before < TIMES * row.value and row.value < TIMES * before):
                self._note(
                    "limit-unlikely", _value_line(self.notes, row), "",
                    Text(f"{limit.id}: {show_span(row.value).en} after {show_span(before).en}",
                         f"{limit.id}：从 {show_span(before).zh} 变成 {show_span(row.value).zh}"),
                    Text("check the number and its unit", "请核对数字和单位"),
                )  # fmt: skip
            before = row.value or before

    def _far(self, since: date, line: int) -> None:
        if since.year - self.today.year >= FAR:
            self._note(
                "far-day", line, since.isoformat(),
                Text(f"{since} is {since.year - self.today.year} years from now", f"{since} 在 {since.year - self.today.year} 年以后"),
                Text("check the year", "请核对年份"),
            )  # fmt: skip

    def _conditions(self, rule: Rule) -> None:
        """Rows whose conditions ask what the rule that uses them cannot know."""
        args = rule.check.args
        items: list[Amount | Limit] = [self.rules.limits[args[k]] for k in ("limit", "window", "grace", "fix_within") if args.get(k) in self.rules.limits]
        items += [self.rules.amounts[id] for id in [rule.amount or ""] if id in self.rules.amounts]
        known = (*facts_of(rule.subject), *OF_CUSTOMER)
        for item in items:
            for row in item.history:
                rows: Row[Any] = row
                for one in rows.when:
                    if one.fact not in known and not one.fact.startswith(("day.", "person_month.")):
                        self._add(
                            "foreign-condition", row.line, one.fact,
                            Text(f"{rule.id} looks at {rule.subject}, where {one.fact} is never known",
                                 f"{rule.id} 查的是 {rule.subject}，那里永远没有 {one.fact}"),
                            Text("ask a fact of the rule's subject, of the customer or of the day", "改用规则对象自己的事实，或 customer.、day. 开头的事实"),
                        )  # fmt: skip

    # ---- what hangs together -----------------------------------------------------------------------

    def unused(self) -> None:
        """Amounts, limits and questions that no rule uses."""
        every = self.rules.every()
        used = {rule.amount for rule in every} | {arg for rule in every for arg in rule.check.args.values() if isinstance(arg, str)}
        asked = {question for rule in every for question in rule.decision}
        things = [(one.id, one.line) for part in (self.rules.amounts, self.rules.limits) for one in part.values() if one.id not in used]
        things += [(one.id, one.line) for one in self.rules.questions.values() if one.id not in asked]
        for id, line in things:
            self._note(
                "unused", line, id,
                Text(f"no rule uses {id}", f"没有规则用到 {id}"),
                Text("name it in a rule, or delete it", "在规则里写上它，或者删掉"),
            )  # fmt: skip

    def undeclared(self) -> None:
        """All pairs of fines that can meet on one act and of which nothing is said."""
        fined = [rule for rule in self.rules.rules.values() if rule.sanction and rule.sanction.amount and rule.subject in ACT]
        pairs = [(a.id, b.id) for a, b in combinations(fined, 2) if self.rules.overlap(a.id, b.id) is None and _can_meet(a, b)]
        if pairs and self.rules.otherwise == "ask":
            said = "; ".join(f"[{a}, {b}]" for a, b in pairs)
            count = f"{len(pairs)} pairs" if len(pairs) > 1 else "1 pair"
            self._note(
                "undeclared-pair", self.rules.overlaps_line, "overlaps",
                Text(f"{count} of fines can meet on one act, and nothing is said of them: {said}",
                     f"有 {len(pairs)} 组罚款可能碰到同一件事，没有写怎么算：{said}"),
                Text("until a pair stands here the general manager chooses each time (svc finding settle)",
                     "不写就每次由总经理选定（svc finding settle）"),
            )  # fmt: skip


def _verb(rule: Rule) -> Text:
    fines = bool(rule.sanction and rule.sanction.amount)
    return Text("fines", "罚款") if fines else Text("punishes", "处分")


def _what(rule: Rule) -> tuple[object, ...]:
    asked = frozenset((name, one.text) for name, one in rule.only_if.items())
    args = tuple(sorted((key, getattr(value, "text", value)) for key, value in rule.check.args.items()))
    return rule.subject, rule.check.kind, args, asked


def _days_meet(one: Rule, other: Rule) -> bool:
    first, last = (one, other) if (one.since or date.min) <= (other.since or date.min) else (other, one)
    return first.until is None or (last.since or date.min) <= first.until


def _can_meet(one: Rule, other: Rule) -> bool:
    """Whether two rules can be found of one record or act: not where both want another value of the same fact."""
    if one.subject != other.subject:
        return True
    wants = [rule.check.args.get("is") for rule in (one, other)]
    return one.check.facts != other.check.facts or None in wants or wants[0] == wants[1]


def _value_line(notes: Notes, row: Row[Any]) -> int:
    """The line of a row's value: its own, or the next where it stands below its day."""
    following = notes.lines[row.line] if row.line < len(notes.lines) else ""
    return row.line + 1 if following.strip().startswith(("yuan:", "value:", "percent:", "steps:")) else row.line
