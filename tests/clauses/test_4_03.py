"""4.3: receipts are true and match the place of the trip, or are not reimbursed; fraud costs more the graver it is.

`expense submit` claims one line a receipt; a line whose place or day is not that of the trip is refused of itself, a
receipt that the reviewer calls invalid once somebody who may has ruled so. `conduct log --kind fraud --degree 1..4`,
upheld by the general manager: demerit, major demerit, dismissal, law.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.clauses.scenes import statuses, told, visited
from tests.conftest import Svc


def submitted(svc: Svc, visit: str, *lines: str, at: str = "2026-10-08T10:00") -> str:
    given = " ".join(f"--line {line}" for line in lines)
    return svc(f"--as S02 expense submit --trip {visit} {given} --at {at}").id


def approved(svc: Svc, claim: str, more: str = "", at: str = "2026-10-12T10:00") -> None:
    svc(f"expense review {claim} --approve {more} --at {at}")


def money(figures: Any) -> dict[str, str]:
    """The sums that are not zero; all of them add up."""
    book = figures["expenses"]
    sums = {name: book[name] for name in ("approved", "refused", "blocked_by_tools", "awaiting")}
    assert sum(map(Decimal, sums.values())) == Decimal(book["submitted"])
    return {name: amount for name, amount in sums.items() if amount != "0.00"}


def test_place_and_day_of_the_trip(svc: Svc) -> None:
    visit = visited(svc, more="--place 杭州、宁波")
    claim = submitted(
        svc,
        visit,
        "lodging:200:杭州市:2026-10-05",  # the same place, the first day
        "餐饮:30.5:宁波:2026-10-06:18823711",  # the last day
        "transport:55:上海-杭州:2026-10-05",  # a ticket of both places
        "meals:40:北京:2026-10-06",  # another place
        "meals:20:杭州:2026-10-07",  # a day after it: on the way home
        "transport:10:上海-杭州:2026-10-04",  # a day before it: on the way there
        "meals:60:杭州:2026-10-10",  # four days after it
    )
    approved(svc, claim, at="2026-10-12T10:00")
    figures = svc.audit("2026-10")
    assert money(figures) == {"approved": "315.50", "refused": "100.00"}
    assert figures["expenses"]["lines"] == {
        "submitted": 7, "approved": 5, "refused": 2, "blocked_by_tools": 0, "awaiting": 0,
    }  # fmt: skip
    assert statuses(figures) == {f"receipt_wrong_place/{claim}/{n}": "final" for n in (4, 7)}
    assert {(f["staff"], f["clause"]) for f in figures["findings"]} == {("S02", "4.3")}
    assert [row["id"] for row in figures["expenses"]["unpaid"]] == [f"{claim}/{n}" for n in (4, 7)]
    assert "北京" in svc(f"finding show receipt_wrong_place/{claim}/4").out
    assert told(svc, f"receipt_wrong_place/{claim}/4") == "not reimbursed: 40.00 yuan"


@pytest.mark.parametrize(
    ("place", "line", "fits"),
    [
        ("杭州", "lodging:200:杭州市西湖区:2026-10-06", True),
        ("杭州", "lodging:200:浙江省杭州市:2026-10-06", True),
        ("浙江省宁波市", "lodging:200:宁波:2026-10-06", True),
        ("杭州", "lodging:200:杭州西湖:2026-10-06", True),
        ("杭州", "lodging:200:西湖:2026-10-06", None),
        ("杭州", "transport:80:上海-苏州:2026-10-07", None),
        ("杭州", "meals:20:杭州:2026-10-08", None),
        ("杭州", "lodging:200:宁波:2026-10-06", False),
        ("浙江省杭州市", "lodging:200:浙江省宁波市:2026-10-06", False),
    ],
)
def test_only_what_is_certain_is_refused_what_is_in_doubt_waits_for_whoever_reviews(
    svc: Svc, place: str, line: str, fits: bool | None
) -> None:
    claim = submitted(svc, visited(svc, more=f"--place {place}"), line)
    known = {True: {}, None: {f"receipt_invalid/{claim}/1": "awaiting_ruling"}, False: {f"receipt_wrong_place/{claim}/1": "final"}}
    assert statuses(svc.audit("2026-10")) == known[fits]
    approved(svc, claim)
    assert statuses(svc.audit("2026-10")) == (known[False] if fits is False else {})


def test_the_customers_region_is_a_place_of_the_trip(svc: Svc) -> None:
    svc("customer edit CU0001 --region 杭州")
    approved(svc, submitted(svc, visited(svc), "meals:40:杭州:2026-10-06", "meals:50:北京:2026-10-06"))
    assert money(svc.audit("2026-10")) == {"approved": "40.00", "refused": "50.00"}


def test_where_nobody_said_where_the_trip_went_nothing_is_refused(svc: Svc) -> None:
    claim = submitted(svc, visited(svc), "meals:40:北京:2026-10-06", "meals:50:北京:2026-10-11", at="2026-10-11T10:00")
    approved(svc, claim)
    figures = svc.audit("2026-10")
    assert money(figures) == {"approved": "40.00", "refused": "50.00"}  # the day is known, the place is not
    assert statuses(figures) == {
        f"receipt_wrong_place/{claim}/1": "facts_missing",
        f"receipt_wrong_place/{claim}/2": "final",
    }


def test_a_receipt_without_a_place_refuses_nothing(svc: Svc) -> None:
    claim = submitted(svc, visited(svc, more="--place 杭州"), "meals:40:-:2026-10-06")
    approved(svc, claim)
    figures = svc.audit("2026-10")
    assert money(figures) == {"approved": "40.00"}
    assert figures["findings"][0]["missing"] == ["expense.place"]


def test_an_invalid_receipt_waits_for_a_ruling(svc: Svc) -> None:
    claim = submitted(svc, visited(svc, more="--place 杭州"), *(f"meals:{n}0:杭州:2026-10-06" for n in (1, 2, 3)))
    approved(svc, claim, '--invalid 2,3 --reason "copies"')
    assert money(svc.audit("2026-10")) == {"approved": "10.00", "awaiting": "50.00"}
    open_ = {f"receipt_invalid/{claim}/2", f"receipt_invalid/{claim}/3"}
    assert {i["id"] for i in svc("today --json").json if i["kind"] == "ruling"} == open_
    assert told(svc, f"receipt_invalid/{claim}/2") == "nothing follows until it is ruled on"
    assert {row["id"] for row in svc.audit("2026-11")["open_rulings"]} == open_
    assert "head, gm" in svc(f"--as S02 finding dismiss receipt_invalid/{claim}/2 --reason mine", 3).err
    svc(f"finding uphold receipt_invalid/{claim}/2 --reason seen --at 2026-10-13T10:00")
    svc(f'finding dismiss receipt_invalid/{claim}/3 --reason "the original was found" --at 2026-10-13T10:00')
    figures = svc.audit("2026-10")
    assert money(figures) == {"approved": "40.00", "refused": "20.00"}
    assert figures["expenses"]["unpaid"][0]["rule"] == "receipt_invalid"
    assert told(svc, f"receipt_invalid/{claim}/2") == "not reimbursed: 20.00 yuan"


def test_a_claim_as_a_whole(svc: Svc) -> None:
    visit = visited(svc, more="--place 杭州")
    claim = submitted(svc, visit, "meals:40:杭州:2026-10-06", "meals:50:北京:2026-10-06")
    figures = svc.audit("2026-10")
    assert money(figures) == {"awaiting": "40.00", "refused": "50.00"}
    assert (figures["expenses"]["opened"], figures["expenses"]["open"]) == (1, 1)
    assert ("review", claim) in [(i["kind"], i["id"]) for i in svc("today --json").json]
    assert "--reason" in svc(f"expense review {claim} --refuse", 2).err
    svc(f'expense review {claim} --refuse --reason "no approval" --at 2026-10-12T10:00')
    figures = svc.audit("2026-10")
    assert money(figures) == {"refused": "90.00"}
    assert figures["expenses"]["closed"] == 1
    assert svc("expense list --json").json[0]["standing"] == "rejected"
    assert "reviewed already" in svc(f"expense review {claim} --approve", 4).err


def test_a_dismissed_line_is_paid(svc: Svc) -> None:
    claim = submitted(svc, visited(svc, more="--place 杭州"), "meals:50:北京:2026-10-06")
    approved(svc, claim)
    svc(f'finding dismiss receipt_wrong_place/{claim}/1 --reason "sent on to Beijing" --at 2026-10-13T10:00')
    assert money(svc.audit("2026-10")) == {"approved": "50.00"}


def test_nobody_reviews_his_own_trip(svc: Svc) -> None:
    svc("staff add --name Money --role finance")
    visit = visited(svc, more="--place 杭州", staff="S01")
    claim = submitted(svc, visit, "meals:40:杭州:2026-10-06")
    assert "S01" in svc(f"expense review {claim} --approve", 4).err
    assert "finance" in svc(f"--as S04 expense review {claim} --approve", 3).err
    svc(f"--as Money expense review {claim} --approve")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("meals:40:杭州", "CATEGORY:AMOUNT:PLACE:DATE"),
        ("food:40:杭州:2026-10-06", "transport"),
        ("meals:-4:杭州:2026-10-06", "-4"),
        ("meals:4.005:杭州:2026-10-06", "4.005"),
        ("meals:4:杭州:2026-02-30", "2026-02-30"),
        ("meals:4::2026-10-06", "CATEGORY:AMOUNT:PLACE:DATE"),
    ],
)
def test_lines_that_cannot_be_used(svc: Svc, line: str, said: str) -> None:
    assert said in svc(f"expense submit --trip {visited(svc)} --line {line}", 2).err


def test_a_receipt_dated_after_the_claim_is_taken_and_said_back(svc: Svc) -> None:
    claim = f"expense submit --trip {visited(svc)} --at 2026-10-06T23:30 --line meals:40:杭州:2026-10-06 --line meals:40:杭州:"
    said = svc(f"{claim}2026-10-07")
    assert "line 2: the receipt is dated 2026-10-07, after the claim of 2026-10-06; if that is a slip: svc undo" in said.err
    assert "line 1" not in said.err
    assert "第 2 行票据日期 2026-10-07 晚于报销日期 2026-10-06" in svc(f"--lang zh {claim}2026-10-07").err
    assert "dated" not in svc(f"{claim}2026-10-06").err


def test_lines_that_are_not_there_cannot_be_flagged(svc: Svc) -> None:
    claim = submitted(svc, visited(svc), "meals:40:杭州:2026-10-06")
    assert "no line 2" in svc(f"expense review {claim} --approve --invalid 1,2", 2).err
    assert "x" in svc(f"expense review {claim} --approve --invalid x", 2).err


@pytest.mark.parametrize(
    ("degree", "kind"), [("1", "demerit"), ("2", "major_demerit"), ("3", "dismissal"), ("4", "legal")]
)
def test_fraud_by_degree_once_the_general_manager_rules(svc: Svc, degree: str, kind: str) -> None:
    id = svc(
        f'conduct log --about S02 --kind fraud --degree {degree} --summary "forged receipt" --at 2026-10-20T10:00'
    ).id
    assert svc.audit("2026-10")["sanctions"] == []
    assert [row["id"] for row in svc.audit("2026-10")["open_rulings"]] == [f"receipt_fraud/{id}"]
    svc(f'--as S05 finding uphold receipt_fraud/{id} --reason "admitted" --at 2026-10-22T10:00')
    (row,) = svc.audit("2026-10")["sanctions"]
    assert (row["staff"], row["clause"], row["kind"], row["date"]) == ("S02", "4.3", kind, "2026-10-22")
    assert told(svc, f"receipt_fraud/{id}") == f"sanction: {kind.replace('_', ' ')}"


def test_a_mistake_is_no_fraud(svc: Svc) -> None:
    id = svc("conduct log --about S02 --kind fraud --degree 2 --summary x --at 2026-10-20T10:00").id
    svc(f'--as S05 finding dismiss receipt_fraud/{id} --reason "took the wrong slip" --at 2026-10-22T10:00')
    assert svc.audit("2026-10")["sanctions"] == []
