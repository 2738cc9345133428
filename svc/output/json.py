"""One JSON document on stdout, nothing else; the same bytes for the same values."""

from __future__ import annotations

import json
from typing import Any


def emit(document: Any) -> None:
    """Print a document: Chinese as it is, two blanks of indent, one newline at the end."""
    print(text(document), end="")


def text(document: Any) -> str:
    """A document as `emit` prints it."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def line(document: Any) -> str:
    """A document in one line, of those where a line is a document."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"
