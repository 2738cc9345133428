"""The one door: whatever is recorded is prepared, checked and written here, a batch at a time.

Typed options, conversations, forms, imported lines and the invented department all end here; a single deed is a batch
of one. What an event needs stands in the noun's file (`svc.domain.needs`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from svc.desk.open import Desk
from svc.domain import ledgers, needs, order
from svc.domain.entry import Entry
from svc.domain.kinds import InputContext as Reader
from svc.domain.ledgers import Event
from svc.domain.needs import refuse_left
from svc.domain.nouns import undo
from svc.domain.people import is_masked, masked, normal
from svc.domain.sequence import usual
from svc.errors import BadInput, Conflict, NotPermitted, SvcError
from svc.named import NamedTuple
from svc.recording.batched import Coming, Id, InMemory, Made
from svc.recording.clock import OnTheDay, refuse_an_hour_gone, refuse_jump
from svc.recording.given import Way, columns, kept_apart, values
from svc.recording.known import Known, People, nowhere, references
from svc.text import Text

if TYPE_CHECKING:
    from svc.domain.nouns.access import Key

Row = dict[str, str]
Parent = tuple[str, str, str]
"""A ledger, the id of what its cases belong to, and what sets a case apart from the others of that."""
Blame = Callable[[Made, SvcError], None]


class Deed(NamedTuple):
    """What somebody wants recorded, as given: the fields by name, unread. `by` None is whoever acts.

    Without an id it may be what is recorded already and says the same (`may_repeat`), not where it has a number of its own.
    """

    noun: str
    event: Event
    id: str | None
    given: Mapping[str, Any]
    at: datetime
    by: str
    may_repeat: bool = True


def record(
    desk: Desk,
    noun: str,
    event_name: str,
    id: str | None,
    given: Mapping[str, Any],
    at: str | None,
    dry: bool = False,
    sign: Callable[[Entry], str | None] | None = None,
) -> Entry:
    """Record one entry as typed and give it back as it stands on disk.

    `given` are the fields as typed; `id` is the subject's id (None opens a new one). With `dry`
    everything is checked, a signature too, and nothing written; `sign` gives the one that the entry carries.
    Raises what `svc.errors` has for it.
    """
    event, who = ledgers.event(noun, event_name), desk.who
    with desk.ledger.lock():
        desk.index.catch_up({noun, *(n for f in event.fields if (n := getattr(f.kind, "noun", None)) in ledgers.TABLE)})
        moment = desk.happened(at) if at else desk.now()
        batch = Batch(desk, Way(), OnTheDay(desk, moment) if at else desk, desk)
        batch.add(Deed(noun, event, id if event.on == "own" else None, given, moment, who))
        batch.check(_refuse)
        [made] = batch.made
        signature = sign(made.entry) if sign else None
        if dry:
            return made.entry
        if signature:
            entry = made.entry._replace(fields={**made.entry.fields, "signature": signature})
            made = made._replace(entry=entry)
            batch.made.put(made)
        [receipt] = batch.write()
    return made.entry._replace(recorded_at=receipt.recorded_at)


def record_with(desk: Desk, noun: str, event_name: str, given: Sequence[Mapping[str, Any]], beside: Callable[[], Any], replaced: Sequence[str]) -> list[Entry]:
    """Record entries of an event, each with a new id, together with what `beside` writes (documents, registers): all or nothing.

    `replaced` names the documents that it writes anew. The caller holds the lock.
    """
    return record_all(desk, [(noun, event_name, None, one) for one in given], None, beside, replaced)


def record_all(
    desk: Desk,
    wanted: Sequence[tuple[str, str, str | None, Mapping[str, Any]]],
    at: str | None,
    beside: Callable[[], Any],
    replaced: Sequence[str],
    dry: bool = False,
) -> list[Entry]:
    """Record entries (noun, event, id or None for a new one, fields) together with what `beside` writes: all or nothing.

    With `dry` they are checked and nothing is written. The caller holds the lock.
    """
    desk.index.catch_up({noun for noun, *_ in wanted})
    moment = desk.happened(at) if at else desk.now()
    batch = Batch(desk, Way(), OnTheDay(desk, moment) if at else desk, desk)
    for noun, event_name, id, given in wanted:
        batch.add(Deed(noun, ledgers.event(noun, event_name), id, given, moment, desk.who))
    batch.check(_refuse)
    if dry:
        return [made.entry for made in batch.made]
    refuse_jump(desk, batch.now)
    with desk.ledger.all_or_nothing(batch.now, replaced):
        beside()
        receipts = desk.ledger.append([made.entry for made in batch.made], batch.now)
    return [made.entry._replace(recorded_at=one.recorded_at) for made, one in zip(batch.made, receipts, strict=True)]


def _refuse(made: Made, error: SvcError) -> None:
    raise error


class Batch:
    """What is about to be recorded together: read deed by deed, then checked as a whole, then written as a whole."""

    def __init__(self, desk: Desk, way: Way, reader: Reader, people: People) -> None:
        self.desk, self.way, self.reader, self.people = desk, way, reader, people
        self.now = desk.now()
        self.known = Known(desk, people, way, lambda: not way.typed and not self.begun)
        self.made: Coming = InMemory()
        self.secrets: dict[str, Row] = {}
        self._numbers: dict[str, int] = {}
        self._children: dict[Parent, str] = {}

    @cached_property
    def begun(self) -> bool:
        """Whether the desk holds any entry of its department's work."""
        work = [noun for noun, row in ledgers.TABLE.items() if row.work]
        marks = ", ".join("?" * len(work))
        return bool(self.desk.index.select(f"select 1 from entry where noun in ({marks}) limit 1", *work))

    # ---- one by one ----------------------------------------------------------------------------

    def add(self, deed: Deed, source: Any = None) -> str:
        """Read a deed: who, which fields, complete, ids, secrets. The id of its entry; SvcError for what is wrong."""
        noun, event = deed.noun, deed.event
        if event.roles:
            day = None if self.way.typed else deed.at.astimezone(self.desk.zone).date()
            self.people.permit(deed.by, event.roles, _in_words(noun, event), day)
        asked = columns(noun, event.name, tuple(deed.given))
        read = values(asked, deed.given, self.way, self.reader)
        for f in event.fields if self.way.typed else ():
            refuse_an_hour_gone(self.desk, f, self.way.called(f), deed.given, read, deed.at)
        self._refuse_incomplete(noun, event, read)
        fields, secrets = kept_apart(asked, read)
        id = self._id(deed, fields)
        self._keep_secrets(id, deed, fields, secrets)
        self.made.add(Made(source, Entry(noun, event.name, id, deed.at, self.now, deed.by, fields)))
        return id

    def _refuse_incomplete(self, noun: str, event: Event, fields: Mapping[str, Any]) -> None:
        missing = [f for f in ledgers.required(noun, event.name) if f.name not in fields and not isinstance(f.kind, self.way.free)]
        if missing:
            names = [self.way.called(f) for f in missing]
            raise BadInput(Text(f"missing: {', '.join(names)}", f"缺少：{'、'.join(names)}"), self.way.example(event))

    def keep_free(self, id: object) -> None:
        """An id that is given is not given out to anything else."""
        prefix, number = ledgers.numbered(id) if isinstance(id, str) else ("", None)
        if number is not None:
            self._numbers[prefix] = max(self._last(prefix), number)

    def _id(self, deed: Deed, fields: Mapping[str, Any]) -> str:
        event, id = deed.event, deed.id
        parent = None
        if event.on not in ("new", "own"):
            new = Entry(deed.noun, event.name, "", deed.at, self.now, deed.by, fields)
            parent = (deed.noun, fields[event.on], self._beside(new))
        if parent and id is None:
            id = self._child(parent)
        id = id or (self.same(deed, fields) if deed.may_repeat else None)
        id = id or self.next_id(deed.noun, self.now if self.way.typed else deed.at)
        if parent:
            self._children.setdefault(parent, id)
        return id

    def same(self, deed: Deed, fields: Mapping[str, Any]) -> str | None:
        """The id of what is recorded already and says the same; what is typed twice is meant twice."""
        return None

    def _child(self, parent: Parent) -> str | None:
        """The id that already belongs to a parent: a visit's one report (of a machine)."""
        return self._children.get(parent) or self._recorded_child(parent)

    def _recorded_child(self, parent: Parent) -> str | None:
        noun, id, beside = parent
        children = self.desk.index.children(noun, id)
        if not hasattr(ledgers.module(noun), "beside"):
            return next(iter(children), None)
        return next((one for one in children if beside == max(map(self._beside, self.desk.index.entries(noun, one)))), None)

    def _beside(self, entry: Entry) -> str:
        """What sets a case apart from the others of its parent, as its noun has it (`beside`): mostly nothing does."""
        own: Callable[[Known, Entry], str] | None = getattr(ledgers.module(entry.ledger), "beside", None)
        return own(self.known, entry) if own else ""

    def next_id(self, noun: str, at: datetime) -> str:
        """A new id."""
        prefix = self.desk.prefix(noun, at)
        self._numbers[prefix] = self._last(prefix) + 1
        return f"{prefix}{self._numbers[prefix]:04d}"

    def _last(self, prefix: str) -> int:
        return self._numbers.get(prefix) or self.desk.index.last_number(prefix)

    def _keep_secrets(self, id: str, deed: Deed, fields: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """A stranger's number and a caller's name go into a register of their own, which can be erased."""
        if not secrets and not is_masked(fields.get("from") or ""):
            return
        number = normal(deed.given["from"]) if isinstance(deed.given.get("from"), str) else None
        stranger = [number] if number and fields.get("from") == masked(number) else []
        known = self.secrets.get(id) or (self._kept.get(id, {}) if deed.event.on != "new" else {})
        phones = [*known.get("phone", "").split("; "), *stranger, *secrets.get("phone", "").split("; ")]
        row = {**known, **secrets, "phone": "; ".join(dict.fromkeys(filter(None, phones)))}
        if any(row.values()):
            self.secrets[id] = {name: value for name, value in row.items() if value}

    @cached_property
    def _kept(self) -> Mapping[str, Row]:
        """What is kept apart already, by id."""
        found: Mapping[str, Row] = self.desk.registers.load("caller")
        return found

    # ---- as a whole ----------------------------------------------------------------------------

    def check(self, blame: Blame) -> None:
        """Find what does not fit the others or what is recorded; in order of time is what is left then."""
        self._fill(blame)
        anew = not self._leave_out_recorded()
        self.known.add(self.made)
        for made, error in self._wrong(anew):
            blame(made, error)

    def _wrong(self, anew: bool) -> Iterable[tuple[Made, SvcError]]:
        """What is wrong with each, in order of time, then with the order of each id; told at the end: all are looked at once.

        With `anew` nothing is recorded of any of their ids.
        What opens a case of something else is looked at first: of several in order of time the first one is that case.
        """
        gone, parents = self._taken_back(), dict[Parent, str]()
        opening = {one for one in self.made.events() if ledgers.event(*one).on not in ("new", "own")}
        alone = [(made, error) for made in self.made.in_time(opening) if (error := self._wrong_with(made, parents))] if opening else []
        together: list[tuple[Made, SvcError]] = []
        for groups in self.made.groups():
            recorded = {} if anew else self._recorded(groups)
            for key, group in groups.items():
                for made in group:
                    if (made.entry.ledger, made.entry.event) not in opening and (error := self._wrong_with(made, parents)):
                        alone.append((made, error))
                    self.look_at(made)
                together += self._wrong_order(recorded.get(key, ()), [one for one in group if one.n not in gone] if gone else group)
        alone.sort(key=lambda one: (*usual(one[0].entry), one[0].n))
        return [*alone, *together]

    def look_at(self, made: Made) -> None:
        """Each as it will be recorded, on the way."""

    def _fill(self, blame: Blame) -> None:
        """What the program adds to an event: whether a quote is free."""
        filled = [(noun, event, one) for noun, event in self.made.events() if (one := needs.filling(noun, event))]
        if not filled:
            return
        self.known.add(self.made)
        changed: list[Made] = []
        for noun, event, one in filled:
            for made in self.made.of(noun, event):
                try:
                    added = one.fill(self.known, made.entry)
                except SvcError as error:
                    blame(made, error)
                    continue
                fields = {**made.entry.fields, **{k: v for k, v in added.items() if v is not None}}
                changed.append(made._replace(entry=made.entry._replace(fields=fields)))
        for made in changed:
            self.made.put(made)

    def _leave_out_recorded(self) -> bool:
        """Drop what is recorded already; what it corrects takes its place. Whether anything is recorded of any of the ids."""
        any_recorded = False
        for ids, twice in self.made.repeating():
            recorded = self._recorded(ids)
            any_recorded = any_recorded or bool(recorded)
            for key in [id for id in ids if id in recorded or id in twice]:
                group = [*self.made.group(key)]
                fresh = {one.n: one for one in self.not_there(recorded.get(key), group)}
                self.made.drop([one for one in group if one.n not in fresh])
                for one in group:
                    if one.n in fresh and fresh[one.n] is not one:
                        self.made.put(fresh[one.n])
        return any_recorded

    def _recorded(self, groups: Iterable[Id]) -> dict[Id, Sequence[Entry]]:
        """What is recorded already under some ids."""
        index, ids = self.desk.index, list(groups)
        known = {noun: index.among(noun, [id for one, id in ids if one == noun]) for noun in {noun for noun, _ in ids}}
        return {(noun, id): index.entries(noun, id) for noun, id in ids if id in known[noun]}

    def not_there(self, recorded: Sequence[Entry] | None, group: list[Made]) -> list[Made]:
        """Those of one id that are not recorded (None: nothing is) already; what is typed twice is meant twice."""
        return group

    def _taken_back(self) -> set[int]:
        """The entries of the batch (`n`) that it also takes back: they need not fit what came instead."""
        gone: set[int] = set()
        for made in self.made.of(ledgers.UNDO):
            group = self.made.group(undo.target(made.entry)[:2])
            meant = undo.cancels(made.entry, [one.entry for one in group])
            gone |= {one.n for one in group if one.entry is meant}
        return gone

    def _wrong_with(self, made: Made, parents: dict[Parent, str]) -> SvcError | None:
        """What is wrong with an entry of its own; None: nothing."""
        entry = made.entry
        event = ledgers.event(entry.ledger, entry.event)
        try:
            for noun, value in references(entry):
                if not self.known.exists(noun, value):
                    raise nowhere(noun, value)
            if event.on not in ("new", "own"):
                self._refuse_second_child(entry, entry.get(event.on), parents)
            refuse_left(self.known, entry, entry.by, entry.at)
            conditions = needs.of(entry.ledger, entry.event)
            for condition in conditions:
                condition(self.known, entry)
            if event.decides and not self.way.typed and self.begun:
                self._refuse_unanswered(entry, event, conditions)
        except SvcError as error:
            return error
        return None

    def _refuse_second_child(self, entry: Entry, parent: str, parents: dict[Parent, str]) -> None:
        """Conflict for a second report of a visit (of one machine)."""
        noun, id = entry.ledger, entry.id
        key = (noun, parent, self._beside(entry))
        known = parents.get(key) or self._recorded_child(key) or id
        parents[key] = known
        if known != id:
            raise Conflict(
                Text(f"the {noun} of {parent} is {known}", f"{parent} 的记录是 {known}"),
                Text(f"use that id: {known}", f"请用编号 {known}"),
            )

    def _refuse_unanswered(self, entry: Entry, event: Event, conditions: Iterable[needs.Condition]) -> None:
        """Whoever imports answers for what decides: NotPermitted for what he could not do himself, and nobody signed."""
        if entry.by != self.desk.who and not entry.get("signature"):
            self._refuse_for_others(entry, event, conditions)
        from svc.store.access_checks import approval_refusal

        why = approval_refusal(self.desk.ledger.id, entry, self._keys) if event.field("signature") else None
        if why:
            raise NotPermitted(
                Text(f"{entry.id} ({event.name}): {why.en}", f"{entry.id}（{event.name}）：{why.zh}"),
                Text("let whoever decided record it, or bring it signed", "请由决定的人登记，或附上其签名"),
            )

    def _refuse_for_others(self, entry: Entry, event: Event, conditions: Iterable[needs.Condition]) -> None:
        who = self.desk.who
        try:
            self.people.permit(who, event.roles, Text(f"{event.name} a {entry.ledger}", event.title.zh))
            for condition in conditions:
                condition(self.known, entry._replace(by=who))
        except (NotPermitted, Conflict) as error:
            raise NotPermitted(
                Text(
                    f"{event.name} of {entry.id} in the name of {entry.by}, unsigned: {error.what.en}",
                    f"以 {entry.by} 的名义录入 {entry.id}，没有签名：{error.what.zh}",
                ),
                error.hint,
            ) from None

    @cached_property
    def _keys(self) -> Sequence[Key]:
        """The keys whose signatures count."""
        from svc.store.access_checks import known_keys

        return known_keys(self.desk.ledger)

    def _wrong_order(self, recorded: Sequence[Entry], group: Sequence[Made]) -> Iterator[tuple[Made, SvcError]]:
        """What cannot have happened when it is said to have."""
        for entry, error in order.misfits(recorded, [made.entry for made in group]) if group else ():
            yield next(made for made in group if made.entry is entry), self.way.wrong_order(error)

    # ---- writing -------------------------------------------------------------------------------

    def write(self, registered: Mapping[str, Mapping[str, Row]] | None = None) -> Sequence[Any]:
        """Rows of registers and entries, all or nothing; the receipts of the entries."""
        desk, ids = self.desk, {id for _, id in self.made.keys()} if self.secrets else ()  # noqa: SIM118 (no dict)
        refuse_jump(desk, self.now)
        rows = {**(registered or {}), "caller": {id: row for id, row in self.secrets.items() if id in ids}}
        # Among files a number without its entry is overwritten by the next one; on a server both are one transaction.
        alone = registered is None and len(self.made) == 1 and desk.kept.folder is not None
        with nullcontext() if alone else desk.ledger.all_or_nothing(self.now):
            for noun, some in rows.items():
                if some:
                    desk.registers.add(noun, some)
            return self._append() if len(self.made) else ()

    def _append(self) -> Sequence[Any]:
        receipts: Sequence[Any] = self.desk.ledger.append([made.entry for made in self.made], self.now)
        return receipts


@cache
def _in_words(noun: str, event: Event) -> Text:
    """What an event does, for whoever may not do it."""
    return Text(f"{event.name} a {noun}", event.title.zh)
