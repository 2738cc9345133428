"""What goes wrong between people in the invented department: complaints, conduct, what is ruled on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from svc.demo import words
from svc.demo.people import TECHNICIANS
from svc.demo.telling import DAY, HOUR, MINUTE, Telling, Trip, at, awake, working


def trouble(life: Telling) -> None:
    """Month by month: every cause of complaint, every kind of conduct."""
    day = life.start
    while day < life.end:
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        last = min(after, life.end)
        _complaints(life, day, last)
        _conduct(life, day, last)
        day = last


def _complaints(life: Telling, first: date, last: date) -> None:
    trips = [t for t in life.trips if at(first, 0) <= t.left and t.left < at(last, 0) - 3 * DAY]
    causes = list(words.COMPLAINTS)
    causes = ["untimely", *(causes[(first.month * 4 + n) % len(causes)] for n in range(4))]
    verdicts = ["upheld", "upheld", "upheld, not remedied", "dismissed", "open"]
    life.rng.shuffle(verdicts)
    for cause, verdict in zip(causes, verdicts, strict=True):
        fitting = [t for t in trips if _fits(t, cause)] or trips
        if fitting:
            trip = life.one(fitting)
            trips.remove(trip)
            if verdict.startswith("upheld") and not _fits(trip, cause):
                verdict = "dismissed"  # nobody came late, nothing was repaired twice
            _complaint(life, trip, cause, verdict)


def _fits(trip: Trip, cause: str) -> bool:
    return {"untimely": trip.late, "repeat-repair": trip.repeat}.get(cause, trip.staff != "S07" or cause == "other")


def _complaint(life: Telling, trip: Trip, cause: str, verdict: str) -> None:
    id, moment = life.new("complaint"), awake(life.after(trip.left, 60, 3800))
    summary, quality = life.one(words.COMPLAINTS[cause]), cause == "other"
    channel = life.one(("phone", "phone", "phone", "wechat", "letter", "walk-in"))
    call = _call(life, trip, moment, channel, summary) if channel != "letter" else None
    life.tell(
        "complaint", "log", id, moment, life.clerk(moment), channel=channel, from_=trip.customer,
        visit=trip.id, call=call, about=None if quality else trip.staff,
        kind="quality" if quality else "service", cause=cause, summary=summary,
    )  # fmt: skip
    at_once = life.rng.random() < 0.8
    if not quality and (at_once or life.old(moment, 6)):
        told = awake(life.after(moment, 30, 1600) if at_once else life.after(moment, 3000, 7000))
        life.tell("complaint", "report", id, told, "S01", text=life.one(words.REPORTED_UP))
    when = working(moment + life.rng.randint(2, 9) * DAY)
    if verdict == "open" and life.old(when, 3):  # what came in lately is being looked into
        verdict = "dismissed"
    if verdict == "upheld, not remedied" and life.old(when, 21):
        verdict = "upheld"
    if verdict != "open":
        _verdict(life, id, cause, verdict, when)


def _call(life: Telling, trip: Trip, moment: datetime, channel: str, summary: str) -> str:
    """The call by which it came: every call is registered (1.3)."""
    id, came = life.new("call"), moment - 4 * MINUTE
    by = life.clerk(came)
    life.tell("call", "log", id, came, by, channel=channel, from_=trip.customer, kind="complaint",
              summary=summary, needs_service=False)  # fmt: skip
    life.tell("call", "reply", id, moment + 2 * MINUTE, by, text="已登记，主管核实后回复")
    return id


def _verdict(life: Telling, id: str, cause: str, verdict: str, when: datetime) -> None:
    word, _, unremedied = verdict.partition(", ")
    fields: dict[str, Any] = {"reason": life.one(words.VERDICTS[cause][word])}
    if word == "upheld" and cause in ("untimely", "repeat-repair"):
        fields["personal"] = life.rng.random() < 0.7
    if word == "upheld" and cause == "attitude":
        fields["harms_image"] = life.rng.random() < 0.8
    life.tell("complaint", "verify", id, when, life.head(), verdict=word, **fields)
    if word == "dismissed" or unremedied:
        return
    done = working(when + life.rng.randint(1, 4) * DAY)
    life.tell("complaint", "remedy", id, done, "S01", text=life.one(words.REMEDIES[cause]))
    life.tell("complaint", "close", id, done + HOUR, "S01", text="客户表示接受")


RULE_OF = {"disobedience": "disobeyed_dispatch", "unreachable": "phone_off", "fraud": "receipt_fraud"}


def _conduct(life: Telling, first: date, last: date) -> None:
    doubtful = ("dismiss", "open")
    cases = [("disobedience", "uphold"), ("disobedience", life.one(doubtful))]
    cases += [("unreachable", "uphold"), ("unreachable", life.one(doubtful))]
    if first.month % 3 == 0:
        cases += [("fraud", "uphold"), ("other", "open")]
    days = (last - first).days
    for kind, ruling in cases:
        day = first + timedelta(days=life.rng.randrange(max(1, days - 2)))
        moment = at(day, life.rng.choice((8, 9, 14, 16, 20, 22)), life.rng.randrange(60))
        id, about = life.new("conduct"), life.one(TECHNICIANS)
        by = "S10" if kind == "fraud" else "S01" if moment.hour >= 20 else life.one(("S01", "S03"))
        summary, degree = life.one(words.CONDUCT[kind]), 1 if kind == "fraud" else None
        life.tell("conduct", "log", id, moment, by, about=about, kind=kind, summary=summary, degree=degree)
        late = 0
        if ruling == "open" and life.old(moment, 16):
            ruling, late = "dismiss", 7
        if ruling != "open" and kind in RULE_OF:
            reason = life.one(words.RULED_TRUE if ruling == "uphold" else words.RULED_FALSE)
            who = "S02" if kind == "fraud" else life.head()
            when = working(moment + (late + life.rng.randint(2, 7)) * DAY)
            life.tell("finding", ruling, f"{RULE_OF[kind]}/{id}", when, who, reason=reason)
