"""1.2: the staff know every customer, "by the voice": whoever calls is recognised, with all that matters about him.

`customer show` is the caller's card, found by number in any spelling, name, short code, pinyin or serial number:
machines with what is left of their warranty, open work, last visits, a likely repeat, complaints (more in
tests/cli/test_customer_card.py). The audit counts the calls of customers known before they called.
"""

from __future__ import annotations

from tests.clauses.trade import asked
from tests.conftest import Svc


def test_the_caller_is_known_by_number_with_machine_and_open_work(svc: Svc) -> None:
    call = asked(svc)
    card = svc("customer show +86-13800000001 --json --as-of 2026-10-05T10:00").json
    assert (card["id"], card["name"], card["phone"]) == ("CU0001", "Works", "138-****-0001")
    machine = card["machines"][0]
    assert (machine["serial"], machine["warranty_days_left"], machine["in_warranty"]) == ("SN-1", 96, True)
    assert [(one["id"], one["waits_for"]) for one in card["open"]["calls"]] == [(call, "reply")]


def test_calls_of_known_customers_are_counted_those_of_strangers_not(svc: Svc) -> None:
    svc("customer edit CU0001 --since 2026-01-01T00:00")
    asked(svc)
    svc("call log --channel phone --from 139-0000-7777 --kind consult --summary price --at 2026-10-05T10:00")
    calls = svc.audit("2026-10")["calls"]
    assert (calls["registered"], calls["matched"]) == (2, 1)


def test_a_stranger_is_said_to_be_one(svc: Svc) -> None:
    refused = svc("customer show 139-0000-7777", 4)
    assert "no customer's number" in refused.err and "customer add" in refused.err
