"""svc customer: the customer register."""

from __future__ import annotations

import typer

from svc.commands._register import add_reading, add_show
from svc.commands._register import command as register_command

app = typer.Typer()
add_reading(app, "customer")
add_show(app, "customer")

command = register_command("customer", app)
