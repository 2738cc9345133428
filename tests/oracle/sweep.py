"""Many invented quarters, product against oracle, in one process: the long form of `test_agreement.py`.

    python -m tests.oracle.sweep --seeds 1-200 --calls 60

Each quarter is imported into a desk of its own and audited month by month through the command line's own
entry point, from its end, from a moment within, and from an instant at which something turns. Prints what
was compared and every difference; exit code 1 where there is one.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import svc.cli

from . import quarters
from .test_agreement import AMOUNTS, LIMITS, Desk, compare, viewpoints

COMMAND = svc.cli.app


class NearDesk(Desk):
    """A desk whose commands run in this process."""

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        out = io.StringIO()
        with redirect_stdout(out):
            code = COMMAND.main(list(arguments), prog_name="svc", standalone_mode=False)
        assert not code, f"svc {' '.join(arguments)}: {code}\n{out.getvalue()}"
        return out.getvalue()


def sweep(seed: int, calls: int) -> tuple[int, int, list[str]]:
    """Entries, audits compared and differences of one seed; every second one has no limits of its own, and every second one no day on which its desk begins."""
    entries = quarters.quarter(seed, calls)
    rnd, found, audits = Random(seed), list[str](), 0
    limits = LIMITS if seed % 2 else {}
    with TemporaryDirectory() as folder:
        desk = NearDesk(Path(folder) / "desk")
        desk.set_amounts(AMOUNTS)
        desk.set_limits(limits)
        desk.import_entries(entries)
        desk.begin(quarters.begins(rnd))
        for month in quarters.MONTHS:
            points = viewpoints(entries, month, rnd)
            for as_of in {quarters.CEILING, *rnd.sample(points, min(2, len(points)))}:
                audits += 1
                found += [f"seed {seed}: {line}" for line in compare(desk, entries, month, as_of, AMOUNTS, limits)]
    return len(entries), audits, found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.sweep", description=__doc__)
    parser.add_argument("--seeds", default="1-20", metavar="FROM-TO")
    parser.add_argument("--calls", type=int, default=60)
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    began, total, audits, wrong = time.monotonic(), 0, 0, list[str]()
    for seed in range(int(first), int(last or first) + 1):
        entries, compared, found = sweep(seed, given.calls)
        total, audits, wrong = total + entries, audits + compared, wrong + found
        for line in found[:20]:
            print(line, flush=True)
    took = time.monotonic() - began
    print(f"{datetime.now(UTC):%Y-%m-%d}: seeds {given.seeds}, {total} entries, {audits} audits compared, "
          f"{len(wrong)} differences, {took:.0f} s")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
