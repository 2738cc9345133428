"""3.6: staff find the right cause, repair it in time, and never have to repair the same fault twice.

A repair report for the same machine and fault within the window after a resolved one is a repeat. The window is ours
(30 days, the contract has none), and a repeat is a sign without a sanction; complained of, it goes to 4.2.4.
"""

from __future__ import annotations

import pytest

from tests.clauses.scenes import reported, visited
from tests.conftest import Svc

BOOM, PUMP = "--fault boom --cause-class wear", "--fault pump --cause-class wear"


def repaired(svc: Svc, day: str, more: str = BOOM, at: str = "13:00") -> str:
    return reported(svc, visited(svc, day), f"2026-10-{day}T{at}", more)


def repairs(svc: Svc) -> tuple[int, int, float]:
    found = svc.audit("2026-10")["repairs"]
    return found["reports"], found["repeat"], found["first_time_fix_rate"]


def test_the_same_fault_again_within_30_days_is_a_repeat(svc: Svc) -> None:
    first, again = repaired(svc, "06"), repaired(svc, "20")
    repaired(svc, "21", PUMP)
    assert repairs(svc) == (3, 1, 0.5), "of two first repairs, boom came back and pump did not"
    figures = svc.audit("2026-10")
    assert figures["breaches"]["repeat_repair"] == 1
    row = {"machine": "SN-1", "product": "LX200", "fault": "boom", "report": again, "earlier": first}
    assert figures["products"]["repeats"] == [row]
    assert figures["findings"] == []


@pytest.mark.parametrize(("at", "repeats"), [("13:00", 1), ("13:01", 0)])
def test_the_window_is_30_times_24_hours_its_end_included(svc: Svc, at: str, repeats: int) -> None:
    repaired(svc, "02")
    reported(svc, visited(svc, "31"), f"2026-11-01T{at}", BOOM)
    assert svc.audit("2026-11")["repairs"]["repeat"] == repeats


def test_after_an_unresolved_visit_the_next_one_is_a_continuation(svc: Svc) -> None:
    repaired(svc, "06", f"{BOOM} --unresolved")
    repaired(svc, "08")
    assert repairs(svc) == (2, 0, 0.5), "two first repairs, one of them resolved"


def test_the_department_may_set_a_window_of_its_own(svc: Svc) -> None:
    svc('rules set repeat_repair_window "7 days" --from 2026-10-01')
    repaired(svc, "06")
    repaired(svc, "13", at="13:01")
    assert repairs(svc) == (2, 0, 1.0)


def test_a_window_of_some_customers_alone_is_that_of_every_figure(svc: Svc) -> None:
    path, row = svc.desk / "rules.yaml", "        value: 30 days"
    text = path.read_text("utf-8")
    at = text.index("\n", text.index(row, text.index("repeat_repair_window:")))
    rows = "      - {from: 2026-10-01, value: 3 days}\n      - {from: 2026-10-01, when: {customer.key: yes}, value: 20 days}"
    path.write_text(f"{text[:at]}\n{rows}{text[at:]}", "utf-8")
    svc("rules accept --reason 'decided today'")
    first, again = repaired(svc, "06"), repaired(svc, "16")
    card, view = "customer show SN-1 --json --as-of 2026-10-20T10:00", "--as-of 2026-10-20T10:00"

    def told() -> tuple[object, ...]:
        figures, shown = svc.audit("2026-10", "2026-10-20T10:00"), svc(card).json
        return (
            figures["breaches"].get("repeat_repair", 0), figures["repairs"]["repeat"], len(figures["products"]["repeats"]),
            svc(f"fault show boom --json {view}").json["came_again"], svc("machine show SN-1 --json").json["repeats"],
            [one["repeat"] for one in shown["visits"]], [(one["report"], one["times"]) for one in shown["likely_repeat"]],
        )  # fmt: skip

    assert told() == (0, 0, 0, 0, 0, [False, False], [])
    svc("customer edit CU0001 --key-every-days 30 --from 2026-09-01")
    assert told() == (1, 1, 1, 1, 1, [True, False], [(again, 2)]), first


def test_where_the_fault_or_the_machine_is_not_known_nothing_is_called_a_repeat(svc: Svc) -> None:
    repaired(svc, "06", "")
    repaired(svc, "08", "")
    for day in ("09", "12"):
        id = svc(f"visit dispatch --customer CU0001 --staff S02 --promised 2026-10-{day}T10:00 --at 2026-10-08T18:00").id
        svc(f"visit arrive {id} --at 2026-10-{day}T10:00")
        reported(svc, id, f"2026-10-{day}T13:00", BOOM)
    assert repairs(svc) == (4, 0, 1.0)
