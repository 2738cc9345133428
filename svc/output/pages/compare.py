"""Two months, or two years, side by side: every figure that they are compared by, people, faults, breaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from svc.output.pages import metrics
from svc.output.pages.model import Chart, Column, Page, Section, Table, column, filled
from svc.output.pages.values import change, moved
from svc.text import Text, say

Figures = Mapping[str, Any]

PERSONAL = ("calls", "visits", "on_time_rate", "reports", "mean_overall", "complaints_upheld", "findings", "fines")
"""What a person's two months are compared by."""


def compared(a: Figures, b: Figures) -> dict[str, Any]:
    """What `svc audit compare --json` prints; `change` is b − a, null where one of them is not known."""
    return {
        "a": a["month"],
        "b": b["month"],
        "as_of": b["as_of"],
        "figures": [_pair(metric, column(a, metric.key), column(b, metric.key)) for metric in metrics.METRICS],
        "scores": list(_scores(a, b)),
        "people": list(_people(a, b)),
        "faults": list(_faults(a, b)),
        "breaches": list(_counted(a["breaches"], b["breaches"], "rule")),
    }


def _pair(metric: metrics.Metric, old: Any, new: Any) -> dict[str, Any]:
    return {"key": metric.key, "a": old, "b": new, "change": _difference(old, new)}


def _difference(old: Any, new: Any) -> Any:
    if old is None or new is None:
        return None
    if isinstance(old, str):
        return f"{Decimal(new) - Decimal(old):.2f}"
    return new - old


def _scores(a: Figures, b: Figures) -> Iterator[dict[str, Any]]:
    old, new = a["surveys"]["mean"], b["surveys"]["mean"]
    for name in dict.fromkeys([*old, *new]):
        yield {"dimension": name, "a": old.get(name), "b": new.get(name)}


def _people(a: Figures, b: Figures) -> Iterator[dict[str, Any]]:
    old, new = ({row["staff"]: row for row in figures["staff"]} for figures in (a, b))
    for who in sorted(old.keys() | new.keys()):
        before, now = old.get(who, {}), new.get(who, {})
        row = {name: {"a": before.get(name), "b": now.get(name)} for name in PERSONAL}
        if any(value not in (None, 0, "0.00") for pair in row.values() for value in pair.values()):
            yield {"staff": who, "name": now.get("name") or before.get("name"), **row}


def _faults(a: Figures, b: Figures) -> Iterator[dict[str, Any]]:
    old, new = _by_fault(a), _by_fault(b)
    for product, fault in sorted(old.keys() | new.keys(), key=lambda k: (-new[k], -old[k], k[0] or "", k[1])):
        yield {"product": product, "fault": fault, **_count(old[product, fault], new[product, fault])}


def _by_fault(figures: Figures) -> Counter[tuple[str | None, str]]:
    found: Counter[tuple[str | None, str]] = Counter()
    for row in figures["products"]["pareto"]:
        found[row["product"], row["fault"]] += row["reports"]
    return found


def _counted(old: Mapping[str, int], new: Mapping[str, int], name: str) -> Iterator[dict[str, Any]]:
    for key in sorted(old.keys() | new.keys()):
        yield {name: key, **_count(old.get(key, 0), new.get(key, 0))}


def _count(old: int, new: int) -> dict[str, int]:
    return {"a": old, "b": new, "change": new - old}


# ---- as a report -----------------------------------------------------------------------------------


def page(found: Figures, titles: Mapping[str, str]) -> Page:
    """The comparison as a report: `a` is the earlier, what `b` differs from."""
    a, b = found["a"], found["b"]
    as_of = found["as_of"][:16].replace("T", " ")
    by_key = {row["key"]: row for row in found["figures"]}
    headline = tuple(
        metrics.fact(metric, _nested(metric.key, by_key[metric.key]["b"]), _nested(metric.key, by_key[metric.key]["a"]))
        for metric in metrics.METRICS[: metrics.HEADLINE]
    )
    sections = (
        Section("figures", Text("Figures", "指标"), "1.5", filled(_figures(found))),
        Section("scores", Text("Satisfaction", "满意度"), "3.1", _scored(found)),
        Section("people", Text("People", "人员"), "1.10", filled(_personal(found))),
        Section("faults", Text("What breaks", "产品故障"), "1.5", _broken(found)),
        Section("breaches", Text("Rules broken", "违反的规则"), "4.1–4.7", filled(_breaches(found, titles))),
    )
    return Page(
        Text(f"After-sales: {a} and {b}", f"售后对比：{a} 与 {b}"),
        Text(f"as known {as_of}", f"截至 {as_of}"),
        found["as_of"],
        Text("comparison", "对比"),
        False,
        headline,
        Text(f"against {a}", f"与 {a} 相比"),
        tuple(section for section in sections if section.blocks),
    )


def _nested(key: str, value: Any) -> Figures:
    outer, inner = key.split(".")
    return {outer: {inner: value}}


def _two(found: Figures, kind: str) -> tuple[Column, Column]:
    return Column("a", Text(found["a"], found["a"]), kind), Column("b", Text(found["b"], found["b"]), kind)


_CHANGE = Column("change", Text("change", "变化"), "count")
_VERDICTS = {"good": Text("better", "好转"), "bad": Text("worse", "变差"), "same": Text("", "")}


def _figures(found: Figures) -> Table:
    known = {metric.key: metric for metric in metrics.METRICS}
    rows = []
    for row in found["figures"]:
        metric = known[row["key"]]
        verdict = _VERDICTS[moved(row["b"], row["a"], metric.better)]
        by = change(row["b"], row["a"], metric.kind)
        rows.append({**row, "title": say(metric.title), "kind": metric.kind, "change": by, "verdict": say(verdict)})
    columns = (
        Column("title", Text("figure", "指标")),
        *_two(found, "own"),
        Column("change", Text("change", "变化")),
        Column("verdict", Text("", "评价")),
    )
    return Table("figures", Text("All figures", "全部指标"), columns, tuple(rows))


def _scored(found: Figures) -> tuple[Any, ...]:
    columns = (Column("dimension", Text("dimension", "项目"), "code"), *_two(found, "score"))
    table = Table("scores", Text("Mean scores", "平均分"), columns, tuple(found["scores"]))
    title = Text("Mean scores by dimension (1 to 5)", "各项平均分（1–5 分）")
    return filled(Chart("bars", title, table, ("dimension",), ("b", "a"), ("accent", "before"), top=5.0), table)


_PERSONAL = {
    "on_time_rate": (Text("on time", "准时率"), "rate"),
    "mean_overall": (Text("overall score", "总体评分"), "score"),
    "complaints_upheld": (Text("complaints upheld", "属实投诉"), "count"),
    "findings": (Text("findings", "问题"), "count"),
    "fines": (Text("fines, yuan", "罚款（元）"), "money"),
}


def _personal(found: Figures) -> Table:
    columns = [Column("name", Text("name", "姓名"))]
    for name, (title, kind) in _PERSONAL.items():
        for side in ("a", "b"):
            columns.append(
                Column(f"{name}.{side}", Text(f"{title.en} {found[side]}", f"{title.zh} {found[side]}"), kind)
            )
    rows = tuple(
        {
            "name": row["name"] or row["staff"],
            **{f"{name}.{side}": row[name][side] for name in _PERSONAL for side in "ab"},
        }
        for row in found["people"]
    )
    return Table("people", Text("Person by person", "个人对比"), tuple(columns), rows)


def _broken(found: Figures) -> tuple[Any, ...]:
    columns = (
        Column("product", Text("product", "产品")),
        Column("fault", Text("fault", "故障")),
        *_two(found, "count"),
        _CHANGE,
    )
    table = Table("faults", Text("Faults", "故障"), columns, tuple(found["faults"]), ranked=True)
    title = Text("Faults reported", "故障次数")
    return filled(Chart("bars", title, table, ("product", "fault"), ("b", "a"), ("accent", "before")), table)


def _breaches(found: Figures, titles: Mapping[str, str]) -> Table:
    rows = tuple({**row, "title": titles.get(row["rule"], row["rule"])} for row in found["breaches"])
    columns = (Column("title", Text("what", "内容")), *_two(found, "count"), _CHANGE)
    return Table("breaches", Text("Broken, no sanction in the contract", "违反但合同没有规定处分"), columns, rows)
