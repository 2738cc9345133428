"""Lines on a terminal fit it, whatever is in them, and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from svc.output.fold import cells, fold
from svc.output.tables import _on_terminal

TEXTS = st.text("回转马达油封座，。；（）x1 /-", max_size=200)


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


def test_an_opening_mark_goes_with_what_it_opens() -> None:
    assert fold("刚修过（R2611-0001）", 16) == ["刚修过", "（R2611-0001）"]
    assert fold("刚修过（R2611-0001），再来", 20) == ["刚修过", "（R2611-0001），再来"]


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


FOUND = ("report_incomplete/R2611-0001", "4.6", "S06", "2026-11-25", "facts_missing", "200.00")


@given(st.lists(st.tuples(st.sampled_from(FOUND), TEXTS), min_size=1, max_size=8), st.integers(30, 120))
@example([(value, "新表格第一周，统一补写，免罚") for value in FOUND], 80)
@example([(value, "") for value in ("4.6", "2026-11-25", "facts_missing", FOUND[0])], 60)  # what stands below is wider than what is beside
def test_a_table_breaks_no_number_day_id_or_word_and_loses_no_text(columns: list[tuple[str, str]], width: int) -> None:
    """Ids and days stand side by side or below their row, each whole; texts fold between words."""
    heads = [f"head {n}" for n in range(len(columns) + 1)]
    row = [*(value for value, _ in columns), "".join(columns[0][1].split()) or "-"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        shown = _on_terminal(heads, [row])
    lines = shown.splitlines()
    assert all(cells(line) <= width for line in lines)
    assert all(any(value in line for line in lines) for value in row[:-1])


def test_findings_stand_in_a_table_of_eighty_columns_with_their_reasons_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    heads = ["finding", "clause", "who", "offence", "status", "yuan", "reason"]
    assert _on_terminal(heads, [[*FOUND, "新表格第一周，免罚"], [*FOUND, "-"]]).splitlines()[2:] == [
        "report_incomplete/R2611-0001  4.6     S06  2026-11-25  facts_missing  200.00",
        "  reason: 新表格第一周，免罚",
        "report_incomplete/R2611-0001  4.6     S06  2026-11-25  facts_missing  200.00",
    ]


def test_what_stands_apart_stays_whole_and_lines_stay_lines() -> None:
    keys = "回车：下一项   <：退回   x：丢弃   Ctrl-C：存为草稿并退出"
    assert fold(keys, 40) == ["回车：下一项   <：退回   x：丢弃", "Ctrl-C：存为草稿并退出"]
    assert fold(keys, 80) == [keys]
    assert fold("  two of them:\n  1  CU0001 Works\n  2  CU0002 Quarry", 20, "  ") == ["  two of them:", "  1  CU0001 Works", "  2  CU0002 Quarry"]
    assert all(cells(line) <= 12 for line in fold("one long part   another long part", 12, "  "))
