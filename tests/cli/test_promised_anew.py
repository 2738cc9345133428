"""When somebody is expected now: the last promise, late or not, stands on plans, cards, calendars and boards, and books him.

What he is judged by stays the promise that had come due: a later one saves nobody from the fine (3.4).
"""

from __future__ import annotations

import pytest

from tests.conftest import Svc, lived, this_month

SENT = 'visit dispatch --customer CU0001 --machine SN-1 --staff S02 --with S03 --purpose repair --promised "2026-11-10 10:00" --at 2026-11-09T09:00'
AGAIN = 'visit repromise V1 --promised "2099-12-03 10:00" --asked-by us --reason car'
THEN = "--from 2099-12-03"


def missed(svc: Svc) -> None:
    svc(SENT)
    svc(AGAIN)


@pytest.fixture
def late(svc: Svc) -> Svc:
    """A visit that was missed, and then promised anew for a day to come."""
    return lived(svc, missed)


def test_he_is_planned_when_he_is_expected_and_judged_by_what_came_due(late: Svc) -> None:
    rows = late(f"plan week {THEN} --json").json["rows"]
    assert {(row["staff"], row["id"], row["from"][:16], row["state"]) for row in rows} == {
        (who, this_month("V2611-0001"), "2099-12-03T10:00", "promised") for who in ("S02", "S03")
    }
    assert late("plan --from 2026-11-10 --json").json["rows"] == []
    [coming] = late("customer show CU0001 --json").json["open"]["visits"]
    assert (coming["promised"][:10], coming["deadline"][:10], coming["outcome"]) == ("2099-12-03", "2026-11-10", "missed")
    assert "promised 2099-12-03 10:00 (overdue since 2026-11-10 10:00)" in late("customer show CU0001").out
    [row] = late("visit list --json").json
    assert (row["promised"][:10], row["expected"][:10], row["outcome"]) == ("2026-11-10", "2099-12-03", "missed")
    [item] = late("--as S02 today --mine --json").json
    assert item["errand"]["promised"][:10] == "2099-12-03" and item["stage"] == "overdue"


def test_a_late_promise_saves_nobody_from_the_fine(late: Svc) -> None:
    late("visit arrive V1")
    found = late("audit month 2026-11 --json").json["findings"]
    assert [one["id"] for one in found if one["rule"] == "late_arrival"] == [this_month("late_arrival/V2611-0001")]


def test_who_is_promised_anew_is_booked(late: Svc) -> None:
    said = late('visit dispatch --customer CU0001 --staff S02 --purpose inspect --promised "2099-12-03 10:30"').err
    assert f"promised elsewhere then: {this_month('V2611-0001')}" in said and "2099-12-03 10:00" in said
    other = 'visit dispatch --customer CU0001 --staff S02 --purpose inspect --promised "2026-11-10 10:00" --at 2026-11-09T12:00'
    assert this_month("V2611-0001") not in late(other).err  # he is expected there no more
    assert f"promised meanwhile: {this_month('V2611-0001')}" in late("staff away S02 --from 2099-12-03 --to 2099-12-03 --reason ill").out


def test_a_new_promise_meets_what_he_has_already(svc: Svc) -> None:
    svc('visit dispatch --customer CU0001 --staff S02 --purpose inspect --promised "2099-12-03 10:30"')
    svc(SENT)
    said = svc(AGAIN.replace("V1", "V2")).err
    assert f"promised elsewhere then: {this_month('V2611-0001')}" in said and this_month("V2611-0002") not in said
    svc("staff away S02 --from 2099-12-04 --to 2099-12-04 --reason ill")
    assert "is away from" in svc('visit repromise V2 --promised "2099-12-04 10:00" --asked-by customer --reason x').err


def test_nobody_takes_over_what_is_expected_after_his_last_day(late: Svc) -> None:
    late("staff leave S05 --on 2099-11-30")
    assert "S05" in late("visit reassign V1 --to S05 --reason x", 4).err


def test_the_plan_of_then_shows_what_was_done_since(svc: Svc) -> None:
    svc('install promise --customer CU0001 --product LX9 --due "2026-11-09 15:00" --at 2026-11-02T09:00')
    svc("tour plan --customer CU0001 --by 2026-11-10T12:00 --staff S02 --at 2026-11-02T09:00")
    week = "plan week --from 2026-11-09 --as-of 2026-11-03T12:00 --json"
    then = svc(week).json["rows"]
    assert [(row["kind"], row["day"]) for row in then] == [("install", "2026-11-09"), ("tour", "2026-11-10")]
    svc("install done I1 --text x --at 2026-11-09T14:00")
    svc("tour done U1 --opinion design=good --at 2026-11-09T15:00")
    assert svc(week).json["rows"] == then and svc("plan week --from 2026-11-09 --json").json["rows"] == []


def test_a_card_of_then_shows_every_call_that_was_open_then(svc: Svc) -> None:
    first = svc("call log --channel phone --from CU0001 --kind consult --summary oldest --at 2026-11-01T08:00").id
    for n in range(31):
        svc(f"call log --channel phone --from CU0001 --kind consult --summary s{n} --at 2026-11-02T08:{n:02d}")
    then = "customer show CU0001 --as-of 2026-11-03T12:00 --json"
    told = svc(then).json["open"]
    assert first in {one["id"] for one in told["calls"]}
    svc(f"call close {first} --text done --at 2026-11-04T08:00")
    assert svc(then).json["open"] == told


def test_a_call_says_until_when_somebody_is_promised_now(svc: Svc) -> None:
    svc("call log --channel phone --from CU0001 --kind repair --summary leak --at 2026-11-09T08:00")
    svc('visit dispatch --call C1 --staff S02 --promised "2026-11-10 10:00" --at 2026-11-09T09:00')
    svc(AGAIN)
    assert "promised 2026-11-10 10:00, now 2099-12-03 10:00" in svc("call show C1").out


def test_what_goes_along_is_told_when_somebody_leaves(late: Svc) -> None:
    said = late("staff leave S03 --on 2099-11-30").out
    assert "he goes along: 1" in said and f"svc visit correct {this_month('V2611-0001')} --with …" in said
    assert "goes along" not in late("staff leave S02 --on 2099-11-30").out
