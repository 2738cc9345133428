"""The histories that are measured on are real ones: nothing is wrong with them, and they can be audited."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench import history, peers_full
from bench.measure import Subject, side_by_side
from bench.whole.asked import Asked
from svc.domain import ledgers
from svc.store.files.ledger import FileLedger
from svc.store.files.registers import Registers
from svc.store.files.verify import problems
from svc.store.index import cache, standing, tables
from svc.store.index.compare import WHOLE
from svc.store.index.lookups import Index
from svc.store.index.witness import Witness
from tests import rough_history
from tests.conftest import Svc

pytestmark = pytest.mark.long  # histories as they are measured


def test_a_history_verifies_and_is_the_same_each_time(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    made = history.make(desk, 3000, 3, last_calls=200)
    svc = Svc(desk, SVC_STAFF="S00")
    svc("ledger verify")
    figures = svc("audit month 2026-10 --json --as-of 2026-11-20T00:00").json
    assert figures["calls"]["registered"] == 200 and figures["visits"]["due"] > 50
    ledger = FileLedger(desk / "data")
    read = {noun: list(ledger.read(noun)) for noun in ledgers.TABLE}
    assert sum(map(len, read.values())) == made
    assert len([noun for noun, rows in read.items() if rows]) >= 10, "real proportions: nearly all ledgers"


def same(one: Index, other: Index) -> bool:
    """Whether two indexes say the same."""
    for index in (one, other):
        index.refold()
    for table in ("entry", "waiting", "open_case", "brief_call", "brief_visit", "brief_report", "counter", "stamp", "person", "undone"):
        columns = "noun, event, id, at, rec, due, ref, caller, machine, raw" if table == "entry" else "*"
        query = f"select {columns} from {table}"
        assert sorted(map(repr, one.select(query))) == sorted(map(repr, other.select(query))), table
    return True


@pytest.mark.parametrize("many", [standing.AT_ONCE, 20])
def test_an_index_made_in_bulk_says_what_one_that_followed_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """Also where what belongs together is worked out in several parts."""
    monkeypatch.setattr(standing, "AT_ONCE", many)
    monkeypatch.setattr(cache, "AT_ONCE", 7 * many)
    desk = tmp_path / "desk"
    history.make(desk, 2000, 2)
    ledger, registers = FileLedger(desk / "data"), Registers(desk / "data" / "registers")
    followed = Index(tmp_path / "a" / "index.sqlite", ledger, registers)
    followed.catch_up()
    built = Index(tmp_path / "b" / "index.sqlite", ledger, registers)
    told: list[tuple[int, int]] = []
    built.rebuild(lambda done, total: told.append((done, total)))
    assert same(built, followed)
    assert told and told[-1][0] <= told[-1][1] and told[-1][0] > told[-1][1] * 0.9


def test_what_verifies_without_making_an_index_sees_every_change_of_the_one_that_is_there(tmp_path: Path) -> None:
    """Each column of each table, one value after the other; each row taken out or put in twice."""
    desk = tmp_path / "desk"
    history.make(desk, 1500, 2)
    svc = Svc(desk, SVC_STAFF="S00")
    for line in ("customer edit CU0001 --name Another", "call log --channel phone --from CU0001 --kind repair --summary x", "undo"):
        svc(f"--clock-is-right {line}")
    path, ledger, registers = desk / "data/.svc/index.sqlite", FileLedger(desk / "data"), Registers(desk / "data/registers")

    def same() -> bool:
        witness = Witness(path, ledger, registers)
        assert not list(problems(ledger, None, witness.see))
        return witness.same()

    def changed(statement: str) -> bool:
        before = path.read_bytes()
        with closing(sqlite3.connect(path)) as db:
            many = db.execute(statement).rowcount
            db.commit()
            db.execute("pragma wal_checkpoint(truncate)")
        told = not same()
        path.write_bytes(before)
        return told or not many

    Index(path, ledger, registers).rebuild()
    assert same()
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    for table in ("entry", "undone", *WHOLE):
        columns = tables.COLUMNS if table in ("entry", "undone") else ("id",)
        for column in columns:
            some = f"rowid = (select rowid from entry where {column} is not null limit 1 offset 3)" if table == "entry" else f"{column} is not null"
            assert changed(f"update or ignore {table} set {column} = {column} || '1' where {some}"), (table, column)
        assert changed(f"delete from {table}"), table
    assert changed("insert into entry select null, noun, event, id, at, rec, due, ref, caller, machine, fault, file, place, raw from entry limit 1")
    for column in tables.PERSON:
        assert changed(f"update or ignore person set {column} = {column} || '1' where noun = 'machine' and field = 'customer'"), column
    for row in ("'machine', 'SN-1', 'odd', 'x'", "'staff', 'Z9', '', ''", "'odd', 'a', '', ''"):
        assert changed(f"insert into person values ({row})"), row
    assert changed("delete from entry where noun = 'conduct'") and changed("drop table moved") and changed("create table odd (x)")
    assert same()


def test_an_index_of_four_times_as_much_takes_four_times_the_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, connect = [0], sqlite3.connect

    def counted(*args: Any, **options: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(*args, **options)

        def count() -> None:
            steps[0] += 1

        db.set_progress_handler(count, 100)
        return db

    monkeypatch.setattr(sqlite3, "connect", counted)
    cost = []
    for calls in (1000, 4000):
        desk = tmp_path / str(calls)
        made = history.make(desk, 1, 1, last_calls=calls)
        index = Index(desk / "index.sqlite", FileLedger(desk / "data"), Registers(desk / "data" / "registers"))
        steps[0] = 0
        index.rebuild()
        cost.append(steps[0] / made)
    assert cost[1] < 1.15 * cost[0], "reading an entry looks at those that were read before it"


@pytest.mark.parametrize("engine", peers_full.ENGINES)
def test_what_is_held_against_svc_computes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    pytest.importorskip(engine)
    for name, entries, now in (("smooth", 1500, "2026-11-20T00:00"), ("rough", 5000, "2026-10-24T11:11")):
        desk = tmp_path / name
        if name == "smooth":
            history.make(desk, entries, 1)
        else:
            rough_history.make(desk, entries, 2, 4, monkeypatch)
        ours = Svc(desk, SVC_STAFF="S00")(f"audit month 2026-10 --json --as-of {now}").json
        theirs = json.loads(json.dumps(peers_full.month(engine, Asked(desk / "data", "2026-10", now))))
        assert ours["findings"] and not list(peers_full.differences("", peers_full.of_five(ours), theirs)), name


def test_what_is_measured_is_the_command() -> None:
    nap = Subject(["sleep", "0.05"])
    cost = side_by_side({"nap": nap}, rounds=1, warm=0)["nap"]
    assert cost.wall >= 0.05 > cost.cpu and cost.memory > 0
