"""The smaller books of an invented quarter: what is promised, quoted, returned, bought and claimed.

Written after the calls and visits, from the same choices; each kind with its edges: a quote accepted at the
moment of arrival, goods in at the moment of consent, a tool turned in at the second of the claim.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import figures

if TYPE_CHECKING:
    from .quarters import Entry, Quarter

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FINANCE, WAREHOUSE = "S13", "S14"
PRODUCTS = ("挖掘机", "装载机", "叉车")
CLASSES = ("wear", "manufacture", "assembly", "material", None)
PRICES = ("80.00", "12.5", "7", "199.99")
TOOL_PRICES = ("89.50", "120.00")
PLACES = ("东区", "东区市", "杭州", "南区-东区", "东区→北站", "上海", "—", "南区")
DAYS = (0, 0, 0, 0, 1, -1, 4)


class Smaller:
    """Writes the smaller books into a quarter."""

    def __init__(self, q: Quarter) -> None:
        self.q = q
        self.visits = [e for e in q.entries if e["ledger"] == "visit" and e["event"] == "dispatch"]
        self.stays = {
            e["id"]: self.when(e) for e in q.entries if e["ledger"] == "visit" and e["event"] == "arrive"
        }
        self.reports = [e for e in q.entries if e["ledger"] == "report" and e["event"] == "close"]

    def when(self, entry: Entry) -> datetime:
        return figures.instant(entry["at"], self.zone)

    @property
    def zone(self) -> Any:
        from .quarters import ZONE

        return ZONE

    def serial(self) -> str | None:
        """Some machine, or none."""
        return None if self.q.chance(20) else self.q.one_of(self.q.all_machines())

    def write(self, calls: int) -> None:
        """As many of each as fit a department with so many calls."""
        for call in [e for e in self.q.entries if e["ledger"] == "call" and e["event"] == "log"]:
            self.escalate(call)
        for visit in self.visits:
            if self.q.chance(45):
                self.quote(visit)
            if self.q.chance(30) and visit["id"] in self.stays:
                self.trip(visit)
            if self.q.chance(25):
                self.attach(visit)
        for _ in range(1 + calls // 15):
            self.keep_up()
            self.move()
            self.install()
            self.tour()
            self.defect()
            self.claim()
            self.give_back()
        self.fraud()
        self.unregistered()

    # ---- parts

    def move(self) -> None:
        """Parts come in, go out to somebody, come back, are counted."""
        q = self.q
        for _ in range(3):
            at, part, qty = q.call_time(), q.one_of(("P-1", "P-1", "P-2")), q.rnd.randint(1, 6)
            event = q.one_of(("receive", "receive", "issue", "back", "count"))
            more = {"price": q.one_of((None, "60.00", "7.5"))} if event == "receive" else {"staff": "S02"} if event != "count" else {}
            q.add("stock", event, q.new_id("P", at), at, WAREHOUSE, part=part, qty=qty, **more)

    # ---- upkeep

    def keep_up(self) -> None:
        """A machine is serviced every so often: in time, late, too early, not at all; some plans are stopped."""
        q, at = self.q, self.q.call_time()
        ident, machine = q.new_id("M", at), self.q.one_of(self.q.all_machines())
        anchor = (at - q.one_of((0, 1, 30, 59, 200)) * DAY).astimezone(self.zone).date()
        every = q.one_of(("1 months", "3 months", "10 days", "45 days", "12 months"))
        if not q.add("upkeep", "plan", ident, at, "S11", machine=machine, every=every, anchor=anchor.isoformat()):
            return
        for _ in range(q.one_of((0, 1, 1, 2, 3))):
            at = q.later(at, DAY, 40 * DAY)
            if not q.add("upkeep", "done", ident, at, "S02", text="换机油"):
                return
        if q.chance(15):
            q.add("upkeep", "stop", ident, q.later(at, MINUTE, 9 * DAY), "S11", reason="停用")

    # ---- files

    def attach(self, visit: Entry) -> None:
        """A picture of a visit, now and then the one of another visit; some are erased later."""
        q, at = self.q, self.q.later(self.when(visit), MINUTE, 2 * DAY)
        number = q.one_of(range(1, 60))
        ident, name = q.new_id("N", at), f"图{number}.jpg"
        said = {"of": "visit", "subject": visit["id"], "as": q.one_of(("photo", "photo", "form")), "name": name, "size": 1000 + number}
        if q.add("attachment", "add", ident, at, visit["staff"], **said, sha256=f"{number:064x}") and q.chance(20):
            q.add("attachment", "erase", ident, q.later(at, MINUTE, 3 * DAY), "S10", reason="有人脸")

    # ---- calls

    def escalate(self, call: Entry) -> None:
        """Head office is asked, sometimes twice, and answers later, at once, or not; then the call is closed."""
        q, at = self.q, self.when(call)
        for _ in range(q.one_of((0, 0, 0, 0, 1, 2))):
            at = q.later(at, MINUTE, 2 * DAY)
            q.add("call", "escalate", call["id"], at, q.one_of(("S11", "S12")), to=q.one_of(("head", "hq", "design")))
            if q.chance(60):
                at += q.one_of((timedelta(0), MINUTE, 3 * DAY))
                q.add("call", "reply", call["id"], at, "S11", text="总部答复")
        closed = any(e["id"] == call["id"] and e["event"] == "close" for e in q.entries)
        if q.chance(30) and not closed:
            shown = q.one_of((None, None, "原厂滤芯", "装载机"))
            q.add("call", "close", call["id"], q.later(at, MINUTE, 9 * DAY), "S12", text="办结", introduced=shown)

    # ---- quotes

    def quote(self, visit: Entry) -> None:
        """One quote or two, before the visit, at the arrival, or long after; answered so, and again otherwise."""
        q, there = self.q, self.stays.get(visit["id"])
        sent = self.when(visit)
        for _ in range(q.one_of((1, 1, 2))):
            at = q.later(sent, MINUTE, q.one_of((3 * HOUR, 20 * DAY)))
            ident = q.new_id("Q", at)
            subject = q.one_of(({"call": visit["call"]}, {"visit": visit["id"]}, {"visit": visit["id"]}))
            parts = [
                {"name": q.one_of(("油封", "滤芯")), "qty": q.rnd.randint(1, 3), "price": q.one_of(PRICES)}
                for _ in range(q.one_of((0, 1, 2)))
            ]
            said = {**subject, "machine": self.serial() if q.chance(10) else None, "parts": parts or None}
            said |= {"labour": q.one_of((None, "200", "150.00")), "travel": q.one_of((None, "60.40"))}
            said |= {"cause_class": q.one_of(CLASSES)}
            if not q.add("quote", "make", ident, at, q.one_of(("S11", "S02")), **said):
                return
            self.answers(ident, at, there)

    def answers(self, ident: str, at: datetime, there: datetime | None) -> None:
        q = self.q
        for verb in q.one_of(((), ("accept",), ("accept",), ("decline",), ("decline", "accept"), ("accept", "decline"))):
            edges = [q.later(at, SECOND, 5 * DAY)]
            edges += [there + n * MINUTE for n in (-1, 0, 1)] if there else []
            at = max(at + MINUTE, q.one_of(edges))
            more = {"reason": "太贵"} if verb == "decline" else {}
            q.add("quote", verb, ident, at, "S11", **more)

    # ---- a trip: tools and receipts

    def trip(self, visit: Entry) -> None:
        """Tools bought on the way, the claim for the trip, its review; sometimes claimed again."""
        q, there = self.q, self.stays[visit["id"]]
        bought = self.buy(visit, there)
        at = q.later(there, DAY, 12 * DAY)
        for _ in range(q.one_of((1, 1, 1, 2))):
            self.claim_money(visit, there, at, bought)
            at = q.later(at, HOUR, 6 * DAY)

    def buy(self, visit: Entry, there: datetime) -> list[tuple[str, str]]:
        q, bought = self.q, []
        for _ in range(q.one_of((0, 0, 1, 1, 2))):
            at, price = q.later(there, MINUTE, 5 * HOUR), q.one_of(TOOL_PRICES)
            ident = q.new_id("W", at)
            if q.add("tool", "buy", ident, at, self.on_the_way(visit), trip=visit["id"], name="扭力扳手", amount=price):
                bought.append((ident, price))
        return bought

    def claim_money(self, visit: Entry, there: datetime, at: datetime, bought: list[tuple[str, str]]) -> None:
        q = self.q
        kinds = ("transport", "lodging", "meals")
        lines = [self.line(there, at, q.one_of(kinds)) for _ in range(q.one_of((1, 2, 3)))]
        for _, price in bought:
            if q.chance(80):
                lines.append({**self.line(there, at, "tool"), "amount": price if q.chance(85) else "66.00"})
        ident = q.new_id("E", at)
        if not q.add("expense", "submit", ident, at, self.on_the_way(visit), trip=visit["id"], lines=lines):
            return
        for tool, _ in bought:
            back = q.one_of((None, at - HOUR, at, at + MINUTE, at + 4 * DAY))
            there_already = any(e["id"] == tool and e["event"] == "turn-in" for e in q.entries)
            bought_at = next(self.when(e) for e in q.entries if e["id"] == tool and e["event"] == "buy")
            if back and back > bought_at and not there_already:
                q.add("tool", "turn-in", tool, back, WAREHOUSE)
        if q.chance(75):
            invalid = ",".join(str(n) for n in range(1, len(lines) + 1) if q.chance(15)) or None
            word = {"verdict": q.one_of(("approve", "approve", "approve", "refuse")), "reason": "已核对"}
            q.add("expense", "review", ident, q.later(at, HOUR, 20 * DAY), FINANCE, invalid=invalid, **word)

    def on_the_way(self, visit: Entry) -> str:
        """Who buys, or claims: mostly who was sent, else somebody of the team, whom it was handed to, or an office."""
        handed = [e["to"] for e in self.q.entries if e["id"] == visit["id"] and e["event"] == "reassign"]
        return str(self.q.one_of((*[visit["staff"]] * 6, *visit.get("with", ()), *handed, "S12")))

    def line(self, there: datetime, at: datetime, category: str) -> dict[str, Any]:
        """A receipt of one of the days about the arrival, none after the claim."""
        q = self.q
        day = there.astimezone(self.zone).date() + timedelta(days=q.one_of(DAYS))
        day = min(day, at.astimezone(self.zone).date())
        amount = f"{q.rnd.randint(1, 900)}.{q.rnd.randint(0, 99):02}"
        return {"category": category, "amount": amount, "place": q.one_of(PLACES), "date": day.isoformat()}

    # ---- contracts, customers, suppliers

    def install(self) -> None:
        q, at = self.q, self.q.call_time()
        due = q.later(at, DAY, 25 * DAY)
        ident = q.new_id("I", at)
        people = q.one_of((None, 2, 4))
        promise = {"customer": q.one_of(sorted(q.phones)), "product": q.one_of(PRODUCTS), "due": due}
        if not q.add("install", "promise", ident, at, "S11", training=people, **promise):
            return
        done = q.one_of((None, due, due + MINUTE, due - MINUTE, q.later(at, HOUR, 40 * DAY)))
        if done is None or not q.add("install", "done", ident, max(done, at + MINUTE), "S02", text="完成"):
            return
        for _ in range(q.one_of((0, 1, 1, 2))):
            q.add("install", "train", ident, q.later(done, MINUTE, 9 * DAY), "S02", people=q.rnd.randint(1, 3))

    def tour(self) -> None:
        q, at = self.q, self.q.call_time()
        ident = q.new_id("U", at)
        plan = {"customer": q.one_of(sorted(q.phones)), "due": q.later(at, DAY, 20 * DAY), "staff": "S03"}
        if q.add("tour", "plan", ident, at, "S11", **plan) and q.chance(70):
            said = {a: f"{a}{q.rnd.randint(1, 9)}" for a in ("design", "assembly", "process", "other") if q.chance(50)}
            shown = [{"product": p} for p in PRODUCTS if q.chance(30)] or None
            made = q.later(at, HOUR, 30 * DAY)
            q.add("tour", "done", ident, made, "S03", opinions=said or {"other": "满意"}, introduced=shown)

    def defect(self) -> None:
        q, at = self.q, self.q.call_time()
        ident, shown = q.new_id("D", at), q.one_of(self.reports or [None])
        shown = shown if shown and self.when(shown) < at else None
        said = {"product": q.one_of(PRODUCTS), "summary": "销轴卡死", "machine": self.serial()}
        said |= {"report": shown["id"] if shown else None}
        said |= {"found": q.one_of((None, at - 3 * DAY, at - 3 * DAY - MINUTE, at - 40 * DAY, at - HOUR))}
        if q.add("defect", "report", ident, at, q.one_of(("S02", "S09")), **said):
            self.answered("defect", ident, at)

    def claim(self) -> None:
        q, at = self.q, self.q.call_time()
        ident, shown = q.new_id("L", at), q.one_of(self.reports or [None])
        shown = shown if shown and self.when(shown) < at else None
        said = {"supplier": q.one_of(("SP01", "SP02")), "summary": "泵壳开裂", "machine": self.serial()}
        said |= {"part": q.one_of((None, "液压泵")) if said["machine"] else "液压泵", "report": shown["id"] if shown else None}
        if q.add("claim", "open", ident, at, q.one_of(("S11", "S09")), **said):
            self.answered("claim", ident, at, amount=q.one_of((None, "1200.00", "0.00", "88.80")))

    def answered(self, ledger: str, ident: str, at: datetime, **closing: Any) -> None:
        q = self.q
        if q.chance(60):
            at = q.later(at, HOUR, 20 * DAY)
            q.add(ledger, "answer", ident, at, "S09", text="已答复")
        if q.chance(50):
            q.add(ledger, "close", ident, q.later(at, HOUR, 30 * DAY), "S09", text="结案", **closing)

    def give_back(self) -> None:
        """A return: consent before, at, after the arrival of the goods, refused, or never asked for."""
        q, at = self.q, self.q.call_time()
        ident = q.new_id("T", at)
        if not q.add("return", "request", ident, at, "S11", machine=q.one_of(q.all_machines()), reason="型号不对"):
            return
        decided, come = q.later(at, HOUR, 9 * DAY), q.later(at, HOUR, 30 * DAY)
        how = q.one_of(("approve", "approve", "refuse", None))
        come = q.one_of((None, come, come, decided, decided - MINUTE, decided + MINUTE))
        if how:
            q.add("return", how, ident, decided, "S10")
        if come is None or not q.add("return", "receive", ident, come, WAREHOUSE, cost=q.one_of(("350", "80.50"))):
            return
        if (how != "approve" or decided.replace(second=0) > come.replace(second=0)) and q.chance(40):
            q.write_rulings(f"return_not_approved/{ident}", come, "", gm_only=True)

    # ---- people

    def fraud(self) -> None:
        q, at = self.q, self.q.call_time()
        who, ident = q.one_of(("S02", "S03", "S04")), q.new_id("X", at)
        degree = q.one_of((1, 2, 3, 4, None))
        if q.add("conduct", "log", ident, at, "S09", about=who, kind="fraud", summary="假票", degree=degree):
            q.write_rulings(f"receipt_fraud/{ident}", at, who, gm_only=True)

    def unregistered(self) -> None:
        """A dispatch that says neither customer nor call, a call of which nobody wrote down who or what."""
        q, at = self.q, self.q.call_time()
        q.add("visit", "dispatch", q.new_id("V", at), at, "S09", staff="S06", promised=at + 2 * DAY, purpose="tour")
        for said in ({"from": "CU001"}, {"summary": "没有留下是谁"}, {"from": "CU001", "summary": "……"}):
            at = q.call_time()
            q.add("call", "log", q.new_id("C", at), at, "S11", channel="phone", kind="other", **said)

    def rule_on(self) -> None:
        """Rulings on what the books show, some of them superseded."""
        from .quarters import CEILING, ZONE

        world = figures.World(self.q.registers + self.q.entries, "2026-10", CEILING, zone=ZONE)
        for found in figures.books.offences(world):
            share = {"receipt_invalid": 70, "receipt_wrong_place": 15, "tool_not_returned": 25}.get(found["rule"], 0)
            if self.q.chance(share):
                known = found["when"]
                if found["rule"].startswith("receipt"):
                    claim = found["subject"].partition("/")[0]
                    known = max(e["at"] for e in world.groups["expense"][claim])
                self.q.write_rulings(found["id"], known, found["staff"], gm_only=found["rule"] == "receipt_invalid")
