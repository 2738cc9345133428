"""Two findings on one act, appeals, ceilings, rules kept with a seal: through the real command line."""

from __future__ import annotations

import pytest

from tests.clauses.scenes import complained, sent, visited
from tests.conftest import Svc

ACT = "conduct log --about S02 --kind disobedience --summary 'would not go' --visit {visit} --at 2026-10-06T13:00"


@pytest.fixture
def late(svc: Svc) -> tuple[str, str]:
    """S02 came late, for personal reasons, to a visit he had been ordered to; both stand, both carry a fine."""
    svc("rules set late_arrival 200 --from 2026-10-01")
    svc("rules set disobeyed_dispatch 300 --from 2026-10-01")
    visit = visited(svc, arrived="10:30")
    deed = svc(ACT.format(visit=visit)).id
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    svc(f"finding uphold disobeyed_dispatch/{deed} --reason heard --at 2026-10-08T09:00")
    return f"late_arrival/{visit}", f"disobeyed_dispatch/{deed}"


def standing(svc: Svc, month: str = "2026-10") -> dict[str, str]:
    return {row["id"]: row["status"] for row in svc.audit(month)["findings"]}


def declare(svc: Svc, then: str) -> None:
    """Decide otherwise in the file what happens where the two meet."""
    rules = svc.desk / "rules.yaml"
    old = "    - rules: [late_arrival, disobeyed_dispatch]\n      then: ask\n"
    new = old.replace("ask", then) if then else "    - rules: [late_arrival, reply_24h]\n      then: both\n"
    text = rules.read_text("utf-8")
    assert old in text
    rules.write_text(text.replace(old, new), "utf-8")


def test_ask_neither_counts_until_the_general_manager_has_chosen(svc: Svc, late: tuple[str, str]) -> None:
    one, other = late
    figures = svc.audit("2026-10")
    assert {row["id"]: row["status"] for row in figures["findings"]} == {one: "awaiting_ruling", other: "awaiting_ruling"}
    assert figures["fines"]["payable"] == "0.00"
    assert [(row["id"], row["kind"], row["age_days"]) for row in figures["open_rulings"]] == [
        (one, "overlap", 44), (other, "overlap", 43),
    ]  # fmt: skip
    waiting = svc("today --json --as-of 2026-11-20T12:00").json
    assert [(row["id"], row["kind"]) for row in waiting if row["kind"] == "overlap"] == [(one, "overlap"), (other, "overlap")]
    checked = svc("check --json --as-of 2026-11-20T12:00", 1).json
    assert {row["id"] for row in checked if row["kind"] == "overlap"} == {one, other}
    assert "nothing is due until somebody (gm) says which" in svc(f"finding show {one}").out
    refused = svc(f"finding settle {one} --against {other} --charge this --reason x", 3)
    assert "gm" in refused.err
    svc(f"--as S05 finding settle {one} --against {other} --charge this --reason 'one act' --at 2026-11-03T09:00")
    assert standing(svc) == {one: "final", other: "waived"}
    assert svc.audit("2026-10")["fines"]["payable"] == "0.00"
    assert svc.audit("2026-11")["fines"]["payable"] == "200.00"
    told = svc(f"finding show {other} --json").json["steps"]
    assert [step["kind"] for step in told][-3:] == ["overlap", "amount", "due"]
    assert told[-1]["en"] == f"due: nothing, {one} is charged"
    assert not [row for row in svc("today --json").json if row["kind"] == "overlap"]


def test_both_the_other_and_a_second_choice(svc: Svc, late: tuple[str, str]) -> None:
    one, other = late
    settle = f"--as S05 finding settle {other} --against {one} --reason 'heard both'"
    svc(f"{settle} --charge both --at 2026-10-10T09:00")
    assert svc.audit("2026-10")["fines"]["payable"] == "500.00"
    svc(f"{settle} --charge this --at 2026-10-11T09:00")
    assert (standing(svc), svc.audit("2026-10")["fines"]["payable"]) == ({one: "waived", other: "final"}, "300.00")
    svc(f"finding uphold {one} --reason 'they are two things after all' --at 2026-10-12T09:00")
    assert svc.audit("2026-10")["fines"]["payable"] == "500.00"


def test_larger_only_the_larger_counts_and_the_smaller_comes_back_without_it(svc: Svc, late: tuple[str, str]) -> None:
    one, other = late
    declare(svc, "larger")
    assert (standing(svc), svc.audit("2026-10")["fines"]["payable"]) == ({one: "waived", other: "final"}, "300.00")
    assert "only that one counts" in svc(f"finding show {one}").out
    svc(f"finding dismiss {other} --reason 'he never got the order' --at 2026-11-02T09:00")
    assert standing(svc) == {one: "final", other: "dismissed"}
    assert svc.audit("2026-11")["fines"]["payable"] == "-100.00"  # 300 taken back, 200 in its place


def test_undeclared_two_fines_for_one_act_are_held_and_somebody_chooses(svc: Svc, late: tuple[str, str]) -> None:
    one, other = late
    declare(svc, "")
    figures = svc.audit("2026-10")
    assert figures["fines"]["payable"] == "0.00"
    assert {(row["id"], row["kind"]) for row in figures["open_rulings"]} == {(one, "overlap"), (other, "overlap")}
    line = next(n for n, text in enumerate((svc.desk / "rules.yaml").read_text("utf-8").split("\n"), 1) if text == "overlaps:")
    shown = svc(f"finding show {one}").out
    assert "the rules name no pair of the two" in shown and f"rules.yaml:{line}" in shown
    assert "没有写这一组怎么算" in svc.run("--lang", "zh", "finding", "show", one).out
    assert {row["id"] for row in svc("check --json", 1).json if row["kind"] == "overlap"} == {one, other}
    svc(f"finding settle {one} --against {other} --charge this --reason x", 3)
    svc(f"--as S05 finding settle {one} --against {other} --charge this --reason 'one act' --at 2026-10-09T09:00")
    assert svc.audit("2026-10")["fines"]["payable"] == "200.00"


def test_both_declared_both_count(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-01")
    svc("rules set left_without_call 100 --from 2026-10-01")
    visit = visited(svc, arrived="10:30", leaving="--no-call-in")
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    assert svc.audit("2026-10")["fines"]["payable"] == "300.00"
    assert "both count where both stand" in svc(f"finding show late_arrival/{visit}").out


def test_an_appeal_is_shown_in_order_and_asks_for_another_ruling(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-01")
    id = f"late_arrival/{visited(svc, arrived='10:30')}"
    svc(f"finding uphold {id} --reason overslept --at 2026-10-07T09:00")
    assert "S02" in svc(f"--as S03 finding appeal {id} --reason x", 3).err
    svc(f"--as S02 finding appeal {id} --reason 'the gate was locked' --at 2026-10-08T09:00")
    assert "nobody has ruled since" in svc(f"--as S02 finding appeal {id} --reason again", 4).err
    figures = svc.audit("2026-10")
    assert figures["fines"]["payable"] == "200.00"  # what was ruled holds until somebody rules again
    assert [(row["id"], row["kind"], row["age_days"]) for row in figures["open_rulings"]] == [(id, "appeal", 43)]
    assert id in svc("check --as-of 2026-11-20T12:00", 1).out
    svc(f"--as S05 finding dismiss {id} --reason 'the log of the gate says so' --at 2026-10-09T09:00")
    told = [step for step in svc(f"finding show {id} --json").json["steps"] if step["kind"] in ("ruling", "appeal")]
    assert [(step["kind"], step["en"].split()[0]) for step in told] == [("ruling", "S01"), ("appeal", "S02"), ("ruling", "S05")]
    assert all("findings/" in step["source"] for step in told)
    assert svc.audit("2026-10")["fines"]["payable"] == "0.00"
    assert "nothing to appeal" in svc(f"--as S02 finding appeal {id} --reason more", 4).err


def test_nobody_rules_on_himself_whatever_his_role(svc: Svc) -> None:
    visit = sent(svc, staff="S01")
    svc(f"visit arrive {visit} --at 2026-10-06T10:30")
    assert "cannot rule" in svc(f"finding dismiss late_arrival/{visit} --reason 'I say so'", 4).err
    svc(f"--as S05 finding uphold late_arrival/{visit} --reason 'the head, too'")


def test_who_says_whether_a_complaint_is_true_is_in_the_file(svc: Svc) -> None:
    rules = svc.desk / "rules.yaml"
    question = "    answers: {true_fact: 属实, not_proved: 不能证实}\n    decided_by: [head, gm]\n"
    text = rules.read_text("utf-8")
    assert question in text
    rules.write_text(text.replace(question, question.replace("head, ", "")), "utf-8")
    complaint = complained(svc, "quarrel")
    assert "gm" in svc(f"complaint verify {complaint} --upheld --reason heard", 3).err
    svc(f"--as S05 complaint verify {complaint} --upheld --reason heard")


CAPS = """caps:
  monthly_deduction_percent:
    title: most
    history:
      - from: 2026-01-01
        percent: 20
  keep_at_least:
    title: left
    history:
      - from: 2026-01-01
        yuan: 2490
questions:
"""


def test_a_ceiling_on_what_is_deducted_with_its_arithmetic(svc: Svc) -> None:
    svc("rules set left_without_call 400.50 --from 2026-10-01")
    for day in ("06", "07"):
        visited(svc, day, leaving="--no-call-in")
    visited(svc, "08", leaving="--no-call-in", staff="S03")
    off = svc.audit("2026-10")["deductions"]
    assert off == {"capped": False, "deductible": "1201.50", "wage_missing": 0, "by_staff": []}
    rules = svc.desk / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("questions:\n", CAPS), "utf-8")
    svc("staff edit S02 --wage 3000")
    on = svc.audit("2026-10")
    assert on["fines"]["payable"] == "1201.50"  # what is owed is not changed by what may be deducted
    rows = {row["staff"]: row for row in on["deductions"]["by_staff"]}
    assert {k: rows["S02"][k] for k in ("amount", "wage", "ceiling", "deductible", "over")} == {
        "amount": "801.00", "wage": "3000.00", "ceiling": "510.00", "deductible": "510.00", "over": "291.00",
    }  # fmt: skip
    assert (rows["S03"]["ceiling"], rows["S03"]["deductible"], rows["S03"]["over"]) == (None, None, None)
    assert (on["deductions"]["deductible"], on["deductions"]["wage_missing"]) == ("510.00", 1)
    told = svc("staff show S02 --month 2026-10").out
    for line in (
        "fines of the month: 400.50 + 400.50 = 801.00 yuan",
        "ceiling: 20.00 % × 3000.00 = 600.00 yuan  [rules.yaml:",
        "at most 3000.00 − 2490.00 = 510.00 yuan",
        "deducted: 510.00 yuan; 291.00 yuan are over the ceiling and not deducted, now or later",
    ):
        assert line in told
    assert "his wage is not recorded: nothing is deducted" in svc("staff show S03 --month 2026-10").out
    assert "上限：20.00 % × 3000.00 = 600.00 元" in svc("--lang zh staff show S02 --month 2026-10").out
    svc("rules set monthly_deduction_percent 10 --from 2026-10-01")
    assert svc.audit("2026-10")["deductions"]["by_staff"][0]["ceiling"] == "300.00"


def test_a_sealed_month_computes_by_the_rules_it_was_sealed_with(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-10-01")
    svc("rules set reply_within '12 hours' --from 2026-10-01")
    call = svc("call log --channel phone --from CU0001 --kind consult --summary x --at 2026-10-05T09:00").id
    svc(f"call reply {call} --text y --at 2026-10-06T08:00")
    visit = visited(svc, arrived="10:30")
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    waiting = visited(svc, "20", arrived="10:30")
    sealed_by = svc("audit submit 2026-10").out
    assert "sealed" in sealed_by
    before = svc("audit month 2026-10 --json").json
    assert (before["fines"]["payable"], before["replies"]["late"]) == ("200.00", 1)

    assert "2026-10, which is sealed" in svc("rules set late_arrival 500 --from 2026-10-15", 2).err
    rules = svc.desk / "rules.yaml"
    text = rules.read_text("utf-8").replace("yuan: 200  #", "yuan: 900  #").replace("value: 12 hours", "value: 24 hours")
    rules.write_text(text, "utf-8")  # by hand, whatever the program says
    complaint = svc("rules check", 1).err
    assert complaint.count("this would change 2026-10, which is sealed (sealed-month)") == 2

    now = svc("audit month 2026-10 --json --as-of now").json
    assert (now["fines"]["payable"], now["replies"]["late"]) == ("200.00", 1)
    assert now["rules"] == before["rules"]
    svc(f"finding uphold late_arrival/{waiting} --reason 'overslept again' --at 2026-11-02T09:00")
    assert svc.audit("2026-11")["fines"]["payable"] == "200.00"  # of the day of the offence, as it was sealed
    shown = svc(f"finding show late_arrival/{waiting}").out
    assert "200.00 yuan  [data/seals/2026-10.rules.yaml:" in shown
    (svc.desk / "data" / "seals" / "2026-10.rules.yaml").write_bytes(text.encode())
    assert "not those it was sealed with" in svc("audit month 2026-10 --as-of now", 5).err
