"""3.1: whether customers are satisfied is the yardstick of the work, and nobody quarrels with them.

`report survey` holds the customer's scores; the audit shows the mean of each dimension and the share of satisfied
customers (overall 4 or 5). A quarrel comes in as a complaint (`--cause quarrel`) and leads to 4.2.1.
"""

from __future__ import annotations

import pytest

from tests.clauses.scenes import complained, person, statuses, visited
from tests.conftest import Svc


def survey(svc: Svc, visit: str, day: str, speed: int, overall: int) -> None:
    svc(f"report survey {visit} --score speed={speed} --score overall={overall} --at 2026-10-{day}T12:00")


def test_the_means_and_the_share_of_satisfied_customers(svc: Svc) -> None:
    for day, speed, overall in (("06", 5, 5), ("08", 4, 4), ("09", 4, 3)):
        survey(svc, visited(svc, day), day, speed, overall)
    surveys = svc.audit("2026-10")["surveys"]
    assert surveys["mean"] == {"speed": 4.33, "overall": 4.0}
    assert surveys["satisfied_rate"] == pytest.approx(2 / 3)


def test_satisfaction_is_shown_by_person(svc: Svc) -> None:
    survey(svc, visited(svc, "06"), "06", 5, 5)
    survey(svc, visited(svc, "08"), "08", 5, 4)
    figures = svc.audit("2026-10")
    assert person(figures, "S02")["mean_overall"] == 4.5
    assert person(figures, "S03")["mean_overall"] is None


def test_without_a_survey_satisfaction_is_unknown_not_nought(svc: Svc) -> None:
    visited(svc)
    surveys = svc.audit("2026-10")["surveys"]
    assert (surveys["mean"], surveys["satisfied_rate"], surveys["missing"]) == ({}, None, 1)


def test_a_score_is_1_to_5(svc: Svc) -> None:
    id = visited(svc)
    for score in (0, 6):
        svc(f"report survey {id} --score overall={score} --at 2026-10-06T12:00", 2)


def test_a_quarrel_is_a_complaint_that_waits_for_a_verdict(svc: Svc) -> None:
    id = complained(svc, "quarrel")
    figures = svc.audit("2026-10")
    assert figures["complaints"]["by_cause"] == {"quarrel": 1}
    assert statuses(figures) == {f"complaint_quarrel/{id}": "awaiting_ruling"}
