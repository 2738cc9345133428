"""Registers that need no verbs of their own: svc machine, svc supplier."""

from __future__ import annotations

from typing import Any

import typer

from svc.text import Text
from svc.ui.registers import add_reading, add_show, register


def command(noun: str, title: Text) -> Any:
    """The verbs of such a register."""
    app = typer.Typer()
    add_reading(app, noun)
    add_show(app, noun)
    return register(noun, app)(noun, title)
