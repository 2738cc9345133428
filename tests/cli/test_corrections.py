"""Corrections: entries of their own, folded in from then on, the first entry kept, sealed months adjusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svc.desk.open import Desk, Options
from svc.recording.sealing import outlast
from tests.clauses.scenes import visited
from tests.conftest import Svc


def a_call(svc: Svc) -> str:
    return svc(
        "call log --channel phone --from CU0001 --kind consult --summary 'boom drifts' --at 2026-10-05T09:00"
    ).id


def late_visit(svc: Svc) -> str:
    """Promised for ten, recorded as arrived at eleven."""
    call = a_call(svc)
    visit = svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T11:00")
    return visit


def findings(svc: Svc, more: str = "") -> dict[str, str]:
    return {row["id"]: row["status"] for row in svc(f"finding list --month 2026-10 --json {more}").json}


def test_a_call_is_corrected_and_keeps_its_first_entry(svc: Svc) -> None:
    call = a_call(svc)
    before = (svc.desk / "data/calls").glob("*.csv")
    lines = {path: path.read_bytes() for path in before}
    said = svc(f"call correct {call} --kind repair --machine SN-1 --reason 'misheard'")
    assert said.id == call
    shown = svc(f"call show {call} --json").json
    assert (shown["kind"], shown["machine"], shown["summary"]) == ("repair", "SN-1", "boom drifts")
    told = [(c["field"], c["old"], c["new"], c["by"], c["reason"]) for c in shown["corrections"]]
    assert told == [("machine", None, "SN-1", "S01", "misheard"), ("kind", "consult", "repair", "S01", "misheard")]
    assert "consult → repair" in svc(f"call show {call}").out
    assert "咨询 → 报修" in svc(f"--lang zh call show {call}").out
    assert all(path.read_bytes().startswith(old) for path, old in lines.items())
    assert svc("ledger verify").code == 0


def test_known_at_before_it_shows_the_old_value(svc: Svc) -> None:
    call = a_call(svc)
    typed = svc(f"call show {call} --json").json["entries"][0]["recorded_at"]
    wait_a_second(svc)
    svc(f"call correct {call} --kind repair --reason misheard")
    assert svc(f"call show {call} --json --known-at {typed}").json["kind"] == "consult"
    assert svc(f"call show {call} --json").json["kind"] == "repair"
    assert svc(f"call show {call} --json --as-of 2026-10-20T09:00").json["kind"] == "consult"


def wait_a_second(svc: Svc) -> None:
    import time

    time.sleep(1.1)


def test_a_corrected_arrival_takes_the_finding_away(svc: Svc) -> None:
    visit = late_visit(svc)
    assert findings(svc) == {f"late_arrival/{visit}": "awaiting_ruling"}
    svc(f"visit correct {visit} --arrived-at 2026-10-06T09:50 --reason 'gate log'")
    assert findings(svc) == {}
    assert svc.run("finding", "show", f"late_arrival/{visit}").code == 4
    svc(f"visit correct {visit} --arrived-at 2026-10-06T10:20 --reason 'gate log read again'")
    assert findings(svc) == {f"late_arrival/{visit}": "awaiting_ruling"}
    steps = svc(f"finding show late_arrival/{visit}").out
    assert "2026-10-06 10:20 (corrected by S01" in steps and steps.count("visits/") >= 3
    corrections = svc(f"visit show {visit} --json").json["corrections"]
    assert [c["new"][11:16] for c in corrections] == ["09:50", "10:20"]
    assert corrections[1]["old"] == corrections[0]["new"]


def test_a_corrected_time_moves_a_call_into_another_month(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x --at 2026-10-01T00:30").id
    assert svc.audit("2026-10", "2026-11-25T12:00")["calls"]["registered"] == 1
    svc(f"call correct {call} --received-at 2026-09-30T23:30 --reason 'night shift' --at 2026-11-20T09:00")
    assert svc.audit("2026-10", "2026-11-25T12:00")["calls"]["registered"] == 0
    assert svc.audit("2026-09", "2026-11-25T12:00")["calls"]["registered"] == 1
    assert [row["id"] for row in svc("call list --month 2026-09 --json").json] == [call]
    svc("ledger rebuild")
    assert svc.audit("2026-09", "2026-11-25T12:00")["calls"]["registered"] == 1


def test_completeness_is_judged_as_closed(svc: Svc) -> None:
    visit = visited(svc)
    report = svc(f"report close {visit} --fault engine --cause wear --solution fixed --no-parts --at 2026-10-07T09:00").id
    assert findings(svc) == {f"report_incomplete/{report}": "final"}
    svc(f"report correct {report} --opinion content --fault hydraulics --part seal:2 --reason 'found the paper'")
    assert findings(svc) == {f"report_incomplete/{report}": "final"}
    shown = svc(f"report show {report} --json").json
    assert (shown["fault"], shown["missing"]) == ("hydraulics", "opinion")
    told = {c["field"]: (c["old"], c["new"]) for c in shown["corrections"]}
    assert told["parts"] == (None, [{"name": "seal", "qty": 2}]) and told["no_parts"] == (True, None)


def test_a_correction_in_a_sealed_month_is_an_adjustment(svc: Svc) -> None:
    svc("rules set left_without_call 100 --from 2026-09-01")
    visit = late_visit(svc)
    svc(f"visit leave {visit} --no-call-in --at 2026-10-06T12:00")
    svc("audit submit 2026-10")
    sealed = svc("audit month 2026-10 --json").out
    submitted = next(line for line in (svc.desk / "data/seals/2026-10.txt").read_text().splitlines() if line.startswith("at "))
    svc(f"visit correct {visit} --called-in 2026-10-06T11:50 --reason 'phone bill'")
    assert svc("audit month 2026-10 --json").out == sealed
    (row,) = json.loads(svc("audit month 2026-11 --json").out)["adjustments"]  # the first open month carries it, whenever it was typed
    assert json.loads(svc(f"audit month 2026-11 --json --known-at {submitted[3:]}").out)["adjustments"] == []
    assert (row["id"], row["concerns"], row["amount"]) == (f"left_without_call/{visit}", "2026-10", "-100.00")
    assert findings(svc, "--as-of now")[f"late_arrival/{visit}"] == "awaiting_ruling"


def test_nothing_is_recorded_in_the_second_of_a_seal(svc: Svc) -> None:
    # of that second nobody could tell whether the sealed figures know it
    desk = Desk(svc.desk, Options(staff="S01"))
    moment = desk.now()
    outlast(desk, moment)
    assert desk.now() > moment


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("visit correct {visit} --reason x", 2, "nothing to correct"),
        ("visit correct {visit} --promised 2026-10-06T12:00", 2, "--reason"),
        ("visit correct {visit} --call C1 --reason x", 4, "belongs to its call"),
        ("visit correct {visit} --by S02 --reason x", 4, "who recorded"),
        ("visit correct {visit} --left-at 2026-10-06T12:00 --reason x", 4, "no leave recorded"),
        ("visit correct {visit} --arrived-at 2026-10-05T09:00 --reason x", 4, "contradicts"),
        ("visit correct {visit} --promised 2026-10-06T10:00 --reason x", 4, "says so already"),
        ("visit correct {visit} --clear promised --reason x", 2, "cannot be left open"),
        ("visit correct {visit} --clear shoes --reason x", 2, "shoes"),
        ("visit correct {visit} --arrived-at 2099-01-01T09:00 --reason x", 4, "had not happened"),
        ("visit correct {visit} --place x --reason y --at 2026-10-01T09:00", 4, "2026-10-01"),
        ("--as S02 visit correct {visit} --place x --reason y", 3, "who may: head, gm, clerk"),
        ("call correct C1 --contact Li --reason x", 4, "registers"),
        ("call correct C9 --kind repair --reason x", 4, "C9"),
    ],
)
def test_what_may_not_be_corrected(svc: Svc, line: str, code: int, said: str) -> None:
    visit = late_visit(svc)
    before = {path: path.read_bytes() for path in (svc.desk / "data/visits").iterdir()}
    result = svc(line.format(visit=visit), code=code)
    assert said in result.err, result.err
    assert {path: path.read_bytes() for path in (svc.desk / "data/visits").iterdir()} == before


def test_a_report_says_one_thing_of_its_parts_and_an_amendment_something(svc: Svc) -> None:
    visit = visited(svc)
    for line in (f"report close {visit} --no-parts --part a:1", f"report close {visit} --part a:1 --no-parts --dry-run"):
        assert "it says that none was replaced" in svc(line, 2).err
    report = svc(f"report close {visit} --cause worn --at 2026-10-06T13:00").id
    assert "it says that none was replaced" in svc(f"report amend {report} --no-parts --part a:1", 2).err
    nothing = svc(f"report amend {report}", 2).err
    assert "nothing to add was given" in nothing and "--part, --no-parts, --opinion" in nothing
    assert "none was replaced" in svc(f"report correct {report} --no-parts --part a:1 --reason y", 2).err
    hint = svc(f"report correct {report} --reason y", 2).err
    assert "--part, --no-parts," in hint and "--score, --refused" in hint and "--parts" not in hint
    (svc.desk / "form.yaml").write_text("solution: new seal\nno_parts: yes\n", "utf-8")
    other = visited(svc, day="07")
    made = svc(f"report close {other} --from form.yaml --part seal:1").id
    [close] = svc(f"report show {made} --json").json["entries"]
    assert close["parts"] and "no_parts" not in close, "what is typed goes before what the form says"
    assert [e["event"] for e in svc(f"report show {report} --json").json["entries"]] == ["close"]


def test_nobody_corrects_what_weighs_against_himself(svc: Svc) -> None:
    call = a_call(svc)
    visit = svc(f"visit dispatch --call {call} --staff S04 --promised 2026-10-06T10:00 --at 2026-10-05T10:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T11:00")
    assert "S04" in svc(f"--as S04 visit correct {visit} --arrived-at 2026-10-06T09:00 --reason x", code=3).err
    svc(f"--as S04 visit correct {visit} --place Hangzhou --reason x")
    svc(f"visit correct {visit} --arrived-at 2026-10-06T09:00 --reason 'gate log'")


def test_what_is_not_known_after_all_is_cleared(svc: Svc) -> None:
    visit = late_visit(svc)
    svc(f"visit leave {visit} --called-in 2026-10-06T11:30 --at 2026-10-06T12:00")
    svc(f"visit correct {visit} --clear called-in --reason 'he does not remember'")
    assert svc(f"visit show {visit} --json").json["called_in"] is None
    assert findings(svc)[f"left_without_call/{visit}"] == "facts_missing"


def test_what_is_exported_can_be_imported(svc: Svc, tmp_path: Path) -> None:
    visit = late_visit(svc)
    svc(f"visit leave {visit} --no-call-in --at 2026-10-06T11:30")
    svc(f"visit correct {visit} --arrived-at 2026-10-06T09:50 --left-at 2026-10-06T10:30 --reason 'gate log'")
    svc("call correct C1 --kind repair --reason x")
    exported = svc("ledger export --unmask").out
    file = tmp_path / "all.jsonl"
    file.write_text(exported, "utf-8")
    other = Svc(tmp_path / "other")
    other.run("init", str(other.desk), "--name", "Head", "--id", "S01")
    other(f"ledger import {file}")
    assert sorted(other("ledger export --unmask").out.splitlines()) == sorted(exported.splitlines())
    assert other(f"visit show {visit} --json").json["arrived_at"].startswith("2026-10-06T09:50")
    assert other("ledger verify").code == 0
