"""Who owes what and why, who was sanctioned, and each person's month (1.6, 4.2–4.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.output.pages.model import Column, Facts, Reasons, Section, Table, filled
from svc.output.pages.service import facts
from svc.output.words import word
from svc.rules.explain import Step
from svc.text import Text, say

Figures = Mapping[str, Any]

_WHO = Column("name", Text("who", "当事人"))
_CLAUSE = Column("clause", Text("clause", "条款"))
_DATE = Column("date", Text("date", "日期"), "date")
_STATUS = Column("status", Text("status", "状态"), "code")
_AMOUNT = Column("amount", Text("yuan", "金额（元）"), "money")
_FINDING = Column("id", Text("finding", "编号"))


def fines(f: Figures, titles: Mapping[str, str], why: Mapping[str, Sequence[Step]]) -> Section:
    """Fines by person, each fine with its explanation, every other finding, sanctions, breaches without one."""
    blocks = filled(
        _total(f),
        _by_person(f),
        _pay(f),
        _deductions(f),
        _fined(f, titles, why),
        _carried(f, titles),
        _findings(f, titles, why),
        _sanctions(f),
    )
    title = Text("Findings, fines, sanctions", "问题、罚款和处分")
    return Section("fines", title, "1.6, 4.2–4.7", (*blocks, *filled(_breaches(f, titles))), page=True)


def _total(f: Figures) -> Facts:
    block = facts(
        f,
        Text("Fines", "罚款"),
        ("fines.payable", Text("payable, yuan", "应扣合计（元）"), "money"),
        ("fines.unset", Text("counted, amount not set", "只计次数（金额未定）"), "count"),
    )
    waiting = facts(
        {"open_rulings": len(f["open_rulings"])},
        block.title,
        ("open_rulings", Text("waiting for a ruling", "待认定"), "count"),
    )
    return block._replace(items=block.items + waiting.items)


def _by_person(f: Figures) -> Table:
    columns = (
        Column("staff", Text("id", "编号")),
        Column("name", Text("who", "姓名")),
        Column("count", Text("fines", "次数"), "count"),
        Column("unset", Text("amount not set", "金额未定"), "count"),
        Column("own", Text("of the month", "本期"), "money"),
        Column("carried", Text("carried", "结转"), "money"),
        _AMOUNT,
    )
    return Table("fines_by_person", Text("Fines by person", "个人罚款"), columns, tuple(f["fines"]["by_staff"]))


def _pay(f: Figures) -> Table:
    """What everybody's pay comes to: a row a person."""
    columns = (
        Column("staff", Text("id", "编号")),
        Column("name", Text("who", "姓名")),
        Column("bonuses", Text("bonuses", "奖金"), "money"),
        Column("fines", Text("fines of the month", "本期罚款"), "money"),
        Column("carried", Text("carried", "结转"), "money"),
        Column("deducted", Text("deducted", "实扣"), "money"),
        Column("waiting", Text("waits", "待扣"), "money"),
        Column("net", Text("net", "应发净额"), "money"),
    )
    rows = tuple(f.get("pay", {}).get("by_staff", ()))
    return Table("pay", Text("Pay", "工资结算"), columns, rows)


def _carried(f: Figures, titles: Mapping[str, str]) -> Table:
    """What was learned about sealed months: as their seals charged it, as it is known now, and why."""
    columns = (
        Column("concerns", Text("concerns", "所属月份")),
        Column("what", Text("what", "事由")),
        _WHO,
        Column("id", Text("id", "编号")),
        Column("was", Text("as charged", "已结"), "own"),
        Column("now", Text("as known now", "现知"), "own"),
        Column("amount", Text("carried, yuan", "结转（元）"), "money"),
        Column("why", Text("why", "原因")),
    )
    rows = tuple(_carried_row(row, titles) for row in f.get("carried", ()))
    return Table("carried", Text("Carried from sealed months", "已封存月份的结转"), columns, rows)


_KINDS = {
    "fine": Text("fine", "罚款"),
    "bonus": Text("bonus", "奖金"),
    "record": Text("record", "处分记录"),
    "expense": Text("receipt", "报销"),
    "return": Text("return", "退货"),
}


def _carried_row(row: Mapping[str, Any], titles: Mapping[str, str]) -> Mapping[str, Any]:
    parts = [say(_KINDS[row["kind"]]), titles.get(row["rule"] or "", row["rule"] or ""), word(row["what"], "outcome") if row["what"] else ""]
    kind = "money" if isinstance(row["now"], str) else "count"
    why = say(Text(row["why"]["en"], row["why"]["zh"])) if row["why"] else None
    return {**row, "what": " · ".join(part for part in parts if part), "kind": kind, "why": why}


def _deductions(f: Figures) -> Table:
    """What is deducted where the department set a ceiling; nothing where it did not."""
    columns = (
        Column("staff", Text("id", "编号")),
        Column("name", Text("who", "姓名")),
        Column("concerns", Text("concerns", "所属月份")),
        Column("amount", Text("fines, yuan", "罚款（元）"), "money"),
        Column("ceiling", Text("ceiling", "扣款上限"), "money"),
        Column("deductible", Text("deducted", "实扣"), "money"),
        Column("over", Text("over it, not deducted", "超出不扣"), "money"),
        Column("waiting", Text("waits", "待扣"), "money"),
    )
    note = Text(
        "Where no wage is recorded there is no ceiling to go by, and nothing is deducted until it is.",
        "没有登记工资的人算不出上限，登记以前不扣。",
    )
    rows = tuple(f.get("deductions", {}).get("by_staff", ()))
    return Table("deductions", Text("Deducted, under the ceiling", "按上限实扣"), columns, rows, note)


def _rule(row: Mapping[str, Any], titles: Mapping[str, str]) -> Mapping[str, Any]:
    rule = row["id"].partition("/")[0]
    return {**row, "rule": titles.get(rule, rule)}


_RULE = Column("rule", Text("what", "事由"))


def _fined(f: Figures, titles: Mapping[str, str], why: Mapping[str, Sequence[Step]]) -> Reasons:
    note = Text(
        "Fines that became final in this time, and earlier ones taken back in it (less than nothing).",
        "本期成立的罚款；以前成立、本期免除的记为负数。",
    )
    columns = (_RULE, _WHO, _CLAUSE, _DATE, _FINDING, _AMOUNT)
    rows = tuple(_rule(row, titles) for row in f.get("fined", ()))
    return Reasons(Table("fines", Text("Who was fined for what", "罚款明细"), columns, rows, note), why)


def _findings(f: Figures, titles: Mapping[str, str], why: Mapping[str, Sequence[Step]]) -> Reasons:
    columns = (_RULE, _WHO, _CLAUSE, _DATE, _STATUS, _FINDING, _AMOUNT)
    rows = tuple(_rule(row, titles) for row in f["findings"])
    title = Text("Findings that carry a sanction", "有处分的问题")
    note = Text(
        "Amount: that in force on the day; due only where it stands.", "金额为当天执行的标准；只有成立的才计罚。"
    )
    return Reasons(Table("findings", title, columns, rows, note), why)


def _sanctions(f: Figures) -> Table:
    columns = (
        Column("date", Text("date", "认定日期"), "date"),
        _WHO,
        _CLAUSE,
        Column("kind", Text("sanction", "处分"), "code"),
        Column("change", Text("change", "变动"), "code"),
        Column("concerns", Text("concerns", "所属月份")),
        Column("subject", Text("about", "事由编号")),
    )
    return Table("sanctions", Text("Sanctions in the record", "处分记录"), columns, tuple(f["sanctions"]))


def _breaches(f: Figures, titles: Mapping[str, str]) -> Table:
    columns = (
        Column("title", Text("what", "内容")),
        Column("rule", Text("rule", "规则")),
        Column("count", Text("times", "次数"), "count"),
    )
    rows = tuple({"rule": rule, "title": titles.get(rule), "count": n} for rule, n in f["breaches"].items())
    return Table("breaches", Text("Broken, no sanction in the contract", "违反但合同没有规定处分"), columns, rows)


def staff(f: Figures) -> Section:
    """Each person's month, those who had nothing to do left out (1.10)."""
    columns = (
        Column("staff", Text("id", "编号")),
        Column("name", Text("name", "姓名")),
        Column("calls", Text("calls taken", "接听来电"), "count"),
        Column("visits", Text("visits due", "应到派工"), "count"),
        Column("on_time_rate", Text("on time", "准时率"), "rate"),
        Column("reports", Text("reports", "报告"), "count"),
        Column("incomplete_reports", Text("with gaps", "缺项"), "count"),
        Column("mean_overall", Text("overall score", "总体评分"), "score"),
        Column("complaints_upheld", Text("complaints upheld", "属实投诉"), "count"),
        Column("findings", Text("findings", "问题"), "count"),
        Column("fines", Text("fines, yuan", "罚款（元）"), "money"),
    )
    idle = (0, None, "0.00")
    rows = tuple(row for row in f["staff"] if any(row[c.key] not in idle for c in columns[2:]))
    table = Table("staff", Text("Person by person", "个人情况"), columns, rows)
    return Section("staff", Text("People", "人员"), "1.10", filled(table))
