"""What quality costs, a second time: yuan by fault, product and supplier, days between failures, parts that fail early.

Of the repairs reported in the month. A visit costs once, however many machines were seen to on it: labour, travel and
what was bought on the way with the report of its own machine, parts with the report that names them. See `figures.py`
for the words used.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from . import books
from . import figures as base

if TYPE_CHECKING:
    from .figures import Entry, World

EARLY_DAYS = 180


def yuan(amount: Fraction) -> str:
    return f"{(Decimal(amount.numerator) / amount.denominator).quantize(Decimal('0.01'), ROUND_HALF_EVEN):.2f}"


def repairs(w: World) -> list[Entry]:
    """The month's reports of repair visits."""
    return [c for c in base.repair_closes(w) if w.in_month(c["at"])]


def machine_row(w: World, close: Entry) -> Entry:
    return w.registers["machine"].get(base.machine_of(w, close) or "", {})


def cost(w: World, close: Entry) -> Fraction:
    """What a repair cost: its own parts; and, if it is the report of the visit's own machine, all else of the visit."""
    day = books.local_day(w, close["at"])
    own = sum((Fraction(books.price(w, part, day) or 0) * qty for part, qty, known in books.fitted(w, close) if known), Fraction(0))
    return own + (beside_parts(w, base.visit_of(w, close)) if w.closes[close["visit"]]["id"] == close["id"] else 0)


def beside_parts(w: World, visit: Entry) -> Fraction:
    """The hours on site at the price of an hour on the day of leaving, and the lines of claims that were not refused."""
    total = Fraction(0)
    came, went = base.arrived(w, visit["id"]), base.left(w, visit["id"])
    if came and went:
        hour = books.price(w, "LABOUR", books.local_day(w, went)) or Decimal(0)
        total += Fraction((went - came) // timedelta(minutes=1), 60) * Fraction(hour)
    for submit in books.submissions(w):
        said = books.reviewed(w, submit)
        if submit["trip"] == visit["id"] and not (said and said["verdict"] == "refuse"):
            paid = [line for line in submit["lines"] if line["category"] in ("transport", "lodging", "meals", "parts")]
            total += sum((Fraction(line["amount"]) for line in paid), Fraction(0))
    return total


def ranked(w: World, closes: list[Entry], facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Repairs and yuan by some facts, what cost most first, with the share of all yuan down to each line."""
    rows: dict[tuple[Any, ...], list[Fraction]] = {}
    for close in closes:
        rows.setdefault(tuple(fact(close) for fact in facts.values()), []).append(cost(w, close))
    whole, so_far, found = sum(map(sum, rows.values()), Fraction(0)), Fraction(0), []
    for what in sorted(rows, key=lambda what: (-sum(rows[what]), [part or "" for part in what])):
        so_far += sum(rows[what])
        row = dict(zip(facts, what, strict=True))
        found.append({**row, "repairs": len(rows[what]), "cost": yuan(sum(rows[what], Fraction(0))), "cumulative": float(so_far / whole) if whole else None})
    return found


def birthdays(sold: date, day: date) -> int:
    """Whole years since the sale: on its day of the year another one is full."""
    return sum((year, sold.month, sold.day) <= (day.year, day.month, day.day) for year in range(sold.year + 1, day.year + 1))


def year_of(row: Entry, day: date) -> int | None:
    """In which year of its life a machine is on a day, the first being 1; before its sale in the first too."""
    return birthdays(date.fromisoformat(row["sold"]), day) + 1 if row.get("sold") else None


def month_days(w: World) -> Iterator[date]:
    """The days of the month that have begun."""
    day, last = books.local_day(w, w.start), books.local_day(w, min(w.end - base.TINY, w.now))
    while day <= last:
        yield day
        day += timedelta(days=1)


def between(w: World, closes: list[Entry]) -> list[dict[str, Any]]:
    """By product and year of life: on how many days of the month how many machines were out there, failures, the quotient."""
    if not closes:
        return []
    days: dict[tuple[str, int], int] = {}
    for day in month_days(w):
        for row in w.registers["machine"].values():
            if row.get("product") and row.get("sold") and row["sold"] <= day.isoformat():
                key = row["product"], year_of(row, day) or 0
                days[key] = days.get(key, 0) + 1
    failed = [(machine_row(w, c).get("product"), year_of(machine_row(w, c), books.local_day(w, c["at"]))) for c in closes]
    return [
        {
            "product": what, "year": year, "machine_days": n, "failures": failed.count((what, year)),
            "days_between": round(n / failed.count((what, year)), 1) if (what, year) in failed else None,
        }
        for (what, year), n in sorted(days.items())
    ]  # fmt: skip


def early(w: World, closes: list[Entry]) -> list[dict[str, Any]]:
    """Parts replaced within 180 days of the sale of their machine: in how many repairs, after how many days first."""
    ages: dict[tuple[str, str | None], list[int]] = {}
    for close in closes:
        row = machine_row(w, close)
        if row.get("sold"):
            age = (books.local_day(w, close["at"]) - date.fromisoformat(row["sold"])).days
            if 0 <= age <= EARLY_DAYS:
                for part in {one["name"] for one in close.get("parts") or ()}:
                    ages.setdefault((part, row.get("product")), []).append(age)
    order = sorted(ages, key=lambda key: (-len(ages[key]), key[0], key[1] or ""))
    return [{"part": part, "product": what, "times": len(ages[part, what]), "earliest_days": min(ages[part, what])} for part, what in order]


def quality(w: World) -> dict[str, Any]:
    """What the month's repairs cost, by what they were of; how long machines run; what fails early."""
    mine = repairs(w)
    facts = {
        "product": lambda c: machine_row(w, c).get("product"),
        "fault": lambda c: base.shown_code(w, c["fault"]) if c.get("fault") else None,
        "cause_class": lambda c: c.get("cause_class"),
    }
    supplier = {"supplier": lambda c: machine_row(w, c).get("supplier")}
    return {
        "cost": ranked(w, mine, facts),
        "by_product": ranked(w, mine, {"product": facts["product"]}),
        "by_supplier": ranked(w, [c for c in mine if machine_row(w, c).get("supplier")], supplier),
        "between_failures": between(w, mine),
        "early_parts": early(w, mine),
    }
