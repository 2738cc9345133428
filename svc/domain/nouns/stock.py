"""Parts in stock: received, given to whoever goes out, brought back, counted (3.3).

What a repair used is no entry here: its report says it, by the part's number. So the warehouse is what these entries tell, a
technician's van what he was given less what his reports used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from svc.domain.clock.base import minute
from svc.domain.entry import Entry
from svc.domain.kinds import Count, Field, Money, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.needs import Known, Needs
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, for_example

PART = Field("part", Ref("part"), Text("number of the part (or its name, pinyin)", "件号（或名称、拼音）"), required=True)
QTY = Field("qty", Count(1), Text("how many", "数量"), required=True)
VISIT = Field("visit", Ref("visit"), Text("for, or from, which visit", "用于或来自哪次派工"))
KEEPERS = ("warehouse", "clerk", "head", "gm")

EVENTS = (
    Event(
        "receive",
        Text("parts come into the warehouse", "配件入库"),
        Text("received", "入库"),
        "new",
        (
            PART,
            QTY,
            Field("price", Money(), Text("what one cost, yuan", "进价（元）")),
            Field("supplier", Ref("supplier"), Text("from whom", "供应商")),
        ),
        (*KEEPERS, "purchasing"),
        "svc stock receive HP-100 --qty 10 --price 80.50",
    ),
    Event(
        "issue",
        Text("parts go from the warehouse into a technician's van", "配件出库，交给服务人员"),
        Text("issued", "出库"),
        "new",
        (PART, QTY, VISIT, Field("staff", Ref("staff"), Text("to whom, where for no visit in particular", "交给谁（不针对某次派工时）"), option="--to")),
        KEEPERS,
        "svc stock issue HP-100 --qty 2 --visit V2611-0001",
    ),
    Event(
        "back",
        Text("parts come back from a van into the warehouse", "配件退回仓库"),
        Text("brought back", "退库"),
        "new",
        (PART, QTY, VISIT, Field("staff", Ref("staff"), Text("from whom", "谁退回"), option="--from")),
        KEEPERS,
        "svc stock back HP-100 --qty 1 --from S02",
    ),
    Event(
        "count",
        Text("what is there when somebody counts: the warehouse, or a van", "盘点：仓库或某人车上的数量"),
        Text("counted", "盘点"),
        "new",
        (
            PART,
            Field("qty", Count(), Text("how many there are", "实有数量"), required=True),
            Field("staff", Ref("staff"), Text("whose van (default: the warehouse)", "谁的车上（默认仓库）"), option="--van"),
            Field("reason", Prose(), Text("why it differs", "差异原因")),
        ),
        KEEPERS,
        "svc stock count HP-100 --qty 7",
    ),
)

FACTS: Mapping[str, Text] = {}
WAREHOUSE = ""
"""The place that is no van."""


class Move(NamedTuple):
    """One movement."""

    id: str
    entry: Entry


def fold(entries: Sequence[Entry]) -> Move | None:
    """The movement that its one entry tells."""
    return Move(entries[0].id, entries[0]) if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Each is an id of its own."""


def facts(one: Move) -> Mapping[str, object]:
    """Rules ask nothing about it."""
    return {}


class Used(NamedTuple):
    """Parts that a report says were fitted: when, and by whom."""

    at: datetime
    recorded_at: datetime
    staff: str
    part: str
    qty: int


Levels = dict[str, dict[str, int]]


def levels(moves: Iterable[Entry], used: Iterable[Used], visits: Mapping[str, str]) -> Levels:
    """By part how many are in the warehouse ("") and with whom; `visits` says who was sent on each.

    Less than nothing in a van: more was used than anybody gave out.
    """
    told: list[tuple[int, datetime, Entry | Used]] = [(minute(e.at), e.recorded_at, e) for e in moves]
    told += [(minute(one.at), one.recorded_at, one) for one in used]
    found: Levels = {}
    for *_, entry in sorted(told, key=lambda t: t[:2]):
        if isinstance(entry, Used):
            at = found.setdefault(entry.part, {})
            at[entry.staff] = at.get(entry.staff, 0) - entry.qty
            continue
        at, qty = found.setdefault(entry.get("part"), {}), entry.get("qty")
        van = entry.get("staff") or visits.get(entry.get("visit") or "", "")
        if entry.event == "count":
            at[van] = qty
        elif entry.event == "receive":
            at[WAREHOUSE] = at.get(WAREHOUSE, 0) + qty
        elif van:
            out = qty if entry.event == "issue" else -qty
            at[WAREHOUSE] = at.get(WAREHOUSE, 0) - out
            at[van] = at.get(van, 0) + out
    return found


def used_by(reports: Iterable[tuple[datetime, datetime, str, Sequence[Mapping[str, Any]]]], known: Mapping[str, Any]) -> list[Used]:
    """What reports (when they were closed and recorded, who was sent, with which parts) say was fitted of parts that are registered."""
    return [
        Used(at, recorded_at, staff, number.upper(), row["qty"])
        for at, recorded_at, staff, parts in reports
        for row in parts
        if (number := row.get("part_no")) and number.upper() in known
    ]


def _whose(known: Known, new: Entry) -> None:
    """Parts go to somebody, or come from somebody: on a visit, or by name."""
    if bool(new.get("visit")) == bool(new.get("staff")):
        names = ", ".join(known.called(f) for e in EVENTS if e.name == new.event for f in e.fields if f.name in ("visit", "staff"))
        raise BadInput(
            Text(f"one of {names} is needed, and only one", f"{names} 必须写一个，且只能写一个"),
            for_example(EVENTS[1].example),
        )


NEEDS: Needs = {"issue": (_whose,), "back": (_whose,)}
