"""The rules file as frozen values: what the judge reads. Made by `svc.rules.form.tree`, checked by `svc.rules.file`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from svc.text import Text

V = TypeVar("V")


class Row(NamedTuple, Generic[V]):
    """A value in force from a day on (0 o'clock, desk's zone); None is blank: not decided."""

    since: date
    value: V | None
    line: int


class Amount(NamedTuple):
    """A dated amount of money, in yuan as text with two decimals ("200.00"; "0.00" is decided: no fine)."""

    id: str
    title: str
    clause: str
    history: tuple[Row[str], ...]
    line: int

    def on(self, day: date) -> Row[str] | None:
        """The row in force on a day; None before the first one."""
        return _in_force(self.history, day)


class Limit(NamedTuple):
    """A dated time limit, in seconds."""

    id: str
    title: str
    clause: str
    set_by: str
    history: tuple[Row[int], ...]
    line: int

    def on(self, day: date) -> Row[int] | None:
        """The row in force on a day; None before the first one."""
        return _in_force(self.history, day)


def _in_force(history: tuple[Row[V], ...], day: date) -> Row[V] | None:
    found = None
    for row in history:
        if row.since <= day and (found is None or row.since > found.since):
            found = row
    return found


class Cap(NamedTuple):
    """A dated ceiling on what a person pays in a month: a percentage of the wage, or yuan that must be left."""

    id: str
    title: str
    history: tuple[Row[str], ...]
    line: int

    def on(self, day: date) -> Row[str] | None:
        """The row in force on a day; None before the first one."""
        return _in_force(self.history, day)


class Question(NamedTuple):
    """Something a person must decide, and in which roles he may."""

    id: str
    title: str
    ask: Text
    answers: Mapping[str, str]
    decided_by: tuple[str, ...]
    line: int


class Check(NamedTuple):
    """One of the few checks there are, with the facts and limits it looks at; `facts` are named in the order of the file."""

    kind: str
    args: Mapping[str, Any]
    line: int
    facts: tuple[str, ...]

    @classmethod
    def of(cls, kind: str, args: Mapping[str, Any], line: int) -> Check:
        """The check with the facts that its arguments name."""
        named: list[str] = []
        for value in args.values():
            named.extend(value if isinstance(value, (list, tuple)) else [value])
        return cls(kind, args, line, tuple(name for name in named if isinstance(name, str) and "." in name))


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


class Rule(NamedTuple):
    """One rule: the clause it serves, whom it looks at, what it checks, what follows."""

    id: str
    clause: str
    see: tuple[str, ...]
    title: Text
    subject: str
    only_if: Mapping[str, str]
    check: Check
    offence_at: str
    decision: Mapping[str, str]
    sanction: Sanction | None
    line: int


class Overlap(NamedTuple):
    """What to do when two rules meet on one act: both, larger, ask (then `decided_by` says whom)."""

    rules: tuple[str, str]
    then: str
    why: Text
    decided_by: tuple[str, ...]
    line: int


class NotRule(NamedTuple):
    """A clause that cannot be a check, and why."""

    clause: str
    kind: str
    see: tuple[str, ...]
    why: Text
    line: int


class Rules(NamedTuple):
    """A whole rules file. `sha256` is that of its bytes."""

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

    def deciders(self, rule: Rule) -> tuple[str, ...]:
        """The roles that may answer every question of a rule; none where it asks none."""
        may = [self.questions[question].decided_by for question in rule.decision]
        return tuple(role for role in may[0] if all(role in roles for roles in may)) if may else ()

    def reach(self) -> dict[str, int]:
        """By subject, the longest limit (seconds) by which its rules look back: so old may be what falls due now."""
        found: dict[str, int] = {}
        for rule in self.rules.values():
            limit = self.limits.get(rule.check.args.get("limit") or rule.check.args.get("window") or "")
            if limit:
                longest = max((row.value or 0 for row in limit.history), default=0)
                found[rule.subject] = max(found.get(rule.subject, 0), longest)
        return found

    def deciders_of(self, subject: str, word: str) -> tuple[str, ...]:
        """The roles that may rule where something is reported (`complaint`, `quarrel`); none where no rule asks."""
        for rule in self.rules.values():
            if rule.subject == subject and rule.decision and rule.check.args.get("is") == word:
                return self.deciders(rule)
        return ()

    def overlap(self, one: str, other: str) -> Overlap | None:
        """What was decided for two rules that meet on one act; None where nothing was."""
        return next((o for o in self.overlaps if {one, other} == set(o.rules)), None)

    def in_force_from(self, day: date) -> date | None:
        """The day of the latest change of an amount or limit up to `day`."""
        amounts = [row.since for amount in self.amounts.values() for row in amount.history]
        limits = [row.since for limit in self.limits.values() for row in limit.history]
        return max((since for since in (*amounts, *limits) if since <= day), default=None)


# ---- Which rules a day is judged by: those kept with the seal of its month, else the file as it is now 

class Versions(NamedTuple):
    """The rules file as it is, the sealed months, and where to find what one of them was computed by."""

    current: Rules
    sealed: Collection[str] = ()
    kept: Callable[[str], Rules] | None = None

    def on(self, day: date) -> Rules:
        """The rules of a day in the desk's zone. A sealed month never changes, whatever the file says today."""
        month = f"{day:%Y-%m}"
        return self.kept(month) if self.kept and month in self.sealed else self.current
