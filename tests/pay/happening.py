"""Invents what happens in a department and what is learned of it later, round by round: lines to import, words to type."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.pay.known import (
    LAST,
    MONTHS,
    OPEN,
    SEALED,
    Act,
    Claim,
    Complaint,
    Conduct,
    Person,
    Return,
    Ruling,
    Visit,
    end_of,
    month_of,
)

KINDS = (
    *("silent", "silent", "silent", "late", "both", "called", "open"),
    *("disobeyed", "disobeyed", "disobeyed", "fraud", "quarrel", "attitude"),
)
WAGES = (2600, 2800, 3000, 3400)
LEARNED = ("rule", "rule", "rule", "staff", "reassign", "call-in", "later", "leaves", "survey", "claim", "review", "tool", "grade", "about", "happened")


class History:
    """What happens and is learned; `entries` are written as they come, `later` and `last` after all others of a round."""

    def __init__(self, seed: int, people: int) -> None:
        self.rnd = Random(seed)
        self.people = [Person(f"S{number}") for number in range(100, 100 + people)]
        for one in self.people:
            if self.rnd.random() < 0.7:  # registered with him; others are told later, or never
                one.wages.append(("2026-01-01", self.rnd.choice(WAGES)))
        self.acts: list[Act] = []
        self.entries: list[dict[str, Any]] = []
        self.later: list[dict[str, Any]] = []
        self.last: list[dict[str, Any]] = []
        self.typed: list[list[str]] = []
        self.numbers: Counter[str] = Counter()
        self.days: Counter[tuple[str, str]] = Counter()
        self.appealed: set[str] = set()
        self.undone: set[str] = set()
        self.round = 0
        self.seen: Counter[str] = Counter()
        """How often what happened, so that none of it goes untried."""

    def register(self) -> list[dict[str, Any]]:
        row = {"ledger": "staff", "event": "add", "at": "2026-06-01T08:00:00+08:00", "role": "technician"}
        machine = {"ledger": "machine", "event": "add", "at": row["at"], "id": "SN-1", "customer": "CU0001", "product": "LX200", "sold": "2026-01-05"}
        people = ({**row, "id": one.id, "name": f"员工{one.id}", **({"wage": str(one.wages[0][1])} if one.wages else {})} for one in self.people)
        return [machine, *people]

    def entry(self, ledger: str, event: str, id: str, at: datetime, **fields: Any) -> dict[str, Any]:
        told = {k: f"{v:%Y-%m-%dT%H:%M}:00+08:00" if isinstance(v, datetime) else v for k, v in fields.items()}
        return {"ledger": ledger, "event": event, "id": id, "at": f"{at:%Y-%m-%dT%H:%M}:00+08:00", "by": "S01", **told}

    def add(self, ledger: str, event: str, id: str, at: datetime, **fields: Any) -> None:
        self.entries.append(self.entry(ledger, event, id, at, **fields))

    def number(self, letter: str, at: datetime) -> str:
        self.numbers[f"{letter}{at:%y%m}"] += 1
        return f"{letter}{at:%y%m}-{self.numbers[f'{letter}{at:%y%m}']:04}"

    def day(self, person: Person, month: str) -> datetime | None:
        """A day of a month on which nothing of him has happened yet; None where he has left, or there is none."""
        self.days[person.id, month] += 1
        number = self.days[person.id, month]
        if number > 13 or (person.left and person.left <= f"{month}-{2 * number + 1:02}"):
            return None
        return datetime(int(month[:4]), int(month[5:]), 2 * number + 1 if self.rnd.random() < 0.8 else 2 * number)

    # ---- what happens

    def happens(self, person: Person, month: str) -> None:
        day = self.day(person, month)
        if day is None:
            return
        kind = self.rnd.choice(KINDS)
        at = day.replace(hour=self.rnd.randint(0, 23), minute=self.rnd.choice((0, 17, 59)))
        if kind in ("disobeyed", "fraud"):
            self.done(person, at, kind == "fraud")
        elif kind in ("quarrel", "attitude"):
            self.complained(person, at, kind == "quarrel")
        else:
            self.visited(person, day, kind)
        act = self.acts[-1]
        act.born = self.round
        self.seen[kind] += 1
        if self.rnd.random() < 0.7:
            self.rule(act)

    def done(self, person: Person, at: datetime, fraud: bool) -> None:
        act = Conduct(self.number("X", at), at, about=person.id, fraud=fraud)
        if fraud and self.rnd.random() < 0.5:
            act.degree = self.rnd.randint(1, 4)
        graded = {"degree": act.degree} if act.degree else {}
        self.add("conduct", "log", act.id, at, about=person.id, kind="fraud" if fraud else "disobedience", summary="no", **graded)
        self.acts.append(act)

    def complained(self, person: Person, at: datetime, quarrel: bool) -> None:
        act = Complaint(self.number("K", at), at, about=person.id, quarrel=quarrel)
        if self.rnd.random() < 0.6:
            act.happened = at - timedelta(days=self.rnd.randint(0, 20), minutes=1)
            act.happened = max(act.happened, datetime(2026, 6, 1, 9))
        told = {"happened": act.happened} if act.happened else {}
        cause = "quarrel" if quarrel else "attitude"
        self.add("complaint", "log", act.id, at, channel="phone", about=person.id, kind="service", cause=cause, summary="x", **told, **{"from": "CU0001"})
        self.acts.append(act)

    def visited(self, person: Person, day: datetime, kind: str) -> None:
        call, visit, promise = self.number("C", day), self.number("V", day), day.replace(hour=10)
        sent = day.replace(hour=7, minute=30)
        asked = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": "x", "needs_service": True}
        self.add("call", "log", call, day.replace(hour=7), **asked)
        self.add("visit", "dispatch", visit, sent, call=call, staff=person.id, promised=promise, place="宁波")
        arrived = day.replace(hour=10, minute=30) if kind in ("late", "both") else day.replace(hour=9, minute=50)
        act = Visit(visit, promise, leads=[(sent, person.id)], arrived=arrived)
        self.add("visit", "arrive", visit, arrived)
        self.acts.append(act)
        if kind != "open":
            self.leaves(act, kind in ("late", "called"))
            if self.rnd.random() < 0.3:
                self.surveyed(act)
            if self.rnd.random() < 0.3:
                self.claimed(act)
            if self.rnd.random() < 0.15:
                self.handed_over(act)

    def leaves(self, act: Visit, called: bool) -> None:
        assert act.arrived
        act.left = act.arrived.replace(hour=self.rnd.choice((11, 16, 23)), minute=self.rnd.choice((40, 59)))
        act.called = called
        self.add("visit", "leave", act.id, act.left, **({"called_in": act.left} if called else {"no_call_in": True}))

    def handed_over(self, act: Visit) -> None:
        """From a moment before the promise, after it, or after everything, it was another's."""
        at = act.at.replace(hour=self.rnd.choice((8, 10, 23)), minute=self.rnd.choice((11, 12, 13)))
        to = self.rnd.choice(self.people)
        if at > act.leads[-1][0] and to.id != act.leads[-1][1] and to.there(act.last):
            act.leads.append((at, to.id))
            self.add("visit", "reassign", act.id, at, to=to.id, reason="ill")
            self.seen["reassign"] += 1

    def surveyed(self, act: Visit) -> None:
        assert act.left
        at, score = act.left + timedelta(days=self.rnd.choice((0, 2, 20))), self.rnd.choice((5, 5, 4))
        if act.survey or at > self.latest() or not self.with_us(act.whom, at):
            return
        act.survey = (self.number("R", at), at, score)
        self.add("report", "survey", act.survey[0], at, visit=act.id, scores={**dict.fromkeys(("speed", "skill", "manners"), 5), "overall": score})
        self.seen["survey"] += 1

    def claimed(self, act: Visit) -> None:
        at = act.at.replace(hour=20) + timedelta(days=self.rnd.choice((1, 2, 15)))
        if act.claim or at > self.latest() or not self.with_us(act.whom, at):
            return
        claim = act.claim = Claim(self.number("E", at), at, [])
        for sort in self.rnd.sample(("right", "elsewhere", "doubted", "tool"), self.rnd.randint(1, 2)):
            claim.lines.append((len(claim.lines) * 100 + self.rnd.randint(10, 99), sort))
        for yuan, sort in claim.lines:
            if sort == "tool":
                claim.tool = self.number("W", act.at)
                self.add("tool", "buy", claim.tool, act.at.replace(hour=12), trip=act.id, name="T", amount=str(yuan))
                if self.rnd.random() < 0.5:
                    self.returned(claim)
        rows = [
            {
                "category": "tool" if sort == "tool" else "meals",
                "amount": str(yuan),
                "place": "北京" if sort == "elsewhere" else "宁波",
                "date": f"{act.at:%Y-%m-%d}",
            }
            for yuan, sort in claim.lines
        ]
        self.add("expense", "submit", claim.id, at, trip=act.id, lines=rows)
        self.seen["claim"] += 1
        if self.rnd.random() < 0.5:
            self.reviewed(act)

    def returned(self, claim: Claim) -> None:
        """Into the warehouse before the claim, or after it."""
        at = claim.at + self.rnd.choice((-1, 1)) * timedelta(hours=1)
        if claim.tool and claim.tool_in is None and at <= LAST:
            claim.tool_in = at
            self.add("tool", "turn-in", claim.tool, at)

    def reviewed(self, act: Visit) -> None:
        claim = act.claim
        if claim is None or claim.verdict:
            return
        at = min(claim.at + timedelta(days=self.rnd.randint(1, 12)), LAST)
        claim.verdict = "refuse" if self.rnd.random() < 0.15 else "approve"
        doubted = [str(number) for number, (_, sort) in enumerate(claim.lines, 1) if sort == "doubted"]
        self.add("expense", "review", claim.id, at, verdict=claim.verdict, reason="so", **({"invalid": ",".join(doubted)} if doubted else {}))
        self.seen[claim.verdict] += 1

    def brought_back(self, month: str) -> None:
        """Goods that come back, with or without consent, of which one or the other is often learned later."""
        day = datetime(int(month[:4]), int(month[5:]), self.rnd.randint(1, 25), 8)
        act = Return(self.number("T", day), day, born=self.round)
        self.add("return", "request", act.id, day, machine="SN-1", reason="back")
        self.acts.append(act)
        self.taken_back(act)
        self.seen["return"] += 1

    def taken_back(self, act: Return) -> None:
        if act.approved is None and self.rnd.random() < 0.4:
            at = act.at + timedelta(days=self.rnd.randint(0, 20), hours=1)
            if at <= self.latest():
                act.approved = at
                self.add("return", "approve", act.id, at)
        if act.received is None and self.rnd.random() < 0.5:
            at = act.at + timedelta(days=self.rnd.randint(0, 20), hours=1)
            if at <= self.latest():
                act.received, act.cost = at, self.rnd.randint(100, 999)
                self.add("return", "receive", act.id, at, cost=str(act.cost))

    # ---- what is learned

    def latest(self) -> datetime:
        """Rulings of a round are dated up to some days into the month after that which is about to be sealed."""
        month = (*SEALED, OPEN[0])[min(self.round, len(SEALED))]
        return min(end_of(month) + timedelta(days=4), LAST)

    def with_us(self, who: str, day: datetime) -> bool:
        return all(one.there(day) for one in self.people if one.id == who)

    def rule(self, act: Act) -> None:
        found = act.rulable()
        if not found:
            return
        id, about, since, _ = self.rnd.choice(found)
        span = int((self.latest() - since).total_seconds() // 60)
        if span <= 1:
            return
        border = [minutes for month in MONTHS for minutes in (int((end_of(month) - since).total_seconds() // 60),) if 1 < minutes < span]
        near = [one + self.rnd.choice((-1, 0, 1)) for one in border[:1]] if self.rnd.random() < 0.2 else []
        at = since + timedelta(minutes=self.rnd.choice(near) if near else self.rnd.randint(1, span))
        if any((one.id, one.at) == (id, at) for one in act.rulings) or f"{id} {at:%Y-%m-%dT%H:%M}" in self.undone:
            return  # a line that is in the ledger already is not taken in again
        verb = self.rnd.choice(("uphold", "uphold", "dismiss", "waive"))
        if isinstance(act, Complaint) and not act.verified and at > act.at and self.rnd.random() < 0.5:
            self.verified(act, id, at, about, verb == "dismiss")
            return
        self.add("finding", verb, id, at, reason="so", **({"about": about} if about else {}))
        act.rulings.append(Ruling(id, at, self.round, verb, about))
        self.seen[verb] += 1

    def verified(self, act: Complaint, id: str, at: datetime, about: str | None, not_so: bool) -> None:
        act.verified = True
        answers = {} if not_so or act.quarrel else {"harms_image": True}
        self.add("complaint", "verify", act.id, at, verdict="dismissed" if not_so else "upheld", reason="so", **answers)
        act.rulings.append(Ruling(id, at, self.round, "dismiss" if not_so else "uphold", about))
        self.seen["verdict"] += 1

    def learned(self, act: Act) -> None:
        kind = self.rnd.choice(LEARNED)
        if act.corrected == self.round:
            return
        if isinstance(act, Visit) and self.of_visit(act, kind):
            return
        if isinstance(act, Return):
            self.taken_back(act)
        elif isinstance(act, Conduct) and kind == "grade" and act.fraud:
            act.degree = self.rnd.randint(1, 4)
            self.add("conduct", "grade", act.id, LAST + timedelta(minutes=self.round), degree=act.degree, summary="so")
            act.corrected = self.round
            self.seen["grade"] += 1
        elif isinstance(act, Complaint) and kind in ("about", "happened", "staff", "later"):
            self.put_right(act, kind)
        else:
            self.rule(act)

    def put_right(self, act: Complaint, kind: str) -> None:
        """It was about another, or of another day."""
        if kind in ("about", "staff"):
            others = [one.id for one in self.people if one.id != act.about and one.there(act.at)]
            if others:
                act.about = self.rnd.choice(others)
                self.correct("complaint", act, about=act.about)
        else:
            happened = max(act.at - timedelta(days=self.rnd.randint(0, 40), minutes=1), datetime(2026, 6, 1, 9))
            if happened != act.happened and happened < act.at:
                act.happened = happened
                self.correct("complaint", act, happened=happened)

    def of_visit(self, act: Visit, kind: str) -> bool:
        """Whether something was learned of a visit."""
        if kind == "leaves" and act.left is None:
            self.leaves(act, self.rnd.random() < 0.3)
        elif kind == "staff":
            others = [one.id for one in self.people if one.id not in [who for _, who in act.leads[:2]] and one.there(act.last)]
            if not others:
                return False
            who = self.rnd.choice(others)
            act.leads[0] = (act.leads[0][0], who)
            self.correct("visit", act, staff=who)
        elif kind == "reassign":
            self.handed_over(act)
        elif kind == "call-in" and act.left and not act.called:
            act.called = True
            self.correct("visit", act, called_in=act.left)
        elif kind == "later" and act.left and act.arrived and not act.survey and not act.claim:
            self.moved(act)
        elif kind == "survey" and act.left:
            self.rated(act) if act.survey else self.surveyed(act)
        elif kind == "claim" and act.left and month_of(act.left) == month_of(act.at):
            self.claimed(act)
        elif kind == "review":
            self.reviewed(act)
        elif kind == "tool" and act.claim:
            self.returned(act.claim)
        else:
            return False
        return True

    def rated(self, act: Visit) -> None:
        """The customer's score was read wrongly."""
        assert act.survey
        id, at, score = act.survey
        act.survey = (id, at, 9 - score)
        scores = {**dict.fromkeys(("speed", "skill", "manners"), 5), "overall": 9 - score}
        self.correct("visit", act, entry=self.entry("report", "correct", id, LAST + timedelta(minutes=self.round), reason="misread", scores=scores))

    def moved(self, act: Visit) -> None:
        """It was some days later, perhaps in the next month, with the amount of that day."""
        assert act.left and act.arrived
        days = timedelta(days=self.rnd.randint(1, 25))
        if act.left + days > self.latest() or not self.with_us(act.whom, act.left + days):
            return
        if act.called:  # then the call-in would have to move too
            return
        act.arrived, act.left = act.arrived + days, act.left + days
        self.correct("visit", act, arrived_at=act.arrived, left_at=act.left)

    def correct(self, ledger: str, act: Act, entry: dict[str, Any] | None = None, **fields: Any) -> None:
        act.corrected = self.round
        self.later.append(entry or self.entry(ledger, "correct", act.id, LAST + timedelta(minutes=self.round), reason="misread", **fields))
        self.seen["corrected"] += 1

    # ---- what changes nothing in the end: an appeal, and what was taken back at once

    def appeals(self, act: Act) -> None:
        for due in act.dues():
            told = [verb for _, verb in act.words(due, due.who)]
            stands = not told or told[-1] == "uphold"
            if due.kind == "fine" and stands and due.id not in self.appealed | self.undone and self.with_us(due.who, LAST):
                self.appealed.add(due.id)
                self.last.append({**self.entry("finding", "appeal", due.id, LAST + timedelta(minutes=self.round), reason="no", about=due.who), "by": due.who})
                self.seen["appeal"] += 1

    def taken_again(self) -> None:
        """A word that was the last of its kind in this round is taken back: a ruling, or the goods that came in."""
        act = self.rnd.choice(self.acts)
        if act.corrected == self.round:
            return
        if isinstance(act, Return):
            mine = [one for one in self.entries if one["id"] == act.id]
            if act.received and mine and mine[-1]["event"] == "receive" and not act.rulings and all(one["event"] != "approve" for one in mine):
                act.received = None
                self.undo(mine[-1])
            return
        last = act.rulings[-1] if act.rulings else None
        mine = [one for one in self.entries if last and one["ledger"] == "finding" and one["id"] == last.id]
        if last and last.round == self.round and len(mine) == 1 and last.id not in self.appealed and mine[0]["at"].startswith(f"{last.at:%Y-%m-%dT%H:%M}"):
            act.rulings.pop()
            self.undo(mine[-1])

    def undo(self, entry: dict[str, Any]) -> None:
        at = LAST + timedelta(minutes=self.round)
        said = {"of": entry["ledger"], "entry": entry["id"], "deed": entry["event"], "happened": entry["at"], "nth": 1, "reason": "slip"}
        self.undone |= {entry["id"], f"{entry['id']} {entry['at'][:16]}"}
        self.last.append(self.entry("undo", "undo", self.number("U", at), at, **said))
        self.seen["undo"] += 1

    def said(self) -> list[list[dict[str, Any]]]:
        """What was added since the last time: what happened and was ruled, what was put right, what was taken back."""
        said = [self.entries, self.later, self.last]
        self.entries, self.later, self.last = [], [], []
        return said

    # ---- people

    def wage(self, person: Person) -> None:
        since = self.rnd.choice(("2026-01-01", "2026-07-15", "2026-08-31", "2026-09-01", "2026-11-01"))
        wage = self.rnd.choice(WAGES)
        before = [one for one in person.wages if one[0] <= since]
        if (before and before[-1][1] == wage) or datetime.fromisoformat(since) > self.latest():
            return
        person.wages.append((since, wage))
        self.typed.append(["staff", "edit", person.id, "--wage", str(wage), "--from", since])

    def leave(self, person: Person) -> None:
        mine = [act.last for act in self.acts if person.id in (act.whom, *(who for _, who in getattr(act, "leads", ())))]
        last = max([*mine, datetime(2026, 7, 1)])
        if not person.left and last < self.latest() - timedelta(days=2):
            person.left = f"{last + timedelta(days=1):%Y-%m-%d}"
            self.typed.append(["staff", "edit", person.id, "--left", person.left])
            self.seen["left"] += 1

    def lives(self, month: str) -> None:
        """A round: what happens in a month, and what is learned meanwhile of it and of those before."""
        known = MONTHS[: MONTHS.index(month) + 1]
        for person in self.people:
            if self.rnd.random() < (0.1):
                self.wage(person)
            for _ in range(self.rnd.choice((0, 1, 1, 2))):
                self.happens(person, month if self.rnd.random() < 0.7 else self.rnd.choice(known))
        for _ in range(len(self.people) // 8 + 1):
            self.brought_back(month if self.rnd.random() < 0.7 else self.rnd.choice(known))
        for _ in range(2 * len(self.people)):
            self.learned(self.rnd.choice(self.acts))
        for _ in range(len(self.people) // 2):
            self.taken_again()
        for _ in range(len(self.people) // 8 + 1):
            self.appeals(self.rnd.choice(self.acts))
        for person in self.people:
            if self.round and self.rnd.random() < 0.04:
                self.leave(person)
