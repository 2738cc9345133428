"""What is said beside an answer, on stderr: how something was understood, what to look at, what comes next. `-q` leaves it out.

Errors are not said here: they are always said.
"""

from __future__ import annotations

import sys
from typing import TextIO

from svc.text import Text, say

_hushed = False


def hush() -> None:
    """Say nothing beside answers from now on (`-q`)."""
    global _hushed
    _hushed = True


def quiet() -> bool:
    """Whether only what was asked for is wanted: of what was recorded, its id."""
    return _hushed


def note(said: Text | str) -> None:
    """Say something beside the answer: with a command in it in one line, to be copied."""
    if not _hushed:
        sys.stdout.flush()  # the answer comes first, also where both go into one file
        tell(say(said), sys.stderr)


def tell(said: str, stream: TextIO) -> None:
    """Print lines, on a terminal broken between words; one that holds a command stays whole."""
    for line in said.split("\n"):
        if stream.isatty() and "svc " not in line:
            from svc.output.fold import show

            show(line, stream, "  ")
        else:
            print(line, file=stream)
