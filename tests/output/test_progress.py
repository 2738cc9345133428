"""The progress bar: on a terminal only, on stderr only, gone at the end."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

WORK = """
import sys
from svc.text import Text
from svc.output import progress
progress.SILENT_FOR, progress._REDRAWN = float(sys.argv[1]), 0
with progress.progress(Text("verifying", "校验")) as tell:
    for done in range(101):
        tell(done, 100)
print("rich" in sys.modules)
"""


def on_terminal(silent: str) -> tuple[str, str]:
    """What the work prints on stdout, and on a terminal that is its stderr."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, silent], stdout=subprocess.PIPE, stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:  # the other side was closed
            break
        if not piece:
            break
        shown += piece
    out = process.communicate()[0]
    os.close(ours)
    assert process.returncode == 0
    return out.decode(), shown.decode()


def test_long_work_shows_how_far_it_is_and_wipes_it_away() -> None:
    out, shown = on_terminal("0")
    assert "verifying" in shown and "50%" in shown and "100%" in shown
    assert shown.endswith("\x1b[2K") or "\x1b[2K" in shown[-40:]
    assert out == "True\n"


def test_short_work_shows_nothing_and_loads_nothing() -> None:
    assert on_terminal("3600") == ("False\n", "")


def test_without_a_terminal_nothing_is_shown() -> None:
    done = subprocess.run([sys.executable, "-c", WORK, "0"], capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("False\n", "", 0)
