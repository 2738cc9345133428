"""A clerk of the store alone, as a process: `python -m tests.faults.clerk DATA FIRST COUNT [BATCH]`.

Appends calls one by one (or a call and a report at a time) and tells each on stdout when it is
confirmed: id, file, offset, and when it was asked for and confirmed (nanoseconds of one clock).
Exit code 0, or that of the error, which it tells on stderr.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import SvcError
from svc.store.files.ledger import FileLedger

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 12, 4, 15, 0, tzinfo=ZONE)


def call(number: int) -> Entry:
    fields = {
        "channel": "phone",
        "from": "138-****-1234",
        "kind": "repair",
        "summary": f"boom drifts, slowly {number}",
        "needs_service": True,
    }
    return Entry("call", "log", f"C2611-{number:04}", NOW, NOW, "S01", fields)


def report(number: int) -> Entry:
    return Entry(
        "report",
        "close",
        f"R2611-{number:04}",
        NOW,
        NOW,
        "S01",
        {"visit": f"V2611-{number:04}", "cause": "wear", "resolved": True},
    )


for noun in ("call", "report"):
    ledgers.events(noun)  # loaded now: what is struck later shall be the store, not Python's search for a module


def main(data: str, first: int, count: int, together: bool) -> int:
    """Append; the exit code."""
    try:
        ledger = FileLedger(Path(data))
    except (SvcError, OSError) as error:
        print(error, file=sys.stderr)
        return 5
    for number in range(first, first + count):
        entries = [call(number), report(number)] if together else [call(number)]
        asked = time.monotonic_ns()
        try:
            with ledger.lock(600):
                receipts = ledger.append(entries, NOW)
        except SvcError as error:
            print(f"{error.what.en} / {error.hint.en if error.hint else ''}", file=sys.stderr)
            return error.exit_code
        except OSError as error:  # as `svc.cli` has it
            print(f"the system refuses: {error.strerror}", file=sys.stderr)
            return 6
        told = time.monotonic_ns()
        line = "".join(f"{r.id} {r.file} {r.offset} {asked} {told}\n" for r in receipts)
        os.write(1, line.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), len(sys.argv) > 4))
