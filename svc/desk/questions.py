"""What a desk is asked: the state of the world at a moment, a month, one finding, what waits, where an entry stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Protocol

from svc.domain import briefs, correction, ledgers, merging
from svc.domain.clock.base import fixed, month_bounds, month_names
from svc.domain.entry import Entry
from svc.domain.order import by_minute
from svc.errors import Conflict
from svc.store.index import wanted
from svc.text import Text

if TYPE_CHECKING:
    from svc.audit.products import Told
    from svc.audit.world import Reported, Span, World
    from svc.desk.rulebook import Rulebook
    from svc.desk.selections import Chosen, Waits
    from svc.domain.briefs import Briefs
    from svc.rules.judge import Finding
    from svc.rules.model import Rules
    from svc.store.index.dated import Lookup
    from svc.store.index.lookups import Index
    from svc.store.index.selection import Selection
    from svc.store.index.wanted import View
    from svc.store.place import Ledger
    from svc.store.seals import Seals

BARE_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Asking(Protocol):
    """The part of a desk that answers questions about what is recorded."""

    ledger: Ledger

    @property
    def zone(self) -> tzinfo: ...
    @property
    def index(self) -> Index: ...
    @property
    def seals(self) -> Seals: ...
    @property
    def rulebook(self) -> Rulebook: ...
    @property
    def site(self) -> str | None: ...
    @property
    def rules(self) -> Rules: ...
    def now(self) -> datetime: ...
    def time(self, text: str) -> datetime: ...
    def register(self, noun: str) -> Mapping[str, Mapping[str, str]]: ...
    def on(self, noun: str, day: date, known_at: datetime | None = None) -> Lookup: ...
    def at(self, noun: str, view: View) -> Lookup: ...

    def view(self, as_of: str | None = None, known_at: str | None = None) -> View:
        """The state of the world that a reading command was asked for (default: now)."""
        self.index.catch_up()
        now = self.moment(as_of) if as_of else self.now()
        past = bool(known_at or (as_of and now < self.now()))
        known = self.moment(known_at) if known_at else None
        self.index.known_at = known or self.index.known_at  # who is meant is asked after it
        return wanted.View(now, known, past)

    def day(self, view: View) -> date:
        """The day of a view in the desk's zone."""
        return view.now.astimezone(self.zone).date()

    def moment(self, text: str) -> datetime:
        """A time to look at; a bare date is its beginning, as ISO 8601 has it (a promise needs an hour, a look does not)."""
        return self.time(f"{text.strip()}T00:00" if re.fullmatch(BARE_DATE, text.strip()) else text)

    def world(self, found: Selection, view: View, told: Briefs | None = None) -> World:
        """A selection of entries, folded, and what is told in brief, with the registers and rules to judge it by."""
        from svc.audit.world import REGISTERED, Registers, build

        told = told or briefs.NOTHING
        if self.site is not None:
            found = {noun: {id: rows for id, rows in cases.items() if ledgers.mark(id) == self.site} for noun, cases in found.items()}
        lookups = [self.at(noun, view) for noun in REGISTERED]
        for lookup, (noun, ids) in zip(lookups, wanted.named_in(found, REGISTERED).items(), strict=True):
            lookup.want(ids | briefs.named(told, noun))
        known, merged = Registers(*lookups), self.index.merged("customer", view.known_at)
        found = merging.as_one(found, merged)
        world = build(found, known, self.rules, view.now, self.zone, briefs.as_one(told, merged))
        return world._replace(versions=self.rulebook.versions)

    def month(self, month: str, view: View, waits: bool = False, brief: bool = False) -> tuple[World, Span]:
        """What the figures of a month are made of (with `waits` also what waits at the view), and its bounds in the desk's zone.

        With `brief` most calls, visits and reports are told in brief, without the entries that say so: enough to count and
        to judge by, not to tell the reasons.

        A sealed month is looked at with the rules that it was sealed with, whatever the file says today.
        """
        span = self.month_span(month)
        return self.stretch(span, month, self.rulebook.of(month), view, waits, brief), span

    def stretch(self, span: Span, last: str, rules: Rules, view: View, waits: bool = False, brief: bool = False) -> World:
        """What the figures of a stretch of time are made of that ends with the month `last`."""
        from svc.desk import months

        reach, stepped, also = rules.reach(), rules.stepped(), self._waits() if waits else None

        def choose(in_brief: bool) -> Chosen:
            return months.month(self.index, span.start, span.end, self.zone, reach, view, stepped, also, in_brief)

        def world(of: Chosen) -> World:
            return self.world(of.entries, view, of.told)._replace(rules=rules, months=self._ended_months(last, view))

        return self._told(choose, world, rules) if brief else world(choose(False))

    def _told(self, choose: Callable[[bool], Chosen], world: Callable[[Chosen], World], rules: Rules) -> World:
        """The world of what is chosen in brief, where the index keeps that; who asks more of it has all of it read.

        All is read of a site by itself (also what belongs to what is another), and where offences are numbered: which time
        each was, its entries say: when it was put right, and when that was typed.
        """
        from svc.audit.partly import partly

        stepped = {ledgers.RECORDED_AS.get(noun, noun) for one in (rules, self.rules, *self.rulebook.others) for noun in one.stepped()}
        if self.site is not None or not stepped.isdisjoint(briefs.IN_BRIEF):
            return world(choose(False))
        found = choose(True)
        return partly(world(found), found.among, lambda: world(choose(False)))

    def _ended_months(self, month: str, view: View) -> tuple[Reported, ...]:
        """The months up to `month`, of the last year, that have ended and in which the desk was in use."""
        from svc.audit.world import Reported

        ended = []
        for name in month_names(month, 12):
            span = self.month_span(name)
            if not self.in_use(span) or span.end > view.now:
                continue
            seal = self.seals.read(name)
            at = self.time(seal.at) if seal else None
            ended.append(Reported(name, fixed(span.end), at if at and at <= view.now else None))
        return tuple(ended)

    @property
    def begins(self) -> datetime | None:
        """When the desk begins (`svc desk begins`): what was opened before is history; None where nobody said."""
        day = self.rules.begins
        return fixed(datetime(day.year, day.month, day.day, tzinfo=self.zone)) if day else None

    def in_use(self, span: Span) -> bool:
        """Whether the desk had been begun before the end of a stretch of time: its first call had come in."""
        first = self.index.select("select min(at) from entry where noun = 'call'")[0][0]
        return first is not None and int(str(first)) < span.end.timestamp()

    def half_year(self, month: str, view: View) -> tuple[World, list[tuple[str, Span]], list[Told]]:
        """The reports of the months up to `month` that a trend shows, and those months.

        Only reports that were corrected since are read and folded: of the others a few columns say enough.
        """
        from svc.audit.products import TREND_MONTHS
        from svc.desk import closings, selections

        spans = [(name, self.month_span(name)) for name in month_names(month, TREND_MONTHS)]
        first, last = spans[0][1].start, spans[-1][1].end
        with self.index.one_state():
            told = closings.between(self.index, int(first.timestamp()), int(last.timestamp()), view)
            if self.site is not None:  # whose visit and call it was decides what belongs to a site: `world` sees to that
                told = [one._replace(retold=True) for one in told]
            found = selections.retold_reports(self.index, first, last, view, told)
        self.at("machine", view).want({one.machine for one in told if one.machine})
        return self.world(found, view), spans, [(one.at, one.fault, one.machine) for one in told if not one.retold]

    def month_span(self, month: str) -> Span:
        """The bounds of a month in the desk's zone; BadInput for what is no month."""
        from svc.audit.world import Span
        return Span(*month_bounds(month, self.zone))

    def finding(self, id: str, view: View) -> Finding:
        """One finding as things stand; Conflict where the rules find nothing against that subject."""
        from svc.audit.findings import findings
        from svc.desk import selections
        from svc.domain.nouns.finding import parts

        rule_id, subject = parts(id)
        rule = self.rulebook.rule(rule_id)
        world = self.world(selections.subject(self.index, rule.subject, subject.partition("/")[0], view), view)
        if rule.subject == "month" and subject[0].isdigit():
            world = world._replace(months=self._ended_months(subject, view))
        found = next((f for f in findings(world) if f.id == id), None)
        if rule.subject == "person_month":
            found = next((f for f in findings(self.month(subject[-7:], view)[0]) if f.id == id), found)
        elif found:
            found = self.which_times([found], view)[0]
        if found is None:
            raise Conflict(
                Text(f"there is no finding {id}: the rules find nothing against it", f"没有 {id}：按规则没有问题"),
                Text("see: svc finding list --month YYYY-MM", "查看：svc finding list --month YYYY-MM"),
            )
        return found

    def which_times(self, found: Sequence[Finding], view: View) -> list[Finding]:
        """Findings, of which those that are numbered are as their months have them: which time each was, the others say."""
        from svc.audit.findings import findings

        @cache
        def of_month(month: str) -> Mapping[str, Finding]:
            return {one.id: one for one in findings(self.month(month, view)[0])}

        dated = [(one, (one.final_at or one.offence_at) if one.time is not None else None) for one in found]
        return [of_month(f"{at.astimezone(self.zone):%Y-%m}").get(one.id, one) if at else one for one, at in dated]

    def waiting(self, view: View) -> World:
        """What may wait for somebody: calls, visits, reports, complaints, rulings that are not settled; in brief where that is kept."""
        from svc.desk import selections

        waits = self._waits()

        def world(found: Chosen) -> World:
            return self.world(found.entries, view, found.told)

        return self._told(lambda in_brief: selections.waiting(self.index, view, waits, in_brief), world, self.rules)

    def _waits(self) -> Waits:
        from svc.desk.selections import Waits

        return Waits(self.rulebook.asked(), self.begins)

    def nothing(self) -> Selection:
        """An empty selection: for showing names without facts."""
        return {noun: {} for noun in ledgers.TABLE}

    def entries(self, noun: str, id: str) -> Sequence[Entry]:
        """All entries of one id as they hold now: corrected, in order of what happened."""
        return correction.effective(self.index.entries(noun, id))

    def place(self, entry: Entry) -> str:
        """Where an entry stands: `visits/2026-10.csv:118`, followed by its corrections."""
        return ", ".join(self._place(one) for one in entry.history or (entry,))

    def _place(self, entry: Entry) -> str:
        for recorded, file, offset in self.index.places(entry.ledger, entry.id):
            if recorded == entry or by_minute(recorded) == entry:
                return f"{file}:{self.ledger.line_at(file, offset)}"
        return f"{entry.ledger} {entry.id}"
