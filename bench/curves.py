"""How cost grows with the history: `python bench/curves.py DESK… --out bench/growth` writes growth.json and growth.png.

The desks are those of `history.py`, with their index; each point is the median CPU time of a command as
a multiple of `python -c pass` in the same rounds. Drawing needs matplotlib.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.measure import Subject, once, side_by_side
from bench.run import LOG, MONTH, PYTHON, on

COMMANDS = {
    "call log": LOG,
    "check": ["check"],
    "customer show": ["customer", "show", "138-0000-0001"],
}
LONG = {
    "audit month": ["audit", "month", MONTH, "--json", "--as-of", "2026-11-20T00:00"],
    "ledger rebuild": ["ledger", "rebuild"],
}
"""What takes seconds and minutes: measured once a desk, in seconds of CPU, drawn on a scale of its own."""


def entries(desk: Path) -> int:
    """How many entries the index of a desk holds."""
    import sqlite3

    db = sqlite3.connect(desk / "data" / ".svc" / "index.sqlite")
    count: int = db.execute("select count(*) from entry").fetchone()[0]
    return count


def measure(desks: list[Path], rounds: int) -> dict[str, object]:
    """The sizes of the desks and, for each command, what it costs on each."""
    subjects = {"python": Subject([PYTHON, "-c", "pass"])}
    for n, desk in enumerate(desks):
        subjects |= {f"{name} {n}": on(desk, *words) for name, words in COMMANDS.items()}
    cost = side_by_side(subjects, rounds)
    curves = {name: [cost[f"{name} {n}"].cpu / cost["python"].cpu for n in range(len(desks))] for name in COMMANDS}
    seconds = {name: [once(on(desk, *words)).cpu for desk in desks] for name, words in LONG.items()}
    return {"entries": [entries(desk) for desk in desks], "curves": curves, "seconds": seconds}


def draw(found: dict[str, object], picture: Path) -> None:
    """Cost over entries, the entries on a logarithmic scale."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, both = pyplot.subplots(1, 2, figsize=(11, 4))
    for axes, kind, unit in zip(both, ("curves", "seconds"), ("python -c pass = 1", "seconds"), strict=True):
        for name, costs in found[kind].items():  # type: ignore[attr-defined]
            axes.plot([max(1, size) for size in found["entries"]], costs, marker="o", label=name)  # type: ignore[attr-defined]
        axes.set_xscale("log")
        axes.set_xlabel("entries in the desk")
        axes.set_ylabel(f"CPU time, {unit}")
        axes.grid(alpha=0.3)
        axes.legend(loc="upper left")
    both[0].set_ylim(bottom=0)
    both[1].set_yscale("log")
    figure.tight_layout()
    figure.savefig(picture, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("desks", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("growth"))
    options = parser.parse_args()
    found = measure(options.desks, options.rounds)
    options.out.with_suffix(".json").write_text(json.dumps(found, indent=2) + "\n")
    draw(found, options.out.with_suffix(".png"))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
