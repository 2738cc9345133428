"""2.1: in warranty, a fault of manufacture, assembly or material is repaired free of charge.

`quote make` decides it from the machine's warranty on the day of the call and the class of the cause; a customer who
paid for such a repair all the same is a breach of `warranty_charged`.
"""

from __future__ import annotations

import pytest

from tests.clauses.trade import asked, begun, old, reported
from tests.conftest import Svc


@pytest.mark.parametrize("cause", ["manufacture", "assembly", "material", "材料"])
def test_a_quality_fault_in_warranty_is_free(svc: Svc, cause: str) -> None:
    made = svc(f"quote make --call {asked(svc)} --part seal:2:89.50 --labour 200 --cause-class {cause}")
    assert "free (2.1)" in made.out and "pays 0.00 yuan" in made.out
    quote = svc(f"quote show {made.id} --json").json
    assert (quote["charge"], quote["clause"], quote["reason"]) == ("free", "2.1", "warranty-quality")
    assert (quote["total"], quote["to_pay"], quote["open"]) == ("379.00", "0.00", False)


def test_the_last_day_of_the_warranty_counts_and_the_day_is_that_of_the_call(svc: Svc) -> None:
    svc("machine edit SN-1 --warranty-until 2026-10-05 --from 2026-01-10")
    last, later = asked(svc, at="2026-10-05T23:59"), asked(svc, at="2026-10-06T00:01")
    made = [svc(f"quote make --call {call} --cause-class material").out for call in (last, later)]
    assert "free (2.1)" in made[0] and "chargeable (2.2)" in made[1]


def test_the_cause_is_that_of_the_report(svc: Svc) -> None:
    visit = begun(svc, asked(svc))
    made = f"quote make --visit {visit} --labour 100"
    assert "not decided" in svc(made).out
    reported(svc, visit, "assembly")
    assert "free (2.1)" in svc(made).out


@pytest.mark.parametrize(("machine", "missing"), [("SN-1", "cause"), ("SN-3", "warranty"), ("", "machine")])
def test_what_is_not_known_leaves_it_undecided(svc: Svc, machine: str, missing: str) -> None:
    old(svc)
    cause = "" if missing == "cause" else "--cause-class material"
    made = svc(f"quote make --call {asked(svc, machine)} --labour 80 {cause} --at 2026-10-05T09:10")
    quote = svc(f"quote show {made.id} --json").json
    assert (quote["charge"], quote["reason"], quote["clause"]) == ("unknown", f"{missing}-unknown", None)
    assert (quote["total"], quote["to_pay"], quote["open"]) == ("80.00", None, True)
    figures = svc.audit("2026-10")["quotes"]
    assert (figures["undecided"], figures["open"], figures["quoted"]) == (1, 1, "0.00")
    assert [row["id"] for row in svc("today --json").json if row["kind"] == "quote"] == [made.id]


def test_money_taken_for_a_quality_fault_in_warranty_is_a_breach(svc: Svc) -> None:
    call = asked(svc)
    quote = svc(f"quote make --call {call} --labour 200 --cause-class wear --at 2026-10-05T10:00").id
    svc(f"quote accept {quote} --at 2026-10-05T11:00")
    visit = begun(svc, call)
    assert "warranty_charged" not in svc.audit("2026-10")["breaches"]
    reported(svc, visit, "manufacture")
    assert svc.audit("2026-10")["breaches"]["warranty_charged"] == 1
    assert "what the customer was charged: 200.00" in svc(f"finding show warranty_charged/{visit}").out


def test_a_free_repair_in_warranty_is_none(svc: Svc) -> None:
    visit = begun(svc, asked(svc))
    reported(svc, visit, "manufacture")
    assert "warranty_charged" not in svc.audit("2026-10")["breaches"]


def test_an_unknown_cause_is_no_breach(svc: Svc) -> None:
    call = asked(svc)
    begun(svc, call)
    svc(f"quote accept {svc(f'quote make --call {call} --labour 200').id}")
    assert "warranty_charged" not in svc.audit("2026-10", "2027-01-01T00:00")["breaches"]
    visit = svc("visit list --json").json[0]["id"]
    missing = svc(f"finding show warranty_charged/{visit} --json").json
    assert (missing["status"], missing["missing"]) == ("facts_missing", ["job.quality_cause"])
