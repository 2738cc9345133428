"""1.5: service reports are put in order and filed with the head, who reports to the general manager every month.

`report archive` files a report, `audit month` sums the month up with what breaks and why, and `audit submit` seals
it and sends it up. Until when, the contract does not say: both limits ship blank.
"""

from __future__ import annotations

from tests.clauses.scenes import call, reported, visited
from tests.conftest import Svc


def test_reports_filed_with_the_head_are_counted(svc: Svc) -> None:
    first = reported(svc, visited(svc, "06"), "2026-10-06T13:00")
    reported(svc, visited(svc, "08"), "2026-10-08T13:00")
    svc(f"report archive {first} --at 2026-10-07T09:00")
    reports = svc.audit("2026-10")["reports"]
    assert (reports["filed"], reports["archived"]) == (2, 1)
    assert svc.audit("2026-10", "2026-10-07T08:59")["reports"]["archived"] == 0


def test_a_report_filed_late_is_broken_only_where_a_limit_is_set(svc: Svc) -> None:
    svc(f"report archive {reported(svc, visited(svc, '06'), '2026-10-06T13:00')} --at 2026-10-08T12:00")
    svc(f"report archive {reported(svc, visited(svc, '08'), '2026-10-08T13:00')} --at 2026-10-10T12:01")
    assert "report_filed" not in svc.audit("2026-10")["breaches"]
    svc('rules set file_report_within "2 days" --from 2026-10-01')
    assert svc.audit("2026-10")["breaches"]["report_filed"] == 1


def test_what_breaks_is_listed_with_the_most_frequent_first_and_its_trend(svc: Svc) -> None:
    for day, fault in (("06", "boom"), ("08", "pump"), ("09", "pump")):
        reported(svc, visited(svc, day), f"2026-10-{day}T13:00", f"--fault {fault} --cause-class wear")
    products = svc.audit("2026-10")["products"]
    rows = [(row["product"], row["fault"], row["cause_class"], row["reports"]) for row in products["pareto"]]
    assert rows == [("LX200", "pump", "wear", 2), ("LX200", "boom", "wear", 1)]
    assert products["parts"] == [{"part": "seal", "reports": 3, "qty": 6}]
    trend = products["trend"][0]
    assert (trend["fault"], trend["months"]["2026-09"], trend["months"]["2026-10"]) == ("pump", 0, 2)


def test_a_month_is_submitted_once_and_then_sealed(svc: Svc) -> None:
    call(svc, "2026-10-05T09:00")
    assert svc("audit month 2026-10 --json").json["sealed"] is False
    svc("--as S02 audit submit 2026-10", 3)
    assert svc("audit submit 2026-10").id == "2026-10"
    call(svc, "2026-10-06T09:00")  # learned later: the month stays as it was sent up
    figures = svc("audit month 2026-10 --json").json
    assert (figures["sealed"], figures["calls"]["registered"]) == (True, 1)
    assert "submitted already" in svc("audit submit 2026-10", 4).err


def test_a_month_not_submitted_within_the_limit_is_broken_in_the_month_of_the_deadline(svc: Svc) -> None:
    call(svc, "2026-10-05T09:00")
    assert "monthly_report" not in svc.audit("2026-11")["breaches"]
    svc('rules set monthly_report_within "5 days" --from 2026-10-01')
    assert "monthly_report" not in svc.audit("2026-11", "2026-11-05T23:59")["breaches"]
    assert svc.audit("2026-11", "2026-11-06T00:01")["breaches"]["monthly_report"] == 1
