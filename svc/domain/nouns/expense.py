"""Expense claims of a trip, judged line by line: receipts match the trip (4.3), tools are back first (1.12)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from svc.domain import correction, needs
from svc.domain.cases import Context, Item
from svc.domain.clock.base import minute
from svc.domain.correction import Correctable, effective
from svc.domain.entry import Entry
from svc.domain.facts import UNKNOWN, Fact, Facts, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Choice, Code, Day, Field, InputContext, Money, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.needs import Known, Needs
from svc.domain.nouns import visit
from svc.domain.nouns.tool import Tool
from svc.domain.places import Same, same
from svc.domain.receipts import Match, ReceiptLine, Trip, match, read_line
from svc.domain.row_kinds import RowColumn, Rows
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.text import Text, example, quoted, quoted_zh

CATEGORIES = Choice(transport="交通", lodging="住宿", meals="餐饮", tool="工具", parts="配件", other="其他")
LINES = Rows(
    RowColumn("category", CATEGORIES),
    RowColumn("amount", Money()),
    RowColumn("place", Code()),
    RowColumn("date", Day()),
    RowColumn("receipt", Code(), required=False),
)


def numbers(text: str) -> tuple[int, ...]:
    """Line numbers as typed: `2,3`, `2、3`; BadInput for anything else."""
    parts = [part for part in re.split(r"[,，、\s]+", text) if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        raise BadInput(
            Text(f"--invalid: {quoted(text)} are no line numbers", f"--invalid：{quoted_zh(text)}不是行号"),
            Text("write the numbers of the lines, like 2,3", "写行号，如 2,3"),
        )
    return tuple(sorted({int(part) for part in parts}))


class LineNumbers(Code):
    """Numbers of lines, kept as `2,3`."""

    hint = "N[,N…]"

    def read(self, value: Any, name: str, desk: InputContext) -> str:
        return ",".join(map(str, numbers(super().read(value, name, desk))))


RECORDED = (
    Event(
        "submit",
        Text("claim the expenses of a trip, one line a receipt (1.12, 4.3)", "提交出差报销，一张票据一行（1.12、4.3）"),
        Text("submitted", "提交"),
        "new",
        (
            Field("trip", Ref("visit"), Text("the visit", "哪次出差（派工）"), required=True),
            Field(
                "lines",
                LINES,
                Text(
                    "the receipts, each of one category: transport, lodging, meals, tool, parts, other",
                    "票据，依次写类别（交通、住宿、餐饮、工具、配件、其他）、金额、地点、日期、票据号",
                ),
                required=True,
                option="--line",
            ),
        ),
        (),
        example(
            "svc expense submit --trip V2611-0001 --line transport:35.50:{0}:2026-11-06:18823711 --line tool:89.50:{0}:2026-11-06",
            Text("Hangzhou", "杭州"),
        ),
    ),
    Event(
        "review",
        Text("approve a claim or refuse it as a whole (4.3)", "审核报销：同意或整单退回（4.3）"),
        Text("reviewed", "审核"),
        "own",
        (
            Field(
                "verdict",
                Choice(approve="同意", refuse="退回"),
                Text("the decision", "结论"),
                required=True,
                flags=True,
            ),
            Field("reason", Prose(), Text("why (always with --refuse)", "理由（退回时必填）")),
            Field(
                "invalid",
                LineNumbers(),
                Text(
                    "lines whose receipt is not true, lawful or valid, like 2,3; the head rules on them (4.3)",
                    "票据不真实、不合法或无效的行号，如 2,3，由主管认定（4.3）",
                ),
            ),
        ),
        ("finance", "head", "gm"),
        example('svc expense review E2611-0001 --approve --invalid 2 --reason "{}"', Text("receipt 2 is a copy", "第 2 张是复印件")),
        decides=True,
    ),
)

CORRECTABLE = (Correctable("submit", ("trip", "lines")),)
REVIEWERS = ("finance", "head", "gm")
EVENTS = (
    *RECORDED,
    correction.event(
        Text("put right a line of a claim, or its trip; the first entry stays", "更正报销的票据行或出差，原记录保留"),
        RECORDED,
        CORRECTABLE,
        example(
            'svc expense correct E2611-0001 --number 2 --line lodging:200:{}:2026-11-06 --reason "{}"',
            Text("Ningbo", "宁波"), Text("receipt says 200", "票据上是 200"),
        ),
    )._replace(roles=()),
)

FACTS = {
    "expense.submitted_at": Text("when it was submitted", "提交时间"),
    "expense.travel": Text("whether it is a travel receipt", "是否出差票据"),
    "expense.place": Text("the place on the receipt", "票据地点"),
    "expense.trip_places": Text("where the trip was on the day of the receipt", "票据当天的出差地点"),
    "expense.date": Text("the date on the receipt", "票据日期"),
    "expense.flag": Text("what is wrong with the receipt", "票据问题"),
    "expense.amount": Text("the amount", "金额"),
}


class Expense(NamedTuple):
    """A claim as its entries tell it."""

    id: str
    submit: Entry
    review: Entry | None
    lines: tuple[ReceiptLine, ...]

    @property
    def trip(self) -> str:
        trip: str = self.submit.get("trip")
        return trip

    @property
    def standing(self) -> str:
        """awaiting_review, approved or rejected: the reviewer's word on the claim as a whole."""
        verdict = self.review.get("verdict") if self.review else None
        return {"approve": "approved", "refuse": "rejected"}.get(verdict or "", "awaiting_review")

    @property
    def invalid(self) -> tuple[int, ...]:
        """The lines that the reviewer does not take for valid."""
        return numbers(self.review.get("invalid") or "") if self.review else ()


def fold(entries: Sequence[Entry]) -> Expense | None:
    """The claim told by its entries in order of time; None without a submission among them."""
    entries = effective(entries)
    submit = find(entries, "submit")
    if submit is None:
        return None
    lines = tuple(read_line(n, row) for n, row in enumerate(submit.get("lines") or (), 1))
    return Expense(submit.id, submit, find(entries, "review"), lines)


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second submission or review, and (BadInput) words on lines that are not there."""
    if new.event == "submit":
        return once(before, new, "submit")
    must_follow(before, new, "submit")
    if new.event == correction.EVENT:
        correction.check(before, new)
        before = [*before, new]
    else:
        once(before, new, "review")
    submit = find(effective(before), "submit")
    count = len(submit.get("lines") or ()) if submit else 0
    review = new if new.event == "review" else find(before, "review")
    beyond = [n for n in numbers((review.get("invalid") if review else None) or "") if not 1 <= n <= count]
    if beyond:
        raise BadInput(
            Text(f"{new.id} has no line {beyond[0]}, it has {count}", f"{new.id} 没有第 {beyond[0]} 行，共 {count} 行"),
            Text(f"see: svc expense show {new.id}", f"查看：svc expense show {new.id}"),
        )


def doubts(entry: Entry, zone: tzinfo) -> Iterator[Text]:
    """What may be a slip in a claim: a receipt dated after it. Taken as typed, since only who typed it can tell."""
    claimed = entry.at.astimezone(zone).date()
    for n, row in enumerate(entry.get("lines") or () if entry.event == "submit" else (), 1):
        if date.fromisoformat(row["date"]) > claimed:
            yield Text(
                f"note: line {n}: the receipt is dated {row['date']}, after the claim of {claimed}; if that is a slip: svc undo",
                f"注意：第 {n} 行票据日期 {row['date']} 晚于报销日期 {claimed}；若是笔误，请用 svc undo 撤销后重报",
            )


RULED = ("receipt_invalid",)
"""Rules on receipts that somebody has to rule on: the entry says which lines are doubtful (`invalid`)."""


def pending(claims: Iterable[Expense], context: Context) -> Iterator[Item]:
    """Claims that nobody has reviewed; whoever was on the trip waits for the money."""
    for one in claims:
        if one.review is None:
            sent = context.in_brief("visit").get(one.trip)
            said = f"{one.trip}, {sum((Decimal(line.amount) for line in one.lines), Decimal(0)):.2f}"
            what = Text(f"expense claim not reviewed: {said}", f"报销待审核：{said}")
            command = f"svc expense review {one.id} --approve|--refuse --reason …"
            yield Item("review", one.id, None, one.submit.at, sent.traveller(one.submit) if sent else one.submit.by, what, command)


def to_rule(claim: Expense, context: Context) -> Iterator[tuple[str, str]]:
    """Each receipt that is doubtful (4.3), about whoever was on the trip."""
    sent = context.in_brief("visit").get(claim.trip)
    who = sent.traveller(claim.submit) if sent else claim.submit.by
    return ((f"{claim.id}/{n}", who) for n in claim.invalid)


def days(entry: Entry) -> list[str]:
    """The days of its receipts."""
    return sorted({line["date"] for line in entry.get("lines") or ()})


def facts(claim: Expense, line: ReceiptLine, trip: Trip | None, zone: tzinfo) -> Facts:
    """What the rules may ask about one line. Every claim is of a trip, so each receipt is one of travel (4.3).

    One that is in doubt waits, as one that the reviewer flags does, until the claim is reviewed: he has seen it then.
    """
    submit = claim.submit
    found = match(line, trip) if trip else Match("fits")
    doubtful = found.word == "doubt" and claim.review is None
    flagged = line.number in claim.invalid or doubtful
    return {
        "expense.submitted_at": when(submit),
        "expense.travel": Fact(True, submit),
        "expense.place": Fact(_said(line, trip, found), submit, found.why),
        "expense.trip_places": Fact(_allowed(line, trip, found), trip.source) if trip else UNKNOWN,
        "expense.date": Fact(datetime.combine(line.date, time(), zone), submit),
        "expense.flag": Fact("invalid" if flagged else "none", claim.review or submit, found.why if doubtful else None),
        "expense.amount": Fact(line.amount, submit),
    }


def _allowed(line: ReceiptLine, trip: Trip, found: Match) -> tuple[str, ...] | None:
    """Where the trip was; of a receipt of days away its days, which no place can match."""
    if found.word == "wrong" and not trip.first <= line.date <= trip.last:
        return (f"{trip.first} … {trip.last}",)
    return trip.places or None


def _said(line: ReceiptLine, trip: Trip | None, found: Match) -> str | None:
    """The place on a receipt, in the spelling of the trip where it is not certainly another one."""
    if line.place is None or trip is None or not trip.places or found.word == "wrong":
        return line.place
    return next((place for place in trip.places if same(place, line.place) is Same.YES), trip.places[0])


# ---- 1.12: tools ---------------------------------------------------------------------------------

Key = tuple[str, int]
"""A line: the claim's id and the line's number."""


def claimed_tools(claims: Iterable[Expense], tools: Iterable[Tool]) -> dict[Key, tuple[Tool, ...]]:
    """Which tools each `tool` line asks the money for; a line for which no tool is recorded asks for none.

    Claims are taken in order of time. A line asks for one tool of its trip, of its amount, bought by
    then and neither paid for before nor asked for by another line of the claim: first one that is in the
    warehouse, else one that is not. Where no tool has that amount, it asks for all tools of the trip
    that are not paid for. A tool counts as paid for when a claim that is not refused asked for it while
    it was in the warehouse.
    """
    bought: dict[str | None, list[Tool]] = {}
    for tool in sorted(tools, key=lambda t: (t.buy.at, t.id)):
        bought.setdefault(tool.buy.get("trip"), []).append(tool)
    found: dict[Key, tuple[Tool, ...]] = {}
    paid: set[str] = set()
    for claim in sorted(claims, key=lambda c: (c.submit.at, c.id)):
        at = claim.submit.at
        here = [t for t in bought.get(claim.trip, ()) if minute(t.buy.at) <= minute(at) and t.id not in paid]
        asked: set[str] = set()
        for line in claim.lines:
            if line.category == "tool":
                free = [t for t in here if t.id not in asked and t.buy.get("amount") == line.amount]
                taken = tuple(sorted(free, key=lambda t: not t.in_by(at))[:1]) or tuple(here)
                asked.update(t.id for t in taken)
                found[claim.id, line.number] = taken
        if claim.standing != "rejected":
            paid.update(t.id for t in here if t.id in asked and t.in_by(at))
    return found


def first_claimed(claims: Iterable[Expense], asked: Mapping[Key, Sequence[Tool]]) -> dict[str, Entry]:
    """For each tool that was claimed, the submission that asked for its money first."""
    found: dict[str, Entry] = {}
    for claim in sorted(claims, key=lambda c: (c.submit.at, c.id)):
        for line in claim.lines:
            for tool in asked.get((claim.id, line.number), ()):
                found.setdefault(tool.id, claim.submit)
    return found


# ---- what is asked before it is recorded --------------------------------------------------------


def _not_ones_own(known: Known, new: Entry) -> None:
    """Nobody reviews the expenses of his own trip (4.3)."""
    claim = fold(known.entries(new.ledger, new.id))
    trip = visit.fold(known.entries("visit", claim.trip)) if claim else None
    if trip and new.by in {*trip.team, *(one.staff for one in trip.leads)}:
        raise Conflict(
            Text(
                f"{new.id} claims the expenses of {new.by}, who cannot review them",
                f"{new.id} 是 {new.by} 本人的报销，本人不能审核",
            ),
            Text("finance, the head or the general manager reviews it", "请由财务、主管或总经理审核"),
        )


def _why_refused(known: Known, new: Entry) -> None:
    """A refusal says why (4.3); of old ones nobody may have written it down."""
    if not known.history and new.get("verdict") == "refuse" and not new.get("reason"):
        [reason] = needs.called(known, new, "reason")
        raise BadInput(
            Text(f"missing: {reason}", f"缺少：{reason}"), Text("say why the claim is refused", "请写明退回理由")
        )


def _receipts_once(known: Known, new: Entry) -> None:
    """A receipt is claimed once (4.3): neither twice in one claim nor in two, unless the other one was refused."""
    if known.history:
        return
    submit = new if new.event == "submit" else find(effective(known.entries(new.ledger, new.id)), "submit")
    spared = numbers(new.get("invalid") or "") if new.event == "review" else ()
    if submit is None or new.get("verdict") == "refuse":
        return
    mine = [(n, row) for n, row in enumerate(submit.get("lines") or (), 1) if row.get("receipt") and n not in spared]
    seen: dict[str, int] = {}
    for n, row in mine:
        receipt = _receipt(row["receipt"])
        if receipt in seen:
            raise _claimed_already(row["receipt"], f"{new.id}/{seen[receipt]}")
        seen[receipt] = n
    for receipt in seen:
        for id in known.naming("expense", receipt):
            other = fold(known.entries("expense", id)) if id != new.id else None
            for line in other.lines if other and other.standing != "rejected" else ():
                if line.receipt and _receipt(line.receipt) == receipt and line.number not in (other.invalid if other else ()):
                    raise _claimed_already(line.receipt, f"{id}/{line.number}")


def _receipt(number: str) -> str:
    """A receipt's number as it is compared: width, case, blanks and signs do not count."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).casefold() if c.isalnum())


def _claimed_already(receipt: str, where_: str) -> Conflict:
    return Conflict(
        Text(f"receipt {receipt} is claimed already: {where_}", f"票据 {receipt} 已经报过：{where_}"),
        Text("a receipt is paid once; leave the line out, or flag it: --invalid", "一张票据只报一次；去掉这一行，或用 --invalid 标出"),
    )


def _own_before_the_review(known: Known, new: Entry) -> None:
    """A claim is put right by whoever made it until it is reviewed, then by who may review it, never his own."""
    told = needs.besides(new, known.entries(new.ledger, new.id))
    claim = fold(told)
    if claim is None:
        return
    if claim.review is not None:
        known.permit(new.by, REVIEWERS, Text(f"correct {new.id}, which is reviewed", f"更正已审核的 {new.id}"))
        _not_ones_own(known, new)
    elif new.by != claim.submit.by:
        known.permit(new.by, (*REVIEWERS, "clerk"), Text(f"correct {new.id}", f"更正 {new.id}"))


NEEDS: Needs = {
    "submit": (_receipts_once,),
    "review": (_not_ones_own, _why_refused, _receipts_once),
    correction.EVENT: (_own_before_the_review, _receipts_once),
}
