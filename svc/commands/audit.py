"""svc audit: what a month was worth (1.5)."""

from __future__ import annotations

import typer

from svc.commands._noun import AsOf, Json, KnownAt, noun, open_desk, text

app = typer.Typer()


@app.command(
    "month",
    help=text("all figures of a month, every fine traceable", "一个月的全部数字，每笔罚款都有出处"),
    epilog="svc audit month 2026-10",
)
def month(
    ctx: typer.Context,
    month: str = typer.Argument(metavar="YYYY-MM"),
    json_: Json = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.month import audit

    desk = open_desk(ctx)
    world, span = desk.month(month, desk.view(as_of, known_at))
    figures = audit(world, month, span)
    if json_:
        from svc.output import json

        json.emit(figures)
    else:
        from svc.output import month as page

        page.show(figures)


command = noun("audit", app, recording=False)
