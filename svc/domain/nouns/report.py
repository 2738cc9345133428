"""Service reports and satisfaction surveys (1.5, 3.6, 3.7, 4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from svc.domain import correction, needs
from svc.domain.clock.precision import not_after
from svc.domain.correction import Correctable, as_recorded, effective
from svc.domain.entry import Entry
from svc.domain.guards import find, must_follow, once
from svc.domain.kinds import Choice, Code, Count, Field, Flag, OwnChoice, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.needs import Known, Needs
from svc.domain.nouns.call import logged
from svc.domain.row_kinds import NamedValues, RowColumn, Rows
from svc.domain.text import says_something
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.text import Text, example

CAUSE_CLASSES = Choice(
    manufacture="制造",
    assembly="装配",
    material="材料",
    design="设计",
    misuse="使用不当",
    wear="磨损",
    other="其他",
)
DIMENSIONS = Choice(speed="及时", skill="技术", manners="态度", overall="总体")
GRADES = (
    Text("5 very", "5 很满意"),
    Text("4", "4 满意"),
    Text("3 so-so", "3 一般"),
    Text("2", "2 不满意"),
    Text("1 not at all", "1 很不满意"),
)
"""What the grades of a survey are called, the best first."""
QUESTIONS = {
    "speed": Text("Speed: did we come and repair in time?", "及时：到场和修理是否及时"),
    "skill": Text("Skill: was the fault found and repaired?", "技术：判断是否准确、故障是否排除"),
    "manners": Text("Manners: were we polite and patient?", "态度：是否礼貌、耐心"),
    "overall": Text("All in all", "总体：对本次服务的总体评价"),
}
"""What a survey asks, by dimension."""
class Parts(Rows):
    """Parts of a repair; one that stands in the register of parts is taken from there, by its number, name or initials."""

    def row(self, row: Any, name: str, desk: Any) -> dict[str, Any]:
        said = super().row(row, name, desk)
        find = getattr(desk, "part", None)
        found = find(said["part_no"] if said.get("part_no") else said["name"]) if find else None
        return {**said, "name": found[1], "part_no": found[0]} if found else said


PARTS = Parts(RowColumn("name", Code()), RowColumn("qty", Count(1)), RowColumn("part_no", Code(), required=False))

OWN_ITEMS = NamedValues(OwnChoice("report_items"), Prose(), "ITEM=TEXT")

CONTENT = (
    Field("fault", Code(), Text("fault code", "故障代码")),
    Field("cause", Prose(), Text("cause of the fault (4.6)", "故障原因（4.6）")),
    Field("cause_class", CAUSE_CLASSES, Text("class of the cause", "原因类别")),
    Field("solution", Prose(), Text("what was done (4.6)", "解决办法（4.6）")),
    Field("parts", PARTS, Text("replaced parts (4.6)", "更换零件（4.6）"), option="--part"),
    Field("no_parts", Flag(), Text("no part was replaced", "没有更换零件")),
    Field("opinion", Prose(), Text("the customer's opinion (4.6)", "用户意见（4.6）")),
    Field("items", OWN_ITEMS, Text("an item that the department asks for: photo=…", "部门自己加的项目：photo=…"), option="--item"),
)
WRITERS = ("technician", "clerk", "head", "gm")

RECORDED = (
    Event(
        "close",
        Text("hand in the service report of a visit (3.7, 4.6)", "交服务报告（3.7、4.6）"),
        Text("handed in", "交报告"),
        "visit",
        (
            Field("visit", Ref("visit"), Text("the visit", "派工"), required=True),
            Field("machine", Ref("machine"), Text("of several machines on the visit, which one", "一次派工有几台设备时，是哪一台")),
            *CONTENT,
            Field("resolved", Flag(), Text("the fault is gone", "已修好"), off="--unresolved", default=True),
        ),
        WRITERS,
        example(
            'svc report close V2611-0001 --fault hydraulics --cause "{}" --cause-class wear --solution "{}" --part {}:2 --opinion "{}"',
            Text("seal worn", "油封磨损"), Text("seal replaced", "更换油封"), Text("seal", "油封"), Text("content", "满意"),
        ),
    ),
    Event(
        "survey",
        Text(
            "record the customer's satisfaction survey, or that he refused it (3.7)",
            "登记满意度调查，或客户拒填（3.7）",
        ),
        Text("surveyed", "完成调查"),
        "visit",
        (
            Field("visit", Ref("visit"), Text("the visit", "派工"), required=True),
            Field("scores", NamedValues(DIMENSIONS, Count(1, 5), "DIMENSION=1..5"), Text("scores", "评分"), option="--score"),
            Field("refused", Prose(), Text("why the customer filled in none", "客户拒填的原因")),
        ),
        WRITERS,
        "svc report survey V2611-0001 --score speed=5 --score skill=4 --score manners=5 --score overall=5",
        receipt=Text("survey recorded", "已登记满意度"),
        again=True,
    ),
    Event(
        "amend",
        Text("add to a report what was missing; the first version stays", "补充报告内容，原报告保留"),
        Text("amended", "补充"),
        "own",
        CONTENT,
        WRITERS,
        example('svc report amend R2611-0001 --opinion "{}"', Text("very content", "非常满意")),
    ),
    Event(
        "archive",
        Text("file a report with the head (1.5)", "报告交主管存档（1.5）"),
        Text("archived", "存档"),
        "own",
        (),
        ("head", "gm", "clerk"),
        "svc report archive R2611-0001 R2611-0002",
    ),
)
CORRECTABLE = (
    Correctable("close", (*(field.name for field in CONTENT), "resolved"), "closed_at", ("parts", "no_parts")),
    Correctable("survey", ("scores", "refused"), "surveyed_at", ("scores", "refused")),
)
FIXED = {
    "machine": Text("a report belongs to its machine: undo it and close another one", "报告属于它的设备：请撤销后另交报告"),
    "visit": Text(
        "a report belongs to its visit: close another one for the right visit",
        "报告属于它的派工：请为正确的派工另交报告",
    ),
}
EVENTS = (
    *RECORDED,
    correction.event(
        Text(
            "correct what was typed wrong; the first version stays, and 4.6 is judged by it",
            "更正登记错误，原报告保留，4.6 仍按原报告认定",
        ),
        RECORDED,
        CORRECTABLE,
        example('svc report correct R2611-0001 --fault hydraulics --reason "{}"', Text("it was not the engine", "不是发动机的问题")),
    ),
)

FACTS = {
    "report.closed_at": Text("when the report was handed in", "交报告时间"),
    "report.cause": Text("the cause of the fault", "故障原因"),
    "report.solution": Text("the solution", "解决办法"),
    "report.parts": Text("the replaced parts", "更换零件名称"),
    "report.opinion": Text("the customer's opinion", "用户意见"),
}

ITEMS = ("cause", "solution", "parts", "opinion")
"""What 4.6 names."""
OF_NO_REPAIR = ("solution", "opinion")
"""What is asked of a visit on which nothing was broken: what was done, and the customer's opinion."""


def asked(purpose: str | None) -> tuple[str, ...]:
    """What the report of a visit must hold: of a repair all four items of 4.6, else no cause and no parts."""
    return ITEMS if purpose in (None, "repair") else OF_NO_REPAIR


def beside(known: Known, entry: Entry) -> str:
    """What sets a report apart from the others of its visit: another machine than the visit's own (one report a machine).

    The one that is set apart by nothing holds the survey, of which a visit has one.
    """
    machine: str = (entry.get("machine") or "") if entry.event == "close" else ""
    if not machine:
        return ""
    sent = find(effective(known.entries("visit", entry.get("visit"))), "dispatch")
    asked = logged(known, sent.get("call")) if sent and sent.get("call") else None
    own = (sent and sent.get("machine")) or (asked and asked.get("machine"))
    return "" if machine == own else machine


class Report(NamedTuple):
    """A service report as its entries tell it; a survey may come before the report is closed."""

    id: str
    visit: str
    closed: Entry | None
    surveys: tuple[Entry, ...]
    amendments: tuple[Entry, ...]
    archived: Entry | None

    @property
    def returned(self) -> Entry | None:
        """The survey that the customer filled in."""
        return next((e for e in self.surveys if e.get("scores")), None)

    @property
    def refused(self) -> Entry | None:
        """The note that the customer would not fill one in."""
        return next((e for e in self.surveys if not e.get("scores")), None)


def fold(entries: Sequence[Entry]) -> Report | None:
    """The report told by its entries in order of time; None where there is neither report nor survey."""
    entries = effective(entries)
    closed = find(entries, "close")
    surveys = tuple([e for e in entries if e.event == "survey"])
    first = closed or (surveys[0] if surveys else None)
    if first is None:
        return None
    return Report(
        first.id,
        first.get("visit"),
        closed,
        surveys,
        tuple([e for e in entries if e.event == "amend"]),
        find(entries, "archive"),
    )


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second closing or archiving, and what needs a closed report first."""
    if new.event == "close":
        once(before, new, "close")
    if new.event == correction.EVENT:
        correction.check(before, new)
    if new.event in ("amend", "archive"):
        must_follow(before, new, "close")
    if new.event == "archive":
        once(before, new, "archive")
    if new.event == "survey":  # who had refused may fill one in after all, and nothing else
        earlier = next((e for e in before if e.event == "survey" and (e.get("scores") or not new.get("scores"))), None)
        if earlier:
            once((earlier,), new, "survey")
    _same_visit(before, new)


def _same_visit(before: Sequence[Entry], new: Entry) -> None:
    other = next((e.get("visit") for e in before if e.get("visit")), None)
    if new.get("visit") and other and other != new.get("visit"):
        raise Conflict(
            Text(f"{new.id} is the report of visit {other}", f"{new.id} 是派工 {other} 的报告"),
            Text("give this report an id of its own", "请用另一个编号"),
        )


MISSING = {
    "cause": Text("the cause", "故障原因"),
    "solution": Text("the solution", "解决办法"),
    "parts": Text("the replaced parts (or that there were none)", "更换零件（或注明没有更换）"),
    "opinion": Text("the customer's opinion", "用户意见"),
}
"""What 4.6 asks for, as it is said when it is not there."""


def lacking_when_closed(closed: Entry, purpose: str | None, items: Sequence[str] = ITEMS) -> tuple[str, ...]:
    """Which of the items of 4.6 a report lacked as it was handed in, whatever was corrected since."""
    return lacking(as_recorded(closed).fields, purpose, items)


def lacking(fields: Mapping[str, Any], purpose: str | None, items: Sequence[str] = ITEMS) -> tuple[str, ...]:
    """Which of the items asked for are not there; a text without a letter, digit or Han character is none.

    `items` are those that the rules ask for, the department's own too; of a visit for another purpose than repair not all of the four.
    """
    spared = set(ITEMS).difference(asked(purpose))
    return tuple([item for item in items if item not in spared and not _filled(fields, item)])


def _filled(fields: Mapping[str, Any], item: str) -> bool:
    if item == "parts":
        parts = fields.get("parts") or ()
        return bool(fields.get("no_parts")) or (bool(parts) and all(says_something(p.get("name")) for p in parts))
    return says_something(fields.get(item) if item in ITEMS else (fields.get("items") or {}).get(item))


def amended(report: Report, within_seconds: int) -> dict[str, Any]:
    """The closing's fields with what was added or corrected within so many seconds after it (`report_fix_within`)."""
    assert report.closed is not None
    handed_in = as_recorded(report.closed)
    fields = dict(handed_in.fields)
    later = [*report.amendments, *report.closed.history[1:]]
    for entry in sorted(later, key=lambda e: e.at):
        if not_after(entry.at, handed_in.at, within_seconds) is not False:
            items = {**fields.get("items", {}), **entry.fields.get("items", {})}
            fields.update({field.name: entry.fields[field.name] for field in CONTENT if field.name in entry.fields})
            fields.update({"items": items} if items else {})
    return fields


# ---- what is asked before it is recorded --------------------------------------------------------


def contradictions(said: Callable[[str], Any]) -> Iterator[BadInput]:
    """What a report, or a survey, does not say at once: `said` gives what it says of a field."""
    if said("parts") and said("no_parts"):
        yield needs.of_field("no_parts", BadInput(
            Text("parts are listed, and it says that none was replaced", "列了更换的零件，又写没有更换"),
            Text("keep one", "只留一种"),
        ))  # fmt: skip
    if said("scores") and said("refused"):
        yield needs.of_field("refused", BadInput(
            Text("scores, and a reason why there are none", "既有评分，又有拒填原因"), Text("keep one", "只留一种")
        ))  # fmt: skip


def _no_contradiction(known: Known, new: Entry) -> None:
    """A report lists parts or says that there were none; a survey has scores or the reason why there are none."""
    for error in contradictions(new.get):
        raise error


def _scores_or_refusal(known: Known, new: Entry) -> None:
    """A survey has one of them."""
    if not new.get("scores") and not new.get("refused"):
        scores, refused = needs.called(known, new, "scores", "refused")
        raise BadInput(
            Text(f"missing: {scores}, or {refused} with the reason", f"缺少：{scores}，或用 {refused} 写明拒填原因"),
            needs.example(known, new),
        )


def _something_added(known: Known, new: Entry) -> None:
    """An amendment adds something."""
    if not any(new.get(field.name) for field in CONTENT):
        names = ", ".join(map(known.called, CONTENT))
        raise BadInput(
            Text("nothing to add was given", "没有写要补充什么"), Text(f"any of: {names}", f"可补充：{names}")
        )


NEEDS: Needs = {
    "close": (_no_contradiction,),
    "amend": (_something_added, _no_contradiction),
    "survey": (_no_contradiction, _scores_or_refusal),
    correction.EVENT: (_no_contradiction,),
}
