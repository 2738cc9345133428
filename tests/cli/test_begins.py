"""A desk that begins on a day: history before it counts, and nobody waits for it, is told of it, or accused of it."""

from __future__ import annotations

from tests.clauses.scenes import call, complained, reported, visited
from tests.conftest import Svc

OLD, NEW = "2026-10-05", "2026-11-03"


def _late(svc: Svc, day: str) -> str:
    """A visit that was reached two hours late and left without a call, of a call that nobody answered."""
    asked = call(svc, f"{day}T08:00", "--kind repair --machine SN-1 --needs-service")
    visit = svc(f"visit dispatch --call {asked} --staff S02 --promised {day}T10:00 --at {day}T08:30").id
    svc(f"visit arrive {visit} --at {day}T12:00")
    svc(f"visit leave {visit} --no-call-in --at {day}T13:00")
    return visit


def _accused(svc: Svc) -> set[str]:
    months = [svc(f"finding list --month {month} --json").json for month in ("2026-10", "2026-11")]
    return {row["subject"] for rows in months for row in rows if row["staff"]}


def test_history_counts_and_neither_waits_nor_accuses(svc: Svc) -> None:
    old, new = _late(svc, OLD), _late(svc, NEW)
    before = svc.audit("2026-10")
    assert {old, new} <= _accused(svc) and svc(f"check --as-of {NEW}T23:00", 1).out
    assert svc("desk begins 2026-11-01").out.startswith("2026-11-01")
    after = svc.audit("2026-10")
    for figures in ("calls", "visits", "breaches", "repairs"):
        assert after[figures] == before[figures]
    assert after["replies"] == before["replies"] and after["rules"]["begins"] == "2026-11-01"
    assert before["findings"] and not after["findings"] and not after["open_rulings"] and not after["waiting"]
    assert old not in _accused(svc) and new in _accused(svc)
    rows = svc("today --all --json --as-of 2026-11-20T12:00").json
    assert rows and not [row for row in rows if "2610-" in row["id"]]
    assert "the desk begins on 2026-11-01" in svc("audit month 2026-10").out
    assert "the desk begins" not in svc("audit month 2026-11").out
    assert svc("ledger verify").code == 0 and svc("rules check").code == 0


def test_a_sealed_month_stays_as_it_was_sealed(svc: Svc) -> None:
    visit = _late(svc, OLD)
    svc("audit submit 2026-10")
    sealed = svc.audit("2026-10")
    svc("desk begins 2026-11-01")
    now = svc.audit("2026-10")
    assert visit in _accused(svc) and not now["waiting"]
    assert now["fines"] == sealed["fines"] and now["findings"] == sealed["findings"] and now["carried"] == sealed["carried"] == []


def test_the_day_is_shown_changed_and_refused(svc: Svc) -> None:
    assert svc("desk begins --json").json == {"begins": None}
    svc("desk begins 2026-11-01")
    svc("desk begins 2026-10-01")
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    assert text.count("\nbegins: ") == 1 and svc("desk begins --json").json == {"begins": "2026-10-01"}
    assert "more than 92 days ahead" in svc("desk begins 2028-01-01", 2).err
    assert svc.run("--as", "S02", "desk", "begins", "2026-11-02").code == 3
    svc("desk begins 2026-11-05 --dry-run")
    assert (svc.desk / "rules.yaml").read_text("utf-8") == text


def test_nobody_waits_for_a_ruling_on_what_was_before_whatever_a_sealed_month_was_judged_by(svc: Svc) -> None:
    visit = visited(svc, arrived="10:40")
    reported(svc, visit, "2026-10-06T13:00")
    svc("audit submit 2026-10 --unsigned --yes")
    svc("desk begins 2026-11-15")
    complained(svc, "attitude", at="2026-11-20T09:00", more=f"--kind service --about S02 --visit {visit}")
    waiting = {row["id"] for row in svc("today --all --json").json}
    assert not any(id.startswith("late_arrival") for id in waiting)
    assert not any(row["id"].startswith("late_arrival") for row in svc("finding list --open --json").json)
    assert not any(row["id"].startswith("late_arrival") for row in svc("audit month 2026-11 --json").json["open_rulings"])
