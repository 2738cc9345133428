"""Invented quarters in the neutral JSONL form: believable departments that do the awkward things.

    python -m tests.oracle.quarters --seed 7 --calls 300 > q.jsonl

The same writer is driven by a seeded random.Random (reproducible files) and by Hypothesis (small quarters
that shrink). It never writes what cannot have happened (arrival before dispatch, second closing, ...) and no
time after CEILING; everything that can have happened, however late or odd, it does write.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from . import figures
from .smaller import FINANCE, WAREHOUSE, Smaller

Entry = dict[str, Any]

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS = tuple(date.fromisoformat(f"2026-{day}") for day in ("07-15", "08-01", "09-10", "10-01", "10-31"))
"""Days on which a desk may begin: in the middle of a month, on its first and its last day."""
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
FIRST = datetime(2026, 7, 1, tzinfo=ZONE).astimezone(UTC)
LAST = datetime(2026, 11, 1, tzinfo=ZONE).astimezone(UTC)
CEILING = datetime(2026, 11, 20, tzinfo=ZONE).astimezone(UTC)
REGISTERED = "2026-06-01T08:00:00+08:00"
LATE_REGISTERED = datetime(2026, 9, 15, 8, 0, tzinfo=ZONE).astimezone(UTC)

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH_WINDOW = 30 * DAY

HEAD, GM = "S09", "S10"
CLERKS = ("S11", "S12")
TECHNICIANS = ("S02", "S03", "S04", "S05", "S06")
STAFF = {HEAD: "head", GM: "gm", **dict.fromkeys(CLERKS, "clerk"), **dict.fromkeys(TECHNICIANS, "technician")}
STAFF |= {FINANCE: "finance", WAREHOUSE: "warehouse"}
STAFF_ROWS = {who: {"role": role} for who, role in STAFF.items()}
REGIONS = ("东区", "南区", None, "东区、南区市")
SOLD = ("2026-01-15", "2025-08-10", None, "2026-04-20", "2023-09-16", "2026-08-10", "2024-10-08")
"""Days of sale: some within half a year of a repair, some whose day of the year comes in a month that is looked at."""
WARRANTIES = ("2027-01-14", "2026-09-01", "2026-08-15", None)

OFFSETS = ("+08:00",) * 9 + ("+00:00", "-05:00", "+09:30", "+05:45")
CHANNELS = ("phone", "phone", "phone", "wechat", "letter", "walk-in", "email")
CALL_KINDS = ("repair", "repair", "repair", "install", "consult", "quote", "complaint", "other")
PURPOSES = ("repair", "repair", "repair", None, "install", "train", "inspect", "tour")
FAULTS = ("hydraulics", "engine", "electrics", "brakes")
CLASSES = ("wear", "manufacture", "assembly", "material", "design", "misuse", "other")
PARTS = ("oil seal", "滤芯", "brake pad", "relay", "hose")
NOTHING = ("—", "…", "", "-- / --", None)
CAUSES = ("quarrel", "solicitation", "untimely", "repeat-repair", "attitude", "other")
DIMENSIONS = ("speed", "skill", "manners", "overall")


def begins(rnd: Random) -> date | None:
    """The day on which a desk begins; every second one has none."""
    return rnd.choice(BEGINS) if rnd.randint(0, 1) else None


def month_starts() -> list[datetime]:
    return [
        datetime(2026, m, 1, tzinfo=ZONE).astimezone(UTC) for m in range(FIRST.astimezone(ZONE).month, 12)
    ]


class Quarter:
    """Writes one quarter; `rnd` makes every choice, so the same choices give the same entries."""

    def __init__(self, rnd: Random, *, late_customers: bool = True) -> None:
        self.rnd = rnd
        self.late_customers = late_customers
        self.registers: list[Entry] = []
        self.entries: list[Entry] = []
        self.numbers: Counter[tuple[str, str]] = Counter()
        self.repaired: list[tuple[datetime, str, str]] = []
        self.machines: dict[str, list[str]] = {}
        self.phones: dict[str, str] = {}

    # ---- small tools

    def chance(self, percent: int) -> bool:
        """True in about that many of a hundred; simplest (and shrunk) answer: False."""
        return self.rnd.randint(0, 99) >= 100 - percent

    def one_of(self, options: Any) -> Any:
        return options[self.rnd.randint(0, len(options) - 1)]

    def stamp(self, t: datetime) -> str:
        """The same instant, written with some offset."""
        return t.astimezone(
            datetime.fromisoformat(f"2026-01-01T00:00:00{self.one_of(OFFSETS)}").tzinfo
        ).isoformat(timespec="seconds")

    def later(self, t: datetime, least: timedelta, most: timedelta) -> datetime:
        """Some time after t; now and then right at, or a second or a minute beside, the next month border or midnight."""
        picked = t + timedelta(
            seconds=self.rnd.randint(int(least.total_seconds()), int(most.total_seconds()))
        )
        if self.chance(8):
            local = (t + DAY).astimezone(ZONE)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
            border = next((s for s in month_starts() if s > t), midnight)
            near = border if border - t <= 12 * DAY else midnight
            edge = near + self.one_of((0, -1, 1, -60, 60)) * SECOND
            return edge if edge >= t + least else picked
        return picked

    def new_id(self, letter: str, t: datetime) -> str:
        month = t.astimezone(ZONE).strftime("%y%m")
        self.numbers[letter, month] += 1
        return f"{letter}{month}-{self.numbers[letter, month]:04}"

    def add(self, ledger: str, event: str, ident: str, at: datetime, by: str, **fields: Any) -> bool:
        """Write one entry unless it would be after the ceiling; fields that are None are left out."""
        if at > CEILING:
            return False
        entry = {"ledger": ledger, "event": event, "id": ident, "at": self.stamp(at), "by": by}
        for name, value in fields.items():
            if isinstance(value, datetime):
                value = self.stamp(value)
            if value is not None:
                entry[name] = value
        self.entries.append(entry)
        return True

    def judge_for(self, person: str, *, gm_only: bool = False) -> str:
        """Who decides: never the person concerned."""
        return GM if gm_only or person == HEAD or self.chance(40) else HEAD

    # ---- registers

    def write_registers(self, customers: int) -> None:
        for who, role in STAFF.items():
            row = {"ledger": "staff", "event": "add", "id": who, "at": REGISTERED}
            self.registers.append({**row, "name": f"员工{who[1:]}", "role": role})
        for supplier in ("SP01", "SP02"):
            self.registers.append({"ledger": "supplier", "event": "add", "id": supplier, "name": f"厂家{supplier}"})
        prices = {"P-1": "80.00", "P-2": None, "LABOUR": "90.00"}
        for number, price in prices.items():
            part = {"ledger": "part", "event": "add", "id": number, "name": f"件{number}", "price": price, "low": 3 if price else None}
            self.registers.append({k: v for k, v in part.items() if v is not None})
        for n in range(1, customers + 1):
            self.write_customer(f"CU{n:03}", n, late=self.late_customers and n % 5 == 0)

    def write_customer(self, ident: str, n: int, *, late: bool) -> None:
        at = LATE_REGISTERED.astimezone(ZONE).isoformat(timespec="seconds") if late else REGISTERED
        self.phones[ident] = f"138-0000-{n:04}"
        common = {"event": "add", "at": at, "by": HEAD}
        row = {"ledger": "customer", "id": ident, **common, "name": f"客户{n}", "phone": self.phones[ident]}
        row |= {"region": REGIONS[n % 4], "key_every_days": 25 if n % 3 == 1 else None}
        self.registers.append({k: v for k, v in row.items() if v is not None})
        self.machines[ident] = [f"SN-{n}{letter}" for letter in "AB"[: 1 + n % 2]]
        for serial in self.machines[ident]:
            product = ("挖掘机", "装载机", "叉车")[n % 3]
            machine = {"ledger": "machine", "id": serial, **common, "serial": serial, "product": product}
            machine |= {"customer": ident, "sold": SOLD[(2 * n + ord(serial[-1])) % 7]}
            machine |= {"warranty_until": WARRANTIES[(n + ord(serial[-1])) % 4], "supplier": "SP01" if n % 2 else None}
            self.registers.append({k: v for k, v in machine.items() if v is not None})

    def known_at(self, ident: str, t: datetime) -> bool:
        row = next(r for r in self.registers if r["id"] == ident)
        return datetime.fromisoformat(row["at"]) < t

    # ---- a call and its replies

    def call_time(self) -> datetime:
        if self.chance(12):
            return self.one_of(month_starts()) + self.one_of((0, -1, 1, -3600)) * SECOND
        if self.chance(8):  # holidays and make-up workdays
            day = self.one_of(("09-20", "09-25", "10-01", "10-10", "10-07", "10-08"))
            return datetime.fromisoformat(
                f"2026-{day}T{self.one_of(('00:00:00', '12:00:00', '23:59:59'))}+08:00"
            )
        return FIRST + timedelta(seconds=self.rnd.randint(0, int((LAST - FIRST).total_seconds())))

    def caller(self, at: datetime) -> tuple[str, str | None]:
        """Who is on the line, and one of their machines if it may be named."""
        if self.chance(12):
            return f"139-9999-{self.rnd.randint(1, 9):04}", None
        ident = self.one_of(sorted(self.phones))
        phone = self.phones[ident]
        if not self.known_at(ident, at):
            return phone, None
        machine = None if self.chance(15) else self.one_of(self.machines[ident])
        return self.one_of((ident, ident, phone)), machine

    def write_call(self, at: datetime, **fixed: Any) -> str | None:
        ident = self.new_id("C", at)
        caller, machine = self.caller(at)
        kind = self.one_of(CALL_KINDS)
        said = {"channel": self.one_of(CHANNELS), "from": caller, "kind": kind, "machine": machine}
        said |= {"needs_service": kind in ("repair", "install"), "summary": "机器有问题", **fixed}
        own = self.one_of((None,) * 6 + (at + 5 * HOUR, self.later(at, HOUR, 5 * DAY)))
        said |= {"due": own if own and own <= CEILING else None}
        if not self.add("call", "log", ident, at, self.one_of((*CLERKS, HEAD, TECHNICIANS[0])), **said):
            return None
        return ident

    def write_replies(self, ident: str, at: datetime) -> None:
        wait = self.one_of(
            (
                20 * MINUTE,
                24 * HOUR,
                24 * HOUR + MINUTE,
                24 * HOUR - MINUTE,
                90 * SECOND,
                30 * SECOND,
                None,
                "any",
            )
        )
        if wait is None:
            return
        first = at + wait if wait != "any" else self.later(at, MINUTE, 3 * DAY)
        self.add("call", "reply", ident, first, self.one_of(CLERKS), text="已答复")
        for _ in range(self.one_of((0, 0, 0, 1, 2))):
            first = self.later(first, MINUTE, 2 * DAY)
            self.add("call", "reply", ident, first, self.one_of(CLERKS), text="再次答复")

    # ---- a visit

    def write_visit(self, call: Entry) -> None:
        at = self.later(figures.instant(call["at"], ZONE), 10 * MINUTE, 2 * DAY)
        due = self.later(at, HOUR, 6 * DAY)
        if due > CEILING:
            return
        ident, who = self.new_id("V", at), HEAD if self.chance(3) else self.one_of(TECHNICIANS)
        own = (
            "SN-1A" if "machine" not in call and self.chance(30) and "SN-1A" in self.all_machines() else None
        )
        visit = {
            "call": call["id"],
            "staff": who,
            "promised": due,
            "purpose": self.one_of(PURPOSES),
            "machine": own,
            "place": self.one_of((None, None, "杭州", "上海；杭州市", "—")),
            "agreed": self.one_of((None, None, True)),
            "not_told": self.one_of((None, None, None, True)),
            "with": self.one_of((None,) * 5 + ([one for one in TECHNICIANS[2:4] if one != who],)),
        }
        self.add("visit", "dispatch", ident, at, HEAD, **visit)
        due, last = self.write_repromises(ident, at, due)
        ending = self.one_of(("arrive",) * 8 + ("cancel", "nothing"))
        if ending != "cancel":
            self.write_hand_overs(ident, who, last, due)
        if ending == "cancel":
            self.write_cancel(ident, due, last)
        if ending == "arrive":
            machine = call.get("machine") or own
            self.write_stay(ident, who, due, last, machine=machine, purpose=visit["purpose"])

    def all_machines(self) -> list[str]:
        return [serial for owned in self.machines.values() for serial in owned]

    def write_repromises(self, ident: str, at: datetime, due: datetime) -> tuple[datetime, datetime]:
        """New promises before, at and after the due; returns the promise then in force and the last entry."""
        last = at
        for _ in range(self.one_of((0, 0, 0, 0, 1, 1, 2, 3))):
            between = last + (due - last) / 2
            when = self.one_of((between, due, due - MINUTE, due + MINUTE, due + 5 * HOUR))
            when = when.replace(microsecond=0)
            new = self.later(when, HOUR, 5 * DAY)
            if when <= last or new > CEILING:
                continue
            asked = self.one_of(("customer", "us"))
            self.add("visit", "repromise", ident, when, HEAD, promised=new, asked_by=asked, reason="改期")
            due, last = (new if when < due else due), when
        return due, last

    def write_hand_overs(self, ident: str, who: str, last: datetime, due: datetime) -> None:
        """The visit is given to somebody else, before its promise comes due, in that minute, or long after."""
        for _ in range(self.one_of((0, 0, 0, 0, 0, 1, 1, 2))):
            between = (last + (due - last) / 2).replace(microsecond=0)
            options = (between, due - MINUTE, due, due + MINUTE, due + 5 * HOUR, self.later(due, HOUR, 9 * DAY))
            at = max(self.one_of(options), last + MINUTE)
            who = self.one_of([one for one in TECHNICIANS if one != who])
            self.add("visit", "reassign", ident, at, HEAD, to=who, reason="换人")
            last = at

    def write_cancel(self, ident: str, due: datetime, last: datetime) -> None:
        at = self.one_of((due - 3 * HOUR, due - MINUTE, due, due + MINUTE, self.later(due, MINUTE, 5 * DAY)))
        self.add("visit", "cancel", ident, max(at, last + MINUTE), HEAD, reason="客户取消", asked_by=self.one_of((None, "us", "customer")))

    def write_stay(
        self,
        ident: str,
        who: str,
        due: datetime,
        last: datetime,
        *,
        machine: str | None,
        purpose: str | None,
    ) -> None:
        options = (
            due,
            due + MINUTE,
            due - MINUTE,
            due - 2 * HOUR,
            due + 3 * HOUR,
            self.later(due, HOUR, 4 * DAY),
        )
        there = max(self.one_of(options), last + MINUTE)
        if not self.add("visit", "arrive", ident, there, who) or self.chance(4):
            return
        gone = self.later(there, 5 * MINUTE, self.one_of((6 * HOUR, 2 * DAY)))
        if gone > CEILING:
            return
        self.write_leaving(ident, who, last, there, gone)
        if purpose != "tour":
            self.write_report(ident, who, gone, machine=machine, repair=purpose in (None, "repair"))
        if self.chance(25):
            self.write_complaint(ident, who, gone)

    def write_leaving(self, ident: str, who: str, last: datetime, there: datetime, gone: datetime) -> None:
        """Leaving, with every way of calling in, not calling in, and saying nothing about it."""
        inside = (there + (gone - there) / 2).replace(microsecond=0)
        before = max((there - (there - last) / 2).replace(microsecond=0), last + MINUTE)
        after = self.later(gone, MINUTE, 3 * DAY)
        calls, leave = self.one_of(
            (
                ([inside], {}),
                ([there], {}),
                ([gone], {}),
                ([], {"called_in": inside}),
                ([], {"called_in": gone}),
                ([], {"called_in": there}),
                ([], {"no_call_in": True}),
                ([], {}),
                ([after], {}),
                ([gone + MINUTE], {}),
                ([before], {}),
                ([after, inside], {}),
                ([after], {"no_call_in": True}),
            )
        )
        self.add("visit", "leave", ident, gone, self.one_of((who,) * 6 + (CLERKS[0], TECHNICIANS[3])), **leave)
        for t in calls:
            self.add("visit", "call-in", ident, t, who)

    # ---- report and survey

    def said(self, text: str) -> str | None:
        return self.one_of(NOTHING) if self.chance(10) else text

    def fitted(self) -> dict[str, Any]:
        names = [self.one_of(PARTS) for _ in range(self.one_of((1, 1, 2, 3)))]
        fitted = [{"name": name, "qty": self.rnd.randint(1, 4), **self.one_of(({}, {"part_no": "P-1"}, {"part_no": "P-2"}))} for name in names]
        return self.one_of(({"parts": fitted}, {"parts": fitted}, {"no_parts": True}, {"no_parts": True}, {}))

    def write_report(
        self, visit: str, who: str, gone: datetime, *, machine: str | None, repair: bool
    ) -> None:
        at = self.later(gone, timedelta(0), self.one_of((3 * HOUR, 3 * DAY, 35 * DAY)))
        ident = self.new_id("R", min(at, CEILING))
        self.write_survey(visit, ident, who, gone)
        if self.chance(12):
            return
        fault = None if self.chance(12) else self.one_of(FAULTS)
        resolved = self.one_of((True, True, True, False, None))
        close = {
            "visit": visit,
            "fault": fault,
            "cause": self.said("油封老化"),
            "solution": self.said("更换"),
        }
        close |= {"cause_class": None if self.chance(15) else self.one_of(CLASSES), **self.fitted()}
        close |= {"opinion": self.said("满意"), "resolved": resolved}
        if not self.add("report", "close", ident, at, who, **close):
            return
        if repair and resolved and machine and fault:
            self.repaired.append((at, machine, fault))
        if self.chance(8) and (others := [one for one in self.all_machines() if one != machine]):
            second = self.new_id("R", min(at, CEILING))
            self.add("report", "close", second, at + MINUTE, who, **{**close, "machine": self.one_of(others)})
        if self.chance(15):
            texts = {"cause": "补充：油封老化", "solution": "补充：更换", "opinion": "补充：满意"}
            self.add("report", "amend", ident, self.later(at, MINUTE, 20 * DAY), who, **texts)
        if self.chance(65):
            self.add("report", "archive", ident, self.later(at, HOUR, 12 * DAY), HEAD)

    def write_survey(self, visit: str, ident: str, who: str, gone: datetime) -> None:
        scores = {d: self.rnd.randint(1, 5) for d in DIMENSIONS}
        for _ in range(self.one_of((0, 0, 0, 1, 3))):  # partly filled in, often without the overall score
            scores.pop(self.one_of(sorted(scores)))
        at = self.later(gone, timedelta(0), 6 * DAY)
        how = self.one_of(("returned", "returned", "returned", "refused", "refused then returned", None))
        by = self.one_of((who, *CLERKS))
        if how and how.startswith("refused"):
            self.add("report", "survey", ident, at, by, visit=visit, refused="没有时间")
            at = self.later(at, HOUR, 6 * DAY)
        if how and how.endswith("returned"):
            self.add("report", "survey", ident, at, by, visit=visit, scores=scores)

    # ---- the same trouble again

    def write_echo(self) -> None:
        """A repair of the same machine and fault, closed right at the end of the window of an earlier one."""
        t0, machine, fault = self.one_of(self.repaired)
        at = t0 + self.one_of((MONTH_WINDOW, MONTH_WINDOW + MINUTE, MONTH_WINDOW - MINUTE, 9 * HOUR, 5 * DAY))
        if at > CEILING:
            return
        call = self.write_call(at - 8 * HOUR, machine=machine, kind="repair", **{"from": self.owner(machine)})
        visit, who = self.new_id("V", at - 7 * HOUR), self.one_of(TECHNICIANS)
        told = {"call": call, "staff": who, "promised": at - 4 * HOUR, "purpose": "repair"}
        self.add("visit", "dispatch", visit, at - 7 * HOUR, HEAD, **told)
        self.add("visit", "arrive", visit, at - 5 * HOUR, who)
        self.add("visit", "leave", visit, at - 2 * HOUR, who, called_in=at - 3 * HOUR)
        full = {
            "cause": "老化",
            "solution": "更换",
            "opinion": "满意",
            "no_parts": True,
            "cause_class": "wear",
        }
        resolved = self.one_of((True, True, False, None))
        ident = self.new_id("R", at)
        self.add("report", "close", ident, at, who, visit=visit, fault=fault, resolved=resolved, **full)
        if resolved:
            self.repaired.append((at, machine, fault))

    def owner(self, machine: str) -> str:
        """How the owner calls: by id, or by telephone while not yet registered."""
        return next(self.phones[c] for c, owned in self.machines.items() if machine in owned)

    # ---- complaints and conduct

    def write_complaint(self, visit: str, who: str, after: datetime) -> None:
        at = self.later(after, HOUR, 10 * DAY)
        ident = self.new_id("K", min(at, CEILING))
        about = {"about": who, "visit": visit, "from": "CU001", "channel": self.one_of(CHANNELS)}
        about |= {
            "kind": self.one_of(("service", "quality")),
            "cause": self.one_of(CAUSES),
            "summary": "投诉",
        }
        if not self.add("complaint", "log", ident, at, self.one_of(CLERKS), **about):
            return
        if self.chance(60):
            told = self.one_of((at + HOUR, at + 2 * DAY, at + 2 * DAY + MINUTE, self.later(at, HOUR, 40 * DAY)))
            self.add("complaint", "report", ident, told, self.one_of(CLERKS), text="已报公司")
        if not self.chance(80):
            return
        at = self.later(at, HOUR, self.one_of((6 * DAY, 40 * DAY)))
        verdict = self.one_of(("upheld", "upheld", "dismissed"))
        answers = {
            "personal": self.one_of((True, False, None)),
            "harms_image": self.one_of((True, False, None)),
        }
        if not self.add("complaint", "verify", ident, at, GM, verdict=verdict, reason="查实情况", **answers):
            return
        if verdict == "upheld" and self.chance(50):
            self.add("complaint", "remedy", ident, self.later(at, HOUR, 25 * DAY), HEAD, text="上门道歉")

    def write_conduct(self) -> None:
        at = self.call_time()
        ident, who = self.new_id("X", at), self.one_of((*TECHNICIANS, CLERKS[0]))
        kind = self.one_of(("disobedience", "unreachable", "disobedience", "unreachable", "other"))
        if (
            not self.add("conduct", "log", ident, at, HEAD, about=who, kind=kind, summary="情况")
            or kind == "other"
        ):
            return
        if self.chance(75) and kind == "disobedience":
            self.write_rulings(f"disobeyed_dispatch/{ident}", at, who, gm_only=True)
        if self.chance(75) and kind == "unreachable":
            self.write_rulings(f"phone_off/{ident}", at, who, head=True)

    # ---- the same call logged twice

    def write_merges(self) -> None:
        """Some calls are logged by a second clerk too, who says so later; meanwhile either of them is answered, or sends somebody."""
        for first in [e for e in self.entries if e["ledger"] == "call" and e["event"] == "log"]:
            if not self.chance(7):
                continue
            came = figures.instant(first["at"], ZONE)
            at = came + self.one_of((MINUTE, 10 * MINUTE, 5 * HOUR))
            if at > CEILING:
                continue
            again = self.new_id("C", at)
            said = {k: first[k] for k in ("channel", "from", "kind") if k in first}
            said |= {"machine": self.one_of((first.get("machine"), None)), "needs_service": self.one_of((None, True)), "summary": "又来电"}
            said |= {"due": self.one_of((None, None, at + 3 * DAY)) if at + 3 * DAY <= CEILING else None}
            if not self.add("call", "log", again, at, CLERKS[1], **said):
                continue
            if self.chance(50):
                self.write_replies(again, at)
            call = next(e for e in self.entries if e["id"] == again)
            if self.chance(40):
                self.write_visit(call)
            last = max(figures.instant(e["at"], ZONE) for e in self.entries if again in (e["id"], e.get("call")))
            self.add("call", "merge", again, self.later(last, MINUTE, 9 * DAY), CLERKS[0], into=first["id"], reason="重复登记")

    # ---- rulings

    def write_rulings(
        self, ident: str, after: datetime, who: str, *, gm_only: bool = False, head: bool = False, about: str | None = None
    ) -> None:
        """One ruling or several, each superseding the one before, some in a later month."""
        verbs = ("uphold", "dismiss") if head else ("uphold", "dismiss", "waive")
        for n in range(self.one_of((1, 1, 1, 2, 3))):
            after = self.later(after, MINUTE, self.one_of((2 * DAY, 9 * DAY, 35 * DAY)))
            by = HEAD if head else self.judge_for(who, gm_only=gm_only)
            whom = self.one_of((None, None, who, who, about)) if about else None
            self.add("finding", self.one_of(verbs), ident, after, by, reason=f"裁定{n + 1}", about=whom)

    def first_sent(self, found: dict[str, Any]) -> str:
        """Who was sent on the visit of a finding, and may have handed it over since; else whom it concerns."""
        sent = (e for e in self.entries if e["id"] == found["subject"] and e["event"] == "dispatch")
        return str(next((e["staff"] for e in sent), found["staff"]))

    def ruling_base(self, found: dict[str, Any]) -> datetime:
        """From when on an offence was known well enough to be ruled upon."""
        world = figures.World(self.entries, "2026-10", CEILING, zone=ZONE, staff=STAFF_ROWS)
        subject = found["subject"]
        if found.get("complaint"):
            given = figures.verdict(world, subject)
            return given["at"] if given else found["when"]
        if found["rule"] == "left_without_call" or found.get("facts_missing"):
            return max(found["when"], world.groups["visit"][subject][-1]["at"])
        if found["rule"] == "late_arrival":
            return figures.arrived(world, subject) or figures.cancelled(world, subject) or found["when"]
        return found["when"]

    def rule_on_findings(self) -> None:
        world = figures.World(self.entries, "2026-10", CEILING, zone=ZONE, staff=STAFF_ROWS)
        for found in figures.offences(world):
            if found["rule"] == "disobeyed_dispatch":  # ruled on where it is written
                continue
            if self.chance(self.share_ruled(found)):
                base = self.ruling_base(found)
                self.write_rulings(found["id"], base, found["staff"], gm_only=bool(found.get("complaint")), about=self.first_sent(found))

    @staticmethod
    def share_ruled(found: dict[str, Any]) -> int:
        """In how many of a hundred cases somebody rules on such a finding."""
        if found.get("facts_missing"):
            return 8
        if found.get("complaint"):
            return 55
        return 70 if found["rule"] == "late_arrival" else 15

    # ---- the whole

    def write(self, calls: int) -> list[Entry]:
        self.write_registers(customers=3 + calls // 12)
        for _ in range(calls):
            at = self.call_time()
            ident = self.write_call(at)
            self.write_replies(ident, at)
            if self.chance(12):
                text = self.one_of((None, "电话里已解决"))
                self.add("call", "close", ident, self.later(at, MINUTE, 2 * DAY), CLERKS[0], text=text)
            call = next(e for e in self.entries if e["id"] == ident and e["event"] == "log")
            for _ in range(self.one_of((1, 1, 1, 0, 2))):
                self.write_visit(call)
            if self.repaired and self.chance(12):
                self.write_echo()
            if self.chance(8):
                self.write_conduct()
        self.rule_on_findings()
        smaller = Smaller(self)
        smaller.write(calls)
        self.write_merges()
        smaller.rule_on()
        self.rnd.shuffle(self.entries)
        return self.registers + self.entries


def quarter(seed: int, calls: int, **options: Any) -> list[Entry]:
    """The quarter of a seed."""
    return Quarter(Random(seed), **options).write(calls)


def quarters(most_calls: int = 6) -> st.SearchStrategy[list[Entry]]:
    """Small quarters for Hypothesis, every choice of which it can vary and shrink."""
    return st.builds(
        lambda rnd, calls: Quarter(rnd).write(calls),
        st.randoms(use_true_random=False),
        st.integers(1, most_calls),
    )


def staff_of(entries: list[Entry]) -> dict[str, Entry]:
    """The register of staff in some entries."""
    return {e["id"]: e for e in entries if e["ledger"] == "staff"}


def lines(entries: list[Entry]) -> str:
    """The neutral form: one JSON object a line."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.quarters", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=100)
    given = parser.parse_args(argv)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(lines(quarter(given.seed, given.calls)))


if __name__ == "__main__":
    main()
