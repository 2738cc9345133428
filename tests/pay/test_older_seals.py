"""Seals of before lines of pay were kept: what they only listed is said once, settled by hand or carried."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

import pytest

from svc.desk.open import Desk
from svc.recording.sealing import current_figures, totals
from tests.conftest import Svc
from tests.pay.department import Department, carried
from tests.transcripts.terminal import Terminal

NEWER = ("pay", "carried", "bonuses")


def seal_as_before(dept: Department, month: str, adjustments: Any = ()) -> None:
    """Seal a month the way the program of before did: no lines, no entry; what was learned stands in a list alone."""
    desk = Desk(dept.svc.desk)
    view = desk.view()
    figures = {k: v for k, v in current_figures(desk, month, view).items() if k not in NEWER}
    figures |= {"adjustments": list(adjustments), "sealed": True}
    data = json.dumps(figures, ensure_ascii=False).encode()
    rules = desk.documents.read("rules.yaml") or b""
    with desk.ledger.lock():
        made = desk.seals.drafted(month, view.now.isoformat(timespec="seconds"), "S01", data, rules, totals(figures), lambda _: None)
        desk.seals.keep(month, made)
        while desk.now() <= view.now:
            pass


@pytest.fixture
def dept(svc: Svc) -> Department:
    """August sealed, then three silent leavings of August typed: September's seal lists them and charges none."""
    dept = Department(svc)
    days = [f"2026-08-0{n}" for n in (5, 6, 7)]
    visits = [dept.visited(day=day) for day in days]
    seal_as_before(dept, "2026-08")
    for visit, day in zip(visits, days, strict=True):
        dept.left(visit, day)
    like = {"month": "2026-08", "staff": "S02", "name": "Tech", "clause": "4.4", "was": None, "now": "final", "amount": "50.00"}
    seal_as_before(dept, "2026-09", [{**like, "id": f"left_without_call/{visit}"} for visit in visits])
    return dept


def test_what_older_seals_listed_is_said_once_line_by_line(dept: Department) -> None:
    svc = dept.svc
    waits = svc("audit settle --json").json
    assert [(row["month"], row["staff"], row["amount"], row["listed"]) for row in waits] == [("2026-08", "S02", "50.00", "2026-09")] * 3
    refused = svc("audit submit 2026-10", code=4)
    assert "3 differences" in refused.err and "svc audit settle" in refused.err
    said = svc(f"audit settle --by-hand {waits[0]['line']} --carry {waits[1]['line']}").out
    assert said.count("settled by hand") == said.count("carried") == 1 and waits[2]["line"] in said
    assert [row["line"] for row in svc("audit settle --json").json] == [waits[2]["line"]]
    assert [row["id"] for row in dept.month("2026-10")["carried"]] == [waits[1]["id"], waits[2]["id"]]
    svc("audit settle --by-hand all")
    assert "nothing is left" in svc("audit settle").out
    assert dept.pay(month="2026-10")["deducted"] == "50.00"
    dept.seal("2026-10")
    assert dept.month("2026-11")["carried"] == []
    svc("ledger verify")


def test_only_who_may_seal_says_it(dept: Department) -> None:
    assert "who may" in dept.svc("--as S02 audit settle --by-hand all", code=3).err
    assert "no difference" in dept.svc("audit settle --carry 2026-08/S02/late_arrival/V9", code=4).err
    assert len(dept.svc("audit settle --json").json) == 3


def test_what_was_settled_by_hand_and_falls_is_paid_back(dept: Department) -> None:
    first = dept.svc("audit settle --json").json[0]["id"]
    dept("audit settle --by-hand all")
    assert dept.month("2026-10")["carried"] == []
    dept(f"visit correct {first.partition('/')[2]} --called-in 2026-08-05T10:30 --reason 'phone bill'")
    assert carried(dept.month("2026-10")) == {("S02", "2026-08"): "-50.00"}
    assert dept.pay(month="2026-10")["net"] == "50.00"


def test_a_moment_before_it_was_said_knows_nothing_of_it(dept: Department) -> None:
    before = datetime.now().astimezone().isoformat(timespec="seconds")
    time.sleep(1.1)
    dept("audit settle --by-hand all")
    assert len(dept.month("2026-10", "--known-at", before)["carried"]) == 3
    assert dept.month("2026-10")["carried"] == []




def test_on_a_terminal_they_are_asked_one_after_the_other(dept: Department) -> None:
    with Terminal(["audit", "settle"], dept.svc.environ) as screen:
        for answer in ("y", "perhaps", "n", "y"):
            screen.answer("settled by hand?", answer)
        screen.expect("settled by hand", 60)
        assert screen.end() == 0
    assert len(dept.month("2026-10")["carried"]) == 1
