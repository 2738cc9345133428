"""The board says where: the errand of whoever is sent, everybody's things person by person, commands that can be pasted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import Svc, today
from tests.transcripts.terminal import Terminal, width


@pytest.fixture
def sent(svc: Svc) -> Svc:
    """S02 is sent to a customer for a machine that somebody mended a month ago."""
    svc("customer add --name 长风化工厂 --phone 138-0000-1002 --contact 甄厂长 --address 海港路1号")
    svc(f"machine add --serial LX-7 --product LX200 --customer CU0002 --sold 2026-01-10 --warranty-until {today() + timedelta(days=90)}")
    log = "call log --channel phone --from CU2 --kind repair --machine LX-7 --needs-service"
    old = svc(f"{log} --summary old --at 2026-10-05T08:00").id
    before = svc(f"visit dispatch --call {old} --staff S03 --promised 2026-10-05T15:00 --at 2026-10-05T09:00").id
    svc(f"visit arrive {before} --at 2026-10-05T14:00")
    svc(f"visit leave {before} --called-in 2026-10-05T15:30 --at 2026-10-05T16:00")
    svc(f"report close {before} --fault HYD --cause a --cause-class wear --solution b --no-parts --opinion c --resolved")
    call = svc(f"{log} --summary 'the boom drifts'").id
    svc(f"visit dispatch --call {call} --staff S02 --promised +1d")
    svc(f"call reply {call} --text 'tomorrow morning'")
    return svc


def test_his_board_says_where_and_what_for(sent: Svc) -> None:
    [row] = [row for row in sent("--as S02 today --json").json if row["kind"] == "arrive"]
    found = row["errand"]
    assert (found["name"], found["address"], found["contact"], found["phone"]) == ("长风化工厂", "海港路1号", "甄厂长", "138-0000-1002")
    assert (found["machine"], found["product"], found["in_warranty"], found["fault"]) == ("LX-7", "LX200", True, "the boom drifts")
    assert found["told"] == "tomorrow morning" and [one["fault"] for one in found["last_visits"]] == ["HYD"]
    seen = [one for one in sent("access list --json").json if one["whose"] == row["id"]]
    assert len(seen) == 1
    sent("--as S02 today --json")
    assert len([one for one in sent("access list --json").json if one["whose"] == row["id"]]) == 1  # once a day
    assert not [one for one in sent("--as S03 today --json").json if one.get("errand")]
    assert "errand" not in sent("--as S04 today --json").out and "138-0000-1002" not in sent("today --all --json").out


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [40, 80])
def test_his_board_fits_and_can_be_worked_from(sent: Svc, lang: str, columns: int) -> None:
    with Terminal(["--lang", lang, "--as", "S02", "today"], sent.environ, columns, 60) as t:
        assert t.end() == 0
        shown = t.text()
    for words in ("长风化工厂", "138-0000-1002", "LX200", "the boom drifts", "HYD", "svc visit arrive V2"):
        assert words in shown
    assert all(width(line) <= columns for line in shown.splitlines())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_head_s_board_goes_person_by_person_a_line_a_thing(sent: Svc, lang: str) -> None:
    sent("call log --channel phone --from CU2 --kind repair --needs-service --summary '" + "x" * 120 + "'")
    with Terminal(["--lang", lang, "today", "--all"], sent.environ, 80, 60) as t:
        assert t.end() == 0
        lines = t.text().splitlines()
    rows = [line for line in lines if line.startswith("  ")]
    assert all(width(line) <= 80 for line in lines) and all("svc " in line for line in rows)
    assert not any("|" in line or "--text …" in line for line in rows)
    assert "Tech (1)" in lines


def test_a_long_board_is_paged_and_no_command_offers_two(sent: Svc) -> None:
    for n in range(30):
        sent(f"call log --channel phone --from CU2 --kind consult --summary x{n}")
    with Terminal(["today", "--all"], {**sent.environ, "PAGER": "sed -n 1,3p"}, 80, 20) as t:
        t.end()
        assert len(t.text().splitlines()) <= 4
    sent("complaint log --channel phone --from CU2 --about S02 --kind service --cause attitude --summary x")
    assert all("|" not in (row["do"] or "") for row in sent("today --all --json").json)
