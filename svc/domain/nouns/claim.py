"""Claims on suppliers: quality trouble in bought-in machines and parts, which the supplier has to solve (3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from svc.domain import needs
from svc.domain.cases import Context, Item
from svc.domain.entry import Entry
from svc.domain.facts import Facts, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Code, Field, Money, Prose, Ref
from svc.domain.ledgers import OFFICE, Event
from svc.domain.needs import Known, Needs
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, example

EVENTS = (
    Event(
        "open",
        Text("put quality trouble to the supplier (3.8)", "就外购件质量问题向厂家索赔（3.8）"),
        Text("opened", "提出"),
        "new",
        (
            Field("supplier", Ref("supplier"), Text("the supplier", "供应商"), required=True),
            Field("summary", Prose(), Text("what is wrong", "问题说明"), required=True),
            Field("machine", Ref("machine"), Text("serial number of a bought-in machine", "外购设备序列号")),
            Field("part", Code(), Text("the bought-in part", "外购配套件")),
            Field("report", Ref("report"), Text("the service report that shows it", "相关服务报告")),
        ),
        OFFICE,
        example(
            'svc claim open --supplier SP01 --part "{}" --summary "{}"',
            Text("hydraulic pump", "液压泵"), Text("housing cracked after 40 h", "用了 40 小时壳体开裂"),
        ),
    ),
    Event(
        "answer",
        Text("record what the supplier says", "登记厂家答复"),
        Text("answered", "答复"),
        "own",
        (Field("text", Prose(), Text("the answer", "答复内容"), required=True),),
        OFFICE,
        example('svc claim answer L2611-0001 --text "{}"', Text("replacement sent", "新件已发出")),
    ),
    Event(
        "close",
        Text("close a claim, with what the supplier paid", "索赔结案，登记厂家赔付"),
        Text("closed", "结案"),
        "own",
        (
            Field("text", Prose(), Text("how it ended", "处理结果")),
            Field("amount", Money(), Text("what the supplier bore, yuan", "厂家承担金额（元）")),
        ),
        OFFICE,
        example('svc claim close L2611-0001 --text "{}" --amount 1200', Text("pump replaced", "已换新泵")),
    ),
)
COLUMNS = ("supplier summary machine part report text amount",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "claim.opened_at": Text("when it was opened", "提出时间"),
    "claim.answered_at": Text("the supplier's first answer", "厂家首次答复时间"),
    "claim.closed_at": Text("when it was closed", "结案时间"),
}


class Claim(NamedTuple):
    """A claim as its entries tell it."""

    id: str
    opened: Entry
    answers: tuple[Entry, ...]
    closed: Entry | None


def fold(entries: Sequence[Entry]) -> Claim | None:
    """The claim told by its entries in order of time; None without an opening among them."""
    opened = find(entries, "open")
    if opened is None:
        return None
    return Claim(opened.id, opened, tuple(e for e in entries if e.event == "answer"), find(entries, "close"))


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second opening or closing."""
    if new.event != "open":
        must_follow(before, new, "open")
    if new.event in ("open", "close"):
        once(before, new, new.event)


def pending(claims: Iterable[Claim], context: Context) -> Iterator[Item]:
    """The open ones."""
    for one in claims:
        if one.closed is None:
            said = f"{one.opened.get('supplier')}: {one.opened.get('summary')}"
            what = Text(f"supplier claim open: {said}", f"厂家索赔未结：{said}")
            command = f"svc claim {'close' if one.answers else 'answer'} {one.id} --text …"
            yield Item("claim", one.id, None, one.opened.at, one.opened.by, what, command)


def facts(claim: Claim) -> Facts:
    """What the rules may ask about a claim."""
    return {
        "claim.opened_at": when(claim.opened),
        "claim.answered_at": when(claim.answers[0] if claim.answers else None),
        "claim.closed_at": when(claim.closed),
    }


def _machine_or_part(known: Known, new: Entry) -> None:
    """A claim on a supplier names what was bought in (3.8); of old ones nobody may have written it down."""
    if not known.history and not new.get("machine") and not new.get("part"):
        machine, part = needs.called(known, new, "machine", "part")
        raise BadInput(
            Text(f"missing: {machine} or {part}", f"缺少：{machine} 或 {part}"), needs.example(known, new)
        )


NEEDS: Needs = {"open": (_machine_or_part,)}
