"""A report as a workbook: one sheet a topic, numbers as numbers, native charts; nothing typed becomes a formula.

Written by XlsxWriter with a fixed creation date, so that the same figures give the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from svc.extras import needs
from svc.output.charts import COLOURS, SEVERAL
from svc.output.pages.model import Chart, Facts, Page, Reasons, Table
from svc.output.pages.values import NUMERIC, change, shown
from svc.output.progress import Tell
from svc.rules.form.problem import display_width
from svc.text import Text, language, say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FORMATS = {
    "count": "0",
    "days": "0",
    "rate": "0.0%",
    "per100": "0.0",
    "score": "0.00",
    "money": "#,##0.00",
    "span": "[h]:mm",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
"""Kind of value → number format; kinds that are not here are texts."""

_HEADING = {"bold": True, "font_color": "#ffffff", "bg_color": "#2b5675", "text_wrap": True, "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": "#16324a"},
    "note": {"font_color": "#55636f"},
    "head": _HEADING,
    "head right": {**_HEADING, "align": "right"},
    "strong": {"bold": True, "font_size": 12, "font_color": "#1f5f8b", "bottom": 2, "bottom_color": "#1f5f8b"},
}
"""How cells look that hold no value of the figures."""

SUMMARY = Text("Summary", "概览")
WHY = Text("Why", "认定依据")

_HEAD = 2
"""Rows above the first of a table: the title, and the headings, which stay in sight."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def render(page: Page, tell: Tell) -> bytes:
    """The report as .xlsx; BadInput where XlsxWriter is missing."""
    with needs("report"):
        import xlsxwriter
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        made = datetime.fromisoformat(page.as_of).replace(tzinfo=None)
        book.set_properties({"title": say(page.title), "subject": say(page.subtitle), "created": made})
        _Book(book, page).write()
    return out.getvalue()


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Text], money: Collection[str], title: str) -> bytes:
    """A plain list as .xlsx: one sheet, headings, money as numbers, everything else as text."""
    with needs("report"):
        import xlsxwriter
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": title, "created": datetime(2026, 1, 1)})
        head, sum_ = book.add_format(_HEADING), book.add_format({"num_format": FORMATS["money"]})
        sheet = book.add_worksheet(_sheet_name(title, set()))
        for n, (name, heading) in enumerate(columns.items()):
            sheet.write_string(0, n, say(heading), head)
            for m, row in enumerate(rows, 1):
                if name in money:
                    sheet.write_number(m, n, float(row[name]), sum_)
                else:
                    sheet.write_string(m, n, str(row[name] or ""))
        sheet.set_column(0, len(columns) - 1, 12)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


class _Book:
    """One workbook while it is written: its formats and the names that its sheets have taken."""

    def __init__(self, book: Workbook, page: Page) -> None:
        self.book, self.page = book, page
        self.taken: set[str] = set()
        self.formats: dict[str, Format] = {}

    def write(self) -> None:
        self._summary()
        for table in self.page.tables():
            if table.rows:
                self._table(table)
        self._why()

    # ---- looks ---------------------------------------------------------------------------------

    def _format(self, name: str) -> Format:
        if name not in self.formats:
            base = {
                "font_name": "Microsoft YaHei" if language() == "zh" else "Calibri",
                "font_size": 10,
                "valign": "top",
            }
            kind: dict[str, Any] = {"num_format": FORMATS[name]} if name in FORMATS else {"text_wrap": True}
            kind["align"] = "right" if name in NUMERIC else "left"
            line = {"bottom": 4, "bottom_color": "#c9d2da"}
            self.formats[name] = self.book.add_format({**base, **LOOKS.get(name, {**kind, **line})})
        return self.formats[name]

    def _sheet(self, title: str, widths: list[int]) -> Worksheet:
        name = _sheet_name(title, self.taken)
        self.taken.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_row(0, 26)
        sheet.set_footer("&L&F  &A&R&P / &N")
        for n, width in enumerate(widths):
            sheet.set_column(n, n, width)
        return sheet

    def _value(self, sheet: Worksheet, row: int, column: int, value: Any, kind: str) -> None:
        """One cell: a number as a number, a day as a day, everything else as text, the unknown left empty."""
        whole, kind = kind, kind.partition(":")[0]
        if value is None or value == "":
            sheet.write_blank(row, column, None, self._format(kind if kind in FORMATS else "text"))
        elif kind in ("date", "moment"):
            sheet.write_datetime(row, column, _day(value), self._format(kind))
        elif kind in NUMERIC:
            sheet.write_number(row, column, _number(value, kind), self._format(kind))
        else:
            sheet.write_string(row, column, shown(value, whole), self._format("text"))

    # ---- sheets --------------------------------------------------------------------------------

    def _summary(self) -> None:
        sheet = self._sheet(say(SUMMARY), [44, 22, 22, 22, 40, 36])
        sheet.write_string(0, 0, say(self.page.title), self._format("title"))
        sheet.write_string(1, 0, f"{say(self.page.subtitle)} · {say(self.page.state)}", self._format("note"))
        heads = (
            Text("figure", "指标"),
            Text("value", "数值"),
            Text("before", "上期"),
            Text("change", "变化"),
            Text("key", "字段"),
            Text("made of", "构成"),
        )
        for n, head in enumerate(heads):
            sheet.write_string(3, n, say(head), self._format("head"))
        sheet.freeze_panes(4, 1)
        row = 4
        for fact in self.page.headline:
            self._fact(sheet, row, fact, change(fact.value, fact.before, fact.kind))
            row += 1
        for section in self.page.sections:
            for block in section.blocks:
                if isinstance(block, Facts):
                    row = self._facts(sheet, row + 1, block)

    def _facts(self, sheet: Worksheet, row: int, block: Facts) -> int:
        for n in range(6):
            sheet.write_string(row, n, say(block.title) if n == 0 else "", self._format("strong"))
        for fact in block.items:
            row += 1
            self._fact(sheet, row, fact, None)
        return row + 1

    def _fact(self, sheet: Worksheet, row: int, fact: Any, by: str | None) -> None:
        sheet.write_string(row, 0, say(fact.title), self._format("text"))
        self._value(sheet, row, 1, fact.value, fact.kind)
        self._value(sheet, row, 2, fact.before, fact.kind)
        sheet.write_string(row, 3, by or "", self._format("text"))
        sheet.write_string(row, 4, fact.key, self._format("text"))
        sheet.write_string(row, 5, say(fact.detail) if fact.detail else "", self._format("text"))

    def _table(self, table: Table) -> None:
        texts = [[shown(row.get(c.key), c.kind_of(row)) for c in table.columns] for row in table.rows]
        widths = [
            max(9, min(52, 2 + max(display_width(t) for t in (say(c.title), *(row[n] for row in texts)))))
            for n, c in enumerate(table.columns)
        ]
        sheet = self._sheet(say(table.title), widths)
        note = f"　{say(table.note)}" if table.note else ""
        sheet.write_string(0, 0, say(table.title) + note, self._format("title"))
        for n, column in enumerate(table.columns):
            look = "head right" if column.kind in NUMERIC else "head"
            sheet.write_string(_HEAD - 1, n, say(column.title), self._format(look))
            for m, row in enumerate(table.rows):
                self._value(sheet, _HEAD + m, n, row.get(column.key), column.kind_of(row))
        sheet.freeze_panes(_HEAD, 1)
        sheet.autofilter(_HEAD - 1, 0, _HEAD + len(table.rows) - 1, len(table.columns) - 1)
        sheet.repeat_rows(_HEAD - 1)
        for n, chart in enumerate(self.page.charts_of(table)):
            self._chart(sheet, chart, n)

    def _why(self) -> None:
        """The explanations, a step a row."""
        told: dict[str, Any] = {}
        for section in self.page.sections:
            for block in section.blocks:
                if isinstance(block, Reasons):
                    told.update(
                        {row["id"]: block.steps[row["id"]] for row in block.table.rows if row["id"] in block.steps}
                    )
        if not told:
            return
        sheet = self._sheet(say(WHY), [36, 6, 90, 30])
        sheet.write_string(0, 0, say(WHY), self._format("title"))
        heads = (Text("finding", "编号"), Text("step", "步骤"), Text("why", "理由"), Text("source", "出处"))
        for n, head in enumerate(heads):
            sheet.write_string(1, n, say(head), self._format("head"))
        row = 1
        for id, steps in told.items():
            for n, step in enumerate(steps, 1):
                row += 1
                sheet.write_string(row, 0, id, self._format("text"))
                sheet.write_number(row, 1, n, self._format("count"))
                sheet.write_string(row, 2, say(step.text), self._format("text"))
                sheet.write_string(row, 3, step.source or "", self._format("text"))
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, row, 3)

    # ---- charts --------------------------------------------------------------------------------

    def _chart(self, sheet: Worksheet, chart: Chart, place: int) -> None:
        drawn = _LINES if chart.kind == "lines" else _KINDS[chart.kind]
        picture = self.book.add_chart(dict(drawn))
        for series in _series(sheet.get_name(), chart):
            picture.add_series(series)
        if chart.line:
            share = self.book.add_chart({"type": "line"})
            share.add_series(
                {
                    **_one(sheet.get_name(), chart, chart.line, COLOURS["line"]),
                    "y2_axis": True,
                    "marker": {"type": "circle"},
                }
            )
            share.set_y2_axis({"min": 0, "max": 1, "num_format": "0%"})
            picture.combine(share)
        picture.set_title({"name": say(chart.title), "name_font": {"size": 12}})
        picture.set_legend({"position": "bottom"})
        faint = {"major_gridlines": {"visible": True, "line": {"color": COLOURS["hair"]}}}
        if chart.kind == "bars":  # lying: the first row on top, the scale below
            picture.set_y_axis({"reverse": True})
            picture.set_x_axis({**faint, "min": 0, **({"max": chart.top} if chart.top else {})})
        else:
            picture.set_y_axis({**faint, "min": 0})
        picture.set_size({"width": 760, "height": 380})
        sheet.insert_chart(1 + 20 * place, len(chart.table.columns) + 1, picture)


_LINES = {"type": "line"}
_KINDS = {
    "stacked": {"type": "column", "subtype": "stacked"},
    "bars": {"type": "bar"},
    "pareto": {"type": "column"},
}
"""Kind of chart → what the workbook calls it."""


def _series(sheet: str, chart: Chart) -> list[dict[str, Any]]:
    """What a native chart draws: ranges of the table's own sheet, so that it follows whoever edits them."""
    if chart.kind != "lines":
        return [_one(sheet, chart, name, COLOURS[tint]) for name, tint in zip(chart.series, chart.colours, strict=True)]
    names = [c.key for c in chart.table.columns]
    first, last = names.index(chart.series[0]), names.index(chart.series[-1])
    return [
        {
            "name": " · ".join(shown(row.get(key), "text") for key in chart.x),
            "categories": [sheet, _HEAD - 1, first, _HEAD - 1, last],
            "values": [sheet, _HEAD + n, first, _HEAD + n, last],
            "line": {"color": SEVERAL[n % len(SEVERAL)], "width": 2},
            "marker": {"type": "circle", "size": 5},
        }
        for n, row in enumerate(chart.table.rows[: chart.most])
    ]


def _one(sheet: str, chart: Chart, name: str, colour: str) -> dict[str, Any]:
    names = [c.key for c in chart.table.columns]
    column, places = names.index(name), [names.index(key) for key in chart.x]
    count = len(chart.table.rows) if chart.kind == "stacked" else min(chart.most, len(chart.table.rows))
    last = _HEAD + count - 1
    return {
        "name": [sheet, _HEAD - 1, column],
        "categories": [sheet, _HEAD, places[0], last, places[-1]],
        "values": [sheet, _HEAD, column, last, column],
        "fill": {"color": colour},
        "line": {"color": colour},
        "gap": 40,
    }


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: 31 characters, none of its signs, no other sheet's."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31]
    name, n = plain, 2
    while name.casefold() in taken:
        name = f"{plain[:28]} {n}"
        n += 1
    return name


def _day(value: str) -> datetime:
    return (
        datetime.fromisoformat(value).replace(tzinfo=None)
        if len(value) > 10
        else datetime.combine(date.fromisoformat(value), datetime.min.time())
    )


def _number(value: Any, kind: str) -> float:
    """A number as Excel counts: a span in days, money from its text."""
    return value / 1440 if kind == "span" else float(value)
