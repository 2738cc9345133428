"""The page on what quality costs: beside the Pareto in counts the one in yuan, time between failures, early failing parts (1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.output.pages.model import Column, Section, Table, filled
from svc.text import Text

Figures = Mapping[str, Any]

_REPAIRS = Column("repairs", Text("repairs", "维修次数"), "count")
_COST = Column("cost", Text("yuan", "成本（元）"), "money")
_SHARE = Column("cumulative", Text("cumulative", "累计"), "rate")
_PRODUCT = Column("product", Text("product", "产品"))


def quality(f: Figures) -> Section:
    """Nothing where nobody repaired anything, or a month was sealed before this was counted."""
    q = f.get("quality") or {}
    yuan = Table(
        "quality_cost", Text("What breaks, in yuan", "产品故障排行（按成本）"),
        (_PRODUCT, Column("fault", Text("fault", "故障")), Column("cause_class", Text("cause", "原因"), "code"), _REPAIRS, _COST, _SHARE),
        tuple(q.get("cost", ())), ranked=True,
    )  # fmt: skip
    products = Table("quality_products", Text("Cost by product", "各产品质量成本"), (_PRODUCT, _REPAIRS, _COST, _SHARE), tuple(q.get("by_product", ())))
    suppliers = Table(
        "quality_suppliers", Text("Cost by supplier of bought-in machines", "外购设备质量成本（按供应商）"),
        (Column("supplier", Text("supplier", "供应商")), _REPAIRS, _COST, _SHARE), tuple(q.get("by_supplier", ())),
    )  # fmt: skip
    between = Table(
        "between_failures", Text("Time between failures, by product and year of age", "平均故障间隔（按产品和使用年份）"),
        (
            _PRODUCT,
            Column("year", Text("year of age", "使用第几年"), "count"),
            Column("machine_days", Text("machine-days", "台日"), "count"),
            Column("failures", Text("failures", "故障次数"), "count"),
            Column("days_between", Text("days between failures", "间隔（天）"), "per100"),
        ),
        tuple(q.get("between_failures", ())),
    )  # fmt: skip
    early = Table(
        "early_parts", Text("Parts that failed within half a year of the sale", "售后半年内失效的零件"),
        (
            Column("part", Text("part", "零件")),
            _PRODUCT,
            Column("times", Text("times", "次数"), "count"),
            Column("earliest_days", Text("earliest after", "最早"), "days"),
        ),
        tuple(q.get("early_parts", ())),
    )  # fmt: skip
    return Section(
        "quality_side", Text("What quality costs", "质量成本"), "1.5, 3.8", filled(yuan, products, suppliers, between, early), page=True
    )
