"""The three registers as files: to print and sign (PDF), to sort (xlsx), and as any list (3.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from svc.named import NamedTuple
from svc.output import tables as table
from svc.output.tables import Row, coded
from svc.text import Text, say

ENDINGS = {".csv": "csv", ".tsv": "tsv", ".md": "markdown", ".json": "json", ".txt": "plain"}
"""The endings of files that hold a list, and the form of the list. `.pdf` and `.xlsx` are made here."""


class Column(NamedTuple):
    """A column on paper: its head, how wide beside the others, the values that stand in it one below the other."""

    head: Text
    width: int
    fields: tuple[str, ...]


class Book(NamedTuple):
    """A register on paper: its title, its columns, who signs it, and the amounts to be summed."""

    title: Text
    columns: tuple[Column, ...]
    signed: tuple[Text, ...]
    sum_of: str | None = None


_CLERK, _HEAD, _FINANCE = Text("Recorded by", "登记人"), Text("Head", "主管"), Text("Finance", "财务")

BOOKS = {
    "calls": Book(
        Text("Register of calls and letters", "来电来函登记簿"),
        (
            Column(Text("Call, time", "编号、时间"), 15, ("id", "at")),
            Column(Text("How, about", "方式、事由"), 8, ("channel", "kind")),
            Column(Text("Customer, caller", "客户、来电人"), 17, ("customer", "from", "contact")),
            Column(Text("Machine", "设备"), 12, ("machine",)),
            Column(Text("What was said", "内容"), 30, ("summary",)),
            Column(Text("Visit needed, by", "需上门、要求时间"), 14, ("needs_service", "due")),
            Column(Text("Taken by", "登记人"), 8, ("taken_by_name",)),
            Column(Text("Reply", "答复"), 26, ("replied_at", "reply")),
            Column(Text("Wait, min; in time", "等候（分）、时限"), 9, ("wait_minutes", "outcome")),
            Column(Text("Asked for help", "报助"), 7, ("escalated_to",)),
            Column(Text("Visits", "派工"), 12, ("visits",)),
            Column(Text("Closed", "结案"), 20, ("closed_at", "result")),
        ),
        (_CLERK, _HEAD),
    ),
    "dispatch": Book(
        Text("Register of dispatches", "派遣登记簿"),
        (
            Column(Text("Visit, dispatched", "编号、派工时间"), 15, ("id", "at")),
            Column(Text("By", "派工人"), 6, ("sent_by",)),
            Column(Text("Call", "来电"), 12, ("call",)),
            Column(Text("Customer, machine", "客户、设备"), 20, ("customer_name", "machine")),
            Column(Text("What for", "事由"), 7, ("purpose",)),
            Column(Text("Who", "派谁"), 8, ("name",)),
            Column(Text("Promised: first, last", "约定：最初、最后"), 15, ("first_promised", "promised")),
            Column(Text("Arrived, late by min", "到场、迟到（分）"), 15, ("arrived_at", "late_minutes")),
            Column(Text("Outcome", "结果"), 7, ("outcome",)),
            Column(Text("Head office called", "来电报总部"), 15, ("call_in_at",)),
            Column(Text("Left, on site min", "离场、在场（分）"), 15, ("left_at", "site_minutes")),
            Column(Text("Report", "报告"), 12, ("report",)),
            Column(Text("Cancelled", "取消"), 15, ("cancelled_at", "reason")),
        ),
        (_CLERK, _HEAD),
    ),
    "expenses": Book(
        Text("Register of expense statements", "费用报表登记簿"),
        (
            Column(Text("Line, submitted", "编号、提交时间"), 17, ("id", "at")),
            Column(Text("Who", "谁"), 8, ("name",)),
            Column(Text("Trip", "出差"), 12, ("trip",)),
            Column(Text("What for", "类别"), 8, ("category",)),
            Column(Text("Yuan", "金额（元）"), 9, ("amount",)),
            Column(Text("Place, day", "地点、日期"), 14, ("place", "date")),
            Column(Text("Receipt", "票据号"), 14, ("receipt",)),
            Column(Text("Outcome, rule", "结果、规则"), 16, ("outcome", "rule")),
            Column(Text("Reviewed", "审核"), 15, ("reviewed_at", "reviewed_by")),
            Column(Text("Why", "理由"), 24, ("reason",)),
        ),
        (_CLERK, _FINANCE),
        "amount",
    ),
}


def render(ending: str, name: str, month: str, rows: Sequence[Row], columns: Mapping[str, Text], at: datetime) -> bytes:
    """A register as a file of that ending. A CSV begins with a BOM, so that every spreadsheet reads its Chinese."""
    if ending == ".pdf":
        return pdf(name, month, rows, at)
    if ending == ".xlsx":
        return xlsx(name, month, rows, columns, at)
    text = table.text(rows, columns, ENDINGS[ending])
    return text.encode("utf-8-sig" if ending == ".csv" else "utf-8")


def pdf(name: str, month: str, rows: Sequence[Row], at: datetime) -> bytes:
    """A4 across, as many pages as it takes, with places to sign."""
    from svc.output.typeset import pdf as typeset

    book = BOOKS[name]
    data = {
        "title": say(book.title),
        "month": month,
        "count": say(Text(f"{len(rows)} entries", f"共 {len(rows)} 条")),
        "heads": [say(column.head) for column in book.columns],
        "widths": [column.width for column in book.columns],
        "rows": [[_cell(row, column) for column in book.columns] for row in rows],
        "signed": [say(who) for who in book.signed],
        "sums": _sums(book, rows),
        "nothing": say(Text("nothing was recorded in this month", "本月没有记录")),
    }
    return typeset("register.typ", data, at)


def _cell(row: Row, column: Column) -> str:
    """The known values, one below the other; a dash where nothing is known."""
    values = [coded(field, row.get(field)) for field in column.fields if row.get(field) not in (None, "")]
    return "\n".join(dict.fromkeys(values)) or "-"


def _sums(book: Book, rows: Sequence[Row]) -> list[str]:
    """What the amounts come to, by outcome and in all."""
    if book.sum_of is None or not rows:
        return []
    found: dict[str, Decimal] = {}
    for row in rows:
        found[coded("outcome", row["outcome"])] = found.get(coded("outcome", row["outcome"]), Decimal(0)) + Decimal(
            row[book.sum_of]
        )
    total = say(Text("in all", "合计"))
    return [f"{words} {amount:.2f}" for words, amount in [*found.items(), (total, sum(found.values(), Decimal(0)))]]


# ---- a workbook --------------------------------------------------------------------------------------

_WIDE = ("summary", "reply", "result", "reason")
_NUMBERS = ("amount", "wait_minutes", "late_minutes", "site_minutes")


def xlsx(name: str, month: str, rows: Sequence[Row], columns: Mapping[str, Text], at: datetime) -> bytes:
    """One sheet: heads that stay, filters, amounts as numbers, numbers of people and ids as texts."""
    from io import BytesIO

    from svc.extras import needs

    with needs("report"):
        import xlsxwriter
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{say(BOOKS[name].title)} {month}", "created": at.replace(tzinfo=None)})
    sheet = book.add_worksheet(f"{say(BOOKS[name].title)} {month}"[:31])
    head = book.add_format({"bold": True, "bg_color": "#EEF3F7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    money = book.add_format({"border": 1, "valign": "vcenter", "num_format": "#,##0.00"})
    for c, (field, title) in enumerate(columns.items()):
        sheet.set_column(c, c, 34 if field in _WIDE else 17)
        sheet.write_string(0, c, say(title) or field, head)
        for r, row in enumerate(rows, 1):
            _write(sheet, r, c, field, row.get(field), body, money)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P / &N")
    book.close()
    return out.getvalue()


def _write(sheet: Any, r: int, c: int, field: str, value: Any, body: Any, money: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(r, c, None, body)
    elif field == "amount":
        sheet.write_number(r, c, float(value), money)
    elif field in _NUMBERS and not isinstance(value, bool):
        sheet.write_number(r, c, value, body)
    else:
        sheet.write_string(r, c, coded(field, value), body)
