"""A company's desk through the real command line: the main job, several sites, a site that was cut off."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.oracle import quarters
from tests.postgres.fixtures import sql

ROOT = Path(__file__).parents[2]
MONTHS = ("2026-08", "2026-09", "2026-10")


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
    assert "desk of files" in on_server("ledger repair --dry-run", code=2).err
    sql(on_server.environ["SVC_DESK"], "update svc.document set body = '{}' where name = 'seals/2026-10.json'")
    assert "seals/2026-10.json" in on_server("ledger verify", code=1).out


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
    before = {p.relative_to(files): p.read_bytes() for p in sorted(files.rglob("*.*")) if p.is_file() and ".svc" not in p.parts}
    after = {p.relative_to(back): p.read_bytes() for p in sorted(back.rglob("*.*")) if p.is_file() and ".svc" not in p.parts}
    assert after.items() >= before.items()
    assert at(tmp_path, str(back))("ledger verify").code == 0


@pytest.mark.parametrize("seed", [11, 12])
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
