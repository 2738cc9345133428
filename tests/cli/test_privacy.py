"""Personal data: kept apart, masked, seen in clear only on the record, given out and erased; nowhere else in clear."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from tests.conftest import Svc

STRANGER, CUSTOMER, NOTED = "138-0000-7777", "138-0000-0001", "139-0000-5555"
CLEAR = [form for n in (STRANGER, CUSTOMER, NOTED) for form in (n, n.replace("-", ""), n.replace("-", " "))]


def busy(svc: Svc) -> tuple[str, str]:
    """Calls of a customer and of a stranger who leave numbers in every text there is."""
    known = svc(
        "call log --channel phone --from 13800000001 --contact 甄厂长 --kind repair --machine SN-1 --needs-service"
        " --summary '打13900005555找我' --at 2026-10-05T09:00"
    ).id
    stranger = svc("call log --channel phone --from 13800007777 --contact 贾某 --kind consult --summary hello").id
    svc(f"call reply {stranger} --text 'will ring 138 0000 7777 at noon, id 110101199003070011'")
    visit = svc(f"visit dispatch --call {known} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:00").id
    svc(f"visit arrive {visit} --at 2026-10-06T09:50")
    svc(f"visit leave {visit} --called-in 2026-10-06T11:00 --at 2026-10-06T11:30")
    svc(
        f"report close {visit} --fault x --cause 'ask 139-0000-5555' --cause-class wear --solution y --no-parts"
        " --opinion 'call me: 13900005555' --at 2026-10-07T09:00"
    )
    return known, stranger


def test_no_clear_number_outside_the_registers(svc: Svc) -> None:
    known, stranger = busy(svc)
    svc("customer show CU0001 --unmask")
    svc("customer show CU0001")
    for path in (svc.desk / "data").rglob("*"):
        if path.is_file() and path.parent.name != "registers":
            found = [form for form in [*CLEAR, "110101199003070011"] if form.encode() in path.read_bytes()]
            assert found == [], path
    reading = [
        "customer list", "customer show 13800000001 --json", "machine list --json", "staff list --json", "today",
        "check", "ledger export", f"call show {known}", f"call show {stranger} --json", "call list --json",
        "report list --json", "register calls 2026-10", "audit month 2026-10 --json", "audit month 2026-10",
        "access list",
    ]  # fmt: skip
    for line in reading:
        result = svc.run(*line.split())
        assert result.code in (0, 1), (line, result.err)
        assert [form for form in CLEAR if form in result.out + result.err] == [], line
    refused = svc.run("customer", "show", "13800008888")
    assert refused.code == 4 and "13800008888" not in refused.err and "138-0000-8888" not in refused.err


def test_what_is_masked_in_a_text_is_kept_apart_and_said(svc: Svc) -> None:
    said = svc("call log --channel phone --from CU0001 --kind consult --summary '打13900005555找我'")
    assert "masked" in said.err and f"svc call show {said.id} --unmask" in said.err
    assert svc(f"call show {said.id} --json").json["summary"] == "打139-****-5555找我"
    shown = svc(f"call show {said.id} --unmask --json").json
    assert (shown["phone"], shown["contact"]) == (NOTED, None)
    svc(f"call reply {said.id} --text 'also 13800007777'")
    assert svc(f"call show {said.id} --unmask --json").json["phone"] == f"{NOTED}; {STRANGER}"
    plain = svc("call log --channel phone --from CU0001 --kind consult --summary 'part no. 13900005555'")
    assert plain.err == ""


def test_seen_in_clear_only_by_those_who_may_and_on_the_record(svc: Svc) -> None:
    svc("staff add --id P1 --name Fin --role finance")
    refused = svc("--as P1 customer list --unmask", code=3)
    assert refused.out == "" and "who may: technician, clerk, head, gm, sales" in refused.err
    assert svc("access list --json").json == []
    assert svc("--as S02 customer show CU0001 --unmask --json").json["phone"] == CUSTOMER
    assert CUSTOMER in svc("--as S04 customer list --unmask").out
    svc("ledger export --unmask")
    rows = [(r["by"], r["event"], r["whose"], r["with"]) for r in svc("access list --json").json]
    assert rows == [
        ("S02", "unmask", "CU0001", "customer show"),
        ("S04", "unmask", "all", "customer list"),
        ("S01", "unmask", "all", "ledger export"),
    ]
    assert svc("--as S02 access list", code=3).out == ""
    assert "is not taken back: the row of staff P1" in svc("undo", code=4).err
    assert svc("ledger verify").code == 0


def test_erasing_a_customer(svc: Svc) -> None:
    known, stranger = busy(svc)
    ledgers = {p: p.read_bytes() for p in (svc.desk / "data").rglob("*.csv") if p.parent.name != "registers"}
    figures = svc.audit("2026-10")
    assert "--reason" in svc("customer erase CU0001", code=2).err
    assert svc("customer erase CU0001 --reason x --dry-run").out.endswith("(dry run: nothing written)\n")
    assert svc("--as S02 customer erase CU0001 --reason x", code=3).out == ""
    done = svc("customer erase CU0001 --reason 'asked in writing'")
    assert (done.id.startswith("A") and "2 register rows" in done.out) or "3 register rows" in done.out
    for path in (svc.desk / "data").rglob("*"):
        if path.is_file():
            for gone in (CUSTOMER, NOTED, "13800000001", "甄厂长", "Works"):
                assert gone.encode() not in path.read_bytes(), (path, gone)
    assert {p: p.read_bytes() for p in ledgers} == ledgers
    assert svc("ledger verify").code == 0
    after = svc.audit("2026-10")
    assert {k: v for k, v in after.items() if k != "as_of"} == {k: v for k, v in figures.items() if k != "as_of"}
    (row,) = svc("access list --json").json
    assert (row["event"], row["whose"], row["by"], row["reason"]) == ("erase", "CU0001", "S01", "asked in writing")
    assert svc("customer show 13800000001", code=4)
    assert svc(f"call show {known} --json").json["from"] == "CU0001"
    svc("ledger rebuild")
    assert svc("customer add --name Another").id == "CU0002", "an erased id is never given again"
    assert svc(f"call show {stranger} --unmask --json").json["phone"] == STRANGER


def test_erasing_a_stranger_by_number_or_call(svc: Svc) -> None:
    _, stranger = busy(svc)
    assert svc("customer erase 13811112222 --reason x", code=4).out == ""
    assert "1 register rows" in svc("customer erase 13800007777 --reason 'asked by phone'").out
    assert svc("access list --json").json[0]["whose"] == stranger
    assert svc(f"call show {stranger} --unmask --json").json["phone"] is None


def test_an_erased_customer_who_is_back_is_told(svc: Svc) -> None:
    rows = (svc.desk / "data/registers/customers.csv").read_bytes()
    svc("customer erase CU0001 --reason x")
    (svc.desk / "data/registers/customers.csv").write_bytes(rows)
    said = svc("ledger verify", code=1).out
    assert "registers/customers.csv" in said and "CU0001" in said and "erased" in said


def test_all_about_one_person(svc: Svc) -> None:
    known, stranger = busy(svc)
    given = svc("customer export 13800000001").json
    assert given["customer"]["phone"] == CUSTOMER and given["customer"]["name"] == "Works"
    assert [m["serial"] for m in given["machines"]] == ["SN-1"]
    assert given["kept_apart"][known] == {"phone": NOTED, "contact": "甄厂长"}
    told = {(e["ledger"], e["event"]) for e in given["entries"]}
    assert {("call", "log"), ("visit", "dispatch"), ("visit", "leave"), ("report", "close")} <= told
    assert stranger not in json.dumps(given)
    assert svc("access list --json").json[0]["event"] == "export"
    assert svc("--as S02 customer export CU0001", code=3).out == ""


@pytest.mark.parametrize("mask", ["000", "077"])
def test_modes_whatever_the_umask(tmp_path: Path, mask: str) -> None:
    import subprocess
    import sys

    desk = tmp_path / "desk"
    svc = Svc(desk)
    shell = f"umask {mask} && {sys.executable} -m svc"
    for line in (
        f"init {desk} --name Head", "customer add --name Works --phone 13800000001",
        "call log --channel phone --from 13800007777 --kind consult --summary x", "rules set late_arrival 200 --from 2026-10-01",
    ):  # fmt: skip
        done = subprocess.run(["sh", "-c", f"{shell} {line}"], env=svc.environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "chmod" not in done.stderr
    modes = {p: stat.S_IMODE(p.stat().st_mode) for p in (desk / "data").rglob("*")}
    loose = {p: oct(m) for p, m in modes.items() if m & 0o027}
    assert loose == {}
    assert {oct(m) for p, m in modes.items() if p.is_file() and p.parent.name == "registers"} == {"0o640"}
    assert {oct(m) for p, m in modes.items() if p.is_file() and p.parent.name == ".svc"} == {"0o600"}


def test_data_that_everybody_may_read_is_told_with_the_command_to_mend_it(svc: Svc) -> None:
    line = "call log --channel phone --from CU0001 --kind consult --summary x"
    assert svc(line).err == ""
    for path in (svc.desk / "data", svc.desk / "data/registers"):
        path.chmod(0o755)
    (svc.desk / "data/registers/customers.csv").chmod(0o644)
    said = svc(line)
    assert f"chmod -R o-rwx {svc.desk}/data" in said.err and said.id.startswith("C")
    assert "chmod -R o-rwx" in svc("--lang zh ledger verify").err
    (svc.desk / "data").chmod(0o750)
    assert svc(line).err == ""


def test_erasing_clears_copies_and_tells_where_texts_still_name_him(svc: Svc, tmp_path: Path) -> None:
    svc.environ["XDG_STATE_HOME"] = str(tmp_path / "state")
    svc("customer add --name 长风化工厂 --phone 13800000009 --contact 甄厂长")
    told = svc("call log --channel phone --from CU0002 --kind consult --summary '长风化工厂的甄厂长说漏油' --at 2026-10-05T09:00")
    other = svc("call log --channel phone --from CU0001 --kind consult --summary 'networks of works'").id
    data = svc.desk / "data"
    aside, torn = data / ".svc/aside/2026-10-05T090000/calls/2026-10.csv", data / ".svc/torn"
    aside.parent.mkdir(parents=True)
    aside.write_text("…,长风化工厂的甄厂长说漏油,…\n", "utf-8")
    kept = aside.with_name("2026-09.csv")
    kept.write_text("nothing of him\n", "utf-8")
    torn.write_bytes("registers/customers.csv 120\nCU0002,长风化工厂,138-00".encode() + b"\xe9\n")
    outbox = data / "outbox/state.json"
    outbox.parent.mkdir(exist_ok=True)
    waiting = {"bot": {"C1": {"since": "2026-10-05T09:00:00+08:00", "line": "C1 甄厂长 13800000009 来电", "row": {"id": "C1"}}}}
    outbox.write_text(json.dumps({"format": "svc-outbox/1", "told": {}, "waiting": waiting, "seals": []}), "utf-8")
    ledger = next(line for line in (data / "desk.yaml").read_text("utf-8").split("\n") if line.startswith("ledger"))
    drafts = tmp_path / "state/svc/drafts" / ledger.split('"')[1]
    drafts.mkdir(parents=True)
    (drafts / "call-log-1.json").write_text(json.dumps({"from": "138 0000 0009"}), "utf-8")
    (drafts / "call-log-2.json").write_text(json.dumps({"from": "13800000001"}), "utf-8")
    ledgers = {p: p.read_bytes() for p in (data / "calls").iterdir()}
    tried = svc("customer erase CU0002 --reason 'asked for it' --dry-run")
    assert aside.exists() and torn.exists() and "cleared: .svc/torn" in tried.err
    done = svc("customer erase CU0002 --reason 'asked for it'")
    for copy in (".svc/aside/2026-10-05T090000/calls/2026-10.csv", ".svc/torn", "outbox/state.json", str(drafts / "call-log-1.json")):
        assert f"cleared: {copy}\n" in done.err
    assert re.search(rf"still in a text: calls/\S+\.csv:2 {told.id} summary\n", done.err) and other not in done.err
    assert "not reached: backups" in done.err
    assert not aside.exists() and not torn.exists() and kept.exists()
    assert json.loads(outbox.read_text("utf-8"))["waiting"]["bot"]["C1"]["line"] == "C1 CU0002 CU0002 来电"
    assert [p.name for p in drafts.iterdir()] == ["call-log-2.json"]
    assert {p: p.read_bytes() for p in ledgers} == ledgers and svc("ledger verify").code == 0
    last = svc("customer erase CU0001 --reason x").err
    assert last.count("cleared: ") == 1 and "call-log-2.json" in last and re.search(rf"{other} summary\n", last)


def test_open_rulings_about_others_are_for_those_who_see_fines(svc: Svc) -> None:
    svc("staff add --id P1 --name Fin --role finance")
    svc("complaint log --channel phone --from CU0001 --about S02 --kind service --cause attitude --summary rude")
    about = {"today --all --json": ("S01", "S05", "P1", "S02"), "check --json": ("S01", "S05", "P1", "S02")}
    for line, see in about.items():
        for who in ("S01", "S02", "S03", "S04", "S05", "P1"):
            rows = json.loads(svc.run("--as", who, *line.split()).out)
            assert ("verify" in {row["kind"] for row in rows}) == (who in see), (line, who)
    assert "report_complaint" in {row["kind"] for row in svc("--as S04 today --all --json").json}
