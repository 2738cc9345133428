"""A service report in brief, with its survey (1.5, 3.1, 3.6, 3.7, 4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from svc.domain import briefs
from svc.domain.briefs.visit import Brief as Visit
from svc.domain.cases import Context, Item
from svc.domain.correction import as_recorded
from svc.domain.facts import UNKNOWN, Fact, Facts, Reads
from svc.domain.nouns.report import CONTENT, ITEMS, Report, amended, lacking, lacking_when_closed
from svc.domain.standing import Linked
from svc.domain.text import says_something
from svc.named import NamedTuple
from svc.text import Text


class Brief(NamedTuple):
    """A report in brief. `purpose` is that of its visit; `machine` the one that it names (`own`), else that of its visit.

    `lacks` are the items that it lacked as it was handed in (4.6); `scores` what the customer filled in at `returned_at`.
    """

    id: str
    visit: str
    opened: datetime
    purpose: str | None
    machine: str | None
    own: bool
    closed_at: datetime | None
    closed_by: str | None
    recorded_at: datetime | None
    resolved: bool | None
    fault: str | None
    cause: str | None
    cause_class: str | None
    solution: str | None
    parts: tuple[Mapping[str, Any], ...] | None
    no_parts: bool | None
    opinion: str | None
    items: Mapping[str, str] | None
    lacks: tuple[str, ...]
    returned_at: datetime | None
    scores: Mapping[str, int] | None
    archived: bool
    late: tuple[datetime, ...]
    ahead: tuple[datetime, ...]
    corrected: bool = False
    amended: bool = False
    evidence: Report | None = None

    @property
    def retold(self) -> bool:
        """Whether it was put right or added to: how it was handed in, its entries say."""
        return self.corrected or self.amended

    @property
    def said(self) -> Mapping[str, Any]:
        """What it says, by the names of its fields."""
        return {name: value for name in _CONTENT if (value := getattr(self, name)) is not None}


_CONTENT = tuple(field.name for field in CONTENT)


def brief(one: Report, linked: Linked) -> Brief:
    """A report in brief, with what is said of its visit."""
    told, closed, returned = linked.selection["report"].get(one.id, ()), one.closed, one.returned
    sent = linked.read("visit").get(one.visit)
    purpose = sent.purpose if sent else None
    said = closed.fields if closed else {}
    return Brief(
        one.id,
        one.visit,
        told[0].at if told else one.surveys[0].at if closed is None else closed.at,
        purpose,
        (closed.get("machine") if closed else None) or linked.machine_of(one.visit),
        bool(closed and closed.get("machine")),
        closed.at if closed else None,
        closed.by if closed else None,
        closed.recorded_at if closed else None,
        closed.get("resolved") if closed else None,
        said.get("fault"),
        said.get("cause"),
        said.get("cause_class"),
        said.get("solution"),
        said.get("parts"),
        said.get("no_parts"),
        said.get("opinion"),
        said.get("items"),
        lacking_when_closed(closed, purpose) if closed else (),
        returned.at if returned else None,
        returned.get("scores") if returned else None,
        one.archived is not None,
        briefs.late(told),
        briefs.ahead(told),
        briefs.corrected(told),
        bool(one.amendments),
        one,
    )


def pending(reports: Iterable[Brief], context: Context) -> Iterator[Item]:
    """What was reported as not repaired: somebody has to go there again (1.9, 3.6)."""
    for one in reports:
        visit = context.in_brief("visit").get(one.visit)
        if one.closed_at and one.resolved is False and visit and visit.left_at and not _followed(visit, context):
            where = f"--call {visit.call}" if visit.call else f"--customer {visit.customer}" + (
                f" --machine {visit.machine}" if visit.machine else ""
            )
            said = " ".join(filter(None, (visit.machine, one.fault)))
            what = Text(f"not repaired, nobody sent again: {said}", f"没有修好，尚未再派人：{said}")
            command = f"svc visit dispatch {where} --staff … --promised …"
            yield Item("unresolved", one.id, None, one.closed_at, None, what, command, about=visit.call or visit.id)


def may_wait(one: Brief, context: Context) -> Iterator[str]:
    """What was not repaired; where no call asked, whoever went there since: his visit is not linked with it."""
    visit = context.in_brief("visit").get(one.visit)
    unresolved = one.closed_at and one.resolved is False
    if unresolved and visit and visit.left_at and not (visit.call and _followed(visit, context)):
        yield "unresolved"


def _followed(visit: Visit, context: Context) -> bool:
    """Whether somebody is sent, or was there, after a visit: for the same call, or where no call asked the same machine."""
    others: Iterable[Visit] = context.visits_for(visit.call)
    if not visit.call:
        same, all_ = visit.machine or visit.customer, context.in_brief("visit").values()
        others = [one for one in all_ if one.dispatched_at >= visit.dispatched_at and same in (one.machine, one.customer)]
    left = visit.left_at
    return any(one.id != visit.id and one.cancelled_at is None and (not one.left_at or (left and one.left_at > left)) for one in others)


def facts(one: Brief, fix_within: int | None = None, items: Iterable[str] = ()) -> Facts:
    """What the rules may ask about a closed report, judged as it was handed in (4.6).

    `items` are those that the department asks for beside the four. Amendments and corrections count only where
    the department set `report_fix_within` (seconds).
    """
    if one.closed_at is None:
        return {"report.closed_at": UNKNOWN}
    report, closed, fields = one.evidence, one.evidence.closed if one.evidence else None, one.said
    if report and closed:
        fields = as_recorded(closed).fields if fix_within is None else amended(report, fix_within)
    missing = lacking(fields, one.purpose)
    filled = {"report.closed_at": Fact(one.closed_at, closed)}
    filled |= {f"report.{item}": Fact(None if item in missing else _shown(fields, item), closed) for item in ITEMS}
    own = {item: text for item, text in (fields.get("items") or {}).items() if says_something(text)}
    return filled | {f"report.{item}": Fact(own.get(item), closed) for item in (*items, *own)}


def _item(item: str) -> Callable[[Brief], Any]:
    read = attrgetter(item)
    return lambda one: None if item in one.lacks else _shown({item: read(one)}, item)


TOLD: Reads = {
    "report.closed_at": attrgetter("closed_at"),
    "report.earlier_at": lambda one: None,
    **{f"report.{item}": _item(item) for item in ITEMS},
}
"""What the brief of a closed report that was never amended tells of each fact that rules may ask; of one that repeats none."""


def _shown(fields: Mapping[str, Any], item: str) -> Any:
    if item != "parts":
        return fields.get(item) or "-"
    return ", ".join(part["name"] for part in fields.get("parts") or ()) or "-"
