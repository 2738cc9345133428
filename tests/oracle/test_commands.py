"""Random commands, held against everything that they recorded after each hundred: on files and on a server.

Many more: `python -m tests.oracle.commands --commands 2000 [--server URL]`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.commands import live

DEEDS = {"call", "visit", "report", "quote", "complaint", "expense", "finding", "undo", "machine"}


@pytest.mark.long
@pytest.mark.parametrize("place", ["files", "server"])
def test_months_and_boards_by_keys_are_those_of_everything(place: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("pg_url") if place == "server" else None
    office, wrong = live(tmp_path, 300, seed=8, server=server, tell=lambda _: None)
    assert wrong == []
    assert min(office.done[deed] for deed in DEEDS) > 0, office.done
