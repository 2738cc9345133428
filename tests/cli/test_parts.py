"""Parts: a register with prices that have days, what is where, what a report takes, what a visit cost."""

from __future__ import annotations

import pytest

from tests.conftest import Svc

PARTS = """
part add --number HP-100 --name 油封 --unit 个 --price 80.50 --low 4
part add --number HP-200 --name 滤芯 --unit 个 --price 45 --low 1
part add --number LABOUR --name 人工 --unit h --price 120
staff add --name Store --role warehouse
"""


@pytest.fixture
def stocked(svc: Svc) -> Svc:
    for line in PARTS.strip().split("\n"):
        svc(line)
    svc("stock receive HP-100 --qty 10 --price 60 --at 2026-11-02T08:00")
    svc("stock receive HP-200 --qty 2 --price 30 --at 2026-11-02T08:00")
    return svc


def visit(svc: Svc, day: str, machine: str = "SN-1", hours: int = 2) -> str:
    call = svc(f"call log --channel phone --from CU0001 --machine {machine} --kind repair --summary leaks --needs-service --at {day}T08:30").id
    id = svc(f"visit dispatch --call {call} --staff S02 --promised {day}T12:00 --at {day}T09:00").id
    svc(f"visit arrive {id} --at {day}T11:00")
    svc(f"visit leave {id} --no-call-in --at {day}T{11 + hours}:30")
    return id


def levels(svc: Svc, as_of: str = "2026-11-20T12:00") -> dict[str, tuple[int, dict[str, int]]]:
    return {row["part"]: (row["warehouse"], row["vans"]) for row in svc(f"stock list --json --as-of {as_of}").json}


CLOSE = "--fault hyd --cause wear --cause-class wear --solution x --opinion ok"


def test_a_report_takes_parts_from_the_van(stocked: Svc) -> None:
    svc = stocked
    id = visit(svc, "2026-11-03")
    assert "warehouse 7 · in vans Tech 3" in svc(f"stock issue HP-100 --qty 3 --visit {id} --at 2026-11-03T10:00").out
    told = svc(f"report close {id} {CLOSE} --part yf:2 --part 滤芯:1 --part rag:1 --at 2026-11-03T14:00")
    assert "yf: taken as HP-100 油封" in told.err and "left in the van: 油封 1, 滤芯 -1" in told.out
    parts = svc("report show R1 --json").json["entries"][0]["parts"]
    assert [(p["name"], p.get("part_no"), p["qty"]) for p in parts] == [("油封", "HP-100", 2), ("滤芯", "HP-200", 1), ("rag", None, 1)]
    assert levels(svc) == {"HP-100": (7, {"S02": 1}), "HP-200": (2, {"S02": -1})}
    svc("stock back hp-100 --qty 1 --from S02 --at 2026-11-04T09:00")
    svc("stock count HP-200 --qty 1 --at 2026-11-04T09:00")
    svc("stock count HP-200 --qty 0 --van S02 --at 2026-11-04T09:00")
    assert levels(svc) == {"HP-100": (8, {}), "HP-200": (1, {})}
    assert levels(svc, "2026-11-03T12:00") == {"HP-100": (7, {"S02": 3}), "HP-200": (2, {})}
    assert [row["event"] for row in svc("stock moves --json").json] == ["receive", "receive", "issue", "back", "count", "count"]


def test_what_is_short_is_told(stocked: Svc) -> None:
    stocked("stock issue HP-100 --qty 7 --to S02 --at 2026-11-03T10:00")
    [row] = stocked("stock list --short --json --as-of 2026-11-20T12:00").json
    assert (row["part"], row["warehouse"], row["low"], row["short"]) == ("HP-100", 3, 4, 1)
    assert stocked.audit("2026-11")["stock"]["short"] == [{"part": "HP-100", "name": "油封", "have": 3, "low": 4}]


def test_whose_they_are_must_be_said_once(stocked: Svc) -> None:
    assert "is needed, and only one" in stocked("stock issue HP-100 --qty 1", code=2).err
    assert "there is no part" in stocked("stock receive ZZ --qty 1", code=4).err
    stocked.environ["SVC_STAFF"] = "S02"
    stocked("stock receive HP-100 --qty 1", code=3)


def test_what_a_visit_cost_counted_by_hand(stocked: Svc) -> None:
    svc = stocked
    svc("machine add --serial SN-2 --product LX200 --customer CU0001 --sold 2020-01-01 --warranty-until 2021-12-31")
    one, two = visit(svc, "2026-11-03"), visit(svc, "2026-11-05", "SN-2", 3)
    svc(f"report close {one} {CLOSE} --part HP-100:2 --at 2026-11-03T14:00")
    svc("part edit HP-100 --price 100 --from 2026-11-05")
    quote = svc(f"quote make --visit {two} --part 油封:1:150 --labour 300 --travel 60 --at 2026-11-05T09:30").id
    svc(f"quote accept {quote} --at 2026-11-05T10:00")
    svc(f"report close {two} {CLOSE} --part HP-100:1 --part rag:1 --at 2026-11-05T16:00")
    svc(f"expense submit --trip {two} --line transport:55.50:东区:2026-11-05 --line tool:20:东区:2026-11-05 --at 2026-11-06T09:00")
    told = svc("stock cost CU0001 --json --as-of 2026-11-20T12:00").json
    first, second = told["visits"]
    # 2.5 h of 120, two seals at 80.50; in warranty
    assert (first["labour"], first["parts"], first["travel"], first["total"], first["in_warranty"]) == ("300.00", "161.00", "0.00", "461.00", True)
    # 3.5 h of 120, a seal at 100, 55.50 for the train; accepted 150 + 300 + 60; the rag has no price
    assert (second["labour"], second["parts"], second["travel"], second["total"]) == ("420.00", "100.00", "55.50", "575.50")
    assert (second["in_warranty"], second["accepted"], second["differs"], second["unpriced"]) == (False, "510.00", "65.50", ["rag"])
    assert (second["parts_quoted"], second["parts_used"]) == ({"油封": 1}, {"油封": 1, "rag": 1})
    assert (told["in_warranty"], told["out_of_warranty"], told["total"]) == ("461.00", "575.50", "1036.50")
    assert [v["visit"] for v in svc("stock cost SN-2 --json").json["visits"]] == [two]
    assert svc(f"stock cost {one} --json").json["total"] == "461.00"
    book = svc.audit("2026-11")["stock"]
    assert book["received"] == "660.00"  # ten at 60, two at 30
    assert book["used"] == [{"part": "HP-100", "name": "油封", "unit": "个", "qty": 3, "cost": "261.00"}]
    assert book["cost"] == {
        "labour": "720.00", "parts": "261.00", "travel": "55.50", "total": "1036.50", "unpriced": ["rag"],
        "in_warranty": "461.00", "out_of_warranty": "575.50", "warranty_unknown": "0.00",
    }  # fmt: skip
    assert "合计 1036.50 元" in svc("--lang zh stock cost CU0001").out


def test_without_a_register_of_parts_everything_is_as_it_was(svc: Svc) -> None:
    id = visit(svc, "2026-11-03")
    told = svc(f"report close {id} {CLOSE} --part seal:2:P-9 --at 2026-11-03T14:00")
    assert "van" not in told.out
    assert svc("report show R1 --json").json["entries"][0]["parts"] == [{"name": "seal", "qty": 2, "part_no": "P-9"}]
    assert svc("stock list --json").json == []
    assert svc.audit("2026-11")["stock"]["used"] == []


def test_parts_come_in_as_lines_and_from_a_sheet(svc: Svc) -> None:
    line = '{"ledger":"part","event":"add","id":"HP-9","name":"轴承","price":"12.00"}'
    svc.run("ledger", "import", "-", stdin=line)
    assert svc("part show HP-9 --json").json["price"] == "12.00"
    given = svc.run("part", "import", "-", "--yes", stdin="number,name,price\nHP-10,密封圈,3.50\n")
    assert given.code == 0, given.err
    assert svc("part list 密封 --json").json[0]["id"] == "HP-10"
