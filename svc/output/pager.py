"""More lines than the screen has, a page at a time: with the pager of the user ($PAGER), else `less`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

from click import echo_via_pager


def paged(lines: Sequence[str]) -> None:
    """Print lines; on a terminal that shows fewer of them, through a pager."""
    fits = len(lines) < shutil.get_terminal_size().lines
    if fits or not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
        for line in lines:
            print(line)
        return
    os.environ.setdefault("LESS", "-RFX")
    echo_via_pager("\n".join(lines) + "\n", color=True)
