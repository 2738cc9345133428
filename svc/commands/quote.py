"""svc quote: what a repair costs and who pays for it (2.1, 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from svc.desk.lookups import around
from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.domain.nouns.quote import REASONS, Quote
from svc.text import Text, say
from svc.ui.files import Out, ending, written
from svc.ui.groups import Readings, add_list, noun
from svc.ui.options import open_desk, text
from svc.ui.verbs import Verb

if TYPE_CHECKING:
    from svc.desk.shown import Shown

app = Readings()


def row(shown: Shown, quote: Quote) -> dict[str, Any]:
    """A quote as lists show it."""
    made, total, pays = quote.made, quote.total, quote.to_pay()
    return {
        "id": quote.id,
        "at": made.at.astimezone(shown.zone).isoformat(timespec="seconds"),
        "call": made.get("call"),
        "visit": made.get("visit"),
        "machine": made.get("machine"),
        "charge": quote.charge,
        "clause": made.get("clause"),
        "reason": made.get("reason"),
        "total": None if total is None else f"{total:.2f}",
        "to_pay": None if pays is None or quote.charge == "unknown" else f"{pays:.2f}",
        "answer": quote.answered,
        "answered_at": quote.answer.at.astimezone(shown.zone).isoformat(timespec="seconds") if quote.answer else None,
    }


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


@app.command(
    "form",
    help=text("a quote for the customer to sign (2.2)", "打印报价单（2.2）"),
    epilog="svc quote form Q2610-0001 -o quote.pdf",
)
def form(ctx: typer.Context, out: Out, id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    from svc.audit import papers as paper
    from svc.output.papers.model import hidden
    from svc.output.papers.slips import quote_form
    from svc.recording.privacy import may_see_on_paper

    ending(out, (".pdf",))
    desk = open_desk(ctx)
    world, found = around(desk, "quote", id)
    sheet = hidden(paper.quote_form(world, found), may_see_on_paper(desk, found.id, found.made.by))
    written(out, quote_form(sheet, found.made.recorded_at))


command = noun("quote", app, {"make": Verb(after=lambda desk, entry: say(sentence(desk, entry)))})
