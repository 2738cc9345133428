"""What can be said once can be put right by an entry: a verdict, a degree, whom a complaint is about, a receipt, a promise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Svc

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
    assert "may not" in svc(f"--as S04 complaint correct {id} --about S02 --reason x", 3).err
    svc(f"complaint correct {id} --about S02 --reason 'the gate log names him'")
    assert records(svc) == [("S02", id)], "the verdict named nobody, so it holds for whom it was about"
    assert "S02" in svc(f"complaint show {id}").out


def test_one_complaint_may_name_two(svc: Svc) -> None:
    id = svc(f"{LOG} --about S02").id
    svc(f"complaint correct {id} --about S02 --about S03 --reason 'both of them'")
    assert svc(f"complaint show {id} --json").json["about"] == "S02, S03"
    svc(f"complaint verify {id} --upheld --reason 'two witnesses'")
    assert sorted(records(svc, "2026-11")) == [("S02", id), ("S03", f"{id}/2")]
    svc(f"finding dismiss complaint_quarrel/{id}/2 --reason 'he was not there'")
    assert sorted(records(svc, "2026-11")) == [("S02", id)]
    assert svc(f"complaint show {id} --json").json["standing"] == "upheld"
    assert svc("staff show S03 --month 2026-11 --json").json["record"] == []


def test_a_verdict_about_one_says_nothing_of_another(svc: Svc) -> None:
    id = svc(f"{LOG} --about S02").id
    svc(f"complaint verify {id} --upheld --reason true --at 2026-10-08T09:00")
    assert records(svc) == [("S02", id)]
    svc(f"complaint correct {id} --about S03 --reason 'it was the other one'")
    assert records(svc) == [] and rules(svc)[f"complaint_quarrel/{id}"] == "awaiting_ruling"
    assert f"complaint_quarrel/{id}" in {one["id"] for one in svc("today --json").json}
    svc(f"finding uphold complaint_quarrel/{id} --reason 'two witnesses'")
    assert svc("staff show S03 --month 2026-11 --json").json["record"][0]["staff"] == "S03"


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
