"""svc register: the three books of a month, to be printed and filed (3.9)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.text import Text, say
from svc.ui.groups import Readings, noun
from svc.ui.lists import by_name
from svc.ui.options import open_desk, text
from svc.ui.shared import AsOf, Format, Json, KnownAt, MonthName

if TYPE_CHECKING:
    from svc.audit.world import Span
    from svc.desk.open import Desk

app = Readings()

MayOut = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help=text("to print or file: .pdf .xlsx .csv …", "打印或存档：.pdf .xlsx .csv …")
    ),
]

CALLS = {
    "id": Text("call", "编号"),
    "at": Text("came in", "来电时间"),
    "channel": Text("how", "渠道"),
    "from": Text("from", "来电人"),
    "customer": Text("customer", "客户"),
    "contact": Text("contact", "联系人"),
    "machine": Text("machine", "设备"),
    "kind": Text("about", "事由"),
    "summary": Text("summary", "内容"),
    "needs_service": Text("visit needed", "需上门"),
    "due": Text("wanted by", "客户要求"),
    "taken_by_name": Text("taken by", "登记人"),
    "replied_at": Text("replied", "答复时间"),
    "replied_by": Text("by", "答复人"),
    "reply": Text("reply", "答复内容"),
    "wait_minutes": Text("wait, min", "等候（分）"),
    "outcome": Text("in time", "时限"),
    "escalated_to": Text("asked for help", "报助"),
    "visits": Text("visits", "派工"),
    "closed_at": Text("closed", "结案"),
    "result": Text("result", "结果"),
}
DISPATCHES = {
    "id": Text("visit", "编号"),
    "at": Text("dispatched", "派工时间"),
    "sent_by": Text("by", "派工人"),
    "call": Text("call", "来电"),
    "customer_name": Text("customer", "客户"),
    "machine": Text("machine", "设备"),
    "purpose": Text("what for", "事由"),
    "name": Text("who", "派谁"),
    "first_promised": Text("first promise", "最初约定"),
    "promised": Text("promised", "约定"),
    "arrived_at": Text("arrived", "到场"),
    "late_minutes": Text("late, min", "迟到（分）"),
    "outcome": Text("outcome", "结果"),
    "call_in_at": Text("called in", "来电报总部"),
    "left_at": Text("left", "离场"),
    "site_minutes": Text("on site, min", "在场（分）"),
    "report": Text("report", "报告"),
    "cancelled_at": Text("cancelled", "取消"),
    "reason": Text("why", "取消原因"),
}
EXPENSES = {
    "id": Text("line", "编号"),
    "at": Text("submitted", "提交"),
    "name": Text("who", "报销人"),
    "trip": Text("trip", "出差"),
    "category": Text("category", "类别"),
    "amount": Text("yuan", "金额"),
    "place": Text("place", "地点"),
    "date": Text("date", "日期"),
    "receipt": Text("receipt", "票据"),
    "outcome": Text("outcome", "结果"),
    "rule": Text("by rule", "依据规则"),
    "reviewed_at": Text("reviewed", "审核"),
    "reviewed_by": Text("by", "审核人"),
    "reason": Text("why", "理由"),
}


@app.command(
    "calls",
    help=text("calls and letters of a month", "某月来电来函登记"),
    epilog="svc register calls 2026-10 --format csv",
)
def calls(
    ctx: typer.Context,
    month: MonthName,
    unmask: bool = typer.Option(
        False, "--unmask", help=text("strangers' numbers and names", "显示未建档来电人的号码和姓名")
    ),
    json_: Json = False,
    format_: Format = "table",
    out: MayOut = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit import papers as registers

    desk = open_desk(ctx)
    world, span = desk.month(month, desk.view(as_of, known_at))
    if unmask:
        from svc.recording import privacy

        privacy.unmask(desk, "register", "register calls")
    callers = desk.registers.load("caller") if unmask else {}
    _give("calls", desk, span, registers.call_register(world, span, callers), CALLS, "json" if json_ else format_, out)


@app.command("dispatch", help=text("dispatches of a month", "某月派遣记录"), epilog="svc register dispatch 2026-10")
def dispatch(
    ctx: typer.Context,
    month: MonthName,
    json_: Json = False,
    format_: Format = "table",
    out: MayOut = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit import papers as registers

    desk = open_desk(ctx)
    world, span = desk.month(month, desk.view(as_of, known_at))
    _give("dispatch", desk, span, registers.dispatch_register(world, span), DISPATCHES, "json" if json_ else format_, out)


@app.command(
    "expenses", help=text("expense statements of a month", "某月费用报表"), epilog="svc register expenses 2026-10"
)
def expenses(
    ctx: typer.Context,
    month: MonthName,
    json_: Json = False,
    format_: Format = "table",
    out: MayOut = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    from svc.audit import papers as registers

    desk = open_desk(ctx)
    world, span = desk.month(month, desk.view(as_of, known_at))
    _give("expenses", desk, span, registers.expense_register(world, span), EXPENSES, "json" if json_ else format_, out)


def _give(
    book: str, desk: Desk, span: Span, rows: list[dict[str, Any]], columns: dict[str, Text], form: str, out: Path | None
) -> None:
    """Print the list, or write it to a file whose ending says the form."""
    if out is None:
        from svc.output import tables as table

        table.emit(rows if form in table.MACHINE else [_for_people(desk, row, columns) for row in rows], columns, form)
        return
    from svc.output.papers import registers as paper
    from svc.ui.files import ending, written

    kind = ending(out, (".pdf", ".xlsx", *paper.ENDINGS))
    month = f"{span.start.astimezone(desk.zone):%Y-%m}"
    written(out, paper.render(kind, book, month, rows, columns, span.start))


def _for_people(desk: Desk, row: dict[str, Any], columns: dict[str, Text]) -> dict[str, Any]:
    """A row with people by name and the rule by its title, where the file still has it: programs get both by their ids."""
    rule = desk.rules.rules.get(row.get("rule") or "")
    return by_name(desk, {**row, "rule": say(rule.title)} if rule else row, columns)


command = noun("register", app, recording=False)
