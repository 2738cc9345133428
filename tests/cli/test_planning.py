"""Who is where when, who is away, whom to send: the plan, absences, and the board beside the question who goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Svc, lived
from tests.transcripts.terminal import Terminal


@pytest.fixture
def office(svc: Svc) -> Svc:
    """Three technicians, two calls, of which one has a visit tomorrow at ten that takes three hours."""
    return lived(svc, planned)


def planned(svc: Svc) -> None:
    svc("staff add --id S20 --name 甄一帆 --role technician")
    svc("staff add --id S21 --name 李技工 --role technician")
    svc("staff add --id S22 --name 周仓库 --role warehouse")
    svc("customer add --name 长风化工厂 --phone 138-0000-1002 --region 宁波")
    svc("machine add --serial LX-7 --product LX --customer CU0002 --sold 2026-01-10")
    for n in (1, 2):
        svc(f"call log --channel phone --from CU2 --kind repair --machine LX-7 --needs-service --summary fault{n} --due 'tomorrow 10:30'")
    svc("visit dispatch --call C1 --staff S20 --promised 'tomorrow 10:00' --hours 3")


def test_the_plan_says_who_is_where_and_what_nobody_has(office: Svc, tmp_path: Path) -> None:
    office("staff away S21 --from tomorrow --to +3d --reason ill")
    found = office("plan week --json").json
    [visit] = [row for row in found["rows"] if row["kind"] == "visit"]
    assert (visit["staff"], visit["from"][11:16], visit["to"][11:16], visit["customer_name"]) == ("S20", "10:00", "13:00", "长风化工厂")
    assert visit["place"] == "宁波" and visit["machine"] == "LX-7" and visit["about"] == "fault1" and visit["state"] == "promised"
    assert {row["staff"] for row in found["rows"] if row["kind"] == "away"} == {"S21"}
    assert [row["about"] if "about" in row else row["id"][-4:] for row in found["unassigned"]] == ["0002"]
    assert "S20" not in {row["staff"] for row in found["free"] if row["day"] == visit["day"]}
    assert "S20" in {row["staff"] for row in found["free"] if row["day"] == found["from"]}
    assert all("ill" not in str(row) for row in found["rows"])
    shown = office("plan week").out
    assert "10:00–13:00" in shown and "all day" in shown and "not yet given to anybody" in shown
    assert {row["staff"] for row in office("plan week --staff S21 --json").json["rows"]} == {"S21"}
    assert office("plan --json").json["rows"] == []
    office("plan month", 2)
    for ending, words in ((".html", "长风化工厂"), (".md", "长风化工厂"), (".ics", "BEGIN:VEVENT")):
        file = tmp_path / f"plan{ending}"
        office(f"plan week --out {file}")
        assert words in file.read_text("utf-8")
    office(f"plan --out {tmp_path / 'plan.txt'}", 2)


def test_who_is_away_is_said_and_comes_back(office: Svc) -> None:
    away = office("staff away 甄一帆 --from tomorrow --to tomorrow --reason ill")
    assert "promised meanwhile: V" in away.out
    said = office("visit dispatch --call C2 --staff S20 --promised 'tomorrow 15:00'").err
    assert "甄一帆 is away from" in said
    office("undo")
    assert office("--as S02 absence list --json").json == []
    assert office("absence list --json").json[0]["reason"] == "ill"
    office("--as S02 staff away S02 --from tomorrow --to tomorrow", 3)
    office(f"absence back {away.id}")
    assert "is away" not in office("visit dispatch --call C2 --staff S20 --promised 'tomorrow 15:00'").err
    office(f"absence back {away.id}", 4)
    assert "is not after" in office("staff away S20 --from +3d --to tomorrow", 2).err
    assert office.run("ledger", "verify").code == 0


@pytest.mark.parametrize(("at", "clash"), [("09:00", False), ("09:30", True), ("12:59", True), ("13:00", False)])
def test_two_places_at_once_are_told_by_the_hours_said(office: Svc, at: str, clash: bool) -> None:
    said = office(f"visit dispatch --call C2 --staff S20 --promised 'tomorrow {at}'").err
    assert ("promised elsewhere then" in said) == clash


def test_what_speaks_against_it_is_said_in_both_languages(office: Svc) -> None:
    said = office("visit dispatch --call C1 --staff S22 --promised +3d").err
    assert "is no technician" in said and "is sent for C" in said and "the customer wants it by" in said
    zh = office.run("--lang", "zh", "visit", "dispatch", "--call", "C1", "--staff", "S22", "--promised", "+3d").err
    assert "不是服务技术员" in zh and "客户要求" in zh


@pytest.mark.parametrize(("lang", "when", "who", "free", "mended"), [
    ("en", "at the latest", "who goes", "nothing promised that day", "mended it"),
    ("zh", "最晚到场", "派谁去", "当天无约定", "已修好"),
])  # fmt: skip
def test_whom_to_send_is_asked_with_everybody_s_day(office: Svc, lang: str, when: str, who: str, free: str, mended: str) -> None:
    old = office("call log --channel phone --from CU2 --kind repair --machine LX-7 --needs-service --summary old --at 2026-10-05T08:00").id
    sent = office(f"visit dispatch --call {old} --staff S21 --promised 2026-10-05T15:00 --at 2026-10-05T09:00").id
    office(f"visit arrive {sent} --at 2026-10-05T14:00")
    office(f"visit leave {sent} --at 2026-10-05T16:00")
    office(f"report close {sent} --fault H --cause a --cause-class wear --solution b --no-parts --opinion c --resolved")
    with Terminal(["--lang", lang, "visit", "dispatch", "--call", "C2"], office.environ) as t:
        t.answer(when, "tomorrow 11:00")
        t.expect("甄一帆 · 10:00 长风化工厂 宁波")
        shown = " ".join(t.text().split())
        assert "1 李技工" in shown and free in shown and mended in shown
        t.answer(who, "1")
        t.answer("[y/N]", "y")  # later than the customer wants it
        assert t.end() == 0
    assert office("visit list --open --json").json[-1]["staff"] == "S21"


def test_whoever_names_no_call_is_offered_those_that_nobody_is_sent_for(office: Svc) -> None:
    with Terminal(["--lang", "zh", "visit", "dispatch", "--promised", "tomorrow 11:00"], office.environ) as t:
        t.expect("1  C")
        t.answer("对应来电", "1")
        t.answer("派谁去", "甄")
        t.answer("仍然派他去", "y")
        assert t.end() == 0, t.text()
    assert "fault2" in t.text() and "fault1" not in t.text(), "the first call has its visit"
    sent = office("visit list --open --json").json[-1]
    assert (sent["staff"], sent["call"][-4:]) == ("S20", "0002")
