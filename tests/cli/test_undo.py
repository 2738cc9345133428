"""svc undo: one's own last entry, within minutes, an entry of its own; figures never count what was taken back."""

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from svc.cli import app
from svc.desk.open import Desk, Options
from svc.domain import ledgers
from tests.conftest import Svc
from tests.transcripts import test_a_day as day

STORIES = (
    day.REGISTERS,
    day.IN_WARRANTY,
    day.OUT_OF_WARRANTY,
    day.INSTALLATION_AND_TOUR,
    day.RETURNS,
    day.TRIP,
    day.TROUBLE,
    """
defect answer D1 --text "changed in the next series" --at 2026-10-20T09:00
defect close D1 --at 2026-10-21T09:00
claim answer L1 --text "agreed" --at 2026-10-20T09:00
claim close L1 --at 2026-10-22T09:00
conduct log --about S02 --kind disobedience --summary "refused the dispatch" --at 2026-10-20T09:00
call escalate C1 --to hq --at 2026-10-12T08:20
call close C1 --leave-open "they answer next week" --at 2026-10-20T18:00
report amend R1 --opinion "very content" --at 2026-10-13T09:00
complaint close K1 --at 2026-10-20T10:00
upkeep plan SN-1 --every "3 months" --at 2026-10-20T10:00
upkeep done M1 --at 2026-10-21T10:00
upkeep stop M1 --reason sold --at 2026-10-22T10:00
part add --number HP-1 --name seal --price 10
stock receive HP-1 --qty 2 --at 2026-10-20T10:00
stock issue HP-1 --qty 1 --to S02 --at 2026-10-21T10:00
""",
)


def lines() -> Iterator[list[str]]:
    """Every command of the day."""
    for line in "\n".join(STORIES).replace("\\\n", "").split("\n"):
        if line:
            yield shlex.split(line)


class Told:
    """The story's short ids (`V2`: the second visit) as the program gave them."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def full(self, words: list[str]) -> list[str]:
        return [self.ids.get(word, word) for word in words]

    def opened(self, id: str) -> None:
        if id not in self.ids.values():
            count = sum(known.startswith(id[0]) for known in self.ids)
            self.ids[f"{id[0]}{count + 1}"] = id


def run(*arguments: str) -> int:
    """The real command line, in this process: hundreds of commands are tried."""
    code = app.main(list(arguments), standalone_mode=False)
    return int(code or 0)


def held(desk: Path) -> list[tuple[str, ...]]:
    """What the index has of entries and of what may wait, the undo entries apart."""
    index = Desk(desk, Options(str(desk))).index
    index.catch_up()
    index.refold()
    with sqlite3.connect(desk / "data" / ".svc" / "index.sqlite") as db:
        entries = "select noun, id, event, at, due, ref, raw from entry where noun != 'undo' order by noun, place"
        waits = "select noun, id, kind from waiting order by noun, id, kind"
        return [tuple(map(str, row)) for query in (entries, waits) for row in db.execute(query)]


def test_every_deed_of_every_ledger_can_be_taken_back(
    svc: Svc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SVC_DESK", str(svc.desk))
    told, done = Told(), set()
    for words in lines():
        acting, line = (words[:2], words[2:]) if words[0] == "--as" else ([], words)
        line = told.full(line)
        if line[0] in ledgers.TABLE:
            before = held(svc.desk)
            assert run(*acting, *line) == 0, (line, capsys.readouterr().err)
            assert held(svc.desk) != before
            assert run(*acting, "undo") == 0, (line, capsys.readouterr().err)
            assert held(svc.desk) == before, line
            done.add((line[0], line[1]))
        capsys.readouterr()
        assert run(*acting, *line) == 0, (line, capsys.readouterr().err)
        if line[0] in ledgers.TABLE:
            told.opened(capsys.readouterr().out.split()[0])
    assert {noun for noun, _ in done} == ledgers.TABLE.keys() - {
        "finding", "undo", "access", "change", "statement",
        "attachment", "reading", "absence", "faultcode",  # svc attach, machine reading, staff away, fault merge
    }  # fmt: skip
    kept, board = svc.audit("2026-10"), svc("today --json --as-of 2026-11-20T12:00").out
    svc("ledger rebuild")
    assert svc.audit("2026-10") == kept, "made anew the index says the same"
    assert svc("today --json --as-of 2026-11-20T12:00").out == board
    svc("ledger verify")


def test_figures_are_those_of_a_desk_where_it_was_never_typed(svc: Svc, tmp_path: Path) -> None:
    other = Svc(tmp_path / "other")
    subprocess.run(["cp", "-r", str(svc.desk), str(other.desk)], check=True)
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x --at 2026-10-05T09:00").id
    svc(f"visit dispatch --call {call} --staff S02 --promised 2026-10-06T10:00 --at 2026-10-05T10:00")
    assert svc.audit("2026-10")["visits"]["due"] == 1
    for _ in range(2):
        svc("undo")
    mine, theirs = svc.audit("2026-10"), other.audit("2026-10")
    assert mine == theirs
    assert svc("today --json").json == []


def test_what_was_known_before_is_still_told(svc: Svc) -> None:
    with time_machine.travel("2026-11-02T01:00:00Z", tick=False):
        id = within(svc, "call log --channel phone --from CU0001 --kind repair --summary x").split()[0]
    with time_machine.travel("2026-11-02T01:05:00Z", tick=False):
        within(svc, "undo --reason slip")
    for known, there in (("2026-11-02T09:02", True), ("2026-11-02T09:06", False)):
        listed = svc(f"call list --json --known-at {known}").json
        assert [row["id"] for row in listed] == ([id] if there else [])
    assert svc(f"call show {id} --known-at 2026-11-02T09:02 --json").json["summary"] == "x"
    assert svc.run("call", "show", id).code == 4
    assert "taken back" in svc(f"visit dispatch --call {id} --staff S02 --promised 23:59", 4).err


def within(svc: Svc, line: str) -> str:
    """A command in this process, at the time that the test travels in; what it printed."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out):
        patch.setenv("SVC_DESK", str(svc.desk))
        run(*shlex.split(line))
    return out.getvalue()


def test_only_ones_own_and_only_for_minutes(svc: Svc) -> None:
    with time_machine.travel("2026-11-02T01:00:00Z", tick=False):
        within(svc, "call log --channel phone --from CU0001 --kind repair --summary x")
    with time_machine.travel("2026-11-02T01:16:00Z", tick=False):
        refused = svc_error(svc, "undo")
    assert "15 minutes" in refused
    svc("--as S04 call reply C2611-0001 --text yes")
    assert "S04" in svc("--as S04 undo").out or svc("call show C2611-0001 --json").json["replied_at"] is None
    assert svc("--as S04 undo", 4).err.startswith("svc: error: S04 has recorded nothing")


def svc_error(svc: Svc, line: str) -> str:
    """What a command in this process says when it refuses."""
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        within(svc, line)
    return err.getvalue()


def test_what_others_built_on_stays(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x").id
    visit = svc(f"--as S04 visit dispatch --call {call} --staff S02 --promised 23:59").id
    refused = svc("undo", 4).err
    assert visit in refused and "S04" in refused
    svc("--as S04 undo")
    assert svc("undo").out.split()[3] == call
    svc(f"--as S04 call reply {call} --text late", 4)


def test_a_dry_run_writes_nothing(svc: Svc) -> None:
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x").id
    assert call in svc("undo --dry-run").out
    assert svc("call list --json").json[0]["id"] == call


def test_it_is_exported_and_imported(svc: Svc, founded: Path, tmp_path: Path) -> None:
    bare = Svc(shutil.copytree(founded, tmp_path / "empty"))
    call = svc("call log --channel phone --from CU0001 --kind repair --summary x").id
    svc("undo")
    svc("call log --channel phone --from CU0001 --kind repair --summary y")
    file = tmp_path / "all.jsonl"
    file.write_text(svc("ledger export --unmask").out)
    bare(f"ledger import {file}")
    assert [row["summary"] for row in bare("call list --json").json] == ["y"]
    assert bare.run("call", "show", call).code == 4
    assert bare(f"ledger import {file} --dry-run").out.startswith("0 ")


CALL = "call log --channel phone --from CU0001 --kind consult --summary important"
STAYS = {
    "customer add --name Mill2": "svc customer edit CU0003 …",
    "customer edit CU0001 --phone 138-0000-9999": "svc customer edit CU0001 …",
    "machine edit SN-1 --contract K7": "svc machine edit SN-1 …",
    "machine transfer SN-1 --to CU0002 --from 2026-11-01": "svc machine edit SN-1 …",
    "staff edit S02 --wage 5000": "svc staff edit S02 …",
    "customer merge CU0002 --into CU0001": "svc customer show CU0002",
    "rules set late_arrival 200 --from 2099-01-01 --basis agreed": "svc rules set …",
    "desk begins 2026-01-01": "svc rules set …",
    "customer erase CU0002 --reason asked --yes": "svc access show",
    "customer import list.csv --yes": "svc access show",
}


@pytest.fixture
def two(svc: Svc) -> Svc:
    svc("customer add --name Mill")
    (svc.desk / "list.csv").write_text("客户名称,联系电话\nNew firm,138-0000-7777\n", "utf-8")
    return svc


@pytest.mark.parametrize("line", STAYS)
def test_an_older_entry_is_not_taken_back_for_what_stays(two: Svc, line: str) -> None:
    call = two(CALL).id
    two(line)
    for _ in range(2):
        refused = two("undo", 4).err
        assert STAYS[line] in refused and f"svc undo {call}" in refused and "S01 did last" in refused
    assert "S01 最近做的不能撤销" in two("--lang zh undo", 4).err
    two("--as S04 call list")
    assert two(f"call show {call} --json").json["summary"] == "important"
    later = two(CALL).id
    assert later in two("undo").out
    two("undo", 4)
    assert call in two(f"undo {call}").out
    two(f"undo {call}", 4)


def test_what_was_only_looked_at_stops_no_undo_and_nor_does_what_others_do(two: Svc) -> None:
    call = two(CALL).id
    two("customer show CU0001 --unmask")
    two("customer export CU0001")
    two("--as S04 customer add --name Other")
    assert call in two("undo --dry-run").out
    assert call in two("undo C1").out


def test_what_a_file_brings_in_ones_own_name_is_taken_back_as_what_is_typed(two: Svc) -> None:
    two(CALL)
    file = two.desk / "in.jsonl"
    line = '{"ledger":"call","event":"log","at":"2026-10-05T09:00:00+08:00","channel":"phone","kind":"other","summary":"x"%s}\n'
    file.write_text(line % "")
    two("ledger import in.jsonl")
    assert "C2610-0001" in two("undo").out
    file.write_text(line % ',"by":"S04"')
    two("ledger import in.jsonl --yes")
    assert "svc access show" in two("undo", 4).err


def test_by_its_id_the_same_is_asked_of_an_entry(two: Svc) -> None:
    call = two("call log --channel phone --from CU0001 --kind repair --summary x").id
    two(f"--as S04 visit dispatch --call {call} --staff S02 --promised 23:59")
    two(CALL)
    assert "S04 recorded visit dispatch" in two(f"undo {call}", 4).err
    assert "nothing of 'C2611-9999'" in two("undo C2611-9999", 4).err
