"""No clause without a scenario, no scenario without a clause, and the page of clauses is what its script makes."""

from __future__ import annotations

import pytest

from scripts import make_clause_docs
from svc.rules.clauses import CLAUSES


@pytest.mark.parametrize("clause", CLAUSES)
def test_each_clause_has_a_scenario_that_begins_with_its_number(clause: str) -> None:
    said = make_clause_docs.docstring(clause)
    assert said, f"clause {clause} needs tests/clauses/{make_clause_docs.scenario(clause)}"
    assert said.startswith(f"{clause}: ")


def test_each_scenario_is_of_a_clause() -> None:
    known = {make_clause_docs.scenario(clause) for clause in CLAUSES} | {"test_all_clauses.py"}
    assert {path.name for path in make_clause_docs.SCENARIOS.glob("test_*.py")} <= known


def test_the_page_of_clauses_is_up_to_date() -> None:
    written = make_clause_docs.PAGE.read_text(encoding="utf-8")
    assert written == make_clause_docs.page(), "run python scripts/make_clause_docs.py"
