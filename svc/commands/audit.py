"""svc audit: what a month was worth (1.5)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svc.commands._noun import AsOf, DryRun, Json, KnownAt, noun, open_desk, text
from svc.desk import Desk
from svc.locale import Text

if TYPE_CHECKING:
    from svc.output.pages.model import Page
from svc.store.seals import Seal

app = typer.Typer()

Key = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help=text(
            "private key to sign with, where one is registered for you (or SVC_KEY, ssh-agent, ~/.ssh)",
            "签名用的私钥（已登记密钥时；也可用 SVC_KEY、ssh-agent、~/.ssh）",
        ),
    ),
]
Unsigned = Annotated[
    bool,
    typer.Option("--unsigned", help=text("sign later: svc ledger seal --signature", "稍后签名：svc ledger seal --signature")),
]


def say_sealed(desk: Desk, seal: Seal) -> None:
    """The receipt of a seal: month, when, by whom, its hash, whether it is signed."""
    signed = text(" · signed", " · 已签名") if desk.seals.signature(seal.month) else ""
    word = text("sealed", "已封存")
    line = f"{seal.month}  {word} {seal.at} {seal.by} · data/seals/{seal.month}.txt {seal.sha256[:16]}{signed}"
    print(line, flush=True)

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help=text("write a report: .html .pdf .xlsx .md", "写成报告文件：.html .pdf .xlsx .md"),
    ),
]


def give_out(page: Page, out: Path | None, more: Text) -> None:
    """Show a report on the terminal, or write it to a file whose ending says the form."""
    if out is None:
        from svc.output import terminal

        terminal.show(page, more)
    else:
        from svc.output import files

        print(files.write(page, out))


@app.command(
    "month",
    help=text("all figures of a month, every fine traceable", "一个月的全部数字，每笔罚款都有出处"),
    epilog="svc audit month 2026-10",
)
def month(
    ctx: typer.Context,
    month: str = typer.Argument(metavar="YYYY-MM"),
    json_: Json = False,
    out: Out = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc import reporting
    from svc.output.pages import month as pages
    from svc.output.progress import progress

    desk = open_desk(ctx)
    view = desk.view(as_of, known_at) if as_of or known_at else None
    if json_:
        from svc.output import json

        json.emit(reporting.month_figures(desk, month, view))
        return
    with progress(Text("reading", "读取")) as tell:
        page = pages.page(reporting.material(desk, month, view, out is not None, tell))
    give_out(page, out, Text("why: svc finding show ID", "查看理由：svc finding show 编号"))


@app.command(
    "submit",
    help=text("seal a month and send it up to the general manager (1.5)", "封存并上报一个月（1.5）"),
    epilog="svc audit submit 2026-10",
)
def submit(
    ctx: typer.Context,
    month: str = typer.Argument(metavar="YYYY-MM"),
    key: Key = None,
    unsigned: Unsigned = False,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help=text(
                "send the seal away: mailto:…, a bot or webhook, a folder on another disk; env:NAME and @FILE hold addresses",
                "把封存发出去：mailto:…、机器人或 webhook、另一磁盘的目录；也可写 env:变量名、@文件",
            ),
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    from svc.submission import submit as seal
    from svc.submission import try_submit

    desk = open_desk(ctx)
    if dry_run:
        try_submit(desk, month)
        return print(f"{month}  {text('would be sealed (dry run: nothing written)', '可以封存（试运行：未写入）')}")
    sealed = desk.seals.read(month) if to else None
    done = sealed or seal(desk, month, key, unsigned)
    say_sealed(desk, done)
    if to:
        from svc.delivery import send_seal

        send_seal(desk, month, to)


command = noun("audit", app, recording=False)
