"""3.7: when the task is done there is a careful service report, and the customer fills in a satisfaction survey.

After every visit but a courtesy tour the audit expects both: `report close` and `report survey`. It counts what is
filed and missing, and a customer who would not fill in a survey (`--refused`) apart from one nobody asked.
"""

from __future__ import annotations

from tests.clauses.scenes import reported, sent, visited
from tests.conftest import Svc


def test_reports_are_filed_or_missing(svc: Svc) -> None:
    reported(svc, visited(svc, "06"), "2026-10-06T13:00")
    visited(svc, "08")
    figures = svc.audit("2026-10")
    reports = figures["reports"]
    assert (reports["expected"], reports["filed"], reports["missing"]) == (2, 1, 1)
    assert figures["breaches"]["report_missing"] == 1


def test_surveys_are_returned_refused_or_missing(svc: Svc) -> None:
    ids = [visited(svc, day) for day in ("06", "08", "09")]
    svc(f"report survey {ids[0]} --score overall=4 --at 2026-10-06T12:00")
    svc(f'report survey {ids[1]} --refused "had no time" --at 2026-10-08T12:00')
    figures = svc.audit("2026-10")
    surveys = figures["surveys"]
    assert (surveys["returned"], surveys["refused"], surveys["missing"]) == (1, 1, 1)
    assert figures["breaches"]["survey_missing"] == 1
    assert surveys["satisfied_rate"] == 1.0, "a refusal is no score"


def test_a_survey_filled_in_after_a_refusal_is_returned(svc: Svc) -> None:
    id = visited(svc)
    svc(f'report survey {id} --refused "had no time" --at 2026-10-06T12:00')
    svc(f"report survey {id} --score overall=5 --at 2026-10-07T09:00")
    surveys = svc.audit("2026-10")["surveys"]
    assert (surveys["returned"], surveys["refused"], surveys["missing"]) == (1, 0, 0)


def test_nothing_is_expected_after_a_tour_or_before_leaving(svc: Svc) -> None:
    visited(svc, "06", more="--purpose tour")
    svc(f"visit arrive {sent(svc, '08')} --at 2026-10-08T10:00")
    figures = svc.audit("2026-10")
    assert (figures["reports"]["expected"], figures["surveys"]["missing"]) == (0, 0)
    assert "report_missing" not in figures["breaches"]


def test_each_other_purpose_expects_both(svc: Svc) -> None:
    for day, purpose in (("06", "repair"), ("08", "install"), ("09", "train"), ("12", "inspect")):
        visited(svc, day, more=f"--purpose {purpose}")
    figures = svc.audit("2026-10")
    assert (figures["reports"]["missing"], figures["surveys"]["missing"]) == (4, 4)


def test_a_report_handed_in_later_is_missing_until_then(svc: Svc) -> None:
    reported(svc, visited(svc, "30"), "2026-11-03T09:00")
    assert svc.audit("2026-10", "2026-11-03T08:59")["reports"]["missing"] == 1
    assert svc.audit("2026-10", "2026-11-03T09:00")["reports"]["missing"] == 0
