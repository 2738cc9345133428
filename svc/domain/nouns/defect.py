"""Design defects, and machines that staff cannot handle: reported at once, answered, closed (1.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from svc.domain.cases import Context, Item
from svc.domain.clock.precision import not_after
from svc.domain.entry import Entry
from svc.domain.facts import Facts, field, when
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Code, Field, Moment, Prose, Ref
from svc.domain.ledgers import OFFICE, Event
from svc.errors import Conflict
from svc.text import Text

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
        'svc defect report --product LX200 --machine SN-0001 --summary "boom pin seizes in the cold"',
    ),
    Event(
        "answer",
        Text("record what head office or the designers say", "登记总部或设计部门的答复"),
        Text("answered", "答复"),
        "own",
        (Field("text", Prose(), Text("the answer", "答复内容"), required=True),),
        OFFICE,
        'svc defect answer D2611-0001 --text "pin gets a lubrication groove from serial 310 on"',
    ),
    Event(
        "close",
        Text("close a defect: solved, or decided", "缺陷结案"),
        Text("closed", "结案"),
        "own",
        (Field("text", Prose(), Text("how it ended", "处理结果")),),
        OFFICE,
        'svc defect close D2611-0001 --text "new pin in stock"',
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


def fold(entries: Sequence[Entry]) -> Defect | None:
    """The defect told by its entries in order of time; None without a report among them."""
    report = find(entries, "report")
    if report is None:
        return None
    return Defect(report.id, report, tuple(e for e in entries if e.event == "answer"), find(entries, "close"))


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


def facts(defect: Defect) -> Facts:
    """What the rules may ask about a defect. When it was found is not known unless somebody said so."""
    return {
        "defect.found_at": field(defect.report, "found"),
        "defect.reported_at": when(defect.report),
        "defect.answered_at": when(defect.answers[0] if defect.answers else None),
        "defect.closed_at": when(defect.closed),
    }
