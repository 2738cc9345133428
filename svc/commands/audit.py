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
    from svc.submission import current_figures, sealed_figures

    desk = open_desk(ctx)
    figures = sealed_figures(desk, month) if as_of is None and known_at is None else None
    if figures is None:
        figures = current_figures(desk, month, desk.view(as_of, known_at))
    if json_:
        from svc.output import json

        json.emit(figures)
    else:
        from svc.output import month as page

        page.show(figures)


@app.command(
    "submit",
    help=text("seal a month and send it up to the general manager (1.5)", "封存并上报一个月（1.5）"),
    epilog="svc audit submit 2026-10",
)
def submit(ctx: typer.Context, month: str = typer.Argument(metavar="YYYY-MM")) -> None:
    from svc.submission import submit as seal

    done = seal(open_desk(ctx), month)
    print(
        f"{done.month}  {text('sealed', '已封存')} {done.at} {done.by} · data/seals/{done.month}.txt {done.sha256[:16]}"
    )


command = noun("audit", app, recording=False)
