"""What somebody tries who wants another figure: each way is found, or refused."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Svc


@pytest.fixture
def svc(tmp_path: Path) -> Svc:
    """The invented department, its index made."""
    desk = Svc(tmp_path)
    desk("init --demo .")
    desk("today")
    return desk


def ask(desk: Svc, statement: str) -> None:
    with sqlite3.connect(desk.desk / "data/.svc/index.sqlite") as db:
        db.execute(statement)
    db.close()


EDITS = {
    "a time": (
        "update entry set raw = cast(replace(cast(raw as text), 'T10:', 'T08:') as blob), at = at - 7200"
        " where noun = 'visit' and event = 'arrive' and n = (select min(n) from entry where noun = 'visit' and event = 'arrive')"
    ),
    "a key": "update entry set at = at - 7200 where n = (select min(n) from entry where noun = 'visit')",
    "a row put in": "insert into entry (noun, event, id, at, rec, file, place, raw) select noun, event, id, at, rec, file, place + 1, raw from entry limit 1",
    "a row gone": "delete from entry where n = (select max(n) from entry where noun = 'finding')",
    "what waits": "delete from todo where kind = 'rule'",
    "what is open": "delete from unfinished",
    "somebody's number": "delete from alias where noun = 'customer'",
    "a trigger": "create trigger quiet after insert on todo begin delete from todo; end",
}


@pytest.mark.parametrize("statement", EDITS.values(), ids=list(EDITS))
def test_an_edited_index_is_named_and_nothing_is_sealed_on_it(svc: Svc, statement: str) -> None:
    svc("ledger verify")
    ask(svc, statement)
    assert "the index differs from the ledgers" in svc("ledger verify", code=1).out
    assert "does not verify" in svc("audit submit 2026-10 --unsigned", code=5).err
    assert not list((svc.desk / "data/seals").glob("*.txt"))
    svc("ledger rebuild")
    svc("ledger verify")
    svc("audit submit 2026-10 --unsigned")


def test_a_desk_without_an_index_verifies(svc: Svc) -> None:
    (svc.desk / "data/.svc/index.sqlite").unlink()
    svc("ledger verify")


def test_nothing_is_sealed_on_a_changed_ledger(svc: Svc) -> None:
    file = next((svc.desk / "data/visits").glob("*.csv"))
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"T0", b"T1", 1))
    assert file.read_bytes() != whole
    assert "does not verify" in svc("audit submit 2026-10 --unsigned", code=5).err
    assert not list((svc.desk / "data/seals").glob("*.txt"))
    file.write_bytes(whole)
    svc("audit submit 2026-10 --unsigned")


def test_a_kept_copy_is_never_written_over(svc: Svc, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    svc(f"audit submit 2026-10 --unsigned --to {shelf}")
    kept = shelf / "2026-10.txt"
    kept.write_bytes(whole := kept.read_bytes().replace(b"by S01", b"by S02"))
    told = svc(f"audit submit 2026-10 --to {shelf}")
    assert "another copy was there and stays" in told.err and kept.read_bytes() == whole
    assert (shelf / "2026-10.2.txt").read_bytes() == (svc.desk / "data/seals/2026-10.txt").read_bytes()
    assert "another copy" not in svc(f"audit submit 2026-10 --to {tmp_path / 'shelf'}").out  # once more: nothing new
    assert len(list(shelf.iterdir())) == 4


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write to what others own")
def test_what_root_changes_stays_its_owners(svc: Svc) -> None:
    for path in (svc.desk, *svc.desk.rglob("*")):
        os.chown(path, 4242, 4343)
    register, rules = svc.desk / "data/registers/customers.csv", svc.desk / "rules.yaml"
    register.chmod(0o600)
    svc("customer edit CU0001 --contact Somebody")
    svc("rules set disobeyed_dispatch 300 --from 2099-01-01 --basis minutes")
    svc("call log --channel phone --from 13900000009 --kind consult --summary asks")
    (svc.desk / "data/.svc/index.sqlite").unlink()
    svc("today")
    svc("audit submit 2026-10 --unsigned")
    owners = {(path, path.stat().st_uid, path.stat().st_gid) for path in svc.desk.rglob("*")}
    assert {one for one in owners if one[1:] != (4242, 4343)} == set()
    assert register.stat().st_mode & 0o777 == 0o600 and rules.exists()
