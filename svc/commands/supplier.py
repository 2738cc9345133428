"""svc supplier: the supplier register (3.8)."""

from __future__ import annotations

from svc.ui.groups import Readings
from svc.ui.registers import add_reading, add_show, register

app = Readings()
add_reading(app, "supplier")
add_show(app, "supplier")

command = register("supplier", app)
