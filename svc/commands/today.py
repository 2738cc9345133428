"""svc today: what needs whoever looks, most urgent first (1.10)."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.domain.cases import Item
from svc.domain.ledgers import RULERS
from svc.errors import NotPermitted
from svc.store import drafts
from svc.text import Text
from svc.ui.groups import single
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt

if TYPE_CHECKING:
    from svc.desk.open import Desk
    from svc.store.index.wanted import View

SENT = "technician"
ERRANDS = ("arrive", "leave")
"""What waits for whoever was sent, on the way or on the site."""


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
        int, typer.Option("--every", metavar="SECONDS", min=1, max=86_400, help=text("how often it is drawn", "刷新间隔（秒）"))
    ] = 30,
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.desk.waiting import WITH_COMMAND, told
    from svc.output import tables as table

    def rows() -> list[dict[str, Any]]:
        return _rows(ctx, mine, all_, (as_of, known_at), seen=not watch)

    if watch:
        from svc.ui.watch import watch as keep

        def drawn(columns: int) -> list[str]:
            ctx.meta.pop("svc.desk.open", None)  # opened anew each time: rules and registers may have changed
            found = list(map(told, rows()))
            return _board(ctx, found, columns, all_)

        return keep(drawn, every)
    if json_ or format_ != "table" or not sys.stdout.isatty():
        form = "json" if json_ else format_
        return table.emit(rows() if form in ("json", "jsonl") else list(map(told, rows())), WITH_COMMAND, form)
    for line in _board(ctx, list(map(told, rows())), shutil.get_terminal_size().columns, all_):
        print(line)


def _for_many(ctx: typer.Context) -> bool:
    """Whether the board is for whoever sees what waits for everybody: then it goes person by person."""
    desk = open_desk(ctx)
    try:
        return desk.role(desk.who) in RULERS
    except NotPermitted:
        return True


def _rows(ctx: typer.Context, mine: bool, all_: bool, then: tuple[str | None, str | None], seen: bool) -> list[dict[str, Any]]:
    from svc.audit.open import items
    from svc.desk import waiting

    desk = open_desk(ctx)
    view = desk.view(*then)
    found = waiting.visible(desk, items(desk.waiting(view)))
    if mine:
        found = [item for item in found if desk.who in (item.staff, *item.also)]
    elif not all_:
        found = [item for item in found if waiting.concerns(desk, item, view.now)]
    told = waiting.rows(desk, found, view)
    rows = [{**row, **more} for row, more in zip(told, _errands(desk, view, found, seen), strict=True)]
    return rows if any(then) else rows + waiting.rows(desk, _drafts(desk), view)


def _board(ctx: typer.Context, rows: list[dict[str, Any]], columns: int, all_: bool) -> list[str]:
    """The rows as lines; on a board of one's own, one's own name does not stand at each."""
    from svc.output import board

    desk = open_desk(ctx)
    try:
        me = None if all_ else desk.who
    except NotPermitted:
        me = None
    return board.lines([{**one, "own": one["staff"] == me} for one in rows], columns, _for_many(ctx))


def _drafts(desk: Desk) -> list[Item]:
    """What whoever looks began to type and did not finish, on this computer."""
    found = []
    for path, content in drafts.left(desk.ledger.id):
        noun, verb, *_ = path.stem.split("-")
        since = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        label = str(content.get("label") or f"svc {noun} {verb}")
        what = Text(f"draft left behind: {label}", f"草稿未办完：{label}")
        found.append(Item("draft", noun, None, since, None, what, f"svc {noun} {verb} --resume", noun))
    return found


def _errands(desk: Desk, view: View, found: list[Item], seen: bool) -> list[dict[str, Any]]:
    """Beside each visit that whoever looks has to make himself, where it is and what for; that he saw the numbers is recorded, once a day."""
    try:
        who = desk.who
    except NotPermitted:
        return [{} for _ in found]
    own = [item.id for item in found if item.kind in ERRANDS and item.staff == who and desk.role(who) == SENT]
    if not own:
        return [{} for _ in found]
    from svc.desk.errand import errands
    from svc.recording import privacy

    clear = desk.rows("customer", view) if seen and privacy.seen_today(desk, "today", own) else None
    told = errands(desk, own, view, clear)
    return [{"errand": told.get(item.id)} if item.id in told else {} for item in found]


command = single(today, "svc today\nsvc today --watch")
