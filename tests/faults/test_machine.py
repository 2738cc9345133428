"""A desk in any order of events: entries, batches, edits from outside, crashes, clocks that go back, indexes thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from svc.domain.entry import Entry
from svc.errors import BadInput, Damaged, SvcError
from svc.store.files import multi_file_write as intent
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers
from svc.store.files.repair import carry_out, plan
from svc.store.files.verify import problems
from svc.store.index.lookups import Index
from tests.faults.sizes import size, tally
from tests.store.helpers import NOW, call, conduct, reply, report

MAKE = {"call": call, "reply": reply, "report": report}
texts = st.text(st.sampled_from("漏油=+-@',\"\n\\ab1: \u2028"), min_size=1, max_size=20).filter(
    lambda t: t.strip(" \n\u2028") != ""
)
made = st.tuples(st.sampled_from(["call", "reply", "report", "conduct"]), texts)
DID: dict[str, int] = {}


def did(what: str) -> None:
    DID[what] = DID.get(what, 0) + 1


class Department(RuleBasedStateMachine):
    """The desk, beside a plain list of what it should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
        self.ledger = FileLedger.create(self.folder / "data")
        self.now = NOW
        self.number = 0
        self.holds: list[Entry] = []
        self.index: Index | None = None

    def teardown(self) -> None:
        if self.index:
            self.index.close()
        shutil.rmtree(self.folder)

    def _entry(self, kind: str, text: str) -> Entry:
        self.number += 1
        return conduct(self.number) if kind == "conduct" else MAKE[kind](self.number, text)

    def _put(self, entries: list[Entry]) -> None:
        with self.ledger.lock():
            receipts = self.ledger.append(entries, self.now)
        for entry, receipt in zip(entries, receipts, strict=True):
            before = [e.recorded_at for e in self.holds if e.ledger == entry.ledger]
            assert receipt.recorded_at >= max([self.now, *before])
            self.holds.append(entry._replace(recorded_at=receipt.recorded_at))

    @rule(one=made)
    def one_entry(self, one: tuple[str, str]) -> None:
        self._put([self._entry(*one)])
        did("entries")

    @rule(many=st.lists(made, min_size=2, max_size=5))
    def several_at_once(self, many: list[tuple[str, str]]) -> None:
        self._put([self._entry(*one) for one in many])
        did("batches")

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @precondition(lambda self: self.holds)
    @rule(seconds=st.integers(1, 900), one=made)
    def the_clock_goes_back(self, seconds: int, one: tuple[str, str]) -> None:
        entry = self._entry(*one)
        self._put([entry._replace(id=f"{entry.id[:6]}9{entry.id[-3:]}")])
        self.now, true = self.now - timedelta(seconds=seconds), self.now
        calls = any(e.ledger == "call" and e.recorded_at == true for e in self.holds)
        try:
            self._put([self._entry("call", "late")])
            assert seconds <= 300 or not calls
        except BadInput:
            last = max(e.recorded_at for e in self.holds if e.ledger == "call")
            assert last - self.now > timedelta(minutes=5)
        self.now = true
        did("clocks back")

    @precondition(lambda self: self.holds)
    @rule(place=st.integers(0, 1 << 30), bit=st.integers(0, 7), which=st.integers(0, 99))
    def somebody_changes_a_byte(self, place: int, bit: int, which: int) -> None:
        files = sorted(self.ledger.data.glob("*/2*"))
        file = files[which % len(files)]
        whole = file.read_bytes()
        at = place % len(whole)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        name = f"{file.parent.name}/{file.name}"
        found = [p.place for p in problems(FileLedger(self.ledger.data))]
        assert any(place.startswith(name) for place in found), (name, at, found)
        file.write_bytes(whole)
        did("edits")

    @precondition(lambda self: self.holds)
    @rule(which=st.integers(0, 99), cut=st.integers(1, 400))
    def somebody_cuts_the_end_off(self, which: int, cut: int) -> None:
        """Entries that the index knows are missing: refused, and put back from what it remembers."""
        with self.ledger.lock():  # a torn end goes first
            list(carry_out(self.ledger, plan(self.ledger), self.ledger.data / ".svc/aside/x"))
        self._keep_up()
        assert self.index
        nouns = sorted({e.ledger for e in self.holds})
        noun = nouns[which % len(nouns)]
        position = self.ledger.tail_position(noun)
        assert position
        file = self.ledger.data / position.file
        whole = file.read_bytes()
        rows = whole.split(b"\nh: ") if noun == "report" else whole.split(b"\n")[:-1]
        if len(rows) > 2:
            end = whole.rfind(b"\n---\n") + 1 if noun == "report" else whole.rfind(b"\n", 0, -1) + 1
            file.write_bytes(whole[:end])
            try:
                self.index.catch_up()
                raise AssertionError("nobody noticed")
            except Damaged:
                pass
            with self.ledger.lock():
                list(carry_out(self.ledger, plan(self.ledger), self.ledger.data / ".svc/aside/x"))
            did("ends cut off")
        assert file.read_bytes() == whole

    @rule(torn=st.binary(min_size=1, max_size=30), which=st.integers(0, 99), zeros=st.booleans())
    def a_crash_leaves_a_beginning(self, torn: bytes, which: int, zeros: bool) -> None:
        newest = [self.ledger.files(noun)[-1] for noun in ("call", "conduct") if self.ledger.files(noun)]
        if newest:
            file = self.ledger.data / newest[which % len(newest)]
            with file.open("ab") as stream:
                stream.write(
                    bytes(len(torn) * 40) if zeros else b"C2611-" + torn.replace(b"\n", b"").replace(b"\0", b"")
                )
            did("crashes")

    @rule(one=made)
    def a_crash_in_a_batch(self, one: tuple[str, str]) -> None:
        entries = [self._entry("call", "a"), self._entry(*one), self._entry("report", "b")]
        held = list(self.holds)
        try:
            with self.ledger.lock(), self.ledger.all_or_nothing(self.now):
                self.ledger.append(entries, self.now)
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        except SvcError:
            raise
        assert intent.pending(self.ledger.data) == {}
        self.holds = held
        did("batches broken off")

    @rule()
    def the_index_is_thrown_away(self) -> None:
        if self.index:
            self.index.close()
            self.index = None
        for path in (self.ledger.data / ".svc").glob("index*"):
            path.unlink()
        did("indexes thrown away")

    def _keep_up(self) -> None:
        if self.index is None:
            self.index = Index(
                self.ledger.data / ".svc/index.sqlite", self.ledger, Registers(self.ledger.data / "registers")
            )
        self.index.catch_up()

    @rule()
    def the_index_is_asked(self) -> None:
        """What it says is what a fresh reading says."""
        self._keep_up()
        assert self.index
        for noun in ("call", "report", "conduct"):
            want = [e for e in self.holds if e.ledger == noun]
            for id in {e.id for e in want}:
                got = self.index.entries(noun, id)
                assert sorted(map(str, got)) == sorted(str(e) for e in want if e.id == id)
            count = self.index.select("select count(*) from entry where noun = ?", noun)[0][0]
            assert count == len(want)
        did("indexes compared")

    @invariant()
    def what_was_confirmed_is_there_in_order(self) -> None:
        for noun in ("call", "report", "conduct"):
            assert [one.entry for one in self.ledger.read(noun)] == [e for e in self.holds if e.ledger == noun]


def test_a_department_in_any_order() -> None:
    DID.clear()
    run_state_machine_as_test(
        Department,
        settings=settings(
            max_examples=size(30, 700), stateful_step_count=size(25, 50), deadline=None, derandomize=size(True, False),
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )  # fmt: skip
    assert len(DID) >= 9 and all(DID.values()), "the suite did not bite"
    tally("steps of the state machine", tried=sum(DID.values()), **DID)
