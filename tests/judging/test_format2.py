"""Files of the second format judged: rows with conditions, grace, steps, dated rules, rewards, held rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.audit.replay import total
from svc.domain.entry import Entry
from svc.domain.facts import Fact
from svc.rules import overlaps, steps
from svc.rules.conditions import Clash, bound, choose, clash, hours, parse, winner
from svc.rules.file import examine
from svc.rules.judge import Finding, Subject, judge
from svc.rules.model import Row, Rules, Steps
from tests.errors.test_rules_errors import BASE_2, changed

ZONE = ZoneInfo("Asia/Shanghai")
T = datetime(2026, 12, 8, 2, 0, tzinfo=UTC)
"""10:00 of 8 December in Shanghai, a Tuesday."""
NOW = T + timedelta(days=300)
LATE = """   - id: late_arrival
     clause: "4.5"
     see: ["3.3"]
     title: 晚到
     subject: visit
-    title_en: Late
     check:
-      done_by: {deadline: visit.promised_at, done: visit.arrived_at, given_up: visit.cancelled_at}
+      done_by: {deadline: visit.promised_at, done: visit.arrived_at, given_up: visit.cancelled_at%s}
"""


def rules_of(*changes: str) -> Rules:
    """The base of the second format with some lines changed."""
    text = changed(BASE_2.read_text("utf-8"), "@@\n".join(changes))
    rules, problems = examine("rules.yaml", text.encode())
    assert rules is not None, [(p.line, p.what.en) for p in problems]
    return rules


def rows(*written: str) -> str:
    """The rows of the fine for coming late from October on."""
    kept = "         yuan:\n-      - from: 2026-10-01\n-        yuan: 200\n"
    return kept + "".join(f"+      - {{from: 2026-10-01, {row}}}\n" for row in written)


def entry(event: str, at: datetime, id: str, **fields: Any) -> Entry:
    return Entry("finding", event, id, at, at, "S05", {"reason": "r", **fields})


def late(
    rules: Rules,
    minutes: float = 60,
    *,
    id: str = "V1",
    at: datetime = T,
    ruled: datetime | None = None,
    said: str = "uphold",
    **beside: Any,
) -> Finding:
    """S02 came so many minutes after the promise; upheld where `ruled` says when."""
    facts = {
        "visit.promised_at": Fact(at), "visit.arrived_at": Fact(at + timedelta(minutes=minutes)), "visit.cancelled_at": Fact(None),
        "visit.reportable": Fact(True), **{f"customer.{name}": Fact(value) for name, value in beside.items()},
    }  # fmt: skip
    rulings = (entry(said, ruled, f"late_arrival/{id}"),) if ruled else ()
    return judge(rules.rules["late_arrival"], Subject("visit", id, "S02", facts), rules, rulings, NOW, ZONE)


# ---- conditions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("up to 2", ["0", "2"], ["2.5", "3"]), ("2以下", ["2"], ["3"]), ("from 10", ["10", "11"], ["9"]), ("10以上", ["10"], ["9.9"]),
        ("over 300", ["301", "300.1"], ["300"]), ("超过300", ["301"], ["300"]), ("under 2", ["1"], ["2"]), ("不满 2", ["1.9"], ["2"]),
        ("5", ["5"], ["4", "50"]), ("18:00-08:00", ["18:00", "00:00", "07:59"], ["08:00", "12:00", "17:59"]), ("9:00-17:30", ["09:00", "17:29"], ["17:30"]),
    ],
)  # fmt: skip
def test_words(text: str, yes: Sequence[str], no: Sequence[str]) -> None:
    one = parse("x", [text])
    assert all(one.holds(value) for value in yes) and not any(one.holds(value) for value in no)


def test_words_that_are_no_range() -> None:
    assert (
        bound("2") is None
        and bound("超过2以下") is None
        and hours("8:00-8:00") is None
        and hours("25:00-26:00") is None
    )
    assert parse("x", ["yes"]).holds(True) and not parse("x", ["yes"]).holds(False)
    assert parse("r", ["新疆", "西藏"], within=True).holds("新疆乌鲁木齐") and not parse(
        "r", ["新疆"], within=True
    ).holds("甘肃")


def row(value: str, **when: str) -> Row[str]:
    conditions = tuple(parse(name, text.split("|"), within=name == "region") for name, text in when.items())
    return Row(date(2026, 1, 1), value, int(value), conditions)


def chosen(table: Sequence[Row[str]], **facts: Any) -> set[str | None]:
    return {one.value if one else None for one in choose(table, facts.get).rows}


def test_the_most_exact_row_counts() -> None:
    table = [row("48"), row("24", key="yes"), row("72", km="over 300"), row("49", key="yes", km="over 300")]
    assert chosen(table, key=False, km="10") == {"48"} and chosen(table, key=True, km="10") == {"24"}
    assert chosen(table, key=False, km="420") == {"72"} and chosen(table, key=True, km="420") == {"49"}
    assert chosen(table, key=False) == {"48", "72"} and chosen(table, km="420") == {"72", "49"}
    assert chosen(table) == {"48", "24", "72", "49"} and clash(table) is None
    assert choose(table, {"key": True}.get).missing == ("km",)


def test_a_narrower_range_says_more() -> None:
    table = [row("1", km="from 200"), row("2", km="over 300")]
    assert (
        clash(table) is None
        and chosen(table, km="250") == {"1"}
        and chosen(table, km="301") == {"2"}
        and chosen(table, km="9") == {None}
    )


def test_two_rows_without_one_for_both_clash() -> None:
    one, other = row("1", key="yes"), row("2", region="新疆")
    assert clash([one, other]) is not None and clash([one, other, row("3", key="yes", region="新疆")]) is None
    assert clash([row("1", key="yes"), row("2", key="no")]) is None
    with pytest.raises(Clash):
        winner([one, other])


@given(st.booleans() | st.none(), st.integers(0, 600) | st.none())
def test_one_fact_less_names_every_row_that_may_hold(key: bool | None, km: int | None) -> None:
    table = [row("48"), row("24", key="yes"), row("72", km="over 300"), row("49", key="yes", km="over 300")]
    known = {"key": key, "km": None if km is None else str(km)}
    for is_key in (True, False) if key is None else (key,):
        for far in ("0", "300", "301") if km is None else (str(km),):
            assert chosen(table, key=is_key, km=far) <= chosen(table, **known)


# ---- rows and grace -------------------------------------------------------------------------------------


def test_amount_by_customer() -> None:
    rules = rules_of(rows("yuan: 100", "when: {customer.key: yes}, yuan: 150"))
    assert late(rules, ruled=NOW, key=True).yuan == "150.00" and late(rules, ruled=NOW, key=False).yuan == "100.00"
    unknown = late(rules, ruled=NOW)
    assert (unknown.status, unknown.missing, unknown.yuan) == ("facts_missing", ("customer.key",), None)
    same = rules_of(rows("yuan: 100", "when: {customer.key: yes}, yuan: 100"))
    assert late(same, ruled=NOW).status == "final"


def test_days_and_hours_of_the_moment_that_chooses() -> None:
    rules = rules_of(
        rows(
            "yuan: 100",
            "when: {day.weekday: 周六}, yuan: 120",
            "when: {day.hour: 18:00-08:00, day.weekday: 周日}, yuan: 130",
        )
    )
    for at, yuan in (
        (T, "100.00"),
        (T + timedelta(days=4), "120.00"),
        (T + timedelta(days=5), "100.00"),
        (T + timedelta(days=5, hours=9), "130.00"),
    ):
        assert late(rules, ruled=NOW, at=at).yuan == yuan
    off = rules_of(rows("yuan: 100", "when: {day.off: yes}, yuan: 80"))
    assert late(off, ruled=NOW).yuan == "100.00" and late(off, ruled=NOW, at=T + timedelta(days=4)).yuan == "80.00"
    unpublished = late(off, ruled=datetime(2090, 2, 1, tzinfo=UTC), at=datetime(2090, 1, 4, 2, tzinfo=UTC))
    assert unpublished.status == "facts_missing" and unpublished.missing == ("day.off",)


GRACE = """   report_fix_within:
     title: 多久内补全
     clause: "4.6"
     set_by: department
     history:
       - from: 2026-01-01
         value:
+  arrival_grace:
+    title: 宽限
+    clause: "4.5"
+    set_by: department
+    history:
+      - {from: 2026-10-01, value: 15 minutes}
+      - {from: 2026-10-01, when: {customer.region: [新疆, 西藏]}, value: 60 minutes}
"""


def test_grace() -> None:
    rules = rules_of(GRACE, LATE % ", grace: arrival_grace")
    assert late(rules, 15, region="广东").status == "ok" and late(rules, 16, region="广东").status == "awaiting_ruling"
    assert (
        late(rules, 60, region="新疆伊犁").status == "ok"
        and late(rules, 61, region="新疆伊犁").status == "awaiting_ruling"
    )
    assert (late(rules, 16).status, late(rules, 16).missing) == ("facts_missing", ("customer.region",))
    assert late(rules, 15).status == "ok" and late(rules, 61).status == "awaiting_ruling"
    assert late(rules, 16, region="广东").offence_at == T  # the promise, not the end of the grace


@pytest.mark.parametrize(
    ("off", "status"), [(-1, "not_applicable"), (0, "not_applicable"), (15, "not_applicable"), (16, "awaiting_ruling")]
)
def test_called_off_within_the_grace(off: int, status: str) -> None:
    rules = rules_of(GRACE, LATE % ", grace: arrival_grace")
    facts = {
        "visit.promised_at": Fact(T),
        "visit.arrived_at": Fact(None),
        "visit.cancelled_at": Fact(T + timedelta(minutes=off)),
        "customer.region": Fact("广东"),
    }
    assert (
        judge(rules.rules["late_arrival"], Subject("visit", "V1", "S02", facts), rules, (), NOW, ZONE).status == status
    )
    waiting = judge(
        rules.rules["late_arrival"],
        Subject("visit", "V1", "S02", {**facts, "visit.cancelled_at": Fact(None)}),
        rules,
        (),
        T + timedelta(minutes=15),
        ZONE,
    )
    assert waiting.status == "pending"


# ---- steps ----------------------------------------------------------------------------------------------

STEPS = rows(
    "steps: {per: month, yuan: [100, 100, 200]}",
    "when: {customer.key: yes}, steps: {per: month, yuan: [150, 150, 300]}",
)


def numbered(*found: Finding) -> list[str | None]:
    return [one.yuan for one in steps.number(found, ZONE)]


def test_steps_are_numbered_as_they_became_final() -> None:
    rules = rules_of(STEPS)
    day = timedelta(days=1)
    first, second = (
        late(rules, ruled=T + day, key=False),
        late(rules, id="V2", at=T + 13 * day, ruled=T + 14 * day, key=True),
    )
    third = late(rules, id="V3", at=T + 7 * day, ruled=T + 22 * day, key=False)
    found = steps.number([first, third, second], ZONE)
    assert [one.yuan for one in found] == ["100.00", "200.00", "150.00"]
    assert (
        found[1].time is not None
        and found[1].time.number == 3
        and found[1].time.after == ("late_arrival/V1", "late_arrival/V2")
    )
    gone = late(rules, ruled=T + 30 * day, said="dismiss", key=False)
    assert numbered(gone, third, second)[1:] == ["100.00", "150.00"]
    forgiven = late(rules, ruled=T + day, said="waive", key=False)
    assert numbered(forgiven, third, second)[1:] == ["200.00", "150.00"]  # a waiver counts as a time
    january = late(rules, id="V4", at=T + 30 * day, ruled=T + 31 * day, key=False)
    assert numbered(first, second, third, january)[3] == "100.00"


def test_what_is_learned_after_the_seal_gets_the_next_number() -> None:
    rules = rules_of(STEPS)
    early, known = (
        late(rules, ruled=T + timedelta(days=1), key=False),
        [late(rules, id=f"V{n}", at=T + timedelta(days=n), ruled=T + timedelta(days=n + 2), key=False) for n in (2, 3)],
    )
    found = steps.number([early, *known], ZONE, lambda one: "2026-12" if one is early else "2026-11")
    assert [one.yuan for one in found] == ["200.00", "100.00", "100.00"]


@pytest.mark.parametrize(("per", "key"), [("month", "2026-12"), ("quarter", "2026-Q4"), ("year", "2026")])
def test_periods(per: str, key: str) -> None:
    assert steps.period_of(T, per, ZONE) == key


@given(
    st.lists(
        st.tuples(
            st.integers(0, 20), st.integers(0, 30), st.booleans(), st.sampled_from(["uphold", "dismiss", "waive"])
        ),
        max_size=6,
    )
)
def test_a_later_ruling_raises_no_earlier_fine(told: list[tuple[int, int, bool, str]]) -> None:
    """Rulings come in one after another; what was final before costs as much as it did, or less."""
    rules = rules_of(STEPS)
    found = [late(rules, id=f"V{n}", at=T + timedelta(days=day), key=key) for n, (day, _, key, _) in enumerate(told)]
    before: dict[str, Decimal] = {}
    for n in sorted(range(len(told)), key=lambda n: told[n][0] + told[n][1]):
        day, wait, key, said = told[n]
        found[n] = late(
            rules,
            id=f"V{n}",
            at=T + timedelta(days=day),
            ruled=T + timedelta(days=day + wait, seconds=n),
            said=said,
            key=key,
        )
        now = {one.id: Decimal(one.yuan or 0) for one in steps.number(found, ZONE) if one.status == "final"}
        assert all(now[id] <= yuan for id, yuan in before.items() if id in now)
        before = now


def test_steps_value() -> None:
    assert [Steps("month", ("1.00", "2.00")).nth(n) for n in (1, 2, 9)] == ["1.00", "2.00", "2.00"]


# ---- rules of their day, held rules, one act --------------------------------------------------------------

VERSIONS = """     decision: {personal_cause: personal}
     sanction: {fine: late_arrival}
+  - id: late_arrival
+    from: 2026-12-08
+    until: 2026-12-31
+    clause: "4.5"
+    title: 晚到
+    subject: visit
+    only_if: {visit.reportable: no}
+    check: {done_by: {deadline: visit.promised_at, done: visit.arrived_at, given_up: visit.cancelled_at}}
+    offence_at: visit.promised_at
+    decision: {personal_cause: personal}
+    sanction: {fine: late_arrival}
"""


def test_the_day_of_the_offence_chooses_the_version() -> None:
    rules = rules_of(VERSIONS)
    assert late(rules, at=T - timedelta(days=1)).status == "awaiting_ruling"
    assert late(rules, at=T).status == "not_applicable"  # of that version only what is not reportable is late
    assert late(rules, at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC)).status == "not_applicable"
    assert (
        late(rules, at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).status == "not_applicable"
    )  # 1 January: no version holds
    assert [one.line for one in rules.every() if one.id == "late_arrival"] == [
        one.line for one in rules.versions["late_arrival"]
    ]


LEFT_OUT = """     offence_at: visit.promised_at
-    decision: {personal_cause: personal}
     sanction: {fine: late_arrival}
"""


def test_a_rule_that_departs_from_its_clause_is_held_until_it_says_so() -> None:
    held = late(rules_of(LEFT_OUT), ruled=NOW)
    assert (held.status, held.held_by_rule, held.rule.lacks) == ("awaiting_ruling", True, ("personal_cause",))
    said = late(rules_of(LEFT_OUT + '+    departs_from: {clause: "4.5", why: 已公布}\n'))
    assert (said.status, said.held_by_rule) == ("final", False)


SURVEY = """     offence_at: deadline
     sanction: none
+  - id: five_stars
+    clause: "3.1"
+    title: 四项满分
+    subject: survey
+    check: {is: {survey.speed: 5, survey.overall: from 4}}
+    earned_at: survey.given_at
+    reward: {pay: late_arrival}
"""


@pytest.mark.parametrize(
    ("speed", "overall", "status"),
    [(5, 4, "final"), (5, 3, "ok"), (5, None, "facts_missing"), (4, None, "ok"), (None, 2, "ok")],
)
def test_reward(speed: int | None, overall: int | None, status: str) -> None:
    rules = rules_of(SURVEY, '-  - {clause: "3.1", kind: principle, why: 此处从略}\n')
    facts = {"survey.given_at": Fact(T), "survey.speed": Fact(speed), "survey.overall": Fact(overall)}
    one = judge(rules.rules["five_stars"], Subject("survey", "R1", "S02", facts), rules, (), NOW, ZONE)
    assert (one.status, one.pays, one.priced) == (status, True, False)
    assert one.yuan == "200.00" and one.owed_at(NOW) == (status == "final")


@pytest.mark.parametrize(
    ("word", "found"), [("ask", ["final", "awaiting_ruling"]), ("both", ["final"] * 2), ("larger", ["final", "waived"])]
)
def test_one_rule_twice_on_one_act(word: str, found: list[str]) -> None:
    rules = rules_of(f"-  same_rule: ask\n+  same_rule: {word}\n")
    facts = {"complaint.cause": Fact("attitude"), "complaint.received_at": Fact(T)}
    both = [
        judge(
            rules.rules["complaint_attitude"],
            Subject("complaint", id, "S02", facts, None, "V1"),
            rules,
            (entry("uphold", T, f"complaint_attitude/{id}"),),
            NOW,
            ZONE,
        )
        for id in ("K1", "K2")
    ]
    assert [one.status for one in overlaps.apply(both, {})] == found


def test_a_sum_that_is_open_counts_each_time_with_its_step() -> None:
    rules = rules_of(LATE % "", rows("steps: {per: month, yuan: [100, 150, 300]}"))
    first = late(rules, ruled=T + timedelta(days=1))
    open_ones = [late(rules, id=f"V{n}", at=T + timedelta(days=n)) for n in (2, 3, 4)]
    found = steps.number([first, *open_ones], ZONE)
    assert total(found).text() == "100.00–850.00" and total(found[1:]).text() == "0.00–750.00"
