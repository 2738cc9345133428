"""What a rule finds on its own, before anybody ruled: the checks there are, and the rows that their conditions choose.

Unknown is never "no": a fact that is missing gives `facts_missing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from svc.domain.clock.base import WEEKDAYS, day_off
from svc.domain.clock.precision import WholeDay, before, between, later, not_after
from svc.domain.facts import UNKNOWN, Facts
from svc.named import NamedTuple
from svc.rules.conditions import Chosen, choose, said
from svc.rules.model import Row, Rule, Rules, V, in_force


class Outcome(NamedTuple):
    """What a check found before anybody ruled.

    status: ok, breach, pending, not_applicable, facts_missing (naming the facts) or limit_not_set.
    `deadline` is the instant that a time check ran up to, `limit` the row of the limit or grace that it used.
    """

    status: str
    missing: tuple[str, ...] = ()
    deadline: datetime | None = None
    limit: Row[int] | None = None


OK, NOT_APPLICABLE = Outcome("ok"), Outcome("not_applicable")


def row_of(history: tuple[Row[V], ...], moment: datetime, facts: Facts, zone: tzinfo) -> Row[V] | Chosen | None:
    """The row in force at a moment; of rows with conditions those that may be, where facts that they ask for are not known."""
    day, best, table = moment.astimezone(zone).date(), None, False
    for row in history:
        if row.since <= day and (best is None or row.since >= best.since):
            table = bool(row.when) or (best is not None and row.since == best.since)
            best = row
    if not table:  # as nearly always: one row, without conditions
        return best
    return choose(in_force(history, day), lambda name: asked(facts, name, moment, zone))


def asked(facts: Facts, name: str, moment: datetime | None, zone: tzinfo) -> Any:
    """What a condition asks for: a fact of the subject, or of the moment that chooses the row."""
    if not name.startswith("day."):
        return value_of(facts, name)
    if moment is None:
        return None
    here = moment.astimezone(zone)
    if name == "day.hour" and isinstance(here, WholeDay):
        return None
    if name == "day.off":
        return day_off(here.date())
    return WEEKDAYS[here.weekday()].lower() if name == "day.weekday" else f"{here:%H:%M}"


def value_of(facts: Facts, name: str) -> Any:
    """The value of a fact, None where it is not known."""
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
        return self.facts.get(self.args[name], UNKNOWN).value

    def decided(
        self, kept: bool | None, names: tuple[str, ...], deadline: datetime | None = None, limit: Row[int] | None = None
    ) -> Outcome:
        """Whether something was kept; where days without an hour leave it open, which facts lack one."""
        if kept is None:
            open_ = tuple(self.args[name] for name in names if _has_day_only(self.get(name)))
            return Outcome("facts_missing", open_, deadline, limit)
        return Outcome("ok" if kept else "breach", (), deadline, limit)

    def by_limit(self, key: str, start: datetime, found: Callable[[Row[int] | None], Outcome]) -> Outcome:
        """What is found with the row of a limit in force at the start; where rows that may hold differ, what is not known."""
        chosen = row_of(self.rules.limits[self.args[key]].history, start, self.facts, self.zone)
        if not isinstance(chosen, Chosen):
            return found(chosen)
        outcomes = [found(row) for row in chosen.rows]
        if len({one.status for one in outcomes}) > 1:
            dated = [one.deadline for one in outcomes if one.deadline]
            return Outcome("facts_missing", chosen.missing, min(dated, default=None))
        return max(outcomes, key=lambda one: one.deadline.timestamp() if one.deadline else 0)


def _has_day_only(value: Any) -> bool:
    """Whether the hour of a moment, or of one of several, is not known."""
    return any(isinstance(one, WholeDay) for one in (value if isinstance(value, tuple) else (value,)))


def started(rule: Rule, facts: Facts, happened: datetime | None) -> datetime | None:
    """The moment whose day chooses version and rows: of the offence, of a deadline its start.

    `happened`: when what is told happened, where that is not when it was told.
    """
    if happened is not None and rule.sanction and rule.offence_at != "deadline":
        return happened
    moment: datetime | None = value_of(facts, rule.starts_at)
    return moment


def version(rule: Rule, facts: Facts, rules: Rules, zone: tzinfo, happened: datetime | None = None) -> Rule | None:
    """The version of a rule by which a subject is judged, None where none held on that day.

    Where the day is not known (or it always holds), the last version.
    """
    moment = started(rule, facts, happened) if rule.dated else None
    return rule if moment is None else rules.on(rule, moment.astimezone(zone).date())


def check(rule: Rule, facts: Facts, rules: Rules, now: datetime, zone: tzinfo, happened: datetime | None = None) -> Outcome:
    """What a rule finds on its own, before anybody ruled."""
    moment = started(rule, facts, happened) if rule.asks_day else None
    if rule.only_if:
        unknown = []
        for name, wanted in rule.only_if.items():
            value = asked(facts, name, moment, zone) if rule.asks_day else facts.get(name, UNKNOWN).value
            if value is None:
                unknown.append(name)
            elif not wanted.holds(value):
                return NOT_APPLICABLE
        if unknown:
            return Outcome("facts_missing", tuple(unknown))
    # What is looked for and empty is there, with no value; what nobody looked for at all is not known.
    if not facts.keys() >= rule.check.own:
        return Outcome("facts_missing", tuple([name for name in rule.check.facts if name in rule.check.own and name not in facts]))
    return CHECKS[rule.check.kind](_Case(rule.check.args, facts, rules, now, zone, moment))


def _done_by(case: _Case) -> Outcome:
    """Done at the deadline or before it, or within its grace; given up after it counts as not done."""
    deadline = case.get("deadline")
    if deadline is None:
        return Outcome("facts_missing", (case.args["deadline"],))
    if "grace" not in case.args:
        return _kept(case, deadline, None)
    return case.by_limit("grace", deadline, lambda row: _kept(case, deadline, row))


def _kept(case: _Case, deadline: datetime, row: Row[int] | None) -> Outcome:
    """Breach only beyond the grace (its row, in seconds); what is called off within it does not apply."""
    done, grace = case.get("done"), row.value if row else None
    given_up = case.get("given_up") if "given_up" in case.args else None
    if done is not None:
        return case.decided(not_after(done, deadline, grace or 0), ("done", "deadline"), deadline, row)
    if given_up is not None:
        in_time = before(given_up, deadline) if grace is None else not_after(given_up, deadline, grace)
        if in_time:
            return Outcome("not_applicable", (), deadline, row)
        return case.decided(in_time, ("given_up", "deadline"), deadline, row)
    if not_after(case.now, deadline, grace or 0) is not False:
        return Outcome("pending", (), deadline, row)
    return Outcome("facts_missing", (case.args["done"],), deadline, row)


def _done_within(case: _Case) -> Outcome:
    """Done within a limit after the start; not done in time is a breach, for nothing else is expected."""
    start, done = case.get("start"), case.get("done")
    if start is None:
        return Outcome("facts_missing", (case.args["start"],))

    def found(row: Row[int] | None) -> Outcome:
        if row is None or row.value is None:
            return Outcome("limit_not_set", limit=row)
        deadline = later(start, row.value)
        if done is not None:
            return case.decided(not_after(done, start, row.value), ("done", "start"), deadline, row)
        over = not_after(case.now, start, row.value) is False
        return Outcome("breach" if over else "pending", (), deadline, row)

    return case.by_limit("limit", start, found)


def _done_between(case: _Case) -> Outcome:
    """Done at least once between two moments, both included."""
    after, last, times = case.get("after"), case.get("before"), case.get("done")
    if last is None:
        return NOT_APPLICABLE
    if after is None or not_after(after, last) is False:
        return Outcome("facts_missing", (case.args["after"],))
    if times is not None:
        found = [between(one, after, last) for one in times]
        return case.decided(True if True in found else None if None in found else False, ("done", "after", "before"))
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
    return case.decided(not_after(done, act), ("done", "act")) if done is not None else Outcome("breach")


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
    def found(row: Row[int] | None) -> Outcome:
        if row is None or row.value is None:
            return Outcome("limit_not_set", limit=row)
        again = not_after(at, earlier, row.value) if earlier is not None else False
        return case.decided(None if again is None else not again, ("earlier", "at"), None, row)

    return case.by_limit("window", at, found)


def _is(case: _Case) -> Outcome:
    """Found when all is so; what is not known is not found, unless something else already is not so."""
    values = {name: asked(case.facts, name, case.moment, case.zone) for name in case.args}
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
