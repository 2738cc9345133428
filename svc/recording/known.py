"""What is known where something is recorded: the desk, with what is about to be recorded on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

from svc.desk.open import Desk
from svc.domain import correction, ledgers
from svc.domain.clock.base import minute
from svc.domain.correction import effective
from svc.domain.entry import Entry
from svc.domain.facts import UNKNOWN
from svc.domain.kinds import Field
from svc.domain.ledgers import Event
from svc.domain.needs import Judged, Words, besides
from svc.domain.nouns import undo
from svc.domain.sequence import in_order, usual
from svc.errors import Conflict
from svc.recording.batched import ByIds, Coming, Id, InMemory
from svc.store.index import undone
from svc.text import Text

if TYPE_CHECKING:
    from svc.rules.judge import Finding
    from svc.rules.model import Rule
    from svc.store.index.selection import Selection


class People(Protocol):
    """Who is registered: on the desk, or also in the file that is imported (`svc.recording.people`)."""

    def person(self, noun: str, id: str, day: date | None = None) -> Mapping[str, str]: ...
    def permit(self, staff: str, roles: Sequence[str], deed: Text, day: date | None = None) -> None: ...


class Known:
    """What the conditions of nouns ask (`svc.domain.needs.Known`); `filling` says whether a file fills a new desk."""

    def __init__(self, desk: Desk, people: People, words: Words, filling: Callable[[], bool]) -> None:
        self.desk, self.people, self.words, self._filling = desk, people, words, filling
        self.now = desk.now()
        self.new = ByIds(InMemory())
        self._followed: set[str] = set()
        self._staff: dict[str, Mapping[str, str]] | None = None

    @property
    def zone(self) -> tzinfo:
        """The desk's time zone."""
        return self.desk.zone

    @property
    def history(self) -> bool:
        """Whether what a file claims of the past is taken, not judged."""
        return self._filling()

    def add(self, coming: Coming) -> None:
        """Know that these are about to be recorded, and no others."""
        self.new, self._staff = ByIds(coming), {}
        for name in ("_findings", "_before_corrected", "_found"):
            self.__dict__.pop(name, None)

    def called(self, field: Field) -> str:
        """What a field is called by whoever gives it."""
        return self.words.called(field)

    def example(self, event: Event) -> Text:
        """What can be given."""
        return self.words.example(event)

    # ---- entries -------------------------------------------------------------------------------

    def entries(self, noun: str, id: str) -> Sequence[Entry]:
        """The entries of one id in order of what happened, the new ones among them."""
        self._follow(noun)
        recorded, new = self.desk.index.entries(noun, id), self.new.get((noun, id), ())
        return in_order([*recorded, *new]) if new else recorded

    def coming(self, noun: str, id: str) -> Sequence[Entry]:
        """The entries of one id that are about to be recorded."""
        return self.new.get((noun, id), ())

    def children(self, noun: str, parent: str) -> Sequence[str]:
        """The ids of the `noun` that belong to a parent."""
        self._follow(noun)
        return list(dict.fromkeys([*self.desk.index.children(noun, parent), *self.new.children(noun, parent)]))

    def naming(self, noun: str, text: str) -> Sequence[str]:
        """The ids of a ledger whose entries may name a text: some or all of its characters in this order."""
        self._follow(noun)
        like = "%" + "%".join(text) + "%"
        rows = self.desk.index.select("select distinct id from entry where noun = ? and cast(raw as text) like ?", noun, like)
        return list(dict.fromkeys([*(str(id) for (id,) in rows), *(id for of, id in self.new if of == noun)]))

    def quoting(self, noun: str, text: str) -> Sequence[str]:
        """The ids of a ledger in whose entries a text stands as it is."""
        self._follow(noun)
        new = (id for (of, id), entries in self.new.items() if of == noun and any(text in map(str, e.fields.values()) for e in entries))
        return list(dict.fromkeys([*self.desk.index.ids_quoting(noun, text), *new]))

    def exists(self, noun: str, id: str) -> bool:
        """Whether anything is recorded under that id, or about to be."""
        return (noun, id) in self.new or self.desk.index.exists(noun, id)

    def in_order_of_recording(self, noun: str, id: str) -> Sequence[Entry]:
        """The entries of one id as they stand in their files, those taken back included."""
        return [*undone.everything(self.desk.index.db, noun, id), *self.new.get((noun, id), ())]

    def upon(self, entry: Entry) -> Entry | None:
        """The first entry recorded after this one that rests on it; what a file itself takes back is history."""
        from svc.desk import behind

        if entry in self.new.get((entry.ledger, entry.id), ()):
            return None
        self._follow(None)
        since = int(entry.recorded_at.timestamp())
        recorded = behind.recorded_since(self.desk.index, since, undo.STANDING)
        later = [*undo.after(recorded, entry), *(one for group in self.new.values() for one in group)]
        return undo.built_upon(entry, [one for one in later if one.ledger not in undo.STANDING])

    def sealed(self, entry: Entry) -> str | None:
        """When the month of an entry was sealed, where it counts that entry."""
        seal = self.desk.seals.read(f"{entry.at.astimezone(self.zone):%Y-%m}")
        return seal.at if seal is not None and self.desk.time(seal.at) >= entry.recorded_at else None

    def _follow(self, noun: str | None) -> None:
        """Read what was added to a ledger (None: to all) since the last time."""
        if None not in self._followed and noun not in self._followed:
            self.desk.index.catch_up(None if noun is None else (noun,))
            self._followed.add(noun)  # type: ignore[arg-type]

    # ---- people and rules ----------------------------------------------------------------------

    def person(self, noun: str, id: str, day: date | None = None) -> Mapping[str, str]:
        """A row of a register as it was on a day (default: today); empty where there is none."""
        if day is not None or noun != "staff" or self._staff is None:
            return self.people.person(noun, id, day)
        row = self._staff.get(id)  # for each entry its author is asked for
        if row is None:
            row = self._staff[id] = self.people.person(noun, id)
        return row

    def permit(self, staff: str, roles: Sequence[str], deed: Text) -> None:
        """NotPermitted where the role of a member of staff is none of `roles` (none: everybody may)."""
        self.people.permit(staff, roles, deed)

    def deciders(self, noun: str, word: str) -> Sequence[str]:
        """The roles that may say whether what is reported is true, by the rules file."""
        return self.desk.rules.deciders_of(noun, word)

    def finding(self, new: Entry) -> Judged:
        """The finding that a ruling is about, as it stood before that ruling."""
        found = self._found.get(id(new))
        if found is None:
            found = self._found[id(new)] = new, self._claimed(new) if self.history else self._judged(new)
        return found[1]

    @cached_property
    def _found(self) -> dict[int, tuple[Entry, Judged]]:
        return {}  # with the entry itself: what is gone may have its id used again

    def _judged(self, new: Entry) -> Judged:
        from svc.rules import judge

        found = self._standing(new)
        key = (new.ledger, new.id)
        earlier = [e for e in besides(new, self.new.get(key, ())) if usual(e) <= usual(new)]
        if earlier:
            rulings = in_order([*self.desk.index.entries(*key), *earlier])
            again = judge.finding(found.rule, found.subject, found.rules, rulings, found.outcome, self.zone)
            found = again._replace(meetings=found.meetings)
        choices = {m.other: m.deciders for m in found.meetings if m.asks}
        rule, rules = found.rule, found.rules
        lacks = rule.lacks if rule.held else ()
        return Judged(
            found.staff,
            found.status,
            found.missing,
            rules.deciders(rule) or rules.consenters(rule),
            rule.waived_by or rules.consenters(rule) or rules.waivers(rule),
            choices,
            lacks,
            rule.clause,
            found.offence_at,
        )

    def _standing(self, new: Entry) -> Finding:
        """The finding, as what is about to be recorded makes it; Conflict where there is none.

        A correction that comes after a ruling does not take back what was ruled on. Which of one minute came first nobody
        knows: what was ruled on either way was.
        """
        known = [found for found in (self._before_corrected.get(new.id), self._findings.get(new.id)) if found]
        return next((found for found in known if not found.missing), None) or (known and known[0]) or self.desk.finding(new.id, self.desk.view())

    @cached_property
    def _findings(self) -> dict[str, Finding]:
        """The findings on what is about to be recorded; none where that is nothing but rulings."""
        if all(ledgers.ledger(noun).any_order for noun, _ in self.new):
            return {}
        return self._judged_by(self._world())

    @cached_property
    def _before_corrected(self) -> dict[str, Finding]:
        """The same without the corrections that come after a ruling on what they correct; none where there is no such."""
        ruled: dict[str, int] = {}
        for noun, id in self.new:
            if ledgers.ledger(noun).any_order:  # rulings
                subject, first = id.split("/")[1], min(minute(e.at) for e in self.new[noun, id])
                ruled[subject] = min(first, ruled.get(subject, first))
        after = [
            entry
            for key in self.new
            for entry in self.new[key]
            if entry.event == correction.EVENT and any(minute(entry.at) >= ruled[id] for id in self._about(*key) & ruled.keys())
        ]
        return self._judged_by(self._world(after)) if after else {}

    def _about(self, noun: str, id: str) -> set[str]:
        """The ids of a case, of what it belongs to and of what belongs to it: a correction of one may change what is found of another."""
        above = {one for entry in self.entries(noun, id) for _, one in references(entry)}
        return {id, *above, *(one for below in ledgers.TABLE for one in self.children(below, id))}

    def _judged_by(self, found: Selection) -> dict[str, Finding]:
        from svc.audit.findings import findings

        return {one.id: one for one in findings(self.desk.world(found, self.desk.view()))}

    def _world(self, without: Sequence[Entry] = ()) -> Selection:
        """What is recorded under the ids of the new entries and whatever they name, with the new entries (but for some)."""
        from svc.desk import selections

        ids = {key for key in self.new if not ledgers.ledger(key[0]).any_order}
        named = {pair for key in ids for entry in self.new[key] for pair in references(entry)}
        ruled = {id.split("/")[1] for _, id in self.new.keys() - ids}
        subjects = {(noun, id) for id in ruled for noun in ledgers.TABLE}
        found = selections.subjects(self.desk.index, ids | named | subjects, self.desk.view())
        for noun, id in ids:
            found[noun][id] = in_order([*found[noun].get(id, ()), *(e for e in self.new[noun, id] if not (e.event == correction.EVENT and e in without))])
        return found

    def _claimed(self, new: Entry) -> Judged:
        """What a file of history says of a finding: the rule and its subject are there, and whom that concerns."""
        from svc.domain.nouns.finding import parts

        rule_id, subject = parts(new.id)
        rule = self.desk.rulebook.rule(rule_id)
        self._refuse_missing(rule, subject)
        other = new.get("against")
        declared = self.desk.rules.overlap(rule.id, parts(other)[0]) if other else None
        choices = {other: declared.decided_by if declared else ("gm",)} if other else {}
        concerned, rules = self._concerns(rule.subject, subject, rule.offence_at), self.desk.rules
        return Judged(concerned, None, (), rules.deciders(rule), rules.waivers(rule), choices)

    def _refuse_missing(self, rule: Rule, subject: str) -> None:
        if rule.subject in ledgers.TABLE and not self.exists(rule.subject, subject.partition("/")[0]):
            raise nowhere(rule.subject, subject)

    def _concerns(self, noun: str, id: str, fact: str, moment: datetime | None = None) -> str | None:
        """The member of staff whom a subject is about; of a visit who answered for it at a moment, or when a fact of it was so."""
        if noun not in ledgers.TABLE:
            return None
        id, _, number = id.partition("/")
        held = effective(self.entries(noun, id))
        if noun == "report":
            said = [entry for entry in held if entry.get("visit")]
            return self._concerns("visit", said[0].get("visit"), fact, said[0].at) if said else None
        if noun == "visit" and (sent := ledgers.module(noun).fold(held)):
            from svc.domain.briefs import visit  # with all of visits: needed where a finding on one is ruled on

            at = moment or visit.alone(held).get(fact, UNKNOWN).value
            on_the_day: str = sent.on(at) if at else sent.staff
            return on_the_day
        found = next((e.get("staff") or e.get("about") for e in held if e.get("staff") or e.get("about")), None)
        if isinstance(found, tuple):  # of several people the one whom the end of the id counts
            found = found[min(int(number) if number.isdigit() else 1, len(found)) - 1]
        who: str | None = found
        return who


def references(entry: Entry) -> Iterator[Id]:
    """The entries of ledgers that an entry names."""
    for noun, name in _naming(entry.ledger, entry.event):
        value = entry.fields.get(name)
        if value:
            yield noun, value


@cache
def _naming(noun: str, event: str) -> tuple[tuple[str, str], ...]:
    """The fields of an event that name an entry, each with the ledger of that."""
    fields = ledgers.event(noun, event).fields
    return tuple((of, f.name) for f in fields if (of := getattr(f.kind, "noun", None)) in ledgers.TABLE)


def nowhere(noun: str, id: str) -> Conflict:
    """The error for an id that nothing is recorded under."""
    return Conflict(
        Text(f"there is no {noun} {id}, neither on the desk nor in the file", f"没有 {id}：台账和文件中都没有"),
        Text("import it along, or correct the id", "请一并导入，或改正编号"),
    )
