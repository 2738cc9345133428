"""What holds of rules of the second format, of every kind at once: grace, rows with conditions, steps, bonuses, conduct and items
of the department's own, pairs declared and not. One fact less costs nobody more and pays nobody more; a later ruling raises no
earlier fine; order changes nothing; what is known when the file is read changes no finding.

`SVC_EXAMPLES=20000 python -m pytest tests/judging/test_properties_2.py` draws as many months of a person as one likes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from svc.domain.entry import Entry
from svc.domain.facts import Fact, Facts
from svc.rules import overlaps, steps
from svc.rules.file import load
from svc.rules.judge import Finding, Subject, checks_of, judge
from svc.rules.model import Rules
from svc.rules.vocabulary import OF_PERSON_MONTH
from tests.oracle.quarters import ZONE
from tests.rules.test_wishes import BY_NUMBER, SHIPPED, added

EXAMPLES = int(os.environ.get("SVC_EXAMPLES", "40"))
NOON = datetime(2026, 10, 13, 4, tzinfo=UTC)
"""12:00 of a Tuesday in Shanghai."""
NOW = NOON + timedelta(days=40)


@cache
def read(otherwise: str, same: str) -> Rules:
    text = SHIPPED
    for number in ("1", "2", "3", "4", "5", "6", "8", "9", "12"):
        text = added(text, BY_NUMBER[number])
    text = text.replace("otherwise: ask", f"otherwise: {otherwise}").replace("same_rule: ask", f"same_rule: {same}")
    text = text.replace("        yuan:\n", "        yuan: 70\n").replace("        value:\n", "        value: 5 hours\n")
    text = text.replace("  - id: five_stars\n    from: 2026-10-01\n", "  - id: unused_stars\n    from: 2026-10-01\n", 1)  # wish 3 has it too
    return load("rules.yaml", text.encode())


ALL = [(other, same) for other in ("ask", "both", "larger") for same in ("ask", "both", "larger")]

MOMENTS = st.integers(-90, 90).map(lambda n: timedelta(minutes=n))


def minutes(*some: int) -> st.SearchStrategy[timedelta]:
    return st.sampled_from([timedelta(minutes=n) for n in some])


LATER = st.integers(0, 90).map(lambda n: timedelta(hours=n))
CUSTOMER: dict[str, st.SearchStrategy[Any]] = {
    "customer.key": st.booleans(),
    "customer.region": st.sampled_from(["广东", "新疆伊犁"]),
    "customer.distance_km": st.sampled_from(["20", "400"]),
}
SCORE = st.sampled_from([2, 5, 5, 5, 5, 5])
WORDS = st.sampled_from(["磨损", None])
FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "visit": {
        "visit.promised_at": minutes(0, 0, 30), "visit.arrived_at": minutes(-5, 15, 16, 40, 61, 90), "visit.left_at": minutes(80, 90, 120),
        "visit.cancelled_at": st.sampled_from([None, None, None, timedelta(minutes=5)]),
        "visit.hq_calls": st.none(), "visit.no_hq_call": st.just(True), "visit.reportable": st.booleans(), "visit.report_closed_at": LATER,
    },
    "survey": {"survey.given_at": MOMENTS, **{f"survey.{name}": SCORE for name in ("speed", "skill", "manners", "overall")}},
    "conduct": {"conduct.kind": st.sampled_from(["smoking", "no_uniform", "disobedience", "other"]), "conduct.happened_at": MOMENTS},
    "complaint": {"complaint.cause": st.sampled_from(["attitude", "other"]), "complaint.received_at": MOMENTS},
    "report": {"report.closed_at": MOMENTS, **{f"report.{name}": WORDS for name in ("cause", "solution", "parts", "opinion", "photo")}},
}  # fmt: skip


class Month(NamedTuple):
    """A person's month: what is told of him, and what was ruled on it."""

    subjects: tuple[Subject, ...]
    rulings: Mapping[str, Sequence[Entry]]
    rules: Rules

    def __repr__(self) -> str:
        told = [(one.id, {name: str(fact.value) for name, fact in one.facts.items() if fact.value is not None}) for one in self.subjects]
        return f"{told} {[(e.id, e.event, e.get('against')) for said in self.rulings.values() for e in said]} {self.rules.otherwise} {self.rules.same_rule}"


def _entry(event: str, id: str, at: datetime, **fields: Any) -> Entry:
    return Entry("finding", event, id, at, at, "S10", {"reason": "r", **fields})


@st.composite
def months(draw: st.DrawFn) -> Month:
    """Up to three visits with what else tells of them, on three days; rulings in any order, on most findings."""
    subjects = []
    for n in range(draw(st.integers(1, 3))):
        day = NOON + timedelta(days=n, hours=draw(st.sampled_from([0, 0, 8])))
        customer = {name: Fact(draw(values if draw(st.integers(0, 4)) else st.none())) for name, values in CUSTOMER.items()}
        for noun in ["visit", *draw(st.lists(st.sampled_from(sorted(FACTS)), max_size=3))]:
            told = {name: draw(values if draw(st.integers(0, 6)) else st.none()) for name, values in FACTS[noun].items()}
            facts: Facts = {name: Fact(day + value if isinstance(value, timedelta) else value) for name, value in told.items()}
            id = f"{noun[0].upper()}{n}" if noun in ("visit", "report", "survey") else f"{noun}{len(subjects)}"
            if all(one.id != id for one in subjects):
                subjects.append(Subject(noun, id, "S02", {**customer, **facts}, None, f"V{n}" if noun in ("complaint", "conduct") else None))
    rules = read(*draw(st.sampled_from(ALL)))
    ids = [f"{rule.id}/{one.id}" for one in subjects for rule in checks_of(rules, one.noun) if rule.sanction]
    rulings: dict[str, list[Entry]] = {}
    for n, id in enumerate(draw(st.permutations(ids))):
        event = draw(st.sampled_from(["uphold", "uphold", "uphold", "dismiss", "waive", "settle", ""]))
        if event:
            more = {"against": draw(st.sampled_from(ids)), "charge": draw(st.sampled_from(["this", "other", "both"]))} if event == "settle" else {}
            rulings.setdefault(id, []).append(_entry(event, id, NOON + timedelta(days=4, hours=n), **more))
    return Month(tuple(subjects), rulings, rules)


def found(month: Month, now: datetime = NOW) -> list[Finding]:
    """All findings of a month, those on the whole month last."""
    rules, known = month.rules, {id: [e for e in said if e.at <= now] for id, said in month.rulings.items()}
    told = [
        judge(rule, one, rules, known.get(f"{rule.id}/{one.id}", ()), now, ZONE)
        for one in month.subjects
        for rule in checks_of(rules, one.noun)
    ]
    told = sorted((one for one in told if one.turns or one.status == "facts_missing"), key=lambda one: one.id)
    told = steps.number(overlaps.apply(told, known), ZONE)
    counts = {f"{OF_PERSON_MONTH}{id}": Fact(_standing([one for one in told if one.rule.id == id])) for id in rules.rules}
    facts = {"person_month.ended_at": Fact(NOON + timedelta(days=18)), "person_month.visits": Fact(10), **counts}
    whole = Subject("person_month", "S02-2026-10", "S02", facts)
    return [*told, *(judge(rule, whole, rules, (), now, ZONE) for rule in checks_of(rules, "person_month"))]


def _standing(told: Sequence[Finding]) -> int | None:
    if any(one.status in ("awaiting_ruling", "facts_missing") for one in told):
        return None
    return sum(steps.stands(one) for one in told)


def money(month: Month) -> tuple[Decimal, Decimal]:
    """What the month costs, and what it pays."""
    due = [one for one in found(month) if one.yuan is not None and one.owed_at(NOW + timedelta(seconds=1))]
    return sum((Decimal(one.yuan or 0) for one in due if one.priced), Decimal(0)), sum((Decimal(one.yuan or 0) for one in due if one.pays), Decimal(0))


def seen(told: Sequence[Finding]) -> list[tuple[Any, ...]]:
    return sorted((one.id, one.status, one.yuan, one.missing, str(one.offence_at), str(one.final_at)) for one in told)


QUICK = settings(max_examples=800, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
MET: dict[str, Callable[[Month], bool]] = {
    "a second step": lambda month: any(one.time and one.time.number > 1 and one.status == "final" for one in found(month)),
    "a bonus": lambda month: money(month)[1] > 0,
    "a fine that another one holds": lambda month: any(one.held and one.held.overlap is None for one in found(month)),
    "a fine under conditions that are not known": lambda month: any("customer.key" in one.missing for one in found(month)),
}


@pytest.mark.parametrize("what", list(MET))
def test_such_months_are_drawn(what: str) -> None:
    find(months(), MET[what], settings=QUICK, random=Random(4))


@settings(max_examples=EXAMPLES, deadline=None)
@given(months())
def test_one_fact_less_costs_nobody_more_and_pays_nobody_more(month: Month) -> None:
    cost, paid = money(month)
    for n, one in enumerate(month.subjects):
        for name in one.facts:
            less = one._replace(facts={k: v for k, v in one.facts.items() if k != name})
            now_cost, now_paid = money(month._replace(subjects=(*month.subjects[:n], less, *month.subjects[n + 1 :])))
            assert now_cost <= cost and now_paid <= paid, f"{name} of {one.id}: {cost} → {now_cost}, {paid} → {now_paid}"


@settings(max_examples=EXAMPLES, deadline=None)
@given(months())
def test_a_later_ruling_raises_no_fine_that_stood_before_it(month: Month) -> None:
    """In whatever order they rule: what was final and stays so costs no more than it did."""
    moments = sorted({e.at for said in month.rulings.values() for e in said})
    before: dict[str, Finding] = {}
    for moment in moments:
        after = {one.id: one for one in found(month, moment)}
        for id, was in before.items():
            one = after[id]
            if was.status == one.status == "final" and was.final_at == one.final_at and was.time and one.time:
                assert Decimal(one.time.yuan) <= Decimal(was.time.yuan), f"{id} at {moment}: {was.time} → {one.time}"
        before = after


@settings(max_examples=EXAMPLES, deadline=None)
@given(months(), st.randoms(use_true_random=False))
def test_in_whatever_order_it_was_told_the_same_is_found(month: Month, rnd: Any) -> None:
    expected = seen(found(month))
    subjects = list(month.subjects)
    rnd.shuffle(subjects)
    assert seen(found(month._replace(subjects=tuple(subjects)))) == expected


def _asked_every_time(rules: Rules) -> Rules:
    """The rules as if the file alone said nothing of what each of them asks."""
    known = {"dated": True, "asks_day": True, "asks_customer": True}
    return rules._replace(
        rules={id: one._replace(**known) for id, one in rules.rules.items()},
        versions={id: tuple(one._replace(**known) for one in every) for id, every in rules.versions.items()},
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(months())
def test_what_the_file_alone_says_of_a_rule_changes_no_finding(month: Month) -> None:
    assert seen(found(month._replace(rules=_asked_every_time(month.rules)))) == seen(found(month))


def test_only_what_asks_for_the_customer_or_the_day_is_said_to() -> None:
    rules = read("ask", "ask")
    assert {one.id for one in rules.every() if one.asks_customer} == {"late_arrival", "report_late", "key_customer_visited"}
    assert {one.id for one in rules.every() if one.dated} == {
        "late_arrival", "report_incomplete", "report_late", "low_score", "bad_conduct", "unused_stars", "five_stars", "clean_month",
    }  # fmt: skip
    assert not any(one.asks_day for one in rules.every())  # the hour is asked by rows of a limit, at the moment that chooses the row
