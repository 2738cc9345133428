"""Paper: the report form on one A4, slips, quotes, registers; and the sheet that comes back filled in (3.7, 3.9, 4.6)."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clauses.scenes import visited
from tests.conftest import Svc

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")

NUMBER = "138-0000-0001"
FULL = (
    '--fault boom --cause "seal worn" --cause-class wear --solution "new seal" --part 油封:2:X-1 --part hose:1'
    ' --opinion "quick & polite"'
)


def pages(svc: Svc, line: str, name: str = "out.pdf") -> list[str]:
    """The text of each page of what a command prints to a file."""
    assert svc(f"{line} -o {name}").out.strip() == name
    found = [page.extract_text() for page in pypdf.PdfReader(svc.desk / name).pages]
    return ["".join(text.split()) for text in found]


def test_a_visits_form_is_one_page_with_what_is_known(svc: Svc) -> None:
    svc("customer edit CU0001 --contact 甄厂长 --address 长风路1号")
    visit = visited(svc)
    (page,) = pages(svc, f"--lang zh report form {visit}")
    known = ("售后服务报告单", visit, "Works", "甄厂长", NUMBER, "长风路1号", "LX200", "SN-1", "2027-01-09", "Tech")
    asked = (
        "故障原因",
        "解决办法",
        "更换零件",
        "用户意见",
        "满意度调查",
        "技术员签字",
        "客户签字",
        "2026-10-06周二10:00",
    )
    assert [word for word in (*known, *asked) if word not in page] == []


def test_a_closed_report_is_printed_with_its_answers(svc: Svc) -> None:
    visit = visited(svc)
    svc(f"report close {visit} {FULL} --at 2026-10-06T13:00")
    svc(f"report survey {visit} --score overall=4 --at 2026-10-06T13:00")
    (page,) = pages(svc, f"report form {visit}")
    assert all(word in page for word in ("sealworn", "newseal", "油封", "X-1", "quick&polite"))


def test_a_blank_form_is_one_page_too(svc: Svc) -> None:
    for language in ("zh", "en"):
        (page,) = pages(svc, f"--lang {language} report form")
        assert "Works" not in page


def test_numbers_are_for_those_who_go_or_answer_the_phone(svc: Svc) -> None:
    svc("customer edit CU0001 --contact 甄厂长")
    visit = visited(svc)  # S02 goes
    for who, clear in (("S01", True), ("S02", True), ("S04", True), ("S03", False)):
        (page,) = pages(svc, f"--as {who} report form {visit}")
        assert (NUMBER in page, "甄厂长" in page) == (clear, clear), who
        assert clear or "138-****-0001" in page


def test_the_same_visit_gives_the_same_bytes(svc: Svc) -> None:
    visit = visited(svc)
    for name in ("a.pdf", "a.xlsx", "a.yaml"):
        svc(f"report form {visit} -o {name}")
        first = (svc.desk / name).read_bytes()
        svc(f"report form {visit} -o {name}")
        assert (svc.desk / name).read_bytes() == first, name


def test_nothing_typed_is_taken_for_markup(svc: Svc) -> None:
    visit = visited(svc)
    odd = '#import "x" $a_b$ *bold* </div> =1+1 \\n 〇'
    svc.run("report", "close", visit, "--fault", "boom", "--cause", odd, "--solution", odd, "--no-parts",
            "--opinion", odd, "--at", "2026-10-06T13:00")  # fmt: skip
    (page,) = pages(svc, f"report form {visit}")
    assert page.count("".join(odd.split())) == 3


def test_however_much_was_written_nothing_runs_off_the_paper(svc: Svc) -> None:
    visit = visited(svc)
    parts = [word for n in range(40) for word in ("--part", f"{'n' * 70}{n}:1:{'p' * 80}")]
    svc.run("report", "close", visit, "--fault", "f" * 80, "--cause", "因" * 2000, "--solution", "x" * 3000, *parts,
            "--opinion", "line\n" * 60, "--at", "2026-10-06T13:00")  # fmt: skip
    svc(f"report form {visit} -o form.pdf")
    texts = [page.extract_text() for page in pypdf.PdfReader(svc.desk / "form.pdf").pages]
    lines = [line.replace("\u200b", "") for text in texts for line in text.split("\n")]
    assert len(texts) > 1 and max(len(line) for line in lines) < 160
    whole = "".join(lines)
    assert (whole.count("因"), whole.count("x")) >= (2000, 3000) and all(f"n{n}" in whole for n in range(40))


def test_a_file_that_is_not_made_here(svc: Svc) -> None:
    assert ".pdf .xlsx .yaml" in svc("report form -o form.docx", code=2).err


# ---- there and back ----------------------------------------------------------------------------------


def came_back(svc: Svc, report: str) -> tuple[Any, ...]:
    """What was recorded of a report: its content and its scores."""
    entries = svc(f"report show {report} --json").json["entries"]
    names = ("fault", "cause", "cause_class", "solution", "parts", "no_parts", "opinion", "resolved")
    return (*(entries[0].get(name) for name in names), entries[-1].get("scores"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "yaml"])
def test_a_form_filled_in_comes_back_whole(svc: Svc, language: str, ending: str) -> None:
    """A form of a closed report is a filled form: taken back for another desk's visit, it says the same."""
    visit = visited(svc)
    twin = Svc(shutil.copytree(svc.desk, svc.desk.parent / "twin"))
    made = svc(f"report close {visit} {FULL} --unresolved --at 2026-10-06T13:00").id
    svc(
        f"report survey {visit} --score speed=5 --score skill=4 --score manners=5 --score overall=1 --at 2026-10-06T13:00"
    )
    svc(f"--lang {language} report form {visit} -o {twin.desk}/form.{ending}")
    again = twin(f"report close {visit} --from form.{ending} --at 2026-10-06T13:00").id
    assert came_back(twin, again) == came_back(svc, made)
    assert came_back(twin, again)[4] == [{"name": "油封", "qty": 2, "part_no": "X-1"}, {"name": "hose", "qty": 1}]


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (Debian: libreoffice-calc)")
def test_a_sheet_saved_by_an_office_program_comes_back(svc: Svc, tmp_path: Path) -> None:
    visit = visited(svc)
    twin = Svc(shutil.copytree(svc.desk, svc.desk.parent / "twin"))
    made = svc(f"report close {visit} {FULL} --at 2026-10-06T13:00").id
    svc(f"report survey {visit} --score overall=4 --at 2026-10-06T13:00")
    svc(f"--lang zh report form {visit} -o form.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(twin.desk),
    ]
    subprocess.run([*convert, str(svc.desk / "form.xlsx")], check=True, capture_output=True, timeout=300)
    again = twin(f"report close {visit} --from form.xlsx --at 2026-10-06T13:00").id
    assert came_back(twin, again) == came_back(svc, made)


def sheet(path: Path, changes: dict[str, Any]) -> None:
    """Fill cells of a form, as somebody does by hand."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(path)
    page = book.active
    for label, value in changes.items():
        row = next(r for r in page.iter_rows() if str(r[0].value or "").startswith(label))
        row[1].value = value
    book.save(path)


def put(path: Path, under: str, value: str | None, beside: str | None) -> None:
    """A part in the first row of the parts table: the column under that head, and the name of the part."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(path)
    heads = next(r for r in book.active.iter_rows() if any(str(cell.value) == under for cell in r))
    for cell in heads:
        if cell.value in (under, "名称"):
            book.active.cell(cell.row + 1, cell.column).value = value if cell.value == under else beside
    book.save(path)


def test_mistakes_on_a_sheet_are_said_with_their_cells(svc: Svc) -> None:
    visit = visited(svc)
    svc(f"--lang zh report form {visit} -o form.xlsx")
    sheet(svc.desk / "form.xlsx", {"故障代码": "boom", "原因类别": "老化", "及时": 9, "已修好": "maybe"})
    said = svc(f"report close {visit} --from form.xlsx", code=2).err
    places = [line.split(": ")[2] for line in said.split("\n") if line.startswith("svc: error: form.xlsx")]
    assert len(places) == 3 and all(place.startswith("form.xlsx:B") for place in places)
    put(svc.desk / "form.xlsx", under="数量", value="两个", beside="油封")
    said = svc(f"--lang zh report close {visit} --from form.xlsx", code=2).err
    assert re.search(r"form\.xlsx:[C-Z][0-9]+: 零件 1 数量：不能用“两个”", said)
    put(svc.desk / "form.xlsx", under="数量", value=None, beside=None)
    sheet(svc.desk / "form.xlsx", {"原因类别": "磨损", "及时": 4, "已修好": "否"})
    made = svc(f"report close {visit} --from form.xlsx --at 2026-10-06T13:00").id
    assert came_back(svc, made)[2] == "wear" and came_back(svc, made)[-1] == {"speed": 4}


def test_an_untouched_form_records_nothing(svc: Svc) -> None:
    visit = visited(svc)
    for name in ("form.xlsx", "form.yaml"):
        svc(f"report form {visit} -o {name}")
        assert "nothing is filled in" in svc(f"report close {visit} --from {name}", code=2).err


def test_a_sheet_that_is_no_form(svc: Svc) -> None:
    visit = visited(svc)
    svc("register calls 2026-10 -o other.xlsx")
    assert "no form of a service report" in svc(f"report close {visit} --from other.xlsx", code=2).err


# ---- slips, quotes, registers ------------------------------------------------------------------------


def test_a_returns_slip_and_what_was_decided(svc: Svc) -> None:
    made = svc('return request --machine SN-1 --from CU0001 --reason "wrong model" --at 2026-10-05T09:00').id
    (page,) = pages(svc, f"--lang zh return slip {made}")
    assert all(word in page for word in ("退货审批单", made, "Works", NUMBER, "wrongmodel", "总经理签字"))
    assert "系统记录" not in page
    svc(f'--as S05 return approve {made} --text "at their cost" --at 2026-10-06T09:00')
    (page,) = pages(svc, f"--lang zh return slip {made}")
    assert "系统记录：2026-10-06周二09:00" in page and "attheircost" in page


def test_a_quote_adds_up_and_says_who_pays(svc: Svc) -> None:
    visit = visited(svc)
    line = f"quote make --visit {visit} --part seal:2:89.50 --labour 200 --travel 120.05 --cause-class wear"
    made = svc(f"{line} --at 2026-10-06T13:00").id
    (page,) = pages(svc, f"--lang zh quote form {made}")
    words = ("维修报价单", made, "89.50", "179.00", "499.05", "肆佰玖拾玖元零伍分", "2.2", "客户签字")
    assert [word for word in words if word not in page] == []
    free = svc(f"quote make --visit {visit} --part seal:1:10 --cause-class material --at 2026-10-06T14:00").id
    (page,) = pages(svc, f"--lang zh quote form {free}")
    assert "0.00元" in page and "零元整" in page


@pytest.mark.parametrize("book", ["calls", "dispatch", "expenses"])
def test_a_register_in_every_form_says_the_same(svc: Svc, book: str) -> None:
    visit = visited(svc)
    svc('call log --channel phone --from 13800000001 --kind consult --summary "a|b =1+1" --at 2026-10-05T09:00')
    svc(f"expense submit --trip {visit} --line transport:35.50:Works:2026-10-06:T-1 --at 2026-10-08T09:00")
    rows = svc(f"register {book} 2026-10 --json").json
    assert len(rows) == 1
    text = "".join(pages(svc, f"--lang zh register {book} 2026-10"))
    assert rows[0]["id"] in text and "登记人" in text and "共1条" in text
    for ending in ("csv", "tsv", "md", "json", "txt", "xlsx"):
        svc(f"register {book} 2026-10 -o book.{ending}")
        data = (svc.desk / f"book.{ending}").read_bytes()
        assert ending == "xlsx" or rows[0]["id"].encode() in data
    assert (svc.desk / "book.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO((svc.desk / "book.csv").read_text("utf-8-sig")))
    assert row["id"] == rows[0]["id"]
    calamine = pytest.importorskip("python_calamine")
    cells = calamine.CalamineWorkbook.from_path(svc.desk / "book.xlsx").get_sheet_by_index(0).to_python()
    assert cells[1][0] == rows[0]["id"]
    if book == "calls":
        assert "a\\|b" in (svc.desk / "book.md").read_text() and "a|b =1+1" in cells[1]
    if book == "expenses":
        assert 35.5 in cells[1] and "合计35.50" in text


def test_an_empty_month_is_a_page_too(svc: Svc) -> None:
    assert "本月没有记录" in pages(svc, "--lang zh register calls 2026-09")[0]
