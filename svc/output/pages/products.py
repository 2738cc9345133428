"""The page for whoever improves the products: what breaks and why, with what trend, what customers say (1.5, 1.9, 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.output.pages.model import Chart, Column, Section, Table, filled
from svc.text import Text

Figures = Mapping[str, Any]

_PRODUCT = Column("product", Text("product", "产品"))
_FAULT = Column("fault", Text("fault", "故障"))
_REPORTS = Column("reports", Text("reports", "次数"), "count")
_AGE = Column("age_days", Text("age", "已过"), "days")
_ANSWERED = Column("answered", Text("answered", "已答复"), "flag")

MOST = 5
"""How many products and faults a trend draws."""


def products(f: Figures) -> Section:
    """Pareto of faults and of parts, trend, repeats, defects, opinions, claims on suppliers."""
    pareto, parts, trend = _pareto(f), _parts(f), _trend(f)
    blocks = filled(
        Chart(
            "pareto", Text("What breaks", "故障排行"), pareto, ("product", "fault", "cause_class"),
            ("reports",), ("accent",), line="cumulative",
        ),
        pareto,
        Chart("pareto", Text("Parts replaced", "更换零件排行"), parts, ("part",), ("qty",), ("accent",)),
        parts,
        _trend_chart(trend),
        trend,
        _repeats(f),
        _defects(f),
        _opinions(f),
        _claims(f),
    )  # fmt: skip
    return Section("products", Text("Product improvement", "产品改进"), "1.5, 1.9, 2.4, 3.8", blocks, page=True)


def _pareto(f: Figures) -> Table:
    columns = (
        _PRODUCT,
        _FAULT,
        Column("cause_class", Text("cause", "原因"), "code"),
        _REPORTS,
        Column("share", Text("share", "占比"), "rate"),
        Column("cumulative", Text("cumulative", "累计"), "rate"),
    )
    return Table(
        "pareto", Text("What breaks (1.5)", "产品故障排行（1.5）"), columns, tuple(f["products"]["pareto"]), ranked=True
    )


def _parts(f: Figures) -> Table:
    columns = (
        Column("part", Text("part", "零件")),
        _REPORTS,
        Column("qty", Text("quantity", "数量"), "count"),
    )
    return Table(
        "parts", Text("Parts replaced (1.5)", "更换零件（1.5）"), columns, tuple(f["products"]["parts"]), ranked=True
    )


def _trend(f: Figures) -> Table:
    rows = f["products"].get("trend", [])
    months = list(rows[0]["months"]) if rows else []
    columns = (
        _PRODUCT,
        _FAULT,
        *(Column(m, Text(m, m), "count") for m in months),
        _REPORTS._replace(title=Text("in all", "合计")),
    )
    flat = tuple({**{k: v for k, v in row.items() if k != "months"}, **row["months"]} for row in rows)
    return Table("trend", Text("Trend of half a year (1.5)", "半年趋势（1.5）"), columns, flat, ranked=True)


def _trend_chart(trend: Table) -> Chart | None:
    months = tuple(c.key for c in trend.columns if c.key[:2] == "20")
    title = Text("The most frequent faults, month by month", "高发故障的月度走势")
    return Chart("lines", title, trend, ("product", "fault"), months, (), most=MOST) if months else None


def _repeats(f: Figures) -> Table:
    columns = (
        Column("machine", Text("machine", "设备")),
        _PRODUCT,
        _FAULT,
        Column("report", Text("report", "本次报告")),
        Column("earlier", Text("earlier report", "上次报告")),
    )
    rows = tuple(f["products"].get("repeats", ()))
    return Table("repeats", Text("Repaired again within the window (3.6)", "期限内重复修理（3.6）"), columns, rows)


def _defects(f: Figures) -> Table:
    columns = (
        Column("id", Text("id", "编号")),
        _PRODUCT,
        Column("machine", Text("machine", "设备")),
        Column("reports", Text("reports", "服务报告"), "words"),
        _AGE,
        _ANSWERED,
    )
    rows = tuple(f["defects"].get("list", ()))
    return Table("defects", Text("Design defects open (1.9)", "未结设计缺陷（1.9）"), columns, rows)


def _opinions(f: Figures) -> Table:
    said = f["tours"].get("opinions", {})
    rows = tuple({"aspect": aspect, "text": text} for aspect, found in said.items() for text in found["texts"])
    columns = (Column("aspect", Text("aspect", "方面"), "code"), Column("text", Text("opinion", "意见")))
    return Table("opinions", Text("Opinions of key customers (2.4)", "重点客户意见（2.4）"), columns, rows)


def _claims(f: Figures) -> Table:
    columns = (
        Column("id", Text("id", "编号")),
        Column("name", Text("supplier", "供应商")),
        Column("part", Text("part", "配件")),
        Column("machine", Text("machine", "设备")),
        _AGE,
        _ANSWERED,
    )
    rows = tuple(f["claims"].get("list", ()))
    return Table("claims", Text("Claims on suppliers open (3.8)", "未结厂家索赔（3.8）"), columns, rows)
