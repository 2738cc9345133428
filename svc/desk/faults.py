"""Fault codes: which there are, which are nearly the same, and what is known of one (1.5, 3.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from svc.audit.figures import median
from svc.audit.repeats import repeats
from svc.audit.world import World
from svc.desk import closings, selections
from svc.desk.open import Desk
from svc.domain.clock.precision import elapsed
from svc.domain.nouns.faultcode import key
from svc.domain.text import folded, says_something
from svc.named import NamedTuple
from svc.store.index.wanted import View
from svc.text import Text, near

NEAR = 0.8
"""How much two codes must have in common to be told: `hydraulic` and `hydraulics`, not `pump` and `lamp`."""


class Code(NamedTuple):
    """A fault code as reports name it: how often, and when for the last time (a second)."""

    fault: str
    reports: int
    last: int


_CODES = """
select fault, count(*), max(at) from (
    select coalesce((select c.fault from entry c indexed by entry_id where c.noun = e.noun and c.id = e.id and c.event = 'correct'
        and c.fault is not null and c.at <= ?1 and (?2 is null or c.rec <= ?2) order by c.n desc limit 1), e.fault) as fault, e.at as at
    from entry e where e.noun = 'report' and e.event = 'close' and e.id != ?3 and e.at <= ?1 and (?2 is null or e.rec <= ?2)
) where fault is not null group by fault order by 2 desc, 1
"""


def codes(desk: Desk, view: View, but: str = "") -> list[Code]:
    """The fault codes of closed reports (`but` one) as they were typed, the most frequent first."""
    known = int(view.known_at.timestamp()) if view.known_at else None
    rows = desk.index.select(_CODES, int(view.now.timestamp()), known, but)
    return [Code(str(fault), int(str(count)), int(str(last))) for fault, count, last in rows]


def spelled(desk: Desk, code: str, view: View) -> list[Code]:
    """The spellings of a code, those of codes merged into it among them."""
    names = closings.fault_names(desk.index, view)
    return [one for one in codes(desk, view) if key(one.fault, names) == key(code, names)]


def doubts(desk: Desk, report: str, code: str) -> Iterator[Text]:
    """What to say of a report's code that is nearly one that is in use, and of one that was merged into another."""
    view = desk.view()
    names = closings.fault_names(desk.index, view)
    if folded(code) in names:
        yield Text(f"note: {code} counts as {names[folded(code)]}", f"注意：{code} 已并入 {names[folded(code)]}")
        return
    known: Counter[str] = Counter()
    for one in codes(desk, view, report):
        known[folded(one.fault)] += one.reports
    if known[folded(code)]:
        return
    others = [one for one in known if one != folded(code) and re.findall(r"\d+", one) == re.findall(r"\d+", folded(code))]
    for other in near(folded(code), others, 1, NEAR):
        count = known[other]
        yield Text(
            f"note: {code} is new, {other} is in use ({count} reports); if it is the same: svc report correct {report} --fault {other} --reason …",
            f"注意：{code} 是新代码，已有 {other}（{count} 份报告）；若是同一故障：svc report correct {report} --fault {other} --reason …",
        )


# ---- what is known of one ------------------------------------------------------------------------------


def known(desk: Desk, code: str, product: str | None, view: View) -> dict[str, Any]:
    """How often a fault came, what caused it, what helped, with which parts, how long it took, who knows it."""
    found = spelled(desk, code, view)
    ids = [id for one in found for id in _reports(desk, one.fault, view)]
    world = desk.world(selections.subjects(desk.index, (("report", id) for id in ids), view), view)
    names = world.fault_names
    closed = [
        (one, one.closed)
        for one in world.reports.values()
        if one.closed and key(one.closed.get("fault") or "", names) == key(code, names) and _of(world, one, product)
    ]
    again = {earlier.id for earlier, _ in repeats(world)}
    helped = [(one, entry) for one, entry in closed if entry.get("resolved") and one.id not in again]
    hours = [span for one, _ in closed if (span := _on_site(world, one.visit)) is not None]
    middle = median(hours)
    return {
        "fault": names.get(folded(code), found[0].fault if found else code),
        "product": product,
        "spellings": [one.fault for one in found],
        "reports": len(closed),
        "first": min((world.day(e.at).isoformat() for _, e in closed), default=None),
        "last": max((world.day(e.at).isoformat() for _, e in closed), default=None),
        "products": _most(world.product_of(world.told_reports[one.id].machine, world.day(e.at)) for one, e in closed),
        "causes": _most((e.get("cause_class") for _, e in closed)),
        "cause_texts": _most((e.get("cause") for _, e in closed), texts=True),
        "resolved": sum(bool(e.get("resolved")) for _, e in closed),
        "came_again": sum(one.id in again for one, _ in closed),
        "helped": _most((e.get("solution") for _, e in helped), texts=True),
        "parts": _most(part["name"] for _, e in closed for part in e.get("parts") or () if says_something(part["name"])),
        "median_hours": round(middle / 3600, 1) if middle is not None else None,
        "who": _most(world.visits[one.visit].staff for one, _ in helped if one.visit in world.visits),
    }


def _reports(desk: Desk, fault: str, view: View) -> list[str]:
    rows = desk.index.select(
        "select distinct id from entry where noun = 'report' and fault = ? and at <= ?", fault, int(view.now.timestamp())
    )
    return [str(id) for (id,) in rows]


def _of(world: World, report: Any, product: str | None) -> bool:
    day = world.day(report.closed.at)
    return product is None or folded(world.product_of(world.told_reports[report.id].machine, day) or "") == folded(product)


def _on_site(world: World, visit: str) -> float | None:
    sent = world.visits.get(visit)
    return elapsed(sent.arrived.at, sent.left.at) if sent and sent.arrived and sent.left else None


def _most(values: Any, texts: bool = False) -> list[dict[str, Any]]:
    """Values by how often they are named, what says nothing left out."""
    counts = Counter(value for value in values if value and (not texts or says_something(value)))
    return [{"what": value, "reports": count} for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
