"""Ceilings on what a person pays in a month (`caps` in the rules file), and what each pay deducts under them.

A ceiling binds by month: of the fines that became final in a month and stand, no more than its ceiling is deducted,
and what is over it is not deducted later either. What falls is paid back in full; what rises takes the room that the
paying month's own ceiling leaves, the oldest first, and the rest waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from svc.audit.pay import NONE, Line, amount_text
from svc.named import NamedTuple
from svc.rules.explain import Step
from svc.rules.model import Row, Rules
from svc.text import Text

CENT = Decimal("0.01")

Figures = dict[str, Any]


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


def ceiling(rules: Rules, day: date, wage: str | None) -> Ceiling | None:
    """The ceiling in force on a day; None where there is none."""
    rows = [
        rules.caps[id].on(day) if id in rules.caps else None for id in ("monthly_deduction_percent", "keep_at_least")
    ]
    percent, keep = (row if row and row.value is not None else None for row in rows)
    if percent is None and keep is None:
        return None
    return Ceiling(Decimal(wage) if wage else None, percent, keep)


Bound = Callable[[str, str], Ceiling | None]
"""The ceiling of a person (id) in a month ("2026-10"), with the wage of that month; None: there is none."""


class Deduction(NamedTuple):
    """What the pay of `month` deducts (or, below nought, pays back) for what one month comes to.

    `gross` are the fines that became final in the month that it `concerns` and stand; `over` its ceiling is gone,
    `waiting` comes in a later pay. kind: fine, or bonus for one taken back. `ceiling` None: none is in force, or
    there is no wage to go by.
    """

    month: str
    staff: str
    concerns: str
    kind: str
    gross: Decimal
    wage: Decimal | None
    ceiling: Decimal | None
    deducted: Decimal
    over: Decimal
    waiting: Decimal

    def row(self) -> Figures:
        """As a seal keeps it."""
        return {name: amount_text(value) if name in _SUMS else value for name, value in self._asdict().items()}


_SUMS = ("gross", "wage", "ceiling", "deducted", "over", "waiting")


def read_deduction(row: Mapping[str, Any]) -> Deduction:
    """A deduction as a seal keeps it."""
    sums = {name: None if row.get(name) is None else Decimal(row[name]) for name in _SUMS}
    return Deduction(row["month"], row["staff"], row["concerns"], row.get("kind") or "fine", **sums)  # type: ignore[arg-type]


def deduct(
    month: str, lines: Sequence[Line], earlier: Sequence[Deduction], bound: Bound, gone: frozenset[str]
) -> list[Deduction]:
    """What the pay of a month deducts from everybody, and pays back.

    `lines` are those of this month and of all before it, `earlier` what pays before this one deducted; `gone` are
    people who had left before the month began: they get back what falls, nothing is deducted from them.
    """
    whom = sorted({line.staff for line in lines if line.staff} | {one.staff for one in earlier})
    lots, taken = standing_fines(lines), _taken(earlier)
    return [one for who in whom for one in _of(who, month, lines, lots.get(who, {}), taken, bound, who in gone)]


def standing_fines(lines: Iterable[Line]) -> dict[str, dict[str, Decimal]]:
    """By person and month: the fines that became final in that month and stand now.

    A fine that is taken back is taken from the month in which it became final last.
    """
    by_fine: dict[tuple[str, str], dict[str, Decimal]] = {}
    for line in lines:
        if line.kind == "fine" and line.staff:
            months = by_fine.setdefault((line.staff, line.id), {})
            months[line.concerns] = months.get(line.concerns, NONE) + line.yuan
    found: dict[str, dict[str, Decimal]] = {}
    for (who, _), months in by_fine.items():
        for month, left in _standing(months):
            found.setdefault(who, {})[month] = found.get(who, {}).get(month, NONE) + left
    return found


def _standing(months: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    lots: list[tuple[str, Decimal]] = []
    for month in sorted(months):
        left = months[month]
        while left < 0 and lots:
            last, amount = lots.pop()
            left += amount
            if left > 0:
                lots.append((last, left))
                left = NONE
        if left:
            lots.append((month, left))
    return lots


def _taken(earlier: Iterable[Deduction]) -> dict[tuple[str, str, str], Decimal]:
    taken: dict[tuple[str, str, str], Decimal] = {}
    for one in earlier:
        key = (one.staff, one.concerns, one.kind)
        taken[key] = taken.get(key, NONE) + one.deducted
    return taken


def due(gross: Decimal, bound: Ceiling | None) -> Decimal:
    """What of a month's standing fines is deducted for it, at most: nothing where a ceiling has no wage to go by."""
    return gross if bound is None or gross <= 0 else min(gross, bound.most if bound.most is not None else NONE)


def _of(
    who: str,
    month: str,
    lines: Sequence[Line],
    lots: Mapping[str, Decimal],
    taken: Mapping[tuple[str, str, str], Decimal],
    bound: Bound,
    gone: bool,
) -> Iterator[Deduction]:
    own_bound, gross = bound(who, month), lots.get(month, NONE)
    most = due(gross, own_bound)
    room = None if own_bound is None else (own_bound.most or NONE) - max(most, NONE)
    if gross:
        held = most if gone and most > 0 else NONE
        yield _deduction(who, month, month, "fine", gross, own_bound, most - held, most, held)
    for kind, concerns, owed, limit in _earlier(who, month, lines, lots, taken, bound):
        rise = owed - taken.get((who, concerns, kind), NONE)
        take = rise if rise <= 0 else NONE if gone else rise if room is None else min(rise, room)
        room = room if room is None or rise <= 0 else room - take
        if rise:
            gross = lots.get(concerns, NONE) if kind == "fine" else owed
            yield _deduction(who, month, concerns, kind, gross, limit, take, owed, rise - take)


def _earlier(
    who: str,
    month: str,
    lines: Sequence[Line],
    lots: Mapping[str, Decimal],
    taken: Mapping[tuple[str, str, str], Decimal],
    bound: Bound,
) -> Iterator[tuple[str, str, Decimal, Ceiling | None]]:
    """For each earlier month, the oldest first: what is to be deducted for it in all, fines and bonuses taken back."""
    back: dict[str, Decimal] = {}
    for line in lines:
        if line.kind == "bonus" and line.staff == who and line.yuan < 0:
            back[line.concerns] = back.get(line.concerns, NONE) - line.yuan
    known = {concerns for one, concerns, _ in taken if one == who}
    for concerns in sorted(known | set(lots) | set(back)):
        if concerns < month:
            limit = bound(who, concerns)
            yield "fine", concerns, due(lots.get(concerns, NONE), limit), limit
        if concerns in back:
            yield "bonus", concerns, back[concerns], None


def _deduction(
    who: str, month: str, concerns: str, kind: str, gross: Decimal, bound: Ceiling | None, deducted: Decimal,
    owed: Decimal, waiting: Decimal,
) -> Deduction:  # fmt: skip
    wage, most = (bound.wage, bound.most) if bound else (None, None)
    return Deduction(month, who, concerns, kind, gross, wage, most, deducted, gross - owed, waiting)


# ---- the arithmetic in words -----------------------------------------------------------------------


def steps(rules: Rules, month: str, lines: Sequence[Line], deducted: Sequence[Deduction], bound: Ceiling | None) -> list[Step]:
    """The arithmetic of one person's month: the sum of the fines, what is carried, the ceiling, what is deducted."""
    fines = [line for line in lines if line.kind == "fine"]
    mine = [line.yuan for line in fines if line.concerns == month and line.amount is not None]
    total = sum(mine, NONE)
    parts = " + ".join(f"{a:.2f}" for a in mine).replace("+ -", "− ") or "0.00"
    told = [Step("sum", Text(f"fines of the month: {parts} = {total:.2f} yuan", f"当月罚款：{parts} = {total:.2f} 元"))]
    told += [_carried(line) for line in fines if line.concerns != month]
    told += _bounds(rules, bound) if bound else []
    rows = [one for one in deducted if bound is not None or one.concerns != month or one.waiting]
    told += [step for one in rows for step in _deducted(one, month, bound)]
    return told


def _carried(line: Line) -> Step:
    return Step(
        "carried",
        Text(
            f"carried from {line.concerns}, {line.id}: {line.yuan:.2f} yuan",
            f"{line.concerns} 结转，{line.id}：{line.yuan:.2f} 元",
        ),
    )


def _bounds(rules: Rules, bound: Ceiling) -> list[Step]:
    if bound.wage is None:
        said = Text(
            "there is a ceiling, but his wage is not recorded: nothing is deducted until it is (svc staff edit --wage)",
            "定了扣款上限，但没有登记工资：登记以前不扣（svc staff edit --wage）",
        )
        return [Step("ceiling", said)]
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


def _deducted(one: Deduction, month: str, bound: Ceiling | None) -> list[Step]:
    if one.concerns != month:
        return [Step("deducted", _of_earlier(one))]
    if bound is not None and bound.wage is None:
        return []
    if one.waiting:
        said = Text(
            f"deducted: {one.deducted:.2f} yuan; {one.waiting:.2f} yuan wait, he has left",
            f"实扣 {one.deducted:.2f} 元；{one.waiting:.2f} 元待扣（已离职）",
        )
    elif not one.over:
        said = Text(f"deducted: {one.deducted:.2f} yuan, within the ceiling", f"实扣 {one.deducted:.2f} 元，没有超过上限")
    else:
        said = Text(
            f"deducted: {one.deducted:.2f} yuan; {one.over:.2f} yuan are over the ceiling and not deducted, now or later",
            f"实扣 {one.deducted:.2f} 元；超过上限的 {one.over:.2f} 元不扣，以后也不补扣",
        )
    return [Step("deducted", said)]


def _of_earlier(one: Deduction) -> Text:
    """What a month before comes to now, less what was deducted for it: paid back, deducted, waiting, gone."""
    owed, before = one.gross - one.over, one.gross - one.over - one.deducted - one.waiting
    least = f"min({one.gross:.2f}, {one.ceiling:.2f})" if one.ceiling is not None else f"{owed:.2f}"
    rise = f"{least} − {before:.2f} = {owed - before:.2f}"
    if one.deducted < 0:
        return Text(
            f"{one.concerns}: {rise}, paid back {-one.deducted:.2f} yuan",
            f"{one.concerns}：{rise}，退还 {-one.deducted:.2f} 元",
        )
    left = [Text(f"{one.waiting:.2f} wait", f"{one.waiting:.2f} 待扣")] if one.waiting else []
    left += [Text(f"{one.over:.2f} gone", f"超出 {one.over:.2f} 不扣")] if one.over else []
    return Text(
        "; ".join([f"{one.concerns}: {rise}, deducted {one.deducted:.2f} yuan", *(t.en for t in left)]),
        "；".join([f"{one.concerns}：{rise}，实扣 {one.deducted:.2f} 元", *(t.zh for t in left)]),
    )
