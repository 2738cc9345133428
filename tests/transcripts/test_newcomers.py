"""The first ten minutes of a clerk, a head and IT are seen as their transcripts show them."""

from __future__ import annotations

import pytest

from tests.transcripts.newcomers import PEOPLE, ROOT, play, ten_lines

FOLDER = ROOT / "docs" / "transcripts"


@pytest.mark.parametrize("name", PEOPLE)
def test_the_transcript_is_of_what_is_typed_today(name: str) -> None:
    lang, before, typed = PEOPLE[name]
    shown = [line[2:] for line in (FOLDER / f"{name}.txt").read_text("utf-8").split("\n") if line.startswith("$ ")]
    assert shown == [*ten_lines(lang)[:before], *(one.line for one in typed)]


@pytest.mark.long
@pytest.mark.parametrize("name", PEOPLE)
def test_it_is_seen_so_again(name: str) -> None:
    assert play(name) == (FOLDER / f"{name}.txt").read_text("utf-8"), "python scripts/make_transcripts.py --first"
