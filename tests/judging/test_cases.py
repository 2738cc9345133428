"""`rules_tests.yaml`: the shipped cases pass, a wrong one is told with its steps, what is left out is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from svc.rules.cases import STANDS, coverage, read_cases
from svc.rules.file import load
from svc.rules.results import carry_out
from tests.conftest import Svc

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "svc" / "rules" / "tests_template.yaml"
RULES = load("rules.yaml", (ROOT / "svc" / "rules" / "template.yaml").read_bytes())
CASES, PROBLEMS = read_cases(TEMPLATE.read_bytes(), RULES)


def test_the_shipped_desk_has_the_cases_of_a_new_one() -> None:
    assert (ROOT / "rules_tests.yaml").read_bytes() == TEMPLATE.read_bytes()
    assert PROBLEMS == []


@pytest.mark.parametrize("file", ["rules.yaml", "svc/rules/template.yaml"])
def test_every_case_comes_out_as_expected(file: str) -> None:
    rules = load(file, (ROOT / file).read_bytes())
    for case in read_cases(TEMPLATE.read_bytes(), rules)[0]:
        assert carry_out(case, rules).differences == (), case.name


def test_every_sanction_is_tried_in_both_directions() -> None:
    left = coverage(CASES, RULES)
    assert left.complete and left.untested == left.never_stands == left.always_stands == ()
    entered = {kind for case in CASES for e in case.expect.values() for kind in e.sanctions or ()}
    assert entered == set(RULES.sanctions)


def test_without_the_cases_of_a_rule_it_is_told() -> None:
    stands = [c for c in CASES if not (set(c.expect) & {"late_arrival"} and c.expect["late_arrival"].status in STANDS)]
    assert coverage(stands, RULES).never_stands == ("late_arrival",)
    neither = [c for c in CASES if "tool_not_returned" not in c.expect]
    assert coverage(neither, RULES).untested == ("tool_not_returned",)
    never = [c for c in CASES if "return_not_approved" not in c.expect or c.expect["return_not_approved"].status != "ok"]
    assert coverage(never, RULES).always_stands == ("return_not_approved",)
    assert next((g.amount, str(g.since), g.until) for g in coverage([], RULES).without_amount) == (
        "left_without_call", "2026-01-01", None,
    )  # fmt: skip


def told(text: str) -> list[tuple[int, str]]:
    return [(p.line, p.code) for p in read_cases(text.encode(), RULES)[1]]


CASE = """format: svc-rules-tests/1
tests:
  - name: late
    now: 2026-10-20T12:00
    given:
      visit: {promised_at: 2026-10-06T10:00, arrived_at: 2026-10-06T10:40}
    expect: {late_arrival: awaiting_ruling}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("    expect: {late_arrival: awaiting_ruling}\n", "", 3, "missing-key"),
        ("expect: {late_arrival: awaiting_ruling}", "expect: {}", 7, "nothing-expected"),
        ("expect: {late_arrival: awaiting_ruling}", "expect:", 7, "nothing-expected"),
        ("{late_arrival: awaiting", "{late_arival: awaiting", 7, "unknown-rule"),
        ("awaiting_ruling", "waiting", 7, "unknown-status"),
        ("promised_at", "promisd_at", 6, "unknown-fact"),
        ("2026-10-06T10:40", "2026-10-06", 6, "not-a-moment"),
        ("2026-10-06T10:40", "ten", 6, "not-a-moment"),
        ("    now: 2026-10-20T12:00\n", "", 3, "missing-key"),
        ("      visit: {", "      visits: {", 6, "unknown-key"),
        ("svc-rules-tests/1", "svc-rules-tests/9", 1, "unknown-word"),
        ("    given:\n", "    amounts: {late_arrivals: 1}\n    given:\n", 5, "unknown-amount"),
        ("    given:\n", "    amounts: {late_arrival: 1元}\n    given:\n", 5, "not-money"),
        ("    given:\n", "    given:\n      ruled: uphelt\n", 6, "unknown-word"),
        ("    given:\n", "    given:\n      earlier: {late_arrival: often}\n", 6, "not-a-count"),
        ("    given:\n", "    given:\n      earlier: {late_arivals: 2}\n", 6, "unknown-rule"),
    ],
)
def test_a_mistake_in_a_case_is_told_with_its_line(old: str, new: str, line: int, code: str) -> None:
    assert told(CASE) == []
    assert CASE.count(old) == 1
    assert (line, code) in told(CASE.replace(old, new))


def test_two_cases_of_one_name() -> None:
    assert told(CASE + CASE.partition("tests:\n")[2]) == [(8, "same-name")]


def test_through_the_command_line(svc: Svc) -> None:
    fine = svc("rules test --json").json
    assert fine["passed"] and len(fine["cases"]) == len(CASES) and fine["coverage"]["untested"] == []
    file = svc.desk / "rules_tests.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("{late_arrival: {status: final, amount: 200}, due: 200}", "{late_arrival: dismissed, due: 5}"), "utf-8")
    wrong = svc("rules test", 1).out
    assert "late_arrival: status expected dismissed, found final" in wrong
    assert "due: yuan expected 5.00, found 200.00" in wrong
    assert "the arrival: 2026-03-06 10:40" in wrong and "due: 1 × 200.00 = 200.00 yuan" in wrong
    file.write_text(CASE, "utf-8")
    assert "no case for the sanction of report_incomplete" in svc("rules test").out
    assert svc("rules test --strict", 1)
    file.write_text(CASE.replace("    expect: {late_arrival: awaiting_ruling}\n", ""), "utf-8")
    assert "rules_tests.yaml:3:" in svc("rules test", 1).err
    file.unlink()
    assert "no rules_tests.yaml" in svc("rules test", 2).err
    other = svc.desk / "other.yaml"
    other.write_text(text, "utf-8")
    assert svc("rules test other.yaml")
