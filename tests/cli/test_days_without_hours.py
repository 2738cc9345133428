"""A list that tells days alone: entries of that day without an hour, judged within the day's bounds and no further."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc

LIST = """日期,客户,电话,报修内容,技术员,约定时间,到场时间,离场时间,处理结果,答复时间
2026-10-05,甲公司,138-0000-0001,动臂下滑,甄一帆,2026-10-06,2026-10-06,2026-10-06,换油封,2026-10-06
2026-10-07,乙公司,138-0000-0002,漏油,甄一帆,2026-10-08,2026-10-09,2026-10-09,换管,2026-10-09
2026-10-12,甲公司,138-0000-0001,异响,甄一帆,2026-10-14,2026-10-13,2026-10-13,紧固,2026-10-12
"""


@pytest.fixture
def desk(bare: Svc, tmp_path: Path) -> Svc:
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    bare("rules set late_arrival 100 --from 2026-01-01")
    bare(f"ledger import {file} --yes")
    return bare


def test_nothing_is_invented(desk: Svc) -> None:
    for line in ("call list", "visit list", "call show C2610-0001", "visit show V2610-0002"):
        shown = desk(line).out
        assert "2026-10-0" in shown and "08:00" not in shown and "18:00" not in shown and "00:00" not in shown
    found = desk("visit show V2610-0002 --json").json
    assert (found["at"], found["promised"], found["arrived_at"]) == ("2026-10-07", "2026-10-08", "2026-10-09")
    desk("ledger verify")


CALLS = """日期,客户,报修内容,处理结果,答复时间
2026-10-05,甲公司,动臂下滑,换油封,2026-10-06
2026-10-07,乙公司,漏油,换管,2026-10-09
2026-10-12,甲公司,异响,紧固,2026-10-12
"""


def test_an_answer_of_the_next_day_is_neither_late_nor_in_time(bare: Svc, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(CALLS, "utf-8")
    bare(f"ledger import {file} --yes")
    month = bare.audit("2026-10")
    assert {k: month["replies"][k] for k in ("within", "late", "facts_missing", "rate")} == {
        "within": 1, "late": 1, "facts_missing": 1, "rate": 0.5,
    }  # fmt: skip
    assert month["replies"]["median_minutes"] is None


def test_what_the_days_do_not_decide_is_neither(desk: Svc) -> None:
    month = desk.audit("2026-10")
    assert month["replies"]["within"] == 3, "somebody was sent, and the promise told, on the day of the call"
    assert {k: month["visits"][k] for k in ("due", "on_time", "late", "missed", "facts_missing")} == {
        "due": 3, "on_time": 1, "late": 1, "missed": 0, "facts_missing": 1,
    }  # fmt: skip
    late = {one["subject"]: (one["status"], one["missing"]) for one in month["findings"] if one["rule"] == "late_arrival"}
    assert late == {
        "V2610-0001": ("facts_missing", ["visit.arrived_at", "visit.promised_at"]),
        "V2610-0002": ("awaiting_ruling", []),
    }
    assert month["replies"]["median_minutes"] is None and month["fines"]["payable"] == "0.00"
    shown = desk("finding show late_arrival/V2610-0001").out
    assert "2026-10-06" in shown and "00:00" not in shown


def test_days_come_back_as_they_went_out(desk: Svc, tmp_path: Path) -> None:
    text = desk("ledger export --format jsonl").out
    days = [one for one in map(json.loads, text.splitlines()) if one.get("id", "").startswith("V2610-0001")]
    assert [one["at"] for one in days] == ["2026-10-05", "2026-10-06", "2026-10-06"]
    other = Svc(tmp_path / "other")
    other(f"init {tmp_path / 'other'} --name Head --id S01")
    file = tmp_path / "out.jsonl"
    file.write_text("\n".join(line for line in text.splitlines() if '"S01"' not in line or "ledger" not in line), "utf-8")
    rest = [line for line in text.splitlines() if json.loads(line).get("ledger") in ("customer", "staff", "call", "visit") and json.loads(line)["id"] != "S01"]
    file.write_text("\n".join(rest), "utf-8")
    other(f"ledger import {file}")
    assert other.audit("2026-10")["visits"] == desk.audit("2026-10")["visits"]


def line(event: str, at: str, **fields: Any) -> str:
    return json.dumps({"ledger": "visit", "event": event, "id": "V2610-0009", "at": at, "by": "S01", **fields})


def test_a_day_stands_where_such_a_thing_usually_happens(svc: Svc, tmp_path: Path) -> None:
    """The arrival of a day behind the dispatch of that morning, before the leaving of that evening; what cannot be is refused."""
    file = tmp_path / "v.jsonl"
    file.write_text("\n".join([
        line("leave", "2026-10-06T17:00"), line("arrive", "2026-10-06"),
        line("dispatch", "2026-10-06T09:00", customer="CU0001", staff="S02", promised="2026-10-06T18:00"),
    ]), "utf-8")  # fmt: skip
    svc(f"ledger import {file}")
    assert svc("visit show V2610-0009 --json").json["outcome"] == "facts_missing"
    assert [e["event"] for e in svc("visit show V2610-0009 --json").json["entries"]] == ["dispatch", "arrive", "leave"]
    file.write_text(line("arrive", "2026-10-05").replace("V2610-0009", "V2610-0008") + "\n" + line(
        "dispatch", "2026-10-06T09:00", customer="CU0001", staff="S02", promised="2026-10-06T18:00").replace("0009", "0008"), "utf-8")  # fmt: skip
    assert "was not dispatched by 2026-10-05" in svc(f"ledger import {file}", 4).err


def test_a_person_may_say_that_nobody_knows_the_hour(svc: Svc) -> None:
    id = svc("visit dispatch --customer CU0001 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T08:00").id
    assert "the hour is missing" in svc(f"visit arrive {id} --at 2026-10-06", 2).err
    assert "hour not known" in svc(f"visit arrive {id} --at 2026-10-06?").out
    assert svc.audit("2026-10")["visits"]["facts_missing"] == 1
    svc(f"visit correct {id} --arrived-at 2026-10-06T09:50 --reason 'the gate log says so'")
    assert svc("audit month 2026-10 --json").json["visits"]["on_time"] == 1


def test_what_has_no_hour_can_be_taken_back(svc: Svc) -> None:
    id = svc("call log --channel phone --from CU0001 --kind consult --summary x --at 2026-10-06?").id
    assert id in svc("undo").out
    assert svc.run("call", "show", id).code == 4
