"""What the chain proves is put back byte for byte; what it does not is left alone; nothing is ever cut that counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers
from svc.store.files.repair import plan
from svc.store.index.lookups import Index

from .helpers import DAY, NOW, call, ids, mend, places, problems, put, report

CALLS, REPORTS = "calls/2026-12.csv", "reports/2026-12.yaml"


@pytest.fixture
def desk(desk: FileLedger) -> FileLedger:
    """The small desk with a few rows more in December, and no index."""
    put(desk, call(4, "hose, cracked"), call(5, "水箱漏水"), call(6), now=NOW + 10 * DAY)
    put(desk, report(3), report(4, "老化"), now=NOW + 10 * DAY)
    return desk


def remember(desk: FileLedger) -> None:
    """Let the index read the desk."""
    index = Index(desk.data / ".svc/index.sqlite", desk, Registers(desk.data / "registers"))
    index.catch_up()
    index.close()


def drop(which: int, file: str) -> Callable[[bytes], bytes]:
    """Without one of the rows."""

    def without(whole: bytes) -> bytes:
        rows = whole.split(b"\n---\n") if file.endswith("yaml") else whole.split(b"\n")
        del rows[which]
        return (b"\n---\n" if file.endswith("yaml") else b"\n").join(rows)

    return without


def _twice(whole: bytes) -> bytes:
    return whole.replace(b"drifts", b"is fine").replace(b"hose, cracked", b"hose, new")


DAMAGE: list[tuple[str, str, Callable[[bytes], bytes], bool]] = [
    ("one likely value", CALLS, lambda w: w.replace(b",phone,", b",wechat,", 1), False),
    ("a value in a document", REPORTS, lambda w: w.replace(b'resolved: "yes"', b'resolved: "no"', 1), False),
    ("an h", CALLS, lambda w: w.replace(w[w.find(b",x") + 1 :][:32], b"x" + b"a" * 31, 1), False),
    ("header of zeros", CALLS, lambda w: bytes(w.find(b"\n") + 1) + w[w.find(b"\n") + 1 :], False),
    ("header changed", CALLS, lambda w: w.replace(b"channel", b"kanal", 1), False),
    ("header gone", CALLS, lambda w: w[w.find(b"\n") + 1 :], False),
    ("no last newline", CALLS, lambda w: w[:-1], False),
    ("CR LF in documents", REPORTS, lambda w: w.replace(b"\n", b"\r\n"), False),
    ("a BOM before documents", REPORTS, lambda w: b"\xef\xbb\xbf" + w + b"\n\n", False),
    ("two long texts", CALLS, _twice, True),
    ("a row gone in the middle", CALLS, drop(2, CALLS), True),
    ("the first row gone", CALLS, drop(1, CALLS), True),
    ("rows gone at the end", CALLS, lambda w: w[: w.rfind(b"\n", 0, w.rfind(b"\n", 0, -1) - 1) + 1], True),
    ("a document gone", REPORTS, drop(1, REPORTS), True),
    ("a row unreadable", CALLS, lambda w: w.replace(b"C2611-0004,log", b"\0\0\0\0"), True),
    ("saved in GBK with a value changed", CALLS, lambda w: w.decode("utf-8-sig").replace("cracked", "sound").replace("\n", "\r\n").encode("gb18030"), True),
    ("all gone", CALLS, lambda w: b"", True),
]  # fmt: skip


@pytest.mark.parametrize(("file", "spoil", "from_index"), [d[1:] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_what_can_be_proved_is_put_back(
    desk: FileLedger, file: str, spoil: Callable[[bytes], bytes], from_index: bool
) -> None:
    path = desk.data / file
    whole = path.read_bytes()
    if from_index:
        path.write_bytes(spoil(whole))
        assert path.read_bytes() != whole
        assert mend(desk) == [] or spoil(whole) == b"", "nothing proves it without the index"
        path.write_bytes(whole)
        remember(desk)
    path.write_bytes(spoil(whole))
    assert any(place.startswith(file) for place in places(desk))
    spoilt = path.read_bytes()
    assert [one.file for one in plan(desk)] == [file]
    assert path.read_bytes() == spoilt  # a plan changes nothing
    assert mend(desk) == [file]
    assert path.read_bytes() == whole and problems(desk) == []
    assert (desk.data / ".svc/aside/now" / file).read_bytes() == spoilt
    put(desk, call(9), now=NOW + 11 * DAY)
    assert ids(desk)[-1] == "C2611-0009" and problems(desk) == []


def test_a_file_that_is_gone_is_put_back_from_the_index(desk: FileLedger) -> None:
    remember(desk)
    for file in ("calls/2026-11.csv", CALLS, REPORTS):
        path = desk.data / file
        whole = path.read_bytes()
        path.unlink()
        assert any(one.startswith(file.partition("/")[0]) for one in places(desk))
        assert mend(desk) == [file] and path.read_bytes() == whole and problems(desk) == []


def test_verify_names_what_the_index_remembers(desk: FileLedger) -> None:
    remember(desk)
    path = desk.data / CALLS
    whole = path.read_bytes()
    path.write_bytes(_twice(whole))
    found = [(one.place, one.field, one.old, one.new) for one in problems(desk)]
    assert (f"{CALLS}:2", "summary", "boom drifts, slowly", "boom is fine, slowly") == (
        found[0][0],
        found[0][1],
        found[0][2].strip('"'),
        found[0][3].strip('"'),
    )  # type: ignore[union-attr]
    assert found[1][:2] == (f"{CALLS}:2", "summary") or found[1][0].startswith(CALLS)
    path.write_bytes(drop(2, CALLS)(whole))
    (one,) = problems(desk)
    assert one.place == f"{CALLS}:3" and "1 rows before it are missing: C2611-0002" in one.what.en
    path.write_bytes(whole[: whole.rfind(b"\n", 0, -1) + 1])
    (one,) = problems(desk)
    assert one.place == f"{CALLS}:6" and "1 entries at its end are missing: C2611-0006" in one.what.en


def test_a_row_that_was_put_in_is_told_and_never_cut(desk: FileLedger) -> None:
    path = desk.data / CALLS
    whole = path.read_bytes()
    rows = whole.split(b"\n")
    rows.insert(2, rows[3].replace(b"C2611-0004", b"C2611-0099"))
    path.write_bytes(b"\n".join(rows))
    spoilt = path.read_bytes()
    assert f"{CALLS}:3" in places(desk)
    for known in (False, True):
        if known:
            path.write_bytes(whole)
            remember(desk)
            path.write_bytes(spoilt)
        assert mend(desk) == [] and path.read_bytes() == spoilt


def test_a_changed_last_row_is_not_taken_for_torn(desk: FileLedger) -> None:
    path = desk.data / CALLS
    whole = path.read_bytes()
    path.write_bytes(whole[:-20] + b"#" * 19 + b"\n")
    assert mend(desk) == []
    path.write_bytes(whole)
    remember(desk)
    path.write_bytes(whole[:-20] + b"#" * 19 + b"\n")
    assert mend(desk) == [CALLS] and path.read_bytes() == whole


def test_an_index_that_lies_proves_nothing(desk: FileLedger) -> None:
    import sqlite3

    remember(desk)
    db = sqlite3.connect(desk.data / ".svc/index.sqlite")
    db.execute("update entry set raw = replace(raw, 'cracked', 'perfect')")
    db.commit()
    db.close()
    path = desk.data / CALLS
    path.write_bytes(path.read_bytes().replace(b"cracked", b"as good as new"))
    spoilt = path.read_bytes()
    assert mend(desk) == [] and path.read_bytes() == spoilt
    (desk.data / ".svc/index.sqlite").write_bytes(b"no database at all")
    assert mend(desk) == [] and any(place.startswith(CALLS) for place in places(desk))


def test_many_damaged_files_at_once(desk: FileLedger, tmp_path: Path) -> None:
    remember(desk)
    before = {path: path.read_bytes() for path in desk.data.glob("*/2026-*")}
    for path, whole in before.items():
        path.write_bytes(whole.replace(b",2026-11-23T15:00:00", b",2026-11-22T14:00:00", 1) if path.suffix == ".csv" else whole[: len(whole) // 2])
    assert len(mend(desk)) == len(before) >= 5
    assert {path: path.read_bytes() for path in desk.data.glob("*/2026-*")} == before and problems(desk) == []
