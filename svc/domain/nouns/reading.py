"""Readings of a machine's hour meter: what upkeep and a warranty by hours go by (2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo

from svc.domain.clock.base import minute
from svc.domain.entry import Entry
from svc.domain.kinds import Count, Field, Flag, Ref
from svc.domain.ledgers import Event
from svc.domain.needs import Known, Needs
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.text import Text

EVENTS = (
    Event(
        "read",
        Text("record what a machine's hour meter says", "登记设备工时表读数"),
        Text("read", "抄表"),
        "new",
        (
            Field("machine", Ref("machine"), Text("serial number of the machine", "设备序列号"), required=True),
            Field("hours", Count(), Text("hours that it has run", "累计工时（小时）"), required=True),
            Field("replaced", Flag(), Text("the meter was replaced: it begins anew", "换过表，从头计数")),
        ),
        (),
        "svc machine reading SN-0001 --hours 1234",
        receipt=Text("hours read", "已抄表"),
    ),
)

FACTS: Mapping[str, Text] = {}


class Reading(NamedTuple):
    """One reading."""

    id: str
    entry: Entry


def fold(entries: Sequence[Entry]) -> Reading | None:
    """The reading that its one entry tells."""
    return Reading(entries[0].id, entries[0]) if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Each is an id of its own."""


def facts(one: Reading) -> Mapping[str, object]:
    """Rules ask for what follows from readings, not for one."""
    return {}


class Meter(NamedTuple):
    """How many hours a machine has run, at the moments at which somebody read it; replaced meters are added up."""

    moments: tuple[tuple[datetime, int], ...]

    @property
    def last(self) -> tuple[datetime, int] | None:
        """The latest reading."""
        return self.moments[-1] if self.moments else None

    def at(self, moment: datetime) -> int | None:
        """What was last read by then."""
        return next((hours for when, hours in reversed(self.moments) if minute(when) <= minute(moment)), None)

    def reached(self, hours: int) -> datetime | None:
        """When a reading first showed so many hours."""
        return next((when for when, shown in self.moments if shown >= hours), None)

    def a_day(self) -> float | None:
        """Hours run a day between the first and the last reading; None where they are not a day apart."""
        if len(self.moments) < 2:
            return None
        (first, low), (last, high) = self.moments[0], self.moments[-1]
        days = (last - first).total_seconds() / 86_400
        return (high - low) / days if days >= 1 and high > low else None


NO_METER = Meter(())
"""That of a machine whose meter nobody read."""


def meter(entries: Sequence[Entry], zone: tzinfo) -> Meter:
    """The meter told by the readings of one machine (and services that say the hours), in order of what happened.

    Its days are those of the desk's `zone`.
    """
    run = before = 0
    moments = []
    for entry in sorted(entries, key=lambda e: (minute(e.at), e.recorded_at)):
        hours = entry.get("hours")
        if hours is None:
            continue
        run += hours if entry.get("replaced") else max(hours - before, 0)
        before = hours
        moments.append((entry.at.astimezone(zone), run))
    return Meter(tuple(moments))


def covered(machine: Mapping[str, str], run: Meter, day: date) -> bool | None:
    """Whether a machine is in warranty on a day: its last day and its last hour included, whichever comes first (2.1).

    None where neither end is known, or only hours are promised and nobody ever read the meter.
    """
    until, most = machine.get("warranty_until"), machine.get("warranty_hours")
    over = next((when.date() for when, hours in run.moments if most and hours > int(most)), None)
    if (until and day > date.fromisoformat(until)) or (over and day >= over):
        return False
    return True if until or (most and run.moments) else None


def _forwards(known: Known, new: Entry) -> None:
    """A meter does not run backwards, unless it was replaced."""
    ids = [id for id in known.children(new.ledger, new.get("machine")) if id != new.id]
    others = sorted((entry for id in ids for entry in known.entries(new.ledger, id)), key=lambda e: e.at)
    earlier = next((e for e in reversed(others) if minute(e.at) <= minute(new.at)), None)
    later = next((e for e in others if minute(e.at) > minute(new.at)), None)
    wrong = (
        earlier if earlier and earlier.get("hours") > new.get("hours") and not new.get("replaced")
        else later if later and later.get("hours") < new.get("hours") and not later.get("replaced") else None
    )  # fmt: skip
    if wrong:
        raise Conflict(
            Text(
                f"{new.get('machine')} had {wrong.get('hours')} h on {wrong.at:%Y-%m-%d} ({wrong.id}): {new.get('hours')} h do not fit",
                f"{new.get('machine')} 在 {wrong.at:%Y-%m-%d} 的读数为 {wrong.get('hours')} 小时（{wrong.id}），与 {new.get('hours')} 小时不符",
            ),
            Text("correct the hours or the time; where the meter was replaced: --replaced", "请改正读数或时间；换过表请加 --replaced"),
        )


NEEDS: Needs = {"read": (_forwards,)}
