"""Lines on a terminal fit it, whatever is in them, and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from svc.output.fold import cells, fold
from svc.output.table import _on_terminal

TEXTS = st.text("回转马达油封座，。；）x1 /-", max_size=200)


@given(TEXTS, st.integers(12, 60), st.integers(0, 6))
@example("11111。。回。1 。。", 12, 3)
@example("xx 111111111。", 12, 3)
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(text: str, width: int, indent: int) -> None:
    lines = fold(text, width, " " * indent)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.startswith(" " * indent) for line in lines[1:] if line)


def test_a_closing_mark_takes_the_character_before_it_along() -> None:
    assert fold("油封顶出漏油，停机", 12) == ["油封顶出漏", "油，停机"]
    assert fold("油封（顶出）。停机", 10) == ["油封（顶", "出）。停机"]


def test_words_are_not_torn_apart() -> None:
    assert fold("clause 4.2.3, rule complaint_not_timely: late", 26, "    ") == [
        "clause 4.2.3, rule",
        "    complaint_not_timely:",
        "    late",
    ]


@pytest.mark.parametrize(("columns", "cards"), [(5, False), (16, True)])
def test_a_table_with_more_columns_than_can_be_read_is_told_card_by_card(
    columns: int, cards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    heads = [f"heading {n}" for n in range(columns)]
    shown = _on_terminal(heads, [[f"V2611-{n:04}" for n in range(columns)]])
    assert all(cells(line) <= 80 for line in shown.splitlines())
    assert ("heading 3: V2611-0003" in shown.splitlines()) == cards
    assert ("V2611-0003" in shown) and (cards or shown.split()[:2] == ["heading", "0"])
