"""The oracle itself: small quarters counted by hand, one group for each figure; and whether the invented
quarters hold the edges they are meant to hold and nothing impossible."""

from __future__ import annotations

import io
from collections import Counter
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from . import books, figures, quarters
from .figures import instant

ZONE = quarters.ZONE
NOW = "2026-11-20T00:00:00"
STAFF: dict[str, Any] = dict(quarters.STAFF)


def at(text: str) -> str:
    """`10-02 09:00[:00]` of 2026 as a written time of the desk."""
    day, _, clock = text.partition(" ")
    return f"2026-{day}T{clock or '12:00'}" + ("" if clock.count(":") == 2 else ":00") + "+08:00"


def entry(ledger: str, event: str, ident: str, when: str, **fields: Any) -> quarters.Entry:
    times = {k: at(v) for k, v in fields.items() if k in ("promised", "called_in")}
    return {"ledger": ledger, "event": event, "id": ident, "at": at(when), "by": "S09", **fields, **times}


def call(ident: str, when: str, **fields: Any) -> quarters.Entry:
    return entry(
        "call",
        "log",
        ident,
        when,
        **{"channel": "phone", "kind": "repair", "from": "CU001", "summary": "stands still", **fields},
    )


def reply(ident: str, when: str) -> quarters.Entry:
    return entry("call", "reply", ident, when, text="…")


def visit(ident: str, when: str, promised: str, **fields: Any) -> quarters.Entry:
    return entry(
        "visit", "dispatch", ident, when, **{"promised": promised, "staff": "S02", "call": "C1", **fields}
    )


def moved(ident: str, when: str, promised: str, asked_by: str = "customer") -> quarters.Entry:
    return entry("visit", "repromise", ident, when, promised=promised, asked_by=asked_by)


def step(event: str, ident: str, when: str, **fields: Any) -> quarters.Entry:
    return entry("visit", event, ident, when, **fields)


def stay(ident: str, day: str, **dispatch: Any) -> list[quarters.Entry]:
    """A visit without fault: promised and reached at ten, called in, left at noon."""
    return [
        visit(ident, f"{day} 08:00", f"{day} 10:00", **dispatch),
        step("arrive", ident, f"{day} 10:00"),
        step("leave", ident, f"{day} 12:00", called_in=f"{day} 11:30"),
    ]


def report(ident: str, visit_id: str, when: str, **fields: Any) -> quarters.Entry:
    full = {"cause": "worn", "solution": "replaced", "opinion": "fine", "no_parts": True, "resolved": True}
    return entry("report", "close", ident, when, **{"visit": visit_id, "fault": "engine", **full, **fields})


def survey(visit_id: str, when: str, **fields: Any) -> quarters.Entry:
    return entry("report", "survey", f"R{visit_id}", when, visit=visit_id, **fields)


def complaint(ident: str, when: str, cause: str, **fields: Any) -> quarters.Entry:
    said = {"about": "S02", "cause": cause, "kind": "service", "channel": "letter"}
    return entry("complaint", "log", ident, when, **{**said, **fields})


def verify(ident: str, when: str, verdict: str, **fields: Any) -> quarters.Entry:
    return entry("complaint", "verify", ident, when, verdict=verdict, **fields)


def incident(ident: str, when: str, kind: str = "disobedience") -> quarters.Entry:
    return entry("conduct", "log", ident, when, about="S02", kind=kind)


def ruling(event: str, ident: str, when: str) -> quarters.Entry:
    return entry("finding", event, ident, when, reason=f"{event} it")


def audit(
    entries: list[quarters.Entry],
    month: str = "2026-10",
    as_of: str = NOW,
    amounts: figures.Amounts | None = None,
) -> dict[str, Any]:
    now = instant(as_of if as_of.startswith("2026") else at(as_of), ZONE)
    return figures.audit(entries, month, now, zone=ZONE, amounts=amounts or {}, staff=STAFF)


def counts(section: dict[str, Any], *keys: str) -> list[Any]:
    return [section[k] for k in keys]


def finding(a: dict[str, Any], ident: str) -> dict[str, Any]:
    return next(f for f in a["findings"] if f["id"] == ident)


TWO_HUNDRED: figures.Amounts = {
    name: [(date(2026, 1, 1), Decimal(200))] for _, name in figures.RULES.values() if name
}


# --------------------------------------------------------------------------- calls


def test_the_month_is_that_of_the_desk_and_its_end_is_the_next_one() -> None:
    entries = [
        call("C1", "10-01 00:00:00"),
        call("C2", "09-30 23:59:00"),
        call("C3", "11-01 00:00:00"),
        call("C4", "10-31 23:59:00", channel="letter"),
        {**call("C5", "10-15 09:00", kind="other"), "at": "2026-09-30T16:00:00+00:00"},
        {**call("C6", "10-15 09:00"), "at": "2026-10-31T12:00:00-05:00"},
    ]
    a = audit(entries)["calls"]
    assert a["registered"] == 3
    assert a["by_channel"] == {"phone": 2, "letter": 1}
    assert a["by_kind"] == {"repair": 2, "other": 1}
    assert audit(entries, "2026-11")["calls"]["registered"] == 2


def test_days_off_know_holidays_and_make_up_workdays() -> None:
    days = {"10-01": 1, "10-07": 1, "10-08": 0, "10-10": 0, "10-11": 1, "10-12": 0}
    for n, (day, off) in enumerate(days.items()):
        assert audit([call(f"C{n}", f"{day} 12:00")])["calls"]["on_days_off"] == off, day
    late_on_a_friday_elsewhere = {**call("C1", "10-17 12:00"), "at": "2026-10-16T20:00:00+00:00"}
    assert audit([late_on_a_friday_elsewhere])["calls"]["on_days_off"] == 1


def test_matched_asks_for_a_customer_known_before_the_call() -> None:
    customer = {"ledger": "customer", "event": "add", "id": "CU001", "phone": "138-0000-0001"}
    known = [{**customer, "at": at("10-10 12:00")}]
    callers = [("10-10 12:00", "CU001"), ("10-11 12:00", "CU001"), ("10-12 12:00", "13800000001")]
    calls = [call(f"C{n}", when, **{"from": who}) for n, (when, who) in enumerate(callers)]
    assert audit(known + calls + [call("C9", "10-12", **{"from": "139-9999-0001"})])["calls"]["matched"] == 2


def test_unreplied_is_seen_from_now() -> None:
    entries = [call("C1", "10-01 09:00"), reply("C1", "10-03 09:00"), call("C2", "10-01 09:00")]
    assert audit(entries, as_of="10-03 09:00")["calls"]["unreplied"] == 1
    assert audit(entries, as_of="10-03 08:59:00")["calls"]["unreplied"] == 2
    assert audit(entries, as_of="10-01 08:00")["calls"]["registered"] == 0


# --------------------------------------------------------------------------- replies


def test_exactly_24_hours_is_within_and_the_four_add_up() -> None:
    entries = [
        call("C1", "10-01 09:00"),
        reply("C1", "10-02 09:00:00"),
        call("C2", "10-01 09:00"),
        reply("C2", "10-02 09:01:00"),
        call("C3", "10-01 09:00"),
        call("C4", "10-05 09:00"),
        call("C5", "10-01 09:00"),
        reply("C5", "10-04 09:00"),
        reply("C5", "10-01 09:10"),
    ]
    at_the_limit = audit(entries, as_of="10-06 09:00:00")["replies"]
    assert counts(at_the_limit, "within", "late", "overdue", "pending") == [2, 1, 1, 1]
    assert at_the_limit["rate"] == 2 / 4
    past_it = audit(entries, as_of="10-06 09:01:00")["replies"]
    assert counts(past_it, "within", "late", "overdue", "pending") == [2, 1, 2, 0]
    assert audit([])["replies"]["rate"] is None


@pytest.mark.parametrize(
    ("seconds", "middle", "ninety"),
    [
        ([59], 0, 0),  # of one minute
        ([60], 1, 1),
        ([60, 119], 1, 1),
        ([60, 120], 2, 2),  # mean 90 s
        ([60 * n for n in range(1, 11)], 6, 9),  # mean of 5 and 6 is 5.5 minutes; nine of ten are <= 9
        ([60 * n for n in range(1, 12)], 6, 10),
        ([], None, None),
    ],
)
def test_median_and_p90(seconds: list[int], middle: int | None, ninety: int | None) -> None:
    entries = []
    for n, wait in enumerate(seconds):
        entries += [call(f"C{n}", "10-08 09:00"), reply(f"C{n}", "10-08 09:00")]
        entries[-1]["at"] = (instant(at("10-08 09:00"), ZONE) + timedelta(seconds=wait)).isoformat()
    assert counts(audit(entries)["replies"], "median_minutes", "p90_minutes") == [middle, ninety]


# --------------------------------------------------------------------------- visits


def standings(a: dict[str, Any]) -> list[int]:
    return counts(a["visits"], "due", "on_time", "late", "missed", "pending")


def test_exactly_on_the_promise_is_on_time() -> None:
    entries = [
        visit("V1", "10-01", "10-02 10:00"),
        step("arrive", "V1", "10-02 10:00:00"),
        visit("V2", "10-01", "10-02 10:00"),
        step("arrive", "V2", "10-02 10:01:00"),
        visit("V3", "10-01", "10-02 10:00"),
        visit("V4", "10-01", "10-05 10:00"),
    ]
    assert standings(audit(entries, as_of="10-05 10:00:00")) == [4, 1, 1, 1, 1]
    assert audit(entries, as_of="10-05 10:00:00")["visits"]["rate"] == 1 / 3
    assert standings(audit(entries, as_of="10-05 10:01:00")) == [4, 1, 1, 2, 0]


@pytest.mark.parametrize(
    ("moves", "arrival", "late"),
    [
        ([("10-02 09:59:00", "10-03 10:00")], "10-03 10:00", False),
        ([("10-02 10:00:00", "10-03 10:00")], "10-03 09:00", True),  # the old one had come due
        ([("10-01 13:00", "10-01 20:00")], "10-02 09:00", True),  # an earlier promise binds as well
        ([("10-01 13:00", "10-04 10:00"), ("10-03 10:00", "10-06 10:00")], "10-05 10:00", False),
        ([("10-03 10:00", "10-06 10:00"), ("10-01 13:00", "10-04 10:00")], "10-05 10:00", False),  # any order
        ([("10-03 10:00", "10-04 10:00"), ("10-03 11:00", "10-05 10:00")], "10-04 09:00", True),
    ],
)
def test_promise_in_force(moves: list[tuple[str, str]], arrival: str, late: bool) -> None:
    entries = [visit("V1", "10-01 12:00", "10-02 10:00"), step("arrive", "V1", arrival)]
    entries += [moved("V1", when, promised) for when, promised in moves]
    assert standings(audit(entries)) == [1, int(not late), int(late), 0, 0]


def test_a_visit_belongs_to_the_month_of_its_promise_in_force() -> None:
    entries = [visit("V1", "10-01", "10-02 10:00"), moved("V1", "10-01 20:00", "11-01 00:00:00", "us")]
    entries += [visit("V2", "10-01", "10-31 23:59:00"), moved("V2", "11-01 00:00", "11-05 10:00", "us")]
    assert audit(entries)["visits"]["due"] == 1
    assert audit(entries, "2026-11")["visits"]["due"] == 1
    assert audit(entries)["visits"]["repromised_by_us"] == 1
    assert audit(entries)["visits"]["repromised_by_customer"] == 0
    assert audit(entries, "2026-11")["visits"]["repromised_by_us"] == 0  # came too late to replace anything


@pytest.mark.parametrize(("when", "due"), [("09:59:00", 0), ("10:00:00", 1), ("10:01:00", 1)])
def test_called_off_before_its_promise_a_visit_is_not_due(when: str, due: int) -> None:
    entries = [visit("V1", "10-01", "10-02 10:00"), step("cancel", "V1", f"10-02 {when}")]
    a = audit(entries)
    assert standings(a) == [due, 0, 0, due, 0]
    assert [f["status"] for f in a["findings"]] == ["awaiting_ruling"] * due


@pytest.mark.parametrize(
    ("calls", "leave", "expected"),
    [
        (["10-02 10:00:00"], {}, (0, 0)),
        (["10-02 12:00:00"], {}, (0, 0)),
        (["10-02 12:01:00"], {}, (1, 0)),
        (["10-02 09:59:00"], {}, (1, 0)),
        (["10-02 15:00", "10-02 11:00"], {}, (0, 0)),
        ([], {"called_in": "10-02 11:00"}, (0, 0)),
        ([], {"called_in": "10-02 09:00"}, (1, 0)),
        ([], {"no_call_in": True}, (1, 0)),
        ([], {}, (0, 1)),
    ],
)
def test_call_in_inside_the_stay(calls: list[str], leave: dict[str, Any], expected: tuple[int, int]) -> None:
    entries = [visit("V1", "10-01", "10-02 10:00"), step("arrive", "V1", "10-02 10:00")]
    entries += [step("leave", "V1", "10-02 12:00", **leave)] + [step("call-in", "V1", t) for t in calls]
    a = audit(entries)
    assert counts(a["visits"], "left", "left_without_calling", "call_in_unknown") == [1, *expected]
    status = {(0, 0): [], (1, 0): ["final"], (0, 1): ["facts_missing"]}[expected]
    assert [f["status"] for f in a["findings"]] == status


# --------------------------------------------------------------------------- reports and surveys


def test_reports_owed_by_visits_and_lacking_items_by_closing() -> None:
    entries = [
        *stay("V1", "10-08"),
        *stay("V2", "10-09", purpose="tour"),
        *stay("V3", "10-12", purpose="train"),
    ]
    entries += [*stay("V4", "10-31", purpose="install"), *stay("V5", "09-30", purpose="repair")]
    entries += [
        report("R4", "V4", "11-02", cause="—"),
        report("R5", "V5", "10-01", solution="…", opinion="", no_parts=False, parts=[]),
        report("R1", "V1", "10-08 13:00", no_parts=False, parts=[{"name": "hose", "qty": 1}]),
        entry("report", "archive", "R1", "10-20"),
        entry("report", "amend", "R5", "10-02", solution="tightened", opinion="fine"),
    ]
    a = audit(entries)
    assert counts(a["reports"], "expected", "filed", "missing", "incomplete", "archived") == [3, 2, 1, 1, 1]
    assert a["reports"]["missing_items"] == {"solution": 1, "parts": 1, "opinion": 1}
    assert audit(entries, as_of="11-01 12:00")["reports"]["filed"] == 1
    assert audit(entries, as_of="10-19")["reports"]["archived"] == 0
    assert a["breaches"]["report_missing"] == 1
    assert [f["id"] for f in a["findings"]] == ["report_incomplete/R5"]
    assert finding(a, "report_incomplete/R5")["staff"] == "S02"


@pytest.mark.parametrize("text", ["好", "x", "7", " 无 ", "— ok"])
def test_texts_that_say_something(text: str) -> None:
    assert not figures.is_lacking(text)


@pytest.mark.parametrize("text", ["", " ", "—", "…", "-- / --", "。，", None])
def test_texts_that_say_nothing(text: str | None) -> None:
    assert figures.is_lacking(text)


def test_surveys() -> None:
    entries = [*stay("V1", "10-08"), *stay("V2", "10-09"), *stay("V3", "10-12"), *stay("V4", "09-30")]
    entries += [
        survey("V1", "10-08 14:00", refused="no time"),
        survey("V1", "10-09 14:00", scores={"overall": 4, "speed": 5}),
        survey("V2", "10-09 14:00", refused="no time"),
        survey("V4", "10-01 00:00:00", scores={"overall": 3, "speed": 4}),
        survey("V4", "10-02", scores={"speed": 4}),
    ]
    a = audit(entries)
    assert counts(a["surveys"], "returned", "refused", "missing") == [1, 1, 1]
    assert a["surveys"]["mean"] == {"overall": 3.5, "speed": 4.33}
    assert a["surveys"]["satisfied_rate"] == 1 / 2
    assert a["breaches"]["survey_missing"] == 1
    assert audit(entries, as_of="10-08 15:00")["surveys"] == {
        "returned": 0,
        "refused": 1,
        "missing": 0,
        "mean": {"overall": 3.0, "speed": 4.0},
        "satisfied_rate": 0.0,
    }


@pytest.mark.parametrize(("scores", "mean"), [([4] * 7 + [5], 4.13), ([1, 1, 2], 1.33), ([1, 2, 2], 1.67)])
def test_means_have_two_decimals_half_up(scores: list[int], mean: float) -> None:
    assert figures.mean2(scores) == mean


# --------------------------------------------------------------------------- repairs and products


def repair(n: int, closed: str, **fields: Any) -> list[quarters.Entry]:
    machine, spoken = fields.pop("machine", "SN-1"), {k: fields.pop(k) for k in ("purpose",) if k in fields}
    logged = call(f"C{n}", "09-01 08:00", **({"machine": machine} if machine else {}))
    return [
        logged,
        *stay(f"V{n}", "09-01", call=f"C{n}", **spoken),
        report(f"R{n}", f"V{n}", closed, **fields),
    ]


@pytest.mark.parametrize(
    ("first", "second", "repeat"),
    [
        ({}, {"closed": "10-01 12:00:00"}, 1),
        ({}, {"closed": "10-01 12:01:00"}, 0),
        ({"resolved": False}, {}, 0),
        ({"resolved": None}, {}, 0),
        ({}, {"fault": "brakes"}, 0),
        ({}, {"machine": "SN-2"}, 0),
        ({"machine": None}, {"machine": None}, 0),
        ({"fault": None}, {"fault": None}, 0),
        ({"purpose": "inspect"}, {}, 0),
        ({}, {"purpose": "inspect"}, 0),
        ({}, {"resolved": False}, 1),
        ({}, {"closed": "09-01 12:00"}, 0),
    ],
)
def test_repeat_repairs(first: dict[str, Any], second: dict[str, Any], repeat: int) -> None:
    entries = [*repair(1, "09-01 12:00", **first), *repair(2, **{"closed": "10-01 09:00", **second})]
    found = sum(audit(entries, month)["repairs"]["repeat"] for month in ("2026-09", "2026-10"))
    assert found == repeat
    assert (
        sum(audit(entries, m)["breaches"].get("repeat_repair", 0) for m in ("2026-09", "2026-10")) == repeat
    )


def test_first_time_fix_looks_at_what_came_after() -> None:
    entries = [
        *repair(1, "09-20 12:00"),
        *repair(2, "10-05 12:00"),  # the same again
        *repair(3, "09-21 12:00", machine="SN-3"),
        *repair(4, "09-22 12:00", machine="SN-4", resolved=False),
        *repair(5, "09-23 12:00", machine=None),
    ]
    took = {"repaired": 4, "median_hours": 4.0, "p90_hours": 4.0}  # called at eight, left at noon; V4 mended nothing
    none = {"repaired": 0, "median_hours": None, "p90_hours": None}
    assert audit(entries, "2026-09")["repairs"] == {"reports": 4, "repeat": 0, "first_time_fix_rate": 2 / 4, **took}
    then = audit(entries, "2026-09", as_of="10-01 12:00")
    assert then["repairs"]["first_time_fix_rate"] == 3 / 4
    assert audit(entries)["repairs"] == {"reports": 1, "repeat": 1, "first_time_fix_rate": None, **none}


def test_pareto_and_parts() -> None:
    machine = {"ledger": "machine", "event": "add", "id": "SN-1", "product": "loader"}
    hose, seal = {"name": "hose", "qty": 2}, {"name": "seal", "qty": 1}
    entries = [
        machine,
        *repair(1, "10-01", cause_class="wear", no_parts=False, parts=[hose, hose]),
        *repair(2, "10-02", cause_class="wear", no_parts=False, parts=[hose, seal]),
        *repair(3, "10-03", machine="SN-9", no_parts=False, parts=[{"name": "belt", "qty": 1}]),
        *repair(4, "10-04", fault=None),
        *repair(5, "09-30"),
    ]
    a = audit(entries)["products"]
    top = {"product": "loader", "fault": "engine", "cause_class": "wear", "reports": 2}
    tail = {"product": None, "fault": "engine", "cause_class": None, "reports": 1}
    assert a["pareto"] == [
        {**top, "share": 2 / 3, "cumulative": 2 / 3},
        {**tail, "share": 1 / 3, "cumulative": 1.0},
    ]
    assert a["parts"] == [
        {"part": "hose", "reports": 2, "qty": 6},
        {"part": "belt", "reports": 1, "qty": 1},
        {"part": "seal", "reports": 1, "qty": 1},
    ]


def test_the_machine_may_stand_on_the_visit() -> None:
    entries = [
        call("C1", "10-01"),
        *stay("V1", "10-08", machine="SN-1"),
        *stay("V2", "10-09", machine="SN-1"),
    ]
    entries += [report("R1", "V1", "10-08 13:00"), report("R2", "V2", "10-09 13:00")]
    assert audit(entries)["repairs"]["repeat"] == 1


# --------------------------------------------------------------------------- complaints


def test_complaints() -> None:
    entries = [
        complaint("K1", "10-01", "quarrel"),
        verify("K1", "11-02", "upheld"),
        complaint("K2", "10-02", "other", channel="phone"),
        verify("K2", "10-03", "dismissed"),
        complaint("K3", "09-02", "attitude", kind="quality"),
        verify("K3", "10-31 23:59:00", "upheld"),
        entry("complaint", "remedy", "K3", "11-05"),
    ]
    a = audit(entries)["complaints"]
    assert a["by_cause"] == {"quarrel": 1, "other": 1}
    assert a["by_channel"] == {"letter": 1, "phone": 1}
    assert a["by_kind"] == {"service": 2}
    assert counts(a, "registered", "upheld", "dismissed", "open", "unremedied") == [2, 1, 1, 0, 0]
    earlier = audit(entries, as_of="11-01 12:00")["complaints"]
    assert counts(earlier, "registered", "upheld", "dismissed", "open", "unremedied") == [2, 0, 1, 1, 1]
    assert audit(entries, "2026-11")["complaints"]["unremedied"] == 1


@pytest.mark.parametrize(
    ("cause", "answers", "status", "rule", "clause"),
    [
        ("quarrel", {}, "final", "complaint_quarrel", "4.2.1"),
        ("solicitation", {"personal": False}, "final", "complaint_demand", "4.2.2"),
        ("untimely", {"personal": True}, "final", "complaint_not_timely", "4.2.3"),
        ("untimely", {"personal": False}, "dismissed", "complaint_not_timely", "4.2.3"),
        ("untimely", {"harms_image": True}, "awaiting_ruling", "complaint_not_timely", "4.2.3"),
        ("repeat-repair", {"personal": True}, "final", "complaint_repeat_repair", "4.2.4"),
        ("repeat-repair", {}, "awaiting_ruling", "complaint_repeat_repair", "4.2.4"),
        ("attitude", {"harms_image": True}, "final", "complaint_attitude", "1.6"),
        ("attitude", {"harms_image": False}, "dismissed", "complaint_attitude", "1.6"),
        ("attitude", {"personal": True}, "awaiting_ruling", "complaint_attitude", "1.6"),
    ],
)
def test_verdicts(cause: str, answers: dict[str, bool], status: str, rule: str, clause: str) -> None:
    entries = [complaint("K1", "10-30", cause), verify("K1", "11-02", "upheld", **answers)]
    a = audit(entries, amounts=TWO_HUNDRED)
    row = finding(a, f"{rule}/K1")
    assert counts(row, "status", "clause", "date", "staff") == [status, clause, "2026-10-30", "S02"]
    assert row["amount"] == ("200.00" if cause == "attitude" else None)
    assert audit(entries, as_of="11-01 12:00")["findings"][0]["status"] == "awaiting_ruling"
    november = audit(entries, "2026-11", amounts=TWO_HUNDRED)
    kinds = ["bonus_deduction", "criticism"] if cause == "attitude" else ["major_demerit"]
    assert [s["kind"] for s in november["sanctions"]] == (kinds if status == "final" else [])
    assert {s["date"] for s in november["sanctions"]} <= {"2026-11-02"}
    assert november["fines"]["payable"] == ("200.00" if (cause, status) == ("attitude", "final") else "0.00")
    assert a["sanctions"] == []


def test_a_waived_complaint_stays_in_the_record_and_a_dismissed_one_is_struck_out_of_it() -> None:
    entries = [complaint("K1", "10-01", "quarrel"), verify("K1", "10-02", "upheld")]
    waived = [*entries, ruling("waive", "complaint_quarrel/K1", "11-03")]
    assert [row["change"] for row in audit(waived)["sanctions"]] == ["entered"]
    assert audit(waived, "2026-11")["sanctions"] == []
    fell = [*entries, ruling("dismiss", "complaint_quarrel/K1", "11-03")]
    assert len(audit(fell)["sanctions"]) == 1
    (struck,) = audit(fell, "2026-11")["sanctions"]
    assert (struck["change"], struck["concerns"], struck["date"]) == ("withdrawn", "2026-10", "2026-11-03")
    cut = [complaint("K1", "10-01", "attitude"), verify("K1", "10-02", "upheld", harms_image=True)]
    cut += [ruling("waive", "complaint_attitude/K1", "10-03")]
    assert [row["kind"] for row in audit(cut)["sanctions"]] == ["criticism"]
    dismissed = [complaint("K1", "10-01", "attitude"), verify("K1", "10-02", "dismissed", harms_image=True)]
    assert audit(dismissed)["findings"][0]["status"] == "dismissed"


# --------------------------------------------------------------------------- findings and fines


def late_visit(ident: str = "V1") -> list[quarters.Entry]:
    return [visit(ident, "10-01", "10-02 10:00"), step("arrive", ident, "10-02 11:00")]


def test_late_arrival_waits_for_a_ruling_and_the_latest_one_wins() -> None:
    entries = [
        *late_visit(),
        ruling("waive", "late_arrival/V1", "11-05 12:00"),
        ruling("uphold", "late_arrival/V1", "10-20 12:00"),
        ruling("dismiss", "late_arrival/V1", "10-10 12:00"),
    ]
    expected = {"10-05": "awaiting_ruling", "10-11": "dismissed", "10-21": "final", "11-06": "waived"}
    for when, status in expected.items():
        assert finding(audit(entries, as_of=when), "late_arrival/V1")["status"] == status
    row = finding(audit(entries, as_of="10-21", amounts=TWO_HUNDRED), "late_arrival/V1")
    assert counts(row, "amount", "date", "reason") == ["200.00", "2026-10-02", "uphold it"]
    assert instant(row["final_at"], ZONE) == instant(at("10-20 12:00"), ZONE)


def test_a_visit_nobody_came_to_lacks_facts_until_it_is_known() -> None:
    entries = [visit("V1", "10-01", "10-02 10:00"), step("arrive", "V1", "10-09 11:00")]
    entries += [ruling("uphold", "late_arrival/V1", "10-05")]
    assert audit(entries, as_of="10-02 10:00:00")["findings"] == []
    assert audit(entries, as_of="10-06")["findings"][0]["status"] == "facts_missing"
    assert audit(entries, as_of="10-06", amounts=TWO_HUNDRED)["fines"]["payable"] == "0.00"
    assert audit(entries)["findings"][0]["status"] == "final"


def test_two_offences_on_one_visit_are_two_findings_and_three_items_one() -> None:
    entries = [*late_visit(), step("leave", "V1", "10-02 12:00", no_call_in=True)]
    entries += [report("R1", "V1", "10-03", cause="", solution="—", opinion="…")]
    ids = [f["id"] for f in audit(entries)["findings"]]
    assert ids == ["late_arrival/V1", "left_without_call/V1", "report_incomplete/R1"]


def test_the_amount_is_that_of_the_day_of_the_offence() -> None:
    rows = [(date(2026, 10, 15), Decimal("300")), (date(2026, 9, 1), None), (date(2026, 10, 2), Decimal("0"))]
    for day, expected in {"10-01": None, "10-14": "0.00", "10-15": "300.00", "08-01": None}.items():
        a = audit([incident("X1", f"{day} 00:00")], f"2026-{day[:2]}", amounts={"disobeyed_dispatch": rows})
        assert a["findings"][0]["amount"] == expected, day


def fined(count: int, amount: str, unset: int) -> dict[str, Any]:
    """The row of S02, where nothing is carried."""
    return {"staff": "S02", "count": count, "own": amount, "carried": "0.00", "amount": amount, "unset": unset}


def test_fines_follow_the_month_in_which_they_became_final() -> None:
    entries = [
        *late_visit("V1"),
        ruling("uphold", "late_arrival/V1", "11-01 00:00:00"),
        *late_visit("V2"),
        ruling("uphold", "late_arrival/V2", "10-31 23:59:00"),
        ruling("waive", "late_arrival/V2", "11-10"),
        *late_visit("V3"),
        ruling("waive", "late_arrival/V3", "10-20"),
        *late_visit("V4"),
        ruling("uphold", "late_arrival/V4", "10-20"),
        ruling("dismiss", "late_arrival/V4", "10-25"),
    ]
    october = audit(entries, amounts=TWO_HUNDRED)["fines"]
    assert october == {
        "payable": "200.00",
        "by_staff": [fined(1, "200.00", 0)],
        "unset": 0,
    }
    november = audit(entries, "2026-11", amounts=TWO_HUNDRED)["fines"]
    assert november["payable"] == "0.00"  # one new, one taken back
    assert november["by_staff"] == [fined(1, "0.00", 0)]
    before_the_waiver = audit(entries, "2026-11", as_of="11-09", amounts=TWO_HUNDRED)["fines"]
    assert before_the_waiver["payable"] == "200.00"
    assert audit(entries, as_of="10-31 23:59:00", amounts=TWO_HUNDRED)["fines"]["payable"] == "200.00"
    assert audit(entries, as_of="10-31 23:58:00", amounts=TWO_HUNDRED)["fines"]["payable"] == "0.00"


def test_automatic_fines_are_owed_from_the_offence_and_can_be_taken_back_later() -> None:
    entries = [visit("V1", "10-01", "10-02 10:00"), step("arrive", "V1", "10-02 10:00")]
    entries += [step("leave", "V1", "10-31 23:59:00", no_call_in=True)]
    entries += [ruling("dismiss", "left_without_call/V1", "11-02")]
    row = fined(1, "200.00", 0)
    assert audit(entries, amounts=TWO_HUNDRED)["fines"]["by_staff"] == [row]
    november = audit(entries, "2026-11", amounts=TWO_HUNDRED)["fines"]
    assert november["payable"] == "-200.00"
    assert november["by_staff"] == [fined(0, "-200.00", 0)]


def test_what_has_no_amount_is_counted_and_not_guessed() -> None:
    entries = [*late_visit(), ruling("uphold", "late_arrival/V1", "10-20")]
    fines = audit(entries)["fines"]
    assert fines["payable"] == "0.00"
    assert fines["unset"] == 1
    assert fines["by_staff"] == [fined(1, "0.00", 1)]


def test_disobedience_needs_a_ruling() -> None:
    entries = [incident("X1", "10-05"), ruling("uphold", "disobeyed_dispatch/X1", "10-06")]
    assert audit(entries, as_of="10-05 13:00")["findings"][0]["status"] == "awaiting_ruling"
    assert counts(audit(entries)["findings"][0], "status", "clause") == ["final", "4.7"]


# --------------------------------------------------------------------------- breaches, conduct, people


def test_reply_breaches_belong_to_the_month_of_the_deadline() -> None:
    entries = [
        call("C1", "09-30 00:00:00"),
        call("C2", "09-30 12:00"),
        reply("C2", "10-05"),
        call("C3", "10-31 12:00"),
    ]
    assert audit(entries)["breaches"] == {"reply_24h": 2}
    assert audit(entries, "2026-11")["breaches"] == {"reply_24h": 1}
    assert audit(entries, "2026-09")["breaches"] == {}
    assert audit(entries, as_of="10-01 00:00:00")["breaches"] == {}


def test_a_phone_found_off_counts_once_upheld() -> None:
    entries = [incident("X1", "10-05", "unreachable"), ruling("uphold", "phone_off/X1", "11-06")]
    assert audit(entries, as_of="11-05")["breaches"] == {}
    assert audit(entries)["breaches"] == {"phone_off": 1}
    assert audit(entries)["conduct"] == {"opened": 1, "closed": 1, "open": 0, "by_kind": {"unreachable": 1}}
    assert audit([*entries, ruling("dismiss", "phone_off/X1", "11-07")])["breaches"] == {}


def test_people() -> None:
    entries = [
        {**call("C1", "10-01"), "by": "S11"},
        *late_visit("V1"),
        step("leave", "V1", "10-02 12:00", no_call_in=True),
        *stay("V2", "10-08"),
        report("R2", "V2", "10-08 13:00"),
        survey("V2", "10-08 13:00", scores={"overall": 5}),
        complaint("K1", "10-10", "other"),
        verify("K1", "10-11", "upheld"),
    ]
    a = audit(entries, amounts=TWO_HUNDRED)["staff"]
    assert [row["staff"] for row in a] == ["S02", "S11"]
    assert a[0] == {
        "staff": "S02",
        "calls": 0,
        "visits": 2,
        "on_time_rate": 1 / 2,
        "reports": 1,
        "mean_overall": 5.0,
        "complaints_upheld": 1,
        "findings": 2,
        "fines": "200.00",
    }
    assert a[1]["calls"] == 1


# --------------------------------------------------------------------------- the smaller books

MACHINE = {"ledger": "machine", "event": "add", "id": "SN-1", "at": at("06-01"), "product": "loader"}
COVERED = {**MACHINE, "warranty_until": "2026-10-05"}


def quote(ident: str, when: str, **fields: Any) -> quarters.Entry:
    return entry("quote", "make", ident, when, **{"call": "C1", "labour": "100", "cause_class": "wear", **fields})


def begun(day: str, machine: quarters.Entry, **log: Any) -> list[quarters.Entry]:
    return [machine, {**call("C1", f"{day} 07:00"), "machine": "SN-1", **log}, *stay("V1", day)]


@pytest.mark.parametrize(
    ("day", "cause", "expected"),
    [
        ("10-05", "material", ["free", 0]),
        ("10-05", "design", ["chargeable", 0]),
        ("10-06", "material", ["chargeable", 1]),
        ("10-05", None, ["undecided", 0]),
    ],
)
def test_free_on_the_last_day_of_the_warranty_and_for_a_cause_of_quality_only(
    day: str, cause: str | None, expected: list[Any]
) -> None:
    made = quote("Q1", f"{day} 09:00", parts=[{"name": "seal", "qty": 2, "price": "10.50"}])
    made = {k: v for k, v in {**made, "cause_class": cause}.items() if v is not None}
    a = audit([*begun(day, COVERED), made])
    assert [k for k in ("free", "chargeable", "undecided") if a["quotes"][k]] == expected[:1]
    assert a["quotes"]["unquoted"] == a["breaches"].get("paid_job_quoted", 0) == expected[1]
    assert a["quotes"]["quoted"] == ("121.00" if expected[0] == "chargeable" else "0.00")


def test_a_price_accepted_as_work_begins_is_in_time_and_the_last_answer_counts() -> None:
    entries = [*begun("10-06", COVERED), quote("Q1", "10-06 08:00")]
    said = [entry("quote", "accept", "Q1", "10-06 10:00:00")]
    assert audit([*entries, *said])["breaches"].get("paid_job_quoted") is None
    assert audit([*entries, *said], as_of="10-06 09:59")["quotes"]["open"] == 1
    late = [entry("quote", "accept", "Q1", "10-06 10:01:00")]
    assert audit([*entries, *late])["breaches"]["paid_job_quoted"] == 1
    withdrawn = audit([*entries, *said, entry("quote", "decline", "Q1", "10-07")])
    assert counts(withdrawn["quotes"], "accepted", "declined", "unquoted") == ["0.00", "100.00", 1]
    newer = audit([*entries, quote("Q2", "10-08", call=None, visit="V1")])
    assert counts(newer["quotes"], "opened", "closed", "open") == [2, 1, 1]


def test_money_taken_in_warranty_and_a_bought_in_part_not_claimed() -> None:
    bought_in = {**COVERED, "supplier": "SP01"}
    entries = [*begun("10-05", bought_in), quote("Q1", "10-05 08:00"), entry("quote", "accept", "Q1", "10-05 09:00")]
    entries += [report("R1", "V1", "10-05 13:00", cause_class="material")]
    assert audit(entries)["breaches"].items() >= {"warranty_charged": 1, "outside_part_routed": 1}.items()
    claim = entry("claim", "open", "L1", "10-20", supplier="SP01", summary="x", machine="SN-1")
    closed = entry("claim", "close", "L1", "11-02", amount="80")
    a = audit([*entries, claim, closed])
    assert "outside_part_routed" not in a["breaches"]
    assert counts(a["claims"], "opened", "closed", "open", "recovered") == [1, 0, 0, "0.00"]
    november = audit([*entries, claim, closed], "2026-11")["claims"]
    assert counts(november, "closed", "recovered", "by_supplier") == [1, "80.00", {}]


@pytest.mark.parametrize(
    ("consent", "received", "expected"),
    [
        ("10-10 12:00:00", "10-10 12:00:00", [0, "0.00", "350.00"]),
        ("10-10 12:01:00", "10-10 12:00:00", [1, "350.00", "0.00"]),
        (None, "10-10 12:00:00", [1, "350.00", "0.00"]),
    ],
)
def test_goods_without_consent_cost_the_customer(consent: str | None, received: str, expected: list[Any]) -> None:
    entries = [entry("return", "request", "T1", "10-01", machine="SN-1", reason="x")]
    entries += [entry("return", "approve", "T1", consent)] if consent else []
    assert audit(entries, as_of="10-10 12:00:00")["returns"]["awaiting_consent"] == (consent != received)
    entries += [entry("return", "receive", "T1", received, cost="350")]
    keys = ("without_consent", "cost_to_customer", "cost_to_company")
    assert counts(audit(entries)["returns"], *keys) == expected
    if expected[0]:
        waived = [*entries, ruling("waive", "return_not_approved/T1", "11-02")]
        assert counts(audit(waived)["returns"], *keys) == [1, "0.00", "350.00"]


def test_each_receipt_is_in_one_place() -> None:
    lines = [
        {"category": "transport", "amount": "1", "place": "上海-杭州", "date": "2026-10-02"},
        {"category": "meals", "amount": "2", "place": "上海-杭州", "date": "2026-10-02"},
        {"category": "meals", "amount": "4", "place": "杭州市", "date": "2026-10-08"},
        {"category": "meals", "amount": "8", "place": "—", "date": "2026-10-02"},
        {"category": "tool", "amount": "89.5", "place": "杭州", "date": "2026-10-02"},
        {"category": "lodging", "amount": "16", "place": "杭州", "date": "2026-10-02"},
    ]
    entries = [*stay("V1", "10-02", place="杭州"), entry("tool", "buy", "W1", "10-02", trip="V1", amount="89.50")]
    entries += [entry("expense", "submit", "E1", "10-09", trip="V1", lines=lines)]
    waiting = audit(entries)["expenses"]
    assert counts(waiting, "submitted", "refused", "blocked_by_tools", "awaiting", "approved") == [
        "120.50", "6.00", "89.50", "25.00", "0.00",
    ]  # fmt: skip
    entries += [entry("expense", "review", "E1", "10-20", verdict="approve", invalid="6")]
    a = audit(entries)
    assert counts(a["expenses"], "refused", "blocked_by_tools", "awaiting", "approved") == [
        "6.00", "89.50", "16.00", "9.00",
    ]  # fmt: skip
    entries += [ruling("uphold", "receipt_invalid/E1/6", "10-21"), ruling("waive", "tool_not_returned/W1", "10-22")]
    assert counts(audit(entries)["expenses"], "refused", "approved") == ["22.00", "98.50"]
    kinds = Counter((f["rule"], f["status"]) for f in a["findings"])
    assert kinds["receipt_wrong_place", "final"] == 2 and kinds["receipt_wrong_place", "facts_missing"] == 1


def test_a_tool_turned_in_at_the_claim_is_in_time() -> None:
    line = {"category": "tool", "amount": "89.50", "place": "杭州", "date": "2026-10-02"}
    entries = [*stay("V1", "10-02", place="杭州"), entry("tool", "buy", "W1", "10-02", trip="V1", amount="89.50")]
    entries += [entry("expense", "submit", "E1", "10-09 12:00:00", trip="V1", lines=[line])]
    for when, blocked, left in (("10-09 12:00:00", "0.00", "0.00"), ("10-09 12:01:00", "89.50", "0.00")):
        a = audit([*entries, entry("tool", "turn-in", "W1", when)])
        assert [a["expenses"]["blocked_by_tools"], a["tools"]["not_turned_in"]] == [blocked, left]
    assert counts(audit(entries)["tools"], "opened", "closed", "open", "not_turned_in") == [1, 0, 1, "89.50"]


def test_installations_tours_defects_and_help_from_head_office() -> None:
    promise = entry("install", "promise", "I1", "09-20", customer="CU001", product="x", due=at("10-05 12:00:00"))
    done = entry("install", "done", "I1", "10-05 12:00:00")
    a = audit([{**promise, "training": 4}, done, entry("install", "train", "I1", "11-01", people=3)])
    assert counts(a["installs"], "opened", "closed", "due", "in_time", "late", "untrained", "trained") == [
        0, 1, 1, 1, 0, 1, 0,
    ]  # fmt: skip
    open_ = audit([promise], as_of="10-05 12:01:00")
    assert counts(open_["installs"], "late", "overdue") == [1, 1] and "install_on_time" not in open_["breaches"]
    key = {"ledger": "customer", "event": "add", "id": "CU1", "at": at("09-01 00:00:00"), "key_every_days": 30}
    plan = entry("tour", "plan", "U1", "09-20", customer="CU1", due=at("10-20"))
    assert audit([key, plan], as_of="10-01 00:00:00")["tours"]["overdue"] == 0
    assert audit([key, plan], as_of="10-01 00:01:00")["tours"]["overdue_customers"] == ["CU1"]
    made = entry("tour", "done", "U1", "10-02", opinions={"design": "hot"}, introduced=[{"product": "filter"}])
    tours = audit([key, plan, made], as_of="10-30")["tours"]
    assert counts(tours, "overdue", "introduced") == [0, {"filter": 1}] and tours["opinions"]["design"]["count"] == 1
    asked = [call("C1", "10-01"), entry("call", "escalate", "C1", "10-02 12:00:00", to="hq")]
    assert counts(audit([*asked, reply("C1", "10-02 12:00:00")])["escalations"], "closed", "open") == [0, 1]
    assert counts(audit([*asked, reply("C1", "10-02 12:01:00")])["escalations"], "closed", "open") == [1, 0]
    found = entry("defect", "report", "D1", "10-09", product="x", summary="y", found=at("10-01"))
    w = figures.World([found], "2026-10", instant(NOW, ZONE), zone=ZONE)
    assert books.breaches(w, {"report_unsolved_within": timedelta(days=7)})["unsolved_reported"] == 1
    assert books.breaches(w, {"report_unsolved_within": timedelta(days=8)})["unsolved_reported"] == 0


# --------------------------------------------------------------------------- who answers, and by what


def hand_over(ident: str, when: str, to: str = "S03") -> quarters.Entry:
    return step("reassign", ident, when, to=to, reason="ill")


@pytest.mark.parametrize(("when", "whose"), [("10-02 09:59", "S03"), ("10-02 10:00", "S02"), ("10-02 11:00", "S02")])
def test_a_late_arrival_is_of_whoever_answered_when_the_promise_came_due(when: str, whose: str) -> None:
    entries = [visit("V1", "10-01", "10-02 10:00"), hand_over("V1", when), step("arrive", "V1", "10-02 12:00")]
    assert finding(audit(entries), "late_arrival/V1")["staff"] == whose


def test_a_ruling_about_somebody_else_holds_for_nobody_else() -> None:
    entries = [visit("V1", "10-01", "10-02 10:00"), step("arrive", "V1", "10-02 12:00")]
    said = {**ruling("uphold", "late_arrival/V1", "10-03"), "about": "S03"}
    assert finding(audit([*entries, said]), "late_arrival/V1")["status"] == "awaiting_ruling"
    assert finding(audit([*entries, {**said, "about": "S02"}]), "late_arrival/V1")["status"] == "final"


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ([], "overdue"),
        ([("dispatch", "10-02 08:00", {})], "within"),
        ([("dispatch", "10-01 09:00", {"not_told": True})], "overdue"),
        ([("dispatch", "10-01 09:00", {"not_told": True}), ("arrive", "10-02 08:01", {})], "late"),
    ],
)
def test_a_dispatch_and_an_arrival_answer_a_call(more: list[tuple[str, str, dict[str, Any]]], standing: str) -> None:
    entries = [entry("call", "log", "C1", "10-01 08:00", kind="repair", channel="phone", **{"from": "CU001"})]
    for event, when, fields in more:
        sent = event == "dispatch"
        entries.append(visit("V1", when, "10-05 10:00", call="C1", **fields) if sent else step(event, "V1", when, **fields))
    found = audit(entries)
    assert found["replies"][standing] == 1 and found["calls"]["unreplied"] == 1


@pytest.mark.parametrize(("agreed", "expected"), [(None, [0, 1, 1]), (True, [1, 0, 0])])
def test_the_customers_own_time_counts_unless_he_agreed(agreed: bool | None, expected: list[int]) -> None:
    due = "2026-10-02T10:00:00+08:00"
    entries = [entry("call", "log", "C1", "10-01 08:00", kind="repair", channel="phone", due=due, **{"from": "CU001"})]
    entries += [visit("V1", "10-01 09:00", "10-03 10:00", call="C1", agreed=agreed), step("arrive", "V1", "10-03 09:00")]
    assert counts(audit(entries)["visits"], "on_time", "late", "past_customers_time") == expected


@pytest.mark.parametrize(
    ("promised", "off", "moved"),
    [("10-05 10:00", "10-01 20:00", 1), ("10-02 09:00", "10-01 20:00", 0), ("10-05 10:00", "10-02 10:00", 0)],
)
def test_called_off_and_sent_anew_to_a_later_time_is_a_new_promise(promised: str, off: str, moved: int) -> None:
    entries = [entry("call", "log", "C1", "10-01 08:00", kind="repair", channel="phone", **{"from": "CU001"})]
    entries += [visit("V1", "10-01 09:00", "10-02 10:00", call="C1"), step("cancel", "V1", off, reason="x")]
    entries += [visit("V2", "10-02 11:00", promised, call="C1")]
    assert counts(audit(entries)["visits"], "repromised_by_us", "repromised_by_customer", "cancelled") == [moved, 0, 1]


# --------------------------------------------------------------------------- the invented quarters


OPENING = {
    "visit": ("dispatch",),
    "report": ("close", "survey"),
    "install": ("promise",),
    "tour": ("plan",),
    "defect": ("report",),
    "claim": ("open",),
    "return": ("request",),
    "quote": ("make",),
    "expense": ("submit",),
    "tool": ("buy",),
    "stock": ("receive", "issue", "back", "count"),
    "upkeep": ("plan",),
    "attachment": ("add",),
}


def check_possible(entries: list[quarters.Entry]) -> None:
    """Nothing that cannot have happened, nothing too late, nobody judging themselves."""
    field = [e for e in entries if e["event"] != "add" or e["ledger"] not in figures.REGISTERS]
    when = {id(e): figures.exactly(e["at"], ZONE) for e in field}
    assert all(t <= quarters.CEILING for t in when.values())
    groups: dict[tuple[str, str], list[quarters.Entry]] = {}
    for e in sorted(field, key=lambda e: when[id(e)]):
        groups.setdefault((e["ledger"], e["id"]), []).append(e)
    for (ledger, ident), group in groups.items():
        n = Counter(e["event"] for e in group)
        first = {e["event"]: when[id(e)] for e in reversed(group)}
        assert ledger == "finding" or group[0]["event"] in OPENING.get(ledger, ("log",)), ident
        once = ("log", "dispatch", "arrive", "leave", "cancel", "close", "verify", "archive", "turn-in", "review")
        once += ("promise", "plan", "open", "request", "make", "submit", "buy", "approve", "refuse", "receive", "done")
        once += ("stop", "erase")
        assert all(n[event] <= 1 for event in once if (ledger, event) != ("upkeep", "done")), ident  # upkeep comes round
        if ledger == "visit":
            assert not ("cancel" in first and "arrive" in first)
            order = [first[e] for e in ("dispatch", "arrive", "leave") if e in first]
            assert all(a < b for a, b in pairwise(order))
            assert "leave" not in first or "arrive" in first
            ends = [first[e] for e in ("arrive", "cancel") if e in first]
            assert all(when[id(e)] < min(ends) for e in group if e["event"] == "repromise" and ends)
        if ledger == "complaint":
            about = group[0]["about"]
            assert all(
                e["by"] != about and e["by"] in ("S09", "S10") for e in group if e["event"] == "verify"
            )
    world = figures.World(entries, "2026-10", quarters.CEILING, zone=ZONE)
    concerned = {f["id"]: f["staff"] for f in figures.offences(world)}
    concerned |= {f"phone_off/{x['id']}": x["about"] for x in world.all("conduct", "log")}
    for ledger, ident in groups:
        if ledger == "finding":
            assert all(e["by"] != concerned[ident] for e in groups[ledger, ident])


@pytest.mark.parametrize("seed", range(6))
def test_seeded_quarters_are_possible_and_reproducible(seed: int) -> None:
    entries = quarters.quarter(seed, 60)
    check_possible(entries)
    assert entries == quarters.quarter(seed, 60)
    assert entries != quarters.quarter(seed + 1, 60)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries=quarters.quarters())
def test_small_quarters_are_possible_and_their_figures_add_up(entries: list[quarters.Entry]) -> None:
    check_possible(entries)
    a = figures.audit(entries, "2026-09", quarters.CEILING, zone=ZONE, amounts=TWO_HUNDRED, staff=STAFF)
    assert sum(counts(a["replies"], "within", "late", "overdue", "pending")) == a["calls"]["registered"]
    assert sum(standings(a)[1:]) == a["visits"]["due"]
    assert sum(counts(a["surveys"], "returned", "refused", "missing")) == a["reports"]["expected"]


def test_payable_of_all_months_is_what_is_owed_at_the_end() -> None:
    """Seen from one instant, what each month adds and takes back sums to what stands then."""
    entries = quarters.quarter(3, 80)
    months = ["2026-06", *quarters.MONTHS, "2026-11"]
    audits = [
        figures.audit(entries, m, quarters.CEILING, zone=ZONE, amounts=TWO_HUNDRED, staff=STAFF)
        for m in months
    ]
    standing = [
        f["amount"]
        for a in audits
        for f in a["findings"]
        if f["status"] == "final" and f["amount"] is not None
    ]
    assert sum(Decimal(a["fines"]["payable"]) for a in audits) == sum(map(Decimal, standing)) > 0


BREACHES = (
    "call_registered", "dispatch_registered", "repair_forwarded", "report_filed", "other_complaint_reported",
    "unsolved_reported", "key_customer_visited", "install_on_time", "install_training", "warranty_charged",
    "paid_job_quoted", "outside_part_routed",
)  # fmt: skip


def edges_of_the_books(w: figures.World) -> Counter[str]:
    """How often the awkward cases of the smaller books occur."""
    seen: Counter[str] = Counter()
    for quote in books.quotes_made(w):
        seen[f"charge {books.charge(w, quote)}"] += 1
        seen["answered twice"] += len(w.groups["quote"][quote["id"]]) > 2
        seen["settled by a newer quote"] += books.settled(w, quote) is not None and books.answer(w, quote) is None
    for visit in books.jobs(w):
        seen["accepted at the arrival"] += any(
            a["at"] == books.started(w, visit) for _, a in books.accepted(w, visit)
        )
    for come in w.all("return", "receive"):
        seen["consent at the arrival"] += any(e["at"] == come["at"] for e in w.of("return", come["id"], "approve"))
        seen["consent too late"] += any(e["at"] > come["at"] for e in w.of("return", come["id"], "approve"))
    first = books.claimed_at(w)
    for back in w.all("tool", "turn-in"):
        seen["tool in at the claim"] += first.get(back["id"]) == back["at"]
        seen["tool in a minute after"] += first.get(back["id"]) == back["at"] - quarters.MINUTE
    asked = books.asked_tools(w)
    for claim, number, line in books.all_lines(w):
        seen[f"line {books.line_outcome(w, claim, number, line, asked)}"] += 1
        seen[f"place {books.place_standing(w, claim, line)}"] += 1
    for asked_for in w.all("call", "escalate"):
        seen["help answered"] += books.help_came(w, asked_for) is not None
    for promise in w.all("install", "promise"):
        done = w.first("install", promise["id"], "done")
        seen["installed on the day"] += bool(done) and done["at"] == instant(promise["due"], ZONE)
    limits = dict.fromkeys(
        ("forward_repair_within", "file_report_within", "report_complaint_within", "report_unsolved_within",
         "key_customer_visit_every"), timedelta(days=2),
    )  # fmt: skip
    for month in quarters.MONTHS:
        w.start, w.end = figures.month_bounds(month, ZONE)
        seen.update(books.breaches(w, limits))
    return seen


@pytest.mark.long
def test_the_quarters_hold_the_edges_they_are_meant_to_hold() -> None:
    seen: Counter[str] = Counter()
    for seed in range(1, 9):
        entries = quarters.quarter(seed, 200)
        w = figures.World(entries, "2026-10", quarters.CEILING, zone=ZONE)
        waits = [t - c["at"] for c in w.all("call", "log") if (t := figures.first_answer(w, c))]
        seen["reply at the limit"] += waits.count(figures.REPLY_LIMIT)
        seen["reply a minute late"] += waits.count(figures.REPLY_LIMIT + quarters.MINUTE)
        for v in w.all("visit", "dispatch"):
            due, taken = figures.promises(w, v)
            seen["handed over"] += bool(w.of("visit", v["id"], "reassign"))
            seen["arrived on the promise"] += figures.arrived(w, v["id"]) == due
            seen["cancelled on the promise"] += figures.cancelled(w, v["id"]) == due
            seen["promise moved"] += bool(taken)
            seen["promise moved too late"] += len(w.of("visit", v["id"], "repromise")) > len(taken)
            seen["past the customer's own time"] += figures.customers_time(w, v) is not None
            seen["handed over before it came due"] += figures.on(w, v, due) != v["staff"]
            seen["promise on a month border"] += due in quarters.month_starts()
        closes = figures.repair_closes(w)
        gaps = [b["at"] - a["at"] for a in closes for b in closes if figures.comes_back(w, a, b)]
        seen["sent anew"] += len(figures.sent_anew(w))
        seen["two machines on a visit"] += sum(bool(c.get("machine")) for c in closes)
        seen["repeat at the end of the window"] += gaps.count(figures.REPEAT_WINDOW)
        for rulings in w.rulings.values():
            seen["superseded ruling"] += len(rulings) > 1
        states = Counter((f["rule"], figures.status(w, f, w.now + figures.TINY)) for f in figures.offences(w))
        seen.update({f"{rule} {status}": n for (rule, status), n in states.items()})
        seen["taken back in a later month"] += sum(change < 0 for _, change in figures.owed_changes(w))
        seen["matched late"] += sum(figures.customer_of(w, c) is None for c in w.all("call", "log"))
        seen.update(edges_of_the_books(w))
    wanted = [f"{rule} {status}" for rule in figures.RULES for status in ("final", "dismissed", "waived")]
    wanted += ["charge free", "charge chargeable", "charge unknown", *BREACHES]
    assert not [what for what in [*seen, *wanted] if seen[what] == 0]


def test_command_line_writes_the_same_quarter() -> None:
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) as out:
        quarters.main(["--seed", "7", "--calls", "5"])
        out.seek(0)
        assert out.read() == quarters.lines(quarters.quarter(7, 5))


def test_now_may_be_given_in_any_zone() -> None:
    entries = quarters.quarter(2, 40)
    now = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
    one, other = (
        figures.audit(entries, "2026-10", t, zone=ZONE, amounts=TWO_HUNDRED, staff=STAFF)
        for t in (now, now.astimezone(ZONE))
    )
    assert one == other
