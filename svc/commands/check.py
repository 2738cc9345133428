"""svc check: what is overdue or due soon or waits for a ruling; for cron: silent and 0 when there is nothing, 1 when there is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.domain.clock.base import span
from svc.errors import BadInput
from svc.text import Text
from svc.ui.groups import single
from svc.ui.options import dry_run_note, open_desk, text
from svc.ui.shared import AsOf, Json, KnownAt, MayFormat

if TYPE_CHECKING:
    from datetime import datetime

    from svc.desk.open import Desk
    from svc.domain.cases import Item


FORGOTTEN = 86_400
"""Seconds after which what has no limit is told all the same: nobody has gone on with it for a day."""


def check(
    ctx: typer.Context,
    within: Annotated[
        str | None, typer.Option(metavar="SPAN", help=text("also what is due within this time", "包括这段时间内到期的"))
    ] = None,
    notify: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help=text(
                "tell a group bot (WeCom, DingTalk, Feishu), a webhook or mailto:…; env:NAME and @FILE hold addresses",
                "发送提醒：企业微信、钉钉、飞书机器人，webhook 或 mailto:…；也可写 env:变量名、@文件",
            ),
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=text("say what --notify would send, send nothing", "只说明 --notify 会发送什么，不发送"))
    ] = False,
    json_: Json = False,
    format_: MayFormat = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.open import items
    from svc.desk import waiting

    if notify and (as_of or known_at):
        other = "--as-of" if as_of else "--known-at"
        raise BadInput(
            Text(
                f"--notify tells of now, {other} looks at another moment",
                f"--notify 只发送当前情况，{other} 看的是别的时间",
            ),
            Text("leave out one of them", "只写一个"),
        )
    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    soon = view.now.timestamp() + (span(within) if within else -1)  # due this very second is still in time
    found = [item for item in waiting.visible(desk, items(desk.waiting(view))) if _called_for(item, soon)]
    rows = waiting.rows(desk, found, view)
    _print(rows, "json" if json_ else format_)
    if notify:
        _tell(desk, list(zip(found, rows, strict=True)), view.now, notify, dry_run)
    if rows:
        raise typer.Exit(1)


def _tell(desk: Desk, found: list[tuple[Item, dict[str, Any]]], now: datetime, receivers: list[str], dry: bool) -> None:
    """Send what was found, or say on stderr what would be sent."""
    from svc.notices import notice, notify, preview

    notices = [notice(item, row, now) for item, row in found]
    if not dry:
        return notify(desk, notices, receivers)
    for target, message in preview(desk, notices, receivers):
        print(f"{target.label}: {message.title}\n{message.text}{dry_run_note()}", file=sys.stderr)


def _print(rows: list[dict[str, Any]], form: str | None) -> None:
    """One line each; with a form a list, but for people still nothing where there is nothing."""
    if form is None:
        for one in rows:
            _say(f"{one['id']}  {one['left']}  {one['staff'] or '-'}  {one['text']}")
    elif rows or form not in ("table", "plain", "markdown"):
        from svc.desk.waiting import COLUMNS
        from svc.output import tables as table

        table.emit(rows, COLUMNS, form)


def _say(line: str) -> None:
    if not sys.stdout.isatty():
        return print(line)
    from svc.output.fold import show

    show(line, indent="  ")


def _called_for(item: Item, soon: float) -> bool:
    from svc.desk.waiting import RULINGS

    if item.due is None:
        return item.kind in RULINGS or item.since.timestamp() + FORGOTTEN <= soon
    return item.due.timestamp() <= soon


command = single(check, "svc check --within 2h")
