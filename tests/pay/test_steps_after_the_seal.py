"""Of amounts that grow from time to time what a seal charged keeps its number: it falls, it never rises for what is learned late."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Svc
from tests.pay.department import Department


@pytest.fixture
def dept(svc: Svc) -> Department:
    """The third time of a month that somebody left without a call, or of a quarter that he disobeyed, costs more."""
    dept = Department(svc)
    path = svc.desk / "rules.yaml"
    text = re.sub(r"^format: svc-rules/\d", "format: svc-rules/2", path.read_text("utf-8"), flags=re.MULTILINE)
    text, changed = re.subn(r"yuan: 50(?=\s)", "steps: {per: month, yuan: [100, 100, 200]}", text)
    text, more = re.subn(r"yuan: 300(?=\s)", "steps: {per: quarter, yuan: [300, 300, 600]}", text)
    assert changed == more == 1
    path.write_text(text, "utf-8")
    dept("rules accept --reason 'decided today'")
    return dept


def carried(dept: Department, month: str = "2026-11") -> dict[tuple[str, str], str]:
    return {(row["staff"], row["id"].partition("/")[2]): row["amount"] for row in dept.month(month)["carried"]}


def test_what_turns_out_to_be_anothers_is_his_next_time_and_raises_none_before(dept: Department) -> None:
    first = dept.silent("S02", "2026-10-05")
    dept.silent("S03", "2026-10-06")
    dept.silent("S03", "2026-10-07")
    dept.seal()
    dept(f"visit correct {first} --staff S03 --reason misread")
    assert carried(dept) == {("S02", first): "-100.00", ("S03", first): "200.00"}


def test_to_be_upheld_once_more_after_the_seal_is_no_later_time(dept: Department) -> None:
    first, _, _ = (dept.disobeyed(f"2026-10-0{n}") for n in (5, 6, 7))
    dept.seal()
    dept(f"finding uphold disobeyed_dispatch/{first} --reason 'he was heard again' --at 2026-11-03T09:00")
    assert carried(dept) == {}


def test_what_was_learned_late_and_charged_keeps_its_number_too(dept: Department) -> None:
    dept.disobeyed("2026-07-06")
    dept.seal("2026-07")
    late = dept.disobeyed("2026-07-03")
    assert carried(dept, "2026-08") == {("S02", late): "300.00"}
    dept.seal("2026-08")
    dept.disobeyed("2026-09-07")
    september = dept.month("2026-09")
    assert [row["amount"] for row in september["fined"]] == ["600.00"] and september["carried"] == []


def test_another_day_of_another_month_is_a_new_time_there(dept: Department) -> None:
    moved = dept.silent("S02", "2026-09-28")
    dept.seal("2026-09")
    dept.silent("S02", "2026-10-06")
    dept.silent("S02", "2026-10-07")
    dept.seal()
    dept(f"visit correct {moved} --arrived-at 2026-10-02T09:50 --left-at 2026-10-02T11:00 --reason 'wrong day'")
    rows = [(row["concerns"], row["amount"]) for row in dept.month()["carried"]]
    assert rows == [("2026-09", "-100.00"), ("2026-10", "200.00")]


def test_one_forgiven_before_it_was_charged_counts_from_the_seal_that_knew_of_it(dept: Department) -> None:
    forgiven = dept.silent("S02", "2026-10-05")
    dept(f"--as S05 finding waive left_without_call/{forgiven} --reason hospital --at 2026-10-08T09:00")
    dept.silent("S02", "2026-10-06")
    dept.silent("S02", "2026-10-07")
    assert dept.month("2026-10")["fines"]["payable"] == "300.00"
    dept.seal()
    late = dept.silent("S02", "2026-10-03")
    assert carried(dept) == {("S02", late): "200.00"}


def test_which_time_it_was_is_counted_over_the_whole_quarter(dept: Department) -> None:
    for day in ("2026-09-07", "2026-09-08"):
        dept.disobeyed(day)
    dept.seal("2026-08")
    dept.seal("2026-09")
    late = dept.disobeyed("2026-08-05")
    (row,) = dept.month("2026-10")["carried"]
    assert (row["id"], row["concerns"], row["amount"]) == (f"disobeyed_dispatch/{late}", "2026-08", "600.00")


def test_what_is_ruled_on_months_later_is_counted_with_its_own_month(dept: Department) -> None:
    *_, third = (dept.silent("S02", f"2026-07-0{n}") for n in (6, 7, 8))
    ruled = f"left_without_call/{third} --reason so"
    dept(f"--as S05 finding dismiss {ruled} --at 2026-07-09T09:00")
    dept(f"--as S05 finding uphold {ruled} --at 2026-11-03T09:00")
    assert [row["amount"] for row in dept.month("2026-11")["fined"]] == ["200.00"]


def test_one_that_falls_lowers_a_later_one_whenever_that_became_final(dept: Department) -> None:
    first, _, third = (dept.silent("S02", f"2026-07-0{n}") for n in (6, 7, 8))
    ruled = f"left_without_call/{third} --reason so"
    dept(f"--as S05 finding dismiss {ruled} --at 2026-07-09T09:00")
    dept(f"--as S05 finding uphold {ruled} --at 2026-09-03T09:00")
    for month in ("2026-07", "2026-08", "2026-09"):
        dept.seal(month)
    assert dept.pay(month="2026-09")["fines"] == "200.00"
    dept(f"--as S05 finding dismiss left_without_call/{first} --reason 'phone bill' --at 2026-10-05T09:00")
    rows = [(row["id"], row["concerns"], row["amount"]) for row in dept.month("2026-10")["carried"]]
    assert rows == [(f"left_without_call/{third}", "2026-09", "-100.00")]
