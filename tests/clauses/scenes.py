"""What several scenarios begin with, as the commands a clerk would type. Days and hours are of October 2026."""

from __future__ import annotations

from typing import Any

from tests.conftest import Svc

CALLED = "--called-in 2026-10-{day}T{left}"


def call(svc: Svc, at: str, more: str = "--kind consult", summary: str = "oil?") -> str:
    """A call of the known customer; its id."""
    return svc(f'call log --channel phone --from 13800000001 {more} --summary "{summary}" --at {at}').id


def sent(svc: Svc, day: str = "06", promised: str = "10:00", more: str = "", staff: str = "S02") -> str:
    """A visit dispatched the evening before, promised for an hour of that day; its id."""
    when = f"--promised 2026-10-{day}T{promised} --at 2026-10-{int(day) - 1:02d}T18:00"
    return svc(f"visit dispatch --customer CU0001 --machine SN-1 --staff {staff} {when} {more}").id


def visited(
    svc: Svc, day: str = "06", arrived: str = "09:50", leaving: str = CALLED, more: str = "", staff: str = "S02"
) -> str:
    """A visit promised for 10:00, arrived at and left at 12:00; nothing wrong with it unless said. Its id."""
    id = sent(svc, day, more=more, staff=staff)
    svc(f"visit arrive {id} --at 2026-10-{day}T{arrived}")
    svc(f"visit leave {id} {leaving.format(day=day, left='12:00')} --at 2026-10-{day}T12:00")
    return id


def reported(svc: Svc, visit: str, at: str, more: str = "--fault boom --cause-class wear") -> str:
    """The complete report of a visit; its id."""
    content = '--cause "seal worn" --solution "new seal" --part seal:2 --opinion content'
    return svc(f"report close {visit} {content} {more} --at {at}").id


def complained(svc: Svc, cause: str, at: str = "2026-10-12T09:00", more: str = "--kind service --about S02") -> str:
    """A complaint by phone about S02 (Tech), about service; its id."""
    return svc(f'complaint log --channel phone --from CU0001 {more} --cause {cause} --summary "heard" --at {at}').id


def verified(svc: Svc, complaint: str, answers: str, at: str = "2026-10-14T09:00") -> None:
    """The verdict on a complaint: `--upheld --personal`, `--dismissed` …"""
    svc(f'complaint verify {complaint} {answers} --reason "two witnesses" --at {at}')


def statuses(figures: Any) -> dict[str, str]:
    """The month's findings: id and how they stand."""
    return {one["id"]: one["status"] for one in figures["findings"]}


def told(svc: Svc, finding: str) -> str:
    """The last step of the explanation of a finding: what it comes to."""
    last: str = svc(f"finding show {finding} --json").json["steps"][-1]["en"]
    return last


def person(figures: Any, staff: str) -> Any:
    """One person's row of the audit."""
    return next(row for row in figures["staff"] if row["staff"] == staff)


def demerit(clause: str, subject: str, date: str = "2026-10-14") -> dict[str, str]:
    """The line of a major demerit in the record of S02 (Tech)."""
    row = {"staff": "S02", "name": "Tech", "clause": clause, "kind": "major_demerit", "subject": subject, "date": date}
    return {**row, "change": "entered", "concerns": date[:7]}


def fined(amount: str, count: int = 1, unset: int = 0) -> dict[str, Any]:
    """The month's fines where S02 (Tech) alone is fined."""
    row = {"staff": "S02", "name": "Tech", "count": count, "own": amount, "carried": "0.00", "amount": amount, "unset": unset}
    return {"payable": amount, "by_staff": [row], "unset": unset}


NO_FINES = {"payable": "0.00", "by_staff": [], "unset": 0}
