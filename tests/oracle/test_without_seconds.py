"""Every figure is the one computed from the same history without seconds: generated quarters, through the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.oracle import quarters
from tests.oracle.test_agreement import AMOUNTS, LIMITS, desk_with

pytestmark = pytest.mark.long  # a quarter lived twice


def to_the_minute(entries: list[quarters.Entry]) -> list[quarters.Entry]:
    """The same entries as people write times, what would then stand there twice only once."""
    kept: list[quarters.Entry] = []
    for entry in entries:
        plain = {k: re.sub(r"(T\d\d:\d\d):\d\d", r"\1:00", v) if isinstance(v, str) and k != "id" else v for k, v in entry.items()}
        if plain not in kept:
            kept.append(plain)
    return kept


@pytest.mark.parametrize("seed", [4])
def test_every_figure_is_that_without_seconds(seed: int, tmp_path: Path) -> None:
    entries = quarters.quarter(seed, 40)
    plain = to_the_minute(entries)
    assert sum(one != other for one, other in zip(entries, plain, strict=False)) > 50
    kept = [e for e in entries if to_the_minute([e])[0] in plain]  # what stands twice in the plain history stands once in both
    desks = []
    for name, told in (("seconds", kept), ("minutes", plain)):
        (tmp_path / name).mkdir()
        desks.append(desk_with(tmp_path / name, told, AMOUNTS, LIMITS))
    for month in quarters.MONTHS:
        one, other = (desk.audit(month, quarters.CEILING) for desk in desks)
        assert one["rules"].pop("sha256") == other["rules"].pop("sha256")
        assert {key: (value, other[key]) for key, value in one.items() if value != other[key]} == {}
