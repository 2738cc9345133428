"""Any change to a recorded line is found and named."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from svc.store.files import durable, verify
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers

from .helpers import DAY, NOW, call, ids, mend, places, problems, put, reply, report, small_desk, survey

LF = b"\n"


def change(ledger: FileLedger, file: str, old: bytes, new: bytes) -> None:
    path = ledger.data / file
    whole = path.read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, new, 1))


def _flips(whole: bytes) -> list[tuple[int, bytes]]:
    return [
        (place, whole[:place] + bytes([whole[place] ^ 1 << (place * 5 % 8)]) + whole[place + 1 :])
        for place in range(len(whole))
    ]


@pytest.fixture
def tiny(ledger: FileLedger) -> FileLedger:
    """Two rows of each form, and one of the month after."""
    put(ledger, call(1, "漏"), reply(1, "a, b"), survey(1), report(1, "x"))
    put(ledger, call(2), now=NOW + 10 * DAY)
    return ledger


@pytest.fixture
def no_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a change is, not what was there before: that costs most."""
    monkeypatch.setattr(verify, "_GUESSES", 0)


@pytest.mark.usefixtures("no_guesses")
def test_every_flipped_bit_of_a_csv_is_found_on_its_line(tiny: FileLedger) -> None:
    path = tiny.data / "calls/2026-11.csv"
    whole = path.read_bytes()
    for place, flipped in _flips(whole):
        path.write_bytes(flipped)
        found = places(tiny)
        assert found and found[0] == f"calls/2026-11.csv:{whole.count(LF, 0, place) + 1}", (place, found)
    path.write_bytes(whole)
    assert places(tiny) == [] and len(whole) > 300


@pytest.mark.usefixtures("no_guesses")
def test_every_flipped_bit_of_a_yaml_is_found_in_its_document(tiny: FileLedger) -> None:
    path = tiny.data / "reports/2026-11.yaml"
    whole = path.read_bytes()
    second = whole.count(LF, 0, whole.rfind(b"---")) + 1
    for place, flipped in _flips(whole):
        path.write_bytes(flipped)
        found = places(tiny)
        line = int(found[0].rpartition(":")[2])
        assert (line < second) == (whole.count(LF, 0, place) + 1 < second), (place, found)
    path.write_bytes(whole)
    assert places(tiny) == [] and second > 5


def test_one_change_is_one_problem_with_field_and_old_value(desk: FileLedger) -> None:
    change(desk, "calls/2026-11.csv", b",phone,", b",wechat,")
    (found,) = problems(desk)
    assert found[:2] == ("calls/2026-11.csv:2", "channel") and (found.old, found.new) == ("phone", "wechat")


@pytest.mark.parametrize(
    ("file", "old", "new", "field"),
    [
        ("calls/2026-11.csv", b"T15:00:00+08:00,2026", b"T11:42:00+08:00,2026", "at"),
        ("calls/2026-11.csv", b"01,log,2026-11-23", b"01,log,2026-11-03", "at"),
        ("calls/2026-11.csv", b",yes,", b",no,", "needs_service"),
        ("calls/2026-11.csv", b"C2611-0002,log", b"C2611-0009,log", "id"),
        ("calls/2026-11.csv", b"S01,phone", b"S07,phone", "by"),
        ("conduct/2026-11.csv", b",fraud,", b",other,", "kind"),
        ("reports/2026-12.yaml", b'resolved: "yes"', b'resolved: "no"', "resolved"),
        ("reports/2026-12.yaml", b'at: "2026-11-23T15:00', b'at: "2026-11-23T09:30', "at"),
    ],
)
def test_likely_changes_are_told_with_the_old_value(
    desk: FileLedger, file: str, old: bytes, new: bytes, field: str
) -> None:
    change(desk, file, old, new)
    (found,) = problems(desk)
    assert found.field == field and found.old and found.new, found
    assert "changed after it was recorded" in found.what.en


def test_an_unlikely_change_is_told_without(desk: FileLedger) -> None:
    change(desk, "calls/2026-11.csv", b"boom drifts, slowly", b"all is well, really")
    (found,) = problems(desk)
    assert found.place == "calls/2026-11.csv:2" and found.field is None and "does not follow" in found.what.en


def test_a_value_that_makes_no_sense_is_named(desk: FileLedger) -> None:
    change(desk, "calls/2026-11.csv", b",repair,", b",reparieren,")
    (found,) = problems(desk)
    assert found[:2] == ("calls/2026-11.csv:2", "kind") and (found.old, found.new) == ("repair", "reparieren")


def test_a_changed_h_is_told_as_such(desk: FileLedger) -> None:
    first = next(desk.read("call"))
    new = first.h[:5] + ("b" if first.h[5] != "b" else "c") + first.h[6:]
    change(desk, first.file, first.h.encode(), new.encode())
    (found,) = problems(desk)
    assert found[:2] == ("calls/2026-11.csv:2", "h") and (found.old, found.new) == (first.h, new)


def test_rows_taken_out_put_in_or_swapped_are_found(desk: FileLedger) -> None:
    path = desk.data / "calls/2026-11.csv"
    head, one, two, three = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(head + one + three)
    assert places(desk) == ["calls/2026-11.csv:3"]
    path.write_bytes(head + two + three)
    assert places(desk) == ["calls/2026-11.csv:2"]
    path.write_bytes(head + one + two)  # the month's last row: the next month's first does not follow
    assert places(desk) == ["calls/2026-12.csv:2"]
    false = one.replace(b"C2611-0001", b"C2611-0077")
    path.write_bytes(head + one + false + two + three)
    (found,) = problems(desk)
    assert found.place == "calls/2026-11.csv:3" and "put in" in found.what.en
    path.write_bytes(head + two + one + three)
    assert "calls/2026-11.csv:2" in places(desk)
    path.write_bytes(head + one + one + two + three)
    assert places(desk)[0] == "calls/2026-11.csv:3"


def test_a_row_of_another_desk_or_month_does_not_fit(desk: FileLedger, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = small_desk(tmp_path / "other")
    file = "calls/2026-11.csv"
    (desk.data / file).write_bytes((other.data / file).read_bytes())
    assert places(desk)[:3] == [f"{file}:2", f"{file}:3", f"{file}:4"]


def test_all_problems_come_at_once(desk: FileLedger) -> None:
    change(desk, "calls/2026-11.csv", b",phone,", b",wechat,")
    change(desk, "calls/2026-12.csv", b",repair,", b",quote,")
    change(desk, "reports/2026-11.yaml", b'"S01"', b'"S02"')
    change(desk, "conduct/2026-11.csv", b",h\n", b",hash\n")
    (desk.data / "calls/2026-11 (1).csv").write_bytes(b"")
    (desk.data / "registers/staff.csv").write_bytes(b"id,nonsense\n")
    assert places(desk) == [
        "calls/2026-11 (1).csv",
        "calls/2026-11.csv:2",
        "calls/2026-12.csv:2",
        "reports/2026-11.yaml:1",
        "conduct/2026-11.csv:1",
        "registers/staff.csv:1",
    ]


def test_the_same_id_opened_twice_is_found(ledger: FileLedger) -> None:
    put(ledger, call(1), reply(1), call(2))
    put(ledger, call(1), call(2)._replace(id="OLD-7"), call(3)._replace(id="OLD-7"), now=NOW + 40 * DAY)
    found = problems(ledger)
    assert [one.place for one in found] == ["calls/2027-01.csv:2", "calls/2027-01.csv:4"]
    assert [one.new for one in found] == ["C2611-0001", "OLD-7"]


def test_a_forged_but_well_chained_row_still_has_to_make_sense(ledger: FileLedger) -> None:
    """Who owns the files can chain anew; what such a row says about time is looked at all the same."""
    from svc.store.rows import chain, codec

    put(ledger, call(1))
    (last,) = ledger.read("call")
    row = codec.encode(call(2)._replace(recorded_at=NOW - 60 * DAY))
    raw = codec.finish("call", row, chain.link(ledger.id, last.file, last.h, row))
    durable.append(ledger.data / last.file, raw)
    found = problems(ledger)
    assert [one.place for one in found] == ["calls/2026-11.csv:3"] * 2
    assert {one.what.en for one in found} == {
        "recorded in another month than the file's",
        "recorded before the row above it",
    }


# Re-saved by a spreadsheet


def _again(data: bytes, encoding: str, separator: str, end: str, quoting: int) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue().encode(encoding)


SAVES: list[Callable[[bytes], bytes]] = [
    lambda data: _again(data, "utf-8-sig", ",", "\r\n", csv.QUOTE_MINIMAL),  # Excel, "CSV UTF-8"
    lambda data: _again(data, "gb18030", ",", "\r\n", csv.QUOTE_MINIMAL),  # Excel and WPS, "CSV"
    lambda data: _again(data, "utf-8", ",", "\n", csv.QUOTE_MINIMAL),  # LibreOffice
    lambda data: _again(data, "utf-8", ",", "\n", csv.QUOTE_ALL),
    lambda data: _again(data, "utf-8", ";", "\r\n", csv.QUOTE_MINIMAL),
    lambda data: _again(data, "utf-16", "\t", "\r\n", csv.QUOTE_MINIMAL),  # Excel, "Unicode text"
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: data.removeprefix(b"\xef\xbb\xbf"),
    lambda data: data.replace(b",S01,", b',"S01",', 1),
]


@pytest.mark.parametrize("save", SAVES)
@pytest.mark.parametrize("file", ["calls/2026-11.csv", "conduct/2026-11.csv"])
def test_a_file_saved_by_a_spreadsheet_is_known_and_restored(
    desk: FileLedger, save: Callable[[bytes], bytes], file: str
) -> None:
    put(desk, call(5, "007"), call(6, "'=1+1"), call(7, "  两格\\n"), now=NOW + 10 * DAY)
    path = desk.data / file
    whole = path.read_bytes()
    if save(whole) == whole:
        pytest.skip("nothing to spell otherwise in this file")
    path.write_bytes(save(whole))
    (found,) = problems(desk)
    assert found.place.startswith(f"{file}:") and "values unchanged" in found.what.en
    assert mend(desk) == [file]
    assert path.read_bytes() == whole and problems(desk) == []


@pytest.mark.parametrize("save", SAVES[:6])
def test_a_value_changed_in_a_spreadsheet_is_found_there(desk: FileLedger, save: Callable[[bytes], bytes]) -> None:
    path = desk.data / "calls/2026-11.csv"
    whole = path.read_bytes()
    path.write_bytes(save(whole.replace(b"S02", b"S03")))
    found = problems(desk)
    assert found and all("values unchanged" not in one.what.en for one in found)
    assert mend(desk) == ["calls/2026-11.csv"]  # one digit: the chain proves the old value
    assert path.read_bytes() == whole
    path.write_bytes(save(whole.replace(b"slowly", b"not at all")))
    before = path.read_bytes()
    assert mend(desk) == [] and path.read_bytes() == before


def test_progress_comes_to_the_end(desk: FileLedger) -> None:
    told: list[tuple[int, int]] = []
    assert list(verify.problems(desk, lambda done, total: told.append((done, total)))) == []
    total = sum(path.stat().st_size for path in desk.data.glob("*/2026-*"))
    assert told[-1] == (total, total)


def test_a_suspect_file_is_told_and_written_anew(desk: FileLedger) -> None:
    (desk.data / ".svc/suspect").write_text("calls/2026-12.csv 10 EIO\nregisters/staff.csv 3 EIO\n")
    people = {id: {"name": "甄一帆", "role": "technician"} for id in ("S01", "S02", "S09")}
    Registers(desk.data / "registers").save("staff", people)
    assert places(desk)[:2] == ["calls/2026-12.csv", "registers/staff.csv"]
    assert mend(desk) == ["calls/2026-12.csv", "registers/staff.csv"]
    put(desk, call(9), now=NOW + 11 * DAY)
    assert problems(desk) == [] and "C2611-0009" in ids(desk)
