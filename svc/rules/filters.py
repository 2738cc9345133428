"""Filters: whether a rule is met at first sight, made once from the rules file and asked of every case before it is judged.

A filter only ever says "met" of what `check` finds to be no offence (`ok`, `not_applicable`, `pending`, `limit_not_set`); whatever
it does not say that of is judged by `check`, the one definition. So it may be too weak, never too strong (tests/judging/test_filters.py).
But for one thing: of cases in brief it says so too (`idle`) where it is not known whether a rule that only counts applies. `check` calls that
`facts_missing`, which no figure shows, and nobody is punished, paid or asked by such a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from svc.domain.clock.precision import between, not_after
from svc.domain.facts import UNKNOWN, Facts, Reads
from svc.named import NamedTuple
from svc.rules.check import version
from svc.rules.conditions import Condition, said
from svc.rules.model import Row, Rule, Rules
from svc.rules.vocabulary import OF_PERSON_MONTH

Met = Callable[[Any], bool]
"""Whether a rule is met, as far as a case shows it at first sight."""
Reader = Callable[[str], Callable[[Any], Any]]
"""What reads a fact by its name; KeyError for one that the cases do not tell."""


def _of_facts(name: str) -> Callable[[Facts], Any]:
    """What reads a fact of a subject."""
    return lambda facts: facts.get(name, UNKNOWN).value


class Least(NamedTuple):
    """The least that the limit of a rule ever allows, in seconds; None where its rows ask for more than the day, or it has none.

    `blank`: it has rows, and nobody set a number in any of them.
    """

    seconds: int | None = None
    blank: bool = False


BESIDE = "day."
"""Names that are no facts of the subject."""


class Filters:
    """The filters of a rules file at a moment: `Filters(rules, now, zone).met(rule, facts)`; of cases in brief: `at_sight(noun, told)`."""

    def __init__(self, rules: Rules, now: datetime, zone: tzinfo) -> None:
        self._rules, self._now, self._zone = rules, now, zone
        self._made: dict[int, tuple[Rule, Met]] = {}
        self._looking: dict[str, list[Rule]] = {}
        for rule in rules.rules.values():
            self._looking.setdefault(rule.subject, []).append(rule)

    def met(self, rule: Rule, facts: Facts) -> bool:
        """Whether a rule (one of its versions) is met at first sight."""
        made = self._made.get(id(rule))
        if made is None:
            made = self._made[id(rule)] = rule, self._filter(rule)
        return made[1](facts)

    def all_met(self, noun: str, facts: Facts, happened: datetime | None) -> bool:
        """Whether all rules that look at a noun are met, each by its version of the day."""
        held = (version(one, facts, self._rules, self._zone, happened) for one in self._looking.get(noun, ()))
        return all(rule is None or self.met(rule, facts) for rule in held)

    def at_sight(self, noun: str, told: Reads, idle: bool = False) -> list[tuple[str, Met]]:
        """What tells of a case of a noun, of which `told` reads the facts, whether it meets a rule at first sight: each version of each.

        With `idle` also where it is not known whether a rule that only counts applies: counted is what it finds.
        """
        versions = [one for rule in self._looking.get(noun, ()) for one in self._rules.versions.get(rule.id, (rule,))]
        return [(rule.id, self._made_for(rule, told, idle and rule.id in self._idle)) for rule in versions]

    def _made_for(self, rule: Rule, told: Reads, idle: bool) -> Met:
        try:
            return self._made_of(rule, told.__getitem__, idle) if told.keys() >= rule.check.own else _never
        except KeyError:
            return _never

    @cached_property
    def _idle(self) -> set[str]:
        """The rules that only count, and of which no rule on a person's month asks how often: nobody waits for what is not known of them."""
        of_months = [one for rule in self._looking.get(OF_PERSON_MONTH[:-1], ()) for one in self._rules.versions.get(rule.id, (rule,))]
        asked = {name for one in of_months for name in (*one.only_if, *one.check.facts)}
        asked |= {one.fact for limit in self._rules.limits.values() for row in limit.history for one in row.when}
        asked |= {one.fact for amount in self._rules.amounts.values() for row in amount.history for one in row.when}
        return {id for id, rule in self._rules.rules.items() if self._rules.counts_only(rule) and OF_PERSON_MONTH + id not in asked}

    def _filter(self, rule: Rule) -> Met:
        met, own = self._made_of(rule, _of_facts), rule.check.own
        return lambda facts: facts.keys() >= own and met(facts)

    def _made_of(self, rule: Rule, read: Reader, idle: bool = False) -> Met:
        make = _MAKERS.get(rule.check.kind)
        conditions = [(read(name), wanted) for name, wanted in rule.only_if.items() if not name.startswith(BESIDE)]
        sure = len(conditions) == len(rule.only_if)
        met = make(rule.check.args, self._least(rule), self._now, read) if make and sure else _never
        if not conditions:
            return met

        def asked(case: Any) -> bool:
            known = True
            for value_of, wanted in conditions:
                value = value_of(case)
                if value is not None and not wanted.holds(value):
                    return True
                known = known and value is not None
            return met(case) if known else idle

        return asked

    def _least(self, rule: Rule) -> Least:
        """The least that the limit of a rule ever allows."""
        name = rule.check.limit
        history: tuple[Row[int], ...] = self._rules.limits[name].history if name and name in self._rules.limits else ()
        values = [row.value for row in history if row.value is not None]
        seconds = min(values) if values and not any(row.when for row in history) else None
        return Least(seconds, bool(history) and not values)


def _never(case: Any) -> bool:
    """What is always judged."""
    return False


def _done_by(args: Mapping[str, Any], least: Least, now: datetime, read: Reader) -> Met:
    """In time without any grace; or not due yet, and not given up."""
    deadline_of, done_of = read(args["deadline"]), read(args["done"])
    given_up = read(args["given_up"]) if "given_up" in args else _nothing

    def met(case: Any) -> bool:
        deadline, done = deadline_of(case), done_of(case)
        if deadline is None:
            return False
        if done is not None:
            return not_after(done, deadline) is True
        return given_up(case) is None and not_after(now, deadline) is True

    return met


def _done_within(args: Mapping[str, Any], least: Least, now: datetime, read: Reader) -> Met:
    start_of, done_of = read(args["start"]), read(args["done"])

    def met(case: Any) -> bool:
        start, done = start_of(case), done_of(case)
        if start is None or least.seconds is None:
            return start is not None and least.blank
        return not_after(now if done is None else done, start, least.seconds) is True

    return met


def _done_between(args: Mapping[str, Any], least: Least, now: datetime, read: Reader) -> Met:
    """There is no end yet; or once between both, whatever the hours that nobody knows."""
    first_of, last_of, times_of = (read(args[name]) for name in ("after", "before", "done"))

    def met(case: Any) -> bool:
        first, last, times = first_of(case), last_of(case), times_of(case)
        if last is None or first is None or times is None:
            return last is None
        return any(between(one, first, last) for one in times)

    return met


def _done_before(args: Mapping[str, Any], least: Least, now: datetime, read: Reader) -> Met:
    act_of, done_of = read(args["act"]), read(args["done"])

    def met(case: Any) -> bool:
        act, done = act_of(case), done_of(case)
        return act is None or (done is not None and not_after(done, act) is True)

    return met


def _fields_filled(args: Mapping[str, Any], least: Least, now: datetime, read: Reader) -> Met:
    fields = [read(name) for name in args["fields"]]

    def met(case: Any) -> bool:
        for value_of in fields:  # noqa: SIM110 (a generator for each case takes twice as long)
            if value_of(case) is None:
                return False
        return True

    return met


def _reported(args: Mapping[str, Any], least: Least, now: datetime, read: Reader) -> Met:
    value_of = read(args["fact"])

    def met(case: Any) -> bool:
        value = value_of(case)
        return value is not None and said(value) != args["is"]

    return met


def _not_repeated(args: Mapping[str, Any], least: Least, now: datetime, read: Reader) -> Met:
    """There is no earlier one; or nobody said within how long."""
    at_of, earlier_of = read(args["at"]), read(args["earlier"])

    def met(case: Any) -> bool:
        at, earlier = at_of(case), earlier_of(case)
        return at is not None and (least.blank or (least.seconds is not None and earlier is None))

    return met


def _is(args: Mapping[str, Condition], least: Least, now: datetime, read: Reader) -> Met:
    """Something is not so."""
    asked = [(read(name), wanted) for name, wanted in args.items() if not name.startswith(BESIDE)]

    def met(case: Any) -> bool:
        known = ((value_of(case), wanted) for value_of, wanted in asked)
        return any(value is not None and not wanted.holds(value) for value, wanted in known)

    return met


def _nothing(case: Any) -> None:
    """What is not looked at."""
    return None


_MAKERS: dict[str, Callable[[Mapping[str, Any], Least, datetime, Reader], Met]] = {
    "done_by": _done_by,
    "done_within": _done_within,
    "done_between": _done_between,
    "done_before": _done_before,
    "fields_filled": _fields_filled,
    "reported": _reported,
    "not_repeated": _not_repeated,
    "is": _is,
}
"""By the kind of check; what is not here is always judged."""
