"""Repairs that were begun, with what is known about who has to pay for them: what the rules of 2.1, 2.2 and 3.8 judge."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from svc.domain.briefs.visit import Evidence
from svc.domain.entry import Entry
from svc.domain.facts import UNKNOWN, Fact, Facts, Reads, Told
from svc.domain.nouns.quote import Quote, of_quality
from svc.named import NamedTuple


class Job(NamedTuple):
    """A repair that was begun, by its visit, with what is known about who has to pay for it.

    `cause_class` is that of the report; `evidence` its visit, with what was asked for and the report, where they were read.
    """

    id: str
    started_at: datetime
    in_warranty: bool | None
    bought_in: bool | None
    cause_class: str | None
    quotes: tuple[Quote, ...]
    claim: Entry | None
    of_call: tuple[Quote, ...] = ()
    evidence: Evidence | None = None

    @property
    def accepted(self) -> Entry | None:
        """The first acceptance of a price: one for the call covers its later visits."""
        quotes = (*self.quotes, *self.of_call)
        said = [q.accepted for q in quotes if q.accepted and q.charge != "free"] if quotes else ()
        return min(said, key=lambda e: e.at, default=None) if said else None

    def quality_cause(self) -> Fact:
        """Of the report; before there is one, of the last quote."""
        if self.cause_class:
            return Fact(of_quality(self.cause_class), self.evidence.closed if self.evidence else None)
        quoted = [q.made for q in self.quotes if q.made.get("cause_class")]
        return Fact(of_quality(quoted[-1].get("cause_class")), quoted[-1]) if quoted else UNKNOWN

    def charged(self) -> Fact:
        """The sum of what the customer accepted to pay, "0" where that is nothing."""
        accepted = [q for q in self.quotes if q.accepted]
        if not accepted:
            return Fact("0")
        sums = [q.to_pay() for q in accepted]
        if any(amount is None for amount in sums):
            return Fact(None, accepted[-1].accepted)
        total = sum((amount for amount in sums if amount), Decimal(0))
        return Fact(f"{total:.2f}" if total else "0", accepted[-1].accepted)


TOLD: Reads = {
    "job.in_warranty": attrgetter("in_warranty"),
    "job.quality_cause": lambda job: job.quality_cause().value,
    "job.charged": lambda job: job.charged().value,
    "job.accepted_at": lambda job: said.at if (said := job.accepted) else None,
    "job.started_at": attrgetter("started_at"),
    "job.bought_in": attrgetter("bought_in"),
    "job.claim": lambda job: job.claim.id if job.claim else None,
}
"""What a job tells of each fact that rules may ask."""


def facts(job: Job) -> Facts:
    """What the rules may ask about a job."""
    if job.evidence is None:
        return Told(job, TOLD)
    sources = _sources(job, job.evidence)
    return {name: Fact(read(job), sources[name]) for name, read in TOLD.items()}


def _sources(job: Job, said: Evidence) -> dict[str, Entry | None]:
    """The entry that each fact comes from."""
    return {
        "job.in_warranty": said.asked,
        "job.quality_cause": job.quality_cause().source,
        "job.charged": job.charged().source,
        "job.accepted_at": job.accepted,
        "job.started_at": said.visit.arrived,
        "job.bought_in": said.asked,
        "job.claim": job.claim,
    }
