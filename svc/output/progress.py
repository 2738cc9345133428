"""How far a long piece of work has come: a bar on stderr, for somebody who sits at a terminal and waits.

Nothing appears in a pipe, under cron or with `-q`, nor while the work has lasted less than a second; the bar is
wiped away at the end, so that what stays on the screen is the answer. The library that draws it is
loaded only then.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from svc.output.notes import quiet
from svc.text import Text, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Tell = Callable[[int, int], None]
"""Called with how much is done and how much there is (bytes, rows …); all of it 0 where that is not known."""

SILENT_FOR = 1.0
"""Seconds of work that nobody needs to be told about."""
_REDRAWN = 0.1


@contextmanager
def progress(what: Text) -> Iterator[Tell]:
    """A bar called `what` inside: `with progress(Text("verifying", "校验")) as tell: …; tell(done, total)`.

    `tell` may be called as often as is convenient.
    """
    if not sys.stderr.isatty() or quiet() or os.environ.get("TERM") == "dumb":  # which could not wipe it away again
        yield lambda done, total: None
        return
    bar = _Bar(say(what))
    try:
        yield bar.tell
    finally:
        bar.close()


class _Bar:
    """Draws at most ten times a second, from one second on."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = time.monotonic() + SILENT_FOR
        self._drawn: tuple[Progress, TaskID] | None = None

    def tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _REDRAWN
        progress, task = self._drawn or self._begin()
        progress.update(task, completed=done, total=total or None)
        progress.refresh()

    def _begin(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
        )
        console = Console(stderr=True)
        # stdout is left alone: the answer may be going into a file
        progress = Progress(*columns, console=console, auto_refresh=False, transient=True, redirect_stdout=False)
        progress.start()
        self._drawn = progress, progress.add_task(self._what, total=None)
        return self._drawn

    def close(self) -> None:
        if self._drawn:
            self._drawn[0].stop()
