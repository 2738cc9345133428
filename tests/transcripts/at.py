"""`svc` at a moment that is given, so that what it says is the same on any day: `at.py MOMENT svc's words …`.

`at.py --all FILE` runs many lines in one process, each at its moment: JSON, `[MOMENT, [words …]]`; it stops at the first
that fails.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])


def stop_the_clock(moment: str) -> None:
    """From now on it is that moment, for whoever asks for the time of day; what waits for a while still waits."""
    stopped = datetime.fromisoformat(moment).timestamp()
    time.time = lambda: stopped


def run_all(file: str) -> None:
    """The lines of a file, one after the other."""

    import svc.cli

    command = svc.cli.app
    for moment, words in json.loads(Path(file).read_text("utf-8")):
        stop_the_clock(moment)
        code = command.main(words, prog_name="svc", standalone_mode=False)
        if code:
            raise SystemExit(f"{moment} svc {' '.join(words)}: {code}")


if __name__ == "__main__":
    if sys.argv[1] == "--all":
        run_all(sys.argv[2])
    else:
        stop_the_clock(sys.argv.pop(1))
        from svc.__main__ import run

        run()
