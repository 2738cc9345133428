"""1.4: staff stay polite on the phone, whatever tone the customer takes.

Rudeness shows only in complaints: `complaint log --cause attitude` counts it, and once it is upheld the audit shows
it beside the person's name. What follows from it is 1.6.
"""

from __future__ import annotations

from tests.clauses.scenes import complained, person, verified
from tests.conftest import Svc


def test_upheld_complaints_of_attitude_are_shown_by_person(svc: Svc) -> None:
    verified(svc, complained(svc, "attitude"), "--upheld --no-harm")
    verified(svc, complained(svc, "attitude", more="--kind service --about S03"), "--dismissed")
    complained(svc, "attitude", more="--kind service --about S03")
    figures = svc.audit("2026-10")
    assert figures["complaints"]["by_cause"] == {"attitude": 3}
    assert [figures["complaints"][name] for name in ("upheld", "dismissed", "open")] == [1, 1, 1]
    assert person(figures, "S02")["complaints_upheld"] == 1
    assert person(figures, "S03")["complaints_upheld"] == 0


def test_the_complaint_may_name_the_call_in_which_it_happened(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind consult --summary oil --at 2026-10-12T08:00").id
    id = complained(svc, "attitude", more=f"--kind service --about S04 --call {call}")
    shown = svc(f"complaint show {id} --json").json
    assert (shown["about"], shown["cause"], shown["standing"]) == ("S04", "attitude", "open")


def test_rudeness_alone_costs_nothing(svc: Svc) -> None:
    verified(svc, complained(svc, "attitude"), "--upheld --no-harm")
    figures = svc.audit("2026-10")
    assert figures["sanctions"] == []
    assert figures["fines"]["payable"] == "0.00" and figures["fines"]["unset"] == 0
