"""Months as people say them, beside 2026-10: the latest that has begun; never a guess at what is not understood."""

from __future__ import annotations

from datetime import date

import pytest

from svc.domain.clock.base import period_months
from svc.domain.clock.months import read_month, read_year
from tests.conftest import Svc

NOVEMBER, JANUARY = date(2026, 11, 30), date(2027, 1, 4)


@pytest.mark.parametrize(
    "said, day, month",
    [
        *((said, NOVEMBER, "2026-10") for said in ("上月", "上个月", "last", "last month", "Last", "10月", "十月", "10 月份", "October", "oct", "2026年10月")),
        *((said, NOVEMBER, "2026-11") for said in ("本月", "这个月", "当月", "this", "this month", "11月", "november 2026", "2026-11")),
        ("12月", NOVEMBER, "2025-12"), ("dec", JANUARY, "2026-12"), ("上月", JANUARY, "2026-12"), ("上上月", JANUARY, "2026-11"),
        ("去年12月", JANUARY, "2026-12"), ("今年1月", JANUARY, "2027-01"), ("2025年3月", JANUARY, "2025-03"),
        *((said, NOVEMBER, said) for said in ("13月", "next", "下月", "lst", "", "2026-13", "10", "月", "may 26", "２０２６-10")),
    ],
)  # fmt: skip
def test_a_month(said: str, day: date, month: str) -> None:
    assert read_month(said, day) == month


@pytest.mark.parametrize("said, year", [("今年", "2026"), ("去年", "2025"), ("last", "2025"), ("2026年", "2026"), ("2026", "2026"), ("x", "x")])
def test_a_year(said: str, year: str) -> None:
    assert read_year(said, NOVEMBER) == year


def test_commands_take_them(svc: Svc) -> None:
    for command in ("audit month {}", "audit pay {} --draft", "register calls {}", "call list --month {}", "finding list --month {}"):
        assert svc(command.format("本月")).out == svc(command.format("this")).out
    assert svc("audit month last --json").json["month"] < svc("audit month this --json").json["month"]
    assert "in 20" in svc("audit year 今年", code=2).err  # nothing was recorded in it
    assert "or last, this" in svc("audit month lst", code=2).err


@pytest.mark.parametrize(("month", "per", "first", "last"), [
    ("2026-10", "month", "2026-10", "2026-10"), ("2026-12", "quarter", "2026-10", "2026-12"),
    ("2026-01", "quarter", "2026-01", "2026-03"), ("2026-06", "year", "2026-01", "2026-12"),
])  # fmt: skip
def test_a_month_lies_in_its_quarter_and_year(month: str, per: str, first: str, last: str) -> None:
    assert period_months(month, per) == (first, last)
