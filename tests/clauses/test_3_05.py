"""3.5: staff never ask customers for money, gifts or favours.

It shows in complaints: `complaint log --cause solicitation` opens a finding that waits for the verdict. What follows
once it is upheld is 4.2.2.
"""

from __future__ import annotations

from tests.clauses.scenes import complained, demerit, statuses, verified
from tests.conftest import Svc


def test_a_complaint_of_it_waits_for_a_verdict(svc: Svc) -> None:
    id = complained(svc, "solicitation")
    figures = svc.audit("2026-10")
    assert figures["complaints"]["by_cause"] == {"solicitation": 1}
    assert statuses(figures) == {f"complaint_demand/{id}": "awaiting_ruling"}
    assert [row["id"] for row in figures["open_rulings"]] == [f"complaint_demand/{id}"]
    assert figures["sanctions"] == []


def test_upheld_it_leads_to_4_2_2(svc: Svc) -> None:
    id = complained(svc, "solicitation")
    verified(svc, id, "--upheld")
    assert svc.audit("2026-10")["sanctions"] == [demerit("4.2.2", id)]


def test_a_complaint_of_anything_else_is_not_taken_for_it(svc: Svc) -> None:
    verified(svc, complained(svc, "other"), "--upheld")
    figures = svc.audit("2026-10")
    assert figures["complaints"]["upheld"] == 1
    assert (figures["findings"], figures["sanctions"]) == ([], [])
