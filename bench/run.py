"""What commands cost, beside others that do such work: `make bench` (minutes), `make bench-full` (hours).

Every figure is a ratio. Each round runs each subject once, one after the other, so that a noisy machine
is noisy for all; medians of CPU seconds are compared (wall seconds where the disk is what is measured).
Nothing here is asserted: it is for looking at. `--json FILE` keeps the figures, `--table` prints them as bench/README.md
has them, `curves.py` draws how they grow.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import history, peers
from bench.measure import Cost, Subject, instructions, side_by_side

PYTHON = sys.executable
HERE = Path(__file__).parent
SVC = [PYTHON, "-m", "svc"]
LOG = ["call", "log", "--channel", "phone", "--from", "13800000001", "--kind", "repair", "--summary", "drifts"]
LAZY = (HERE / "lazy.py", "leaf")
MONTH = "2026-10"


class Row(NamedTuple):
    """A line of the table: what against what, the ratio, and the goal where there is one."""

    what: str
    against: str
    ratio: float | None
    goal: float | None = None
    note: str = ""

    def line(self) -> str:
        ratio = "  left out" if self.ratio is None else f"{self.ratio:10.2f}"
        goal = f"<= {self.goal}" if self.goal else ""
        missed = " MISSED" if self.goal and self.ratio is not None and self.ratio > self.goal else ""
        return f"{self.what:44} {self.against:38} {ratio}  {goal:8}{missed}  {self.note}".rstrip()

    def cells(self) -> str:
        """The same as a row of the table in bench/README.md."""
        missed = " missed" if self.goal and self.ratio is not None and self.ratio > self.goal else ""
        ratio = "left out" if self.ratio is None else f"**{self.ratio:.2f}**{missed}"
        return f"| {self.what} | {self.against} | {f'≤ {self.goal}' if self.goal else ''} | {ratio} {self.note}".rstrip() + " |"


class Bench(NamedTuple):
    """What is measured on: a folder to work in, desks by size, the last month of each alone, rounds.

    `settled` are desks of those sizes on which nothing is open.
    """

    folder: Path
    desks: dict[str, Path]
    alone: dict[str, Path]
    settled: dict[str, Path]
    rounds: int
    tools: Path | None


def on(desk: Path, *words: str) -> Subject:
    """A command on a desk, by its head; a check ends with 1 where something is overdue."""
    codes = (0, 1) if words[0] == "check" else (0,)
    # A history ends with its last month, so the clock is long behind it: said once, as whoever comes back to a desk would.
    return Subject([*SVC, "--clock-is-right", "--desk", str(desk), "--as", "S00", *words], codes=codes)


def ready(folder: Path, entries: int, months: int, last: int = 0, settled: bool = False) -> Path:
    """A desk with so many entries and its index; one that is there is used again."""
    desk = folder / f"{entries}-{months}-{last}{'-settled' if settled else ''}"
    if not (desk / "done").exists():
        shutil.rmtree(desk, ignore_errors=True)
        history.make(desk, entries, months, last_calls=last, settled=settled)
        subprocess.run(on(desk, "ledger", "rebuild").command, check=True, stdout=subprocess.DEVNULL)
        (desk / "done").touch()
    return desk


def starting(bench: Bench) -> Iterator[Row]:
    """Starting, logging, checking, looking up: on an empty desk and on the others."""
    subjects = {"python": Subject([PYTHON, "-c", "pass"]), "lazy": Subject([PYTHON, *map(str, LAZY)])}
    subjects["version"] = Subject([*SVC, "--version"])
    commands = {"call log": LOG, "check": ["check"],
                "customer show": ["customer", "show", "138-0000-0001"]}  # fmt: skip
    for size, desk in bench.desks.items():
        subjects |= {f"{name} {size}": on(desk, *words) for name, words in commands.items()}
    for kind, desks in (("alone", bench.alone), ("settled", bench.settled)):
        subjects |= {f"check {size} {kind}": on(desk, "check") for size, desk in desks.items()}
    cost = side_by_side(subjects, bench.rounds)
    yield Row("empty lazy Typer command", "python -c pass", cost["lazy"].cpu / cost["python"].cpu)
    yield Row("svc --version", "python -c pass", cost["version"].cpu / cost["python"].cpu)
    yield Row("call log", "python -c pass", cost["call log empty"].cpu / cost["python"].cpu, 6.3)
    yield Row("call log", "empty lazy Typer command", cost["call log empty"].cpu / cost["lazy"].cpu, 1.15)
    yield Row("call log, memory", "empty lazy Typer command", cost["call log empty"].memory / cost["lazy"].memory, 1.3)
    counted = {name: instructions(subjects[name]) for name in ("python", "lazy", "call log empty")}
    if all(counted.values()):
        log, lazy, python = (counted[name] or 1 for name in ("call log empty", "lazy", "python"))
        yield Row("call log, instructions (callgrind)", "python -c pass", log / python)
        yield Row("call log, instructions (callgrind)", "empty lazy Typer command", log / lazy, 1.15)
    for name, goal in (("call log", 1.05), ("customer show", 1.3), ("check", None)):
        for size in bench.alone:
            ratio = _over(cost, f"{name} {size}", f"{name} empty")
            yield Row(f"{name}, {size} entries", "the same on an empty desk", ratio, goal)
    for size in bench.alone:
        ratio = _over(cost, f"check {size} settled", "check empty")
        yield Row(f"check, {size} entries, all settled", "an empty desk", ratio, 1.3)
        ratio = _over(cost, f"check {size}", f"check {size} alone")
        yield Row(f"check, {size} entries", "as much open, no history", ratio, 1.3)


def _over(cost: dict[str, Cost], one: str, other: str) -> float:
    return cost[one].cpu / cost[other].cpu


LISTS = ("call", "visit", "report", "complaint", "conduct", "quote", "install", "tour", "defect", "claim", "return", "expense", "tool", "upkeep")
LOOKS: dict[str, list[str]] = {
    "today": ["today"],
    "customer show": ["customer", "show", "138-0000-0001"],
    "machine show": ["machine", "show", "SN-00001"],
    "call show": ["call", "show", "CALL"],
    "search, a word of every other call": ["search", "动臂"],
    "search, a word of one entry in a hundred": ["search", "停电"],
    "search, a word that is nowhere": ["search", "阀体"],
    **{f"{noun} list": [noun, "list"] for noun in LISTS},
    "customer list": ["customer", "list"],
    "machine list": ["machine", "list"],
    "staff list": ["staff", "list"],
}
"""What people look at. `CALL` is the first call of a desk's last month."""


def looking(bench: Bench) -> Iterator[Row]:
    """Search, cards, lists and boards: on an empty desk, on one with the last month alone, on the largest with all of its years."""
    size = list(bench.alone)[-1]
    desks = {"empty": bench.desks["empty"], "alone": bench.alone[size], size: bench.desks[size]}
    for name, words in LOOKS.items():
        subjects = {}
        for kind, desk in desks.items():
            call = f"C{max(path.stem for path in (desk / 'data' / 'calls').glob('*.csv'))[2:].replace('-', '')}-0001"
            subjects[kind] = on(desk, *(call if word == "CALL" else word for word in words))
        cost = side_by_side(subjects, bench.rounds, warm=2)
        yield Row(f"{name}, {size} entries", "the same on an empty desk", _over(cost, size, "empty"), 1.3)
        yield Row(f"{name}, {size} entries", "the last month alone", _over(cost, size, "alone"), 1.3)


def logging(bench: Bench, sizes: tuple[int, ...]) -> Iterator[Row]:
    """One entry added by others, to an empty history and to a long one."""
    found = list(peers.logging(bench.folder / "peers", bench.tools, sizes))
    subjects = {f"{p.name}, {p.size:,}": p.subject for p in found}
    subjects |= {"python": Subject([PYTHON, "-c", "pass"]), "svc": on(bench.desks["empty"], *LOG)}
    cost = side_by_side(subjects, max(3, bench.rounds // 2))
    for peer in found:
        name = f"{peer.name}, {peer.size:,}"
        note = f"svc call log is {cost['svc'].wall / cost[name].wall:.2f} x of it"
        yield Row(
            f"{peer.name}, {peer.size:,} entries",
            "python -c pass (wall)",
            cost[name].wall / cost["python"].wall,
            note=note,
        )
    yield Row("svc call log", "python -c pass (wall)", cost["svc"].wall / cost["python"].wall)


def auditing(bench: Bench, long: Path, short: Path, equal: tuple[Path, Path]) -> Iterator[Row]:
    """A month, with a history and without, beside engines and a loop by hand that compute a tenth of its figures, the same
    audit of the five main ledgers in these engines, and other books of as many transactions.

    `equal`: desks of many months and of one, all alike.
    """
    data = str(long / "data")
    audit = ["audit", "month", MONTH, "--json", "--as-of", "2026-11-20T00:00"]
    subjects = {"svc": on(long, *audit), "alone": on(short, *audit)}
    many, one = equal
    subjects |= {"of many": on(many, *audit), "of one": on(one, *audit)}
    subjects["csv.reader and dicts"] = Subject([PYTHON, str(HERE / "floors.py"), "month", data, MONTH])
    subjects["sqlite3, loaded anew"] = Subject([PYTHON, str(HERE / "floors.py"), "sqlite_month", data, MONTH])
    five = list(subjects)[4:]
    for name, function in (("DuckDB", "duckdb_month"), ("polars", "polars_month"), ("pandas", "pandas_month")):
        if bench.tools and peers.has(name.lower()):
            five.append(name)
            subjects[name] = Subject([str(bench.tools), str(HERE / "floors.py"), function, data, MONTH])
    whole = {name: f"{name} whole" for name in ("DuckDB", "polars") if bench.tools and peers.has(name.lower()) and peers.has("chinesecalendar")}
    for name, subject in whole.items():
        subjects[subject] = Subject([str(bench.tools), str(HERE / "peers_full.py"), name.lower(), data, "--month", MONTH])
    size = peers.entries(short / "data")
    books = list(peers.reporting(bench.folder / "books", bench.tools, size, MONTH))
    subjects |= {peer.name: peer.subject for peer in books}
    cost = side_by_side(subjects, 3)
    yield Row("audit month, long history", "the month alone", _over(cost, "svc", "alone"), 1.1)
    yield Row("audit month, memory, long history", "the month alone", cost["svc"].memory / cost["alone"].memory, 1.1)
    months = len(list((many / "data" / "calls").glob("*.csv")))
    yield Row(f"audit month, history of {months} equal months", "of one month", _over(cost, "of many", "of one"), 1.1)
    memory = cost["of many"].memory / cost["of one"].memory
    yield Row(f"audit month, memory, history of {months} equal months", "of one month", memory, 1.1)
    for name in five:
        yield Row("audit month (every figure and finding)", f"{name} (five figures)", _over(cost, "svc", name), 0.7)
    for name, subject in whole.items():
        yield Row("audit month (every figure and finding)", f"{name} (the same of five ledgers)", _over(cost, "svc", subject), 1 if size > 100_000 else 0.5)
    for peer in books:
        yield Row("audit month, the month alone", f"{peer.name}, {peer.size:,} transactions", _over(cost, "alone", peer.name))


def bulk(bench: Bench, desk: Path) -> Iterator[Row]:
    """Import, rebuild and verify beside the tightest loop that does the same to the same bytes."""
    floor = [PYTHON, str(HERE / "floors.py")]
    made = bench.folder / "floor.sqlite"
    data = str(desk / "data")
    subjects = {
        "rebuild": on(desk, "ledger", "rebuild"),
        "rebuild floor": Subject([*floor, "rebuild", data, str(made)], before=lambda: made.unlink(missing_ok=True)),
        "verify": on(desk, "ledger", "verify"),
        "verify floor": Subject([*floor, "verify", data]),
    }
    cost = side_by_side(subjects, 3, warm=0)
    yield Row("ledger rebuild", "read, hash, insert in one loop", _over(cost, "rebuild", "rebuild floor"), 3)
    yield Row("ledger verify", "sha256 of each row in one loop", _over(cost, "verify", "verify floor"), 5)
    yield Row("ledger rebuild, memory, MB", "", cost["rebuild"].memory)
    yield Row("ledger verify, memory, MB", "", cost["verify"].memory)


def importing(bench: Bench, lines: int) -> Iterator[Row]:
    """`ledger import` of calls and replies beside csv into sqlite3.executemany."""
    jsonl, rows = bench.folder / "in.jsonl", bench.folder / "in.csv"
    with jsonl.open("w", encoding="utf-8") as one, rows.open("w", encoding="utf-8") as other:
        for n in range(lines // 2):
            id, at = f"C2609-{n + 1:05d}", f"2026-09-{n % 28 + 1:02d}T{n % 24:02d}:{n % 60:02d}:00+08:00"
            log = {"ledger": "call", "event": "log", "id": id, "at": at, "by": "S00", "channel": "phone", "from": "CU0001",
                   "kind": "repair", "summary": f"动臂下沉 {n}"}  # fmt: skip
            reply = {"ledger": "call", "event": "reply", "id": id, "at": at, "by": "S00", "text": "已答复"}
            for entry in (log, reply):
                print(json.dumps(entry, ensure_ascii=False), file=one)
                print(",".join(map(str, entry.values())), file=other)
    desk, made = bench.folder / "import", bench.folder / "import.sqlite"

    def empty() -> None:
        shutil.rmtree(desk, ignore_errors=True)
        shutil.copytree(bench.desks["empty"], desk)

    subjects = {
        "svc": on(desk, "ledger", "import", str(jsonl))._replace(before=empty),
        "floor": Subject([PYTHON, str(HERE / "floors.py"), "take_in", str(rows), str(made)],
                         before=lambda: made.unlink(missing_ok=True)),
    }  # fmt: skip
    cost = side_by_side(subjects, 3, warm=0)
    yield Row(f"ledger import, {lines:,} lines", "csv -> sqlite3.executemany", _over(cost, "svc", "floor"), 8)
    yield Row("ledger import, memory, MB", "", cost["svc"].memory)


def together(bench: Bench, each: int = 20) -> Iterator[Row]:
    """Appends by several processes at once: the store beside a write and fsync under a lock, and SQLite."""
    for many in (1, 4, 16, 64):
        seconds = {}
        for name, target in (
            ("append", "f.csv"),
            ("started_append", "f.csv"),
            ("sqlite_append", "f.sqlite"),
            ("svc_append", str(bench.desks["empty"])),
        ):
            path = target if name == "svc_append" else str(bench.folder / f"{many}{target}")
            command = [PYTHON, str(HERE / "floors.py"), name, path, str(bench.folder / "lock"), str(each)]
            environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:1])}
            started = time.perf_counter()
            for process in [subprocess.Popen(command, env=environ) for _ in range(many)]:
                process.wait()
            seconds[name] = time.perf_counter() - started
        yield Row(
            f"append, {many} at once",
            "write + fsync under the same lock (wall)",
            seconds["svc_append"] / seconds["append"],
            1.3,
        )
        yield Row(
            f"append, {many} at once",
            "the same, each process with svc's modules loaded (wall)",
            seconds["svc_append"] / seconds["started_append"],
            1.3,
        )
        yield Row(
            f"append, {many} at once", "SQLite, WAL, full (wall)", seconds["svc_append"] / seconds["sqlite_append"]
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="up to 12 million entries (hours, 20 GB of disk)")
    parser.add_argument("--desks", type=Path, help="where the histories lie, to use them again")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--table", action="store_true", help="at the end, print the rows as bench/README.md has them")
    parser.add_argument("--install-peers", action="store_true", help="apt-get install what is missing (as root)")
    parser.add_argument("--only", nargs="*", help="start, look, peers, audit, bulk, import, together")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="svc-bench-") as temporary:
        folder = Path(temporary)
        lie = options.desks or folder
        sizes = {"100k": (100_000, 120, 0), "1m": (1_000_000, 120, 0)} if options.full else {"100k": (100_000, 120, 0)}
        if options.full:
            sizes["12m"] = (12_000_000, 120, 100_000)
        desks = {"empty": _empty(folder)} | {name: ready(lie, *size) for name, size in sizes.items()}
        alone = {name: ready(lie, *_last_month(*size)) for name, size in sizes.items()}
        settled = {name: ready(lie, *size, settled=True) for name, size in sizes.items()}
        bench = Bench(folder, desks, alone, settled, options.rounds, peers.prepare(options.install_peers))
        calls = 100_000 if options.full else 10_000
        parts: dict[str, Callable[[], Iterator[Row]]] = {
            "start": lambda: starting(bench),
            "look": lambda: looking(bench),
            "peers": lambda: logging(bench, (0, 100_000) if options.full else (0, 10_000)),
            "audit": lambda: auditing(
                bench,
                desks["12m"] if options.full else ready(lie, 100_000, 12, calls),
                ready(lie, int(calls * history.PER_CALL), 1, calls),
                (desks["1m"] if options.full else ready(lie, 100_000, 12), ready(lie, 8_333, 1)),
            ),
            "bulk": lambda: bulk(bench, desks["1m" if options.full else "100k"]),
            "import": lambda: importing(bench, 100_000 if options.full else 10_000),
            "together": lambda: together(bench),
        }
        for name, part in parts.items():
            if not options.only or name in options.only:
                for row in part():
                    rows.append(row)
                    print(row.line(), flush=True)
    if options.table:
        print("\n| operation | against | goal | measured |\n|---|---|---|---|")
        print("\n".join(row.cells() for row in rows))
    if options.json:
        options.json.write_text(json.dumps([row._asdict() for row in rows], indent=2) + "\n")


def _last_month(entries: int, months: int, last: int) -> tuple[int, int, int]:
    """The size of a desk with nothing but the last month of such a history."""
    return (int(last * history.PER_CALL), 1, last) if last else (entries // months, 1, 0)


def _empty(folder: Path) -> Path:
    desk = folder / "empty"
    subprocess.run([*SVC, "init", str(desk), "--name", "Head"], check=True, stdout=subprocess.DEVNULL)
    machine = ["machine", "add", "--serial", "SN-00001", "--product", "LX200", "--customer", "CU0001"]
    for words in (["customer", "add", "--name", "Works", "--phone", "138-0000-0001"], machine, LOG):
        subprocess.run(on(desk, *words).command, check=True, stdout=subprocess.DEVNULL)
    return desk


if __name__ == "__main__":
    main()
