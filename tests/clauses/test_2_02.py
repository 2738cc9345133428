"""2.2: out of warranty the sales centre quotes parts, travel and labour; then the fault is repaired quickly.

`quote make --part NAME:QTY:PRICE --labour --travel` adds them up and says by which clause they are to be paid;
`quote accept|decline` is the customer's answer, the last one counts. Work out of warranty that was begun before the
customer had accepted a price is a breach of `paid_job_quoted`; the audit names the visits.
"""

from __future__ import annotations

from tests.clauses.trade import asked, begun, old, reported
from tests.conftest import Svc


def quoted(svc: Svc, what: str, at: str = "2026-10-05T10:00") -> str:
    return svc(f"quote make {what} --part seal:2:89.50 --labour 200 --travel 120.05 --at {at}").id


def test_out_of_warranty_is_chargeable_whatever_the_cause(svc: Svc) -> None:
    old(svc)
    made = svc(f"quote make --call {asked(svc, 'SN-2')} --part seal:2:89.50 --travel 120.05 --cause-class material")
    assert "chargeable (2.2)" in made.out and "pays 299.05 yuan" in made.out
    quote = svc(f"quote show {made.id} --json").json
    assert (quote["charge"], quote["reason"], quote["total"]) == ("chargeable", "out-of-warranty", "299.05")


def test_in_warranty_what_is_no_quality_fault_is_chargeable_too(svc: Svc) -> None:
    made = svc(f"quote make --call {asked(svc)} --labour 200 --cause-class misuse").id
    quote = svc(f"quote show {made} --json").json
    assert (quote["charge"], quote["reason"], quote["clause"]) == ("chargeable", "warranty-other-cause", "2.2")


def test_work_begun_with_an_accepted_quote_keeps_it(svc: Svc) -> None:
    old(svc)
    call = asked(svc, "SN-2")
    svc(f"quote accept {quoted(svc, f'--call {call}')} --at 2026-10-06T09:50")
    begun(svc, call, at="2026-10-06T09:50")
    figures = svc.audit("2026-10")
    assert "paid_job_quoted" not in figures["breaches"]
    assert figures["quotes"] == {
        "opened": 1, "closed": 1, "open": 0, "overdue": None, "free": 0, "chargeable": 1, "undecided": 0,
        "quoted": "499.05", "accepted": "499.05", "declined": "0.00", "unquoted": 0, "unquoted_visits": [],
    }  # fmt: skip


def test_work_begun_without_or_before_the_acceptance_breaks_it(svc: Svc) -> None:
    old(svc)
    bare, early = begun(svc, asked(svc, "SN-2")), begun(svc, call := asked(svc, "SN-2"))
    svc(f"quote accept {quoted(svc, f'--call {call}')} --at 2026-10-06T09:51")
    figures = svc.audit("2026-10")
    assert figures["breaches"]["paid_job_quoted"] == 2
    assert (figures["quotes"]["unquoted"], figures["quotes"]["unquoted_visits"]) == (2, [bare, early])
    assert "2.2" in svc(f"finding show paid_job_quoted/{bare}").out


def test_in_warranty_or_not_known_breaks_nothing(svc: Svc) -> None:
    old(svc)
    begun(svc, asked(svc, "SN-1"))
    unknown = begun(svc, asked(svc, "SN-3"))
    figures = svc.audit("2026-10")
    assert "paid_job_quoted" not in figures["breaches"] and figures["quotes"]["unquoted"] == 0
    assert svc(f"finding show paid_job_quoted/{unknown} --json").json["missing"] == ["job.in_warranty"]


def test_a_declined_quote_and_one_that_waits(svc: Svc) -> None:
    old(svc)
    declined = quoted(svc, f"--call {asked(svc, 'SN-2')}")
    waiting = quoted(svc, f"--call {asked(svc, 'SN-2')}")
    svc(f'quote decline {declined} --reason "too dear" --at 2026-10-07T09:00')
    figures = svc.audit("2026-10")["quotes"]
    assert (figures["quoted"], figures["declined"], figures["accepted"]) == ("998.10", "499.05", "0.00")
    assert (figures["opened"], figures["closed"], figures["open"]) == (2, 1, 1)
    assert [row["id"] for row in svc("today --json").json if row["kind"] == "quote"] == [waiting]
    assert "was declined already at 2026-10-07 09:00" in svc(f"quote decline {declined}", 4).err
    svc(f"quote accept {declined} --at 2026-10-08T09:00")  # he changed his mind
    assert svc.audit("2026-10")["quotes"]["accepted"] == "499.05"


def test_a_newer_quote_takes_the_place_of_one_that_waits(svc: Svc) -> None:
    old(svc)
    visit = begun(svc, call := asked(svc, "SN-1"))
    quoted(svc, f"--call {call}")
    reported(svc, visit, "wear")
    newer = quoted(svc, f"--visit {visit}", "2026-10-06T14:00")
    figures = svc.audit("2026-10")["quotes"]
    assert (figures["undecided"], figures["chargeable"], figures["open"]) == (1, 1, 1)
    assert [row["id"] for row in svc("today --json").json if row["kind"] == "quote"] == [newer]


def test_a_quote_is_for_something_and_of_an_amount_that_exists(svc: Svc) -> None:
    call = asked(svc)
    assert "--call or --visit" in svc("quote make --labour 200", 2).err
    assert "--labour" in svc(f"quote make --call {call} --labour 200元", 2).err
    assert "too large" in svc(f"quote make --call {call} --part gold:999999:9999999", 2).err
    other = begun(svc, asked(svc))
    assert "answers" in svc(f"quote make --call {call} --visit {other}", 2).err
    assert svc("quote list --json").json == []
