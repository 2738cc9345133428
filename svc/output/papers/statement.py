"""A statement of pay as it is read: on a terminal, and on one A4 page to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from svc.output import fold
from svc.output.words import word
from svc.text import Text, say

Sheet = Mapping[str, Any]

KINDS = {
    "fine": Text("fine", "罚款"),
    "bonus": Text("bonus", "奖金"),
    "record": Text("record", "处分"),
    "expense": Text("receipt", "报销"),
    "return": Text("return", "退货"),
}
PAY = {
    "bonuses": Text("bonuses", "奖金"),
    "fines": Text("fines of the month", "本期罚款"),
    "carried": Text("carried", "结转"),
    "deducted": Text("deducted", "实扣"),
    "waiting": Text("waits", "待扣"),
    "net": Text("net", "应发净额"),
}


def show(sheet: Sheet, digest: str) -> None:
    """Print the statement, a line a fact."""
    for line in lines(sheet, digest):
        fold.show(line, indent="    ")


def lines(sheet: Sheet, digest: str) -> Iterator[str]:
    """The statement in lines."""
    state = say(Text("sealed", "已封存")) if sheet["seal"] else say(Text("draft: the month is not sealed", "草稿：本月尚未封存"))
    yield f"{sheet['staff']} {sheet['name'] or ''} · {sheet['month']} · {state}"
    for row in sheet["lines"]:
        yield "  ".join(part for part in _own(row) if part)
    for row in sheet["carried"]:
        yield "  ".join(part for part in _carried(row) if part)
    if not sheet["lines"] and not sheet["carried"]:
        yield say(Text("nothing was fined, entered or carried", "没有罚款、处分或结转"))
    for step in sheet["arithmetic"]:
        yield f"{step['n']:>2}. {say(Text(step['en'], step['zh']))}" + (f"  [{step['source']}]" if step["source"] else "")
    yield "  ".join(f"{say(title)} {sheet['pay'][name]}" for name, title in PAY.items())
    for row in sheet["appeals"]:
        state = say(Text("ruled on since", "已重新认定")) if row["decided"] else say(Text("open", "待认定"))
        yield f"{say(Text('appeal', '申诉'))}  {row['id']}  {row['date']}  {row['reason']}  ({state})"
    if not sheet["appeals"]:
        yield say(Text("appeals: none", "申诉：无"))
    seal = f"{say(Text('seal', '封存'))} {sheet['seal']['sha256'][:16]}  " if sheet["seal"] else ""
    yield f"{seal}{say(Text('statement', '结算单'))} {digest[:16]}"


def _own(row: Sheet) -> tuple[str, ...]:
    step = say(Text(f"time {row['step']}", f"第 {row['step']} 次")) if row["step"] and row["step"] > 1 else ""
    return (*_named(row), row["date"] or "", _clause(row), row["row"] or "", step, _amount(row), _why(row))


def _carried(row: Sheet) -> tuple[str, ...]:
    change = f"{row['concerns']}: {row['was']} → {row['now']}"
    return (say(Text("carried", "结转")), *_named(row), _clause(row), change, _amount(row), _why(row))


def _named(row: Sheet) -> tuple[str, ...]:
    what = word(row["what"], "outcome") if row["what"] else ""
    return say(KINDS[row["kind"]]), what, row["title"] or "", row["id"]


def _clause(row: Sheet) -> str:
    return say(Text(f"clause {row['clause']}", f"合同 {row['clause']}")) if row["clause"] else ""


def _amount(row: Sheet) -> str:
    if row["kind"] == "record":
        return say(Text("entered", "记入") if row["times"] > 0 else Text("withdrawn", "撤销"))
    return row["amount"] if row["amount"] is not None else say(Text("amount not set", "金额未定"))


def _why(row: Sheet) -> str:
    return say(Text(row["why"]["en"], row["why"]["zh"])) if row["why"] else ""


def pdf(sheet: Sheet, digest: str, at: datetime) -> bytes:
    """The statement as a page with a place to sign, PDF. `at` is the moment that stands in the file."""
    from svc.output.typeset import pdf as typeset

    rows = [
        [" · ".join(part for part in _named(row)[:3] if part), row["id"], row["date"] or "", row["clause"] or "",
         row["row"] or "", str(row["step"] or ""), _amount(row), _why(row)]
        for row in sheet["lines"]
    ]  # fmt: skip
    carried = [
        [" · ".join(part for part in _named(row)[:3] if part), row["id"], row["clause"] or "", row["concerns"],
         str(row["was"]), str(row["now"]), _amount(row), _why(row)]
        for row in sheet["carried"]
    ]  # fmt: skip
    data = {
        "who": sheet["staff"],
        "name": sheet["name"] or "",
        "month": sheet["month"],
        "seal": sheet["seal"]["sha256"] if sheet["seal"] else None,
        "digest": digest,
        "rows": rows,
        "carried": carried,
        "arithmetic": [[say(Text(s["en"], s["zh"])), s["source"] or ""] for s in sheet["arithmetic"]],
        "pay": [[say(title), sheet["pay"][name]] for name, title in PAY.items()],
        "appeals": [[row["id"], row["date"], row["reason"], row["decided"]] for row in sheet["appeals"]],
        "made": "svc",
    }
    return typeset("statement.typ", data, at)
