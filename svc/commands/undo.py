"""svc undo: take back one's own last entry."""

from __future__ import annotations

from typing import Annotated

import typer

from svc.domain.clock.base import echo
from svc.output.words import event_word
from svc.text import Text, say
from svc.ui.groups import single
from svc.ui.options import dry_run_note, open_desk, text


def undo(
    ctx: typer.Context,
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help=text("of this call, visit …: one's own last entry of it", "只撤销该编号下本人的上一条"))
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help=text("why", "原因"))] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=text("say what would be taken back, write nothing", "只说明会撤销什么，不写入")),
    ] = False,
) -> None:
    from svc.output.fold import show
    from svc.recording.undo import take_back

    desk = open_desk(ctx)
    done = take_back(desk, reason, dry_run, id)
    gone = done.cancelled
    at = echo(gone.at, desk.zone)
    what = Text(
        f"taken back: {gone.id} {gone.ledger} {gone.event} of {at.en}",
        f"已撤销：{gone.id} {event_word(gone)}（{at.zh}）",
    )
    note = dry_run_note() if dry_run else ""
    show(f"{done.entry.id}  {say(what)}{note}", indent="  ")


command = single(undo, "svc undo\nsvc undo --dry-run\nsvc undo C2611-0001")
