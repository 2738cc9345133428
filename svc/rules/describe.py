"""What a rule asks, told for people: clause, facts, check, who rules, what it costs and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svc.domain.clock.base import show_span
from svc.domain.registers import ROLE_WORDS
from svc.rules.clauses import CLAUSES
from svc.rules.conditions import Condition
from svc.rules.explain import Step, kinds_of
from svc.rules.model import Amount, Limit, Rule, Rules
from svc.rules.vocabulary import facts, named
from svc.text import Text

CHECKS: Mapping[str, Text] = {
    "done_by": Text("{done} is not later than {deadline}", "{done} 不晚于 {deadline}"),
    "done_within": Text("{done} is within the limit after {start}", "{done} 在 {start} 之后的时限以内"),
    "done_between": Text(
        "{done} is between {after} and {before}, both included", "{done} 在 {after} 和 {before} 之间（含两头）"
    ),
    "fields_filled": Text("all of these are filled in: {fields}", "这些都填了：{fields}"),
    "reported": Text("nobody recorded {fact} = {is}", "没有人登记 {fact} = {is}"),
    "done_before": Text("{done} is not later than {act}", "{done} 不晚于 {act}"),
    "one_of": Text("{fact} is one of {allowed}", "{fact} 在 {allowed} 之内"),
    "must_equal": Text("{fact} is {value}", "{fact} 是 {value}"),
    "not_repeated": Text("{earlier} is not within the window before {at}", "{at} 之前的期限以内没有 {earlier}"),
}
"""How each check reads when it is kept."""


def told(rules: Rules, rule: Rule) -> list[Step]:
    """One rule, step by step, each with its line in the file."""
    here = f"{rules.path}:{rule.line}"
    clause = CLAUSES[rule.clause]
    steps = [
        Step("rule", Text(f"{rule.id}: {rule.title.en}", f"{rule.id}：{rule.title.zh}"), here),
        Step("clause", Text(f"clause {rule.clause}: {clause.en}", f"合同 {rule.clause}：{clause.zh}")),
    ]
    steps += [Step("only_if", _only_if(name, wanted), here) for name, wanted in rule.only_if.items()]
    steps.append(Step("check", _check(rule), f"{rules.path}:{rule.check.line}"))
    steps += _facts(rule)
    steps += _limits(rules, rule)
    steps += _questions(rules, rule)
    steps += _sanction(rules, rule)
    steps += _overlaps(rules, rule)
    return steps


def of_clause(rules: Rules, clause: str) -> list[Step]:
    """A clause that no rule serves: what it asks and why there is none."""
    words = CLAUSES[clause]
    steps = [Step("clause", Text(f"clause {clause}: {words.en}", f"合同 {clause}：{words.zh}"))]
    for one in rules.not_rules:
        if one.clause == clause:
            see = f" → {', '.join(one.see)}" if one.see else ""
            source = f"{rules.path}:{one.line}"
            steps.append(
                Step("why", Text(f"no rule ({one.kind}): {one.why.en}{see}", f"不设检查：{one.why.zh}{see}"), source)
            )
    return steps


def serving(rules: Rules, clause: str) -> list[Rule]:
    """The rules of a clause, then those that mention it."""
    own = [rule for rule in rules.rules.values() if rule.clause == clause]
    return own + [rule for rule in rules.rules.values() if clause in rule.see]


def _title(name: str) -> Text:
    return facts().get(name, Text(name, name))


def _only_if(name: str, wanted: Condition) -> Text:
    title = _title(name)
    return Text(f"only if {title.en} is {wanted.text}", f"只在{title.zh}为“{_word(name, wanted.text)}”时查")


def _word(fact: str, value: str) -> str:
    """A value of a fact in Chinese."""
    return (named(fact) or {"yes": "是", "no": "否"}).get(value, value)


def _check(rule: Rule) -> Text:
    words = CHECKS[rule.check.kind]
    en = {key: _named(value, 0) for key, value in rule.check.args.items()}
    zh = {key: _named(value, 1) for key, value in rule.check.args.items()}
    zh |= {key: _word(rule.check.args["fact"], zh[key]) for key in ("is", "value") if key in zh}
    return Text(f"kept when {words.en.format(**en)}", f"做到的标准：{words.zh.format(**zh)}")


def _named(value: Any, language: int) -> str:
    if isinstance(value, (list, tuple)):
        return ("、" if language else ", ").join(_named(one, language) for one in value)
    return str(_title(str(value))[language])


def _facts(rule: Rule) -> Iterator[Step]:
    for name in rule.check.facts:
        title = _title(name)
        yield Step("fact", Text(f"it looks at {name}: {title.en}", f"要看的事实 {name}：{title.zh}"))


def _limits(rules: Rules, rule: Rule) -> Iterator[Step]:
    for key in ("limit", "window", "fix_within"):
        limit = rules.limits.get(rule.check.args.get(key) or "")
        if limit:
            yield from _history(rules, limit, "limit")


def _history(rules: Rules, item: Amount | Limit, kind: str) -> Iterator[Step]:
    for row in item.history:
        if row.value is None:
            value = Text("not set", "未定")
        elif isinstance(item, Limit):
            value = show_span(int(row.value))
        else:
            value = Text(f"{row.value} yuan", f"{row.value} 元")
        said = Text(f"{item.id} from {row.since}: {value.en}", f"{item.id}（{item.title}）{row.since} 起：{value.zh}")
        yield Step(kind, said, f"{rules.path}:{row.line}")


def _questions(rules: Rules, rule: Rule) -> Iterator[Step]:
    for id, answer in rule.decision.items():
        question = rules.questions[id]
        roles, words = ", ".join(question.decided_by), "、".join(ROLE_WORDS.words[r] for r in question.decided_by)
        meant = Text(answer.replace("_", " "), question.answers.get(answer, answer))
        said = Text(
            f"{roles} must rule: {question.ask.en} It counts when the answer is: {meant.en}",
            f"要由{words}认定：{question.ask.zh} 认定为“{meant.zh}”才算",
        )
        yield Step("question", said, f"{rules.path}:{question.line}")


def _sanction(rules: Rules, rule: Rule) -> Iterator[Step]:
    here, sanction = f"{rules.path}:{rule.line}", rule.sanction
    if sanction is None:
        yield Step(
            "sanction", Text("the contract names no sanction: it is counted only", "合同没有规定处分：只统计"), here
        )
        return
    if sanction.record:
        kinds = kinds_of(rules, sanction.record)
        yield Step("sanction", Text(f"enters the record: {kinds.en}", f"记入处分：{kinds.zh}"), here)
    if sanction.by_degree:
        degrees = [kinds_of(rules, [kind]) for kind in sanction.by_degree]
        en = ", ".join(f"{n} {kind.en}" for n, kind in enumerate(degrees, 1))
        zh = "、".join(f"{n} {kind.zh}" for n, kind in enumerate(degrees, 1))
        yield Step("sanction", Text(f"by degree: {en}", f"按情节：{zh}"), here)
    for fact, words in (
        (sanction.refuse, Text("is not reimbursed", "不予报销")),
        (sanction.customer_bears, Text("is borne by the customer", "由客户承担")),
    ):
        if fact:
            title = _title(fact)
            yield Step("sanction", Text(f"{title.en} {words.en}", f"{title.zh}{words.zh}"), here)
    if sanction.duty:
        yield Step("duty", Text(f"and: {sanction.duty.en}", f"并须：{sanction.duty.zh}"), here)
    if sanction.amount:
        yield from _history(rules, rules.amounts[sanction.amount], "amount")


def _overlaps(rules: Rules, rule: Rule) -> Sequence[Step]:
    then = {
        "both": Text("both count", "两条都算"),
        "larger": Text("only the larger counts", "只算重的一条"),
        "ask": Text("somebody says which counts", "由人选定"),
    }
    found = []
    for one in rules.overlaps:
        if rule.id in one.rules:
            other = next(id for id in one.rules if id != rule.id)
            words = then[one.then]
            said = Text(
                f"with {other} on one act: {words.en} ({one.why.en})", f"和 {other} 碰到同一件事：{words.zh}（{one.why.zh}）"
            )
            found.append(Step("overlap", said, f"{rules.path}:{one.line}"))
    return found
