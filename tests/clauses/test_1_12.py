"""1.12: a tool bought on a trip goes back into the warehouse, or its money is not reimbursed.

`tool buy`, `tool turn-in`, and the `tool` lines of `expense submit`: a line asks for a tool of its trip and amount
(where none has that amount, for all tools of the trip), and is blocked while one of them is not in the warehouse
when the claim is submitted.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.scenes import statuses, told, visited
from tests.conftest import Svc


def trip(svc: Svc) -> str:
    return visited(svc, more="--place 杭州")


def bought(svc: Svc, visit: str, amount: str = "89.50") -> str:
    return svc(f"--as S02 tool buy --trip {visit} --name wrench --amount {amount} --at 2026-10-06T11:00").id


def turned_in(svc: Svc, tool: str, at: str) -> None:
    svc(f"tool turn-in {tool} --at {at}")


def claimed(svc: Svc, visit: str, *amounts: str, at: str = "2026-10-08T10:00") -> str:
    lines = " ".join(f"--line tool:{amount}:杭州:2026-10-06" for amount in amounts)
    id = svc(f"--as S02 expense submit --trip {visit} {lines} --at {at}").id
    svc(f"expense review {id} --approve --at 2026-10-20T10:00")
    return id


def money(figures: Any) -> tuple[str, str]:
    return figures["expenses"]["approved"], figures["expenses"]["blocked_by_tools"]


def test_claimed_before_it_was_turned_in_it_is_not_paid(svc: Svc) -> None:
    visit = trip(svc)
    tool = bought(svc, visit)
    claim = claimed(svc, visit, "89.50")
    assert told(svc, f"tool_not_returned/{tool}") == "not reimbursed: 89.50 yuan"
    figures = svc.audit("2026-10")
    assert money(figures) == ("0.00", "89.50")
    assert figures["expenses"]["unpaid"] == [
        {
            "id": f"{claim}/1", "staff": "S02", "name": "Tech", "category": "tool", "amount": "89.50",
            "outcome": "blocked_by_tools", "rule": "tool_not_returned",
        }
    ]  # fmt: skip
    assert statuses(figures) == {f"tool_not_returned/{tool}": "final"}
    assert figures["tools"] == {
        "opened": 1, "closed": 0, "open": 1, "overdue": None, "bought": "89.50", "not_turned_in": "89.50",
    }  # fmt: skip
    assert ("turn-in", tool, "S02") in [(i["kind"], i["id"], i["staff"]) for i in svc("today --json").json]


@pytest.mark.parametrize("at", ["2026-10-07T09:00", "2026-10-08T10:00"], ids=["before", "at the same moment"])
def test_turned_in_by_then_it_is_paid(svc: Svc, at: str) -> None:
    visit = trip(svc)
    turned_in(svc, bought(svc, visit), at)
    claimed(svc, visit, "89.5")
    figures = svc.audit("2026-10")
    assert money(figures) == ("89.50", "0.00")
    assert figures["findings"] == [] and figures["tools"]["not_turned_in"] == "0.00"


def test_turned_in_later_it_is_paid_by_a_new_claim_only(svc: Svc) -> None:
    visit = trip(svc)
    tool = bought(svc, visit)
    claimed(svc, visit, "89.50")
    turned_in(svc, tool, "2026-10-09T10:00")
    assert money(svc.audit("2026-10")) == ("0.00", "89.50")
    claimed(svc, visit, "89.50", at="2026-10-10T10:00")
    figures = svc.audit("2026-10")
    assert money(figures) == ("89.50", "89.50")
    assert statuses(figures) == {f"tool_not_returned/{tool}": "final"}


def test_of_two_alike_the_one_that_is_back_is_paid(svc: Svc) -> None:
    visit = trip(svc)
    kept, back = bought(svc, visit), bought(svc, visit)
    turned_in(svc, back, "2026-10-07T09:00")
    claimed(svc, visit, "89.50")
    assert svc.audit("2026-10")["findings"] == []
    claimed(svc, visit, "89.50", at="2026-10-09T10:00")
    figures = svc.audit("2026-10")
    assert money(figures) == ("89.50", "89.50")
    assert statuses(figures) == {f"tool_not_returned/{kept}": "final"}


def test_a_line_of_another_amount_waits_for_all_tools_of_the_trip(svc: Svc) -> None:
    visit = trip(svc)
    turned_in(svc, bought(svc, visit, "40"), "2026-10-07T09:00")
    second = bought(svc, visit, "50")
    claimed(svc, visit, "90")
    assert money(svc.audit("2026-10")) == ("0.00", "90.00")
    turned_in(svc, second, "2026-10-09T09:00")
    claimed(svc, visit, "90", at="2026-10-10T10:00")
    assert money(svc.audit("2026-10")) == ("90.00", "90.00")


def test_a_tool_that_nobody_recorded_as_bought_is_not_paid(svc: Svc) -> None:
    claimed(svc, trip(svc), "89.50")
    assert money(svc.audit("2026-10")) == ("0.00", "89.50")


def test_a_tool_is_paid_once(svc: Svc) -> None:
    visit = trip(svc)
    turned_in(svc, bought(svc, visit, "89.50"), "2026-10-07T09:00")
    claimed(svc, visit, "89.50")
    claimed(svc, visit, "89.50", at="2026-10-10T10:00")
    assert money(svc.audit("2026-10")) == ("89.50", "89.50")


def test_a_claim_in_a_later_month_knows_the_tools_of_its_trip(svc: Svc) -> None:
    visit = trip(svc)
    kept, back = bought(svc, visit, "60"), bought(svc, visit, "70")
    turned_in(svc, back, "2026-10-07T09:00")
    line = "--line tool:60:杭州:2026-10-06 --line tool:70:杭州:2026-10-06"
    id = svc(f"--as S02 expense submit --trip {visit} {line} --at 2026-11-03T10:00").id
    svc(f"expense review {id} --approve --at 2026-11-04T10:00")
    figures = svc.audit("2026-11")
    assert money(figures) == ("70.00", "60.00")
    assert statuses(figures) == {f"tool_not_returned/{kept}": "final"}
    assert svc(f"finding show tool_not_returned/{kept} --json").json["status"] == "final"
    assert money(svc.audit("2026-10")) == ("0.00", "0.00")


def test_a_waived_finding_is_paid_after_all(svc: Svc) -> None:
    visit = trip(svc)
    tool = bought(svc, visit)
    claimed(svc, visit, "89.50")
    svc(f'finding waive tool_not_returned/{tool} --reason "left with the customer on our word" --at 2026-10-21T10:00')
    assert money(svc.audit("2026-10")) == ("89.50", "0.00")


def test_a_technician_cannot_turn_it_in_himself(svc: Svc) -> None:
    tool = bought(svc, trip(svc))
    assert "warehouse" in svc(f"--as S02 tool turn-in {tool}", 3).err
    turned_in(svc, tool, "2026-10-07T09:00")
    assert "turned in already" in svc(f"tool turn-in {tool}", 4).err
    assert [row["open"] for row in svc("tool list --json").json] == [False]
