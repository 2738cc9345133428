"""From the call to repaired, the age of what is open, the calls that the next month should bring."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from svc.audit.resolution import ages, expected
from tests.conftest import Svc, this_month


def test_from_the_call_to_repaired(svc: Svc) -> None:
    for n, (resolved, hours) in enumerate(((True, 2), (True, 7), (False, 3)), 1):
        day = f"2026-11-0{n + 1}"
        svc(f"call log --channel phone --from CU0001 --machine SN-1 --kind repair --summary leaks --needs-service --at {day}T08:00")
        svc(f"visit dispatch --call C{n} --staff S02 --promised {day}T20:00 --at {day}T08:30")
        svc(f"visit arrive V{n} --at {day}T09:00")
        svc(f"visit leave V{n} --no-call-in --at {day}T{8 + hours:02}:20")
        fixed = "--resolved" if resolved else "--unresolved"
        svc(f"report close V{n} --fault f{n} --cause x --cause-class wear --solution x --no-parts --opinion ok {fixed} --at {day}T18:00")
    found = svc.audit("2026-11", "2026-11-10T12:00")
    repairs = found["repairs"]
    # 2 h 20 and 7 h 20: the middle is 4 h 50; the third is not mended
    assert (repairs["repaired"], repairs["median_hours"], repairs["p90_hours"]) == (2, 4.8, 7.3)
    svc("visit dispatch --call C3 --staff S02 --promised 2026-11-06T12:00 --at 2026-11-05T08:30")
    svc("visit arrive V4 --at 2026-11-06T09:00")
    svc("visit leave V4 --no-call-in --at 2026-11-06T10:00")
    svc("report close V4 --fault f3 --cause x --cause-class wear --solution x --no-parts --opinion ok --at 2026-11-06T18:00")
    repairs = svc.audit("2026-11", "2026-11-10T12:00")["repairs"]
    assert (repairs["repaired"], repairs["p90_hours"]) == (3, 50.0)  # two days and two hours


def test_how_old_what_is_open_has_become(svc: Svc) -> None:
    for day in ("01", "04", "09"):
        svc(f"call log --channel phone --from CU0001 --kind consult --summary when --at 2026-11-{day}T08:00")
    age = svc.audit("2026-11", "2026-11-10T12:00")["open_age"]
    assert age == {"open": 3, "median_days": 6, "p90_days": 9, "oldest_days": 9, "oldest": this_month("C2611-0001")}
    assert ages([]) == {"open": 0, "median_days": None, "p90_days": None, "oldest_days": None, "oldest": None}


def test_the_next_month_by_the_same_one_a_year_before(svc: Svc) -> None:
    counts = {"2025-08": 2, "2025-09": 2, "2025-10": 2, "2025-11": 4, "2026-08": 3, "2026-09": 3, "2026-10": 3}
    lines = []
    for month, count in counts.items():
        for n in range(1, count + 1):
            at = datetime.fromisoformat(f"{month}-01T09:00:00+08:00") + timedelta(days=n)
            call = {"ledger": "call", "event": "log", "id": f"C{month[2:4]}{month[5:]}-{n:04}", "at": at.isoformat(), "channel": "phone"}
            lines.append({**call, "from": "CU0001", "kind": "other", "summary": "x"})
    told = svc.run("ledger", "import", "-", stdin="\n".join(map(json.dumps, lines)))
    assert told.code == 0, told.err
    coming = svc.audit("2026-10", "2026-11-10T12:00")["forecast"]
    # four a year before, times nine to six
    assert coming == {"month": "2026-11", "calls": 6, "how": "same_month_trend", "same_month": 4, "last": [3, 3, 3], "year_before": [2, 2, 2]}


@pytest.mark.parametrize(
    ("counts", "calls", "how"),
    [
        ({}, None, None),
        ({"2026-10": 7}, 7, "mean_of_last"),
        ({"2026-09": 2, "2026-10": 3}, 3, "mean_of_last"),  # 2.5, a half upwards
        ({"2025-11": 9, "2026-09": 2, "2026-10": 4}, 3, "mean_of_last"),  # no three months a year before
    ],
)
def test_without_a_year_before_it_is_the_mean(counts: dict[str, int], calls: int | None, how: str | None) -> None:
    names = [f"{2025 + (7 + n) // 12}-{(7 + n) % 12 + 1:02}" for n in range(15)]
    assert (names[0], names[3], names[-1]) == ("2025-08", "2025-11", "2026-10")
    found = expected("2026-11", counts, names)
    assert (found["calls"], found["how"]) == (calls, how)
