"""4.4: whoever leaves after the service without calling head office is fined, each time.

The call counts from arriving to leaving, both included (`visit call-in`, `visit leave --called-in`). A call outside,
or `--no-call-in`, is final by itself; with neither said the fact is missing, and nobody is fined.
"""

from __future__ import annotations

from tests.clauses.scenes import NO_FINES, fined, statuses, visited
from tests.conftest import Svc


def counts(svc: Svc) -> list[int]:
    visits = svc.audit("2026-10")["visits"]
    return [visits[name] for name in ("left", "left_without_calling", "call_in_unknown")]


def test_a_call_between_arriving_and_leaving_is_in_order_both_ends_included(svc: Svc) -> None:
    for day, time in (("06", "09:50"), ("08", "11:00"), ("09", "12:00")):
        visited(svc, day, arrived="09:50", leaving=f"--called-in 2026-10-{day}T{time}")
    assert counts(svc) == [3, 0, 0]
    assert svc.audit("2026-10")["findings"] == []


def test_no_call_and_a_call_outside_that_time_are_offences_by_themselves(svc: Svc) -> None:
    ids = [visited(svc, "06", leaving="--no-call-in"), visited(svc, "08", leaving="")]
    ids.append(visited(svc, "09", leaving="--called-in 2026-10-09T09:49"))
    svc(f"visit call-in {ids[1]} --at 2026-10-08T12:01")
    assert counts(svc) == [3, 3, 0]
    assert statuses(svc.audit("2026-10")) == {f"left_without_call/{id}": "final" for id in ids}


def test_nothing_said_the_fact_is_missing_and_nobody_is_fined(svc: Svc) -> None:
    svc("rules set left_without_call 200 --from 2026-10-01")
    id = visited(svc, leaving="")
    figures = svc.audit("2026-10")
    assert counts(svc) == [1, 0, 1]
    assert statuses(figures) == {f"left_without_call/{id}": "facts_missing"}
    assert figures["findings"][0]["missing"] == ["visit.hq_calls"]
    assert figures["fines"] == NO_FINES


def test_a_call_remembered_later_settles_it(svc: Svc) -> None:
    id = visited(svc, leaving="")
    svc(f"visit call-in {id} --at 2026-10-06T11:55")
    assert counts(svc) == [1, 0, 0]
    assert svc.audit("2026-10")["findings"] == []


def test_the_amount_of_the_day_of_leaving_counts_not_set_200_and_0(svc: Svc) -> None:
    svc("rules set left_without_call 200 --from 2026-10-08")
    svc("rules set left_without_call 0 --from 2026-10-09")
    for day in ("06", "08", "09"):
        visited(svc, day, leaving="--no-call-in")
    figures = svc.audit("2026-10")
    assert [one["amount"] for one in figures["findings"]] == [None, "200.00", "0.00"]
    assert figures["fines"] == fined("200.00", count=3, unset=1)


def test_a_fine_forgiven_the_month_after_is_taken_back_there(svc: Svc) -> None:
    svc("rules set left_without_call 200 --from 2026-10-01")
    id = visited(svc, leaving="--no-call-in")
    svc(f'finding waive left_without_call/{id} --reason "no signal" --at 2026-11-03T09:00')
    assert svc.audit("2026-10")["fines"]["payable"] == "200.00"
    assert svc.audit("2026-11")["fines"]["payable"] == "-200.00"
