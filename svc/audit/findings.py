"""From the facts of a stretch of time to findings, fines, sanctions and breaches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from svc.audit import numbering
from svc.audit.books import BOOKS, book
from svc.audit.circumstances import filters, not_met_at_sight, person_months, surveys, with_customer
from svc.audit.repeats import earlier_repairs, with_facts
from svc.audit.world import Span, World
from svc.domain.briefs import call, report, visit
from svc.domain.clock.base import second
from svc.domain.facts import UNKNOWN, Fact
from svc.domain.nouns import complaint, conduct
from svc.named import NamedTuple
from svc.rules import overlaps, steps
from svc.rules.check import check, started, version
from svc.rules.judge import Finding, Subject, checks_of, finding, judge, kinds
from svc.rules.model import Rule, Rules

Figures = dict[str, Any]

DEAD = ("ok", "not_applicable", "pending", "limit_not_set")
"""Outcomes that are no offence."""


def subjects(world: World, nouns: Iterable[str] | None = None) -> Iterator[Subject]:
    """Everything (of some nouns) that rules look at, with its facts and the person it concerns."""
    for noun, make in _makers().items():
        if nouns is None or noun in nouns:
            yield from make(world)


def _calls(world: World) -> Iterator[Subject]:
    for one, looking in not_met_at_sight(world, "call", world.told_calls.values(), call.TOLD):
        yield Subject("call", one.id, one.by, call.facts(one), looking=looking)


def _visits(world: World) -> Iterator[Subject]:
    for sent, looking in not_met_at_sight(world, "visit", world.told_visits.values(), visit.TOLD):
        yield Subject("visit", sent.id, sent.staff, visit.facts(sent), leads=sent.leads, looking=looking)


def _complaints(world: World) -> Iterator[Subject]:
    for said in world.complaints.values():
        for id, who in said.subjects():
            facts, at = complaint.facts(said, who), _happened(world, said)
            yield Subject("complaint", id, who, facts, said.verdict_on(who), said.log.get("visit"), at)


def _conducts(world: World) -> Iterator[Subject]:
    for done in world.conducts.values():
        visit_ = done.log.get("visit")
        yield Subject("conduct", done.id, done.log.get("about"), conduct.facts(done), None, visit_)


def _months(world: World) -> Iterator[Subject]:
    for month in world.months:
        facts = {"month.ended_at": Fact(month.ended), "month.submitted_at": Fact(month.submitted)}
        yield Subject("month", month.month, None, facts)


def _happened(world: World, said: complaint.Complaint) -> datetime | None:
    """When what is complained of happened: as was said, else on its visit; None where only the letter has a day."""
    told: datetime | None = said.log.get("happened")
    sent = world.told_visits.get(said.log.get("visit") or "")
    return told or (sent.arrived_at if sent and sent.arrived_at and sent.arrived_at < said.log.at else None)


def _reports(world: World) -> Iterator[Subject]:
    earlier = earlier_repairs(world)
    again = (one for one in world.told_reports.values() if one.id in earlier)
    others = (one for one in world.told_reports.values() if one.closed_at and one.id not in earlier)
    for one in again:
        before = earlier[one.id]
        source = before.evidence.closed if before.evidence else None
        yield with_facts(world, one, {"report.earlier_at": Fact(before.closed_at, source)})
    for one, looking in not_met_at_sight(world, "report", others, report.TOLD):
        yield with_facts(world, one, {"report.earlier_at": UNKNOWN})._replace(looking=looking)


def _makers() -> dict[str, Callable[[World], Iterator[Subject]]]:
    """Who makes the subjects that rules of a noun look at; those of a person's month follow from all others."""
    own = {
        "call": _calls,
        "visit": _visits,
        "report": _reports,
        "complaint": _complaints,
        "conduct": _conducts,
        "survey": surveys,
        "month": _months,
    }
    books = [(noun, book(noun)) for noun in BOOKS.values()]
    return own | {getattr(one, "JUDGED", noun): one.subjects for noun, one in books if hasattr(one, "subjects")}


def findings(world: World) -> list[Finding]:
    """All findings on what the world holds; a rule that is met, or cannot apply, gives none."""
    return _all(world, {noun: checks_of(world.rules, noun) for noun in {rule.subject for rule in world.rules.rules.values()}})


def that_wait(world: World) -> list[Finding]:
    """The findings that may wait for somebody: by rules that only count, those on which there is something recorded."""
    recorded = {id.partition("/")[0] for id in world.rulings}
    rules = [rule for rule in world.rules.rules.values() if rule.id in recorded or not world.rules.counts_only(rule)]
    return _all(world, {noun: tuple(one for one in rules if one.subject == noun) for noun in {rule.subject for rule in rules}})


def _all(world: World, looking: Mapping[str, tuple[Rule, ...]]) -> list[Finding]:
    found = [one for subject in subjects(world, looking) for one in _looked_at(world, subject, _of(looking[subject.noun], subject.looking))]
    found = overlaps.apply(_in_order(found), world.rulings)
    found = steps.number(found, world.zone, numbering.Places(world))
    by_month = looking.get("person_month")
    if not by_month:
        return found
    months = [one for subject in person_months(world, found) for one in _looked_at(world, subject, by_month)]
    return _in_order([*found, *months])


def _of(looking: Sequence[Rule], only: tuple[str, ...] | None) -> Sequence[Rule]:
    """Of the rules that look at a noun those that a subject does not meet at first sight."""
    return looking if only is None else [rule for rule in looking if rule.id in only]


def _looked_at(world: World, subject: Subject, looking: Sequence[Rule]) -> Iterable[Finding]:
    """What rules find; of what was opened before the desk began only what counts, and nobody's name with it."""
    if world.rules.begins and _is_history(world, subject):
        looking = [rule for rule in looking if world.rules.counts_only(rule)]
        subject = subject._replace(staff=None)
    return _found(world, subject, looking)


def _is_history(world: World, subject: Subject) -> bool:
    """Whether what a subject is about was opened before the desk began; a month, where it had ended by then."""
    ended = subject.facts.get(f"{subject.noun}.ended_at")
    moment = ended.value if ended and isinstance(ended.value, datetime) else None
    return world.is_history(subject.noun, subject.id, moment - timedelta(seconds=1) if moment else None)


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda f: (second(f.offence_at) if f.offence_at else math.inf, f.id))


def _found(world: World, subject: Subject, looking: Sequence[Rule]) -> Iterable[Finding]:
    """What the rules that look at a subject find: what is met at first sight is not judged, and what is met makes no finding."""
    facts, happened = subject.facts, subject.happened
    if world.versions is not None and world.versions.sealed:
        met = all(one.all_met(subject.noun, facts, happened) for one in filters(world))
        return () if met else [one for one in judged(world, subject, looking) if one.status not in DEAD]
    held = [version(last, facts, world.rules, world.zone, happened) if last.dated else last for last in looking]
    seen = subject.looking is not None
    unmet = [rule for rule in held if rule is not None and (seen or not filters(world)[0].met(rule, facts))]
    return [one for rule in unmet if (one := _finding(world, subject, rule))] if unmet else ()


def _finding(world: World, subject: Subject, rule: Rule) -> Finding | None:
    """What a rule finds about a subject; None where it is kept, or does not apply."""
    asked = _asking(world, rule, subject) if rule.asks_customer else subject
    outcome = check(rule, asked.facts, world.rules, world.now, world.zone, subject.happened)
    if outcome.status in DEAD:
        return None
    return finding(rule, asked, world.rules, world.rulings.get(f"{rule.id}/{subject.id}", ()), outcome, world.zone)


def _asking(world: World, rule: Rule, subject: Subject) -> Subject:
    """The subject with what conditions ask beside its own facts."""
    return with_customer(world, subject, started(rule, subject.facts, subject.happened))


def judged(world: World, subject: Subject, looking: Sequence[Rule]) -> Iterator[Finding]:
    """A subject judged by these rules, as they were in the month of the offence, and by those struck out since."""
    for rule in looking:
        yield _as_sealed(world, subject, _judge(world, rule, world.rules, subject))
    for rules in _kept(world, subject):
        for rule in checks_of(rules, subject.noun):
            if rule.id not in world.rules.rules:
                one = _judge(world, rule, rules, subject)
                if one.offence_at and world.rules_on(world.day(one.offence_at)) is rules:
                    yield one


def _judge(world: World, rule: Rule, rules: Rules, subject: Subject) -> Finding:
    ruled = world.rulings.get(f"{rule.id}/{subject.id}", ())
    held = version(rule, subject.facts, rules, world.zone, subject.happened)
    if held is not None and held.asks_customer:
        subject = _asking(world, held, subject)
    return judge(rule, subject, rules, ruled, world.now, world.zone)


def _as_sealed(world: World, subject: Subject, one: Finding) -> Finding:
    """The finding by the rules kept with its month's seal, where they are others and know the rule."""
    if world.versions is None or not world.versions.sealed:
        return one
    moment = one.offence_at or _first(one.subject)
    rules = world.rules_on(world.day(moment)) if moment else one.rules
    if rules is one.rules:
        return one
    rule = rules.rules.get(one.rule.id)
    if rule is None:
        return one._replace(status="not_applicable", turns=())
    again = _judge(world, rule, rules, subject)
    return again if again.offence_at is None or world.rules_on(world.day(again.offence_at)) is rules else one


def _first(subject: Subject) -> datetime | None:
    times = [fact.value for fact in subject.facts.values() if isinstance(fact.value, datetime)]
    return min(times, default=None)


def _kept(world: World, subject: Subject) -> list[Rules]:
    """The other rules files, kept with seals, that days of a subject are judged by."""
    if world.versions is None or not world.versions.sealed:
        return []
    days = {world.day(f.value) for f in subject.facts.values() if isinstance(f.value, datetime)}
    found = {id(rules): rules for rules in map(world.rules_on, days)}
    return [rules for rules in found.values() if rules is not world.rules]


def offences(found: Sequence[Finding], span: Span) -> list[Finding]:
    """Those with a sanction that are dated in the span."""
    return [f for f in found if f.rule.sanction and span.holds(f.offence_at)]


def breaches(found: Sequence[Finding], span: Span) -> dict[str, int]:
    """How often each rule without a sanction was broken in the span; what is not ruled or known does not count."""
    counts: dict[str, int] = {}
    for one in found:
        if not one.rule.sanction and not one.pays and one.status == "final" and span.holds(one.offence_at):
            counts[one.rule.id] = counts.get(one.rule.id, 0) + 1
    return dict(sorted(counts.items()))


class Waiting(NamedTuple):
    """A finding that waits for somebody to rule, since when, and for what: ruling, overlap, appeal, or (rule) for the rule
    to keep its clause."""

    finding: Finding
    kind: str
    since: datetime


def waits(one: Finding) -> Waiting | None:
    """What a finding waits for; None where it waits for nobody."""
    if one.status == "awaiting_ruling" and one.offence_at:
        if one.held:
            return Waiting(one, "overlap", one.turns[-1].at)
        return Waiting(one, "rule" if one.held_by_rule else "ruling", one.offence_at)
    appeal = one.open_appeal if one.status == "final" else None
    return Waiting(one, "appeal", appeal.at) if appeal else None


def to_be_ruled_on(world: World, found: Iterable[Finding]) -> list[Waiting]:
    """What waits for somebody to rule: of what was opened before the desk began no first ruling, though an answer to an appeal."""
    waiting = (one for one in map(waits, found) if one)
    return [one for one in waiting if one.kind == "appeal" or not world.waits_for_nobody(one.finding.subject.noun, one.finding.subject.id)]


class Fine(NamedTuple):
    """What one finding adds to (or takes from) a stretch of time. `amount` None: counted, amount not set."""

    finding: Finding
    sign: int
    amount: Decimal | None


def fines(found: Sequence[Finding], span: Span) -> list[Fine]:
    """What became payable in the span, and what was taken back of what had before it.

    Two fines on one act that the rules file says nothing about are held, like those that somebody is to choose from.
    """
    return _changes(found, span, lambda one: one.priced)


def earned(found: Sequence[Finding], span: Span) -> list[Fine]:
    """The bonuses that became payable in the span, and those taken back: positive money, apart from fines."""
    return _changes(found, span, lambda one: one.pays)


def _changes(found: Sequence[Finding], span: Span, wanted: Callable[[Finding], bool]) -> list[Fine]:
    changed = []
    for one in found:
        if not wanted(one):
            continue
        sign = one.owed_at(span.end) - one.owed_at(span.start)
        if sign:
            changed.append(Fine(one, sign, Decimal(one.yuan) if one.yuan is not None else None))
    return changed


MONEY = ("bonus_deduction",)
"""Kinds of sanctions that are money, though they stand in the record."""


class Recorded(NamedTuple):
    """An entry in somebody's record: made (`entered`) or struck out (`withdrawn`) at an instant.

    `since` is when it was entered: what is struck out concerns that month.
    """

    finding: Finding
    kind: str
    change: str
    at: datetime
    since: datetime


def sanctions(found: Sequence[Finding], span: Span) -> list[Recorded]:
    """What the span entered into people's records, and what it struck out of them, in order of time.

    A waiver forgives money only, of which a deducted bonus is part: what it leaves standing stays in the record.
    Another finding on the same act that takes the place of this one takes its record too.
    """
    rows = [row for one in found if one.rule.sanction for row in _recorded(one, span)]
    return sorted(rows, key=lambda row: (row.at, row.finding.id))


def _recorded(one: Finding, span: Span) -> Iterator[Recorded]:
    for kind in kinds(one):
        held, was, at, since = False, False, span.start, span.start
        for turn in one.turns:
            stands = turn.standing == "final" or (turn.standing == "waived" and not turn.meeting and kind not in MONEY)
            was = stands if turn.at < span.start else was
            if turn.at < span.end and stands != held:
                at, held = turn.at, stands
                since = turn.at if stands else since
        if held != was:
            yield Recorded(one, kind, "entered" if held else "withdrawn", at, since)


# ---- one subject under one rule: sums of a book and findings agree by construction ---------------------


def standing(world: World, rule_id: str, subject: Subject) -> str:
    """What `svc finding show` would say of it; "ok" where the department struck the rule out."""
    rule = world.rules.rules.get(rule_id)
    found = judged(world, subject, [rule] if rule else [])
    return next((one.status for one in found if one.rule.id == rule_id), "ok")


def total(amounts: Iterable[str | None]) -> str:
    """The sum of amounts of money as text with two decimals; nothing given adds nothing."""
    return f"{sum((Decimal(a) for a in amounts if a is not None), Decimal(0)):.2f}"


# ---- as the figures list them --------------------------------------------------------------------


def iso(world: World, moment: datetime | None) -> str | None:
    """An instant as the figures write it, in the desk's zone; None where there is none."""
    return moment.astimezone(world.zone).isoformat(timespec="seconds") if moment else None


def finding_row(world: World, one: Finding) -> Figures:
    """One finding as the audit lists it."""
    last = next((t.entry for t in reversed(one.turns) if t.entry), None)
    return {
        "id": one.id,
        "rule": one.rule.id,
        "clause": one.rule.clause,
        "staff": one.staff,
        "name": world.name(one.staff),
        "subject": one.subject.id,
        "date": world.day(one.offence_at).isoformat() if one.offence_at else None,
        "status": one.status,
        "amount": one.yuan,
        "final_at": iso(world, one.final_at),
        "reason": last.get("reason") if last else None,
        "missing": list(one.missing),
    }


def sanction_row(world: World, one: Recorded) -> Figures:
    """One change of somebody's record, dated by the verdict; it concerns the month in which it was entered."""
    return {
        "staff": one.finding.staff,
        "name": world.name(one.finding.staff),
        "clause": one.finding.rule.clause,
        "kind": one.kind,
        "subject": one.finding.subject.id,
        "date": world.day(one.at).isoformat(),
        "change": one.change,
        "concerns": f"{world.day(one.since):%Y-%m}",
    }
