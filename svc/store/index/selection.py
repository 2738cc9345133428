"""Rows of the index as entries by ledger and id, in order of what happened."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable

from svc.domain.entry import Entry
from svc.domain.sequence import placed
from svc.store.rows.trusted_row import trusted_entry

Selection = dict[str, dict[str, list[Entry]]]
"""Entries by ledger and id, in order of what happened."""


def grouped(rows: Iterable[tuple[str, str, bytes, int, int]], found: Selection) -> Selection:
    """Rows (noun, id, raw, at, n) in the order of noun, id, at and n, put into `found`."""
    of, last, minute, case, recorded = "", "", 0, list[Entry](), list[int]()
    for noun, id, raw, at, n in rows:
        entry = trusted_entry(noun, raw)
        if id != last or noun != of:
            of, last = noun, id
            case, minute, recorded = [entry], at // 60, [n]
            found.setdefault(noun, {})[entry.id] = case
        elif minute == (minute := at // 60):  # of one minute, the order of recording decides
            place = bisect(recorded, n)
            case.insert(len(case) - len(recorded) + place, entry)
            recorded.insert(place, n)
        else:
            case.append(entry)
            recorded = [n]
    for cases in found.values():
        for id, case in cases.items():
            cases[id] = placed(case)
    return found
