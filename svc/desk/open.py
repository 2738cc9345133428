"""Opens a desk: its folder, time zone, clock, who acts, ledgers, registers, index, rules. The one wiring file."""

from __future__ import annotations

import os
import time as _time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from svc import settings
from svc.desk import places, references
from svc.desk.identity import Acting
from svc.desk.questions import Asking
from svc.domain import ledgers, registers
from svc.domain.clock.base import fixed, happened, read_iso
from svc.domain.people import normal
from svc.errors import BadInput, Conflict, Damaged
from svc.named import NamedTuple
from svc.store.index.lookups import Index
from svc.text import Text, quoted, quoted_zh

if TYPE_CHECKING:
    from svc.desk.rulebook import Rulebook
    from svc.rules.model import Rules
    from svc.store.index.dated import Lookup
    from svc.store.index.wanted import View
    from svc.store.place import Place
    from svc.store.seals import Seals


ZONES = "/usr/share/zoneinfo"


class Options(NamedTuple):
    """What was said before the noun: which desk, who acts, which site of a company."""

    desk: str | None = None
    staff: str | None = None
    site: str | None = None


def _nobody_listens(said: Text) -> None:
    """Nobody is told: a desk that no person sits at."""


class Desk(Acting, Asking):
    """One department's desk. Everything that a command needs is opened when it is first asked for."""

    def __init__(self, kept: Place | Path, options: Options | None = None) -> None:
        self.kept = places.on_files(kept) if isinstance(kept, Path) else kept
        self.options = options or Options()
        self.tell: Callable[[Text], None] = _nobody_listens
        """How whoever is at the desk is told what was understood, at once; who opens it for a person says how."""
        self.ledger, self.registers, self.documents = self.kept.ledger, self.kept.registers, self.kept.documents

    @classmethod
    def open(cls, options: Options) -> Desk:
        """The desk that the options or the environment name, or the one around: a folder, or the address of a server."""
        named = options.desk or os.environ.get("SVC_DESK") or places.around(lambda: settings.read().get("desk"))
        site = options.site or os.environ.get("SVC_SITE")
        if places.is_address(named):
            return cls(places.on_server(named, site), options)
        return cls(places.check_named(named), options)

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
                Text(f"rules.yaml: there is no time zone {quoted(name)}", f"rules.yaml：没有时区{quoted_zh(name)}"),
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

    def person(self, noun: str, id: str, day: date | None = None) -> Mapping[str, str]:
        """A row of a register as it was on a day (default: today); empty where it was erased or never was."""
        return (self.on(noun, day) if day else self.register(noun)).get(id, {})

    def register(self, noun: str) -> Mapping[str, Mapping[str, str]]:
        """A register by id: a row costs a row, all of them the whole file."""
        return self._lookup(noun)

    def _lookup(self, noun: str) -> Lookup:
        cache: dict[str, Lookup] = self.__dict__.setdefault("_registers", {})
        if noun not in cache:
            from svc.store.index.dated import Lookup

            cache[noun] = Lookup.of(noun, self.index, self.registers, self.now().date())
        return cache[noun]

    def on(self, noun: str, day: date, known_at: datetime | None = None) -> Lookup:
        """A register as it was on a day, by what was known at a moment (default: now)."""
        return self._lookup(noun).known(known_at).on(day)

    def at(self, noun: str, view: View) -> Lookup:
        """A register as it was at a view: on its day, by what was known then."""
        return self.on(noun, self.day(view), view.known_at)

    def in_clear(self, noun: str, id: str, view: View | None = None) -> Mapping[str, str]:
        """A row of a register with its numbers in clear, as of today or a view; empty where there is none."""
        rows = self.registers.load(noun)
        return (self.at(noun, view) if view else self._lookup(noun)).told([id], rows)[id] if id in rows else {}

    def rows(self, noun: str, view: View | None = None) -> dict[str, dict[str, str]]:
        """A register with its numbers in clear, as of today or a view: read whole, since the index keeps numbers masked."""
        self.index.catch_up(())
        rows = self.registers.load(noun)
        return (self.at(noun, view) if view else self._lookup(noun)).told(rows, rows)

    def machines_of(self, customer: str, view: View | None = None) -> list[str]:
        """The serial numbers of the machines that are a customer's, today or at a view."""
        rows = self.at("machine", view) if view else self._lookup("machine")
        return [serial for serial in self.index.machines_of(customer) if rows.get(serial, {}).get("customer") == customer]

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

    def reference(self, noun: str, text: str, taken_back: bool = False, whole: bool = False) -> str:
        """The full id that a text means: of a ledger (`V2611-0007`, `V7`) or register (id, name, code, login, half of a name).

        Of a register the one that a part of a word means is said; `whole`: a part is not enough.
        """
        if noun not in registers.TABLE:
            self.index.catch_up(None if noun == "finding" else (noun,))
        try:
            typed = self._owner(text) or text if noun == "customer" else text
            found = references.resolve(self.index, noun, typed, f"{self.now():%y%m}", self.ledger.mark, taken_back, whole)
        except (BadInput, Conflict):
            if noun in registers.TABLE or len(numbered := self.numbered(noun, text)) != 1:
                raise
            return numbered[0]
        self.say_taken(noun, text, found)
        return found if taken_back else self.stays(noun, found)

    def stays(self, noun: str, id: str) -> str:
        """The id under which something is told; where it was merged into another, that is said, once."""
        into, said = self.index.stays(noun, id), self.__dict__.setdefault("_merged", set())
        if into != id and (noun, id) not in said:
            said.add((noun, id))
            self.tell(Text(f"{id} was merged into {into}", f"{id} 已并入 {into}"))
        return into

    def say_taken(self, noun: str, text: str, id: str) -> None:
        """Tell, once, who was understood where a part of a word was typed."""
        said: set[tuple[str, str]] = self.__dict__.setdefault("_taken", set())
        text = text.strip()
        if noun not in registers.TABLE or text.upper() == id or (noun, text) in said or self.named(noun, text):
            return
        said.add((noun, text))
        who = references.described(self.index, noun, id)
        self.tell(Text(f"{text}: taken as {who}", f"{text}：按 {who} 处理"))

    def numbered(self, noun: str, text: str) -> list[str]:
        """The ids that have this text for a number in the list that they came from (`svc.recording.numbers`)."""
        rows = self.registers.load("number").items()
        return [id for id, row in rows if row.get("number") == text.strip() and row.get("noun") == noun]

    def own_words(self, part: str) -> Mapping[str, str]:
        """What the department added to a list in its rules (`own:`), as far as it still holds: titles by code."""
        today = self.now().date()
        things = self.rules.report_items if part == "report_items" else self.rules.conduct_kinds
        return {id: one.title for id, one in things.items() if one.until is None or today <= one.until}

    def part(self, text: str) -> tuple[str, str] | None:
        """Number and name of the one registered part that a text means: its number, its name, the initials of its name."""
        text = text.strip()
        if self.index.known("part", text.upper()):
            found = [text.upper()]
        else:
            found = self.named("part", text) or (references.initials_of(self.index, "part", text) if text.isascii() else [])
        if len(found) != 1:
            return None
        name = self.person("part", found[0]).get("name") or found[0]
        if name != text:
            self.say_taken("part", text, found[0])
        return found[0], name

    def named(self, noun: str, text: str) -> list[str]:
        """The ids of a register that a phone number, name, login, short code or short id (`CU1`) may mean."""
        found = references.named(self.index, noun, text, self.ledger.mark)
        owner = self._owner(text) if noun == "customer" and not found else None
        return [owner] if owner else found

    def _owner(self, text: str) -> str | None:
        """Whose a machine is, by its serial number, where that is nothing by which a customer is known."""
        serial = text.strip().upper()
        if not self.index.known("machine", serial) or self.index.known("customer", serial):
            return None
        if references.named(self.index, "customer", text, self.ledger.mark):
            return None
        owner = self.person("machine", serial).get("customer")
        return owner if owner and self.index.known("customer", owner) else None

    def short(self, noun: str, id: str) -> str:
        """The least that has to be typed for an id now."""
        if not self.index.exists(noun, id):  # just recorded; a list of many is not followed line by line
            self.index.catch_up((noun,))
        return self.shortest(noun, [id])[id]

    def shortest(self, noun: str, ids: Iterable[str]) -> dict[str, str]:
        """The same for many, recorded and followed."""
        return references.shortest(self.index, noun, ids, f"{self.now():%y%m}")

    def caller(self, text: str) -> str:
        """The customer id of a known caller; the masked number of one who is not known."""
        found = references.caller(self.index, text if normal(text) else self._owner(text) or text, self.ledger.mark)
        if self.index.known("customer", found):
            self.say_taken("customer", text, found)
            return self.stays("customer", found)
        return found

    # ---- what is recorded: `svc.recording.door` ---------------------------------------------------

    def happened(self, text: str) -> datetime:
        """The instant of a deed that a text names; BadInput for what is still to come."""
        return happened(self.time(text), self.now())

    def prefix(self, noun: str, at: datetime) -> str:
        """What the ids of a ledger begin with that are given out at that time: `C2611-`, or `C2611-BJ` at a site."""
        return f"{ledgers.ledger(noun).letter}{at.astimezone(self.zone):%y%m}-{self.ledger.mark}"
