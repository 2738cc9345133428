"""Quotes in a month, and the repairs that they are for: who pays, was it asked before (2.1, 2.2, 3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from svc.audit.books import Case, backlog
from svc.audit.circumstances import not_met_at_sight
from svc.audit.world import Span, World, grouped
from svc.domain.briefs.visit import Brief as Visit
from svc.domain.clock.precision import not_after
from svc.domain.entry import Entry
from svc.domain.job import TOLD, Job, facts
from svc.domain.nouns.quote import Quote, settled
from svc.named import NamedTuple
from svc.rules.judge import Subject

JUDGED = "job"
"""The noun under which rules look at them."""


def figures(world: World, span: Span) -> dict[str, Any]:
    """Quotes made, settled and waiting; what was quoted, accepted and declined in the month; work begun without.

    A quote is settled by the customer's answer, by a newer quote for the same call or visit, and from
    the start where the work is free.
    """
    quotes = list(world.of("quote").values())
    made = [q for q in quotes if span.holds(q.made.at)]
    answered = [q for q in quotes if q.answer and span.holds(q.answer.at) and q.charge != "free"]
    bare = [id for id, job in world.once(jobs).items() if span.holds(job.started_at) and unquoted(job)]
    return {
        **backlog((Case(q.made.at, settled(q, world.newer_quotes)) for q in quotes), span, world.now, has_limit=False),
        "free": sum(q.charge == "free" for q in made),
        "chargeable": sum(q.charge == "chargeable" for q in made),
        "undecided": sum(q.charge == "unknown" for q in made),
        "quoted": _sum(q for q in made if q.charge == "chargeable"),
        "accepted": _sum(q for q in answered if q.accepted),
        "declined": _sum(q for q in answered if not q.accepted),
        "unquoted": len(bare),
        "unquoted_visits": bare,
    }


def _sum(quotes: Iterable[Quote]) -> str:
    return f"{sum((q.total for q in quotes if q.total is not None), Decimal(0)):.2f}"


# ---- repairs ---------------------------------------------------------------------------------------


def unquoted(job: Job) -> bool:
    """Whether work out of warranty was begun before the customer had accepted a price (2.2)."""
    return job.in_warranty is False and (job.accepted is None or not_after(job.accepted.at, job.started_at) is False)


def jobs(world: World) -> dict[str, Job]:
    """Every repair that was begun, by its visit."""
    return dict(_begun(world))


def _begun(world: World) -> Iterator[tuple[str, Job]]:
    quotes: dict[str, list[Quote]] = {}
    for one in sorted(world.of("quote").values(), key=lambda q: (q.made.at, q.id)):
        quotes.setdefault(one.made.get("visit") or one.made.get("call") or "", []).append(one)
    calls = {one.id: one.call for one in world.told_visits.values() if one.call}
    of_call = grouped((calls.get(id), one) for id, of in quotes.items() if id in calls for one in of)
    opened = [(one, _opening(one)) for one in world.of("claim").values()]
    claims = Claims(
        {entry.get("report"): entry for _, entry in reversed(opened)},
        grouped((entry.get("machine"), (one, entry)) for one, entry in opened),
    )
    for sent in world.told_visits.values():
        if sent.purpose == "repair" and sent.arrived_at:
            own = (*quotes.get(sent.id, ()), *quotes.get(sent.call or "", ()))
            yield sent.id, _job(world, sent, sent.arrived_at, own, tuple(of_call.get(sent.call, ())), claims)


def _job(
    world: World, sent: Visit, started: datetime, quotes: tuple[Quote, ...], of_call: tuple[Quote, ...], claims: Claims
) -> Job:
    machine = world.registers.on(world.day(sent.asked_at)).machines.get(sent.machine or "")
    return Job(
        sent.id,
        started,
        world.in_warranty(sent.id),
        bool(machine.get("supplier")) if machine else None,
        sent.cause_class,
        quotes,
        _claim(claims, sent.machine, sent.report_id, sent.asked_at),
        of_call,
        sent.evidence,
    )


def _opening(claim: Any) -> Entry:
    return next(part for part in claim if isinstance(part, Entry))


class Claims(NamedTuple):
    """The claims on suppliers: the opening of the first one for each report, all for each machine."""

    of_report: Mapping[str | None, Entry]
    of_machine: Mapping[str | None, list[tuple[Any, Entry]]]


def _claim(claims: Claims, machine: str | None, report: str | None, since: datetime) -> Entry | None:
    """The claim that names the report, else one for the machine that was not settled before the trouble came up."""
    if report and report in claims.of_report:
        return claims.of_report[report]
    for claim, opened in claims.of_machine.get(machine, ()) if machine else ():
        end = getattr(claim, "closed", None)
        if end is None or end.at >= since:
            return opened
    return None


def subjects(world: World) -> Iterator[Subject]:
    """The repairs, for the rules of 2.1, 2.2 and 3.8."""
    for job, looking in not_met_at_sight(world, "job", world.once(jobs).values(), TOLD):
        sent = world.told_visits[job.id]
        yield Subject("job", job.id, sent.staff, facts(job), leads=sent.leads, looking=looking)
