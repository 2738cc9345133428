"""Colour and weight on a terminal, where they carry meaning; every word can be read without them.

Six escape sequences: `rich` costs 38 ms at the start of every command that prints a heading (docs/decisions.md).
"""

from __future__ import annotations

import os
import sys

_CODES = {"overdue": "31", "due": "33", "awaiting": "36", "money": "1", "heading": "1", "worse": "31", "better": "32"}
"""What is said by a colour or by weight → the terminal's number for it."""


def allowed() -> bool:
    """Whether a terminal may be given colours: NO_COLOR, `--no-color`, the user's settings and TERM=dumb say no."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in (None, "", "dumb")


def paint(text: str, meaning: str | None) -> str:
    """The text as that meaning is shown on standard output; as it is elsewhere, and where nothing is meant."""
    code = _CODES.get(meaning or "")
    return f"\x1b[{code}m{text}\x1b[0m" if code and text and allowed() and sys.stdout.isatty() else text
