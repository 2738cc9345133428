"""1.3: every call is registered, and a repair need reaches the head at once so that he can send somebody.

`call log --needs-service` puts the need at once on the head's board (`today`), where it stays until somebody is
dispatched. How fast that must be is blank in the contract: breached only where the department set a limit.
"""

from __future__ import annotations

from tests.clauses.scenes import call
from tests.conftest import Svc

REPAIR = "--kind repair --machine SN-1 --needs-service"
CALLED_AT, FOUR_HOURS_LATER, A_MINUTE_MORE = "2026-10-05T09:00", "2026-10-05T13:00", "2026-10-05T13:01"


def send(svc: Svc, call_id: str, at: str) -> None:
    svc(f"visit dispatch --call {call_id} --staff S02 --promised 2026-10-06T10:00 --at {at}")


def test_a_repair_need_is_on_the_heads_board_until_somebody_is_sent(svc: Svc) -> None:
    id = call(svc, CALLED_AT, REPAIR)
    waiting = [row["id"] for row in svc(f"today --json --as-of {CALLED_AT}").json if row["kind"] == "dispatch"]
    assert waiting == [id]
    send(svc, id, FOUR_HOURS_LATER)
    assert "dispatch" not in [row["kind"] for row in svc(f"today --json --as-of {FOUR_HOURS_LATER}").json]


def test_every_call_is_counted_by_channel_and_kind(svc: Svc) -> None:
    call(svc, CALLED_AT, REPAIR)
    call(svc, "2026-10-31T23:59")
    svc('call log --channel letter --from CU0001 --kind quote --summary "price?" --at 2026-10-07T10:00')
    call(svc, "2026-11-01T00:00")
    calls = svc.audit("2026-10")["calls"]
    assert calls["registered"] == 3
    assert calls["by_channel"] == {"letter": 1, "phone": 2}
    assert calls["by_kind"] == {"consult": 1, "quote": 1, "repair": 1}


def test_without_a_limit_a_late_dispatch_breaks_nothing(svc: Svc) -> None:
    send(svc, call(svc, CALLED_AT, REPAIR), "2026-10-06T09:00")
    call(svc, CALLED_AT, REPAIR)
    assert "repair_forwarded" not in svc.audit("2026-10")["breaches"]


def test_with_a_limit_of_four_hours_four_hours_are_in_time_and_a_minute_more_is_not(svc: Svc) -> None:
    svc('rules set forward_repair_within "4 hours" --from 2026-10-01')
    send(svc, call(svc, CALLED_AT, REPAIR), FOUR_HOURS_LATER)
    assert "repair_forwarded" not in svc.audit("2026-10")["breaches"]
    send(svc, call(svc, CALLED_AT, REPAIR), A_MINUTE_MORE)
    call(svc, CALLED_AT, REPAIR)  # nobody was ever sent
    assert svc.audit("2026-10")["breaches"]["repair_forwarded"] == 2


def test_where_no_service_is_needed_or_nobody_said_so_nothing_is_broken(svc: Svc) -> None:
    svc('rules set forward_repair_within "4 hours" --from 2026-10-01')
    call(svc, CALLED_AT, "--kind repair --no-service")
    unknown = call(svc, CALLED_AT, "--kind repair")
    assert svc(f"call show {unknown} --json").json["needs_service"] is None
    assert "repair_forwarded" not in svc.audit("2026-10")["breaches"]


def test_a_call_typed_late_breaks_the_limit_of_registering_where_one_is_set(svc: Svc) -> None:
    call(svc, CALLED_AT)  # typed now, weeks later
    assert "call_registered_in_time" not in svc.audit("2026-10")["breaches"]
    svc('rules set register_call_within "1 days" --from 2026-10-01')
    figures = svc("audit month 2026-10 --json").json
    assert figures["breaches"]["call_registered_in_time"] == 1
    assert figures["data_quality"]["typed_late"] == 1


def test_how_long_a_need_waited_for_somebody_to_be_sent_is_measured(svc: Svc) -> None:
    for hour, sent in ((8, 9), (10, 13)):
        id = call(svc, f"2026-10-05T{hour:02d}:00", "--kind repair --needs-service")
        svc(f"visit dispatch --call {id} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T{sent:02d}:00")
    call(svc, "2026-10-05T11:00", "--kind repair --needs-service")
    calls = svc.audit("2026-10")["calls"]
    assert (calls["needs_service"], calls["needs_without_visit"]) == (3, 1)
    assert (calls["dispatch_median_minutes"], calls["dispatch_worst_minutes"]) == (120, 180)
