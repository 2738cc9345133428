"""Lists come in as departments keep them: what is no row of the list is told, what only a person can say is asked."""

from __future__ import annotations

import importlib
import json
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from svc.intake.csvfile import Row
from svc.intake.headings import is_known, meaning
from svc.intake.layout import find_head
from svc.intake.phones import numbers_of
from svc.intake.timeforms import AnyOf, form, recognise
from tests.cli.test_asking import typed
from tests.conftest import Svc
from tests.intake.conftest import contents
from tests.intake.test_lists import book, registered

ROOT = Path(__file__).resolve().parents[2]


def calls(svc: Svc) -> list[dict[str, Any]]:
    return sorted(svc("call list --month 2026-03 --json").json, key=lambda row: row["at"])


def listed(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


# ---- what a date says ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["2026-03-05 9:30", "2026-3-15 9:30:05"], "2026-03-05 09:30:00"),
        (["05/03/2026 09:30", "25/03/2026 10:00"], "2026-03-05 09:30:00"),
        (["03/05/2026 09:30", "03/25/2026 10:00"], "2026-03-05 09:30:00"),
        (["3/5/26 9:30 PM", "3/25/26 12:30 AM"], "2026-03-05 21:30:00"),
        (["2026年3月5日 下午3点", "2026年3月5日 上午9:30"], "2026-03-05 15:00:00"),
        (["2026年3月5日9时5分", "2026年3月15日19时35分"], "2026-03-05 09:05:00"),
        (["2026-03-05T12:57:30.000+0000"], "2026-03-05 12:57:30+00:00"),
        (["2026-03-05 12:57:30.5Z"], "2026-03-05 12:57:30+00:00"),
        (["Mar 5, 2026 9:30 AM", "12-Apr-2026"], "2026-03-05 09:30:00"),
        (["26-3-5", "26-3-25"], "2026-03-05 00:00:00"),
        (["20260305093000"], "2026-03-05 09:30:00"),
        (["2026/3/5 星期四 9:30"], "2026-03-05 09:30:00"),
        (["46086.5"], "2026-03-05 12:00:00"),
        (["1772674200"], "2026-03-05 01:30:00+00:00"),
    ],
)
def test_the_whole_column_decides_how_its_dates_are_read(texts: list[str], first: str) -> None:
    found = recognise(texts, ("serial", "epoch"))
    assert not found.odd and not found.other
    assert str(AnyOf(tuple(made for one in found.forms if (made := form(one)))).read(texts[0])) == first


@pytest.mark.parametrize("text", ["2026-02-30", "13/13/2026", "2026-03-05 上午15:00", "Thu Mar 05 09:30:00 CST 2026", "soon", "2026-03"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert not recognise([text]).forms


def test_days_that_may_be_months_are_two_readings_unless_one_lies_ahead() -> None:
    assert recognise(["05/03/2026", "06/04/2026"]).other == ("M/D/YYYY",)
    assert recognise(["05/03/2026", "06/04/2026"], latest=date(2026, 12, 1)).other == ("M/D/YYYY",)
    assert recognise(["05/03/2026", "06/12/2026"], latest=date(2026, 7, 1)).forms == ("M/D/YYYY",)


@pytest.mark.parametrize(
    ("cell", "found", "rest"),
    [
        ("13800001234/13900001234", ("138-0000-1234", "139-0000-1234"), ""),
        ("010-62345678、13700001234", ("010-6234-5678", "137-0000-1234"), ""),
        ("13600001234 张工", ("136-0000-1234",), "张工"),
        ("666888(短号)", ("666-888",), "短号"),
        ("62345678", ("6234-5678",), ""),
        ("021-55550100转802", ("021-5555-0100-802",), ""),
        ("+86-571-8888-1111", ("0571-8888-1111",), ""),
        ("无", (), ""),
    ],
)
def test_telephone_cells_as_people_fill_them(cell: str, found: tuple[str, ...], rest: str) -> None:
    assert numbers_of(cell) == (found, rest)


def test_words_that_have_a_known_one_in_them_mean_it() -> None:
    assert [meaning("kind", word) for word in ("设备故障", "报价咨询", "Breakdown call", "Odor")] == ["repair", "quote", "repair", None]
    assert [meaning("channel", word) for word in ("微信群", "Web Form", "Phone")] == ["wechat", "email", "phone"]


def test_headings_look_unlike_data_even_where_a_row_has_more_known_words() -> None:
    rows = [["Ticket", "Received", "Phone", "Details", "Via"], ["T01", "2026-03-05 09:30", "13800001234", "no start", "phone"]]
    found = find_head([Row(n, list(row)) for n, row in enumerate(rows, 1)], is_known)
    assert found.rows == (1,)
    assert find_head([Row(1, list(rows[1])), Row(2, list(rows[1]))], is_known).rows == ()


# ---- rows that are none of the list ----------------------------------------------------------------


def test_sections_sums_footers_and_another_table_are_told_and_not_registered(bare: Svc, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["客户名称", "电话", "联系人"], ["一、华北区"], ["甲厂", "13800000001", "某甲"], ["二、华东区"], ["乙厂", "13800000002", "某乙"],
        ["合计", None, "2人"], [], ["备注：以上均为重点客户"], [], ["供应商表"], ["供应商名称", "电话", "联系人"], ["丙厂", "13800000077", "某丙"],
    ]  # fmt: skip
    file = book(tmp_path / "c.xlsx", ("S", rows), merged=("A2:C2",))
    done = bare(f"customer import {file} --yes")
    assert set(registered(bare, "customer")) == {"甲厂", "乙厂"}
    for said in ("titles of sections: 2 rows (2, 4)", "sums: 1 row (6): '合计'", "remarks and signatures: 1 row (8)", "another table below"):
        assert said in done.err
    assert "3 rows (10, 11, 12)" in done.err


def test_names_under_a_group_minutes_of_one_digit_and_places_for_signatures(bare: Svc, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "来电情况", "", "", "处理情况", ""], ["", "报修时间", "来电单位", "来电内容", "处理日期", "处理结果"],
        *([n, f"2026年3月{n}日9时{n}分", "长风厂", f"异响{n}", f"2026年3月{n + 1}日", "更换"] for n in range(1, 9)),
        ["部门负责人签字：", "", "", "", "日期："],
    ]  # fmt: skip
    done = bare(f"ledger import {book(tmp_path / 'l.xlsx', ('S', rows))} --yes")
    assert done.out == "17 imported  customer 1, call 16\n" and "remarks and signatures: 1 row (11): '部门负责人签字：'" in done.err
    assert calls(bare)[4]["at"] == "2026-03-05T09:05:00+08:00"


def test_an_object_with_a_list_in_it_on_one_long_line(bare: Svc, tmp_path: Path) -> None:
    rows = [{"id": f"A{n}-x", "fields": {"created": f"2026-03-{n:02d}T09:30:00+0800", "summary": f"spindle stops {n}"}} for n in range(1, 29)]
    for name, whole in (("a.json", {"total": 28, "results": rows * 1}), ("b.json", {"data": rows[:2]})):
        file = listed(tmp_path / name, json.dumps(whole))
        assert "imported" in bare(f"ledger import {file} --yes").out
    assert len(calls(bare)) == 28


def test_a_total_over_the_columns_of_a_web_page_is_no_call(bare: Svc, tmp_path: Path) -> None:
    cells = "".join(f"<tr><td>2026-03-0{n} 9:30</td><td>Acme</td><td>belt torn {n}</td></tr>" for n in range(1, 5))
    page = f"<html><table><tr><th>Opened</th><th>Account Name</th><th>Problem</th></tr>{cells}<tr><td colspan=2>Total</td><td>4</td></tr></table></html>"
    done = bare(f"ledger import {listed(tmp_path / 'l.xls', page)} --yes")
    assert done.out == "5 imported  customer 1, call 4\n" and "passed over, sums: 1 row (6): 'Total'" in done.err


@pytest.mark.parametrize(("heading", "said"), [("Fecha de solución", "when it was settled (Fecha"), ("Fecha X", "replies are left out")])
def test_a_row_with_another_day_in_it_is_not_answered_on_its_own(bare: Svc, tmp_path: Path, heading: str, said: str) -> None:
    rows = "".join(f"{n}/03/2026,no enciende {n},José Núñez,{n + 2}/03/2026,fusible nuevo\n" for n in range(11, 21))
    file = listed(tmp_path / "l.csv", f"Fecha de ingreso,Descripción,Técnico,{heading},Solución\n{rows}")
    assert said in bare(f"ledger import {file} --yes").err
    assert not any(str(row["replied_at"] or "").startswith(row["at"][:10]) for row in calls(bare))


def test_a_column_without_a_name_and_a_doubled_heading_spoil_nothing(bare: Svc, tmp_path: Path) -> None:
    file = listed(tmp_path / "l.csv", ",来电时间,电话,内容,电话\n0,2026-3-5 9:30,13800001234,不转,139\n1,2026-3-5 10:30,13800001235,漏油,140\n")
    assert bare(f"ledger import {file} --yes").out == "2 imported  call 2\n"
    assert [row["summary"] for row in calls(bare)] == ["不转", "漏油"]


def test_a_sheet_a_month_is_taken_together_and_a_hidden_one_is_left_out(bare: Svc, tmp_path: Path) -> None:
    heads = ["来电时间", "电话", "内容"]
    file = book(tmp_path / "l.xlsx", *((f"{n}月", [[f"{n}月来电"], heads, [f"2026-3-{n} 9:30", "13800001234", "不转"]]) for n in (1, 2, 3)), ("说明", [["x"]]))
    done = bare(f"ledger import {file} --yes")
    assert done.out == "3 imported  call 3\n" and "1月, 2月, 3月" in done.err and "sheets left out" in done.err and "说明" in done.err
    assert "above the headings: 3 rows (1, 1, 1)" in done.err


def test_several_files_are_one_import_and_a_mistake_names_its_file(bare: Svc, tmp_path: Path) -> None:
    one = listed(tmp_path / "a.csv", "来电时间,电话,内容\n2026-3-5 9:30,13800001234,不转\n")
    two = listed(tmp_path / "b.csv", "来电时间,电话,内容\n2026-3-6 9:30,13800001234,漏油\n2026-3-36 9:30,13800001234,x\n")
    before = contents(bare.desk)
    assert "b.csv:3: 来电时间: '2026-3-36 9:30'" in bare(f"ledger import {one} {two} --yes", 2).err
    assert contents(bare.desk) == before
    listed(two, two.read_text("utf-8").replace("3-36", "3-16"))
    assert bare(f"ledger import {one} {two} --yes").out == "3 imported  call 3\n"


@pytest.mark.parametrize("kind", ["html", "tabs", "xlsx"])
def test_first_bytes_tell_what_an_xls_is(bare: Svc, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "l.xls"
    if kind == "html":
        listed(file, "<html><table><tr><td>客户名称</td><td>电话</td></tr><tr><td>长风化工厂</td><td>13800001234</td></tr></table></html>")
    elif kind == "tabs":
        file.write_bytes("客户名称\t电话\r\n长风化工厂\t13800001234\r\n".encode("gbk"))
    else:
        book(tmp_path / "l.xlsx", ("S", [["客户名称", "电话"], ["长风化工厂", "13800001234"]])).rename(file)
    bare(f"customer import {file} --yes")
    assert registered(bare, "customer")["长风化工厂"]["phone"] == "138-0000-1234"


def test_an_encoding_that_nothing_shows_is_refused_and_not_guessed(bare: Svc, tmp_path: Path) -> None:
    file = tmp_path / "l.csv"
    file.write_bytes("received,phone,summary\n2026-3-5 9:30,13800001234,réglé\n".encode("cp1252"))
    assert "read as Windows-1252" in bare(f"ledger import {file} --yes").err
    assert calls(bare)[0]["summary"] == "réglé"
    file.write_bytes("received,phone,summary\n2026-3-6 9:30,13800001234,Сломан насос\n".encode("cp1251"))
    assert "cannot be told" in bare(f"ledger import {file} --yes", 2).err


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(bare: Svc, tmp_path: Path) -> None:
    file = book(tmp_path / "l.xlsx", ("S", [["客户名称", "电话"], ["甲", "13800001234"]]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x", "w") as stream:
        for _ in range(30):
            stream.write(bytes(1 << 20))
    assert "would unpack to" in bare(f"customer import {file} --yes", 2).err


def test_a_formula_without_its_value_is_refused_with_the_way_out(bare: Svc, tmp_path: Path) -> None:
    file = book(tmp_path / "l.xlsx", ("S", [["来电时间", "电话", "内容"], ["2026-3-5 9:30", "13800001234", '=A2&"x"']]))
    assert "holds a formula without its value" in bare(f"ledger import {file} --yes", 2).err


def test_serial_days_of_an_old_mac_count_from_1904(bare: Svc, tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    for row in (["序列号", "型号", "销售日期"], ["M-1", "LX200", 43889]):
        made.active.append(row)
    made.save(tmp_path / "m.xlsx")
    bare(f"machine import {tmp_path / 'm.xlsx'} --yes")
    assert bare("machine show M-1 --json").json["sold"] == "2024-02-29"


def test_two_columns_of_date_cells_are_two_moments(bare: Svc, tmp_path: Path) -> None:
    rows = [["日期", "来电时间", "电话", "内容", "处理日期", "处理结果"],
            [datetime(2026, 3, 5), datetime(2026, 3, 5, 9, 30), "13800001234", "不转", datetime(2026, 3, 6), "已修"]]  # fmt: skip
    assert bare(f"ledger import {book(tmp_path / 'l.xlsx', ('S', rows))} --yes").out == "2 imported  call 2\n"
    assert calls(bare)[0]["at"] == "2026-03-05T09:30:00+08:00"


# ---- numbers of the list's own ---------------------------------------------------------------------


@pytest.mark.parametrize("number", ["维2026-001号", "7107d3ad-e79d-47c3-a7b8-2ea5e091e205", "IM2303 1902", "60100339", "SMART.224841"])
def test_a_list_s_own_number_is_kept_found_and_the_key_of_its_next_import(bare: Svc, tmp_path: Path, number: str) -> None:
    file = listed(tmp_path / "l.csv", f"编号,来电时间,电话,内容\n{number},2026-3-5 9:30,13800001234,不转\n")
    bare(f"ledger import {file} --yes")
    again = bare(f"ledger import {file} --yes")
    assert again.out == "0 imported\n" and "recorded already" in again.err
    listed(file, file.read_text("utf-8").replace("不转", "动臂不转"))
    assert bare(f"ledger import {file} --yes").out == "1 imported  call 1\n"
    [call] = calls(bare)
    assert call["summary"] == "动臂不转" and bare.run("call", "show", number, "--json").json["number"] == number
    [line] = [row for row in map(json.loads, bare("ledger export").out.splitlines()) if row["event"] == "log"]
    assert line["number"] == number and bare("ledger verify").code == 0


# ---- asking ----------------------------------------------------------------------------------------


def test_the_same_mistake_is_told_once_and_the_rows_come_out_as_a_sheet(bare: Svc, tmp_path: Path) -> None:
    rows = "".join(f"{n},员工{n},{'操作工' if n % 2 else '维修工'}\n" for n in range(1001, 1061))
    file, bad = listed(tmp_path / "s.csv", "工号,姓名,岗位\n" + rows), tmp_path / "bad.csv"
    told = bare(f"staff import {file} --yes", 2).err
    assert told.count("is not among the words of the map") == 1 and "(30 lines the same" in told
    bare(f"staff import {file} --yes --rejects {bad}")
    sheet = bad.read_text("utf-8-sig").splitlines()
    assert sheet[0] == "工号,姓名,岗位,reason,place" and len(sheet) == 31
    listed(bad, bad.read_text("utf-8-sig").replace("操作工", "技术员"))
    assert bare(f"staff import {bad} --yes").out == "30 imported  staff 30\n"


def test_readings_that_only_a_person_can_tell_apart_are_asked_and_remembered(bare: Svc, tmp_path: Path) -> None:
    file = listed(tmp_path / "l.csv", "来电时间,电话,内容,类别\n05/03/2025 9:30,13800001234,不转,故障\n06/04/2025 9:30,13800001234,问价,闲聊\n")
    refused = bare(f"ledger import {file} --yes", 2).err
    assert "only a person can say" in refused and "D/M/YYYY H:mm, M/D/YYYY H:mm" in refused
    code, shown = typed(bare, f"ledger import {file}", ["1", "consult", "y"])
    assert code == 0 and "“闲聊”" not in shown and "'闲聊' (1 row) is taken as" in shown, shown
    found = sorted(
        (row["at"][:10], row["kind"]) for month in ("2025-03", "2025-04") for row in bare(f"call list --month {month} --json").json
    )
    assert found == [("2025-03-05", "repair"), ("2025-04-06", "consult")]
    other = listed(tmp_path / "m.csv", "来电时间,电话,内容,类别\n07/05/2025 9:30,13800001234,又不转,闲聊\n")
    assert "answered as at the last import" in bare(f"ledger import {other} --yes").err
    assert bare("call list --month 2025-05 --json").json[0]["kind"] == "consult"


def test_who_is_not_registered_is_asked_once_and_registered_with_the_list(bare: Svc, tmp_path: Path) -> None:
    rows = "".join(f"2026-3-5 9:{n},长风化工厂,SN-{n % 3},不转{n},张工\n" for n in range(10, 40))
    file = listed(tmp_path / "l.csv", "来电时间,客户名称,序列号,内容,登记人\n" + rows)
    done = bare(f"ledger import {file} --yes")
    assert done.out == "35 imported  customer 1, machine 3, staff 1, call 30\n" and done.err.count("长风化工厂") <= 2
    assert {row["from"] for row in calls(bare)} == {"CU0001"}


def test_a_draft_of_a_map_is_written_where_nothing_is_recognised(bare: Svc, tmp_path: Path) -> None:
    file, draft = listed(tmp_path / "l.csv", "Q1,Q2\nfoo,bar\nbaz,qux\n"), tmp_path / "m.yaml"
    assert "a draft of the map is in" in bare(f"ledger import {file} --save-map {draft}").out
    assert "column: '?'" in draft.read_text("utf-8")
    assert bare(f"ledger import {file} --map {draft}", 2).err


# ---- the fifty lists ---------------------------------------------------------------------------------


@pytest.mark.parametrize("only", ["plain", "headings in two rows", "no headings", "XML of Excel", ".ods", "1904", "either way"])
def test_lists_of_the_script_come_in_as_they_are(
    only: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    module = importlib.import_module("try_lists")
    assert module.main(["--only", f"zh {only}" if only != "1904" else only]) == 0, capsys.readouterr().out


def test_a_page_of_an_empty_month_is_as_long_as_its_month_and_the_workbook_has_all(bare: Svc, tmp_path: Path) -> None:
    rows = "".join(f"2023-03-05 9:30,13800001234,不转{n}\n" for n in range(160))
    bare(f"ledger import {listed(tmp_path / 'l.csv', '来电时间,电话,内容' + chr(10) + rows)} --yes")
    bare(f"audit month 2026-05 --out {tmp_path / 'a.md'}")
    page = (tmp_path / "a.md").read_text("utf-8")
    assert 30 <= page.count("C2303-") < 40 and "the first 30; 130 more are in the workbook" in page
    bare(f"audit month 2026-05 --out {tmp_path / 'a.xlsx'}")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        texts = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
    assert len(set(re.findall(rb"C2303-[0-9]{4}", texts))) == 160


def test_a_heading_that_says_date_of_moments_loses_no_hour_and_says_none_is_missing(bare: Svc, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("no,date,phone,problem\n1,2026-09-03 09:10,13800001111,boom drifts\n2,2026-09-05 14:20,13800002222,brake soft\n", "utf-8")
    said = bare.run("ledger", "import", str(path), "--yes")
    assert said.code == 0 and "hour" not in said.out + said.err, said
    assert [row["at"][:16] for row in bare("call list --json").json] == ["2026-09-03T09:10", "2026-09-05T14:20"]
