"""Opens a desk: its folder, time zone, clock, who acts, ledgers, registers, index, rules. The one wiring file."""

from __future__ import annotations

import os
import re
import sys
import time as _time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from svc.desk import places, references
from svc.desk.identity import Acting, confine
from svc.domain import correction, ledgers, registers
from svc.domain.clock.base import happened, month_bounds, month_names, read_iso
from svc.domain.entry import Entry
from svc.domain.order import check_order
from svc.domain.people import hide_in, masked, normal
from svc.errors import BadInput, Conflict, Damaged
from svc.store.index import Index
from svc.text import Text

if TYPE_CHECKING:
    from svc.audit.products import Told
    from svc.audit.world import Registers as Known
    from svc.audit.world import Reported, Span, World
    from svc.desk.rulebook import Rulebook
    from svc.rules.judge import Finding
    from svc.rules.model import Rules
    from svc.store.place import Place
    from svc.store.seals import Seals
    from svc.store.select import Selection, View


BARE_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
ZONES = "/usr/share/zoneinfo"


class Options(NamedTuple):
    """What was said before the noun: which desk, who acts, which site of a company."""

    desk: str | None = None
    staff: str | None = None
    site: str | None = None


def fixed(moment: datetime) -> datetime:
    """The same instant with its offset as a fixed one, so that subtraction never goes by the wall clock."""
    offset = moment.utcoffset() or timedelta(0)
    return moment.astimezone(timezone(offset)).replace(microsecond=0)


class Desk(Acting):
    """One department's desk. Everything that a command needs is opened when it is first asked for."""

    def __init__(self, kept: Place | Path, options: Options | None = None) -> None:
        self.kept = places.on_files(kept) if isinstance(kept, Path) else kept
        self.options = options or Options()
        self.ledger, self.registers, self.documents = self.kept.ledger, self.kept.registers, self.kept.documents

    @classmethod
    def open(cls, options: Options) -> Desk:
        """The desk that the options or the environment name: a folder, or the address of a server."""
        address = options.desk or os.environ.get("SVC_DESK")
        site = options.site or os.environ.get("SVC_SITE")
        if address is not None and places.is_address(address):
            return cls(places.on_server(address, site), options)
        folder = places.find(options.desk, os.environ)
        confine(os.environ, folder, sys.argv[1:])
        return cls(folder, options)

    @property
    def site(self) -> str | None:
        """The mark of the one site that was asked for ("": the one without); None: everything that may be seen."""
        asked = self.options.site or os.environ.get("SVC_SITE")
        return asked and (asked.upper() if asked != "-" else "")

    @property
    def folder(self) -> Path:
        """The folder of a desk of files; BadInput on a server, which has none."""
        if self.kept.folder is None:
            raise BadInput(
                Text("this works on a desk of files only", "此命令只能用于文件形式的工作目录"),
                Text(
                    "bring it down first: svc desk move postgresql://… DIR",
                    "先搬到本地：svc desk move postgresql://… 目录",
                ),
            )
        return self.kept.folder

    # ---- clock and times -----------------------------------------------------------------------

    @cached_property
    def zone(self) -> tzinfo:
        """The desk's time zone, as `rules.yaml` names it (read without parsing the file)."""
        if Path(ZONES).is_dir():  # else `zoneinfo` looks up how Python was built to find out
            os.environ.setdefault("PYTHONTZPATH", ZONES)
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        name = "Asia/Shanghai"
        for line in (self.documents.read("rules.yaml") or b"").split(b"\n"):
            if line.startswith(b"timezone:"):
                name = line[9:].split(b"#")[0].strip().strip(b"\"'").decode("utf-8", "replace")
                break
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Damaged(
                Text(f"rules.yaml: there is no time zone {name!r}", f"rules.yaml：没有时区 {name!r}"),
                Text("write for example: timezone: Asia/Shanghai", "例如写：timezone: Asia/Shanghai"),
            ) from None

    def now(self) -> datetime:
        """The clock, to the second, in the desk's zone."""
        moment = self.kept.clock().timestamp() if self.kept.clock else _time.time()
        return fixed(datetime.fromtimestamp(int(moment), self.zone))

    def time(self, text: str) -> datetime:
        """The instant that a text names: ISO 8601 or words of either language (`svc.domain.clock`)."""
        moment = read_iso(text, self.zone)
        if moment is None:
            from svc.domain.clock.words import read_time  # its grammar is costly to load, and most commands need none

            moment = read_time(text, self.now().astimezone(self.zone), self.zone)
        return fixed(moment)

    # ---- who acts ------------------------------------------------------------------------------

    @property
    def asked(self) -> str | None:
        """Who the user says he is: --as, or SVC_STAFF."""
        return self.options.staff or os.environ.get("SVC_STAFF")

    # ---- index, registers, rules ---------------------------------------------------------------

    @cached_property
    def index(self) -> Index:
        """The index, up with the registers; ledgers are followed by those who read them."""
        index = Index(self.kept.cache, self.ledger, self.registers)
        index.catch_up(())
        return index

    def person(self, noun: str, id: str) -> Mapping[str, str]:
        """A row of a register; empty where it was erased or never was."""
        return self.register(noun).get(id, {})

    def register(self, noun: str) -> Mapping[str, Mapping[str, str]]:
        """A register by id: a row costs a row, all of them the whole file."""
        cache = self.__dict__.setdefault("_registers", {})
        if noun not in cache:
            from svc.store.lookup import Lookup

            cache[noun] = Lookup(noun, self.index, self.registers)
        found: Mapping[str, Mapping[str, str]] = cache[noun]
        return found

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules file as it is, and what each sealed month was computed by."""
        from svc.desk.rulebook import FILE, Rulebook

        return Rulebook(self.documents.read(FILE) or b"", self.seals)

    @property
    def rules(self) -> Rules:
        """The rules in force, read and checked; Several with every mistake where they are wrong."""
        return self.rulebook.current

    @cached_property
    def seals(self) -> Seals:
        """The seals of submitted months."""
        from svc.store.seals import Seals

        return Seals(self.ledger, self.documents)

    # ---- references: what a person typed, as ids ------------------------------------------------

    def reference(self, noun: str, text: str, taken_back: bool = False) -> str:
        """The full id that a text means: of a ledger (`V2611-0007`, `V7`) or register (id, name, code, login)."""
        if noun not in registers.TABLE:
            self.index.catch_up(None if noun == "finding" else (noun,))
        return references.resolve(self.index, noun, text, f"{self.now():%y%m}", self.ledger.mark, taken_back)

    def named(self, noun: str, text: str) -> list[str]:
        """The ids of a register that a phone number, name, login, short code or short id (`CU1`) may mean."""
        return references.named(self.index, noun, text, self.ledger.mark)

    def short(self, noun: str, id: str) -> str:
        """The least that has to be typed for an id now."""
        if not self.index.exists(noun, id):  # just recorded; a list of many is not followed line by line
            self.index.catch_up((noun,))
        return references.shortest(self.index, noun, id, f"{self.now():%y%m}")

    def caller(self, text: str) -> str:
        """The customer id of a known caller; the masked number of one who is not known."""
        return references.caller(self.index, text, self.ledger.mark)

    # ---- recording -----------------------------------------------------------------------------

    def record(
        self,
        noun: str,
        event_name: str,
        id: str | None,
        given: Mapping[str, Any],
        at: str | None,
        dry: bool = False,
        sign: Callable[[Entry], str | None] | None = None,
    ) -> Entry:
        """Record one entry and give it back as it stands on disk; the one way in for a single deed.

        `given` are the fields as typed; `id` is the subject's id (None opens a new one). With `dry`
        everything is checked, a signature too, and nothing written; `sign` gives the one that the entry carries.
        Raises what `svc.errors` has for it.
        """
        event = ledgers.event(noun, event_name)
        self.permit(self.who, event.roles, Text(f"{event_name} a {noun}", event.title.zh))
        with self.ledger.lock():
            self.index.catch_up(self._touched(noun, event))
            entry, secrets = self._entry(noun, event, id, given, at)
            self._allowed(entry)
            signature = sign(entry) if sign else None
            if dry:
                return entry
            if signature:
                entry = entry._replace(fields={**entry.fields, "signature": signature})
            self._keep_secrets(entry, given, secrets)
            receipt = self.ledger.append([entry], self.now())[0]
        return entry._replace(recorded_at=receipt.recorded_at)

    def happened(self, text: str) -> datetime:
        """The instant of a deed that a text names; BadInput for what is still to come."""
        return happened(self.time(text), self.now())

    def _touched(self, noun: str, event: ledgers.Event) -> set[str]:
        others = {f.kind.noun for f in event.fields if hasattr(f.kind, "noun")}
        return {noun, *(other for other in others if other in ledgers.TABLE)}

    def _entry(
        self, noun: str, event: ledgers.Event, id: str | None, given: Mapping[str, Any], at: str | None
    ) -> tuple[Entry, dict[str, str]]:
        now = self.now()
        moment = self.happened(at) if at else now
        fields = {
            f.name: f.kind.read(given[f.name], f.option or f"--{f.name.replace('_', '-')}", self)
            for f in event.fields
            if given.get(f.name) is not None
        }
        fields = {name: value for name, value in fields.items() if value not in ("", (), {})}
        secrets = {f.name: fields.pop(f.name) for f in event.fields if f.secret and f.name in fields}
        numbers: list[str] = []
        fields = {f.name: hide_in(f, fields[f.name], numbers.append) for f in event.fields if f.name in fields}
        if numbers:
            secrets["phone"] = "; ".join(numbers)
        self._complete(event, fields)
        own = id if event.on == "own" else None
        if own is None:
            own = self._new_id(noun, event, fields, now)
        return Entry(noun, event.name, own, moment, now, self.who, fields), secrets

    @staticmethod
    def _complete(event: ledgers.Event, fields: Mapping[str, Any]) -> None:
        missing = [f for f in event.fields if f.required and f.name not in fields]
        if missing:
            names = ", ".join(f.option or f"--{f.name.replace('_', '-')}" for f in missing)
            raise BadInput(
                Text(f"missing: {names}", f"缺少：{names}"),
                Text(f"for example: {event.example}", f"例如：{event.example}"),
            )

    def prefix(self, noun: str, at: datetime) -> str:
        """What the ids of a ledger begin with that are given out at that time: `C2611-`, or `C2611-BJ` at a site."""
        return f"{ledgers.ledger(noun).letter}{at.astimezone(self.zone):%y%m}-{self.ledger.mark}"

    def _new_id(self, noun: str, event: ledgers.Event, fields: Mapping[str, Any], now: datetime) -> str:
        if event.on != "new":
            known = self.index.children(noun, fields[event.on])
            if known:
                return known[0]
        prefix = self.prefix(noun, now)
        return f"{prefix}{self.index.last_number(prefix) + 1:04d}"

    def _allowed(self, entry: Entry) -> None:
        before = self.index.entries(entry.ledger, entry.id)
        check_order(before, entry)

    def _keep_secrets(self, entry: Entry, given: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Numbers and a caller's name go into a register of their own, which can be erased."""
        number = normal(str(given.get("from") or ""))
        stranger = [number] if number and entry.get("from") == masked(number) else []
        row = {"phone": "; ".join([*stranger, *filter(None, [secrets.get("phone")])]), "contact": secrets.get("contact", "")}
        if secrets.get("phone"):  # seldom: what is kept with the same id already is kept on
            known = self.registers.load("caller").get(entry.id, {})
            phones = dict.fromkeys([*filter(None, known.get("phone", "").split("; ")), *row["phone"].split("; ")])
            row = {"phone": "; ".join(phones), "contact": row["contact"] or known.get("contact", "")}
        if any(row.values()):
            self.registers.add("caller", {entry.id: row})

    # ---- reading -------------------------------------------------------------------------------

    def view(self, as_of: str | None = None, known_at: str | None = None) -> View:
        """The state of the world that a reading command was asked for (default: now)."""
        from svc.store.select import View

        self.index.catch_up()
        now = self.moment(as_of) if as_of else self.now()
        past = bool(known_at or (as_of and now < self.now()))
        return View(now, self.moment(known_at) if known_at else None, past)

    def moment(self, text: str) -> datetime:
        """A time to look at; a bare date is its beginning, as ISO 8601 has it (a promise needs an hour, a look does not)."""
        return self.time(f"{text.strip()}T00:00" if re.fullmatch(BARE_DATE, text.strip()) else text)

    def world(self, found: Selection, view: View) -> World:
        """A selection of entries, folded, with the registers and rules to judge it by."""
        from svc.audit.world import Registers as Known
        from svc.audit.world import build

        if self.site is not None:
            found = {noun: {id: rows for id, rows in cases.items() if ledgers.mark(id) == self.site} for noun, cases in found.items()}
        known = Known(*(self.register(noun) for noun in ("customer", "machine", "staff", "supplier")))
        return build(found, known, self.rules, view.now, self.zone)._replace(versions=self.rulebook.versions)

    def month(self, month: str, view: View) -> tuple[World, Span]:
        """What the figures of a month are made of, and its bounds in the desk's zone.

        A sealed month is looked at with the rules that it was sealed with, whatever the file says today.
        """
        span = self.month_span(month)
        world = self.stretch(span, month, self.rulebook.of(month), view)
        return world._replace(registers=self._paid(month, world.registers)), span

    def stretch(self, span: Span, last: str, rules: Rules, view: View) -> World:
        """What the figures of a stretch of time are made of that ends with the month `last`."""
        from svc.store import select

        world = self.world(select.month(self.index, span.start, span.end, rules.reach(), view), view)
        return world._replace(rules=rules, months=self._ended_months(last, view))

    def _paid(self, month: str, known: Known) -> Known:
        paid = self.rulebook.wages(month)
        wages = {who: {**known.staff.get(who, {}), "wage": wage} for who, wage in paid.items()}
        return known._replace(staff={**known.staff, **wages})

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

    def in_use(self, span: Span) -> bool:
        """Whether the desk had been begun before the end of a stretch of time: its first call had come in."""
        first = self.index.select("select min(at) from entry where noun = 'call'")[0][0]
        return first is not None and int(str(first)) < span.end.timestamp()

    def half_year(self, month: str, view: View) -> tuple[World, list[tuple[str, Span]], list[Told]]:
        """The reports of the months up to `month` that a trend shows, and those months.

        Only reports that were corrected since are read and folded: of the others a few columns say enough.
        """
        from svc.audit.products import TREND_MONTHS
        from svc.store import closings, select

        spans = [(name, self.month_span(name)) for name in month_names(month, TREND_MONTHS)]
        first, last = spans[0][1].start, spans[-1][1].end
        told = closings.between(self.index, int(first.timestamp()), int(last.timestamp()), view)
        if self.site is not None:  # whose visit and call it was decides what belongs to a site: `world` sees to that
            told = [one._replace(retold=True) for one in told]
        found = select.retold_reports(self.index, first, last, view, told)
        return self.world(found, view), spans, [(one.at, one.fault, one.machine) for one in told if not one.retold]

    def month_span(self, month: str) -> Span:
        """The bounds of a month in the desk's zone; BadInput for what is no month."""
        from svc.audit.world import Span
        return Span(*month_bounds(month, self.zone))

    def finding(self, id: str, view: View) -> Finding:
        """One finding as things stand; Conflict where the rules find nothing against that subject."""
        from svc.audit.findings import findings
        from svc.domain.nouns.finding import parts
        from svc.store import select

        rule_id, subject = parts(id)
        rule = self.rulebook.rule(rule_id)
        world = self.world(select.subject(self.index, rule.subject, subject.partition("/")[0], view), view)
        if rule.subject == "month" and subject[0].isdigit():
            world = world._replace(months=self._ended_months(subject, view))
        found = next((f for f in findings(world) if f.id == id), None)
        if found is None:
            raise Conflict(
                Text(f"there is no finding {id}: the rules find nothing against it", f"没有 {id}：按规则没有问题"),
                Text("see: svc finding list --month YYYY-MM", "查看：svc finding list --month YYYY-MM"),
            )
        return found

    def waiting(self, view: View) -> World:
        """What may wait for somebody: calls, visits, reports, complaints, rulings that are not settled."""
        from svc.store import select

        return self.world(select.waiting(self.index, view, self.rulebook.asked()), view)

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
            if recorded == entry:
                return f"{file}:{self.ledger.line_at(file, offset)}"
        return f"{entry.ledger} {entry.id}"
