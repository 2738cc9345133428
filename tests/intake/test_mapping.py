"""Lists of other systems through a map: what each word of a map does, and what is refused, with its line."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import jsonschema
import pytest
import yaml

from svc.desk.open import Desk, Options
from svc.errors import BadInput, Several, SvcError
from svc.intake import csvfile, mapping, source
from svc.intake.mapfile import json_schema, load
from svc.intake.timeforms import clock, form
from svc.recording.lines import Line, Named
from svc.text import Text
from tests.conftest import Svc

from .conftest import contents

HEAD = "No,Opened,Channel,Text\n"
CALLS = """
entries:
  call:
    ledger: call
    event: log
    id: {column: No}
    at: {column: Opened, format: "DD.MM.YYYY HH:mm"}
    fields:
      channel: {column: Channel, words: {Tel: phone, Brief: letter}}
      kind: {value: repair}
      summary: {column: Text}
"""


class Files:
    """A list and a map in a folder, and a desk to read them for."""

    def __init__(self, folder: Path, desk: Path) -> None:
        self.folder, self.desk = folder, Desk(desk, Options())
        self.map = CALLS
        self.name = "list.csv"
        self.notes: list[Text] = []

    def write(self, data: str | bytes) -> None:
        (self.folder / self.name).write_bytes(data if isinstance(data, bytes) else data.encode())
        (self.folder / "map.yaml").write_text(self.map, "utf-8")

    def read(self, data: str | bytes | None = None, encoding: str | None = None) -> list[Line]:
        if data is not None:
            self.write(data)
        found = load(self.folder / "map.yaml")
        return list(mapping.read(self.desk, self.folder / self.name, found, encoding, self.notes))

    def given(self, data: str | bytes, encoding: str | None = None) -> list[dict[str, Any]]:
        found = self.read(data, encoding)
        assert not [line.wrong.what.en for line in found if line.wrong]
        return [dict(line.given) for line in found]

    def wrong(self, data: str | bytes, encoding: str | None = None) -> dict[int, str]:
        return {line.number: line.wrong.what.en for line in self.read(data, encoding) if line.wrong}

    def refusal(self, data: str | bytes, encoding: str | None = None) -> list[str]:
        with pytest.raises(SvcError) as caught:
            self.read(data, encoding)
        errors = caught.value.errors if isinstance(caught.value, Several) else (caught.value,)
        return [f"{e.place}: {e.what.en} | {e.hint.en if e.hint else ''}" for e in errors]

    def value(self, spec: str, cells: str, header: str = "A,B", field: str = "summary") -> Any:
        """What one field of a call becomes."""
        self.map = f"""
unknown: ["?"]
entries:
  call:
    ledger: call
    event: log
    at: {{value: "2026-01-05T08:00"}}
    fields:
      channel: {{value: phone}}
      kind: {{value: repair}}
      {field}: {spec}
"""
        found = self.read(f"{header}\n{cells}\n")[0]
        return found.wrong.what.en if found.wrong else found.given.get(field)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mapping") / "desk"
    assert Svc(folder).run("init", str(folder), "--name", "Head").code == 0
    return folder


@pytest.fixture
def files(tmp_path: Path, desk: Path) -> Files:
    return Files(tmp_path, desk)


# ---- values --------------------------------------------------------------------------------------


def test_a_row_becomes_an_entry(files: Files) -> None:
    assert files.given(HEAD + "C-100,05.01.2026 08:30,Tel,boom drifts\n") == [
        {
            "ledger": "call",
            "event": "log",
            "id": "C-100",
            "at": "2026-01-05T08:30:00+08:00",
            "channel": "phone",
            "kind": "repair",
            "summary": "boom drifts",
        }
    ]


@pytest.mark.parametrize(
    ("spec", "cells", "made"),
    [
        ("{column: A}", "one,two", "one"),
        ("{column: A}", "?,two", None),
        ("{column: A}", ",two", None),
        ("{column: A, if_unknown: not said}", "?,two", "not said"),
        ("{column: A, prefix: WO-}", "17,x", "WO-17"),
        ("{value: always}", "one,two", "always"),
        ("{value: no}", "one,two", "no"),
        ('{join: [A, B], with: " / "}', "one,two", "one / two"),
        ('{join: [A, B], with: " / "}', "one,?", "one"),
        ('{join: [A, B], with: " / "}', "?,?", None),
        ("{join: [A, B]}", "one,two", "one two"),
        ("{column: A, words: {one: eins}}", "one,x", "eins"),
        ("{column: A, words: {one: eins}, otherwise: andere}", "zwei,x", "andere"),
        ("{column: A, words: {Telefon: phone}}", "Telefn,x", "A: 'Telefn' is not among the words of the map"),
        ("{column: A}", "#REF!,x", "A: '#REF!' is what a spreadsheet made of the value"),
        ("{column: A}", "Err:509,x", "A: 'Err:509' is what a spreadsheet made of the value"),
        ("{column: A}", "#####,x", "A: '#####' is what a spreadsheet made of the value"),
        ("{column: A}", "1.38E+10,x", "A: '1.38E+10' is what a spreadsheet made of the value"),
        ("{column: A}", "13800138000.0,x", "A: '13800138000.0' is what a spreadsheet made of the value"),
        ("{column: A}", "1e5,x", "1e5"),
        ("{column: A}", "one,#REF!", "one"),
    ],
)
def test_a_value(files: Files, spec: str, cells: str, made: str | None) -> None:
    assert files.value(spec, cells) == made


@pytest.mark.parametrize(
    ("spec", "cells", "made"),
    [
        ("{column: A, format: DD-MM-YYYY HH:MM}", "29-02-2016 01:16,", "2016-02-29T01:16:00+08:00"),
        ('{column: A, format: YYYY-MM-DD, time: "08:00"}', "2026-01-05,", "2026-01-05T08:00:00+08:00"),
        ('{column: A, format: YYYY-MM-DD, time: "23:30", plus: 1h}', "2026-01-05,", "2026-01-06T00:30:00+08:00"),
        ("{column: A, format: D.M.YYYY H:mm:ss}", "5.1.2026 8:05:09,", "2026-01-05T08:05:09+08:00"),
        ("{join: [A, B], format: YYYYMMDD HHmm}", "20260105,0830", "2026-01-05T08:30:00+08:00"),
        ("{column: A, format: YYYY年M月D日 HH时mm分}", "2026年1月5日 08时05分,", "2026-01-05T08:05:00+08:00"),
        ("{column: A}", "2026-01-05T08:00+02:00,", "2026-01-05T08:00:00+02:00"),
        ("{column: A}", "2026/1/5 8:00,", "2026-01-05T08:00:00+08:00"),
        ('{value: "2026-01-05T08:00", plus: 2d}', "x,", "2026-01-07T08:00:00+08:00"),
        ("{column: A, format: DD-MM-YYYY HH:MM}", "2-3-2016 01:16,", "A: '2-3-2016 01:16' is not written DD-MM-YYYY HH:MM"),
        ("{column: A, format: DD-MM-YYYY HH:MM}", "30-02-2016 01:16,", "A: '30-02-2016 01:16', read as DD-MM-YYYY HH:MM, does not exist"),
        ("{column: A, format: DD-MM-YYYY HH:MM}", "01-02-2016 24:00,", "A: '01-02-2016 24:00', read as DD-MM-YYYY HH:MM, does not exist"),
        ("{column: A, format: DD-MM-YYYY HH:MM}", "０1-02-2016 10:00,", "A: '０1-02-2016 10:00' is not written DD-MM-YYYY HH:MM"),
        ("{column: A, format: DD-MM-YYYY HH:MM}", "01-02-1816 10:00,", "A: '01-02-1816 10:00': the year 1816 cannot be meant"),
        ("{column: A}", "45717,", "A: '45717' is no time"),
        ("{column: A}", "Mar-25,", "A: 'Mar-25' is no time"),
        ("{column: A}", "2026-01-05,", "2026-01-05"),
        ("{column: A, format: YYYY-MM-DD}", "2026-01-05,", "2026-01-05"),
        ("{column: A, format: YYYY-MM-DD, plus: 26h}", "2026-01-05,", "2026-01-06"),
    ],
)  # fmt: skip
def test_a_time(files: Files, spec: str, cells: str, made: str) -> None:
    assert files.value(spec, cells, field="due") == made


def test_days_of_a_register(files: Files) -> None:
    files.map = """
entries:
  machine:
    ledger: machine
    id: {column: Serial}
    fields: {product: {value: LX}, sold: {column: Sold, format: DD.MM.YYYY}, warranty_until: {column: Until}}
"""
    given = files.given("Serial,Sold,Until\nSN-1,05.01.2026,2027/1/4\n")[0]
    assert (given["sold"], given["warranty_until"]) == ("2026-01-05", "2027/1/4")
    files.name = "list.xlsx"
    workbook(
        files.folder / "list.xlsx", [["Serial", "Sold", "Until"], ["SN-1", date(2026, 1, 5), datetime(2027, 1, 4, 8)]]
    )
    given = dict(files.read()[0].given)
    assert (given["sold"], given["warranty_until"]) == ("2026-01-05", "2027-01-04")


def test_lists_and_scores(files: Files) -> None:
    files.map = """
entries:
  close:
    ledger: report
    event: close
    at: {column: At}
    fields:
      visit: {column: Visit}
      parts: {column: Parts, split: ";"}
  survey:
    ledger: report
    event: survey
    when: {column: Speed, known: yes}
    at: {column: At}
    fields:
      visit: {column: Visit}
      scores: {each: {speed: {column: Speed}, overall: {column: Overall}}}
"""
    head = "Visit,At,Parts,Speed,Overall\n"
    closed, survey = files.given(head + "V-100,2026-01-05T10:00,seal:2; hose:1:H-7,5,\n")
    assert closed["parts"] == ["seal:2", "hose:1:H-7"]
    assert survey["scores"] == {"speed": "5"}
    assert len(files.given(head + "V-100,2026-01-05T10:00,,,4\n")) == 1


def test_when(files: Files) -> None:
    def kept(condition: str) -> list[str]:
        files.map = f'unknown: ["?"]\n{CALLS}'.replace("    at:", f"    when: {condition}\n    at:")
        rows = "C-1,05.01.2026 08:30,Tel,a\nC-2,05.01.2026 08:30,Brief,?\n"
        return [given["id"] for given in files.given(HEAD + rows)]

    assert kept("{column: Channel, is: Tel}") == ["C-1"]
    assert kept("{column: Channel, is_not: Tel}") == ["C-2"]
    assert kept("{column: Channel, is: [Tel, Brief]}") == ["C-1", "C-2"]
    assert kept("{column: Text, known: yes}") == ["C-1"]
    assert kept("{column: Text, known: no}") == ["C-2"]
    assert kept("[{column: Channel, is: Tel}, {column: Text, known: no}]") == []


def test_entries_of_one_row_refer_to_each_other(files: Files) -> None:
    files.map = (
        CALLS
        + """
  reply:
    ledger: call
    event: reply
    id: {ref: call}
    at: {column: Opened, format: "DD.MM.YYYY HH:mm", plus: 1h}
"""
    )
    call, reply = files.read(HEAD + "C-1,05.01.2026 08:30,Tel,a\n")
    assert call.name == ("call", 2) == reply.given["id"].name
    assert call.number == reply.number == 2


def test_once_per_value_has_the_values_name(files: Files) -> None:
    files.map = f'unknown: ["?"]\n{CALLS}'.replace("    id:", "    once_per: No\n    id:")
    rows = "C-1,05.01.2026 08:30,Tel,a\nC-1,05.01.2026 08:31,Tel,b\n?,05.01.2026 08:31,Tel,b\n"
    assert [line.name for line in files.read(HEAD + rows)] == [("call", ("C-1",)), ("call", ("C-1",))]


def test_a_reference_to_what_is_not_known_is_not_known(files: Files) -> None:
    files.map = """
unknown: ["?"]
entries:
  customer: {ledger: customer, once_per: Who, fields: {name: {column: Who}}}
""" + CALLS.replace("\nentries:\n", "").replace("      kind:", "      from: {ref: customer}\n      kind:")
    lines = files.read("No,Opened,Channel,Text,Who\nC-1,05.01.2026 08:30,Tel,a,?\nC-2,05.01.2026 08:30,Tel,a,Li\n")
    assert "from" not in lines[0].given
    assert lines[2].given["from"] == Named(("customer", ("Li",)), "customer Li")


@pytest.mark.parametrize(
    "text", ["HH:mm", "YYYY-MM", "YYYY-MM-DD hh:mm", "YYYY-MM-DD mm", "YYYY-DD-MM-DD", "", "YYYY-MM-DD 下午H:mm", "YYYY-MM-DDTHH:mm:ss.000+0000"]
)
def test_no_form_of_a_date(text: str) -> None:
    assert form(text) is None


def test_minutes_written_large_are_minutes() -> None:
    both = form("HH:MM DD-MM-YYYY")
    assert both is not None and both.read("10:07 02-03-2026") == datetime(2026, 3, 2, 10, 7)


@pytest.mark.parametrize(("text", "made"), [("08:00", (8, 0)), ("8:05", (8, 5)), ("24:00", None), ("8", None)])
def test_a_time_of_day(text: str, made: tuple[int, int] | None) -> None:
    assert clock(text) == made


# ---- CSV -----------------------------------------------------------------------------------------

ROW = "C-1,05.01.2026 08:30,Tel,boom\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("\ufeff" + HEAD + ROW, "boom"),
        (HEAD.replace("\n", "\r\n") + ROW.replace("\n", "\r\n"), "boom"),
        (HEAD + ROW.rstrip("\n"), "boom"),
        ("\n\n" + HEAD + "\n,,,\n" + ROW + "\n", "boom"),
        (HEAD + 'C-1,05.01.2026 08:30,Tel,"a, ""b"""\n', 'a, "b"'),
        (HEAD + 'C-1,05.01.2026 08:30,Tel,"a\r\nb"\r\n', "a\nb"),
        (HEAD + "C-1,05.01.2026 08:30,Tel,a\u2028b\x85c\x0bd\n", "a\u2028b\x85c\x0bd"),
        (HEAD + "C-1,05.01.2026 08:30,Tel,  boom \n", "boom"),
        ("Text,Channel,Opened,No,More\nboom,Tel,05.01.2026 08:30,C-1,x\n", "boom"),
    ],
)
def test_csv_as_people_save_it(files: Files, data: str, text: str) -> None:
    assert files.given(data)[0]["summary"] == text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("C-1,05.01.2026 08:30,Tel\n", "the row has 3 cells, the header 4"),
        ("C-1,05.01.2026 08:30,Tel,a,b\n", "the row has 5 cells, the header 4"),
        ("C-1,05.01.2026 08:30,Tel,boom,\n", "the row has 5 cells, the header 4"),
        ('C-1,05.01.2026 08:30,Tel,"never closed\n', 'a quote (") is never closed'),
        ('C-1,05.01.2026 08:30,Tel,3" hose\n', 'a quote (") is never closed'),
        ('C-1,05.01.2026 08:30,Tel,3" or 4" hose\n', 'a quote (") does not open and close a whole cell'),
        ('C-1,05.01.2026 08:30,Tel,"a"b\n', 'a quote (") does not open and close a whole cell'),
        ('C-1,05.01.2026 08:30,Tel, "a,b"\n', 'a quote (") does not open and close a whole cell'),
        ("C-1,05.01.2026 08:30,Tel,a\0b\n", "there is a NUL character"),
        ("C-1,05.01.2026 08:30,Tel,a\rb\n", "there is a line end of another kind (CR) inside the row"),
        ('C-1,05.01.2026 08:30,Tel,"a\rb"\n', "there is a line end of another kind (CR) inside the row"),
        ("C-1,05.01.2026 08:30,Tel," + "x" * (1 << 20) + "\n", "the line is longer than a million characters"),
        (",05.01.2026 08:30,Tel,boom\n", "call: the id is not known (No)"),
        ("C-1,,Tel,boom\n", "call: the at is not known (Opened)"),
    ],
)  # fmt: skip
def test_a_spoilt_row_is_named_and_the_next_one_read(files: Files, row: str, words: str) -> None:
    found = files.read(HEAD + ROW + row + ROW.replace("C-1", "C-9"))
    assert [line.wrong.what.en for line in found if line.wrong] == [words]
    assert next(line.number for line in found if line.wrong) == 3
    assert [line.given["id"] for line in found if not line.wrong] == ["C-1", "C-9"]
    assert [line.number for line in found] == [2, 3, 4]


def test_after_a_cell_of_several_lines_lines_are_counted_on(files: Files) -> None:
    found = files.read(HEAD + 'C-1,05.01.2026 08:30,Tel,"a\nb\nc"\n' + ROW)
    assert [line.number for line in found] == [2, 5]


def test_an_open_quote_swallows_no_more_than_its_line(files: Files) -> None:
    wrong = files.wrong(HEAD + 'C-1,05.01.2026 08:30,Tel,"open\n' + ROW * 3 + 'C-1,05.01.2026 08:30,Tel,"shut"\n')
    assert list(wrong) == [2]


def test_cells_as_long_as_a_book_are_read(files: Files) -> None:
    assert len(files.given(HEAD + f'C-1,05.01.2026 08:30,Tel,"{"x" * 200_000}"\n')[0]["summary"]) == 200_000


@pytest.mark.parametrize(("delimiter", "sign"), [('";"', ";"), ("tab", "\t"), ('"|"', "|")])
def test_delimiters(files: Files, delimiter: str, sign: str) -> None:
    files.map = f"delimiter: {delimiter}\n{CALLS}"
    assert files.given((HEAD + ROW).replace(",", sign))[0]["summary"] == "boom"


def test_the_wrong_delimiter_is_told(files: Files) -> None:
    files.write((HEAD + ROW).replace(",", ";"))
    with pytest.raises(Several) as caught:
        files.read()
    assert caught.value.hint is not None and caught.value.hint.en == 'write in the map:  delimiter: ";"'


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("No,Opend,Channel,Text\n", "list.csv:1: there is no column 'Opened' | did you mean 'Opend'?"),
        ("No,Opened,Channel,Text,Text\n", "list.csv:1: the column 'Text' is there twice"),
        ("sep=,\nNo,Opened,Channel,Text\n", "list.csv:1: a line sep= stands before the header"),
        ('No,"Opened,Channel,Text\n', 'list.csv:1: a quote (") is never closed'),
        ("", "list.csv:1: the file is empty"),
    ],
)
def test_a_wrong_header(files: Files, head: str, words: str) -> None:
    assert files.refusal(head)[0].startswith(words)


def test_all_missing_columns_are_told(files: Files) -> None:
    assert len(files.refusal("A,B\n1,2\n")) == 4


def test_columns_that_are_expected_must_be_there(files: Files) -> None:
    files.map = f"columns: [No, Prioritaet]\n{CALLS}"
    assert files.refusal(HEAD + ROW)[0].startswith("list.csv:1: there is no column 'Prioritaet'")


def test_shifted_cells_are_noticed(files: Files) -> None:
    files.map = f"""
columns:
  No: {{like: "C-#*"}}
  Channel: {{one_of: [Tel, Brief]}}
  Cost: {{number: yes}}
{CALLS}"""
    head = "No,Opened,Text,Channel,Cost\n"
    assert files.wrong(head + "C-1,05.01.2026 08:30,won't swing,Tel,1.50\n") == {}
    assert files.wrong(head + "C-1,05.01.2026 08:30,won','t swing,Tel\n") == {
        2: 'Channel: "\'t swing" is not one of Tel, Brief'
    }
    assert files.wrong(head + "C-1,05.01.2026 08:30,a,Tel,x\n") == {2: "Cost: 'x' is not a number"}
    assert files.wrong(head + "X-1,05.01.2026 08:30,a,Tel,1\n") == {2: "No: 'X-1' is not like C-#*"}


def test_columns_without_a_name_must_be_empty(files: Files) -> None:
    assert files.wrong("No,Opened,Channel,Text,,\nC-1,05.01.2026 08:30,Tel,boom,,\n") == {}
    assert files.wrong("No,Opened,Channel,Text,\nC-1,05.01.2026 08:30,Tel,won,boom\n") == {
        2: "'boom' stands in a column without a name"
    }


# ---- encodings -----------------------------------------------------------------------------------

CHINESE = HEAD + "C-1,05.01.2026 08:30,Tel,动臂下沉，漏油\n"


def test_gbk_is_recognised_and_said(files: Files) -> None:
    assert files.given(CHINESE.encode("gbk"))[0]["summary"] == "动臂下沉，漏油"
    assert "not UTF-8 from line 2 on; read as GB18030" in files.notes[0].en


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "big5", "utf-16"])
def test_an_encoding_that_is_named(files: Files, encoding: str) -> None:
    text = CHINESE.replace("动臂下沉，漏油", "漏油") if encoding == "big5" else CHINESE
    assert files.given(text.encode(encoding), encoding)[0]["summary"].endswith("漏油")


def test_utf16_is_told_by_its_mark(files: Files) -> None:
    assert files.given(CHINESE.encode("utf-16"))[0]["summary"].endswith("漏油")


@pytest.mark.parametrize("name", ["klingon", "rot13", "hex", "a b"])
def test_no_encoding(files: Files, name: str) -> None:
    assert f"--encoding {name}: there is no such encoding" in files.refusal(CHINESE, name)[0]


@pytest.mark.parametrize("spoilt", [b"\xe9t\xe9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe5\x8a"], ids=repr)
def test_bytes_that_are_not_utf8_are_named(files: Files, spoilt: bytes) -> None:
    data = CHINESE.encode() * 1 + b"C-2,05.01.2026 08:30,Tel," + spoilt + b"\n" + CHINESE.encode().split(b"\n")[1]
    assert list(files.wrong(data)) == [3]


def test_the_wrong_encoding_is_noticed(files: Files) -> None:
    assert files.wrong(CHINESE.encode("gbk"), "utf-8") == {2: "character 26 is not in the encoding of the file"}


def test_a_workbook_named_csv_is_taken_for_one(files: Files) -> None:
    assert "the workbook cannot be read" in files.refusal(b"PK\x03\x04rest")[0]


# ---- workbooks -----------------------------------------------------------------------------------


def workbook(path: Path, *tables: Sequence[Sequence[Any]], names: tuple[str, ...] = ("Sheet1", "Sheet2")) -> None:
    """A minimal .xlsx: texts inline, numbers, moments (style 1), days (style 2), error cells."""

    def cell(place: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime | date):
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            serial = (moment - datetime(1899, 12, 30)).total_seconds() / 86400
            return f'<c r="{place}" s="{1 if isinstance(value, datetime) else 2}"><v>{serial}</v></c>'
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, int | float):
            return f'<c r="{place}"><v>{value}</v></c>'
        if value.startswith("#"):
            return f'<c r="{place}" t="e"><v>{value}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'

    def sheet(table: Sequence[Sequence[Any]]) -> str:
        rows = "".join(
            f'<row r="{n}">' + "".join(cell(f"{chr(65 + i)}{n}", v) for i, v in enumerate(row)) + "</row>"
            for n, row in enumerate(table, 1)
        )
        return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'

    numbers = range(1, len(tables) + 1)
    sheets_ = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in zip(numbers, names, strict=False)
    )
    links = "".join(f'<Relationship Id="r{n}" Type="{REL}/worksheet" Target="worksheets/s{n}.xml"/>' for n in numbers)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r0" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{sheets_}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        f'<Relationship Id="rs" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/s{n}.xml": sheet(table) for n, table in zip(numbers, tables, strict=True)},
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@pytest.fixture
def sheet(files: Files) -> Files:
    files.name = "list.xlsx"
    files.write(b"")
    return files


def test_a_workbook(sheet: Files) -> None:
    table: list[list[Any]] = [
        [None],
        ["No", "Opened", "Channel", "Text"],
        ["C-1", datetime(2026, 1, 5, 8, 30), "Tel", "动臂下沉"],
        [None, None, None, None],
        ["C-2", "05.01.2026 08:30", "Tel", 13800138000],
        ["C-3", date(2026, 1, 5), "Tel", 1.5],
        ["C-4", datetime(2026, 1, 5, 8, 59, 59), "Tel", True],
    ]
    workbook(sheet.folder / "list.xlsx", table)
    found = sheet.read()
    assert not [line.wrong.what.en for line in found if line.wrong]
    assert [line.number for line in found] == [3, 5, 6, 7]
    assert [line.given["at"][:19] for line in found] == [
        "2026-01-05T08:30:00", "2026-01-05T08:30:00", "2026-01-05T00:00:00", "2026-01-05T08:59:59",
    ]  # fmt: skip
    assert [line.given["summary"] for line in found] == ["动臂下沉", "13800138000", "1.5", "TRUE"]


def test_a_day_of_a_sheet_stays_a_day(sheet: Files) -> None:
    table: list[list[Any]] = [["No", "Opened", "Channel", "Text"], ["C-1", date(2026, 1, 5), "Tel", "a"]]
    workbook(sheet.folder / "list.xlsx", table)
    sheet.map = CALLS.replace(', format: "DD.MM.YYYY HH:mm"', "")
    (sheet.folder / "map.yaml").write_text(sheet.map)
    assert [line.given["at"] for line in sheet.read()] == ["2026-01-05"]
    (sheet.folder / "map.yaml").write_text(sheet.map.replace("{column: Opened}", '{column: Opened, time: "08:00"}'))
    assert sheet.read()[0].given["at"] == "2026-01-05T08:00:00+08:00"


@pytest.mark.parametrize("value", ["#REF!", "#NAME?", 110101199003071234.0, "1.38E+10"])
def test_what_a_sheet_damaged_is_refused(sheet: Files, value: Any) -> None:
    table = [["No", "Opened", "Channel", "Text"], ["C-1", "05.01.2026 08:30", "Tel", value]]
    workbook(sheet.folder / "list.xlsx", table)
    found = sheet.read()
    assert found[0].wrong is not None and "is what a spreadsheet made of the value" in found[0].wrong.what.en


def test_the_sheet_of_several_must_be_named(sheet: Files) -> None:
    table = [["No", "Opened", "Channel", "Text"], ["C-1", "05.01.2026 08:30", "Tel", "a"]]
    workbook(sheet.folder / "list.xlsx", table, [["x"]])
    with pytest.raises(BadInput, match="several sheets: Sheet1, Sheet2"):
        sheet.read()
    (sheet.folder / "map.yaml").write_text(f"sheet: Sheet1\n{CALLS}")
    assert len(sheet.read()) == 1
    (sheet.folder / "map.yaml").write_text(f"sheet: Sheet9\n{CALLS}")
    with pytest.raises(BadInput, match="no sheet 'Sheet9'"):
        sheet.read()


def test_no_workbook_at_all(sheet: Files) -> None:
    sheet.write(b"PK\x03\x04 not really")
    with pytest.raises(BadInput, match="the workbook cannot be read"):
        sheet.read()


# ---- mistakes in the map -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("ledger: call", "ledger: cal", "4:13", "there is no ledger 'cal' (unknown-ledger) | did you mean 'call'?"),
        ("event: log", "event: lgo", "5:12", "there is no event 'lgo' (unknown-event) | did you mean 'log'?"),
        ("entries:", "entrys:", "2:1", "there is no key 'entrys' (unknown-key) | did you mean 'entries'?"),
        ("summary:", "sumary:", "11:7", "there is no field 'sumary' (unknown-field) | did you mean 'summary'?"),
        ("column: Text", "colum: Text", "11:17", "there is no key 'colum' (unknown-key) | did you mean 'column'?"),
        ("{column: Text}", "Text", "11:16", "say where this comes from (map)"),
        ("{column: Text}", "{column: Text, value: x}", "11:16", "it must come from one source (map)"),
        ("{column: Text}", "{column: {a: b}}", "11:25", "'column' takes one value, not a list or a block (not-a-text)"),
        ("{value: repair}", "{value: dance}", "10:21", "value: 'dance' cannot be used (map)"),
        ("Tel: phone", "Tel: telephone", "9:47", "value: 'telephone' cannot be used (map)"),
        ("DD.MM.YYYY HH:mm", "DD.MM.Y", "7:34", "'DD.MM.Y' is no form of a date (map)"),
        ("id: {column: No}", "id: {ref: visit}", "6:15", "there is no entry above this one 'visit' (unknown-entry) | nothing of the kind is named here yet"),
        ("    at: {column: Opened, format: \"DD.MM.YYYY HH:mm\"}\n", "", "3:3", "call: missing: at (map)"),
        ("      kind: {value: repair}\n", "", "3:3", "call: missing: kind (map)"),
        ("    id:", "    when: {column: A}\n    id:", "6:11", "a condition names a column and one of is, is_not, known (map)"),
        ("    id:", "    once: maybe\n    id:", "6:11", "there is no value 'maybe' (unknown-word) | there are: yes, no"),
        ("{column: Text}", "{column: Text, format: YYYY-MM-DD}", "11:31", "this field is no time (map)"),
        ("{column: Text}", "{column: Text, plus: soon}", "11:37", "'soon': is no span of time (map)"),
        ("{column: Text}", "{column: Text, time: 8h}", "11:37", "'8h' is no time of day (map)"),
        ("{column: Text}", "{each: {a: {column: Text}}}", "11:17", "this field has one value (map)"),
        ("{column: Text}", "{column: &x Text}", "11:25", "&x: references inside the file are not used here (alias)"),
        ("      summary:", "      kind:", "11:7", "'kind' stands here a second time, first on line 10 (duplicate-key)"),
        ("entries:", "delimiter: x\nentries:", "2:12", "'x' separates no columns (map)"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_map(files: Files, old: str, new: str, place: str, words: str) -> None:
    assert old in CALLS
    files.map = CALLS.replace(old, new, 1)
    found = files.refusal(HEAD + ROW)
    assert any(error.startswith(f"map.yaml:{place}: {words}") for error in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ledger: call", "ledger: cal"), ("entries:", "entrys:"), ("column: Text", "colum: Text"), ("{column: Text}", "Text"),
        ("{column: Text}", "{column: {a: b}}"), ("{column: Text}", "{prefix: x}"), ("    id:", "    once: maybe\n    id:"),
        ("    id:", "    when: {colum: A, known: yes}\n    id:"), ("entries:", "delimiter: x\nentries:"), ("entries:", "header: [1, 2, 3]\nentries:"),
        ("entries:", "other_rows: leave\nentries:"), ("entries:", "columns: {No: {lik: x}}\nentries:"),
    ],
)  # fmt: skip
def test_an_editor_underlines_a_mistake_in_the_map(files: Files, old: str, new: str) -> None:
    schema = json_schema()
    jsonschema.validate(yaml.safe_load(CALLS), schema)
    assert old in CALLS
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(CALLS.replace(old, new, 1)), schema)
    files.map = CALLS.replace(old, new, 1)
    assert files.refusal(HEAD + ROW)


def test_all_mistakes_of_a_map_are_told_at_once(files: Files) -> None:
    files.map = CALLS.replace("summary:", "sumary:").replace("Tel: phone", "Tel: x").replace("repair", "y")
    assert len(files.refusal(HEAD + ROW)) == 3


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "[1, 2]\n", "text\n", "a: [b\n", "\t- x: 1\n", "entries: {}\n", "entries: x\n"]
)
def test_no_map_at_all(files: Files, text: str) -> None:
    files.map = text
    assert all(re.match(r"map\.yaml:[0-9]+:[0-9]+: ", error) for error in files.refusal(HEAD + ROW))


def test_a_map_that_is_not_there(files: Files) -> None:
    files.write(HEAD + ROW)
    (files.folder / "map.yaml").unlink()
    with pytest.raises(BadInput, match="No such file"):
        files.read()


# ---- through the command line --------------------------------------------------------------------

LOG = """\
number,state,caller,opened,updated
INC0001,Active,Ann,01-02-2016 10:00,01-02-2016 09:00
INC0001,Active,Ann,01-02-2016 10:00,01-02-2016 11:00
INC0001,Closed,Ann,01-02-2016 10:00,01-02-2016 11:00
INC0002,New,?,02-02-2016 10:00,02-02-2016 10:05
INC0003,New,Bob,03-02-2016 10:00,03-02-2016 10:05
"""
LOG_MAP = """
unknown: ["?"]
entries:
  customer: {ledger: customer, once_per: caller, fields: {name: {column: caller}}}
  call:
    ledger: call
    event: log
    once_per: number
    id: {column: number}
    at: {column: opened, format: "DD-MM-YYYY HH:MM"}
    fields: {channel: {value: phone}, kind: {value: repair}, from: {ref: customer}}
  reply:
    ledger: call
    event: reply
    when: {column: state, is_not: New}
    id: {ref: call}
    at: {column: updated, format: "DD-MM-YYYY HH:MM"}
    fields: {text: {column: state}}
"""


def place(folder: Path, text: str, map_: str) -> tuple[str, ...]:
    (folder / "log.csv").write_text(text, "utf-8")
    (folder / "map.yaml").write_text(map_, "utf-8")
    return ("ledger", "import", str(folder / "log.csv"), "--map", str(folder / "map.yaml"))


def test_an_impossible_line_is_refused_by_its_number(bare: Svc, tmp_path: Path) -> None:
    before = contents(bare.desk)
    result = bare.run(*place(tmp_path, LOG, LOG_MAP))
    assert result.code == 4
    assert "log.csv:2: call INC0001 was not logged by 2016-02-01 09:00" in result.err
    assert "1 of 5 lines are wrong; nothing was imported" in result.err
    assert contents(bare.desk) == before


def test_rejects_leave_the_call_to_the_next_line_of_it(bare: Svc, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    result = bare.run(*place(tmp_path, LOG, LOG_MAP), "--rejects", str(bad))
    assert result.code == 0, result.err
    assert result.out.startswith("7 imported  customer 2, call 5")
    row = json.loads(bad.read_text("utf-8"))
    assert row["place"] == "log.csv:2"
    assert row["line"]["number"] == "INC0001" and row["line"]["updated"] == "01-02-2016 09:00"
    calls = bare("call list --month 2016-02 --json").json
    assert {call["id"] for call in calls} == {"INC0001", "INC0002", "INC0003"}
    assert bare.audit("2016-02", "2016-05-01T00:00")["replies"]["within"] == 1
    again = bare.run(*place(tmp_path, LOG, LOG_MAP), "--rejects", str(bad))
    assert again.out.startswith("0 imported")


def test_a_rejected_line_takes_out_all_it_makes_and_what_depends_on_it(bare: Svc, tmp_path: Path) -> None:
    log = (
        LOG.replace("03-02-2016 10:00,03-02", "31-02-2016 10:00,03-02")
        + "INC0003,Active,Bob,31-02-2016 10:00,04-02-2016 10:05\n"
    )
    bad = tmp_path / "bad.jsonl"
    result = bare.run(*place(tmp_path, log, LOG_MAP), "--rejects", str(bad))
    assert result.out.startswith("5 imported  customer 1, call 4"), result.err
    assert [json.loads(row)["place"] for row in bad.read_text().split("\n")[:-1]] == [
        "log.csv:2",
        "log.csv:6",
        "log.csv:7",
    ]


def test_the_call_may_stand_below_its_reply(bare: Svc, tmp_path: Path) -> None:
    late = LOG_MAP.replace("    once_per: number\n", "    once_per: number\n    when: {column: state, is: New}\n")
    log = "number,state,caller,opened,updated\n" + "".join(
        f"INC0001,{state},Ann,01-02-2016 10:00,01-02-2016 {hour}:00\n" for state, hour in (("Active", 12), ("New", 11))
    )
    result = bare.run(*place(tmp_path, log, late))
    assert result.code == 0, result.err
    alone = bare.run(*place(tmp_path, log.replace("New", "Old").replace("INC0001", "INC0009"), late))
    assert alone.code == 4 and "log.csv:2: it refers to call INC0009, which no good line makes" in alone.err


ORDERS = """
columns: {Day: {like: "####-##-##"}, Kind: {like: "PM##"}}
entries:
  crew: {ledger: staff, once: yes, id: {value: CREW}, fields: {name: {value: Crew}, role: {value: technician}}}
  machine: {ledger: machine, once_per: Asset, id: {column: Asset}, fields: {product: {value: excavator}}}
  call:
    ledger: call
    event: log
    at: {column: Day, format: YYYY-MM-DD, time: "08:00"}
    fields: {channel: {value: letter}, kind: {value: repair}, machine: {column: Asset}, summary: {column: Text}}
  visit:
    ledger: visit
    event: dispatch
    at: {column: Day, format: YYYY-MM-DD, time: "08:00"}
    fields: {call: {ref: call}, staff: {ref: crew}, promised: {column: Day, format: YYYY-MM-DD, time: "23:59"}}
  arrive: {ledger: visit, event: arrive, id: {ref: visit}, at: {column: Day, format: YYYY-MM-DD, time: "09:00"}}
  leave: {ledger: visit, event: leave, id: {ref: visit}, at: {column: Day, format: YYYY-MM-DD, time: "09:00", plus: 1h}}
  report:
    ledger: report
    event: close
    at: {column: Day, format: YYYY-MM-DD, time: "10:00"}
    fields: {visit: {ref: visit}, solution: {column: Text}}
"""


def test_one_row_makes_a_call_a_visit_and_a_report(bare: Svc, tmp_path: Path) -> None:
    rows = "2004-07-01,A,bucket,PM01\n2004-07-01,A,bucket,PM01\n2004-07-02,B,\"won','t swing\",PM01\n2004-07-03,B,won,t swing\n"
    import_ = place(tmp_path, "Day,Asset,Text,Kind\n" + rows, ORDERS)
    refused = bare.run(*import_)
    assert refused.code == 2 and "log.csv:5: Kind: 't swing' is not like PM##" in refused.err
    result = bare.run(*import_, "--rejects", str(tmp_path / "bad.jsonl"))
    assert result.out.startswith("18 imported  machine 2, staff 1, call 3, visit 9, report 3"), result.err
    figures = bare.audit("2004-07", "2005-01-01T00:00")
    assert figures["calls"]["registered"] == 3
    assert figures["visits"]["on_time"] == figures["visits"]["call_in_unknown"] == 3
    assert figures["reports"]["missing_items"] == {"cause": 3, "opinion": 3, "parts": 3}
    again = bare.run(*import_, "--rejects", str(tmp_path / "bad.jsonl"))
    assert again.out.startswith("0 imported"), again.err


def test_what_a_conflict_stands_for_is_said_once(bare: Svc, tmp_path: Path) -> None:
    bare("machine add --serial A --product crane")
    rows = "".join(f"2004-07-0{n},A,bucket,PM01\n" for n in range(1, 6))
    result = bare.run(*place(tmp_path, "Day,Asset,Text,Kind\n" + rows, ORDERS))
    assert result.code == 4
    assert "machine A is registered already, with other values" in result.err


@pytest.mark.parametrize("name", ["incident-log.yaml", "work-orders.yaml"])
def test_the_examples_are_good_maps(name: str) -> None:

    assert load(Path(__file__).parents[2] / "examples" / "maps" / name).entries


def test_rows_come_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    found = source.opened(tmp_path / "a.csv").rows(None, [])
    assert next(found) == csvfile.Row(1, ["a", "b"])
    assert next(found) == csvfile.Row(2, ["1", "2"])
