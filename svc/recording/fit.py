"""Does what is to be imported fit itself and what is recorded? Every line that does not is noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from svc.domain import ledgers
from svc.domain.correction import EVENT, as_recorded, effective
from svc.domain.entry import Entry
from svc.domain.guards import done
from svc.domain.nouns import undo
from svc.domain.nouns.finding import parts
from svc.errors import BadInput, Conflict, NotPermitted, SvcError
from svc.recording.batch import Batch, Made
from svc.recording.quotes import decided
from svc.text import Text

Groups = dict[tuple[str, str], list[Made]]


def fit(batch: Batch) -> None:
    """Find every line that does not fit the others or what is recorded; leave out what is there already."""
    _decide_quotes(batch)
    groups: Groups = {}
    for made in sorted(batch.made, key=lambda m: usual(m.entry)):
        groups.setdefault((made.entry.ledger, made.entry.id), []).append(made)
    whole = _Whole(batch, groups)
    for made in batch.made:
        whole.check(made)
    index, fresh = batch.desk.index, []
    taken_back = _taken_back(groups)
    known = {noun: index.among(noun, [id for one, id in groups if one == noun]) for noun in {noun for noun, _ in groups}}
    for (noun, id), group in groups.items():
        recorded = index.entries(noun, id) if id in known[noun] else []
        gone = index.taken_back(noun, id) if id in known[noun] else []
        added = _not_there([*recorded, *gone], group)
        _check_order(batch, recorded, [made for made in added if id_of(made) not in taken_back])
        fresh += added
    batch.repeated = len(batch.made) - len(fresh)
    # in order of time, so that a ledger read from the top tells what happened
    batch.made = sorted(fresh, key=lambda made: usual(made.entry))


def id_of(made: Made) -> int:
    """Which object an entry of the file is."""
    return id(made.entry)


def _taken_back(groups: Groups) -> set[int]:
    """The entries of the file that it also takes back: they need not fit what came instead."""
    undos = [made.entry for (noun, _), group in groups.items() if noun == ledgers.UNDO for made in group]
    found = set()
    for entry in undos:
        noun, subject, _, _ = undo.target(entry)
        meant = undo.cancels(entry, [made.entry for made in groups.get((noun, subject), ())])
        if meant is not None:
            found.add(id(meant))
    return found


class _Known:
    """The desk with what the batch adds to it, as quotes are decided from it."""

    def __init__(self, batch: Batch) -> None:
        self.zone, self._batch, self._index = batch.desk.zone, batch, batch.desk.index
        self._made: dict[tuple[str, str], list[Entry]] = {}
        self._links: dict[tuple[str, str], list[str]] = {}
        for made in sorted(batch.made, key=lambda m: usual(m.entry)):
            entry = made.entry
            self._made.setdefault((entry.ledger, entry.id), []).append(entry)
            parent = entry.get(ledgers.TABLE[entry.ledger].link or "")
            ids = self._links.setdefault((entry.ledger, parent), []) if parent else []
            if entry.id not in ids:
                ids.append(entry.id)

    def entries(self, noun: str, id: str) -> Sequence[Entry]:
        return [*self._index.entries(noun, id), *self._made.get((noun, id), ())]

    def children(self, noun: str, parent: str) -> Sequence[str]:
        return list(dict.fromkeys([*self._index.children(noun, parent), *self._links.get((noun, parent), ())]))

    def person(self, noun: str, id: str) -> Mapping[str, str]:
        return self._batch.people.rows.get(noun, {}).get(id) or self._batch.desk.person(noun, id)


def _decide_quotes(batch: Batch) -> None:
    """Quotes that do not say whether they are free are decided as `svc quote make` would have at their moment."""
    if not any(_is_undecided(made.entry) for made in batch.made):
        return
    known = _Known(batch)
    for n, made in enumerate(batch.made):
        if _is_undecided(made.entry):
            try:
                added = decided(known, made.entry.fields, made.entry.at)
            except SvcError as error:
                batch.blame(made, error)
                continue
            fields = {**made.entry.fields, **{k: v for k, v in added.items() if v is not None}}
            batch.made[n] = made._replace(entry=made.entry._replace(fields=fields))


def _is_undecided(entry: Entry) -> bool:
    return (entry.ledger, entry.event) == ("quote", "make") and entry.get("charge") is None


def usual(entry: Entry) -> tuple[datetime, int]:
    """Order of time; of one moment, the order in which things usually happen (rulings: that of the file)."""
    return entry.at, _rank(entry.ledger, entry.event)


@cache
def _rank(noun: str, event: str) -> int:
    return 0 if noun == "finding" else list(ledgers.events(noun)).index(event)


def _not_there(recorded: Sequence[Entry], group: Sequence[Made]) -> list[Made]:
    """What neither is recorded already nor stands earlier in the file."""
    seen: dict[tuple[str, datetime], list[Entry]] = {}
    for entry in recorded:
        seen.setdefault((entry.event, entry.at), []).append(entry)
    fresh = []
    for made in group:
        alike = seen.setdefault((made.entry.event, made.entry.at), [])
        if not any(_same(made.entry, other) for other in alike):
            alike.append(made.entry)
            fresh.append(made)
    return fresh


def _same(one: Entry, other: Entry) -> bool:
    return one._replace(recorded_at=other.recorded_at) == other


def _check_order(batch: Batch, recorded: Sequence[Entry], fresh: Sequence[Made]) -> None:
    """Note what cannot have happened when it is said to have."""
    if not fresh:
        return
    made_of = {id(made.entry): made for made in fresh}
    merged = [made.entry for made in fresh]
    if recorded:
        merged = sorted([*recorded, *merged], key=usual)
    check = ledgers.module(merged[0].ledger).check
    for n, entry in enumerate(merged):
        if entry.event == EVENT and id(entry) in made_of:
            try:
                check(merged[:n], entry)
            except SvcError as error:
                batch.blame(made_of[id(entry)], _in_a_file(error))
                return
    last = fresh[0]
    merged = list(effective(merged))
    for n, entry in enumerate(merged):
        made = made_of.get(id(as_recorded(entry)))
        last = made or last
        try:
            check(merged[:n], entry)
        except SvcError as error:
            batch.blame(last, _in_a_file(error) if made else _contradicts(last.entry, entry, error))


def _in_a_file(error: SvcError) -> Conflict:
    return Conflict(error.what, Text("correct the id or the time on that line", "请改正该行的编号或时间"))


def _contradicts(new: Entry, old: Entry, error: SvcError) -> Conflict:
    return Conflict(
        Text(
            f"{new.event} of {new.id} at {new.at:%Y-%m-%d %H:%M} contradicts its {old.event} at"
            f" {old.at:%Y-%m-%d %H:%M}, which is recorded: {error.what.en}",
            f"{new.id} 的“{done(new).zh}”（{new.at:%Y-%m-%d %H:%M}）与已有的“{done(old).zh}”"
            f"（{old.at:%Y-%m-%d %H:%M}）矛盾：{error.what.zh}",
        ),
        Text("correct the id or the time on that line", "请改正该行的编号或时间"),
    )


class _Whole:
    """What one entry says of others: they must be there."""

    def __init__(self, batch: Batch, groups: Groups) -> None:
        self.batch, self.groups = batch, groups
        self.index = batch.desk.index
        self.child_of: dict[tuple[str, str], str] = {}

    def check(self, made: Made) -> None:
        """Note what is wrong with an entry as one among all."""
        entry = made.entry
        event = ledgers.event(entry.ledger, entry.event)
        for field in event.fields:
            noun = getattr(field.kind, "noun", None)
            value = entry.get(field.name)
            if value and noun in ledgers.TABLE and not self._there(noun, value):
                self.batch.blame(made, _nowhere(noun, value))
        if entry.ledger == "finding":
            self._check_finding(made)
        if event.on not in ("new", "own"):
            self._check_only_child(made, entry.get(event.on))

    def _there(self, noun: str, id: str) -> bool:
        return (noun, id) in self.groups or self.index.exists(noun, id)

    def _check_only_child(self, made: Made, parent: str) -> None:
        """One report a visit."""
        noun, id = made.entry.ledger, made.entry.id
        known = self.child_of.get((noun, parent)) or next(iter(self.index.children(noun, parent)), id)
        if known != id:
            self.batch.blame(
                made,
                Conflict(
                    Text(f"the {noun} of {parent} is {known}", f"{parent} 的记录是 {known}"),
                    Text(f"use that id: {known}", f"请用编号 {known}"),
                ),
            )
        self.child_of[noun, parent] = known

    def _check_finding(self, made: Made) -> None:
        entry, rules = made.entry, self.batch.desk.rules
        rule_id, subject = parts(entry.id)
        rule = rules.rules.get(rule_id)
        if rule is None:
            known = ", ".join(rules.rules)
            what = Text(f"there is no rule {rule_id!r}", f"没有规则 {rule_id!r}")
            return self.batch.blame(made, BadInput(what, Text(f"the rules are: {known}", f"规则有：{known}")))
        if rule.subject in ledgers.TABLE and not self._there(rule.subject, subject.partition("/")[0]):
            return self.batch.blame(made, _nowhere(rule.subject, subject))
        own = self._concerns(rule.subject, subject) == entry.by
        if own != (entry.event == "appeal"):
            return self.batch.blame(made, _own_case(entry) if own else _not_concerned(entry))
        may = () if own else rules.deciders(rule)
        if entry.event == "settle":
            declared = rules.overlap(rule.id, parts(entry.get("against"))[0])
            may = declared.decided_by if declared else ("gm",)
        try:
            self.batch.permit(entry.by, may, Text(f"rule on {entry.id}", f"认定 {entry.id}"))
        except SvcError as error:
            self.batch.blame(made, error)

    def _concerns(self, noun: str, id: str) -> str | None:
        """The member of staff whom a subject is about."""
        found = [made.entry for made in self.groups.get((noun, id), ())] or self.index.entries(noun, id)
        if noun == "report":
            visits = [entry.get("visit") for entry in found if entry.get("visit")]
            return self._concerns("visit", visits[0]) if visits else None
        held = effective(found)
        return next((e.get("staff") or e.get("about") for e in held if e.get("staff") or e.get("about")), None)


def _own_case(entry: Entry) -> Conflict:
    return Conflict(
        Text(
            f"{entry.id} concerns {entry.by}, who cannot rule on it",
            f"{entry.id} 涉及 {entry.by} 本人，本人不能认定",
        ),
        Text("somebody else who may rule records it", "请由其他有权认定的人认定"),
    )


def _not_concerned(entry: Entry) -> NotPermitted:
    return NotPermitted(
        Text(f"{entry.id} does not concern {entry.by}, who cannot appeal", f"{entry.id} 与 {entry.by} 无关，不能申诉"),
        Text("the person concerned appeals", "由当事人申诉"),
    )


def _nowhere(noun: str, id: str) -> Conflict:
    return Conflict(
        Text(f"there is no {noun} {id}, neither on the desk nor in the file", f"没有 {id}：台账和文件中都没有"),
        Text("import it along, or correct the id", "请一并导入，或改正编号"),
    )
