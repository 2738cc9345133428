"""svc fault: the codes of faults, what is known of each, and which of them are one (1.5, 3.6)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from svc.desk import closings, faults
from svc.desk.open import Desk
from svc.domain.nouns.faultcode import key
from svc.errors import BadInput, Conflict
from svc.output import json
from svc.output import tables as table
from svc.output.fold import show as fold
from svc.output.words import word
from svc.recording.door import record
from svc.store.index.wanted import View
from svc.text import Text, example, near, quoted, quoted_zh, say
from svc.ui.groups import Readings, noun
from svc.ui.options import open_desk, text
from svc.ui.receipts import receipt
from svc.ui.shared import AsOf, DryRun, Format, Json, KnownAt

app = Readings()
COLUMNS = {
    "fault": Text("fault", "故障"),
    "reports": Text("reports", "报告数"),
    "last": Text("last", "最近"),
    "spellings": Text("also written", "其他写法"),
}


def rows(desk: Desk, view: View) -> list[dict[str, Any]]:
    """The codes under which faults are counted, each with its spellings and what was merged into it."""
    names = closings.fault_names(desk.index, view)
    found: dict[str, dict[str, Any]] = {}
    for one in faults.codes(desk, view):  # the most frequent spelling first
        of = key(one.fault, names)
        row = found.setdefault(of, {"fault": one.fault, "reports": 0, "last": 0, "spellings": []})
        row["reports"] += one.reports
        row["last"] = max(row["last"], one.last)
        row["spellings"].append(one.fault)
    for of, row in found.items():
        row["fault"] = next((into for into in names.values() if key(into, names) == of), row["fault"])
        row["spellings"] = [code for code in row["spellings"] if code != row["fault"]]
        row["last"] = datetime.fromtimestamp(row["last"], desk.zone).date().isoformat()
    return sorted(found.values(), key=lambda row: (-row["reports"], row["fault"]))


@app.command("list", help=text("fault codes by how often they came", "故障代码，按次数排列"), epilog="svc fault list")
def list_(ctx: typer.Context, json_: Json = False, format_: Format = "table", as_of: AsOf = None, known_at: KnownAt = None) -> None:
    desk = open_desk(ctx)
    form = "json" if json_ else format_
    found = rows(desk, desk.view(as_of, known_at))
    table.emit([row if form in table.MACHINE else {**row, "spellings": ", ".join(row["spellings"])} for row in found], COLUMNS, form)


@app.command(
    "show",
    help=text("a fault: how often, what caused it, what helped, parts, how long, who knows it", "一种故障：次数、原因、怎么修好、零件、用时、谁熟悉"),
    epilog="svc fault show hydraulics --product LX200",
)
def show(
    ctx: typer.Context,
    code: str = typer.Argument(metavar="CODE"),
    product: str | None = typer.Option(None, "--product", metavar="PRODUCT", help=text("of one product", "某产品的")),
    json_: Json = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    desk = open_desk(ctx)
    view = desk.view(as_of, known_at)
    found = faults.known(desk, code, product, view)
    if not found["spellings"]:
        meant = near(code, [one.fault for one in faults.codes(desk, view)], 3, 0.4)
        raise Conflict(
            Text(f"no report names the fault {quoted(code)}", f"没有报告写过故障{quoted_zh(code)}"),
            Text(f"did you mean {', '.join(meant)}?", f"是不是 {'、'.join(meant)}？") if meant else Text("see: svc fault list", "查看：svc fault list"),
        )
    found["who"] = [{**one, "name": desk.person("staff", one["what"]).get("name")} for one in found["who"]]
    if json_:
        json.emit(found)
    else:
        _print(found)


_TOLD = {
    "products": Text("products", "产品"),
    "causes": Text("causes", "原因类别"),
    "cause_texts": Text("what caused it", "故障原因"),
    "helped": Text("what helped", "怎么修好的"),
    "parts": Text("parts", "零件"),
    "who": Text("who mended it", "谁修好过"),
}
SHOWN = 5
"""How many of each kind are told to people."""


def _print(found: dict[str, Any]) -> None:
    also = [code for code in found["spellings"] if code != found["fault"]]
    fold(found["fault"] + (f"  ({', '.join(also)})" if also else ""))
    period = f"{found['first']} … {found['last']}"
    fold("  " + say(Text(
        f"{found['reports']} reports, {period}; resolved {found['resolved']}, came again {found['came_again']}",
        f"{found['reports']} 份报告，{period}；修好 {found['resolved']} 次，复发 {found['came_again']} 次",
    )), indent="    ")  # fmt: skip
    if found["median_hours"] is not None:
        fold("  " + say(Text(f"on site: {found['median_hours']} h (median)", f"现场用时：{found['median_hours']} 小时（中位数）")))
    for name, title in _TOLD.items():
        if found[name]:
            fold(f"  {say(title)}")
        for one in found[name][:SHOWN]:
            called = f"{one['what']} {one['name'] or ''}".rstrip() if "name" in one else word(one["what"], "cause_class")
            fold(f"    {one['reports']} × {called}", indent="        ")


@app.command(
    "merge",
    help=text("count one fault code with another from now on (sealed months stay)", "把一个故障代码并入另一个，从此一起统计（已封存的月份不变）"),
    epilog=say(example('svc fault merge hydraulic --into hydraulics --reason "{}"', Text("one fault, two spellings", "同一故障，两种写法"))),
)
def merge(
    ctx: typer.Context,
    code: str = typer.Argument(metavar="CODE"),
    into: str = typer.Option(..., "--into", metavar="CODE", help=text("the code that stays", "保留的代码")),
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=text("why (required)", "原因（必填）"))] = "",
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help=text("when (default: now)", "时间（默认现在）"))] = None,
    json_: Json = False,
    dry_run: DryRun = False,
) -> None:
    desk = open_desk(ctx)
    if not reason.strip():
        raise BadInput(Text("missing: --reason", "缺少：--reason"), Text('--reason "one fault, two spellings"', '--reason "同一故障，两种写法"'))
    view = desk.view()
    used = {word: sum(one.reports for one in faults.spelled(desk, word, view)) for word in (code, into)}
    if not used[code]:
        raise Conflict(
            Text(f"no report names the fault {quoted(code)}", f"没有报告写过故障{quoted_zh(code)}"), Text("see: svc fault list", "查看：svc fault list")
        )
    entry = record(desk, "faultcode", "merge", None, {"fault": code, "into": into, "reason": reason}, at, dry_run)
    made = receipt(desk, entry, dry_run)
    said = Text(f"{used[code]} reports of {code} count as {into} ({used[into]})", f"{code} 的 {used[code]} 份报告并入 {into}（原有 {used[into]} 份）")
    if json_:
        json.emit({**made.document(), "reports": used})
    else:
        made.understood[:] = [*made.understood, say(said)]
        made.show()


command = noun("fault", app, recording=False)
