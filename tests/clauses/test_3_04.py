"""3.4: every request is answered within 24 hours, and staff are on site by the time the customer set.

`call reply` against the 24 hours, `visit arrive` against the promise in force (`visit dispatch --promised`,
`repromise`): the audit counts both deadlines as kept, late, passed without a sign, and still open.
"""

from __future__ import annotations

import pytest

from tests.clauses.scenes import call, sent, visited
from tests.conftest import Svc

REPLIES, VISITS = ("within", "late", "overdue", "pending"), ("on_time", "late", "missed", "pending")


def answered(svc: Svc, at: str, replied: str) -> None:
    svc(f"call reply {call(svc, at)} --text tomorrow --at {replied}")


def test_exactly_24_hours_are_within_and_a_minute_more_is_late(svc: Svc) -> None:
    answered(svc, "2026-10-12T09:00", "2026-10-12T10:00")
    answered(svc, "2026-10-12T09:00", "2026-10-13T09:00")
    answered(svc, "2026-10-12T09:00", "2026-10-13T09:01")
    call(svc, "2026-10-12T09:00")
    call(svc, "2026-10-13T09:00")
    figures = svc.audit("2026-10", "2026-10-14T09:00")
    replies = figures["replies"]
    assert [replies[name] for name in REPLIES] == [2, 1, 1, 1]
    assert (replies["rate"], replies["median_minutes"], replies["p90_minutes"]) == (0.5, 1440, 1441)
    assert figures["calls"]["unreplied"] == 2
    assert figures["breaches"]["reply_24h"] == 2


def test_exactly_at_the_promised_time_is_on_time_and_a_minute_more_is_late(svc: Svc) -> None:
    visited(svc, "06", arrived="10:00")
    visited(svc, "08", arrived="10:01")
    sent(svc, "09")  # nobody ever came
    sent(svc, "20")
    visits = svc.audit("2026-10", "2026-10-20T10:00")["visits"]
    assert visits["due"] == 4
    assert [visits[name] for name in VISITS] == [1, 1, 1, 1]
    assert visits["rate"] == pytest.approx(1 / 3)


def test_a_new_promise_counts_if_made_before_the_old_one_came_due(svc: Svc) -> None:
    new = "--promised 2026-10-06T15:00 --reason rain"
    for made, asked in (("2026-10-06T09:59", "customer"), ("2026-10-06T10:00", "us")):
        id = sent(svc, "06")
        svc(f"visit repromise {id} {new} --asked-by {asked} --at {made}")
        svc(f"visit arrive {id} --at 2026-10-06T14:00")
    visits = svc.audit("2026-10")["visits"]
    assert (visits["on_time"], visits["late"]) == (1, 1)
    assert (visits["repromised_by_customer"], visits["repromised_by_us"]) == (1, 0)


def test_a_visit_cancelled_in_time_is_not_due_and_one_cancelled_later_is_missed(svc: Svc) -> None:
    for cancelled in ("2026-10-06T09:59", "2026-10-06T10:01"):
        svc(f"visit cancel {sent(svc, '06')} --reason mended --at {cancelled}")
    visits = svc.audit("2026-10")["visits"]
    assert (visits["due"], visits["missed"]) == (1, 1)


def test_times_with_another_offset_are_the_same_instants(svc: Svc) -> None:
    answered(svc, "2026-10-12T09:00+08:00", "2026-10-13T01:00+00:00")
    answered(svc, "2026-10-12T09:00+08:00", "2026-10-13T02:01+01:00")
    replies = svc.audit("2026-10")["replies"]
    assert (replies["within"], replies["late"]) == (1, 1)
