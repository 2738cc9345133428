"""What is written rightly and does what nobody meant: a bonus for a complaint, a version that forgets what the one before
it said, a rule that is gone, answers that changed places. For `svc rules check`; nothing of it stops a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from svc.named import NamedTuple
from svc.rules.clauses import NEEDS, Needs
from svc.rules.conditions import Condition
from svc.rules.form.problem import Notes
from svc.rules.form.reader import nearest
from svc.rules.model import Row, Rule, Rules
from svc.rules.value_checks import At
from svc.rules.vocabulary import built_in
from svc.text import Text, quoted

LITTLE = Decimal(1000)
"""Yuan of a month's wage that are less than any lowest wage there is."""
FORGOTTEN = ("grace", "given_up", "denied", "fix_within")
"""What a check may leave out, and is milder with."""


class Slips(NamedTuple):
    """The looks at one file; `before` are the rules so far, where they are known."""

    notes: Notes
    rules: Rules
    today: date
    before: Rules | None
    at: At

    def look(self) -> None:
        """Note all of it."""
        for rule in self.rules.every():
            self._fewer(rule)
            self._for_trouble(rule)
            self._charged_too(rule)
            self._fix_within(rule)
            self._limit_of(rule)
        for amount in self.rules.amounts.values():
            self._rows(amount.id, amount.history)
        for limit in self.rules.limits.values():
            self._rows(limit.id, limit.history)
        for versions in self.rules.versions.values():
            for one, following in pairwise(versions):
                self._inherited(one, following)
        self._overlaps()
        self._ceiling()
        self._begins()
        self._gone()
        self._answers()

    def _add(self, code: str, line: int, word: str, what: Text, hint: Text, note: bool = False) -> None:
        self.notes.add(code, self.at(line, word), what, hint, note=note)

    def _line(self, key: str) -> int:
        """The line on which the file itself, or its overlaps, says something."""
        return next((n for n, text in enumerate(self.notes.lines, 1) if text.strip().startswith(f"{key}:")), 1)

    # ---- rules -------------------------------------------------------------------------------------

    def _fewer(self, rule: Rule) -> None:
        """Whether a rule looks at fewer cases than its clause speaks of."""
        needs = NEEDS.get(rule.clause, Needs())
        if rule.sanction is None or not rule.only_if or not (needs.names_money or needs.asks):
            return
        when = ", ".join(one.written for one in rule.only_if.values())
        self._add(
            "looks-at-fewer", rule.line, rule.id,
            Text(f"{rule.id} looks only where {when}; clause {rule.clause} makes no such difference",
                 f"{rule.id} 只查 {when} 的，合同 {rule.clause} 没有这样分"),
            Text("delete only_if, or give an amount rows with when", "删掉 only_if；想分档就在金额里用 when"), note=True,
        )  # fmt: skip

    def _for_trouble(self, rule: Rule) -> None:
        """Whether a rule pays for what nobody wants: a complaint, what conduct is recorded for, the lowest score."""
        if rule.reward is None:
            return
        conditions = [one for one in rule.check.args.values() if isinstance(one, Condition)]
        told = {word for one in conditions if one.fact == "conduct.kind" for word in one.words}
        low = [one.fact for one in conditions if one.fact.startswith("survey.") and one.holds(1) and not one.holds(5)]
        if rule.subject == "complaint" or told & built_in("conduct") or low:
            what = ", ".join(low or sorted(told) or [rule.subject])
            self._add(
                "pays-for-trouble", rule.line, rule.id,
                Text(f"{rule.id} pays for what nobody wants: {what}", f"{rule.id} 奖的是坏事：{what}"),
                Text("write sanction with offence_at where a fine is meant, or ask for good scores", "想罚就写 sanction、offence_at；想奖就写高分"),
            )  # fmt: skip

    def _charged_too(self, rule: Rule) -> None:
        """Whether a bonus is paid by an amount that is a fine elsewhere."""
        charged = next((one for one in self.rules.every() if one.sanction and one.sanction.amount == rule.reward), None)
        if rule.reward and charged:
            self._add(
                "charged-and-paid", rule.line, rule.id,
                Text(f"{rule.id} pays {rule.reward}, which {charged.id} (line {charged.line}) charges: who raises the fine raises the bonus",
                     f"{rule.id} 发的 {rule.reward}，正是第 {charged.line} 行 {charged.id} 罚的：提高罚款就提高了奖金"),
                Text("give the bonus an amount of its own", "给奖金单独设一个金额"),
            )  # fmt: skip

    def _fix_within(self, rule: Rule) -> None:
        """Rows of the time to complete a report: they take no conditions."""
        limit = self.rules.limits.get(rule.check.args.get("fix_within") or "")
        for row in limit.history if limit else ():
            if limit and row.when:
                self._add(
                    "no-conditions-here", row.line, "when",
                    Text(f"{limit.id} says until when a report may be completed, for every report alike: this row never counts",
                         f"{limit.id} 是补全报告的时限，每份报告都一样：这一行永远用不上"),
                    Text("delete the row, or put its value into the one without when", "删掉这一行，或把数字写进不带 when 的那行"),
                )  # fmt: skip

    def _limit_of(self, rule: Rule) -> None:
        """Whether the limit by which a rule judges is its own."""
        limit = self.rules.limits.get(rule.check.limit or "")
        if limit and limit.clause != rule.clause:
            self._add(
                "limit-of-another-clause", rule.check.line, limit.id,
                Text(f"{rule.id} is of clause {rule.clause} and judges by {limit.id}, which is of {limit.clause} (line {limit.line})",
                     f"{rule.id} 属于合同 {rule.clause}，用的时限 {limit.id} 却属于 {limit.clause}（第 {limit.line} 行）"),
                Text("name the limit of its clause, or mend the clause", "改用本条款的时限，或改正条款"), note=True,
            )  # fmt: skip

    def _rows(self, id: str, history: Sequence[Row[Any]]) -> None:
        """Rows that end what was set, and conditions that always hold."""
        for before, row in pairwise(history):
            if row.value is None and before.value is not None and row.since > before.since:
                self._add(
                    "value-ends", row.line, row.since.isoformat(),
                    Text(f"{id} is blank from {row.since}: what was set before ends, and nothing is charged or judged by it",
                         f"{id} 从 {row.since} 起是空的：以前定的到此为止，以后不按它罚，也不按它判"),
                    Text("write the value, or 0 for a fine that is decided to be none", "写上数字；决定不罚的写 0"), note=True,
                )  # fmt: skip
        for held, one in ((row, one) for row in history for one in row.when if _always(one)):
            self._add(
                "always-holds", held.line, one.fact,
                Text(f"{id}: {quoted(one.written)} always holds, so the rows without it never count", f"{id}：“{one.written}”总是成立，不带它的行永远用不上"),
                Text("write what makes the difference, like customer.key: yes", "写真正要分的，如 customer.key: yes"), note=True,
            )  # fmt: skip

    def _inherited(self, one: Rule, following: Rule) -> None:
        """What a version said and the next one does not: nothing is inherited."""
        lost = ", ".join(_lost(one, following))
        if lost:
            self._add(
                "not-inherited", following.line, following.id,
                Text(f"{following.id} from {following.since} no longer has what its version on line {one.line} has: {lost}",
                     f"{following.id} 从 {following.since} 起的一版，没有第 {one.line} 行那一版的：{lost}"),
                Text("nothing is inherited: write it again, unless it is meant to end", "新的一版什么都不继承：还要的请照写一遍"), note=True,
            )  # fmt: skip

    # ---- the file ----------------------------------------------------------------------------------

    def _overlaps(self) -> None:
        for pair in self.rules.overlaps:
            pays = next((id for id in pair.rules if id in self.rules.rules and self.rules.rules[id].reward), None)
            if pays:
                self._add(
                    "pair-with-a-bonus", pair.line, pays,
                    Text(f"{pays} pays: bonuses stand apart from fines, and this pair never meets", f"{pays} 是奖金，和罚款分开算：这一组永远碰不到"),
                    Text("delete the pair", "删掉这一组"), note=True,
                )  # fmt: skip
        if self.rules.version > 1 and self.rules.same_rule == "both":
            self._add(
                "counts-twice", self._line("same_rule"), "same_rule",
                Text("what is recorded or complained of twice is fined twice", "同一件事登记两次、投诉两次，就罚两次"),
                Text("write  same_rule: ask", "写成  same_rule: ask"), note=True,
            )  # fmt: skip
        if self.rules.version > 1 and self.rules.otherwise == "both":
            self._add(
                "counts-twice", self._line("otherwise"), "otherwise",
                Text("two fines for one act are charged both, whichever they are, unless a pair says otherwise",
                     "一件事碰到两笔罚款，没有写明的一律都罚"),
                Text("write  otherwise: ask, and `both` for the pairs that are two things", "写成  otherwise: ask；确是两件事的，一组一组写 both"), note=True,
            )  # fmt: skip

    def _ceiling(self) -> None:
        cap = self.rules.caps.get("keep_at_least")
        for row in cap.history if cap else ():
            if row.value and Decimal(row.value) < LITTLE:
                self._add(
                    "little-left", row.line, "",
                    Text(f"{row.value} yuan are less than any lowest wage: nearly the whole wage could be deducted",
                         f"{row.value} 元低于任何地方的最低工资：几乎可以扣光"),
                    Text("write what must be left of a month's wage", "写当月工资至少要留多少元"), note=True,
                )  # fmt: skip

    def _begins(self) -> None:
        begins = self.rules.begins
        moved = self.before is not None and self.before.begins != begins
        if begins and (begins > self.today or moved):
            self._add(
                "begins", self._line("begins"), "begins",
                Text(f"what is opened before {begins} is history: counted, and nobody is accused of it", f"{begins} 以前的都算历史：只统计，不追究任何人"),
                Text("check the day", "请核对日期"), note=True,
            )  # fmt: skip

    def _gone(self) -> None:
        """Rules that were in force and are gone: what they found in open months falls with them."""
        for rule in self.before.rules.values() if self.before else ():
            if rule.id in self.rules.rules or not (rule.sanction or rule.reward):
                continue
            added = [id for id in self.rules.rules if self.before and id not in self.before.rules]
            like = nearest(rule.id, added) or (added[0] if len(added) == 1 else None)
            renamed = Text("", "")
            if like:
                renamed = Text(f"; if {like} is its new name, keep the old one: rulings stand under it", f"；如果改名成了 {like}，请用回原名：认定都记在原名下")
            self._add(
                "rule-gone", self._line("rules"), "rules",
                Text(f"{rule.id} is gone: what it found in open months falls with it", f"{rule.id} 没有了：未封存月份里按它认定的都不再算"),
                Text(f"put it back with its last day:  until: {self.today}{renamed.en}", f"补回来，写上最后一天：  until: {self.today}{renamed.zh}"), note=True,
            )  # fmt: skip

    def _answers(self) -> None:
        """Answers whose words changed places: whoever rules would say the opposite of what is kept."""
        for id, question in self.rules.questions.items():
            old = self.before.questions.get(id) if self.before else None
            was = {words: key for key, words in old.answers.items()} if old else {}
            swapped = [words for key, words in question.answers.items() if was.get(words, key) != key]
            if swapped:
                self._add(
                    "answers-swapped", question.line, id,
                    Text(f"{id}: the words of its answers changed places: {', '.join(swapped)}", f"{id} 的答案对调了：{'、'.join(swapped)}"),
                    Text("put them back: the key before the colon is what is kept and counts", "请改回来：算数的是冒号前面的代号"),
                )  # fmt: skip


def _always(one: Condition) -> bool:
    """Whether a condition leaves nothing out that is known."""
    return {"yes", "no"} <= one.words or ("from", Decimal(0)) in one.bounds or (0, 24 * 60) in one.hours


def _lost(one: Rule, following: Rule) -> Iterator[str]:
    if one.only_if and not following.only_if:
        yield "only_if"
    if one.waived_by and not following.waived_by:
        yield "waived_by"
    if one.check.kind == following.check.kind:
        yield from (key for key in FORGOTTEN if one.check.args.get(key) and not following.check.args.get(key))
