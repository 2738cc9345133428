"""svc supplier: the supplier register."""

from __future__ import annotations

import typer

from svc.ui.registers import add_reading, add_show
from svc.ui.registers import command as register_command

app = typer.Typer()
add_reading(app, "supplier")
add_show(app, "supplier")

command = register_command("supplier", app)
