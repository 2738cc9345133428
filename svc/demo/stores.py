"""The invented department's parts: received, handed out for the week's repairs, brought back, counted (3.3)."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

from svc.demo.parts import BY_NUMBER, KIT, LABOUR, PARTS
from svc.demo.telling import DAY, MINUTE, Event, Telling, at

STORE = "S11"
WEEK = timedelta(days=7)


def stores(life: Telling) -> None:
    """Tell the parts of the whole time."""
    Stores(life).tell_all()


class Stores:
    """One telling, with chances of its own."""

    def __init__(self, life: Telling) -> None:
        self.life = life
        self.rng = random.Random(f"stores {life.start}")
        self.level: Counter[str] = Counter()

    def tell_all(self) -> None:
        """What is there on the first day, then week by week, then what is counted at the end of each month."""
        opening = at(self.life.start, 8, 10)
        for n, part in enumerate(part for part in PARTS if part.number != LABOUR):
            self.receive(part.number, part.low + 2, opening + n * MINUTE)
        for n, staff in enumerate(("S05", "S06", "S07", "S09")):
            self.move("issue", "MF-1042", 1, opening + (40 + n) * MINUTE, staff=staff)
            self.move("issue", "GJ-0009", 2, opening + (45 + n) * MINUTE, staff=staff)
        week, months = self.life.start - timedelta(days=self.life.start.weekday()), set[str]()
        wanted = self.wanted()
        while at(week, 0) < self.life.now:
            self.week(week, {key[1:]: qty for key, qty in wanted.items() if key[0] == week})
            if f"{week:%Y-%m}" not in months:
                months.add(f"{week:%Y-%m}")
                self.odds(week)
            week += WEEK

    def move(self, event: str, part: str, qty: int, when: datetime, **fields: str | None) -> None:
        """One movement, and what it leaves in the warehouse."""
        self.level[part] += {"receive": qty, "issue": -qty, "back": qty}.get(event, 0)
        self.life.tell("stock", event, self.life.new("stock"), when, STORE, part=part, qty=qty, **fields)

    def receive(self, part: str, qty: int, when: datetime) -> None:
        """From the supplier, at four fifths of what the customer pays."""
        row = BY_NUMBER[part]
        self.move("receive", part, qty, when, price=f"{Decimal(row.price) * 4 / 5:.2f}", supplier=row.supplier)

    def wanted(self) -> Counter[tuple[date, str, str]]:
        """By the Monday before, the technician and the part: how many his reports of that week will say."""
        sent = {e["id"]: e["staff"] for e in self.life.told if (e["ledger"], e["event"]) == ("visit", "dispatch")}
        found: Counter[tuple[date, str, str]] = Counter()
        for one in self.life.told:
            for row in self.fitted(one):
                day = datetime.fromisoformat(one["at"]).date()
                monday = max(day - timedelta(days=day.weekday()), self.life.start - timedelta(days=self.life.start.weekday()))
                found[monday, sent[one["visit"]], row["part_no"]] += row["qty"]
        return found

    @staticmethod
    def fitted(one: Event) -> list[Event]:
        return one.get("parts") or [] if (one["ledger"], one["event"]) == ("report", "close") else []

    def week(self, monday: date, wanted: dict[tuple[str, str], int]) -> None:
        """Ordered where it would run short, but for the last days; then each van gets what it will need."""
        morning = at(max(monday, self.life.start), 8, 0) + (90 * MINUTE if monday < self.life.start else 0 * MINUTE)
        needed: Counter[str] = Counter()
        for (_, part), qty in wanted.items():
            needed[part] += qty
        for part, qty in sorted(needed.items()):
            low = BY_NUMBER[part].low
            if self.level[part] - qty < (0 if not self.life.old(morning, 10) else low):
                self.receive(part, qty + max(low, 1), morning + len(part) * MINUTE)
        for n, ((staff, part), qty) in enumerate(sorted(wanted.items())):
            self.move("issue", part, qty, morning + (15 + n) * MINUTE, staff=staff)

    def odds(self, monday: date) -> None:
        """Once a month: something brought back, upkeep kits sent for, the warehouse and a van counted."""
        day = at(monday + 3 * DAY, 16, 5)
        if not at(self.life.start, 12) < day < self.life.now:
            return
        staff, part = self.life.one(("S05", "S06", "S07", "S09")), self.life.one(("MF-1042", "YG-3308", "GJ-0009"))
        self.move("issue", part, 1, day - 2 * DAY, staff=staff)
        self.move("back", part, 1, day, staff=staff)
        if self.level[KIT] < 5:
            self.receive(KIT, 4, day - 5 * MINUTE)
        self.move("issue", KIT, 2, day + 4 * MINUTE, staff=staff)
        there = self.level["CJ-0516"]
        self.move("count", "CJ-0516", max(there - 1, 0), day + 20 * MINUTE, reason="包装破损，一只压坏报废" if there else None)
        self.level["CJ-0516"] = max(there - 1, 0)
        self.move("count", "GJ-0009", self.level["GJ-0009"], day + 25 * MINUTE)
        self.move("count", KIT, 0, day + 40 * MINUTE, staff=staff, reason="保养用掉")
