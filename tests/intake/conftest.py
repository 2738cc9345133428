"""Files to import, and what a desk holds before and after."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result, Svc

Line = dict[str, Any]


def contents(desk: Path) -> dict[str, bytes]:
    """Every byte of a desk but its index and lock."""
    return {
        str(path.relative_to(desk)): path.read_bytes()
        for path in sorted(desk.rglob("*"))
        if path.is_file() and ".svc" not in path.parts
    }


def lines(*given: Line | str) -> str:
    """A file of the neutral form; a text stands as it is."""
    return "".join((one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)) + "\n" for one in given)


Import = Callable[..., Result]


@pytest.fixture
def take(bare: Svc, tmp_path: Path) -> Import:
    """Import lines of the neutral form into a bare desk; a refusal must leave every byte as it was."""

    def run(*given: Line | str, options: tuple[str, ...] = (), desk: Svc = bare) -> Result:
        file = tmp_path / "in.jsonl"
        file.write_text(lines(*given), "utf-8")
        before = contents(desk.desk)
        result = desk.run("ledger", "import", str(file), *options)
        if result.code:
            assert contents(desk.desk) == before, "something was written"
        return result

    return run
