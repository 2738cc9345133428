"""4.2.1: whoever quarrels with a customer and is rightly complained of gets a major demerit, and it is made good.

`complaint log --cause quarrel` opens the finding, `complaint verify --upheld` makes it a major demerit in the month of
the verdict, `complaint remedy` says how it was made good; until then it stays among the complaints without a remedy.
"""

from __future__ import annotations

from tests.clauses.scenes import NO_FINES, complained, demerit, statuses, verified
from tests.conftest import Svc

CAUSE, RULE = "quarrel", "complaint_quarrel"


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
    assert figures["sanctions"] == [demerit("4.2.1", id)]
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


def test_the_demerit_is_in_the_record_at_the_verdict_whenever_the_quarrel_was(svc: Svc) -> None:
    id = complained(svc, CAUSE, "2026-10-31T23:00")
    verified(svc, id, "--upheld", "2026-11-02T09:00")
    assert svc.audit("2026-10")["sanctions"] == []
    assert svc.audit("2026-11")["sanctions"] == [demerit("4.2.1", id, "2026-11-02")]
    assert svc("staff show S02 --json --as-of 2026-11-20T12:00").json["record"] == [demerit("4.2.1", id, "2026-11-02")]


def test_nobody_verifies_a_complaint_about_himself_and_no_technician_any(svc: Svc) -> None:
    own = complained(svc, CAUSE, more="--kind service --about S01")
    svc(f"complaint verify {own} --dismissed --reason no", 4)
    svc(f"--as S03 complaint verify {own} --dismissed --reason no", 3)
    svc(f"--as S05 complaint verify {own} --dismissed --reason no")


def test_upheld_against_nobody_named_there_is_no_record_to_enter_it_in(svc: Svc) -> None:
    id = complained(svc, CAUSE, more="--kind service")
    verified(svc, id, "--upheld")
    figures = svc.audit("2026-10")
    assert figures["sanctions"] == []
    assert statuses(figures) == {f"{RULE}/{id}": "facts_missing"}
    assert figures["complaints"]["unremedied"] == 1, "to the customer it is owed all the same"
