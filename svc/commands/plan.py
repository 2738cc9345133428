"""svc plan: who is where when, who is away, what nobody is sent for yet (1.10, 3.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.desk.open import Desk
from svc.errors import BadInput
from svc.text import Text, quoted, quoted_zh, say
from svc.ui.groups import single
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Json, KnownAt

if TYPE_CHECKING:
    from svc.audit.world import World
    from svc.store.index.wanted import View

DAYS = {"day": 1, "week": 7, "日": 1, "周": 7, "天": 1}
ENDINGS = (".html", ".pdf", ".ics", ".xlsx", ".md")


def world_of(desk: Desk, since: datetime, view: View) -> World:
    """What is promised and who is away from a moment on."""
    from svc.desk import selections

    return desk.world(selections.planned(desk.index, since, view), view)


def plan(
    ctx: typer.Context,
    stretch: Annotated[str, typer.Argument(metavar="[day|week]", help=text("how far", "一天或一周"))] = "day",
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=text("from which day (default: today)", "从哪天起（默认今天）"))
    ] = None,
    staff: Annotated[str | None, typer.Option(metavar="STAFF", help=text("only of one person", "只看某人"))] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=text("write it: .html, .pdf, .ics …", "写成 .html、.pdf、.ics 等文件"))
    ] = None,
    json_: Json = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit.schedule import plan as planned
    from svc.audit.world import Span
    from svc.output import json
    from svc.output.pages import plan as pages
    from svc.ui.files import ending

    if stretch not in DAYS:
        raise BadInput(Text(f"{quoted(stretch)}: day or week", f"{quoted_zh(stretch)}：请写 day 或 week"), Text("svc plan week", "svc plan week"))
    kind = ending(out, ENDINGS) if out else None
    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    day = (desk.moment(since) if since else view.now).astimezone(desk.zone).date()
    start = datetime.combine(day, datetime.min.time(), desk.zone)
    end = datetime.combine(day + timedelta(days=DAYS[stretch]), datetime.min.time(), desk.zone)
    world = world_of(desk, start, view)
    found = planned(world, desk.waiting(view), Span(start, end))
    if staff:
        who = desk.reference("staff", staff)
        found = {**found, **{name: [row for row in found[name] if row["staff"] == who] for name in ("rows", "free")}}
    if out:
        return _write(desk, world, found, out, kind or "", (start, end), staff)
    if json_:
        rows = [{name: value for name, value in row.items() if name != "doing"} for row in found["rows"]]
        waiting = [{**row, "what": say(row["what"])} for row in found["unassigned"]]
        return json.emit({**found, "rows": rows, "unassigned": waiting})
    pages.show(found)


def _write(desk: Desk, world: World, found: dict[str, Any], out: Path, kind: str, span: tuple[datetime, datetime], staff: str | None) -> None:
    from svc.output.files import hand_over, render
    from svc.output.pages import plan as pages
    from svc.output.progress import progress

    if kind != ".ics":
        with progress(Text("writing", "生成文件")) as tell:
            drawn = render(pages.page(found), out, tell)
        return hand_over(out, drawn)
    from svc.audit.plan import events
    from svc.output import calendar

    own = {row["id"] for row in found["rows"]}
    made = [one for one in events(world, span[0]) if one.id in own]
    hand_over(out, calendar.render(made, text("service visits", "上门服务"), desk.ledger.id, str(desk.zone), [timedelta(hours=2)]))


command = single(plan, "svc plan\nsvc plan week --out plan.pdf")
