"""What a site recorded on a desk of its own, asked at the door once more before the company takes it over.

Entry by entry in the order of recording, each by what the site knew then, as if it came in by an import: what passed
the door there passes again, whatever came later. What does not (somebody wrote past `svc`) stays where it stands, so
that no byte is lost and no chain broken, but is *held*: an entry of the ledger of what was taken back says which and
why, and goes over with it. Held entries count nowhere; whoever may, records on the company's desk what is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.clock.base import happened
from svc.domain.entry import Entry
from svc.domain.ledgers import Event
from svc.domain.needs import Condition
from svc.domain.nouns import undo
from svc.errors import Conflict, NotPermitted, Several, SvcError
from svc.named import NamedTuple
from svc.recording.batch import OF_A_LINE, AsLine
from svc.recording.batched import Made
from svc.recording.clock import refuse_jump
from svc.recording.door import Batch, Blame
from svc.store.access_checks import approval_refusal, known_keys
from svc.store.handover import Until
from svc.store.index import undone
from svc.store.index.lookups import Index
from svc.store.place import Located, Position
from svc.text import Text

Target = tuple[str, str, str, datetime]


class Held(NamedTuple):
    """An entry that would not have passed the door, where it stands, and why."""

    row: Located
    error: SvcError


def refused(desk: Desk, new: Mapping[str, Sequence[Located]], ends: Mapping[str, Position | None]) -> list[Held]:
    """What of the new rows of a desk of files, by ledger behind `ends`, the door would not have taken.

    Several where one of them is of a ledger of which nothing can be held: keys, changed facts, what was taken back.
    """
    rows = sorted((one for some in new.values() for one in some), key=lambda one: one.entry.recorded_at)
    if not rows:
        return []
    with TemporaryDirectory(prefix="svc-") as folder:
        return _Replay(desk, Path(folder), ends).walk(rows)


def hold(desk: Desk, found: Iterable[Held]) -> None:
    """Record which entries are held, but for those of which that was recorded before. The caller holds the lock."""
    noun, now = ledgers.UNDO, desk.now()
    desk.index.catch_up()
    prefix = desk.prefix(noun, now)
    number = desk.index.last_number(prefix)
    entries: list[Entry] = []
    for row, error in found:
        said = _said(desk.index, row.entry, error)
        if undone.cancelled(desk.index.db, Entry(noun, undo.HOLD, "", now, now, desk.who, said)) is not None:
            entries.append(Entry(noun, undo.HOLD, f"{prefix}{number + len(entries) + 1:04d}", now, now, desk.who, said))
    if entries:
        refuse_jump(desk, now)
        desk.ledger.append(entries, now)


def _said(index: Index, gone: Entry, error: SvcError) -> dict[str, object]:
    """The fields of the entry that holds another one."""
    alike = [e for e in undone.everything(index.db, gone.ledger, gone.id) if (e.event, e.at) == (gone.event, gone.at)]
    return undo.fields_for(gone, alike.index(gone) + 1, error.what.en)


class _Replay:
    """The site's desk as it was, moved on from one moment of recording to the next."""

    def __init__(self, desk: Desk, folder: Path, ends: Mapping[str, Position | None]) -> None:
        self.ledger = Until(desk.ledger, ends)
        self.moment = desk.now()
        cache = folder / "index.sqlite"
        self.kept = desk.kept._replace(ledger=self.ledger, cache=cache, clock=lambda: self.moment)
        self.index = Index(cache, self.kept.ledger, desk.registers)
        self.found: list[Held] = []

    def walk(self, rows: Sequence[Located]) -> list[Held]:
        """Ask of everything in turn; what was recorded in one second was recorded together, or nearly."""
        with closing(self.index):
            self.index.catch_up()
            for moment, group in groupby(rows, lambda one: one.entry.recorded_at):
                self.moment = moment
                self._ask(list(group))
        odd = [one.error for one in self.found if one.row.entry.ledger in undo.STANDING]
        if odd:
            raise Several(odd, Text(
                f"{len(odd)} of the entries of this site cannot have been recorded by svc, and cannot be held: nothing was handed over",
                f"本网点有 {len(odd)} 条记录不可能由 svc 写入，也无法搁置：没有移交任何内容",
            ), Text(
                "look who wrote them; a desk branched off anew (svc desk branch) has everything up to the last hand-over",
                "请查明由谁写入；重新建立分支（svc desk branch）可得到上次移交为止的全部记录",
            ))  # fmt: skip
        return self.found

    def _ask(self, group: list[Located]) -> None:
        """What of a group does not pass, without it once more, and so on: one wrong entry makes no others wrong."""
        wrong: dict[int, SvcError] = {}
        while more := self._wrong([one for one in group if id(one) not in wrong]):
            wrong |= more
        held = [Held(one, self._placed(one, wrong[id(one)])) for one in group if id(one) in wrong]
        self.found += held
        self._unasked([one for one in group if one.entry.event == undo.HOLD])
        self.ledger.pass_by(group)
        self.index.catch_up()
        for row, error in held:
            if row.entry.ledger not in undo.STANDING:
                entry = Entry(ledgers.UNDO, undo.HOLD, "", self.moment, self.moment, "", _said(self.index, row.entry, error))
                with self.index.transaction():
                    undone.apply(self.index.db, [entry])

    def _wrong(self, group: list[Located]) -> dict[int, SvcError]:
        desk = Desk(self.kept)
        desk.index = self.index
        batch, wrong = _Once(desk), dict[int, SvcError]()
        for one in group:
            try:
                if one.entry.event != undo.HOLD:
                    batch.put(one)
            except OF_A_LINE as error:
                wrong[id(one)] = error
        if not wrong:
            batch.check(lambda made, error: _note(wrong, made, error))
        return wrong

    def _unasked(self, holds: Sequence[Located]) -> None:
        """An earlier attempt held what is wrong; that somebody wrote he holds what is not is wrong itself."""
        meant: set[Target] = {_target(one.row.entry) for one in self.found}
        for one in holds:
            if undo.target(one.entry) not in meant:
                error = Conflict(Text(f"{one.entry.id} holds {one.entry.get('entry')}, with which nothing is wrong",
                                      f"{one.entry.id} 搁置了 {one.entry.get('entry')}，而后者没有问题"))  # fmt: skip
                self.found.append(Held(one, self._placed(one, error)))

    def _placed(self, row: Located, error: SvcError) -> SvcError:
        said = row.entry
        error.place = f"{row.file}:{row.line or self.ledger.line_at(row.file, row.offset)}"
        error.what = Text(f"{said.event} {said.id} of {said.by}: {error.what.en}", f"{said.by} 的 {said.id}（{said.event}）：{error.what.zh}")
        return error


def _note(wrong: dict[int, SvcError], made: Made, error: SvcError) -> None:
    wrong.setdefault(id(made.source), error)


def _target(entry: Entry) -> Target:
    return entry.ledger, entry.id, entry.event, entry.at


class _Once(Batch):
    """What was recorded in one second, as a file would bring it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, AsLine(), desk, desk)

    def put(self, row: Located) -> None:
        """An entry as it stands; SvcError where its author may not record it, or something is missing."""
        entry, event = row.entry, ledgers.event(row.entry.ledger, row.entry.event)
        happened(entry.at, entry.recorded_at)
        self._refuse_role(entry, event)
        self._refuse_incomplete(entry.ledger, event, {**entry.fields, **{f.name: "" for f in event.fields if f.secret}})
        self.made.add(Made(row, entry))

    def _refuse_role(self, entry: Entry, event: Event) -> None:
        """NotPermitted where he neither had such a role when it happened nor when it was recorded."""
        deed = Text(f"{event.name} a {entry.ledger}", event.title.zh)
        try:
            self.people.permit(entry.by, event.roles, deed, entry.at.astimezone(self.desk.zone).date())
        except NotPermitted:
            self.people.permit(entry.by, event.roles, deed)

    def _fill(self, blame: Blame) -> None:
        """What the program adds was added there."""

    def _refuse_unanswered(self, entry: Entry, event: Event, conditions: Iterable[Condition]) -> None:
        """It was decided there, by whoever is named; who had a key signed."""
        why = approval_refusal(self.desk.ledger.id, entry, known_keys(self.desk.ledger)) if event.field("signature") else None
        if why:
            raise NotPermitted(why, Text("let whoever decided record it", "请由决定的人登记"))


def held(desk: Desk) -> list[Entry]:
    """The entries that hold others, at every site that may be seen."""
    return [one.entry for one in desk.ledger.read(ledgers.UNDO) if one.entry.event == undo.HOLD]


def as_error(found: Sequence[Held], besides: Sequence[SvcError], dry: bool) -> Several:
    """What the door did not take (and what else was wrong), after everything was handed over."""
    count = len(found)
    done = Text(f"{count} entries were handed over and are held: they count nowhere", f"{count} 条已移交，但已搁置：不计入任何统计")
    would = Text(f"{count} entries would be held: they would count nowhere (dry run: nothing written)", f"{count} 条将被搁置，不计入任何统计（试运行，未写入）")
    return Several([*(one.error for one in found), *besides], would if dry else done,
                   Text("see: svc desk held; whoever may, records on the company's desk what is right",
                        "查看：svc desk held；请由有权的人在公司目录上另行登记"))  # fmt: skip
