"""svc today: what needs whoever looks, most urgent first (1.10)."""

from __future__ import annotations

import shutil
import sys
from typing import Annotated, Any

import typer

from svc.ui.groups import single
from svc.ui.options import AsOf, Format, Json, open_desk, text


def today(
    ctx: typer.Context,
    mine: bool = typer.Option(False, "--mine", help=text("only what waits for me in person", "只看我本人的")),
    all_: Annotated[
        bool, typer.Option("--all", help=text("everything, whoever it waits for", "全部，不论等谁处理"))
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help=text("keep it on the screen (q leaves)", "留在屏幕上定时刷新（q 退出）"))
    ] = False,
    every: Annotated[
        int, typer.Option("--every", metavar="SECONDS", min=1, help=text("how often it is drawn", "刷新间隔（秒）"))
    ] = 30,
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
) -> None:
    from svc.desk.waiting import WITH_COMMAND, told
    from svc.output import board
    from svc.output import tables as table

    def rows() -> list[dict[str, Any]]:
        return _rows(ctx, mine, all_, as_of)

    if watch:
        from svc.ui.watch import watch as keep

        def drawn(columns: int) -> list[str]:
            ctx.meta.pop("svc.desk.open", None)  # opened anew each time: rules and registers may have changed
            return board.lines(list(map(told, rows())), columns, coloured=True)

        return keep(drawn, every)
    if json_ or format_ != "table" or not sys.stdout.isatty():
        form = "json" if json_ else format_
        return table.emit(rows() if form in ("json", "jsonl") else list(map(told, rows())), WITH_COMMAND, form)
    for line in board.lines(list(map(told, rows())), shutil.get_terminal_size().columns, coloured=True):
        print(line)


def _rows(ctx: typer.Context, mine: bool, all_: bool, as_of: str | None) -> list[dict[str, Any]]:
    from svc.audit.open import items
    from svc.desk.waiting import concerns, row, visible

    desk = open_desk(ctx)
    view = desk.view(as_of)
    found = visible(desk, items(desk.waiting(view)))
    if mine:
        found = [item for item in found if item.staff == desk.who]
    elif not all_:
        found = [item for item in found if concerns(desk, item, view.now)]
    return [row(desk, item, view.now) for item in found]


command = single(today, "svc today\nsvc today --watch")
