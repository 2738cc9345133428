"""Thirty faults that a hand leaves in the registers: `ledger verify` names each with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Svc

MACHINES = (  # sold, warranty_until … of one machine each, and what is said of it
    ("SN-10", "LX200,CU0001,2026/01/10,,,", "sold"),
    ("SN-11", "LX200,CU0001,46032,,,", "sold"),
    ("SN-12", "LX200,CU0001,10.1.2026,,,", "sold"),
    ("SN-13", "LX200,CU0001,2026-02-30,,,", "sold"),
    ("SN-14", "LX200,CU0001,2026-01-10,2027/01/09,,", "warranty_until"),
    ("SN-15", "LX200,CU0001,2026-01-10,12mo,,", "warranty_until"),
    ("SN-16", "LX200,CU0001,2026-01-10,2025-01-09,,", "before the sale"),
    ("SN-17", "LX200,CU0099,2026-01-10,,,", "no customer CU0099"),
    ("SN-18", "LX200,CU0001,2026-01-10,,,SP99", "no supplier SP99"),
    ("SN-19", ",CU0001,2026-01-10,,,", "product is missing"),
    ("sn 20!", "LX200,CU0001,2026-01-10,,,", "is no id"),
)
CUSTOMERS = (
    ("CU0010", "Works,1.38E+10,,W,,,,,,", "no phone number"),
    ("CU0011", "Works,13800,,W,,,,,,", "no phone number"),
    ("CU0012", ",138-0000-0001,,W,,,,,,", "name is missing"),
    ("CU0013", "Works,,,W,,,x,,,", "key_every_days"),
    ("CU0014", "Works,,,W,,,0,,,", "key_every_days"),
    ("CU0015", "Works,,,W,,,30,2026-10-05,,", "since"),
    ("CU0016", "Works,,,W,,,30,,46300,", "key_since"),
    ("CU0017", "Works,,,W,,,,,,far", "distance_km"),
    ("CU0018", "Works,,,W,,,,,,-5", "distance_km"),
)
STAFF = (
    ("S10", "A,技术员,,,,", "role"),
    ("S11", "B,driver,,,,", "role"),
    ("S12", "C,,,,,", "role is missing"),
    ("S13", ",technician,,,,", "name is missing"),
    ("S14", "D,technician,,12345,,", "no phone number"),
    ("S15", "E,technician,,,abc,", "wage"),
    ("S16", "F,technician,,,4000元,", "wage"),
    ("S17", "G,technician,,,,2026/10/31", "left"),
    ("S18", "H,technician,twice,,,", ""),
    ("S19", "I,technician,twice,,,", "has the login twice too"),
)
SUPPLIERS = (("SP10", ",,", "name is missing"), ("SP11", "Far Parts,1.39E+10,", "no phone number"))
ROWS = {"machines": MACHINES, "customers": CUSTOMERS, "staff": STAFF, "suppliers": SUPPLIERS}

FILES = (  # faults that leave no row to be read: a byte of a file, and what is said
    ("staff", lambda text: text.replace(b"\n", b"\n<<<<<<< HEAD\n", 1), "merge conflict"),
    ("staff", lambda text: text + text.splitlines(keepends=True)[-1], "is there twice"),
    ("machines", lambda text: text.replace(b"product", b"produkt", 1), "the columns are not"),
    ("machines", lambda text: text + b"SN-99,LX200\n", "columns"),
    ("customers", lambda text: text + "CU0099,长风,,,,,,,,,\n".encode("gbk"), "no UTF-8"),
    ("customers", lambda text: text + b'CU0099,"Works,,,,,,,,,\n', "quote"),
)


def columns(svc: Svc, name: str) -> int:
    path = svc.desk / f"data/registers/{name}.csv"
    return path.read_text("utf-8").splitlines()[0].count(",") + 1 if path.exists() else 0


def test_each_of_thirty_faults_is_named_with_its_place(svc: Svc) -> None:
    svc("supplier add --name 'Near Parts' --phone 139-0000-4321")
    wanted: list[tuple[str, str]] = []
    for name, rows in ROWS.items():
        path = svc.desk / f"data/registers/{name}.csv"
        text = path.read_text("utf-8")
        width, line = text.splitlines()[0].count(","), text.count("\n")
        for number, (id, cells, said) in enumerate(rows, line + 1):
            text += f"{id},{cells}".ljust(1) + "," * (width - 1 - cells.count(",")) + "\n"
            if said:
                wanted.append((f"registers/{name}.csv:{number}:", said))
        path.write_text(text, "utf-8")
    assert len(wanted) + len(FILES) >= 30 and len(wanted) == len(set(wanted))
    found = svc("ledger verify", 1).out.splitlines()
    missing = [(place, said) for place, said in wanted if not any(place in line and said in line for line in found)]
    assert missing == [], "\n".join(found)
    for command in ("today", "check", "audit month 2026-10", "finding list --month 2026-10", "customer show CU0001"):
        done = svc.run(*command.split())
        assert done.code in (0, 1, 5) and "Traceback" not in done.err, (command, done)


@pytest.mark.parametrize(("name", "broken", "said"), FILES, ids=range(len(FILES)))
def test_a_register_that_cannot_be_read_is_named_with_its_line(svc: Svc, tmp_path: Path, name: str, broken: object, said: str) -> None:
    path = svc.desk / f"data/registers/{name}.csv"
    path.write_bytes(broken(path.read_bytes()))  # type: ignore[operator]
    found = svc("ledger verify", 1).out
    assert any(f"registers/{name}.csv:" in line and said in line for line in found.splitlines()), found
