"""Lists as departments keep them: the map is proposed and shown, confirmed, and then all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from svc.intake.headings import KNOWN, guess, plain
from svc.intake.timeforms import form
from tests.cli.test_asking import typed
from tests.conftest import Svc
from tests.intake.conftest import contents

CUSTOMERS = """客户登记表,,,,,
,,,,,
序号,客户单位名称,联系人,联系电话（必填）,地址,建档日期
1,长风化工厂,甄厂长,138 0000 1234,虚构路1号,2026.3.5
,,,,,
2,远山矿业,文经理,13800005678,虚构路2号,2026年3月15日
"""


def book(path: Path, *tables: tuple[str, Sequence[Sequence[Any]]], merged: Sequence[str] = ()) -> Path:
    """A workbook made by openpyxl; ranges are merged in its first sheet."""
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.active)
    for title, rows in tables:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for place in merged:
        made.worksheets[0].merge_cells(place)
    made.save(path)
    return path


def registered(svc: Svc, noun: str) -> dict[str, dict[str, Any]]:
    rows = svc(f"{noun} list --json --unmask").json
    return {row.get("name") or row["id"]: row for row in rows}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_customer_list(bare: Svc, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(CUSTOMERS.encode(encoding))
    before = contents(bare.desk)
    dry = bare(f"customer import {file} --dry-run")
    assert dry.out == "2 would be imported  customer 2\n"
    assert "headings in row 3" in dry.err and "138-****-1234" in dry.err and "13800005678" not in dry.err
    assert ("read as GB18030" in dry.err) == (encoding == "gbk")
    assert "nothing was imported" in bare(f"customer import {file}", 2).err
    assert contents(bare.desk) == before
    assert bare(f"customer import {file} --yes").out == "2 imported  customer 2\n"
    found = registered(bare, "customer")["远山矿业"]
    assert found["phone"] == "138-0000-5678" and found["contact"] == "文经理"
    assert registered(bare, "customer")["长风化工厂"]["since"] == "2026-03-05"
    again = bare(f"customer import {file} --yes")
    assert again.out.startswith("0 imported") and "2 rows of registers were registered already" in again.err


def test_on_a_terminal_a_person_confirms(bare: Svc, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text(CUSTOMERS, "utf-8")
    code, shown = typed(bare, f"customer import {file}", ["n"])
    assert code == 130 and "2 would be imported" in shown and registered(bare, "customer") == {}
    code, shown = typed(bare, f"customer import {file}", ["y"])
    assert code == 0 and "2 imported" in shown and len(registered(bare, "customer")) == 2


def test_what_differs_is_told_by_row_and_nothing_is_half_done(bare: Svc, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name,phone\nAlpha,13800000001\n", "utf-8")
    bare(f"customer import {file} --yes")
    file.write_text("name,phone\nBeta,13800000002\nAlpha,13800000009\nGamma,1.38E+10\nDelta,12\n", "utf-8")
    before = contents(bare.desk)
    refused = bare(f"customer import {file} --yes", 4).err
    assert "list.csv:3: customer CU0001 is registered already, with other values (phone: 138-****-0001 -> " in refused
    assert "list.csv:4: phone: '1.38E+10' is what a spreadsheet made of the value" in refused
    assert "list.csv:5: --phone: '12' is no phone number" in refused
    assert contents(bare.desk) == before
    kept = bare(f"customer import {file} --yes --rejects {tmp_path / 'bad.jsonl'}")
    assert kept.out == "1 imported  customer 1\n" and "3 lines kept out" in kept.err
    assert [line.split('"')[3] for line in (tmp_path / "bad.jsonl").read_text("utf-8").splitlines()] == [
        "list.csv:3", "list.csv:4", "list.csv:5",
    ]  # fmt: skip


def test_a_map_is_saved_edited_and_used(bare: Svc, tmp_path: Path) -> None:
    file, saved = tmp_path / "c.csv", tmp_path / "map.yaml"
    file.write_text(CUSTOMERS, "utf-8")
    assert str(saved) in bare(f"customer import {file} --save-map {saved}").out
    assert registered(bare, "customer") == {}
    assert "already" in bare(f"customer import {file} --save-map {saved}", 2).err
    edited = saved.read_text("utf-8").replace("contact: {column: 联系人}", "region: {value: 华东}")
    saved.write_text(edited, "utf-8")
    bare(f"customer import {file} --map {saved}")
    found = registered(bare, "customer")["长风化工厂"]
    assert (found["region"], found["contact"]) == ("华东", None)
    assert "also makes: customer" in bare(f"machine import {file} --map {saved}", 2).err


def test_a_machine_book_with_titles_merged_cells_serial_days_and_places(bare: Svc, tmp_path: Path) -> None:
    for name in ("Works", "Mine"):
        bare(f"customer add --name {name}")
    rows = [
        ["设备台账", None, None, None, None],
        ["客户", "机号", "型号", "销售日期", "保修截止日期"],
        ["Works", "SN-1", "LX200", date(2026, 1, 5), "2027.1.4"],
        [None, "SN-2", "LX200", datetime(2026, 2, 5), "2027/2/4"],
        ["Mine", "SN-3", "LX300", 46086, "2027年3月4日"],
    ]
    file = book(tmp_path / "m.xlsx", ("设备", rows), ("空", []), merged=("A1:E1", "A3:A4"))
    assert bare(f"machine import {file} --yes").out == "3 imported  machine 3\n"
    found = registered(bare, "machine")
    assert {id: row["customer"] for id, row in found.items()} == {"SN-1": "CU0001", "SN-2": "CU0001", "SN-3": "CU0002"}
    assert {id: row["sold"] for id, row in found.items()} == {
        "SN-1": "2026-01-05", "SN-2": "2026-02-05", "SN-3": "2026-03-05",
    }  # fmt: skip
    assert found["SN-3"]["warranty_until"] == "2027-03-04"
    rows += [["Nobody", "SN-4", "LX300", "soon", None], ["Mine", "SN 5", "LX300", None, None], ["Nobody", "SN-6", "L", None, None]]
    refused = bare(f"machine import {book(tmp_path / 'm.xlsx', ('设备', rows))} --yes", 2).err
    assert "m.xlsx:设备!D6: 销售日期" in refused
    assert "1 not registered as customer (Nobody): they are registered with it" in refused
    assert "'SN 5' is no machine id" in refused


def test_of_several_sheets_one_is_named(bare: Svc, tmp_path: Path) -> None:
    rows = [["工号", "姓名", "岗位"], ["S11", "Wen", "技术员"], ["S12", "Gu", "服务工程师"], ["S13", "Le", "司机"]]
    file = book(tmp_path / "staff.xlsx", ("说明", [["x"]]), ("名单", rows))
    assert "sheets left out, for they are no such list or have other columns: 说明" in bare(f"staff import {file} --yes", 2).err
    refused = bare(f"staff import {file} --yes --sheet 名单", 2).err
    assert "staff.xlsx:名单!C4" in refused and "'司机' is not among the words of the map" in refused
    bare(f"staff import {file} --yes --sheet 名单 --rejects {tmp_path / 'bad.jsonl'}")
    assert {row["id"]: row["role"] for row in registered(bare, "staff").values()} == {
        "S01": "head", "S11": "technician", "S12": "technician",
    }  # fmt: skip


def test_suppliers_with_semicolons_and_two_numbers(bare: Svc, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("Vendor;Phone;Mobile;Remark\nYuanshan;021-5555-0100;13900004321;good\n", "utf-8")
    assert bare(f"supplier import {file} --yes").out == "1 imported  supplier 1\n"
    assert registered(bare, "supplier")["Yuanshan"]["phone"] == "021-5555-0100; 139-0000-4321"


def test_who_may_not_change_a_register_may_not_import_it(svc: Svc, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("姓名,岗位\nX,总经理\n", "utf-8")
    assert svc(f"--as S02 staff import {file} --yes", 3).out == ""
    jsonl = tmp_path / "c.jsonl"
    jsonl.write_text('{"ledger":"call"}\n')
    assert "svc ledger import" in svc(f"customer import {jsonl} --yes", 2).err


def test_no_list_of_such_things(bare: Svc, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("foo,bar\n1,2\n", "utf-8")
    told = bare(f"--lang zh customer import {file} --yes", 2).err
    assert "没有认出这些列：客户名称" in told and "foo, bar" in told
    file.write_text("", "utf-8")
    assert "the file is empty" in bare(f"customer import {file} --yes", 2).err


# ---- a list of calls -------------------------------------------------------------------------------

CALLS = [
    ["来电登记表"],
    ["序号", "日期", "时间", "客户", "电话", "来电人", "类别", "内容", "登记人", "处理人", "回复时间", "处理结果"],
    [1, date(2026, 10, 5), time(9, 30), "Works", "13800000001", "Gao", "维修", "动臂下沉", "Clerk", "Tech", time(10, 15), "明天上门"],
    [2, "2026.10.6", "14:05", "Unheard", "13800009999", None, "咨询", "问油号", "Clerk", None, None, None],
]  # fmt: skip


def test_a_list_of_calls(svc: Svc, tmp_path: Path) -> None:
    file = book(tmp_path / "calls.xlsx", ("来电", CALLS))
    shown = svc(f"ledger import {file} --dry-run")
    assert shown.out == "4 would be imported  customer 1, call 3\n"
    assert "客户: 1 not registered as customer (Unheard): they are registered with it" in shown.err and "channel" not in shown.out
    svc(f"ledger import {file} --yes")
    first, second = sorted(svc("call list --month 2026-10 --json").json, key=lambda row: row["at"])
    assert (first["at"], first["from"], first["kind"]) == ("2026-10-05T09:30:00+08:00", "CU0001", "repair")
    assert second["kind"] == "consult" and svc(f"customer show {second['from']} --json").json["name"] == "Unheard"
    entries = svc(f"call show {first['id']} --json").json["entries"]
    assert [(one["event"], one["at"][11:16], one["by"]) for one in entries] == [
        ("log", "09:30", "S04"), ("reply", "10:15", "S02"),
    ]  # fmt: skip
    again = svc(f"ledger import {file} --yes")
    assert again.out.startswith("0 imported") and "recorded already" in again.err
    assert svc("ledger verify").code == 0


@pytest.mark.parametrize("column", ["客户", "来电号码"])
def test_who_cannot_be_named_is_not_registered(svc: Svc, tmp_path: Path, column: str) -> None:
    """Words for nobody stand in the columns of customers and of numbers; others there are registered as ever."""
    other = "Unheard" if column == "客户" else "139-1111-2222"
    rows = "".join(f"2026-10-0{n} 09:30,{who},咨询,信函,x{n}\n" for n, who in enumerate(("匿名", "隐藏号码", "Withheld", other), 1))
    file = tmp_path / "calls.csv"
    file.write_text(f"来电时间,{column},来电类型,来电渠道,内容\n{rows}", "utf-8")
    assert "隐藏号码-****" not in svc(f"ledger import {file} --yes").err
    calls = sorted(svc("call list --month 2026-10 --json").json, key=lambda row: row["at"])
    assert [row["from"] for row in calls] == ["unsigned", "withheld", "withheld", "CU0002" if column == "客户" else "139-****-2222"]
    assert [row["name"] for row in svc("customer list --json").json] == ["Works", *(["Unheard"] if column == "客户" else [])]


def test_wrong_calls_are_told_by_cell(svc: Svc, tmp_path: Path) -> None:
    wrong = [3, "2026.13.6", "14:05", "Works", None, None, "维修", "x", "Clerk", None, None, None]
    nobody = [4, "2026.10.6", "14:05", "Works", None, None, "维修", "x", "Stranger", None, None, None]
    file = book(tmp_path / "calls.xlsx", ("来电", [*CALLS, wrong, nobody]))
    before = contents(svc.desk)
    refused = svc(f"ledger import {file} --yes", 2).err
    assert "calls.xlsx:来电!B5: 日期 + 时间: '2026.13.6 14:05'" in refused and "does not exist" in refused
    assert "登记人: 1 not registered as staff (Stranger)" in refused
    assert contents(svc.desk) == before


# ---- headings and days -----------------------------------------------------------------------------


def test_headings_are_read_however_they_are_written() -> None:
    for noun, heading, field, sure in (
        ("customer", "联系电话（必填）", "phone", True),
        ("customer", "*Customer_Name:", "name", True),
        ("customer", "客户联系电话", "phone", False),
        ("customer", "custmer name", "name", False),
        ("machine", "ＳＮ", "id", True),
        ("call", "接 听 人", "by", True),
    ):
        found = guess(noun, heading)
        assert found == (field, sure), heading
    assert [guess("customer", word) for word in ("序号", "备注", "", "天气", "Remarks")] == [None] * 5


def test_no_heading_means_two_things_and_each_is_its_own_plain_form() -> None:
    from svc.intake.headings import _WORDS

    for noun, fields in _WORDS.items():
        listed = [word for zh, en in fields.values() for word in (*zh.split(), *en.split(", "))]
        assert len(listed) == len(set(listed)), noun
        assert [word for word in KNOWN[noun] if plain(word) != word] == []


def test_serial_days_are_days_of_a_spreadsheet() -> None:
    made = form("serial")
    assert made is not None
    assert made.read("46086") == datetime(2026, 3, 5)
    assert made.pattern.fullmatch("13800") is None
