"""What is learned of a sealed month is carried into the first open one: recomputed minus charged, never twice."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.conftest import Svc, today
from tests.pay.department import Department, carried, lines


@pytest.fixture
def dept(svc: Svc) -> Department:
    return Department(svc)


def test_a_late_entry_about_a_sealed_month_is_carried(dept: Department) -> None:
    visit = dept.visited()
    dept.seal()
    dept.left(visit)
    november = dept.month()
    assert carried(november) == {("S02", "2026-10"): "50.00"}
    (row,) = november["carried"]
    assert (row["id"], row["was"], row["now"]) == (f"left_without_call/{visit}", "0.00", "50.00")
    assert visit in row["why"]["en"] and visit in row["why"]["zh"]
    assert november["fines"]["payable"] == "50.00"
    (fined,) = november["fines"]["by_staff"]
    assert (fined["own"], fined["carried"], fined["amount"], fined["count"]) == ("0.00", "50.00", "50.00", 1)
    assert dept.month("2026-10")["fines"]["payable"] == "0.00", "a sealed month never changes"
    known = dept.month("2026-10", "--as-of", "now")
    assert known["fines"]["payable"] == "50.00" and known["as_sealed"]["payable"] == "0.00"
    assert [(one["month"], one["amount"]) for one in known["went"]] == [("2026-11", "50.00")]


def test_a_late_entry_waived_pays_nobody_back_what_he_never_lost(dept: Department) -> None:
    visit = dept.visited()
    dept.seal()
    dept.left(visit)
    dept(f"finding waive left_without_call/{visit} --reason hospital --at 2026-11-10T09:00")
    november = dept.month()
    assert sorted(lines(november)) == ["-50.00", "50.00"]
    assert november["fines"]["payable"] == "0.00"


def test_a_fine_moves_to_whom_it_was(dept: Department) -> None:
    visit = dept.silent()
    dept.seal()
    dept(f"visit correct {visit} --staff S03 --reason misread")
    november = dept.month()
    assert carried(november) == {("S02", "2026-10"): "-50.00", ("S03", "2026-10"): "50.00"}
    assert november["fines"]["payable"] == "0.00"
    assert [row["amount"] for row in november["adjustments"]] == ["-50.00", "50.00"]


def test_a_ruling_holds_for_whom_it_was_about(dept: Department) -> None:
    visit = dept.visited(arrived="10:20")
    dept(f"finding uphold late_arrival/{visit} --reason 'no excuse' --at 2026-10-07T09:00")
    dept.seal()
    dept(f"visit correct {visit} --staff S03 --reason misread")
    november = dept.month()
    assert carried(november) == {("S02", "2026-10"): "-100.00"}
    assert november["fines"]["payable"] == "-100.00" and dept.pay("S02")["net"] == "100.00"
    (waits,) = [row for row in november["waiting"] if row["id"] == f"late_arrival/{visit}"]
    assert "finding uphold" in waits["do"]
    (known,) = dept.month("2026-10", "--as-of", "now")["findings"]
    assert (known["staff"], known["status"]) == ("S03", "awaiting_ruling")
    dept(f"finding uphold late_arrival/{visit} --reason 'his it was'")
    assert dept.pay("S03", f"{today():%Y-%m}")["deducted"] == "100.00"


def test_a_verdict_is_about_whom_the_complaint_named_when_it_was_typed_whatever_its_date(dept: Department) -> None:
    said = "--channel phone --from CU0001 --kind service --cause quarrel --summary x"
    complaint = dept(f"complaint log {said} --about S02 --at 2026-10-06T15:00")
    dept(f"--as S05 complaint correct {complaint} --about S03 --reason 'the other one' --at 2026-10-09T09:00")
    time.sleep(1.1)  # of one second the days say which came first
    dept(f"--as S05 complaint verify {complaint} --upheld --reason so --at 2026-10-08T09:00")
    assert [(row["staff"], row["kind"]) for row in dept.month("2026-10")["sanctions"]] == [("S03", "major_demerit")]
    assert dept.svc(f"finding show complaint_quarrel/{complaint} --json").json["status"] == "final"


def test_the_pay_list_of_a_sealed_month_keeps_its_people(dept: Department) -> None:
    dept.seal()
    before = dept.svc("audit pay 2026-10 --json").json
    time.sleep(1.1)
    dept("staff leave S03 --on 2026-09-30 --hand-over S02")
    assert dept.svc("audit pay 2026-10 --json").json == before
    assert "S03" in str(before) and "S03" not in str(dept.svc("audit pay 2026-11 --draft --json").json)


def test_who_was_down_for_the_visit_was_no_colleague_when_he_said_it(dept: Department) -> None:
    visit = dept.visited()
    dept(f"--as S02 visit leave {visit} --no-call-in --at 2026-10-06T11:00")
    dept.seal()
    dept(f"visit correct {visit} --staff S03 --reason misread")
    assert carried(dept.month()) == {("S02", "2026-10"): "-50.00", ("S03", "2026-10"): "50.00"}


def test_an_offence_that_was_in_the_next_month_is_charged_once(dept: Department) -> None:
    visit = dept.visited(day="2026-10-31")
    dept.left(visit, "2026-10-31", hour="23:50")
    dept.seal()
    dept(f"visit correct {visit} --left-at 2026-11-01T00:10 --reason clock")
    november = dept.month()
    assert sorted(lines(november)) == ["-50.00", "50.00"] and november["fines"]["payable"] == "0.00"
    assert november["fines"]["by_staff"] == []


def test_another_day_with_another_amount_carries_the_difference(dept: Department) -> None:
    dept("rules set left_without_call 80 --from 2026-10-15")
    visit = dept.visited(day="2026-10-06")
    dept.left(visit, "2026-10-06")
    dept.seal()
    dept(f"visit correct {visit} --arrived-at 2026-10-17T09:50 --left-at 2026-10-17T11:00 --reason 'wrong day'")
    (row,) = dept.month()["carried"]
    assert (row["was"], row["now"], row["amount"]) == ("50.00", "80.00", "30.00")


def test_a_ruling_dated_in_a_sealed_month_is_carried(dept: Department) -> None:
    visit = dept.visited(arrived="10:30")
    dept.left(visit, how="--called-in")
    dept.seal()
    dept(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-30T09:00")
    november = dept.month()
    assert carried(november) == {("S02", "2026-10"): "100.00"} and november["fined"] == []


def test_a_ruling_dated_in_the_open_month_is_its_own(dept: Department) -> None:
    visit = dept.silent()
    dept.seal()
    dept(f"finding waive left_without_call/{visit} --reason hospital --at 2026-11-10T09:00")
    november = dept.month()
    assert [row["amount"] for row in november["fined"]] == ["-50.00"] and november["carried"] == []


def test_what_was_carried_is_charged_by_the_next_seal_and_not_again(dept: Department) -> None:
    visit = dept.visited(day="2026-08-06")
    dept.seal("2026-08")
    dept.left(visit, "2026-08-06")
    assert carried(dept.month("2026-09")) == {("S02", "2026-08"): "50.00"}
    assert dept.month("2026-10")["carried"] == [], "the first open month carries it, no later one"
    dept.seal("2026-09")
    kept = json.loads((dept.svc.desk / "data/seals/2026-09.json").read_text("utf-8"))
    assert [(line["concerns"], line["amount"]) for line in kept["pay"]["lines"]] == [("2026-08", "50.00")]
    assert dept.month("2026-10")["carried"] == []
    dept(f"visit correct {visit} --called-in 2026-08-06T10:30 --reason 'phone bill'")
    (row,) = dept.month("2026-10")["carried"]
    assert (row["concerns"], row["was"], row["now"], row["amount"]) == ("2026-08", "50.00", "0.00", "-50.00")
    known = dept.month("2026-08", "--as-of", "now")
    assert [(one["month"], one["amount"]) for one in known["went"]] == [("2026-09", "50.00"), ("2026-10", "-50.00")]


def test_of_offences_that_cost_more_each_time_one_that_falls_lowers_a_later_one(dept: Department) -> None:
    path = dept.svc.desk / "rules.yaml"
    text = path.read_text("utf-8")
    text = re.sub(r"^format: svc-rules/\d", "format: svc-rules/2", text, flags=re.MULTILINE)
    text, changed = re.subn(r"yuan: 50(?=\s)", "steps: {per: month, yuan: [100, 100, 200]}", text)
    assert changed == 1
    path.write_text(text, "utf-8")
    dept("rules accept --reason 'decided today'")
    first, *_ = (dept.silent(day=f"2026-10-0{n}") for n in (5, 6, 7))
    assert dept.month("2026-10")["fines"]["payable"] == "400.00"
    dept.seal()
    dept(f"--as S05 finding dismiss left_without_call/{first} --reason 'phone bill' --at 2026-11-09T09:00")
    november = dept.month()
    assert [row["amount"] for row in november["fined"]] == ["-100.00"]
    (row,) = november["carried"]
    assert (row["was"], row["now"], row["amount"]) == ("200.00", "100.00", "-100.00")
    assert november["fines"]["payable"] == "-200.00"


def test_a_demerit_that_falls_is_withdrawn_and_says_of_which_month(dept: Department) -> None:
    complaint = dept(
        "complaint log --channel phone --from CU0001 --about S02 --kind service --cause quarrel --summary x --at 2026-10-06T15:00"
    )
    dept(f"--as S05 complaint verify {complaint} --upheld --reason so --at 2026-10-08T09:00")
    dept.seal()
    dept(f"--as S05 finding dismiss complaint_quarrel/{complaint} --reason video --at 2026-11-09T09:00")
    (row,) = dept.month()["sanctions"]
    assert (row["kind"], row["change"], row["concerns"]) == ("major_demerit", "withdrawn", "2026-10")
    assert dept.svc("staff show S02 --json").json["record"] == []


def test_a_demerit_entered_in_a_month_that_turns_out_to_have_withdrawn_it_is_withdrawn_twice(dept: Department) -> None:
    said = "--channel phone --from CU0001 --about S02 --kind service --cause quarrel --summary x"
    finding = f"complaint_quarrel/{dept(f'complaint log {said} --at 2026-09-10T15:00')}"
    dept(f"--as S05 finding uphold {finding} --reason so --at 2026-10-08T09:00")
    dept.seal()
    dept(f"--as S05 finding uphold {finding} --reason so --at 2026-09-20T09:00")
    dept(f"--as S05 finding dismiss {finding} --reason video --at 2026-10-20T09:00")
    rows = [(row["concerns"], row["change"]) for row in dept.month()["sanctions"]]
    assert rows == [("2026-09", "entered"), ("2026-10", "withdrawn"), ("2026-10", "withdrawn")]
    assert dept.svc("staff show S02 --json").json["record"] == []


def test_a_return_typed_late_is_the_customers_in_the_next_month(dept: Department) -> None:
    goods = dept("return request --machine SN-1 --reason back --at 2026-10-05T08:00")
    dept.seal()
    dept(f"return receive {goods} --cost 350 --at 2026-10-20T10:00")
    november = dept.month()
    assert carried(november, "return") == {(None, "2026-10"): "350.00"}
    assert november["returns"]["cost_to_customer"] == "350.00" and november["returns"]["carried"] == {"cost_to_customer": "350.00"}
    assert dept.month("2026-10")["returns"]["cost_to_customer"] == "0.00"


def test_a_claim_reviewed_after_the_seal_is_paid_in_the_next_month(dept: Department) -> None:
    visit = dept.visited()
    dept.left(visit, how="--called-in")
    claim = dept(f"--as S02 expense submit --trip {visit} --line meals:40:Works:2026-10-06 --at 2026-10-10T09:00")
    dept.seal()
    dept(f"expense review {claim} --approve --at 2026-11-03T09:00")
    november = dept.month()
    assert carried(november, "expense") == {("S02", "2026-10"): "40.00"}
    assert november["expenses"]["approved"] == "40.00"
    rows = dept.svc("audit pay 2026-11 --draft --json").json
    assert {row["staff"]: row["expenses"] for row in rows if row["expenses"] != "0.00"} == {"S02": "40.00"}


def test_months_before_the_first_seal_count_as_settled_by_hand(dept: Department) -> None:
    visit = dept.silent(day="2026-09-07")
    dept.seal()
    kept = json.loads((dept.svc.desk / "data/seals/2026-10.json").read_text("utf-8"))["pay"]["lines"]
    assert [(line["month"], line["concerns"], line["amount"]) for line in kept] == [("2026-09", "2026-09", "50.00")]
    dept(f"visit correct {visit} --called-in 2026-09-07T10:30 --reason 'phone bill'")
    assert carried(dept.month()) == {("S02", "2026-09"): "-50.00"}


def test_a_persons_sealed_month_is_as_sealed_then_as_known_today(dept: Department) -> None:
    visit = dept.silent()
    dept.seal()
    dept(f"visit correct {visit} --staff S03 --reason misread")
    shown = dept.svc("staff show S02 --month 2026-10 --json").json
    assert shown["figures"]["fines"] == "50.00" and shown["known_today"]["fines"] == "0.00"
    rows = dept.svc("finding list --month 2026-10 --json").json
    assert [(row["staff"], row["status"], row["today"]) for row in rows] == [("S02", "final", "final (S03)")]


def test_a_year_adds_what_its_months_paid(dept: Department) -> None:
    visit = dept.silent()
    dept.seal()
    dept(f"visit correct {visit} --called-in 2026-10-06T10:30 --reason 'phone bill'")
    whole = dept.svc("audit year 2026 --json").json["whole"]
    assert whole["fines"]["payable"] == "0.00"
    assert [row["amount"] for row in whole["carried"]] == ["-50.00"]
    assert whole["findings"] == []


def test_a_month_without_calls_still_has_its_fines(bare: Svc) -> None:
    bare("staff add --name Tech --role technician --id S02")
    bare("rules set disobeyed_dispatch 300 --from 2026-01-01")
    deed = bare("conduct log --about S02 --kind disobedience --summary no --at 2026-09-07T09:00").id
    bare(f"finding uphold disobeyed_dispatch/{deed} --reason so --at 2026-09-08T09:00")
    assert bare("audit year 2026 --json").json["whole"]["fines"]["payable"] == "300.00"
