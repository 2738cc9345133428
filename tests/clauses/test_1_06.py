"""1.6: where a complaint about attitude proves true and harms the company: criticism, and the bonus is cut.

Both entries come with the verdict `complaint verify --upheld --harms-image`. How much of the bonus, the contract
leaves blank: the cut is counted without an amount until the department sets one.
"""

from __future__ import annotations

from tests.clauses.scenes import NO_FINES, complained, fined, statuses, verified
from tests.conftest import Svc


def upheld(svc: Svc, answers: str = "--upheld --harms-image") -> str:
    id = complained(svc, "attitude")
    verified(svc, id, answers)
    return id


def test_upheld_and_harmful_is_criticism_and_a_cut_of_the_bonus(svc: Svc) -> None:
    id = upheld(svc)
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"complaint_attitude/{id}": "final"}
    row = {"staff": "S02", "name": "Tech", "clause": "1.6", "subject": id, "date": "2026-10-14"}
    row |= {"change": "entered", "concerns": "2026-10"}
    assert figures["sanctions"] == [{**row, "kind": "criticism"}, {**row, "kind": "bonus_deduction"}]


def test_without_an_amount_the_cut_is_counted_and_nothing_is_payable(svc: Svc) -> None:
    upheld(svc)
    assert svc.audit("2026-10")["fines"] == fined("0.00", unset=1)


def test_with_an_amount_the_cut_is_payable_in_the_month_of_the_verdict(svc: Svc) -> None:
    svc("rules set bonus_cut_attitude 300 --from 2026-10-01")
    verified(svc, complained(svc, "attitude"), "--upheld --harms-image", "2026-11-02T09:00")
    assert svc.audit("2026-10")["fines"] == NO_FINES
    assert svc.audit("2026-11")["fines"] == fined("300.00")


def test_an_amount_of_0_is_decided_not_unknown(svc: Svc) -> None:
    svc("rules set bonus_cut_attitude 0 --from 2026-10-01")
    upheld(svc)
    assert svc.audit("2026-10")["fines"] == fined("0.00")


def test_not_verified_yet_it_waits(svc: Svc) -> None:
    id = complained(svc, "attitude")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"complaint_attitude/{id}": "awaiting_ruling"}
    assert (figures["sanctions"], figures["fines"]) == ([], NO_FINES)


def test_upheld_but_nobody_said_whether_it_harms_the_company_it_waits(svc: Svc) -> None:
    id = upheld(svc, "--upheld")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"complaint_attitude/{id}": "awaiting_ruling"}
    assert (figures["complaints"]["upheld"], figures["sanctions"]) == (1, [])


def test_upheld_without_harm_and_dismissed_lead_to_nothing(svc: Svc) -> None:
    ids = [upheld(svc, "--upheld --no-harm"), upheld(svc, "--dismissed")]
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"complaint_attitude/{id}": "dismissed" for id in ids}
    assert (figures["sanctions"], figures["fines"]) == ([], NO_FINES)


def test_upheld_against_nobody_named_the_person_is_missing_and_no_money_is_counted(svc: Svc) -> None:
    svc("rules set bonus_cut_attitude 300 --from 2026-10-01")
    id = complained(svc, "attitude", more="--kind service")
    verified(svc, id, "--upheld --harms-image")
    figures = svc.audit("2026-10")
    assert (figures["sanctions"], figures["fines"]) == ([], NO_FINES)
    assert statuses(figures) == {f"complaint_attitude/{id}": "facts_missing"}
