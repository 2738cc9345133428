"""Seals written before lines of pay were kept: what they charged, from the lists that they have, and what they left unsaid.

Such a seal listed what was learned about earlier sealed months (`adjustments`) and charged none of it. Whether somebody
settled that by hand only people know: the head says so once, line by line (`svc audit settle`); what was not is carried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from svc.audit.ceilings import Deduction, standing_fines
from svc.audit.pay import NONE, Line
from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.rules.model import Rule
from svc.store.index.lookups import Index
from svc.store.index.wanted import FOREVER, View
from svc.store.rows.trusted_row import trusted_entry

Figures = dict[str, Any]


class Listed(NamedTuple):
    """A line that an older seal only listed. `by_hand`: whether it was settled by hand; None: nobody has said."""

    line: Line
    by_hand: bool | None

    @property
    def key(self) -> str:
        """By what somebody names it: the month it concerns, whom, what."""
        return f"{self.line.concerns}/{self.line.staff}/{self.line.id}"


def said(index: Index, view: View) -> list[Entry]:
    """What the head said of such lines, as the view knows it, in the order of recording."""
    known = int(view.known_at.timestamp()) if view.known_at else FOREVER
    query = "select raw from entry where noun = 'access' and event = 'settle' and rec <= ? order by n"
    return [trusted_entry("access", raw) for (raw,) in index.select(query, known) if isinstance(raw, bytes)]


def listed(sealed: Mapping[str, Figures], said: Sequence[Entry]) -> list[Listed]:
    """The lines that seals without `pay` list, in their order, each with what was said of it last."""
    found = {(e.get("month"), e.get("staff"), e.get("finding")): bool(e.get("by_hand")) for e in said}
    return [
        Listed(line, found.get((line.concerns, line.staff, line.id)))
        for month, figures in sealed.items()
        if "pay" not in figures
        for line in (_line(month, row) for row in figures.get("adjustments", ()))
    ]


def _line(month: str, row: Figures) -> Line:
    sign = -1 if (row["was"] == "final" and row["now"] != "final") or (row["amount"] or "").startswith("-") else 1
    rule = row["id"].partition("/")[0]
    return Line(month, row["month"], row["staff"], row["name"], "fine", row["id"], None, rule, row["clause"], row["amount"], sign)


def lines(rules: Iterable[Rule], month: str, figures: Figures) -> Iterator[Line]:
    """The fines and records of a seal that kept no lines, from the lists that it did keep."""
    for row in figures.get("fined", ()):
        back = row["status"] != "final" if row["amount"] is None else Decimal(row["amount"]) < 0
        rule = row["id"].partition("/")[0]
        yield Line(month, month, row["staff"], row["name"], "fine", row["id"], None, rule, row["clause"], row["amount"], -1 if back else 1)
    known = list(rules)
    for row in figures.get("sanctions", ()):
        like = (one.id for one in known if one.clause == row["clause"] and one.sanction and row["kind"] in (*one.sanction.record, *one.sanction.by_degree))
        rule = next(like, "")
        yield Line(month, month, row["staff"], row["name"], "record", f"{rule}/{row['subject']}", row["kind"], rule, row["clause"], None, 1)


def deductions(sealed: Mapping[str, Figures], lines: Sequence[Line]) -> Iterator[Deduction]:
    """What such months are taken to have deducted: of what stood at the last of them, what each one's ceiling lets through."""
    older = {month: figures.get("deductions", {}) for month, figures in sealed.items() if "pay" not in figures}
    for who, months in standing_fines(line for line in lines if line.month in older).items():
        for month, gross in months.items():
            rows = (row for row in older.get(month, {}).get("by_staff", ()) if row["staff"] == who)
            row: Mapping[str, Any] = next(rows, {})
            wage, most = (Decimal(row[name]) if row.get(name) else None for name in ("wage", "ceiling"))
            capped = older.get(month, {}).get("capped", False) and gross > 0
            owed = min(gross, most if most is not None else NONE) if capped else gross
            yield Deduction(month, who, month, "fine", gross, wage, most, owed, gross - owed, NONE)
