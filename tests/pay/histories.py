"""Invented histories of pay and a model of what they come to, which shares nothing with the product.

A desk has many people, each with a history of his own: visits late and left without a word, conduct, rulings of every
kind and date, corrections (another person, another day, a call-in after all), wages with days, people who leave; and a
seal after each month, with more learned between the seals. The model keeps what is known as plain values and says what
each seal has to charge and each pay to deduct, from the two formulas alone:

    carried = amount × (owed at the month's end − owed at its start), as known now, less what was charged for it
    deducted = min(fines that became final in a month and stand; its ceiling), less what was deducted for it

    python -m tests.pay.histories --seeds 1-20 --people 50
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

Run = Callable[..., str]
"""Runs a command line on the desk and gives what it printed."""
Key = tuple[str, str, str]
"""A person, a finding, a month."""

BEFORE, SEALED, OPEN = "2026-06", ("2026-07", "2026-08", "2026-09", "2026-10"), ("2026-11", "2026-12", "2027-01")
MONTHS = (BEFORE, *SEALED, *OPEN)
LAST = datetime(2026, 11, 28, 18)
"""The latest time at which anything happens."""
AMOUNTS = {
    "left_without_call": (("2026-01-01", 50), ("2026-08-15", 80)),
    "late_arrival": (("2026-01-01", 100),),
    "disobeyed_dispatch": (("2026-01-01", 300), ("2026-09-10", 450)),
}
KEPT = 2500
CAPS = "\ncaps:\n  keep_at_least:\n    title: 至少留\n    history:\n      - from: 2026-01-01\n        yuan: 2500\n\n"


def month_of(moment: datetime) -> str:
    return f"{moment:%Y-%m}"


def end_of(month: str) -> datetime:
    """The first instant after a month."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + number // 12, number % 12 + 1, 1)


# ---- what is known -------------------------------------------------------------------------------


@dataclass
class Act:
    """A visit (promised for ten o'clock) or a conduct, as it is known now."""

    id: str
    staff: str
    at: datetime
    arrived: datetime | None = None
    left: datetime | None = None
    called: bool = False
    rulings: list[tuple[str, datetime, int, str, str]] = field(default_factory=list)
    """Rule, time, round in which it was recorded, verb, whom it is about."""
    corrected: int = -1
    """The round in which it was corrected last: that is the last thing said of it in a round."""

    def findings(self) -> Iterator[tuple[str, datetime, bool]]:
        """Rule, time of the offence, and whether a person has to rule."""
        if self.id.startswith("X"):
            yield "disobeyed_dispatch", self.at, True
            return
        if self.arrived and self.arrived > self.at:
            yield "late_arrival", self.at, True
        if self.left and not self.called:
            yield "left_without_call", self.left, False

    def owed(self, rule: str, offence: datetime, ruled: bool, moment: datetime) -> bool:
        """Whether the fine stands right before an instant."""
        if offence >= moment:
            return False
        mine = [
            (max(at, offence), n, at, verb)
            for name, at, n, verb, about in self.rulings
            if (name, about) == (rule, self.staff)
        ]
        stands = not ruled
        for at, _, _, verb in sorted(mine):
            if at < moment:
                stands = verb == "uphold"
        return stands


def amount(rule: str, offence: datetime) -> int:
    return [yuan for day, yuan in AMOUNTS[rule] if day <= f"{offence:%Y-%m-%d}"][-1]


@dataclass
class Person:
    id: str
    wages: list[tuple[str, int]] = field(default_factory=list)
    left: str = ""

    def most(self, month: str) -> int:
        """The ceiling of a month, by the wage of its last day; nothing where none is known."""
        day = f"{end_of(month) - timedelta(days=1):%Y-%m-%d}"
        known: dict[str, int] = {}
        for since, wage in self.wages:  # said later of the same day: the last word counts
            known[since] = wage
        held = [known[since] for since in sorted(known) if since <= day]
        return max(0, held[-1] - KEPT) if held else 0

    def gone(self, month: str) -> bool:
        return bool(self.left) and self.left < f"{month}-01"


# ---- the model -----------------------------------------------------------------------------------


class Model:
    """What seals have charged and pays deducted so far."""

    def __init__(self) -> None:
        self.charged: dict[Key, int] = defaultdict(int)
        self.taken: dict[tuple[str, str], int] = defaultdict(int)
        self.ceilings: dict[tuple[str, str], int] = {}

    @staticmethod
    def now(acts: list[Act], month: str) -> dict[Key, int]:
        """By all that is known: what becomes owed in a month, or is taken back in it."""
        found: dict[Key, int] = {}
        end = end_of(month)
        start = datetime(int(month[:4]), int(month[5:]), 1)
        for act in acts:
            for rule, offence, ruled in act.findings():
                change = act.owed(rule, offence, ruled, end) - act.owed(rule, offence, ruled, start)
                if change:
                    found[act.staff, f"{rule}/{act.id}", month] = change * amount(rule, offence)
        return found

    def lines(self, acts: list[Act], months: tuple[str, ...]) -> dict[Key, int]:
        """What the pay of the last of these months has to charge, about itself and all before it."""
        known = {key: yuan for month in months for key, yuan in self.now(acts, month).items()}
        keys = known.keys() | {key for key in self.charged if key[2] in months}
        found = {key: known.get(key, 0) - self.charged[key] for key in keys}
        return {key: yuan for key, yuan in found.items() if yuan}

    @staticmethod
    def standing(acts: list[Act], who: str, months: tuple[str, ...]) -> dict[str, int]:
        """The fines that stand after these months, by the month in which they became final last."""
        found: dict[str, int] = defaultdict(int)
        for act in (one for one in acts if one.staff == who):
            for rule, offence, ruled in act.findings():
                since = None
                for month in months:
                    stands = act.owed(rule, offence, ruled, end_of(month))
                    since = (since or month) if stands else None
                if since:
                    found[since] += amount(rule, offence)
        return found

    def pay(self, acts: list[Act], person: Person, months: tuple[str, ...]) -> tuple[dict[str, int], int]:
        """What the pay of the last month deducts from somebody, by the month it concerns; and what then waits."""
        month, gross = months[-1], self.standing(acts, person.id, months)
        due = {name: min(gross.get(name, 0), self.ceiling(person, name)) for name in months}
        gone, found = person.gone(month), dict[str, int]()
        waiting = due[month] if gone else 0
        found[month] = due[month] - waiting
        room = self.ceiling(person, month) - due[month]
        for name in months[:-1]:
            rise = due[name] - self.taken[person.id, name]
            take = rise if rise <= 0 else 0 if gone else min(rise, room)
            room -= max(take, 0)
            waiting += rise - take
            found[name] = take
        return {name: yuan for name, yuan in found.items() if yuan}, waiting

    def ceiling(self, person: Person, month: str) -> int:
        """A sealed month's is as its seal went by."""
        return self.ceilings.get((person.id, month), person.most(month))


# ---- what happens --------------------------------------------------------------------------------


class History:
    """Writes what happens and is learned, round by round, as lines to import and commands to type."""

    def __init__(self, seed: int, people: int) -> None:
        self.rnd = Random(seed)
        self.people = [Person(f"S{number}") for number in range(100, 100 + people)]
        self.acts: list[Act] = []
        self.entries: list[dict[str, Any]] = []
        self.typed: list[list[str]] = []
        self.corrections: list[tuple[str, dict[str, Any]]] = []
        self.numbers: Counter[str] = Counter()
        self.days: Counter[tuple[str, str]] = Counter()
        self.round = 0

    def register(self) -> list[dict[str, Any]]:
        row = {"ledger": "staff", "event": "add", "at": "2026-06-01T08:00:00+08:00", "role": "technician"}
        return [{**row, "id": one.id, "name": f"员工{one.id}"} for one in self.people]

    def add(self, ledger: str, event: str, id: str, at: datetime, **fields: Any) -> None:
        told = {k: f"{v:%Y-%m-%dT%H:%M}:00+08:00" if isinstance(v, datetime) else v for k, v in fields.items()}
        self.entries.append(
            {"ledger": ledger, "event": event, "id": id, "at": f"{at:%Y-%m-%dT%H:%M}:00+08:00", "by": "S01", **told}
        )

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

    def happens(self, person: Person, month: str) -> None:
        day = self.day(person, month)
        if day is None:
            return
        kind = self.rnd.choice(("silent", "silent", "late", "both", "called", "open", "conduct", "conduct"))
        if kind == "conduct":
            id = self.number("X", day)
            at = day.replace(hour=self.rnd.randint(0, 23), minute=self.rnd.choice((0, 17, 59)))
            self.add("conduct", "log", id, at, about=person.id, kind="disobedience", summary="no")
            self.acts.append(Act(id, person.id, at))
        else:
            self.visited(person, day, kind)
        if self.rnd.random() < 0.7:
            self.rule(self.acts[-1])

    def visited(self, person: Person, day: datetime, kind: str) -> None:
        call, visit, promise = self.number("C", day), self.number("V", day), day.replace(hour=10)
        asked = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": "x", "needs_service": True}
        self.add("call", "log", call, day.replace(hour=7), **asked)
        self.add(
            "visit", "dispatch", visit, day.replace(hour=7, minute=30), call=call, staff=person.id, promised=promise
        )
        act = Act(
            visit,
            person.id,
            promise,
            day.replace(hour=10, minute=30) if kind in ("late", "both") else day.replace(hour=9, minute=50),
        )
        assert act.arrived
        self.add("visit", "arrive", visit, act.arrived)
        self.acts.append(act)
        if kind != "open":
            self.leaves(act, kind in ("late", "called"))

    def leaves(self, act: Act, called: bool) -> None:
        assert act.arrived
        act.left, act.called = (
            act.arrived.replace(hour=self.rnd.choice((11, 16, 23)), minute=self.rnd.choice((40, 59))),
            called,
        )
        how = {"called_in": act.left} if called else {"no_call_in": True}
        self.add("visit", "leave", act.id, act.left, **how)

    # ---- what is learned

    def latest(self) -> datetime:
        """Rulings of a round are dated up to some days into the month after that which is about to be sealed."""
        month = (*SEALED, OPEN[0])[min(self.round, len(SEALED))]
        return min(end_of(month) + timedelta(days=4), LAST)

    def rule(self, act: Act) -> None:
        found = list(act.findings())
        if not found:
            return
        rule, offence, _ = self.rnd.choice(found)
        span = int((self.latest() - offence).total_seconds() // 60)
        if span <= 1:
            return
        border = [
            minutes
            for month in MONTHS
            for minutes in (int((end_of(month) - offence).total_seconds() // 60),)
            if 1 < minutes < span
        ]
        near = [one + self.rnd.choice((-1, 0, 1)) for one in border[:1]] if self.rnd.random() < 0.2 else []
        at = offence + timedelta(minutes=self.rnd.choice(near) if near else self.rnd.randint(1, span))
        if any((name, when) == (rule, at) for name, when, *_ in act.rulings):
            return
        verb = self.rnd.choice(("uphold", "uphold", "dismiss", "waive"))
        self.add("finding", verb, f"{rule}/{act.id}", at, reason="so", about=act.staff)
        act.rulings.append((rule, at, self.round, verb, act.staff))

    def learned(self, act: Act) -> None:
        kind = self.rnd.choice(("rule", "rule", "staff", "call-in", "later", "leaves"))
        visit = act.id.startswith("V")
        if act.corrected == self.round:
            return
        if kind == "leaves" and visit and act.left is None:
            self.leaves(act, self.rnd.random() < 0.3)
        elif kind == "staff" and visit:
            others = [
                one for one in self.people if one.id != act.staff and (not one.left or one.left > f"{act.at:%Y-%m-%d}")
            ]
            act.staff = self.rnd.choice(others).id
            self.correct(act, staff=act.staff)
        elif kind == "call-in" and act.left and not act.called:
            act.called = True
            self.correct(act, called_in=act.left)
        elif kind == "later" and act.left and act.arrived:
            self.later(act)
        else:
            self.rule(act)

    def later(self, act: Act) -> None:
        """It was some days later, perhaps in the next month, with the amount of that day."""
        assert act.left and act.arrived
        days = timedelta(days=self.rnd.randint(1, 25))
        person = next(one for one in self.people if one.id == act.staff)
        if act.left + days > self.latest() or (person.left and person.left <= f"{act.left + days:%Y-%m-%d}"):
            return
        if act.called:  # then the call-in would have to move too
            return
        act.arrived, act.left = act.arrived + days, act.left + days
        self.correct(act, arrived_at=act.arrived, left_at=act.left)

    def correct(self, act: Act, **fields: Any) -> None:
        act.corrected = self.round
        self.corrections.append((act.id, fields))

    def put_right(self) -> None:
        for id, fields in self.corrections:
            self.add("visit", "correct", id, LAST + timedelta(minutes=self.round), reason="misread", **fields)
        self.corrections = []

    def said(self) -> list[dict[str, Any]]:
        """What was added since the last time."""
        said, self.entries = self.entries, []
        return said

    def wage(self, person: Person) -> None:
        since, wage = (
            self.rnd.choice(("2026-01-01", "2026-07-15", "2026-08-31", "2026-09-01", "2026-11-01")),
            self.rnd.choice((2600, 2800, 3000)),
        )
        day = datetime.fromisoformat(since)
        before = [one for one in person.wages if one[0] <= since]
        if (before and before[-1][1] == wage) or day > self.latest():
            return
        person.wages.append((since, wage))
        self.typed.append(["staff", "edit", person.id, "--wage", str(wage), "--from", since])

    def leave(self, person: Person) -> None:
        mine = [max(filter(None, (one.at, one.arrived, one.left))) for one in self.acts if one.staff == person.id]
        last = max([*mine, datetime(2026, 7, 1)])
        if not person.left and last < self.latest() - timedelta(days=2):
            person.left = f"{last + timedelta(days=1):%Y-%m-%d}"
            self.typed.append(["staff", "edit", person.id, "--left", person.left])

    def lives(self, month: str) -> None:
        """A round: what happens in a month, and what is learned meanwhile of it and of those before."""
        known = MONTHS[: MONTHS.index(month) + 1]
        for person in self.people:
            if self.rnd.random() < (0.85 if self.round == 0 else 0.1):
                self.wage(person)
            for _ in range(self.rnd.choice((0, 1, 1, 2))):
                self.happens(person, month if self.rnd.random() < 0.7 else self.rnd.choice(known))
        for _ in range(2 * len(self.people)):
            if self.acts:
                self.learned(self.rnd.choice(self.acts))
        for person in self.people:
            if self.round and self.rnd.random() < 0.04:
                self.leave(person)


# ---- the product beside the model ----------------------------------------------------------------


class Lived:
    """A history on a desk: after each month what the product charged and deducted, against the model."""

    def __init__(self, run: Run, desk: Path, seed: int, people: int) -> None:
        self.run, self.desk = run, desk
        self.history, self.model = History(seed, people), Model()
        self.wrong: list[str] = []
        self.last_taken: dict[str, dict[str, int]] = {}
        self.carried = self.bound = self.paid_back = 0
        """Lines carried, pays that a ceiling held down, months of which something was paid back."""

    def live(self) -> list[str]:
        """Every difference between the product and the model."""
        self.founded()
        for number, month in enumerate(SEALED):
            self.round(number, month)
            self.run("audit", "submit", month, "--unsigned")
            kept = json.loads((self.desk / "data/seals" / f"{month}.json").read_text("utf-8"))
            self.charges(month, kept, first=number == 0)
        self.round(len(SEALED), OPEN[0])
        for month in OPEN:
            self.charges(month, json.loads(self.run("audit", "month", month, "--json")), first=False)
        self.in_the_end()
        return self.wrong

    def founded(self) -> None:
        for rule, rows in AMOUNTS.items():
            for day, yuan in rows:
                self.run("rules", "set", rule, str(yuan), "--from", day)
        path = self.desk / "rules.yaml"
        text = path.read_text("utf-8")
        mark = text.index("# ━━━━━━━━ 三、")
        path.write_text(text[:mark] + CAPS + text[mark:], "utf-8")
        self.run("rules", "accept", "--reason", "decided today")
        self.take(self.history.register())

    def round(self, number: int, month: str) -> None:
        self.history.round = number
        self.history.lives(month)
        self.take(self.history.said())
        self.history.put_right()
        self.take(self.history.said())
        typed, self.history.typed = self.history.typed, []
        for line in typed:
            self.run(*line)

    def take(self, entries: list[dict[str, Any]]) -> None:
        source = self.desk.parent / "in.jsonl"
        source.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries), "utf-8")
        if entries:
            self.run("ledger", "import", str(source))

    def charges(self, month: str, figures: Any, *, first: bool) -> None:
        """A month's lines and deductions; the first seal has those of the months before it too."""
        model, acts = self.model, self.history.acts
        months = MONTHS[: MONTHS.index(month) + 1]
        if not first and months[0] == BEFORE and not model.charged and not model.taken:
            months = months[1:]
        lines = model.lines(acts, months)
        rows = [row for row in figures["pay"]["lines"] if row["kind"] == "fine"]
        theirs = Counter[Key]()
        for row in rows:
            theirs[row["staff"], row["id"], row["concerns"]] += int(float(row["amount"] or 0))
        self.differ(month, "line", lines, {key: yuan for key, yuan in theirs.items() if yuan})
        self.carried += sum(1 for key in lines if key[2] != month)
        for key, yuan in lines.items():
            model.charged[key] += yuan
        pays = (BEFORE, month) if first else (month,)
        mine: dict[tuple[str, str], int] = {}
        waits: dict[str, int] = {}
        for person in self.history.people:
            for name in pays:
                taken, waiting = model.pay(acts, person, MONTHS[: MONTHS.index(name) + 1])
                for concerns, yuan in taken.items():
                    model.taken[person.id, concerns] += yuan
                    mine[person.id, concerns] = mine.get((person.id, concerns), 0) + yuan
            self.last_taken[person.id] = taken
            if waiting:
                waits[person.id] = waiting
            self.bound += sum(model.standing(acts, person.id, months).values()) > sum(
                model.ceiling(person, name) for name in months
            )
            self.paid_back += sum(yuan < 0 for yuan in taken.values())
            over = sum(yuan for yuan in taken.values() if yuan > 0) - model.ceiling(person, month)
            if over > 0:
                self.wrong.append(f"{month} {person.id}: {over} yuan over the ceiling in the model")
        deducted = Counter[tuple[str, str]]()
        for row in figures["pay"]["deducted"]:
            deducted[row["staff"], row["concerns"]] += int(float(row["deducted"]))
        self.differ(month, "deducted", mine, {key: yuan for key, yuan in deducted.items() if yuan})
        by_staff = {row["staff"]: int(float(row["waiting"])) for row in figures["pay"]["by_staff"]}
        self.differ(month, "waiting", waits, {key: yuan for key, yuan in by_staff.items() if yuan})
        if month in SEALED:
            for person in self.history.people:
                for name in pays:
                    model.ceilings[person.id, name] = person.most(name)

    def differ(self, month: str, what: str, mine: dict[Any, int], theirs: dict[Any, int]) -> None:
        for key in sorted(mine.keys() | theirs.keys()):
            if mine.get(key, 0) != theirs.get(key, 0):
                self.wrong.append(
                    f"{month} {what} {key}: the model {mine.get(key, 0)}, the product {theirs.get(key, 0)}"
                )

    def in_the_end(self) -> None:
        """Over all months: lines are what is owed, deductions what each month's ceiling lets through, but what still waits."""
        acts, months = self.history.acts, MONTHS
        owed: dict[str, int] = defaultdict(int)
        for act in acts:
            for rule, offence, ruled in act.findings():
                owed[act.staff] += act.owed(rule, offence, ruled, end_of(months[-1])) * amount(rule, offence)
        for person in self.history.people:
            lines = sum(yuan for key, yuan in self.model.charged.items() if key[0] == person.id)
            if lines != owed[person.id]:
                self.wrong.append(f"{person.id}: charged {lines}, owed {owed[person.id]}")
            gross = self.model.standing(acts, person.id, months)
            for month in months:
                due, taken = (
                    min(gross.get(month, 0), self.model.ceiling(person, month)),
                    self.model.taken[person.id, month],
                )
                if taken > due or (taken < due and not person.left and self.room_was_left(person)):
                    self.wrong.append(f"{person.id}: for {month} {taken} were deducted, {due} are due")

    def room_was_left(self, person: Person) -> bool:
        """Whether the last pay had room for what waited."""
        taken = sum(max(yuan, 0) for yuan in self.last_taken.get(person.id, {}).values())
        return taken < self.model.ceiling(person, MONTHS[-1])


class NearDesk:
    """A desk whose commands run in this process."""

    def __init__(self, folder: Path) -> None:
        import typer.main

        import svc.cli

        self.folder, self.command = folder, typer.main.get_command(svc.cli.app)
        self("init", str(folder), "--name", "Head", "--id", "S01")
        self("customer", "add", "--name", "Works", "--phone", "138-0000-0001")

    def __call__(self, *arguments: str) -> str:
        out, said = io.StringIO(), io.StringIO()
        desk = () if arguments[0] == "init" else ("--desk", str(self.folder))
        with redirect_stdout(out), redirect_stderr(said):
            code = self.command.main([*desk, *arguments], prog_name="svc", standalone_mode=False)
        assert not code, f"svc {' '.join(arguments)}: {code}\n{out.getvalue()}{said.getvalue()}"
        return out.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pay.histories", description=__doc__)
    parser.add_argument("--seeds", default="1-5", metavar="FROM-TO")
    parser.add_argument("--people", type=int, default=50)
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    began, wrong, lived, moved, entries = time.monotonic(), 0, 0, 0, 0
    for seed in range(int(first), int(last or first) + 1):
        with TemporaryDirectory() as folder:
            desk = NearDesk(Path(folder) / "desk")
            one = Lived(desk, desk.folder, seed, given.people)
            found = one.live()
        lived, moved, wrong, entries = (
            lived + given.people,
            moved + one.carried,
            wrong + len(found),
            entries + len(one.history.acts),
        )
        for line in (*found[:20], f"{given.people} histories, {len(found)} differences"):
            print(f"seed {seed}: {line}", flush=True)
    took = time.monotonic() - began
    print(
        f"seeds {given.seeds}: {lived} histories, {entries} acts, {moved} lines carried, {wrong} differences, {took:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
