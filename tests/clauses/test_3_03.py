"""3.3: staff have manners, help unasked, and stay on good terms with customers.

Customers judge it in the survey (`report survey --score manners=1..5`); the audit shows the mean of that dimension.
Bad manners that are complained of go the way of 1.6.
"""

from __future__ import annotations

from tests.clauses.scenes import complained, statuses, visited
from tests.conftest import Svc


def test_the_mean_score_for_manners_is_rounded_half_up(svc: Svc) -> None:
    scores = (5, 5, 5, 5, 4, 4, 4, 5)  # 37 of 8 surveys: 4.625
    for day, score in zip(("06", "07", "08", "09", "12", "13", "14", "15"), scores, strict=True):
        svc(f"report survey {visited(svc, day)} --score manners={score} --at 2026-10-{day}T12:00")
    assert svc.audit("2026-10")["surveys"]["mean"] == {"manners": 4.63}


def test_a_survey_counts_in_the_month_in_which_it_was_filled_in(svc: Svc) -> None:
    first, second = visited(svc, "06"), visited(svc, "30")
    svc(f"report survey {first} --score manners=2 --score overall=4 --at 2026-10-31T23:59")
    svc(f"report survey {second} --score manners=5 --score overall=5 --at 2026-11-01T00:00")
    assert svc.audit("2026-10")["surveys"]["mean"] == {"manners": 2.0, "overall": 4.0}
    assert svc.audit("2026-11")["surveys"]["mean"] == {"manners": 5.0, "overall": 5.0}


def test_a_survey_that_says_nothing_of_manners_lowers_no_mean(svc: Svc) -> None:
    svc(f"report survey {visited(svc, '06')} --score manners=4 --score overall=4 --at 2026-10-06T12:00")
    svc(f"report survey {visited(svc, '08')} --score overall=2 --at 2026-10-08T12:00")
    assert svc.audit("2026-10")["surveys"]["mean"] == {"manners": 4.0, "overall": 3.0}


def test_bad_manners_complained_of_wait_for_a_verdict_under_1_6(svc: Svc) -> None:
    id = complained(svc, "attitude")
    assert statuses(svc.audit("2026-10")) == {f"complaint_attitude/{id}": "awaiting_ruling"}
