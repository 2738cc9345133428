"""What rules may ask beside the facts of a case: surveys, the customer as he was on the day, a person's whole month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from svc.audit.world import World, as_on, grouped, once
from svc.domain.briefs.call import Brief as Call
from svc.domain.briefs.report import Brief as Report
from svc.domain.briefs.visit import Brief as Visit
from svc.domain.facts import UNKNOWN, Fact, Facts, Reads
from svc.domain.job import Job
from svc.rules.filters import Filters
from svc.rules.judge import Finding, Subject
from svc.rules.steps import stands
from svc.rules.vocabulary import OF_CUSTOMER, OF_PERSON_MONTH

B = TypeVar("B", Call, Visit, Report, Job)
Looking = tuple[str, ...] | None

DIMENSIONS = ("speed", "skill", "manners", "overall")


def _score(name: str) -> Callable[[Report], Any]:
    return lambda one: (one.scores or {}).get(name)


_TOLD: Reads = {
    "survey.given_at": attrgetter("returned_at"),
    **{f"survey.{name}": _score(name) for name in DIMENSIONS},
}


@once
def filters(world: World) -> list[Filters]:
    """Those of the rules that the world is judged by, and of all others by which one of its days may be: of today's file, of sealed months."""
    versions = world.versions
    others = (versions.current, *(versions.others() if versions.others else ())) if versions else ()
    files = [world.rules, *(rules for rules in others if rules is not world.rules)]
    return [Filters(rules, world.now, world.zone) for rules in files]


def not_met_at_sight(world: World, noun: str, told: Iterable[B], reads: Reads) -> Iterator[tuple[B, Looking]]:
    """Of cases in brief those that do not meet a rule at first sight, and which rules those are; None: nobody can say at sight."""
    kept, read = ([each for one in filters(world) for each in one.at_sight(noun, reads, idle)] for idle in (True, False))
    for one in told:
        if one.evidence is not None and getattr(one, "retold", False):
            yield one, None
        elif unmet := tuple([rule for rule, met in (read if one.evidence else kept) if not met(one)]):
            yield one, unmet


def surveys(world: World) -> Iterator[Subject]:
    """The surveys that customers filled in, each against whoever led the visit when it was made; a refused one is none."""
    given = (one for one in world.told_reports.values() if one.returned_at)
    for one, looking in not_met_at_sight(world, "survey", given, _TOLD):
        sent = world.told_visits.get(one.visit)
        if sent is None:
            continue
        scores, source = one.scores or {}, one.evidence.returned if one.evidence else None
        facts = {f"survey.{name}": Fact(scores.get(name), source) for name in DIMENSIONS}
        yield Subject("survey", one.id, sent.there, {"survey.given_at": Fact(one.returned_at, source), **facts}, looking=looking)


# ---- the customer --------------------------------------------------------------------------------------


def with_customer(world: World, subject: Subject, moment: datetime | None) -> Subject:
    """The subject with what conditions ask of its customer, as he was on the day of a moment."""
    if moment is None or subject.noun == "person_month":
        return subject
    return subject._replace(facts={**_customer(world, _of(world, subject), world.day(moment)), **subject.facts})


def _of(world: World, subject: Subject) -> str | None:
    """The customer of a subject, None where nobody knows."""
    if subject.noun == "call":
        call = world.told_calls.get(subject.id)
        return call.customer if call else None
    visit = subject.visit or (subject.id if subject.noun in ("visit", "job") else None)
    if subject.noun in ("report", "survey") and subject.id in world.told_reports:
        visit = world.told_reports[subject.id].visit
    if subject.noun == "customer":
        return subject.id.partition("/")[0]
    sent = world.told_visits.get(visit or "")
    if sent is not None:
        return sent.customer or sent.caller
    said = world.complaints.get(subject.id) if subject.noun == "complaint" else None
    return said.log.get("from") if said else None


def _customer(world: World, id: str | None, day: date) -> Facts:
    customers = as_on(world.registers.customers, day)
    row = customers.get(id) if id else None
    if row is None:
        return dict.fromkeys(OF_CUSTOMER, UNKNOWN)
    key = bool(row.get("key_every_days"))
    return {
        "customer.key": Fact(key),
        "customer.region": Fact(row.get("region") or None),
        "customer.distance_km": Fact(row.get("distance_km") or None),
    }


# ---- a person's month ----------------------------------------------------------------------------------


def person_months(world: World, found: Sequence[Finding]) -> Iterator[Subject]:
    """Every person's last ended month: visits left in it, and how many of each rule stand against him."""
    if not world.months:
        return
    month = world.months[-1]
    ended = month.ended - timedelta(seconds=1)
    first = world.day(ended).replace(day=1).isoformat()
    rows = world.registers.staff.items()
    people = {id for id, row in rows if not row.get("left") or str(row["left"]) >= first}
    visits = _by_person(world)
    people |= {one.there for one in world.told_visits.values() if one.left_at and f"{world.day(one.left_at):%Y-%m}" == month.month}
    dated = [one for one in found if _month(world, one) == month.month]
    for who in sorted(people):
        facts: dict[str, Fact] = {"person_month.ended_at": Fact(ended), "person_month.visits": Fact(_visits(world, visits.get(who, ()), month.month))}
        for id in world.rules.rules:
            facts[OF_PERSON_MONTH + id] = Fact(_standing([one for one in dated if one.staff == who and one.rule.id == id]))
        yield Subject("person_month", f"{who}-{month.month}", who, facts)


def _month(world: World, one: Finding) -> str | None:
    """The month that a finding is dated in; of one whose facts are missing, that of what is known."""
    moment = one.offence_at
    if moment is None:
        times = [fact.value for fact in one.subject.facts.values() if isinstance(fact.value, datetime)]
        moment = max(times, default=None)
    return f"{world.day(moment):%Y-%m}" if moment else None


def _standing(found: Sequence[Finding]) -> int | None:
    """How many stand; None while one is open or its facts are missing."""
    if any(one.status in ("awaiting_ruling", "facts_missing") for one in found):
        return None
    return sum(stands(one) for one in found)


def _by_person(world: World) -> dict[str, list[Visit]]:
    """The visits by whose work they are."""
    return grouped((one.there, one) for one in world.told_visits.values())


def _visits(world: World, own: Iterable[Visit], month: str) -> int | None:
    """How many of somebody's visits were left in a month; None while one promised in it is neither left nor cancelled."""
    own = list(own)
    if any(one.left_at is None and one.cancelled_at is None and f"{world.day(one.promised_at):%Y-%m}" == month for one in own):
        return None
    return sum(one.left_at is not None and f"{world.day(one.left_at):%Y-%m}" == month for one in own)
