"""The pay of a month: its own lines and what it carries, deducted under the ceilings, person by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from svc.audit.ceilings import Bound, Deduction, deduct
from svc.audit.pay import NONE, Known, Line, amount_text
from svc.audit.world import World, grouped
from svc.named import NamedTuple

Figures = dict[str, Any]


class Before(NamedTuple):
    """What a month's pay begins with: what it carries, what was settled and deducted before it, the ceilings."""

    carried: Sequence[Known] = ()
    lines: Sequence[Line] = ()
    deducted: Sequence[Deduction] = ()
    bound: Bound = lambda who, month: None
    gone: frozenset[str] = frozenset()

    def of(self, who: str) -> Before:
        """The same for one person alone."""
        return self._replace(
            carried=[one for one in self.carried if one.line.staff == who],
            lines=[line for line in self.lines if line.staff == who],
            deducted=[one for one in self.deducted if one.staff == who],
        )


class Pay(NamedTuple):
    """A month's pay: its own lines, what it carries, what it deducts."""

    month: str
    own: Sequence[Line]
    carried: Sequence[Known]
    deducted: Sequence[Deduction]
    names: Mapping[str, str | None]

    @property
    def lines(self) -> list[Line]:
        """All that it settles."""
        return [*self.own, *(one.line for one in self.carried)]


def settle(world: World, month: str, lines: Sequence[Line], before: Before) -> Pay:
    """A month's pay from its own lines and what went before."""
    carried = [one.line for one in before.carried]
    deducted = deduct(month, [*before.lines, *carried, *lines], before.deducted, before.bound, before.gone)
    whom = {line.staff for line in (*lines, *carried)} | {one.staff for one in deducted}
    return Pay(month, lines, before.carried, deducted, {who: world.name(who) for who in whom if who})


def figures(pay: Pay) -> Figures:
    """The pay as the figures hold it: a row a person, every line, every deduction."""
    each = of_each(pay)
    rows = [person(each[who], who) for who in sorted(pay.names)]
    return {
        "by_staff": [row for row in rows if any(row[name] != "0.00" for name in PAID)],
        "lines": [line._asdict() for line in pay.lines],
        "deducted": [one.row() for one in pay.deducted],
    }


def of_each(pay: Pay) -> Mapping[str | None, Pay]:
    """The pay of each person alone, from one look at each of its lines."""
    own = grouped((line.staff, line) for line in pay.own)
    carried = grouped((one.line.staff, one) for one in pay.carried)
    deducted: dict[str | None, list[Deduction]] = grouped((one.staff, one) for one in pay.deducted)
    nothing = pay._replace(own=(), carried=(), deducted=())
    each: dict[str | None, Pay] = defaultdict(lambda: nothing)
    for who in {*own, *carried, *deducted}:
        each[who] = pay._replace(own=own.get(who, ()), carried=carried.get(who, ()), deducted=deducted.get(who, ()))
    return each


PAID = ("bonuses", "fines", "carried", "deducted", "waiting", "net")
"""What a person's pay comes to: `fines` are the month's own, `net` is bonuses less what is deducted."""


def person(pay: Pay, who: str) -> Figures:
    """One person's pay."""
    bonuses = _sum(pay.lines, who, "bonus", lambda line: line.yuan > 0)
    deducted = sum((one.deducted for one in pay.deducted if one.staff == who), NONE)
    waiting = sum((one.waiting for one in pay.deducted if one.staff == who), NONE)
    sums = {
        "bonuses": bonuses,
        "fines": _sum(pay.own, who, "fine"),
        "carried": _sum([one.line for one in pay.carried], who, "fine"),
        "deducted": deducted,
        "waiting": waiting,
        "net": bonuses - deducted,
    }
    return {"staff": who, "name": pay.names.get(who), **{name: f"{value:.2f}" for name, value in sums.items()}}


def _sum(
    lines: Iterable[Line], who: str | None, kind: str, which: Callable[[Line], bool] = lambda line: True
) -> Decimal:
    return sum((line.yuan for line in lines if line.staff == who and line.kind == kind and which(line)), NONE)


def fine_figures(pay: Pay) -> Figures:
    """What is payable for the month, in all and by person; a fine without an amount is counted, never guessed."""
    whom = sorted({line.staff for line in pay.lines if line.kind == "fine"}, key=lambda who: who or "")
    lines = [line for line in pay.lines if line.kind == "fine"]
    each = of_each(pay)
    rows = [_fined(each[who], who) for who in whom]
    return {
        "payable": f"{sum((line.yuan for line in lines), NONE):.2f}",
        "by_staff": [row for row in rows if row["count"] or row["unset"] or row["amount"] != "0.00"],
        "unset": sum(_unset(line) for line in lines),
    }


def _unset(line: Line) -> int:
    return max(line.times, 0) if line.amount is None and line.month == line.concerns else line.times if line.amount is None else 0


def _fined(pay: Pay, who: str | None) -> Figures:
    new, old = ([line for line in lines if line.kind == "fine" and line.staff == who] for lines in (pay.own, pay.lines))
    late = [line for line in old if line.month != line.concerns]
    mine, carried = (sum((line.yuan for line in lines), NONE) for lines in (new, late))
    return {
        "staff": who,
        "name": pay.names.get(who or ""),
        "count": sum(max(line.times, 0) for line in new) + sum(line.times for line in late),
        "own": f"{mine:.2f}",
        "carried": f"{carried:.2f}",
        "amount": f"{mine + carried:.2f}",
        "unset": sum(_unset(line) for line in old),
    }


def deduction_figures(pay: Pay, before: Before) -> Figures:
    """What of the fines is deducted: `deductible` in all, and a row for each person and month where a ceiling binds."""
    rows = [row for one in pay.deducted if (row := _bound_row(pay, one, before))]
    return {
        "capped": before.bound("", pay.month) is not None,
        "deductible": f"{sum((one.deducted for one in pay.deducted), NONE):.2f}",
        "wage_missing": sum(row["deductible"] is None for row in rows),
        "by_staff": rows,
    }


def _bound_row(pay: Pay, one: Deduction, before: Before) -> Figures | None:
    bound = before.bound(one.staff, one.concerns)
    if bound is None and before.bound(one.staff, pay.month) is None and not one.waiting:
        return None
    unknown = bound is not None and bound.wage is None and one.concerns == pay.month and one.gross > 0
    return {
        "staff": one.staff,
        "name": pay.names.get(one.staff),
        "concerns": one.concerns,
        "amount": f"{one.gross:.2f}",
        "wage": amount_text(one.wage),
        "ceiling": amount_text(one.ceiling),
        "deductible": None if unknown else f"{one.deducted:.2f}",
        "over": None if unknown else f"{one.over:.2f}",
        "waiting": f"{one.waiting:.2f}",
    }


# ---- a year: the money of its months added ---------------------------------------------------------

_LISTS = ("fined", "carried", "adjustments", "bonuses", "sanctions")
_CARRIED = {"returns": ("cost_to_customer", "cost_to_company"), "expenses": ("approved", "refused", "blocked_by_tools")}


def add_up(months: Sequence[Figures]) -> Figures:
    """The money of months, each as sealed where it is, added: the keys of a month that hold money or records."""
    by_staff = _merged((row for month in months for row in month["fines"]["by_staff"]), ("own", "carried", "amount"))
    return {
        "fines": {
            "payable": _total(month["fines"]["payable"] for month in months),
            "by_staff": by_staff,
            "unset": sum(month["fines"]["unset"] for month in months),
        },
        **{name: [row for month in months for row in month.get(name, ())] for name in _LISTS},
        "deductions": _deductions(months),
        "pay": {"by_staff": _paid(months)},
    }


def books_added(whole: Figures, months: Sequence[Figures]) -> Figures:
    """The sums of the books that months settle, added; everything else of them as counted over the whole."""
    return {
        key: {**whole[key], **{name: _total(month[key][name] for month in months) for name in names}, "carried": {}}
        for key, names in _CARRIED.items()
    }


def _deductions(months: Sequence[Figures]) -> Figures:
    of = [(month["month"], month.get("deductions", {})) for month in months]
    return {
        "capped": any(one.get("capped", False) for _, one in of),
        "deductible": _total(one.get("deductible") for _, one in of),
        "wage_missing": sum(one.get("wage_missing", 0) for _, one in of),
        "by_staff": [{"month": name, **row} for name, one in of for row in one.get("by_staff", ())],
    }


def _paid(months: Sequence[Figures]) -> list[Figures]:
    """What everybody's pays come to; what waits is what waits after the last of them."""
    rows = _merged((row for month in months for row in month.get("pay", {}).get("by_staff", ())), PAID)
    last = {row["staff"]: row["waiting"] for row in months[-1].get("pay", {}).get("by_staff", ())} if months else {}
    return [{**row, "waiting": last.get(row["staff"], "0.00")} for row in rows]


def _merged(rows: Iterable[Figures], sums: Sequence[str]) -> list[Figures]:
    found: dict[str, Figures] = {}
    for row in rows:
        have = found.setdefault(row["staff"] or "", {**row, **{name: "0.00" for name in sums}, **_counts(row, 0)})
        have.update({name: _total((have[name], row.get(name))) for name in sums})
        have.update({name: have[name] + row[name] for name in _counts(row, 0)})
    return [found[who] for who in sorted(found)]


def _counts(row: Figures, value: int) -> dict[str, int]:
    return {name: value for name in ("count", "unset") if name in row}


def _total(amounts: Iterable[str | None]) -> str:
    return f"{sum((Decimal(amount) for amount in amounts if amount is not None), NONE):.2f}"
