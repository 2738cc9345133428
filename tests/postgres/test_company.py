"""A company's desk through the real command line: the main job, several sites, a site that was cut off."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Svc, contents
from tests.oracle import quarters
from tests.postgres.fixtures import sql

pytestmark = pytest.mark.long  # a server

ROOT = Path(__file__).parents[2]
MONTHS = ("2026-09", "2026-10")


def at(folder: Path, desk: str, **environ: str) -> Svc:
    svc = Svc(folder)
    svc.environ.update(SVC_DESK=desk, XDG_CACHE_HOME=str(folder / "cache"), **environ)
    return svc


def test_the_main_job(on_server: Svc) -> None:
    on_server("staff add --name Tech --role technician")
    on_server("staff add --name Gm --role gm")
    on_server("customer add --name Works --phone 138-0000-0001")
    assert on_server("call log --channel phone --from 13800000001 --kind repair --summary drifts --at 2026-10-05T09:00").id
    on_server('visit dispatch --call C1 --staff S02 --promised "2026-10-06 10:00" --at 2026-10-05T09:20')
    on_server("visit arrive V1 --at 2026-10-06T10:40")
    on_server("rules set late_arrival 200 --from 2026-10-01 --basis minutes")
    on_server("rules check")
    (finding,) = on_server("finding list --month 2026-10 --json").json
    on_server(f"finding uphold {finding['id']} --reason overslept --at 2026-10-20T09:00")
    figures = on_server("audit month 2026-10 --json").json
    assert figures["fines"]["payable"] == "200.00" and figures["calls"]["registered"] == 1
    shown = on_server(f"finding show {finding['id']}").out
    assert "calls/" in shown or "visits/" in shown
    on_server("audit submit 2026-10")
    assert on_server("audit month 2026-10 --json").json["sealed"] is True
    on_server("ledger verify")
    on_server("audit submit 2026-10", code=4)
    assert on_server("desk show --json").json["kind"] == "postgresql"
    assert "every row can be read" in on_server("ledger repair --dry-run").out
    sql(on_server.environ["SVC_DESK"], "update svc.document set body = '{}' where name = 'seals/2026-10.json'")
    assert "seals/2026-10.json" in on_server("ledger verify", code=1).out


def kept(desk: Path) -> dict[Path, object]:
    """Every file of a desk as it is: its bytes; of a register its rows, for one of an older edition gains columns when it is written."""
    found: dict[Path, object] = {}
    for path in (p for p in sorted(desk.rglob("*.*")) if p.is_file() and ".svc" not in p.parts):
        found[path.relative_to(desk)] = path.read_bytes()
        if path.parent.name == "registers" and path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as lines:
                found[path.relative_to(desk)] = [{key: value for key, value in row.items() if value} for row in csv.DictReader(lines)]
    return found


def test_both_places_give_the_same_audit_to_the_byte(tmp_path: Path, pg_empty: str) -> None:
    files = tmp_path / "files"
    files.mkdir()
    shutil.copytree(ROOT / "data", files / "data", ignore=shutil.ignore_patterns(".svc"))
    shutil.copy(ROOT / "rules.yaml", files)
    here, there = at(tmp_path, str(files), SVC_STAFF="S01"), at(tmp_path, pg_empty, SVC_STAFF="S01")
    here(f"desk move {files} {pg_empty}")
    for month in MONTHS:
        line = f"audit month {month} --json --as-of 2026-11-20T12:00"
        assert here(line).out == there(line).out
    back = tmp_path / "back"
    there(f"desk move {pg_empty} {back}")
    before, after = kept(files), kept(back)
    assert after.items() >= before.items()
    assert at(tmp_path, str(back))("ledger verify").code == 0


@pytest.mark.parametrize("seed", [11])
def test_a_generated_quarter_gives_the_same_too(tmp_path: Path, pg_empty: str, seed: int) -> None:
    entries = quarters.quarter(seed, 60)
    (tmp_path / "q.jsonl").write_text(quarters.lines(entries), "utf-8")
    here = at(tmp_path, str(tmp_path / "files"))
    here.environ.pop("SVC_DESK")
    here(f"init {tmp_path / 'files'} --name Head")
    here.environ["SVC_DESK"] = str(tmp_path / "files")
    here(f"ledger import {tmp_path / 'q.jsonl'}")
    here(f"desk move {tmp_path / 'files'} {pg_empty}")
    there = at(tmp_path, pg_empty, SVC_STAFF="S00")
    for start in quarters.month_starts():
        line = f"audit month {start:%Y-%m} --json --as-of 2026-11-20T12:00"
        assert here(line).out == there(line).out
    line = "finding list --month 2026-09 --json --as-of 2026-11-20T12:00"
    assert here(line).out == there(line).out != "[]\n"


@pytest.fixture
def branched(on_server: Svc, pg_url: str, tmp_path: Path) -> tuple[Svc, Svc]:
    """The head office on the server, and the site BJ on files of its own."""
    on_server("customer add --name Works --phone 138-0000-0001")
    on_server(f"desk add-site {pg_url} --site BJ --title Beijing")
    on_server(f"desk branch {pg_url} {tmp_path / 'bj'} --site BJ")
    return on_server, at(tmp_path, str(tmp_path / "bj"), SVC_STAFF="S01")


LOG = "call log --channel phone --kind repair --summary drifts --from"


def test_a_site_that_was_cut_off_hands_over_each_entry_once(branched: tuple[Svc, Svc]) -> None:
    company, site = branched
    id = site(f"{LOG} 13800000001").id
    assert "-BJ0001" in id
    assert company("call list --json").json == []
    assert site("desk sync").out.startswith("1 entries")
    assert site("desk sync").out.startswith("0 entries")
    assert [row["id"] for row in company("call list --json").json] == [id]
    own = company(f"{LOG} 13800000001").id
    assert own.endswith("-0001") and own != id
    site("call reply C1 --text soon")
    site("desk sync")
    assert company(f"call show {id} --json").json["id"] == id
    company("ledger verify")
    site("ledger verify")
    assert [row["id"] for row in company("--site BJ call list --json").json] == [id]


def test_registers_go_both_ways_and_conflicts_are_told(branched: tuple[Svc, Svc]) -> None:
    company, site = branched
    company("customer add --name Mill --phone 138-0000-0002")
    site("customer add --name Quarry --phone 138-0000-0003")
    site("desk sync")
    assert {row["id"] for row in company("customer list --json").json} == {row["id"] for row in site("customer list --json").json}
    company("customer edit CU0001 --name Works-A")
    site("customer edit CU0001 --name Works-B")
    refused = site("desk sync", code=4)
    assert "CU0001" in refused.err and "Works-A" in refused.err and "Works-B" in refused.err
    site("customer edit CU0001 --name Works-A")
    site("desk sync")
    assert "Works-A" in company("customer show CU0001").out


def test_who_rules_is_not_made_by_hand_at_a_site(branched: tuple[Svc, Svc]) -> None:
    company, site = branched
    site("staff add --name Tech --role technician --id S08")
    site("staff add --name Gm --role gm --id S07")
    path = site.desk / "bj/data/registers/staff.csv"
    text = path.read_text("utf-8")
    gm = next(line for line in text.split("\n") if line.startswith("S07,"))
    path.write_text(f"{text}{gm.replace('S07', 'S09')}\n", "utf-8")
    assert "staff S09 (gm): nobody recorded that he rules" in site("desk sync", code=4).err
    assert [row["id"] for row in company("staff list --json").json] == ["S01", "S08", "S07"]
    path.write_text(text.replace("technician", "gm"), "utf-8")
    assert "edited by hand" in site("desk sync", code=5).err


def test_the_rules_of_the_company_come_down(branched: tuple[Svc, Svc]) -> None:
    company, site = branched
    company("rules set late_arrival 200 --from 2026-10-01 --basis minutes")
    assert "rules.yaml" in site("desk sync").out
    assert "200" in (site.desk / "bj" / "rules.yaml").read_text("utf-8")
    site("rules set late_arrival 300 --from 2026-12-01 --basis minutes")
    assert "rules count" in site("desk sync", code=4).err


def test_a_site_apart_does_not_record_on_the_server(branched: tuple[Svc, Svc]) -> None:
    company, _ = branched
    refused = company(f"--site BJ {LOG} 13800000001", code=4)
    assert "desk sync" in refused.err


def test_what_cannot_be_reached_is_said(tmp_path: Path, pg_empty: str) -> None:
    assert "svc desk init" in at(tmp_path, pg_empty)("call list", code=2).err
    nowhere = at(tmp_path, "postgresql://nobody@/none?host=/nonexistent")("call list", code=6)
    assert "cannot be reached" in nowhere.err and "nothing was written" in nowhere.err
    assert at(tmp_path, pg_empty)("desk init /tmp/x", code=2).err


def everything(url: str) -> list[tuple[object, ...]]:
    """What a database holds, and which roles and members the server knows."""
    tables = sql(url, "select oid::regclass::text from pg_class where relnamespace = 'svc'::regnamespace and relkind in ('r', 'p')")
    rows = [(name, sql(url, f"select md5(string_agg(t::text, '' order by t::text)) from {name} t")) for (name,) in sorted(tables)]
    return [*rows, *sql(url, "select rolname from pg_roles order by 1"), *sql(url, "select roleid, member from pg_auth_members order by 1, 2")]


def nothing_there(url: str) -> bool:
    return sql(url, "select to_regnamespace('svc')::text") == [(None,)]


def test_a_dry_run_leaves_the_database_as_it_was(on_server: Svc, pg_url: str, pg_empty: str, tmp_path: Path) -> None:
    sql(pg_url, "drop role if exists wen", "create role wen login")
    on_server(f"{LOG} 13800000001")
    on_server(f"desk add-site {pg_url} --site BJ --title Beijing")
    before = everything(pg_url)
    lines = [f"add-site {pg_url} --site SH", f"add-member {pg_url} wen --site BJ", f"migrate {pg_url}",
             f"branch {pg_url} {tmp_path / 'bj'} --site BJ", f"move {pg_url} {tmp_path / 'files'} --site -"]  # fmt: skip
    for line in lines:
        assert "(dry run: nothing written)" in on_server(f"desk {line} --dry-run").out, line
        assert everything(pg_url) == before and not {"bj", "files"} & {one.name for one in tmp_path.iterdir()}, line
    assert "is there already" in on_server(f"desk add-site {pg_url} --site BJ --dry-run", code=4).err
    assert "no login" in on_server(f"desk add-member {pg_url} nobody2 --dry-run", code=4).err
    on_server(f"desk move {pg_url} {tmp_path / 'files'} --site -")
    for line in (f"init {pg_empty} --name Head", f"move {tmp_path / 'files'} {pg_empty}"):
        assert "(dry run: nothing written)" in on_server(f"desk {line} --dry-run").out, line
        assert nothing_there(pg_empty), line
    assert "holds a desk already" in on_server(f"desk init {pg_url} --dry-run", code=4).err


def test_a_dry_sync_says_what_would_come_over(branched: tuple[Svc, Svc], pg_url: str) -> None:
    company, site = branched
    site(f"{LOG} 13800000001")
    company("customer add --name Mill --phone 138-0000-0002")
    company("rules set late_arrival 200 --from 2026-10-01 --basis minutes")
    kept = contents(site.desk / "bj")
    before = everything(pg_url)
    said = site("desk sync --dry-run").out
    assert said == "1 entries  customer 1, call 1, rules.yaml (dry run: nothing written)\n"
    assert everything(pg_url) == before
    assert contents(site.desk / "bj") == kept
    assert site("desk sync").out == said.replace(" (dry run: nothing written)", "")


KILLED = "import os, sys, svc.sites as s; s.{name} = lambda *a, **k: os._exit(9); from svc.cli import app; sys.argv[0] = 'svc'; sys.exit(app())"


@pytest.mark.parametrize("name", ["_remember", "_save", "hand_over"])
def test_a_sync_that_was_killed_makes_no_false_conflict(branched: tuple[Svc, Svc], name: str) -> None:
    company, site = branched

    def changed(desk: Svc, id: str, code: str) -> None:
        desk(f"customer edit {id} --code {code}")

    changed(company, "CU0001", "DOWN1")
    own = site("customer add --name Quarry --phone 138-0000-0003 --code UP1").id
    killed = subprocess.run([sys.executable, "-c", KILLED.format(name=name), "desk", "sync"], env=site.environ, cwd=site.desk, capture_output=True)
    assert killed.returncode == 9, killed.stderr
    changed(company, "CU0001", "DOWN2")
    changed(site, own, "UP2")
    site("desk sync")
    for desk in (company, site):
        rows = {row["id"]: row for row in desk("customer list --json").json}
        assert (rows["CU0001"]["code"], rows[own]["code"]) == ("DOWN2", "UP2"), (name, desk.desk)
    site("desk sync")
