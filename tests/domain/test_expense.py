"""Lines of expense claims: places, days, and which tools a line asks the money for (1.12, 4.3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from svc.domain.entry import Entry
from svc.domain.nouns.expense import (
    Expense,
    claimed_tools,
    first_claimed,
    fold,
    numbers,
)
from svc.domain.nouns.tool import Tool
from svc.domain.places import Same, same
from svc.domain.receipts import ReceiptLine, Trip, match, places
from svc.errors import BadInput

START = datetime(2026, 10, 5, 10, tzinfo=UTC)


def entry(ledger: str, event: str, id: str, day: int, **fields: Any) -> Entry:
    at = START + timedelta(days=day)
    return Entry(ledger, event, id, at, at, "S02", fields)


def tool(number: int, amount: str, back: int | None = None, trip: str = "V1", day: int = 0) -> Tool:
    """A tool bought on day 0 and turned in on day `back`."""
    id = f"W{number}"
    turned_in = entry("tool", "turn-in", id, back) if back is not None else None
    return Tool(id, entry("tool", "buy", id, day, trip=trip, amount=amount), turned_in)


def claim(number: int, day: int, *amounts: str, verdict: str | None = None) -> Expense:
    """A claim of `tool` lines submitted on a day."""
    id = f"E{number}"
    lines = [{"category": "tool", "amount": a, "place": "x", "date": "2026-10-05"} for a in amounts]
    entries = [entry("expense", "submit", id, day, trip="V1", lines=tuple(lines))]
    if verdict:
        entries.append(entry("expense", "review", id, day + 1, verdict=verdict))
    found = fold(entries)
    assert found is not None
    return found


def asked(claims: list[Expense], tools: list[Tool]) -> dict[str, str]:
    """ReceiptLine → the tools it asks for, as short words: {"E1/1": "W1"}."""
    found = claimed_tools(claims, tools)
    return {f"{id}/{n}": " ".join(t.id for t in taken) for (id, n), taken in found.items()}


CASES = {
    "its own": ([claim(1, 2, "50.00")], [tool(1, "50.00", 1)], {"E1/1": "W1"}),
    "one each": ([claim(1, 2, "50.00", "50.00")], [tool(1, "50.00"), tool(2, "50.00", 1)], {"E1/1": "W2", "E1/2": "W1"}),
    "the one that is back first": ([claim(1, 2, "50.00")], [tool(1, "50.00"), tool(2, "50.00", 1)], {"E1/1": "W2"}),
    "by amount": ([claim(1, 2, "60.00")], [tool(1, "50.00"), tool(2, "60.00")], {"E1/1": "W2"}),
    "no such amount: all": ([claim(1, 2, "99.00")], [tool(1, "50.00"), tool(2, "60.00", 1)], {"E1/1": "W1 W2"}),
    "of another trip: none": ([claim(1, 2, "50.00")], [tool(1, "50.00", trip="V2")], {"E1/1": ""}),
    "bought after the claim: none": ([claim(1, 2, "50.00")], [tool(1, "50.00", day=3)], {"E1/1": ""}),
    "again while it is out": ([claim(1, 2, "50.00"), claim(2, 4, "50.00")], [tool(1, "50.00", 3)],
                              {"E1/1": "W1", "E2/1": "W1"}),
    "not again once paid": ([claim(1, 2, "50.00"), claim(2, 4, "50.00")], [tool(1, "50.00", 1), tool(2, "60.00")],
                            {"E1/1": "W1", "E2/1": "W2"}),
    "again where the claim was refused": ([claim(1, 2, "50.00", verdict="refuse"), claim(2, 4, "50.00")],
                                          [tool(1, "50.00", 1)], {"E1/1": "W1", "E2/1": "W1"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_which_tools_a_line_asks_for(case: tuple[list[Expense], list[Tool], dict[str, str]]) -> None:
    claims, tools, expected = case
    assert asked(claims, tools) == expected
    assert asked(claims[::-1], tools[::-1]) == expected


def test_the_first_claim_counts() -> None:
    claims, tools = [claim(2, 4, "50.00"), claim(1, 2, "50.00")], [tool(1, "50.00", 3)]
    assert first_claimed(claims, claimed_tools(claims, tools))["W1"].id == "E1"


def line(place: str | None, day: str = "2026-10-06", category: str = "meals") -> ReceiptLine:
    return ReceiptLine(1, category, "10.00", place, date.fromisoformat(day), None)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("杭州", "杭州市", Same.YES),
        ("浙江省杭州市西湖区", "杭州", Same.YES),
        ("宁波", "浙江省宁波市", Same.YES),
        (" NEW york", "New York", Same.YES),
        ("Ｈangzhou", "Hangzhou", Same.YES),
        ("北京", "杭州", Same.NO),
        ("蓬莱岛", "无名镇", Same.UNKNOWN),
    ],
)
def test_places_are_compared_as_people_write_them(one: str, other: str, found: Same) -> None:
    assert same(one, other) == same(other, one) == found


def test_places_of_a_text() -> None:
    assert places("杭州、宁波, New York；- ") == ("杭州", "宁波", "New York")
    assert places("") == ()


@pytest.mark.parametrize(
    ("day", "place", "found"),
    [
        ("2026-10-05", "杭州", "fits"),
        ("2026-10-07", "杭州市西湖区", "fits"),
        ("2026-10-08", "杭州", "fits"),  # home the next morning
        ("2026-10-08", "上海", "doubt"),
        ("2026-10-10", "杭州", "doubt"),
        ("2026-10-11", "杭州", "wrong"),
        ("2026-10-01", "杭州", "wrong"),
        ("2026-10-06", "上海", "wrong"),
        ("2026-10-06", None, "fits"),
    ],
)
def test_a_receipt_fits_its_trip_is_in_doubt_or_is_certainly_none_of_it(day: str, place: str | None, found: str) -> None:
    trip = Trip(("杭州",), date(2026, 10, 5), date(2026, 10, 7), entry("visit", "dispatch", "V1", 0))
    assert match(line(place, day), trip).word == found


def test_line_numbers() -> None:
    assert numbers("3,1、2 2") == (1, 2, 3)
    assert numbers("") == ()
    for text in ("a", "1-2", "²", "1000"):
        with pytest.raises(BadInput):
            numbers(text)
