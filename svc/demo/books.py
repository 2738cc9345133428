"""The smaller books of the invented department: quotes, claims, defects, returns, trips, contracts, tours.

Told from the visits that were told before, month by month: mostly as the contract asks, and now and then not.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from svc.demo.parts import BY_NUMBER
from svc.demo.people import CUSTOMERS, KEY, department, hours_run
from svc.demo.telling import DAY, HOUR, MINUTE, Event, Telling, at, working
from svc.domain.nouns.quote import QUALITY

SALES, PURCHASING, FINANCE, WAREHOUSE, HEAD, GM = "S12", "S13", "S10", "S11", "S01", "S02"
TOOLS = (("扭力扳手", "189.50"), ("液压测压接头", "76.00"), ("内六角套筒", "58.00"), ("拔轮器", "135.00"))
OPINIONS = {
    "design": ("驾驶室夏天太热，出风口位置不对", "保养口太高，加黄油够不着", "后视镜挡视线"),
    "assembly": ("管接头有两处没拧到位", "线束扎带断了，磨到转轴", "装配比上一批好"),
    "process": ("焊缝打磨得好", "油漆薄，半年起皮", "铸件毛刺没清干净"),
    "other": ("希望配件能当天发", "盼着多来走走"),
}
SHOWN = ("原厂滤芯", "保养套餐", "破碎锤管路", "WT75")
DEFECTS = {
    "slew": ("回转支承润滑油道偏小，缺油磨损", "加大油道，换加长油嘴，补足润滑脂"),
    "brake": ("制动钳皮圈槽有尖边，割伤皮圈", "检查制动钳，倒角并换皮圈"),
    "overheat": ("散热器进风道偏短，热风回流", "加装导风板，清洗散热器"),
}
"""Design defects by the fault that shows them, and what a bulletin asks for."""


def books(life: Telling) -> None:
    """Tell the smaller books of the whole time."""
    Books(life).tell_all()


class Books:
    """One telling, with chances of its own: what was told before stays as it was."""

    def __init__(self, life: Telling) -> None:
        self.life, self.tell = life, life.tell
        self.rng = random.Random(f"books {life.start} {life.rng.random()}")
        self.told: dict[tuple[str, str, str], Event] = {}
        for one in life.told:
            about: str = one.get("visit") or one["id"]
            self.told.setdefault((one["ledger"], one["event"], about), one)
        self.machines = {r["id"]: r for r in department() if r["ledger"] == "machine"}
        self.last = life.now

    def after(self, moment: datetime, low: int, high: int) -> datetime:
        """So many hours later, in office hours."""
        return working(moment + self.rng.randint(low * 60, high * 60) * MINUTE)

    def tell_all(self) -> None:
        """Visit by visit, then month by month."""
        paid, free = count(), count()
        for trip in sorted(self.life.trips, key=lambda t: t.arrived):
            sent = self.told["visit", "dispatch", trip.id]
            machine = self.machine_of(sent)
            if sent["purpose"] == "repair" and machine:
                asked = datetime.fromisoformat(self.told["call", "log", sent["call"]]["at"]).date()
                if self.over(machine, asked):
                    self.paid_work(next(paid), trip.id, sent, trip.arrived)
                else:
                    self.covered_work(next(free), trip.id, sent, trip.left)
                self.bought_in(trip.id, machine)
        day = self.life.start
        while day < self.life.end:
            after = min((day.replace(day=1) + timedelta(days=32)).replace(day=1), self.life.end)
            self.month(day, after)
            day = after

    def machine_of(self, sent: Event) -> dict[str, Any] | None:
        log = self.told.get(("call", "log", sent.get("call", "")), {})
        return self.machines.get(sent.get("machine") or log.get("machine") or "")

    def over(self, machine: dict[str, Any], day: date) -> bool:
        """Whether the warranty of a machine is over, by its day or by the hours read when the telling began."""
        hours = machine.get("warranty_hours")
        return day > date.fromisoformat(machine["warranty_until"]) or bool(hours and hours_run(machine, self.life.start) > hours)

    # ---- who pays (2.1, 2.2, 3.8) ----------------------------------------------------------------

    def paid_work(self, n: int, visit: str, sent: Event, arrived: datetime) -> None:
        """Out of warranty: quoted and accepted before anybody touches the machine, with two exceptions in eighteen."""
        begun = datetime.fromisoformat(sent["at"])
        if n % 18 == 5:
            return  # nobody asked for a price
        made = (begun + (arrived - begun) * 0.2).replace(second=0)
        id = self.quote(made, self.told.get(("report", "close", visit), {}), call=sent["call"])
        said = (begun + (arrived - begun) * 0.5).replace(second=0)
        if n % 18 == 13:
            said = arrived + 40 * MINUTE  # agreed to when the cover was off already
        self.tell("quote", "accept", id, said, self.one((SALES, "S03")))

    def covered_work(self, n: int, visit: str, sent: Event, left: datetime) -> None:
        """In warranty: some are put in writing, what nobody pays for as what is the customer's own doing."""
        closed = self.told.get(("report", "close", visit), {})
        if not closed.get("cause_class") or n % 3:
            return
        made = self.after(max(left, datetime.fromisoformat(closed["at"])), 1, 20)
        id = self.quote(made, closed, visit=visit)
        if closed["cause_class"] not in QUALITY:
            word = "decline" if n % 4 == 3 else "accept"
            reason = "客户认为应算保修，已转主管解释" if word == "decline" else None
            self.tell("quote", word, id, self.after(made, 1, 30), SALES, reason=reason)

    def quote(self, made: datetime, closed: Event, **subject: str) -> str:
        """Parts as the report names them, labour and travel."""
        id = self.life.new("quote")
        parts = [{"name": p["name"], "qty": p["qty"], "price": BY_NUMBER[p["part_no"]].price} for p in closed.get("parts", ())]
        cause = None if closed.get("cause_class") else "wear"
        self.tell(
            "quote", "make", id, made, self.one((SALES, SALES, "S03")), **subject, parts=parts or None,
            labour=self.one(("150.00", "200.00", "300.00")), travel=self.one(("60.00", "120.00")), cause_class=cause,
        )  # fmt: skip
        return id

    def bought_in(self, visit: str, machine: dict[str, Any]) -> None:
        """Quality trouble of a bought-in machine goes to its supplier, in three cases of four."""
        closed = self.told.get(("report", "close", visit), {})
        if not machine.get("supplier") or closed.get("cause_class") not in QUALITY or self.rng.random() < 0.25:
            return
        opened = self.after(datetime.fromisoformat(closed["at"]), 2, 30)
        self.claim(opened, "外购件质量问题：" + closed.get("cause", "原因待查"), machine["supplier"], machine=machine["id"],
                   report=closed["id"])  # fmt: skip

    def claim(self, opened: datetime, summary: str, supplier: str, **about: str) -> None:
        """Opened, mostly answered, often closed with what the supplier bears."""
        id = self.life.new("claim")
        self.tell("claim", "open", id, opened, PURCHASING, supplier=supplier, summary=summary, **about)
        if self.rng.random() < 0.8 or self.life.old(opened, 8):
            said = self.after(opened, 24, 150)
            self.tell(
                "claim", "answer", id, said, PURCHASING, text=self.one(("同意换件，三天内发货", "要求寄回旧件检验"))
            )
            end = self.after(said, 48, 300)
            if (self.rng.random() < 0.7 or self.life.old(opened, 26)) and end < self.last:
                amount = self.one(("480.00", "860.00", "1200.00"))
                self.tell("claim", "close", id, end, PURCHASING, text="新件已装，费用厂家承担", amount=amount)

    # ---- a month ---------------------------------------------------------------------------------

    def month(self, first: date, last: date) -> None:
        """The rest of a month's books."""
        trips = [t for t in self.life.trips if at(first, 0) <= t.arrived < at(last, 0) - 2 * DAY]
        days = max(1, (last - first).days - 3)
        for n, trip in enumerate(self.rng.sample(trips, min(9, len(trips)))):
            self.trip(n, trip)
        for n in range(3):
            self.contract(n, self.day(first, days))
        for n in range(4):
            self.return_(n, self.day(first, days), last == self.life.end)
        self.tours(first, days)
        self.defect(first, last)
        self.claim(self.day(first, days), "控制器偶发死机，同批三台", "SP02", part="控制器")

    def day(self, first: date, days: int) -> datetime:
        """An office hour of some day."""
        return working(at(first + self.rng.randrange(days) * DAY, self.rng.randint(8, 16), self.rng.randrange(60)))

    def trip(self, n: int, trip: Any) -> None:
        """Receipts and tools of a trip: true and in place, or one of the ways in which they are not (1.12, 4.3)."""
        region = CUSTOMERS[int(trip.customer[2:]) - 1][2]
        lines = [self.receipt(trip, "transport", region), self.receipt(trip, "meals", region)]
        if n == 1:
            lines.append({**self.receipt(trip, "lodging", region), "place": "北海"})
        if n == 2:
            lines.append({**self.receipt(trip, "meals", region), "date": f"{(trip.arrived - 9 * DAY).date()}"})
        claimed = self.after(trip.left, 24, 70)
        if n in (0, 3, 4):
            lines.append(self.tool(n, trip, region, claimed))
        id = self.life.new("expense")
        self.tell("expense", "submit", id, claimed, trip.staff, trip=trip.id, lines=lines)
        seen = self.after(claimed, 10, 60)
        if n == 5:
            self.tell("expense", "review", id, seen, FINANCE, verdict="approve", invalid="2", reason="第2张是复印件")
            ruled = self.after(seen, 24, 90)
            self.tell(
                "finding", "uphold", f"receipt_invalid/{id}/2", ruled, HEAD, reason="本人承认丢了原件，用复印件充抵"
            )
        elif n == 6:
            self.tell("expense", "review", id, seen, FINANCE, verdict="refuse", reason="没有派工单号，退回重填")
        elif n != 7 or self.life.old(claimed, 9):
            seen += (n == 7) * 6 * DAY
            self.tell("expense", "review", id, working(seen), FINANCE, verdict="approve", reason="票据齐全")

    def receipt(self, trip: Any, category: str, region: str) -> dict[str, str]:
        number = f"{self.rng.randrange(10**7, 10**8)}"
        amount = f"{self.rng.randint(18, 160)}.{self.rng.choice(('00', '50'))}"
        return {
            "category": category,
            "amount": amount,
            "place": region,
            "date": f"{trip.arrived.date()}",
            "receipt": number,
        }

    def tool(self, n: int, trip: Any, region: str, claimed: datetime) -> dict[str, str]:
        """Bought on the way: turned in before the claim, after it, or not at all."""
        name, price = self.one(TOOLS)
        id = self.life.new("tool")
        self.tell("tool", "buy", id, trip.arrived + 20 * MINUTE, trip.staff, trip=trip.id, name=name, amount=price)
        if n != 4 or self.life.old(claimed, 20):
            back = trip.left + HOUR if n == 0 else self.after(claimed, 30, 90) + (n == 4) * 14 * DAY
            self.tell("tool", "turn-in", id, min(back, claimed - HOUR) if n == 0 else back, WAREHOUSE)
        return {**self.receipt(trip, "tool", region), "amount": price}

    def contract(self, n: int, promised: datetime) -> None:
        """An installation by contract: in time with training, without training, late or still to come (2.3)."""
        id, row = self.life.new("install"), self.one(list(self.machines.values()))
        due = at(promised.date() + self.rng.randint(9, 16) * DAY, 17)
        self.tell(
            "install", "promise", id, promised, SALES, customer=row["customer"], product=row["product"], due=due,
            training=self.rng.randint(2, 5), contract=f"XS{promised:%y%m}-{self.rng.randint(10, 99)}",
        )  # fmt: skip
        done = due + self.rng.randint(20, 70) * HOUR if n == 2 else due - self.rng.randint(20, 90) * HOUR
        if done >= self.last:
            return
        who = self.one(("S05", "S06", "S07", "S09"))
        self.tell("install", "done", id, done.replace(hour=15, minute=30), who, text="调试合格，已签字")
        if n != 1:
            taught = done.replace(hour=17, minute=0)
            self.tell("install", "train", id, taught, who, people=self.rng.randint(2, 5))

    def return_(self, n: int, asked: datetime, latest: bool) -> None:
        """With consent; without it, at the customer's cost; refused; and of the last month one that waits (1.11)."""
        if n == 3:
            if not latest:
                return
            asked = working(self.life.now - 5 * DAY)
        id, row = self.life.new("return"), self.one(list(self.machines.values()))
        reason = self.one(("型号与合同不符", "与施工条件不合，要求退换", "到货时外观碰伤"))
        self.tell("return", "request", id, asked, SALES, machine=row["id"], from_=row["customer"], reason=reason)
        decided, come = self.after(asked, 4, 50), self.after(asked, 90, 200)
        if n == 0:
            self.tell("return", "approve", id, decided, GM, text="运费各半")
        elif n == 2:
            self.tell("return", "refuse", id, decided, GM, reason="可以现场修复，不必退货")
        if n < 2 and come < self.last:
            self.tell("return", "receive", id, come, WAREHOUSE, cost=self.one(("680.00", "1250.00", "2300.00")))

    def tours(self, first: date, days: int) -> None:
        """Two key customers a month are visited, one is planned and left (2.4, 2.5)."""
        keys = sorted(KEY)
        for n in range(3):
            number = keys[(first.month * 2 + n) % len(keys)]
            planned = self.day(first, max(1, days - 12))
            id, by = self.life.new("tour"), at(planned.date() + 12 * DAY, 17)
            who = self.one(("S05", "S07", SALES))
            self.tell("tour", "plan", id, planned, HEAD, customer=f"CU{number:04}", due=by, staff=who)
            if n < 2 or self.life.old(by, 9):
                made = working(planned + self.rng.randint(3, 9) * DAY + (n == 2) * 11 * DAY)
                said = {aspect: self.one(texts) for aspect, texts in OPINIONS.items() if self.rng.random() < 0.6}
                shown = [{"product": self.one(SHOWN)}] if self.rng.random() < 0.7 else None
                opinions = said or {"other": OPINIONS["other"][0]}
                self.tell("tour", "done", id, made, who, opinions=opinions, introduced=shown)

    def defect(self, first: date, last: date) -> None:
        """One design defect a month, from a report that shows it: answered, then a bulletin, then machine by machine (1.9)."""
        shown = [
            one
            for (ledger, event, _), one in self.told.items()
            if (ledger, event) == ("report", "close") and one.get("fault") in DEFECTS
            and f"{first}" <= one["at"][:10] < f"{last}"
        ]  # fmt: skip
        if not shown:
            return
        report, id = self.one(shown), self.life.new("defect")
        machine = self.machine_of(self.told["visit", "dispatch", report["visit"]])
        found = datetime.fromisoformat(report["at"])
        told = self.after(found, 1, 40)
        product, serial = (machine["product"], machine["id"]) if machine else ("WT220", None)
        summary, action = DEFECTS[report["fault"]]
        self.tell("defect", "report", id, told, report["by"], product=product, summary=summary,
                  machine=serial, report=report["id"], found=found)  # fmt: skip
        said = self.after(told, 30, 120)
        self.tell("defect", "answer", id, said, HEAD, text="设计部已收到旧件，确认是设计问题，出改进方案")
        self.bulletin(id, self.after(said, 20, 60), product, action)

    def bulletin(self, id: str, sent: datetime, product: str, action: str) -> None:
        """The first machines of the product are to be altered: about every three days one, then the defect is closed."""
        concerned = [serial for serial, row in self.machines.items() if row["product"] == product][:8]
        self.tell("defect", "bulletin", id, sent, HEAD, product=product, serial_from=concerned[0],
                  serial_to=concerned[-1], action=action, staff="S04")  # fmt: skip
        done = sent
        for serial in self.rng.sample(concerned, len(concerned)):
            done = self.after(done, 70, 150)
            visit = next((t for t in self.life.trips if t.left.date() == done.date() and self.machine_of_trip(t) == serial), None)
            done = max(done, visit.left + HOUR) if visit else done
            self.tell("defect", "apply", id, done, self.one(("S05", "S06", "S07", "S09")), machine=serial,
                      visit=visit.id if visit else None, text="已按通报处理，试机正常")  # fmt: skip
        self.tell("defect", "close", id, self.after(done, 10, 60), HEAD, text="在用机已全部处理，新机改图")

    def machine_of_trip(self, trip: Any) -> str | None:
        found = self.machine_of(self.told["visit", "dispatch", trip.id])
        return found["id"] if found else None

    def one(self, choices: Any) -> Any:
        """Any one of several."""
        return self.rng.choice(choices)
