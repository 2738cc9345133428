"""What is longer than the screen goes through a pager, where one is named: SVC_PAGER (or `svc config`), else PAGER."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

OFF = ("", "cat", "never", "off")
"""Pagers that are none."""


class _Held(io.StringIO):
    """Standard output of a terminal, kept until it is known how long it gets."""

    def __init__(self, screen: TextIO) -> None:
        super().__init__()
        self.screen = screen

    def isatty(self) -> bool:
        return True


def named() -> str | None:
    """The pager that was asked for; None where there is none, or nobody to read it."""
    program = os.environ.get("SVC_PAGER", os.environ.get("PAGER", "")).strip()
    if program in OFF or os.environ.get("TERM") in (None, "", "dumb"):
        return None
    return program if sys.stdout.isatty() and sys.stdin.isatty() else None


@contextmanager
def paged() -> Iterator[None]:
    """Hold back what is printed inside; show it at the end, through the pager if it does not fit."""
    program = named()
    if program is None:
        yield
        return
    sys.stdout = held = _Held(sys.stdout)
    try:
        yield
    finally:
        if sys.stdout is held:
            sys.stdout = held.screen
            _show(held.getvalue(), program, held.screen)


def release() -> None:
    """Show what is held and hold no more: somebody is asked."""
    if isinstance(sys.stdout, _Held):
        sys.stdout.screen.write(sys.stdout.getvalue())
        sys.stdout.screen.flush()
        sys.stdout = sys.stdout.screen


def _show(text: str, program: str, screen: TextIO) -> None:
    if text.count("\n") < shutil.get_terminal_size().lines or not _through(text, program):
        screen.write(text)
        screen.flush()


def _through(text: str, program: str) -> bool:
    """Whether the pager took it. Whoever leaves it early has read enough."""
    sys.stderr.flush()
    try:
        done = subprocess.run(program, shell=True, input=text.encode("utf-8", "backslashreplace"), env={"LESS": "FRX", **os.environ}, check=False)
    except OSError:
        return False
    return done.returncode not in (126, 127)  # no such program: it is shown as it is
