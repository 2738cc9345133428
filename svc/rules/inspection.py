"""What can be read and is dangerous all the same: a question left out, an amount too many, two rules for one thing.

`inspect` says so for `svc rules check`: nothing of it stops a month. Notes are worth a look, no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

from svc.domain.text import says_something
from svc.named import NamedTuple
from svc.rules.clauses import NEEDS, OF_NOBODY, OF_OTHERS, Needs
from svc.rules.conditions import Condition, can_both_hold
from svc.rules.departures import in_words, lacks
from svc.rules.form.problem import Notes, Place, Problem
from svc.rules.model import Named, Rule, Rules
from svc.rules.parts import SANCTIONS
from svc.rules.slips import Slips
from svc.rules.value_checks import Values, far
from svc.rules.vocabulary import OF_PERSON_MONTH, built_in, is_money
from svc.text import Text, quoted

ACT = ("visit", "job", "complaint", "conduct")
"""What may be found of one act."""


NO_REASON = ("无", "没有", "待定", "略", "同上", "none", "n/a", "na", "tbd", "todo", "x", "xx", "xxx")
"""What people write where they give no reason; on a statement it says nothing."""


def gives_reason(text: str) -> bool:
    """Whether a text says anything that can stand on a statement."""
    return says_something(text) and text.strip().casefold() not in NO_REASON


class Tried(NamedTuple):
    """What the cases of a desk try: rules in which direction (True: it stands), and by rule what came out otherwise."""

    stands: Collection[str]
    not_so: Collection[str]
    failed: Mapping[str, Text] = {}


def inspect(
    data: bytes, rules: Rules, today: date, tried: Tried | None = None, before: Rules | None = None, gone: Collection[Named] = ()
) -> list[Problem]:
    """What is dangerous in a file that can be read, in the order of its lines; notes are worth a look, no more.

    `tried`: where given, every sanction of a file of the second format needs cases in both directions. `before`: the
    rules so far, against which what changed tenfold is told; `gone` is what stood there under `own` and was recorded.
    """
    made = _Inspection(Notes(data.decode("utf-8", "replace").splitlines()), rules, today)
    for one in rules.every():
        made.rule(one)
        if tried is not None and rules.version > 1:
            made.cases(one, tried)
    made.same_thing_twice()
    made.days()
    made.own()
    made.gone(gone)
    Values(made.notes, rules, today, before, made.at).look()
    Slips(made.notes, rules, today, before, made.at).look()
    made.unused()
    made.undeclared()
    return sorted(dict.fromkeys(made.notes.problems), key=lambda p: (p.line, p.column))


class _Inspection(NamedTuple):
    """The looks at one file."""

    notes: Notes
    rules: Rules
    today: date

    def at(self, line: int, word: str = "") -> Place:
        """The place of a word on a line, else of what the line begins with."""
        text = self.notes.lines[line - 1] if line <= len(self.notes.lines) else ""
        if word and word in text:
            return Place(line, text.index(word) + 1, len(word))
        body = text.lstrip(" -")
        return Place(line, len(text) - len(body) + 1, max(1, len(body.split(":")[0])))

    def _add(self, code: str, line: int, word: str, what: Text, hint: Text) -> None:
        self.notes.add(code, self.at(line, word), what, hint)

    def _note(self, code: str, line: int, word: str, what: Text, hint: Text) -> None:
        self.notes.add(code, self.at(line, word), what, hint, note=True)

    def _line(self, rule: Rule, key: str) -> int:
        """The line on which a rule says something."""
        for number in range(rule.line, min(rule.line + 20, len(self.notes.lines) + 1)):
            text = self.notes.lines[number - 1].strip()
            if number > rule.line and text.startswith("- "):
                break
            if text.removeprefix("- ").startswith(f"{key}:"):
                return number
        return rule.line

    # ---- rules -------------------------------------------------------------------------------------

    def rule(self, rule: Rule) -> None:
        """What is wrong with one rule by itself."""
        self._clause(rule)
        self._basis(rule)
        self._whom(rule)
        self._check(rule)
        if rule.since:
            far(self.notes, self.at, rule.since, rule.line, self.today)

    def _clause(self, rule: Rule) -> None:
        """What a rule leaves out of its clause, and whether it says so rightly."""
        found, departs = lacks(rule), rule.departs_from
        by_limit = rule.check.kind == "done_within" and len(found) == 1 and found[0].startswith("given_up")  # told with the check
        if found and departs is None and not by_limit:
            what, hint = in_words(rule, found)
            if self.rules.version > 1:
                or_ = f'departs_from: {{clause: "{rule.clause}", why: …}}'
                hint = Text(f"{hint.en}   or  {or_}", f"{hint.zh}   或  {or_}")
            self._add("leaves-out", rule.line, rule.id, what, hint)
        if departs and departs.clause != rule.clause:
            self._add(
                "departs-from-another", departs.line, "departs_from",
                Text(f"{rule.id} belongs to clause {rule.clause} and says that it departs from {departs.clause}",
                     f"{rule.id} 属于合同 {rule.clause}，却写明偏离的是 {departs.clause}"),
                Text(f'write  clause: "{rule.clause}"', f'写成  clause: "{rule.clause}"'),
            )  # fmt: skip
        elif departs and not found:
            self._add(
                "departs-from-nothing", departs.line, "departs_from",
                Text(f"{rule.id} keeps all that clause {rule.clause} asks: it departs from nothing",
                     f"{rule.id} 保留了合同 {rule.clause} 的全部条件，没有偏离"),
                Text("delete departs_from", "删掉 departs_from"),
            )  # fmt: skip
        missing = [item for item in NEEDS.get(rule.clause, Needs()).fields if rule.sanction and item not in rule.check.args.get("fields", (item,))]
        if missing:
            self._note(
                "item-dropped", rule.check.line, "fields",
                Text(f"{rule.id} no longer asks for {', '.join(missing)}, which clause {rule.clause} names",
                     f"{rule.id} 不再查 {'、'.join(missing)}，合同 {rule.clause} 写明要有"),
                Text("put it back, unless the department means to ask for less", "请补上；部门决定少查的可以不管"),
            )  # fmt: skip

    def _basis(self, rule: Rule) -> None:
        """On what a fine rests that its clause does not name; reasons that say something."""
        fine = rule.sanction.amount if rule.sanction else None
        if self.rules.version > 1 and fine and not rule.basis and not NEEDS.get(rule.clause, Needs()).names_money:
            self._add(
                "no-basis", rule.line, rule.id,
                Text(f"{rule.id} fines, and clause {rule.clause} names no money: on what basis?",
                     f"{rule.id} 罚款，而合同 {rule.clause} 没有写罚款：依据是什么？"),
                Text("add a line `basis: …`: which decision of the department, of which day, made known how",
                     "补一行  basis: …：部门哪天的什么规定、是否公布"),
            )  # fmt: skip
        why = rule.departs_from.why.zh if rule.departs_from else None
        for key, said in (("title", rule.title.zh), ("basis", rule.basis), ("departs_from", why)):
            if said is not None and not gives_reason(said):
                self._add(
                    "says-nothing", self._line(rule, key), key,
                    Text(f"{rule.id}: {key} says nothing; it stands on every statement", f"{rule.id} 的 {key} 等于没写，而它要印在每张通知单上"),
                    Text("write it in words", "请写成文字"),
                )  # fmt: skip

    def _whom(self, rule: Rule) -> None:
        """Whom a sanction hits: nobody, or somebody who had not to do it; of what it takes, whether it is money."""
        sanction = rule.sanction
        if sanction is None:
            return
        hits = bool(sanction.amount or sanction.record or sanction.by_degree)
        if hits and rule.subject in OF_NOBODY:
            self._add(
                "nobody-to-fine", self._line(rule, "sanction"), "sanction",
                Text(f"{rule.id} looks at {rule.subject}, which concerns no single person: nobody would be fined",
                     f"{rule.id} 查的是 {rule.subject}，不落到某一个人：谁也罚不到"),
                Text("write  sanction: none", "写成  sanction: none"),
            )  # fmt: skip
        done = rule.check.args.get("done")
        if hits and done in OF_OTHERS:
            who, rather = OF_OTHERS[str(done)]
            self._add(
                "falls-on-another", rule.check.line, str(done),
                Text(f"{rule.id} would fine somebody for what another has to do: {who.en}", f"{rule.id} 会罚错人：{who.zh}"),
                Text(f"write  done: {rather}  or  sanction: none", f"写成  done: {rather}，或  sanction: none"),
            )  # fmt: skip
        for key, fact in (("refuse", sanction.refuse), ("customer_bears", sanction.customer_bears)):
            if fact and not is_money(fact):
                better = f"{key}: {rule.subject}.{'cost' if key == 'customer_bears' else 'amount'}"
                self._add(
                    "not-a-sum", self._line(rule, "sanction"), fact,
                    Text(f"{rule.id}: {key} names {fact}, which is no sum of money", f"{rule.id} 的 {key} 写的是 {fact}，不是金额"),
                    Text(f"write  {better}", f"写成  {better}"),
                )  # fmt: skip
        degrees = [SANCTIONS.index(kind) for kind in sanction.by_degree]
        if degrees != sorted(degrees):
            better = ", ".join(SANCTIONS[n] for n in sorted(degrees))
            self._add(
                "degrees-out-of-order", self._line(rule, "sanction"), "by_degree",
                Text(f"{rule.id}: the gravest sanction does not stand last", f"{rule.id} 的四等处分不是从轻到重"),
                Text(f"write  by_degree: [{better}]", f"写成  by_degree: [{better}]"),
            )  # fmt: skip

    def _check(self, rule: Rule) -> None:
        """Checks that find everybody, nobody, or what was never meant."""
        args = rule.check.args
        if (args.get("start"), args.get("done")) == ("visit.promised_at", "visit.arrived_at"):
            self._add(
                "grace-by-limit", rule.check.line, "done_within",
                Text(f"{rule.id}: a visit called off in time, or without an arrival, would count as a breach",
                     f"{rule.id}：按时取消的、没有登记到场的派工，这样写都会算违规"),
                Text("write done_by with  grace: and the limit", "改用 done_by，宽限写成  grace: 时限代号"),
            )  # fmt: skip
        for one in _asked(rule):
            counted = self.rules.rules.get(one.fact.removeprefix(OF_PERSON_MONTH))
            if one.fact.startswith(OF_PERSON_MONTH) and counted is not None and counted.subject == rule.subject:
                self._add(
                    "counts-itself", rule.check.line, one.fact,
                    Text(f"{rule.id} counts {counted.id}, which looks at whole months itself: it is never found before this one",
                         f"{rule.id} 数的是 {counted.id}，它自己也按整月算：轮到这条时还数不到"),
                    Text("count rules that look at visits, reports, complaints …", "请数查派工、报告、投诉等的规则"),
                )  # fmt: skip
            scores = [str(n) for n in range(1, 6) if one.holds(n)] if one.fact.startswith("survey.") else ["some"]
            if not scores or len(scores) == 5:
                always = bool(scores)
                self._add(
                    "always-so" if always else "never-so", rule.check.line, one.fact,
                    Text(f"{rule.id}: {one.fact} is from 1 to 5, so {quoted(one.text)} {'always' if always else 'never'} holds",
                         f"{rule.id}：{one.fact} 只有 1 到 5 分，“{one.text}”{'总是' if always else '永远不'}成立"),
                    Text("write a score, or  up to 2  or  from 4", "写分数，或 2以下、4以上"),
                )  # fmt: skip

    def cases(self, rule: Rule, tried: Tried) -> None:
        """Money and records need a case in which the rule stands, and one in which it does not; all come out as expected."""
        if rule is not self.rules.rules[rule.id]:
            return
        if rule.id in tried.failed:
            self._add(
                "case-fails", rule.line, rule.id, tried.failed[rule.id],
                Text("mend the rule, or the case in rules_tests.yaml; svc rules test shows every step",
                     "改规则，或改 rules_tests.yaml 里的测试；svc rules test 列出每一步"),
            )  # fmt: skip
        ways = [(tried.stands, Text("it stands", "成立")), (tried.not_so, Text("it does not", "不成立"))]
        missing = [words for ids, words in ways if rule.id not in ids]
        if missing and (rule.sanction or rule.reward):
            self._add(
                "no-case", rule.line, rule.id,
                Text(f"no case tests this rule: {rule.id}, none in which {' and none in which '.join(m.en for m in missing)}",
                     f"没有测试试过这条规则：{rule.id} 缺{'、'.join(m.zh for m in missing)}的测试"),
                Text("add one to rules_tests.yaml; svc rules new writes both", "在 rules_tests.yaml 里补上；svc rules new 会写好两条"),
            )  # fmt: skip

    # ---- what hangs together -----------------------------------------------------------------------

    def same_thing_twice(self) -> None:
        """Two rules that sanction the very same thing."""
        sanctioned = [rule for rule in self.rules.every() if rule.sanction]
        for one, other in combinations(sanctioned, 2):
            if one.id != other.id and _what(one) == _what(other) and _days_meet(one, other) and can_both_hold(one.only_if, other.only_if):
                self._add(
                    "same-thing-twice", other.line, other.id,
                    Text(f"{other.id} finds the very same as {one.id} (line {one.line}): one thing would be punished twice",
                         f"{other.id} 查的和第 {one.line} 行的 {one.id} 完全一样：一件事会罚两次"),
                    Text("delete one of the two", "删掉其中一条"),
                )  # fmt: skip

    def days(self) -> None:
        """Rules of the contract that end, or leave days out, between their versions."""
        for last in self.rules.rules.values():
            if last.clause not in NEEDS or not last.sanction:
                continue
            versions: list[Rule | None] = [*self.rules.versions.get(last.id, (last,)), None]
            for one, following in pairwise(versions):
                then = following.since if following else None
                if one is None or one.until is None or (then and then <= one.until + timedelta(days=1)):
                    continue
                until = Text(f"before {then}", f"到 {then} 之前") if then else Text("any more", "，以后也没有接着的")
                self._note(
                    "nothing-holds", self._line(one, "until"), "until",
                    Text(f"after {one.until} {last.id} does not hold {until.en}: what clause {last.clause} says is not looked at",
                         f"{one.until} 之后{until.zh}：{last.id} 不执行，合同 {last.clause} 没有人查"),
                    Text("delete until, or write the next version below", "删掉 until，或在下面接着写新的一版"),
                )  # fmt: skip

    def own(self) -> None:
        """Things of the department's own that bear the name of what there is already, or that no rule asks for."""
        asked = {word for rule in self.rules.every() for one in _asked(rule) for word in one.words}
        asked |= {str(rule.check.args.get("is")) for rule in self.rules.every()}
        fields = {field.removeprefix("report.") for rule in self.rules.every() for field in rule.check.args.get("fields", ())}
        for things, known, used in (
            (self.rules.conduct_kinds, built_in("conduct"), asked), (self.rules.report_items, built_in("report"), fields),
        ):  # fmt: skip
            for id, one in things.items():
                if id in known:
                    self._add(
                        "known-already", one.line, id,
                        Text(f"{id} is there already, the department need not add it", f"{id} 本来就有，不用自己加"),
                        Text("delete this line, or give it another name", "删掉这一行，或换一个代号"),
                    )  # fmt: skip
                elif id not in used and one.until is None:
                    self._unused(id, one.line)

    def gone(self, things: Collection[Named]) -> None:
        """Things of the department's own that were recorded: they get a last day, they are not deleted."""
        line = next((n for n, text in enumerate(self.notes.lines, 1) if text.startswith("own:")), 1)
        for one in things:
            self._add(
                "in-use", line, "own",
                Text(f"{one.id} was recorded already: without its line nobody knows what it was", f"{one.id} 已有登记，删掉以后没人知道是什么"),
                Text(f"put it back with its last day:  {one.id}: {{title: {one.title}, until: {self.today}}}",
                     f"补回来，写上最后一天：  {one.id}: {{title: {one.title}, until: {self.today}}}"),
            )  # fmt: skip

    def unused(self) -> None:
        """Amounts, limits and questions that no rule uses."""
        every = self.rules.every()
        used = {rule.amount for rule in every} | {arg for rule in every for arg in rule.check.args.values() if isinstance(arg, str)}
        asked = {question for rule in every for question in rule.decision}
        things = [(one.id, one.line) for part in (self.rules.amounts, self.rules.limits) for one in part.values() if one.id not in used]
        things += [(one.id, one.line) for one in self.rules.questions.values() if one.id not in asked]
        for id, line in things:
            self._unused(id, line)

    def _unused(self, id: str, line: int) -> None:
        self._note("unused", line, id, Text(f"no rule uses {id}", f"没有规则用到 {id}"), Text("name it in a rule, or delete it", "在规则里写上它，或者删掉"))

    def undeclared(self) -> None:
        """All pairs of fines that can meet on one act and of which nothing is said."""
        fined = [rule for rule in self.rules.rules.values() if rule.sanction and rule.sanction.amount]
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


def _asked(rule: Rule) -> Iterator[Condition]:
    """The conditions that a rule asks, of what it looks at and of what it finds."""
    yield from rule.only_if.values()
    yield from (one for one in rule.check.args.values() if isinstance(one, Condition))


def _what(rule: Rule) -> tuple[object, ...]:
    """What a rule finds, whatever it leaves alone: a grace or what was called off makes it no other thing."""
    args = {key: getattr(value, "text", value) for key, value in rule.check.args.items() if key not in ("grace", "given_up", "denied", "fix_within")}
    return rule.subject, rule.check.kind, tuple(sorted(args.items()))


def _days_meet(one: Rule, other: Rule) -> bool:
    first, last = (one, other) if (one.since or date.min) <= (other.since or date.min) else (other, one)
    return first.until is None or (last.since or date.min) <= first.until


def _can_meet(one: Rule, other: Rule) -> bool:
    """Whether two rules can be found of one record or act: not where both want another value of the same fact."""
    if one.subject != other.subject:
        return one.subject in ACT and other.subject in ACT
    return can_both_hold(_wanted(one), _wanted(other))


def _wanted(rule: Rule) -> Mapping[str, Condition]:
    """What must be so for a rule to find something, as far as conditions say it."""
    args: Mapping[str, Any] = rule.check.args
    told = {args["fact"]: Condition(args["fact"], args["is"], frozenset([args["is"]]))} if "is" in args and "fact" in args else {}
    return {**rule.only_if, **told, **{one.fact: one for one in args.values() if isinstance(one, Condition)}}
