"""Run the fault suites at full size and write what they tried into docs/reliability.md: `make faults`.

    python scripts/run_faults.py [TEST …]     without arguments: all of them, counted anew
    python scripts/run_faults.py --write      only the table, of what the last runs counted

The suites tell their counts in a file (tests/faults/sizes.py); the table is made from it. Exit code 1,
and no table, where a suite fails; where the numbers fall short of what is asked for, they are marked.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPORT = ROOT / ".faults" / "counts.jsonl"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SUITES = ("tests/faults", *(f"tests/errors/test_{name}.py" for name in ("bad_inputs", "every_way", "attacks")), "tests/cli/test_protect.py")

WANTED = {
    "crash states": ("states that a power cut may leave, opened and checked", 20_000),
    "system calls injected": ("system calls killed at or failed (strace)", 2_000),
    "torn and short writes": ("writes torn, shortened or refused", 500),
    "full disk": ("times the disk was full", 10),
    "concurrent appends": ("appends by clerks at the same time", 16_000),
    "bits flipped": ("bits turned over, one at a time", 1_000_000),
    "steps of the state machine": ("steps in any order (entries, edits, crashes, clocks, indexes)", 5_000),
    "rows through LibreOffice": ("rows opened and saved by LibreOffice", 300),
    "wrong inputs": ("wrong inputs answered", 96),
    "hostile requests to the service": ("messages and command lines of somebody who wants more than a verb, at a protected desk", 40),
    "seeded bugs": ("mistakes put into the source, found", 20),
}


def main(tests: list[str]) -> int:
    """Run, then write the table."""
    REPORT.parent.mkdir(exist_ok=True)
    if not tests:
        REPORT.unlink(missing_ok=True)
    started = time.time()
    if tests == ["--write"]:
        return _written(None)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-o",
            "addopts=",
            "-q",
            "-n",
            "2",
            "--dist",
            "worksteal",
            "-rs",
            *(tests or SUITES),
        ],
        cwd=ROOT,
        env={**os.environ, "SVC_FAULTS": "long", "SVC_FAULTS_REPORT": str(REPORT)},
    )
    return 1 if done.returncode else _written((time.time() - started) / 60)


def _written(minutes: float | None) -> int:
    """The table, of everything that was counted."""
    found: dict[str, dict[str, int]] = {}
    for line in REPORT.read_text("utf-8").split("\n")[:-1]:
        counts = json.loads(line)
        total = found.setdefault(counts.pop("suite"), {})
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
    write(found, minutes)
    return 0


def write(found: dict[str, dict[str, int]], minutes: float | None) -> None:
    """Put the table between the marks of the page."""
    rows = ["| what | tried | wanted | of which |", "|---|---:|---:|---|"]
    for suite, (what, wanted) in WANTED.items():
        counts = dict(found.get(suite, {}))
        tried = counts.pop("tried", 0)
        details = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        short = "" if tried >= wanted else " (short)"
        rows.append(f"| {what} | {tried:,}{short} | {wanted:,} | {details} |")
    machine = f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    rows.append(f"\nMeasured {time.strftime('%Y-%m-%d')} on {machine}" + ("." if minutes is None else f"; it took {minutes:.0f} minutes."))
    rows.append(
        "In all of them: acknowledged entries lost 0, there twice 0, changes unseen 0, tracebacks 0; a suite that met one would fail."
    )
    head, rest = PAGE.read_text("utf-8").split(BEGIN)
    _, foot = rest.split(END)
    PAGE.write_text(f"{head}{BEGIN}\n" + "\n".join(rows) + f"\n{END}{foot}", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
