"""What a department of invented people is known to have done: plain values, which share nothing with the product.

Everything that comes to be owed, paid or entered in a record is a `Due`: at a moment, to somebody, for so much, of
itself or once a person has ruled. What is not dated so, a receipt or goods taken back, is `settled` in its month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

BEFORE, SEALED, OPEN = "2026-06", ("2026-07", "2026-08", "2026-09", "2026-10"), ("2026-11", "2026-12", "2027-01")
MONTHS = (BEFORE, *SEALED, *OPEN)
LAST = datetime(2026, 11, 28, 18)
"""The latest time at which anything happens."""

Sum = int | tuple[str, tuple[int, ...]]
"""So many yuan, or so many the first, second … time in a month or a quarter."""
AMOUNTS: dict[str, tuple[tuple[str, Sum], ...]] = {
    "left_without_call": (("2026-01-01", 50), ("2026-08-15", ("month", (80, 100, 150)))),
    "late_arrival": (("2026-01-01", 100),),
    "disobeyed_dispatch": (("2026-01-01", 300), ("2026-07-10", ("quarter", (300, 360, 450, 600))), ("2026-10-20", 450)),
    "bonus_cut_attitude": (("2026-01-01", 200), ("2026-09-15", 260)),
    "five_stars": (("2026-01-01", 20), ("2026-09-01", 30)),
}
KEPT = 2500
DEGREES = ("demerit", "major_demerit", "dismissal", "legal")


def month_of(moment: datetime) -> str:
    return f"{moment:%Y-%m}"


def start_of(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1)


def end_of(month: str) -> datetime:
    """The first instant after a month."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 1)


def period_of(moment: datetime, per: str) -> str:
    return month_of(moment) if per == "month" else f"{moment.year}-Q{(moment.month + 2) // 3}"


class Due(NamedTuple):
    """A fine, a bonus or an entry in a record, with the moment of what was done, and what decides its sum."""

    kind: str
    id: str
    who: str
    at: datetime
    ruled: bool
    """Whether a person has to rule first."""
    what: str = ""
    """The kind of an entry in a record."""
    forgiven: bool = True
    """Whether a waiver takes it away: it forgives money, and nothing else."""
    priced: str = ""

    @property
    def rule(self) -> str:
        return self.id.partition("/")[0]

    @property
    def amount(self) -> Sum:
        return [yuan for day, yuan in AMOUNTS[self.priced] if day <= f"{self.at:%Y-%m-%d}"][-1] if self.priced else 1


class Ruling(NamedTuple):
    id: str
    at: datetime
    round: int
    verb: str
    about: str | None


class Settled(NamedTuple):
    """A receipt or a return: in which month, with whom, as what, for how much."""

    kind: str
    id: str
    who: str
    what: str
    month: str
    yuan: int


@dataclass
class Act:
    """One thing that happened, as it is known now."""

    id: str
    at: datetime
    rulings: list[Ruling] = field(default_factory=list)
    corrected: int = -1
    """The round in which it was corrected last: that is the last thing said of it in a round."""
    born: int = 0
    """The round in which it was first heard of."""

    @property
    def last(self) -> datetime:
        """The last moment of it at which whoever did it must have been there."""
        return self.at

    @property
    def whom(self) -> str:
        """Whoever did it, the last of several."""
        return ""

    def dues(self) -> Iterator[Due]:
        return iter(())

    def settled(self) -> Iterator[Settled]:
        return iter(())

    def rulable(self) -> list[tuple[str, str | None, datetime, bool]]:
        """What may be ruled on: finding, whom it is about, since when, and whether the finding stands of itself."""
        return list({due.id: (due.id, due.who, due.at, not due.ruled) for due in self.dues()}.values())

    def words(self, due: Due, about: str | None) -> list[tuple[datetime, str]]:
        """What was ruled of it, in order: a ruling holds for whom it was about, and from the deed on."""
        mine = [one for one in self.rulings if (one.id, one.about) == (due.id, about)]
        return [(max(one.at, due.at), one.verb) for one in sorted(mine, key=lambda one: (max(one.at, due.at), one.round, one.at))]

    def owed(self, due: Due, moment: datetime) -> bool:
        """Whether it stands right before an instant."""
        stands = not due.ruled
        for at, verb in self.words(due, due.who):
            if at < moment:
                stands = verb == "uphold" or (verb == "waive" and not due.forgiven)
        return stands and due.at < moment

    def counts_since(self, due: Due, moment: datetime) -> datetime | None:
        """Since when it is a time that counts for the next one's sum, right before an instant: a waiver counts too."""
        since = None if due.ruled else due.at
        for at, verb in self.words(due, due.who):
            if at < moment:
                since = None if verb == "dismiss" else (since or at)
        return since if since and since < moment else None

    def became_final(self, due: Due) -> datetime:
        """When it came to stand the last time it did."""
        since, stood = None if due.ruled else due.at, not due.ruled
        for at, verb in self.words(due, due.who):
            since = at if verb != "dismiss" and not stood else since
            stood = verb != "dismiss"
        return since or datetime.max

    def lifted(self, id: str, about: str | None, at: datetime) -> bool | None:
        """Of a finding that is of itself (False) or waits (None): what was ruled last. True: dismissed or waived."""
        mine = [one for one in self.rulings if (one.id, one.about) == (id, about)]
        last = max(mine, key=lambda one: (max(one.at, at), one.round, one.at), default=None)
        return None if last is None else last.verb != "uphold"


@dataclass
class Claim:
    """What was claimed of a trip: each line an amount, and whether its place is another one or its receipt is doubted."""

    id: str
    at: datetime
    lines: list[tuple[int, str]]
    """Yuan, and: right, elsewhere, doubted (by the reviewer), tool."""
    verdict: str = ""
    tool: str = ""
    tool_in: datetime | None = None


@dataclass
class Visit(Act):
    """A visit promised for ten o'clock; who answers for it, one after the other."""

    leads: list[tuple[datetime, str]] = field(default_factory=list)
    arrived: datetime | None = None
    left: datetime | None = None
    called: bool = False
    survey: tuple[str, datetime, int] | None = None
    claim: Claim | None = None

    @property
    def last(self) -> datetime:
        return max(one for one in (self.at, self.arrived, self.left, self.survey and self.survey[1], self.claim and self.claim.at) if one)

    def on(self, moment: datetime) -> str:
        return [who for since, who in self.leads if since <= moment][-1]

    @property
    def whom(self) -> str:
        return self.leads[-1][1]

    def dues(self) -> Iterator[Due]:
        if self.arrived and self.arrived > self.at:
            yield Due("fine", f"late_arrival/{self.id}", self.on(self.at), self.at, True, priced="late_arrival")
        if self.left and not self.called:
            yield Due("fine", f"left_without_call/{self.id}", self.on(self.left), self.left, False, priced="left_without_call")
        done = self.left or self.arrived
        if self.survey and done and self.survey[2] == 5:
            id, at, _ = self.survey
            yield Due("bonus", f"five_stars/{id}", self.on(done), at, False, priced="five_stars")

    def doubts(self) -> Iterator[tuple[int, str, bool]]:
        """Lines of the claim on which there is a finding: number, finding, and whether it stands of itself."""
        if self.claim:
            for number, (_, sort) in enumerate(self.claim.lines, 1):
                if sort == "elsewhere":
                    yield number, f"receipt_wrong_place/{self.claim.id}/{number}", True
                if sort == "doubted" and self.claim.verdict:
                    yield number, f"receipt_invalid/{self.claim.id}/{number}", False

    def rulable(self) -> list[tuple[str, str | None, datetime, bool]]:
        found = super().rulable()
        if self.claim:
            about, day = self.on(self.claim.at), self.at.replace(hour=0)
            found += [(id, about, day, stands) for _, id, stands in self.doubts()]
        return found

    def settled(self) -> Iterator[Settled]:
        if not self.claim:
            return
        found = {number: (id, stands) for number, id, stands in self.doubts()}
        who, month = self.on(self.claim.at), month_of(self.claim.at)
        for number, (yuan, sort) in enumerate(self.claim.lines, 1):
            what = self.outcome(self.claim, sort, *found.get(number, ("", False)), who)
            if what:
                yield Settled("expense", f"{self.claim.id}/{number}", who, what, month, yuan)

    def outcome(self, claim: Claim, sort: str, id: str, stands: bool, who: str) -> str:
        lifted = self.lifted(id, who, self.at.replace(hour=0)) if id else None
        if claim.verdict == "refuse" or (id and (lifted is False or (lifted is None and stands))):
            return "refused"
        if sort == "tool" and (claim.tool_in is None or claim.tool_in > claim.at):
            return "blocked_by_tools"
        return "approved" if claim.verdict and not (id and lifted is None) else ""


@dataclass
class Conduct(Act):
    """An order disobeyed, or a fraud, which is no entry in the record before its degree is said."""

    about: str = ""
    fraud: bool = False
    degree: int | None = None

    @property
    def whom(self) -> str:
        return self.about

    def dues(self) -> Iterator[Due]:
        if not self.fraud:
            yield Due("fine", f"disobeyed_dispatch/{self.id}", self.about, self.at, True, priced="disobeyed_dispatch")
        elif self.degree:
            yield Due("record", f"receipt_fraud/{self.id}", self.about, self.at, True, DEGREES[self.degree - 1], False)


@dataclass
class Complaint(Act):
    """A complaint, of a quarrel or of somebody's attitude; the day of the conduct decides, which may be put right."""

    about: str = ""
    quarrel: bool = True
    happened: datetime | None = None
    verified: bool = False

    @property
    def whom(self) -> str:
        return self.about

    def dues(self) -> Iterator[Due]:
        at = self.happened or self.at
        if self.quarrel:
            yield Due("record", f"complaint_quarrel/{self.id}", self.about, at, True, "major_demerit", False)
            return
        id = f"complaint_attitude/{self.id}"
        yield Due("record", id, self.about, at, True, "criticism", False)
        yield Due("record", id, self.about, at, True, "bonus_deduction", True)
        yield Due("fine", id, self.about, at, True, priced="bonus_cut_attitude")


@dataclass
class Return(Act):
    """Goods that came back, and whether the general manager had agreed by then."""

    approved: datetime | None = None
    received: datetime | None = None
    cost: int = 0

    @property
    def finding(self) -> str:
        return f"return_not_approved/{self.id}"

    def rulable(self) -> list[tuple[str, str | None, datetime, bool]]:
        without = self.received and not (self.approved and self.approved <= self.received)
        return [(self.finding, None, self.received, True)] if without and self.received else []

    def settled(self) -> Iterator[Settled]:
        if self.received:
            customer = bool(self.rulable()) and not self.lifted(self.finding, None, self.received)
            what = "cost_to_customer" if customer else "cost_to_company"
            yield Settled("return", self.id, "", what, month_of(self.received), self.cost)


@dataclass
class Person:
    id: str
    wages: list[tuple[str, int]] = field(default_factory=list)
    left: str = ""

    def most(self, month: str) -> int:
        """The ceiling of a month, by the wage of its last day; nothing where none is known."""
        day = f"{end_of(month) - timedelta(days=1):%Y-%m-%d}"
        known: dict[str, int] = {}
        for since, wage in self.wages:  # said later of the same day: the last word counts
            known[since] = wage
        held = [known[since] for since in sorted(known) if since <= day]
        return max(0, held[-1] - KEPT) if held else 0

    def gone(self, month: str) -> bool:
        return bool(self.left) and self.left < f"{month}-01"

    def there(self, day: datetime) -> bool:
        return not self.left or self.left > f"{day:%Y-%m-%d}"
