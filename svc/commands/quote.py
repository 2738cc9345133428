"""svc quote: what a repair costs and who pays for it (2.1, 2.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import typer

from svc.commands._lists import add_list
from svc.commands._noun import noun
from svc.desk import Desk
from svc.domain.entry import Entry
from svc.domain.ledgers import Event
from svc.domain.quote import REASONS, Quote, covers, decide, of_quality, total_of
from svc.errors import BadInput
from svc.locale import Text

app = typer.Typer()


def row(desk: Desk, quote: Quote) -> dict[str, Any]:
    """A quote as lists show it."""
    made, total, pays = quote.made, quote.total, quote.to_pay()
    return {
        "id": quote.id,
        "at": made.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "call": made.get("call"),
        "visit": made.get("visit"),
        "machine": made.get("machine"),
        "charge": quote.charge,
        "clause": made.get("clause"),
        "reason": made.get("reason"),
        "total": None if total is None else f"{total:.2f}",
        "to_pay": None if pays is None or quote.charge == "unknown" else f"{pays:.2f}",
        "answer": quote.answered,
        "answered_at": quote.answer.at.astimezone(desk.zone).isoformat(timespec="seconds") if quote.answer else None,
        "open": quote.answered == "unanswered",
    }


# ---- deciding: what `quote make` adds to what was typed --------------------------------------------


class Work(NamedTuple):
    """What a quote is for: the machine, the day that counts, the cause as far as a report says it."""

    machine: str | None
    day: date
    cause_class: str | None


def complete(desk: Desk, event: Event, given: dict[str, Any]) -> None:
    """Put into `given` whether the repair is free, why, by which clause, and the total."""
    if not given.get("call") and not given.get("visit"):
        raise BadInput(
            Text("missing: --call or --visit", "缺少：--call 或 --visit"),
            Text(f"for example: {event.example}", f"例如：{event.example}"),
        )
    typed = {
        f.name: f.kind.read(given[f.name], f.option or f"--{f.name}", desk) for f in event.fields if given.get(f.name)
    }
    work = _work(desk, typed)
    machine = typed.get("machine") or work.machine
    cause = typed.get("cause_class") or work.cause_class
    until = desk.person("machine", machine).get("warranty_until") if machine else None
    charge, reason, clause = decide(machine, covers(until, work.day), of_quality(cause))
    given.update(
        machine=machine,
        cause_class=cause,
        charge=charge,
        reason=reason,
        clause=clause,
        warranty_until=until,
        day=work.day.isoformat(),
        total=_total(typed),
    )


def _total(typed: dict[str, Any]) -> str | None:
    total = total_of(typed)
    if total is not None and Decimal(total) >= 10_000_000:
        raise BadInput(
            Text(f"the total {total} is too large", f"合计 {total} 太大"),
            Text("below ten million yuan; check numbers and prices", "应小于一千万元；请核对数量和单价"),
        )
    return total


def _work(desk: Desk, typed: dict[str, Any]) -> Work:
    """From the visit, its call and its report; of a call alone, the report of its latest visit."""
    desk.index.catch_up(("call", "visit", "report"))
    sent = _first(desk, "visit", typed.get("visit"), "dispatch")
    asked_for = sent.get("call") if sent else None
    if typed.get("call") and sent and asked_for != typed["call"]:
        raise BadInput(
            Text(f"visit {sent.id} answers {asked_for or 'no call'}, not {typed['call']}",
                 f"派工 {sent.id} 对应的来电是 {asked_for or '（无）'}，不是 {typed['call']}"),
            Text("give one of --call and --visit", "--call 和 --visit 只写一个"),
        )  # fmt: skip
    call = _first(desk, "call", typed.get("call") or asked_for, "log")
    first = call or sent
    assert first is not None
    machine = (sent.get("machine") if sent else None) or (call.get("machine") if call else None)
    visits = [sent.id] if sent else desk.index.children("visit", first.id)
    causes = [cause for id in visits if (cause := _cause(desk, id))]
    return Work(machine, first.at.astimezone(desk.zone).date(), causes[-1] if causes else None)


def _first(desk: Desk, noun_: str, id: str | None, event: str) -> Entry | None:
    return next((e for e in desk.index.entries(noun_, id) if e.event == event), None) if id else None


def _cause(desk: Desk, visit: str) -> str | None:
    said = [
        e.get("cause_class") for id in desk.index.children("report", visit) for e in desk.index.entries("report", id)
    ]
    return next((cause for cause in said if cause), None)


# ---- saying what was decided ----------------------------------------------------------------------

_WHY = {
    "warranty-quality": "in warranty, and the cause is manufacture, assembly or material",
    "warranty-other-cause": "in warranty, but the cause is none of manufacture, assembly, material",
    "out-of-warranty": "out of warranty",
    "machine-unknown": "it is not known which machine; repeat with --machine SERIAL",
    "warranty-unknown": "the end of the warranty is not registered; svc machine edit SERIAL --warranty-until DATE,"
    " then quote again",
    "cause-unknown": "in warranty, but the cause is not known yet; repeat with --cause-class, or after the report",
}
_DO = {
    "machine-unknown": "请加 --machine 序列号 重新报价",
    "warranty-unknown": "请先 svc machine edit 序列号 --warranty-until 日期，再重新报价",
    "cause-unknown": "请加 --cause-class，或交报告后再报价",
}


def sentence(desk: Desk, entry: Entry) -> Text:
    """Free or chargeable, by which clause, why, and what the customer pays."""
    reason, charge, total = entry.get("reason"), entry.get("charge"), entry.get("total")
    clause, until, day = entry.get("clause"), entry.get("warranty_until"), entry.get("day")
    dates = (
        Text(f" (warranty until {until}, day {day})", f"（保修至 {until}，判断日 {day}）") if until else Text("", "")
    )
    head = {
        "free": Text(f"free ({clause})", f"免费（{clause}）"),
        "chargeable": Text(f"chargeable ({clause})", f"收费（{clause}）"),
        "unknown": Text("not decided", "未定"),
    }[charge]
    worth = total if total is not None else None
    money = {
        "free": Text("the customer pays 0.00 yuan", "客户付 0.00 元"),
        "chargeable": Text(f"the customer pays {worth or '?'} yuan", f"客户付 {worth or '？'} 元"),
        "unknown": Text(f"worth {worth or '?'} yuan", f"合计 {worth or '？'} 元"),
    }[charge]
    todo = f"，{_DO[reason]}" if reason in _DO else ""
    return Text(
        f"  {head.en}: {_WHY[reason]}{dates.en}; {money.en}",
        f"  {head.zh}：{REASONS.words[reason]}{dates.zh}{todo}；{money.zh}",
    )


add_list(
    app,
    "quote",
    {
        "id": Text("quote", "编号"),
        "call": Text("call", "来电"),
        "visit": Text("visit", "派工"),
        "machine": Text("machine", "设备"),
        "charge": Text("free or not", "收费"),
        "clause": Text("clause", "条款"),
        "total": Text("worth", "合计"),
        "to_pay": Text("to pay", "客户付"),
        "answer": Text("answer", "客户答复"),
    },
    row,
)

command = noun("quote", app)
