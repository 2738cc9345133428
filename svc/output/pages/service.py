"""The service side of a month: calls, the two deadlines, reports and surveys, complaints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.output.pages.metrics import detail
from svc.output.pages.model import Chart, Column, Fact, Facts, Section, Table, column, filled
from svc.text import Text

Figures = Mapping[str, Any]


def facts(figures: Figures, title: Text, *rows: tuple[str, Text, str]) -> Facts:
    """Figures by their path in the JSON, each with its name and kind."""
    items = (Fact(path, name, column(figures, path), kind, None, 0, *detail(figures, path)) for path, name, kind in rows)
    return Facts(title, tuple(items))


def calls(f: Figures) -> Section:
    """How many came in, which way, about what, and how fast somebody was sent (1.3, 1.10)."""
    block = facts(
        f,
        Text("Calls and letters", "来电来函"),
        ("calls.registered", Text("registered", "登记"), "count"),
        ("calls.by_channel", Text("by channel", "按方式"), "tally"),
        ("calls.by_kind", Text("by kind", "按事由"), "tally"),
        ("calls.on_days_off", Text("on days off", "节假日来电"), "count"),
        ("calls.matched", Text("customer known before the call", "来电前已建档的客户"), "count"),
        ("calls.needs_service", Text("need a visit", "需上门"), "count"),
        ("calls.needs_without_visit", Text("need a visit, nobody sent", "需上门而未派工"), "count"),
        ("calls.dispatch_median_minutes", Text("sent after, median", "派工用时中位数"), "span"),
        ("calls.dispatch_worst_minutes", Text("sent after, worst", "派工用时最长"), "span"),
    )
    coming = f.get("forecast") or {}
    if coming.get("calls") is not None:
        block = block._replace(items=(*block.items, Fact("forecast.calls", *_expected(coming))))
    return Section("calls", Text("Calls and letters", "来电来函"), "1.3, 1.10, 3.9", (block,))


def _expected(coming: Figures) -> tuple[Text, int, str, Any, int, Text]:
    """How many calls the next month should bring, and how that is reckoned."""
    last, before = " + ".join(map(str, coming["last"])), " + ".join(map(str, coming["year_before"]))
    how = (
        Text(f"{coming['same_month']} a year before × ({last}) ÷ ({before})", f"上年同月 {coming['same_month']} ×（{last}）÷（{before}）")
        if coming["how"] == "same_month_trend"
        else Text(f"mean of the last months: {last}", f"近几个月平均：{last}")
    )
    return Text(f"expected in {coming['month']}", f"预计 {coming['month']}"), coming["calls"], "count", None, 0, how


def deadlines(f: Figures, table: Table | None = None) -> Section:
    """The reply within its limit and the arrival as promised, in all and day by day (3.4, 4.5).

    `table` has the same columns by another measure of time, a year's by months.
    """
    replies = facts(
        f,
        Text("Reply within the limit (3.4)", "24 小时答复（3.4）"),
        ("replies.within", Text("within", "按时"), "count"),
        ("replies.late", Text("late", "迟答"), "count"),
        ("replies.overdue", Text("overdue, no reply", "超期未答"), "count"),
        ("replies.pending", Text("still time", "未到期"), "count"),
        ("replies.facts_missing", Text("not decided: hour not known", "无法判定：钟点不详"), "count"),
        ("replies.rate", Text("kept", "及时率"), "rate"),
        ("replies.median_minutes", Text("median", "中位数"), "span"),
        ("replies.p90_minutes", Text("90 % within", "90% 以内"), "span"),
    )
    visits = facts(
        f,
        Text("On site as promised (3.4, 4.5)", "按约到场（3.4、4.5）"),
        ("visits.due", Text("due", "应到"), "count"),
        ("visits.on_time", Text("on time", "准时"), "count"),
        ("visits.late", Text("late", "晚到"), "count"),
        ("visits.missed", Text("missed", "未到"), "count"),
        ("visits.pending", Text("open", "未到期"), "count"),
        ("visits.facts_missing", Text("not decided: hour not known", "无法判定：钟点不详"), "count"),
        ("visits.rate", Text("kept", "准时率"), "rate"),
    )
    leaving = facts(
        f,
        Text("Leaving and new promises (4.4)", "离场和改约（4.4）"),
        ("visits.left", Text("left", "离场"), "count"),
        ("visits.left_without_calling", Text("left without calling (4.4)", "离场前未来电（4.4）"), "count"),
        ("visits.call_in_unknown", Text("call before leaving: not known", "离场前来电：不清楚"), "count"),
        ("visits.repromised_by_customer", Text("new promise, customer asked", "改约：客户提出"), "count"),
        ("visits.repromised_by_us", Text("new promise, we asked", "改约：我方提出"), "count"),
        ("visits.past_customers_time", Text("promised after the customer's own time", "约定晚于客户要求的时间"), "count"),
        ("visits.cancelled", Text("cancelled", "取消派工"), "count"),
        ("visits.arrived_not_left", Text("on site, leaving not recorded", "已到场，未登记离场"), "count"),
    )
    table = table or _days(f)
    tints = ("good", "late", "bad", "open")
    reply_chart = Chart(
        "stacked", Text("Replies, by time of the call", "答复情况（按来电时间）"), table, ("date",),
        ("within", "late", "overdue", "pending"), tints,
    )  # fmt: skip
    visit_chart = Chart(
        "stacked", Text("Arrivals, by time promised", "到场情况（按约定时间）"), table, ("date",),
        ("visits_on_time", "visits_late", "visits_missed", "visits_pending"), tints,
    )  # fmt: skip
    title = Text("The two deadlines", "两个时限")
    return Section("deadlines", title, "3.4, 4.5", filled(replies, reply_chart, visits, visit_chart, leaving, table))


def _days(f: Figures) -> Table:
    columns = (Column("date", Text("day", "日期"), "date"), Column("off", Text("day off", "休息日"), "flag"), *COUNTS)
    rows = tuple({"date": row["date"], "off": row["off"], **counts(row, row["calls"])} for row in f.get("days", ()))
    return Table("days", Text("Day by day", "逐日数据"), columns, rows, aside=True)


COUNTS = (
    Column("calls", Text("calls", "来电"), "count"),
    Column("within", Text("answered in time", "按时答复"), "count"),
    Column("late", Text("answered late", "迟答"), "count"),
    Column("overdue", Text("overdue", "超期未答"), "count"),
    Column("pending", Text("still time", "未到期"), "count"),
    Column("facts_missing", Text("hour not known", "时刻不明"), "count"),
    Column("visits_on_time", Text("on site in time", "准时到场"), "count"),
    Column("visits_late", Text("on site late", "晚到"), "count"),
    Column("visits_missed", Text("missed", "未到"), "count"),
    Column("visits_pending", Text("not due yet", "未到期到场"), "count"),
    Column("visits_facts_missing", Text("arrival not known", "到场不明"), "count"),
)
"""The columns of the two deadlines, by days or by months."""


def counts(figures: Figures, calls: int) -> dict[str, Any]:
    """The two deadlines of a day or a month under `COUNTS`."""
    replies = {name: figures["replies"].get(name) for name in ("within", "late", "overdue", "pending", "facts_missing")}
    visits = {f"visits_{name}": figures["visits"].get(name) for name in ("on_time", "late", "missed", "pending", "facts_missing")}
    return {"calls": calls, **replies, **visits}


def quality(f: Figures, before: Figures | None) -> Section:
    """Service reports, surveys and repairs (3.1, 3.6, 3.7, 4.6)."""
    reports = facts(
        f,
        Text("Reports (3.7, 4.6)", "服务报告（3.7、4.6）"),
        ("reports.expected", Text("expected", "应交"), "count"),
        ("reports.filed", Text("filed", "已交"), "count"),
        ("reports.missing", Text("missing", "未交"), "count"),
        ("reports.incomplete", Text("with gaps", "缺项报告"), "count"),
        ("reports.missing_items", Text("items missing", "缺的项"), "tally"),
        ("reports.archived", Text("archived", "已存档"), "count"),
    )
    surveys = facts(
        f,
        Text("Surveys (3.1, 3.7)", "满意度调查（3.1、3.7）"),
        ("surveys.returned", Text("returned", "收回"), "count"),
        ("surveys.refused", Text("refused", "拒填"), "count"),
        ("surveys.missing", Text("missing", "缺"), "count"),
        ("surveys.mean", Text("mean scores", "平均分"), "means"),
        ("surveys.satisfied_rate", Text("satisfied (overall 4 or 5)", "满意率（总体 4 分以上）"), "rate"),
    )
    repairs = facts(
        f,
        Text("Repairs (3.6)", "维修（3.6）"),
        ("repairs.reports", Text("reports", "维修报告"), "count"),
        ("repairs.repeat", Text("repeats", "重复修理"), "count"),
        ("repairs.first_time_fix_rate", Text("fixed the first time", "一次修复率"), "rate"),
        ("repairs.repaired", Text("calls repaired", "修复的来电"), "count"),
        ("repairs.median_hours", Text("from the call to repaired, median", "来电到修复，中位数"), "hours"),
        ("repairs.p90_hours", Text("90 % within", "90% 以内"), "hours"),
    )
    table = _scores(f, before)
    chart = Chart(
        "bars", Text("Mean scores by dimension (1 to 5)", "各项平均分（1–5 分）"), table, ("dimension",),
        ("mean", "before"), ("accent", "before"), top=5.0,
    )  # fmt: skip
    title = Text("Reports, satisfaction, repairs", "报告、满意度和维修")
    return Section("quality", title, "3.1, 3.6, 3.7, 4.6", filled(surveys, chart, table, reports, repairs))


def _scores(f: Figures, before: Figures | None) -> Table:
    earlier = column(before, "surveys.mean") if before else None
    rows = tuple(
        {"dimension": name, "mean": mean, "before": (earlier or {}).get(name)}
        for name, mean in f["surveys"]["mean"].items()
    )
    columns = (
        Column("dimension", Text("dimension", "项目"), "code"),
        Column("mean", Text("this period", "本期"), "score"),
        Column("before", Text("before", "上期"), "score"),
    )
    return Table("scores", Text("Satisfaction by dimension", "分项满意度"), columns, rows, aside=True)


def complaints(f: Figures) -> Section:
    """The complaints of the month and what became of them (1.8, 4.1, 4.2)."""
    block = facts(
        f,
        Text("Complaints", "投诉"),
        ("complaints.registered", Text("registered", "登记"), "count"),
        ("complaints.by_channel", Text("by channel", "按方式"), "tally"),
        ("complaints.by_kind", Text("about", "按类别"), "tally"),
        ("complaints.by_cause", Text("by cause", "按原因"), "tally"),
        ("complaints.upheld", Text("upheld", "属实"), "count"),
        ("complaints.dismissed", Text("dismissed", "不属实"), "count"),
        ("complaints.open", Text("open", "待查"), "count"),
        ("complaints.unremedied", Text("upheld so far, not made good", "截至期末属实未挽回"), "count"),
        ("complaints.unreported", Text("about service, not reported to the company", "服务类未上报公司"), "count"),
        ("complaints.report_median_minutes", Text("reported after, median", "上报用时中位数"), "span"),
        ("complaints.report_worst_minutes", Text("reported after, worst", "上报用时最长"), "span"),
    )
    columns = (
        Column("id", Text("id", "编号")),
        Column("date", Text("date", "日期"), "date"),
        Column("channel", Text("channel", "渠道"), "code"),
        Column("kind", Text("about", "类别"), "code"),
        Column("cause", Text("cause", "原因"), "code"),
        Column("name", Text("whom", "被投诉人")),
        Column("standing", Text("verdict", "认定"), "code:standing"),
        Column("remedied", Text("made good", "已挽回"), "flag"),
        Column("closed", Text("closed", "已结案"), "flag"),
    )
    rows = tuple(f["complaints"].get("list", ()))
    table = Table("complaints", Text("List of complaints", "投诉清单"), columns, rows)
    return Section("complaints", Text("Complaints", "投诉"), "1.8, 4.1, 4.2", filled(block, table))


def data_quality(f: Figures) -> Facts:
    """How far the figures can be trusted."""
    return facts(
        f,
        Text("Data quality", "数据质量"),
        ("data_quality.typed_late", Text("typed more than a day late", "超过一天才补录"), "count"),
        ("data_quality.dated_ahead", Text("dated ahead of the clock", "时间早于发生就已录入"), "count"),
        (
            "data_quality.imported_for_others",
            Text("imported in the name of others", "由他人代为导入"),
            "count",
        ),
        ("data_quality.promises_corrected", Text("promises put right since", "事后更正的约定时间"), "count"),
        ("data_quality.empty_calls", Text("calls that say nothing", "没有内容的来电"), "count"),
        (
            "data_quality.hand_edits",
            Text("changed by hand (svc ledger verify)", "手工改动（svc ledger verify）"),
            "count",
        ),
    )
