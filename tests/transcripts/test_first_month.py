"""The path of a new department, from nothing to the audit of its first month, is what the program prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transcripts import first_month

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_path_in_the_docs_is_what_is_printed(lang: str, tmp_path: Path) -> None:
    """Made anew by `python scripts/make_transcripts.py --first-month`."""
    made = first_month.path(tmp_path, lang)
    assert first_month.kept(ROOT, lang) == made
    for word in first_month.HEADINGS, first_month.ROWS[-1][:5]:
        assert all(cell in made for cell in word)
