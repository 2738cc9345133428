"""`svc rules new`: a head is asked what he wants; the rule, its amount and two cases stand in the files, in order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from svc.rules import compose
from svc.rules.cases import read_cases, tried
from svc.rules.compose import WHAT, Wish
from svc.rules.file import examine
from svc.rules.inspection import inspect
from svc.rules.results import carry_out
from tests.cli.test_asking import typed
from tests.conftest import Svc, today
from tests.rules.test_check import TEXT

SMOKING = ["1", "在客户车间抽烟", "Smoking", "smoking", "9.9", "3.3", "部门规定 2026-11-20，已公布", "2026-12-01", "20 fifty", "20 40", "2", "1", "", "gm"]
"""What, in words, the name (first one wrong), the clause (first one wrong), basis, from, yuan (first wrong), per quarter, who rules, no excuse, waived by."""


def test_smoking(svc: Svc) -> None:
    code, out = typed(svc, "rules new", [*SMOKING, "y"])
    assert code == 0, out
    assert "9.9" in out and "'smoking'" not in out.splitlines()[-1]
    assert "smoking from 2026-12-01: 20.00, 40.00 yuan for the 1st, 2nd, … time in a quarter" in out and "当季第 1、2……次" in out
    assert "nobody would have been concerned" in out
    assert svc("rules check").code == 0
    assert svc("rules test --json").json["coverage"]["untested"] == []
    assert "only gm may waive it" in svc("rules explain smoking").out
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    for line in TEXT.splitlines():  # every other line is kept
        assert line in text


def test_nothing_is_written_before_it_is_confirmed(svc: Svc) -> None:
    before = (svc.desk / "rules.yaml").read_bytes()
    code, out = typed(svc, "rules new", ["1", "无", *SMOKING[1:8], "10000", *SMOKING[11:], "n"])
    assert code == 130 and "stands on every statement" in out and "count the digits" in out, out
    assert (svc.desk / "rules.yaml").read_bytes() == before


def test_the_last_months_are_replayed(svc: Svc) -> None:
    day = today() - timedelta(days=10)
    visit = svc(f"visit dispatch --customer CU0001 --staff S02 --promised {day}T10:00 --at {day}T07:00").id
    svc(f"visit arrive {visit} --at {day}T09:50")
    svc(f"visit leave {visit} --no-call-in --at {day}T12:00")  # left, no report handed in
    late = ["2", "1", "迟交服务单", "report_late", "1.5", "部门规定 2026-11-20，已公布", "2026-12-01", "48 hours", "50", "", "3", "", ""]
    code, out = typed(svc, "rules new", [*late, "y"])
    assert code == 0, out
    assert "report_late/" in out and "→ final 50.00" in out and "0.00 → 50.00" in out


def test_without_a_terminal(svc: Svc) -> None:
    assert "at a terminal" in svc("rules new", 2).err


def test_what_makes_it_worse_who_rules_and_what_excuses(svc: Svc) -> None:
    survey = ["3", "1", "总评低", "low_score", "3.1", "部门规定 2026-11-20", "2026-12-01", "2", "30", "60", "gm", "2", "head"]
    code, out = typed(svc, "rules new", [*survey, "y"])
    assert code == 0, out
    assert "it concerns whoever leads the visit" in out
    told = svc("rules explain low_score").out
    assert "gm must rule: 总评低，是不是这样" in told and "technician's own doing" in told
    assert "where customer.key: yes: 60.00 yuan" in told and "only head may waive it" in told
    assert svc("rules check").code == 0


def test_bonuses(svc: Svc) -> None:
    stars = ["5", "2", "客户打了满分", "five_stars", "3.1", "部门规定 2026-11-20", "2026-12-01", "6", "5", "20 20 20 0", "1"]
    code, out = typed(svc, "rules new", [*stars, "y"])
    assert code == 0, out
    clean = ["6", "全月无迟到", "clean_month", "3.4", "部门规定 2026-11-20", "2026-12-01", "lateness", "late_arrival", "10", "100"]
    code, out = typed(svc, "rules new", [*clean, "y"])
    assert code == 0, out
    assert "earned when how many late_arrival stand in the month is 0" in out and "得奖的条件" in out
    assert "only if it is a key customer" in svc("rules explain five_stars").out
    assert svc("rules check").code == 0 and svc("rules test --json").json["passed"]


@pytest.mark.parametrize("what", list(WHAT))
@pytest.mark.parametrize("key", [(), ("80",)])
@pytest.mark.parametrize(("verify", "gm", "excuse"), [(True, False, ""), (False, False, ""), (True, True, "personal_cause"), (False, False, "no_good_reason")])
def test_whatever_is_wished_is_in_order_with_its_cases(what: str, key: tuple[str, ...], verify: bool, gm: bool, excuse: str) -> None:
    verify = verify or what == "conduct"
    only_if = "customer.key: yes" if gm and what not in ("conduct", "clean") else ""
    wish = Wish(
        "my_wish", "某事：要紧 #1", what, "3.3", "部门规定", date(2026, 12, 1), ("50", "60"), "month", () if only_if else key, "48 hours", 2,
        only_if, verify, (), gm, excuse, "late_arrival",
    )  # fmt: skip
    data = compose.write(compose.write(TEXT.encode(), wish._replace(id="other_one", what="conduct")), wish)
    rules, problems = examine("rules.yaml", data)
    assert rules is not None, [(p.line, p.what.en) for p in problems]
    cases, mistakes = read_cases(compose.append_cases(b"format: svc-rules-tests/1\ntests:\n", wish), rules)
    assert len(cases) == 2 and mistakes == []
    assert [carry_out(case, rules).differences for case in cases] == [(), ()]
    wrong = [p.what.en for p in inspect(data, rules, date(2026, 11, 29), tried(cases)) if not p.note and "my_wish" in p.what.en]
    assert wrong == []
