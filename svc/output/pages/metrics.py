"""The figures that months are compared by: where they stand in the JSON, what they are called, which way is good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from svc.named import NamedTuple
from svc.output.pages.model import Fact, column
from svc.text import Text


class Metric(NamedTuple):
    """One figure of a month. `better`: 1 the more the better, -1 the less, 0 neither."""

    key: str
    title: Text
    kind: str
    better: int


METRICS = (
    Metric("replies.rate", Text("answered within the limit (3.4)", "24 小时答复及时率（3.4）"), "rate", 1),
    Metric("visits.rate", Text("on site as promised (4.5)", "按约到场准时率（4.5）"), "rate", 1),
    Metric("headline.satisfied_rate", Text("satisfied customers (3.1)", "客户满意率（3.1）"), "rate", 1),
    Metric(
        "headline.complaints_per_100_visits",
        Text("complaints on 100 visits (1.1)", "每百次上门投诉（1.1）"),
        "per100",
        -1,
    ),
    Metric("repairs.first_time_fix_rate", Text("repaired the first time (3.6)", "一次修复率（3.6）"), "rate", 1),
    Metric("fines.payable", Text("fines payable, yuan", "应扣罚款（元）"), "money", 0),
    Metric("calls.registered", Text("calls and letters", "来电来函"), "count", 0),
    Metric("replies.median_minutes", Text("time to the first reply, median", "首次答复用时中位数"), "span", -1),
    Metric("replies.p90_minutes", Text("time to the first reply, 90 % within", "首次答复用时（90% 以内）"), "span", -1),
    Metric("replies.overdue", Text("calls still without a reply, overdue", "超期未答复的来电"), "count", -1),
    Metric("visits.due", Text("visits due", "应到派工"), "count", 0),
    Metric("visits.late", Text("visits late", "晚到"), "count", -1),
    Metric("visits.missed", Text("visits missed", "未到"), "count", -1),
    Metric("visits.left_without_calling", Text("left without calling (4.4)", "离场前未来电（4.4）"), "count", -1),
    Metric("reports.missing", Text("reports not filed (3.7)", "未交服务报告（3.7）"), "count", -1),
    Metric("reports.incomplete", Text("reports with gaps (4.6)", "缺项报告（4.6）"), "count", -1),
    Metric("surveys.returned", Text("surveys returned", "收回调查表"), "count", 1),
    Metric("repairs.reports", Text("repair reports", "维修报告"), "count", 0),
    Metric("repairs.repeat", Text("repairs repeated (3.6)", "重复修理（3.6）"), "count", -1),
    Metric("complaints.registered", Text("complaints", "投诉"), "count", -1),
    Metric("complaints.upheld", Text("complaints upheld", "属实投诉"), "count", -1),
)
"""The first six stand at the top of a month."""

HEADLINE = 6


def detail(figures: Mapping[str, Any], key: str) -> tuple[Text | None, bool]:
    """What a figure is made of, and whether that is said in its place."""
    if key == "fines.payable":
        unset, payable = column(figures, "fines.unset") or 0, column(figures, key)
        said = Text(f"{unset} {'fine' if unset == 1 else 'fines'}, amount not set", f"{unset} 笔罚款，金额未定")
        return (said, payable == "0.00") if unset else (None, False)
    made = _MADE.get(key)
    counts = [column(figures, path) for path in made.paths] if made else []
    if made is None or not counts or any(count is None for count in counts):
        return None, False
    return made.say(*counts), False


class _Made(NamedTuple):
    """The counts that a rate is made of, and how they are said."""

    paths: tuple[str, ...]
    say: Callable[..., Text]


def _of(part: int, *others: int) -> Text:
    whole = part + sum(others)
    return Text(f"{part} of {whole}", f"{part}／{whole}")


def _out_of(part: int, whole: int) -> Text:
    return Text(f"{part} of {whole}", f"{part}／{whole}")


def _repaired(fixed: int, first: int, unresolved: int, again: int) -> Text:
    return Text(
        f"{fixed} of {first}: {unresolved} not resolved, {again} came again",
        f"{fixed}／{first}：{unresolved} 次未修好，{again} 次又来修",
    )


_SATISFIED = _Made(("surveys.satisfied", "surveys.scored"), _out_of)
_MADE = {
    "replies.rate": _Made(("replies.within", "replies.late", "replies.overdue"), _of),
    "visits.rate": _Made(("visits.on_time", "visits.late", "visits.missed"), _of),
    "headline.satisfied_rate": _SATISFIED,
    "surveys.satisfied_rate": _SATISFIED,
    "headline.complaints_per_100_visits": _Made(("complaints.registered", "visits.left"), lambda k, n: Text(f"{k} on {n}", f"{k} 件／{n} 次")),
    "repairs.first_time_fix_rate": _Made(
        ("repairs.fixed", "repairs.first", "repairs.not_resolved", "repairs.came_again"), _repaired
    ),
}


def fact(metric: Metric, figures: Mapping[str, Any], before: Mapping[str, Any] | None) -> Fact:
    """One metric of a month, beside that of the month before."""
    earlier = column(before, metric.key) if before else None
    value = column(figures, metric.key)
    return Fact(metric.key, metric.title, value, metric.kind, earlier, metric.better, *detail(figures, metric.key))


def headline(figures: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[Fact, ...]:
    """The figures that a general manager looks at first (1.1, 3.1, 3.4, 3.6)."""
    return tuple(fact(metric, figures, before) for metric in METRICS[:HEADLINE])
