"""`svc rules new`: a head is asked what he wants; the rule, its amount and two cases stand in the files, in order."""

from __future__ import annotations

from datetime import date

import pytest

from svc.rules import compose
from svc.rules.cases import read_cases
from svc.rules.compose import WHAT, Wish
from svc.rules.file import examine
from svc.rules.results import carry_out
from tests.clauses.scenes import visited
from tests.cli.test_asking import typed
from tests.conftest import Svc
from tests.rules.test_check import TEXT

SMOKING = ["1", "在客户车间抽烟", "Smoking", "smoking", "9.9", "3.3", "部门规定 2026-11-20，已公布", "2026-12-01", "20 fifty", "20 40", "2", "", "y", "gm"]
"""What, in words, the name (first one wrong), the clause (first one wrong), basis, from, yuan (first wrong), per quarter, worse, verified, waived by."""


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
    code, out = typed(svc, "rules new", [*SMOKING, "n"])
    assert code == 130, out
    assert (svc.desk / "rules.yaml").read_bytes() == before


def test_the_last_months_are_replayed(svc: Svc) -> None:
    visited(svc, arrived="09:50", leaving="--no-call-in")  # left, no report handed in
    late = ["2", "迟交服务单", "report_late", "1.5", "部门规定 2026-11-20，已公布", "2026-12-01", "48 hours", "50", "", "n", ""]
    code, out = typed(svc, "rules new", [*late, "y"])
    assert code == 0, out
    assert "report_late/" in out and "→ final 50.00" in out and "0.00 → 50.00" in out


def test_without_a_terminal(svc: Svc) -> None:
    assert "at a terminal" in svc("rules new", 2).err


@pytest.mark.parametrize("what", list(WHAT))
@pytest.mark.parametrize("key", [(), ("80",)])
@pytest.mark.parametrize("verify", [True, False])
def test_whatever_is_wished_is_in_order_with_its_cases(what: str, key: tuple[str, ...], verify: bool) -> None:
    verify = verify or what == "conduct"
    wish = Wish("my_wish", "某事：要紧 #1", what, "3.3", "部门规定", date(2026, 12, 1), ("50", "60"), "month", key, "48 hours", 2, "", verify)
    data = compose.write(compose.write(TEXT.encode(), wish._replace(id="other_one", what="conduct")), wish)
    rules, problems = examine("rules.yaml", data)
    assert rules is not None, [(p.line, p.what.en) for p in problems]
    cases, mistakes = read_cases(compose.append_cases(b"format: svc-rules-tests/1\ntests:\n", wish), rules)
    assert len(cases) == 2 and mistakes == []
    assert [carry_out(case, rules).differences for case in cases] == [(), ()]
