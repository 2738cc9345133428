"""Random histories of fines, seals, late facts and rulings against a model that shares nothing with the product.

The model keeps the truth as a list of events (a fine becomes final, is dismissed, turns out to be somebody else's or of
another month or sum), each known from some payday on. The product is asked, payday by payday, what a month's lines are,
what it carries and what it deducts. Whatever happened in between: all lines together are what is owed as known at the
end, and all deductions are, month by month, what its ceiling lets through of it.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from svc.audit.ceilings import Ceiling, Deduction, deduct
from svc.audit.pay import Line, difference
from svc.rules.model import Row

MONTHS = [f"2026-{n:02d}" for n in range(1, 9)]
DRAIN = [f"2027-{n:02d}" for n in range(1, 13)]
PEOPLE = ("S02", "S03")


class Episode(NamedTuple):
    """A stretch in which a fine stands: from one month to another (None: still), on whom, for how much."""

    who: str
    since: int
    until: int | None
    yuan: int


def truth(random_: random.Random) -> dict[int, list[list[Episode]]]:
    """For each fine what is known of it at each payday: at most one episode after the other, none overlapping."""
    known: dict[int, list[list[Episode]]] = {}
    for fine in range(random_.randint(1, 6)):
        now: list[Episode] = []
        story = []
        for payday in range(len(MONTHS)):
            if random_.random() < 0.35:
                now = change(random_, now, payday)
            story.append(list(now))
        known[fine] = story
    return known


def change(random_: random.Random, now: list[Episode], payday: int) -> list[Episode]:
    """Something is learned at a payday: of that month, or of a month long sealed. One offence has one amount."""
    kind = random_.randrange(5)
    who, yuan = random_.choice(PEOPLE), random_.choice((50, 100, 300, 450))
    month = random_.randint(0, payday)
    if kind == 0 or not now:  # it becomes final in a month; what was known before of later months is not so
        kept = [e for e in now if e.until is not None and e.until < month]
        return [*kept, Episode(who, month, None, now[0].yuan if now else yuan)]
    *before, last = now
    if kind == 1 and last.until is None:  # dismissed or waived, dated in a month
        since = random_.randint(last.since, payday)
        return before if since == last.since else [*before, last._replace(until=since)]
    if kind == 2:  # it was somebody else's
        return [*before, last._replace(who=who)]
    if kind == 3:  # it was another day, on which another amount was in force
        return [e._replace(yuan=yuan) for e in now]
    return before  # it never was


def owed(story: list[Episode], who: str, month: int) -> int:
    """What one fine adds to a month of a person, by what is known: its start less its end."""
    return sum(e.yuan * ((e.since == month) - (e.until == month)) for e in story if e.who == who)


def lines(known: dict[int, list[list[Episode]]], payday: int, month: int) -> list[Line]:
    """The same as the product's lines of that month."""
    made = []
    for fine, story in known.items():
        for who in PEOPLE:
            amount = owed(story[min(payday, len(MONTHS) - 1)], who, month)
            if amount:
                name, sign = MONTHS[month], 1 if amount > 0 else -1
                made.append(Line(name, name, who, None, "fine", f"late_arrival/V{fine}", None, None, "4.5", f"{amount}.00", sign))
    return made


def ceilings(random_: random.Random) -> dict[tuple[str, str], Ceiling | None]:
    """A ceiling for everybody and month: none at all, none to go by for want of a wage, or so much."""
    found: dict[tuple[str, str], Ceiling | None] = {}
    for who in PEOPLE:
        for month in MONTHS:
            kind = random_.randrange(6)
            keep: Row[str] = Row(None, "2500", 1)  # type: ignore[arg-type]
            wage = None if kind == 1 else Decimal(2500 + random_.choice((100, 300, 500)))
            found[who, month] = None if kind == 0 else Ceiling(wage, None, keep)
        for month in DRAIN:
            found[who, month] = None  # at the end there is room for all that waits
    return found


def pays(random_: random.Random) -> Iterator[dict[str, Any]]:
    """The product, payday by payday; the months after the last only let out what waits."""
    known, bounds = truth(random_), ceilings(random_)
    charged: list[Line] = []
    taken: list[Deduction] = []
    for payday, month in enumerate([*MONTHS, *DRAIN]):
        carried = [
            one.line
            for past in range(min(payday, len(MONTHS)))
            for one in difference([x for x in charged if x.concerns == MONTHS[past]], lines(known, payday, past), month)
        ]
        own = lines(known, payday, payday) if payday < len(MONTHS) else []
        charged += [*carried, *own]
        made = deduct(month, charged, taken, lambda who, name: bounds[who, name], frozenset())
        taken += made
        yield {"month": month, "made": made, "carried": carried, "own": own, "bounds": bounds}
    yield {"known": known, "charged": charged, "taken": taken, "bounds": bounds}


def holds(seed: int) -> None:
    *paydays, end = pays(random.Random(seed))
    known, bounds, taken = end["known"], end["bounds"], end["taken"]
    settled: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in end["charged"]:
        settled[line.staff, line.id] += Decimal(line.amount)
    for fine, story in known.items():
        for who in PEOPLE:
            standing = sum(e.yuan for e in story[-1] if e.who == who and e.until is None)
            assert settled[who, f"late_arrival/V{fine}"] == standing, "all lines together are what is owed, once"
    deducted: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in taken:
        deducted[one.staff, one.concerns] += one.deducted
    for who in PEOPLE:
        for n, month in enumerate(MONTHS):
            stands = sum(e.yuan for story in known.values() for e in story[-1] if (e.who, e.since, e.until) == (who, n, None))
            bound = bounds[who, month]
            most = stands if bound is None else min(Decimal(stands), bound.most if bound.most is not None else Decimal(0))
            assert deducted[who, month] == most, (seed, who, month)
    for pay in paydays:
        within_its_own_ceiling(pay, bounds)


def within_its_own_ceiling(pay: dict[str, Any], bounds: dict[tuple[str, str], Ceiling | None]) -> None:
    """No pay takes more than its month's own ceiling, whatever earlier months it is for; refunds are apart from it."""
    for who in PEOPLE:
        bound = bounds[who, pay["month"]]
        takes = sum((one.deducted for one in pay["made"] if one.staff == who and one.deducted > 0), Decimal(0))
        if bound is not None:
            assert takes <= (bound.most if bound.most is not None else 0)


def test_nothing_is_lost_doubled_or_over_a_ceiling() -> None:
    for seed in range(400):
        holds(seed)


HISTORIES = int(os.environ.get("SVC_PAY_HISTORIES", "4000"))


@pytest.mark.long
def test_nothing_is_lost_doubled_or_over_a_ceiling_in_many_more_histories() -> None:
    for seed in range(400, HISTORIES):
        holds(seed)


def test_the_model_would_notice_that_no_ceiling_binds(monkeypatch: pytest.MonkeyPatch) -> None:
    from svc.audit import ceilings as room

    monkeypatch.setattr(room, "due", lambda gross, bound: gross)  # no ceiling at all
    with pytest.raises(AssertionError):
        for seed in range(400):
            holds(seed)
