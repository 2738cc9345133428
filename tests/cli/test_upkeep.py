"""Upkeep that comes round by months or by hours, the meter it goes by, and a warranty by hours."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.interval import GREATEST, Interval, following
from svc.errors import BadInput
from tests.conftest import Svc, this_month


def due(svc: Svc, as_of: str) -> dict[str, tuple[str | None, int | None, bool | None]]:
    rows = svc(f"upkeep due --json --as-of {as_of}").json
    return {row["id"]: (row["due"], row["due_hours"], row["overdue"]) for row in rows}


def test_the_31st_stays_the_months_end(svc: Svc) -> None:
    svc('upkeep plan SN-1 --every "3 months" --from 2025-08-31 --at 2025-09-01T09:00')
    days = ["2025-11-30", "2026-02-28", "2026-05-31", "2026-08-31", "2026-11-30"]
    for n, day in enumerate(days[:-1]):
        assert due(svc, "2025-09-02T09:00" if n == 0 else f"{days[n - 1]}T23:00") == {this_month("M2611-0001"): (day, None, False)}
        svc(f"upkeep done M1 --at {day}T10:00")
    assert due(svc, "2026-11-01T09:00") == {this_month("M2611-0001"): (days[-1], None, False)}
    assert svc("upkeep list --json").json[0]["times"] == 4


def test_one_done_early_is_for_the_next_day_and_one_late_for_all_missed(svc: Svc) -> None:
    svc('upkeep plan SN-1 --every 3mo --from 2025-12-31 --at 2025-12-31T09:00')
    assert due(svc, "2026-02-01T09:00") == {this_month("M2611-0001"): ("2026-03-31", None, False)}
    svc("upkeep done M1 --at 2026-03-20T10:00")
    assert due(svc, "2026-04-01T09:00") == {this_month("M2611-0001"): ("2026-06-30", None, False)}
    assert due(svc, "2026-10-01T09:00") == {this_month("M2611-0001"): ("2026-06-30", None, True)}
    svc("upkeep done M1 --at 2026-10-02T10:00")
    assert due(svc, "2026-10-03T09:00") == {this_month("M2611-0001"): ("2026-12-31", None, False)}
    book = svc.audit("2026-10", "2026-10-20T12:00")["upkeep"]
    assert (book["done"], book["late"], book["open"], book["overdue"]) == (1, 1, 1, 0)


def test_by_hours_it_is_due_when_the_meter_says_so(svc: Svc) -> None:
    svc('upkeep plan SN-1 --every "500 h" --from-hours 0 --at 2026-01-10T09:00')
    assert due(svc, "2026-01-11T09:00") == {this_month("M2611-0001"): (None, 500, None)}
    svc("machine reading SN-1 --hours 0 --at 2026-01-10T10:00")
    svc("machine reading SN-1 --hours 400 --at 2026-02-19T10:00")  # ten a day
    [row] = svc("upkeep due --json --as-of 2026-02-20T09:00").json
    assert (row["due"], row["expected"], row["hours"], row["days_left"]) == ("2026-03-01", True, 400, 9)
    svc("machine reading SN-1 --hours 520 --at 2026-03-03T10:00")
    assert due(svc, "2026-03-04T09:00") == {this_month("M2611-0001"): ("2026-03-03", 500, True)}
    svc("upkeep done M1 --hours 530 --at 2026-03-05T10:00")
    assert due(svc, "2026-03-06T09:00")[this_month("M2611-0001")][1] == 1030
    assert "do not fit" in svc("machine reading SN-1 --hours 100 --at 2026-03-06T10:00", code=4).err
    assert "do not fit" in svc("machine reading SN-1 --hours 900 --at 2026-02-01T10:00", code=4).err
    svc("machine reading SN-1 --hours 10 --replaced --at 2026-03-06T10:00")
    assert svc("upkeep due --json --as-of 2026-03-07T09:00").json[0]["hours"] == 540


def test_what_is_due_is_on_the_board_two_weeks_before(svc: Svc) -> None:
    svc('upkeep plan SN-1 --every "1 month" --from 2026-10-15 --staff S02 --text "oil and filters" --at 2026-10-15T09:00')
    assert svc("check --within 60d --as-of 2026-10-31T09:00 --json", code=0).json == []
    [item] = svc("check --within 60d --as-of 2026-11-02T09:00 --json", code=1).json
    assert (item["kind"], item["due"][:16], item["staff"], item["do"]) == (
        "upkeep", "2026-11-15T23:59", "S02", this_month("svc upkeep done M2611-0001 --visit …")
    )  # fmt: skip
    waiting = svc.audit("2026-11", "2026-11-20T12:00")["waiting"]
    assert [(row["noun"], row["overdue"]) for row in waiting] == [("upkeep", True)]
    assert "保养 SN-1，每 1 个月" in svc("--lang zh check --within 60d --as-of 2026-11-02T09:00", code=1).out
    svc('upkeep stop M1 --reason "sold abroad" --at 2026-11-16T09:00')
    assert svc("check --within 60d --as-of 2026-11-17T09:00 --json").json == []
    assert "can follow" in svc("upkeep done M1 --at 2026-11-18T09:00", code=4).err


def test_what_is_only_expected_is_overdue_nowhere(svc: Svc) -> None:
    svc('upkeep plan SN-1 --every "500 h" --from-hours 0 --at 2026-01-10T09:00')
    svc("machine reading SN-1 --hours 0 --at 2026-01-10T10:00")
    svc("machine reading SN-1 --hours 400 --at 2026-02-19T10:00")  # ten a day: expected on the first of March
    assert svc("check --within 60d --as-of 2026-02-15T09:00 --json").json == []
    for as_of, age in (("2026-02-20T09:00", "for 5 d"), ("2026-03-20T09:00", "for 33 d")):
        [item] = svc(f"today --all --json --as-of {as_of}").json
        assert (item["kind"], item["stage"], item["due"], item["left"]) == ("upkeep", "waiting", None, age)
        assert "expected on 2026-03-01" in item["text"]
        assert svc(f"upkeep due --json --as-of {as_of}").json[0]["overdue"] is None
        figures = svc.audit(as_of[:7], as_of)
        assert figures["upkeep"]["overdue"] == 0 and figures["waiting"][0]["overdue"] is None
    assert "预计 2026-03-01 到期" in svc("--lang zh today --all --as-of 2026-03-20T09:00").out
    svc("machine reading SN-1 --hours 520 --at 2026-03-21T10:00")  # the meter says so: now it is due, and then overdue
    [item] = svc("check --json --as-of 2026-03-22T09:00", code=1).json
    assert (item["stage"], item["due"][:16]) == ("overdue", "2026-03-21T23:59")
    assert svc.audit("2026-03", "2026-03-22T09:00")["upkeep"]["overdue"] == 1


def test_a_warranty_by_hours_ends_when_it_is_run(svc: Svc) -> None:
    svc("machine add --serial SN-9 --product LX200 --customer CU0001 --sold 2026-01-10 --warranty 2y --warranty-hours 2000")
    log = "call log --channel phone --from CU0001 --machine SN-9 --kind repair --summary leaks --needs-service --at"
    for day, hours in (("2026-03-01", 1999), ("2026-04-01", 2000), ("2026-05-01", 2001)):
        svc(f"machine reading SN-9 --hours {hours} --at {day}T08:00")
    charges = []
    for month in ("03", "04", "05", "02"):
        call = svc(f"{log} 2026-{month}-02T09:00").id
        quote = svc(f"quote make --call {call} --labour 100 --cause-class material --at 2026-{month}-02T10:00").id
        charges.append(svc(f"quote show {quote} --json").json["charge"])
    assert charges == ["free", "free", "chargeable", "free"]
    [card] = [one for one in svc("customer show CU0001 --json").json["machines"] if one["serial"] == "SN-9"]
    assert (card["in_warranty"], card["hours"], card["warranty_hours"]) == (False, 2001, 2000)
    assert "out of warranty: 2001 h run of 2000" in svc("customer show SN-9").out


def test_only_hours_and_nobody_read_them_is_not_known(svc: Svc) -> None:
    svc("machine add --serial SN-9 --product LX200 --customer CU0001 --warranty-hours 2000")
    assert svc("customer show SN-9 --json").json["machines"][0]["in_warranty"] is None
    svc("machine reading SN-9 --hours 5")
    assert svc("customer show SN-9 --json").json["machines"][0]["in_warranty"] is True


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(1, 24), st.integers(0, 40))
def test_months_are_whole_from_the_anchor(anchor: date, count: int, n: int) -> None:
    """The n-th day by plain arithmetic, and none between it and the one before."""
    def nth(n: int) -> date:
        years, month = divmod(anchor.month - 1 + count * n, 12)
        year = anchor.year + years
        return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))

    assert following(anchor, f"{count} months", nth(n)) == nth(n + 1)
    assert following(anchor, f"{count} months", nth(n + 1) - timedelta(days=1)) == nth(n + 1)


@given(st.integers(1, GREATEST["years"]), st.sampled_from(("h", " h", "小时", " 个月", "mo", " weeks", "天", "年")))
def test_intervals_are_read_as_they_are_written(count: int, unit: str) -> None:
    kind = Interval()
    read = kind.read(f"{count}{unit}", "--every", None)  # type: ignore[arg-type]
    assert kind.load(read) == read == kind.read(read, "--every", None)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ("", "3", "months", "0 h", "-1 d", "3 moons", "1e3 h", "101 years", "99999 months", "100000 h"))
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Interval().read(text, "--every", None)  # type: ignore[arg-type]
