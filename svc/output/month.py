"""The monthly audit on a terminal: headline, deadlines, reports, complaints, who owes what and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.domain.times import show_span
from svc.locale import Text, say
from svc.output import table
from svc.output.words import word

Figures = Mapping[str, Any]

Line = tuple[Text, str]


def show(figures: Figures) -> None:
    """Print a month's figures, headings with their clauses, then the lists that a person must see."""
    as_of = figures["as_of"][:16].replace("T", " ")
    print(
        say(
            Text(
                f"After-sales audit {figures['month']}, as known {as_of}",
                f"{figures['month']} 售后月度审计（截至 {as_of}）",
            )
        )
    )
    head = figures["headline"]
    complaints = head["complaints_per_100_visits"]
    said = "-" if complaints is None else f"{complaints:.1f}"
    satisfied = percent(head["satisfied_rate"])
    print(
        say(
            Text(
                f"satisfied: {satisfied}; complaints on 100 visits: {said}",
                f"满意率 {satisfied}；每百次上门投诉 {said} 次",
            )
        )
    )
    for title, lines in _sections(figures):
        print(f"\n{say(title)}")
        for label, value in lines:
            print(f"  {_pad(say(label), 34)} {value}")
    _list(_books(figures), _BOOKS, Text("The smaller books", "其他台账"))
    _list(figures["findings"], _FINDINGS, Text("Findings that carry a sanction", "有处分的问题"))
    _list(figures["sanctions"], _SANCTIONS, Text("Sanctions in the record", "处分记录"))
    _list(figures["fines"]["by_staff"], _FINES, Text("Fines by person", "个人罚款"))
    _list(
        _breaches(figures["breaches"]), _BREACHES, Text("Broken, no sanction in the contract", "违反但合同没有规定处分")
    )
    pareto = figures["products"]["pareto"]
    shown = [{**row, "share": percent(row["share"]), "cumulative": percent(row["cumulative"])} for row in pareto[:10]]
    more = len(pareto) - len(shown)
    _list(shown, _PARETO, Text("What breaks (1.5)", "产品故障排行（1.5）"))
    if more:
        print(say(Text(f"and {more} more: --json", f"另有 {more} 项：--json")))
    print("\n" + say(Text("why: svc finding show ID", "查看理由：svc finding show 编号")))


def _pad(text: str, width: int) -> str:
    """A text filled up to so many columns; a Han character takes two."""
    import unicodedata

    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return text + " " * max(0, width - len(text) - wide)


def percent(rate: float | None) -> str:
    """A rate as people read it."""
    return "-" if rate is None else f"{rate * 100:.1f} %"


def _span(minutes: int | None) -> str:
    return "-" if minutes is None else say(show_span(minutes * 60))


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{word(name)} {count}" for name, count in counts.items()) or "-"


def _sections(f: Figures) -> list[tuple[Text, list[Line]]]:
    return [
        (Text("Calls and letters (1.3, 1.10, 3.9)", "来电来函（1.3、1.10、3.9）"), _calls(f["calls"])),
        (Text("Reply within the limit (3.4)", "24 小时答复（3.4）"), _replies(f["replies"])),
        (Text("On site as promised (3.4, 4.5)", "按约到场（3.4、4.5）"), _visits(f["visits"])),
        (Text("Reports and surveys (3.7, 4.6)", "报告和调查（3.7、4.6）"), _reports(f["reports"], f["surveys"])),
        (Text("Repairs (3.6)", "维修（3.6）"), _repairs(f["repairs"])),
        (Text("Complaints (4.1, 4.2)", "投诉（4.1、4.2）"), _complaints(f["complaints"])),
        (Text("Fines", "罚款"), _fines(f)),
    ]


def _calls(c: Figures) -> list[Line]:
    return [
        (Text("registered", "登记"), str(c["registered"])),
        (Text("by channel", "按方式"), _counts(c["by_channel"])),
        (Text("by kind", "按事由"), _counts(c["by_kind"])),
        (Text("on days off", "节假日来电"), table.cell(c["on_days_off"])),
        (Text("customer known before the call", "来电前已建档的客户"), str(c["matched"])),
        (
            Text("need a visit; nobody sent", "需上门；未派工"),
            f"{c['needs_service']}; {c['needs_without_visit']}",
        ),
        (
            Text("sent after: median, worst", "派工用时：中位数、最长"),
            f"{_span(c['dispatch_median_minutes'])}, {_span(c['dispatch_worst_minutes'])}",
        ),
    ]


def _replies(r: Figures) -> list[Line]:
    return [
        (Text("within / late", "按时／迟"), f"{table.cell(r['within'])} / {table.cell(r['late'])}"),
        (Text("overdue / still time", "超期未答／未到期"), f"{table.cell(r['overdue'])} / {table.cell(r['pending'])}"),
        (Text("kept", "及时率"), percent(r["rate"])),
        (Text("median, 90 % within", "中位数、90% 以内"), f"{_span(r['median_minutes'])}, {_span(r['p90_minutes'])}"),
    ]


def _visits(v: Figures) -> list[Line]:
    return [
        (Text("due: on time / late / missed / open", "应到：准时／晚到／未到／未到期"),
         f"{v['due']}: {v['on_time']} / {v['late']} / {v['missed']} / {v['pending']}"),
        (Text("kept", "准时率"), percent(v["rate"])),
        (Text("left; without calling / not known", "离场；未来电／不清楚"),
         f"{v['left']}; {v['left_without_calling']} / {v['call_in_unknown']}"),
        (Text("new promises: customer / us", "改约：客户／我方"),
         f"{v['repromised_by_customer']} / {v['repromised_by_us']}"),
    ]  # fmt: skip


def _reports(r: Figures, s: Figures) -> list[Line]:
    return [
        (Text("expected: filed / missing", "应交：已交／未交"), f"{r['expected']}: {r['filed']} / {r['missing']}"),
        (Text("incomplete; items missing", "缺项报告；缺的项"), f"{r['incomplete']}; {_counts(r['missing_items'])}"),
        (Text("archived", "已存档"), str(r["archived"])),
        (Text("surveys: returned / refused / missing", "调查表：收回／拒填／缺"),
         f"{s['returned']} / {s['refused']} / {s['missing']}"),
        (Text("mean scores", "平均分"), _means(s["mean"])),
        (Text("satisfied (overall 4 or 5)", "满意率（总体 4 分以上）"), percent(s["satisfied_rate"])),
    ]  # fmt: skip


def _means(means: Mapping[str, float]) -> str:
    return ", ".join(f"{word(name)} {value:.2f}" for name, value in means.items()) or "-"


def _repairs(r: Figures) -> list[Line]:
    return [
        (Text("reports / repeats", "维修报告／重复修理"), f"{r['reports']} / {r['repeat']}"),
        (Text("fixed the first time", "一次修复率"), percent(r["first_time_fix_rate"])),
    ]


def _complaints(c: Figures) -> list[Line]:
    return [
        (Text("registered", "登记"), str(c["registered"])),
        (Text("by cause", "按原因"), _counts(c["by_cause"])),
        (Text("upheld / dismissed / open", "属实／不属实／待查"), f"{c['upheld']} / {c['dismissed']} / {c['open']}"),
        (
            Text("about service: not reported to the company", "服务类：未上报公司"),
            str(c["unreported"]),
        ),
        (Text("upheld so far, not made good", "截至本月属实未挽回"), str(c["unremedied"])),
    ]


def _fines(f: Figures) -> list[Line]:
    fines = f["fines"]
    return [
        (Text("payable", "应扣合计"), say(Text(f"{fines['payable']} yuan", f"{fines['payable']} 元"))),
        (Text("counted, amount not set", "只计次数（金额未定）"), str(fines["unset"])),
        (Text("waiting for a ruling", "待认定"), str(len(f["open_rulings"]))),
    ]


_FINDINGS = {
    "id": Text("finding", "编号"),
    "clause": Text("clause", "条款"),
    "name": Text("who", "当事人"),
    "date": Text("date", "日期"),
    "status": Text("status", "状态"),
    "amount": Text("yuan", "金额"),
}
_SANCTIONS = {
    "date": Text("date", "日期"),
    "name": Text("who", "当事人"),
    "clause": Text("clause", "条款"),
    "kind": Text("sanction", "处分"),
    "subject": Text("about", "事由"),
}
_FINES = {
    "staff": Text("id", "编号"),
    "name": Text("who", "姓名"),
    "count": Text("fines", "次数"),
    "amount": Text("yuan", "金额"),
    "unset": Text("amount not set", "金额未定"),
}
_BREACHES = {
    "rule": Text("rule", "规则"),
    "count": Text("times", "次数"),
}
_PARETO = {
    "product": Text("product", "产品"),
    "fault": Text("fault", "故障"),
    "cause_class": Text("cause", "原因"),
    "reports": Text("reports", "次数"),
    "share": Text("share", "占比"),
    "cumulative": Text("cumulative", "累计"),
}


_BOOKS = {
    "book": Text("book", "台账"),
    "opened": Text("opened", "新增"),
    "closed": Text("settled", "办结"),
    "open": Text("open", "未结"),
    "overdue": Text("overdue", "超期"),
    "sums": Text("yuan", "金额（元）"),
}
_BOOK_TITLES = {
    "escalations": Text("escalations (3.2)", "报总部（3.2）"),
    "defects": Text("design defects (1.9)", "设计缺陷（1.9）"),
    "claims": Text("supplier claims (3.8)", "厂家索赔（3.8）"),
    "returns": Text("returns (1.11)", "退货（1.11）"),
    "quotes": Text("quotes (2.1, 2.2)", "报价（2.1、2.2）"),
    "installs": Text("installations (2.3)", "安装调试（2.3）"),
    "tours": Text("tours (2.4)", "走访（2.4）"),
    "expenses": Text("expense claims (4.3)", "报销（4.3）"),
    "tools": Text("tools (1.12)", "外购工具（1.12）"),
}
_SUMS = {
    "cost_to_customer": Text("customer bears", "客户承担"),
    "quoted": Text("quoted", "报价"),
    "accepted": Text("accepted", "已接受"),
    "submitted": Text("submitted", "提交"),
    "approved": Text("approved", "批准"),
    "refused": Text("refused", "不予报销"),
    "blocked_by_tools": Text("tools not turned in", "工具未入库"),
}


def _books(figures: Figures) -> list[Figures]:
    """A row for each smaller book in which there is anything."""
    rows: list[Figures] = []
    for key, title in _BOOK_TITLES.items():
        book = figures[key]
        sums = [f"{say(_SUMS[name])} {book[name]}" for name in _SUMS if book.get(name) not in (None, "0.00", 0)]
        if sums or any(book[name] for name in ("opened", "closed", "open")):
            rows.append({**book, "book": say(title), "sums": ", ".join(sums)})
    return rows


def _breaches(counts: Mapping[str, int]) -> list[Figures]:
    return [{"rule": rule, "count": count} for rule, count in counts.items()]


def _list(rows: Sequence[Figures], columns: Mapping[str, Text], title: Text) -> None:
    if rows:
        print(f"\n{say(title)}")
        table.emit(rows, columns, "table")
