"""What holds of any history: nothing unknown costs anybody money, order changes nothing, a sealed month stays.

A fact that is taken out of a history is one that nobody recorded or looked for: not the empty field of a
report that is there, which is the offence itself (4.6).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svc.audit.findings import findings, subjects
from svc.audit.world import World
from svc.desk.open import Desk, Options
from svc.domain.entry import Entry
from svc.domain.facts import Fact, Facts
from svc.rules import overlaps
from svc.rules.file import load
from svc.rules.judge import Subject, checks_of, judge
from svc.rules.model import Rules
from svc.rules.vocabulary import facts_of
from tests.oracle import quarters
from tests.oracle.test_agreement import AMOUNTS, desk_with

ROOT = Path(__file__).parents[2]
BASE = load("rules.yaml", (ROOT / "svc" / "rules" / "template.yaml").read_bytes())
NOON = datetime(2026, 10, 6, 12, tzinfo=UTC)
ZONE = quarters.ZONE


def priced(rules: Rules, yuan: Iterable[str | None]) -> Rules:
    """The rules with these amounts, in force for ever; None stays blank."""
    given = zip(rules.amounts.values(), yuan, strict=True)
    rows = {a.id: a._replace(history=(a.history[0]._replace(since=a.history[0].since.replace(2000), value=y),)) for a, y in given}
    return rules._replace(amounts=rows)


def declared(rules: Rules, then: Sequence[str]) -> Rules:
    """The rules with another decision for each pair that meets on one act."""
    fined = {rule.id for rule in rules.rules.values() if rule.sanction and rule.sanction.amount}
    pairs = [
        one._replace(then=word if set(one.rules) <= fined or word != "larger" else "both")
        for one, word in zip(rules.overlaps, then, strict=True)
    ]
    return rules._replace(overlaps=tuple(pairs))


def owed(found: Sequence[Subject], rules: Rules, rulings: dict[str, list[Entry]], now: datetime) -> dict[str, Decimal]:
    """What each person owes just after `now`."""
    judged = [
        judge(rule, one, rules, rulings.get(f"{rule.id}/{one.id}", ()), now, ZONE)
        for one in found
        for rule in checks_of(rules, one.noun)
    ]
    sums: dict[str, Decimal] = {}
    for one in overlaps.apply([f for f in judged if f.turns or f.status == "facts_missing"], rulings):
        if one.priced and one.yuan is not None and one.staff and one.owed_at(now + timedelta(seconds=1)):
            sums[one.staff] = sums.get(one.staff, Decimal(0)) + Decimal(one.yuan)
    return sums


def without_one_fact(found: Sequence[Subject]) -> Iterable[tuple[str, list[Subject]]]:
    for n, one in enumerate(found):
        for name in one.facts:
            less = one._replace(facts={k: v for k, v in one.facts.items() if k != name})
            yield f"{name} of {one.id}", [*found[:n], less, *found[n + 1 :]]


# ---- facts drawn at random -----------------------------------------------------------------------

MOMENTS = st.integers(-4, 3).map(lambda n: NOON + timedelta(minutes=n))
WORDS = {
    "conduct.kind": st.sampled_from(["disobedience", "fraud", "unreachable", "other"]),
    "complaint.cause": st.sampled_from(["attitude", "quarrel", "untimely", "other"]),
    "conduct.degree": st.integers(1, 4),
}


def fact(name: str) -> st.SearchStrategy[Any]:
    if name in WORDS:
        return WORDS[name]
    if name.endswith("_calls"):
        return st.lists(MOMENTS, min_size=1, max_size=3).map(tuple)
    if name.endswith(("_at", ".date")):
        return MOMENTS
    return st.booleans() if name in ("visit.no_hq_call", "visit.reportable") else st.just("x")


@st.composite
def acts(draw: st.DrawFn) -> list[Subject]:
    """One act of one person as several records tell it: any facts, known or not."""
    found = []
    for noun in draw(st.lists(st.sampled_from(["visit", "conduct", "complaint", "report"]), min_size=1, max_size=4, unique=True)):
        facts: Facts = {n: Fact(draw(st.none() | fact(n)) if draw(st.booleans()) else draw(fact(n))) for n in facts_of(noun)}
        said = draw(st.none() | st.fixed_dictionaries({"verdict": st.sampled_from(["upheld", "dismissed"]), "harms_image": st.none() | st.booleans()}))
        verdict = Entry("complaint", "verify", "V1", NOON, NOON, "S01", said) if said and noun == "complaint" else None
        found.append(Subject(noun, f"{noun[0].upper()}1", "S02", facts, verdict, None if noun == "report" else "V1"))
    return found


@st.composite
def ruled(draw: st.DrawFn) -> dict[str, list[Entry]]:
    """What people ruled on it, and chose, in any order."""
    rulings: dict[str, list[Entry]] = {}
    ids = ["late_arrival/V1", "left_without_call/V1", "disobeyed_dispatch/C1", "complaint_attitude/C1", "report_incomplete/R1"]
    for n in range(draw(st.integers(0, 5))):
        id, event = draw(st.sampled_from(ids)), draw(st.sampled_from(["uphold", "uphold", "dismiss", "waive", "appeal", "settle"]))
        at = NOON + timedelta(hours=n)
        fields = {"reason": "x"}
        if event == "settle":
            fields |= {"against": draw(st.sampled_from(ids)), "charge": draw(st.sampled_from(["this", "other", "both"]))}
        rulings.setdefault(id, []).append(Entry("finding", event, id, at, at, "S05", fields))
    return rulings


@settings(max_examples=120, deadline=None)
@given(
    acts(), ruled(),
    st.lists(st.sampled_from([None, "0.00", "100.00", "200.00", "300.50"]), min_size=len(BASE.amounts), max_size=len(BASE.amounts)),
    st.lists(st.sampled_from(["both", "larger", "ask"]), min_size=len(BASE.overlaps), max_size=len(BASE.overlaps)),
)  # fmt: skip
def test_what_is_not_known_never_raises_a_fine(
    found: list[Subject], rulings: dict[str, list[Entry]], yuan: list[str | None], then: list[str]
) -> None:
    rules = declared(priced(BASE, yuan), then)
    now = NOON + timedelta(days=1)
    before = owed(found, rules, rulings, now).get("S02", Decimal(0))
    for what, less in without_one_fact(found):
        assert owed(less, rules, rulings, now).get("S02", Decimal(0)) <= before, what
    assert owed(found[::-1], rules, rulings, now).get("S02", Decimal(0)) == before


# ---- a generated history -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def history() -> list[quarters.Entry]:
    return quarters.quarter(5, 60)


@pytest.fixture(scope="module")
def world(history: list[quarters.Entry], tmp_path_factory: pytest.TempPathFactory) -> World:
    return september(desk_with(tmp_path_factory.mktemp("history"), history, AMOUNTS).folder)


def september(folder: Path) -> World:
    desk = Desk(folder, Options())
    return desk.month("2026-09", desk.view(quarters.CEILING.isoformat()))[0]


def test_in_a_generated_quarter_no_fact_less_costs_anybody_more(world: World) -> None:
    found = list(subjects(world))
    before = owed(found, world.rules, dict(world.rulings), world.now)
    assert sum(before.values()) > 0
    for one in found:
        own = [other for other in found if other.act == one.act and other.staff == one.staff]
        alone = owed(own, world.rules, dict(world.rulings), world.now)
        for what, less in without_one_fact(own):
            now = owed(less, world.rules, dict(world.rulings), world.now)
            assert all(now.get(who, Decimal(0)) <= alone.get(who, Decimal(0)) for who in now), what


def test_in_any_order_the_same_ids_and_amounts(world: World) -> None:
    def seen(one: World) -> list[tuple[str, str, str | None]]:
        return sorted((f.id, f.status, f.yuan) for f in findings(one))

    expected = seen(world)
    assert len(expected) > 20
    for seed in range(3):
        rnd = Random(seed)
        mixed: dict[str, Any] = {}
        for name in ("calls", "visits", "reports", "complaints", "conducts", "rulings"):
            items = list(getattr(world, name).items())
            rnd.shuffle(items)
            mixed[name] = dict(items)
        assert seen(world._replace(**mixed)) == expected


def test_typed_in_another_order_the_audit_is_the_same(history: list[quarters.Entry], world: World, tmp_path: Path) -> None:
    lines = list(history)
    Random(1).shuffle(lines)
    there = desk_with(tmp_path, lines, AMOUNTS)
    mixed = september(there.folder)
    assert sorted((f.id, f.status, f.yuan, f.final_at) for f in findings(mixed)) == sorted(
        (f.id, f.status, f.yuan, f.final_at) for f in findings(world)
    )


def test_a_later_entry_never_changes_a_sealed_month(history: list[quarters.Entry], tmp_path: Path) -> None:
    history = [e for e in history if e["ledger"] != "attachment"]  # their bytes are nowhere, and no month is sealed without them
    registers = [e for e in history if e["event"] == "add"]
    told = sorted((e for e in history if e["event"] != "add"), key=lambda e: datetime.fromisoformat(e["at"]))
    rnd = Random(3)
    # What is typed late: how three visits in ten went on after their dispatch, and every ruling.
    late_ids = {e["id"] for e in told if e["ledger"] == "visit" and rnd.random() < 0.3}
    late = [e for e in told if (e["id"] in late_ids and e["event"] != "dispatch") or e["ledger"] == "finding"]
    early = [e for e in told if e not in late]
    there = desk_with(tmp_path, [*registers, *early], AMOUNTS)
    there("audit", "submit", "2026-08")
    sealed = there("audit", "month", "2026-08", "--json")
    assert json.loads(sealed)["sealed"] is True
    typed = tmp_path / "late.jsonl"
    typed.write_text(quarters.lines(late), encoding="utf-8")
    rejects = str(tmp_path / "rejected.jsonl")  # rulings on what cannot be ruled on, were they typed
    there("--as", quarters.GM, "ledger", "import", str(typed), "--rejects", rejects)
    assert there("audit", "month", "2026-08", "--json") == sealed
    known = json.loads(there("audit", "month", "2026-08", "--json", "--as-of", "now"))
    assert known["rules"] == json.loads(sealed)["rules"]
    assert known["findings"] != json.loads(sealed)["findings"], "what was typed late has to matter, or this shows nothing"
