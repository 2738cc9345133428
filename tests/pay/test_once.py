"""Nothing is fined, claimed or paid twice; what is said of somebody counts when those say it who may."""

from __future__ import annotations

import pytest

from tests.conftest import Svc
from tests.pay.department import Department


@pytest.fixture
def dept(svc: Svc) -> Department:
    return Department(svc)


def test_one_deed_recorded_twice_is_one_fine_until_somebody_says_it_is_another_act(dept: Department) -> None:
    visit = dept.visited()
    dept.left(visit, how="--called-in")
    deeds = []
    for who in ("S01", "S04"):
        deeds.append(dept(f"--as {who} conduct log --about S02 --kind disobedience --visit {visit} --summary no --at 2026-10-06T10:00"))
        dept(f"finding uphold disobeyed_dispatch/{deeds[-1]} --reason so --at 2026-10-07T09:00")
    first, second = (f"disobeyed_dispatch/{deed}" for deed in deeds)
    figures = dept.month("2026-10")
    assert figures["fines"]["payable"] == "300.00"
    assert {row["id"]: row["status"] for row in figures["findings"]} == {first: "final", second: "awaiting_ruling"}
    assert [(row["id"], row["kind"]) for row in figures["open_rulings"]] == [(second, "overlap")]
    assert "one deed, one fine" in dept.svc(f"finding show {second}").out
    dept(f"--as S05 finding settle {second} --against {first} --charge both --reason 'once at noon, once at night' --at 2026-10-09T09:00")
    assert dept.month("2026-10")["fines"]["payable"] == "600.00"


def test_one_quarrel_by_phone_and_by_letter_is_one_demerit(dept: Department) -> None:
    visit = dept.visited()
    log = "complaint log --channel {how} --from CU0001 --about S02 --visit {visit} --kind service --cause quarrel --summary x --at {day}T15:00"
    for how, day in (("phone", "2026-10-06"), ("letter", "2026-10-09")):
        one = dept(log.format(how=how, visit=visit, day=day))
        dept(f"--as S05 complaint verify {one} --upheld --reason so --at 2026-10-12T09:00")
    figures = dept.month("2026-10")
    assert (len(figures["sanctions"]), figures["complaints"]["registered"]) == (1, 2)


def test_where_the_chosen_of_two_falls_the_other_counts_again(dept: Department) -> None:
    visit = dept.silent()
    deed = dept(f"conduct log --about S02 --kind disobedience --visit {visit} --summary no --at 2026-10-06T10:30")
    dept(f"finding uphold disobeyed_dispatch/{deed} --reason so --at 2026-10-07T09:00")
    settle = f"--as S05 finding settle disobeyed_dispatch/{deed} --against left_without_call/{visit} --charge this --reason one"
    dept(f"{settle} --at 2026-10-08T09:00")
    assert dept.month("2026-10")["fines"]["payable"] == "300.00"
    dept(f"--as S05 finding dismiss disobeyed_dispatch/{deed} --reason video --at 2026-10-09T09:00")
    assert dept.month("2026-10")["fines"]["payable"] == "50.00"


@pytest.mark.parametrize("other", ["--line meals:50:Works:2026-10-06:18823711", "--line meals:50:Works:2026-10-06:'1882 3711'"])
def test_a_receipt_number_is_claimed_once(dept: Department, other: str) -> None:
    visit = dept.visited()
    dept.left(visit, how="--called-in")
    line = "--line meals:40:Works:2026-10-06:18823711"
    submit = f"--as S02 expense submit --trip {visit} {{}} --at 2026-10-08T10:00"
    dept(submit.format(f"{line} {other}"), 4)
    claim = dept(submit.format(line))
    assert claim in dept.svc(submit.format(other), 4).err
    dept(f"expense review {claim} --refuse --reason copy --at 2026-10-09T10:00")
    dept(submit.format(other))


def test_a_fraud_is_open_until_whoever_may_has_said_how_grave_it_was(dept: Department) -> None:
    deed = dept("conduct log --about S02 --kind fraud --summary copies --at 2026-10-06T10:00")
    dept(f"--as S05 finding uphold receipt_fraud/{deed} --reason so --at 2026-10-07T09:00")
    figures = dept.month("2026-10")
    assert figures["sanctions"] == []
    assert {row["id"]: row["status"] for row in figures["findings"]} == {f"receipt_fraud/{deed}": "awaiting_ruling"}
    dept(f"--as S05 conduct grade {deed} --degree 2 --reason 'two receipts altered' --at 2026-10-08T09:00")
    assert [row["kind"] for row in dept.month("2026-10")["sanctions"]] == ["major_demerit"]


def test_nobody_is_fined_because_a_colleague_typed_his_leaving(dept: Department) -> None:
    visit = dept.visited()
    dept(f"--as S03 visit leave {visit} --no-call-in --at 2026-10-06T11:00")
    figures = dept.month("2026-10")
    assert {row["id"]: row["status"] for row in figures["findings"]} == {f"left_without_call/{visit}": "facts_missing"}
    assert (figures["visits"]["left_without_calling"], figures["visits"]["call_in_unknown"]) == (0, 1)
    assert dept.svc(f"visit show {visit} --json").json["called_in"] is None
    dept(f"--as S04 visit correct {visit} --no-call-in --reason 'the log of head office'")
    assert dept.month("2026-10")["fines"]["payable"] == "50.00"


def test_the_day_of_the_conduct_decides_not_that_of_the_letter(dept: Department) -> None:
    dept("rules set bonus_cut_attitude 100 --from 2026-01-01")
    dept("rules set bonus_cut_attitude 200 --from 2026-10-10")
    log = "complaint log --channel letter --from CU0001 --about S02 --kind service --cause attitude --summary x --at 2026-10-20T15:00"
    verify = "--as S05 complaint verify {} --upheld --harms-image --reason so --at 2026-10-21T09:00"
    early = dept(f"{log} --happened 2026-10-06T10:00")
    dept(verify.format(early))
    visit = dept.visited(day="2026-10-07")
    on_visit = dept(f"{log} --visit {visit}")
    dept(verify.format(on_visit))
    alone = dept(log)
    dept(verify.format(alone))
    rows = {row["subject"]: (row["date"], row["amount"]) for row in dept.month("2026-10")["findings"]}
    assert rows == {early: ("2026-10-06", "100.00"), on_visit: ("2026-10-07", "100.00"), alone: ("2026-10-20", "200.00")}
    assert dept.month("2026-10")["complaints"]["registered"] == 3


def test_a_complaint_whose_finding_was_dismissed_is_not_upheld_anywhere(dept: Department) -> None:
    one = dept("complaint log --channel phone --from CU0001 --about S02 --kind service --cause quarrel --summary x --at 2026-10-06T15:00")
    dept(f"--as S05 complaint verify {one} --upheld --reason so --at 2026-10-08T09:00")
    assert [row["kind"] for row in dept.svc("today --json").json if row["id"] == one] == ["report_complaint", "remedy"]
    dept(f"--as S05 finding dismiss complaint_quarrel/{one} --reason video --at 2026-10-09T09:00")
    figures = dept.month("2026-10")
    assert [figures["complaints"][name] for name in ("upheld", "dismissed", "unremedied")] == [0, 1, 0]
    assert figures["sanctions"] == [] and dept.svc(f"complaint show {one} --json").json["standing"] == "dismissed"
    assert [row["kind"] for row in dept.svc("today --json").json if row["id"] == one] == ["report_complaint"]


def test_only_the_general_manager_lifts_what_the_customer_bears(dept: Department) -> None:
    goods = dept("return request --machine SN-1 --reason back --at 2026-10-05T08:00")
    dept(f"return receive {goods} --cost 350 --at 2026-10-20T10:00")
    for ruling in ("waive", "dismiss"):
        dept(f"finding {ruling} return_not_approved/{goods} --reason kind", 3)
    assert dept.month("2026-10")["returns"]["cost_to_customer"] == "350.00"
    dept(f"--as S05 finding waive return_not_approved/{goods} --reason kind --at 2026-10-21T09:00")
    assert dept.month("2026-10")["returns"]["cost_to_customer"] == "0.00"


def test_a_price_accepted_for_a_call_covers_its_later_visits(dept: Department) -> None:
    dept("machine edit SN-1 --warranty-until 2026-01-31 --from 2026-02-01")
    call = dept("call log --channel phone --from CU0001 --machine SN-1 --kind repair --summary x --needs-service --at 2026-10-12T08:00")
    first = dept(f"visit dispatch --call {call} --staff S02 --promised 2026-10-13T12:00 --at 2026-10-12T08:30")
    quote = dept(f"quote make --visit {first} --part pump:1:500 --at 2026-10-12T09:00")
    dept(f"quote accept {quote} --at 2026-10-12T10:00")
    dept(f"visit arrive {first} --at 2026-10-13T11:00")
    dept(f"visit leave {first} --called-in 2026-10-13T15:00 --at 2026-10-13T15:00")
    second = dept(f"visit dispatch --call {call} --staff S02 --promised 2026-10-15T12:00 --at 2026-10-13T16:00")
    dept(f"visit arrive {second} --at 2026-10-15T11:00")
    assert dept.month("2026-10")["quotes"]["unquoted"] == 0
