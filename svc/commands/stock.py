"""svc stock: parts received, given out, brought back, counted; what is where, and what repairs cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from svc.audit.books.stock import costs, stock_rows
from svc.desk import attached, selections
from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.domain.nouns.stock import Move
from svc.errors import BadInput
from svc.output import json, tables
from svc.text import Text
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt
from svc.ui.verbs import Verb

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()

LEVELS = {
    "part": Text("part", "件号"),
    "name": Text("name", "名称"),
    "warehouse": Text("warehouse", "仓库"),
    "with": Text("in vans", "车上"),
    "total": Text("in all", "合计"),
    "low": Text("at least", "下限"),
    "short": Text("short", "缺"),
    "price": Text("yuan each", "单价（元）"),
}
COSTS = {
    "visit": Text("visit", "派工"),
    "at": Text("day", "日期"),
    "machine": Text("machine", "设备"),
    "in_warranty": Text("in warranty", "保修期内"),
    "labour": Text("labour", "人工"),
    "parts": Text("parts", "配件"),
    "travel": Text("travel", "差旅"),
    "total": Text("total", "合计"),
    "accepted": Text("price accepted", "客户已接受报价"),
    "differs": Text("over it", "超出报价"),
}


def row(shown: Shown, move: Move) -> dict[str, Any]:
    """A movement as lists show it."""
    entry = move.entry
    return {
        "id": move.id,
        "at": entry.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "event": entry.event,
        "part": entry.get("part"),
        "name": shown.person("part", entry.get("part")).get("name"),
        "qty": entry.get("qty"),
        "visit": entry.get("visit"),
        "staff": entry.get("staff"),
        "price": entry.get("price"),
    }


add_list(
    app,
    "stock",
    {
        "id": Text("movement", "编号"),
        "at": Text("at", "时间"),
        "event": Text("what", "事项"),
        "part": Text("part", "件号"),
        "name": Text("name", "名称"),
        "qty": Text("how many", "数量"),
        "visit": Text("visit", "派工"),
        "staff": Text("van", "车"),
    },
    row,
    name="moves",  # `list` is what there is
)


@app.command(
    "list",
    help=text("how many of each part are where, what is short", "每种配件在哪里有多少、缺多少"),
    epilog="svc stock list --van S02",
)
def list_(
    ctx: typer.Context,
    van: str | None = typer.Option(None, "--van", metavar="STAFF", help=text("what one person has with him", "某人车上的配件")),
    short: bool = typer.Option(False, "--short", help=text("only what is short", "只看缺货")),
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    rows = stock_rows(desk.world(selections.stock(desk.index, view), view))
    if van:
        who = desk.reference("staff", van)
        rows = [one for one in rows if one["vans"].get(who)]
    rows = [one for one in rows if not short or one["short"]]
    if json_ or format_ in ("json", "jsonl"):
        tables.emit(rows, LEVELS, "json" if json_ else format_)
        return
    shown = [{**one, "with": ", ".join(f"{desk.person('staff', who).get('name') or who} {n}" for who, n in one["vans"].items())} for one in rows]
    tables.emit(shown, LEVELS, format_)


@app.command(
    "cost",
    help=text(
        "what visits cost: labour, parts, travel, in warranty or not, beside the price that was accepted",
        "派工成本：人工、配件、差旅，是否保修，与已接受报价对照",
    ),
    epilog="svc stock cost V2611-0001\nsvc stock cost SN-0001\nsvc stock cost CU0001",
)
def cost(
    ctx: typer.Context,
    of: str = typer.Argument(metavar="VISIT|SERIAL|CUSTOMER"),
    json_: Json = False,
    format_: Format = "table",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    noun_, id = attached.subject(desk, of)
    keys = {"machine": "machine", "customer": "caller"}
    if noun_ not in (*keys, "visit"):
        raise BadInput(Text(f"{of} is no visit, machine or customer", f"{of} 不是派工、设备或客户"))
    found = selections.visits_of(desk.index, keys[noun_], id, view) if noun_ in keys else selections.subjects(desk.index, [(noun_, id)], view)
    world = desk.world(found, view)
    mine = [one for one in world.told_visits.values() if noun_ != "visit" or one.id == id]
    if noun_ == "machine":
        mine = [one for one in mine if one.machine == id]
    told = costs(world, mine)
    if json_:
        json.emit(told)
        return
    tables.emit(told["visits"], COSTS, format_)
    print(text(
        f"{told['total']} yuan: in warranty {told['in_warranty']}, out of it {told['out_of_warranty']}, not known {told['warranty_unknown']}",
        f"合计 {told['total']} 元：保修期内 {told['in_warranty']}，期外 {told['out_of_warranty']}，不详 {told['warranty_unknown']}",
    ))  # fmt: skip


def _left(desk: Desk, entry: Entry) -> str:
    """How many are in the warehouse, and in the van, after a movement."""
    view = desk.view()
    rows = stock_rows(desk.world(selections.stock(desk.index, view), view))
    found = next((one for one in rows if one["part"] == entry.get("part")), None)
    if found is None:
        return ""
    vans = ", ".join(f"{desk.person('staff', who).get('name') or who} {n}" for who, n in found["vans"].items()) or "-"
    short = text(f"; {found['short']} short", f"；缺 {found['short']}") if found["short"] else ""
    return "  " + text(f"warehouse {found['warehouse']} · in vans {vans}{short}", f"仓库 {found['warehouse']} · 车上 {vans}{short}")


command = noun("stock", app, {event: Verb(argument="part", after=_left) for event in ("receive", "issue", "back", "count")})
