"""A ledger more: one file of the domain and one line in the table, and everything that all ledgers can is there."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

LOAN = '''
from svc.domain.kinds import Code, Field, Moment, Prose, Ref
from svc.domain.ledgers import Event
from svc.domain.plain import FACTS, check, facts, fold
from svc.text import Text

EVENTS = (
    Event(
        "lend", Text("lend a machine to a customer", "借出设备"), Text("lent", "借出"), "new",
        (
            Field("customer", Ref("customer"), Text("to whom", "借给谁"), required=True),
            Field("what", Code(), Text("what was lent", "借出什么"), required=True),
            Field("until", Moment(), Text("until when", "借到何时")),
        ),
        ("head", "clerk"), 'svc loan lend --customer CU0001 --what pump',
    ),
    Event(
        "give-back", Text("record that it came back", "登记归还"), Text("given back", "归还"), "own",
        (Field("note", Prose(), Text("in what state", "状况")),), (), "svc loan give-back J2611-0001",
    ),
)
'''

LINE = '''
import svc.domain.nouns
from svc.domain import ledgers
from svc.text import Text

svc.domain.nouns.__path__.append({folder!r})
ledgers.TABLE["loan"] = ledgers.LedgerType(
    "loan", "J", "loans", {form!r}, Text("machines lent", "借出设备"), None, ("give-back",), True, "until"
)
'''


class Toy:
    """`svc` with a ledger more, as a process of its own that Python starts with one line in its table."""

    def __init__(self, top: Path, form: str) -> None:
        (top / "nouns").mkdir()
        (top / "nouns" / "loan.py").write_text(LOAN, "utf-8")
        (top / "sitecustomize.py").write_text(LINE.format(folder=str(top / "nouns"), form=form), "utf-8")
        paths = os.pathsep.join([str(top), str(ROOT)])
        self.environ = {**os.environ, "PYTHONPATH": paths, "SVC_DESK": str(top / "desk"), "SVC_STAFF": "S01", "LANG": "C.UTF-8"}
        self.top = top

    def run(self, *words: str, code: int = 0, typed: str = "") -> str:
        """What a command prints; its exit code is held against the one expected."""
        done = subprocess.run(
            [sys.executable, "-m", "svc", *words], env=self.environ, cwd=self.top, capture_output=True, text=True, input=typed
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))


@pytest.fixture(params=["csv", "yaml"])
def toy(request: pytest.FixtureRequest, tmp_path: Path) -> Toy:
    toy = Toy(tmp_path, request.param)
    toy.run("init", str(tmp_path / "desk"), "--name", "Anna Probe", "--id", "S01")
    toy.run("customer", "add", "--name", "Borrow Works", "--phone", "0571-0000-1234")
    return toy


def test_one_file_and_one_line_make_a_ledger(toy: Toy) -> None:
    said = toy.run("loan", "lend", "--customer", "CU0001", "--what", "pump", "--at", "2026-11-02 09:00", "--until", "2026-11-09T09:00")
    first = said.split()[0]
    assert re.fullmatch(r"J\d{4}-0001", first) and said.startswith(f"{first}  loan lent · Mon 2026-11-02 09:00 · CU0001 Borrow Works")
    assert "was not lent" in toy.run("loan", "give-back", "J1", "--at", "2026-11-01 09:00", code=4)
    second = toy.run("loan", "lend", "--customer", "CU0001", "--what", "drill", "--at", "2026-11-03 09:00").split()[0]
    toy.run("loan", "give-back", first, "--at", "2026-11-05 10:00", "--note", "clean")
    assert [one["id"] for one in toy.json("loan", "list", "--open")] == [second]
    shown = toy.json("loan", "show", "J1")
    assert (shown["what"], shown["open"], [e["event"] for e in shown["entries"]]) == ("pump", False, ["lend", "give-back"])
    assert f"svc loan give-back {second}" in toy.run("today")
    assert toy.json("audit", "month", "2026-11")["loans"] == {"opened": 2, "closed": 1, "open": 1, "overdue": None}
    toy.run("ledger", "verify")


def test_it_is_taken_back_imported_and_given_out(toy: Toy) -> None:
    line = {"ledger": "loan", "event": "lend", "id": "J2610-0007", "at": "2026-10-07T09:00:00+08:00", "customer": "CU0001", "what": "saw"}
    toy.run("ledger", "import", "-", typed=json.dumps(line))
    out = [json.loads(one) for one in toy.run("ledger", "export", "--format", "jsonl").splitlines() if one[:1] == "{"]
    assert [(one["id"], one["what"]) for one in out if one.get("ledger") == "loan"] == [("J2610-0007", "saw")]
    assert "there is no" in toy.run("ledger", "import", "-", typed=json.dumps({**line, "what": None, "whatt": "saw"}), code=2)
    toy.run("loan", "lend", "--customer", "CU0001", "--what", "rope")
    assert "taken back" in toy.run("undo")
    assert [one["what"] for one in toy.json("loan", "list")] == ["saw"]
    assert "not verified" not in toy.run("ledger", "verify")


def test_a_changed_row_of_it_is_found(toy: Toy) -> None:
    toy.run("loan", "lend", "--customer", "CU0001", "--what", "pump", "--at", "2026-11-02 09:00")
    (file,) = (toy.top / "desk/data/loans").iterdir()
    file.write_text(file.read_text("utf-8").replace("pump", "lamp"), "utf-8")
    assert file.name in toy.run("ledger", "verify", code=1)


LATER = (
    LOAN.replace('Field("customer",', 'Field("deposit", Prose(), Text("what was left as a deposit", "押了什么")),\n            Field("customer",')
    + '\nCOLUMNS = ("customer what until note",)\n'
)  # a later program: one field more, wherever in its event; the columns that files were begun with are named


@pytest.mark.parametrize("toy", ["csv"], indirect=True)
def test_a_ledger_may_gain_columns(toy: Toy) -> None:
    lend = ("loan", "lend", "--customer", "CU0001", "--what")
    toy.run(*lend, "pump")
    toy.run(*lend, "drill")
    (file,) = (toy.top / "desk/data/loans").iterdir()
    begun = file.read_bytes()
    (toy.top / "nouns" / "loan.py").write_text(LATER, "utf-8")
    toy.run("ledger", "verify")
    toy.run(*lend, "saw")  # needs no new column: as wide as the header
    toy.run(*lend, "rope", "--deposit", "=50 yuan, cash")
    now = file.read_bytes()
    assert now.startswith(begun)
    assert [line.count(b",") for line in now.splitlines()] == [9, 9, 9, 9, 11]
    assert [one["what"] for one in toy.json("loan", "list")] == ["pump", "drill", "saw", "rope"]
    assert toy.json("loan", "show", "J4")["deposit"] == "=50 yuan, cash"
    toy.run("ledger", "verify")
    toy.run("ledger", "rebuild")
    assert toy.json("loan", "show", "J4")["deposit"] == "=50 yuan, cash"
    plain = subprocess.run([sys.executable, str(ROOT / "docs/verify_ledger.py"), str(toy.top / "desk")], capture_output=True, text=True)
    assert plain.returncode == 0, plain.stdout + plain.stderr


@pytest.mark.parametrize("toy", ["csv"], indirect=True)
def test_a_file_of_two_widths_is_restored(toy: Toy) -> None:
    lend = ("loan", "lend", "--customer", "CU0001", "--what")
    toy.run(*lend, "pump")
    (toy.top / "nouns" / "loan.py").write_text(LATER, "utf-8")
    toy.run(*lend, "rope", "--deposit", "a watch")
    toy.run(*lend, "saw")
    (file,) = (toy.top / "desk/data/loans").iterdir()
    whole = file.read_bytes()
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    widest = max(map(len, rows))  # a spreadsheet saves as many cells of every row
    with file.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows(row + [""] * (widest - len(row)) for row in rows)
    assert file.name in toy.run("ledger", "verify", code=1)
    toy.run("ledger", "repair", "--yes")
    assert file.read_bytes() == whole
    file.write_bytes(whole.replace(b"until", b"untill", 1))
    toy.run("ledger", "repair", "--yes")
    assert file.read_bytes() == whole
    file.write_bytes(whole[:-20])
    toy.run(*lend, "axe")
    assert [one["what"] for one in toy.json("loan", "list")] == ["pump", "rope", "axe"]
    toy.run("ledger", "verify")
