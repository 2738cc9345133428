"""What can be said once can be put right by an entry: a verdict, a degree, whom a complaint is about, a receipt, a promise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Svc, today

LOG = "complaint log --channel phone --from CU0001 --kind service --cause quarrel --summary shouted --at 2026-10-06T15:00"


def records(svc: Svc, month: str = "2026-10") -> list[tuple[str, str]]:
    found = svc(f"audit month {month} --json").json["sanctions"]
    return [(one["staff"], one["subject"]) for one in found]


def rules(svc: Svc, month: str = "2026-10") -> dict[str, str]:
    found: list[dict[str, Any]] = svc(f"audit month {month} --json").json["findings"]
    return {one["id"]: one["status"] for one in found}


def test_a_complaint_without_a_name_gets_one_after_the_verdict(svc: Svc) -> None:
    id = svc(LOG).id
    svc(f"--as S05 complaint verify {id} --upheld --reason true --at 2026-10-08T09:00")
    assert records(svc) == []
    svc(f"--as S04 complaint correct {id} --about S02 --reason 'the gate log names him'")
    assert records(svc) == [] and rules(svc)[f"complaint_quarrel/{id}"] == "awaiting_ruling", "the verdict spoke of nobody"
    assert "S02" in svc(f"complaint show {id}").out
    assert "may not" in svc(f"--as S04 complaint correct {id} --about S03 --reason x", 3).err
    svc(f"--as S05 finding uphold complaint_quarrel/{id} --reason 'his it was'")
    assert records(svc, f"{today():%Y-%m}") == [("S02", id)]


def test_one_complaint_may_name_two(svc: Svc) -> None:
    id = svc(f"{LOG} --about S02").id
    svc(f"complaint correct {id} --about S02 --about S03 --reason 'both of them'")
    assert svc(f"complaint show {id} --json").json["about"] == "S02, S03"
    svc(f"complaint verify {id} --upheld --reason 'two witnesses'")
    assert sorted(records(svc, f"{today():%Y-%m}")) == [("S02", id), ("S03", f"{id}/2")]
    svc(f"finding dismiss complaint_quarrel/{id}/2 --reason 'he was not there'")
    assert sorted(records(svc, f"{today():%Y-%m}")) == [("S02", id)]
    assert svc(f"complaint show {id} --json").json["standing"] == "upheld"
    assert svc(f"staff show S03 --month {today():%Y-%m} --json").json["record"] == []


def test_a_verdict_about_one_says_nothing_of_another(svc: Svc) -> None:
    id = svc(f"{LOG} --about S02").id
    svc(f"complaint verify {id} --upheld --reason true --at 2026-10-08T09:00")
    assert records(svc) == [("S02", id)]
    svc(f"complaint correct {id} --about S03 --reason 'it was the other one'")
    assert records(svc) == [] and rules(svc)[f"complaint_quarrel/{id}"] == "awaiting_ruling"
    assert f"complaint_quarrel/{id}" in {one["id"] for one in svc("today --json").json}
    svc(f"finding uphold complaint_quarrel/{id} --reason 'two witnesses'")
    assert svc(f"staff show S03 --month {today():%Y-%m} --json").json["record"][0]["staff"] == "S03"


def test_a_verdict_is_put_right(svc: Svc) -> None:
    id = svc(f"{LOG} --about S02").id
    svc(f"complaint verify {id} --upheld --reason true --at 2026-10-08T09:00")
    svc(f"--as S02 complaint correct {id} --verdict dismissed --reason x", 3)
    svc(f"complaint correct {id} --verdict dismissed --reason 'the witness took it back'")
    found = svc("audit month 2026-10 --json").json
    assert (found["complaints"]["upheld"], found["complaints"]["dismissed"], found["sanctions"]) == (0, 1, [])
    assert svc("complaint show " + id + " --json").json["standing"] == "dismissed"
    assert [one["kind"] for one in svc("today --json").json if one["id"] == id] == ["report_complaint"], "no remedy waits"
    svc(f"complaint correct {id} --verdict upheld --reason 'and came back to it'")
    assert records(svc) == [("S02", id)]
    assert any(one["id"] == id and one["kind"] == "remedy" for one in svc("today --json").json)
    assert svc(f"complaint correct {id} --verdict upheld --reason again", 4).err


def test_a_degree_is_judged_again(svc: Svc) -> None:
    id = svc("conduct log --about S02 --kind fraud --degree 1 --summary 'altered a receipt' --at 2026-10-06T09:00").id
    svc(f"--as S05 finding uphold receipt_fraud/{id} --reason true")
    svc(f"conduct grade {id} --degree 2 --reason 'two receipts'")
    svc(f"conduct grade {id} --degree 1 --reason 'one of them was right'")
    assert svc("staff show S02 --month 2026-11 --json").json["record"][0]["kind"] == "demerit"


@pytest.fixture
def trip(svc: Svc) -> str:
    id = svc("visit dispatch --customer CU0001 --staff S02 --place 杭州 --promised 2026-10-06T10:00 --at 2026-10-05T08:00").id
    svc(f"visit arrive {id} --at 2026-10-06T13:50")
    svc(f"visit leave {id} --at 2026-10-06T16:00 --called-in 2026-10-06T15:50")
    return id


def test_what_another_promise_ends_is_shown_and_counted(svc: Svc, trip: str) -> None:
    svc("rules set late_arrival 100 --from 2026-01-01")
    assert rules(svc)[f"late_arrival/{trip}"] == "awaiting_ruling"
    correcting = f"visit correct {trip} --promised 2026-10-06T14:00 --reason 'typed 10:00 for 14:00'"
    assert "may not" in svc(f"--as S04 {correcting}", 3).err, "the head alone"
    tried = svc(f"{correcting} --dry-run")
    assert f"this ends a finding on Tech: late_arrival/{trip}" in tried.err
    assert rules(svc)[f"late_arrival/{trip}"] == "awaiting_ruling"
    svc(correcting)
    assert f"late_arrival/{trip}" not in rules(svc)
    assert svc("audit month 2026-10 --json").json["data_quality"]["promises_corrected"] == 1
    assert svc("audit month 2026-09 --json").json["data_quality"]["promises_corrected"] == 0
    assert "ends a finding" not in svc(f"visit correct {trip} --promised 2026-10-06T15:00 --reason again").err


def test_a_line_of_a_claim_is_put_right(svc: Svc, trip: str) -> None:
    svc("staff add --name Fin --role finance")
    lines = "--line lodging:20:杭州:2026-10-06 --line meals:30:杭州:2026-10-06"
    id = svc(f"--as S02 expense submit --trip {trip} {lines} --at 2026-10-10T09:00").id
    right = "--line lodging:200:杭州:2026-10-06 --reason 'the receipt says 200'"
    assert "may not" in svc(f"--as S03 expense correct {id} --number 1 {right}", 3).err, "another technician"
    assert "1 <= " not in svc(f"--as S02 expense correct {id} --number 3 {right}", 2).err
    svc(f"--as S02 expense correct {id} --number 1 {right}")
    assert svc(f"expense show {id} --json").json["amount"] == "230.00"
    svc(f"--as S06 expense review {id} --approve --at 2026-10-11T09:00")
    svc(f"--as S02 expense correct {id} --number 1 {right.replace('200', '900')}", 3)
    svc(f"--as S06 expense correct {id} --number 1 {right.replace('200', '180')}")
    assert svc(f"expense show {id} --json").json["paid"] == "210.00"
    assert "20.00" in svc(f"expense show {id}").out, "what was claimed first stays to be seen"
    assert svc("audit month 2026-10 --json").json["expenses"]["approved"] == "210.00"


def test_a_visit_to_a_key_customer_says_what_makes_it_one(svc: Svc) -> None:
    svc("customer edit CU0001 --key-every-days 30")
    id = svc("visit dispatch --customer CU0001 --staff S02 --purpose tour --promised 2026-10-20T12:00 --at 2026-10-19T10:00").id
    svc(f"visit arrive {id} --at 2026-10-20T11:00")
    said = svc(f"visit leave {id} --at 2026-10-20T12:00 --called-in 2026-10-20T11:55").out
    assert "svc tour plan --customer CU0001" in said and "svc tour done" in said
