"""Facts and rules in, findings out. Pure: the same facts give the same findings, whoever asks.

Unknown is never "no": a fact that is missing gives `facts_missing` and no fine. Where a clause says
"for personal reasons" or "once verified" the machine only finds; rulings of people make it count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from svc.domain.clock.base import WEEKDAYS, day_off
from svc.domain.entry import Entry
from svc.domain.facts import UNKNOWN, Facts
from svc.rules.conditions import Chosen, choose, said
from svc.rules.model import Overlap, Row, Rule, Rules, in_force


class Subject(NamedTuple):
    """What is judged: a visit, a report …, the person it concerns, the facts about it.

    `verdict` is the entry that verified a complaint: its answers count as rulings (1.6, 4.2). `visit` is
    the visit on which a complaint or a deed is said to have happened: one act may be found from both.
    """

    noun: str
    id: str
    staff: str | None
    facts: Facts
    verdict: Entry | None = None
    visit: str | None = None

    @property
    def act(self) -> tuple[str, str]:
        """What was done, whichever record tells it: the visit it happened on, else the record itself."""
        return ("visit", self.visit or self.id) if self.visit or self.noun == "job" else (self.noun, self.id)


class Outcome(NamedTuple):
    """What a check found before anybody ruled.

    status: ok, breach, pending, not_applicable, facts_missing (naming the facts) or limit_not_set.
    `deadline` is the instant that a time check ran up to, `limit` the row of the limit or grace that it used.
    """

    status: str
    missing: tuple[str, ...] = ()
    deadline: datetime | None = None
    limit: Row[int] | None = None


BESIDES = ("day.", "customer.")
"""Facts that are asked for beside those of the subject."""
OK, NOT_APPLICABLE = Outcome("ok"), Outcome("not_applicable")


class Meeting(NamedTuple):
    """Another finding on the same act, and what the rules file says of the two; None: nothing."""

    other: str
    overlap: Overlap | None

    @property
    def asks(self) -> bool:
        """Whether somebody says which of the two is charged."""
        return self.overlap is None or self.overlap.then == "ask"

    @property
    def deciders(self) -> tuple[str, ...]:
        """The roles that may say so; the general manager where the file says nothing."""
        return self.overlap.decided_by if self.overlap else ("gm",)


class Turn(NamedTuple):
    """A moment at which a finding's standing changed: open, final, dismissed or waived, and by which entry.

    `meeting` where it changed because of another finding on the same act.
    """

    at: datetime
    standing: str
    entry: Entry | None
    meeting: Meeting | None = None


class Time(NamedTuple):
    """Which time it was: the `number`-th of that rule and person in the `period` (2026-12, 2026-Q4, 2026), after others."""

    number: int
    period: str
    after: tuple[str, ...]
    yuan: str


class Finding(NamedTuple):
    """One rule that one subject offends, or may; of a rule that pays, that it is earned.

    status: awaiting_ruling, facts_missing, final, dismissed or waived. `amount` is the row of the day of
    the offence, None where it is not set or the rule carries no money; of a row with steps `time` says
    which one counts. `turns` are all its changes, `appeals` what the person concerned said against it,
    `meetings` other findings on the same act.
    """

    id: str
    rule: Rule
    subject: Subject
    status: str
    offence_at: datetime | None
    amount: Row[str] | None
    turns: tuple[Turn, ...]
    missing: tuple[str, ...]
    outcome: Outcome
    rules: Rules
    appeals: tuple[Entry, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    time: Time | None = None

    @property
    def staff(self) -> str | None:
        return self.subject.staff

    @property
    def final_at(self) -> datetime | None:
        """When it became final, the last time it did; None while it has not, or no longer is."""
        if self.status not in ("final", "waived"):
            return None
        since = None
        for turn, before in zip(self.turns, (None, *self.turns), strict=False):
            if turn.standing == "final" and (before is None or before.standing != "final"):
                since = turn.at
        return since

    @property
    def yuan(self) -> str | None:
        """The amount in force, of steps that of its time; None where none is set."""
        if self.time is not None:
            return self.time.yuan
        return self.amount.value if self.amount else None

    @property
    def priced(self) -> bool:
        """Whether the rule charges money at all."""
        return bool(self.rule.sanction and self.rule.sanction.amount)

    @property
    def pays(self) -> bool:
        """Whether it is money earned, not charged."""
        return self.rule.reward is not None

    @property
    def open_appeal(self) -> Entry | None:
        """The appeal that nobody has ruled on since."""
        last = max((turn.at for turn in self.turns if turn.entry is not None), default=None)
        return next((e for e in reversed(self.appeals) if last is None or e.at > last), None)

    @property
    def held(self) -> Meeting | None:
        """The meeting that has to be decided before this one counts."""
        last = self.turns[-1] if self.turns else None
        return last.meeting if last and last.standing == "open" else None

    @property
    def held_by_rule(self) -> bool:
        """Whether it waits because its rule departs from its clause and does not say so."""
        return self.rule.held and self.status == "awaiting_ruling"

    def owed_at(self, moment: datetime) -> bool:
        """Whether it was final, and neither waived nor dismissed, just before that moment."""
        standing = "open"
        for turn in self.turns:
            if turn.at < moment:
                standing = turn.standing
        return standing == "final"


def judge(rule: Rule, subject: Subject, rules: Rules, rulings: Sequence[Entry], now: datetime, zone: tzinfo) -> Finding:
    """Judge one subject by one rule as things stand at `now`; `rulings` (and appeals) in order of time."""
    held = version(rule, subject.facts, rules, zone)
    if held is None:
        return finding(rule, subject, rules, rulings, NOT_APPLICABLE, zone)
    rule = held
    return finding(rule, subject, rules, rulings, check(rule, subject.facts, rules, now, zone), zone)


def finding(
    rule: Rule, subject: Subject, rules: Rules, rulings: Sequence[Entry], outcome: Outcome, zone: tzinfo
) -> Finding:
    """What an outcome comes to: whom it hits, when, for how much, and how people ruled."""
    facts = subject.facts
    offence_at: datetime | None = outcome.deadline if rule.offence_at == "deadline" else _value(facts, rule.offence_at)
    if outcome.status == "breach" and subject.staff is None and _hits_a_person(rule):
        # A fine or an entry in the record needs somebody it is for: who that is, is a fact like others.
        outcome = Outcome("facts_missing", (f"{subject.noun}.about",), outcome.deadline)
    amount, unknown = _amount(rule, rules, offence_at, facts, zone)
    if outcome.status == "breach" and unknown:
        outcome = Outcome("facts_missing", unknown, outcome.deadline)
    turns: tuple[Turn, ...] = ()
    status = outcome.status
    if status == "breach" and offence_at is None:
        status, outcome = "facts_missing", Outcome("facts_missing", (rule.offence_at,))
    if status == "breach" and offence_at is not None:
        turns = _turns(rule, offence_at, subject.verdict, rulings)
        status = {"open": "awaiting_ruling"}.get(turns[-1].standing, turns[-1].standing)
    appeals = tuple(e for e in rulings if e.event == "appeal")
    return Finding(
        f"{rule.id}/{subject.id}", rule, subject, status, offence_at, amount, turns, outcome.missing, outcome,
        rules, appeals,
    )  # fmt: skip


def _hits_a_person(rule: Rule) -> bool:
    sanction = rule.sanction
    return bool(sanction and (sanction.amount or sanction.record or sanction.by_degree))


def _amount(
    rule: Rule, rules: Rules, offence_at: datetime | None, facts: Facts, zone: tzinfo
) -> tuple[Row[str] | None, tuple[str, ...]]:
    """The amount row of the day of the offence, in the desk's zone: never that of the audit or the payday.

    And the facts that are not known, where rows that may hold differ.
    """
    if rule.amount is None or offence_at is None:
        return None, ()
    chosen = _row(rules.amounts[rule.amount].history, offence_at, facts, zone)
    rows: tuple[Row[str] | None, ...] = chosen.rows
    if len({(row.value, row.steps) if row else None for row in rows}) > 1:
        return None, chosen.missing
    return rows[0], ()


def _row(history: tuple[Row[Any], ...], moment: datetime, facts: Facts, zone: tzinfo) -> Chosen:
    """The row in force at a moment, or those that may be, where facts that they ask for are not known."""
    rows = in_force(history, moment.astimezone(zone).date())
    if not any([row.when for row in rows]):
        return Chosen((rows[0] if rows else None,))
    return choose(rows, lambda name: _asked(facts, name, moment, zone))


def _asked(facts: Facts, name: str, moment: datetime | None, zone: tzinfo) -> Any:
    """What a condition asks for: a fact of the subject, or of the moment that chooses the row."""
    if not name.startswith("day."):
        return _value(facts, name)
    if moment is None:
        return None
    here = moment.astimezone(zone)
    if name == "day.off":
        return day_off(here.date())
    return WEEKDAYS[here.weekday()].lower() if name == "day.weekday" else f"{here:%H:%M}"


# ---- rulings -------------------------------------------------------------------------------------

_ANSWERS = {"uphold": "final", "dismiss": "dismissed", "waive": "waived"}


def _turns(rule: Rule, offence_at: datetime, verdict: Entry | None, rulings: Sequence[Entry]) -> tuple[Turn, ...]:
    """How the finding stood over time: at first by itself, then by each ruling; a later one supersedes."""
    turns = [Turn(offence_at, "open" if rule.decision or rule.held else "final", None)]
    if rule.held:  # nobody can rule it away: the rule has to be mended, or to say that it departs on purpose
        return tuple(turns)
    ruled = [(max(e.at, offence_at), _ANSWERS[e.event], e) for e in rulings if e.event in _ANSWERS]
    if verdict is not None and rule.decision:
        answer = _answer(rule, verdict)
        if answer:
            ruled.append((max(verdict.at, offence_at), answer, verdict))
    for at, standing, entry in sorted(ruled, key=lambda r: r[0]):
        turns.append(Turn(at, standing, entry))
    return tuple(turns)


def _answer(rule: Rule, verdict: Entry) -> str | None:
    """What a complaint's verdict says to the questions of the rule; None while one of them is open."""
    upheld = verdict.get("verdict") == "upheld"
    said = {
        "verified": upheld,
        "personal_cause": verdict.get("personal"),
        "harms_image": verdict.get("harms_image"),
    }
    if not upheld:
        return "dismissed"
    answers = [said.get(question) for question in rule.decision]
    if any(answer is False for answer in answers):
        return "dismissed"
    return "final" if all(answers) else None


# ---- checks --------------------------------------------------------------------------------------


def _value(facts: Facts, name: str) -> Any:
    return facts.get(name, UNKNOWN).value


def _missing(facts: Facts, *names: str) -> tuple[str, ...]:
    return tuple([name for name in names if (fact := facts.get(name)) is None or fact.value is None])


class _Case(NamedTuple):
    """What a check may look at."""

    args: Mapping[str, Any]
    facts: Facts
    rules: Rules
    now: datetime
    zone: tzinfo
    moment: datetime | None = None

    def get(self, name: str) -> Any:
        return _value(self.facts, self.args[name])

    def by_limit(self, key: str, start: datetime, found: Callable[[int | None], Outcome]) -> Outcome:
        """What is found with the limit in force at the start; where rows that may hold differ, what is not known."""
        chosen = _row(self.rules.limits[self.args[key]].history, start, self.facts, self.zone)
        outcomes = [found(row.value if row else None)._replace(limit=row) for row in chosen.rows]
        if len({one.status for one in outcomes}) > 1:
            return Outcome("facts_missing", chosen.missing)
        return max(outcomes, key=lambda one: one.deadline.timestamp() if one.deadline else 0)


def version(rule: Rule, facts: Facts, rules: Rules, zone: tzinfo) -> Rule | None:
    """The version of a rule by which a subject is judged, None where none held on that day.

    The day is that of the offence, of a deadline that of its start; where it is not known, the last version.
    """
    if rule.since is None and rule.until is None and rule.id not in rules.versions:
        return rule
    moment = _value(facts, rule.starts_at)
    return rule if moment is None else rules.on(rule, moment.astimezone(zone).date())


def check(rule: Rule, facts: Facts, rules: Rules, now: datetime, zone: tzinfo) -> Outcome:
    """What a rule finds on its own, before anybody ruled."""
    unknown = []
    for name, wanted in rule.only_if.items():
        value = _asked(facts, name, _value(facts, rule.starts_at), zone)
        if value is None:
            unknown.append(name)
        elif not wanted.holds(value):
            return NOT_APPLICABLE
    # What is looked for and empty is there, with no value; what nobody looked for at all is not known.
    unknown = unknown or [name for name in rule.check.facts if name not in facts and not name.startswith(BESIDES)]
    if unknown:
        return Outcome("facts_missing", tuple(unknown))
    return CHECKS[rule.check.kind](_Case(rule.check.args, facts, rules, now, zone, _value(facts, rule.starts_at)))


def _done_by(case: _Case) -> Outcome:
    """Done at the deadline or before it, or within its grace; given up after it counts as not done."""
    deadline = case.get("deadline")
    if deadline is None:
        return Outcome("facts_missing", (case.args["deadline"],))
    if "grace" not in case.args:
        return _kept(case, deadline, None)
    return case.by_limit("grace", deadline, lambda grace: _kept(case, deadline, grace))


def _kept(case: _Case, deadline: datetime, grace: int | None) -> Outcome:
    """Breach only beyond the grace (seconds); what is called off within it does not apply."""
    done = case.get("done")
    given_up = case.get("given_up") if "given_up" in case.args else None
    last = _after(deadline, grace or 0)
    if done is not None:
        return Outcome("ok" if done <= last else "breach", deadline=deadline)
    if given_up is not None:
        in_time = given_up < deadline or (grace is not None and given_up <= last)
        return Outcome("not_applicable" if in_time else "breach", deadline=deadline)
    if case.now <= last:
        return Outcome("pending", deadline=deadline)
    return Outcome("facts_missing", (case.args["done"],), deadline)


def _after(moment: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() + seconds, moment.tzinfo)


def _done_within(case: _Case) -> Outcome:
    """Done within a limit after the start; not done in time is a breach, for nothing else is expected."""
    start, done = case.get("start"), case.get("done")
    if start is None:
        return Outcome("facts_missing", (case.args["start"],))

    def found(limit: int | None) -> Outcome:
        if limit is None:
            return Outcome("limit_not_set")
        deadline = _after(start, limit)
        if done is not None:
            return Outcome("ok" if done <= deadline else "breach", deadline=deadline)
        return Outcome("pending" if case.now <= deadline else "breach", deadline=deadline)

    return case.by_limit("limit", start, found)


def _done_between(case: _Case) -> Outcome:
    """Done at least once between two moments, both included."""
    after, before, times = case.get("after"), case.get("before"), case.get("done")
    if before is None:
        return NOT_APPLICABLE
    if after is None or before < after:
        return Outcome("facts_missing", (case.args["after"],))
    if times is not None:
        return Outcome("ok" if any(after <= t <= before for t in times) else "breach")
    if "denied" in case.args and case.get("denied"):
        return Outcome("breach")
    return Outcome("facts_missing", (case.args["done"],))


def _fields_filled(case: _Case) -> Outcome:
    """All of the fields are there."""
    missing = _missing(case.facts, *case.args["fields"])
    return Outcome("breach", missing) if missing else OK


def _reported(case: _Case) -> Outcome:
    """Somebody recorded that it is so: a breach that people rule on."""
    value = case.get("fact")
    if value is None:
        return Outcome("facts_missing", (case.args["fact"],))
    return Outcome("breach" if said(value) == case.args["is"] else "not_applicable")


def _done_before(case: _Case) -> Outcome:
    """Done before, or at the moment of, an act; without the act there is nothing to judge."""
    done, act = case.get("done"), case.get("act")
    if act is None:
        return NOT_APPLICABLE
    return Outcome("ok" if done is not None and done <= act else "breach")


def _one_of(case: _Case) -> Outcome:
    """A value is among those allowed."""
    value, allowed = case.get("fact"), case.get("allowed")
    missing = _missing(case.facts, case.args["fact"], case.args["allowed"])
    if missing:
        return Outcome("facts_missing", missing)
    return Outcome("ok" if value in allowed else "breach")


def _must_equal(case: _Case) -> Outcome:
    """A value is exactly what it must be."""
    value = case.get("fact")
    if value is None:
        return Outcome("facts_missing", (case.args["fact"],))
    return Outcome("ok" if said(value) == case.args["value"] else "breach")


def _not_repeated(case: _Case) -> Outcome:
    """No earlier one within a window; exactly at its end is within."""
    earlier, at = case.get("earlier"), case.get("at")
    if at is None:
        return Outcome("facts_missing", (case.args["at"],))
    def found(window: int | None) -> Outcome:
        if window is None:
            return Outcome("limit_not_set")
        return Outcome("breach" if earlier is not None and at.timestamp() - earlier.timestamp() <= window else "ok")

    return case.by_limit("window", at, found)


def _is(case: _Case) -> Outcome:
    """Found when all is so; what is not known is not found, unless something else already is not so."""
    values = {name: _asked(case.facts, name, case.moment, case.zone) for name in case.args}
    if any(value is not None and not case.args[name].holds(value) for name, value in values.items()):
        return OK
    unknown = tuple(name for name, value in values.items() if value is None)
    return Outcome("facts_missing", unknown) if unknown else Outcome("breach")


CHECKS: dict[str, Callable[[_Case], Outcome]] = {
    "done_by": _done_by,
    "done_within": _done_within,
    "done_between": _done_between,
    "fields_filled": _fields_filled,
    "reported": _reported,
    "done_before": _done_before,
    "one_of": _one_of,
    "must_equal": _must_equal,
    "not_repeated": _not_repeated,
    "is": _is,
}


def checks_of(rules: Rules, noun: str) -> tuple[Rule, ...]:
    """The rules that look at subjects of that noun."""
    return tuple(rule for rule in rules.rules.values() if rule.subject == noun)


def kinds(finding: Finding) -> tuple[str, ...]:
    """The kinds of sanction that a finding carries; of a fraud the one of its degree (4.3)."""
    sanction = finding.rule.sanction
    if sanction is None:
        return ()
    if sanction.by_degree:
        degree = next((f.value for name, f in finding.subject.facts.items() if name.endswith(".degree")), None)
        return (sanction.by_degree[degree - 1],) if degree else ()
    return sanction.record
