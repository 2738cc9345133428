"""svc today: what waits, most urgent first (1.10)."""

from __future__ import annotations

from typing import Any

import typer

from svc.commands._noun import AsOf, Format, Json, open_desk, single, text


def today(
    ctx: typer.Context,
    mine: bool = typer.Option(False, "--mine", help=text("only what waits for me", "只看我的")),
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
) -> None:
    from svc.audit.open import items
    from svc.commands._open import COLUMNS, row
    from svc.output import table

    desk = open_desk(ctx)
    view = desk.view(as_of)
    found = [item for item in items(desk.waiting(view)) if not mine or item.staff == desk.who]
    rows: list[dict[str, Any]] = [row(desk, item, view.now) for item in found]
    table.emit(rows, COLUMNS, "json" if json_ else format_)
    if rows and not json_ and format_ == "table":
        print(text("\nnext: ", "\n下一步：") + rows[0]["do"])


command = single(today, "today", "svc today")
