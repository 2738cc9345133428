"""Calls and letters (1.3, 1.10, 3.2, 3.4, 3.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from svc.domain import correction, merging, needs
from svc.domain.clock.base import minute
from svc.domain.correction import Correctable, effective
from svc.domain.entry import Entry
from svc.domain.guards import must_follow, once
from svc.domain.kinds import Caller, Choice, Code, Field, Flag, Moment, Prose, Ref
from svc.domain.ledgers import OFFICE, Event
from svc.domain.needs import Known, Needs
from svc.domain.people import anonymous
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.text import Text, example

if TYPE_CHECKING:
    from svc.domain.cases import Others

CHANNELS = Choice(phone="电话", letter="来函", walk_in="来人", wechat="微信", email="邮件").also(来电="phone")  # the contract's word (4.1)
HELPERS = Choice(head="主管", hq="总部", design="设计")
KINDS = Choice(consult="咨询", repair="报修", install="安装", quote="报价", complaint="投诉", other="其他")

RECORDED = (
    Event(
        "log",
        Text("log a call or letter as it comes in", "登记来电来函"),
        Text("logged", "登记"),
        "new",
        (
            Field("channel", CHANNELS, Text("how it came", "来电渠道"), required=True),
            Field(
                "from",
                Caller(),
                Text(
                    "who calls: number, customer, short code; withheld or unsigned where nobody can say",
                    "来电人（号码、客户或简码；不知是谁写 隐藏号码 或 未署名）",
                ),
                required=True,
            ),
            Field(
                "contact",
                Prose(),
                Text("name of the person calling (kept apart)", "来电人姓名（单独存放）"),
                secret=True,
            ),
            Field("machine", Ref("machine"), Text("serial number of the machine", "设备序列号")),
            Field("kind", KINDS, Text("what it is about", "事由类别"), required=True),
            Field("summary", Prose(), Text("what the caller said", "来电内容"), required=True),
            Field("needs_service", Flag(), Text("somebody has to go there", "需要上门"), off="--no-service"),
            Field("due", Moment(), Text("until when the customer wants it", "客户要求的时间")),
            Field("follows", Ref("call"), Text("the earlier call that this one comes back to", "接着哪个来电")),
            Field("message", Code(), Text("key of the mail that it was (svc call import-mail)", "来自哪封邮件"), decided=True),
        ),
        (),
        example('svc call log --channel phone --from 138-0000-1234 --kind repair --summary "{}" --needs-service', Text("boom drifts", "动臂下沉")),
    ),
    Event(
        "reply",
        Text("record the answer given to a call (24 hours, 3.4)", "登记答复（24 小时内，3.4）"),
        Text("replied to", "答复"),
        "own",
        (
            Field("text", Prose(), Text("what was answered", "答复内容"), required=True),
            Field("message", Code(), Text("key of the mail that it was (svc call import-mail)", "来自哪封邮件"), decided=True),
        ),
        (),
        example('svc call reply C2611-0001 --text "{}"', Text("technician comes tomorrow", "师傅明天上门")),
    ),
    Event(
        "escalate",
        Text("ask head office for help (3.2)", "报总部协助（3.2）"),
        Text("escalated", "报总部"),
        "own",
        (
            Field("to", HELPERS, Text("who is asked", "转给谁"), required=True),
            Field("text", Prose(), Text("what is asked", "说明")),
        ),
        (),
        "svc call escalate C2611-0001 --to hq",
    ),
    Event(
        "close",
        Text("close a call; what it leaves open stays on the board", "结案；未办完的事项仍留在看板上"),
        Text("closed", "结案"),
        "own",
        (
            Field("text", Prose(), Text("how it ended", "处理结果")),
            Field(
                "introduced", Code(), Text("product or part made known to the caller (2.5)", "介绍的产品或配件（2.5）")
            ),
            Field("reason", Prose(), Text("why something is left open", "为何还有事项未办完"), option="--leave-open"),
        ),
        (*OFFICE, "technician"),
        "svc call close C2611-0001",
    ),
)
CORRECTABLE = (
    Correctable("log", ("channel", "from", "machine", "kind", "summary", "needs_service", "due", "follows"), "received_at"),
    Correctable("reply", (), "replied_at"),
    Correctable("close", ("introduced",)),
)
FIXED = {
    "contact": Text("a caller's name is kept in the registers", "来电人姓名只存放在登记册里"),
    "text": Text("what was answered was answered: record another reply", "答复已经给出，请另记一条答复"),
    "message": Text("which mail it was stays", "来自哪封邮件不能改"),
    "to": Text("what was passed on was passed on: escalate again", "已经上报，请再报一次"),
}
EVENTS = (
    *RECORDED,
    correction.event(
        Text("correct what was typed wrong; the first entry stays", "更正登记错误，原记录保留"),
        RECORDED,
        CORRECTABLE,
        example('svc call correct C2611-0001 --kind repair --reason "{}"', Text("not a question, the boom is broken", "不是咨询，动臂坏了")),
    ),
    Event(
        "reopen",
        Text("open a call again that was closed", "重新打开已结案的来电"),
        Text("reopened", "重新打开"),
        "own",
        (Field("reason", Prose(), Text("why", "原因")),),
        (*OFFICE, "technician"),
        example('svc call reopen C2611-0001 --reason "{}"', Text("it leaks again", "又漏油了")),
    ),
    Event(
        merging.EVENT,
        Text("say that a call was logged twice: it is one with an earlier one", "同一来电登记了两次：并入先登记的那一个"),
        Text("merged", "合并"),
        "own",
        (
            Field("into", Ref("call"), Text("the earlier one, which stays", "并入（先登记的来电，保留）"), required=True),
            Field("reason", Prose(), Text("how it came", "原因")),
        ),
        correction.ROLES,
        "svc call merge C2611-0002 --into C2611-0001",
        decides=True,
    ),
)
COLUMNS = ("channel from machine kind summary needs_service due text to introduced received_at replied_at clear reason",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "call.received_at": Text("when the call came in", "来电时间"),
    "call.registered_at": Text("when it was typed", "登记时间"),
    "call.replied_at": Text("the first answer", "首次答复"),
    "call.from": Text("who called", "来电人"),
    "call.matter": Text("what was said", "来电内容"),
    "call.taken_by": Text("who took it", "登记人"),
    "call.needs_service": Text("whether a visit is needed", "是否需要上门"),
    "call.dispatched_at": Text("the first dispatch for it", "首次派工"),
}


class Call(NamedTuple):
    """A call as its entries tell it; `closed` is the closing that holds, `closings` are all."""

    id: str
    log: Entry
    replies: tuple[Entry, ...]
    escalations: tuple[Entry, ...]
    closed: Entry | None
    closings: tuple[Entry, ...] = ()
    merged: tuple[Entry, ...] = ()
    """What was logged again of the same call (`svc.domain.merging`)."""

    @property
    def at(self) -> datetime:
        return self.log.at

    @property
    def replied_at(self) -> datetime | None:
        """The first reply, None where there is none."""
        return self.replies[0].at if self.replies else None

    @property
    def customer(self) -> str | None:
        """The id of the customer known when the call was logged; None for a stranger (1.2)."""
        return customer_of(self.log)


def customer_of(log: Entry) -> str | None:
    """The id of the customer that a log names; None for a number that is nobody's, and for whom nobody can name."""
    return customer_named(log.get("from"))


def customer_named(caller: str | None) -> str | None:
    """The id of the customer that whoever called is named as, None where that is no customer."""
    return caller if caller and caller[0].isalpha() and not anonymous(caller) else None


def fold(entries: Sequence[Entry]) -> Call | None:
    """The call told by its entries in order of time; None without a log among them, and for one merged into another."""
    entries = effective(entries)
    gone = [e.id for e in entries if e.event == merging.EVENT]  # the one that stays is told by its own log, whichever came in first
    log = next((e for e in entries if e.event == "log" and e.id not in gone), None)
    if log is None:
        return None
    merged = tuple([e for e in entries if e.event == "log" and e is not log])
    entries = [e for e in entries if e.event not in CLOSING or e.id == log.id]
    return Call(
        log.id,
        _completed(log, merged),
        tuple([e for e in entries if e.event == "reply"]),
        tuple([e for e in entries if e.event == "escalate"]),
        _closed(entries),
        tuple([e for e in entries if e.event == "close"]),
        merged,
    )


def logged(recorded: merging.Recorded, id: str) -> Entry | None:
    """What was logged of a call, with what was said only where it was logged again; of one merged into another its own log."""
    told = [e for e in effective(merging.case(recorded, "call", id)) if e.event == "log"]
    own = next((e for e in told if e.id == id), None)
    return _completed(own, [e for e in told if e is not own]) if own else None


def _completed(log: Entry, merged: Sequence[Entry]) -> Entry:
    """A log with what was said only where the same call was logged again: the machine, until when, that somebody has to come."""
    if not merged:
        return log
    said = {name: value for again in reversed(merged) for name in SAID_AGAIN if (value := again.get(name))}
    more = {name: value for name, value in said.items() if not log.get(name)}
    return log._replace(fields={**log.fields, **more}) if more else log


SAID_AGAIN = ("machine", "needs_service", "due")
CLOSING = ("close", "reopen")
REOPENS = ("reply", "reopen")
"""What opens a closed call again: who says more about it is not done with it."""


def _closed(entries: Sequence[Entry]) -> Entry | None:
    """The closing that holds: nothing opened the call again after it."""
    last = next((e for e in reversed(entries) if e.event in ("close", *REOPENS)), None)
    return last if last and last.event == "close" else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) what cannot have happened after `before`: 1.3 asks for a log first."""
    if new.event == "log":
        return once(before, new, "log")
    must_follow(before, new, "log")
    _not_after_merging(before, new)
    if new.event == correction.EVENT:
        correction.check(before, new)
    closed = _closed(before)
    if new.event == "close" and closed:
        once((closed,), new, "close")
    if new.event == "reopen" and not closed:
        raise Conflict(
            Text(f"{new.id} is open: it was not closed", f"{new.id} 没有结案，不用重新打开"),
            Text(f"see: svc call show {new.id}", f"查看：svc call show {new.id}"),
        )


def _not_after_merging(before: Sequence[Entry], new: Entry) -> None:
    into = next((e.get("into") for e in before if e.event == merging.EVENT), None)
    if into:
        raise Conflict(
            Text(f"{new.id} was merged into {into}: what comes now belongs there", f"{new.id} 已并入 {into}，请登记在 {into} 名下"),
            Text(f"svc call {new.event} {into} …", f"svc call {new.event} {into} …"),
        )


def belongs_to(entry: Entry) -> str | None:
    """The call that another was merged into, or comes back to."""
    other: str | None = entry.get("into") or entry.get("follows")
    return other


def is_open(call: Call, others: Others) -> bool:
    """A closed call is open again once somebody says more about it."""
    return call.closed is None


# ---- what is asked before it is recorded --------------------------------------------------------


def _one_call(known: Known, new: Entry) -> None:
    """Two logs are of one call: of one caller, the earlier stays, and what has to be done is said by both."""
    own, stays = (fold(known.entries("call", id)[:1]) for id in (new.id, new.get("into")))
    into, how = new.get("into"), needs.called(known, new, "into")[0]
    if own is None or stays is None:
        return
    if own.id == stays.id:
        raise BadInput(Text(f"{how}: {into} is the call itself", f"{how}：{into} 就是它自己"), Text("name the other one", "请写另一个来电"))
    if any(entry.event == merging.EVENT for entry in known.entries("call", into)):
        raise Conflict(
            Text(f"{into} was itself merged into another", f"{into} 已并入别的来电"), Text(f"see: svc call show {into}", f"查看：svc call show {into}")
        )
    if (minute(stays.at), stays.log.recorded_at, stays.id) > (minute(own.at), own.log.recorded_at, own.id):
        raise Conflict(
            Text(f"{own.id} came in before {into}: the earlier one stays, from which the 24 hours run (3.4)",
                 f"{own.id} 先于 {into} 登记：保留先登记的，24 小时从它算起（3.4）"),
            Text(f"svc call merge {into} --into {own.id}", f"svc call merge {into} --into {own.id}"),
        )  # fmt: skip
    _same_caller(known, own, stays)
    if own.log.get("kind") == "complaint" != stays.log.get("kind"):
        raise Conflict(
            Text(f"{own.id} is a complaint and {into} is not", f"{own.id} 是投诉，{into} 不是"),
            Text(f"svc call correct {into} --kind complaint --reason …", f"svc call correct {into} --kind complaint --reason …"),
        )


def _same_caller(known: Known, own: Call, stays: Call) -> None:
    customers = [id and known.person("customer", id).get(merging.INTO, id) for id in (own.customer, stays.customer)]
    if None not in customers and customers[0] != customers[1]:
        raise Conflict(
            Text(f"{own.id} is of {customers[0]}, {stays.id} of {customers[1]}", f"{own.id} 是 {customers[0]} 的，{stays.id} 是 {customers[1]} 的"),
            Text(
                f"one customer registered twice: svc customer merge {customers[0]} --into {customers[1]}",
                f"同一客户登记了两次：svc customer merge {customers[0]} --into {customers[1]}",
            ),
        )


NEEDS: Needs = {merging.EVENT: (_one_call,)}
