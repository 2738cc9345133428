"""Three days on a terminal are what docs/transcripts says: the same keys at the same hours, whatever day it is."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.transcripts.days import DAYS, play
from tests.transcripts.terminal import width

KEPT = Path(__file__).parents[2] / "docs" / "transcripts"
ALL = list(itertools.product(DAYS, ("en", "zh"), (80, 40)))


@pytest.mark.parametrize(
    ("whose", "lang", "columns"),
    [pytest.param(*one, marks=() if one == ("technician", "zh", 40) else pytest.mark.long) for one in ALL],
)
def test_a_day_is_as_it_is_told(tmp_path: Path, whose: str, lang: str, columns: int) -> None:
    kept = (KEPT / f"{whose}-{lang}-{columns}.txt").read_text("utf-8")
    assert play(tmp_path, whose, lang, columns) == kept, "what is said has changed: python scripts/make_transcripts.py"


@pytest.mark.parametrize(("whose", "lang", "columns"), ALL)
def test_no_line_is_wider_than_the_terminal_and_none_holds_an_error_of_ours(whose: str, lang: str, columns: int) -> None:
    kept = (KEPT / f"{whose}-{lang}-{columns}.txt").read_text("utf-8")
    seen = [line for line in kept.split("\n") if " $ svc " not in line]
    assert [line for line in seen if width(line) > columns] == []
    assert "Traceback" not in kept and "None" not in kept
