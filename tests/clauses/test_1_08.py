"""1.8: a complaint that is not about quality is reported to the company in time and written down.

`complaint log --kind service` writes it down and `complaint report` says when the company was told; the ones not yet
reported are listed. How soon is blank in the contract: breached only where the department set a limit.
"""

from __future__ import annotations

from tests.clauses.scenes import complained
from tests.conftest import Svc

LOGGED, A_DAY_LATER, A_MINUTE_MORE = "2026-10-12T09:00", "2026-10-13T09:00", "2026-10-13T09:01"


def breaches(svc: Svc) -> int:
    return svc.audit("2026-10")["breaches"].get("other_complaint_reported", 0)


def one_day(svc: Svc) -> None:
    svc('rules set report_complaint_within "1 days" --from 2026-10-01')


def test_without_a_limit_nothing_is_broken(svc: Svc) -> None:
    complained(svc, "other", LOGGED)
    assert breaches(svc) == 0


def test_exactly_a_day_is_in_time_and_a_minute_more_is_not(svc: Svc) -> None:
    one_day(svc)
    svc(f"complaint report {complained(svc, 'other', LOGGED)} --at {A_DAY_LATER}")
    assert breaches(svc) == 0
    svc(f"complaint report {complained(svc, 'other', LOGGED)} --at {A_MINUTE_MORE}")
    assert breaches(svc) == 1


def test_one_never_reported_is_broken_once_the_limit_has_passed(svc: Svc) -> None:
    one_day(svc)
    complained(svc, "other", LOGGED)
    assert svc.audit("2026-10", A_DAY_LATER)["breaches"] == {}
    assert svc.audit("2026-10", A_MINUTE_MORE)["breaches"] == {"other_complaint_reported": 1}


def test_a_complaint_about_quality_need_not_be_reported(svc: Svc) -> None:
    one_day(svc)
    complained(svc, "other", LOGGED, "--kind quality")
    assert breaches(svc) == 0
    assert svc.audit("2026-10")["complaints"]["by_kind"] == {"quality": 1}


def test_the_ones_not_reported_are_listed(svc: Svc) -> None:
    unreported, reported = complained(svc, "other", LOGGED), complained(svc, "other", LOGGED)
    complained(svc, "other", LOGGED, "--kind quality")
    svc(f"complaint report {reported} --at {A_DAY_LATER}")
    commands = [row["do"] for row in svc(f"today --json --as-of {A_DAY_LATER}").json]
    listed = [command.split()[3] for command in commands if command.startswith("svc complaint report ")]
    assert listed == [unreported]
