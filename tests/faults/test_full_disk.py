"""A disk with room for a few entries: refused in words, nothing half written, everything told is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers
from svc.store.files.verify import problems
from svc.store.index import cache
from svc.store.index.lookups import Index
from tests.conftest import Svc
from tests.faults.clerks import check, made, run, stored
from tests.faults.sizes import size, tally


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 640 KB: an index of an empty desk is a third of it."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.name != "posix" or os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=640k", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, leave: int) -> None:
    """Take all room but so many bytes (in pages of 4096)."""
    with (place / "ballast").open("wb", 0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            pass
        ballast.truncate(max(0, os.fstat(ballast.fileno()).st_size - leave))


def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path) -> None:
    data = made(small_disk)
    refusals = 0
    for leave in size((0, 8192), range(0, 20 * 4096, 4096)):
        before = stored(data)
        (small_disk / "ballast").unlink(missing_ok=True)
        fill(small_disk, leave)
        answer = run(data, 5000 + 200 * refusals, 200, "both")
        assert answer.code == 6 and "nothing was written" in answer.complaint, answer
        assert set(stored(data)) == set(before) | set(answer.told)
        assert list(problems(FileLedger(data))) == []
        refusals += 1
    (small_disk / "ballast").unlink()
    ledger = FileLedger(data)
    assert list(problems(ledger)) == []
    check(data, stored(data), run(data, 9000, 1))
    assert refusals >= 2, "the suite did not bite"
    tally("full disk", tried=refusals)


def test_the_command_says_so(svc: Svc, small_disk: Path) -> None:
    desk = Svc(shutil.copytree(svc.desk, small_disk / "desk"))
    line = "call log --channel phone --from 13800000001 --kind consult --summary x"
    first = desk(line)
    fill(small_disk, 0)
    refused = None
    for _ in range(40):
        refused = desk.run(*line.split(" "))
        if refused.code:
            break
    assert refused is not None and refused.code == 6 and refused.out == ""
    assert "svc: error: " in refused.err and "hint: " in refused.err
    (small_disk / "ballast").unlink()
    assert first.id in desk(f"call show {first.id}").out and "nothing wrong" in desk("ledger verify").out
    tally("full disk", tried=1)


def test_who_only_reads_is_not_refused(svc: Svc, small_disk: Path) -> None:
    desk = Svc(shutil.copytree(svc.desk, small_disk / "desk"))
    desk("call log --channel phone --from 13800000001 --kind consult --summary x")
    shutil.rmtree(small_disk / "desk/data/.svc")
    desk("call log --channel phone --from 13800000001 --kind consult --summary y")
    reading = ("call list --format csv", "customer list", "audit month 2026-10 --json --as-of 2026-11-20T12:00", "staff list --json")
    answers = [desk(line).out for line in reading]
    for keep_index in (True, False):
        if not keep_index:
            for path in (small_disk / "desk/data/.svc").glob("index*"):
                path.unlink()
        else:
            index = small_disk / "desk/data/.svc/index.sqlite"
            index.write_bytes(b"")  # to be made anew, and there is no room
        fill(small_disk, 0)
        assert [desk(line).out for line in reading] == answers
        desk("ledger verify")
        (small_disk / "ballast").unlink()


def test_a_big_desk_is_read_without_its_index(svc: Svc, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be read in bulk into a file is read in bulk into memory."""
    desk = Svc(shutil.copytree(svc.desk, small_disk / "desk"))
    desk("call log --channel phone --from 13800000001 --kind consult --summary x")
    shutil.rmtree(small_disk / "desk/data/.svc")
    (small_disk / "desk/data/.svc").mkdir()
    fill(small_disk, 0)
    monkeypatch.setattr(cache, "MUCH", 0)
    data = small_disk / "desk/data"
    index = Index(data / ".svc/index.sqlite", FileLedger(data), Registers(data / "registers"))
    index.catch_up()
    assert index.in_memory and index.select("select count(*) from entry where noun = 'call'")[0][0] == 1
    index.refold()
    assert index.select("select count(*) from brief_call")[0][0] == 1
