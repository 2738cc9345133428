"""The form of a service report as a sheet: to be filled in on any office machine, with lists to choose from.

`svc.intake.formfiles` reads it by its labels: an answer stands to the right of its label, and no label
has anything but its answer there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from svc.domain import ledgers
from svc.domain.nouns.report import CAUSE_CLASSES, DIMENSIONS, QUESTIONS
from svc.extras import needs
from svc.output.papers.model import value
from svc.output.words import short, word
from svc.text import Text, say

LAST = 7
"""The last column (from 0): H."""
PARTS = 6
LISTED = 250
"""Characters that a list of choices may have in a workbook."""


def xlsx(sheet: Mapping[str, Any], at: datetime, faults: Sequence[str]) -> bytes:
    """The workbook; the same bytes for the same values."""
    with needs("report"):
        import xlsxwriter
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": say(_TITLE), "created": at.replace(tzinfo=None)})
    _Sheet(book, value(dict(sheet)), faults).write()
    book.close()
    return out.getvalue()


_TITLE = Text("Service report and survey", "售后服务报告单")


class _Sheet:
    """Writes the form row by row."""

    def __init__(self, book: Any, known: Mapping[str, Any], faults: Sequence[str]) -> None:
        self.known, self.faults = known, faults
        self.sheet = book.add_worksheet(say(Text("report", "服务报告")))
        font = {
            "font_name": "Microsoft YaHei",
            "font_size": 10,
            "valign": "vcenter",
            "border": 1,
            "border_color": "#7C8A97",
        }
        self.label = book.add_format({**font, "bg_color": "#EEF3F7", "text_wrap": True})
        self.number = book.add_format({**font, "bg_color": "#EEF3F7", "align": "center"})
        self.fixed = book.add_format({**font, "text_wrap": True, "align": "left"})
        self.open = book.add_format(
            {**font, "text_wrap": True, "locked": False, "align": "left", "bg_color": "#FFFEF2"}
        )
        self.head = book.add_format({**font, "border": 0, "bold": True, "font_color": "#1F5F8B", "font_size": 11})
        self.title = book.add_format({**font, "border": 0, "bold": True, "font_size": 16, "align": "center"})
        self.note = book.add_format({**font, "border": 0, "font_size": 8, "font_color": "#5C6B7A", "text_wrap": True})
        self.row = 0

    def write(self) -> None:
        """The whole form on one printed page, protected but for what is to be filled in."""
        self.sheet.set_column(0, 0, 24)
        self.sheet.set_column(1, LAST, 9.5)
        self._wide(say(_TITLE), self.title, 30)
        self._facts()
        self._report()
        self._survey()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 1)
        self.sheet.set_margins(0.5, 0.5, 0.5, 0.5)
        self.sheet.print_area(0, 0, self.row, LAST)
        self.sheet.protect("", {"format_rows": True, "format_columns": True, "select_locked_cells": True})

    def _facts(self) -> None:
        k = self.known
        self._pair(_title("visit"), k["visit"], say(Text("call", "来电")), k["call"], first_open=k["visit"] is None)
        self._pair(
            say(Text("customer", "客户")),
            k["customer"],
            say(Text("contact", "联系人")),
            _joined(k["contact"], k["phone"]),
        )
        self._pair(
            say(Text("machine", "设备")),
            _joined(k["product"], k["machine"]),
            say(Text("warranty until", "保修至")),
            k["warranty_until"],
        )
        self._pair(
            say(Text("technician", "技术员")), k["technician"], say(Text("promised by", "约定到场")), k["promised"]
        )
        self._answer(say(Text("what the customer said", "报修内容")), k["summary"], 30, style=self.fixed)

    def _report(self) -> None:
        k = self.known
        self._wide(
            say(Text("1  Service report (* required by 4.6)", "一、服务报告（标 * 的四项合同 4.6 必填）")),
            self.head,
            22,
        )
        self._answer(_title("fault"), k["fault"], 20, self.faults, strict=False)
        self._answer(f"{_title('cause')} (*)", k["cause"], 48)
        self._answer(
            _title("cause_class"),
            word(k["cause_class"]) if k["cause_class"] else None,
            20,
            [word(c) for c in CAUSE_CLASSES.words],
        )
        self._answer(f"{_title('solution')} (*)", k["solution"], 48)
        self._parts()
        yes_no = [say(Text("yes", "是")), say(Text("no", "否"))]
        self._answer(_title("no_parts"), _yes(k["no_parts"]), 20, yes_no)
        self._answer(f"{_title('opinion')} (*)", k["opinion"], 48)
        self._answer(_title("resolved"), _yes(k["resolved"]), 20, yes_no)

    def _parts(self) -> None:
        self._row(20)
        self.sheet.write_string(self.row, 0, f"{_title('parts')} (*)", self.label)
        self._merged(1, 4, say(Text("name", "名称")), self.label)
        self.sheet.write_string(self.row, 5, say(Text("number", "数量")), self.label)
        self._merged(6, LAST, say(Text("part no", "件号")), self.label)
        self.row += 1
        rows = list(self.known["parts"])
        for n in range(max(PARTS, len(rows))):
            part = rows[n] if n < len(rows) else {}
            self._row(20)
            self.sheet.write_number(self.row, 0, n + 1, self.number)
            self._merged(1, 4, part.get("name"), self.open)
            self.sheet.write(self.row, 5, part.get("qty"), self.open)
            self.sheet.data_validation(self.row, 5, self.row, 5, {
                "validate": "integer", "criteria": "between", "minimum": 1, "maximum": 999999,
                "error_message": say(Text("a whole number", "请填整数")),
            })  # fmt: skip
            self._merged(6, LAST, part.get("part_no"), self.open)
            self.row += 1

    def _survey(self) -> None:
        self._wide(
            say(
                Text("2  Survey, by the customer: 1 to 5, 5 is best", "二、满意度调查（客户填写：1 到 5 分，5 分最好）")
            ),
            self.head,
            22,
        )
        for code in DIMENSIONS.words:
            question = say(QUESTIONS[code]).replace("：", ":").partition(":")[2].strip() or say(QUESTIONS[code])
            score = self.known["scores"].get(code)
            self._answer(f"{word(code)} ({question})", score, 30, ["5", "4", "3", "2", "1"])
        refused = ledgers.event("report", "survey").field("refused")
        assert refused is not None
        self._answer(short(say(refused.title)), self.known["refused"], 30)
        visit = self.known["visit"] or say(Text("VISIT", "派工"))
        self._wide(say(Text(f"Then: svc report close {visit} --from THIS-FILE.xlsx",
                            f"填好存盘后：svc report close {visit} --from 本文件.xlsx")), self.note, 18)  # fmt: skip

    # ---- cells ---------------------------------------------------------------------------------------

    def _row(self, height: int) -> None:
        self.sheet.set_row(self.row, height)

    def _wide(self, text: str, style: Any, height: int) -> None:
        self._row(height)
        self._merged(0, LAST, text, style)
        self.row += 1

    def _pair(self, label: str, one: Any, other: str, two: Any, first_open: bool = False) -> None:
        self._row(20)
        self.sheet.write_string(self.row, 0, label, self.label)
        self._merged(1, 3, one, self.open if first_open else self.fixed)
        self.sheet.write_string(self.row, 4, other, self.label)
        self._merged(5, LAST, two, self.fixed)
        self.row += 1

    def _answer(
        self, label: str, known: Any, height: int, choices: Sequence[str] = (), style: Any = None, strict: bool = True
    ) -> None:
        self._row(height)
        self.sheet.write_string(self.row, 0, label, self.label)
        self._merged(1, LAST, known, style or self.open)
        fitting = _fitting(choices)
        if fitting:
            self.sheet.data_validation(self.row, 1, self.row, 1, {
                "validate": "list", "source": fitting, "error_type": "stop" if strict else "information",
                "error_message": say(Text("choose from the list", "请从列表中选择") if strict else Text("a new code", "新的代码")),
            })  # fmt: skip
        self.row += 1

    def _merged(self, first: int, last: int, found: Any, style: Any) -> None:
        text = "" if found is None else found
        self.sheet.merge_range(self.row, first, self.row, last, text, style)


def _fitting(choices: Sequence[str]) -> list[str]:
    """As many choices as a workbook's list holds; a comma would make two of one."""
    made: list[str] = []
    for one in choices:
        if "," not in one and sum(len(c) + 1 for c in made) + len(one) <= LISTED:
            made.append(one)
    return made


def _title(field: str) -> str:
    found = ledgers.event("report", "close").field(field)
    assert found is not None
    return short(say(found.title))


def _joined(*parts: Any) -> str | None:
    return "  ".join(str(part) for part in parts if part) or None


def _yes(flag: bool | None) -> str | None:
    return None if flag is None else say(Text("yes", "是") if flag else Text("no", "否"))
