"""What a reader may remember: only what no power cut takes away. And where a desk may not lie at all."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from svc.errors import Damaged, NotPermitted
from svc.store.files import durable
from svc.store.files import folder as network
from svc.store.files import multi_file_write as intent
from svc.store.files.disk_fault import suspects
from svc.store.files.ledger import FileLedger
from svc.store.files.lock import unsettled

from .helpers import DAY, NOW, call, ids, mend, problems, put, report

LATER = NOW + 11 * DAY


@contextmanager
def synced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The files and folders that are put on the disk inside."""
    found: list[str] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        found.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()).rpartition("/data/")[2])
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", watched)
        yield found


def test_a_row_that_is_being_written_is_put_on_the_disk_before_it_is_read(
    desk: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, seen = FileLedger(desk.data), []
    real = durable._sync

    def looked_at(descriptor: int, path: Path, sound: int) -> None:
        with synced(monkeypatch) as found:
            seen.append((ids(reader)[-1], found))
        real(descriptor, path, sound)

    with monkeypatch.context() as patch:
        patch.setattr(durable, "_sync", looked_at)
        put(desk, call(50), now=LATER)
    ((last, found),) = seen
    assert last == "C2611-0050"
    assert found[-3:] == ["calls/2026-12.csv", "calls", ".svc"]
    with synced(monkeypatch) as found:
        ids(reader)
    assert found == []  # nobody writes: nothing to see to


def test_what_a_killed_writer_left_is_put_on_the_disk_by_the_next(
    desk: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = os.fork()
    if child == 0:
        durable._sync = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        put(desk, call(50), now=LATER)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert unsettled(desk.data)
    with synced(monkeypatch) as found, desk.lock():
        pass
    assert {"calls/2026-12.csv", "reports/2026-12.yaml", "calls", "reports"} <= set(found)
    assert not unsettled(desk.data) and ids(desk)[-1] == "C2611-0050"
    with synced(monkeypatch) as found, desk.lock():
        pass
    assert found == []


def test_a_refusal_leaves_nothing_to_see_to(desk: FileLedger) -> None:
    with pytest.raises(ValueError), desk.lock():
        raise ValueError("refused")
    assert not unsettled(desk.data)


def test_what_a_failing_disk_did_not_confirm_is_not_read(desk: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids(desk)

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(Damaged):
            put(desk, call(50), now=LATER)
    assert suspects(desk.data) == {
        "calls/2026-12.csv": (desk.data / "calls/2026-12.csv").read_bytes().find(b"C2611-0050")
    }
    assert ids(desk) == before
    mend(desk)
    assert ids(desk) == [*before, "C2611-0050"] and problems(desk) == []


@pytest.mark.parametrize(
    "note", [b"x\n", b"7 calls\n", b"-2 calls/2026-12.csv\n", b"3 ../rules.yaml\n", b"\xff\0", b"5 calls/2026-12.csv"]
)
def test_a_note_that_is_not_ours_is_not_followed(desk: FileLedger, note: bytes) -> None:
    whole = (desk.data / "calls/2026-12.csv").read_bytes()
    (desk.data / ".svc/intent").write_bytes(note)
    with pytest.raises(Damaged, match="not ours"), desk.lock():
        pass
    with pytest.raises(Damaged, match="not ours"):
        ids(desk)
    assert (desk.data / "calls/2026-12.csv").read_bytes() == whole
    (desk.data / ".svc/intent").unlink()
    put(desk, call(50), report(50), now=LATER)
    assert problems(desk) == [] and intent.pending(desk.data) == {}


MOUNTS = b"""22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:26 / /dev/shm rw,nosuid - tmpfs tmpfs rw
98 22 0:51 / /srv/share rw,relatime shared:52 - nfs4 nas:/share rw,vers=4.2
99 22 0:52 / /srv/win rw - cifs //nas/win rw
"""


@pytest.mark.parametrize(("minor", "kind"), [(26, None), (51, "nfs4"), (52, "cifs"), (60, None)])
def test_a_network_folder_is_known_by_its_mount(minor: int, kind: str | None) -> None:
    assert network.kind_in(MOUNTS, 0, minor) == kind


def test_a_desk_on_a_network_folder_is_not_written_unless_forced(
    desk: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "kind_of", lambda data: "nfs4")
    before = ids(desk)
    with pytest.raises(NotPermitted, match="nfs4") as caught:
        put(desk, call(50), now=LATER)
    assert caught.value.hint and "ssh" in caught.value.hint.en and ids(desk) == before
    monkeypatch.setenv("SVC_ALLOW_NETWORK_FOLDER", "1")
    put(desk, call(50), now=LATER)
    assert ids(desk)[-1] == "C2611-0050"


def test_a_folder_swapped_for_a_link_while_a_file_is_opened_is_not_followed(
    desk: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = desk.data.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "2026-12.csv").write_bytes(b"mine")
    real, calls = os.open, desk.data / "calls"

    def swapping(path: object, flags: int, *rest: int, **options: int | None) -> int:
        if Path(str(path)).name == "2026-12.csv" and calls.is_dir() and not calls.is_symlink():
            calls.rename(desk.data / "calls.old")
            calls.symlink_to(elsewhere)
        return real(path, flags, *rest, **options)  # type: ignore[call-overload, no-any-return]

    with desk.lock(), monkeypatch.context() as patch:
        patch.setattr(os, "open", swapping)
        with pytest.raises(Damaged, match="not a plain file"):
            desk.append([call(50)], LATER)
    assert (elsewhere / "2026-12.csv").read_bytes() == b"mine"


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    for mask in (0o000, 0o077):
        old = os.umask(mask)
        try:
            ledger = (
                FileLedger.create(tmp_path / f"{mask}" / "data") if (tmp_path / f"{mask}").mkdir() is None else None
            )
            assert ledger
            put(ledger, call(1))
        finally:
            os.umask(old)
        modes = {p.name: p.stat().st_mode & 0o777 for p in ledger.data.rglob("*")}
        assert (modes["2026-11.csv"], modes["calls"], modes[".svc"]) == (0o640, 0o750, 0o700)
        assert modes["lock"] == 0o600 and modes["desk.yaml"] == 0o640
