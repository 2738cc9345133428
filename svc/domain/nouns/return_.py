"""Goods that customers send back: requested, consented to by the general manager, received (1.11).

Goods that came without consent did come, so that is recorded; the customer then bears the cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from svc.domain.cases import Context, Item
from svc.domain.clock.precision import not_after
from svc.domain.entry import Entry
from svc.domain.facts import Facts, field, when
from svc.domain.guards import find, must_follow, never_after, once
from svc.domain.kinds import Caller, Field, Money, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.signature import FIELD as SIGNED
from svc.named import NamedTuple
from svc.text import Text, example

EVENTS = (
    Event(
        "request",
        Text("record that a customer wants to return a machine (1.11)", "登记退货申请（1.11）"),
        Text("requested", "申请"),
        "new",
        (
            Field("machine", Ref("machine"), Text("serial number", "设备序列号"), required=True),
            Field("reason", Prose(), Text("why", "退货原因"), required=True),
            Field("from", Caller(), Text("who asks: number, customer, short code", "申请人：电话、客户或简码")),
        ),
        (),
        example('svc return request --machine SN-0001 --from CU0001 --reason "{}"', Text("wrong model delivered", "发错型号")),
    ),
    Event(
        "approve",
        Text("the general manager consents (1.11)", "总经理同意退货（1.11）"),
        Text("approved", "同意"),
        "own",
        (Field("text", Prose(), Text("under what conditions", "附加条件")), SIGNED),
        ("gm",),
        "svc return approve T2611-0001",
        decides=True,
    ),
    Event(
        "refuse",
        Text("the general manager does not consent (1.11)", "总经理不同意退货（1.11）"),
        Text("refused", "不同意"),
        "own",
        (Field("reason", Prose(), Text("why", "理由")), SIGNED),
        ("gm",),
        example('svc return refuse T2611-0001 --reason "{}"', Text("the fault can be repaired", "故障可以修好")),
        decides=True,
    ),
    Event(
        "receive",
        Text("record that the goods came in and what that cost", "登记收到退货及费用"),
        Text("received", "收货"),
        "own",
        (Field("cost", Money(), Text("all costs of the return, yuan", "退货全部费用（元）"), required=True),),
        ("warehouse", "clerk", "head", "gm", "sales", "technician"),
        "svc return receive T2611-0001 --cost 350",
    ),
)
COLUMNS = ("machine reason from text signature cost",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "return.requested_at": Text("when the customer asked for it", "申请退货的时间"),
    "return.approved_at": Text("the general manager's consent", "总经理同意的时间"),
    "return.received_at": Text("when the goods came back", "收到退货的时间"),
    "return.cost": Text("what the return cost", "退货费用"),
}


class Return(NamedTuple):
    """A return as its entries tell it; whether the cost is the customer's is for the rules to say."""

    id: str
    request: Entry
    approved: Entry | None
    refused: Entry | None
    received: Entry | None

    @property
    def settled(self) -> Entry | None:
        """What settled it: the refusal or the arrival of the goods, whichever came first."""
        return min((e for e in (self.refused, self.received) if e), key=lambda e: e.at, default=None)

    @property
    def standing(self) -> str:
        """received, rejected, approved or awaiting_consent."""
        if self.received:
            return "received"
        return "rejected" if self.refused else "approved" if self.approved else "awaiting_consent"

    @property
    def consented(self) -> bool:
        """Whether the goods came in with consent given before, or at the same moment; of one day without an hour, it is taken as given."""
        return bool(self.received and self.approved and not_after(self.approved.at, self.received.at) is not False)


def fold(entries: Sequence[Entry]) -> Return | None:
    """The return told by its entries in order of time; None without a request among them."""
    request = find(entries, "request")
    if request is None:
        return None
    return Return(request.id, request, *(find(entries, name) for name in ("approve", "refuse", "receive")))


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second decision or arrival. Goods may arrive whatever was decided, or before it was."""
    if new.event == "request":
        return once(before, new, "request")
    must_follow(before, new, "request")
    once(before, new, new.event)
    if new.event == "approve":
        never_after(before, new, "refuse")
    if new.event == "refuse":
        never_after(before, new, "approve")


def pending(returns: Iterable[Return], context: Context) -> Iterator[Item]:
    """The general manager's consent; once it is given, the goods (1.11)."""
    for one in returns:
        said = f"{one.request.get('machine')}: {one.request.get('reason')}"
        if one.standing == "awaiting_consent":
            what = Text(f"return waits for the general manager: {said}", f"退货待总经理同意：{said}")
            yield Item("consent", one.id, None, one.request.at, None, what, f"svc return approve {one.id}")
        elif one.standing == "approved" and one.approved:
            what = Text(f"return agreed to, goods not received: {said}", f"已同意退货，货物未收到：{said}")
            yield Item("receipt", one.id, None, one.approved.at, None, what, f"svc return receive {one.id} --cost …")


def facts(return_: Return) -> Facts:
    """What the rules may ask about a return."""
    return {
        "return.requested_at": when(return_.request),
        "return.approved_at": when(return_.approved),
        "return.received_at": when(return_.received),
        "return.cost": field(return_.received, "cost"),
    }
