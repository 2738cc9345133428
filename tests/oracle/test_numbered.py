"""Which time an offence was: what is chosen quickly says it as everything does, whatever was sealed, and wherever the desk began."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from svc.audit.findings import findings
from svc.audit.open import items
from svc.desk.open import Desk
from tests.conftest import Svc
from tests.oracle.commands import by_steps
from tests.oracle.test_selection import everything, no_more, quickly, slowly
from tests.pay.department import Department


@pytest.fixture
def dept(svc: Svc) -> Department:
    """Who comes late a second time in a quarter pays twice as much."""
    dept = Department(svc)
    by_steps(svc.desk / "rules.yaml", 100, "{per: quarter, yuan: [100, 200, 400]}")
    dept("rules accept --reason 'decided today'")
    return dept


def late(dept: Department, *days: str) -> Iterator[str]:
    """Visits that nobody called for, reached an hour late."""
    for day in days:
        visit = dept(f"visit dispatch --customer CU0001 --staff S02 --promised {day}T10:00 --purpose tour --at {day}T08:00")
        dept(f"visit arrive {visit} --at {day}T11:00")
        dept(f"visit leave {visit} --called-in {day}T11:30 --at {day}T12:00")
        yield visit


def agrees(desk: Desk, *months: str) -> None:
    view = desk.view()
    whole = everything(desk, view)
    for month in months:
        expected = slowly(desk, month, view)
        for waits in (False, True):
            assert quickly(desk, month, view, waits) == expected, (month, waits)
    assert items(no_more(desk.waiting(view))) == items(whole)
    shown = {one.id: one.yuan for one in desk.which_times([f for f in findings(desk.waiting(view)) if f.status == "awaiting_ruling"], view)}
    assert shown == {one.id: one.yuan for one in findings(whole) if one.id in shown}


def test_what_a_seal_knew_of_one_that_was_forgiven_its_entries_say(dept: Department) -> None:
    first, forgiven = late(dept, "2026-09-02", "2026-09-03")
    report = dept(f"report close {forgiven} --solution x --opinion y --at 2026-09-03T15:00")
    dept(f"--as S05 finding waive late_arrival/{forgiven} --reason storm --at 2026-09-05T09:00")
    dept(f"--as S05 finding uphold late_arrival/{first} --reason so --at 2026-09-06T09:00")
    dept.seal("2026-09")
    dept(f"report archive {report} --at 2026-10-03T09:00")
    dept(f"conduct log --about S02 --kind disobedience --visit {first} --summary no --at 2026-10-04T09:00")
    agrees(Desk(dept.svc.desk), "2026-09", "2026-10")


def test_of_months_sealed_before_the_desk_began_all_is_looked_at(dept: Department) -> None:
    first, second = late(dept, "2026-08-08", "2026-08-09")
    left = dept.visited(day="2026-08-12")
    dept.left(left, "2026-08-12", "--called-in", "10:30")
    dept(f"--as S05 finding uphold late_arrival/{first} --reason so --at 2026-08-10T09:00")
    for month in ("2026-08", "2026-09", "2026-10"):
        dept.seal(month)
    dept("desk begins 2026-11-03")
    dept(f"--as S05 finding uphold late_arrival/{second} --reason so --at 2026-11-06T09:00")
    desk = Desk(dept.svc.desk)
    agrees(desk, "2026-08", "2026-11")
    assert left not in {item.id for item in items(desk.waiting(desk.view()))}  # what was opened before the desk began waits for nobody
    dept(f"--as S02 finding appeal late_arrival/{first} --reason 'the gate was shut' --at 2026-11-07T09:00")
    agrees(desk, "2026-11")
    assert [item.id for item in items(desk.waiting(desk.view())) if item.kind == "appeal"] == [f"late_arrival/{first}"]


def test_what_waits_to_be_ruled_on_is_priced_as_the_time_that_it_is(dept: Department) -> None:
    *_, last = late(dept, "2026-10-05", "2026-10-06", "2026-10-07")
    for visit in _[:2]:
        dept(f"--as S05 finding uphold late_arrival/{visit} --reason so --at 2026-10-08T09:00")
    agrees(Desk(dept.svc.desk), "2026-10")
    (row,) = [row for row in dept.svc("finding list --open --json").json if row["subject"] == last]
    assert row["amount"] == "400.00"
