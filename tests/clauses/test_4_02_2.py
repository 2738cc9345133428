"""4.2.2: asking a customer for money or favours, rightly complained of, is a major demerit, and it is made good.

`complaint log --cause solicitation` opens the finding, `complaint verify --upheld` makes it a major demerit in the month of
the verdict, `complaint remedy` says how it was made good; until then it stays among the complaints without a remedy.
"""

from __future__ import annotations

from tests.clauses.scenes import NO_FINES, complained, demerit, statuses, verified
from tests.conftest import Svc

CAUSE, RULE = "solicitation", "complaint_demand"


def test_not_verified_it_waits_and_nothing_is_in_the_record(svc: Svc) -> None:
    id = complained(svc, CAUSE)
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"{RULE}/{id}": "awaiting_ruling"}
    assert (figures["sanctions"], figures["complaints"]["unremedied"]) == ([], 0)


def test_upheld_it_is_one_major_demerit_and_no_fine(svc: Svc) -> None:
    id = complained(svc, CAUSE)
    verified(svc, id, "--upheld")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"{RULE}/{id}": "final"}
    assert figures["sanctions"] == [demerit("4.2.2", id)]
    assert figures["fines"] == NO_FINES


def test_it_stays_without_a_remedy_until_one_is_recorded(svc: Svc) -> None:
    id = complained(svc, CAUSE)
    verified(svc, id, "--upheld")
    svc(f'complaint remedy {id} --text "the head apologised" --at 2026-11-03T09:00')
    assert svc.audit("2026-10", "2026-11-03T08:59")["complaints"]["unremedied"] == 1
    assert svc.audit("2026-10", "2026-11-03T09:00")["complaints"]["unremedied"] == 0


def test_dismissed_it_leads_to_nothing(svc: Svc) -> None:
    id = complained(svc, CAUSE)
    verified(svc, id, "--dismissed")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"{RULE}/{id}": "dismissed"}
    assert (figures["sanctions"], figures["complaints"]["unremedied"]) == ([], 0)


def test_two_upheld_complaints_are_two_major_demerits(svc: Svc) -> None:
    ids = [complained(svc, CAUSE), complained(svc, CAUSE)]
    for id in ids:
        verified(svc, id, "--upheld")
    figures = svc.audit("2026-10")
    assert figures["sanctions"] == [demerit("4.2.2", id) for id in ids]
    assert figures["complaints"]["unremedied"] == 2
