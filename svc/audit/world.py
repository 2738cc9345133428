"""The facts of a question, folded: calls, visits, reports … and what belongs to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime, tzinfo
from functools import cached_property, update_wrapper
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

from svc.domain import briefs, ledgers
from svc.domain.briefs.call import Brief as Call
from svc.domain.briefs.report import Brief as Report
from svc.domain.briefs.visit import Brief as Visit
from svc.domain.calling_in import without_hearsay
from svc.domain.clock.base import days_old, to_minute
from svc.domain.clock.precision import later
from svc.domain.entry import Entry
from svc.domain.nouns import call, complaint, conduct, faultcode, reading, report, upkeep, visit
from svc.domain.order import by_minute
from svc.domain.sequence import in_order
from svc.domain.standing import Linked
from svc.domain.text import folded
from svc.named import NamedTuple
from svc.rules.check import row_of
from svc.rules.conditions import Chosen
from svc.rules.model import Row, Rules, Versions
from svc.store.index.selection import Selection

Rows = Mapping[str, Mapping[str, str]]
Among = Mapping[str, Container[str]] | None
"""By noun the cases that are there with all that belongs to them; None: all of them are."""
K = TypeVar("K")
V = TypeVar("V")
P = ParamSpec("P")


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """The values of each key, in the order given."""
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


class _Registers(NamedTuple):
    customers: Rows
    machines: Rows
    staff: Rows
    suppliers: Rows
    parts: Rows = MappingProxyType({})


class Registers(_Registers):
    """The registers as they are at the moment looked at: rows by id."""

    def on(self, day: date) -> Registers:
        """The registers as they were on a day: whose a machine was, its warranty, a region, a wage."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = Registers(*(as_on(rows, day) for rows in self))
        return found

    @cached_property
    def _days(self) -> dict[date, Registers]:
        return {}


def as_on(rows: Rows, day: date) -> Rows:
    """The rows of a register as they were on a day, where they know their past."""
    on: Callable[[date], Rows] | None = getattr(rows, "on", None)
    return on(day) if on else rows


def counted(rows: Rows, one: str, other: str) -> Counter[tuple[str, str]]:
    """How many rows of a register have which values in two fields; one that can count is not gone through."""
    count: Callable[[str, str], Counter[tuple[str, str]]] | None = getattr(rows, "counted", None)
    return count(one, other) if count else Counter((r[one], r[other]) for r in rows.values() if r.get(one) and r.get(other))


REGISTERED = ("customer", "machine", "staff", "supplier", "part")
"""The registers in the order in which they are held."""


class Reported(NamedTuple):
    """A month that has ended, and when it was submitted to the general manager (1.5), if it was."""

    month: str
    ended: datetime
    submitted: datetime | None


class Span(NamedTuple):
    """A stretch of time: start ≤ t < end."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end


class _World(NamedTuple):
    """What is known at `now`. Everything is by id.

    `others` are the states of the ledgers of `svc.audit.books`, by noun: defects, claims, returns …
    `as_of` is the moment asked about with its seconds, `now` the minute in which it lies. `selection` are the entries that all of this was folded from.
    `kept` are calls, visits and reports of which only a brief is here, `entire` and `among` what else is known of them (`svc.audit.partly`).
    """

    calls: Mapping[str, call.Call]
    visits: Mapping[str, visit.Visit]
    reports: Mapping[str, report.Report]
    complaints: Mapping[str, complaint.Complaint]
    conducts: Mapping[str, conduct.Conduct]
    others: Mapping[str, Mapping[str, Any]]
    rulings: Mapping[str, list[Entry]]
    registers: Registers
    rules: Rules
    now: datetime
    zone: tzinfo
    months: tuple[Reported, ...] = ()
    selection: Mapping[str, Mapping[str, list[Entry]]] = MappingProxyType({})
    versions: Versions | None = None
    as_of: datetime | None = None
    fault_names: Mapping[str, str] = MappingProxyType({})
    kept: briefs.Briefs = briefs.NOTHING
    entire: Callable[[], World] | None = None
    among: Among = None


class World(_World, Linked):
    """The facts of a question, and what is often asked of them."""

    def once(self, how: Callable[Concatenate[World, P], V], *about: P.args, **more: P.kwargs) -> V:
        """What is worked out of all of it (about a stretch of time), the first time that anybody asks."""
        kept, key = self._kept, (how, *about, *more.items()) if more else (how, *about)
        if key not in kept:
            kept[key] = how(self, *about, **more)
        found: V = kept[key]
        return found

    @cached_property
    def _kept(self) -> dict[tuple[Any, ...], Any]:
        return {}

    @cached_property
    def repairs(self) -> list[Report]:
        """The closed reports of visits to repair, in order of closing (3.6)."""
        found = [(one.closed_at, one.id, one) for one in self.told_reports.values() if one.closed_at and one.purpose == "repair"]
        return [one for *_, one in sorted(found, key=lambda row: row[:2])]

    def key_customers(self, day: date | None = None) -> Rows:
        """The customers to be visited every so many days (2.4), on a day; a register that can find them is not gone through."""
        customers = (self.registers.on(day) if day else self.registers).customers
        find = getattr(customers, "key_customers", None)
        rows: Rows = find() if find else {id: row for id, row in customers.items() if row.get("key_every_days")}
        return rows

    def key_editions(self) -> Iterable[tuple[str, Mapping[str, str], date, date]]:
        """Key customers by the days (first, day after the last) on which the register said one and the same of them."""
        told = getattr(self.registers.customers, "key_editions", None)
        return told() if told else ((id, row, date.min, date.max) for id, row in self.key_customers().items())

    def rules_on(self, day: date) -> Rules:
        """The rules that a day is judged by: of a sealed month those kept with its seal."""
        return self.versions.on(day) if self.versions else self.rules

    def is_history(self, noun: str, id: str, otherwise: datetime | None = None) -> bool:
        """Whether something was opened before the desk began: counted, but nobody waits for it or is accused of it.

        What is judged by its lines is of the case that has them; what is no case of a ledger of the moment `otherwise`.
        """
        opened = self._opened(noun, id) or otherwise
        if opened is None:
            return False
        day = self.day(opened)
        begins = self.rules_on(day).begins
        return begins is not None and day < begins

    def waits_for_nobody(self, noun: str, id: str) -> bool:
        """Whether something was opened before the day on which the desk begins by the rules of today, whatever a sealed month was judged by."""
        opened, begins = self._opened(noun, id), self.rules.begins
        return begins is not None and opened is not None and self.day(opened) < begins

    def _opened(self, noun: str, id: str) -> datetime | None:
        recorded, own = ledgers.RECORDED_AS.get(noun, noun), id.partition("/")[0]
        case = self.selection.get(recorded, {}).get(own)
        told = self.kept.get(recorded, {}).get(own)
        return case[0].at if case else told.opened if told else None

    def day(self, moment: datetime) -> date:
        """The day of an instant in the desk's zone: reckoned each time, which is quicker than to look an instant up."""
        return moment.astimezone(self.zone).date()

    def days_old(self, moment: datetime) -> int:
        """How many days of the calendar ago something was: the age of what is open, wherever it is told."""
        return days_old(moment, self.now, self.zone)

    @property
    def told(self) -> briefs.Briefs:
        """Calls, visits and reports in brief, by noun and id: what figures and rules ask of them."""
        return {noun: self.in_brief(noun) for noun in briefs.IN_BRIEF}

    @cached_property
    def told_calls(self) -> Mapping[str, Call]:
        """The calls in brief."""
        return self.in_brief("call")

    @cached_property
    def told_visits(self) -> Mapping[str, Visit]:
        """The visits in brief."""
        return self.in_brief("visit")

    @cached_property
    def told_reports(self) -> Mapping[str, Report]:
        """The reports in brief."""
        return self.in_brief("report")

    @property
    def complete(self) -> World:
        """What is here with all that belongs to it: whatever may wait for somebody."""
        return self

    def of(self, noun: str) -> Mapping[str, Any]:
        """The states of a ledger by id."""
        return self._core[noun] if noun in self._core else self.others.get(noun, {})

    @cached_property
    def _core(self) -> Mapping[str, Mapping[str, Any]]:
        states = (self.calls, self.visits, self.reports, self.complaints, self.conducts, self.rulings)
        return dict(zip(CORE, states, strict=True))

    def until(self, limit: str, start: datetime) -> datetime | None:
        """When a limit of the rules file, running from `start`, ends; None where it is not set.

        Of rows whose conditions ask more than the day, the latest that may be: nobody is called late who may have time.
        """
        chosen = row_of(self.rules.limits[limit].history, start, {}, self.zone)
        rows: tuple[Row[int] | None, ...] = chosen.rows if isinstance(chosen, Chosen) else (chosen,)
        values = [row.value if row else None for row in rows]
        known = [value for value in values if value is not None]
        return later(start, max(known)) if len(known) == len(values) else None

    def rows(self, noun: str) -> Rows:
        """A register by id."""
        found: Rows = self.registers[REGISTERED.index(noun)]
        return found

    def called(self, noun: str, id: str) -> str:
        """What somebody in a register is called; the id where no name is known."""
        rows = self.registers[REGISTERED.index(noun)]
        return rows.get(id, {}).get("name") or id

    def run(self, machine: str | None) -> reading.Meter:
        """How many hours a machine has run, as its meter was read."""
        return self._meters.get(machine or "", reading.NO_METER)

    @cached_property
    def _meters(self) -> Mapping[str, reading.Meter]:
        """The meters of the machines that have readings or plans of upkeep."""
        if not (self.of("reading") or self.of("upkeep")):  # else all cases are gone through for none
            return {}
        machines = {parent for noun, parent in self.by_parent if noun in ("reading", "upkeep")}
        return {one: upkeep.run_of((r.entry for r in self.children("reading", one)), self.children("upkeep", one), self.zone) for one in machines}

    def covered(self, machine: str | None, day: date) -> bool | None:
        """Whether a machine was in warranty on a day, by its last day and its hours; None where that is not known."""
        row = self.registers.on(day).machines.get(machine) if machine else None
        return reading.covered(row, self.run(machine), day) if row else None

    def in_warranty(self, visit_id: str) -> bool | None:
        """Whether the machine of a visit was in warranty on the day on which the call for it came in, or else it was dispatched."""
        kept: dict[str, bool | None] = self.__dict__.setdefault("_in_warranty", {})
        if visit_id not in kept:
            sent = self.told_visits.get(visit_id)
            kept[visit_id] = self.covered(sent.machine, self.day(sent.asked_at)) if sent else None
        return kept[visit_id]

    def product_of(self, machine: str | None, day: date | None = None) -> str | None:
        """A machine's product on a day (default: now), None for a machine that is not registered."""
        known = self.registers.on(day) if day else self.registers
        row = known.machines.get(machine or "")
        return (row.get("product") or None) if row else None

    def name(self, staff: str | None) -> str | None:
        """The name of a member of staff."""
        row = self.registers.staff.get(staff or "")
        return (row.get("name") or None) if row else None


def once(how: Callable[Concatenate[World, P], V]) -> Callable[Concatenate[World, P], V]:
    """The same function, which works out only once what it says of a world (and a stretch of time); nobody changes what it gives."""

    def told(world: World, /, *about: P.args, **more: P.kwargs) -> V:
        return world.once(how, *about, **more)

    return update_wrapper(told, how)


def roles(registers: Registers) -> Callable[[str, date], str]:
    """The role of a member of staff on a day; empty where nobody knows."""
    return lambda who, day: registers.on(day).staff.get(who, {}).get("role") or ""


CORE = ("call", "visit", "report", "complaint", "conduct", "finding")
"""Ledgers that a world names; all others are among its `others`."""


def build(found: Selection, registers: Registers, rules: Rules, now: datetime, zone: tzinfo, kept: briefs.Briefs = briefs.NOTHING) -> World:
    """Fold a selection, beside what is `kept` in brief; ids without their opening entry (not known yet at `now`) are left out.

    Everything is judged by the minute (`svc.domain.order.by_minute`).
    """
    names = faultcode.names(in_order(one for entries in found.get("faultcode", {}).values() for one in entries))
    if names:
        found = {noun: {id: [_renamed(one, names) for one in entries] for id, entries in cases.items()} for noun, cases in found.items()}
    found = {noun: {id: [by_minute(one) for one in entries] for id, entries in cases.items()} for noun, cases in found.items()}
    as_of, now = now, to_minute(now)
    calls = _folded(found["call"], call.fold)
    visits = {id: without_hearsay(one, roles(registers), zone) for id, one in _folded(found["visit"], visit.fold).items()}
    asked = {id: calls.get(one.dispatch.get("call") or "") for id, one in visits.items()}
    visits = {id: visit.for_call(one, of.log if (of := asked[id]) else None) for id, one in visits.items()}
    return World(
        calls,
        visits,
        _folded(found["report"], report.fold),
        _folded(found["complaint"], complaint.fold),
        _folded(found["conduct"], conduct.fold),
        {noun: _folded(found[noun], ledgers.module(noun).fold) for noun in ledgers.TABLE if found.get(noun) and noun not in CORE},
        found["finding"],
        registers,
        rules,
        now,
        zone,
        selection=found,
        as_of=as_of,
        fault_names=names,
        kept=briefs.with_faults(kept, names),
    )


def _renamed(entry: Entry, names: Mapping[str, str]) -> Entry:
    """The entry with its fault under the name by which that is counted now."""
    name = names.get(folded(entry.fields["fault"])) if entry.ledger != "faultcode" and entry.fields.get("fault") else None
    return entry._replace(fields={**entry.fields, "fault": name}) if name else entry


def _folded(entries: Mapping[str, list[Entry]], fold):  # type: ignore[no-untyped-def]
    folded = ((id, fold(of_id)) for id, of_id in entries.items())
    return {id: state for id, state in folded if state is not None}
