"""Dangerous edits through the command line: of the desk's own file, of a file beside it; whom they hit is said before and after."""

from __future__ import annotations

import re

import pytest

from tests.clauses.scenes import visited
from tests.conftest import Svc


def edit(svc: Svc, old: str, new: str) -> None:
    """Change the desk's rules by hand."""
    file = svc.desk / "rules.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def late(svc: Svc) -> tuple[Svc, str]:
    """A desk on which S02 came late, by his own doing, and left without a call: 100 and 50 yuan."""
    svc("rules set late_arrival 100 --from 2026-01-01")
    svc("rules set left_without_call 50 --from 2026-01-01")
    visit = visited(svc, arrived="10:50", leaving="--no-call-in")
    svc(f"finding uphold late_arrival/{visit} --reason overslept --at 2026-10-07T09:00")
    return svc, visit


def test_a_question_deleted_by_hand_holds_the_fine_until_it_is_said_why(late: tuple[Svc, str]) -> None:
    svc, visit = late
    assert svc.audit("2026-10")["fines"]["payable"] == "150.00"
    edit(svc, "    decision: {personal_cause: personal}\n", "")
    told = svc("rules check", 1).err
    assert re.search(r"rules.yaml:\d+:9: late_arrival fines under 4.5 without asking personal_cause", told)
    assert 'departs_from: {clause: "4.5", why: …}' in told
    figures = svc.audit("2026-10")
    assert figures["fines"]["payable"] == "50.00"
    assert [(one["id"], one["kind"]) for one in figures["open_rulings"]] == [(f"late_arrival/{visit}", "rule")]
    assert "nothing is due until it is mended or says why" in svc(f"finding show late_arrival/{visit}").out
    edit(svc, "    sanction: {fine: late_arrival}\n", '    departs_from: {clause: "4.4", why: 部门规定}\n    sanction: {fine: late_arrival}\n')
    assert "departs from 4.4" in svc("rules check", 1).err
    assert svc.audit("2026-10")["fines"]["payable"] == "50.00"
    edit(svc, 'departs_from: {clause: "4.4"', 'departs_from: {clause: "4.5"')
    assert svc.audit("2026-10")["fines"]["payable"] == "150.00"
    assert "the rule departs from clause 4.5: 部门规定" in svc(f"finding show late_arrival/{visit}").out
    assert "部门规定" in svc("staff statement S02 --month 2026-10").out


def test_whom_a_change_by_hand_hits_is_said_before_it_is_recorded_and_when(late: tuple[Svc, str]) -> None:
    svc, visit = late
    assert "changes" not in svc("rules check").out
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    (svc.desk / "other.yaml").write_text(re.sub("yuan: 100 .*", "yuan: 1000", text), "utf-8")
    said = [f"late_arrival/{visit}  ", "final 100.00 → final 1000.00", "in all: 150.00 → 1050.00 yuan"]
    for command in ("rules check other.yaml", "rules replay other.yaml --from 2026-10 --to 2026-10"):
        out = svc(command).out
        assert all(word in out or command.startswith("rules replay") for word in said) and "1000.00" in out
    assert "late_arrival: 1000.00 yuan for one time" in svc("rules check other.yaml").err  # ten times what it was
    (svc.desk / "rules.yaml").write_bytes((svc.desk / "other.yaml").read_bytes())
    assert all(word in svc("rules check").out for word in said)
    accepted = svc("rules accept --reason 'a slip'").out
    assert all(word in accepted for word in said)
    assert "→" not in svc("rules check").out


def test_a_case_that_comes_out_otherwise_names_rule_and_case(late: tuple[Svc, str]) -> None:
    svc, _ = late
    edit(svc, "reported: {fact: conduct.kind, is: disobedience}", "reported: {fact: conduct.kind, is: fraud}")
    told = svc("rules check", 1).err
    assert re.search(r"rules.yaml:\d+:9: disobeyed_dispatch: the case '.*' \(rules_tests.yaml:\d+\) expects \w+, found \w+ \(case-fails\)", told)
    assert re.search(r"没有|应为", svc("--lang zh rules check", 1).err)


def test_another_time_zone(svc: Svc) -> None:
    edit(svc, "timezone: Asia/Shanghai", "timezone: Europe/Berlin")
    assert "the time zone was Asia/Shanghai" in svc("rules check").err


def test_set_says_that_conditions_and_steps_end(svc: Svc) -> None:
    rows = "      - {from: 2026-10-01, steps: {per: month, yuan: [100, 200]}}\n      - {from: 2026-10-01, when: {customer.key: yes}, yuan: 300}\n"
    edit(svc, "      - from: 2026-01-01\n        yuan:\n  report_incomplete", rows + "  report_incomplete")
    out = svc("rules set late_arrival 120 --from 2027-01-01").out
    assert "end with 2026-12-31" in out and "+      - {from: 2027-01-01, yuan: 120}" in out
    assert "120.00 yuan" in svc("rules explain late_arrival").out


def test_every_version_of_a_rule_is_explained(svc: Svc) -> None:
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    found = re.search(r"(?ms)^  - id: late_arrival\n.*?\n\n", text)
    assert found
    second = found[0].replace("id: late_arrival\n", "id: late_arrival\n    from: 2027-01-01\n    waived_by: [gm]\n")
    edit(svc, found[0], found[0] + second)
    out = svc("rules explain late_arrival").out
    assert out.count("clause 4.5") == 2 and "it holds from 2027-01-01" in out and "only gm may waive it" in out
    assert [one["id"] for one in svc("rules explain late_arrival --json").json] == ["late_arrival", "late_arrival"]


def test_what_was_recorded_under_own_is_not_deleted_but_gets_a_last_day(svc: Svc) -> None:
    own = "own:\n  conduct_kinds:\n    smoking: {title: 在客户车间抽烟}\n    chewing: {title: 嚼口香糖}\n  report_items:\n    photo: {title: 现场照片}\n"
    edit(svc, "\namounts:\n", f"\n{own}amounts:\n")
    svc("rules accept --reason 'decision of 2026-09-20'")
    svc("conduct log --about S02 --kind smoking --summary x --at 2026-10-13T11:00")
    visit = visited(svc)
    svc(f"report close {visit} --cause wear --solution seal --no-parts --opinion good --item photo=IMG-1 --at 2026-10-06T13:00")
    edit(svc, own, "own:\n  report_items:\n    video: {title: 录像}\n")
    told = svc("rules check", 1).err
    assert "smoking was recorded already" in told and "photo was recorded already" in told and "chewing" not in told
    assert "smoking: {title: 在客户车间抽烟, until: 20" in told
    kept = "own:\n  conduct_kinds:\n    smoking: {title: 在客户车间抽烟, until: 2026-10-31}\n  report_items:\n    photo: {title: 现场照片}\n"
    edit(svc, "own:\n  report_items:\n    video: {title: 录像}\n", kept)
    assert "recorded already" not in svc("rules check").err
    assert "smoking" in svc("conduct list").out


def test_who_may_waive_is_in_the_file(late: tuple[Svc, str]) -> None:
    svc, visit = late
    edit(svc, "    sanction: {fine: late_arrival}\n", "    sanction: {fine: late_arrival}\n    waived_by: [gm]\n")
    assert "who may: gm" in svc(f"finding waive late_arrival/{visit} --reason x", 3).err
    svc(f"--as S05 finding waive late_arrival/{visit} --reason x --at 2026-10-08T09:00")
    assert svc.audit("2026-10")["fines"]["payable"] == "50.00"
