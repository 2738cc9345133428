"""The promised times of a visit: which one is in force, which came too late to replace it, and why (3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from svc.domain.clock.precision import UNDECIDED, before, not_after
from svc.domain.entry import Entry, after
from svc.named import NamedTuple
from svc.text import Text


class Promise(NamedTuple):
    """A promised time and the entry that made it."""

    at: datetime
    entry: Entry


def promises(dispatch: Entry, repromises: Sequence[Entry]) -> tuple[list[Promise], list[Entry], bool]:
    """A promise made before the one in force came due replaces it; one made later undoes nothing (3.4).

    And whether days without an hour leave it open which one is in force.
    """
    in_force, late, doubtful = [Promise(dispatch.get("promised"), dispatch)], [], False
    for entry in repromises:
        in_time = before(entry.at, in_force[-1].at)
        doubtful = doubtful or in_time is None
        if in_time is False:
            late.append(entry)
        else:
            in_force.append(Promise(entry.get("promised"), entry))
    return in_force, late, doubtful


def expected(in_force: Promise, late: Sequence[Entry]) -> datetime:
    """When somebody is expected by now: the last promise, even where it came too late to replace the one that is judged."""
    last = late[-1] if late else None
    moment: datetime = last.get("promised") if last and not after(in_force.entry, last) else in_force.at
    return moment


def came_due(deadline: datetime, cancelled: datetime | None) -> bool:
    """Whether a promise came to count: the visit was not cancelled before it came due."""
    return cancelled is None or not before(cancelled, deadline)


def outcome(deadline: datetime, arrived: datetime | None, cancelled: datetime | None, doubtful: bool, now: datetime) -> str:
    """on_time, late, missed, pending or facts_missing, for a visit that is due; exactly on the promise is on time.

    Where a day without an hour leaves it open it is neither on time nor late, and missed only when the day is over. `doubtful`:
    which promise is in force is not known.
    """
    if doubtful or (cancelled and before(cancelled, deadline) is None):
        return UNDECIDED
    if arrived is not None:
        return {True: "on_time", False: "late", None: UNDECIDED}[not_after(arrived, deadline)]
    return "missed" if before(deadline, now) else "pending"


def past_customers_time(due: datetime | None, made: Sequence[Promise]) -> bool:
    """Whether the promise in force lies after the time that the customer gave with his call, and he never agreed to one after it.

    He agrees where it was said on dispatching (`agreed`), or where he asked for a new time himself.
    """
    if due is None or not before(due, made[-1].at):
        return False
    return not any(_his_word(one.entry) and before(due, one.at) for one in made)


def _his_word(entry: Entry) -> bool:
    return bool(entry.get("agreed")) or entry.get("asked_by") == "customer"


def why(promise: Promise, replaced: Sequence[Entry], late: Sequence[Entry]) -> Text | None:
    """Which promise counts and why, where there was more than one (3.4)."""
    said = []
    if replaced:
        customer = promise.entry.get("asked_by") == "customer"
        who = Text("the customer", "客户") if customer else Text("us", "我方")
        said.append(
            Text(
                f"asked for by {who.en} before the promise until then came due, so it replaces it",
                f"{who.zh}在原约定到期前提出改约，以改后的为准",
            )
        )
    if late:
        said.append(
            Text(
                "a new promise was made when it had come due already, which does not undo that",
                "到期以后才改约，不改变已经到期的约定",
            )
        )
    return Text("; ".join(t.en for t in said), "；".join(t.zh for t in said)) if said else None
