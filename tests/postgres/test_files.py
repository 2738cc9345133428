"""Photos on a server: kept, verified, erased there, and carried along when a desk moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.postgres.fixtures import sql

pytestmark = pytest.mark.long  # a server

JPEG = b"\xff\xd8\xff a picture"


def test_files_lie_in_the_server_and_move_with_the_desk(pg_url: str, tmp_path: Path) -> None:
    svc = Svc(tmp_path / "none", SVC_DESK=pg_url, XDG_CACHE_HOME=str(tmp_path / "cache"))
    (tmp_path / "a.jpg").write_bytes(JPEG)
    (tmp_path / "b.jpg").write_bytes(JPEG + b"!")
    svc("staff edit S01 --login boss")
    svc("customer add --name Works --phone 138-0000-0001")
    svc("call log --channel phone --from CU0001 --kind other --summary x")
    svc(f"attach C1 {tmp_path}/a.jpg {tmp_path}/b.jpg")
    assert sql(pg_url, "select count(*), sum(octet_length(body)) from svc.file") == [(2, 2 * len(JPEG) + 1)]
    svc("ledger verify")
    svc('attachment erase N2 --reason "shows a face"')
    svc(f"desk move {pg_url} {tmp_path}/moved")
    files = [p for p in (tmp_path / "moved/data/files").rglob("*") if p.is_file()]
    assert [p.read_bytes() for p in files] == [JPEG]
    Svc(tmp_path / "moved")("--as S01 ledger verify")
    svc('customer erase CU0001 --reason "asked for it"')
    assert sql(pg_url, "select count(*) from svc.file") == [(0,)]
    svc("ledger verify")
