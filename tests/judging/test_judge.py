"""Judging, case by case, in this process: each check at its edges, rulings in time, two findings on one act."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svc.domain.entry import Entry
from svc.domain.facts import Fact
from svc.rules import overlaps
from svc.rules.check import CHECKS
from svc.rules.conditions import parse, said
from svc.rules.file import load
from svc.rules.judge import Finding, Meeting, Subject, checks_of, judge, kinds
from svc.rules.model import Check, Overlap, Row, Rule, Rules, Sanction, Versions

ROOT = Path(__file__).parents[2]
BASE = load("rules.yaml", (ROOT / "svc" / "rules" / "template.yaml").read_bytes())
ZONE = ZoneInfo("Asia/Shanghai")
T = datetime(2026, 10, 6, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rules_with(**yuan: str | None) -> Rules:
    rows = {
        id: amount._replace(history=(Row(date(2026, 1, 1), None, 1), Row(date(2026, 10, 6), yuan.get(id), 2)))
        for id, amount in BASE.amounts.items()
    }
    return BASE._replace(amounts=rows)


PRICED = rules_with(late_arrival="200.00", left_without_call="100.00", disobeyed_dispatch="300.00", bonus_cut_attitude="200.00")


def rule(kind: str, offence: str = "x.at", sanction: Sanction | None = None, decision: Any = None, **args: Any) -> Rule:
    return Rule("a_rule", "4.5", (), "t", "x", {}, Check.of(kind, args, 1), offence, decision or {}, sanction, 1)


def outcome(one: Rule, now: datetime = T, **values: Any) -> tuple[str, tuple[str, ...]]:
    facts = {f"x.{name}": value if isinstance(value, Fact) else Fact(value) for name, value in values.items()}
    found = judge(one, Subject("x", "X1", "S02", facts), PRICED, (), now, ZONE)
    return found.status, found.missing


def entry(event: str, at: datetime, id: str = "late_arrival/V1", by: str = "S05", **fields: Any) -> Entry:
    return Entry("finding", event, id, at, at, by, {"reason": "r", **fields})


# ---- checks --------------------------------------------------------------------------------------


def test_done_by() -> None:
    one = rule("done_by", "x.due", deadline="x.due", done="x.done", given_up="x.off")
    assert outcome(one, due=T, done=T, off=None) == ("ok", ())
    assert outcome(one, due=T, done=T + MINUTE, off=None)[0] == "final"
    assert outcome(one, due=T, done=T + MINUTE, off=T - MINUTE)[0] == "final"
    assert outcome(one, due=T, done=None, off=T - MINUTE)[0] == "not_applicable"
    assert outcome(one, due=T, done=None, off=T)[0] == "final"
    assert outcome(one, due=T, done=None, off=None, now=T)[0] == "pending"
    assert outcome(one, due=T, done=None, off=None, now=T + MINUTE) == ("facts_missing", ("x.done",))
    assert outcome(one, due=None, done=T, off=None) == ("facts_missing", ("x.due",))
    assert outcome(one, due=T, off=None, now=T - MINUTE) == ("facts_missing", ("x.done",))
    without = rule("done_by", "x.due", deadline="x.due", done="x.done")
    assert outcome(without, due=T, done=T)[0] == "ok"


def test_done_within() -> None:
    one = rule("done_within", "deadline", start="x.start", done="x.done", limit="reply_within")
    day = timedelta(hours=24)
    assert outcome(one, start=T, done=T + day)[0] == "ok"
    assert outcome(one, start=T, done=T + day + MINUTE)[0] == "final"
    assert outcome(one, start=T, done=None, now=T + day)[0] == "pending"
    assert outcome(one, start=T, done=None, now=T + day + MINUTE)[0] == "final"
    assert outcome(one, start=None, done=T) == ("facts_missing", ("x.start",))
    found = judge(one, Subject("x", "X1", None, {"x.start": Fact(T), "x.done": Fact(T)}), PRICED, (), T, ZONE)
    assert found.offence_at == T + day and found.outcome.deadline == T + day
    unset = rule("done_within", "deadline", start="x.start", done="x.done", limit="register_call_within")
    assert outcome(unset, start=T, done=None)[0] == "limit_not_set"
    early = T.replace(year=1995)
    assert outcome(one, start=early, done=None)[0] == "limit_not_set"


def test_done_between() -> None:
    one = rule("done_between", after="x.after", before="x.at", done="x.done", denied="x.not")
    assert outcome(one, after=T, at=T + MINUTE, done=(T,), **{"not": None})[0] == "ok"
    assert outcome(one, after=T, at=T + MINUTE, done=(T + MINUTE,), **{"not": None})[0] == "ok"
    assert outcome(one, after=T, at=T + MINUTE, done=(T - MINUTE, T + 2 * MINUTE), **{"not": None})[0] == "final"
    assert outcome(one, after=T, at=T + MINUTE, done=(T - MINUTE, T), **{"not": True})[0] == "ok"
    assert outcome(one, after=T, at=T + MINUTE, done=None, **{"not": True})[0] == "final"
    assert outcome(one, after=T, at=T + MINUTE, done=None, **{"not": None}) == ("facts_missing", ("x.done",))
    assert outcome(one, after=T, at=T + MINUTE, done=None, **{"not": False})[0] == "facts_missing"
    assert outcome(one, after=T, at=None, done=(T,), **{"not": True})[0] == "not_applicable"
    assert outcome(one, after=None, at=T, done=(T,), **{"not": None}) == ("facts_missing", ("x.after",))
    assert outcome(one, after=T, at=T - MINUTE, done=(T,), **{"not": None}) == ("facts_missing", ("x.after",))
    assert outcome(one, after=T, at=T, done=(T,), **{"not": None})[0] == "ok"
    plain = rule("done_between", after="x.after", before="x.at", done="x.done")
    assert outcome(plain, after=T, at=T, done=None)[0] == "facts_missing"


def test_fields_filled_empty_is_the_offence_unheard_of_is_not() -> None:
    one = rule("fields_filled", fields=("x.a", "x.b"))
    assert outcome(one, at=T, a="1", b="2")[0] == "ok"
    assert outcome(one, at=T, a="1", b=None) == ("final", ("x.b",))
    assert outcome(one, at=T, a="1") == ("facts_missing", ("x.b",))
    assert outcome(one, at=None, a="1", b=None) == ("facts_missing", ("x.at",))
    undated = judge(one, Subject("x", "X1", "S02", {"x.a": Fact("1"), "x.b": Fact(None)}), PRICED, (), T, ZONE)
    assert undated.outcome.status == "facts_missing" and undated.turns == ()


def test_reported_done_before_one_of_must_equal() -> None:
    reported = rule("reported", fact="x.kind", **{"is": "yes"})
    assert [outcome(reported, at=T, kind=k)[0] for k in (True, False, "no", None)] == [
        "final", "not_applicable", "not_applicable", "facts_missing",
    ]  # fmt: skip
    before = rule("done_before", done="x.done", act="x.at")
    assert outcome(before, done=T, at=T)[0] == "ok"
    assert outcome(before, done=T + MINUTE, at=T)[0] == "final"
    assert outcome(before, done=None, at=T)[0] == "final"
    assert outcome(before, done=T, at=None)[0] == "not_applicable"
    one_of = rule("one_of", fact="x.place", allowed="x.places")
    assert outcome(one_of, at=T, place="a", places=("a", "b"))[0] == "ok"
    assert outcome(one_of, at=T, place="c", places=("a", "b"))[0] == "final"
    assert outcome(one_of, at=T, place=None, places=("a",)) == ("facts_missing", ("x.place",))
    assert outcome(one_of, at=T, place="a", places=None) == ("facts_missing", ("x.places",))
    equal = rule("must_equal", fact="x.paid", value="0")
    assert [outcome(equal, at=T, paid=p)[0] for p in (0, "0", 1, None)] == ["ok", "ok", "final", "facts_missing"]


def test_not_repeated() -> None:
    one = rule("not_repeated", earlier="x.earlier", at="x.at", window="repeat_repair_window")
    month = timedelta(days=30)
    assert outcome(one, earlier=None, at=T)[0] == "ok"
    assert outcome(one, earlier=T - month, at=T)[0] == "final"
    assert outcome(one, earlier=T - month - MINUTE, at=T)[0] == "ok"
    assert outcome(one, earlier=T, at=None) == ("facts_missing", ("x.at",))
    assert outcome(rule("not_repeated", earlier="x.earlier", at="x.at", window="file_report_within"), earlier=T, at=T)[0] == "limit_not_set"


def test_only_if() -> None:
    one = rule("fields_filled", fields=("x.a",))._replace(only_if={name: parse(name, [word]) for name, word in (("x.yes", "yes"), ("x.kind", "k"))})
    assert outcome(one, at=T, a=None, yes=True, kind="k")[0] == "final"
    assert outcome(one, at=T, a=None, yes=False, kind="k")[0] == "not_applicable"
    assert outcome(one, at=T, a=None, yes=None, kind="k") == ("facts_missing", ("x.yes",))
    assert outcome(one, at=T, a=None, yes=None, kind="other")[0] == "not_applicable"


def test_every_check_of_the_file_can_be_judged_and_explained() -> None:
    assert {r.check.kind for r in BASE.rules.values()} == set(CHECKS) - {"is"}
    late = BASE.rules["late_arrival"]
    assert late.check.facts == ("visit.promised_at", "visit.arrived_at", "visit.cancelled_at")
    assert BASE.rules["report_incomplete"].check.facts[:2] == ("report.cause", "report.solution")
    assert BASE.rules["reply_24h"].check.facts == ("call.received_at", "call.replied_at")
    assert late in checks_of(BASE, "visit") and late not in checks_of(BASE, "call")
    assert (said(True), said(False), said(3)) == ("yes", "no", "3")


# ---- persons, amounts, rulings -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sanction", "status"),
    [
        (Sanction(amount="late_arrival"), "facts_missing"),
        (Sanction(record=("demerit",)), "facts_missing"),
        (Sanction(by_degree=("demerit",)), "facts_missing"),
        (Sanction(refuse="x.yuan"), "final"),
        (None, "final"),
    ],
)
def test_what_hits_a_person_needs_one(sanction: Sanction | None, status: str) -> None:
    one = rule("fields_filled", fields=("x.a",), sanction=sanction)
    found = judge(one, Subject("x", "X1", None, {"x.a": Fact(None), "x.at": Fact(T)}), PRICED, (), T, ZONE)
    assert found.status == status
    assert found.missing == (("x.about",) if status == "facts_missing" else ("x.a",))


def test_without_the_moment_of_the_offence_nothing_stands() -> None:
    one = rule("fields_filled", fields=("x.a",))
    assert outcome(one, a=None, at=None) == ("facts_missing", ("x.at",))


def late(*rulings: Entry, rules: Rules = PRICED, promised: datetime = T, staff: str = "S02") -> Finding:
    facts = {"visit.promised_at": Fact(promised), "visit.arrived_at": Fact(promised + MINUTE), "visit.cancelled_at": Fact(None)}
    subject = Subject("visit", "V1", staff, facts)
    return judge(rules.rules["late_arrival"], subject, rules, rulings, T + timedelta(days=9), ZONE)


def test_the_amount_is_that_of_the_day_in_the_desks_zone() -> None:
    midnight = datetime(2026, 10, 5, 16, tzinfo=UTC)  # 2026-10-06 00:00 in Shanghai
    assert late(promised=midnight).yuan == "200.00"
    assert late(promised=midnight - MINUTE).yuan is None
    assert late(promised=midnight.replace(year=2020)).amount is None
    assert late().priced and not late()._replace(rule=rule("reported")).priced
    assert late()._replace(amount=None).yuan is None
    assert not late()._replace(rule=rule("reported", sanction=Sanction(record=("demerit",)))).priced


def test_rulings_in_time_the_later_one_counts() -> None:
    hour = timedelta(hours=1)
    upheld, dismissed, waived = (entry(e, T + n * hour) for n, e in enumerate(("uphold", "dismiss", "waive"), 1))
    assert (late().status, late().final_at, late().turns[0].at) == ("awaiting_ruling", None, T)
    one = late(upheld)
    assert (one.status, one.final_at) == ("final", T + hour)
    assert [one.owed_at(T + n * hour) for n in (0, 1, 2)] == [False, False, True]
    assert late(upheld, dismissed).status == "dismissed" and late(upheld, dismissed).final_at is None
    two = late(upheld, waived)
    assert (two.status, two.final_at) == ("waived", T + hour)
    assert [two.owed_at(T + n * hour) for n in (2, 3, 4)] == [True, True, False]
    again = late(upheld, dismissed, entry("uphold", T + 5 * hour), entry("uphold", T + 6 * hour))
    assert (again.final_at, [t.standing for t in again.turns]) == (T + 5 * hour, ["open", "final", "dismissed", "final", "final"])
    assert late(entry("uphold", T - hour)).final_at == T  # ruled before it was due: from the offence on
    assert late(waived, upheld).status == "waived"  # by time, not by the order they come in


def test_an_appeal_is_open_until_somebody_rules_after_it() -> None:
    hour = timedelta(hours=1)
    appeal = entry("appeal", T + 2 * hour, by="S02")
    one = late(entry("uphold", T + hour), appeal)
    assert (one.status, one.appeals, one.open_appeal) == ("final", (appeal,), appeal)
    assert late(appeal).open_appeal == appeal
    assert late(entry("uphold", T + hour), appeal, entry("uphold", T + 3 * hour)).open_appeal is None
    assert late(appeal, entry("uphold", T + 2 * hour)).open_appeal is None
    assert late().open_appeal is None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"verdict": "upheld", "personal": True}, "final"),
        ({"verdict": "upheld", "personal": False}, "dismissed"),
        ({"verdict": "upheld"}, "awaiting_ruling"),
        ({"verdict": "dismissed", "personal": True}, "dismissed"),
    ],
)
def test_a_verdict_answers_the_questions_of_its_rule(fields: dict[str, Any], status: str) -> None:
    facts = {"complaint.cause": Fact("untimely"), "complaint.received_at": Fact(T)}
    verdict = Entry("complaint", "verify", "K1", T + MINUTE, T, "S05", fields)
    one = judge(BASE.rules["complaint_not_timely"], Subject("complaint", "K1", "S02", facts, verdict), BASE, (), T, ZONE)
    assert one.status == status
    assert kinds(one) == ("major_demerit",)
    later = entry("waive", T + 2 * MINUTE)
    over = judge(BASE.rules["complaint_not_timely"], Subject("complaint", "K1", "S02", facts, verdict), BASE, (later,), T, ZONE)
    assert over.status == "waived"
    # typed with a time before the complaint's, it counts from the complaint on, in its order with rulings
    early = Subject("complaint", "K1", "S02", facts, verdict._replace(at=T - MINUTE))
    assert judge(BASE.rules["complaint_not_timely"], early, BASE, (), T, ZONE).turns[-1].at == T
    sooner = entry("waive", T - 2 * MINUTE)
    both = judge(BASE.rules["complaint_not_timely"], early, BASE, (sooner,), T, ZONE)
    assert [turn.at for turn in both.turns] == [T] * len(both.turns)


def test_a_rule_that_asks_nobody_needs_no_verdict_and_takes_none() -> None:
    facts = {"complaint.kind": Fact("service"), "complaint.received_at": Fact(T), "complaint.reported_at": Fact(T)}
    verdict = Entry("complaint", "verify", "K1", T + MINUTE, T, "S05", {"verdict": "dismissed"})
    row = Row(date(2026, 1, 1), 60, 1)
    limits = {**BASE.limits, "report_complaint_within": BASE.limits["report_complaint_within"]._replace(history=(row,))}
    rules = BASE._replace(limits=limits)
    late_ = {**facts, "complaint.reported_at": Fact(T + timedelta(hours=9))}
    one = judge(rules.rules["other_complaint_reported"], Subject("complaint", "K1", None, late_, verdict), rules, (), T, ZONE)
    assert (one.status, len(one.turns), one.final_at) == ("final", 1, T + MINUTE)


def test_what_is_in_order_concerns_nobody() -> None:
    one = rule("fields_filled", fields=("x.a",), sanction=Sanction(amount="late_arrival"))
    found = judge(one, Subject("x", "X1", None, {"x.a": Fact("1"), "x.at": Fact(T)}), PRICED, (), T, ZONE)
    assert (found.status, found.turns) == ("ok", ())


def test_kinds_by_degree() -> None:
    one = late()
    fraud = BASE.rules["receipt_fraud"]
    assert kinds(one) == () and kinds(one._replace(rule=rule("reported"))) == ()
    for degree, kind in ((1, ("demerit",)), (4, ("legal",)), (None, ())):
        subject = Subject("conduct", "X1", "S02", {"conduct.kind": Fact("fraud"), "conduct.degree": Fact(degree)})
        assert kinds(one._replace(rule=fraud, subject=subject)) == kind


# ---- two findings on one act ---------------------------------------------------------------------


def deed(*rulings: Entry, visit: str | None = "V1", rules: Rules = PRICED, staff: str = "S02", id: str = "X1") -> Finding:
    facts = {"conduct.kind": Fact("disobedience"), "conduct.happened_at": Fact(T)}
    subject = Subject("conduct", id, staff, facts, None, visit)
    return judge(rules.rules["disobeyed_dispatch"], subject, rules, rulings, T + timedelta(days=9), ZONE)


LATE, DEED = "late_arrival/V1", "disobeyed_dispatch/X1"
UP = entry("uphold", T + MINUTE)
UP_DEED = entry("uphold", T + 2 * MINUTE, DEED)


def then(word: str | None) -> Rules:
    overlaps = (Overlap(("late_arrival", "disobeyed_dispatch"), word, "w", ("gm",), 9),) if word else ()
    return PRICED._replace(overlaps=overlaps)


def met(word: str | None, *settled: Entry, one: tuple[Entry, ...] = (UP,), other: tuple[Entry, ...] = (UP_DEED,)) -> list[Finding]:
    rules = then(word)
    rulings: dict[str, list[Entry]] = {LATE: list(one), DEED: list(other)}
    for e in settled:
        rulings[e.id].append(e)
    return overlaps.apply([late(*one, rules=rules), deed(*other, rules=rules)], rulings)


def statuses(found: list[Finding]) -> list[str]:
    return [one.status for one in found]


def test_both_changes_nothing() -> None:
    found = met("both")
    assert statuses(found) == ["final", "final"]
    assert found[0].turns == late(UP, rules=then("both")).turns
    assert [m.other for one in found for m in one.meetings] == [DEED, LATE]
    assert found[0].held is None


def test_ask_holds_both_from_when_the_other_may_stand() -> None:
    found = met("ask")
    assert statuses(found) == ["awaiting_ruling", "awaiting_ruling"]
    assert found[0].held == Meeting(DEED, then("ask").overlaps[0]) and found[1].held == Meeting(LATE, then("ask").overlaps[0])
    assert not found[0].owed_at(T + timedelta(days=9))
    assert statuses(met("ask", other=())) == ["awaiting_ruling", "awaiting_ruling"]  # the other may still be upheld
    released = met("ask", other=(entry("dismiss", T + 5 * MINUTE, DEED),))
    assert statuses(released) == ["final", "dismissed"]
    assert released[0].final_at == T + 5 * MINUTE  # not before it was known
    assert [t.standing for t in released[0].turns] == ["open", "final", "open", "final"]
    assert statuses(met("ask", one=(entry("waive", T + MINUTE),))) == ["waived", "final"]


def test_ask_holds_while_the_facts_of_the_other_are_missing() -> None:
    rules = then("ask")
    unknown = deed(rules=rules)._replace(status="facts_missing", turns=())
    assert statuses(overlaps.apply([late(UP, rules=rules), unknown], {})) == ["awaiting_ruling", "facts_missing"]


@pytest.mark.parametrize(
    ("charge", "on", "expected"),
    [
        ("this", LATE, ["final", "waived"]),
        ("other", LATE, ["waived", "final"]),
        ("both", LATE, ["final", "final"]),
        ("this", DEED, ["waived", "final"]),
        ("other", DEED, ["final", "waived"]),
    ],
)
def test_settled(charge: str, on: str, expected: list[str]) -> None:
    against = DEED if on == LATE else LATE
    settled = entry("settle", T + 10 * MINUTE, on, against=against, charge=charge)
    found = met("ask", settled)
    assert statuses(found) == expected
    charged = found[expected.index("final")]
    assert charged.final_at == T + 10 * MINUTE
    assert not charged.owed_at(T + 10 * MINUTE) and charged.owed_at(T + 11 * MINUTE)
    if "waived" in expected:
        spared = found[expected.index("waived")]
        assert spared.turns[-1].entry == settled and spared.turns[-1].meeting == spared.meetings[0]


def test_a_later_choice_counts_and_a_later_ruling_on_the_one_let_go() -> None:
    first = entry("settle", T + 10 * MINUTE, LATE, against=DEED, charge="this")
    second = entry("settle", T + 20 * MINUTE, DEED, against=LATE, charge="this")
    assert statuses(met("ask", first, second)) == ["waived", "final"]
    assert statuses(met("ask", second, first)) == ["waived", "final"]
    again = entry("uphold", T + 30 * MINUTE, DEED)
    assert statuses(met("ask", first, other=(UP_DEED, again))) == ["final", "final"]
    elsewhere = entry("settle", T + 10 * MINUTE, LATE, against="disobeyed_dispatch/X9", charge="this")
    assert statuses(met("ask", elsewhere)) == ["awaiting_ruling", "awaiting_ruling"]
    elsewhere = entry("settle", T + 10 * MINUTE, DEED, against="late_arrival/V9", charge="this")
    assert statuses(met("ask", elsewhere)) == ["awaiting_ruling", "awaiting_ruling"]
    at_once = entry("uphold", first.at, DEED)
    assert statuses(met("ask", first, other=(UP_DEED, at_once))) == ["final", "waived"]  # no ruling since


def test_upheld_again_while_it_waits_for_a_choice_it_still_waits() -> None:
    again = entry("uphold", T + 30 * MINUTE)
    found = met("ask", one=(UP, again))
    assert statuses(found) == ["awaiting_ruling", "awaiting_ruling"]
    assert found[0].turns[-2].entry == again and found[0].held == Meeting(DEED, then("ask").overlaps[0])


def test_larger_lets_the_smaller_go_while_the_larger_stands() -> None:
    found = met("larger")
    assert statuses(found) == ["waived", "final"]
    assert found[0].turns[-1].meeting == Meeting(DEED, then("larger").overlaps[0])
    assert [found[0].owed_at(T + n * MINUTE) for n in (1, 2, 3)] == [False, True, False]
    back = met("larger", other=(UP_DEED, entry("waive", T + 9 * MINUTE, DEED)))
    assert statuses(back) == ["final", "waived"]
    assert back[0].turns[-1].at == T + 9 * MINUTE
    assert statuses(met("larger", other=())) == ["final", "awaiting_ruling"]


def test_undeclared_two_fines_are_held_and_named() -> None:
    found = met(None)
    assert statuses(found) == ["awaiting_ruling", "awaiting_ruling"]
    assert found[0].held == Meeting(DEED, None)
    assert statuses(met(None, other=())) == ["final", "awaiting_ruling"]
    chosen = entry("settle", T + 9 * MINUTE, DEED, against=found[0].id, charge="this")
    assert statuses(met(None, chosen)) == ["waived", "final"]  # the general manager chooses, declared or not


@pytest.mark.parametrize("yuan", [None, "0.00"])
def test_undeclared_without_money_nothing_is_held(yuan: str | None) -> None:
    rules = rules_with(late_arrival="200.00", disobeyed_dispatch=yuan)._replace(overlaps=())
    found = overlaps.apply([late(UP, rules=rules), deed(UP_DEED, rules=rules)], {})
    assert statuses(found) == ["final", "final"]


def test_not_one_act() -> None:
    rules = then("ask")
    one = late(UP, rules=rules)
    for other in (deed(UP_DEED, visit=None, rules=rules), deed(UP_DEED, visit="V2", rules=rules), deed(UP_DEED, staff="S03", rules=rules)):
        assert overlaps.apply([one, other], {}) == [one, other]
    twice = [deed(UP_DEED, rules=rules), deed(UP_DEED, rules=rules, id="X2")]
    assert statuses(overlaps.apply(twice, {})) == ["final", "awaiting_ruling"]  # two records of one act by one rule
    elsewhere = [deed(UP_DEED, rules=rules, visit=visit, id=f"X{visit}") for visit in ("V1", "V2")]
    assert overlaps.apply(elsewhere, {}) == elsewhere
    nobody = [f._replace(subject=f.subject._replace(staff=None)) for f in (one, deed(UP_DEED, rules=rules))]
    assert overlaps.apply(nobody, {}) == nobody


def test_a_fine_and_an_entry_in_the_record_may_wait_for_a_choice_too() -> None:
    pair = ("late_arrival", "complaint_not_timely")
    facts = {"complaint.cause": Fact("untimely"), "complaint.received_at": Fact(T)}
    for word, status in (("ask", "awaiting_ruling"), (None, "final")):
        rules = PRICED._replace(overlaps=(Overlap(pair, word, "w", ("gm",), 9),) if word else ())
        subject = Subject("complaint", "K1", "S02", facts, None, "V1")
        upheld = entry("uphold", T + MINUTE, "complaint_not_timely/K1")
        said_ = judge(rules.rules["complaint_not_timely"], subject, rules, (upheld,), T + timedelta(days=9), ZONE)
        assert statuses(overlaps.apply([late(UP, rules=rules), said_], {})) == [status, status]


def test_what_stands_by_itself_is_held_from_its_first_moment() -> None:
    rules = PRICED._replace(overlaps=(Overlap(("left_without_call", "disobeyed_dispatch"), "ask", "w", ("gm",), 9),))
    facts = {"visit.arrived_at": Fact(T), "visit.left_at": Fact(T), "visit.hq_calls": Fact(None), "visit.no_hq_call": Fact(True)}
    left = judge(rules.rules["left_without_call"], Subject("visit", "V1", "S02", facts), rules, (), T, ZONE)
    found = overlaps.apply([left, deed(rules=rules)], {})
    assert statuses(found) == ["awaiting_ruling", "awaiting_ruling"]
    assert [t.standing for t in found[0].turns] == ["final", "open"] and not found[0].owed_at(T + MINUTE)


def test_undeclared_the_smallest_sum_is_money() -> None:
    rules = rules_with(late_arrival="0.50", disobeyed_dispatch="0.01")._replace(overlaps=())
    found = overlaps.apply([late(UP, rules=rules), deed(UP_DEED, rules=rules)], {})
    assert statuses(found) == ["awaiting_ruling", "awaiting_ruling"]


def test_three_on_one_act_the_largest_alone_counts() -> None:
    rules = PRICED._replace(
        overlaps=tuple(
            Overlap(pair, "larger", "w", ("gm",), 9)
            for pair in (("late_arrival", "disobeyed_dispatch"), ("left_without_call", "late_arrival"), ("left_without_call", "disobeyed_dispatch"))
        )
    )
    facts = {"visit.arrived_at": Fact(T), "visit.left_at": Fact(T), "visit.hq_calls": Fact(None), "visit.no_hq_call": Fact(True)}
    left = judge(rules.rules["left_without_call"], Subject("visit", "V1", "S02", facts), rules, (), T, ZONE)
    found = overlaps.apply([left, late(UP, rules=rules), deed(UP_DEED, rules=rules)], {})
    assert statuses(found) == ["waived", "waived", "final"]
    assert left.status == "final" and found[0].owed_at(T + MINUTE)


def test_versions() -> None:
    other = BASE._replace(path="kept")
    versions = Versions(BASE, frozenset({"2026-09"}), lambda month: other)
    assert versions.on(date(2026, 9, 30)) is other and versions.on(date(2026, 10, 1)) is BASE
    assert Versions(BASE, frozenset({"2026-09"})).on(date(2026, 9, 30)) is BASE
