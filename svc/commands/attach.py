"""svc attach: keep files with something that is recorded or registered."""

from __future__ import annotations

from typing import Annotated

import typer

from svc.desk import attached
from svc.domain.nouns.attachment import EVENTS, KINDS
from svc.recording import attachments
from svc.text import Text
from svc.ui.attached import receipts_of, shown
from svc.ui.groups import single
from svc.ui.options import open_desk, text
from svc.ui.shared import DryRun, Json


def attach(
    ctx: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="ID", help=text("a call, visit, report, claim …, machine, customer", "来电、派工、报告、报销等，或设备、客户")
        ),
    ],
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help=text("the files (-: standard input)", "文件（- 为标准输入）"))],
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar=KINDS.hint, help=text("what they are (default: by what the files are)", "文件种类（默认按文件判断）")),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=text("when they were made or came (default: now)", "发生时间（默认现在）"))] = None,
    dry: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help=text("never ask", "不提问"))] = False,
    json_: Json = False,
) -> None:
    desk = open_desk(ctx)
    desk.permit(desk.who, EVENTS[0].roles, Text("keep files (svc attach)", "存附件（svc attach）"))
    of, id = attached.subject(desk, subject)
    kind = KINDS.read(as_, "--as", desk) if as_ else None
    made = attachments.attach(desk, of, id, attachments.brought(files), kind, at, dry)
    shown(receipts_of(desk, made, dry), json_)


command = single(attach, "svc attach V2611-0001 cylinder.jpg hose.jpg --as photo\nsvc attach SN-0001 nameplate.jpg")
