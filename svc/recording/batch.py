"""The lines of a file: read, checked at the door as a whole, then written as a whole (`svc.recording.taking`).

The order of the lines does not matter: what belongs together is put in order of time and checked as
if it had been recorded then. Ids, times and persons are kept as given; the time of recording is now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from svc.desk.open import Desk
from svc.domain import ledgers, needs, registers
from svc.domain.clock.base import as_kept, fixed, happened, read_day, read_iso
from svc.domain.entry import Entry
from svc.domain.kinds import Caller, Field, Prose
from svc.domain.ledgers import Event
from svc.domain.nouns import change
from svc.errors import BadInput, Conflict, NotPermitted, SvcError
from svc.recording.batched import Made
from svc.recording.door import Batch, Deed
from svc.recording.doubts import Misread, misread_in
from svc.recording.given import Way
from svc.recording.lines import COMMON, Line, Named
from svc.recording.numbers import LONGEST, Numbers, corrected, opens
from svc.recording.on_disk import OnDisk, Pile
from svc.recording.people import REMEMBERED, People, entry_id, matching
from svc.recording.recorded import Recorded
from svc.recording.registers import Row
from svc.text import Text, near, quoted, quoted_zh

AT_ONCE = 5000
"""Entries that are written at a time."""
Months = dict[tuple[int, int], list[int]]
"""How many entries of each month a file brings, and how many of them in somebody else's name."""
OF_A_LINE = (BadInput, Conflict, NotPermitted)
"""What can be wrong with a line; anything else (a damaged desk) ends the import."""


class AsLine(Way):
    """As the fields of a line: words that nobody wrote down then may be missing."""

    typed = False
    free = (Prose, Caller)

    def called(self, field: Field) -> str:
        return field.name

    def example(self, event: Event) -> Text:
        names = [field.name for field in event.fields]
        return Text(f"what can be given: {', '.join(names)}", f"可写的字段：{'、'.join(names)}")

    def wrong_order(self, error: SvcError) -> SvcError:
        error.hint = Text("correct the id or the time on that line", "请改正该行的编号或时间")
        return error


class Lines(Batch):
    """What is to be imported, and what is wrong with it. References may be to what the same file brings."""

    def __init__(self, desk: Desk) -> None:
        self.file = People(desk)
        super().__init__(desk, AsLine(), self, self.file)
        self.made: OnDisk = OnDisk(self.now)
        self.wrong: dict[int, SvcError] = {}
        self.many = 0
        self.repeated = 0
        self.not_kept: set[tuple[str, str]] = set()
        self.months: Months = {}
        self._month_of: dict[datetime, list[int]] = {}
        self.misread: list[Misread] = []
        self._places = Pile()
        self._moments: dict[str, datetime] = {}
        self._row: int | None = None
        self._own: list[Hashable] = []
        self._ids: dict[Hashable, str] = {}
        self._claims: dict[Hashable, list[int]] = {}
        self._same = Recorded(desk)
        self.numbers = Numbers(desk)
        self.apart: dict[str, Row] = {}

    def close(self) -> None:
        """Give back what is held outside of memory."""
        self.made.close()

    # ---- what fields ask to understand what was given (`svc.domain.kinds.InputContext`) ------------------

    def time(self, text: str) -> datetime:
        """ISO 8601 only: words like "tomorrow" mean nothing in a file. A day alone is one whose hour nobody knows."""
        moment = as_kept(text) or read_day(text, self.desk.zone) or read_iso(text, self.desk.zone)
        if moment is None:
            raise BadInput(
                Text(f"{quoted(text)} is no time", f"{quoted_zh(text)}不是时间"),
                Text("write it like 2026-10-01T09:00:00+08:00", "写成 2026-10-01T09:00:00+08:00"),
            )
        return fixed(moment)

    def happened(self, text: str) -> datetime:
        """The moment of an entry; BadInput for what is still to come. Of a long file many lines are of one minute."""
        moment = self._moments.get(text)
        if moment is None:
            if len(self._moments) >= REMEMBERED:
                self._moments.clear()
            moment = self._moments[text] = happened(self.time(text), self.now)
        return moment

    def reference(self, noun: str, text: str) -> str:
        """Of a register: who is meant. Of a ledger: the id as given, which is looked for at the end."""
        return self.file.reference(noun, text) if noun in registers.TABLE else entry_id(noun, text)

    def caller(self, text: str) -> str:
        """A customer of the file or the desk, or the masked number of a stranger."""
        return self.file.caller(text)

    def own_words(self, part: str) -> Mapping[str, str]:
        """What the department added to a list in its rules."""
        return self.desk.own_words(part)

    # ---- reading lines -------------------------------------------------------------------------

    def read(self, lines: Iterable[Line]) -> None:
        """Read all lines: registers first, so that entries may refer to them wherever they stand."""
        people, machines, entries, numbered, later = (Pile() for _ in range(5))
        for line in lines:
            self._count(line)
            if line.wrong is not None:
                self.wrong.setdefault(line.number, line.wrong)
            elif line.corrects:  # of a list the rows name what stands above them: nothing need be kept
                self._at_once(line, later)
            elif (noun := _register_of(line)) is not None:
                self.file.keep_free(noun, line.given)
                (machines if noun == "machine" else people).add(line)
            elif _is_foreign(line.given.get("id")):
                later.add(line)
            else:
                self.keep_free(line.given.get("id"))
                (numbered if line.given.get("id") is None else entries).add(line)
        self._forget_row()
        self._read_all(people, self._register)
        self._read_all(machines, self._register)
        self._read_all(chain(entries, numbered, later), self._entry)

    def _count(self, line: Line) -> None:
        """Remember where the lines of a number stand; those of one number come together."""
        if line.number != self._row:
            if self._own:
                self._forget_row()
            self._row = line.number
            self.many += 1
            if line.place or line.cells or line.file or line.name is not None:  # else its number is all there is to say
                self._places.add(line.place_alone())

    def _forget_row(self) -> None:
        """What only the lines of a row call each other is forgotten with it, unless one of them waits for what comes later."""
        for name in self._own:
            self._ids.pop(name, None)
        self._own.clear()

    def _at_once(self, line: Line, later: Pile) -> None:
        """Read a line of a list as it comes; what refers to a later one is kept for the end."""
        if (noun := _register_of(line)) is not None:
            self.file.keep_free(noun, line.given)
            self._try(line, self._register)
            return
        self.keep_free(line.given.get("id"))
        if not self._try(line, self._entry):
            later.add(line)
            self._own.clear()

    def _read_all(self, lines: Iterable[Line], read: Callable[[Line, Mapping[str, Any]], str]) -> None:
        """Read lines; those that refer to what a later one makes when that is made."""
        before = -1
        while before:
            waiting = Pile()
            for line in lines:
                if not self._try(line, read):
                    waiting.add(line)
            if len(waiting) == before:
                for line in waiting:
                    self.wrong.setdefault(line.number, self._unmade(line))
                return
            lines, before = waiting, len(waiting)

    def _try(self, line: Line, read: Callable[[Line, Mapping[str, Any]], str]) -> bool:
        """Whether the line is done with: read, found wrong, or its turn taken by an earlier one of its name."""
        if line.number in self.wrong:
            return True
        if line.name in self._ids:
            self._claims.setdefault(line.name, []).append(line.number)
            return True
        given = line.given
        if Named in map(type, given.values()):
            if any(value.name not in self._ids for value in given.values() if isinstance(value, Named)):
                return False
            given = {k: self._ids[v.name] if isinstance(v, Named) else v for k, v in given.items()}
        try:
            id = read(line, given)
        except OF_A_LINE as error:
            self.wrong[line.number] = error
        else:
            if line.name is not None:
                self._ids[line.name] = id
                if line.own:
                    self._own.append(line.name)
        return True

    def _unmade(self, line: Line) -> Conflict:
        missing = next(v for v in line.given.values() if isinstance(v, Named) and v.name not in self._ids)
        return Conflict(
            Text(
                f"it refers to {missing.shown}, which no good line makes",
                f"所指的 {missing.shown} 没有由任何有效行生成",
            ),
            Text("mend the line that should make it", "请改正应生成它的那一行"),
        )

    def _register(self, line: Line, given: Mapping[str, Any]) -> str:
        noun = given["ledger"]
        register = registers.TABLE[noun]
        if given.get("event", "add") != "add":
            raise BadInput(
                Text(f"{noun} has no event {quoted(given['event'])}", f"{noun} 没有{quoted_zh(given['event'])}"),
                Text('"event":"add"', '"event":"add"'),
            )
        # Other systems know more about a customer than a register keeps: that is said, not refused. Whose
        # row it was does not matter either: whoever imports (the head) answers for the registers.
        known = {*COMMON, "serial", "pinyin", *(f.name for f in register.fields)}
        self.not_kept.update((noun, name) for name in given if name not in known)
        if given.get("at") is not None:
            self._at(given)
        return self.file.add(noun, {k: v for k, v in given.items() if k in known}, self)

    def _entry(self, line: Line, given: Mapping[str, Any]) -> str:
        noun, name = given.get("ledger"), given.get("event")
        if not isinstance(noun, str) or not isinstance(name, str):
            hint = '"ledger":"call","event":"log"'
            raise BadInput(Text("ledger or event is missing", "缺少 ledger 或 event"), Text(hint, hint))
        event = _event(noun, name, tuple(given))
        at = self._at(given)
        given, apart = _apart(noun, given)
        number = self._number(given) if "number" in given else None
        id = self._given_id(given, noun, event) or (self.numbers.id_of(noun, number) if number else None)
        made = self.add(Deed(noun, event, id, given, at, self._by(given), number is None), _source(line, noun, name))
        if number:
            self.numbers.add(noun, made, number)
        if apart:
            self.apart[made] = apart
        return made

    def _number(self, given: Mapping[str, Any]) -> str | None:
        """The number that another system has for what a line opens."""
        number = given.get("number")
        if number is not None and (not isinstance(number, str) or not 0 < len(number.strip()) <= LONGEST):
            raise BadInput(
                Text(f"number: {quoted(number)} is no number of another system", f"number：{quoted_zh(number)}不是其他系统的编号"),
                Text(f"a text of at most {LONGEST} characters", f"最多 {LONGEST} 字的文字"),
            )
        return number.strip() if number else None

    def _at(self, given: Mapping[str, Any]) -> datetime:
        if not isinstance(given.get("at"), str):
            hint = '"at":"2026-10-01T09:00:00+08:00"'
            raise BadInput(Text("at is missing", "缺少 at"), Text(hint, hint))
        try:
            return self.happened(given["at"])
        except BadInput as error:
            error.field = "at"
            raise

    def _by(self, given: Mapping[str, Any]) -> str:
        if given.get("by") is None:
            return self.desk.who
        if isinstance(given["by"], str):
            return self.reference("staff", given["by"])
        raise BadInput(Text(f"by: {quoted(given['by'])} is no staff id", f"by：{quoted_zh(given['by'])}不是员工编号"))

    # ---- ids -----------------------------------------------------------------------------------

    def _given_id(self, given: Mapping[str, Any], noun: str, event: ledgers.Event) -> str | None:
        id = given.get("id")
        pattern = ledgers.FINDING_ID if ledgers.ledger(noun).any_order else ledgers.ID
        if isinstance(id, str) and matching(pattern)(id):
            return id
        if isinstance(id, str) and _is_foreign(id) and (known := self.numbers.id_of(noun, id)):
            return known
        if id is not None:
            return entry_id(noun, id, pattern)
        if event.on == "own":
            raise BadInput(
                Text(f"the id of the {noun} is missing", "缺少编号"), Text('"id":"C2610-0001"', '"id":"C2610-0001"')
            )
        return None

    def same(self, deed: Deed, fields: Mapping[str, Any]) -> str | None:
        """The id of what is recorded already and says the same: lines without ids are not taken in twice."""
        return self._same.id_of(deed.noun, deed.event.name, deed.at, fields)

    # ---- what does not fit, and writing --------------------------------------------------------

    def not_there(self, recorded: Sequence[Entry] | None, group: list[Made]) -> list[Made]:
        """What neither is recorded already, taken back or not, nor stands earlier in the file."""
        first = group[0].entry
        gone = () if recorded is None else self.desk.index.taken_back(first.ledger, first.id)
        seen: dict[tuple[str, datetime], list[Entry]] = {}
        for entry in (*(recorded or ()), *gone):
            seen.setdefault((entry.event, entry.at), []).append(entry)
        fresh = []
        for made in group:
            made = self._as_correction(recorded or (), made)
            alike = seen.setdefault((made.entry.event, made.entry.at), [])
            if not any(_says_the_same(made, other) for other in alike):
                alike.append(made.entry)
                fresh.append(made)
        self.repeated += len(group) - len(fresh)
        return fresh

    def _as_correction(self, recorded: Sequence[Entry], made: Made) -> Made:
        """What a list says otherwise of a case than it said before corrects it, and opens no second one."""
        entry = made.entry
        if not recorded or not made.source.corrects or not opens(entry):
            return made
        changed = corrected(recorded, entry, self.desk.who)
        if changed is None:
            before = next((one for one in recorded if one.event == entry.event), entry)
            return made._replace(entry=before)
        return made._replace(entry=changed)

    def look_at(self, made: Made) -> None:
        """Count it by its month, and keep what of it may be a slip."""
        entry = made.entry
        month = self._month_of.get(entry.at)
        if month is None:
            if len(self._month_of) >= REMEMBERED:
                self._month_of.clear()
            local = entry.at.astimezone(self.desk.zone)
            month = self._month_of[entry.at] = self.months.setdefault((local.year, local.month), [0, 0])
        month[0] += 1
        month[1] += entry.by != self.desk.who
        self.misread += misread_in(made)

    def blame(self, made: Made, error: SvcError) -> None:
        """Note what is wrong with an entry, for every line that would make it."""
        for number in (made.source.number, *self._claims.get(made.source.name, ())):
            self.wrong.setdefault(number, error)

    def places(self, numbers: Collection[int]) -> dict[int, Line]:
        """Where the lines of some numbers stand."""
        known = {line.number: line for line in self._places if line.number in numbers}
        return {number: known.get(number) or Line(number, "", {}) for number in numbers}

    def _append(self) -> Sequence[Any]:
        """Write what was made, some of it at a time."""
        made = iter(self.made)
        while some := [one.entry for one in islice(made, AT_ONCE)]:
            self.desk.ledger.append(some, self.now)
        return ()


def _apart(noun: str, given: Mapping[str, Any]) -> tuple[Mapping[str, Any], Row]:
    """What a line says without what stands in no ledger, and that: a wage is kept beside the change that tells of it."""
    if noun != ledgers.CHANGE or given.get("field") not in change.APART:
        return given, {}
    kept = {name: str(given[name]) for name in ("was", "value") if given.get(name)}
    return {name: value for name, value in given.items() if name not in kept}, {"staff": str(given.get("subject")), **kept}


def _register_of(line: Line) -> str | None:
    """The register that a line is for; None for one of a ledger, or of nothing that could be any."""
    noun = line.given.get("ledger")
    return noun if isinstance(noun, str) and noun in registers.TABLE else None


def _source(line: Line, noun: str, event: str) -> Line:
    """Where an entry comes from: the line without what it says, but for whether it says what the program would add."""
    filling = needs.filling(noun, event)
    alone = line.place_alone()
    return alone._replace(given={name: True for name in filling.fields if name in line.given}) if filling else alone


def _says_the_same(made: Made, other: Entry) -> bool:
    """Whether an entry says what another one does; what the program adds of itself (`FILLS`) counts where the line gives it."""
    entry = made.entry
    filling = needs.filling(entry.ledger, entry.event)
    added = {name for name in filling.fields if name not in made.source.given} if filling else set()
    mine, theirs = ({k: v for k, v in one.fields.items() if k not in added} for one in (entry, other))
    return mine == theirs and entry._replace(recorded_at=other.recorded_at, fields=other.fields) == other


def _is_foreign(id: object) -> bool:
    """Whether an id is none of ours, but the number of another system."""
    return isinstance(id, str) and not matching(ledgers.ID)(id) and not matching(ledgers.FINDING_ID)(id)


@lru_cache(1 << 10)
def _event(noun: str, name: str, names: tuple[str, ...]) -> Event:
    """The event of all lines with such names; BadInput where there is none, or only the commands make it, or has no field of a name."""
    if not ledgers.ledger(noun).imported:
        raise BadInput(
            Text(f"entries of the ledger {noun} are made by the commands themselves", f"{noun} 台账只由命令本身记录"),
            Text("leave the line out", "请去掉这一行"),
        )
    event = ledgers.event(noun, name)
    known = {*COMMON, *(field.name for field in event.fields)}
    unknown = next((one for one in names if one not in known), None)
    if unknown is not None:
        meant = near(unknown, known, 1, 0.5)
        listed = Text(", ".join(sorted(known)), "、".join(sorted(known)))
        raise BadInput(
            Text(f"there is no field {quoted(unknown)}", f"没有字段{quoted_zh(unknown)}"),
            Text(f"did you mean {quoted(meant[0])}?", f"是不是{quoted_zh(meant[0])}？") if meant else listed,
        )
    return event
