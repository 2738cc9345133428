"""1.11: goods come back only with the general manager's consent; without it the customer bears all costs.

`return request`, `approve` or `refuse` (the general manager alone), `receive --cost`. Goods that arrived without
consent did arrive: it is recorded, the finding is final of itself, and an approval given later does not cure it.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.scenes import NO_FINES, statuses, told
from tests.conftest import Svc

RECEIVE = "return receive {id} --cost 350 --at 2026-10-09T10:00"


def requested(svc: Svc) -> str:
    return svc('return request --machine SN-1 --from CU0001 --reason "wrong model" --at 2026-10-07T10:00').id


def approve(svc: Svc, id: str, at: str) -> None:
    svc(f"--as S05 return approve {id} --at {at}")


def received(figures: Any) -> tuple[int, str, str]:
    book = figures["returns"]
    return book["without_consent"], book["cost_to_customer"], book["cost_to_company"]


def test_goods_without_consent_are_at_the_customers_cost(svc: Svc) -> None:
    id = requested(svc)
    svc(RECEIVE.format(id=id))
    figures = svc.audit("2026-10")
    assert received(figures) == (1, "350.00", "0.00")
    (finding,) = figures["findings"]
    assert (finding["id"], finding["status"], finding["clause"]) == (f"return_not_approved/{id}", "final", "1.11")
    assert (finding["staff"], finding["date"]) == (None, "2026-10-09")
    assert figures["fines"] == NO_FINES
    assert told(svc, finding["id"]) == "borne by the customer: 350.00 yuan"


@pytest.mark.parametrize("at", ["2026-10-08T10:00", "2026-10-09T10:00"], ids=["before", "at the same moment"])
def test_with_consent_they_are_at_the_companys(svc: Svc, at: str) -> None:
    id = requested(svc)
    approve(svc, id, at)
    svc(RECEIVE.format(id=id))
    figures = svc.audit("2026-10")
    assert received(figures) == (0, "0.00", "350.00")
    assert figures["findings"] == []


def test_consent_given_later_cures_nothing(svc: Svc) -> None:
    id = requested(svc)
    svc(RECEIVE.format(id=id))
    approve(svc, id, "2026-10-09T10:01")
    figures = svc.audit("2026-10")
    assert received(figures) == (1, "350.00", "0.00")
    assert statuses(figures) == {f"return_not_approved/{id}": "final"}


def test_goods_that_were_refused_and_came_all_the_same(svc: Svc) -> None:
    id = requested(svc)
    svc(f'--as S05 return refuse {id} --reason "can be repaired" --at 2026-10-08T10:00')
    assert svc.audit("2026-10")["returns"]["closed"] == 1
    svc(RECEIVE.format(id=id))
    figures = svc.audit("2026-10")
    assert received(figures) == (1, "350.00", "0.00")
    assert (figures["returns"]["opened"], figures["returns"]["closed"], figures["returns"]["open"]) == (1, 1, 0)


def test_a_waived_finding_leaves_the_cost_with_the_company(svc: Svc) -> None:
    id = requested(svc)
    svc(RECEIVE.format(id=id))
    svc(f'--as S05 finding waive return_not_approved/{id} --reason "our mistake" --at 2026-10-10T10:00')
    assert received(svc.audit("2026-10")) == (1, "0.00", "350.00")
    assert told(svc, f"return_not_approved/{id}") == "nothing follows, it was waived"


def test_what_has_not_come_in_costs_nothing_yet_and_waits_for_consent(svc: Svc) -> None:
    id = requested(svc)
    book = svc.audit("2026-10")["returns"]
    assert (book["open"], book["awaiting_consent"], book["received"]) == (1, 1, 0)
    (item,) = svc("today --json").json  # the head sees it, and whose turn it is
    assert (item["kind"], item["id"], item["do"], item["for"]) == ("consent", id, None, ["gm"])
    (item,) = svc("--as S05 today --json").json
    assert item["do"] == f"svc return approve {id}"
    approve(svc, id, "2026-10-08T10:00")
    (item,) = svc("today --json").json  # agreed to, and the goods have not come
    assert (item["kind"], item["id"]) == ("receipt", id)
    svc(f"return receive {id} --cost 350 --at 2026-10-09T10:00")
    assert svc("today --json").json == []
    assert svc.audit("2026-10")["returns"]["awaiting_consent"] == 0


def test_the_general_manager_alone_decides_and_once(svc: Svc) -> None:
    id = requested(svc)
    for who in ("S01", "S02", "S04"):
        assert "gm" in svc(f"--as {who} return approve {id}", 3).err
        svc(f"--as {who} return refuse {id} --reason x", 3)
    approve(svc, id, "2026-10-08T10:00")
    assert "approved already" in svc(f"--as S05 return approve {id}", 4).err
    assert "approved at" in svc(f"--as S05 return refuse {id}", 4).err
    assert "--cost" in svc(f"return receive {id}", 2).err
