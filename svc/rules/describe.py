"""What a rule asks, told for people: clause, facts, check, who rules, what it costs and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svc.domain.clock.base import show_span
from svc.domain.registers import ROLE_WORDS
from svc.rules.clauses import CLAUSES
from svc.rules.conditions import Condition
from svc.rules.explain import Step, in_chinese, kinds_of, said_of
from svc.rules.model import Amount, Cap, Limit, Row, Rule, Rules
from svc.rules.vocabulary import named, title_of
from svc.text import Text

CHECKS: Mapping[str, Text] = {
    "done_by": Text("{done} is not later than {deadline}", "{done}不晚于{deadline}"),
    "done_within": Text("{done} is within the limit after {start}", "{done}在{start}之后的时限以内"),
    "done_between": Text(
        "{done} lies between {after} and {before}, both included", "{done}在{after}和{before}之间（含两头）"
    ),
    "fields_filled": Text("all of these are filled in: {fields}", "这些都填了：{fields}"),
    "reported": Text("nobody recorded {fact}: {is}", "没有人登记{fact}为“{is}”"),
    "done_before": Text("{done} is not later than {act}", "{done}不晚于{act}"),
    "one_of": Text("{fact} is one of {allowed}", "{fact}在{allowed}之内"),
    "must_equal": Text("{fact} is {value}", "{fact}为“{value}”"),
    "is": Text("it is not so that {all}", "不是这样：{all}"),
    "not_repeated": Text("{earlier} is not within the window before {at}", "{earlier}不在{at}之前的期限以内"),
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
    steps += _days(rule, here)
    steps += [Step("only_if", _only_if(name, wanted), here) for name, wanted in rule.only_if.items()]
    steps.append(Step("check", _check(rule), f"{rules.path}:{rule.check.line}"))
    steps += _facts(rule)
    steps += _limits(rules, rule)
    steps += _questions(rules, rule)
    steps += _sanction(rules, rule)
    steps += _second_format(rules, rule, here)
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


def _days(rule: Rule, here: str) -> Iterator[Step]:
    """From when to when a rule that does not always hold does."""
    if rule.since or rule.until:
        en = (f"from {rule.since}" if rule.since else "") + (f" until {rule.until}" if rule.until else "")
        zh = (f"{rule.since} 起" if rule.since else "") + (f"到 {rule.until} 为止" if rule.until else "")
        yield Step("days", Text(f"it holds {en.strip()}, by the day of the offence", f"按违规那天算，{zh}执行"), here)


def _second_format(rules: Rules, rule: Rule, here: str) -> Iterator[Step]:
    """Who waives, on what basis, whether the rule departs from its clause."""
    if rule.reward:
        yield from _history(rules, rules.amounts[rule.reward], "reward")
    if rule.waived_by:
        titles = "、".join(ROLE_WORDS.words[role] for role in rule.waived_by)
        yield Step("waiver", Text(f"only {', '.join(rule.waived_by)} may waive it", f"只有{titles}可以免罚"), here)
    if rule.basis:
        yield Step("basis", Text(f"basis: {rule.basis}", f"依据：{rule.basis}"), here)
    if rule.departs_from:
        said, line = rule.departs_from, f"{rules.path}:{rule.departs_from.line}"
        yield Step("departs", Text(f"it departs from clause {said.clause}: {said.why.en}", f"与合同 {said.clause} 不同：{said.why.zh}"), line)
    elif rule.held:
        left = ", ".join(rule.lacks)
        yield Step("held", Text(f"held: it leaves out of its clause {left}", f"暂不计：漏了合同要问的 {left}"), here)


def _title(name: str) -> Text:
    return title_of(name)


def _only_if(name: str, wanted: Condition) -> Text:
    title = _title(name)
    so = {"yes": "only if", "no": "not if"}.get(wanted.text) if title.en.startswith("whether ") else None
    en = f"{so} {title.en.removeprefix('whether ')}" if so else f"only if {title.en} is {wanted.text}"
    zh_so = {"yes": "只查", "no": "不查"}.get(wanted.text) if title.zh.startswith("是否") else None
    return Text(en, f"{zh_so}{title.zh.removeprefix('是否')}的" if zh_so else f"只在{title.zh}为“{in_chinese(wanted)}”时查")


def _word(fact: str, value: str) -> str:
    """A value of a fact in Chinese."""
    return (named(fact) or {"yes": "是", "no": "否"}).get(value, value)


def _check(rule: Rule) -> Text:
    words = CHECKS[rule.check.kind]
    if rule.check.kind == "is":
        return _all_so(rule)
    en = {key: _named(value, 0) for key, value in rule.check.args.items()}
    zh = {key: _named(value, 1) for key, value in rule.check.args.items()}
    zh |= {key: _word(rule.check.args["fact"], zh[key]) for key in ("is", "value") if key in zh}
    grace = Text(", or within the grace after it", "，或在宽限以内") if "grace" in rule.check.args else Text("", "")
    return Text(f"kept when {words.en.format(**en)}{grace.en}", f"做到的标准：{words.zh.format(**zh)}{grace.zh}")


def _all_so(rule: Rule) -> Text:
    """All that has to be so: for a fine, or for a bonus."""
    asked = rule.check.args.values()
    en = " and ".join(f"{_title(one.fact).en} is {one.text}" for one in asked)
    zh = "，".join(f"{_title(one.fact).zh}为“{in_chinese(one)}”" for one in asked)
    return Text(f"earned when {en}", f"得奖的条件：{zh}") if rule.reward else Text(f"found when {en}", f"这样就算：{zh}")


def _named(value: Any, language: int) -> str:
    if isinstance(value, (list, tuple)):
        return ("、" if language else ", ").join(_named(one, language) for one in value)
    title = str(_title(str(value))[language])
    return f"the time {title[5:]}" if title.startswith("when ") else title


def _facts(rule: Rule) -> Iterator[Step]:
    for name in rule.check.facts:
        title = _title(name)
        yield Step("fact", Text(f"it looks at {name}: {title.en}", f"要看的事实 {name}：{title.zh}"))


def _limits(rules: Rules, rule: Rule) -> Iterator[Step]:
    for key in ("limit", "grace", "window", "fix_within"):
        limit = rules.limits.get(rule.check.args.get(key) or "")
        if limit:
            yield from _history(rules, limit, "limit")


def _history(rules: Rules, item: Amount | Limit, kind: str) -> Iterator[Step]:
    for row in item.history:
        value, when = value_of(item, row), said_of(row.when)
        where = Text(f" where {when.en}", f"，{when.zh}") if when.en else Text("", "")
        said = Text(
            f"{item.id} from {row.since}{where.en}: {value.en}",
            f"{item.id}（{item.title}）{row.since} 起{where.zh}：{value.zh}",
        )
        yield Step(kind, said, f"{rules.path}:{row.line}")


def value_of(item: Amount | Limit | Cap | None, row: Row[Any] | None) -> Text:
    """What a row sets, in words; of steps, what each time costs."""
    if row is None or row.value is None:
        return Text("not set", "未定")
    if isinstance(item, Limit):
        return show_span(int(row.value))
    if row.steps is not None:
        per = PER[row.steps.per]
        said = ", ".join(row.steps.yuan)
        return Text(f"{said} yuan for the 1st, 2nd, … time {per.en}", f"{per.zh}第 1、2……次 {said} 元")
    percent = isinstance(item, Cap) and item.id.endswith("percent")
    return Text(f"{row.value} %", f"{row.value} %") if percent else Text(f"{row.value} yuan", f"{row.value} 元")


PER = {
    "month": Text("in a month", "当月"),
    "quarter": Text("in a quarter", "当季"),
    "year": Text("in a year", "当年"),
}


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
    if sanction is None and rule.reward:
        return
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
            other = next((id for id in one.rules if id != rule.id), rule.id)
            words, since = then[one.then], Text(f" from {one.since}", f"{one.since} 起") if one.since else Text("", "")
            said = Text(
                f"with {other} on one act{since.en}: {words.en} ({one.why.en})",
                f"和 {other} 碰到同一件事{since.zh}：{words.zh}（{one.why.zh}）",
            )
            found.append(Step("overlap", said, f"{rules.path}:{one.line}"))
    return found
