"""What commands cost, as ratios against `python -c pass` in the same run: `make bench`.

Each round runs every subject once, one after the other, so that a noisy machine is noisy for all;
the medians are compared. Nothing here is asserted: it is for looking at.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from svc.domain.entry import Entry
from svc.store.files import FileLedger

# An installed program has its modules compiled; a variable that forbids keeping them would be measured instead.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

CHINA = timezone(timedelta(hours=8))
EMPTY_TYPER = "import typer; app = typer.Typer(add_completion=False); app.command()(lambda: None); app()"
LOG = ["call", "log", "--channel", "phone", "--from", "13800000001", "--kind", "repair", "--summary", "drifts"]


def desk(folder: Path) -> None:
    """A desk with one customer."""
    run(folder, "init", str(folder), "--name", "Head")
    run(folder, "customer", "add", "--name", "Works", "--phone", "138-0000-0001")


def history(folder: Path, months: int, a_month: int) -> None:
    """Answered calls, recorded month by month through the store."""
    ledger = FileLedger(folder / "data")
    for n in range(months):
        start = datetime(2025 + (n + 9) // 12, (n + 9) % 12 + 1, 1, 9, tzinfo=CHINA)
        entries = []
        for k in range(a_month):
            at, id = start + timedelta(minutes=k), f"C{start:%y%m}-{k + 1:04d}"
            fields = {"channel": "phone", "from": "CU0001", "kind": "repair", "summary": f"case {k}"}
            entries.append(Entry("call", "log", id, at, at, "S00", fields))
            entries.append(Entry("call", "reply", id, at + timedelta(hours=1), at, "S00", {"text": "tomorrow"}))
        with ledger.lock():
            ledger.append(entries, start + timedelta(days=27))
    run(folder, "ledger", "rebuild")


def run(folder: Path, *arguments: str) -> None:
    """One svc command on a desk."""
    environ = {**os.environ, "SVC_DESK": str(folder)}
    subprocess.run([sys.executable, "-m", "svc", *arguments], env=environ, check=False, stdout=subprocess.DEVNULL)


def subjects(empty: Path, full: Path) -> dict[str, list[str]]:
    """What is measured: name → command line."""
    python, svc = [sys.executable, "-c"], [sys.executable, "-m", "svc"]
    on = {"empty": ["--desk", str(empty)], "year": ["--desk", str(full)]}
    found = {"python -c pass": [*python, "pass"], "empty typer command": [*python, EMPTY_TYPER]}
    found["svc --version"] = [*svc, "--version"]
    for name, where in on.items():
        found[f"call log, {name}"] = [*svc, *where, *LOG]
        found[f"check, {name}"] = [*svc, *where, "check", "--as-of", "2026-10-01T00:00"]
        found[f"customer show, {name}"] = [*svc, *where, "customer", "show", "138-0000-0001"]
        found[f"audit month, {name}"] = [*svc, *where, "audit", "month", "2026-08", "--json"]
    return found


def measure(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Median seconds of each, the rounds alternating."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--calls", type=int, default=2000, help="calls a month in the year of history")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder) / "empty", Path(folder) / "year"
        desk(empty)
        desk(full)
        history(full, 12, options.calls)
        seconds = measure(subjects(empty, full), options.rounds)
    base = seconds["python -c pass"]
    if options.json:
        print(json.dumps({name: round(value / base, 2) for name, value in seconds.items()}, indent=2))
        return
    print(f"{'':26}× python -c pass ({base * 1000:.0f} ms)")
    for name, value in seconds.items():
        print(f"{name:26}{value / base:6.2f}")


if __name__ == "__main__":
    main()
