"""Random commands of a department, typed one after the other as its days go by; after each hundred the quick way of a month and of
what waits is held against everything that is recorded, read, folded and judged, from four views; and what lists, cards, boards,
plans and a person's month say of each hundred before against what they said then.

Calls, visits, reports, surveys, quotes, installations, absences, claims, complaints, conduct, rulings, settlings, corrections, undo,
registers with days, rules that change, months that are sealed. The clock goes on with the commands, so that every view has a past.

    python -m tests.oracle.commands --commands 2000 [--seed 1] [--server postgresql://…/desk]
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import time_machine

from svc.audit.findings import findings
from svc.audit.open import items
from svc.desk.open import Desk, Options
from svc.rules.filters import Filters
from svc.rules.judge import Finding
from svc.store.index.wanted import View
from tests.oracle.quarters import ZONE
from tests.oracle.test_selection import everything, quickly, slowly
from tests.pay.histories import NearDesk, Refused

FIRST = datetime(2026, 9, 1, 8, tzinfo=ZONE)
EVERY, MOMENTS = 100, 3
"""Commands after which all is held against each other; moments before that are asked again."""
STAFF = ("S02", "S03", "S04")
MACHINES = ("SN-1", "SN-2", "SN-3")
CALLER = ("--channel", "phone", "--from", "CU0001", "--summary", "漏油")
BOUGHT = "--product LX200 --customer CU0001 --sold 2026-01-10"
WHY = ("--reason", "查过了")
LISTED = ("call", "visit", "report", "quote", "complaint", "conduct", "expense", "install")
READ = [
    *((noun, "list") for noun in (*LISTED, "tour", "upkeep", "return", "defect", "tool", "stock", "finding", "change", "absence", "fault")),
    *((noun, "list") for noun in ("customer", "machine", "staff", "part", "attachment")),
    *((noun, "list", "--open") for noun in (*LISTED, "tour", "upkeep", "finding")),
    ("tour", "due"), ("upkeep", "due"), ("stock", "moves"), ("fault", "show", "HYD-1"), ("search", "漏油"), ("today", "--all"), ("--as", "S02", "today"),
    ("customer", "show", "CU0001"), ("customer", "show", "CU0003"),
]  # fmt: skip
"""What is asked again of a moment that is past, beside cards and what is of a month."""
OF_NOW = r"""(?:data/seals/[0-9-]+\.)?rules\.yaml:[0-9]+|"short": "[^"]*"|"(?:sha256|in_force_from|sealed)": [^\n]*"""
"""Where in the rules file a rule stands and which it is, what has to be typed of an id, whether a month is sealed: of now, whatever is asked."""


def by_steps(rules: Path, yuan: int, steps: str) -> None:
    """Have a fine of so many yuan depend on which time it is."""
    text = re.sub(r"^format: svc-rules/\d", "format: svc-rules/2", rules.read_text("utf-8"), flags=re.MULTILINE)
    text, changed = re.subn(rf"yuan: {yuan}(?=\s)", f"steps: {steps}", text)
    assert changed == 1
    rules.write_text(text, "utf-8")


class Office:
    """A desk, its clock, and the ids that were given out, by ledger.

    A server has a clock of its own (`clock` None): there what happens is told later, as it was, and seals wait.
    """

    def __init__(self, near: NearDesk, seed: int, clock: Callable[[datetime], None] | None, first: datetime) -> None:
        self.near, self.rnd, self.clock, self.now, self.first = near, Random(seed), clock, first, first
        self.began = datetime.now(ZONE)
        self.ids: dict[str, list[str]] = {}
        self.done: Counter[str] = Counter()
        self.sealed: list[str] = []
        self.found: list[str] = []
        self.stage: dict[str, str] = {}
        """What happened last to a visit."""
        self.remembered: list[tuple[str, dict[tuple[str, ...], str]]] = []
        """What was said at a moment, by the command that asked."""
        for line in (
            *(f"staff add --name T{n} --role technician" for n in (2, 3, 4)),
            *(f"machine add --serial {one} {BOUGHT} --warranty-until 2026-10-{n}" for n, one in enumerate(MACHINES, 10)),
            "staff add --name G --role gm",
            "customer add --name Mill --phone 138-0000-0002 --region 宁波",
            "customer add --name Workz --phone 138-0000-0003 --region 杭州 --key-every-days 20",
            "part add --number P1 --name 密封圈 --price 7",
            "rules set late_arrival 100 --from 2026-01-01 --basis x --yes",
            "rules set left_without_call 50 --from 2026-01-01 --basis x --yes",
        ):  # fmt: skip
            near(*line.split())
        if clock and seed % 2:
            by_steps(Path(near.folder) / "rules.yaml", 100, "{per: quarter, yuan: [100, 200, 400]}")
            near("rules", "accept", "--reason", "x")

    def ago(self, most: int) -> list[str]:
        """When it happened: a little before it is typed."""
        return ["--at", (self.now - timedelta(minutes=self.rnd.randint(0, most))).isoformat(timespec="minutes")]

    def some(self, noun: str) -> str:
        """An id of a ledger, mostly one of the latest."""
        ids = self.ids.get(noun) or ["X"]
        return self.rnd.choice(ids[-12:] if self.rnd.random() < 0.8 else ids)

    def at_stage(self, *stages: str) -> str:
        """A visit to which that happened last; now and then any."""
        ids = [id for id, stage in self.stage.items() if stage in stages]
        return self.rnd.choice(ids) if ids and self.rnd.random() < 0.85 else self.some("visit")

    def command(self) -> list[str]:
        """The next command."""
        pick, rnd = self.rnd.choice, self.rnd
        soon = (self.now + timedelta(minutes=rnd.randint(10, 2000))).isoformat(timespec="minutes")
        visit, call = self.some("visit"), self.some("call")
        sent, there, left = self.at_stage("dispatch"), self.at_stage("arrive"), self.at_stage("leave", "close")
        finding = pick(self.found or ["late_arrival/X"])
        scores = [word for name in ("speed", "skill", "manners", "overall") for word in ("--score", f"{name}={rnd.randint(2, 5)}")]
        told = ["--fault", pick(("HYD-1", "ENG-2")), "--cause", "磨损", *rnd.choice((["--solution", "换", "--opinion", "好"], []))]
        line = f"transport:{rnd.randint(20, 200)}.00:杭州:{self.now:%Y-%m-%d}:R-{rnd.randint(1, 99)}"
        commands: list[tuple[float, list[str]]] = [
            (9, ["call", "log", *CALLER, "--machine", pick(MACHINES), "--kind", pick(("repair", "consult")), *self.ago(300)]),
            (6, ["call", "reply", call, "--text", "知道了", *self.ago(200)]),
            (2, ["call", "close", call, "--text", "好了", "--leave-open", "客户同意"]),
            (7, ["visit", "dispatch", "--call", call, "--staff", pick(STAFF), "--promised", soon, "--purpose", "repair", *self.ago(30)]),
            (2, ["visit", "repromise", sent, "--promised", soon, "--asked-by", pick(("customer", "us")), *WHY]),
            (1, ["visit", "cancel", sent, "--asked-by", "customer", *WHY]),
            (1, ["visit", "reassign", sent, "--to", pick(STAFF), *WHY]),
            (8, ["visit", "arrive", sent, *self.ago(90)]),
            (2, ["visit", "call-in", there, *self.ago(20)]),
            (7, ["visit", "leave", there, *rnd.choice((["--no-call-in"], [], ["--called-in", self.now.isoformat(timespec="minutes")]))]),
            (7, ["report", "close", pick((there, left)), *told, "--no-parts", pick(("--resolved", "--unresolved")), *self.ago(40)]),
            (5, ["report", "survey", left, *scores]),
            (1, ["report", "survey", left, "--refused", "没空"]),
            (3, ["report", "archive", self.some("report")]),
            (2, ["quote", "make", "--call", call, "--labour", "300", "--cause-class", pick(("wear", "material"))]),
            (2, ["quote", pick(("accept", "decline")), self.some("quote")]),
            (3, ["complaint", "log", *CALLER, "--about", pick(STAFF), "--visit", visit, "--kind", "service", "--cause", pick(("attitude", "untimely"))]),
            (2, ["complaint", "verify", self.some("complaint"), pick(("--upheld", "--dismissed")), "--personal", "--harms-image", *WHY]),
            (1, ["conduct", "log", "--about", pick(STAFF), "--kind", pick(("disobedience", "unreachable")), "--visit", visit, "--summary", "x"]),
            (2, ["expense", "submit", "--trip", left, "--line", line]),
            (1, ["expense", "review", self.some("expense"), "--approve"]),
            (3, ["install", "promise", "--customer", "CU0001", "--product", "LX200", "--due", soon]),
            (3, ["install", "done", self.some("install"), "--text", "好了"]),
            (1, ["staff", "away", pick(STAFF), "--from", f"{self.now:%Y-%m-%d}", "--to", soon, *WHY]),
            (5, ["finding", pick(("uphold", "dismiss", "waive")), finding, *WHY]),
            (1, ["finding", "appeal", finding, *WHY]),
            (2, ["visit", "correct", visit, pick(("--arrived-at", "--promised", "--left-at")), self.now.isoformat(timespec="minutes"), *WHY]),
            (1, ["call", "correct", call, "--machine", pick(MACHINES), *WHY]),
            (1, ["report", "correct", self.some("report"), "--fault", pick(("HYD-1", "ENG-2")), *WHY]),
            (1, ["machine", "edit", pick(MACHINES), "--warranty-until", f"2026-{rnd.randint(9, 12):02d}-15", "--from", f"{self.now:%Y-%m-%d}"]),
            (1, ["call", "merge", call, "--into", self.some("call"), *WHY]),
            (1, ["call", pick(("escalate", "reopen")), call, "--text", "x"]),
            (2, ["call", "log", *CALLER[:3], pick(("CU0002", "CU0003", "withheld")), *CALLER[4:], "--kind", "repair", *self.ago(100)]),
            (1, ["machine", "transfer", pick(MACHINES), "--to", pick(("CU0001", "CU0002", "CU0003")), "--from", f"{self.now:%Y-%m-%d}"]),
            (1, ["customer", "edit", "CU0002", "--region", pick(("杭州", "温州")), "--from", f"{self.now:%Y-%m-%d}"]),
            (0.2, ["customer", "merge", "CU0003", "--into", "CU0001"]),
            (1, ["complaint", "correct", self.some("complaint"), "--about", pick(STAFF), *WHY]),
            (1, ["report", "amend", self.some("report"), "--solution", "换"]),
            (1, ["tour", "plan", "--customer", "CU0003", "--by", soon]),
            (1, pick((["stock", "receive", "P1", "--qty", "3", "--price", "7"], ["stock", "issue", "P1", "--qty", "1", "--to", "S02"]))),
            (1, ["rules", "set", "late_arrival", str(rnd.randint(50, 200)), "--from", f"{self.now + timedelta(days=1):%Y-%m-%d}", "--basis", "x", "--yes"]),
        ]  # fmt: skip
        if self.clock:
            commands.append((0.2, ["desk", "begins", f"{self.now - timedelta(days=rnd.randint(0, 30)):%Y-%m-%d}"]))
        return rnd.choices([words for _, words in commands], [weight for weight, _ in commands])[0]

    def next(self) -> None:
        """One command, some time after the last; a month that has ended may be sealed."""
        undo = self.rnd.random() < 0.03  # at once, or it is too late
        self.now += timedelta(minutes=1 if undo else self.rnd.randint(5, 110))
        if self.clock:
            self.clock(self.now)
        before = (self.now.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
        if self.clock and self.now.day > 5 and before >= f"{self.first:%Y-%m}" and before not in self.sealed:
            self.sealed.append(before)
            self.near("audit", "submit", before, "--unsigned")
        words = ["undo", *WHY] if undo else self.command()
        if not self.clock and "--at" not in words and words[0] not in ("undo", "machine", "customer", "staff", "rules"):
            words += ["--at", self.now.isoformat(timespec="minutes")]
        who = "S05" if words[0] in ("finding", "complaint") and words[1] != "log" else "S01"
        try:
            said = self.near("--as", who, *words)
        except Refused:
            self.done["refused"] += 1
            return
        self.done[words[0]] += 1
        if words[0] == "desk":  # the day on which it begins is of now, whatever moment is looked at
            self.remembered.clear()
        if words[1] in ("log", "dispatch", "close", "make", "submit", "promise") and words[0] in LISTED:
            self.ids.setdefault(words[0], []).append(said.split()[0])
        if words[0] == "visit" or words[:2] == ["report", "close"]:
            self.stage[said.split()[0] if words[1] == "dispatch" else words[2]] = words[1]

    def desk(self) -> Desk:
        desk = Desk.open(Options(str(self.near.folder), "S01"))
        desk.index.catch_up()
        return desk

    def views(self) -> list[View]:
        """Now, as of a moment, as known at a moment, both."""
        now, rnd = (self.now if self.clock else datetime.now(ZONE)), self.rnd
        happened = self.first + (self.now - self.first) * rnd.random()
        known = self.began + (now - self.began) * rnd.random()
        minute, second = happened.replace(second=0, microsecond=0), known.replace(microsecond=0)
        return [View(now, None, False), View(minute), View(now, second), View(minute, second)]

    def retold(self) -> list[str]:
        """What lists, cards, boards and plans say now of moments that are past, otherwise than they said then."""
        wrong = [
            f"{' '.join(words)}, as it was at {moment}"
            for moment, told in self.remembered
            for words, then in told.items()
            if self._says(*words, "--as-of", moment, "--known-at", moment) != then
        ]
        shown = [(noun, "show", self.some(noun)) for noun in LISTED if noun in self.ids]
        day, found = f"{self.now:%Y-%m-%d}", self.rnd.sample(self.found, min(3, len(self.found)))
        month = [("audit", "month"), ("register", "calls"), ("register", "dispatch"), ("register", "expenses"), ("finding", "list", "--month")]
        cards = [("machine", "show", self.rnd.choice(MACHINES)), ("staff", "show", self.rnd.choice(STAFF), "--month", day[:7])]
        cards += [("plan", "week", "--from", day), *(("finding", "show", id) for id in found)]
        asked = [*READ, *shown, *cards, *((*words, day[:7]) for words in month)]
        said = {words: told for words in asked if (told := self._says(*words))}
        self.remembered = [*self.remembered[1 - MOMENTS :], (self.now.isoformat(timespec="seconds"), said)]
        return wrong

    def _says(self, *words: str) -> str | None:
        """The answer as JSON, without what is of now; None for what is refused."""
        try:
            return re.sub(OF_NOW, "", self.near(*words, "--json"))
        except Refused:
            return None

    def differences(self) -> list[str]:
        """What the quick way says otherwise than everything does, of the views of now."""
        self.near("ledger", "verify")  # the index too, which followed a ledger here and another there
        desk, wrong = self.desk(), self.retold() if self.clock else []
        months = sorted({f"{moment:%Y-%m}" for moment in (self.first, self.now, self.now.replace(day=1) - timedelta(days=1)) if moment >= self.first})
        for n, view in enumerate(self.views()):
            whole = everything(desk, view)
            waiting: Any = items(whole)
            priced = {one.id: one.yuan for one in findings(whole)}
            self.found = [one.id for one in findings(whole) if one.staff] if n == 0 else self.found
            board = desk.waiting(view)
            if items(board) != waiting:
                wrong.append(f"what waits, {view}")
            if any(priced[one.id] != one.yuan for one in desk.which_times([f for f in findings(board) if f.status == "awaiting_ruling"], view)):
                wrong.append(f"what is at stake, {view}")
            for month in months:
                if not quickly(desk, month, view) == quickly(desk, month, view, waits=True) == slowly(desk, month, view):
                    wrong.append(f"figures of {month}, {view}")
                same = desk.rulebook.of(month) is desk.rules
                world = desk.month(month, view, waits=True, brief=True)[0]
                never = patch.multiple(Filters, met=lambda *_: False, all_met=lambda *_: False, _made_for=lambda *_: lambda _: False)
                with patch.object(Filters, "_idle", frozenset()):
                    seen = told(findings(world._replace()))
                    with never:
                        judged = told(findings(world._replace()))
                if seen != judged:
                    wrong.append(f"findings of {month} without filters, {view}")
                if same and items(world, findings(world)) != waiting:
                    wrong.append(f"what waits beside {month}, {view}")
        return wrong


def told(found: Iterable[Finding]) -> list[Finding]:
    """Findings without the rules that somebody looked with at first sight."""
    return [one._replace(subject=one.subject._replace(looking=None, facts=dict(one.subject.facts))) for one in found]


def live(folder: Path, commands: int, seed: int, server: str | None = None, tell: Callable[[str], object] = print) -> tuple[Office, list[str]]:
    """So many commands, and every difference after each hundred."""
    os.environ["SVC_CLOCK_IS_RIGHT"] = "1"
    if server is not None:
        first = datetime.now(ZONE) - timedelta(hours=commands)
        return _live(Office(NearDesk(server, made=True), seed, None, first), commands, tell)
    with time_machine.travel(FIRST, tick=False) as clock:
        return _live(Office(NearDesk(folder / "desk"), seed, clock.move_to, FIRST), commands, tell)


def _live(office: Office, commands: int, tell: Callable[[str], object]) -> tuple[Office, list[str]]:
    wrong: list[str] = []
    for n in range(1, commands + 1):
        office.next()
        if n % EVERY == 0:
            wrong += [f"after {n}: {one}" for one in office.differences()]
            tell(f"{n} commands, {len(wrong)} differences, now {office.now:%Y-%m-%d}; {dict(office.done)}")
    return office, wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.commands", description=__doc__)
    parser.add_argument("--commands", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", metavar="URL")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        _, wrong = live(Path(folder), given.commands, given.seed, given.server)
    print(*wrong, f"{len(wrong)} differences", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
