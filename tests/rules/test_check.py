"""The rules file of a new desk, what it says, and that no damage to it is answered with anything but problems."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svc.errors import Several
from svc.rules.clauses import CLAUSES
from svc.rules.file import examine, load
from svc.rules.form.problem import report
from svc.rules.form.values import LONGEST, Wrong, day, money, span
from svc.rules.rule_schema import CHECKS
from svc.rules.vocabulary import facts

ROOT = Path(__file__).parents[2]
DATA = (ROOT / "svc" / "rules" / "template.yaml").read_bytes()
TEXT = DATA.decode()
BASE = (ROOT / "tests" / "errors" / "rules" / "base.yaml").read_text("utf-8")
DRAFT_IDS = [
    "left_without_call",
    "late_arrival",
    "report_incomplete",
    "disobeyed_dispatch",
    "complaint_attitude",
    "complaint_quarrel",
    "complaint_demand",
    "complaint_not_timely",
    "complaint_repeat_repair",
    "receipt_wrong_place",
    "receipt_invalid",
    "receipt_fraud",
    "tool_not_returned",
    "return_not_approved",
    "reply_24h",
    "call_registered",
    "call_registered_in_time",
    "repair_forwarded",
    "report_filed",
    "monthly_report",
    "phone_off",
    "other_complaint_reported",
    "unsolved_reported",
    "warranty_charged",
    "paid_job_quoted",
    "install_on_time",
    "install_training",
    "key_customer_visited",
    "repeat_repair",
    "report_missing",
    "survey_missing",
    "outside_part_routed",
    "dispatch_registered",
]


@pytest.fixture(scope="module")
def rules():
    return load("rules.yaml", DATA)


def codes(text: str, *args) -> list[str]:
    return [problem.code for problem in examine("rules.yaml", text.encode(), *args)[1]]


class TestShipped:
    def test_no_mistakes(self):
        assert examine("rules.yaml", DATA)[1] == []

    def test_all_rules_are_there(self, rules):
        assert list(rules.rules) == DRAFT_IDS

    def test_all_clauses_have_their_place(self, rules):
        judged = {rule.clause for rule in rules.rules.values()}
        explained = {entry.clause for entry in rules.not_rules}
        assert judged | explained == set(CLAUSES) and not judged & explained
        assert len(CLAUSES) == 36

    def test_what_people_read_is_in_both_languages(self, rules):
        said = [rule.title for rule in rules.rules.values()]
        said += [rule.sanction.duty for rule in rules.rules.values() if rule.sanction and rule.sanction.duty]
        said += [question.ask for question in rules.questions.values()]
        said += [one.why for one in (*rules.overlaps, *rules.not_rules)]
        han = re.compile("[\u4e00-\u9fff]")
        assert len(said) == 33 + 4 + 5 + 8 + 10
        assert [one for one in said if han.search(one.en) or not han.search(one.zh)] == []

    def test_without_an_english_title_there_is_the_one(self):
        text = re.sub("(?m)^ {4,6}(title|ask|why)_en: .*\n", "", re.sub(",\\s+(why|duty)_en: [^}]*}", "}", TEXT))
        assert "_en:" not in text
        rules, problems = examine("rules.yaml", text.encode())
        assert problems == [] and rules is not None
        title = rules.rules["late_arrival"].title
        assert title.en == title.zh == "因个人原因没有按客户定的时间到场"

    def test_amounts_are_blank(self, rules):
        rows = [row for amount in rules.amounts.values() for row in amount.history]
        assert [(row.since, row.value) for row in rows] == [(date(2026, 1, 1), None)] * 5

    def test_limits_are_blank_but_two(self, rules):
        filled = {id: limit.history[0] for id, limit in rules.limits.items() if limit.history[0].value}
        assert {id: (row.since, row.value) for id, row in filled.items()} == {
            "reply_within": (date(2000, 1, 1), 24 * 3600),
            "repeat_repair_window": (date(2000, 1, 1), 30 * 86400),
        }
        assert rules.limits["reply_within"].set_by == "contract"
        assert rules.limits["repeat_repair_window"].set_by == "svc"
        assert rules.limits["report_fix_within"].history[0].value is None

    def test_who_decides(self, rules):
        decided_by = {id: question.decided_by for id, question in rules.questions.items()}
        both = ("head", "gm")
        assert decided_by == {
            "personal_cause": both,
            "verified": both,
            "harms_image": both,
            "no_good_reason": both,
            "bad_faith": ("gm",),
        }

    def test_sanctions(self, rules):
        attitude = rules.rules["complaint_attitude"].sanction
        assert (attitude.record, attitude.amount) == (("criticism", "bonus_deduction"), "bonus_cut_attitude")
        fraud = rules.rules["receipt_fraud"].sanction
        assert fraud.by_degree == ("demerit", "major_demerit", "dismissal", "legal")
        assert rules.rules["tool_not_returned"].sanction.refuse == "tool.amount"
        assert rules.rules["return_not_approved"].sanction.customer_bears == "return.cost"
        assert rules.rules["reply_24h"].sanction is None
        demerits = [r for r in rules.rules.values() if r.clause.startswith("4.2.")]
        assert [(r.sanction.record, bool(r.sanction.duty)) for r in demerits] == [(("major_demerit",), True)] * 4

    def test_line_numbers_are_those_of_the_file(self, rules):
        lines = TEXT.split("\n")
        assert "id: late_arrival" in lines[rules.rules["late_arrival"].line - 1]
        assert "done_by:" in lines[rules.rules["late_arrival"].check.line - 1]
        assert "24 hours" in lines[rules.limits["reply_within"].history[0].line]

    def test_in_force_from(self, rules):
        assert rules.in_force_from(date(2016, 5, 1)) == date(2000, 1, 1)
        assert rules.in_force_from(date(2026, 5, 1)) == date(2026, 1, 1)

    def test_every_check_is_used(self, rules):
        assert {rule.check.kind for rule in rules.rules.values()} == set(CHECKS)

    def test_every_fact_has_both_languages(self):
        assert all(text.en and text.zh for text in facts().values())


class TestLoad:
    def test_wrong_rules_raise_all_mistakes_at_once(self):
        text = BASE.replace("yuan: 200", "yuan: 200元").replace("24 hours", "24")
        with pytest.raises(Several) as caught:
            load("desk/rules.yaml", text.encode())
        assert [error.place for error in caught.value.errors] == ["desk/rules.yaml:16:15", "desk/rules.yaml:31:16"]
        assert caught.value.exit_code == 2
        assert all(error.hint and error.excerpt for error in caught.value.errors)


class TestSealed:
    """A row that was there when the month was sealed is no mistake; one that changes the month is."""

    before = load("rules.yaml", BASE.encode())

    def test_unchanged_rules(self):
        assert codes(BASE, {"2026-01", "2026-10"}, self.before) == []

    def test_a_row_after_the_sealed_months(self):
        text = BASE.replace("        yuan: 200\n", "        yuan: 200\n      - from: 2026-11-01\n        yuan: 300\n")
        assert codes(text, {"2026-10"}, self.before) == []
        assert codes(text, {"2026-10", "2026-11"}, self.before) == ["sealed-month"]

    def test_a_blank_row_filled_reaches_into_later_months(self):
        text = BASE.replace("yuan:\n", "yuan: 50\n")
        assert codes(text, {"2026-10"}, self.before) == []
        assert codes(text, {"2026-09"}, self.before) == ["sealed-month"]

    def test_without_the_rules_before_every_filled_row_of_a_sealed_month_counts(self):
        assert codes(BASE, {"2026-10"}) == ["sealed-month"]
        assert codes(BASE, {"2026-09"}) == []


class TestOneMistakeOneMessage:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("yuan: 200", "yuan：200"),
            ("yuan: 200", "yuan:200"),
            ("decided_by: [gm]", "decided_by: [gm"),
            ("    set_by: contract\n", "    setby: contract\n"),
            ("limit: reply_within", "limit: reply_withim"),
            ("is: attitude", "is: atitude"),
            ('clause: "4.7"', 'clause: "4.2(4)"'),
            ("title: 晚到", 'title: "晚到'),
            ("fine: late_arrival", "fin: late_arrival"),
            ("then: both", "then: bth"),
            ("    offence_at: deadline\n", ""),
            ("    subject: call\n", "    subject: cal\n"),
        ],
    )
    def test_one(self, old, new):
        assert old in BASE
        assert len(codes(BASE.replace(old, new, 1))) <= (2 if "4.2(4)" in new else 1)
        assert codes(BASE.replace(old, new, 1))


class TestValues:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("0", "0.00"), ("200", "200.00"), ("89.5", "89.50"), ("0.01", "0.01"), ("100000", "100000.00")],
    )
    def test_money(self, text, value):
        assert money(text) == value

    @pytest.mark.parametrize(
        "text",
        ["200元", "1,000", "１００", "-1", "-0", "1.234", "1.", ".5", "1e3", "0x10", "1_000", "nan", "inf", "100000.01",
         "12345678", "0123", "+5", "²", "٣", "~", "2 00", "", " 5"],
    )  # fmt: skip
    def test_not_money(self, text):
        assert isinstance(money(text), Wrong)

    @pytest.mark.parametrize("text", ["2026-01-01", "2000-02-29", "2099-12-31"])
    def test_day(self, text):
        assert day(text) == date.fromisoformat(text)

    @pytest.mark.parametrize(
        "text",
        ["2025-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "20260101", "2026-W09-6", "2026/01/01", "1999-12-31",
         "2100-01-01", "9999-01-01", "２０２６-01-01", "2026-01-01T00:00", "2026-01-01 ", "", "today"],
    )  # fmt: skip
    def test_not_a_day(self, text):
        assert isinstance(day(text), Wrong)

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("24 hours", 86400),
            ("1 hour", 3600),
            ("30 days", 30 * 86400),
            ("90 minutes", 5400),
            ("2 weeks", 14 * 86400),
            ("24小时", 86400),
            ("24 小时", 86400),
            ("24个小时", 86400),
            ("30天", 30 * 86400),
            ("30分钟", 1800),
            ("1096 days", LONGEST),
        ],
    )
    def test_span(self, text, seconds):
        assert span(text) == seconds

    @pytest.mark.parametrize(
        "text",
        ["24", "hours", "1.5 hours", "-1 hours", "0 days", "1097 days", "24 houres", "２４小时", "24:00", "一天", ""],
    )
    def test_not_a_span(self, text):
        assert isinstance(span(text), Wrong)


PIECES = st.one_of(
    st.sampled_from(list("：:,-[]{}\"'#&*!|>%@`\t \u3000\n\r\0\ufeff\u200b元，？~<>=?")),
    st.sampled_from(
        ["---\n", "...\n", "<<: ", "- ", "\r\n", "  ", "<<<<<<< x\n", "*a", "&a ", "!!x ", "null", "200元"]
    ),
    st.characters(),
    st.text(max_size=5),
)


@st.composite
def damaged(draw, text: str) -> bytes:
    """The text with a few characters or lines deleted, inserted, replaced, doubled or moved; sometimes broken bytes."""
    for _ in range(draw(st.integers(1, 4))):
        how = draw(st.sampled_from(["delete", "insert", "replace", "drop line", "double line", "move line", "cut"]))
        if "line" in how:
            lines = text.split("\n")
            at, to = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            moved = [] if how == "drop line" else [lines[at]]
            lines[at : at + 1] = [lines[at]] if how == "double line" else []
            lines[to:to] = moved
            text = "\n".join(lines)
            continue
        at = draw(st.integers(0, len(text)))
        upto = at if how == "insert" else min(len(text), at + draw(st.integers(1, 8)))
        new = draw(PIECES) if how in ("insert", "replace") else ""
        text = text[:at] + new + ("" if how == "cut" else text[upto:])
        text = text or "x"
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if data and draw(st.integers(0, 9)) == 0:
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


def answered_well(data: bytes) -> None:
    rules, problems = examine("rules.yaml", data)
    assert (rules is None) == bool(problems)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for problem in problems:
        assert 1 <= problem.line <= lines and problem.column >= 1
        assert all((problem.code, *problem.what, *problem.hint, problem.excerpt))
    assert len(report("rules.yaml", problems).encode("utf-8")) > 0


@settings(max_examples=300, deadline=None)
@given(damaged(BASE))
def test_damage_is_answered_with_problems(data):
    answered_well(data)


@settings(max_examples=60, deadline=None)
@given(damaged(TEXT))
def test_damage_to_the_shipped_rules(data):
    answered_well(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(data):
    answered_well(data)


@settings(max_examples=60, deadline=None)
@given(damaged(BASE))
def test_damage_with_the_python_parser(data):
    import yaml

    from svc.rules.form import tree as reader

    usual = reader.LOADER
    reader.LOADER = yaml.BaseLoader
    try:
        answered_well(data)
    finally:
        reader.LOADER = usual
