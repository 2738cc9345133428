"""Why a finding is what it is: numbered steps, one sentence each, that a person can check by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any

from svc.domain.clock.base import show_span
from svc.domain.entry import Entry
from svc.domain.registers import ROLE_WORDS
from svc.named import NamedTuple
from svc.rules import judge
from svc.rules.conditions import Condition, bound
from svc.rules.judge import Finding, Meeting, Turn
from svc.rules.model import Rules
from svc.rules.vocabulary import named, title_of
from svc.text import Text

Place = Callable[[Entry], str]
"""Where an entry stands: `visits/2026-10.csv:118`."""


class Step(NamedTuple):
    """One sentence and where it comes from: a line of the rules file or of a ledger.

    kind: rule, fact, handed_over, limit, departs, held, found, question, ruling, appeal, overlap, open, sanction, duty, amount, step, due, sum …
    """

    kind: str
    text: Text
    source: str | None = None


def rows(told: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as every output keeps them: number, kind, the sentence in both languages, its source or None."""
    return [
        {"n": n, "kind": step.kind, "en": step.text.en, "zh": step.text.zh, "source": step.source}
        for n, step in enumerate(told, 1)
    ]


def steps(finding: Finding, zone: tzinfo, place: Place) -> list[Step]:
    """Clause and rule, the facts, what was found, who ruled, which amount, a waiver."""
    rule, rules = finding.rule, finding.rules
    told = [
        Step(
            "rule",
            Text(
                f"clause {rule.clause}, rule {rule.id}: {rule.title.en}",
                f"合同 {rule.clause}，规则 {rule.id}：{rule.title.zh}",
            ),
            f"{rules.path}:{rule.line}",
        )
    ]
    told += _facts(finding, zone, place)
    told += _handed_over(finding, zone, place)
    told += _limit(finding)
    told += _departs(finding)
    told.append(_found(finding, zone))
    told += _rulings(finding, rules, zone, place)
    told += _also(finding)
    told += _consequences(finding, rules, zone)
    return told


def _minute(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else "?"


# ---- facts ---------------------------------------------------------------------------------------


def _shown(value: Any, zone: tzinfo, words: Mapping[str, str]) -> Text:
    if value is None:
        return Text("not recorded", "没有记录")
    if isinstance(value, datetime):
        return Text(_minute(value, zone), _minute(value, zone))
    if isinstance(value, tuple):
        parts = [_shown(item, zone, words) for item in value]
        return Text(", ".join(p.en for p in parts), "、".join(p.zh for p in parts))
    if isinstance(value, bool):
        return Text("yes" if value else "no", "是" if value else "否")
    return Text(str(value), words.get(str(value), str(value)))


def _facts(finding: Finding, zone: tzinfo, place: Place) -> Iterator[Step]:
    names = dict.fromkeys([*finding.rule.only_if, *finding.rule.check.facts, *_conditions(finding)])
    for name in names:
        fact = finding.subject.facts.get(name)
        if fact is None:
            continue
        title = title_of(name)
        value = _shown(fact.value, zone, named(name) or {})
        why = Text(f" ({fact.why.en})", f"（{fact.why.zh}）") if fact.why else Text("", "")
        source = place(fact.source) if fact.source else None
        corrected = _corrected(fact.source, zone)
        said = Text(f"{title.en}: {value.en}{why.en}{corrected.en}", f"{title.zh}：{value.zh}{why.zh}{corrected.zh}")
        yield Step("fact", said, source)


def _handed_over(finding: Finding, zone: tzinfo, place: Place) -> Iterator[Step]:
    """Of a visit that was handed over: who gave it to whom, and whose the offence therefore is."""
    for before, one, entry in ((before, one, one.entry) for before, one in pairwise(finding.subject.leads) if one.entry):
        day, reason, by = _minute(one.since, zone), entry.get("reason") or "", entry.by
        said = Text(
            f"handed over from {before.staff} to {one.staff} on {day} by {by} ({reason}); what came due before stays with {before.staff}",
            f"{day} 由 {by} 从 {before.staff} 转交给 {one.staff}（{reason}）；此前到期的仍由 {before.staff} 负责",
        )
        yield Step("handed_over", said, place(entry))


def _conditions(finding: Finding) -> Iterator[str]:
    """The facts by which the rows of a limit and an amount were chosen."""
    rule, rules = finding.rule, finding.rules
    limit = rules.limits.get(rule.check.limit or "")
    amount = rules.amounts.get(rule.amount or "")
    used = [finding.amount] if finding.amount else list(amount.history) if amount and finding.missing else []
    rows: list[Any] = [*(limit.history if limit else ()), *used]
    return (one.fact for row in rows for one in row.when)


def _limit(finding: Finding) -> Iterator[Step]:
    """Which row of a limit or a grace counted, and why that one."""
    row, args, name = finding.outcome.limit, finding.rule.check.args, finding.rule.check.limit
    if row is None or row.value is None or name is None:
        return
    span, when = show_span(row.value), said_of(row.when)
    where = Text(f" (where {when.en})", f"（{when.zh}）") if when.en else Text("", "")
    kind = Text("grace", "宽限") if "grace" in args else Text("limit", "时限")
    said = Text(
        f"{kind.en} {name} since {row.since}{where.en}: {span.en}",
        f"{kind.zh} {name}，{row.since} 起{where.zh}：{span.zh}",
    )
    yield Step("limit", said, f"{finding.rules.path}:{row.line}")


def said_of(when: Sequence[Condition]) -> Text:
    """Conditions: in English as the file writes them, in Chinese in words."""
    return Text(", ".join(f"{one.fact}: {one.text}" for one in when), "、".join(f"{title_of(one.fact).zh}为“{in_chinese(one)}”" for one in when))


def in_chinese(one: Condition) -> str:
    """What a condition wants, in Chinese."""
    return "、".join(_in_chinese(one.fact, text) for text in one.text.split(", "))


def _in_chinese(fact: str, text: str) -> str:
    limit = bound(text)
    if limit is not None:
        return {"up to": f"{limit[1]} 以下", "from": f"{limit[1]} 以上", "over": f"超过 {limit[1]}", "under": f"不满 {limit[1]}"}[limit[0]]
    return (named(fact) or {"yes": "是", "no": "否"}).get(text, text)


def _departs(finding: Finding) -> Iterator[Step]:
    """That the rule departs from its clause: on purpose, or that it is held."""
    rule, path = finding.rule, finding.rules.path
    if rule.departs_from:
        said, why = rule.departs_from, rule.departs_from.why
        text = Text(f"the rule departs from clause {said.clause}: {why.en}", f"该规则与合同 {said.clause} 不同：{why.zh}")
        yield Step("departs", text, f"{path}:{said.line}")
    elif finding.held_by_rule:
        left = ", ".join(rule.lacks)
        text = Text(
            f"the rule leaves out of clause {rule.clause}: {left}; nothing is due until it is mended or says why",
            f"该规则漏了合同 {rule.clause} 要问的 {left}：改好或写明理由以前不计",
        )
        yield Step("held", text, f"{path}:{rule.line}")


def _corrected(entry: Entry | None, zone: tzinfo) -> Text:
    """By whom and why the entry behind a fact was corrected, last."""
    if entry is None or not entry.history:
        return Text("", "")
    last = entry.history[-1]
    day, reason = _minute(last.at, zone), last.get("reason")
    return Text(f" (corrected by {last.by} on {day}: {reason})", f"（{last.by} 于 {day} 更正：{reason}）")


def _found(finding: Finding, zone: tzinfo) -> Step:
    titles = [title_of(fact) for fact in finding.missing]
    names = Text(", ".join(one.en for one in titles), "、".join(one.zh for one in titles))
    if finding.status == "facts_missing":
        return Step(
            "found",
            Text(
                f"not recorded: {names.en}; what is not known counts against nobody",
                f"没有记录：{names.zh}；不清楚的事不算在任何人头上",
            ),
        )
    who = finding.staff
    missing = Text(f" ({names.en})", f"（{names.zh}）") if finding.missing else Text("", "")
    day = _minute(finding.offence_at, zone)
    if finding.pays:
        return Step("found", Text(f"so {who} earned it on {day}", f"因此 {who} 于 {day} 得奖"))
    if who is None:
        return Step("found", Text(f"so it was not kept on {day}{missing.en}", f"因此 {day} 没有做到该条{missing.zh}"))
    return Step("found", Text(f"so {who} did not keep it on {day}{missing.en}", f"因此 {who} 于 {day} 违反该条{missing.zh}"))


# ---- rulings -------------------------------------------------------------------------------------

_STANDINGS = {
    "final": Text("it stands", "成立"),
    "dismissed": Text("it does not stand", "不成立"),
    "waived": Text("it stands, the fine is forgiven", "成立，免罚"),
}


def _rulings(finding: Finding, rules: Rules, zone: tzinfo, place: Place) -> Iterator[Step]:
    if finding.rule.decision and finding.turns:
        yield _question(finding, rules)
    said = [(t.at, told) for t in finding.turns if (told := _turned(finding, t, zone, place))]
    said += [(e.at, _appeal(e, zone, place)) for e in finding.appeals]
    said += [(e.at, _not_his(finding, e, zone, place)) for e in finding.not_his]
    yield from (step for _, step in sorted(said, key=lambda s: s[0]))
    if finding.status == "awaiting_ruling" and not finding.held and not finding.held_by_rule:
        yield Step("open", Text("nobody has ruled yet: nothing is due", "尚无人认定：目前不计罚"))
    if finding.status == "final" and finding.open_appeal:
        yield Step(
            "open",
            Text(
                "nobody has ruled on the appeal yet: what was ruled holds until then",
                "申诉尚未重新认定：在此之前按原认定",
            ),
        )


def _turned(finding: Finding, turn: Turn, zone: tzinfo, place: Place) -> Step | None:
    """What changed a finding's standing: somebody's ruling, or another finding on the same act."""
    if turn.meeting is not None:
        return _met(finding, turn, turn.meeting, zone, place)
    return _ruling(turn, turn.entry, zone, place) if turn.entry is not None else None


def _appeal(entry: Entry, zone: tzinfo, place: Place) -> Step:
    reason, day = entry.get("reason") or "", _minute(entry.at, zone)
    return Step(
        "appeal", Text(f"{entry.by} appealed on {day}: {reason}", f"{entry.by} 于 {day} 申诉：{reason}"), place(entry)
    )


def _not_his(finding: Finding, entry: Entry, zone: tzinfo, place: Place) -> Step:
    """A ruling about somebody else, from before the visit was known to be this one's: it does not hold for him."""
    day, reason, whom = _minute(entry.at, zone), entry.get("reason") or "", entry.get("about")
    who, wen = (f" {whom}", f" about {whom}") if whom else ("另一人", " about somebody else")
    said = Text(
        f"{entry.by} ruled on {day}{wen}: it does not hold for {finding.staff}; reason: {reason}",
        f"{entry.by} 于 {day} 的认定针对的是{who}，对 {finding.staff} 无效；理由：{reason}",
    )
    return Step("ruling", said, place(entry))


def _met(finding: Finding, turn: Turn, met: Meeting, zone: tzinfo, place: Place) -> Step:
    """One act, two findings: what the rules file says, or who chose."""
    if turn.entry is not None:
        entry, reason, day = turn.entry, turn.entry.get("reason") or "", _minute(turn.entry.at, zone)
        return Step(
            "overlap",
            Text(
                f"{entry.by} chose on {day} that of this and {met.other} only that one is charged; reason: {reason}",
                f"{entry.by} 于 {day} 选定：本条和 {met.other} 只罚那一条；理由：{reason}",
            ),
            place(entry),
        )
    if met.overlap is None and met.other.partition("/")[0] == finding.rule.id:
        said = Text(
            f"{met.other} is the same rule on the same act: one deed, one fine; this one is not due until the general manager "
            f"says that it is another act (svc finding settle {finding.id} --against {met.other} --charge both)",
            f"{met.other} 是同一件事、同一条规则：一事一罚；总经理认定是另一件事以前，本条不计罚"
            f"（svc finding settle {finding.id} --against {met.other} --charge both）",
        )
        return Step("overlap", said, f"{finding.rules.path}:{finding.rules.overlaps_line}")
    if met.overlap is None:
        said = Text(
            f"{met.other} is on the same act and the rules name no pair of the two: nothing is due until the general "
            "manager says which is charged",
            f"{met.other} 是同一件事，规则表没有写这一组怎么算：总经理选定以前不计罚",
        )
        return Step("overlap", said, f"{finding.rules.path}:{finding.rules.overlaps_line}")
    source, why = f"{finding.rules.path}:{met.overlap.line}", met.overlap.why
    if met.overlap.then == "larger":
        said = Text(f"{met.other} is on the same act and larger: only that one counts ({why.en})",
                    f"{met.other} 是同一件事、罚得更重：只算那一条（{why.zh}）")  # fmt: skip
        return Step("overlap", said, source)
    roles = met.overlap.decided_by
    titles = "、".join(ROLE_WORDS.words[role] for role in roles)
    said = Text(
        f"{met.other} is on the same act ({why.en}): nothing is due until somebody ({', '.join(roles)}) says which is charged",
        f"{met.other} 是同一件事（{why.zh}）：{titles}选定以前不计罚",
    )
    return Step("overlap", said, source)


def _question(finding: Finding, rules: Rules) -> Step:
    asks = [rules.questions[q] for q in finding.rule.decision]
    roles = rules.deciders(finding.rule)
    titles = "、".join(ROLE_WORDS.words[role] for role in roles)
    question = Text(" ".join(ask.ask.en for ask in asks), "".join(ask.ask.zh for ask in asks))
    source = f"{rules.path}:{asks[0].line}"
    said = Text(f"people rule ({', '.join(roles)}): {question.en}", f"由人认定（{titles}）：{question.zh}")
    return Step("question", said, source)


def _ruling(turn: Turn, entry: Entry, zone: tzinfo, place: Place) -> Step:
    word, reason, day = _STANDINGS[turn.standing], entry.get("reason") or "", _minute(entry.at, zone)
    return Step(
        "ruling",
        Text(
            f"{entry.by} ruled on {day}: {word.en}; reason: {reason}",
            f"{entry.by} 于 {day} 认定：{word.zh}；理由：{reason}",
        ),
        place(entry),
    )


def _also(finding: Finding) -> Iterator[Step]:
    """Other findings on the same act that count beside this one."""
    for met in finding.meetings:
        if met.overlap and met.overlap.then == "both" and finding.status in ("final", "awaiting_ruling"):
            said = Text(
                f"{met.other} is on the same act; both count where both stand ({met.overlap.why.en})",
                f"{met.other} 是同一件事；成立的都算（{met.overlap.why.zh}）",
            )
            yield Step("overlap", said, f"{finding.rules.path}:{met.overlap.line}")


# ---- what follows --------------------------------------------------------------------------------


def _consequences(finding: Finding, rules: Rules, zone: tzinfo) -> Iterator[Step]:
    sanction = finding.rule.sanction
    if finding.pays and finding.offence_at is not None and finding.status == "final":
        yield from _money(finding, rules, zone)
    if sanction is None or finding.status in ("facts_missing", "dismissed"):
        return
    if sanction.record or sanction.by_degree:
        found = judge.kinds(finding)
        kinds = kinds_of(rules, found) if found else Text("the gravity is not recorded", "未登记情节轻重")
        yield Step("sanction", Text(f"sanction: {kinds.en}", f"处分：{kinds.zh}"))
    if sanction.duty:
        yield Step("duty", Text(f"and he must: {sanction.duty.en}", f"并须：{sanction.duty.zh}"))
    for fact, words in ((sanction.refuse, NOT_PAID), (sanction.customer_bears, BORNE)):
        if fact:
            yield _sum(finding, fact, words)
    if sanction.amount is not None and finding.offence_at is not None:
        yield from _money(finding, rules, zone)


NOT_PAID = Text("not reimbursed", "不予报销")
BORNE = Text("borne by the customer", "由客户承担")


def _sum(finding: Finding, fact: str, words: Text) -> Step:
    """What a breach of 1.11, 1.12 or 4.3 comes to: the sum that is refused or borne, as far as it is known."""
    held = finding.subject.facts.get(fact)
    if finding.status == "waived":
        said = Text("nothing follows, it was waived", "不作处理，已免")
    elif finding.status != "final":
        said = Text("nothing follows until it is ruled on", "认定以前不作处理")
    elif held is None or held.value is None:
        said = Text(f"{words.en}: the sum is not recorded", f"{words.zh}：金额没有登记")
    else:
        said = Text(f"{words.en}: {held.value} yuan", f"{words.zh}：{held.value} 元")
    return Step("due", said)


def kinds_of(rules: Rules, kinds: Iterable[str]) -> Text:
    """Kinds of sanctions by name: the file has the Chinese one, the id is the English one."""
    named = [Text(kind.replace("_", " "), rules.sanctions.get(kind, kind)) for kind in kinds]
    return Text(", ".join(one.en for one in named), "、".join(one.zh for one in named))


def _money(finding: Finding, rules: Rules, zone: tzinfo) -> Iterator[Step]:
    assert finding.offence_at is not None
    day = finding.offence_at.astimezone(zone).date().isoformat()
    row = finding.amount
    if row is None or row.value is None:
        source = f"{rules.path}:{row.line}" if row else None
        yield Step(
            "amount",
            Text(
                f"the amount in force on {day} is blank: counted, amount not set",
                f"{day} 当天的金额未填：只计次数，金额未定",
            ),
            source,
        )
        return
    when, yuan = said_of(row.when), finding.yuan
    where = Text(f", where {when.en}", f"，{when.zh}") if when.en else Text("", "")
    yield Step(
        "amount",
        Text(
            f"amount in force on {day} (since {row.since}{where.en}): {yuan} yuan",
            f"{day} 当天执行的金额（{row.since} 起{where.zh}）：{yuan} 元",
        ),
        f"{rules.path}:{row.line}",
    )
    yield from _time(finding, rules)
    if finding.status == "final" and finding.pays:
        yield Step("due", Text(f"paid: {yuan} yuan", f"应奖：{yuan} 元"))
    elif finding.status == "final":
        yield Step("due", Text(f"due: 1 × {yuan} = {yuan} yuan", f"应罚：1 × {yuan} = {yuan} 元"))
    elif finding.status == "waived":
        met = finding.turns[-1].meeting
        said = Text("due: nothing, it was waived", "应罚：0 元，已免罚")
        if met:
            said = Text(f"due: nothing, {met.other} is charged", f"应罚：0 元，罚的是 {met.other}")
        yield Step("due", said)


def _time(finding: Finding, rules: Rules) -> Iterator[Step]:
    """Which time it was, after which others: third late_arrival of 2026-12 to stand, after V2612-0008 and V2612-0021."""
    time, row = finding.time, finding.amount
    if time is None or row is None or row.steps is None:
        return
    after = [id.partition("/")[2] for id in time.after]
    en = f", after {' and '.join(after)}" if after else ""
    zh = f"，排在 {'、'.join(after)} 之后" if after else ""
    nth = f"{time.number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(time.number % 10 if time.number % 100 not in (11, 12, 13) else 0, 'th')}"
    stands = Text("to stand", "成立") if finding.status in ("final", "waived") else Text("if it stands", "如果成立")
    yield Step(
        "step",
        Text(
            f"{nth} {finding.rule.id} of {time.period} {stands.en}{en}: {time.yuan}",
            f"{time.period} 第 {time.number} 次{stands.zh}的 {finding.rule.id}{zh}：{time.yuan} 元",
        ),
        f"{rules.path}:{row.line}",
    )
