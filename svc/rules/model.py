"""The rules file as frozen values: what the judge reads. Made by `svc.rules.form.tree`, checked by `svc.rules.file`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from typing import NamedTuple as TypedTuple  # of what is generic it alone makes tuples

from svc.named import NamedTuple
from svc.rules.conditions import Condition
from svc.text import Text

V = TypeVar("V")
BESIDES = ("day.", "customer.")
"""Facts that are asked for beside those of the subject."""
_PERIODS = {"month": 62 * 86_400, "quarter": 124 * 86_400, "year": 397 * 86_400}
"""Seconds that steps look back."""
LIMITS = ("limit", "window", "grace")
"""Under which names a check has the limit by which it judges."""


class Steps(NamedTuple):
    """What the first, second, … offence of one person costs in a month, a quarter or a year; later ones the last.

    Yuan as text with two decimals, never falling.
    """

    per: str
    yuan: tuple[str, ...]

    def nth(self, number: int) -> str:
        """The amount of the n-th, counted from 1."""
        return self.yuan[min(number, len(self.yuan)) - 1]


class Row(TypedTuple, Generic[V]):
    """A value in force from a day on (0 o'clock, desk's zone); None is blank: not decided.

    Rows of one day are a table: `when` says where this one counts. Of `steps` the value is the first.
    """

    since: date
    value: V | None
    line: int
    when: tuple[Condition, ...] = ()
    steps: Steps | None = None


def in_force(history: tuple[Row[V], ...], day: date) -> tuple[Row[V], ...]:
    """The rows of the latest day up to `day`; none before the first."""
    since = None
    for row in history:
        if row.since <= day and (since is None or row.since > since):
            since = row.since
    return tuple([row for row in history if row.since == since]) if since is not None else ()


def _plain(history: tuple[Row[V], ...], day: date) -> Row[V] | None:
    """The row in force that has no condition; where each has one, the first."""
    rows = in_force(history, day)
    return next((row for row in rows if not row.when), rows[0] if rows else None)


class Amount(NamedTuple):
    """A dated amount of money, in yuan as text with two decimals ("200.00"; "0.00" is decided: no fine)."""

    id: str
    title: str
    clause: str
    history: tuple[Row[str], ...]
    line: int

    def on(self, day: date) -> Row[str] | None:
        """The row in force on a day where no condition holds; None before the first one."""
        return _plain(self.history, day)


class Limit(NamedTuple):
    """A dated time limit, in seconds. `set_by`: contract, department or svc."""

    id: str
    title: str
    clause: str
    set_by: str
    history: tuple[Row[int], ...]
    line: int

    def on(self, day: date) -> Row[int] | None:
        """The row in force on a day where no condition holds; None before the first one."""
        return _plain(self.history, day)


class Cap(NamedTuple):
    """A dated ceiling on what a person pays in a month: a percentage of the wage, or yuan that must be left."""

    id: str
    title: str
    history: tuple[Row[str], ...]
    line: int

    def on(self, day: date) -> Row[str] | None:
        """The row in force on a day; None before the first one."""
        return _plain(self.history, day)


class Question(NamedTuple):
    """Something a person must decide, and in which roles he may."""

    id: str
    title: str
    ask: Text
    answers: Mapping[str, str]
    decided_by: tuple[str, ...]
    line: int


class Check(NamedTuple):
    """One of the few checks there are, with the facts and limits it looks at; `facts` are named in the order of the file.

    `own` are those that the subject has, not the day or the customer.
    """

    kind: str
    args: Mapping[str, Any]
    line: int
    facts: tuple[str, ...]
    own: frozenset[str]

    @classmethod
    def of(cls, kind: str, args: Mapping[str, Any], line: int) -> Check:
        """The check with the facts that its arguments name; of `is` they are the names of the arguments."""
        named: list[Any] = [*args] if kind == "is" else []
        for value in args.values() if kind != "is" else ():
            named.extend(value if isinstance(value, (list, tuple)) else [value])
        facts = tuple(name for name in named if isinstance(name, str) and "." in name)
        return cls(kind, args, line, facts, frozenset(name for name in facts if not name.startswith(BESIDES)))

    @property
    def limit(self) -> str | None:
        """The limit, window or grace by which it judges; None where it has none."""
        return next((name for name in map(self.args.get, LIMITS) if name), None)


class Sanction(NamedTuple):
    """What an offence costs: money by `amount`, entries in the record, or a sum refused or borne.

    `record` are kinds of sanctions (criticism, bonus_deduction, demerit, major_demerit, dismissal,
    legal), all of them; `by_degree` lists one kind for each degree ruled by a person. `refuse` and
    `customer_bears` name the fact that holds the sum.
    """

    amount: str | None = None
    record: tuple[str, ...] = ()
    by_degree: tuple[str, ...] = ()
    refuse: str | None = None
    customer_bears: str | None = None
    duty: Text | None = None


class Departure(NamedTuple):
    """That a rule departs from its clause, on purpose and why; it stands on every statement."""

    clause: str
    why: Text
    line: int


class Rule(NamedTuple):
    """One rule: the clause it serves, whom it looks at, what it checks, what follows.

    `since` and `until` (its last day) are there where it does not always hold: then another whole rule of the
    same id may stand below. `reward` names the amount that is paid where all is so. `lacks` are the conditions
    of its clause that it does not keep: until `departs_from` says so its findings are held.

    The file alone says whether a rule has days or other versions (`dated`), asks for the day (`asks_day`), or asks itself,
    in a row of its limit or of its amount what the customer was (`asks_customer`): nobody looks again at every case.
    """

    id: str
    clause: str
    see: tuple[str, ...]
    title: Text
    subject: str
    only_if: Mapping[str, Condition]
    check: Check
    offence_at: str
    decision: Mapping[str, str]
    sanction: Sanction | None
    line: int
    since: date | None = None
    until: date | None = None
    reward: str | None = None
    waived_by: tuple[str, ...] = ()
    basis: str | None = None
    departs_from: Departure | None = None
    lacks: tuple[str, ...] = ()
    dated: bool = True
    asks_day: bool = True
    asks_customer: bool = True

    @property
    def amount(self) -> str | None:
        """The amount that it charges or pays; None where it carries no money."""
        return self.reward or (self.sanction.amount if self.sanction else None)

    @property
    def starts_at(self) -> str:
        """The fact whose day decides which version of the rule holds."""
        args = self.check.args
        return self.offence_at if self.offence_at != "deadline" else str(args.get("start") or args.get("deadline") or "")

    @property
    def held(self) -> bool:
        """Whether it does not count before somebody says that it departs from its clause on purpose."""
        return bool(self.lacks) and (self.departs_from is None or self.departs_from.clause != self.clause)


class Overlap(NamedTuple):
    """What to do when two rules meet on one act: both, larger, ask (then `decided_by` says whom).

    `since`: from the day of the later offence on; `rules` are the same twice for two records of one act.
    """

    rules: tuple[str, str]
    then: str
    why: Text
    decided_by: tuple[str, ...]
    line: int
    since: date | None = None


class Named(NamedTuple):
    """Something of a department's own: an item of a report, a kind of conduct. `until` is its last day."""

    id: str
    title: str
    line: int
    until: date | None = None


class NotRule(NamedTuple):
    """A clause that cannot be a check, and why."""

    clause: str
    kind: str
    see: tuple[str, ...]
    why: Text
    line: int


CONSENT = ("gm",)
"""Who consents to returns (1.11), and so to lifting what the customer bears without that consent."""


class Rules(NamedTuple):
    """A whole rules file. `sha256` is that of its bytes, `version` that of its format.

    `rules` holds the last version of each; `versions` all of those that have several, oldest first. `otherwise`
    and `same_rule` say what happens to two rules, or one rule twice, on one act where no pair does. What was opened
    before the day on which the desk `begins` is history: counted, never waited for, and nobody is accused of it.
    """

    path: str
    sha256: str
    timezone: str
    amounts: Mapping[str, Amount]
    limits: Mapping[str, Limit]
    questions: Mapping[str, Question]
    sanctions: Mapping[str, str]
    rules: Mapping[str, Rule]
    overlaps: tuple[Overlap, ...]
    not_rules: tuple[NotRule, ...]
    caps: Mapping[str, Cap]
    overlaps_line: int
    version: int = 1
    versions: Mapping[str, tuple[Rule, ...]] = MappingProxyType({})
    otherwise: str = "ask"
    same_rule: str = "ask"
    report_items: Mapping[str, Named] = MappingProxyType({})
    conduct_kinds: Mapping[str, Named] = MappingProxyType({})
    begins: date | None = None

    def every(self) -> tuple[Rule, ...]:
        """All rules in all their versions, as they stand in the file."""
        found = [one for id, rule in self.rules.items() for one in self.versions.get(id, (rule,))]
        return tuple(sorted(found, key=lambda rule: rule.line))

    def counts_only(self, rule: Rule) -> bool:
        """Whether a rule, in all its versions, neither punishes nor pays nor asks anybody: what breaks it is a figure."""
        return not any(one.sanction or one.reward or one.decision or one.held for one in self.versions.get(rule.id, (rule,)))

    def on(self, rule: Rule, day: date) -> Rule | None:
        """The version of a rule that holds on a day; None where none does."""
        if rule.id not in self.versions and rule.since is None and rule.until is None:
            return rule
        found = None
        for one in self.versions.get(rule.id, (rule,)):
            if one.since is None or one.since <= day:
                found = one
        return None if found is None or (found.until is not None and day > found.until) else found

    def deciders(self, rule: Rule) -> tuple[str, ...]:
        """The roles that may answer every question of a rule; none where it asks none."""
        may = [self.questions[question].decided_by for question in rule.decision]
        return tuple(role for role in may[0] if all(role in roles for roles in may)) if may else ()

    def consenters(self, rule: Rule) -> tuple[str, ...]:
        """Who alone lifts what the customer bears: it turns on a consent that is the general manager's (1.11)."""
        return CONSENT if rule.sanction and rule.sanction.customer_bears else ()

    def waivers(self, rule: Rule) -> tuple[str, ...]:
        """The roles that may waive what a rule charges: `waived_by`, else who rules on it, else head and gm."""
        return rule.waived_by or self.deciders(rule) or ("head", "gm")

    def reach(self) -> dict[str, int]:
        """By subject, the longest limit (seconds) by which its rules look back: so old may be what falls due now.

        Steps look back a whole period, and to the month before, whose offences may become final only now.
        """
        found: dict[str, int] = {}
        for rule in self.every():
            limit = self.limits.get(rule.check.limit or "")
            longest = [row.value or 0 for row in limit.history] if limit else []
            amount = self.amounts.get(rule.amount or "")
            longest += [_PERIODS[row.steps.per] for row in amount.history if row.steps] if amount else []
            if longest:
                found[rule.subject] = max(found.get(rule.subject, 0), *longest)
        return found

    def stepped(self) -> dict[str, str]:
        """By subject, the longest period within which its offences are numbered by steps."""
        found: dict[str, str] = {}
        for rule in self.every():
            amount = self.amounts.get(rule.amount or "")
            pers = [row.steps.per for row in amount.history if row.steps] if amount else []
            for per in pers:
                found[rule.subject] = max(found.get(rule.subject, per), per, key=_PERIODS.__getitem__)
        return found

    def deciders_of(self, subject: str, word: str) -> tuple[str, ...]:
        """The roles that may rule where something is reported (`complaint`, `quarrel`); none where no rule asks."""
        for rule in self.rules.values():
            if rule.subject == subject and rule.decision and rule.check.args.get("is") == word:
                return self.deciders(rule)
        return ()

    def overlap(self, one: str, other: str, day: date | None = None) -> Overlap | None:
        """What was decided for two rules that meet on one act, on a day (default: last); None where nothing was."""
        found = None
        for pair in self.overlaps:
            if {one, other} == set(pair.rules) and (pair.since is None or day is None or pair.since <= day):
                found = pair
        return found

    def in_force_from(self, day: date) -> date | None:
        """The day of the latest change of an amount, a limit or a rule up to `day`."""
        amounts = [row.since for amount in self.amounts.values() for row in amount.history]
        limits = [row.since for limit in self.limits.values() for row in limit.history]
        rules = [rule.since for rule in self.every() if rule.since]
        return max((since for since in (*amounts, *limits, *rules) if since <= day), default=None)


class SealedFines(NamedTuple):
    """What a seal charged of fines: by person and finding 1, or -1 where one was taken back."""

    month: str
    at: datetime
    times: Mapping[tuple[str, str], int]


class Versions(NamedTuple):
    """The rules file as it is, the sealed months, where to find what one of them was computed by, and what seals charged.

    `others`: what sealed months were computed by that differs from the file as it is, each once.
    """

    current: Rules
    sealed: Collection[str] = ()
    kept: Callable[[str], Rules] | None = None
    fines: Callable[[], Sequence[SealedFines]] | None = None
    others: Callable[[], Sequence[Rules]] | None = None

    def on(self, day: date) -> Rules:
        """The rules of a day in the desk's zone. A sealed month never changes, whatever the file says today."""
        month = f"{day:%Y-%m}"
        return self.kept(month) if self.kept and month in self.sealed else self.current
