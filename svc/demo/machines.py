"""What the invented department's machines run, and the upkeep that comes round: by months, by hours (2.1, 2.3)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from svc.demo.people import department, hours_run
from svc.demo.telling import DAY, Telling, at, working

BY_MONTHS = {"WT220-0006": (3, 68), "ZT50-0003": (3, 8), "ZT50-0008": (3, 5), "YT14-0003": (6, 120)}
"""Upkeep by the calendar: every how many months, and how many days before the telling begins it was done last."""
BY_HOURS = {"WT220-0007": 250, "WT75-0003": 500, "ZT50-0001": 250, "WT220-0003": 250}
"""Upkeep by the hour meter: every how many hours."""
WHAT = "换机油和三滤，打黄油，查紧固"
FORGOTTEN = ("ZT50-0003", "YT14-0003")
"""The machines whose upkeep is done late."""


def machines(life: Telling) -> None:
    """Tell the readings and the upkeep of the whole time."""
    Machines(life).tell_all()


class Machines:
    """One telling, with chances of its own."""

    def __init__(self, life: Telling) -> None:
        self.life, self.tell = life, life.tell
        self.rng = random.Random(f"machines {life.start}")
        self.rows = {r["id"]: r for r in department() if r["ledger"] == "machine"}

    def tell_all(self) -> None:
        """Where the warranty goes by hours they are read each month; then the plans."""
        for serial, row in self.rows.items():
            if row.get("warranty_hours") and serial not in BY_HOURS:
                for day in self.days(30):
                    self.read(serial, day)
        for serial, (months, ago) in BY_MONTHS.items():
            self.by_months(serial, months, self.life.start - timedelta(days=ago))
        for serial, hours in BY_HOURS.items():
            self.by_hours(serial, hours)

    def days(self, step: int) -> list[date]:
        """The first day, and each so many days later."""
        return [self.life.start + timedelta(days=n) for n in range(0, (self.life.now.date() - self.life.start).days + 1, step)]

    def read(self, serial: str, day: date) -> int:
        """Somebody reads the hour meter."""
        hours = hours_run(self.rows[serial], day)
        self.tell("reading", "read", self.life.new("reading"), at(day, 9, self.rng.randrange(50)), self.clerk(), machine=serial, hours=hours)
        return hours

    def plan(self, serial: str, **fields: Any) -> str:
        id = self.life.new("upkeep")
        when = at(self.life.start, 10, self.rng.randrange(50))
        self.tell("upkeep", "plan", id, when, "S01", machine=serial, staff=self.life.one(("S05", "S07", "S09")), text=WHAT, **fields)
        return id

    def by_months(self, serial: str, months: int, last: date) -> None:
        """Done on the day or somewhat before it; once long after it."""
        id, due = self.plan(serial, every=f"{months} months", anchor=f"{last}"), last + relativedelta(months=months)
        while due <= self.life.now.date() + timedelta(days=5):
            late = 9 if serial in FORGOTTEN else -self.rng.randint(0, 3)
            done = working(at(due, 10, 30) + late * DAY)
            self.tell("upkeep", "done", id, done, self.clerk(), hours=hours_run(self.rows[serial], done.date()), text="保养完成，机手签字")
            due += relativedelta(months=months)

    def by_hours(self, serial: str, every: int) -> None:
        """Read each fortnight; done some days after the meter showed the hours, by us or by the customer's own people."""
        base = hours_run(self.rows[serial], self.life.start)
        base -= self.rng.randint(every // 4, every * 3 // 4)
        id = self.plan(serial, every=f"{every} hours", from_hours=base)
        for day in self.days(14):
            if self.read(serial, day) >= base + every:
                done = working(at(day, 14, 20) + self.rng.randint(1, 4) * DAY)
                base = hours_run(self.rows[serial], done.date())
                who = self.life.one(("保养完成，抄表签字", "客户自行保养，已发滤芯和照片"))
                self.tell("upkeep", "done", id, done, self.clerk(), hours=base, text=who)

    def clerk(self) -> str:
        return self.rng.choice(("S03", "S04"))
