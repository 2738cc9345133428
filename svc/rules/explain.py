"""Why a finding is what it is: numbered steps, one sentence each, that a person can check by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from svc.domain.entry import Entry
from svc.domain.registers import ROLE_WORDS
from svc.locale import Text
from svc.rules.judge import Finding, Turn, explainable
from svc.rules.known import facts
from svc.rules.model import Rules

Place = Callable[[Entry], str]
"""Where an entry stands: `visits/2026-10.csv:118`."""


class Step(NamedTuple):
    """One sentence and where it comes from: a line of the rules file or of a ledger.

    kind: rule, fact, found, question, ruling, open, sanction, duty, amount or due.
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


def steps(finding: Finding, rules: Rules, zone: tzinfo, place: Place) -> list[Step]:
    """Clause and rule, the facts, what was found, who ruled, which amount, a waiver."""
    rule = finding.rule
    told = [
        Step(
            "rule",
            Text(
                f"clause {rule.clause}, rule {rule.id}: {rule.title}",
                f"合同 {rule.clause}，规则 {rule.id}：{rule.title}",
            ),
            f"{rules.path}:{rule.line}",
        )
    ]
    told += _facts(finding, zone, place)
    told.append(_found(finding, zone))
    told += _rulings(finding, rules, zone, place)
    told += _consequences(finding, rules, zone)
    return told


def _minute(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else "?"


# ---- facts ---------------------------------------------------------------------------------------


def _shown(value: Any, zone: tzinfo) -> Text:
    if value is None:
        return Text("not recorded", "没有记录")
    if isinstance(value, datetime):
        return Text(_minute(value, zone), _minute(value, zone))
    if isinstance(value, tuple):
        parts = [_shown(item, zone) for item in value]
        return Text(", ".join(p.en for p in parts), "、".join(p.zh for p in parts))
    if isinstance(value, bool):
        return Text("yes" if value else "no", "是" if value else "否")
    return Text(str(value), str(value))


def _facts(finding: Finding, zone: tzinfo, place: Place) -> Iterator[Step]:
    names = dict.fromkeys([*finding.rule.only_if, *explainable(finding.rule.check)])
    for name in names:
        fact = finding.subject.facts.get(name)
        if fact is None:
            continue
        title = facts().get(name, Text(name, name))
        value = _shown(fact.value, zone)
        why = Text(f" ({fact.why.en})", f"（{fact.why.zh}）") if fact.why else Text("", "")
        source = place(fact.source) if fact.source else None
        yield Step("fact", Text(f"{title.en}: {value.en}{why.en}", f"{title.zh}：{value.zh}{why.zh}"), source)


def _found(finding: Finding, zone: tzinfo) -> Step:
    if finding.status == "facts_missing":
        names = ", ".join(finding.missing)
        return Step(
            "found",
            Text(
                f"not recorded: {names}; what is not known counts against nobody",
                f"没有记录：{names}；不清楚的事不算在任何人头上",
            ),
        )
    who = finding.staff
    missing = f" ({', '.join(finding.missing)})" if finding.missing else ""
    day = _minute(finding.offence_at, zone)
    if who is None:
        return Step("found", Text(f"so it was not kept on {day}{missing}", f"因此 {day} 没有做到该条{missing}"))
    return Step("found", Text(f"so {who} did not keep it on {day}{missing}", f"因此 {who} 于 {day} 违反该条{missing}"))


# ---- rulings -------------------------------------------------------------------------------------

_STANDINGS = {
    "final": Text("it stands", "成立"),
    "dismissed": Text("it does not stand", "不成立"),
    "waived": Text("it stands, the fine is forgiven", "成立，免罚"),
}


def _rulings(finding: Finding, rules: Rules, zone: tzinfo, place: Place) -> Iterator[Step]:
    if finding.rule.decision and finding.turns:
        yield _question(finding, rules)
    for turn in finding.turns:
        if turn.entry is not None:
            yield _ruling(turn, turn.entry, zone, place)
    if finding.status == "awaiting_ruling":
        yield Step("open", Text("nobody has ruled yet: nothing is due", "尚无人认定：目前不计罚"))


def _question(finding: Finding, rules: Rules) -> Step:
    asks = [rules.questions[q] for q in finding.rule.decision]
    roles = rules.deciders(finding.rule)
    titles = "、".join(ROLE_WORDS.words[role] for role in roles)
    question = " ".join(ask.ask for ask in asks)
    source = f"{rules.path}:{asks[0].line}"
    return Step(
        "question", Text(f"people rule ({', '.join(roles)}): {question}", f"由人认定（{titles}）：{question}"), source
    )


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


# ---- what follows --------------------------------------------------------------------------------


def _consequences(finding: Finding, rules: Rules, zone: tzinfo) -> Iterator[Step]:
    sanction = finding.rule.sanction
    if sanction is None or finding.status in ("facts_missing", "dismissed"):
        return
    if sanction.record:
        kinds = ", ".join(f"{kind} ({rules.sanctions.get(kind, kind)})" for kind in sanction.record)
        yield Step("sanction", Text(f"sanction: {kinds}", f"处分：{kinds}"))
    if sanction.duty:
        yield Step("duty", Text(f"and he must: {sanction.duty}", f"并须：{sanction.duty}"))
    if sanction.amount is not None and finding.offence_at is not None:
        yield from _money(finding, rules, zone)


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
    yield Step(
        "amount",
        Text(
            f"amount in force on {day} (since {row.since}): {row.value} yuan",
            f"{day} 当天执行的金额（{row.since} 起）：{row.value} 元",
        ),
        f"{rules.path}:{row.line}",
    )
    if finding.status == "final":
        yield Step("due", Text(f"due: 1 × {row.value} = {row.value} yuan", f"应罚：1 × {row.value} = {row.value} 元"))
    elif finding.status == "waived":
        yield Step("due", Text("due: nothing, it was waived", "应罚：0 元，已免罚"))
