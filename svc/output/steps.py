"""The steps of an explanation on a terminal: numbered, each with its source."""

from __future__ import annotations

from collections.abc import Iterable

from svc.output import fold
from svc.rules.explain import Step
from svc.text import say


def show(told: Iterable[Step]) -> None:
    """Print the steps, one a line."""
    for number, step in enumerate(told, 1):
        fold.show(f"{number:>2}. {say(step.text)}" + (f"  [{step.source}]" if step.source else ""), indent="    ")
