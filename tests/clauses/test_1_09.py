"""1.9: a design defect, or a machine that staff cannot handle, is reported to the company at once.

`defect report` records it, `answer` and `close` settle it; the audit shows what is open, how old, of which product,
and the service report that shows it. "At once" has no number: only a limit set by the department makes lateness a
breach, and only where somebody said when it was found.
"""

from __future__ import annotations

import pytest

from tests.clauses.scenes import reported, visited
from tests.conftest import Svc


def defect(svc: Svc, more: str = "", at: str = "2026-10-09T10:00") -> str:
    return svc(f'defect report --product LX200 --summary "pin seizes in the cold" {more} --at {at}').id


def test_open_ones_show_their_age_product_and_report(svc: Svc) -> None:
    report = reported(svc, visited(svc), "2026-10-06T13:00")
    id = defect(svc, f"--machine SN-1 --report {report}")
    done = defect(svc, at="2026-10-02T10:00")
    svc(f'defect answer {done} --text "new pin" --at 2026-10-05T10:00')
    svc(f"defect close {done} --at 2026-10-12T10:00")
    figures = svc.audit("2026-10", "2026-10-20T12:00")["defects"]
    row = {"id": id, "product": "LX200", "machine": "SN-1", "age_days": 11, "answered": False, "reports": [report]}
    assert figures == {
        "opened": 2, "closed": 1, "open": 1, "overdue": None, "by_product": {"LX200": 2}, "list": [row],
    }  # fmt: skip
    assert svc.audit("2026-10", "2026-10-11T12:00")["defects"]["open"] == 2
    assert svc.audit("2026-11")["defects"]["open"] == 1
    waits = [(i["kind"], i["id"]) for i in svc("today --json").json]
    assert [one for one in waits if one[0] != "survey"] == [("defect", id)]  # the visit's survey is asked for too


def test_without_a_limit_nothing_is_late(svc: Svc) -> None:
    defect(svc, "--found 2026-10-01T10:00")
    assert svc.audit("2026-10")["breaches"] == {}


@pytest.mark.parametrize(
    ("found", "breaches"),
    [
        ("--found 2026-10-07T09:59", {"unsolved_reported": 1}),
        ("--found 2026-10-07T10:00", {}),
        ("", {}),
    ],
    ids=["late", "exactly in time", "nobody said when it was found"],
)
def test_with_a_limit_late_is_a_breach_and_unknown_is_not(svc: Svc, found: str, breaches: dict[str, int]) -> None:
    svc('rules set report_unsolved_within "2 days" --from 2026-10-01')
    defect(svc, found)
    assert svc.audit("2026-10")["breaches"] == breaches


def test_only_the_impossible_is_refused(svc: Svc) -> None:
    assert (
        "after it was reported"
        in svc("defect report --product LX200 --summary x --found 2026-10-10T10:00 --at 2026-10-09T10:00", 4).err
    )
    id = defect(svc)
    svc(f"defect close {id} --at 2026-10-10T10:00")
    assert "closed already" in svc(f"defect close {id}", 4).err
    svc(f'defect answer {id} --text "late, but here it is"')
    svc(f"--as S02 defect answer {id} --text mine", 3)
    assert "--product" in svc("defect report --summary x", 2).err
