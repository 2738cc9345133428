"""Registers: small files that people may change too."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svc.errors import BadInput, Conflict, Damaged
from svc.store.files.registers import REGISTERS, Registers

from .test_codec import storable

CU1 = {"name": "长风化工厂", "phone": "138-0000-1234;139-0000-4321", "contact": "甄厂长", "pinyin": "cfhgc"}
CU2 = {"name": "=1+1, Ltd.", "address": "line 1\nline 2", "code": "007"}


@pytest.fixture
def registers(tmp_path: Path) -> Registers:
    (tmp_path / "data/registers").mkdir(parents=True)
    return Registers(tmp_path / "data/registers")


def path_of(registers: Registers, noun: str = "customer") -> Path:
    return registers.folder / REGISTERS[noun].file


def test_no_file_is_no_rows(registers: Registers) -> None:
    assert registers.load("staff") == {} and registers.signature("staff") == ""


def test_rows_are_added_changed_and_erased(registers: Registers) -> None:
    registers.add("customer", {"CU0001": CU1})
    registers.add("customer", {"CU0002": CU2, "CU0003": {"name": "x", "phone": ""}})
    assert registers.load("customer") == {"CU0001": CU1, "CU0002": CU2, "CU0003": {"name": "x"}}
    seen = registers.signature("customer")
    registers.save("customer", {"CU0002": CU2})
    assert registers.load("customer") == {"CU0002": CU2} and registers.signature("customer") != seen
    assert path_of(registers).stat().st_mode & 0o777 == 0o640
    assert "甄" not in path_of(registers).read_text("utf-8")


@settings(max_examples=50)
@given(st.dictionaries(storable, st.dictionaries(st.sampled_from(["name", "phone", "contact"]), storable), max_size=4))
def test_any_text_is_kept(tmp_path_factory: pytest.TempPathFactory, rows: dict[str, dict[str, str]]) -> None:
    registers = Registers(tmp_path_factory.mktemp("desk") / "registers")
    registers.save("supplier", rows)
    assert registers.load("supplier") == rows


def test_an_id_is_added_once(registers: Registers) -> None:
    registers.add("customer", {"CU0001": CU1})
    with pytest.raises(Conflict):
        registers.add("customer", {"CU0001": CU2})
    with pytest.raises(BadInput):
        registers.add("customer", {"CU0002": {"shoe_size": "43"}})
    assert registers.load("customer") == {"CU0001": CU1}


def test_a_caller_left_behind_by_a_crash_gives_way(registers: Registers) -> None:
    registers.add("caller", {"C2611-0001": {"phone": "138-0000-1111", "contact": "甲"}})
    registers.add("caller", {"C2611-0001": {"phone": "138-0000-2222"}})
    assert registers.load("caller") == {"C2611-0001": {"phone": "138-0000-2222"}}


def test_adding_a_caller_does_not_read_the_others(registers: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registers, "load", lambda *_: pytest.fail("read"))
    for n in range(3):
        registers.add("caller", {f"C2611-000{n}": {"phone": "138-0000-1111"}})


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.removeprefix("\ufeff"),
        lambda text: text.removesuffix("\n"),
        lambda text: text.replace("长风化工厂", '"长风化工厂"'),
        lambda text: text.replace("'007", "007"),
    ],
)
def test_what_a_spreadsheet_leaves_is_read_and_added_to(registers: Registers, spell: object) -> None:
    registers.add("customer", {"CU0001": CU1, "CU0002": CU2})
    path = path_of(registers)
    path.write_bytes(spell(path.read_bytes().decode()).encode())  # type: ignore[operator]
    assert registers.load("customer") == {"CU0001": CU1, "CU0002": CU2}
    registers.add("customer", {"CU0009": {"name": "new"}})
    assert registers.load("customer") == {"CU0001": CU1, "CU0002": CU2, "CU0009": {"name": "new"}}


def test_columns_in_another_order_or_fewer_are_read(registers: Registers) -> None:
    path_of(registers, "supplier").write_text("name,id\n远山液压件厂,SP0001\n", "utf-8")
    assert registers.load("supplier") == {"SP0001": {"name": "远山液压件厂"}}
    registers.add("supplier", {"SP0002": {"name": "b", "phone": "1"}})
    assert registers.load("supplier")["SP0002"] == {"name": "b", "phone": "1"}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"id,name,phone,contact\nSP1,a,b,c\nSP1,a,b,c\n", "registers/suppliers.csv:3"),
        (b"id,name,phone,contact\nSP1,a,b\nSP2,a,b,c\n", "registers/suppliers.csv:2"),
        (b"id,name,phone,contact\n,a,b,c\n", "registers/suppliers.csv:2"),
        (b'id,name,phone,contact\nSP1,"a,b,c\n', "registers/suppliers.csv:2"),
        (b"id,name,phone,contact\n<<<<<<< HEAD\n", "registers/suppliers.csv:2"),
        (b"id,name,phone,contact\nSP1,a\0,b,c\n", "registers/suppliers.csv:2"),
        (b"id,name,phone,contact\nSP1,\xce\xd2,b,c\n", "registers/suppliers.csv:2"),
        (b"id,name,phone,contact\n\nSP1,a,b,c\n", "registers/suppliers.csv:2"),
        (b"sep=;\n", "registers/suppliers.csv:1"),
        (b"id,name,name\n", "registers/suppliers.csv:1"),
    ],
)
def test_a_wrong_row_is_damaged_with_its_line(registers: Registers, content: bytes, place: str) -> None:
    path_of(registers, "supplier").write_bytes(content)
    with pytest.raises(Damaged) as caught:
        registers.load("supplier")
    assert caught.value.place == place


def test_a_torn_row_is_passed_over_and_cut(registers: Registers) -> None:
    registers.add("customer", {"CU0001": CU1, "CU0002": CU2})
    path = path_of(registers)
    whole = path.read_bytes()
    row = whole.rfind(b"\n", 0, -1) + 1
    for size in range(row + 1, row + 20):
        path.write_bytes(whole[:size])
        assert registers.load("customer") == {"CU0001": CU1}
        registers.add("customer", {"CU0003": {"name": "z"}})
        assert registers.load("customer") == {"CU0001": CU1, "CU0003": {"name": "z"}}
    for size in range(len(whole[: whole.find(b"\n")])):
        path.write_bytes(whole[:size])
        assert registers.load("customer") == {}
        registers.add("customer", {"CU0003": {"name": "z"}})
        assert list(registers.load("customer")) == ["CU0003"]
