"""Amounts, limits and days that can be read and look like a slip of the finger: 10000 for 100, the year 2062, `percent: 0.2`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from svc.domain.clock.base import show_span
from svc.named import NamedTuple
from svc.rules.clauses import CONTRACT_VALUES
from svc.rules.form.problem import Notes, Place
from svc.rules.model import Amount, Limit, Row, Rule, Rules
from svc.rules.vocabulary import OF_CUSTOMER, facts_of
from svc.text import Text

FAR = 3
"""Years from today that a day is likely to be a slip of the finger."""
HIGH = Decimal(2000)
"""Yuan for one time that are worth a second look."""
TIMES = 10
"""An amount or limit so many times the one before it is worth a second look."""
LONG_GRACE = 24 * 3600
"""Seconds of grace that are worth a second look."""
USUAL = {"repeat_repair_window": 30 * 86_400}
"""Limits (seconds) that svc itself sets."""

At = Callable[[int, str], Place]


def far(notes: Notes, at: At, since: date, line: int, today: date) -> None:
    """Note a day that is years from now."""
    years = since.year - today.year
    if abs(years) >= FAR:
        notes.add(
            "far-day", at(line, since.isoformat()),
            Text(f"{since} is {years} years from now" if years > 0 else f"{since} was {-years} years ago",
                 f"{since} 在 {years} 年以后" if years > 0 else f"{since} 是 {-years} 年以前"),
            Text("check the year", "请核对年份"), note=True,
        )  # fmt: skip


class Values(NamedTuple):
    """The looks at the values of one file; `before` are the rules so far, where they are known."""

    notes: Notes
    rules: Rules
    today: date
    before: Rules | None
    at: At

    def look(self) -> None:
        """Note what is unlikely, row by row."""
        for amount in self.rules.amounts.values():
            self._amounts(amount)
            self._table(amount)
        for limit in self.rules.limits.values():
            self._limits(limit)
            self._table(limit)
        for cap in self.rules.caps.values():
            for row in cap.history:
                far(self.notes, self.at, row.since, row.line, self.today)
                if cap.id.endswith("percent") and row.value and Decimal(row.value) < 1:
                    self._note(
                        "small-percentage", self._value_line(row), "percent",
                        Text(f"{row.value} is less than one per cent of a wage", f"{row.value} 不到工资的百分之一"),
                        Text("a fifth of the wage is written 20", "工资的五分之一写 20"),
                    )  # fmt: skip
        for user in self.rules.every():
            self._conditions(user)
            self._amount_of(user)
        self._zone()

    def _note(self, code: str, line: int, word: str, what: Text, hint: Text) -> None:
        self.notes.add(code, self.at(line, word), what, hint, note=True)

    def _amounts(self, amount: Amount) -> None:
        before: Decimal | None = None
        was = self._was(self.before.amounts.get(amount.id) if self.before else None)
        for row in amount.history:
            far(self.notes, self.at, row.since, row.line, self.today)
            so_far = Decimal(was.get((row.since, row.when)) or 0)
            for yuan in map(Decimal, row.steps.yuan if row.steps else [row.value] if row.value else []):
                if yuan >= HIGH or any(one and yuan >= TIMES * one for one in (before, so_far)) or 0 < yuan < 1:
                    self._note(
                        "amount-unlikely", self._value_line(row), "",
                        Text(f"{amount.id}: {yuan} yuan for one time", f"{amount.id}：每次 {yuan} 元"),
                        Text("count the digits", "请数一数位数"),
                    )  # fmt: skip
                    break
                before = yuan if yuan else before

    def _limits(self, limit: Limit) -> None:
        before: int | None = USUAL.get(limit.id)
        graced = any(rule.check.args.get("grace") == limit.id for rule in self.rules.every())
        was = self._was(self.before.limits.get(limit.id) if self.before else None)
        for row in limit.history:
            if limit.set_by == "department" and limit.id not in CONTRACT_VALUES:
                far(self.notes, self.at, row.since, row.line, self.today)
            wanted = CONTRACT_VALUES.get(limit.id)
            so_far = next((one for one in (before, was.get((row.since, row.when))) if one and row.value and not _near(one, row.value)), None)
            if wanted is not None and (row.value != wanted or row.when or limit.set_by != "contract"):
                said, of_value = show_span(wanted), row.value != wanted or row.when
                self.notes.add(
                    "contract-value", self.at(self._value_line(row), "") if of_value else self.at(limit.line, limit.id),
                    Text(f"{limit.id} is set by the contract: {said.en} (clause {limit.clause}), without conditions",
                         f"{limit.id} 是合同写明的：{said.zh}（{limit.clause}），不带条件"),
                    Text(f"write {wanted // 3600} hours, set_by: contract", f"写 {wanted // 3600} hours，set_by: contract"),
                )  # fmt: skip
            elif so_far and row.value:
                self._note(
                    "limit-unlikely", self._value_line(row), "",
                    Text(f"{limit.id}: {show_span(row.value).en} after {show_span(so_far).en}",
                         f"{limit.id}：从 {show_span(so_far).zh} 变成 {show_span(row.value).zh}"),
                    Text("check the number and its unit", "请核对数字和单位"),
                )  # fmt: skip
            elif graced and row.value and row.value > LONG_GRACE:
                self._note(
                    "limit-unlikely", self._value_line(row), "",
                    Text(f"{limit.id}: {show_span(row.value).en} of grace", f"{limit.id}：宽限 {show_span(row.value).zh}"),
                    Text("check the number and its unit", "请核对数字和单位"),
                )  # fmt: skip
            before = row.value or before

    def _was(self, item: Amount | Limit | None) -> dict[tuple[date, Any], Any]:
        """The values so far by day and conditions."""
        rows: Sequence[Row[Any]] = item.history if item else ()
        return {(row.since, row.when): row.value for row in rows}

    def _table(self, item: Amount | Limit) -> None:
        """Rows of a day of which none is "otherwise"."""
        history: Sequence[Row[Any]] = item.history
        for since in dict.fromkeys(row.since for row in history if row.when):
            rows = [row for row in history if row.since == since]
            if all(row.when for row in rows) and not _whole(rows):
                self._note(
                    "no-otherwise", rows[0].line, since.isoformat(),
                    Text(f"{item.id} from {since}: where none of these conditions holds nothing is set, not even what stood before",
                         f"{item.id} 从 {since} 起：这些条件都不成立时没有标准，以前的也不再执行"),
                    Text("add a row of that day without when", "给这一天加一行不带 when 的"),
                )  # fmt: skip

    def _conditions(self, rule: Rule) -> None:
        """Rows whose conditions ask what the rule that uses them cannot know."""
        args = rule.check.args
        items: list[Amount | Limit] = [self.rules.limits[args[k]] for k in ("limit", "window", "grace", "fix_within") if args.get(k) in self.rules.limits]
        items += [self.rules.amounts[id] for id in [rule.amount or ""] if id in self.rules.amounts]
        known = (*facts_of(rule.subject), *OF_CUSTOMER)
        asked = [(row, one) for item in items for row in item.history for one in row.when]
        for row, one in asked:
            if one.fact not in known and not one.fact.startswith(("day.", "person_month.")):
                self.notes.add(
                    "foreign-condition", self.at(row.line, one.fact),
                    Text(f"{rule.id} looks at {rule.subject}, where {one.fact} is never known",
                         f"{rule.id} 查的是 {rule.subject}，那里永远没有 {one.fact}"),
                    Text("ask a fact of the rule's subject, of the customer or of the day", "改用规则对象自己的事实，或 customer.、day. 开头的事实"),
                )  # fmt: skip

    def _amount_of(self, rule: Rule) -> None:
        """Whether the amount that a rule charges is its own, and set from the day on which the rule begins."""
        amount = self.rules.amounts.get(rule.amount or "")
        if amount is None:
            return
        if amount.clause != rule.clause:
            self._note(
                "amount-of-another-clause", rule.line, rule.id,
                Text(f"{rule.id} is of clause {rule.clause} and charges {amount.id}, which is of {amount.clause} (line {amount.line})",
                     f"{rule.id} 属于合同 {rule.clause}，用的金额 {amount.id} 却属于 {amount.clause}（第 {amount.line} 行）"),
                Text("name the amount of its clause, or mend the clause", "改用本条款的金额，或改正条款"),
            )  # fmt: skip
        first = min((row.since for row in amount.history), default=None)
        if first and first > (rule.since or self.today):
            self._note(
                "amount-begins-later", amount.history[0].line, first.isoformat(),
                Text(f"{amount.id} begins on {first}: {rule.id} counts before that, without money",
                     f"{amount.id} 从 {first} 才有标准：在那以前 {rule.id} 只记，不算钱"),
                Text("add a row that begins earlier, or check the day", "在前面加一行更早的，或核对日期"),
            )  # fmt: skip

    def _zone(self) -> None:
        """Another time zone moves every day and month of the desk."""
        if self.before and self.before.timezone != self.rules.timezone:
            line = next((n for n, text in enumerate(self.notes.lines, 1) if text.startswith("timezone:")), 1)
            self._note(
                "timezone-changed", line, self.rules.timezone,
                Text(f"the time zone was {self.before.timezone}: in another one deeds fall on other days and months",
                     f"时区原来是 {self.before.timezone}：换了时区，事情会落到别的日子和月份"),
                Text("put it back, unless the department has moved", "请改回来；部门真的搬了才改"),
            )  # fmt: skip

    def _value_line(self, row: Row[Any]) -> int:
        """The line of a row's value: its own, or the next where it stands below its day."""
        following = self.notes.lines[row.line] if row.line < len(self.notes.lines) else ""
        return row.line + 1 if following.strip().startswith(("yuan:", "value:", "percent:", "steps:")) else row.line


def _near(one: int, other: int) -> bool:
    return one < TIMES * other and other < TIMES * one


def _whole(rows: Sequence[Row[Any]]) -> bool:
    """Whether the rows together are all there can be: yes and no of one fact."""
    asked = [row.when[0] for row in rows if len(row.when) == 1]
    return any({"yes", "no"} <= {word for one in asked if one.fact == fact for word in one.words} for fact in {one.fact for one in asked})
