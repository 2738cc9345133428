"""The same numbers in every form, nothing typed that becomes a formula or markup, the same bytes twice, and what is
said where a form, a library or a figure is missing."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Svc

ROOT = Path(__file__).parent.parent.parent
MONTH, AS_OF = "2026-10", "2026-11-20T12:00"
FORMS = ("html", "pdf", "xlsx", "md")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Svc:
    """The desk that comes with the repository, in Chinese."""
    desk = tmp_path_factory.mktemp("reports") / "desk"
    shutil.copytree(ROOT / "data", desk / "data", ignore=shutil.ignore_patterns(".svc"))
    shutil.copy(ROOT / "rules.yaml", desk)
    return Svc(desk, SVC_STAFF="S01")


def report(svc: Svc, path: Path, *what: str, lang: str = "zh", **environ: str) -> Result:
    return svc.run("--lang", lang, "audit", *what, "--as-of", AS_OF, "--out", str(path), **environ)


@pytest.fixture(scope="session")
def files(shipped: Svc, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The shipped month in every form."""
    folder = tmp_path_factory.mktemp("forms")
    made = {form: folder / f"month.{form}" for form in FORMS}
    for path in made.values():
        result = report(shipped, path, "month", MONTH)
        assert (result.code, result.out.strip()) == (0, str(path)), result.err
    return made


@pytest.fixture(scope="session")
def figures(shipped: Svc) -> Any:
    return shipped(f"audit month {MONTH} --json --as-of {AS_OF}").json


# ---- the same numbers ------------------------------------------------------------------------------


def money(value: str | None) -> str:
    return "-" if value is None else f"{float(value):,.2f}"


def rate(value: float | None) -> str:
    return "-" if value is None else f"{value * 100:.1f}%"


def rows_of(f: Any) -> Iterator[str]:
    """What must stand together in every form, without blanks: rows of the lists, written from the JSON."""
    for row in f["fines"]["by_staff"]:
        yield f"{row['staff']}{row['name']}{row['count']}{row['unset']}{money(row['amount'])}"
    for row in f["fined"]:
        yield f"{row['name']}{row['clause']}{row['date']}{row['id']}{money(row['amount'])}"
    for row in f["staff"]:
        if row["visits"]:
            yield f"{row['staff']}{row['name']}{row['calls']}{row['visits']}{rate(row['on_time_rate'])}{row['reports']}"
    for row in f["products"]["parts"]:
        yield f"{row['part']}{row['reports']}{row['qty']}"
    for row in f["days"]:
        counts = [row["calls"], *row["replies"].values(), *row["visits"].values()]
        yield f"{row['date']}{'是' if row['off'] else '否'}{''.join(map(str, counts))}"
    for row in f["complaints"]["list"]:
        yield f"{row['id']}{row['date']}"
    for row in f["open_rulings"]:
        yield row["id"]
        yield f"{row['clause']}{row['name'] or '-'}{row['date']}"


def heads_of(f: Any) -> Iterator[str]:
    """A name and its figure."""
    yield f"24小时答复及时率（3.4）{rate(f['replies']['rate'])}"
    yield f"按约到场准时率（4.5）{rate(f['visits']['rate'])}"
    yield f"客户满意率（3.1）{rate(f['headline']['satisfied_rate'])}"
    yield f"应扣罚款（元）{money(f['fines']['payable'])}"
    yield f"超期未答{f['replies']['overdue']}"
    yield f"应扣合计（元）{money(f['fines']['payable'])}"
    yield f"重复修理{f['repairs']['repeat']}"


def words(form: str, path: Path) -> str:
    """The text of a file without blanks and without its markup."""
    if form == "html":
        text = re.sub(r"<style>.*?</style>|<svg .*?</svg>", "", path.read_text("utf-8"), flags=re.DOTALL)
        text = html.unescape(re.sub(r"<[^>]+>", "", text))
    elif form == "md":
        text = re.sub(
            r"\\(.)", r"\1", re.sub(r"(?<!\\)[|*]|: \*\*|^- ", "", path.read_text("utf-8"), flags=re.MULTILINE)
        )
        text = text.replace("）:", "）").replace("答:", "答").replace("理:", "理")
    else:
        from pypdf import PdfReader

        text = "".join(page.extract_text() for page in PdfReader(path).pages)
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
def test_a_text_shows_the_numbers_of_the_json(form: str, files: dict[str, Path], figures: Any) -> None:
    text = words(form, files[form])
    expected = [*heads_of(figures), *rows_of(figures)]
    assert len(expected) > 90
    assert [row for row in expected if row not in text] == []


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_no_page_holds_a_rest_of_a_table_and_nothing_else(files: dict[str, Path]) -> None:
    from pypdf import PdfReader

    pages = [page.extract_text().splitlines() for page in PdfReader(files["pdf"]).pages]
    assert len(pages) > 5 and all(len(lines) > 15 for lines in pages[:-1])


def test_the_workbook_has_the_numbers_of_the_json_as_numbers(files: dict[str, Path], figures: Any) -> None:
    book = sheets(files["xlsx"])
    fields = {row[4]: row[1] for row in book["概览"][4:] if len(row) > 4 and row[4]}
    assert fields["replies.rate"] == figures["replies"]["rate"]
    assert fields["fines.payable"] == float(figures["fines"]["payable"])
    minutes = fields["replies.p90_minutes"]
    assert (
        round(minutes.total_seconds() / 60 if hasattr(minutes, "total_seconds") else minutes * 1440)
        == figures["replies"]["p90_minutes"]
    )
    for path in ("replies.within", "visits.due", "reports.expected", "repairs.repeat", "complaints.upheld"):
        name, key = path.split(".")
        assert fields[path] == figures[name][key], path
    fined = book["罚款明细"][2:]
    assert [(row[4], row[5] if row[5] != "" else None) for row in fined] == [
        (row["id"], None if row["amount"] is None else float(row["amount"])) for row in figures["fined"]
    ]
    assert [row[3] for row in fined] == [date.fromisoformat(row["date"]) for row in figures["fined"]]
    days = book["逐日数据"][2:]
    assert [row[2:] for row in days] == [
        [row["calls"], *row["replies"].values(), *row["visits"].values()] for row in figures["days"]
    ]
    assert sum(row[3] for row in days) == figures["replies"]["within"]
    pareto = next(rows for name, rows in book.items() if name.startswith("产品故障"))[2:]
    assert [row[3] for row in pareto] == [row["reports"] for row in figures["products"]["pareto"]]
    assert [row[5] for row in pareto] == pytest.approx([row["cumulative"] for row in figures["products"]["pareto"]])


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice here (Debian: libreoffice-calc-nogui)")
def test_libreoffice_opens_the_workbook(files: dict[str, Path], tmp_path: Path) -> None:
    """Opened and saved by another program it has the same sheets and cells."""
    office = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "ods"]
    done = subprocess.run([*office, "--outdir", str(tmp_path), str(files["xlsx"])], capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    ours, theirs = sheets(files["xlsx"]), sheets(tmp_path / "month.ods")
    assert list(theirs) == list(ours)
    for name in ("罚款明细", "个人罚款", "投诉清单"):
        assert [[str(cell) for cell in row] for row in theirs[name]] == [
            [str(cell) for cell in row] for row in ours[name]
        ]


def test_the_days_add_up_to_the_month(figures: Any) -> None:
    for noun, names in (
        ("replies", ("within", "late", "overdue", "pending")),
        ("visits", ("on_time", "late", "missed", "pending")),
    ):
        for name in names:
            assert sum(row[noun][name] for row in figures["days"]) == figures[noun][name]
    assert len(figures["days"]) == 31
    assert sum(float(row["amount"] or 0) for row in figures["fined"]) == float(figures["fines"]["payable"])


def test_each_finding_opens_its_explanation(files: dict[str, Path], figures: Any) -> None:
    page = files["html"].read_text("utf-8")
    for row in figures["fined"]:
        at = page.index(f'k-id">{row["id"]}<')
        opened = page[at : page.index("</details>", at)]
        assert "rules.yaml:" in opened and f"合同 {row['clause']}" in opened, row["id"]


# ---- safe and reproducible -------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_same_figures_give_the_same_bytes(form: str, files: dict[str, Path], shipped: Svc, tmp_path: Path) -> None:
    again = tmp_path / f"again.{form}"
    assert report(shipped, again, "month", MONTH).code == 0
    assert again.read_bytes() == files[form].read_bytes()


def test_what_was_typed_stays_text(svc: Svc, tmp_path: Path) -> None:
    """A part, a fault and a name that a spreadsheet, a browser or Markdown would obey; a number in free text."""
    nasty = "=HYPERLINK(1)|<b>x</b>`#*"
    svc("call log --channel phone --from 13800000001 --kind repair --summary x --machine SN-1 --at 2026-10-05T09:00")
    svc("visit dispatch --call C1 --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T09:20")
    svc("visit arrive V1 --at 2026-10-06T09:40")
    svc("visit leave V1 --no-call-in --at 2026-10-06T12:00")
    done = svc.run(
        "report", "close", "V1", "--fault", "boom", "--cause", "x", "--cause-class", "wear", "--solution", "y",
        "--part", f"{nasty.replace(':', '')}:2", "--opinion", "call 138-0000-1234", "--at", "2026-10-06T12:00",
    )  # fmt: skip
    assert done.code == 0, done.err
    for form in FORMS:
        result = report(svc, tmp_path / f"m.{form}", "month", MONTH, lang="en")
        assert result.code == 0, result.err
    page = (tmp_path / "m.html").read_text("utf-8")
    assert "<b>x</b>" not in page and "&lt;b&gt;x&lt;/b&gt;" in page
    assert r"=HYPERLINK(1)\|\<b\>x\</b\>\`\#\*" in (tmp_path / "m.md").read_text("utf-8")
    assert "=HYPERLINK(1)|<b>x</b>`#*" in words("pdf", tmp_path / "m.pdf")
    import zipfile

    with zipfile.ZipFile(tmp_path / "m.xlsx") as archive:
        cells = "".join(archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/sheet"))
    assert "<f>" not in cells and "hyperlink" not in cells.lower().replace("=hyperlink", "")
    assert any(nasty in row for rows in sheets(tmp_path / "m.xlsx").values() for row in rows)
    for form in ("html", "md"):
        assert "138-0000-1234" not in (tmp_path / f"m.{form}").read_text("utf-8")


def test_nothing_outside_is_named_and_no_script_is_there(files: dict[str, Path]) -> None:
    page = files["html"].read_text("utf-8")
    assert not re.search(r"<script|\son[a-z]+=|(?:src|href)=[\"'](?!data:|#)", page)
    assert "http" not in re.sub(r'xmlns(?::xlink)?="[^"]*"|http-equiv', "", page)


# ---- what is missing -------------------------------------------------------------------------------


def test_an_unknown_ending_names_those_known(shipped: Svc, tmp_path: Path) -> None:
    for name in ("month.docx", "month"):
        result = report(shipped, tmp_path / name, "month", MONTH)
        assert result.code == 2 and ".html, .pdf, .xlsx, .md" in result.err
    result = shipped.run("audit", "month", MONTH, "--json", "--out", str(tmp_path / "m.md"))
    assert result.code == 2 and "--json" in result.err and not any(tmp_path.iterdir())


@pytest.mark.parametrize("form", FORMS)
def test_without_the_extra_it_says_what_to_install(form: str, shipped: Svc, tmp_path: Path) -> None:
    """A base install: none of the extra's libraries can be imported. Markdown and the terminal do not need them."""
    gone = ("jinja2", "markupsafe", "matplotlib", "typst", "xlsxwriter", "fontTools", "zhplot", "numpy", "PIL")
    blocked = tmp_path / "without"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text(f"import sys\nsys.modules.update(dict.fromkeys({gone!r}))\n")
    path = tmp_path / f"m.{form}"
    result = report(shipped, path, "month", MONTH, PYTHONPATH=str(blocked))
    if form == "md":
        assert result.code == 0
        assert shipped.run("audit", "month", MONTH, PYTHONPATH=str(blocked)).code == 0
    else:
        assert result.code == 2 and "[report]'" in result.err and not path.exists()


# ---- years and comparisons -------------------------------------------------------------------------


@pytest.mark.long
def test_a_year_is_its_months(shipped: Svc, figures: Any, tmp_path: Path) -> None:
    year = shipped(f"audit year 2026 --json --as-of {AS_OF}").json
    months = {row["month"]: row for row in year["months"]}
    assert list(months) == ["2026-09", "2026-10", "2026-11"]
    assert months[MONTH]["figures"]["replies.rate"] == figures["replies"]["rate"]
    for noun in ("replies", "visits"):
        for name in ("late", "pending"):
            assert sum(row[noun][name] for row in year["months"]) == year["whole"][noun][name]
    total = sum(float(row["figures"]["fines.payable"]) for row in year["months"])
    assert total == float(year["whole"]["fines"]["payable"]) == float(year["fines_reported"])
    shown = shipped.run("audit", "year", "2026", "--as-of", AS_OF)
    assert f"{total:,.2f}" in shown.out
    for form in FORMS:
        assert report(shipped, tmp_path / f"y.{form}", "year", "2026").code == 0
    assert f"{total:,.2f}" in words("pdf", tmp_path / "y.pdf")
    assert shipped.run("audit", "year", "2019").code == shipped.run("audit", "year", "26").code == 2


def test_two_months_side_by_side(shipped: Svc, figures: Any, tmp_path: Path) -> None:
    found = shipped(f"audit compare 2026-09 {MONTH} --json --as-of {AS_OF}").json
    before = shipped(f"audit month 2026-09 --json --as-of {AS_OF}").json
    rows = {row["key"]: row for row in found["figures"]}
    assert rows["visits.late"] == {
        "key": "visits.late",
        "a": before["visits"]["late"],
        "b": figures["visits"]["late"],
        "change": figures["visits"]["late"] - before["visits"]["late"],
    }
    assert rows["fines.payable"]["b"] == figures["fines"]["payable"]
    assert sum(row["b"] for row in found["faults"]) == sum(r["reports"] for r in figures["products"]["pareto"])
    for form in FORMS:
        assert report(shipped, tmp_path / f"c.{form}", "compare", "2026-09", MONTH).code == 0
    assert rate(figures["visits"]["rate"]) in words("html", tmp_path / "c.html")
    mixed = shipped.run("audit", "compare", "2026", MONTH)
    assert mixed.code == 2 and "2026-09 2026-10" in mixed.err


def test_a_sealed_month_shows_its_seal(shipped: Svc, tmp_path: Path) -> None:
    desk = Svc(shutil.copytree(shipped.desk, tmp_path / "desk"), SVC_STAFF="S01")
    for month in ("2026-09", "2026-10"):
        assert desk.run("--clock-is-right", "audit", "submit", month, "--unsigned").code == 0
    result = desk.run("--lang", "zh", "audit", "month", "2026-09", "-o", str(tmp_path / "s.md"))
    assert result.code == 0, result.err
    text = (tmp_path / "s.md").read_text("utf-8")
    seal = (desk.desk / "data/seals/2026-09.txt").read_bytes()
    import hashlib

    assert f"已封存 {hashlib.sha256(seal).hexdigest()[:16]}" in text and "封存人" in text


def test_pictures_of_a_report_are_from_the_figures_only() -> None:
    """What a renderer knows of a value is its kind: each kind that a column or a figure names can be written."""
    from svc.output.pages import values

    for kind, value in {"count": 3, "rate": 0.5, "money": "1234.5", "span": 90, "date": "2026-10-01", "score": 4.0,
                        "moment": "2026-10-01T08:00:00+08:00", "flag": True, "tally": {"a": 1}, "means": {"a": 1.0},
                        "per100": 1.25, "days": 3, "words": ["a"], "hash": "f" * 64, "sums": {"a": "1.00"}}.items():  # fmt: skip
        assert values.shown(value, kind) not in ("", "-")
        assert values.shown(None, kind) == "-"
    assert values.change(0.5, 0.25, "rate") == "+25.0 points" and values.change(None, 1, "count") is None
    assert values.moved(2, 1, -1) == "bad" and values.moved(2, 1, 0) == "same"
    assert values.shown("call 13800001234", "text") == "call 138-****-1234"
