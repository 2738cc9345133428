"""Power cuts while a file is kept with something, or taken away: bytes and entry are there together, or neither is.

Every state that a weak disk may leave is laid out, and the next clerk's entry is taken: then a file that an entry speaks of
has the bytes whose hash it holds, and one that no entry speaks of, or whose erasing is recorded, is not there.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from svc.domain.entry import Entry
from svc.domain.nouns.attachment import files_held
from svc.store.files.kept import FolderFiles
from svc.store.files.ledger import FileLedger
from svc.store.files.repair import carry_out, plan
from svc.store.files.verify import NO_NEWLINE, TORN, problems
from tests.faults.sizes import size, tally
from tests.faults.weak_disk import Disk, Recorder, Tree, lay, tree
from tests.store.helpers import DAY, NOW, call, small_desk

LATER, PROBE = NOW + 11 * DAY, NOW + 80 * DAY
PHOTO, FORM = b"\x89PNG\r\n\x1a\n" + b"oil " * 400, b"%PDF-1.4 signed"


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def kept(number: int, body: bytes) -> Entry:
    said = {"of": "call", "subject": "C2611-0001", "as": "photo", "name": f"{number}.png", "size": len(body), "sha256": sha(body)}
    return Entry("attachment", "add", f"N2611-{number:04}", NOW, NOW, "S01", said)


def erased(number: int) -> Entry:
    return Entry("attachment", "erase", f"N2611-{number:04}", NOW, NOW, "S01", {"reason": "a face"})


def keep(ledger: FileLedger, files: FolderFiles, bodies: dict[int, bytes]) -> None:
    """As the program does it: bytes and entries in one write of several files."""
    with ledger.all_or_nothing(LATER, [files.document(sha(body)) for body in bodies.values()]):
        for body in bodies.values():
            files.put(sha(body), body)
        ledger.append([kept(number, body) for number, body in bodies.items()], LATER)


def two_kept(ledger: FileLedger, files: FolderFiles) -> None:
    keep(ledger, files, {2: PHOTO, 3: FORM})


def one_erased(ledger: FileLedger, files: FolderFiles) -> None:
    with ledger.all_or_nothing(LATER, [files.document(sha(b"first"))]):
        files.drop(sha(b"first"))
        ledger.append([erased(1)], LATER)


def played(folder: Path, deed: Callable[[FileLedger, FolderFiles], None]) -> Recorder:
    """A desk that keeps a file already, and does one more thing while it is watched."""
    ledger = small_desk(folder)
    files = FolderFiles(ledger.data)
    with ledger.lock():
        keep(ledger, files, {1: b"first"})
        recorder = Recorder(ledger.data)
        with recorder.recording():
            deed(ledger, files)
            recorder.told("done")
    return recorder


def states(recorder: Recorder, dice: random.Random, most: int, every_byte: bool) -> Iterator[tuple[Tree, bool]]:
    """What may be on the disk after each thing that was done, and whether anybody was told that all is done."""
    disk, told, seen = Disk(recorder), False, set[str]()
    for event in recorder.events:
        told |= event.kind == "told"
        disk.do(event)
        for state in disk.states(dice, most, every_byte):
            mark = repr((sorted(state.items()), told))
            if mark not in seen:
                seen.add(mark)
                yield state, told


def held(ledger: FileLedger) -> dict[str, bool]:
    """By hash whether the entries say that its bytes are there."""
    return {sha256: there for sha256, _, there in files_held(one.entry for one in ledger.read("attachment"))}


def recovered(folder: Path) -> dict[str, bool]:
    """What is held once somebody has recorded something else; that it is so is asserted."""
    ledger, files = FileLedger(folder), FolderFiles(folder)
    with ledger.lock():
        ledger.append([call(9999)], PROBE)
    assert {problem.what for problem in problems(ledger)} <= {TORN, NO_NEWLINE}
    with ledger.lock():
        list(carry_out(ledger, plan(ledger), folder / ".svc/aside/then"))
    found = held(ledger)
    assert sorted(sha256 for sha256, there in found.items() if there) == list(files.kept()), "bytes without an entry, or the other way round"
    assert all(sha(files.read(sha256) or b"") == sha256 for sha256 in files.kept()), "bytes that are not those of the hash"
    return found


@pytest.mark.parametrize(
    ("deed", "before", "after"),
    [
        (two_kept, {sha(b"first"): True}, {sha(b"first"): True, sha(PHOTO): True, sha(FORM): True}),
        (one_erased, {sha(b"first"): True}, {sha(b"first"): False}),
    ],
    ids=["kept", "erased"],
)
def test_bytes_and_entry_are_there_together_or_not_at_all(
    tmp_path: Path, deed: Callable[[FileLedger, FolderFiles], None], before: dict[str, bool], after: dict[str, bool]
) -> None:
    recorder, state_folder, counts = played(tmp_path, deed), tmp_path / "state", {"whole": 0, "gone": 0}
    state_folder.mkdir()
    for number, (state, told) in enumerate(states(recorder, random.Random(5), size(1, 40), size(False, True))):
        lay(state_folder, state, tree(state_folder))
        found = recovered(state_folder)
        assert found == after or (found == before and not told), f"state {number}, told {told}"
        counts["whole" if found == after else "gone"] += 1
    assert counts["whole"] >= 2 and counts["gone"] >= size(8, 50), counts
    tally("crash states of kept files", tried=sum(counts.values()), **counts)


def test_a_file_kept_twice_and_then_cut_off_leaves_the_first(tmp_path: Path) -> None:
    """The same bytes with another thing: what is taken back is the second entry, never the first one's bytes."""
    ledger = small_desk(tmp_path)
    files = FolderFiles(ledger.data)
    with ledger.lock():
        keep(ledger, files, {1: b"first"})
        with pytest.raises(KeyboardInterrupt), ledger.all_or_nothing(LATER, []):
            files.put(sha(b"first"), b"first")
            ledger.append([kept(2, b"first")], LATER)
            raise KeyboardInterrupt
    assert recovered(ledger.data) == {sha(b"first"): True} and files.read(sha(b"first")) == b"first"
