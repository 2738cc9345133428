"""Lines on a terminal fit it, whatever is in them, and lose nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from svc.output.fold import cells, fold

TEXTS = st.text("回转马达油封座，。；）x1 /-", max_size=200)


@given(TEXTS, st.integers(12, 60), st.integers(0, 6))
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
