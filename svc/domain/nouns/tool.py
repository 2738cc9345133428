"""Tools bought on a trip: they go back into the warehouse, or are not reimbursed (1.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from svc.domain.cases import Context, Item
from svc.domain.clock.precision import not_after
from svc.domain.entry import Entry
from svc.domain.facts import Facts, field, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Code, Field, Money, Ref
from svc.domain.ledgers import Event
from svc.named import NamedTuple
from svc.text import Text, example

EVENTS = (
    Event(
        "buy",
        Text("record a tool bought on a trip (1.12)", "登记出差时购买的工具（1.12）"),
        Text("bought", "购买"),
        "new",
        (
            Field("trip", Ref("visit"), Text("the visit it was bought on", "哪次出差（派工）"), required=True),
            Field("name", Code(), Text("what was bought", "工具名称"), required=True),
            Field("amount", Money(), Text("what it cost, yuan", "金额（元）"), required=True),
        ),
        (),
        example('svc tool buy --trip V2611-0001 --name "{}" --amount 89.50', Text("torque wrench", "扭力扳手")),
    ),
    Event(
        "turn-in",
        Text("record that a tool went into the warehouse (1.12)", "登记工具退库入库（1.12）"),
        Text("turned in", "入库"),
        "own",
        (),
        ("warehouse", "head", "clerk", "gm"),
        "svc tool turn-in W2611-0001",
    ),
)
COLUMNS = ("trip name amount",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "tool.bought_at": Text("when it was bought", "购买时间"),
    "tool.turned_in_at": Text("when it went into the warehouse", "入库时间"),
    "tool.claimed_at": Text("when its money was claimed", "报销时间"),
    "tool.amount": Text("what it cost", "金额"),
}


class Tool(NamedTuple):
    """A tool as its entries tell it."""

    id: str
    buy: Entry
    turned_in: Entry | None

    def in_by(self, moment: datetime) -> bool:
        """Whether it was in the warehouse by then; exactly then is, and so is the same day without an hour."""
        return self.turned_in is not None and not_after(self.turned_in.at, moment) is not False


def fold(entries: Sequence[Entry]) -> Tool | None:
    """The tool told by its entries in order of time; None without a purchase among them."""
    buy = find(entries, "buy")
    return Tool(buy.id, buy, find(entries, "turn-in")) if buy else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second purchase or turning in under the same id."""
    if new.event == "buy":
        return once(before, new, "buy")
    must_follow(before, new, "buy")
    once(before, new, "turn-in")


def pending(tools: Iterable[Tool], context: Context) -> Iterator[Item]:
    """The tools that are not in the warehouse; whoever was on the trip has them."""
    for one in tools:
        if one.turned_in is None:
            sent = context.in_brief("visit").get(one.buy.get("trip"))
            said = f"{one.buy.get('name')} {one.buy.get('amount')}"
            what = Text(f"tool not turned in: {said}", f"工具未退库：{said}")
            staff = sent.traveller(one.buy) if sent else one.buy.by
            yield Item("turn-in", one.id, None, one.buy.at, staff, what, f"svc tool turn-in {one.id}")


def facts(tool: Tool, claimed: Entry | None) -> Facts:
    """What the rules may ask about a tool, with the expense claim that first asked for its money."""
    return {
        "tool.bought_at": when(tool.buy),
        "tool.turned_in_at": when(tool.turned_in),
        "tool.claimed_at": when(claimed),
        "tool.amount": field(tool.buy, "amount"),
    }
