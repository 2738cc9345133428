"""3.8: quality trouble in bought-in machines and parts: head office has purchasing make the supplier solve it.

`claim open` names the supplier and the machine or part, `answer` what the supplier says, `close` what he bore; the
audit shows what is open, how old, with which supplier. (Whether a repair of a bought-in machine led to a claim is
the rule `outside_part_routed`, about repairs.)
"""

from __future__ import annotations

from tests.conftest import Svc


def opened(svc: Svc, more: str = "--part pump", at: str = "2026-10-05T10:00", supplier: str = "SP01") -> str:
    return svc(f'claim open --supplier {supplier} {more} --summary "housing cracked" --at {at}').id


def test_open_claims_by_supplier_with_their_age(svc: Svc) -> None:
    svc("supplier add --name Pumps")
    svc("supplier add --name Hoses")
    id = opened(svc)
    done = opened(svc, "--machine SN-1", "2026-10-06T10:00", "SP02")
    svc(f'claim answer {done} --text "sent a new one" --at 2026-10-07T10:00')
    svc(f"claim close {done} --amount 1200 --at 2026-10-15T10:00")
    figures = svc.audit("2026-10", "2026-10-20T12:00")["claims"]
    row = {
        "id": id, "supplier": "SP01", "name": "Pumps", "machine": None, "part": "pump", "report": None,
        "age_days": 15, "answered": False,
    }  # fmt: skip
    assert figures == {
        "opened": 2, "closed": 1, "open": 1, "overdue": None,
        "by_supplier": {"SP01": 1, "SP02": 1}, "recovered": "1200.00", "list": [row],
    }  # fmt: skip
    november = svc.audit("2026-11")["claims"]
    assert (november["opened"], november["open"], november["recovered"]) == (0, 1, "0.00")
    assert [(i["kind"], i["id"]) for i in svc("today --json").json] == [("claim", id)]


def test_a_claim_names_what_was_bought_in(svc: Svc) -> None:
    svc("supplier add --name Pumps")
    assert "--machine or --part" in svc("claim open --supplier SP01 --summary x", 2).err
    assert "SP09" in svc("claim open --supplier SP09 --part pump --summary x", 4).err
    assert "--supplier" in svc("claim open --part pump --summary x", 2).err


def test_it_is_closed_once_and_by_the_office(svc: Svc) -> None:
    svc("supplier add --name Pumps")
    id = opened(svc)
    svc(f"--as S02 claim close {id}", 3)
    svc(f"claim close {id} --at 2026-10-15T10:00")
    assert "closed already" in svc(f"claim close {id}", 4).err
    assert svc(f"claim show {id} --json").json["amount"] is None
