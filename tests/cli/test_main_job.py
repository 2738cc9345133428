"""The main job, end to end, through the real command line: from a call to a fine that can be traced."""

from __future__ import annotations

import pytest

from tests.conftest import Svc, lived


def late_visit(svc: Svc) -> None:
    svc('call log --channel phone --from 13800000001 --kind repair --machine SN-1 --summary "boom drifts"'
        " --needs-service --at 2026-10-05T09:00")  # fmt: skip
    svc('call reply C1 --text "tomorrow" --at 2026-10-05T10:00')
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:05")
    svc("visit arrive V1 --at 2026-10-06T11:00")
    svc("visit leave V1 --called-in 2026-10-06T12:30 --at 2026-10-06T12:40")


def test_from_call_to_traceable_fine(svc: Svc) -> None:
    lived(svc, late_visit)
    closed = svc('report close V1 --fault boom --cause "seal worn" --cause-class wear --solution "new seal"'
                 ' --part seal:2 --opinion "content" --at 2026-10-06T12:35')  # fmt: skip
    assert closed.id.startswith("R")
    svc("report survey V1 --score speed=2 --score skill=5 --score manners=5 --score overall=4 --at 2026-10-06T12:38")
    svc("rules set late_arrival 200 --from 2026-10-01 --basis minutes")
    finding = "late_arrival/" + svc("visit show V1 --json").json["id"]
    assert svc(f"finding show {finding} --json").json["status"] == "awaiting_ruling"
    assert svc(f'finding uphold {finding} --reason "overslept" --at 2026-10-08T09:00').id == finding
    figures = svc.audit("2026-10")
    assert figures["replies"]["within"] == 1
    assert figures["visits"]["late"] == 1
    assert figures["surveys"]["mean"] == {"speed": 2.0, "skill": 5.0, "manners": 5.0, "overall": 4.0}
    assert {name: figures["fines"][name] for name in ("payable", "by_staff", "unset")} == {
        "payable": "200.00",
        "by_staff": [
            {
                "staff": "S02",
                "name": "Tech",
                "count": 1,
                "own": "200.00",
                "carried": "0.00",
                "amount": "200.00",
                "unset": 0,
            }
        ],
        "unset": 0,
    }
    steps = svc(f"finding show {finding}").out
    for evidence in ("4.5", "rules.yaml:", "visits/", "findings/", "overslept", "1 × 200.00 = 200.00"):
        assert evidence in steps


def test_ids_may_be_shortened_to_what_is_unambiguous(svc: Svc) -> None:
    lived(svc, late_visit)
    full = svc("visit show V1 --json").json["id"]
    assert svc("visit show V0001 --json").json["id"] == full
    assert svc(f"visit show {full.lower()} --json").json["id"] == full


def test_ids_of_registers_may_be_shortened_too(svc: Svc) -> None:
    svc("supplier add --name Pumps")
    for line in (
        "call log --channel phone --from CU1 --kind consult --summary x",
        "call log --channel phone --from cu01 --kind consult --summary x",
        "machine add --serial SN-7 --product LX200 --customer CU1 --supplier SP1",
        "customer edit CU1 --region North",
        "staff edit S2 --phone 138-0000-0003",
        "--as S4 call reply C1 --text soon",
        "visit dispatch --call C1 --staff S2 --promised +3d",
    ):
        svc(line)
    assert [row["customer"] for row in svc("call list --json").json] == ["Works", "Works"]
    assert svc("customer show CU1 --json").json["id"] == "CU0001"
    assert svc("visit show V1 --json").json["staff"] == "S02"
    assert svc("call show C1 --json").json["entries"][-1]["by"] == "S04"
    machine = svc("machine show SN-7 --json").json
    assert (machine["customer"], machine["supplier"]) == ("CU0001", "SP01")
    assert "there is no customer 'CU2'" in svc("customer edit CU2 --region x", 4).err
    svc("customer add --id CU001 --name Twin")
    said = svc("customer edit CU1 --region x", 2).err  # a numbered list: there may be many
    assert "CU1 may be any of 2:\n  1  CU001 Twin\n  2  CU0001 Works 138-****-0001\n" in said
    svc("customer edit CU0001 --code CU1")  # a code that somebody was given goes before what an id is short for
    assert svc("customer show CU1 --json").json["id"] == "CU0001"


def test_what_is_recorded_already_is_said(svc: Svc) -> None:
    lived(svc, late_visit)
    for line, said in (
        ("visit arrive V1", "reached already at 2026-10-06 11:00"),
        ("visit leave V1", "left already"),
        ("visit cancel V1 --reason x", "was reached at 2026-10-06 11:00"),
        ("visit arrive V99", "no visit V99"),
        ("call reply C99 --text x", "no call C99"),
        ("report amend R1 --opinion fine", "no report R1"),
    ):
        assert said in svc(line, 4).err


def test_only_the_impossible_is_refused(svc: Svc) -> None:
    lived(svc, late_visit)
    svc("visit call-in V1 --at 2026-10-06T18:00")
    svc("visit dispatch --call C1 --staff S03 --promised 2026-10-07T10:00 --at 2026-10-06T10:05")
    svc("visit repromise V2 --promised 2026-10-09T10:00 --asked-by us --reason late --at 2026-10-08T10:00")
    svc('visit cancel V2 --reason "customer mended it" --at 2026-10-08T11:00')
    assert svc("visit dispatch --call C1 --staff S03 --promised 2026-10-07T10:00 --at 2026-10-06T10:05").id.endswith(
        "0003"
    )
    assert "not dispatched by" in svc("visit arrive V3 --at 2026-10-06T10:00", 4).err
    assert "not reached by" in svc("visit leave V3 --at 2026-10-07T10:00", 4).err


def test_nobody_rules_on_himself(svc: Svc) -> None:
    svc('conduct log --about S01 --kind disobedience --summary "ignored the dispatch" --at 2026-10-02T09:00')
    assert "cannot rule" in svc('finding dismiss disobeyed_dispatch/X1 --reason "no"', 4).err
    id = svc("conduct list --json --month 2026-10").json[0]["id"]
    assert "cannot rule" in svc(f"finding dismiss disobeyed_dispatch/{id} --reason no", 4).err
    svc(f"--as S05 finding dismiss disobeyed_dispatch/{id} --reason no")


def test_who_may_not_is_told_who_may(svc: Svc) -> None:
    lived(svc, late_visit)
    id = svc("visit show V1 --json").json["id"]
    refused = svc(f"--as S04 finding uphold late_arrival/{id} --reason x", 3)
    assert "S04 (clerk) may not" in refused.err and "head, gm" in refused.err


def test_state_of_the_world_then(svc: Svc) -> None:
    lived(svc, late_visit)
    assert svc.audit("2026-10", "2026-10-05T09:30")["replies"] == {
        "within": 0, "late": 0, "overdue": 0, "pending": 1, "facts_missing": 0, "rate": None, "median_minutes": None, "p90_minutes": None,
    }  # fmt: skip
    assert svc.audit("2026-10", "2026-10-06T10:00")["visits"]["pending"] == 1
    assert svc.audit("2026-10", "2026-10-06T10:01")["visits"]["missed"] == 1
    assert svc("audit month 2026-10 --json --known-at 2026-10-31T00:00").json["calls"]["registered"] == 0


def test_a_bare_date_to_look_at_is_its_beginning(svc: Svc) -> None:
    lived(svc, late_visit)
    assert svc("audit month 2026-10 --json --as-of 2026-10-06").json["as_of"] == "2026-10-06T00:00:00+08:00"


def test_check_is_silent_when_nothing_waits_and_1_when_something_does(svc: Svc) -> None:
    assert svc("check") == (0, "", "")
    svc('call log --channel phone --from 13800000001 --kind consult --summary "oil?" --at 2026-10-05T09:00')
    assert svc("check --as-of 2026-10-06T09:00").out == ""
    assert svc("check --as-of 2026-10-06T08:00 --within 2h", 1).out.startswith("C")
    assert svc("check --as-of 2026-10-06T09:01 --json", 1).json[0]["stage"] == "overdue"
    svc('call reply C1 --text "ISO 46" --at 2026-10-06T10:00')
    assert svc("check").code == 0


def test_today_prints_the_command_to_type(svc: Svc) -> None:
    svc(
        'call log --channel phone --from 13800000001 --kind repair --needs-service --summary "oil?" --at 2026-10-05T09:00'
    )
    rows = svc("today --json").json
    assert [row["kind"] for row in rows] == ["reply", "dispatch"]
    assert rows[0]["do"].startswith("svc call reply C")


def test_dry_run_writes_nothing(svc: Svc) -> None:
    before = sorted((p, p.read_bytes()) for p in svc.desk.rglob("*") if p.is_file() and ".svc" not in p.parts)
    svc("call log --channel phone --from 13800000001 --kind consult --summary x --dry-run")
    assert before == sorted((p, p.read_bytes()) for p in svc.desk.rglob("*") if p.is_file() and ".svc" not in p.parts)


def test_a_strangers_number_is_masked_in_the_ledger_and_kept_apart(svc: Svc) -> None:
    id = svc('call log --channel phone --from 139-0000-7777 --contact 张先生 --kind consult --summary "price?"').id
    ledgers = b"".join(p.read_bytes() for p in (svc.desk / "data" / "calls").iterdir())
    assert b"139-****-7777" in ledgers and b"0000-7777" not in ledgers and "张先生".encode() not in ledgers
    callers = (svc.desk / "data" / "registers" / "callers.csv").read_text("utf-8-sig")
    assert f"{id},139-0000-7777,张先生" in callers


def test_the_index_is_disposable(svc: Svc) -> None:
    lived(svc, late_visit)
    figures = svc.audit("2026-10")
    for file in (svc.desk / "data" / ".svc").glob("index*"):
        file.unlink()
    assert svc.audit("2026-10") == figures
    index = svc.desk / "data" / ".svc" / "index.sqlite"
    index.write_bytes(b"rubbish" * 1000)
    assert svc.audit("2026-10") == figures
    svc("ledger rebuild")
    assert svc.audit("2026-10") == figures


def test_missing_entries_are_an_error_not_a_silent_rebuild(svc: Svc) -> None:
    lived(svc, late_visit)
    svc("call list")
    file = next((svc.desk / "data" / "visits").iterdir())
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    assert "visits/" in svc("audit month 2026-10", 5).err


def test_rules_in_order_are_said_to_be_and_a_value_says_how_long_it_holds(svc: Svc) -> None:
    assert svc("rules check").err == ""
    assert "in force until 2026-01-01" in svc("rules set late_arrival 100 --from 2025-06-01").out
    assert "in force until" not in svc("rules set late_arrival 200 --from 2026-06-01").out


@pytest.mark.parametrize("day", ["2028-02-29", "2026-12-31", "2027-01-01"])
def test_every_day_has_its_answers(svc: Svc, day: str) -> None:
    lived(svc, late_visit)
    for line in (
        f"staff show S02 --month {day[:7]}",
        "today",
        "customer show CU1",
        "tour due",
        f"audit month {day[:7]}",
    ):
        assert svc(f"{line} --as-of {day}T23:30").out
    assert svc(f"check --as-of {day}T23:30", code=1).out
