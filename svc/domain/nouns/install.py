"""Installation, commissioning and training that a sales contract asks for, within its time (2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from svc.domain.cases import Context, Item
from svc.domain.clock.precision import UNDECIDED, before, not_after
from svc.domain.entry import Entry
from svc.domain.facts import Fact, Facts, field, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Code, Count, Field, Moment, Prose, Ref
from svc.domain.ledgers import Event
from svc.named import NamedTuple
from svc.text import Text

FIELD = ("technician", "clerk", "head", "gm", "sales")

EVENTS = (
    Event(
        "promise",
        Text(
            "record an installation that a contract promises, and by when (2.3)", "登记合同约定的安装调试和期限（2.3）"
        ),
        Text("promised", "约定"),
        "new",
        (
            Field("customer", Ref("customer"), Text("for whom", "客户"), required=True),
            Field("product", Code(), Text("what is installed", "产品"), required=True),
            Field("due", Moment(), Text("until when by the contract", "合同规定的期限"), required=True),
            Field("training", Count(1, 9999), Text("how many people are to be trained", "约定培训人数")),
            Field("machine", Ref("machine"), Text("serial number, where it is known", "设备序列号（已知时）")),
            Field("contract", Code(), Text("sales contract", "销售合同号")),
        ),
        ("head", "gm", "clerk", "sales"),
        "svc install promise --customer CU0001 --product LX200 --due 2026-12-01T17:00 --training 4",
    ),
    Event(
        "done",
        Text("record that the machine was installed and put to work", "登记安装调试完成"),
        Text("done", "完成"),
        "own",
        (Field("text", Prose(), Text("what is left to say", "说明")),),
        FIELD,
        "svc install done I2611-0001 --at 15:30",
    ),
    Event(
        "train",
        Text("record people of the customer who were trained", "登记培训用户人员"),
        Text("trained for", "培训"),
        "own",
        (Field("people", Count(1, 9999), Text("how many", "人数"), required=True),),
        FIELD,
        "svc install train I2611-0001 --people 4",
    ),
)
COLUMNS = ("customer product due training machine contract text people",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "install.due_at": Text("when it is due", "规定完成时间"),
    "install.done_at": Text("when it was done", "完成时间"),
    "install.training": Text("whether training was promised", "是否约定培训"),
    "install.trained": Text("how many people were trained", "培训人数"),
}


class Install(NamedTuple):
    """A promised installation as its entries tell it."""

    id: str
    promise: Entry
    done: Entry | None
    trainings: tuple[Entry, ...]

    @property
    def due(self) -> datetime:
        due: datetime = self.promise.get("due")
        return due

    @property
    def trained(self) -> int | None:
        """How many people were trained; None where no training is recorded."""
        return sum(e.get("people") for e in self.trainings) if self.trainings else None


def fold(entries: Sequence[Entry]) -> Install | None:
    """The installation told by its entries in order of time; None without a promise among them."""
    promise = find(entries, "promise")
    if promise is None:
        return None
    trainings = tuple(e for e in entries if e.event == "train")
    return Install(promise.id, promise, find(entries, "done"), trainings)


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second promise or completion, and what nothing was promised for."""
    if new.event == "promise":
        return once(before, new, "promise")
    must_follow(before, new, "promise")
    if new.event == "done":
        once(before, new, "done")


def outcome(install: Install, now: datetime) -> str:
    """in_time, late or pending; exactly at the promised time is in time, not done after it is late.

    facts_missing where a day without an hour leaves it open.
    """
    if install.done is not None:
        return {True: "in_time", False: "late", None: UNDECIDED}[not_after(install.done.at, install.due)]
    return "late" if before(install.due, now) else "pending"


def pending(installs: Iterable[Install], context: Context) -> Iterator[Item]:
    """What is promised and not done (2.3); as long as nobody is sent, that somebody has to be."""
    for one in installs:
        if one.done is None:
            product, customer = one.promise.get("product"), one.promise.get("customer")
            what = Text(f"installation of {product} promised", f"安装调试：{product}")
            command = f"svc install done {one.id}"
            if not _sent(one, context):
                what = Text(f"installation of {product} promised, nobody dispatched", f"安装调试：{product}，尚未派工")
                machine = one.promise.get("machine")
                where = f"--customer {customer}" + (f" --machine {machine}" if machine else "")
                command = f"svc visit dispatch {where} --purpose install --staff … --promised …"
            yield Item("install", one.id, one.due, one.promise.at, None, what, command)


def _sent(install: Install, context: Context) -> bool:
    """Whether somebody is on the way to install there, or was, since it was promised."""
    own, whose = install.promise.get("machine"), install.promise.get("customer")
    return any(
        one.purpose == "install" and one.cancelled_at is None and one.dispatched_at >= install.promise.at
        and (one.customer or one.caller) == whose and (not own or one.machine in (None, own))
        for one in context.in_brief("visit").values()
    )  # fmt: skip


def facts(install: Install) -> Facts:
    """What the rules may ask about an installation."""
    promise, last = install.promise, install.trainings[-1] if install.trainings else None
    return {
        "install.due_at": field(promise, "due"),
        "install.done_at": when(install.done),
        "install.training": Fact(promise.get("training") is not None, promise),
        "install.trained": Fact(install.trained if (install.trained or 0) >= (promise.get("training") or 0) else None, last),
    }
