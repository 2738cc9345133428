"""4.7: whoever does not follow head office's dispatch is fined, each time.

`conduct log --kind disobedience` records what happened; the finding waits until a person rules that it is true
(`finding uphold`). The fine is that of the day of the deed, payable in the month of the ruling.
"""

from __future__ import annotations

from tests.clauses.scenes import NO_FINES, fined, statuses
from tests.conftest import Svc


def disobeyed(svc: Svc, day: str = "06", kind: str = "disobedience") -> str:
    return svc(f"conduct log --about S02 --kind {kind} --summary refused --at 2026-10-{day}T09:00").id


def rule(svc: Svc, verb: str, conduct: str, at: str = "2026-10-15T09:00") -> None:
    svc(f"finding {verb} disobeyed_dispatch/{conduct} --reason heard --at {at}")


def test_until_somebody_rules_it_waits_and_costs_nothing(svc: Svc) -> None:
    svc("rules set disobeyed_dispatch 200 --from 2026-10-01")
    id = disobeyed(svc)
    figures = svc.audit("2026-10", "2026-10-20T12:00")
    assert statuses(figures) == {f"disobeyed_dispatch/{id}": "awaiting_ruling"}
    assert [(row["id"], row["age_days"]) for row in figures["open_rulings"]] == [(f"disobeyed_dispatch/{id}", 14)]
    assert figures["fines"] == NO_FINES


def test_true_it_is_fined_not_proved_it_is_not(svc: Svc) -> None:
    svc("rules set disobeyed_dispatch 200 --from 2026-10-01")
    proved, rumour = disobeyed(svc), disobeyed(svc)
    rule(svc, "uphold", proved)
    rule(svc, "dismiss", rumour)
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"disobeyed_dispatch/{proved}": "final", f"disobeyed_dispatch/{rumour}": "dismissed"}
    assert figures["fines"] == fined("200.00")
    assert figures["sanctions"] == [], "a fine is no entry in the record"


def test_the_amount_of_the_day_of_the_deed_counts_not_set_200_and_0(svc: Svc) -> None:
    svc("rules set disobeyed_dispatch 200 --from 2026-10-08")
    svc("rules set disobeyed_dispatch 0 --from 2026-10-09")
    for day in ("06", "08", "09"):
        rule(svc, "uphold", disobeyed(svc, day))
    figures = svc.audit("2026-10")
    assert [one["amount"] for one in figures["findings"]] == [None, "200.00", "0.00"]
    assert figures["fines"] == fined("200.00", count=3, unset=1)


def test_the_later_ruling_counts_and_the_fine_moves_to_its_month(svc: Svc) -> None:
    svc("rules set disobeyed_dispatch 200 --from 2026-10-01")
    id = disobeyed(svc)
    rule(svc, "dismiss", id)
    rule(svc, "uphold", id, "2026-11-02T09:00")
    assert svc.audit("2026-10")["fines"] == NO_FINES
    assert svc.audit("2026-11")["fines"] == fined("200.00")


def test_a_true_one_may_be_forgiven(svc: Svc) -> None:
    svc("rules set disobeyed_dispatch 200 --from 2026-10-01")
    id = disobeyed(svc)
    rule(svc, "uphold", id)
    rule(svc, "waive", id, "2026-10-16T09:00")
    figures = svc.audit("2026-10")
    assert statuses(figures) == {f"disobeyed_dispatch/{id}": "waived"}
    assert figures["fines"] == NO_FINES


def test_other_conduct_is_no_disobedience(svc: Svc) -> None:
    disobeyed(svc, kind="other")
    figures = svc.audit("2026-10")
    assert (figures["findings"], figures["conduct"]["opened"]) == ([], 1)
