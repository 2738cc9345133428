"""svc supplier: the supplier register (3.8)."""

from __future__ import annotations

import typer

from svc.ui.registers import add_reading, add_show, register

app = typer.Typer()
add_reading(app, "supplier")
add_show(app, "supplier")

command = register("supplier", app)
