"""Quotes: which repair is free, which is paid for, and what the customer said to the price (2.1, 2.2, 3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from svc.domain import merging, needs
from svc.domain.cases import Context, Item, Others
from svc.domain.clock.base import minute
from svc.domain.correction import effective
from svc.domain.entry import Entry
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Choice, Code, Count, Day, Field, Money, Prose, Ref
from svc.domain.ledgers import OFFICE, Event
from svc.domain.needs import Filling, Known, Needs
from svc.domain.nouns.call import logged
from svc.domain.nouns.reading import Meter, covered, meter
from svc.domain.nouns.report import CAUSE_CLASSES
from svc.domain.row_kinds import RowColumn, Rows
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, example

CHARGES = Choice(free="免费", chargeable="收费", unknown="未定")
REASONS = Choice(
    warranty_quality="保修期内的质量问题",
    warranty_other_cause="保修期内，但不是质量问题",
    out_of_warranty="已过保修期",
    machine_unknown="不知道是哪台设备",
    warranty_unknown="设备没有登记保修截止日",
    cause_unknown="不知道故障原因",
)
QUALITY = ("manufacture", "assembly", "material")
"""The causes that 2.1 names."""

PARTS = Rows(RowColumn("name", Code()), RowColumn("qty", Count(1)), RowColumn("price", Money()))

EVENTS = (
    Event(
        "make",
        Text(
            "quote a repair: decides whether it is free (2.1) or paid for (2.2)", "报价（判断免费还是收费，2.1、2.2）"
        ),
        Text("made", "报价"),
        "new",
        (
            Field("call", Ref("call"), Text("the call it is for", "对应来电")),
            Field("visit", Ref("visit"), Text("the visit it is for", "对应派工")),
            Field(
                "machine",
                Ref("machine"),
                Text("serial number, where neither names one", "设备序列号（来电、派工未写时）"),
            ),
            Field("parts", PARTS, Text("part, number, price of one", "零件、数量、单价"), option="--part"),
            Field("labour", Money(), Text("labour, yuan", "人工费（元）")),
            Field("travel", Money(), Text("travel, yuan", "差旅费（元）")),
            Field(
                "cause_class",
                CAUSE_CLASSES,
                Text("class of the cause (default: as the visit's report says)", "原因类别（默认按服务报告）"),
            ),
            Field("charge", CHARGES, Text("free or chargeable", "免费或收费"), decided=True),
            Field("reason", REASONS, Text("why", "理由"), decided=True),
            Field("clause", Code(), Text("by which clause", "依据条款"), decided=True),
            Field("warranty_until", Day(), Text("last day of the warranty", "保修截止日"), decided=True),
            Field("day", Day(), Text("the day that counts: that of the call", "判断日（来电当天）"), decided=True),
            Field("total", Money(), Text("worth in all, yuan", "合计（元）"), decided=True),
        ),
        (*OFFICE, "technician"),
        example(
            "svc quote make --call C2611-0001 --part {}:2:89.50 --labour 200 --travel 120 --cause-class wear", Text("seal", "油封")
        ),
    ),
    Event(
        "accept",
        Text("the customer accepts the quote", "客户接受报价"),
        Text("accepted", "接受"),
        "own",
        (),
        (*OFFICE, "technician"),
        "svc quote accept Q2611-0001",
        receipt=Text("quote accepted", "客户已接受"),
    ),
    Event(
        "decline",
        Text("the customer declines the quote", "客户不接受报价"),
        Text("declined", "不接受"),
        "own",
        (Field("reason", Prose(), Text("what the customer said", "客户的理由")),),
        (*OFFICE, "technician"),
        example('svc quote decline Q2611-0001 --reason "{}"', Text("too dear", "价格太高")),
        receipt=Text("quote declined", "客户不接受"),
    ),
)

FACTS = {
    "job.in_warranty": Text("whether the warranty covers the day of the call", "来电当天是否在保修期内"),
    "job.quality_cause": Text("whether the cause is manufacture, assembly or material", "是否制造、装配、材料原因"),
    "job.charged": Text("what the customer was charged", "收费金额"),
    "job.accepted_at": Text("when the customer accepted the quote", "客户接受报价的时间"),
    "job.started_at": Text("when the work began", "开工时间"),
    "job.bought_in": Text("whether the machine was bought in", "是否外购设备"),
    "job.claim": Text("the claim on the supplier", "对厂家的索赔"),
}


class Quote(NamedTuple):
    """A quote as its entries tell it. A customer may change his mind: the last answer counts."""

    id: str
    made: Entry
    answer: Entry | None

    @property
    def charge(self) -> str:
        """free, chargeable or unknown."""
        charge: str = self.made.get("charge") or "unknown"
        return charge

    @property
    def accepted(self) -> Entry | None:
        return self.answer if self.answer and self.answer.event == "accept" else None

    @property
    def total(self) -> Decimal | None:
        """What it is worth, whoever pays; None where no amount was given."""
        total = self.made.get("total") or total_of(self.made.fields)
        return None if total is None else Decimal(total)

    @property
    def answered(self) -> str:
        """accepted, declined, not_needed (the work is free) or unanswered."""
        if self.answer:
            return "accepted" if self.accepted else "declined"
        return "not_needed" if self.charge == "free" else "unanswered"

    def to_pay(self) -> Decimal | None:
        """What the customer would pay; None where that is not known."""
        return Decimal(0) if self.charge == "free" else self.total


def is_open(quote: Quote, others: Others) -> bool:
    """Free work waits for nobody's answer, nor does a quote that a newer one replaced."""
    return settled(quote, others.newer_quotes) is None


def fold(entries: Sequence[Entry]) -> Quote | None:
    """The quote told by its entries in order of time; None without a make among them."""
    made = find(entries, "make")
    if made is None:
        return None
    answers = [e for e in entries if e.event in ("accept", "decline")]
    return Quote(made.id, made, answers[-1] if answers else None)


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second making, an answer to nothing, and the same answer twice in a row."""
    if new.event == "make":
        return once(before, new, "make")
    must_follow(before, new, "make")
    last = next((e for e in reversed(before) if e.event != "make"), None)
    if last and last.event == new.event:
        once((last,), new, new.event)


# ---- free or not ---------------------------------------------------------------------------------


class Decision(NamedTuple):
    """free, chargeable or unknown; the reason; the clause that says so, None while it is not decided."""

    charge: str
    reason: str
    clause: str | None


def decide(machine: str | None, in_warranty: bool | None, quality: bool | None) -> Decision:
    """In warranty a fault of manufacture, assembly or material is repaired free (2.1), the rest is paid (2.2).

    What is not known leaves it undecided: neither free nor chargeable by guess.
    """
    if machine is None:
        return Decision("unknown", "machine-unknown", None)
    if in_warranty is None:
        return Decision("unknown", "warranty-unknown", None)
    if not in_warranty:
        return Decision("chargeable", "out-of-warranty", "2.2")
    if quality is None:
        return Decision("unknown", "cause-unknown", None)
    if quality:
        return Decision("free", "warranty-quality", "2.1")
    return Decision("chargeable", "warranty-other-cause", "2.2")


def of_quality(cause_class: str | None) -> bool | None:
    """Whether a class of cause is one that 2.1 names; None where it is not known."""
    return None if cause_class is None else cause_class in QUALITY


def total_of(fields: Mapping[str, Any]) -> str | None:
    """Parts, labour and travel in all; None where none of them is given."""
    amounts = [Decimal(part["price"]) * part["qty"] for part in fields.get("parts") or ()]
    amounts += [Decimal(fields[name]) for name in ("labour", "travel") if fields.get(name) is not None]
    return f"{sum(amounts, Decimal(0)):.2f}" if amounts else None


# ---- what became of it -----------------------------------------------------------------------------


def replaced(quotes: Iterable[Quote], call_of: Mapping[str, str | None]) -> dict[str, datetime]:
    """Unanswered quotes for which a newer one was made for the same call or visit, with its moment.

    `call_of` says which call a visit answers.
    """
    found: dict[str, datetime] = {}
    last: dict[str, Quote] = {}
    for one in sorted(quotes, key=lambda q: (q.made.at, q.id)):
        visit = one.made.get("visit")
        key = one.made.get("call") or call_of.get(visit or "") or visit or one.id
        earlier = last.get(key)
        if earlier and earlier.answer is None:
            found[earlier.id] = one.made.at
        last[key] = one
    return found


def settled(quote: Quote, newer_: Mapping[str, datetime]) -> datetime | None:
    """When nobody waited for an answer any more: the work is free, it was given, or another quote was made."""
    if quote.charge == "free":
        return quote.made.at
    return quote.answer.at if quote.answer else newer_.get(quote.id)


def pending(quotes: Iterable[Quote], context: Context) -> Iterator[Item]:
    """Quotes that the customer has not answered, those that nobody could decide; of an accepted one, the visit (2.2)."""
    for one in quotes:
        if one.accepted and one.charge != "free" and not _done_for(one, context):
            yield _to_be_done(one, context)
        elif settled(one, context.newer_quotes) is None:
            worth = f"{one.total:.2f}" if one.total is not None else "?"
            what = Text(f"quote of {worth} yuan not answered", f"报价 {worth} 元，客户未答复")
            command = f"svc quote accept|decline {one.id}"
            if one.charge == "unknown":
                what = Text("quote: free or chargeable is not decided", "报价：免费或收费未定")
                visit, call = one.made.get("visit"), one.made.get("call")
                command = f"svc quote make {f'--visit {visit}' if visit else f'--call {call}'} …"
            yield Item("quote", one.id, None, one.made.at, one.made.by, what, command)


def _asked(quote: Quote, context: Context) -> tuple[Any, str | None]:
    """The visit and the call that a quote is for."""
    visit = context.in_brief("visit").get(quote.made.get("visit") or "")
    return visit, quote.made.get("call") or (visit.call if visit else None)


def _done_for(quote: Quote, context: Context) -> bool:
    """Whether somebody does, or did, what was accepted: is on the way, was there after it, or had repaired it before."""
    visit, call = _asked(quote, context)
    accepted = quote.accepted
    assert accepted is not None
    for one in context.visits_for(call) if call else (visit,):
        if one is None or one.cancelled_at:
            continue
        if one.left_at is None or one.left_at >= accepted.at:
            return True
        if any(report.resolved is not False for report in context.told_of_visit.get(one.id, ())):
            return True
    return False


def _to_be_done(quote: Quote, context: Context) -> Item:
    visit, call = _asked(quote, context)
    assert quote.accepted is not None
    worth = f"{quote.total:.2f}" if quote.total is not None else "?"
    what = Text(
        f"quote of {worth} yuan accepted, nobody sent since{f' ({call})' if call else ''}",
        f"报价 {worth} 元客户已接受，尚未派人{f'（{call}）' if call else ''}",
    )
    where = f"--call {call}" if call else f"--customer {visit.customer if visit else '…'}"
    command = f"svc visit dispatch {where} --staff … --promised …"
    about = call or (visit.id if visit else None)
    return Item("accepted", quote.id, None, quote.accepted.at, None, what, command, about=about)


# ---- what is asked, and decided, before it is recorded ------------------------------------------


class Work(NamedTuple):
    """What a quote is for: the machine, the day that counts, the cause as far as a report says it."""

    machine: str | None
    day: date
    cause_class: str | None


def _for_something(known: Known, new: Entry) -> None:
    """A quote is for a call or a visit."""
    if not new.get("call") and not new.get("visit"):
        call, visit = needs.called(known, new, "call", "visit")
        raise BadInput(
            Text(f"missing: {call} or {visit}", f"缺少：{call} 或 {visit}"), needs.example(known, new)
        )


def _in_bounds(known: Known, new: Entry) -> None:
    """A total of ten million yuan and more is a slip of the pen."""
    total = total_of(new.fields)
    if total is not None and Decimal(total) >= 10_000_000:
        raise BadInput(
            Text(f"the total {total} is too large", f"合计 {total} 太大"),
            Text("below ten million yuan; check numbers and prices", "应小于一千万元；请核对数量和单价"),
        )


def _decided(known: Known, new: Entry) -> dict[str, Any]:
    """Free or chargeable, why, by which clause, and the total (2.1, 2.2): by what reports had said at its moment.

    A line of a file that says so itself is taken as it stands. BadInput for a call and a visit that do not belong
    together.
    """
    if new.get("charge") is not None or not (new.get("call") or new.get("visit")):
        return {}
    work = _work(known, new)
    machine = new.get("machine") or work.machine
    cause = new.get("cause_class") or work.cause_class
    row = known.person("machine", machine, work.day) if machine else {}
    until = row.get("warranty_until")
    charge, reason, clause = decide(machine, covered(row, _run(known, machine), work.day), of_quality(cause))
    return {
        "machine": machine,
        "cause_class": cause,
        "charge": charge,
        "reason": reason,
        "clause": clause,
        "warranty_until": until or None,
        "day": work.day.isoformat(),
        "total": total_of(new.fields),
    }


def _run(known: Known, machine: str | None) -> Meter:
    """How long a machine has run, by its readings and its services."""
    found = [(noun, id) for noun in ("reading", "upkeep") for id in known.children(noun, machine or "")]
    return meter([entry for noun, id in found for entry in known.entries(noun, id)], known.zone)


def _work(known: Known, new: Entry) -> Work:
    """From the visit, its call and its report; of a call alone, the report of its latest visit."""
    sent = find(effective(known.entries("visit", new.get("visit"))), "dispatch") if new.get("visit") else None
    asked_for = sent.get("call") if sent else None
    logged_as = merging.known_as(known, "call", new.get("call")) if new.get("call") else []
    if logged_as and sent and asked_for not in logged_as:
        call, visit = needs.called(known, new, "call", "visit")
        raise BadInput(
            Text(f"visit {sent.id} answers {asked_for or 'no call'}, not {new.get('call')}",
                 f"派工 {sent.id} 对应的来电是 {asked_for or '（无）'}，不是 {new.get('call')}"),
            Text(f"give one of {call} and {visit}", f"{call} 和 {visit} 只写一个"),
        )  # fmt: skip
    call_ = logged(known, asked) if (asked := new.get("call") or asked_for) else None
    first = call_ or sent
    if first is None:
        raise BadInput(
            Text("there is no such call or visit", "没有这个来电或派工"),
            Text("correct the id, or import it along", "请改正编号，或一并导入"),
        )
    machine = (sent.get("machine") if sent else None) or (call_.get("machine") if call_ else None)
    visits = [sent.id] if sent else [id for one in logged_as for id in known.children("visit", one)]
    causes = [cause for id in visits if (cause := _cause(known, id, new.at))]
    return Work(machine, first.at.astimezone(known.zone).date(), causes[-1] if causes else None)


def _cause(known: Known, visit: str, at: datetime) -> str | None:
    said = [e for id in known.children("report", visit) for e in effective(known.entries("report", id))]
    return next((e.get("cause_class") for e in said if e.get("cause_class") and minute(e.at) <= minute(at)), None)


_ADDED = ("machine", "cause_class", *(f.name for f in EVENTS[0].fields if f.decided))
FILLS = {"make": Filling(_ADDED, _decided)}
NEEDS: Needs = {"make": (_for_something, _in_bounds)}
