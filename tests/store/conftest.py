from __future__ import annotations

from pathlib import Path

import pytest

from svc.store.files.ledger import FileLedger

from .helpers import small_desk


@pytest.fixture
def ledger(tmp_path: Path) -> FileLedger:
    """A new, empty desk."""
    return FileLedger.create(tmp_path / "data")


@pytest.fixture
def desk(tmp_path: Path) -> FileLedger:
    """A desk with a few entries in two months."""
    return small_desk(tmp_path)
