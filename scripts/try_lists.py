"""Sixty-seven lists as departments keep them, each imported by the program's own proposal and held against what is in it.

Every shape comes in Chinese and in English; the lists of other systems in six languages (`other_systems.py`). Each file is
read by another reader than svc has, and counted by DuckDB (`counted.py`): the calls of each month, of each day, by kind and
by machine, and those answered within 24 hours. Every row of a file is taken, or it is said why not: none is lost or invented.

    python scripts/try_lists.py [--only WORD] [--keep DIR]

Prints a line a list: rows, taken, refused, passed over, what was left for a person to say; exit 1 where one is wrong.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import counted
import other_systems

ZONE = timezone(timedelta(hours=8))
ROWS = 24


class Case(NamedTuple):
    """One call as it stands in a list."""

    number: str
    at: datetime
    customer: str
    phone: str
    text: str
    done: datetime
    answer: str
    kind: str
    machine: str


WORDS = {
    "zh": (("工单编号", "报修时间", "客户名称", "联系电话", "故障描述", "完成时间", "处理结果", "问题类别", "设备编号"),
        "动臂下沉 漏油", "更换密封圈", "长风化工厂"),
    "en": (("Ticket No", "Created At", "Customer", "Phone", "Description", "Resolved At", "Resolution", "Category", "Serial No"),
        "boom drifts, oil leak", "seal replaced", "Harbour Works"),
}  # fmt: skip
KINDS = {"设备故障": "repair", "技术咨询": "consult", "客户投诉": "complaint", "Breakdown": "repair", "Question": "consult", "Complaint": "complaint"}
"""The words of the column of kinds, and ours."""


def cases(lang: str) -> list[Case]:
    """The rows of every list: two months, days beyond the twelfth, some answered after more than 24 hours."""
    _, text, answer, customer = WORDS[lang]
    found = []
    for n in range(ROWS):
        at = datetime(2025, 3 + n // 12, 2 + n % 12 * 2, 8 + n % 9, 5 + n, tzinfo=ZONE)
        done = at + timedelta(hours=2 if n % 4 else 30)
        found.append(
            Case(
                f"{lang}/{2026000 + n}",
                at,
                f"{customer}{n % 5}",
                f"1380000{1000 + n}",
                f"{text} {n}",
                done,
                f"{answer} {n}",
                list(KINDS)[n % 3 + 3 * (lang == "en")],
                f"SN-{100 + n % 4}",
            )
        )
    return found


Table = list[list[Any]]
Write = Callable[[Path, Table, str], Path]


def table(lang: str, form: str = "%Y-%m-%d %H:%M") -> Table:
    """Headings and rows as texts, their times written in a form."""
    heads = list(WORDS[lang][0])
    return [
        heads,
        *(
            [c.number, c.at.strftime(form), c.customer, c.phone, c.text, c.done.strftime(form), c.answer, c.kind, c.machine]
            for c in cases(lang)
        ),
    ]


# ---- files -------------------------------------------------------------------------------------------


def as_csv(file: Path, rows: Table, lang: str = "", encoding: str = "utf-8", delimiter: str = ",") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    file.write_bytes(out.getvalue().encode(encoding))
    return file


def as_xlsx(file: Path, rows: Table, lang: str = "", change: Callable[[Any, Any], None] | None = None) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book, book.active)
    book.save(file)
    return file


def as_html(file: Path, rows: Table, lang: str = "") -> Path:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    file.write_text(f'<html><meta charset="utf-8"><table>{body}</table></html>', "utf-8")
    return file


def as_json(file: Path, rows: Table, lang: str = "") -> Path:
    file.write_text(json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]], ensure_ascii=False), "utf-8")
    return file


def as_ods(file: Path, rows: Table, lang: str = "") -> Path:
    begin, end = '<table:table-cell office:value-type="string"><text:p>', "</text:p></table:table-cell>"
    lines = ("".join(f"{begin}{cell}{end}" for cell in row) for row in rows)
    cells = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", kind)
        space = 'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        entry = f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
        archive.writestr("META-INF/manifest.xml", f"<m:manifest {space}>{entry}</m:manifest>")
        sheet = f'<office:spreadsheet><table:table table:name="T">{cells}</table:table></office:spreadsheet>'
        whole = f"<office:document-content{names}><office:body>{sheet}</office:body></office:document-content>"
        archive.writestr("content.xml", whole)
    return file


def as_xml(file: Path, rows: Table, lang: str = "") -> Path:
    cells = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in row) + "</Row>" for row in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    sheet = f'<Worksheet ss:Name="S"><Table>{cells}</Table></Worksheet>'
    file.write_text(f'<?xml version="1.0"?>\n<Workbook xmlns="{space}" xmlns:ss="{space}">{sheet}</Workbook>', "utf-8")
    return file


# ---- shapes ------------------------------------------------------------------------------------------


def shapes(lang: str) -> Iterator[tuple[str, Callable[[Path], list[Path]], str]]:
    """Name of a shape, what writes its files into a folder, and whether a person has to say something ("" or what)."""
    zh, plain = lang == "zh", table(lang)

    def one(name: str, write: Callable[..., Path], rows: Table, **more: Any) -> Callable[[Path], list[Path]]:
        return lambda folder: [write(folder / name, rows, **more)]

    title = [["2026年报修台账" if zh else "Service log 2026"], [], *plain]
    yield "plain", one("l.csv", as_csv, plain), ""
    yield "title rows above", one("l.xlsx", as_xlsx, title), ""
    yield (
        "sums and footers",
        one(
            "l.xlsx",
            as_xlsx,
            [*plain, ["合计" if zh else "Total", None, "24"], [], ["制表人：张三" if zh else "Prepared by: Lee"]],
        ),
        "",
    )
    yield (
        "titles of sections",
        one(
            "l.xlsx",
            as_xlsx,
            [
                plain[0],
                ["一、三月" if zh else "I. March"],
                *plain[1:13],
                ["二、四月" if zh else "II. April"],
                *plain[13:],
            ],
        ),
        "",
    )
    other = [
        [],
        ["配件表" if zh else "Spare parts"],
        ["客户名称", "电话", "联系人"] if zh else ["customer", "phone", "contact"],
        ["甲", "13800000001", "乙"],
    ]
    yield "another table below", one("l.xlsx", as_xlsx, [*plain, *other]), ""
    yield (
        "a column without a name",
        one("l.csv", as_csv, [["", *plain[0]], *([n, *row] for n, row in enumerate(plain[1:]))]),
        "",
    )
    yield "no headings", one("l.csv", as_csv, plain[1:]), ""
    group = (
        ["工单", "", "客户", "", "故障", "处理", "", "分类", ""] if zh else ["Ticket", "", "Customer", "", "Fault", "Outcome", "", "Class", ""]
    )
    second = (
        ["编号", "报修时间", "名称", "电话", "描述", "完成时间", "结果", "问题类别", "设备编号"]
        if zh
        else ["No", "Created At", "Name", "Phone", "Description", "Resolved At", "Resolution", "Category", "Serial No"]
    )
    yield "headings in two rows", one("l.xlsx", as_xlsx, [group, second, *plain[1:]]), ""
    yield "headings again and again", one("l.csv", as_csv, [*plain[:9], plain[0], *plain[9:]]), ""
    yield (
        "a heading twice",
        one("l.csv", as_csv, [[*plain[0], plain[0][3]], *([*row, "13900000000"] for row in plain[1:])]),
        "",
    )
    yield (
        "local encoding",
        one("l.csv", as_csv, plain if zh else _accents(plain), encoding="gbk" if zh else "cp1252"),
        "",
    )
    yield "utf-16 with tabs", one("l.xls", as_csv, plain, encoding="utf-16", delimiter="\t"), ""
    yield "semicolons", one("l.csv", as_csv, plain, delimiter=";"), ""
    yield "a web page called .xls", one("l.xls", as_html, plain), ""
    yield "an array of objects", one("l.json", as_json, plain), ""
    yield ".ods", one("l.ods", as_ods, plain), ""
    yield "XML of Excel 2003", one("l.xls", as_xml, plain), ""
    yield "AM and PM", one("l.csv", as_csv, timed(lang, lambda at: _half(at, zh))), ""
    yield "day, month, year", one("l.csv", as_csv, table(lang, "%d/%m/%Y %H:%M")), ""
    yield "offsets", one("l.csv", as_csv, timed(lang, _zulu)), ""
    yield "seconds since 1970", one("l.csv", as_csv, timed(lang, lambda at: str(int(at.timestamp())))), ""
    dated = timed(lang, lambda at: at.replace(tzinfo=None))
    yield "cells of dates, from 1904", one("l.xlsx", as_xlsx, dated, change=_old_mac), ""
    yield "a sheet a month", lambda folder: [_monthly(folder / "l.xlsx", plain)], ""
    second_file = [plain[0], *plain[13:]]
    yield (
        "several files",
        lambda folder: [as_csv(folder / "a.csv", plain[:13]), as_csv(folder / "b.csv", second_file)],
        "",
    )
    yield EITHER, one("l.csv", as_csv, timed(lang, lambda at: f"{at:%d/%m/%Y %H:%M}", early)), "dates"


EITHER = "days and months either way"


def timed(lang: str, written: Callable[[datetime], Any], among: Callable[[Case], bool] = lambda case: True) -> Table:
    """Headings and rows, the two times written in a way of their own."""
    heads = list(WORDS[lang][0])
    kept = [c for c in cases(lang) if among(c)]
    return [heads, *([c.number, written(c.at), c.customer, c.phone, c.text, written(c.done), c.answer, c.kind, c.machine] for c in kept)]


def early(case: Case) -> bool:
    """Whether both days are ones that may be months."""
    return case.at.day < 13 and case.done.day < 13


def _accents(rows: Table) -> Table:
    return [rows[0], *([*row[:6], f"{row[6]} — réglé à l'été", *row[7:]] for row in rows[1:])]


def _half(at: datetime, zh: bool) -> str:
    if zh:
        return f"{at:%Y年}{at.month}月{at.day}日 {'上午' if at.hour < 12 else '下午'}{(at.hour - 1) % 12 + 1}:{at:%M}"
    return f"{at:%Y-%m-%d} {(at.hour - 1) % 12 + 1}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


def _zulu(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _old_mac(book: Any, sheet: Any) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book.epoch = CALENDAR_MAC_1904


def _monthly(file: Path, rows: Table) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "3月"
    for sheet, some in ((book.active, rows[1:13]), (book.create_sheet("4月"), rows[13:])):
        for row in [rows[0], *some]:
            sheet.append(row)
    hidden = book.create_sheet("old")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.save(file)
    return file


# ---- trying ------------------------------------------------------------------------------------------


def svc(desk: Path, *words: str) -> tuple[int, str, str]:
    """A command on a desk: exit code, stdout, stderr."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SVC_")} | {"SVC_LANG": "en", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "svc", "--desk", str(desk), "--as", "S01", *words], env=environ, capture_output=True, encoding="utf-8", timeout=300
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


READ_AS = {
    "local encoding": {"zh": {"encoding": "gbk"}, "en": {"encoding": "cp1252"}},
    "utf-16 with tabs": {"encoding": "utf-16", "delimiter": "\t"},
    "semicolons": {"delimiter": ";"},
}
MOMENTS = {
    "AM and PM": {
        "zh": "strptime(replace(replace({0}, '上午', ''), '下午', ''), '%Y年%m月%d日 %H:%M')"
        " + to_hours(case when {0} like '%下午%' and {0} not like '%下午12%' then 12 else 0 end)",
        "en": "strptime({0}, '%Y-%m-%d %I:%M %p')",
    },
    "day, month, year": "strptime({0}, '%d/%m/%Y %H:%M')",
    EITHER: "strptime({0}, '%d/%m/%Y %H:%M')",
    "offsets": "strptime({0}[:19], '%Y-%m-%dT%H:%M:%S') + interval 8 hour",
    "seconds since 1970": "timestamp '1970-01-01' + to_seconds({0}::bigint) + interval 8 hour",
    "cells of dates, from 1904": "strptime({0}, '%Y-%m-%d %H:%M:%S')",
}
"""How DuckDB reads a moment, where it is not written as 2025-03-02 08:05."""


def of_language(found: Any, lang: str) -> Any:
    """What holds for a language, where the two differ."""
    return found.get(lang, found) if isinstance(found, dict) else found


class Straight(NamedTuple):
    """What is in the files of a list: rows with anything in them, those of the list, and their figures."""

    rows: int
    texts: Counter[str]
    figures: counted.Counted


def straight(files: Sequence[Path], lang: str, shape: str) -> Straight:
    """The files of a list read and counted without svc: a row of the list is one with a number of it."""
    rows = [row for file in files for row in counted.read(file, **of_language(READ_AS.get(shape, {}), lang))]
    own = []
    for row in rows:
        first = next((n for n, cell in enumerate(row) if re.fullmatch(f"{lang}/20260[0-9]+", cell)), None)
        if first is not None:
            own.append(row[first : first + len(Case._fields)])
    sql = of_language(MOMENTS.get(shape, "strptime({0}, '%Y-%m-%d %H:%M')"), lang)
    figures = counted.count([(row[1], row[5], row[7], row[8]) for row in own], sql.format("c0"), sql.format("c1"), KINDS)
    return Straight(len(rows), Counter(row[4] for row in own), figures)


def trial(folder: Path, lang: str, shape: str, write: Callable[[Path], list[Path]], asks: str) -> tuple[str, bool]:
    """Import a list; what happened in a line, and whether it is right."""
    desk = folder / "desk"
    svc(desk, "init", str(desk), "--name", "Head", "--id", "S01")
    written = write(folder)
    files = [str(file) for file in written]
    code, _, err = svc(desk, "ledger", "import", *files, "--yes")
    if asks:
        if "only a person can say" not in err or code != 2:
            return f"{lang} {shape}: nobody was asked (exit {code})", False
        draft = folder / "draft.yaml"
        _, _, shown = svc(desk, "ledger", "import", *files, "--save-map", str(draft))
        text = draft.read_text("utf-8").replace("D/M/YYYY H:mm or M/D/YYYY H:mm", "D/M/YYYY H:mm")
        draft.write_text(text, "utf-8")
        code, _, err = svc(desk, "ledger", "import", *files, "--map", str(draft))
        err = shown.split("passed over")[0] + err
    right = straight(written, lang, shape)
    logged = _logged(desk)
    passed = sum(int(n) for n in re.findall(r"passed over, .*?: ([0-9]+) rows? \(", err))
    unsaid = right.rows - len(logged) - passed - _headings(err)
    headed = shape != "no headings"
    wrong = [*_differences(desk, logged, right.figures, headed)]
    texts = Counter(row["summary"] for row in logged)
    numbers = sum(1 for row in logged if str(row.get("number", "")).startswith(f"{lang}/"))
    if code or texts != right.texts or unsaid or (headed and numbers != len(logged)):
        lost, more = right.texts - texts, texts - right.texts
        wrong.append(f"exit {code}, lost {lost.total()} {list(lost)[:2]}, invented {more.total()} {list(more)[:2]}, {unsaid} without a word, {numbers} numbers")
    said = f"{lang} {shape}: {right.rows} rows, {len(logged)} taken, {passed} passed over, {unsaid} without a word" + (f", asked for {asks}" if asks else "")
    return _with_faults(said, wrong, err)


def _headings(err: str) -> int:
    """How many rows were told to be headings, those of every sheet or file."""
    told = re.findall(r"headings in rows? ([0-9]+(?: [+] [0-9]+)*)", err)
    sheets = re.search(r"all sheets of these columns together: (.*)", err)
    return sum(len(re.findall("[0-9]+", one)) for one in told) * (len(sheets[1].split(", ")) if sheets else 1)


def _logged(desk: Path) -> list[dict[str, Any]]:
    """The calls that were recorded, in the neutral form."""
    rows = [json.loads(line) for line in svc(desk, "ledger", "export")[1].split("\n") if line]
    return [row for row in rows if (row["ledger"], row["event"]) == ("call", "log")]


def _differences(desk: Path, logged: Sequence[dict[str, Any]], right: counted.Counted, whole: bool = True) -> Iterator[str]:
    """Where the figures of svc are not those of DuckDB; not `whole`: only of what needs no heading."""
    if Counter(row["at"][:10] for row in logged) != right.days:
        yield "days"
    if whole and Counter(row["machine"] for row in logged if row.get("machine")) != right.machines:
        yield f"machines {right.machines}"
    for month, (calls, within, kinds) in right.months.items():
        found = json.loads(svc(desk, "audit", "month", month, "--json")[1] or "null")
        if found is None or found["calls"]["registered"] != calls:
            yield f"calls of {month}: {found and found['calls']}, right {calls}"
        elif whole and (found["replies"]["within"] != within or (kinds and found["calls"]["by_kind"] != kinds)):
            yield f"{month}: {found['replies']} {found['calls']}, right {within} {kinds}"


def _with_faults(said: str, wrong: Sequence[str], err: str) -> tuple[str, bool]:
    return (said, True) if not wrong else ("\n    ".join([f"{said} WRONG", *wrong, *err.strip().split("\n")[-30:]]), False)


def trial_of_system(folder: Path, system: other_systems.System) -> tuple[str, bool]:
    """Import the list of another system; its figures must be as DuckDB counts them, its texts all there."""
    desk = folder / "desk"
    svc(desk, "init", str(desk), "--name", "Head", "--id", "S01")
    file = other_systems.write(system, folder)
    code, _, err = svc(desk, "ledger", "import", str(file), "--yes")
    right, logged = other_systems.counted(system, file), _logged(desk)
    passed = sum(int(n) for n in re.findall(r"passed over, .*?: ([0-9]+) rows? \(", err))
    unsaid = len(other_systems.all_rows(system, file)) - len(logged) - passed - _headings(err)
    wrong = [*_differences(desk, logged, right)]
    texts = sum("pump leaks" in row["summary"] for row in logged)
    if code or texts != other_systems.ROWS or unsaid:
        wrong.append(f"exit {code}, {texts} texts of {other_systems.ROWS}, {unsaid} without a word")
    return _with_faults(f"{system.name}: {other_systems.ROWS} rows, {len(logged)} taken, {passed} passed over, {unsaid} without a word", wrong, err)


def main(given: Sequence[str] | None = None) -> int:
    """Try all lists; 1 where one is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", default="", metavar="WORD")
    options = parser.parse_args(given)
    done = []
    for lang in WORDS:
        for shape, write, asks in shapes(lang):
            if options.only in f"{lang} {shape}":
                with tempfile.TemporaryDirectory() as folder:
                    said, fine = trial(Path(folder), lang, shape, write, asks)
                print(said, flush=True)
                done.append(fine)
    for system in other_systems.SYSTEMS:
        if options.only in system.name:
            with tempfile.TemporaryDirectory() as folder:
                said, fine = trial_of_system(Path(folder), system)
            print(said, flush=True)
            done.append(fine)
    print(f"{sum(done)} of {len(done)} lists came in as they are")
    return 0 if all(done) else 1


if __name__ == "__main__":
    raise SystemExit(main())
