"""1.7: service phones are not switched off or out of credit without cause; calls are polite and short.

`conduct log --kind unreachable` notes that somebody could not be reached. Whether there was a good reason a person
decides (`finding uphold|dismiss`); only then it is a breach, and it carries no sanction.
"""

from __future__ import annotations

from typing import Any

from tests.clauses.scenes import NO_FINES
from tests.conftest import Svc


def unreachable(svc: Svc) -> str:
    return svc('conduct log --about S02 --kind unreachable --summary "off all morning" --at 2026-10-09T11:00').id


def waiting(figures: Any) -> list[tuple[str, str, int]]:
    return [(row["id"], row["staff"], row["age_days"]) for row in figures["open_rulings"]]


def test_until_somebody_rules_it_waits_and_is_no_breach(svc: Svc) -> None:
    id = unreachable(svc)
    figures = svc.audit("2026-10", "2026-10-20T12:00")
    assert waiting(figures) == [(f"phone_off/{id}", "S02", 11)]
    assert figures["breaches"] == {}
    assert figures["conduct"] == {"opened": 1, "closed": 0, "open": 1, "by_kind": {"unreachable": 1}}


def test_upheld_it_is_a_breach_without_a_sanction(svc: Svc) -> None:
    svc(f'finding uphold phone_off/{unreachable(svc)} --reason "forgot to charge it" --at 2026-10-10T09:00')
    figures = svc.audit("2026-10")
    assert figures["breaches"] == {"phone_off": 1}
    assert waiting(figures) == [] and figures["conduct"]["open"] == 0
    assert (figures["findings"], figures["sanctions"], figures["fines"]) == ([], [], NO_FINES)


def test_with_a_good_reason_it_is_none(svc: Svc) -> None:
    svc(f'finding dismiss phone_off/{unreachable(svc)} --reason "no network in the mine" --at 2026-10-10T09:00')
    figures = svc.audit("2026-10")
    assert figures["breaches"] == {} and waiting(figures) == []


def test_a_technician_can_neither_record_it_nor_rule_on_it(svc: Svc) -> None:
    svc("--as S03 conduct log --about S02 --kind unreachable --summary off --at 2026-10-09T11:00", 3)
    id = unreachable(svc)
    assert "head, gm" in svc(f"--as S03 finding dismiss phone_off/{id} --reason mine", 3).err
    assert svc.audit("2026-10")["conduct"]["open"] == 1
