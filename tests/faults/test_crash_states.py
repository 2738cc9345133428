"""Power cuts: every state that a weak disk may leave of what a desk does is laid out, opened and checked.

In each of them: what was confirmed is there once, as it was; what was not is whole or gone; what is
written together is all there or not at all; what a reader remembered is still there; the next entry
is taken, and `verify` finds nothing.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from svc.domain.entry import Entry
from svc.errors import BadInput
from svc.store.files import multi_file_write as intent
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers
from svc.store.files.repair import carry_out, plan
from svc.store.files.verify import NO_NEWLINE, TORN, problems
from svc.store.place import Position
from tests.faults.sizes import size, tally
from tests.faults.weak_disk import Disk, Recorder, Tree, lay, tree
from tests.store.helpers import DAY, NOW, call, conduct, reply, report, small_desk

pytestmark = pytest.mark.long  # thousands of states

LATER, NEXT_MONTH, PROBE = NOW + 11 * DAY, NOW + 40 * DAY, NOW + 80 * DAY
NOUNS = ("call", "report", "conduct")

Batch = tuple[Entry, ...]


class Confirmed(NamedTuple):
    """Somebody was told that these entries are recorded."""

    entries: Batch


class Kept(NamedTuple):
    """Somebody was told that a register holds these rows."""

    ids: tuple[str, ...]


class Remembered(NamedTuple):
    """A reader (the index) noted how far it had read."""

    noun: str
    position: Position


class Trial:
    """One desk while it works: what it was asked to record, and who was told what."""

    def __init__(self, data: Path, dice: random.Random) -> None:
        self.data, self.dice = data, dice
        self.ledger = FileLedger(data)
        self.recorder = Recorder(data)
        self.asked: list[Batch] = []
        self._number = 100

    def entries(self, count: int = 1) -> Batch:
        """New entries of several ledgers, short and long."""
        made: list[Entry] = []
        for _ in range(count):
            self._number += 1
            text = "漏油 " * self.dice.choice([1, 1, 2, 120]) + str(self.dice.random())
            made.append(self.dice.choice([call, call, report, reply, _conduct])(self._number, text))
        return tuple(made)

    def put(self, entries: Batch, now: object = LATER) -> None:
        self.asked.append(entries)
        with self.ledger.lock():
            self.ledger.append(entries, now)  # type: ignore[arg-type]
            self.recorder.told(Confirmed(entries))

    def look(self) -> None:
        """Be a reader, as another process would be, just now."""
        reader = FileLedger(self.data)
        for noun in NOUNS:
            found = list(reader.read(noun))
            if found:
                last = found[-1]
                self.recorder.told(Remembered(noun, Position(last.file, last.end, last.h)))


def _conduct(number: int, text: str) -> Entry:
    return conduct(number)


def one_by_one(trial: Trial) -> None:
    for now in (LATER, LATER, NEXT_MONTH, NEXT_MONTH):
        trial.put(trial.entries(), now)


def together(trial: Trial) -> None:
    trial.put((call(201), report(201), call(202), conduct(201)))
    trial.put((call(203, "long " * 300), report(203)), NEXT_MONTH)


def an_import(trial: Trial) -> None:
    """Piece by piece, with strangers' numbers put into a register."""
    entries = (call(301), call(302, "x" * 700), report(301), conduct(301))
    trial.asked.append(entries)
    with trial.ledger.lock():
        with trial.ledger.all_or_nothing(LATER):
            trial.ledger.append(entries[:2], LATER)
            Registers(trial.data / "registers").add("caller", {"C2611-0301": {"phone": "13800000001"}})
            trial.ledger.append(entries[2:], LATER)
        trial.recorder.told(Confirmed(entries))
        trial.recorder.told(Kept(("C2611-0301",)))


def behind_a_torn_row(trial: Trial) -> None:
    trial.put(trial.entries(), LATER)
    trial.put((call(401), report(401)), LATER)


def behind_a_killed_batch(trial: Trial) -> None:
    trial.put(trial.entries(), LATER)


def registers(trial: Trial) -> None:
    """Rows one by one, then all anew; suppliers, since half a register of staff lacks people whom the ledgers name."""
    book = Registers(trial.data / "registers")
    with trial.ledger.lock():
        for n in range(1, 4):
            book.add("supplier", {f"SP{n:02}": {"name": "远山液压件厂", "contact": "甄一帆"}})
            trial.recorder.told(Kept((f"SP{n:02}",)))
        book.save("supplier", {f"SP{n:02}": {"name": "Far Pumps", "contact": "Wen"} for n in range(1, 4)})
    trial.put(trial.entries(), LATER)


def a_repair(trial: Trial) -> None:
    with trial.ledger.lock():
        list(carry_out(trial.ledger, plan(trial.ledger), trial.data / ".svc/aside/now"))
    trial.put(trial.entries(), LATER)


def _plain(data: Path) -> None:
    pass


def _torn(data: Path) -> None:
    for file in ("calls/2026-12.csv", "reports/2026-12.yaml"):
        with (data / file).open("ab") as stream:
            stream.write(b"C2611-0099,log,2026-1" if file.endswith("csv") else b'---\nid: "R26')


def _killed_batch(data: Path) -> None:
    intent.begin(
        data,
        {file: (data / file).stat().st_size for file in ("calls/2026-12.csv", "reports/2026-12.yaml")}
        | {"conduct/2026-12.csv": -1},
    )
    with (data / "calls/2026-12.csv").open("ab") as stream:
        stream.write(b"half,of,a,row")
    (data / "conduct/2026-12.csv").write_bytes(b"\xef\xbb\xbfid,ev")
    (data / ".svc/lock").write_bytes(b"4242 0 1770000000".ljust(63) + b"\n")


def _resaved(data: Path) -> None:
    path = data / "calls/2026-12.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


SCENES: list[tuple[Callable[[Path], None], Callable[[Trial], None]]] = [
    (_plain, one_by_one),
    (_plain, together),
    (_plain, an_import),
    (_torn, behind_a_torn_row),
    (_killed_batch, behind_a_killed_batch),
    (_plain, registers),
    (_resaved, a_repair),
]


def play(folder: Path, scene: int, seed: int) -> Trial:
    """Let a desk work while everything that it does to its files is recorded, and others read."""
    before, deed = SCENES[scene]
    ledger = small_desk(folder)
    with ledger.lock():
        pass
    before(ledger.data)
    trial = Trial(ledger.data, random.Random(seed))
    if deed is not a_repair:
        trial.recorder.after = trial.look
    with trial.recorder.recording():
        deed(trial)
    return trial


def _key(entry: Entry) -> tuple[object, ...]:
    return (entry.ledger, entry.event, entry.id, tuple(sorted((k, str(v)) for k, v in entry.fields.items())))


class Check:
    """Opens the states one after the other, and counts what they were like."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.there: Tree = {}
        self.seen: set[bytes] = set()
        self.counts = dict.fromkeys(("whole", "gone", "torn", "zeros", "rolled back"), 0)

    def all(self, trial: Trial, most: int, every_byte: bool) -> None:
        first = (
            {_key(one.entry) for noun in NOUNS for one in _fresh(trial, self.folder).read(noun)}
            if trial.recorder.base
            else set()
        )
        disk, told = Disk(trial.recorder), []
        for event in trial.recorder.events:
            if event.kind == "told":
                told.append(event.told)
            disk.do(event)
            if event.kind == "sync":
                continue  # nothing new can be lost behind a promise
            for state in disk.states(trial.dice, most, every_byte):
                self.one(state, trial, told, first)

    def one(self, state: Tree, trial: Trial, told: list[object], first: set[tuple[object, ...]]) -> None:
        mark = hashlib.sha256(repr((sorted(state.items()), len(told))).encode()).digest()
        if mark in self.seen:
            return
        self.seen.add(mark)
        lay(self.folder, state, self.there)
        self.there = state
        try:
            self._recovers(state, trial, told, first)
        except Exception as error:
            raise AssertionError(f"{trial.asked} told {told[-3:]}\n{_shown(state)}") from error
        self.there = tree(self.folder)

    def _recovers(self, state: Tree, trial: Trial, told: list[object], first: set[tuple[object, ...]]) -> None:
        if not trial.recorder.after:  # it was being repaired: go on with that first
            damaged = FileLedger(self.folder)
            with damaged.lock():
                list(carry_out(damaged, plan(damaged), self.folder / ".svc/aside/again"))
        reader = FileLedger(self.folder)
        before = [_key(one.entry) for noun in NOUNS for one in reader.read(noun)]
        for noun, position in {one.noun: one.position for one in told if isinstance(one, Remembered)}.items():
            list(reader.read(noun, position))
        ledger = FileLedger(self.folder)
        probe = call(9999)
        with ledger.lock():
            ledger.append([probe], PROBE)
        after = [_key(one.entry) for noun in NOUNS for one in ledger.read(noun)]
        confirmed = {_key(e) for one in told if isinstance(one, Confirmed) for e in one.entries}
        asked = [{_key(e) for e in batch} for batch in trial.asked]
        assert len(set(after)) == len(after), "twice"
        assert confirmed <= set(after) and confirmed <= set(before), "a confirmed entry is lost"
        assert first <= set(after), "an old entry is lost"
        assert set(after) <= first | set().union(*asked) | {_key(probe)}, "nobody asked for that"
        for batch in asked:
            assert batch <= set(after) or not batch & set(after), "half of what belongs together"
            assert batch <= set(before) or not batch & set(before), "half of it to a reader"
            if not batch <= confirmed:
                self.counts["whole" if batch <= set(after) else "gone"] += 1
        assert {problem.what for problem in problems(ledger)} <= {TORN, NO_NEWLINE}
        with ledger.lock():
            list(carry_out(ledger, plan(ledger), self.folder / ".svc/aside/then"))
        assert list(problems(ledger)) == []
        kept = {id for one in told if isinstance(one, Kept) for id in one.ids}
        book = Registers(self.folder / "registers")
        assert kept <= {*book.load("supplier"), *book.load("caller")}, "a register's row is lost"
        self.counts["rolled back"] += ".svc/intent" in state
        contents = [data for name, data in state.items() if data and name[:1] != "." and "/" in name]
        self.counts["zeros"] += any(b"\0" in data for data in contents)
        self.counts["torn"] += any(data[-1:] != b"\n" for data in contents)


def _fresh(trial: Trial, folder: Path) -> FileLedger:
    """The desk as it was before anything was done."""
    lay(folder, trial.recorder.base, tree(folder))
    ledger = FileLedger(folder)
    with ledger.lock():
        list(carry_out(ledger, plan(ledger), folder / ".svc/aside/first"))
    return ledger


def _shown(state: Tree) -> str:
    return "\n".join(f"{name}: {data[-300:]!r}" for name, data in sorted(state.items()) if data is not None)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: thousands of states are laid out there."""
    path = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp") / f"svc-states-{os.getpid()}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.mark.parametrize("scene", range(len(SCENES)), ids=[deed.__name__ for _, deed in SCENES])
def test_every_state_that_a_power_cut_may_leave(folder: Path, scene: int) -> None:
    check = Check(folder / "state")
    check.folder.mkdir()
    wanted = size(1, 4_000)
    for seed in range(size(1, 40)):
        (folder / f"{seed}").mkdir()
        trial = play(folder / f"{seed}", scene, seed)
        _the_record_is_complete(trial)
        lay(check.folder, {}, tree(check.folder))
        check.there = {}
        check.all(trial, size(2, 60), every_byte=size(False, True))
        if len(check.seen) >= wanted:
            break
    assert len(check.seen) >= size(25, 1_500), "the suite did not bite"
    assert check.counts["gone"] + check.counts["rolled back"] >= 10
    unconfirmed = {f"unconfirmed writes found {name}": check.counts.pop(name) for name in ("whole", "gone")}
    tally(
        "crash states",
        tried=len(check.seen),
        **unconfirmed,
        **{f"states {name}": n for name, n in check.counts.items()},
    )


def _the_record_is_complete(trial: Trial) -> None:
    """What was recorded, done again, gives the files as they are: nothing happened unseen."""
    disk = Disk(trial.recorder)
    for event in trial.recorder.events:
        disk.do(event)
    *_, everything = (state for state in disk.states(random.Random(1), 1, False))
    states = list(disk.states(random.Random(1), 1, False))
    whole = states[1] if len(states) > 1 else everything
    whole.pop(".", None)
    assert whole == tree(trial.data)


def test_a_desk_cut_off_while_it_is_made_can_be_made_again(folder: Path) -> None:
    (folder / "new/data").mkdir(parents=True)
    recorder = Recorder(folder / "new")
    with recorder.recording():
        FileLedger.create(folder / "new/data")
        recorder.told("made")
    disk, told, tried, made = Disk(recorder), False, 0, 0
    for event in recorder.events:
        told |= event.kind == "told"
        disk.do(event)
        for state in disk.states(random.Random(3), 20, False):
            shutil.rmtree(folder / "state", ignore_errors=True)
            (folder / "state").mkdir()
            lay(folder / "state", state, {})
            try:
                ledger = FileLedger(folder / "state/data")
            except BadInput:
                assert not told
                (folder / "state/data").mkdir(exist_ok=True)
                ledger = FileLedger.create(folder / "state/data")
                made += 1
            with ledger.lock():
                ledger.append([call(1), report(1)], NOW)
            assert list(problems(ledger)) == []
            tried += 1
    assert made > 20 and tried > made
    tally("crash states", tried=tried)
