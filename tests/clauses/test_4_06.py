"""4.6: a service report without the cause, the solution, the replaced parts or the customer's opinion costs a fine.

`report close` is judged as it was handed in, by itself: one finding a report, naming all that is missing. What
`report amend` adds later clears nothing, unless the department set a time for it (`report_fix_within`).
"""

from __future__ import annotations

from pathlib import Path

from tests.clauses.scenes import NO_FINES, fined, person, statuses, visited
from tests.conftest import Svc

CAUSE, SOLUTION, PARTS, OPINION = '--cause "seal worn"', '--solution "new seal"', "--part seal:2", "--opinion content"
ALL = " ".join((CAUSE, SOLUTION, PARTS, OPINION))


def closed(svc: Svc, content: str, day: str = "06") -> str:
    return svc(f"report close {visited(svc, day)} {content} --at 2026-10-{day}T13:00").id


def test_a_complete_report_is_in_order_also_where_no_part_was_replaced(svc: Svc) -> None:
    closed(svc, ALL, "06")
    closed(svc, f"{CAUSE} {SOLUTION} --no-parts {OPINION}", "08")
    figures = svc.audit("2026-10")
    assert (figures["reports"]["filed"], figures["reports"]["incomplete"], figures["findings"]) == (2, 0, [])


def test_one_report_without_three_items_is_one_finding_that_names_them(svc: Svc) -> None:
    id = closed(svc, f"{CAUSE} --solution '—'")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"report_incomplete/{id}": "final"}
    assert figures["findings"][0]["missing"] == ["report.solution", "report.parts", "report.opinion"]
    assert figures["reports"]["incomplete"] == 1
    assert figures["reports"]["missing_items"] == {"opinion": 1, "parts": 1, "solution": 1}


def test_what_is_missing_is_said_as_soon_as_it_is_handed_in(svc: Svc) -> None:
    line = f"report close {visited(svc)} --fault boom --cause worn"
    said = svc(f"{line} --dry-run").err
    assert "4.6 misses the solution, the replaced parts (or that there were none), the customer's opinion; take it back" in said
    assert "还缺解决办法、更换零件（或注明没有更换）、用户意见" in svc(f"--lang zh {line} --dry-run").err
    assert "4.6" not in svc(f"{line} --solution new --no-parts --opinion content").err


def test_the_amount_of_the_day_of_handing_in_counts_not_set_50_and_0(svc: Svc) -> None:
    svc("rules set report_incomplete 50 --from 2026-10-08")
    svc("rules set report_incomplete 0 --from 2026-10-09")
    for day in ("06", "08", "09"):
        closed(svc, CAUSE, day)
    figures = svc.audit("2026-10")
    assert [one["amount"] for one in figures["findings"]] == [None, "50.00", "0.00"]
    assert figures["fines"] == fined("50.00", count=3, unset=1)


def test_an_amendment_clears_nothing_while_no_time_for_it_is_set(svc: Svc) -> None:
    id = closed(svc, f"{CAUSE} {SOLUTION} {PARTS}")
    svc(f"report amend {id} {OPINION} --at 2026-10-06T13:05")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"report_incomplete/{id}": "final"}
    assert figures["fines"] == fined("0.00", unset=1)


def test_within_the_time_set_an_amendment_clears_it_and_a_minute_later_not(svc: Svc) -> None:
    svc('rules set report_fix_within "1 days" --from 2026-10-01')
    in_time, late = closed(svc, f"{CAUSE} {SOLUTION} {PARTS}", "06"), closed(svc, f"{CAUSE} {SOLUTION} {PARTS}", "08")
    svc(f"report amend {in_time} {OPINION} --at 2026-10-07T13:00")
    svc(f"report amend {late} {OPINION} --at 2026-10-09T13:01")
    assert statuses(svc.audit("2026-10")) == {f"report_incomplete/{late}": "final"}


def test_a_report_that_was_never_handed_in_is_missing_not_incomplete(svc: Svc) -> None:
    visited(svc)
    figures = svc.audit("2026-10")
    assert (figures["reports"]["missing"], figures["reports"]["incomplete"]) == (1, 0)
    assert (figures["findings"], figures["fines"]) == ([], NO_FINES)


def test_of_no_repair_neither_cause_nor_parts_are_asked_for_wherever_it_is_said(svc: Svc) -> None:
    visit = visited(svc, more="--purpose tour")
    done = svc(f"report close {visit} --fault none --solution looked --opinion fine --at 2026-10-06T15:00")
    assert "4.6" not in done.err and svc(f"report show {done.id} --json").json["missing"] == ""
    assert svc.audit("2026-10")["reports"]["incomplete"] == 0


def test_an_item_of_the_departments_own_counts_where_the_rule_asks_for_it(svc: Svc) -> None:
    rules = Path(svc.environ["SVC_DESK"]) / "rules.yaml"
    text = rules.read_text("utf-8").replace("report.parts, report.opinion]", "report.parts, report.opinion, report.photo]")
    rules.write_text(text + "own:\n  report_items:\n    photo: {title: 现场照片}\n", "utf-8")
    svc("rules accept --reason x")
    whole = '--fault boom --cause worn --solution seal --part seal:2 --opinion fine'
    done = svc(f"report close {visited(svc)} {whole} --at 2026-10-06T15:00")
    assert "4.6 misses 现场照片" in done.err
    other = svc(f"report close {visited(svc, day='07')} {whole} --item photo=taken --at 2026-10-07T15:00")
    assert "4.6" not in other.err
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"report_incomplete/{done.id}": "final"}
    assert (figures["reports"]["incomplete"], figures["reports"]["missing_items"]) == (1, {"photo": 1})
    assert person(figures, "S02")["incomplete_reports"] == 1
    assert [row["missing"] for row in svc("report list --json").json] == ["photo", ""]
