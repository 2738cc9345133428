"""Facts and rules in, findings out. Pure: the same facts give the same findings, whoever asks.

Unknown is never "no": a fact that is missing gives `facts_missing` and no fine. Where a clause says
"for personal reasons" or "once verified" the machine only finds; rulings of people make it count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from svc.domain.entry import Entry, after
from svc.domain.facts import Facts
from svc.domain.leads import Lead, lead_at, open_between
from svc.named import NamedTuple
from svc.rules.check import NOT_APPLICABLE, Outcome, check, row_of, value_of, version
from svc.rules.conditions import Chosen
from svc.rules.model import Overlap, Row, Rule, Rules


class Subject(NamedTuple):
    """What is judged: a visit, a report …, the person it concerns, the facts about it.

    `verdict` is the entry that verified a complaint: its answers count as rulings (1.6, 4.2). `visit` is
    the visit on which a complaint or a deed is said to have happened: one act may be found from both. `happened`
    is when what is told happened, where that is not when it was told: its day decides rule and amount. `leads` are those
    who answered for a visit one after the other: an offence is of whoever did at its moment. `looking` are the rules that
    it does not meet at first sight, where somebody has looked.
    """

    noun: str
    id: str
    staff: str | None
    facts: Facts
    verdict: Entry | None = None
    visit: str | None = None
    happened: datetime | None = None
    leads: tuple[Lead, ...] = ()
    looking: tuple[str, ...] | None = None

    def at(self, moment: datetime | None) -> Subject:
        """The subject of whoever answered for it at a moment."""
        if moment is None or not self.leads:
            return self
        staff = (lead_at(self.leads, moment) if len(self.leads) > 1 else self.leads[0]).staff
        return self if staff == self.staff else self._replace(staff=staff)

    @property
    def act(self) -> tuple[str, str]:
        """What was done, whichever record tells it: the visit it happened on, else the record itself."""
        return ("visit", self.visit or self.id) if self.visit or self.noun == "job" else (self.noun, self.id)


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
    `meetings` other findings on the same act, `not_his` rulings about somebody else, which do not hold for him.
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
    not_his: tuple[Entry, ...] = ()

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
        if not self.appeals:
            return None
        ruled = [turn.entry for turn in self.turns if turn.entry is not None]
        return next((e for e in reversed(self.appeals) if all(after(e, one) for one in ruled)), None)

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
    held = version(rule, subject.facts, rules, zone, subject.happened)
    if held is None:
        return finding(rule, subject, rules, rulings, NOT_APPLICABLE, zone)
    outcome = check(held, subject.facts, rules, now, zone, subject.happened)
    return finding(held, subject, rules, rulings, outcome, zone)


def finding(
    rule: Rule, subject: Subject, rules: Rules, rulings: Sequence[Entry], outcome: Outcome, zone: tzinfo
) -> Finding:
    """What an outcome comes to: whom it hits, when, for how much, and how people ruled."""
    facts = subject.facts
    offence_at: datetime | None = outcome.deadline if rule.offence_at == "deadline" else value_of(facts, rule.offence_at)
    if subject.happened is not None and rule.sanction and rule.offence_at != "deadline":
        offence_at = subject.happened  # what was done is judged by its own day, not by that of the letter (1.6, 4.2)
    subject = subject.at(offence_at)
    his, not_his = _whose(subject, rulings) if rulings else ((), ())
    amount, unknown = _amount(rule, rules, offence_at, facts, zone)
    if outcome.status == "breach":
        unknown = _nobody(rule, subject, offence_at) or unknown
        outcome = Outcome("facts_missing", unknown, outcome.deadline) if unknown else outcome
    turns: tuple[Turn, ...] = ()
    status = outcome.status
    if status == "breach" and offence_at is None:
        status, outcome = "facts_missing", Outcome("facts_missing", (rule.offence_at,))
    if status == "breach" and offence_at is not None:
        turns = _turns(rule, offence_at, subject, his)
        if rule.sanction and rule.sanction.by_degree and turns[-1].standing == "final" and not degree_of(subject):
            turns = (*turns[:-1], turns[-1]._replace(standing="open"))  # without its gravity nothing follows yet
        status = {"open": "awaiting_ruling"}.get(turns[-1].standing, turns[-1].standing)
    return Finding(
        f"{rule.id}/{subject.id}", rule, subject, status, offence_at, amount, turns, outcome.missing, outcome,
        rules, tuple([e for e in his if e.event == "appeal"]) if his else (), (), None, not_his,
    )  # fmt: skip


def _nobody(rule: Rule, subject: Subject, offence_at: datetime | None) -> tuple[str, ...]:
    """What is not known of whom a fine or an entry in the record is for: that is a fact like others."""
    sanction = rule.sanction
    if sanction is None or not (sanction.amount or sanction.record or sanction.by_degree):
        return ()
    if subject.staff is None:
        return (f"{subject.noun}.about",)
    return ("visit.technician",) if offence_at and open_between(subject.leads, offence_at) else ()


def _amount(
    rule: Rule, rules: Rules, offence_at: datetime | None, facts: Facts, zone: tzinfo
) -> tuple[Row[str] | None, tuple[str, ...]]:
    """The amount row of the day of the offence, in the desk's zone: never that of the audit or the payday.

    And the facts that are not known, where rows that may hold differ.
    """
    if rule.amount is None or offence_at is None:
        return None, ()
    chosen = row_of(rules.amounts[rule.amount].history, offence_at, facts, zone)
    if not isinstance(chosen, Chosen):
        return chosen, ()
    rows: tuple[Row[str] | None, ...] = chosen.rows
    if len({(row.value, row.steps) if row else None for row in rows}) > 1:
        return None, chosen.missing
    return rows[0], ()


# ---- rulings -------------------------------------------------------------------------------------

_ANSWERS = {"uphold": "final", "dismiss": "dismissed", "waive": "waived"}


def _turns(rule: Rule, offence_at: datetime, subject: Subject, rulings: Sequence[Entry]) -> tuple[Turn, ...]:
    """How the finding stood over time: at first by itself, then by each ruling about him; a later one supersedes."""
    held = rule.held
    turns = [Turn(offence_at, "open" if rule.decision or held else "final", None)]
    if held or (not rulings and subject.verdict is None):
        return tuple(turns)  # one that is held nobody can rule away: the rule has to be mended, or to say that it departs on purpose
    ruled = [(max(e.at, offence_at), _ANSWERS[e.event], e) for e in rulings if e.event in _ANSWERS]
    verdict = subject.verdict
    if verdict is not None and rule.decision:
        answer = _answer(rule, verdict)
        if answer:
            ruled.insert(0, (max(verdict.at, offence_at), answer, verdict))
    for at, standing, entry in sorted(ruled, key=lambda r: (r[0], r[2].recorded_at)):
        turns.append(Turn(at, standing, entry))
    return tuple(turns)


def _whose(subject: Subject, rulings: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The rulings (and appeals) about whom the subject concerns, and the others."""
    told = [(e, about(subject, e)) for e in rulings]
    return tuple([e for e, his in told if his]), tuple([e for e, his in told if not his])


def about(subject: Subject, ruling: Entry) -> bool:
    """Whether a ruling (or an appeal) is about whom the subject concerns: it holds for nobody else.

    Rulings say whom they are about. Of older ones, which do not: one made before a correction named another is not.
    """
    said = ruling.get("about")
    if said is not None:
        return bool(said == subject.staff)
    for fact in subject.facts.values():
        source = fact.source
        if source is None or not source.history:
            continue
        names = [name for name in ("staff", "about") if source.get(name) == subject.staff and subject.staff]
        then = [e.get(names[0]) for e in source.history if e.recorded_at <= ruling.recorded_at and e.get(names[0])] if names else []
        if then and then[-1] != subject.staff:
            return False
    return True


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


def checks_of(rules: Rules, noun: str) -> tuple[Rule, ...]:
    """The rules that look at subjects of that noun."""
    return tuple(rule for rule in rules.rules.values() if rule.subject == noun)


def kinds(finding: Finding) -> tuple[str, ...]:
    """The kinds of sanction that a finding carries; of a fraud the one of its degree (4.3)."""
    sanction = finding.rule.sanction
    if sanction is None:
        return ()
    if sanction.by_degree:
        degree = degree_of(finding.subject)
        return (sanction.by_degree[degree - 1],) if degree else ()
    return sanction.record


def degree_of(subject: Subject) -> int | None:
    """The gravity of a fraud (4.3), as whoever may has judged it; None while nobody has."""
    return next((f.value for name, f in subject.facts.items() if name.endswith(".degree")), None)
