"""How much a fault suite tries: little in every test run, much under `make faults`; and what it did try, written down."""

from __future__ import annotations

import json
import os
from typing import TypeVar

T = TypeVar("T")

LONG = os.environ.get("SVC_FAULTS") == "long"


def size(quick: T, long: T) -> T:
    """The one or the other."""
    return long if LONG else quick


def tally(suite: str, **counts: int) -> None:
    """Add what was tried and found to the file that `make faults` makes its table of."""
    path = os.environ.get("SVC_FAULTS_REPORT")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"suite": suite, **counts}) + "\n")
