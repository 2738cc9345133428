"""svc machine: the machine register."""

from __future__ import annotations

import typer

from svc.ui.registers import add_reading, add_show
from svc.ui.registers import command as register_command

app = typer.Typer()
add_reading(app, "machine")
add_show(app, "machine")

command = register_command("machine", app)
