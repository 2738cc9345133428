"""svc check: what is overdue or due soon; for cron: silent and 0 when there is nothing, 1 when there is."""

from __future__ import annotations

from typing import Annotated

import typer

from svc.commands._noun import AsOf, Json, open_desk, single, text


def check(
    ctx: typer.Context,
    within: Annotated[
        str | None, typer.Option(metavar="SPAN", help=text("also what is due within this time", "包括这段时间内到期的"))
    ] = None,
    json_: Json = False,
    as_of: AsOf = None,
) -> None:
    from svc.audit.open import items
    from svc.commands._open import row
    from svc.domain.times import span
    from svc.output import json

    desk = open_desk(ctx)
    view = desk.view(as_of)
    now = view.now.timestamp()
    soon = now + span(within) if within else now - 1  # due this very second is still in time
    found = [i for i in items(desk.waiting(view)) if i.due and (i.due.timestamp() < now or i.due.timestamp() <= soon)]
    rows = [row(desk, item, view.now) for item in found]
    if json_:
        json.emit(rows)
    else:
        for one in rows:
            print(f"{one['id']}  {one['left']}  {one['staff'] or '-'}  {one['text']}")
    if rows:
        raise typer.Exit(1)


command = single(check, "check", "svc check --within 2h")
