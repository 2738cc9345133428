"""What a filter calls met, `check` finds to be no offence: random rules (rows by days, blank and with conditions, grace, every kind
of check), random facts (known, unknown, never looked for, days without an hour), before and after every deadline.

`SVC_EXAMPLES=20000 python -m pytest tests/judging/test_filters.py` tries as many as one likes.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svc.audit.findings import DEAD, _found
from svc.audit.world import Registers, World
from svc.domain.clock.precision import whole_day
from svc.domain.facts import Fact, Facts
from svc.rules.check import check
from svc.rules.conditions import parse
from svc.rules.filters import Filters
from svc.rules.judge import Subject, checks_of
from svc.rules.model import Rule, Rules, Versions
from svc.rules.vocabulary import facts_of
from tests.judging.test_properties_2 import ALL, NOON, read
from tests.oracle.quarters import ZONE

EXAMPLES = int(os.environ.get("SVC_EXAMPLES", "60"))
WORDS = ("attitude", "smoking", "repair", "fraud", "yes", "no", "广东", "20", "400", "5", 5, 2, True, True, False)
BESIDE = ("customer.key", "customer.region", "customer.distance_km")


def moment(random: Random) -> datetime:
    return NOON + timedelta(minutes=random.choice((0, 0, 1, 60, 1440, 1441, -1, -1440, random.randint(-5000, 5000))))


def value(random: Random, name: str) -> Any:
    """A value of a fact, or None."""
    if random.random() < 0.2:
        return None
    if name.endswith("_at") or name.endswith("hq_calls"):
        one = moment(random)
        one = whole_day(one.astimezone(ZONE).date(), ZONE) if random.random() < 0.2 else one
        return one if name.endswith("_at") else (moment(random), one)
    return ("广东", "南宁") if name.endswith("places") else random.choice(WORDS)


def facts(random: Random, noun: str) -> Facts:
    """Facts of a subject: of nearly each there is a value, or none; some nobody looked for."""
    return {name: Fact(value(random, name)) for name in (*facts_of(noun), *BESIDE) if random.random() < 0.95}


def rules(random: Random) -> Rules:
    """A rules file whose limits have other rows."""
    file = read(*random.choice(ALL))
    limits = {}
    for id, limit in file.limits.items():
        first, rows = limit.history[0], list(limit.history)
        for _ in range(random.randint(0, 2)):
            when = (parse("customer.region", ["广东"]),) if random.random() < 0.2 else ()
            since = random.choice((first.since, (NOON + timedelta(days=random.randint(-3, 3))).date()))
            rows.append(first._replace(since=since, value=random.choice((None, 0, 60, 86_400, random.randint(1, 90_000))), when=when))
        limits[id] = limit._replace(history=tuple(rows))
    return file._replace(limits=limits)


def versions(file: Rules) -> list[Rule]:
    return [one for id, rule in file.rules.items() for one in file.versions.get(id, (rule,))]


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32))
def test_what_a_filter_calls_met_is_no_offence(seed: int) -> None:
    random = Random(seed)
    file, now = rules(random), moment(random)
    filters = Filters(file, now, ZONE)
    for rule in versions(file):
        for _ in range(4):
            told = facts(random, rule.subject)
            found = check(rule, told, file, now, ZONE)
            if filters.met(rule, told):
                assert found.status in DEAD, (rule.id, rule.only_if, rule.check, told)


def test_most_of_what_is_met_is_called_so_without_judging() -> None:
    """Else nothing would be gained by filters."""
    random, file = Random(1), read("ask", "ask")
    filters, met, dead = Filters(file, NOON, ZONE), 0, 0
    for rule in versions(file) * 40:
        told = facts(random, rule.subject)
        if check(rule, told, file, NOON, ZONE).status in DEAD:
            dead, met = dead + 1, met + filters.met(rule, told)
    assert met > dead * 0.7


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_limit_to_the_minute(late: int) -> None:
    file = read("ask", "ask")
    told = {"call.received_at": Fact(NOON), "call.replied_at": Fact(NOON + timedelta(hours=24, minutes=late))}
    assert Filters(file, NOON + timedelta(days=40), ZONE).met(file.rules["reply_24h"], told) == (late <= 0)


def test_a_sealed_months_world_asks_todays_file_too() -> None:
    """A day of it that no seal holds is judged by today's file: what only that finds must not be called met."""
    today, kept = (one._replace(rules={"reply_24h": one.rules["reply_24h"]}) for one in (read("ask", "ask"), read("ask", "both")))
    limit = kept.limits["reply_within"]
    kept = kept._replace(limits={**kept.limits, "reply_within": limit._replace(history=(limit.history[0]._replace(value=30 * 86_400),))})
    answered = NOON + timedelta(hours=25)
    told = {"call.received_at": Fact(NOON), "call.replied_at": Fact(answered)}
    told |= {name: Fact(None) for name in facts_of("call") if name not in told}
    versions = Versions(today, frozenset({"2026-09"}), lambda _: kept, None, lambda: (kept,))
    registers, now = Registers({}, {}, {}, {}), NOON + timedelta(days=9)
    world = World({}, {}, {}, {}, {}, {}, {}, registers, kept, now, ZONE, versions=versions)
    found = [one.rule.id for one in _found(world, Subject("call", "C2610-0001", "S01", told), checks_of(kept, "call"))]
    assert "reply_24h" in found


def test_what_a_month_is_asked_of_is_looked_for_where_it_is_not_known() -> None:
    """A rule that only counts is not asked of what does not say whether it applies, but where somebody's month counts it: in a rule, or in a row."""
    file = read("ask", "ask")
    counts = {id for id, rule in file.rules.items() if file.counts_only(rule)}
    assert counts == Filters(file, NOON, ZONE)._idle and "reply_24h" in counts
    amount = next(one for one in file.amounts.values() if one.history)
    row = amount.history[0]._replace(when=(parse("person_month.reply_24h", ["0"]),))
    asking = file._replace(amounts={**file.amounts, amount.id: amount._replace(history=(row, *amount.history[1:]))})
    assert Filters(asking, NOON, ZONE)._idle == counts - {"reply_24h"}
