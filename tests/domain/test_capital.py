"""Amounts in capital characters: the examples of the rules for bills, and nothing lost on the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.output.papers.slips import capital


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10.00", "壹拾元整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000.00", "壹拾万元整"),
        ("100001.00", "壹拾万零壹元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("5000010.00", "伍佰万零壹拾元整"),
        ("9999999.99", "玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("100000000.00", "壹亿元整"),
        ("100020000.00", "壹亿零贰万元整"),
        ("100000003.00", "壹亿零叁元整"),
    ],
)
def test_examples(amount: str, words: str) -> None:
    assert capital(amount) == words


_VALUES = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}


def read_back(words: str) -> int:
    """The fen that the words mean: written apart from `capital`, digit by digit."""
    total = section = digit = 0
    for c in words.replace("整", ""):
        if c in _VALUES:
            digit = _VALUES[c]
        elif c in "拾佰仟":
            section, digit = section + digit * {"拾": 10, "佰": 100, "仟": 1000}[c], 0
        elif c in "万亿":
            total, section, digit = total + (section + digit) * {"万": 10**4, "亿": 10**8}[c], 0, 0
        elif c == "元":
            total, section, digit = (total + section + digit) * 100, 0, 0
        else:
            total, digit = total + digit * {"角": 10, "分": 1}[c], 0
    return total


@given(st.integers(0, 999_999_999_999))
def test_the_words_mean_the_amount(fen: int) -> None:
    words = capital(f"{fen // 100}.{fen % 100:02d}")
    assert read_back(words) == fen
    assert "零零" not in words and "零元" not in words.removeprefix("零元")
