"""svc part: the register of parts."""

from __future__ import annotations

from svc.ui.groups import Readings
from svc.ui.registers import add_reading, add_show, register

app = Readings()
add_reading(app, "part")
add_show(app, "part")

command = register("part", app)
