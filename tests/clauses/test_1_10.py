"""1.10: the head attends to every call and records it in full, on holidays too, and shares the work out sensibly.

Calls are logged on any day, and the 24 hours run through nights and holidays. The audit counts the calls on days off
(make-up workdays are work), the records that say nothing, and the visits of each person.
"""

from __future__ import annotations

from datetime import date

import chinese_calendar

from tests.clauses.scenes import call, person, sent
from tests.conftest import Svc

NATIONAL_DAY, MAKE_UP_SATURDAY, SUNDAY, MONDAY = "2026-10-01", "2026-10-10", "2026-10-11", "2026-10-12"


def test_holidays_and_weekends_count_as_days_off_and_make_up_saturdays_do_not(svc: Svc) -> None:
    days = (NATIONAL_DAY, MAKE_UP_SATURDAY, SUNDAY, MONDAY)
    assert [chinese_calendar.is_holiday(date.fromisoformat(day)) for day in days] == [True, False, True, False]
    for day in days:
        call(svc, f"{day}T09:00")
    calls = svc.audit("2026-10")["calls"]
    assert (calls["registered"], calls["on_days_off"]) == (4, 2)


def test_the_24_hours_run_through_the_night_and_the_holiday(svc: Svc) -> None:
    for replied in ("2026-10-02T22:00", "2026-10-02T22:01"):
        svc(f'call reply {call(svc, f"{NATIONAL_DAY}T22:00")} --text "ISO 46" --at {replied}')
    call(svc, "2026-10-03T03:00")
    replies = svc.audit("2026-10", "2026-10-04T03:01")["replies"]
    assert [replies[name] for name in ("within", "late", "overdue", "pending")] == [1, 1, 1, 0]
    assert svc.audit("2026-10", "2026-10-04T03:00")["replies"]["pending"] == 1


def test_the_board_shows_on_a_holiday_what_waits(svc: Svc) -> None:
    id = call(svc, f"{NATIONAL_DAY}T09:00")
    rows = svc(f"today --json --as-of {NATIONAL_DAY}T21:00").json
    assert [(row["id"], row["due"]) for row in rows] == [(id, "2026-10-02T09:00:00+08:00")]


def test_a_record_that_says_nothing_is_counted(svc: Svc) -> None:
    call(svc, f"{MONDAY}T09:00", summary="……")
    call(svc, f"{MONDAY}T09:05", summary="oil?")
    assert svc.audit("2026-10")["data_quality"]["empty_calls"] == 1


def test_the_work_is_shown_by_person(svc: Svc) -> None:
    for day, staff in (("06", "S02"), ("08", "S02"), ("09", "S02"), ("10", "S03")):
        sent(svc, day, staff=staff)
    figures = svc.audit("2026-10")
    assert [person(figures, id)["visits"] for id in ("S01", "S02", "S03")] == [0, 3, 1]
