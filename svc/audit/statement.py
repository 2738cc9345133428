"""A person's statement of pay for a month: every line with clause, amount and reason, what is carried, what is deducted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from svc.audit.pay import Line
from svc.audit.payroll import PAID
from svc.rules.explain import Step, rows

Sheet = dict[str, Any]


def sheet(
    who: Mapping[str, Any],
    figures: Mapping[str, Any],
    lines: Sequence[Line],
    arithmetic: Sequence[Step],
    appeals: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
) -> Sheet:
    """The statement as plain values. `who` has staff and name, `titles` are the names of the rules."""
    month = figures["month"]
    dates = {row["id"]: row["date"] for row in (*figures["findings"], *figures.get("fined", ()))}
    paid: Mapping[str, Any] = next((row for row in figures.get("pay", {}).get("by_staff", ()) if row["staff"] == who["staff"]), {})
    mine = [line for line in lines if line.staff == who["staff"] and line.month == month]
    carried = [row for row in figures.get("carried", ()) if row["staff"] == who["staff"]]
    return {
        **who,
        "month": month,
        "lines": [_line(line, dates, titles) for line in mine if line.concerns == month and line.what != "approved"],
        "carried": [_carried(row, titles) for row in carried],
        "arithmetic": rows(arithmetic),
        "pay": {name: paid.get(name, "0.00") for name in PAID},
        "appeals": list(appeals),
    }


def _line(line: Line, dates: Mapping[str, str | None], titles: Mapping[str, str]) -> Sheet:
    return {
        "kind": line.kind,
        "what": line.what,
        "id": line.id,
        "title": titles.get(line.rule or "", line.rule),
        "clause": line.clause,
        "date": dates.get(line.id),
        "row": line.row,
        "step": line.step,
        "times": line.times,
        "amount": line.amount,
        "why": line.why,
    }


def _carried(row: Mapping[str, Any], titles: Mapping[str, str]) -> Sheet:
    kept = ("kind", "what", "id", "clause", "concerns", "was", "now", "times", "amount", "why")
    return {**{name: row.get(name) for name in kept}, "title": titles.get(row.get("rule") or "", row.get("rule"))}


def digest(made: Sheet) -> str:
    """What whoever signs has read: SHA-256 of the statement, in whatever language and form it is shown."""
    kept = {name: value for name, value in made.items() if name not in ("seal", "lines", "carried", "name")}
    for name in ("lines", "carried"):
        kept[name] = [{key: value for key, value in row.items() if key != "title"} for row in made[name]]
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
