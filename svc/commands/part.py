"""svc part: the register of parts."""

from __future__ import annotations

import typer

from svc.ui.registers import add_reading, add_show, register

app = typer.Typer()
add_reading(app, "part")
add_show(app, "part")

command = register("part", app)
