"""Filters: whether a rule is met at first sight, made once from the rules file and asked of every case before it is judged.

A filter only ever says "met" of what `check` finds to be no offence (`ok`, `not_applicable`, `pending`, `limit_not_set`); whatever
it does not say that of is judged by `check`, the one definition. So it may be too weak, never too strong (tests/judging/test_filters.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from svc.domain.clock.precision import between, not_after
from svc.domain.facts import UNKNOWN, Facts
from svc.named import NamedTuple
from svc.rules.check import version
from svc.rules.conditions import Condition, said
from svc.rules.model import Row, Rule, Rules

Met = Callable[[Facts], bool]
"""Whether a rule is met, as far as these facts show it at first sight."""


class Least(NamedTuple):
    """The least that the limit of a rule ever allows, in seconds; None where its rows ask for more than the day, or it has none.

    `blank`: it has rows, and nobody set a number in any of them.
    """

    seconds: int | None = None
    blank: bool = False


BESIDE = "day."
"""Names that are no facts of the subject."""


class Filters:
    """The filters of a rules file at a moment: `Filters(rules, now, zone).met(rule, facts)`."""

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

    def _filter(self, rule: Rule) -> Met:
        make = _MAKERS.get(rule.check.kind)
        conditions = [(name, wanted) for name, wanted in rule.only_if.items() if not name.startswith(BESIDE)]
        sure = len(conditions) == len(rule.only_if)
        met = make(rule.check.args, self._least(rule), self._now) if make and sure else _never
        own = rule.check.own
        if not conditions:
            return lambda facts: facts.keys() >= own and met(facts)

        def asked(facts: Facts) -> bool:
            known = True
            for name, wanted in conditions:
                value = facts.get(name, UNKNOWN).value
                if value is not None and not wanted.holds(value):
                    return True
                known = known and value is not None
            return known and facts.keys() >= own and met(facts)

        return asked

    def _least(self, rule: Rule) -> Least:
        """The least that the limit of a rule ever allows."""
        name = rule.check.limit
        history: tuple[Row[int], ...] = self._rules.limits[name].history if name and name in self._rules.limits else ()
        values = [row.value for row in history if row.value is not None]
        seconds = min(values) if values and not any(row.when for row in history) else None
        return Least(seconds, bool(history) and not values)


def _never(facts: Facts) -> bool:
    """What is always judged."""
    return False


def _done_by(args: Mapping[str, Any], least: Least, now: datetime) -> Met:
    """In time without any grace; or not due yet, and not given up."""

    def met(facts: Facts) -> bool:
        deadline, done = facts.get(args["deadline"], UNKNOWN).value, facts.get(args["done"], UNKNOWN).value
        if deadline is None:
            return False
        if done is not None:
            return not_after(done, deadline) is True
        return facts.get(args.get("given_up", ""), UNKNOWN).value is None and not_after(now, deadline) is True

    return met


def _done_within(args: Mapping[str, Any], least: Least, now: datetime) -> Met:
    def met(facts: Facts) -> bool:
        start, done = facts.get(args["start"], UNKNOWN).value, facts.get(args["done"], UNKNOWN).value
        if start is None or least.seconds is None:
            return start is not None and least.blank
        return not_after(now if done is None else done, start, least.seconds) is True

    return met


def _done_between(args: Mapping[str, Any], least: Least, now: datetime) -> Met:
    """There is no end yet; or once between both, whatever the hours that nobody knows."""

    def met(facts: Facts) -> bool:
        first, last, times = (facts.get(args[name], UNKNOWN).value for name in ("after", "before", "done"))
        if last is None or first is None or times is None:
            return last is None
        return any(between(one, first, last) for one in times)

    return met


def _done_before(args: Mapping[str, Any], least: Least, now: datetime) -> Met:
    def met(facts: Facts) -> bool:
        act, done = facts.get(args["act"], UNKNOWN).value, facts.get(args["done"], UNKNOWN).value
        return act is None or (done is not None and not_after(done, act) is True)

    return met


def _fields_filled(args: Mapping[str, Any], least: Least, now: datetime) -> Met:
    fields: tuple[str, ...] = tuple(args["fields"])
    return lambda facts: None not in [facts.get(name, UNKNOWN).value for name in fields]


def _reported(args: Mapping[str, Any], least: Least, now: datetime) -> Met:
    def met(facts: Facts) -> bool:
        value = facts.get(args["fact"], UNKNOWN).value
        return value is not None and said(value) != args["is"]

    return met


def _not_repeated(args: Mapping[str, Any], least: Least, now: datetime) -> Met:
    """There is no earlier one; or nobody said within how long."""

    def met(facts: Facts) -> bool:
        at, earlier = facts.get(args["at"], UNKNOWN).value, facts.get(args["earlier"], UNKNOWN).value
        return at is not None and (least.blank or (least.seconds is not None and earlier is None))

    return met


def _is(args: Mapping[str, Condition], least: Least, now: datetime) -> Met:
    """Something is not so."""
    asked = [(name, wanted) for name, wanted in args.items() if not name.startswith(BESIDE)]

    def met(facts: Facts) -> bool:
        known = ((facts.get(name, UNKNOWN).value, wanted) for name, wanted in asked)
        return any(value is not None and not wanted.holds(value) for value, wanted in known)

    return met


_MAKERS: dict[str, Callable[[Mapping[str, Any], Least, datetime], Met]] = {
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
