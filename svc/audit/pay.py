"""The ceiling on what a person pays in a month, where the rules file has one (`caps`): with its arithmetic.

What is over the ceiling is not deducted, in no later month either: the fines stay in the record, the
money does not follow. What a month takes back (a waiver of an earlier fine) is paid back in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from svc.rules.explain import Step
from svc.rules.model import Row, Rules
from svc.text import Text

CENT = Decimal("0.01")
NONE = Decimal("0.00")


class Ceiling(NamedTuple):
    """What is in force on a day for one person; `most` is None where his wage is not known."""

    wage: Decimal | None
    percent: Row[str] | None
    keep: Row[str] | None

    @property
    def share(self) -> Decimal | None:
        """The percentage of the wage, in yuan."""
        if self.wage is None or self.percent is None or self.percent.value is None:
            return None
        return (self.wage * Decimal(self.percent.value) / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def above(self) -> Decimal | None:
        """What is left of the wage above the sum that must be kept."""
        if self.wage is None or self.keep is None or self.keep.value is None:
            return None
        return max(NONE, self.wage - Decimal(self.keep.value))

    @property
    def most(self) -> Decimal | None:
        """The lower of the two."""
        return min((bound for bound in (self.share, self.above) if bound is not None), default=None)

    def deductible(self, amount: Decimal) -> Decimal | None:
        """What of an amount may be deducted; None where nobody can say, for want of a wage."""
        if amount <= 0:
            return amount
        return None if self.most is None else min(amount, self.most)


def ceiling(rules: Rules, day: date, wage: str | None) -> Ceiling | None:
    """The ceiling in force on a day; None where there is none."""
    rows = [
        rules.caps[id].on(day) if id in rules.caps else None for id in ("monthly_deduction_percent", "keep_at_least")
    ]
    percent, keep = (row if row and row.value is not None else None for row in rows)
    if percent is None and keep is None:
        return None
    return Ceiling(Decimal(wage) if wage else None, percent, keep)


def figures(
    rules: Rules, day: date, fines: Mapping[str, Any], staff: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """What of a month's fines is deducted: `deductible` in all, and a row for each person where there is a ceiling."""
    rows = []
    for fine in fines["by_staff"]:
        bound = ceiling(rules, day, staff.get(fine["staff"] or "", {}).get("wage") or None)
        if bound is not None:
            rows.append(_row(fine, bound))
    capped = ceiling(rules, day, None) is not None
    total = sum((Decimal(row["deductible"]) for row in rows if row["deductible"] is not None), NONE)
    return {
        "capped": capped,
        "deductible": f"{total:.2f}" if capped else fines["payable"],
        "wage_missing": sum(row["deductible"] is None for row in rows),
        "by_staff": rows,
    }


def _row(fine: Mapping[str, Any], bound: Ceiling) -> dict[str, Any]:
    amount = Decimal(fine["amount"])
    deductible = bound.deductible(amount)
    return {
        "staff": fine["staff"],
        "name": fine["name"],
        "amount": fine["amount"],
        "wage": _text(bound.wage),
        "ceiling": _text(bound.most),
        "deductible": _text(deductible),
        "over": None if deductible is None else _text(amount - deductible),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def steps(rules: Rules, day: date, amounts: Sequence[Decimal], wage: str | None) -> list[Step]:
    """The arithmetic of one person's month: the sum of the fines, the ceiling, what is deducted."""
    total = sum(amounts, NONE)
    parts = " + ".join(f"{a:.2f}" for a in amounts).replace("+ -", "− ") or "0.00"
    told = [Step("sum", Text(f"fines of the month: {parts} = {total:.2f} yuan", f"当月罚款：{parts} = {total:.2f} 元"))]
    bound = ceiling(rules, day, wage)
    if bound is None:
        return told
    if bound.wage is None:
        said = Text(
            "there is a ceiling, but his wage is not recorded: nothing is deducted until it is (svc staff edit --wage)",
            "定了扣款上限，但没有登记工资：登记以前不扣（svc staff edit --wage）",
        )
        return [*told, Step("ceiling", said)]
    return [*told, *_bounds(rules, bound), *_deducted(bound, total)]


def _bounds(rules: Rules, bound: Ceiling) -> list[Step]:
    told = []
    if bound.percent:
        sum_ = f"{bound.percent.value} % × {bound.wage} = {bound.share}"
        said = Text(f"ceiling: {sum_} yuan", f"上限：{sum_} 元")
        told.append(Step("ceiling", said, f"{rules.path}:{bound.percent.line}"))
    if bound.keep:
        sum_ = f"{bound.wage} − {bound.keep.value} = {bound.above}"
        said = Text(
            f"to be kept: {bound.keep.value} yuan, so at most {sum_} yuan",
            f"至少留 {bound.keep.value} 元：最多扣 {sum_} 元",
        )
        told.append(Step("ceiling", said, f"{rules.path}:{bound.keep.line}"))
    return told


def _deducted(bound: Ceiling, total: Decimal) -> list[Step]:
    deductible = bound.deductible(total)
    assert deductible is not None
    if deductible == total:
        return [
            Step(
                "deducted",
                Text(f"deducted: {total:.2f} yuan, within the ceiling", f"实扣 {total:.2f} 元，没有超过上限"),
            )
        ]
    over = total - deductible
    return [
        Step(
            "deducted",
            Text(
                f"deducted: {deductible:.2f} yuan; {over:.2f} yuan are over the ceiling and not deducted, now or later",
                f"实扣 {deductible:.2f} 元；超过上限的 {over:.2f} 元不扣，以后也不补扣",
            ),
        )
    ]
