"""Giving out what is recorded, in the neutral form that import takes in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from svc.desk.open import Desk
from svc.domain import ledgers, registers
from svc.domain.clock.base import month_bounds
from svc.domain.people import masked
from svc.errors import BadInput
from svc.intake.neutral import neutral
from svc.store.identity import keep_out
from svc.text import Text


def give_out(desk: Desk, month: str | None, unmask: bool) -> Iterator[str]:
    """One JSON object a line: the registers (names and numbers only with `unmask`), then entries as recorded."""
    for row in _registers(desk, unmask):
        yield json.dumps(row, ensure_ascii=False)
    bounds = _bounds(desk, month)
    secrets = desk.registers.load("caller") if unmask else {}
    for noun in ledgers.TABLE:
        if noun == "access":  # who looked is a matter of this desk
            continue
        for found in desk.ledger.read(noun):
            entry = found.entry
            if bounds is None or bounds[0] <= entry.at < bounds[1]:
                yield json.dumps(_entry(entry, secrets), ensure_ascii=False)


def tabulate(desk: Desk, month: str | None, form: str, out: str | None) -> int:
    """Write the ledgers as tables for other programs (`svc.intake.tables.FORMS`); how many entries."""
    from svc.extras import needs
    from svc.intake.tables import FORMS

    if form not in FORMS:
        known = ", ".join(["jsonl", *FORMS])
        raise BadInput(
            Text(f"--format {form}: there is no such form", f"--format {form}：没有这种格式"), Text(known, known)
        )
    if not out:
        raise BadInput(
            Text(f"--format {form} needs -o", f"--format {form} 需要 -o"),
            Text(
                f"for example: svc ledger export --format {form} -o history",
                f"例如：svc ledger export --format {form} -o history",
            ),
        )
    keep_out(Path(out), "-o")
    desk.index.catch_up()
    write, extra = FORMS[form]
    with needs(extra):
        return write(desk, Path(out), _bounds(desk, month))


def _bounds(desk: Desk, month: str | None) -> tuple[datetime, datetime] | None:
    if not month:
        return None
    return month_bounds(month, desk.zone)


def _entry(entry: Any, secrets: Any) -> dict[str, Any]:
    row = neutral(entry)
    hidden = secrets.get(entry.id)
    if hidden and entry.event == "log":
        numbers = hidden.get("phone", "").split("; ")
        number = next((n for n in numbers if n and masked(n) == row.get("from")), None)
        row.update({"from": number or row.get("from"), "contact": hidden.get("contact")})
    return {name: value for name, value in row.items() if value is not None}


def _registers(desk: Desk, unmask: bool) -> Iterator[dict[str, Any]]:
    for noun in registers.TABLE:
        for row in public_rows(desk, noun, unmask):
            yield {"ledger": noun, "event": "add", **row}


def public_rows(desk: Desk, noun: str, unmask: bool = False) -> Iterator[dict[str, Any]]:
    """The rows of a register; without `unmask` nothing personal is in them, and the id stands for a name."""
    register = registers.TABLE[noun]
    for id, row in desk.register(noun).items():
        shown = {n: v for n, v in row.items() if v and n != "pinyin" and (unmask or n not in register.personal)}
        if not unmask and "name" in register.columns:
            shown["name"] = id
        yield {"id": id, **shown}
