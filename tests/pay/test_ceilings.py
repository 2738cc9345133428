"""Ceilings by month and by payday: what falls is paid back in full, what rises takes the room that is left."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from tests.conftest import Svc
from tests.pay.department import Department, lines

NOVEMBER = ("2026-11-03", "2026-11-04", "2026-11-05")


@pytest.fixture
def dept(svc: Svc) -> Department:
    return Department(svc)


def test_one_of_three_over_the_ceiling_falls_and_nothing_is_paid_back(dept: Department) -> None:
    dept.capped()
    first, *_ = (dept.disobeyed(f"2026-10-0{n}") for n in (5, 6, 7))
    dept.seal()
    assert dept.pay(month="2026-10")["deducted"] == "500.00"
    dept(f"--as S05 finding dismiss disobeyed_dispatch/{first} --reason wrong --at 2026-11-09T09:00")
    assert lines(dept.month()) == ["-300.00"]
    assert dept.pay()["deducted"] == "0.00", "600 still stand, 500 of them is the ceiling"


def test_a_refund_is_not_netted_before_the_ceiling(dept: Department) -> None:
    dept.capped()
    first = dept.disobeyed("2026-10-05")
    dept.seal()
    dept(f"--as S05 finding waive disobeyed_dispatch/{first} --reason mercy --at 2026-11-02T09:00")
    for day in NOVEMBER:
        dept.disobeyed(day)
    november = dept.month()
    assert sorted(lines(november)) == ["-300.00", "300.00", "300.00", "300.00"]
    assert (november["fines"]["payable"], november["deductions"]["deductible"]) == ("600.00", "200.00")


def test_what_was_not_deducted_for_want_of_a_wage_is_not_paid_back(dept: Department) -> None:
    dept.capped(None)
    first = dept.disobeyed("2026-10-05")
    dept.seal()
    assert dept.pay(month="2026-10")["deducted"] == "0.00"
    dept(f"--as S05 finding dismiss disobeyed_dispatch/{first} --reason wrong --at 2026-11-09T09:00")
    november = dept.month()
    assert (november["fines"]["payable"], november["deductions"]["deductible"]) == ("-300.00", "0.00")


def test_what_rises_takes_the_room_that_is_left_and_the_rest_waits(dept: Department) -> None:
    path = dept.svc.desk / "rules.yaml"
    dept.capped()
    assert path.exists()
    dept.disobeyed("2026-10-05")
    dept.seal()
    dept.disobeyed("2026-10-06")  # typed after the seal
    dept("rules set disobeyed_dispatch 450 --from 2026-11-01")
    dept.disobeyed("2026-11-03")
    november = dept.month()
    assert sorted(lines(november)) == ["300.00", "450.00"]
    assert (november["fines"]["payable"], november["deductions"]["deductible"]) == ("750.00", "500.00")
    rows = {row["concerns"]: row for row in november["deductions"]["by_staff"]}
    assert (rows["2026-11"]["deductible"], rows["2026-10"]["deductible"]) == ("450.00", "50.00")
    assert (rows["2026-10"]["waiting"], rows["2026-10"]["over"]) == ("150.00", "100.00")
    pay = dept.pay()
    assert (pay["fines"], pay["carried"], pay["deducted"], pay["waiting"], pay["net"]) == (
        "450.00", "300.00", "500.00", "150.00", "-500.00",
    )  # fmt: skip
    december = dept.month("2026-12")
    assert december["carried"] == [] and december["deductions"]["deductible"] == "150.00"
    assert dept.month("2027-01")["deductions"]["deductible"] == "0.00", "deducted in December, in which nothing else happened"
    said = dept.svc("staff statement S02 --month 2026-11").out
    assert "min(600.00, 500.00) − 300.00 = 200.00" in said and "150.00 wait" in said and "100.00 gone" in said


def test_months_that_are_not_sealed_are_computed_one_after_the_other(dept: Department) -> None:
    dept.capped()
    first = dept.disobeyed("2026-08-06")
    dept(f"--as S05 finding dismiss disobeyed_dispatch/{first} --reason wrong --at 2026-10-05T09:00")
    for n in (1, 2, 3):
        dept.disobeyed(f"2026-10-0{n}")
    assert dept.month("2026-10")["deductions"]["deductible"] == "200.00"


def test_a_year_adds_its_months_and_has_no_ceiling_of_its_own(dept: Department) -> None:
    dept.capped()
    for month in ("07", "08", "09"):
        dept.disobeyed(f"2026-{month}-06")
    assert [dept.month(f"2026-{month}")["deductions"]["deductible"] for month in ("07", "08", "09")] == ["300.00"] * 3
    assert dept.svc("audit year 2026 --json").json["whole"]["deductions"]["deductible"] == "900.00"


def test_who_has_left_gets_back_what_falls_and_nothing_is_deducted(dept: Department) -> None:
    dept.disobeyed("2026-10-05", "S03")
    dept("staff edit S03 --left 2026-10-20")
    dept.seal()
    second = dept("conduct log --about S03 --kind disobedience --summary no --at 2026-10-06T09:00")
    dept(f"finding uphold disobeyed_dispatch/{second} --reason so --at 2026-11-03T09:00")
    pay = dept.pay("S03")
    assert (pay["fines"], pay["deducted"], pay["waiting"]) == ("300.00", "0.00", "300.00")


def test_who_was_not_known_to_have_left_has_it_deducted(dept: Department) -> None:
    dept.disobeyed("2026-11-05", "S03")
    before = datetime.now().astimezone().isoformat(timespec="seconds")
    time.sleep(1.1)
    dept("staff edit S03 --left 2026-10-20")

    def pay(*more: str) -> list[tuple[str, str]]:
        return [(row["deducted"], row["waiting"]) for row in dept.month("2026-11", *more)["pay"]["by_staff"] if row["staff"] == "S03"]

    assert pay() == [("0.00", "300.00")]
    assert pay("--known-at", before) == [("300.00", "0.00")]


def test_a_wage_typed_after_the_seal_gives_the_sealed_month_no_other_ceiling(dept: Department) -> None:
    dept.capped(2600)
    dept.seal()
    dept("staff edit S02 --wage 3000 --from 2026-10-01")
    dept.disobeyed("2026-10-05")
    november = dept.month()
    assert (november["fines"]["payable"], november["deductions"]["deductible"]) == ("300.00", "100.00")
    (row,) = november["deductions"]["by_staff"]
    assert (row["concerns"], row["ceiling"], row["over"]) == ("2026-10", "100.00", "200.00")


def test_a_bonus_taken_back_leaves_its_month_the_ceiling_of_its_wage(dept: Department) -> None:
    dept.capped()
    path = dept.svc.desk / "rules.yaml"
    text = path.read_text("utf-8")
    rows = '  stars:\n    title: 满分\n    clause: "3.1"\n    history:\n      - from: 2026-01-01\n        yuan: 20\n'
    rule = '  - id: stars\n    clause: "3.1"\n    title: 满分\n    subject: survey\n    check: {is: {survey.overall: 5}}\n'
    rule += "    earned_at: survey.given_at\n    reward: {pay: stars}\n"
    text = text.replace("\n# ━━━━━━━━ 二、", f"{rows}\n# ━━━━━━━━ 二、", 1).replace("# ━━━━━━━━ 六、", f"{rule}\n# ━━━━━━━━ 六、", 1)
    path.write_text(text, "utf-8")
    dept("rules accept --reason 'decided today'")
    visit = dept.visited(day="2026-09-07")
    dept.left(visit, "2026-09-07", "--called-in")
    dept(f"report survey {visit} --score overall=5 --at 2026-09-07T12:00")
    dept.seal("2026-09")
    (bonus,) = [row["id"] for row in dept.month("2026-09")["bonuses"]]
    dept(f"finding dismiss {bonus} --reason 'filled in by himself' --at 2026-10-05T09:00")
    dept.seal()
    assert dept.pay(month="2026-10")["deducted"] == "20.00"
    dept.disobeyed("2026-10-06")  # typed after the seal
    november = dept.month()
    assert (november["fines"]["payable"], november["deductions"]["deductible"]) == ("300.00", "300.00")
