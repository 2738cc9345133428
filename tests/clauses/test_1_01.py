"""1.1: the customer is the reason why the work exists.

There is no fact to check here. The audit begins with what customers say: how many are satisfied, and how many
complaints there are for every 100 visits.
"""

from __future__ import annotations

from tests.clauses.scenes import complained, visited
from tests.conftest import Svc


def four_visits_two_surveys_one_complaint(svc: Svc) -> None:
    ids = [visited(svc, day) for day in ("06", "08", "09", "12")]
    svc(f"report survey {ids[0]} --score overall=5 --at 2026-10-06T12:00")
    svc(f"report survey {ids[1]} --score overall=3 --at 2026-10-08T12:00")
    complained(svc, "other", "2026-10-13T09:00")


def test_satisfaction_and_complaints_are_counted(svc: Svc) -> None:
    four_visits_two_surveys_one_complaint(svc)
    figures = svc.audit("2026-10")
    assert figures["surveys"]["satisfied_rate"] == 0.5
    assert (figures["complaints"]["registered"], figures["visits"]["due"], figures["visits"]["left"]) == (1, 4, 4)


def test_the_audit_is_headed_by_satisfaction_and_complaints_per_100_visits(svc: Svc) -> None:
    four_visits_two_surveys_one_complaint(svc)
    head = svc("audit month 2026-10 --as-of 2026-11-20T12:00").out.split("\n\n")[0]
    assert "50.0 %" in head, "1 of 2 surveys has 4 or 5 points"
    assert "100 visits" in head and "25" in head, "1 complaint on 4 visits are 25 on 100"


def test_without_surveys_and_visits_nothing_is_claimed(svc: Svc) -> None:
    figures = svc.audit("2026-10")
    assert figures["surveys"]["satisfied_rate"] is None
    assert figures["visits"]["rate"] is None
