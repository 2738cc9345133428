"""Files kept with records: bytes and entry together, listed where they belong, verified, erased, put back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.nouns import attachment
from svc.recording import attachments
from tests.conftest import Svc, this_month

JPEG = b"\xff\xd8\xff\xe0 a picture of a cylinder"


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.fixture
def files(svc: Svc) -> Path:
    """A call, its visit, and some files."""
    svc("call log --channel phone --from CU0001 --machine SN-1 --kind repair --summary leaks --needs-service --at 2026-11-02T09:00")
    svc(this_month("visit dispatch --call C2611-0001 --staff S02 --promised 2026-11-02T15:00 --at 2026-11-02T09:30"))
    svc(this_month("visit arrive V2611-0001 --at 2026-11-02T14:00"))
    svc(this_month("visit leave V2611-0001 --no-call-in --at 2026-11-02T16:00"))
    folder = svc.desk.parent / "brought"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(JPEG)
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 a receipt")
    (folder / "note.txt").write_text("how it sounded", "utf-8")
    return folder


def kept(svc: Svc) -> list[Path]:
    return sorted(p for p in (svc.desk / "data/files").rglob("*") if p.is_file())


def test_a_file_lies_under_its_hash_and_its_entry_says_so(svc: Svc, files: Path) -> None:
    said = svc(f"attach V1 {files}/a.jpg --at 2026-11-02T16:10")
    assert said.id == this_month("N2611-0001") and "photo a.jpg" in said.out and this_month("V2611-0001") in said.out
    [path] = kept(svc)
    assert path.read_bytes() == JPEG and path.relative_to(svc.desk / "data").as_posix() == f"files/{sha(JPEG)[:2]}/{sha(JPEG)}"
    [row] = svc("attachment list V1 --json").json
    assert (row["as"], row["name"], row["size"], row["sha256"], row["same_as"]) == ("photo", "a.jpg", len(JPEG), sha(JPEG), None)
    shown = svc("visit show V1 --json").json
    assert [one["id"] for one in shown["attachments"]] == [this_month("N2611-0001")]
    assert this_month("N2611-0001  photo  a.jpg") in svc("visit show V1").out
    assert "照片  a.jpg" in svc("--lang zh visit show V1").out
    assert "nothing wrong" in svc("ledger verify").out


def test_machines_and_customers_have_files_too(svc: Svc, files: Path) -> None:
    svc(f"attach SN-1 {files}/a.jpg")
    svc(f"attach CU1 {files}/b.pdf --as letter")
    assert [one["of"] for one in svc("attachment list --json").json] == ["machine", "customer"]
    assert svc("customer show CU0001 --json").json["attachments"][0]["as"] == "letter"
    assert this_month("N2611-") in svc("attachment list Works").out
    assert svc(f"attach C99 {files}/a.jpg", code=4).err


def test_the_same_file_on_two_claims_is_told(svc: Svc, files: Path) -> None:
    claim = this_month("expense submit --trip V2611-0001 --line lodging:200:东区:2026-11-02 --receipt-file")
    first = svc(f"{claim} {files}/b.pdf --at 2026-11-03T09:00")
    assert this_month("N2611-0001  attachment kept") in first.out and "receipt b.pdf" in first.out
    second = svc(f"{claim} {files}/b.pdf --at 2026-11-04T09:00")
    assert this_month("the same file is kept with expense E2611-0001 as N2611-0001") in second.err
    assert [one["same_as"] for one in svc("attachment list --repeated --json").json] == [this_month("N2611-0001")]
    book = svc.audit("2026-11", "2026-11-20T12:00")["attachments"]
    assert (book["kept"], book["by_kind"], book["bytes"]) == (2, {"receipt": 2}, 36)
    assert [(one["subject"], one["same_as"]) for one in book["repeated"]] == [(this_month("E2611-0002"), this_month("N2611-0001"))]
    assert f"already: {svc('attachment list E1 --json').json[0]['id']}" in svc(f"attach E1 {files}/b.pdf", code=4).err


def test_photos_come_with_the_report(svc: Svc, files: Path) -> None:
    close = "report close V1 --fault hyd --cause wear --cause-class wear --solution x --no-parts --opinion ok"
    assert "there is no file" in svc(f"{close} --photo {files}/none.jpg", code=2).err
    assert svc("report list --json").json == []
    assert "dry run" in svc(f"{close} --photo {files}/a.jpg --dry-run").out and not kept(svc)
    told = svc(f"{close} --photo {files}/a.jpg --photo {files}/note.txt --json --at 2026-11-02T17:00").json
    assert [one["entry"]["name"] for one in told["also"]] == ["a.jpg", "note.txt"]
    assert [one["as"] for one in svc("report show R1 --json").json["attachments"]] == ["photo", "photo"]


def test_what_is_no_file_or_too_much_is_refused(svc: Svc, files: Path) -> None:
    (files / "empty").write_bytes(b"")
    (files / "huge").write_bytes(bytes(attachment.LARGEST + 1))
    assert "is empty" in svc(f"attach V1 {files}/empty", code=2).err
    assert "more than 20 MiB" in svc(f"attach V1 {files}/huge", code=2).err
    assert "no file" in svc(f"attach V1 {files}", code=2).err
    assert not kept(svc)


def test_all_of_one_case_stay_within_a_budget(svc: Svc, files: Path) -> None:
    line = {"ledger": "attachment", "event": "add", "at": "2026-11-02T16:00:00+08:00", "of": "visit", "subject": this_month("V2611-0001"), "as": "photo"}
    rows = [{**line, "id": this_month(f"N2611-{n:04d}"), "name": f"{n}.jpg", "size": attachment.LARGEST, "sha256": f"{n:064x}"} for n in range(1, 12)]
    svc.run("ledger", "import", "-", stdin="\n".join(map(json.dumps, rows[:9])))
    assert len(svc("attachment list V1 --json").json) == 9
    assert svc(f"attach V1 {files}/a.jpg")
    refused = svc.run("ledger", "import", "-", stdin=json.dumps(rows[10]))
    assert refused.code == 4 and "200 MiB is the most" in refused.err


def test_verify_finds_each_thing_that_can_be_wrong_with_bytes(svc: Svc, files: Path) -> None:
    svc(f"attach V1 {files}/a.jpg")
    [path] = kept(svc)
    path.chmod(0o640)
    path.write_bytes(JPEG + b"!")
    assert "was changed" in svc("ledger verify", code=1).out
    path.unlink()
    assert "svc attachment restore" in svc("ledger verify", code=1).out
    assert "no entry names" in svc(f"attachment restore {files}/note.txt", code=4).err + svc(f"attachment restore {files}/note.txt", code=4).out
    svc(f"attachment restore {files}/a.jpg {files}/note.txt")
    svc("ledger verify")
    stray = path.parent.parent / "aa" / ("aa" + "0" * 62)
    stray.parent.mkdir()
    stray.write_bytes(b"put here by hand")
    assert "no entry names this file" in svc("ledger verify", code=1).out


def test_taken_back_it_is_gone(svc: Svc, files: Path) -> None:
    svc(f"attach V1 {files}/a.jpg")
    svc("undo")
    assert kept(svc) == [] and svc("attachment list --json").json == []
    svc("ledger verify")
    svc(f"attach V1 {files}/a.jpg")
    svc(f"attach C1 {files}/a.jpg")
    svc("undo")
    assert len(kept(svc)) == 1
    svc("ledger verify")


def test_erasing_a_customer_takes_the_bytes_and_leaves_the_hash(svc: Svc, files: Path) -> None:
    svc("customer add --name Other --phone 138-0000-0002")
    svc(f"attach V1 {files}/a.jpg {files}/note.txt")
    svc(f"attach CU2 {files}/note.txt")
    svc(f"attach SN-1 {files}/b.pdf")
    told = svc('customer erase CU0001 --reason "asked for it"')
    assert "the bytes of 3 files are gone" in told.out
    assert [p.name for p in kept(svc)] == [sha(b"how it sounded")]  # another customer's too
    assert [bool(one["erased_at"]) for one in svc("attachment list V1 --json").json] == [True, True]
    assert "were erased (asked for it)" in svc("attachment open N1", code=4).err
    svc("ledger verify")
    again = kept(svc)[0].parent.parent / sha(JPEG)[:2] / sha(JPEG)
    again.write_bytes(JPEG)
    assert "was erased, and its file is here again" in svc("ledger verify", code=1).out


def test_given_out_by_name_and_never_into_a_desk(svc: Svc, files: Path) -> None:
    svc(f"attach V1 {files}/a.jpg {files}/note.txt")
    out = svc.desk.parent / "out"
    svc(f"attachment export CU0001 -o {out}")
    assert sorted(p.name for p in out.iterdir()) == [this_month("N2611-0001-a.jpg"), this_month("N2611-0002-note.txt")]
    assert svc(f"attachment export N1 -o {svc.desk}/data", code=2).err
    opened = Path(svc("attachment open N1").out.strip())
    assert opened.suffix == ".jpg" and opened.read_bytes() == JPEG
    assert "not opened unseen" in svc("attachment open N2", code=2).err


def test_who_may_not_see_a_thing_does_not_see_its_files(svc: Svc, files: Path) -> None:
    svc("conduct log --about S02 --kind other --summary rude")
    svc(f"attach X1 {files}/note.txt")
    svc.environ["SVC_STAFF"] = "S03"
    assert svc("attachment list --json").json == []
    assert svc("attachment show N1", code=3).err and svc(f"attachment export N1 -o {files}/out", code=3).err
    assert svc('attachment erase N1 --reason "mine"', code=3).err


def test_they_go_out_and_come_in_as_lines(svc: Svc, files: Path) -> None:
    svc(f"attach V1 {files}/a.jpg")
    lines = [line for line in svc("ledger export").out.splitlines() if '"attachment"' in line]
    assert json.loads(lines[0])["sha256"] == sha(JPEG)
    gone = json.loads(lines[0]) | {"id": this_month("N2611-0009")}
    wrong = svc.run("ledger", "import", "-", stdin=json.dumps({**gone, "sha256": "abc"}))
    assert wrong.code == 2 and "SHA-256" in wrong.err
    nowhere = svc.run("ledger", "import", "-", stdin=json.dumps({**gone, "subject": this_month("V2611-0077")}))
    assert nowhere.code == 4


def test_the_page_links_copies_beside_it(svc: Svc, files: Path) -> None:
    pytest.importorskip("jinja2")
    svc(f"attach V1 {files}/a.jpg --at 2026-11-02T16:10")
    out = svc.desk.parent / "month.html"
    assert svc(f"audit month 2026-11 --out {out.with_suffix('.pdf')} --with-files", code=2).err
    svc(f"audit month 2026-11 --out {out} --with-files --as-of 2026-11-20T12:00")
    assert (out.parent / this_month("month_files/N2611-0001-a.jpg")).read_bytes() == JPEG
    assert this_month('<a href="month_files/N2611-0001-a.jpg">a.jpg</a>') in out.read_text("utf-8")


@given(st.text(min_size=1, max_size=300))
def test_any_name_is_kept_as_one_short_line(name: str) -> None:
    kept_name = attachments.named(name)
    assert 0 < len(kept_name) <= attachments.NAME and kept_name.isprintable()
