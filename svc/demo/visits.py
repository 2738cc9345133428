"""How a visit goes in the invented department: promises, arrival, call-in, report, survey, rulings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from svc.demo import words
from svc.demo.telling import DAY, HOUR, MINUTE, Machine, Telling, Trip, awake, half_hour, working

LATE = {"S05": 2, "S06": 2, "S07": 1, "S08": 6, "S09": 2}
SILENT = {"S05": 1, "S06": 6, "S07": 2, "S08": 2, "S09": 1}
CAREFUL = {"S05": 3, "S06": 3, "S07": 4, "S08": 3, "S09": 3}
SKILL = {"S05": 5, "S06": 4, "S07": 5, "S08": 3, "S09": 4}


def send(
    life: Telling, call: str | None, moment: datetime, machine: Machine, purpose: str, fault: str | None,
    due: datetime | None = None, repeat: bool = False, wanted: bool = False,
) -> None:  # fmt: skip
    """Dispatch somebody by a promised time, and tell how it went; `wanted`: the customer will not call it off."""
    sent = awake(life.after(moment, 3, 90))
    promised = due if due and due > sent + HOUR else life.promise(sent)
    Visit(life, call, machine, purpose, fault, repeat).go(sent, promised, wanted)


class Visit:
    """One visit being told into a life."""

    def __init__(
        self, life: Telling, call: str | None, machine: Machine, purpose: str, fault: str | None, repeat: bool
    ) -> None:
        self.life, self.rng, self.tell = life, life.rng, life.tell
        self.call, self.machine, self.purpose, self.fault, self.repeat = call, machine, purpose, fault, repeat
        self.id, self.report = life.new("visit"), life.new("report")
        self.moved: datetime | None = None

    def go(self, sent: datetime, promised: datetime, wanted: bool = False) -> None:
        """From the dispatch to the end."""
        card = self.life.going.draw()
        card = "on_time" if wanted and card == "cancelled" else card
        calling = "none" if card == "late_silent" else self.life.calling.draw()
        late = card in ("late", "late_silent", "moved_too_late") or (card == "moved_by_us" and self.rng.random() < 0.3)
        weights = LATE if late else SILENT if calling in ("none", "after", "unknown") else CAREFUL
        self.staff = self.life.free(weights, promised)
        self.tell(
            "visit", "dispatch", self.id, sent, self.life.clerk(sent), call=self.call, staff=self.staff,
            customer=None if self.call else self.machine.customer, promised=promised, purpose=self.purpose,
            machine=None if self.call or self.purpose == "tour" else self.machine.serial,
        )  # fmt: skip
        if card.startswith("cancelled") or card == "missed":
            return self.fail(card, sent, promised)
        promised = self.move(card, sent, promised)
        arrived = self.arrive(sent, promised, late)
        left = self.leave(arrived, calling)
        self.life.busy[self.staff].append((arrived - HOUR, left + HOUR))
        self.life.trips.append(
            Trip(self.id, self.staff, self.machine.customer, promised, arrived, left, late, self.repeat)
        )
        if late:
            self.rule("late_arrival", max(arrived, promised))
        elif not self.moved and arrived > self.life.due.get(self.call or "", arrived):
            self.decide("dismiss", "late_arrival", self.id, arrived + 2 * DAY, words.SENT_AGAIN)
        if calling in ("none", "after", "after_call", "before") and self.life.mercy.draw() == "waive":
            reason = self.life.one(words.WAIVED_SILENT)
            self.decide("waive", "left_without_call", self.id, left + self.rng.randint(1, 12) * DAY, reason)
        if self.purpose != "tour":
            self.write(left)

    def fail(self, card: str, sent: datetime, promised: datetime) -> None:
        """Nobody gets there: cancelled before or after the promise came due, or nothing is ever recorded."""
        if card == "cancelled":
            when = sent + (promised - sent) * self.rng.uniform(0.2, 0.9)
            when = when.replace(second=0, microsecond=0)
            self.tell("visit", "cancel", self.id, when, self.life.clerk(when), reason=self.life.one(words.CANCELLED))
            if self.call:
                self.tell("call", "correct", self.call, when + 3 * MINUTE, self.life.clerk(when), needs_service=False,
                          reason=words.NOT_NEEDED)  # fmt: skip
        elif card == "cancelled_late":
            when = self.life.after(promised, 60, 300)
            self.tell("visit", "cancel", self.id, when, "S01", reason=self.life.one(words.CANCELLED_LATE))
            self.rule("late_arrival", when)
            self.again(when)
        elif self.life.old(promised, 3):
            when = working(promised + self.rng.randint(20, 50) * HOUR)
            self.tell("visit", "cancel", self.id, when, "S01", reason=self.life.one(words.OVERLOOKED))
            self.rule("late_arrival", when)
            self.again(when)

    def again(self, when: datetime) -> None:
        """Somebody else is sent, where somebody called."""
        if self.call:
            send(self.life, self.call, when, self.machine, self.purpose, self.fault, None, self.repeat, True)

    def move(self, card: str, sent: datetime, promised: datetime) -> datetime:
        """A new promise, before the old one comes due or after; the one that counts."""
        if not card.startswith("moved"):
            return promised
        if card == "moved_too_late":
            when, new = self.life.after(promised, 20, 90), half_hour(self.life.after(promised, 180, 300))
            reason, asked_by = self.life.one(words.MOVED_TOO_LATE), "us"
        else:
            when = (sent + (promised - sent) * self.rng.uniform(0.3, 0.9)).replace(second=0, microsecond=0)
            new = promised + self.rng.choice((3 * HOUR, DAY, DAY, 2 * DAY))
            asked_by = "customer" if card == "moved_by_customer" else "us"
            reason = self.life.one(words.MOVED_BY_CUSTOMER if asked_by == "customer" else words.MOVED_BY_US)
        self.tell(
            "visit",
            "repromise",
            self.id,
            when,
            self.life.clerk(when),
            promised=new,
            asked_by=asked_by,
            reason=reason,
        )
        self.moved = new
        return promised if card == "moved_too_late" else new

    def arrive(self, sent: datetime, promised: datetime, late: bool) -> datetime:
        """On site, in time or not."""
        if late:
            after = max(promised, self.moved - 30 * MINUTE) if self.moved else promised
            arrived = self.life.after(after, 8, self.rng.choice((40, 90, 90, 240)))
        else:
            earliest = promised - 3 * HOUR if self.moved else sent + 30 * MINUTE
            arrived = max(promised - self.rng.choice((0, 5, 10, 15, 20, 30, 45, 60, 75)) * MINUTE, earliest)
            arrived = min(arrived, promised)
        self.tell("visit", "arrive", self.id, arrived, self.writer(arrived))
        return arrived

    def leave(self, arrived: datetime, calling: str) -> datetime:
        """Away again, having called head office or not (4.4)."""
        left = self.life.after(arrived, 45, 150 if self.purpose == "tour" else 330)
        said: dict[str, Any] = {}
        if calling == "call_in":
            called = max(arrived, left - self.rng.randint(0, 15) * MINUTE)
            self.tell("visit", "call-in", self.id, called, self.life.clerk(called))
        elif calling == "on_leaving":
            said["called_in"] = max(arrived, left - self.rng.randint(2, 20) * MINUTE)
        elif calling == "after":
            said["called_in"] = self.life.after(left, 15, 150)
        elif calling == "before":
            said["called_in"] = arrived - 30 * MINUTE
        elif calling == "none":
            said["no_call_in"] = True
        self.tell("visit", "leave", self.id, left, self.writer(left), **said)
        if calling == "after_call":
            called = self.life.after(left, 10, 90)
            self.tell("visit", "call-in", self.id, called, self.life.clerk(called))
        return left

    def writer(self, moment: datetime) -> str:
        """Who types: the technician himself or the desk."""
        return self.staff if self.rng.random() < 0.35 else self.life.clerk(moment)

    # ---- report and survey -----------------------------------------------------------------------

    def write(self, left: datetime) -> None:
        """The report and the survey (3.7); what comes next if the fault is not gone."""
        writing, asking = self.life.writing.draw(), self.life.asking.draw()
        resolved = self.purpose != "repair" or self.life.fixing.draw() == "fixed"
        handed = awake(self.life.after(left, *self.rng.choice(((20, 180), (300, 1500), (1500, 3000)))))
        if asking != "missing":
            asked = self.life.after(left, -20, -3) if asking == "before_report" else awake(handed + 40 * MINUTE)
            asked = max(asked, left - 20 * MINUTE)
            self.survey(asked, asking, resolved)
        elif self.life.old(left, 11) and (self.rng.random() < 0.9 or self.life.old(left, 30)):
            asked = working(left + self.rng.randint(5, 10) * DAY)
            self.survey(asked, self.rng.choice(("returned", "returned", "refused")), resolved)
        if writing == "none" and self.life.old(left, 9):
            handed, writing = working(left + self.rng.randint(4, 8) * DAY), "complete"
        if writing != "none":
            self.close(handed, writing, resolved)
        if not resolved and self.call:
            send(self.life, self.call, left + 2 * HOUR, self.machine, "repair", self.fault, None, self.repeat, True)
        elif self.fault and writing != "none":
            self.next_time(handed)
        if resolved and self.call and self.life.closing.draw() == "close":
            done = working(handed + DAY)
            self.tell("call", "close", self.call, done, self.life.clerk(done), text="客户确认已恢复使用")

    def next_time(self, handed: datetime) -> None:
        """Some repairs do not last: the same fault again, inside the window of 30 days or outside."""
        card = self.life.again.draw()
        if card != "no":
            days = self.rng.randint(5, 22) if card == "again" else self.rng.randint(31, 45)
            moment = awake(handed + timedelta(days=days, minutes=self.rng.randrange(600)))
            self.life.expect(moment, self.machine, self.fault)

    def close(self, handed: datetime, writing: str, resolved: bool) -> None:
        """Hand in the report: complete, or with something missing, which some add later (4.6)."""
        full = self.content()
        lacks = {"no_opinion": ("opinion",), "no_cause": ("cause",), "no_parts": ("parts", "no_parts"),
                 "two": ("solution", "opinion")}.get(writing, ())  # fmt: skip
        given = {k: v for k, v in full.items() if k not in lacks}
        if writing == "dash":
            given["opinion"] = self.life.one(words.DASHES)
        by = self.writer(handed)
        self.tell("report", "close", self.report, handed, by, visit=self.id, resolved=resolved, **given)
        filed = working(handed + self.rng.randint(1, 4) * DAY)
        if writing != "complete" and self.rng.random() < 0.6:
            added = {"opinion": full["opinion"]} if writing == "dash" else {k: full[k] for k in lacks if k in full}
            self.tell("report", "amend", self.report, filed - 50 * MINUTE, by, **added)
        if self.rng.random() < 0.86:
            self.tell("report", "archive", self.report, filed, self.rng.choice(("S03", "S04", "S01")))
        if writing == "two" and self.rng.random() < 0.7:
            self.decide("waive", "report_incomplete", self.report, filed + HOUR, self.life.one(words.WAIVED_REPORT))

    def content(self) -> dict[str, Any]:
        """What a careful report says."""
        opinion = self.life.one(words.OPINIONS)
        if self.fault is None:
            said = {"install": "安装调试", "train": "机手培训"}.get(self.purpose, "例行巡检")
            return {"cause": said, "solution": f"{said}完成，已交接", "no_parts": True, "opinion": opinion}
        causes = words.FAULTS[self.fault].causes
        cause = self.rng.choices(causes, [c.weight for c in causes])[0]
        parts = [{"name": n, "qty": q, **({"part_no": no} if no else {})} for n, no, q in cause.parts]
        return {
            "fault": self.fault, "cause": cause.text, "cause_class": cause.cause_class,
            "solution": cause.solution, "opinion": opinion,
            **({"parts": parts} if parts else {"no_parts": True}),
        }  # fmt: skip

    def survey(self, asked: datetime, asking: str, resolved: bool) -> None:
        """The customer's word on it."""
        fields: dict[str, Any] = {"refused": self.life.one(words.REFUSED)}
        if asking != "refused":
            late = any(t.id == self.id and t.late for t in self.life.trips)
            skill = SKILL[self.staff] - (not resolved) - self.repeat
            bases = {"speed": 5 - 2 * late, "skill": skill, "manners": 5}
            drawn = {name: self.score(n - self.rng.choice((-1, 0, 0, 0, 1, 1))) for name, n in bases.items()}
            mean = sum(drawn.values()) / 3
            overall = self.score(mean - self.rng.choice((0, 0, 0, 0, 0, 1.2)) - 0.5 * late)
            fields = {"scores": {**drawn, "overall": overall}}
        self.tell("report", "survey", self.report, asked, self.life.clerk(asked), visit=self.id, **fields)

    @staticmethod
    def score(value: float) -> int:
        """As the form has it: 1 to 5."""
        return max(1, min(5, round(value)))

    # ---- rulings ---------------------------------------------------------------------------------

    def rule(self, rule: str, known: datetime) -> None:
        """Somebody decides whether it was personal, days later; sometimes again, sometimes not at all."""
        card = self.life.ruling.draw()
        when = known + self.rng.randint(2, 8) * DAY
        if card == "uphold" or card == "review":
            self.decide("uphold", rule, self.id, when, self.life.one(words.UPHELD))
        if card == "review":
            self.decide("waive", rule, self.id, when + self.rng.randint(6, 20) * DAY, self.life.one(words.ON_REVIEW))
        if card == "dismiss":
            self.decide("dismiss", rule, self.id, when, self.life.one(words.NOT_PERSONAL))
        if card == "waive":
            self.decide("waive", rule, self.id, when, self.life.one(words.WAIVED_LATE))
        if card == "open" and self.life.old(known, 14):
            self.decide("uphold", rule, self.id, known + self.rng.randint(9, 13) * DAY, self.life.one(words.UPHELD))

    def decide(self, ruling: str, rule: str, subject: str, when: datetime, reason: str) -> None:
        """A ruling in office hours."""
        self.tell("finding", ruling, f"{rule}/{subject}", working(when), self.life.head(), reason=reason)
