"""What hunters found wrong in lists, boards and audits that look by keys: one scenario each, as they typed it."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import Svc, lived

RULES = ("late_arrival", "left_without_call", "disobeyed_dispatch")


@pytest.fixture
def desk(svc: Svc) -> Svc:
    """A desk with three fines; S02 is a technician, S05 the general manager."""
    return lived(svc, priced)


def priced(svc: Svc) -> None:
    for rule in RULES:
        svc(f"rules set {rule} 200 --from 2026-01-01 --basis minutes")


def ids(svc: Svc, line: str) -> list[str]:
    """The ids of the rows that a list gives."""
    return [row["id"] for row in svc(f"{line} --json").json]


def rebuilt(svc: Svc, line: str) -> tuple[list[str], list[str]]:
    """What a list of ids says as the index has followed, and from a new one."""
    followed = ids(svc, line)
    svc("ledger rebuild")
    return followed, ids(svc, line)


def later_by_a_second(svc: Svc) -> str:
    """A moment after all that was recorded and before all that will be."""
    time.sleep(1.1)
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    time.sleep(1.1)
    return moment


def visited(svc: Svc, day: str = "2026-10-02", arrived: str = "14:00", promised: str = "12:00", more: str = "") -> str:
    visit = svc(
        f'visit dispatch --customer CU0001 --staff S02 --purpose repair --promised "{day} {promised}" --at {day}T08:00'
    ).out.split()[0]
    svc(f"visit arrive {visit} --at {day}T{arrived}")
    svc(f"visit leave {visit} --at {day}T16:00 {more or f'--called-in {day}T15:30'}")
    return visit


def test_made_good_before_its_verdict_a_complaint_is_open(desk: Svc) -> None:
    said = desk("complaint log --channel phone --from CU0001 --about S02 --kind service --cause attitude --summary x").out.split()[0]
    desk(f"complaint remedy {said} --text apologised")
    assert rebuilt(desk, "complaint list --open") == ([said], [said])
    desk(f"--as S05 complaint verify {said} --dismissed --reason x")
    assert rebuilt(desk, "complaint list --open") == ([], [])


def test_the_latest_report_is_the_one_begun_last_not_the_one_surveyed_last(desk: Svc) -> None:
    first, second = visited(desk, "2026-10-01"), visited(desk, "2026-10-02")
    reports = [desk(f"report close {visit} --fault x --at 2026-10-0{n}T17:00").out.split()[0] for n, visit in ((1, first), (2, second))]
    desk(f"report survey {first} --refused no --at 2026-10-10T10:00")
    assert ids(desk, "report list --last 1") == reports[1:]


def test_a_list_holds_what_was_asked_for_as_it_was_then(desk: Svc) -> None:
    call = desk("call log --channel phone --from CU0001 --kind repair --summary a --at 2026-11-01T09:00").out.split()[0]
    visits = [
        desk(f'visit dispatch --call {call} --staff S02 --promised "2026-11-0{n} 10:00" --at 2026-11-01T1{n}:00').out.split()[0]
        for n in (2, 3)
    ]
    desk("call log --channel phone --from CU0001 --kind repair --summary b --at 2026-11-03T09:00")
    assert ids(desk, "visit list --last 1") == visits[1:]  # not the other one of its call
    assert ids(desk, "call list --last 1 --as-of 2026-11-02") == [call]  # not the one that came in later


def test_a_record_by_a_rule_of_the_departments_own(desk: Svc) -> None:
    path = Path(desk.desk / "rules.yaml")
    text = path.read_text("utf-8")
    before, rule, after = text.partition("- id: late_arrival")
    assert "{fine: late_arrival}" in after, after[:900]
    more = '{fine: late_arrival, record: [criticism]}\n    departs_from: {clause: "4.5", why: it is entered too}'
    path.write_text(before + rule + after.replace("{fine: late_arrival}", more, 1), "utf-8")
    visit = visited(desk)
    desk(f"finding uphold late_arrival/{visit} --reason x --at 2026-10-03T09:00")
    assert [row["subject"] for row in desk("staff show S02 --json").json["record"]] == [visit]


def test_one_choice_made_leaves_the_other_waiting(desk: Svc) -> None:
    visit = visited(desk, more="--no-call-in")
    deed = desk(f"conduct log --about S02 --kind disobedience --visit {visit} --summary x --at 2026-10-02T18:00").out.split()[0]
    for id in (f"late_arrival/{visit}", f"disobeyed_dispatch/{deed}"):
        desk(f"finding uphold {id} --reason x --at 2026-10-03T09:00")
    desk(f"--as S05 finding settle left_without_call/{visit} --against disobeyed_dispatch/{deed} --charge both --reason x --at 2026-10-04T09:00")
    waits = {f"late_arrival/{visit}", f"disobeyed_dispatch/{deed}"}
    assert waits <= set(ids(desk, "finding list --open"))
    assert waits <= {row["id"] for row in desk("audit month 2026-11 --json").json["open_rulings"]}


def test_a_ruling_from_before_an_appeal_does_not_answer_it(desk: Svc) -> None:
    late = f"late_arrival/{visited(desk)}"
    desk(f"finding uphold {late} --reason x --at 2026-10-03T09:00")
    desk(f"--as S02 finding appeal {late} --reason x --at 2026-10-06T09:00")
    desk(f"finding uphold {late} --reason x --at 2026-10-05T09:00")
    for at, waits in (("", True), ("2026-10-07T09:00", False)):
        if at:
            desk(f"finding uphold {late} --reason x --at {at}")
        for again in (False, True):
            if again:
                desk("ledger rebuild")
            assert (late in json.dumps(json.loads(desk.run("check", "--json").out))) == waits, (at, again)


@pytest.mark.parametrize("ends", ["arrive {} --at 2026-10-02T14:00", "cancel {} --reason x --at 2026-10-02T14:00"])
def test_a_promise_typed_after_the_arrival(desk: Svc, ends: str) -> None:
    visit = desk(
        'visit dispatch --customer CU0001 --staff S02 --purpose repair --promised "2026-10-02 15:00" --at 2026-10-02T08:00'
    ).out.split()[0]
    desk(f"visit {ends.format(visit)}")
    desk.run("check")
    desk(f'visit repromise {visit} --promised "2026-10-02 12:00" --asked-by customer --reason x --at 2026-10-02T09:00')
    late = f"late_arrival/{visit}"
    assert rebuilt(desk, "finding list --open") == ([late], [late])


def test_a_ruling_that_a_department_asks_for(desk: Svc) -> None:
    path = Path(desk.desk / "rules.yaml")
    before, rule, after = path.read_text("utf-8").partition("- id: left_without_call")
    rest, check, end = after.partition("    check:")
    path.write_text(before + rule + rest + "    decision: {personal_cause: personal}\n" + check + end, "utf-8")
    visit = visited(desk, more="--no-call-in", arrived="11:00")
    assert ids(desk, "finding list --open") == [f"left_without_call/{visit}"]


def test_known_at_what_was_settled_since_by_an_older_date(desk: Svc) -> None:
    made = desk("install promise --customer CU0001 --product LX200 --due 2026-09-20T17:00 --at 2026-09-01T09:00").out.split()[0]
    known = later_by_a_second(desk)
    desk(f"install done {made} --at 2026-10-06T10:00")
    assert desk(f"audit month 2026-11 --known-at {known} --json").json["installs"]["open"] == 1
    assert desk("audit month 2026-11 --json").json["installs"]["open"] == 0


def test_receipts_of_two_months_after_their_claim(desk: Svc) -> None:
    visit = visited(desk, "2026-05-08")
    lines = [{"category": "transport", "amount": "10.00", "place": "Xanadu", "date": day, "receipt": f"R{day[5:7]}"} for day in ("2026-07-05", "2026-10-20")]
    claim = {"ledger": "expense", "event": "submit", "at": "2026-05-10T09:00:00+08:00", "trip": visit, "lines": lines}
    (desk.desk / "claim.jsonl").write_text(json.dumps(claim) + "\n", "utf-8")
    desk("ledger import claim.jsonl")
    for month in ("2026-07", "2026-10"):
        assert len(ids(desk, f"finding list --month {month}")) == 1, month


def test_a_call_left_open_is_on_the_card_however_many_came_since(desk: Svc) -> None:
    entries = []
    for n in range(1, 41):
        at = f"2026-10-{n % 28 + 1:02d}T09:00:00+08:00" if n > 1 else "2026-09-01T09:00:00+08:00"
        entries.append({"ledger": "call", "event": "log", "id": f"C2610-{n:04d}", "at": at, "channel": "phone", "from": "CU0001",
                        "kind": "consult", "summary": "x"})  # fmt: skip
        entries += [{"ledger": "call", "event": e, "id": f"C2610-{n:04d}", "at": at, **f} for e, f in
                    (("reply", {"text": "x"}), ("close", {})) if n > 1 or e == "reply"]  # fmt: skip
    (desk.desk / "calls.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries), "utf-8")
    desk("ledger import calls.jsonl")
    assert "C2610-0001" in json.dumps(desk("customer show CU0001 --json").json["open"])


def test_a_ruling_on_a_customer_not_visited_counts(desk: Svc) -> None:
    desk('rules set key_customer_visit_every "30 days" --from 2026-01-01 --basis minutes')
    desk("customer edit CU0001 --key-every-days 30 --key-since 2026-06-01T09:00")
    assert desk.audit("2026-07")["breaches"] == {"key_customer_visited": 1}
    desk("finding dismiss key_customer_visited/CU0001 --reason x --at 2026-08-03T09:00")
    assert desk("finding show key_customer_visited/CU0001 --json").json["status"] == "dismissed"
    assert desk.audit("2026-07")["breaches"] == {}


def test_a_visit_and_a_report_that_others_gave_one_number_are_two_acts(desk: Svc) -> None:
    at = "2026-10-02T{}:00+08:00"
    entries = [
        {"ledger": "visit", "event": "dispatch", "id": "JOB17", "at": at.format("08:00"), "customer": "CU0001", "staff": "S02",
         "purpose": "repair", "promised": at.format("12:00")},
        {"ledger": "visit", "event": "arrive", "id": "JOB17", "at": at.format("14:00")},
        {"ledger": "visit", "event": "leave", "id": "JOB17", "at": at.format("16:00"), "called_in": at.format("15:00")},
        {"ledger": "report", "event": "close", "id": "JOB17", "at": at.format("17:00"), "visit": "JOB17", "fault": "x"},
        {"ledger": "finding", "event": "uphold", "id": "late_arrival/JOB17", "at": at.format("18:00"), "reason": "x"},
    ]  # fmt: skip
    (desk.desk / "jobs.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries), "utf-8")
    desk("ledger import jobs.jsonl")
    desk("rules set report_incomplete 50 --from 2026-01-01 --basis minutes")
    rows = {row["id"]: row["status"] for row in desk("audit month 2026-10 --json").json["findings"]}
    assert rows["late_arrival/JOB17"] == rows["report_incomplete/JOB17"] == "final"


def test_who_had_refused_a_survey_may_fill_it_in_and_verify_knows(desk: Svc) -> None:
    visit = visited(desk)
    report = desk(f"report survey {visit} --refused hurry --at 2026-10-02T16:10").out.split()[0]
    desk(f"report survey {visit} --refused again --at 2026-10-02T16:20", code=4)
    desk(f"report survey {visit} --score overall=4 --at 2026-10-02T16:30")
    for more in ("--refused hurry", "--score overall=5"):
        assert report in desk(f"report survey {visit} {more} --at 2026-10-02T16:40", code=4).err
    desk("ledger verify")
