"""Codes of one fault: near ones are told when typed, two are merged by an entry, what is known of one is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc


def line(ledger: str, event: str, id: str, at: str, **fields: Any) -> dict[str, Any]:
    return {"ledger": ledger, "event": event, "id": id, "at": f"2026-{at}", "by": "S00", **fields}


def repair(n: int, day: str, fault: str, solution: str, staff: str = "S02", **more: Any) -> list[dict[str, Any]]:
    visit, report = f"V2610-000{n}", f"R2610-000{n}"
    told = {"fault": fault, "cause": "wear", "cause_class": "wear", "solution": solution, "opinion": "fine", "resolved": True, **more}
    return [
        line("visit", "dispatch", visit, f"{day}T08:00", customer="CU0001", machine="SN1", staff=staff, promised=f"2026-{day}T10:00"),
        line("visit", "arrive", visit, f"{day}T09:00"),
        line("visit", "leave", visit, f"{day}T11:30", called_in=f"2026-{day}T11:00"),
        line("report", "close", report, f"{day}T12:00", visit=visit, parts=[{"name": "seal", "qty": 1}], **told),
    ]


LINES = [
    *repair(1, "10-05", "hydraulics", "new seal"),
    *repair(2, "10-12", "Hydraulics", "new seal", staff="S03"),
    *repair(3, "10-15", "hydraulic", "new hose"),
    *repair(4, "10-20", "electrics", "new fuse", no_parts=None),
]


@pytest.fixture
def desk(tmp_path: Path) -> Svc:
    svc = Svc(tmp_path / "desk", SVC_STAFF="S00")
    svc(f"init {tmp_path / 'desk'} --name 'Anna Probe'")
    for who in ("S02", "S03"):
        svc(f"staff add --id {who} --name 'Probe {who}' --role technician")
    svc("customer add --id CU0001 --name 'Probe Works'")
    svc("machine add --serial SN1 --product LX200 --customer CU0001")
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps({k: v for k, v in one.items() if v is not None}) + "\n" for one in LINES), "utf-8")
    svc(f"ledger import {file}")
    return svc


def test_codes_are_merged_by_an_entry_and_figures_follow_from_then(desk: Svc) -> None:
    before = desk("audit month 2026-10 --json").json
    assert before["repairs"]["repeat"] == 1  # Hydraulics again; hydraulic is another code yet
    assert [(one["fault"], one["reports"]) for one in before["products"]["pareto"]] == [("Hydraulics", 2), ("electrics", 1), ("hydraulic", 1)]
    moment = desk("report show R2610-0004 --json") and "2026-11-01T00:00"
    desk("ledger seal 2026-10")
    assert desk("fault merge hydraulic --into hydraulics", code=2).err.count("--reason")
    assert "3 reports" not in desk("fault list").out
    done = desk("fault merge hydraulic --into hydraulics --reason 'one fault'").out
    assert "1 reports of hydraulic count as hydraulics (2)" in done
    assert [(one["fault"], one["reports"], one["spellings"]) for one in desk("fault list --json").json] == [
        ("hydraulics", 3, ["Hydraulics", "hydraulic"]), ("electrics", 1, []),
    ]  # fmt: skip
    today = desk("audit month 2026-10 --as-of now --json").json
    assert today["repairs"]["repeat"] == 2
    assert next((one["fault"], one["reports"]) for one in today["products"]["pareto"]) == ("hydraulics", 3)
    assert desk("audit month 2026-10 --json").json["repairs"]["repeat"] == 1, "a sealed month stays as sealed"
    assert desk(f"audit month 2026-10 --as-of {moment} --json").json["repairs"]["repeat"] == 1, "before the merging"
    assert len(desk("report list --fault hydraulics --json").json) == 3
    assert "already" in desk("fault merge HYDRAULICS --into hydraulics --reason x", code=2).err
    desk("ledger verify")


def test_what_is_known_of_a_fault(desk: Svc) -> None:
    found = desk("fault show HYDRAULICS --json").json
    assert (found["reports"], found["resolved"], found["came_again"], found["median_hours"]) == (2, 2, 1, 2.5)
    assert found["helped"] == [{"what": "new seal", "reports": 1}], "what came again did not help"
    assert [one["what"] for one in found["who"]] == ["S03"]
    assert found["parts"] == [{"what": "seal", "reports": 2}]
    assert "what helped" in desk("fault show hydraulics --product lx200").out
    assert desk("fault show hydraulics --product other --json").json["reports"] == 0
    refused = desk("fault show hydrolics", code=4).err
    assert "did you mean hydraulics" in refused or "Hydraulics" in refused


def test_a_code_nearly_in_use_is_told(desk: Svc) -> None:
    sent = desk("visit dispatch --customer CU0001 --staff S02 --promised 2026-11-02T10:00 --at 2026-11-01T08:00").out.split()[0]
    desk(f"visit arrive {sent} --at 2026-11-02T09:00")
    desk(f"visit leave {sent} --at 2026-11-02T10:00 --no-call-in")
    said = desk(f"report close {sent} --fault electric --cause x --cause-class wear --solution y --no-parts --opinion z --resolved").out
    assert "electric is new, electrics is in use (1 reports)" in said
    report = said.split()[0]
    said = desk(f"report correct {report} --fault ELECTRICS --reason typed").out
    assert "is new" not in said
