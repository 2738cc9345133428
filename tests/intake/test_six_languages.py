"""Lists of other systems in six languages come in by the parts of their headings and by what stands below them."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from svc.intake.heading_parts import moment_of, number_of, text_of_heading
from svc.intake.near_names import near_names
from tests.cli.test_asking import typed
from tests.conftest import Svc
from tests.intake.test_lists import book, registered

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def rows(svc: Svc, month: str) -> list[dict[str, Any]]:
    return sorted(svc(f"call list --month {month} --json").json, key=lambda row: row["at"])


@pytest.mark.parametrize(
    "name",
    ["en calls of a fire brigade", "es requests, day and hour apart", "pt requests of a city", "nl breakdowns", "hu reports of faults", "zh hotline"],
)
def test_a_list_of_another_system_agrees_with_duckdb(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    tried, systems = importlib.import_module("try_lists"), importlib.import_module("other_systems")
    said, fine = tried.trial_of_system(tmp_path, next(one for one in systems.SYSTEMS if one.name == name))
    assert fine, said


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Fecha de cierre", "closed_at"), ("Fecha Solicitud", "at"), ("DATA_RESP_FINAL", "reply_at"), ("ACTFINISH", "closed_at"),
        ("Kiszállás dátuma", "arrived_at"),
        ("Datum afgehandeld", "closed_at"), ("Bejelentés időpontja", "at"), ("LAST_MODIFIED_DATE", ""),
        ("办结时间", "closed_at"), ("Date of birth", ""), ("Datum", None),
    ],
)  # fmt: skip
def test_what_moment_a_heading_means(heading: str, field: str | None) -> None:
    assert moment_of(heading) == field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("诉求人", "contact"), ("承办单位", ""), ("STREET_ADDRESS", ""), ("Hiba leírása", "summary"), ("Elvégzett munka", "reply_text"), ("Contractor", ""),
        ("Técnico asignado", "technician"), ("Gép típusa", "product"), ("Gyári szám", "machine"), ("Meio de contato", "contact"), ("Foo", None),
    ],
)  # fmt: skip
def test_what_a_heading_of_texts_means(heading: str, field: str | None) -> None:
    assert text_of_heading(heading) == field


def test_how_surely_a_heading_is_that_of_the_list_s_number() -> None:
    assert [number_of(one) for one in ("WONUM", "Nº Chamado", "Radicado", "No.", "Sorszám", "产品编号", "Zip", "Storingsnr")] == [3, 3, 3, 1, 1, 0, 0, 3]


def test_rows_of_one_number_at_different_times_stay_calls_of_their_own(bare: Svc, tmp_path: Path) -> None:
    lines = "".join(f"P{n % 3:05d},2026-03-{n + 10} 9:30,13800001234,漏油{n}\n" for n in range(9))
    for heading in ("产品编号", "编号"):
        (tmp_path / "l.csv").write_text(f"{heading},来电时间,电话,内容\n{lines}", "utf-8")
        done = bare(f"ledger import {tmp_path / 'l.csv'} --yes --dry-run")
        assert "call 9" in done.out, done.err
    assert "rows with the same one tell different times" in done.err


def test_a_column_that_counts_the_rows_is_no_number(bare: Svc, tmp_path: Path) -> None:
    for day in (5, 6):
        lines = "".join(f"{n},2026-03-{day:02d} {n + 8}:30,13800001234,漏油\n" for n in range(1, 6))
        (tmp_path / "l.csv").write_text(f"编号,来电时间,电话,内容\n{lines}", "utf-8")
        assert bare(f"ledger import {tmp_path / 'l.csv'} --yes").out == "5 imported  call 5\n"
    assert len(rows(bare, "2026-03")) == 10


def test_nobody_is_registered_for_a_heading_that_only_may_mean_customers(bare: Svc, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("来信时间,来信内容,回复时间,回复单位\n2026-03-05 9:30,路灯不亮,2026-03-05 10:30,城管局\n", "utf-8")
    bare(f"ledger import {tmp_path / 'l.csv'} --yes")
    assert registered(bare, "customer") == {}


def test_names_nearly_the_same() -> None:
    known = ["长风化工有限公司", "远山矿业集团有限公司", "Harbour Works Ltd", "宏达机械"]
    assert near_names(["长风化工", "远山矿业", "Harbour Wroks", "新客户"], known) == {
        "长风化工": "长风化工有限公司", "远山矿业": "远山矿业集团有限公司", "Harbour Wroks": "Harbour Works Ltd",
    }  # fmt: skip


def test_near_names_are_taken_for_those_registered_where_a_person_says_so(bare: Svc, tmp_path: Path) -> None:
    bare("customer add --name 长风化工有限公司 --phone 13800001234")
    file = tmp_path / "l.csv"
    file.write_text("来电时间,客户名称,内容\n2026-03-05 9:30,长风化工,漏油\n2026-03-06 9:30,新客户,不转\n", "utf-8")
    code, shown = typed(bare, f"ledger import {file}", ["3", "y"])
    assert code == 0 and "长风化工 = 长风化工有限公司" in shown, shown
    assert set(registered(bare, "customer")) == {"长风化工有限公司", "新客户"}
    assert [row["from"] for row in rows(bare, "2026-03")] == ["CU0001", "CU0002"]


@pytest.mark.parametrize(
    ("noun", "heads", "row", "field", "value"),
    [
        ("customer", ["Código cliente", "Razón Social", "Teléfono"], ["C-1", "Talleres S.A.", "+34 91 123 4567"], "phone", "00-34911234567"),
        ("customer", ["Vevőkód", "Cégnév", "Cím"], ["V01", "Gépész Kft.", "Fő u. 1"], "address", "Fő u. 1"),
        ("machine", ["Serienummer", "Apparaat", "Klant", "Garantie tot"], ["HK-1", "LX200", "Garage BV", "31-03-2027"], "warranty_until", "2027-03-31"),
        ("staff", ["Matrícula", "Nome", "Cargo"], ["M01", "João", "Almoxarife"], "role", "warehouse"),
        ("staff", ["Employee ID", "First Name", "Last Name", "Job Title"], ["E01", "Ann", "Smith", "Field Technician"], "name", "Ann Smith"),
    ],
)  # fmt: skip
def test_registers_of_other_languages(bare: Svc, tmp_path: Path, noun: str, heads: list[str], row: list[str], field: str, value: str) -> None:
    file = book(tmp_path / "l.xlsx", ("S", [heads, row]))
    bare(f"{noun} import {file} --yes")
    found = next(one for one in registered(bare, noun).values() if one["id"] == row[0])
    assert found[field] == value, found
