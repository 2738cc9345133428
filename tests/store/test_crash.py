"""Killed, cut off from power, out of room, a failing disk: what was confirmed stays, the rest is whole or gone."""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svc.errors import Busy, Damaged
from svc.store.files import durable
from svc.store.files import multi_file_write as intent
from svc.store.files.disk_fault import suspects
from svc.store.files.ledger import FileLedger

from .helpers import DAY, NOW, call, conduct, ids, mend, places, problems, put, report

LATER = NOW + 11 * DAY


def in_child(deed: Callable[[], object]) -> int:
    """Run `deed` in a process of its own; its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            deed()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


# Torn ends


@pytest.mark.parametrize(
    ("noun", "file", "fresh"),
    [
        ("call", "calls/2026-12.csv", call(50)),
        ("report", "reports/2026-12.yaml", report(50)),
    ],
)
def test_a_row_torn_anywhere_is_passed_over_then_cut(desk: FileLedger, noun: str, file: str, fresh: Any) -> None:
    path = desk.data / file
    before = ids(desk, noun)
    whole = path.read_bytes()
    last = list(desk.read(noun))[-1].offset
    tried = 0
    for size in range(last + 1, len(whole)):
        path.write_bytes(whole[:size])
        assert ids(desk, noun) == before[:-1]
        position = desk.tail_position(noun)
        assert position is not None and (position.size == last or last == 0)
        assert len(places(desk)) == 1
        put(desk, fresh, now=LATER)
        kept = before if size == len(whole) - 1 else before[:-1]  # only its newline was missing: it is completed
        assert ids(desk, noun) == [*kept, fresh.id]
        assert problems(desk) == []
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("file", ["calls/2026-12.csv", "reports/2026-12.yaml"])
def test_a_torn_month_is_mended_before_the_next_begins(desk: FileLedger, file: str) -> None:
    path = desk.data / file
    path.write_bytes(path.read_bytes()[:-20])
    put(desk, call(60), report(60), now=NOW + 60 * DAY)
    assert problems(desk) == []
    assert [one.file for one in desk.read("call")][-1] == "calls/2027-01.csv"


@pytest.mark.parametrize("zeros", [1, 100, 5000, 70_000, 3_000_000])
@pytest.mark.parametrize("part", [0, 30])
def test_a_zero_filled_end_is_cut(desk: FileLedger, zeros: int, part: int) -> None:
    before = ids(desk)
    path = desk.data / "calls/2026-12.csv"
    row = list(desk.read("call"))[-1].raw
    path.write_bytes(path.read_bytes() + row[:part] + bytes(zeros))
    if part and zeros > 1 << 20:
        pytest.skip("no row is that long")
    assert ids(desk) == before
    put(desk, call(50), now=LATER)
    assert ids(desk) == [*before, "C2611-0050"] and problems(desk) == []


@pytest.mark.parametrize("content", [b"", bytes(9), bytes(200), bytes(90_000), b"\xef\xbb", b"\xef\xbb\xbfid,event,at"])
def test_a_new_file_that_never_reached_the_disk_is_made_anew(desk: FileLedger, content: bytes) -> None:
    before = ids(desk)
    path = desk.data / "calls/2027-01.csv"
    path.write_bytes(content)
    assert ids(desk) == before
    put(desk, call(50), now=NOW + 40 * DAY)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,event")
    assert ids(desk) == [*before, "C2611-0050"] and problems(desk) == []


def test_blocks_that_were_not_written_tear_a_row_too(desk: FileLedger) -> None:
    """A row over two blocks of which only the second reached the disk: it ends in LF but was not confirmed."""
    path = desk.data / "calls/2026-12.csv"
    before, whole = ids(desk), path.read_bytes()
    put(desk, call(50, "液压缸漏油，" * 300), now=LATER)
    torn = bytearray(path.read_bytes())
    torn[len(whole) : 4096] = bytes(4096 - len(whole))
    path.write_bytes(bytes(torn))
    assert ids(desk) == before
    put(desk, call(51), now=LATER)
    assert ids(desk) == [*before, "C2611-0051"] and problems(desk) == []


def test_damage_in_the_middle_is_never_cut(desk: FileLedger) -> None:
    path = desk.data / "calls/2026-12.csv"
    whole = path.read_bytes()
    first = whole.find(b"\n") + 1
    path.write_bytes(whole[:first] + bytes(20) + whole[first + 20 :])
    spoiled = path.read_bytes()
    put(desk, call(50), now=LATER)
    assert path.read_bytes().startswith(spoiled)
    assert places(desk)[0] == "calls/2026-12.csv:2"


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_another_encoding_is_not_taken_for_a_crash(desk: FileLedger, encoding: str) -> None:
    path = desk.data / "calls/2026-12.csv"
    path.write_bytes(path.read_bytes().decode("utf-8-sig").replace("\n", "\r\n").encode(encoding))
    spoiled = path.read_bytes()
    with pytest.raises(Damaged, match="header"):
        put(desk, call(50), now=LATER)
    with pytest.raises(Damaged):
        ids(desk)
    assert path.read_bytes() == spoiled


def test_what_is_cut_is_kept_aside(desk: FileLedger) -> None:
    path = desk.data / "calls/2026-12.csv"
    path.write_bytes(path.read_bytes() + b"C2611-0099,log,2026")
    put(desk, call(50), now=LATER)
    assert b"C2611-0099,log,2026" in (desk.data / ".svc/torn").read_bytes()


# Writes


def test_short_writes_are_continued(desk: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = os.write, 0

    def short(descriptor: int, data: Any) -> int:
        nonlocal count
        count += 1
        return real(descriptor, bytes(data[: max(1, len(data) // 3)]))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", short)
        put(desk, call(50), report(50), now=LATER)
    assert count > 10 and problems(desk) == [] and ids(desk)[-1] == "C2611-0050"


def _limited(desk: FileLedger, room: int, *entries: Any) -> Callable[[], None]:
    def deed() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        try:
            put(desk, *entries, now=LATER)
        except Busy as error:
            assert "nothing was written" in error.what.en and error.exit_code == 6
            os._exit(6)

    return deed


def test_a_full_disk_leaves_everything_as_it_was(desk: FileLedger) -> None:
    before = {path: path.read_bytes() for path in desk.data.glob("*/2*")}
    size = (desk.data / "calls/2026-12.csv").stat().st_size
    for room in (size, size + 1, size + 50, size + 150):
        assert in_child(_limited(desk, room, call(50))) == 6
        assert {path: path.read_bytes() for path in desk.data.glob("*/2*")} == before
    for room in (size + 10, size + 200):  # the second or third file does not fit
        assert in_child(_limited(desk, room, conduct(50), call(50, "long " * 100), call(51))) == 6
        assert {path: path.read_bytes() for path in desk.data.glob("*/2*")} == before
    assert problems(desk) == []
    assert in_child(_limited(desk, size + 1000, call(50))) == 0
    assert ids(desk)[-1] == "C2611-0050"


def test_a_full_disk_leaves_no_empty_file(desk: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "full")

    with desk.lock():
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(Busy, match="disk full"):
            desk.append([call(50)], NOW + 40 * DAY)
    assert not (desk.data / "calls/2027-01.csv").exists()


def test_a_failed_fsync_is_not_repeated_and_stops_the_desk(desk: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def failing(descriptor: int) -> None:
        calls.append(descriptor)
        raise OSError(errno.EIO, "input/output error")

    with desk.lock(), monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(Damaged, match="not confirmed"):
            desk.append([call(50)], LATER)
        assert len(calls) == 2  # the row's, once, and the marker's own
    for noun in (call(51), report(51)):
        with pytest.raises(Damaged, match="nothing more is recorded") as caught:
            put(desk, noun, now=LATER)
        assert caught.value.hint and "svc ledger repair" in caught.value.hint.en
    assert list(suspects(desk.data)) == ["calls/2026-12.csv"]
    assert mend(desk) == ["calls/2026-12.csv"]
    put(desk, call(51), now=LATER)
    assert problems(desk) == []


def test_a_write_that_reads_back_differently_is_not_confirmed(
    desk: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def wrong(descriptor: int, data: Any) -> int:
        return real(descriptor, bytes(data).replace(b"boom", b"b\0\0m"))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", wrong)
        with pytest.raises(Damaged, match="read back"):
            put(desk, call(50), now=LATER)
    assert list(suspects(desk.data)) == ["calls/2026-12.csv"]


def test_a_failed_replace_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data/registers/staff.csv"
    path.parent.parent.mkdir()
    durable.replace(path, b"old")

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(Busy):
            durable.replace(path, b"new")
    assert path.read_bytes() == b"old" and [p.name for p in path.parent.iterdir()] == ["staff.csv"]


# Order of what reaches the disk


def _watched(monkeypatch: pytest.MonkeyPatch, events: list[tuple[str, str]]) -> None:
    def name_of(descriptor: int) -> str:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink()).rpartition("/data/")[2]

    def watch(name: str, described: Callable[..., str]) -> None:
        real = getattr(os, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            folder = options.get("dst_dir_fd")
            events.append((name, (f"{name_of(folder)}/" if folder else "") + described(*arguments)))
            return real(*arguments, **options)

        monkeypatch.setattr(os, name, watched)

    for name in ("write", "fsync", "ftruncate"):
        watch(name, lambda descriptor, *_: name_of(descriptor))
    watch("replace", lambda _, new: str(new).rpartition("/data/")[2])
    watch("unlink", lambda path, *_: str(path).rpartition("/data/")[2])


def test_what_is_written_is_synced_in_the_right_order(desk: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[tuple[str, str]] = []
    with monkeypatch.context() as patch:
        _watched(patch, events)
        put(desk, call(50), now=LATER)
        assert events[-2:] == [("write", "calls/2026-12.csv"), ("fsync", "calls/2026-12.csv")]
        events.clear()
        put(desk, call(51), now=NOW + 40 * DAY)
        assert events[-3:] == [
            ("write", "calls/2027-01.csv"),
            ("fsync", "calls/2027-01.csv"),
            ("fsync", "calls"),
        ]
        events.clear()
        put(desk, call(52), conduct(52), now=NOW + 70 * DAY)
    assert [event for event in events if "lock" not in event[1] and event != ("unlink", ".svc/.intent.new")] == [
        ("write", ".svc/.intent.new"),
        ("fsync", ".svc/.intent.new"),
        ("replace", ".svc/intent"),
        ("fsync", ".svc"),
        ("write", "calls/2027-02.csv"),
        ("fsync", "calls/2027-02.csv"),
        ("fsync", "calls"),
        ("write", "conduct/2027-02.csv"),
        ("fsync", "conduct/2027-02.csv"),
        ("fsync", "conduct"),
        ("unlink", ".svc/intent"),
        ("fsync", ".svc"),
    ]


# Killed at every step


STEPS = ("write", "pwrite", "fsync", "ftruncate", "replace", "unlink", "mkdir")


def _die_at(step: int, torn: bool) -> None:
    """From now on: be killed at the given call that changes the disk, half way through it if it is a write."""
    left = step

    def fatal(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call_or_die(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                if name == "write" and torn:
                    real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call_or_die

    for name in STEPS:
        setattr(os, name, fatal(name, getattr(os, name)))


def _killed(desk: FileLedger, step: int, torn: bool, deed: Callable[[], object]) -> bool:
    def child() -> None:
        _die_at(step, torn)
        deed()

    code = in_child(child)
    assert code in (0, -signal.SIGKILL), code
    return code != 0


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("later", [LATER, NOW + 40 * DAY])
def test_three_files_at_once_are_all_or_nothing(desk: FileLedger, torn: bool, later: Any) -> None:
    nouns = ("call", "report", "conduct")
    before = {noun: ids(desk, noun) for noun in nouns}
    reached = 0
    for step in range(1, 100):
        if not _killed(desk, step, torn, lambda: put(desk, call(70), report(70), conduct(70), call(71), now=later)):
            break
        reached += 1
        seen = {noun: ids(desk, noun) for noun in nouns}  # a reader before anybody has mended it
        with desk.lock():
            pass
        after = {noun: ids(desk, noun) for noun in nouns}
        assert seen in (after, before)
        whole = after["call"][-2:] == ["C2611-0070", "C2611-0071"]
        assert after == before or (whole and {len(after[n]) - len(before[n]) for n in nouns} == {1, 2})
        assert problems(desk) == []
        if whole:  # the note was gone: only the confirmation was missing
            before = after
            reached -= 1
            break
    assert reached >= 10


def test_a_roll_back_may_itself_be_killed(desk: FileLedger) -> None:
    before = {path: path.read_bytes() for path in desk.data.glob("*/2*")}
    reached = 0
    for step in range(1, 30):
        put_ = lambda: put(desk, call(70), report(70), conduct(70), now=NOW + 40 * DAY)  # noqa: E731
        assert _killed(desk, 11, False, put_)
        assert _killed(desk, step, False, lambda: desk.lock().__enter__()) or step > 6
        reached += 1
        with desk.lock():
            pass
        assert {path: path.read_bytes() for path in desk.data.glob("*/2*")} == before
    assert reached == 29 and problems(desk) == []


@pytest.mark.parametrize("torn", [False, True])
def test_one_entry_is_there_or_not(desk: FileLedger, torn: bool) -> None:
    reached = 0
    for step in range(1, 50):
        before = ids(desk)
        number = f"C2611-{step + 100:04}"
        died = _killed(desk, step, torn, lambda step=step: put(desk, call(step + 100), now=LATER))  # type: ignore[misc]
        assert ids(desk) in (before, [*before, number])
        if not died:
            assert ids(desk) == [*before, number]
            break
        reached += 1
        put(desk, conduct(step + 100), now=LATER)
        assert [one for one in places(desk) if not one.startswith("calls/2026-12.csv")] == []
    assert reached >= 3
    put(desk, call(99), now=LATER)
    assert problems(desk) == []


def test_a_roll_back_of_a_file_that_lost_more_does_not_lock_the_desk(desk: FileLedger) -> None:
    path = desk.data / "calls/2026-12.csv"
    intent.begin(desk.data, {"calls/2026-12.csv": 10_000, "calls/2027-09.csv": 5, "conduct/2027-01.csv": -1})
    size = path.stat().st_size
    put(desk, call(50), now=LATER)
    assert path.stat().st_size > size and not intent.pending(desk.data)


def test_files_beside_the_data_folder_are_replaced_safely(desk: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = desk.data.parent / "rules.yaml"
    durable.replace(rules, b"one")
    real, count = os.fsync, 0

    def failing(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise OSError(errno.EIO, "input/output error")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(Damaged):
            durable.replace(rules, b"two")
    assert sorted(p.name for p in desk.data.parent.parent.glob(".svc*")) == []
    assert (desk.data / ".svc/suspect").exists()
