"""The report of a year: its months side by side, and the year as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.output.pages import matters, metrics, people, products, service
from svc.output.pages.model import Chart, Column, Page, Section, Table, column, filled
from svc.rules.explain import Step
from svc.text import Text, say

Figures = Mapping[str, Any]

RATES = ("replies.rate", "visits.rate", "headline.satisfied_rate", "repairs.first_time_fix_rate")


def year_figures(year: str, months: Sequence[Figures], whole: Figures) -> dict[str, Any]:
    """What `svc audit year --json` prints: each month's own figures, as sealed where it is, and those of the whole.

    `whole` has the keys of a month, counted over the year as known now. `fines_reported` is the sum of what the
    months said was payable: where it differs from the whole's, something was learned after a month was sealed.
    """
    reported = sum(round(float(month["fines"]["payable"]) * 100) for month in months)
    return {
        "year": year,
        "as_of": whole["as_of"],
        "fines_reported": f"{reported / 100:.2f}",
        "months": [_month_row(month) for month in months],
        "whole": {key: value for key, value in whole.items() if key != "days"},
    }


def _month_row(month: Figures) -> dict[str, Any]:
    return {
        "month": month["month"],
        "sealed": month.get("sealed", False),
        "figures": {metric.key: column(month, metric.key) for metric in metrics.METRICS},
        "replies": {name: month["replies"][name] for name in ("within", "late", "overdue", "pending")},
        "visits": {name: month["visits"][name] for name in ("on_time", "late", "missed", "pending")},
    }


def page(
    figures: Figures, before: Figures | None, titles: Mapping[str, str], why: Mapping[str, Sequence[Step]]
) -> Page:
    """The whole report of a year."""
    f, earlier = figures["whole"], before["whole"] if before else None
    as_of = figures["as_of"][:16].replace("T", " ")
    sealed = sum(month["sealed"] for month in figures["months"])
    count = len(figures["months"])
    sections = (
        matters.attention(f),
        _months(figures),
        service.deadlines(f, _deadlines(figures)),
        service.calls(f),
        service.quality(f, earlier),
        service.complaints(f),
        people.staff(f),
        people.fines(f, titles, why),
        products.products(f),
        matters.books(f),
        matters.open_matters(f),
        matters.trust(f, None),
    )
    return Page(
        Text(f"After-sales audit {figures['year']}", f"{figures['year']} 年售后年度审计"),
        Text(f"as known {as_of}", f"截至 {as_of}"),
        figures["as_of"],
        Text(f"{sealed} of {count} months sealed", f"{count} 个月中已封存 {sealed} 个月"),
        bool(count) and sealed == count,
        metrics.headline(f, earlier),
        Text(f"against {before['year']}", f"与 {before['year']} 年相比") if before else None,
        tuple(section for section in sections if section.blocks),
    )


def _months(figures: Figures) -> Section:
    """The figures that months are compared by, a month a row; the rates and the fines as pictures."""
    months = figures["months"]
    columns = (
        Column("month", Text("month", "月份")),
        Column("sealed", Text("sealed", "已封存"), "flag"),
        *(Column(metric.key, metric.title, metric.kind) for metric in metrics.METRICS[: metrics.HEADLINE + 1]),
    )
    rows = tuple({"month": month["month"], "sealed": month["sealed"], **month["figures"]} for month in months)
    table = Table("months", Text("Month by month", "逐月数据"), columns, rows, _difference(figures))
    rates = _rates(months)
    title = Text("Rates, month by month", "各项比率的月度走势")
    lines = Chart("lines", title, rates, ("title",), tuple(month["month"] for month in months), ())
    fines = Chart(
        "stacked", Text("Fines payable, yuan", "应扣罚款（元）"), table, ("month",), ("fines.payable",), ("accent",)
    )
    return Section("months", Text("Month by month", "逐月情况"), "1.5", filled(lines, table, fines, rates))


def _difference(figures: Figures) -> Text | None:
    reported, now = figures["fines_reported"], figures["whole"]["fines"]["payable"]
    if reported == now:
        return None
    return Text(
        f"The months together reported {reported} yuan, as known now it is {now}: the rest was learned after a seal.",
        f"各月上报合计 {reported} 元，按现在所知为 {now} 元：差额是封存以后才知道的。",
    )


def _rates(months: Sequence[Figures]) -> Table:
    wanted = [metric for metric in metrics.METRICS if metric.key in RATES]
    columns = (
        Column("title", Text("figure", "指标")),
        *(Column(month["month"], Text(month["month"], month["month"]), "rate") for month in months),
    )
    rows = tuple(
        {"title": say(metric.title), **{month["month"]: month["figures"][metric.key] for month in months}}
        for metric in wanted
    )
    return Table("rates", Text("Rates", "比率"), columns, rows, aside=True)


def _deadlines(figures: Figures) -> Table:
    columns = (Column("date", Text("month", "月份")), *service.COUNTS)
    rows = tuple(
        {"date": month["month"], **service.counts(month, month["figures"]["calls.registered"])}
        for month in figures["months"]
    )
    return Table("deadline_months", Text("The deadlines, month by month", "时限逐月数据"), columns, rows, aside=True)
