"""Receipts of a trip: what a line of a claim says, and whether it is of the trip's place and days (4.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from svc.domain.entry import Entry
from svc.domain.places import Same, same
from svc.domain.text import says_something
from svc.named import NamedTuple
from svc.text import Text


class ReceiptLine(NamedTuple):
    """One receipt of a claim; `number` counts from 1. A place without a letter is not known."""

    number: int
    category: str
    amount: str
    place: str | None
    date: date
    receipt: str | None


def read_line(number: int, row: Mapping[str, Any]) -> ReceiptLine:
    place = row["place"] if says_something(row["place"]) else None
    day = date.fromisoformat(row["date"])
    return ReceiptLine(number, row["category"], row["amount"], place, day, row.get("receipt"))


class Trip(NamedTuple):
    """Where a trip went and on which days, both ends included. No places: it is not known where."""

    places: tuple[str, ...]
    first: date
    last: date
    source: Entry | None


def places(text: str) -> tuple[str, ...]:
    """The places that a text names, separated by , ; / or their Chinese forms."""
    return tuple(part.strip() for part in re.split("[,;/，；、／]", text) if says_something(part))


class Match(NamedTuple):
    """What a receipt says against its trip: fits, wrong or in doubt, and why where it is in doubt."""

    word: str
    why: Text | None = None


NEAR, FAR = 1, 3
"""Days beside a trip that belong to it (the way there and home), and beyond which a receipt is none of it."""


def match(line: ReceiptLine, trip: Trip) -> Match:
    """Whether a receipt is of a trip: of its place, or on the way, on its days or beside them (4.3).

    Wrong is only what is certain: another city, or days away. What nobody can tell from names and days is in doubt, and
    whoever reviews the claim decides.
    """
    away = max((trip.first - line.date).days, (line.date - trip.last).days, 0)
    if away > FAR:
        return Match("wrong")
    if away > NEAR:
        return Match("doubt", Text(f"{away} days beside the trip", f"与出差相隔 {away} 天"))
    if line.place is None or not trip.places:
        return Match("fits")
    ends = re.split("[-–—~～→至到]+", line.place) if line.category == "transport" else []
    found = {same(end, place) for end in (line.place, *ends) if says_something(end) for place in trip.places}
    if Same.YES in found:
        return Match("fits")
    if away:
        return Match("doubt", Text("another place, on the day beside the trip", "前后一天，地点不是出差地"))
    if Same.UNKNOWN in found:
        return Match("doubt", Text("nobody can tell whether it is the place of the trip", "看不出是否出差地"))
    return Match("wrong")
