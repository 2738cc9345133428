"""`svc visit calendar`: read back by other libraries than the one that wrote it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.conftest import Svc

vobject = pytest.importorskip("vobject")
pytest.importorskip("icalendar")

SHANGHAI = timezone(timedelta(hours=8))
SINCE = "--since 2026-10-01 --as-of 2026-10-20T12:00"


def read(svc: Svc, more: str = SINCE) -> dict[str, Any]:
    """The events by visit."""
    svc(f"visit calendar -o visits.ics {more}")
    data = (svc.desk / "visits.ics").read_bytes()
    assert b"\r\n" in data and all(len(line) <= 75 for line in data.split(b"\r\n"))
    calendar = vobject.readOne(data.decode())
    return {event.uid.value.split(".")[0]: event for event in getattr(calendar, "vevent_list", [])}


def dispatched(svc: Svc, staff: str = "S02") -> str:
    svc('call log --channel phone --from 13800000001 --kind repair --machine SN-1 --summary "臂架，下沉；漏油" '
        "--at 2026-10-05T09:00")  # fmt: skip
    call = svc("call list --json").json[-1]["id"]
    return svc(f"visit dispatch --call {call} --staff {staff} --promised 2026-10-06T10:00 --at 2026-10-05T09:30").id


def test_a_promise_is_an_event_with_alarms_in_its_zone(svc: Svc) -> None:
    id = dispatched(svc)
    event = read(svc)[id]
    assert event.dtstart.value == datetime(2026, 10, 6, 10, tzinfo=SHANGHAI)
    assert event.dtstart.params.get("TZID", event.dtstart.params.get("X-VOBJ-ORIGINAL-TZID")) == ["Asia/Shanghai"]
    assert "Works" in event.summary.value and "Tech" in event.summary.value
    assert "臂架，下沉；漏油" in event.description.value and "SN-1" in event.description.value
    assert [alarm.trigger.value for alarm in event.valarm_list] == [-timedelta(hours=2), -timedelta(minutes=30)]
    assert event.status.value == "CONFIRMED" and event.sequence.value == "0"
    raw = (svc.desk / "visits.ics").read_text("utf-8")
    assert "BEGIN:VTIMEZONE" in raw and "TZOFFSETTO:+0800" in raw and "13800000001" not in raw


def test_a_new_promise_is_the_same_event_later_and_a_cancelled_one_is_marked(svc: Svc) -> None:
    id = dispatched(svc)
    first = read(svc)[id]
    svc(f"visit repromise {id} --promised 2026-10-07T14:00 --asked-by customer --reason x --at 2026-10-05T12:00")
    second = read(svc)[id]
    assert (second.uid.value, second.sequence.value) == (first.uid.value, "1")
    assert second.dtstart.value == datetime(2026, 10, 7, 14, tzinfo=SHANGHAI)
    svc(f'visit cancel {id} --reason "sold, gone" --at 2026-10-06T09:00')
    third = read(svc)[id]
    assert (third.status.value, third.sequence.value) == ("CANCELLED", "2")
    assert "sold, gone" in third.description.value and not hasattr(third, "valarm_list")


def test_whatever_changes_an_event_makes_it_a_newer_one(svc: Svc) -> None:
    id = dispatched(svc)
    svc(f"visit repromise {id} --promised 2026-10-08T14:00 --asked-by us --reason car --at 2026-10-07T09:00")  # too late to be judged by
    seen = [read(svc, "--since 2026-10-01")[id]]
    assert seen[0].dtstart.value == datetime(2026, 10, 8, 14, tzinfo=SHANGHAI)
    for line in (
        f"visit reassign {id} --to S03 --reason ill",
        f"visit correct {id} --promised 2026-10-06T11:00 --reason typing",
        f"visit repromise {id} --promised 2026-10-09T14:00 --asked-by us --reason car",
        "undo --reason slip",
        "call correct C1 --summary louder --reason heard",
    ):
        time.sleep(1.1)  # times are recorded to the second
        svc(line)
        seen.append(read(svc, "--since 2026-10-01")[id])
    assert [int(one.sequence.value) for one in seen] == sorted({int(one.sequence.value) for one in seen})
    changed = [one.last_modified.value for one in seen]
    assert changed == sorted(set(changed)) and changed == [one.dtstamp.value for one in seen]
    assert "Other" in seen[1].summary.value and "louder" in seen[-1].description.value


def test_only_one_persons_and_only_what_is_asked_for(svc: Svc) -> None:
    mine, other = dispatched(svc), dispatched(svc, "S03")
    assert list(read(svc, f"{SINCE} --staff S02")) == [mine]
    assert sorted(read(svc)) == sorted([mine, other])
    assert read(svc, "--since 2026-10-07 --as-of 2026-10-20") == {}
    (alarm,) = read(svc, f"{SINCE} --staff S02 --alarm 1d")[mine].valarm_list
    assert alarm.trigger.value == -timedelta(days=1)


def test_the_same_desk_gives_the_same_bytes(svc: Svc) -> None:
    id = dispatched(svc)
    svc(f"visit arrive {id} --at 2026-10-06T09:50")
    first = read(svc)[id]
    data = (svc.desk / "visits.ics").read_bytes()
    assert "09:50" in first.summary.value and not hasattr(first, "valarm_list")
    read(svc)
    assert (svc.desk / "visits.ics").read_bytes() == data


def test_the_files_survive_another_reader_whole(svc: Svc) -> None:
    id = dispatched(svc)
    read(svc)
    from icalendar import Calendar

    raw = (svc.desk / "visits.ics").read_bytes()
    again = Calendar.from_ical(raw)
    assert [str(event["uid"]).split(".")[0] for event in again.walk("VEVENT")] == [id]
    vobject.readOne(raw.decode()).validate(raiseException=True)
