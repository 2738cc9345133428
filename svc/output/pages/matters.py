"""What is still open, the smaller books, and how far the figures can be trusted: data quality, adjustments, seal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.named import NamedTuple
from svc.output.pages.model import Column, Fact, Facts, Section, Table, filled
from svc.output.pages.service import data_quality
from svc.text import Text, say

Figures = Mapping[str, Any]


class SealFacts(NamedTuple):
    """What is known of a month's seal: when, by whom, its hash."""

    at: str
    by: str
    sha256: str


BOOK_TITLES = {
    "escalations": Text("escalations (3.2)", "报总部（3.2）"),
    "defects": Text("design defects (1.9)", "设计缺陷（1.9）"),
    "claims": Text("supplier claims (3.8)", "厂家索赔（3.8）"),
    "returns": Text("returns (1.11)", "退货（1.11）"),
    "quotes": Text("quotes (2.1, 2.2)", "报价（2.1、2.2）"),
    "installs": Text("installations (2.3)", "安装调试（2.3）"),
    "tours": Text("tours (2.4)", "走访（2.4）"),
    "expenses": Text("expense claims (4.3)", "报销（4.3）"),
    "tools": Text("tools (1.12)", "外购工具（1.12）"),
    "conduct": Text("conduct recorded (1.7, 4.7)", "行为记录（1.7、4.7）"),
}
_SUMS = {
    "cost_to_customer": Text("customer bears", "客户承担"),
    "cost_to_company": Text("company bears", "公司承担"),
    "recovered": Text("recovered", "追回"),
    "quoted": Text("quoted", "报价"),
    "accepted": Text("accepted", "已接受"),
    "submitted": Text("submitted", "提交"),
    "approved": Text("approved", "批准"),
    "refused": Text("refused", "不予报销"),
    "blocked_by_tools": Text("tools not turned in", "工具未入库"),
    "bought": Text("bought", "购买"),
    "not_turned_in": Text("not turned in", "未入库"),
}

KINDS = {
    "reply": Text("call not answered", "来电未答复"),
    "dispatch": Text("needs a visit, nobody sent", "需上门，尚未派工"),
    "arrive": Text("not on site yet", "尚未到场"),
    "leave": Text("arrived, leaving not recorded", "已到场，未登记离场"),
    "report": Text("no service report", "没有服务报告"),
    "survey": Text("survey neither filled in nor refused", "满意度调查未填，也未注明拒填"),
    "unresolved": Text("not repaired, nobody sent again", "没有修好，尚未再派人"),
    "complaint": Text("complaint call, no complaint logged", "来电投诉，尚未登记投诉"),
    "degree": Text("fraud without a degree", "弄虚作假未定情节"),
    "accepted": Text("quote accepted, nobody sent", "报价已接受，尚未派人"),
    "consent": Text("return waits for consent", "退货待总经理同意"),
    "receipt": Text("return agreed to, goods not received", "已同意退货，货物未收到"),
    "report_complaint": Text("complaint not reported to the company", "投诉未上报公司"),
    "verify": Text("complaint not verified", "投诉待认定"),
    "remedy": Text("upheld, not made good", "属实，尚未挽回"),
    "ruling": Text("waits for a ruling", "待认定"),
    "overlap": Text("two findings on one act, one to choose", "一事两罚，待选定"),
    "appeal": Text("appealed, to be ruled on again", "当事人申诉，待重新认定"),
    "rule": Text("held: the rule leaves out what its clause asks", "规则漏了合同要问的事，暂不计"),
    "escalation": Text("head office has not answered", "总部未答复"),
    "defect": Text("design defect open", "设计缺陷未结"),
    "bulletin": Text("machines of a bulletin not done", "技术通报未处理完"),
    "claim": Text("supplier claim open", "厂家索赔未结"),
    "tour": Text("visit planned, not made", "走访未完成"),
    "review": Text("expense claim not reviewed", "报销待审核"),
    "quote": Text("quote not answered", "报价未答复"),
    "install": Text("installation not done", "安装未完成"),
    "upkeep": Text("upkeep due", "保养到期"),
    "turn-in": Text("tool not turned in", "工具未入库"),
}
"""What the things that wait are called (`svc.audit.open`)."""


def attention(f: Figures) -> Section:
    """What somebody above the department should know, or decide, at once; only what is not nought."""
    rulings, late = f["open_rulings"], [row for row in f.get("waiting", ()) if row["overdue"]]
    counts = (
        ("open_rulings", Text("findings that wait for a ruling", "待认定的问题"), len(rulings)),
        ("waiting", Text("matters past their time", "超过期限未办的事项"), len(late)),
        ("fines.unset", Text("fines whose amount is not set", "金额未定的罚款"), f["fines"]["unset"]),
        ("replies.overdue", Text("calls never answered in time", "超期未答复的来电"), f["replies"]["overdue"]),
        ("reports.missing", Text("visits without a report", "没有服务报告的派工"), f["reports"]["missing"]),
        ("complaints.open", Text("complaints not verified", "待查的投诉"), f["complaints"]["open"]),
        ("complaints.unremedied", Text("upheld, not made good", "属实未挽回的投诉"), f["complaints"]["unremedied"]),
        ("tours.overdue", Text("key customers not visited in time", "超期未走访的重点客户"), f["tours"]["overdue"]),
    )
    items = tuple(Fact(key, title, count) for key, title, count in counts if count)
    title = Text("For your attention", "需要关注")
    return Section("attention", title, "1.5", filled(Facts(title, items)))


def books(f: Figures) -> Section:
    """A row for each smaller book in which there is anything."""
    rows = []
    for key, title in BOOK_TITLES.items():
        book = f[key]
        sums = {say(name): book[sum_] for sum_, name in _SUMS.items() if book.get(sum_) not in (None, "0.00", 0)}
        if sums or any(book[name] for name in ("opened", "closed", "open")):
            rows.append({**book, "book": say(title), "sums": sums})
    columns = (
        Column("book", Text("book", "台账")),
        Column("opened", Text("opened", "新增"), "count"),
        Column("closed", Text("settled", "办结"), "count"),
        Column("open", Text("open", "未结"), "count"),
        Column("overdue", Text("overdue", "超期"), "count"),
        Column("sums", Text("yuan", "金额（元）"), "sums"),
    )
    table = Table("books", Text("The smaller books", "其他台账"), columns, tuple(rows))
    return Section("books", Text("The smaller books", "其他台账"), "1.9–1.12, 2.1–2.4, 3.2, 3.8, 4.3", filled(table))


_ASKED = {
    "ruling": Text("a ruling", "认定"),
    "overlap": Text("which of two counts", "一事两罚，选定一条"),
    "appeal": Text("another ruling, on appeal", "申诉，重新认定"),
    "rule": Text("the rule itself, to be mended", "先改规则"),
}


def _asked(f: Figures) -> tuple[Mapping[str, Any], ...]:
    return tuple({**row, "what": say(_ASKED[row.get("kind", "ruling")])} for row in f["open_rulings"])


def open_matters(f: Figures) -> Section:
    """What waits of all that began before the month's end, and the rulings that are due, oldest first."""
    waiting = tuple(
        {**row, "what": say(KINDS.get(row["kind"], Text(row["kind"], row["kind"])))} for row in f.get("waiting", ())
    )
    columns = (
        Column("what", Text("what", "事项")),
        Column("id", Text("id", "编号")),
        Column("name", Text("who", "责任人")),
        Column("since", Text("since", "开始"), "date"),
        Column("age_days", Text("age", "已过"), "days"),
        Column("due", Text("due", "期限"), "moment"),
        Column("overdue", Text("overdue", "超期"), "flag"),
    )
    rulings = (
        Column("id", Text("finding", "编号")),
        Column("what", Text("for what", "待定什么")),
        Column("clause", Text("clause", "条款")),
        Column("name", Text("who", "当事人")),
        Column("date", Text("date", "日期"), "date"),
        Column("age_days", Text("age", "已过"), "days"),
    )
    age = f.get("open_age") or {}
    old = (
        Fact("open_age.open", Text("open", "未结"), age.get("open")),
        Fact("open_age.median_days", Text("days open, median", "已过天数，中位数"), age.get("median_days"), "days"),
        Fact("open_age.p90_days", Text("90 % within", "90% 以内"), age.get("p90_days"), "days"),
        Fact("open_age.oldest_days", Text(f"the oldest: {age.get('oldest')}", f"最久：{age.get('oldest')}"), age.get("oldest_days"), "days"),
    )
    blocks = filled(
        Facts(Text("How old", "未结时长"), old if age.get("open") else ()),
        Table("waiting", Text("Not settled yet", "尚未办结"), columns, waiting, ranked=True),
        Table("open_rulings", Text("Waiting for a ruling", "待认定"), rulings, _asked(f)),
    )
    return Section("open", Text("Open matters", "未结事项"), "1.3, 3.4, 4.1", blocks)


def trust(f: Figures, seal: SealFacts | None) -> Section:
    """Data quality, what was learned since about sealed months, the rules used, the seal."""
    columns = (
        Column("month", Text("month", "月份")),
        Column("id", Text("finding", "编号")),
        Column("clause", Text("clause", "条款")),
        Column("name", Text("who", "当事人")),
        Column("was", Text("as sealed", "封存时"), "code"),
        Column("now", Text("as known now", "现在"), "code"),
        Column("amount", Text("yuan", "金额（元）"), "money"),
    )
    title = Text("Learned since about sealed months", "对已封存月份的调整")
    rows = tuple(row for row in f.get("adjustments", ()) if "month" in row)  # as seals of old kept them
    table = Table("adjustments", title, columns, rows)
    return Section(
        "trust",
        Text("Data quality and seal", "数据质量和封存"),
        "1.5, 3.9",
        filled(data_quality(f), table, _seal(f, seal)),
    )


def _seal(f: Figures, seal: SealFacts | None) -> Facts:
    items: tuple[Fact, ...] = (
        Fact("as_of", Text("as known", "数据截至"), f["as_of"], "moment"),
        Fact("rules.sha256", Text("rules file", "规则文件指纹"), f["rules"]["sha256"], "hash"),
        Fact("rules.in_force_from", Text("rules in force from", "规则执行自"), f["rules"]["in_force_from"], "date"),
        Fact("sealed", Text("sealed", "已封存"), seal is not None, "flag"),
    )
    if seal:
        items += (
            Fact("seal.at", Text("sealed at", "封存时间"), seal.at, "moment"),
            Fact("seal.by", Text("sealed by", "封存人"), seal.by, "text"),
            Fact("seal.sha256", Text("seal", "封存指纹"), seal.sha256, "hash"),
        )
    return Facts(Text("Seal", "封存"), items)
