"""4.5: whoever is not on site at the set time, for personal reasons, is fined, each time.

An arrival after the promise in force is a finding that waits: only `finding uphold` (it was personal) makes it a
fine. With the promise passed and no arrival recorded the fact is missing, and nobody is fined.
"""

from __future__ import annotations

from tests.clauses.scenes import NO_FINES, fined, sent, statuses, visited
from tests.conftest import Svc


def rule(svc: Svc, verb: str, visit: str, at: str = "2026-10-15T09:00") -> None:
    svc(f"finding {verb} late_arrival/{visit} --reason overslept --at {at}")


def test_on_time_is_no_finding_and_a_minute_late_waits_for_a_ruling(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-01")
    visited(svc, "06", arrived="10:00")
    late = visited(svc, "08", arrived="10:01")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"late_arrival/{late}": "awaiting_ruling"}
    assert (figures["visits"]["late"], figures["fines"]) == (1, NO_FINES)


def test_personal_it_is_fined_and_not_personal_it_is_not(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-01")
    personal, snow = visited(svc, "06", arrived="10:30"), visited(svc, "08", arrived="10:30")
    rule(svc, "uphold", personal)
    rule(svc, "dismiss", snow)
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"late_arrival/{personal}": "final", f"late_arrival/{snow}": "dismissed"}
    assert figures["fines"] == fined("200.00")
    assert figures["visits"]["late"] == 2, "late it was all the same"


def test_the_amount_of_the_day_of_the_promise_counts_not_set_200_and_0(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-08")
    svc("rules set late_arrival 0 --from 2026-10-09")
    for day in ("06", "08", "09"):
        rule(svc, "uphold", visited(svc, day, arrived="10:30"))
    figures = svc.audit("2026-10")
    assert [one["amount"] for one in figures["findings"]] == [None, "200.00", "0.00"]
    assert figures["fines"] == fined("200.00", count=3, unset=1)


def test_the_fine_is_payable_in_the_month_of_the_ruling(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-01")
    rule(svc, "uphold", visited(svc, "30", arrived="10:30"), "2026-11-02T09:00")
    assert svc.audit("2026-10")["fines"] == NO_FINES
    assert svc.audit("2026-11")["fines"] == fined("200.00")


def test_promise_passed_and_no_arrival_the_fact_is_missing(svc: Svc) -> None:
    id = sent(svc, "06")
    assert svc.audit("2026-10", "2026-10-06T10:00")["findings"] == []
    figures = svc.audit("2026-10", "2026-10-06T10:01")
    assert statuses(figures) == {f"late_arrival/{id}": "facts_missing"}
    assert figures["findings"][0]["missing"] == ["visit.arrived_at"]
    assert "cannot be ruled on yet" in svc(f"finding uphold late_arrival/{id} --reason x", 4).err


def test_cancelled_after_the_promise_it_waits_for_a_ruling_and_before_it_does_not(svc: Svc) -> None:
    before, after = sent(svc, "06"), sent(svc, "06")
    svc(f"visit cancel {before} --reason mended --at 2026-10-06T09:59")
    svc(f"visit cancel {after} --reason mended --at 2026-10-06T10:01")
    assert statuses(svc.audit("2026-10")) == {f"late_arrival/{after}": "awaiting_ruling"}
