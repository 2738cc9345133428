"""Design defects, and machines that staff cannot handle: reported at once, answered, closed (1.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from svc.domain.cases import Context, Item
from svc.domain.clock.base import minute
from svc.domain.clock.precision import not_after
from svc.domain.entry import Entry
from svc.domain.facts import Facts, field, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Code, Field, Moment, Prose, Ref
from svc.domain.ledgers import OFFICE, Event
from svc.domain.text import folded
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.text import Text, example

EVENTS = (
    Event(
        "report",
        Text("report a design defect, or a machine nobody can handle (1.9)", "上报设计缺陷或修不好的设备（1.9）"),
        Text("reported", "上报"),
        "new",
        (
            Field("product", Code(), Text("product", "产品"), required=True),
            Field("summary", Prose(), Text("what is wrong with it", "缺陷说明"), required=True),
            Field("machine", Ref("machine"), Text("serial number of the machine", "设备序列号")),
            Field("report", Ref("report"), Text("the service report that shows it", "相关服务报告")),
            Field("found", Moment(), Text("when it was found, if that is known", "发现时间（知道时填写）")),
        ),
        (),
        example('svc defect report --product LX200 --machine SN-0001 --summary "{}"', Text("boom pin seizes in the cold", "低温下动臂销轴卡死")),
    ),
    Event(
        "answer",
        Text("record what head office or the designers say", "登记总部或设计部门的答复"),
        Text("answered", "答复"),
        "own",
        (Field("text", Prose(), Text("the answer", "答复内容"), required=True),),
        OFFICE,
        example('svc defect answer D2611-0001 --text "{}"', Text("pin gets a lubrication groove from serial 310 on", "310 号起销轴加油槽")),
    ),
    Event(
        "close",
        Text("close a defect: solved, or decided", "缺陷结案"),
        Text("closed", "结案"),
        "own",
        (Field("text", Prose(), Text("how it ended", "处理结果")),),
        OFFICE,
        example('svc defect close D2611-0001 --text "{}"', Text("new pin in stock", "新销轴已到库")),
    ),
    Event(
        "bulletin",
        Text("say which machines a defect concerns, and what is to be done at each (1.9)", "发布技术通报：涉及哪些设备、要做什么（1.9）"),
        Text("announced", "发布通报"),
        "own",
        (
            Field("product", Code(), Text("product", "产品"), required=True),
            Field("serial_from", Code(), Text("from this serial number on", "起始序列号")),
            Field("serial_to", Code(), Text("up to this serial number", "截止序列号"), option="--to"),
            Field("action", Prose(), Text("what is to be done", "要做什么"), required=True),
            Field("staff", Ref("staff"), Text("who calls the customers", "谁联系客户"), option="--who"),
        ),
        OFFICE,
        example(
            'svc defect bulletin D2611-0001 --product LX200 --serial-from SN-100 --to SN-309 --action "{}" --who S04',
            Text("replace the boom pin", "更换动臂销轴"),
        ),
        again=True,
    ),
    Event(
        "apply",
        Text("record that what a bulletin asks was done at a machine", "登记某台设备已按通报处理"),
        Text("applied", "按通报处理"),
        "own",
        (
            Field("machine", Ref("machine"), Text("serial number of the machine", "设备序列号"), required=True),
            Field("visit", Ref("visit"), Text("on which visit", "哪次派工")),
            Field("text", Prose(), Text("what was done", "处理情况")),
        ),
        (),
        "svc defect apply D2611-0001 --machine SN-0120 --visit V2611-0007",
    ),
)
COLUMNS = ("product summary machine report found text",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS = {
    "defect.found_at": Text("when it was found", "发现时间"),
    "defect.reported_at": Text("when it was reported", "上报时间"),
    "defect.answered_at": Text("the first answer", "首次答复时间"),
    "defect.closed_at": Text("when it was closed", "结案时间"),
}


class Defect(NamedTuple):
    """A defect as its entries tell it."""

    id: str
    report: Entry
    answers: tuple[Entry, ...]
    closed: Entry | None
    bulletins: tuple[Entry, ...] = ()
    applied: tuple[Entry, ...] = ()


def fold(entries: Sequence[Entry]) -> Defect | None:
    """The defect told by its entries in order of time; None without a report among them."""
    report = find(entries, "report")
    if report is None:
        return None
    of = {name: tuple(e for e in entries if e.event == name) for name in ("answer", "bulletin", "apply")}
    return Defect(report.id, report, of["answer"], find(entries, "close"), of["bulletin"], of["apply"])


def in_order(serial: str) -> tuple[tuple[bool, int, str], ...]:
    """A serial number as it is compared: runs of digits by their number, so that SN-99 comes before SN-100."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", serial.upper())
    return tuple((piece.isdigit(), int(piece) if piece.isdigit() else 0, piece) for piece in pieces)


def concerns(bulletin: Entry, serial: str, product: str | None) -> bool:
    """Whether a bulletin concerns a machine of a product; the first and the last serial number count."""
    low, high = bulletin.get("serial_from"), bulletin.get("serial_to")
    if folded(product or "") != folded(bulletin.get("product")):
        return False
    return (not low or in_order(low) <= in_order(serial)) and (not high or in_order(serial) <= in_order(high))


def to_do(one: Defect, machines: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Entry, Entry | None]]:
    """The machines that a defect's bulletins concern, each with the latest bulletin and what was done since it."""
    found: dict[str, tuple[Entry, Entry | None]] = {}
    for bulletin in one.bulletins:
        for serial, row in machines.items():
            if concerns(bulletin, serial, row.get("product")):
                done = next((e for e in one.applied if e.get("machine") == serial and minute(e.at) >= minute(bulletin.at)), None)
                found[serial] = (bulletin, done)
    return found


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second report or closing, and a defect found after it was reported."""
    if new.event != "report":
        must_follow(before, new, "report")
    elif new.get("found") and not_after(new.get("found"), new.at) is False:
        raise Conflict(
            Text(
                f"found {new.get('found'):%Y-%m-%d %H:%M}, after it was reported ({new.at:%Y-%m-%d %H:%M})",
                f"发现时间 {new.get('found'):%Y-%m-%d %H:%M} 晚于上报时间 {new.at:%Y-%m-%d %H:%M}",
            ),
            Text("give the right time with --found or --at", "请用 --found 或 --at 写对时间"),
        )
    if new.event in ("report", "close"):
        once(before, new, new.event)


def pending(defects: Iterable[Defect], context: Context) -> Iterator[Item]:
    """The open ones."""
    for one in defects:
        if one.closed is None:
            said = f"{one.report.get('product')}: {one.report.get('summary')}"
            what = Text(f"defect open: {said}", f"设计缺陷未结：{said}")
            command = f"svc defect {'close' if one.answers else 'answer'} {one.id} --text …"
            yield Item("defect", one.id, None, one.report.at, one.report.by, what, command)
            yield from _bulletin(one, context)


def _bulletin(one: Defect, context: Context) -> Iterator[Item]:
    """The machines at which nothing was done yet, for whoever calls their customers."""
    wanted = to_do(one, context.rows("machine")) if one.bulletins else {}
    left = [serial for serial, (_, done) in wanted.items() if done is None]
    if left:
        last = one.bulletins[-1]
        some = ", ".join(left[:3]) + (", …" if len(left) > 3 else "")
        what = Text(f"bulletin: {len(left)} of {len(wanted)} machines left ({some})", f"技术通报：{len(wanted)} 台中还有 {len(left)} 台未处理（{some}）")
        yield Item("bulletin", one.id, None, last.at, last.get("staff"), what, f"svc defect concerned {one.id}")


def facts(defect: Defect) -> Facts:
    """What the rules may ask about a defect. When it was found is not known unless somebody said so."""
    return {
        "defect.found_at": field(defect.report, "found"),
        "defect.reported_at": when(defect.report),
        "defect.answered_at": when(defect.answers[0] if defect.answers else None),
        "defect.closed_at": when(defect.closed),
    }
