"""Carrying out a case: its facts judged at its own moment, and what came out other than expected. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from svc.domain.entry import Entry
from svc.domain.facts import Fact
from svc.named import NamedTuple
from svc.rules import explain, overlaps, steps
from svc.rules.cases import Case, Expected
from svc.rules.explain import Step
from svc.rules.judge import Finding, Subject, Turn, checks_of, judge, kinds
from svc.rules.model import Row, Rules
from svc.rules.vocabulary import facts_of
from svc.text import Text

ACT = "case"
"""Everything in a case is one act of one person."""


NOT_JUDGED = Text("not judged: no fact of its subject is given", "没有判：没有给出它所查对象的事实")


class Difference(NamedTuple):
    """What came out other than expected: of a rule (or the sum that is due) its status, amount or sanctions."""

    rule: str
    what: str
    expected: str
    found: str

    @property
    def told(self) -> Text:
        """What was found, in words where it is no word of the file."""
        return NOT_JUDGED if self.found == NOT_JUDGED.en else Text(self.found, self.found)


class Result(NamedTuple):
    """A case carried out; `told` explains the findings of the rules that differ."""

    case: Case
    differences: tuple[Difference, ...]
    told: dict[str, list[Step]]


def carry_out(case: Case, rules: Rules) -> Result:
    """Judge a case by the rules, and say where it differs."""
    found = _judged(case, _priced(rules, case))
    differences = [*_differences(case, found)]
    wrong = {d.rule for d in differences if d.rule in found}
    zone = ZoneInfo(rules.timezone)
    told = {id: explain.steps(found[id], zone, lambda entry: entry.id) for id in case.expect if id in wrong}
    return Result(case, tuple(differences), told)


def _priced(rules: Rules, case: Case) -> Rules:
    """The rules with the amounts that the case puts in the place of those of the file."""
    amounts = {
        id: rules.amounts[id]._replace(history=(Row(date.min, value, rules.amounts[id].line),))
        for id, value in case.amounts.items()
    }
    return rules._replace(amounts={**rules.amounts, **amounts})


def _judged(case: Case, rules: Rules) -> dict[str, Finding]:
    zone = ZoneInfo(rules.timezone)
    found = []
    for noun in case.facts:
        subject = _subject(case, noun, rules)
        for rule in checks_of(rules, noun):
            rulings = _rulings(case, rule.id) if rule.id in case.expect else ()
            found.append(judge(rule, subject, rules, rulings, case.now, zone))
    relevant = [one for one in found if one.turns or one.status == "facts_missing"]
    settled = {one.id: one for one in _numbered(case, overlaps.apply(relevant, {}), zone)}
    return {one.rule.id: settled.get(one.id, one) for one in found}


def _numbered(case: Case, found: list[Finding], zone: ZoneInfo) -> list[Finding]:
    """The findings with the time that each is, after those that stood earlier."""
    before = [
        one._replace(id=f"{one.rule.id}/earlier-{n}", status="final", turns=(Turn(one.offence_at - timedelta(days=400), "final", None),))
        for one in found
        for n in range(case.earlier.get(one.rule.id, 0))
        if one.offence_at
    ]
    return steps.number([*before, *found], zone)[len(before) :]


def _subject(case: Case, noun: str, rules: Rules) -> Subject:
    given = case.facts[noun]
    source = Entry(noun, "given", ACT, case.now, case.now, "-", {})
    names = [*facts_of(noun), *given] + [f"report.{item}" for item in rules.report_items if noun == "report"]
    facts = {name: Fact(given.get(name), source if name in given else None) for name in names}
    beside = case.facts.get("customer", {}) if noun != "customer" else {}
    facts |= {name: Fact(value, source) for name, value in beside.items()}
    return Subject(noun, ACT, "S00", facts, _verdict(case) if noun == "complaint" else None, ACT)


def _verdict(case: Case) -> Entry | None:
    if case.verdict is None:
        return None
    said = {"verdict": "upheld" if case.verdict["upheld"] else "dismissed", "reason": case.name}
    fields = {**said, **{name: value for name, value in case.verdict.items() if name != "upheld"}}
    return Entry("complaint", "verify", ACT, case.now, case.now, "S01", fields)


def _rulings(case: Case, rule: str) -> tuple[Entry, ...]:
    return tuple(
        Entry("finding", event, f"{rule}/{ACT}", case.now, case.now, "S01", {"reason": case.name})
        for event in case.ruled
    )


# ---- comparing -----------------------------------------------------------------------------------


def _differences(case: Case, found: dict[str, Finding]) -> Iterator[Difference]:
    for id, expected in case.expect.items():
        one = found.get(id)
        if one is None:
            yield Difference(id, "status", expected.status, NOT_JUDGED.en)
        else:
            yield from _of_rule(id, expected, one)
    due = _due(case.now, found.values())
    if case.due is not None and case.due != due:
        yield Difference("due", "yuan", case.due, due)


def _of_rule(id: str, expected: Expected, one: Finding) -> Iterator[Difference]:
    unset = one.status == "final" and one.priced and one.yuan is None
    status = "amount_not_set" if unset and expected.status == "amount_not_set" else one.status
    if status != expected.status:
        yield Difference(id, "status", expected.status, status)
    if expected.amount is not None and expected.amount != (one.yuan or ""):
        yield Difference(id, "amount", expected.amount or "-", one.yuan or "-")
    if expected.sanctions is not None:
        entered = kinds(one) if one.status == "final" else ()
        if set(expected.sanctions) != set(entered):
            yield Difference(id, "sanctions", ", ".join(expected.sanctions), ", ".join(entered) or "-")


def _due(now: datetime, found: Iterable[Finding]) -> str:
    after = now.astimezone(UTC) + timedelta(seconds=1)
    owed = [one.yuan for one in found if one.priced and one.yuan and one.owed_at(after)]
    return f"{sum(map(Decimal, owed), Decimal(0)):.2f}"
