"""The queries of docs/analysis.md, run on the shipped months, agree with the audit."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc

pytestmark = pytest.mark.long  # a server

ROOT = Path(__file__).parents[2]
MONTHS = ("2026-09", "2026-10")


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Svc]:
    """The shipped desk, and the tests' folder as the current one."""
    desk = tmp_path / "desk"
    desk.mkdir()
    shutil.copytree(ROOT / "data", desk / "data", ignore=shutil.ignore_patterns(".svc"))
    shutil.copy(ROOT / "rules.yaml", desk)
    before = Path.cwd()
    os.chdir(tmp_path)
    yield Svc(desk, SVC_STAFF="S01")
    os.chdir(before)


def test_the_queries_of_the_docs_agree_with_the_audit(shipped: Svc) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    shipped(f"ledger export --format parquet -o {Path.cwd() / 'history'}")
    blocks = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/analysis.md").read_text("utf-8"), re.DOTALL)
    replies, surveys, products = ([duckdb.execute(s) for s in b.split(";") if s.strip()][-1].fetchall() for b in blocks)
    for month in MONTHS:
        figures = shipped(f"audit month {month} --json --as-of 2026-11-20T12:00").json
        assert (month, figures["calls"]["registered"], figures["replies"]["within"], figures["replies"]["late"]) in replies
        (returned, overall) = next((n, mean) for m, n, mean in surveys if m == month)
        assert f"{overall:.2f}" == f"{float(figures['surveys']['mean']['overall']):.2f}"
        assert returned > 0
        counted = {(p, f, c): n for m, p, f, c, n in products if m == month}
        assert counted == {(row["product"], row["fault"], row["cause_class"]): row["reports"] for row in figures["products"]["pareto"]}


def test_a_workbook_has_every_entry(shipped: Svc) -> None:
    calamine: Any = pytest.importorskip("python_calamine")
    pytest.importorskip("xlsxwriter")
    shipped(f"ledger export --format xlsx --month 2026-10 -o {Path.cwd() / 'october.xlsx'}")
    book = calamine.CalamineWorkbook.from_path("october.xlsx")
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["site", "id", "event", "at"]
    registered = shipped("audit month 2026-10 --json").json["calls"]["registered"]
    assert sum(row[2] == "log" for row in rows) == registered


def test_what_cannot_be_given_out_is_said(shipped: Svc) -> None:
    assert "parquet" in shipped("ledger export --format orc", code=2).err
    assert "-o" in shipped("ledger export --format parquet", code=2).err
    (Path.cwd() / "full").mkdir()
    (Path.cwd() / "full" / "x").write_text("x")
    assert "new folder" in shipped(f"ledger export --format parquet -o {Path.cwd() / 'full'}", code=2).err
