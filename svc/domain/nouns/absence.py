"""Who is away and when: leave, illness, courses. What is planned and who is sent looks at it (1.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from svc.domain.clock.base import echo, minute
from svc.domain.entry import Entry
from svc.domain.guards import must_follow, once
from svc.domain.kinds import Field, Moment, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.needs import Known, Needs, called
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, example

PLANNERS = ("head", "gm", "clerk")
"""Who plans, and so records who is away and may read why."""

EVENTS = (
    Event(
        "away",
        Text("record that somebody is away from one time to another", "登记请假、外出（自何时至何时）"),
        Text("away", "请假外出"),
        "new",
        (
            Field("staff", Ref("staff"), Text("who is away", "谁"), required=True),
            Field("since", Moment(), Text("from when", "开始时间"), required=True, option="--from"),
            Field("until", Moment(), Text("until when", "结束时间"), required=True, option="--to"),
            Field("reason", Prose(), Text("why", "原因")),
        ),
        PLANNERS,
        example('svc absence away --staff S02 --from 2026-12-01T08:00 --to 2026-12-03T18:00 --reason "{}"', Text("annual leave", "年假")),
        receipt=Text("absence recorded", "已登记请假外出"),
    ),
    Event(
        "back",
        Text("he is back earlier, or was never away", "提前回来，或并未请假"),
        Text("back", "销假"),
        "own",
        (),
        PLANNERS,
        "svc absence back J2612-0001",
    ),
)

FACTS: Mapping[str, Text] = {}


class Absence(NamedTuple):
    """A stretch of time in which somebody is away; `until` is not after he was back."""

    id: str
    entry: Entry
    staff: str
    since: datetime
    until: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether he is away at a moment: from the first minute on, not in the last."""
        return minute(self.since) <= minute(moment) < minute(self.until)


def fold(entries: Sequence[Entry]) -> Absence | None:
    """The absence told by its entries in order of time."""
    away = next((e for e in entries if e.event == "away"), None)
    if away is None:
        return None
    back = [e.at for e in entries if e.event == "back"]
    return Absence(away.id, away, away.get("staff"), away.get("since"), min([away.get("until"), *back]))


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (Conflict) a second end, and the end of nothing."""
    if new.event == "away":
        return once(before, new, "away")
    must_follow(before, new, "away")
    once(before, new, "back")


def facts(one: Absence) -> Mapping[str, object]:
    """Rules ask nothing about it."""
    return {}


def _some_time(known: Known, new: Entry) -> None:
    """Nobody is back before he left."""
    since, until = new.get("since"), new.get("until")
    if minute(until) <= minute(since):
        first, last = called(known, new, "since", "until")
        start, end = echo(since, known.zone), echo(until, known.zone)
        raise BadInput(
            Text(f"{last} {end.en} is not after {first} {start.en}", f"{last} {end.zh} 不晚于 {first} {start.zh}"),
            Text("a day alone is the whole day", "只写日期表示整天"),
        )


NEEDS: Needs = {"away": (_some_time,)}
