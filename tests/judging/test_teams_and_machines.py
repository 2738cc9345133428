"""One visit, one report a machine, one survey, however many people were there: who leads answers for it."""

from __future__ import annotations

from tests.clauses.scenes import sent, statuses, visited
from tests.conftest import Svc

WHOLE = '--fault boom --cause worn --cause-class wear --solution "new seal" --no-parts --opinion fine'
NOW = "2026-10-20T09:00"


def two(svc: Svc) -> None:
    svc("machine add --serial SN-2 --product LX200 --customer CU0001 --sold 2026-01-01 --warranty-until 2027-01-01")


def board(svc: Svc, who: str, as_of: str = "2026-10-06T09:30") -> set[tuple[str, str]]:
    return {(row["kind"], row["id"]) for row in svc(f"--as {who} today --json --as-of {as_of}").json}


def test_who_goes_along_sees_the_visit_and_may_record_it_and_the_leader_answers(svc: Svc) -> None:
    svc("rules set left_without_call 50 --from 2026-01-01")
    visit = sent(svc, "06", more="--with S03")
    assert ("arrive", visit) in board(svc, "S03") and ("arrive", visit) in board(svc, "S02")
    assert ("arrive", visit) in {(r["kind"], r["id"]) for r in svc("--as S03 today --mine --json --as-of 2026-10-06T09:30").json}
    svc(f"--as S03 visit arrive {visit} --at 2026-10-06T10:30")
    svc(f"--as S03 visit call-in {visit} --at 2026-10-06T11:50")
    svc(f"--as S03 visit leave {visit} --at 2026-10-06T11:40")
    figures = svc.audit("2026-10", NOW)
    assert {one["id"]: one["staff"] for one in figures["findings"]} == {
        f"late_arrival/{visit}": "S02",
        f"left_without_call/{visit}": "S02",
    }
    assert (figures["visits"]["due"], figures["reports"]["expected"], figures["reports"]["missing"]) == (1, 1, 1)
    [row] = svc("visit list --json --staff S03").json
    assert row["with"] == ["S03"]


def test_the_word_of_the_team_that_nobody_called_fines_nobody(svc: Svc) -> None:
    visit = sent(svc, "06", more="--with S03")
    svc(f"visit arrive {visit} --at 2026-10-06T09:50")
    svc(f"--as S03 visit leave {visit} --no-call-in --at 2026-10-06T12:00")
    assert statuses(svc.audit("2026-10", NOW)) == {f"left_without_call/{visit}": "facts_missing"}


def test_the_leader_is_not_named_twice_and_leavers_do_not_go_along(svc: Svc) -> None:
    line = "visit dispatch --customer CU0001 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T18:00"
    assert "somebody is named twice" in svc(f"{line} --with S03 --with S02", 2).err
    svc("staff leave S03 --on 2026-10-05")
    assert "S03 left on 2026-10-05" in svc(f"{line} --with S03", 4).err


def test_a_second_machine_has_a_report_of_its_own_and_the_visit_one_survey(svc: Svc) -> None:
    two(svc)
    visit = visited(svc, "06")
    first = svc(f"report close {visit} {WHOLE} --at 2026-10-06T13:00").id
    second = svc(f"report close {visit} --machine SN-2 {WHOLE} --at 2026-10-06T13:10").id
    assert first != second
    assert "already" in svc(f"report close {visit} --machine SN-2 {WHOLE} --at 2026-10-06T13:20", 4).err
    assert "already" in svc(f"report close {visit} --machine SN-1 {WHOLE} --at 2026-10-06T13:20", 4).err
    survey = svc(f"report survey {visit} --score overall=5 --at 2026-10-06T14:00").id
    assert survey == first
    assert "already" in svc(f"report survey {visit} --score overall=4 --at 2026-10-06T15:00", 4).err
    figures = svc.audit("2026-10", NOW)
    assert [figures["reports"][name] for name in ("expected", "filed", "missing")] == [1, 1, 0]
    assert (figures["surveys"]["returned"], figures["surveys"]["missing"]) == (1, 0)
    assert figures["repairs"]["reports"] == 2 and figures["repairs"]["repeat"] == 0


def test_the_second_machines_report_alone_and_its_own_repeat(svc: Svc) -> None:
    two(svc)
    for day in ("06", "09"):
        visit = visited(svc, day)
        svc(f"report close {visit} --machine SN-2 {WHOLE} --at 2026-10-{day}T13:00")
        svc(f"report survey {visit} --score overall=5 --at 2026-10-{day}T14:00")
    figures = svc.audit("2026-10", NOW)
    assert figures["repairs"]["repeat"] == 1 and figures["reports"]["missing"] == 0
    assert figures["surveys"]["returned"] == 2
    assert len(svc("report list --machine SN-2 --json").json) >= 2


def test_a_gap_in_one_of_two_reports_is_one_finding_of_that_one(svc: Svc) -> None:
    two(svc)
    visit = visited(svc, "06")
    svc(f"report close {visit} {WHOLE} --at 2026-10-06T13:00")
    second = svc(f"report close {visit} --machine SN-2 --cause worn --at 2026-10-06T13:10").id
    assert statuses(svc.audit("2026-10", NOW)) == {f"report_incomplete/{second}": "final"}
