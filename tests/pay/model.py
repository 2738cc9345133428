"""What seals have to charge and pays to deduct, from the two formulas of the pay after the seal alone.

    carried = amount × (owed at the month's end − owed at its start), as known now, less what was charged for it
    deducted = min(fines that became final in a month and stand; its ceiling), less what was deducted for it

A bonus taken back is deducted as a rise is, under the paying month's ceiling only. Of amounts that grow from time to
time the n-th that came to stand costs the n-th; whatever a seal charged keeps its place among those charged after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tests.pay.known import Act, Due, Person, end_of, period_of, start_of


class Key(NamedTuple):
    """A line: what is settled with whom about which month."""

    kind: str
    who: str
    id: str
    what: str
    month: str


class Debt(NamedTuple):
    """A due with what it costs, counted with others of its kind."""

    act: Act
    due: Due
    yuan: int


Counted = tuple[str, str, str]
"""Whose, which finding, of which period."""


class Model:
    """What seals have charged and pays deducted so far."""

    def __init__(self) -> None:
        self.charged: dict[Key, int] = defaultdict(int)
        self.taken: dict[tuple[str, str, str], int] = defaultdict(int)
        self.back: dict[tuple[str, str], int] = defaultdict(int)
        """Bonuses taken back, by person and the month that the line concerns."""
        self.ceilings: dict[tuple[str, str], int] = {}
        self.places: dict[Counted, int] = {}
        """Which seal first charged it, since it stands."""
        self.stood: set[Counted] = set()

    # ---- what is owed

    def debts(self, acts: Sequence[Act]) -> list[Debt]:
        """All dues with their sums, by all that is known."""
        dues = [(act, due) for act in acts for due in act.dues()]
        numbers = self.numbers(dues)
        found = []
        for act, due in dues:
            sum_ = due.amount
            yuan = sum_ if isinstance(sum_, int) else sum_[1][min(numbers[due.who, due.id], len(sum_[1])) - 1]
            found.append(Debt(act, due, yuan))
        return found

    def numbers(self, dues: Sequence[tuple[Act, Due]]) -> dict[tuple[str, str], int]:
        """Which time each is: one more than those of the person, rule and period that stand and have come before."""
        groups: dict[tuple[str, str], list[tuple[Act, Due]]] = defaultdict(list)
        for act, due in dues:
            if due.priced in ("left_without_call", "disobeyed_dispatch"):
                groups[due.who, due.rule].append((act, due))
        found = {}
        for group in groups.values():
            for act, due in group:
                if isinstance(due.amount, int):
                    continue
                per = due.amount[0]
                period = period_of(due.at, per)
                rank = self.rank(act, due, period)
                found[due.who, due.id] = 1 + sum(
                    period_of(other.at, per) == period
                    and one.counts_since(other, datetime.max) is not None
                    and self.rank(one, other, period) < rank
                    for one, other in group
                )
        return found

    def rank(self, act: Act, due: Due, period: str) -> tuple[float, datetime, datetime, str]:
        key = due.who, due.id, period
        again = key in self.places and key not in self.stood and act.counts_since(due, datetime.max) is not None
        place = float("inf") if again else self.places.get(key, float("inf"))
        return place, act.became_final(due), due.at, due.id

    def sealed(self, acts: Sequence[Act], number: int, month: str) -> None:
        """What stood when a month was sealed keeps its place from then on."""
        stood = set()
        for act in acts:
            for due in act.dues():
                if due.priced and act.counts_since(due, end_of(month)) is not None:
                    stood |= {(due.who, due.id, period_of(due.at, per)) for per in ("month", "quarter")}
        for key in stood:
            if key not in self.places or key not in self.stood:
                self.places[key] = number
        self.stood = stood

    def now(self, acts: Sequence[Act], debts: Sequence[Debt], months: Sequence[str]) -> dict[Key, int]:
        """By all that is known: what becomes owed in each of these months, or is taken back in it."""
        found: dict[Key, int] = {}
        for act, due, yuan in debts:
            for month in months:
                change = act.owed(due, end_of(month)) - act.owed(due, start_of(month))
                if change:
                    found[Key(due.kind, due.who, due.id, due.what, month)] = change * yuan
        for act in acts:
            for one in act.settled():
                if one.month in months:
                    found[Key(one.kind, one.who, one.id, one.what, one.month)] = one.yuan
        return found

    def lines(self, acts: Sequence[Act], debts: Sequence[Debt], months: Sequence[str]) -> dict[Key, int]:
        """What the pay of the last of these months has to charge, about itself and all before it."""
        known = self.now(acts, debts, months)
        keys = known.keys() | {key for key in self.charged if key.month in months}
        found = {key: known.get(key, 0) - self.charged[key] for key in keys}
        return {key: yuan for key, yuan in found.items() if yuan}

    def charge(self, lines: dict[Key, int]) -> None:
        for key, yuan in lines.items():
            self.charged[key] += yuan
            if key.kind == "bonus" and yuan < 0:
                self.back[key.who, key.month] -= yuan

    @staticmethod
    def standing(debts: Sequence[Debt], months: Sequence[str]) -> dict[tuple[str, str], int]:
        """The fines that stand after these months, by person and the month in which they became final last."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for act, due, yuan in debts:
            if due.kind == "fine":
                since = None
                for month in months:
                    since = (since or month) if act.owed(due, end_of(month)) else None
                if since:
                    found[due.who, since] += yuan
        return found

    # ---- what is deducted

    def pay(self, gross: dict[tuple[str, str], int], person: Person, months: Sequence[str]) -> tuple[dict[tuple[str, str], int], int]:
        """What the pay of the last month deducts from somebody, by what it is for and the month; and what then waits."""
        month, gone = months[-1], person.gone(months[-1])
        due = {name: min(gross.get((person.id, name), 0), self.ceiling(person, name)) for name in months}
        found: dict[tuple[str, str], int] = {}
        waiting = due[month] if gone else 0
        found["fine", month] = due[month] - waiting
        room = self.ceiling(person, month) - due[month]
        owed = [(name, kind) for name in months for kind in ("fine", "bonus") if (name, kind) != (month, "fine")]
        for name, kind in owed:
            rise = (due[name] if kind == "fine" else self.back[person.id, name]) - self.taken[person.id, kind, name]
            take = rise if rise <= 0 else 0 if gone else min(rise, room)
            room -= max(take, 0)
            waiting += rise - take
            found[kind, name] = take
        return {key: yuan for key, yuan in found.items() if yuan}, waiting

    def ceiling(self, person: Person, month: str) -> int:
        """A sealed month's is as its seal went by."""
        return self.ceilings.get((person.id, month), person.most(month))
