"""What seals charged, what is known of those months now, and so what the first month without a seal carries.

What was charged is read from the seals, never computed again. Anew are judged only the months that something
recorded since the last seal speaks of; all others are as they were charged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from svc.audit.ceilings import Ceiling, Deduction, ceiling, read_deduction
from svc.audit.findings import findings
from svc.audit.pay import Known, Line, difference, own, read_line
from svc.audit.payroll import Before, settle
from svc.desk import behind
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.clock.base import month_names, period_months
from svc.domain.entry import Entry
from svc.recording import older_seals
from svc.recording.older_seals import Listed
from svc.store.index.wanted import View
from svc.store.seals import Seal
from svc.text import Text

Figures = dict[str, Any]

LONGEST = 1200
"""Months that are gone through at most to find the first one in use."""


def charged(desk: Desk, view: View) -> Charged:
    """What seals charged up to a view; asked for again, nothing is read twice."""
    kept: dict[View, Charged] = desk.__dict__.setdefault("_charged", {})
    if view not in kept:
        kept[view] = Charged(desk, view)
    return kept[view]


class Charged:
    """The pay of the sealed months as their seals have it, and of the open ones as if they were sealed."""

    def __init__(self, desk: Desk, view: View) -> None:
        self._desk, self._view = desk, view
        self._ceilings: dict[tuple[str, str], Ceiling | None] = {}

    # ---- what the seals say --------------------------------------------------------------------

    @cached_property
    def seals(self) -> dict[str, Seal]:
        """The seals that the view knows of, by month, in order."""
        last = min(self._view.now, self._view.known_at or self._view.now)
        found = ((month, self._desk.seals.read(month)) for month in self._desk.seals.months())
        return {month: seal for month, seal in found if seal and self._desk.time(seal.at) <= last}

    @cached_property
    def figures(self) -> dict[str, Figures]:
        """The sealed figures by month."""
        return {month: json.loads(self._desk.seals.figures(month)) for month in self.seals}

    @cached_property
    def lines(self) -> list[Line]:
        """Every line that seals charged, and what was settled by hand: the months before the first, what older seals listed."""
        charged = [line for month, figures in self.figures.items() for line in self._lines(month, figures)]
        return [*charged, *(one.line for one in self.listed if one.by_hand)]

    @cached_property
    def listed(self) -> list[Listed]:
        """What seals without lines listed as learned about sealed months, each with what the head said of it."""
        return older_seals.listed(self.figures, older_seals.said(self._desk.index, self._view))

    def _lines(self, month: str, figures: Figures) -> Iterator[Line]:
        if "pay" in figures:
            yield from map(read_line, figures["pay"]["lines"])
        else:
            yield from older_seals.lines(self._desk.rulebook.of(month).rules.values(), month, figures)
            yield from (line for line in self._known_then(month, self.seals[month]) if line.kind not in ("fine", "record"))

    def _known_then(self, month: str, seal: Seal) -> list[Line]:
        at = self._desk.time(seal.at)
        world, span = self._desk.month(month, View(at, at))
        return own(world, findings(world), month, span)

    @cached_property
    def deducted(self) -> list[Deduction]:
        """Every deduction that seals kept; of older seals, which kept none, what their ceilings let through."""
        kept = [row for figures in self.figures.values() for row in figures.get("pay", {}).get("deducted", ())]
        return [*older_seals.deductions(self.figures, self.lines), *map(read_deduction, kept)]

    @property
    def first_open(self) -> str | None:
        """The month after the last seal; None where nothing is sealed."""
        return _after(list(self.seals)[-1]) if self.seals else None

    # ---- what a month's pay begins with --------------------------------------------------------

    def before(self, month: str) -> Before:
        """What the pay of a month begins with. A sealed month carries what its own seal says."""
        if month in self.seals:
            mine = [Known(line, None, None) for line in self._lines(month, self.figures[month]) if line.month == month != line.concerns]
            return Before(mine, (), (), self.bound, self.gone(month))
        if self.first_open is not None and month < self.first_open:
            return Before((), (), (), self.bound, self.gone(month))
        if month == self.first_open:
            return Before(self.carried, self.lines, self.deducted, self.bound, self.gone(month))
        lines, deducted = self.open_before(month) if self._chained() else ([], [])
        return Before((), lines, deducted, self.bound, self.gone(month))

    def _chained(self) -> bool:
        """Whether what an open month deducts may depend on other open months."""
        return bool(self._desk.rules.caps) or any(one.waiting for one in self.deducted)

    def open_before(self, month: str) -> tuple[list[Line], list[Deduction]]:
        """All lines and deductions before an open month: the seals', and of the open months as if they were sealed."""
        lines, deducted = list(self.lines), list(self.deducted)
        for name in self._open_months(month):
            if not (name == self.first_open or _waits(deducted) or _anything_in(self._desk, name)):
                continue
            pay = self._as_if_sealed[name] if name in self._as_if_sealed else self._settled(name, lines, deducted)
            self._as_if_sealed[name] = pay
            lines, deducted = [*lines, *pay[0]], [*deducted, *pay[1]]
        return lines, deducted

    @cached_property
    def _as_if_sealed(self) -> dict[str, tuple[Sequence[Line], Sequence[Deduction]]]:
        return {}

    def _settled(self, month: str, lines: list[Line], deducted: list[Deduction]) -> tuple[Sequence[Line], Sequence[Deduction]]:
        world, span = self._desk.month(month, self._view, brief=True)
        carried = self.carried if month == self.first_open else ()
        before = Before(carried, lines, deducted, self.bound, self.gone(month))
        pay = settle(world, month, own(world, findings(world), month, span), before)
        return pay.lines, pay.deducted

    def _open_months(self, month: str) -> list[str]:
        first = self.first_open or _first(self._desk)
        return [name for name in month_names(month, LONGEST)[:-1] if first is not None and name >= first]

    def gone(self, month: str) -> frozenset[str]:
        """Who had left before the month began."""
        return frozenset(id for id, row in self._staff(month).items() if "" < (row.get("left") or "") < month)

    def _staff(self, month: str) -> Mapping[str, Mapping[str, str]]:
        """The staff as they were at the end of a month: of a settled one by what was known then, else at the view."""
        return self._desk.on("staff", _last_day(self._desk, month), self._sealed_at(month) or self._view.known_at)

    def bound(self, who: str, month: str) -> Ceiling | None:
        """The ceiling of a person in a month: of a sealed month that which its seal went by."""
        key = (who, month)
        if key not in self._ceilings:
            self._ceilings[key] = self._ceiling(who, month)
        return self._ceilings[key]

    def _ceiling(self, who: str, month: str) -> Ceiling | None:
        rules, day = self._desk.rulebook.of(month), _last_day(self._desk, month)
        kept = [one for one in self.deducted if one.staff == who and one.month == one.concerns == month and one.kind == "fine"]
        if kept:
            return ceiling(rules, day, str(kept[0].wage) if kept[0].wage is not None else None)
        return ceiling(rules, day, self._staff(month).get(who, {}).get("wage") or None)

    def _sealed_at(self, month: str) -> datetime | None:
        """When a month was settled: by its own seal, before the first one by that; None while it is open."""
        seal = self.seals.get(month) or (next(iter(self.seals.values())) if self.seals and month < next(iter(self.seals)) else None)
        return self._desk.time(seal.at) if seal else None

    # ---- what is carried -----------------------------------------------------------------------

    @cached_property
    def carried(self) -> list[Known]:
        """What is known of sealed months now, less what seals charged, as lines of the first month without a seal."""
        month = self.first_open
        if month is None:
            return []
        found = [one for name in self._spoken_of() for one in self._difference(name, month)]
        return [self._with_reason(one) for one in found]

    @property
    def unsaid(self) -> list[Listed]:
        """What older seals listed, still differs, and nobody has said of whether it was settled by hand."""
        differs = {(one.line.staff, one.line.id, one.line.concerns) for one in self.carried if one.line.kind == "fine"}
        return [one for one in self.listed if one.by_hand is None and (one.line.staff, one.line.id, one.line.concerns) in differs]

    def _difference(self, name: str, month: str) -> list[Known]:
        world, span = self._desk.month(name, self._view, brief=True)
        mine = [line for line in self.lines if line.concerns == name]
        if not mine and name < next(iter(self.seals)):  # before the first seal, which then kept no lines of it
            mine = self._known_then(name, next(iter(self.seals.values())))
        return difference(mine, own(world, findings(world), name, span), month)

    @cached_property
    def _since(self) -> list[Entry]:
        """What was recorded since the last seal that kept its lines, as far as the view knows it."""
        whole = [month for month, figures in self.figures.items() if "pay" in figures]
        seal = self.seals[whole[-1] if whole else next(iter(self.seals))]
        known = self._view.known_at or self._desk.now()
        return [
            entry
            for entry in behind.recorded_behind(self._desk.index, int(self._desk.time(seal.at).timestamp()) + 1)
            if entry.recorded_at <= known
        ]

    def _spoken_of(self) -> list[str]:
        """The months up to the last sealed one that what was recorded since may speak of, in order."""
        end = self._desk.month_span(list(self.seals)[-1]).end
        found = behind.neighbourhood(self._desk.index, self._touched(int(end.timestamp())), self._view)
        world = self._desk.world(found, self._view)
        moments = [turn.at for one in findings(world) for turn in one.turns]
        moments += [entry.at for cases in found.values() for entries in cases.values() for entry in entries]
        moments += [entry.at for entry in self._since]
        first = _first(self._desk) or ""
        months = {f"{moment.astimezone(self._desk.zone):%Y-%m}" for moment in moments if moment < end}
        months |= self._same_period(months) | self._of_facts()
        ids = {id for cases in found.values() for id in cases}
        months |= {line.concerns for line in self.lines if line.id.partition("/")[2].partition("/")[0] in ids}
        return sorted(month for month in months if month >= first)

    def _same_period(self, months: set[str]) -> set[str]:
        """The sealed months in which steps count on from these: of the same month, quarter or year, whenever they became final."""
        amounts = [self._desk.rules.amounts, *(self._desk.rulebook.of(month).amounts for month in self.seals)]
        pers = {row.steps.per for of in amounts for one in of.values() for row in one.history if row.steps}
        if not pers or not months:
            return set()
        first = min(period_months(min(months), per)[0] for per in pers)
        return {month for month in self.seals if month >= first}

    def _of_facts(self) -> set[str]:
        """The sealed months of which facts of registers (a wage, a region, a warranty) are known otherwise since."""
        since = [entry.get("since") for entry in self._since if entry.ledger == "change"]
        first = min((str(day)[:7] if day else "" for day in since), default=None)
        return set() if first is None else {month for month in self.seals if month >= first}

    def _touched(self, end: int) -> set[tuple[str, str]]:
        """The cases that entries recorded since tell more of, and that began before the end of the last sealed month."""
        touched: set[tuple[str, str]] = set()
        for entry in self._since:
            if entry.ledger == ledgers.UNDO:
                touched.add((entry.get("of").replace("_", "-"), entry.get("entry")))
            else:
                touched.add((entry.ledger, entry.id))
        return {case for case in touched if case[0] == "finding" or behind.began_before(self._desk.index, *case, end)}

    def _with_reason(self, one: Known) -> Known:
        subject = one.line.id.partition("/")[2].partition("/")[0] or one.line.id.partition("/")[0]
        told = [e for e in self._since if e.id in (subject, one.line.id) or e.get("entry") == subject or e.get("visit") == subject]
        if not told:
            said = Text("learned after the seal", "封存后得知")
        else:
            typed = [(e, ledgers.event(e.ledger, e.event).done, f"{e.recorded_at.astimezone(self._desk.zone):%Y-%m-%d}") for e in told]
            said = Text(
                "; ".join(f"{e.id} {done.en}, typed {day} by {e.by}{_reason(e)}" for e, done, day in typed),
                "；".join(f"{e.id} {done.zh}，{e.by} 于 {day} 录入{_reason(e)}" for e, done, day in typed),
            )
        return one._replace(line=one.line._replace(why={"en": said.en, "zh": said.zh}))


def _reason(entry: Entry) -> str:
    reason = entry.get("reason")
    return f" ({reason})" if reason else ""


def _after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _first(desk: Desk) -> str | None:
    """The month of the first thing that happened."""
    second = behind.first_entry(desk.index)
    return None if second is None else f"{datetime.fromtimestamp(second, desk.zone):%Y-%m}"


def _waits(deducted: Sequence[Deduction]) -> bool:
    """Whether something waits after the last of these pays: the next one deducts it, though nothing else happens in its month."""
    last = max((one.month for one in deducted), default="")
    return any(one.waiting for one in deducted if one.month == last)


def _anything_in(desk: Desk, month: str) -> bool:
    span = desk.month_span(month)
    return behind.anything_in(desk.index, int(span.start.timestamp()), int(span.end.timestamp()))


def _last_day(desk: Desk, month: str) -> date:
    return (desk.month_span(month).end.astimezone(desk.zone) - timedelta(seconds=1)).date()
