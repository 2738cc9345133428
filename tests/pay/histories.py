"""Invented histories of pay, lived on a desk beside a model of what they come to, which shares nothing with the product.

A desk has many people, each with a history of his own: visits late and left without a word or handed over, surveys
with a bonus, claims with receipts of every kind, conduct, complaints, fraud; rulings of every kind and date, appeals,
words taken back; corrections (another person, another day, another score, a call-in after all), wages with days,
people who leave; and a seal after each month, with more learned between the seals. `known` keeps what is known as
plain values, `happening` invents it, `model` says what each seal has to charge and each pay to deduct.

    python -m tests.pay.histories --seeds 1-20 --people 50
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.pay.happening import History
from tests.pay.known import AMOUNTS, BEFORE, MONTHS, OPEN, SEALED, Person, end_of
from tests.pay.model import Debt, Key, Model

Run = Callable[..., str]
"""Runs a command line on the desk and gives what it printed."""

CAPS = "\ncaps:\n  keep_at_least:\n    title: 至少留\n    history:\n      - from: 2026-01-01\n        yuan: 2500\n\n"
STARS = """  - id: five_stars
    clause: "3.1"
    title: 总评满分
    subject: survey
    check: {is: {survey.overall: 5}}
    earned_at: survey.given_at
    reward: {pay: five_stars}

"""


def amount_rows(name: str) -> str:
    """The rows of an amount as the rules file has them."""
    rows = ((day, f"yuan: {sum_}" if isinstance(sum_, int) else f"steps: {{per: {sum_[0]}, yuan: {list(sum_[1])}}}") for day, sum_ in AMOUNTS[name])
    return "".join(f"      - from: {day}\n        {said}\n" for day, said in rows)


def ruled(text: str) -> str:
    """A new desk's rules with the amounts of these histories, a ceiling, and a bonus."""
    for name in AMOUNTS:
        if name == "five_stars":
            made = f'  five_stars:\n    title: 满分\n    clause: "3.1"\n    history:\n{amount_rows(name)}'
            text = text.replace("\n# ━━━━━━━━ 二、", f"{made}\n# ━━━━━━━━ 二、", 1)
        else:
            text, found = re.subn(rf"(\n  {name}:\n(?:    .*\n)*?    history:\n)(?:      .*\n)+", rf"\g<1>{amount_rows(name)}", text)
            assert found == 1, name
    text = text.replace("# ━━━━━━━━ 三、", f"{CAPS}# ━━━━━━━━ 三、", 1)
    return text.replace("# ━━━━━━━━ 六、", f"{STARS}# ━━━━━━━━ 六、", 1)


class Lived:
    """A history on a desk: after each month what the product charged and deducted, against the model."""

    def __init__(self, run: Run, desk: Path, seed: int, people: int) -> None:
        self.run, self.desk, self.seed = run, desk, seed
        self.history, self.model = History(seed, people), Model()
        self.wrong: list[str] = []
        self.last_taken: dict[str, dict[tuple[str, str], int]] = {}
        self.carried: Counter[str] = Counter()
        self.bound = self.paid_back = 0
        """Lines carried by kind, pays that a ceiling held down, months of which something was paid back."""

    def live(self, all_of_it: bool = True) -> list[str]:
        """Every difference between the product and the model; or, where one is enough, those up to the first month with any."""
        self.founded()
        for number, month in enumerate(SEALED):
            self.round(number, month)
            self.run("audit", "submit", month, "--unsigned")
            kept = json.loads((self.desk / "data/seals" / f"{month}.json").read_text("utf-8"))
            self.charges(month, kept, first=number == 0)
            self.model.sealed(self.history.acts, number, month)
            if self.wrong and not all_of_it:
                return self.wrong
        self.round(len(SEALED), OPEN[0])
        for month in OPEN:  # the one in the middle is asked of every third desk: the last shows what it came to
            asked = month != OPEN[1] or not self.seed % 3
            self.charges(month, json.loads(self.run("audit", "month", month, "--json")) if asked else None, first=False)
        self.in_the_end()
        return self.wrong

    def founded(self) -> None:
        path = self.desk / "rules.yaml"
        path.write_text(ruled(path.read_text("utf-8")), "utf-8")
        self.run("rules", "accept", "--reason", "decided today")
        self.run("staff", "edit", "S01", "--role", "gm", "--from", "2026-01-01")
        self.take(self.history.register())

    def round(self, number: int, month: str) -> None:
        self.history.round = number
        self.history.lives(month)
        for entries in self.history.said():
            self.take(entries)
        typed, self.history.typed = self.history.typed, []
        for line in typed:
            self.run(*line)

    def take(self, entries: list[dict[str, Any]]) -> None:
        source = self.desk.parent / "in.jsonl"
        source.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries), "utf-8")
        if entries:
            self.run("ledger", "import", str(source))

    # ---- the product beside the model

    def charges(self, month: str, figures: Any, *, first: bool) -> None:
        """A month's lines and deductions; the first seal has those of the months before it too."""
        model, acts = self.model, self.history.acts
        months = MONTHS[: MONTHS.index(month) + 1]
        if not first and months[0] == BEFORE and not model.charged and not model.taken:
            months = months[1:]
        debts = model.debts(acts)
        lines = model.lines(acts, debts, months)
        model.charge(lines)
        deducted, waits = self.deducts(month, debts, (BEFORE, month) if first else (month,))
        if figures is None:
            return
        theirs = Counter[Key]()
        for row in figures["pay"]["lines"]:
            times = row["times"] if row["kind"] == "record" else int(float(row["amount"] or 0))
            theirs[Key(row["kind"], row["staff"] or "", row["id"], row["what"] or "", row["concerns"])] += times
        self.differ(month, "line", lines, theirs)
        self.carried.update(key.kind for key in lines if key.month != month)
        self.sums(month, figures, {key: yuan for key, yuan in lines.items() if key.month == month or not first})
        told: Counter[tuple[str, str, str]] = Counter()
        for row in figures["pay"]["deducted"]:
            told[row["staff"], row["kind"], row["concerns"]] += int(float(row["deducted"]))
        self.differ(month, "deducted", deducted, told)
        self.people(month, figures, lines, waits)

    def sums(self, month: str, figures: Any, lines: dict[Key, int]) -> None:
        """The figures of the month that its lines go into."""
        mine: Counter[str] = Counter()
        for key, yuan in lines.items():
            mine[key.what if key.kind in ("expense", "return") else key.kind] += yuan
        theirs = {
            "fine": figures["fines"]["payable"],
            **{what: figures["expenses"][what] for what in ("approved", "refused", "blocked_by_tools")},
            **{what: figures["returns"][what] for what in ("cost_to_customer", "cost_to_company")},
            "record": sum({"entered": 1, "withdrawn": -1}[row["change"]] for row in figures["sanctions"]),
        }
        del mine["bonus"]
        self.differ(month, "sum", mine, {name: int(float(sum_)) for name, sum_ in theirs.items()})

    def deducts(self, month: str, debts: list[Debt], pays: tuple[str, ...]) -> tuple[Counter[tuple[str, str, str]], dict[str, int]]:
        """What these pays deduct in all by the model, and what waits after them."""
        model = self.model
        mine: Counter[tuple[str, str, str]] = Counter()
        waits: dict[str, int] = {}
        standing = {name: model.standing(debts, MONTHS[: MONTHS.index(name) + 1]) for name in pays}
        in_all: Counter[str] = Counter()
        for (who, _), yuan in standing[month].items():
            in_all[who] += yuan
        months = MONTHS[: MONTHS.index(month) + 1]
        for person in self.history.people:
            for name in pays:
                taken, waiting = model.pay(standing[name], person, MONTHS[: MONTHS.index(name) + 1])
                for (kind, concerns), yuan in taken.items():
                    model.taken[person.id, kind, concerns] += yuan
                    mine[person.id, kind, concerns] += yuan
            self.last_taken[person.id], waits[person.id] = taken, waiting
            self.bound += in_all[person.id] > sum(model.ceiling(person, name) for name in months)
            self.paid_back += sum(yuan < 0 for yuan in taken.values())
            over = sum(yuan for yuan in taken.values() if yuan > 0) - model.ceiling(person, month)
            if over > 0:
                self.wrong.append(f"{month} {person.id}: {over} yuan over the ceiling in the model")
        if month in SEALED:
            for person in self.history.people:
                for name in pays:
                    model.ceilings[person.id, name] = person.most(name)
        return mine, waits

    def people(self, month: str, figures: Any, lines: dict[Key, int], waits: dict[str, int]) -> None:
        """What everybody's pay comes to."""
        mine: Counter[tuple[str, str]] = Counter()
        for key, yuan in lines.items():
            if key.kind == "bonus" and yuan > 0 and (month != SEALED[0] or key.month == month):
                mine[key.who, "bonuses"] += yuan
            if key.kind == "fine" and (month != SEALED[0] or key.month == month):
                mine[key.who, "fines" if key.month == month else "carried"] += yuan
        mine.update({(who, "waiting"): yuan for who, yuan in waits.items()})
        theirs = {(row["staff"], name): int(float(row[name])) for row in figures["pay"]["by_staff"] for name in ("bonuses", "fines", "carried", "waiting")}
        self.differ(month, "pay", mine, theirs)

    def differ(self, month: str, what: str, mine: dict[Any, int], theirs: dict[Any, int]) -> None:
        for key in sorted(mine.keys() | theirs.keys()):
            if mine.get(key, 0) != theirs.get(key, 0):
                named = " ".join(key) if isinstance(key, tuple) else key
                self.wrong.append(f"{month} {what} {named}: the model {mine.get(key, 0)}, the product {theirs.get(key, 0)}")

    # ---- over all months

    def in_the_end(self) -> None:
        """Lines are what is owed, deductions what each month's ceiling lets through, but what still waits."""
        model, acts = self.model, self.history.acts
        debts = model.debts(acts)
        owed: dict[tuple[str, ...], int] = defaultdict(int)
        for act, due, yuan in debts:
            owed[due.kind, due.who, due.id, due.what] += act.owed(due, end_of(MONTHS[-1])) * yuan
        for act in acts:
            for one in act.settled():
                owed[one.kind, one.who, one.id, one.what] += one.yuan
        charged: dict[tuple[str, ...], int] = defaultdict(int)
        for key, yuan in model.charged.items():
            charged[tuple(key[:4])] += yuan
        for what in sorted(charged.keys() | owed.keys()):
            if charged[what] != owed[what]:
                self.wrong.append(f"{what}: charged {charged[what]}, owed {owed[what]}")
        gross = model.standing(debts, MONTHS)
        for person in self.history.people:
            for month in MONTHS:
                most = {"fine": min(gross.get((person.id, month), 0), model.ceiling(person, month)), "bonus": model.back[person.id, month]}
                for kind, limit in most.items():
                    taken = model.taken[person.id, kind, month]
                    if taken > limit or (taken < limit and not person.left and self.room_was_left(person)):
                        self.wrong.append(f"{person.id}: for {month} {taken} were deducted ({kind}), {limit} are due")

    def room_was_left(self, person: Person) -> bool:
        """Whether the last pay had room for what waited."""
        taken = sum(max(yuan, 0) for yuan in self.last_taken.get(person.id, {}).values())
        return taken < self.model.ceiling(person, MONTHS[-1])


class Refused(AssertionError):
    """A command that ought to have been carried out."""


class NearDesk:
    """A desk whose commands run in this process; of one on a server the address."""

    def __init__(self, folder: Path | str, made: bool = False) -> None:

        import svc.cli

        self.folder, self.command = folder, svc.cli.app
        if not made:
            self("init", str(folder), "--name", "Head", "--id", "S01")
        self("customer", "add", "--name", "Works", "--phone", "138-0000-0001")

    def __call__(self, *arguments: str) -> str:
        out, said = io.StringIO(), io.StringIO()
        desk = () if arguments[0] == "init" else ("--desk", str(self.folder))
        with redirect_stdout(out), redirect_stderr(said):
            code = self.command.main([*desk, *arguments], prog_name="svc", standalone_mode=False)
        if code:
            raise Refused(f"svc {' '.join(arguments)}: {code}\n{out.getvalue()}{said.getvalue()}")
        return out.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pay.histories", description=__doc__)
    parser.add_argument("--seeds", default="1-5", metavar="FROM-TO")
    parser.add_argument("--people", type=int, default=50)
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    began, wrong, lived, entries = time.monotonic(), 0, 0, 0
    moved: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for seed in range(int(first), int(last or first) + 1):
        with TemporaryDirectory() as folder:
            gc.freeze()
            desk = NearDesk(Path(folder) / "desk")
            one = Lived(desk, desk.folder, seed, given.people)
            found = one.live()
        lived, wrong, entries = lived + given.people, wrong + len(found), entries + len(one.history.acts)
        moved += one.carried
        seen += one.history.seen
        for line in (*found[:20], f"{given.people} histories, {len(found)} differences; {lived} by now, {time.monotonic() - began:.0f} s"):
            print(f"seed {seed}: {line}", flush=True)
    print(f"seeds {given.seeds}: {lived} histories, {entries} acts, {wrong} differences, {time.monotonic() - began:.0f} s")
    print(f"happened: {dict(sorted(seen.items()))}\ncarried: {dict(sorted(moved.items()))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
