"""Appending and reading month files."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from svc.errors import BadInput, Busy, Conflict, Damaged
from svc.store.files import multi_file_write as intent
from svc.store.files.ledger import FileLedger
from svc.store.place import Position
from svc.store.rows import codec

from .helpers import DAY, NOW, call, conduct, ids, places, problems, put, reply, report


def test_what_was_appended_is_read(desk: FileLedger) -> None:
    assert ids(desk) == ["C2611-0001", "C2611-0002", "C2611-0001", "C2611-0003", "C2611-0002"]
    found = list(desk.read("call"))
    assert found[1].entry == call(2, 'says "no", =1+1')
    assert [one.line for one in found] == [2, 3, 4, 2, 3]
    assert found[3].entry.recorded_at == NOW + 10 * DAY and found[3].entry.at == NOW
    assert problems(desk) == []
    for one in found:
        whole = (desk.data / one.file).read_bytes()
        assert whole[one.offset : one.end] == one.raw
        assert codec.decode("call", one.raw) == (one.entry, one.h)


def test_receipts_say_where(ledger: FileLedger) -> None:
    with ledger.lock():
        receipts = ledger.append([call(1), report(1), call(2)], NOW)
    assert [(r.id, r.file) for r in receipts] == [
        ("C2611-0001", "calls/2026-11.csv"),
        ("R2611-0001", "reports/2026-11.yaml"),
        ("C2611-0002", "calls/2026-11.csv"),
    ]
    found = {one.entry.id: one for noun in ("call", "report") for one in ledger.read(noun)}
    assert [(found[r.id].offset, found[r.id].h) for r in receipts] == [(r.offset, r.h) for r in receipts]


def test_the_first_row_of_a_month_follows_the_last_of_the_one_before(desk: FileLedger) -> None:
    (desk.data / "calls/2026-11.csv").rename(desk.data.parent / "elsewhere.csv")
    assert places(desk) == ["calls/2026-12.csv:2"]


def test_the_month_is_that_of_recording_in_its_own_offset(ledger: FileLedger) -> None:
    late = NOW.replace(day=30, hour=23, minute=30)
    put(ledger, call(1), now=late.astimezone(UTC))
    put(ledger, call(2), now=late + timedelta(hours=1))
    assert [one.file for one in ledger.read("call")] == ["calls/2026-11.csv", "calls/2026-12.csv"]
    put(ledger, call(3), now=(late + timedelta(hours=2)).astimezone(UTC))  # still November there
    assert [one.file for one in ledger.read("call")][-1] == "calls/2026-12.csv"
    assert problems(ledger) == []


def test_the_clock_going_back_a_little_is_borne_and_no_more(ledger: FileLedger) -> None:
    put(ledger, call(1))
    with ledger.lock():
        receipt = ledger.append([call(2)], NOW - timedelta(minutes=5))[0]
        assert receipt.recorded_at == NOW
        with pytest.raises(BadInput, match="the clock says"):
            ledger.append([call(3)], NOW - timedelta(minutes=5, seconds=1))
    assert len(ids(ledger)) == 2 and problems(ledger) == []


def test_files_are_the_departments_own(desk: FileLedger) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in desk.data.rglob("*")}
    assert modes["2026-11.csv"] == 0o640 and modes["calls"] == 0o750
    assert modes["lock"] == 0o600 and modes[".svc"] == 0o700 and modes["desk.yaml"] == 0o640


def test_a_desk_is_made_once_and_named(ledger: FileLedger) -> None:
    assert FileLedger(ledger.data).id == ledger.id
    with pytest.raises(Conflict):
        FileLedger.create(ledger.data)
    (ledger.data / "desk.yaml").write_text("format: svc-desk/1\n")
    with pytest.raises(Damaged):
        FileLedger(ledger.data)
    (ledger.data / "desk.yaml").unlink()
    with pytest.raises(BadInput, match="no desk"):
        FileLedger(ledger.data)


def test_reading_goes_on_from_a_position(desk: FileLedger) -> None:
    assert desk.tail_position("visit") is None
    position = desk.tail_position("call")
    assert position is not None and position.file == "calls/2026-12.csv"
    assert list(desk.read("call", position)) == []
    put(desk, call(9), call(10), now=NOW + 40 * DAY)
    put(desk, reply(9), now=NOW + 40 * DAY)
    found = list(desk.read("call", position))
    assert [one.entry.id for one in found] == ["C2611-0009", "C2611-0010", "C2611-0009"]
    assert [one.file for one in found] == ["calls/2027-01.csv"] * 3
    middle = Position(found[0].file, found[0].end, found[0].h)
    assert [one.offset for one in desk.read("call", middle)] == [one.offset for one in found[1:]]


def test_reading_from_a_position_opens_no_older_file(desk: FileLedger) -> None:
    position = desk.tail_position("call")
    (desk.data / "calls/2026-11.csv").write_bytes(b"garbage\n")
    assert list(desk.read("call", position)) == []


@pytest.mark.parametrize("noun", ["call", "report"])
def test_a_ledger_shorter_than_it_was_is_damaged(desk: FileLedger, noun: str) -> None:
    position = desk.tail_position(noun)
    assert position is not None
    last = list(desk.read(noun))[-1]
    path = desk.data / position.file
    whole = path.read_bytes()
    path.write_bytes(whole[: last.offset])
    with pytest.raises(Damaged, match="shorter") as caught:
        list(desk.read(noun, position))
    assert caught.value.place == position.file and caught.value.hint and "svc ledger verify" in caught.value.hint.en
    path.write_bytes(whole[:-4] + bytes([whole[-4] ^ 3]) + whole[-3:])
    with pytest.raises(Damaged, match="changed"):
        list(desk.read(noun, position))
    path.unlink()
    with pytest.raises(Damaged, match="shorter"):
        list(desk.read(noun, position))


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        (b"C2611-0002,log", b"<<<<<<< HEAD\nC2611-0002,log", "calls/2026-11.csv:3:1", "merge conflict"),
        (b",phone,", b",fax,", "calls/2026-11.csv:2:72", "fax"),
        (b"\xef\xbb\xbf", b"", "calls/2026-11.csv:1:1", "re-saved"),
        (b"id,event", b"event,id", "calls/2026-11.csv:1:1", "header"),
        (b"\n", b"\r\n", "calls/2026-11.csv:1:1", "re-saved"),
        (b"drifts", b"dri\0ts", "calls/2026-11.csv:2:", "NUL"),
        (b"C2611-0002,log", b"\nC2611-0002,log", "calls/2026-11.csv:3:1", "empty line"),
    ],
)
def test_what_cannot_be_read_is_damaged_with_its_place(
    desk: FileLedger, old: bytes, new: bytes, place: str, what: str
) -> None:
    path = desk.data / "calls/2026-11.csv"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(Damaged, match=what) as caught:
        list(desk.read("call"))
    assert caught.value.place is not None and caught.value.place.startswith(place)


def test_a_wrong_document_is_damaged_with_its_line(desk: FileLedger) -> None:
    path = desk.data / "reports/2026-11.yaml"
    path.write_bytes(path.read_bytes().replace(b"scores: {", b"scores:  {"))
    with pytest.raises(Damaged) as caught:
        list(desk.read("report"))
    line = path.read_bytes()[: path.read_bytes().find(b"scores")].count(b"\n") + 1
    assert caught.value.place == f"reports/2026-11.yaml:{line}:9"
    assert caught.value.excerpt is not None and "scores:  {" in caught.value.excerpt


def test_a_document_cannot_hide_behind_a_crash(desk: FileLedger) -> None:
    """An end that no crash of ours can leave is damage: it is not passed over and not cut."""
    path = desk.data / "reports/2026-12.yaml"
    whole = path.read_bytes().replace(b'\nh: "', b'\nj: "')
    path.write_bytes(whole)
    for deed in (lambda: list(desk.read("report")), lambda: put(desk, report(9), now=NOW + 11 * DAY)):
        with pytest.raises(Damaged):
            deed()
    assert path.read_bytes() == whole
    assert places(desk) == ["reports/2026-12.yaml:12"]


def _symlink(path: Path) -> None:
    path.rename(path.with_suffix(".old"))
    path.symlink_to(path.with_suffix(".old"))


def _hard_link(path: Path) -> None:
    os.link(path, path.with_suffix(".old"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [_symlink, _hard_link, _pipe, _folder])
def test_only_plain_files_are_touched(desk: FileLedger, spoil: Callable[[Path], None]) -> None:
    spoil(desk.data / "calls/2026-12.csv")
    with pytest.raises(Damaged, match="not a plain file"):
        put(desk, call(9), now=NOW + 11 * DAY)
    with pytest.raises(Damaged, match="not a plain file"):
        list(desk.read("call"))
    assert "calls/2026-12.csv" in places(desk)


def test_a_linked_folder_is_not_followed(desk: FileLedger) -> None:
    folder = desk.data / "calls"
    folder.rename(desk.data.parent / "elsewhere")
    folder.symlink_to(desk.data.parent / "elsewhere")
    with pytest.raises(Damaged, match="not a plain file"):
        put(desk, call(9), now=NOW + 11 * DAY)


def test_appending_reads_the_end_alone(ledger: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    def cost() -> int:
        read = 0
        real = os.pread

        def counted(descriptor: int, size: int, offset: int) -> bytes:
            nonlocal read
            found = real(descriptor, size, offset)
            read += len(found)
            return found

        with monkeypatch.context() as patch:
            patch.setattr(os, "pread", counted)
            put(ledger, call(9999), now=NOW)
        return read

    put(ledger, *(call(n) for n in range(1, 600)))
    before = cost()
    put(ledger, *(call(n) for n in range(600, 6000)))
    assert before > 0 and abs(cost() - before) < 1000
    assert (ledger.data / "calls/2026-11.csv").stat().st_size > 10 * before


def test_a_row_longer_than_the_window_is_found(ledger: FileLedger) -> None:
    for number in range(1, 4):
        put(ledger, report(number, "磨损\n" * 60_000))
    put(ledger, report(4))
    assert ids(ledger, "report") == [f"R2611-000{n}" for n in range(1, 5)]
    assert problems(ledger) == []


def test_what_cannot_be_stored_changes_nothing(desk: FileLedger) -> None:
    before = {path: path.read_bytes() for path in desk.data.glob("*/*.csv")}
    for text in ("lost \ud800", "nul \0", "x" * (codec.LONGEST + 1)):
        with pytest.raises(BadInput, match="cannot be stored"):
            put(desk, call(8), call(9, text), now=NOW + 11 * DAY)
    assert {path: path.read_bytes() for path in desk.data.glob("*/*.csv")} == before


def test_who_holds_the_lock_is_named(desk: FileLedger) -> None:
    with desk.lock(), pytest.raises(Busy, match=rf"process {os.getpid()}, user \w+"), desk.lock(timeout=0.05):
        pass
    with desk.lock(timeout=0):
        assert desk.data.joinpath(".svc/lock").exists()


def test_the_lock_is_let_go_after_an_error(desk: FileLedger) -> None:
    with pytest.raises(RuntimeError), desk.lock():
        raise RuntimeError
    with desk.lock(timeout=0):
        pass


def test_a_long_import_is_one(desk: FileLedger) -> None:
    now = NOW + 11 * DAY
    with desk.lock(), desk.all_or_nothing(now):
        desk.append([call(20), conduct(20)], now)
        desk.append([call(21), report(21)], now)
        assert "C2611-0020" not in ids(desk)  # others do not see half of it
        assert desk.tail_position("call") is not None
    assert ids(desk)[-2:] == ["C2611-0020", "C2611-0021"]
    before = {path: path.read_bytes() for path in desk.data.glob("*/*")}
    with pytest.raises(RuntimeError), desk.lock(), desk.all_or_nothing(now + 40 * DAY):
        desk.append([call(30), conduct(30)], now + 40 * DAY)
        raise RuntimeError
    assert {path: path.read_bytes() for path in desk.data.glob("*/*")} == before
    assert not intent.pending(desk.data) and problems(desk) == []


def test_nothing_appended_is_nothing(ledger: FileLedger) -> None:
    with ledger.lock():
        assert ledger.append([], NOW) == []
    assert list(ledger.data.glob("calls/*")) == []
