"""A call is answered by a reply, a dispatch, an arrival or a closing with a text; the customer's own time is judged (3.4, 4.5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clauses.scenes import call, statuses
from tests.conftest import Svc

SERVICE = "--kind repair --machine SN-1 --needs-service"
LATER = "2026-10-20T09:00"


def send(svc: Svc, to: str, at: str, promised: str, more: str = "", staff: str = "S02") -> str:
    return svc(f"visit dispatch --call {to} --staff {staff} --promised 2026-10-{promised} --at 2026-10-{at} {more}").id


def how(svc: Svc, call: str, as_of: str = LATER) -> tuple[Any, Any]:
    """What answered a call and when, as its list has it; the board and the figures say the same."""
    row = next(row for row in svc(f"call list --json --as-of {as_of}").json if row["id"] == call)
    board = {(r["kind"], r["id"]) for r in svc(f"today --all --json --as-of {as_of}").json}
    states = svc.audit("2026-10", as_of)["replies"]
    assert (("reply", call) in board) == (row["answered_by"] is None)
    assert states["overdue"] + states["pending"] == (row["answered_by"] is None)
    return row["answered_by"], row["answered_at"] and row["answered_at"][5:16]


def replies(svc: Svc, as_of: str = LATER) -> dict[str, int]:
    found = svc.audit("2026-10", as_of)["replies"]
    return {name: found[name] for name in ("within", "late", "overdue", "pending") if found[name]}


def test_a_dispatch_answers_the_call_with_its_promise(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", SERVICE)
    assert how(svc, id) == (None, None) and replies(svc) == {"overdue": 1}
    send(svc, id, "06T08:00", "07T10:00")
    assert how(svc, id) == ("dispatch", "10-06T08:00") and replies(svc) == {"within": 1}
    figures = svc.audit("2026-10", LATER)
    assert figures["replies"]["median_minutes"] == 1440 and "reply_24h" not in figures["breaches"]
    assert figures["calls"]["unreplied"] == 1, "nobody replied to it"
    late = call(svc, "2026-10-05T08:00", SERVICE)
    send(svc, late, "06T08:01", "07T10:00", staff="S03")
    assert "answered by a dispatch, whose promise was told" in svc(f"finding show reply_24h/{late} --json").out


def test_who_was_not_told_is_answered_by_the_arrival(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", SERVICE)
    visit = send(svc, id, "05T09:00", "07T10:00", "--not-told")
    assert how(svc, id) == (None, None) and replies(svc) == {"overdue": 1}
    svc(f"visit arrive {visit} --at 2026-10-07T09:00")
    assert how(svc, id) == ("arrive", "10-07T09:00") and replies(svc) == {"late": 1}
    assert svc.audit("2026-10", LATER)["breaches"]["reply_24h"] == 1


def test_a_closing_with_a_text_answers_and_one_without_does_not(svc: Svc) -> None:
    told, bare = call(svc, "2026-10-05T08:00"), call(svc, "2026-10-05T08:00")
    svc(f"call close {told} --text 'explained the oil' --at 2026-10-05T09:00")
    svc(f"call close {bare} --leave-open 'he calls again' --at 2026-10-05T09:00")
    assert replies(svc) == {"within": 1, "overdue": 1}
    rows = {row["id"]: row["answered_by"] for row in svc("call list --json").json}
    assert rows == {told: "close", bare: None}
    svc(f"call reply {bare} --text yes --at 2026-10-05T12:00")
    assert how(svc, told, LATER)[0] == "close"


def test_the_earliest_counts_and_a_dispatch_called_off_answered_all_the_same(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", SERVICE)
    visit = send(svc, id, "05T20:00", "07T10:00")
    svc(f"call reply {id} --text soon --at 2026-10-05T12:00")
    assert how(svc, id) == ("reply", "10-05T12:00")
    other = call(svc, "2026-10-05T08:00", SERVICE)
    svc(f"visit cancel {send(svc, other, '05T21:00', '07T10:00', staff='S03')} --reason x --at 2026-10-05T22:00")
    assert how(svc, other)[0] == "dispatch" and visit


def test_a_dispatch_taken_back_or_said_to_be_untold_answers_no_more(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", SERVICE)
    visit = send(svc, id, "05T09:00", "07T10:00")
    svc(f"visit correct {visit} --not-told --reason 'nobody rang him' --at 2026-10-08T09:00")
    assert how(svc, id) == (None, None)
    other = call(svc, "2026-10-05T08:00", "--kind consult")
    svc(f"call reply {id} --text yes --at 2026-10-05T10:00")
    send(svc, other, "05T09:00", "07T10:00", staff="S03")
    assert how(svc, other)[0] == "dispatch"
    svc("undo --reason slip")
    assert how(svc, other) == (None, None)


def test_opened_again_the_caller_waits_for_a_word(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00")
    svc(f"call close {id} --text done --at 2026-10-05T09:00")
    svc(f"call reopen {id} --at 2026-10-06T09:00")
    [row] = [row for row in svc(f"today --all --json --as-of {LATER}").json if row["id"] == id]
    assert (row["kind"], row["due"]) == ("reply", None) and "reopened" in row["text"]
    assert replies(svc) == {"within": 1}


# ---- the customer's own time ---------------------------------------------------------------------


def wanted(svc: Svc, dispatch: str = "", promised: str = "08T10:00", due: str = "06T10:00") -> str:
    """A call that wants somebody by the 6th, 10:00, and a promise for the 8th; the visit."""
    id = call(svc, "2026-10-05T08:00", f"{SERVICE} --due 2026-10-{due}")
    return send(svc, id, "05T09:00", promised, dispatch)


def visits(svc: Svc, as_of: str = LATER) -> tuple[int, int, int, int]:
    found = svc.audit("2026-10", as_of)["visits"]
    return found["on_time"], found["late"], found["missed"], found["past_customers_time"]


def test_a_promise_after_the_customers_time_is_judged_by_that_time(svc: Svc) -> None:
    svc("rules set late_arrival 200 --from 2026-01-01")
    visit = wanted(svc)
    svc(f"visit arrive {visit} --at 2026-10-08T09:00")
    assert visits(svc) == (0, 1, 0, 1)
    figures = svc.audit("2026-10", LATER)
    assert statuses(figures) == {f"late_arrival/{visit}": "awaiting_ruling"}
    assert figures["findings"][0]["date"] == "2026-10-06"
    assert ("ruling", f"late_arrival/{visit}") in {(r["kind"], r["id"]) for r in svc("today --all --json").json}
    steps = " ".join(step["en"] for step in svc(f"finding show late_arrival/{visit} --json").json["steps"])
    assert "2026-10-06 10:00 (the customer's own time; he did not agree to 2026-10-08 10:00)" in steps
    [row] = svc("visit list --json").json
    assert (row["outcome"], row["past_customers_time"], row["deadline"][:16]) == ("late", True, "2026-10-06T10:00")


@pytest.mark.parametrize("arrived", ["06T10:00", "06T09:00"])
def test_by_the_customers_time_it_is_on_time(svc: Svc, arrived: str) -> None:
    svc(f"visit arrive {wanted(svc)} --at 2026-10-{arrived}")
    assert visits(svc) == (1, 0, 0, 1)


def test_it_is_said_when_somebody_is_sent(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", f"{SERVICE} --due 2026-10-06T10:00")
    line = f"visit dispatch --call {id} --staff S02 --promised 2026-10-08T10:00 --at 2026-10-05T09:00 --dry-run"
    assert "judged by the customer's own time; --agreed" in svc(line).err
    assert "customer" not in svc(f"{line} --agreed").err


@pytest.mark.parametrize("agreed", ["dispatch", "repromise"])
def test_with_his_agreement_the_promise_counts(svc: Svc, agreed: str) -> None:
    visit = wanted(svc, "--agreed" if agreed == "dispatch" else "")
    if agreed == "repromise":
        new = "--promised 2026-10-08T10:00 --asked-by customer --reason closed"
        svc(f"visit repromise {visit} {new} --at 2026-10-05T12:00")
    svc(f"visit arrive {visit} --at 2026-10-08T09:00")
    assert visits(svc) == (1, 0, 0, 0)
    assert statuses(svc.audit("2026-10", LATER)) == {}


def test_a_new_promise_of_ours_after_his_time_counts_for_nothing_and_is_told(svc: Svc) -> None:
    visit = wanted(svc, promised="06T09:00")
    said = svc(f"visit repromise {visit} --promised 2026-10-07T10:00 --asked-by us --reason busy --at 2026-10-05T12:00").err
    assert "judged by that, unless he asks for a new time himself" in said
    assert visits(svc, "2026-10-06T10:01") == (0, 0, 1, 1)
    [row] = [r for r in svc("check --json --as-of 2026-10-06T11:00", 1).json if r["kind"] == "arrive"]
    assert (row["stage"], row["due"][:16]) == ("overdue", "2026-10-06T10:00")


def test_his_time_corrected_later_judges_a_visit_that_is_over(svc: Svc) -> None:
    id = call(svc, "2026-10-05T08:00", SERVICE)
    visit = send(svc, id, "05T09:00", "08T10:00")
    svc(f"visit arrive {visit} --at 2026-10-08T09:00")
    assert visits(svc) == (1, 0, 0, 0)
    svc(f"call correct {id} --due 2026-10-06T10:00 --reason 'he had said so' --at 2026-10-09T09:00")
    assert visits(svc) == (0, 1, 0, 1)
    assert ("ruling", f"late_arrival/{visit}") in {(r["kind"], r["id"]) for r in svc("today --all --json").json}


def test_a_month_before_the_promise_holds_the_finding_of_his_time(svc: Svc) -> None:
    visit = wanted(svc, due="30T10:00", promised="31T10:00")
    id = call(svc, "2026-10-29T08:00", f"{SERVICE} --due 2026-10-30T10:00")
    other = svc(f"visit dispatch --call {id} --staff S03 --promised 2026-11-03T10:00 --at 2026-10-29T09:00").id
    for one, day in ((visit, "10-31"), (other, "11-03")):
        svc(f"visit arrive {one} --at 2026-{day}T09:00")
    assert set(statuses(svc.audit("2026-10"))) == {f"late_arrival/{visit}", f"late_arrival/{other}"}
    assert svc.audit("2026-11")["visits"]["late"] == 1, "it is counted in the month of its promise"


# ---- called off and sent anew --------------------------------------------------------------------


def moved(svc: Svc, off: str = "05T20:00", by: str = "", anew: str = "09T10:00", at: str = "05T21:00") -> dict[str, int]:
    id = call(svc, "2026-10-05T08:00", SERVICE)
    visit = send(svc, id, "05T09:00", "06T10:00")
    svc(f"visit cancel {visit} --reason x {by} --at 2026-10-{off}")
    if anew:
        send(svc, id, at, anew)
    found = svc.audit("2026-10", LATER)["visits"]
    return {name: found[name] for name in ("repromised_by_customer", "repromised_by_us", "cancelled")}


def test_called_off_and_sent_anew_to_a_later_time_is_a_new_promise_of_ours(svc: Svc) -> None:
    assert moved(svc) == {"repromised_by_customer": 0, "repromised_by_us": 1, "cancelled": 1}


def test_or_of_the_customers_where_he_asked(svc: Svc) -> None:
    assert moved(svc, by="--asked-by customer") == {"repromised_by_customer": 1, "repromised_by_us": 0, "cancelled": 1}


@pytest.mark.parametrize("how", [{"anew": ""}, {"anew": "06T09:00"}, {"off": "06T10:00", "at": "06T11:00"}])
def test_and_none_where_nobody_is_sent_or_sooner_or_it_had_come_due(svc: Svc, how: dict[str, str]) -> None:
    assert moved(svc, **how) == {"repromised_by_customer": 0, "repromised_by_us": 0, "cancelled": 1}


def test_arrived_and_not_left_is_counted(svc: Svc) -> None:
    visit = wanted(svc)
    svc(f"visit arrive {visit} --at 2026-10-06T09:00")
    assert svc.audit("2026-10", "2026-10-06T12:00")["visits"]["arrived_not_left"] == 1
    svc(f"visit leave {visit} --at 2026-10-06T13:00")
    assert svc.audit("2026-10", LATER)["visits"]["arrived_not_left"] == 0
