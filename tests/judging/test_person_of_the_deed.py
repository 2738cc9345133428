"""A finding is of whoever answered for the visit at its moment; a ruling holds for whom it is about and for nobody else."""

from __future__ import annotations

import json
from typing import Any

from tests.clauses.scenes import CALLED, reported, sent, statuses, visited
from tests.conftest import Svc

GONE = "2026-10-20T09:00"


def people(svc: Svc) -> None:
    """A late arrival costs 200, leaving without a call 50."""
    svc("rules set late_arrival 200 --from 2026-01-01")
    svc("rules set left_without_call 50 --from 2026-01-01")


def handed(svc: Svc, visit: str, at: str, to: str = "S03", code: int = 0, by: str = "S01") -> Any:
    return svc(f"--as {by} visit reassign {visit} --to {to} --reason ill --at {at}", code)


def whose(svc: Svc, month: str = "2026-10") -> dict[str, str]:
    return {one["id"]: one["staff"] for one in svc.audit(month)["findings"]}


def went(svc: Svc, visit: str, at: str = "12:00", leaving: str = CALLED) -> None:
    svc(f"visit arrive {visit} --at 2026-10-06T{at}")
    svc(f"visit leave {visit} {leaving.format(day='06', left='15:00')} --at 2026-10-06T15:00")


def owed(svc: Svc, month: str = "2026-10") -> dict[str, str]:
    return {row["staff"]: row["amount"] for row in svc.audit(month)["fines"]["by_staff"]}


def test_a_promise_that_had_passed_stays_with_the_one_before(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    said = handed(svc, visit, "2026-10-06T11:00")
    assert "stays with Tech" in said.out and "10:00" in said.out
    went(svc, visit)
    assert whose(svc) == {f"late_arrival/{visit}": "S02"}
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    assert owed(svc) == {"S02": "200.00"}
    by_staff = {row["staff"]: row for row in svc.audit("2026-10")["staff"]}
    assert (by_staff["S02"]["visits"], by_staff["S02"]["on_time_rate"], by_staff["S03"]["visits"]) == (1, 0.0, 0)


def test_a_promise_still_to_come_is_of_who_took_the_visit_over(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    handed(svc, visit, "2026-10-06T09:59")
    went(svc, visit)
    assert whose(svc) == {f"late_arrival/{visit}": "S03"}


def test_in_the_minute_of_the_promise_it_is_too_late_to_hand_it_over(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    handed(svc, visit, "2026-10-06T10:00")
    went(svc, visit)
    assert whose(svc) == {f"late_arrival/{visit}": "S02"}


def test_late_he_and_without_a_call_the_other_two_findings_of_two_people(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    handed(svc, visit, "2026-10-06T11:00")
    svc(f"visit arrive {visit} --at 2026-10-06T12:00")
    svc(f"visit leave {visit} --no-call-in --at 2026-10-06T15:00")
    assert whose(svc) == {f"late_arrival/{visit}": "S02", f"left_without_call/{visit}": "S03"}
    assert owed(svc) == {"S03": "50.00"}
    shown = svc(f"finding show late_arrival/{visit} --json").json["steps"]
    assert any(step["kind"] == "handed_over" and "from S02 to S03" in step["en"] for step in shown)
    assert "S02 did not keep it" in " ".join(step["en"] for step in shown)


def test_missed_and_handed_over_afterwards_it_is_missing_of_the_first(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    handed(svc, visit, "2026-10-07T08:00")
    rows = svc.audit("2026-10", "2026-10-08T00:00")["findings"]
    assert [(one["staff"], one["status"]) for one in rows] == [("S02", "facts_missing")]
    waits = [(row["kind"], row["staff"]) for row in svc("today --all --json --as-of 2026-10-08T00:00").json]
    assert ("arrive", "S03") in waits, "whoever has it now has to go"


def test_the_report_is_of_whoever_answers_when_it_is_handed_in(svc: Svc) -> None:
    people(svc)
    svc("rules set report_incomplete 30 --from 2026-01-01")
    visit = visited(svc, "06")
    handed(svc, visit, "2026-10-06T18:00")
    svc(f"report close {visit} --cause x --at 2026-10-07T09:00")
    [finding] = [one for one in svc.audit("2026-10")["findings"] if one["rule"] == "report_incomplete"]
    assert finding["staff"] == "S03"
    by_staff = {row["staff"]: row for row in svc.audit("2026-10")["staff"]}
    assert (by_staff["S02"]["visits"], by_staff["S03"]["reports"]) == (1, 1)
    svc(f"report survey {visit} --score overall=2 --at 2026-10-07T09:00")
    by_staff = {row["staff"]: row for row in svc.audit("2026-10")["staff"]}
    assert (by_staff["S02"]["mean_overall"], by_staff["S03"]["mean_overall"]) == (2.0, None), "who was there is judged"


def test_handed_over_twice_and_back(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    handed(svc, visit, "2026-10-05T20:00")
    handed(svc, visit, "2026-10-06T08:00", "S02")
    went(svc, visit)
    assert whose(svc) == {f"late_arrival/{visit}": "S02"}
    assert handed(svc, visit, "2026-10-06T16:00", "S02", 4).err.count("already")


def test_nobody_is_given_a_visit_for_days_after_his_last(svc: Svc) -> None:
    people(svc)
    svc("staff leave S03 --on 2026-10-05")
    visit = sent(svc, "06")
    assert "S03 left on 2026-10-05" in handed(svc, visit, "2026-10-05T19:00", code=4).err, "he left before the promise"
    svc(f"visit cancel {visit} --reason x --at 2026-10-05T20:00")
    assert "no reassign can follow" in handed(svc, visit, "2026-10-05T21:00", "S05", 4).err


def test_who_may_hand_over_as_who_may_send_and_a_time_that_is_past_is_the_heads_word(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    handed(svc, visit, "2026-10-05T19:00", code=3, by="S02")
    assert "from a time that is past" in handed(svc, visit, "2026-10-05T19:00", code=3, by="S04").err
    handed(svc, visit, "2026-10-06T11:00", by="S04")
    went(svc, visit)
    assert whose(svc) == {f"late_arrival/{visit}": "S02"}, "what a clerk types after the promise moves nothing"


def test_a_ruling_says_whom_it_is_about_and_holds_for_him_only(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    went(svc, visit)
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    [ruling] = [e for e in svc(f"finding show late_arrival/{visit} --json").json["steps"] if e["kind"] == "ruling"]
    assert "it stands" in ruling["en"]
    exported = [json.loads(line) for line in svc("ledger export --format jsonl").out.splitlines()]
    assert [e["about"] for e in exported if e["ledger"] == "finding"] == ["S02"]
    assert owed(svc) == {"S02": "200.00"}
    handed(svc, visit, "2026-10-05T19:00")  # the head learns later that S03 had taken it over
    assert statuses(svc.audit("2026-10")) == {f"late_arrival/{visit}": "awaiting_ruling"}
    assert owed(svc) == {}
    steps = " ".join(step["en"] for step in svc(f"finding show late_arrival/{visit} --json").json["steps"])
    assert "about S02: it does not hold for S03" in steps
    assert ("ruling", f"late_arrival/{visit}") in [(r["kind"], r["id"]) for r in svc("today --all --json").json]
    svc(f"finding uphold late_arrival/{visit} --reason 'so did he' --at 2026-10-08T09:00")
    assert owed(svc) == {"S03": "200.00"}


def test_a_slip_in_the_name_is_put_right_by_the_head_and_ruled_on_anew(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    went(svc, visit)
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    again = f"visit correct {visit} --staff S03 --reason misread --at 2026-10-08T09:00"
    assert "svc visit reassign" in svc(f"--as S04 {again}", 3).err
    assert "does not hold for S03: rule again" in svc(again).err
    assert whose(svc) == {f"late_arrival/{visit}": "S03"}
    assert statuses(svc.audit("2026-10")) == {f"late_arrival/{visit}": "awaiting_ruling"}
    assert owed(svc) == {}


def test_another_person_while_the_promise_is_broken_is_a_hand_over_and_no_slip(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    late = svc(f"visit correct {visit} --staff S03 --reason 'S03 goes instead' --at 2026-10-06T11:00", 4)
    assert "is a hand-over, no slip of the pen" in late.err and f"svc visit reassign {visit} --to S03" in late.err
    handed(svc, visit, "2026-10-05T18:00")  # from the dispatch on, where that is what was meant
    assert whose(svc) == {f"late_arrival/{visit}": "S03"}


def test_an_appeal_is_of_whom_it_concerned(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    went(svc, visit)
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    svc(f"--as S02 finding appeal late_arrival/{visit} --reason 'it was not mine' --at 2026-10-07T10:00")
    assert [r["kind"] for r in svc("today --all --json").json if r["id"].startswith("late")] == ["appeal"]
    handed(svc, visit, "2026-10-05T19:00")
    assert [r["kind"] for r in svc("today --all --json").json if r["id"].startswith("late")] == ["ruling"]


def test_nobody_rules_on_what_has_not_happened_yet(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    went(svc, visit, leaving="--no-call-in")
    for finding, early, when in ((f"late_arrival/{visit}", "06T09:59", "06T10:00"), (f"left_without_call/{visit}", "06T14:59", "06T15:00")):
        refused = svc(f"finding uphold {finding} --reason x --at 2026-10-{early}", 4).err
        assert "had not happened yet" in refused
        svc(f"finding uphold {finding} --reason x --at 2026-10-{when}")
    svc(f"finding waive late_arrival/{visit} --reason x --at 2026-10-06T09:00", 4)
    svc(f"--as S02 finding appeal late_arrival/{visit} --reason x --at 2026-10-06T09:00", 4)
    report = reported(svc, visit, "2026-10-06T16:00", "--fault x")
    assert report


def test_a_ruling_before_the_offence_is_refused_from_a_file_too(svc: Svc) -> None:
    people(svc)
    visit = sent(svc, "06")
    went(svc, visit)
    line = {"ledger": "finding", "event": "uphold", "id": f"late_arrival/{visit}", "by": "S01", "reason": "x"}
    path = svc.desk.parent / "r.jsonl"
    path.write_text(json.dumps({**line, "at": "2026-10-06T09:00:00+08:00"}) + "\n")
    assert "had not happened yet" in svc(f"ledger import {path}", 4).err
    path.write_text(json.dumps({**line, "at": "2026-10-07T09:00:00+08:00"}) + "\n")
    svc(f"ledger import {path}")
    assert owed(svc) == {"S02": "200.00"}
