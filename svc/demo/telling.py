"""How the invented department is told: decks that leave nothing out, hours at which people call, events added one by one."""

from __future__ import annotations

import heapq
import random
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import Any, TypeVar

from svc.demo.people import PRODUCTS, TECHNICIANS, department
from svc.domain.clock.base import day_off
from svc.named import NamedTuple

ZONE = timezone(timedelta(hours=8))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

T = TypeVar("T")


class Deck:
    """Cards drawn without putting them back, shuffled anew when used up: rare ones come, and not in a row."""

    def __init__(self, rng: random.Random, **cards: int) -> None:
        self._rng, self._all, self._left = (
            rng,
            [name for name, n in cards.items() for _ in range(n)],
            list[str](),
        )

    def draw(self) -> str:
        """The next card."""
        if not self._left:
            self._left = self._rng.sample(self._all, len(self._all))
        return self._left.pop()


def idle(day: date) -> bool:
    """Whether a day is off; where the holidays of a year are not known, a weekend."""
    off = day_off(day)
    return day.weekday() >= 5 if off is None else off


def weighted(rng: random.Random, weights: dict[T, int]) -> T:
    """One of the keys, the heavier the likelier."""
    return rng.choices(list(weights), list(weights.values()))[0]


def calling_times(rng: random.Random, day: date) -> list[datetime]:
    """When people call on a day: fewer on days off, some in the evening and at night."""
    count = max(0, round(rng.gauss(1.7 if idle(day) else 3.3, 1.2)))
    return sorted(at(day, *_hour(rng)) for _ in range(count))


def _hour(rng: random.Random) -> tuple[int, int]:
    low, high = weighted(rng, {(7, 11): 46, (13, 17): 34, (11, 13): 6, (18, 21): 9, (22, 23): 2, (0, 6): 3})
    return rng.randint(low, high), rng.randrange(60)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant on a day, as the department's clock shows it."""
    return datetime.combine(day, time(hour, minute), ZONE)


def awake(moment: datetime) -> datetime:
    """The moment itself in waking hours, else some time after the next morning's start."""
    if 7 <= moment.hour < 22:
        return moment
    day = moment.date() + (DAY if moment.hour >= 22 else timedelta(0))
    return at(day, 7, 30 + moment.minute // 2)


def working(moment: datetime) -> datetime:
    """The moment itself in office hours of a working day, else the next such morning."""
    if not idle(moment.date()) and 8 <= moment.hour < 18:
        return moment
    day = moment.date() if moment.hour < 8 else moment.date() + DAY
    while idle(day):
        day += DAY
    return at(day, 8, 10 + moment.minute // 2)


def half_hour(moment: datetime) -> datetime:
    """The next full or half hour: nobody promises 14:07."""
    over = (moment.minute % 30) * MINUTE
    return moment - over + (30 * MINUTE if over else timedelta(0))


def stamp(value: Any) -> Any:
    """Instants as the neutral form has them."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


# ---- the telling ---------------------------------------------------------------------------------------

Event = dict[str, Any]
"""An entry in the neutral form."""
WEIGHT = {"WT220": 5, "WT75": 2, "ZT50": 3, "YT14": 3}
"""How often a machine of each product breaks."""


class Machine(NamedTuple):
    """A machine that may break, and how it is called."""

    serial: str
    product: str
    customer: str

    def named(self, text: str) -> str:
        """A sentence about it."""
        return text.format(f"{self.product}{PRODUCTS[self.product]}")


class Trip(NamedTuple):
    """A visit as it is being told: who went for whom, what for; when it was promised, reached and left."""

    id: str
    staff: str
    customer: str
    promised: datetime
    arrived: datetime
    left: datetime
    late: bool
    repeat: bool


class Ahead(NamedTuple):
    """A call that will come; `machine` and `fault` where it is known already what about."""

    at: datetime
    order: int
    machine: Machine | None
    fault: str | None


class Telling:
    """What has been told so far, the chances by which it goes on, and how an event is added. `told` grows case by case."""

    def __init__(self, rng: random.Random, start: date, end: date, now: datetime) -> None:
        self.rng, self.start, self.end, self.now = rng, start, end, now
        self.told: list[Event] = []
        self.ahead: list[Ahead] = []
        self.trips: list[Trip] = []
        self.busy: dict[str, list[tuple[datetime, datetime]]] = {id: [] for id in TECHNICIANS}
        self.due: dict[str, datetime] = {}
        self.broken: dict[tuple[str, str], datetime] = {}
        self.count = 0
        rows = department()
        self.phones = {r["id"]: r["phone"].split(";")[0] for r in rows if r["ledger"] == "customer"}
        self.machines = [Machine(r["id"], r["product"], r["customer"]) for r in rows if r["ledger"] == "machine"]
        self.weak = [WEIGHT[m.product] * (2 if n % 11 == 3 else 1) for n, m in enumerate(self.machines)]
        deck = partial(Deck, rng)
        self.kinds = deck(repair=29, consult=8, quote=4, install=2, other=4, by_phone=3)
        self.channels = deck(phone=30, wechat=12, email=3, walk_in=3, letter=2)
        self.callers = deck(known=21, stranger=2)
        self.answers = deck(soon=33, today=10, limit=1, late=2, never=2)
        self.going = deck(
            on_time=40, late=4, late_silent=1, cancelled=2, cancelled_late=1, missed=1,
            moved_by_customer=4, moved_by_us=2, moved_too_late=1,
        )  # fmt: skip
        self.calling = deck(call_in=24, on_leaving=8, after=2, after_call=1, none=2, unknown=2, before=1)
        self.writing = deck(complete=35, no_opinion=3, no_cause=1, no_parts=1, two=1, dash=1, none=1)
        self.asking = deck(returned=32, refused=3, missing=6, before_report=4)
        self.ruling = deck(uphold=5, dismiss=2, waive=1, review=1, open=1)
        self.mercy = deck(none=5, waive=1)
        self.fixing = deck(fixed=12, unresolved=1)
        self.again = deck(no=13, again=2, later=1)
        self.closing = deck(close=7, open=1)

    # ---- telling ---------------------------------------------------------------------------------

    def new(self, noun: str) -> str:
        """A name for something new, until it is numbered."""
        self.count += 1
        return f"{noun} {self.count}"

    def tell(self, ledger: str, event: str, id: str, when: datetime, by: str, **fields: Any) -> None:
        """Add an entry; what is None is not said."""
        given = {k.rstrip("_"): stamp(v) for k, v in fields.items() if v is not None}
        self.told.append({"ledger": ledger, "event": event, "id": id, "at": stamp(when), "by": by, **given})

    def old(self, moment: datetime, days: float) -> bool:
        """Whether something is so many days past by now: what is left undone is found by then, and made good."""
        return moment + days * DAY < self.now

    def one(self, choices: Any) -> Any:
        """Any one of several."""
        return self.rng.choice(choices)

    def after(self, moment: datetime, low: int, high: int) -> datetime:
        """So many minutes later, at least and at most."""
        return moment + self.rng.randint(low, high) * MINUTE

    def clerk(self, moment: datetime) -> str:
        """Who is at the desk: at night and late in the evening the head takes the calls (1.10)."""
        return "S01" if not 7 <= moment.hour < 21 else weighted(self.rng, {"S03": 5, "S04": 4, "S01": 1})

    def head(self) -> str:
        """Who rules."""
        return weighted(self.rng, {"S01": 4, "S02": 1})

    def expect(self, moment: datetime, machine: Machine | None, fault: str | None) -> None:
        """A call that will come, where it comes in time."""
        self.count += 1
        if moment < at(self.end, 0):
            heapq.heappush(self.ahead, Ahead(moment, self.count, machine, fault))

    def promise(self, sent: datetime) -> datetime:
        """The time that the customer wants: the same day where it is early, else one of the next days."""
        if 7 <= sent.hour < 12 and self.rng.random() < 0.55:
            return half_hour(self.after(sent, 150, 400))
        days = weighted(self.rng, {1: 72, 2: 18, 3: 6, 5: 4})
        return at(
            sent.date() + days * DAY,
            *self.one(((9, 0), (10, 0), (10, 30), (13, 30), (14, 0), (15, 30), (16, 0))),
        )

    def free(self, weights: dict[str, int], around: datetime) -> str:
        """Somebody who is nowhere else at that time, if there is anybody."""
        hours = (around - 3 * HOUR, around + 5 * HOUR)
        idle = {
            who: weight
            for who, weight in weights.items()
            if not any(a < hours[1] and hours[0] < b for a, b in self.busy[who])
        }
        return weighted(self.rng, idle or weights)
