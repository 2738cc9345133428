"""svc expense: expense claims of trips (1.12, 4.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import typer

from svc.commands._lists import add_list
from svc.commands._noun import noun
from svc.desk import Desk
from svc.domain import visit
from svc.domain.expense import Expense, fold
from svc.locale import Text

app = typer.Typer()


def row(desk: Desk, expense: Expense) -> dict[str, Any]:
    """A claim as lists show it."""
    submit, review = expense.submit, expense.review
    return {
        "id": expense.id,
        "at": submit.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "trip": expense.trip,
        "submitted_by": submit.by,
        "amount": f"{sum((Decimal(line.amount) for line in expense.lines), Decimal(0)):.2f}",
        "receipts": len(expense.lines),
        "standing": expense.standing,
        "invalid": ", ".join(map(str, expense.invalid)) or None,
        "reviewed_by": review.by if review else None,
        "open": review is None,
    }


def travelled(desk: Desk, id: str) -> str | None:
    """Whose expenses a claim is about: of whoever was on the trip."""
    desk.index.catch_up(("expense", "visit"))
    claim = fold(desk.index.entries("expense", id))
    trip = visit.fold(desk.index.entries("visit", claim.trip)) if claim else None
    return trip.staff if trip else None


add_list(
    app,
    "expense",
    {
        "id": Text("claim", "编号"),
        "at": Text("submitted", "提交时间"),
        "trip": Text("trip", "出差"),
        "submitted_by": Text("by", "提交人"),
        "amount": Text("yuan", "金额"),
        "receipts": Text("lines", "行数"),
        "standing": Text("standing", "状态"),
        "invalid": Text("invalid lines", "问题行"),
        "reviewed_by": Text("reviewed by", "审核人"),
    },
    row,
)

command = noun("expense", app)
