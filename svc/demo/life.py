"""What happens in the invented department: calls and what follows from them, as neutral-form entries.

Things are told case by case, each event with its time; `events` puts all in order of time and gives
them numbers. Every call's follow-up lies after it, so any beginning of the list is a possible life.
"""

from __future__ import annotations

import heapq
import random
from datetime import date, datetime, timedelta
from typing import Any

from svc.demo import words
from svc.demo.books import books
from svc.demo.machines import machines
from svc.demo.people import KEY
from svc.demo.stores import stores
from svc.demo.telling import (
    DAY,
    HOUR,
    MINUTE,
    Ahead,
    Event,
    Machine,
    Telling,
    at,
    awake,
    calling_times,
    half_hour,
    weighted,
    working,
)
from svc.demo.trouble import trouble
from svc.demo.visits import Visit, send
from svc.domain import ledgers

LETTERS = {noun: row.letter for noun, row in ledgers.TABLE.items() if noun != "finding"}
REFERENCES = ("id", "call", "visit", "trip", "report")


def events(start: date, end: date, seed: int, now: datetime | None = None) -> list[Event]:
    """The entries of the calls from `start` to before `end` and of all that follows, in order of time.

    What is left undone is made good within days or weeks, unless it is younger than that `now` (default: the end).
    """
    life = Life(random.Random(seed), start, end, now or at(end, 0))
    life.live()
    return numbered(life.told)


def numbered(told: list[Event]) -> list[Event]:
    """In order of time, with ids as the program would give them to what is typed at once."""
    ordered = sorted(told, key=lambda e: datetime.fromisoformat(e["at"]))
    last: dict[str, int] = {}
    names: dict[str, str] = {}
    for one in ordered:
        if one["ledger"] in LETTERS and one["id"] not in names:
            prefix = f"{LETTERS[one['ledger']]}{one['at'][2:4]}{one['at'][5:7]}-"
            last[prefix] = last.get(prefix, 0) + 1
            names[one["id"]] = f"{prefix}{last[prefix]:04d}"
    return [renamed(one, names) for one in ordered]


def renamed(one: Event, names: dict[str, str]) -> Event:
    """An event with other ids: its own, those it refers to, a finding's subject."""
    out = {**one, **{k: names[one[k]] for k in REFERENCES if one.get(k) in names}}
    if one["ledger"] == "finding":
        rule, subject, *line = one["id"].split("/")
        out["id"] = "/".join((rule, names[subject], *line))
    return out


class Life(Telling):
    """The calls of the whole time and what each leads to."""

    def live(self) -> None:
        """Tell the whole time."""
        day = self.start
        while day < self.end:
            for moment in calling_times(self.rng, day):
                self.expect(moment, None, None)
            if day.weekday() == 2:
                self.tour(day)
            day += DAY
        while self.ahead:
            self.call(heapq.heappop(self.ahead))
        trouble(self)
        books(self)
        machines(self)
        stores(self)

    # ---- calls -----------------------------------------------------------------------------------

    def call(self, ahead: Ahead) -> None:
        """A call comes in; what follows depends on what it is about."""
        kind = "repair" if ahead.machine else self.kinds.draw()
        machine = ahead.machine or self.rng.choices(self.machines, self.weak)[0]
        if kind == "repair":
            self.repair(ahead, machine)
        elif kind == "install":
            id = self.log(
                ahead.at,
                machine,
                "install",
                machine.named(self.one(words.about(machine.product, words.INSTALLS))),
                needs_service=True,
            )
            told = self.reply(id, ahead.at, "已安排安装调试和培训", sure=True)
            send(self, id, told, machine, "install", None)
        else:
            self.talk(min(awake(ahead.at), at(self.end, 0) - MINUTE), machine, kind)

    def log(self, moment: datetime, machine: Machine, kind: str, summary: str, **fields: Any) -> str:
        """Register a call; mostly of a known customer, sometimes of a stranger."""
        channel, id = self.channels.draw(), self.new("call")
        caller: str = self.one((machine.customer, self.phones[machine.customer]))
        if kind in ("consult", "other", "quote") and self.callers.draw() == "stranger":
            caller, fields["contact"] = f"138-0000-9{self.rng.randrange(1000):03}", self.one(words.STRANGERS)
        elif kind != "other":
            fields["machine"] = machine.serial
        if channel == "email" and not caller.startswith("CU"):
            caller = machine.customer if not fields.get("contact") else caller  # known by the address that he writes from
        fields = {"needs_service": False, **fields}
        by = self.clerk(moment)
        self.tell("call", "log", id, moment, by, channel=channel.replace("_", "-"), from_=caller, kind=kind,
                  summary=summary, **fields)  # fmt: skip
        return id

    def reply(self, call: str, moment: datetime, text: str, sure: bool = False) -> datetime:
        """Answer a call, mostly at once, sometimes late or never; the time from which work goes on."""
        card = "soon" if sure else self.answers.draw()
        low, high = {"soon": (4, 50), "today": (90, 700), "limit": (1440, 1440)}.get(card, (1500, 3600))
        told = self.after(moment, low, high)
        if card in ("today", "late"):
            told = max(awake(told), moment + (1441 * MINUTE if card == "late" else MINUTE))
        if card == "never" and self.old(moment, 4):
            found = working(self.after(moment, 1700, 4200))
            self.tell("call", "reply", call, found, self.clerk(found), text=self.one(words.LATE_WORD))
        elif card != "never":
            self.tell("call", "reply", call, told, self.clerk(told), text=text)
        return told

    def talk(self, moment: datetime, machine: Machine, kind: str) -> None:
        """A question, a quotation, something else: answered, sometimes only with head office's help (3.2)."""
        pairs = {
            "consult": words.CONSULTS,
            "quote": words.QUOTES,
            "other": words.OTHERS,
            "by_phone": words.BY_PHONE,
        }
        said, answer = self.one(words.about(machine.product, pairs[kind]))
        id = self.log(moment, machine, "repair" if kind == "by_phone" else kind, machine.named(said))
        if kind == "consult" and self.rng.random() < 0.3:
            to, text = self.one(words.ESCALATIONS)
            asked = self.after(moment, 10, 60)
            self.tell("call", "escalate", id, asked, self.clerk(asked), to=to, text=text)
            moment = max(moment, asked - 3 * MINUTE)
            answer = self.one(words.HELP_SAYS)
        told = self.reply(id, moment, answer)
        if self.closing.draw() == "close" and any(e["id"] == id and e["event"] == "reply" for e in self.told):
            product = self.one(words.INTRODUCED) if kind in ("quote", "consult") and self.rng.random() < 0.4 else None
            done = working(self.after(told, 5, 1500))
            self.tell("call", "close", id, done, self.clerk(done), text="已办结", introduced=product)

    def repair(self, ahead: Ahead, machine: Machine) -> None:
        """A machine stands still: logged, answered, somebody sent."""
        machine, fault = (machine, ahead.fault) if ahead.fault else self.breakdown(ahead.at)
        self.broken[machine.serial, fault] = ahead.at
        said = self.one(words.about(machine.product, words.FAULTS[fault].said))
        if ahead.fault:
            said = "又坏了：" + said
        due = (
            half_hour(self.after(ahead.at, 300, 600)) if 7 <= ahead.at.hour < 11 and self.rng.random() < 0.25 else None
        )
        id = self.log(ahead.at, machine, "repair", machine.named(said), needs_service=True, due=due)
        if due:
            self.due[id] = due
        told = self.reply(id, ahead.at, self.one(words.REPAIR_REPLIES))
        if fault == "slew" and self.rng.random() < 0.3:
            self.tell("call", "escalate", id, told + 9 * MINUTE, "S01", to="design", text=words.ESCALATIONS[0][1])
            said = awake(self.after(told, 60, 240))
            self.tell("call", "reply", id, said, "S01", text=self.one(words.DESIGN_SAYS))
        send(self, id, min(told, ahead.at + 6 * HOUR), machine, "repair", fault, due, ahead.fault is not None)

    def breakdown(self, moment: datetime) -> tuple[Machine, str]:
        """Which machine breaks how: not what was mended last month; bad mending comes by `next_time`."""
        for _ in range(20):
            machine = self.rng.choices(self.machines, self.weak)[0]
            fault = weighted(self.rng, words.SKEW[machine.product])
            if self.broken.get((machine.serial, fault), moment - 60 * DAY) < moment - 40 * DAY:
                break
        return machine, fault

    def tour(self, day: date) -> None:
        """Each week somebody looks after a customer without having been called (2.4)."""
        customer = f"CU{self.one(list(KEY)):04}"
        machine = next((m for m in self.machines if m.customer == customer), self.machines[0])
        purpose = self.one(("tour", "tour", "inspect", "train"))
        sent = at(day - timedelta(days=0), 8, 20 + self.rng.randrange(30))
        promised = at(day + timedelta(days=self.rng.randint(1, 4)), 10)
        Visit(self, None, Machine(machine.serial, machine.product, customer), purpose, None, False).go(sent, promised)
