"""Giving out what is recorded, in the neutral form that import takes in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from svc.desk import Desk
from svc.domain import ledgers, registers
from svc.errors import BadInput
from svc.intake.neutral import neutral
from svc.locale import Text


def give_out(desk: Desk, month: str | None, form: str, unmask: bool) -> Iterator[str]:
    """One JSON object a line: the registers (names and numbers only with `unmask`), then entries as recorded."""
    if form != "jsonl":
        raise BadInput(
            Text(f"--format {form}: there is no such form", f"--format {form}：没有这种格式"), Text("jsonl", "jsonl")
        )
    for row in _registers(desk, unmask):
        yield json.dumps(row, ensure_ascii=False)
    bounds = None
    if month:
        from svc.domain.times import month_bounds

        bounds = month_bounds(month, desk.zone)
    secrets = desk.registers.load("caller") if unmask else {}
    for noun in ledgers.TABLE:
        for found in desk.ledger.read(noun):
            entry = found.entry
            if bounds is None or bounds[0] <= entry.at < bounds[1]:
                yield json.dumps(_entry(entry, secrets), ensure_ascii=False)


def _entry(entry: Any, secrets: Any) -> dict[str, Any]:
    row = neutral(entry)
    hidden = secrets.get(entry.id)
    if hidden and entry.event == "log":
        row.update({"from": hidden.get("phone") or row.get("from"), "contact": hidden.get("contact")})
    return {name: value for name, value in row.items() if value is not None}


def _registers(desk: Desk, unmask: bool) -> Iterator[dict[str, Any]]:
    for noun, register in registers.TABLE.items():
        for id, row in desk.register(noun).items():
            shown = {n: v for n, v in row.items() if v and n != "pinyin" and (unmask or n not in register.personal)}
            if not unmask and "name" in register.columns:
                shown["name"] = id
            yield {"ledger": noun, "event": "add", "id": id, **shown}
