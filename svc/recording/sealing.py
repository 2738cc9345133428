"""Submitting a month: its figures are fixed, sealed, and sent up (1.5). What is learned later is an adjustment."""

from __future__ import annotations

import json
import time
from datetime import datetime
from decimal import Decimal
from typing import Any

from svc.audit.findings import finding_row, findings
from svc.audit.month import audit
from svc.audit.open import items, open_row
from svc.audit.products import trend
from svc.audit.world import Span
from svc.desk.open import Desk
from svc.domain.clock.base import month_names
from svc.domain.ledgers import RULERS
from svc.errors import Conflict, Damaged
from svc.rules.judge import Finding
from svc.store.index.wanted import View
from svc.store.seals import AUDIT, Seal
from svc.text import Text

Figures = dict[str, Any]


def submit(desk: Desk, month: str, key: str | None = None, unsigned: bool = False) -> Seal:
    """Seal a month that has ended; Conflict where it has not, or is sealed already, or an earlier one is missing.

    It is signed by whoever has registered a key (`key`: its file), unless he says that he signs later.
    """
    from svc.recording.signing import signature

    desk.permit(desk.who, RULERS, Text("submit a month", "上报月份"))
    with desk.ledger.lock():
        view = desk.view()
        _refuse(desk, month, desk.month_span(month), view)
        refuse_unverified(desk)
        figures = {**current_figures(desk, month, view), "sealed": True}
        data = json.dumps(figures, ensure_ascii=False, indent=2).encode() + b"\n"
        rules = desk.documents.read("rules.yaml") or b""
        at = view.now.isoformat(timespec="seconds")
        seal = desk.seals.write(
            month, at, desk.who, data, rules, totals(figures), lambda text: signature(desk, text, AUDIT, key, unsigned)
        )
        outlast(desk, view.now)
    return seal


def refuse_unverified(desk: Desk) -> None:
    """Damaged where what is stored is not what was recorded, or the index says something else: no seal goes on that."""
    problems = list(desk.kept.verify(None))
    if problems:
        first, more = problems[0], len(problems) - 1
        others = Text(f" (and {more} more)", f"（另有 {more} 处）") if more else Text("", "")
        raise Damaged(
            Text(f"the month is not sealed, since the desk does not verify: {first.what.en}{others.en}",
                 f"校验未通过，不能封存：{first.what.zh}{others.zh}"),
            Text("see all: svc ledger verify; mend: svc ledger repair --dry-run", "查看全部：svc ledger verify；修复：svc ledger repair --dry-run"),
            place=first.place,
        )  # fmt: skip


def outlast(desk: Desk, moment: datetime) -> None:
    """Wait until the second of a seal is over, while nobody else may write.

    What is recorded after it then has a later time than the seal: of the same second nobody could tell
    whether the sealed figures know it, and it would be no adjustment either.
    """
    for _ in range(40):  # of a clock that stands still we do not wait for ever
        if desk.now() > moment:
            return
        time.sleep(0.05)


def totals(figures: Figures) -> Figures:
    """The few figures that stand in the seal itself, for whoever has nothing but the seal."""
    fines = figures["fines"]
    return {
        "calls": figures["calls"]["registered"],
        "visits": figures["visits"]["due"],
        "reports": figures["reports"]["filed"],
        "complaints": figures["complaints"]["registered"],
        "findings": len(figures["findings"]),
        "fines": fines["payable"],
        "fines_without_amount": fines["unset"],
    }


def try_submit(desk: Desk, month: str) -> None:
    """What `submit` would refuse, refused; nothing is sealed."""
    desk.permit(desk.who, RULERS, Text("submit a month", "上报月份"))
    view = desk.view()
    _refuse(desk, month, desk.month_span(month), view)
    refuse_unverified(desk)
    current_figures(desk, month, view)


def _refuse(desk: Desk, month: str, span: Span, view: View) -> None:
    sealed = desk.seals.read(month)
    if sealed:
        raise Conflict(
            Text(
                f"{month} was submitted already at {sealed.at} by {sealed.by}",
                f"{month} 已由 {sealed.by} 于 {sealed.at} 上报",
            ),
            Text(f"see it: svc audit month {month}", f"查看：svc audit month {month}"),
        )
    if view.now < span.end:
        raise Conflict(
            Text(f"{month} has not ended yet", f"{month} 还没有结束"),
            Text(f"submit it from {span.end:%Y-%m-%d} on", f"{span.end:%Y-%m-%d} 起可以上报"),
        )
    sealed_before = [m for m in desk.seals.months() if m < month]
    if sealed_before and month_names(month, 2)[0] != sealed_before[-1]:
        missing = next(m for m in month_names(month, 240) if m > sealed_before[-1])
        raise Conflict(
            Text(
                f"{missing} is not sealed yet: months are sealed in their order",
                f"{missing} 尚未封存：须按月份顺序封存",
            ),
            Text(f"first: svc audit submit {missing}", f"先执行：svc audit submit {missing}"),
        )
    later = [m for m in desk.seals.months() if m > month]
    if later:
        raise Conflict(
            Text(
                f"{later[0]} is sealed already: an earlier month cannot be put in before it",
                f"{later[0]} 已封存，不能在它之前补封",
            ),
            Text(
                "what is learned late appears as an adjustment in the month it is recorded",
                "迟到的情况会作为调整出现在录入的月份",
            ),
        )


def sealed_figures(desk: Desk, month: str) -> Figures | None:
    """The figures of a month as they were submitted; None where it is not sealed."""
    if desk.seals.read(month) is None:
        return None
    figures: Figures = json.loads(desk.seals.figures(month))
    return figures


def current_figures(desk: Desk, month: str, view: View) -> Figures:
    """The figures of a month as known at the view, with what was learned in it about sealed months."""
    figures, span = _figures(desk, month, view)
    return {
        **figures,
        "sealed": desk.seals.read(month) is not None,
        "adjustments": adjustments(desk, span, view),
        "waiting": waiting(desk, span, view),
    }


def waiting(desk: Desk, span: Span, view: View) -> list[Figures]:
    """What waits at the view of all that began before the span's end: due first, then by age."""
    world = desk.waiting(view)
    return [open_row(world, item) for item in items(world) if item.since < span.end]


def _figures(desk: Desk, month: str, view: View) -> tuple[Figures, Span]:
    world, span = desk.month(month, view)
    figures = audit(world, month, span)
    figures["products"]["trend"] = trend(*desk.half_year(month, view))
    return figures, span


def adjustments(desk: Desk, span: Span, view: View) -> list[Figures]:
    """What was typed in the span (as known at the view), after the seal, about months sealed before it, finding by finding.

    Rulings and waivers count in the month in which they are made, so only what changes the offence itself
    (a late entry, a correction) is here: how much was owed for it at the end of its month, then and as known now.
    """
    rows = []
    known_now = min(span.end, view.known_at or desk.now())
    for month in desk.seals.months():
        seal = desk.seals.read(month)
        assert seal is not None
        sealed_at = desk.time(seal.at)
        known_then = max(sealed_at, span.start)
        if sealed_at >= span.end or known_then >= known_now or span.holds(desk.month_span(month).start):
            continue
        old = _owed(desk, month, View(known_now, known_then))
        new = _owed(desk, month, View(known_now, known_now))
        for id in sorted(old.keys() | new.keys()):
            rows += _adjustment(month, id, old.get(id), new.get(id))
    return rows


def _owed(desk: Desk, month: str, view: View) -> dict[str, tuple[Finding, bool, Figures]]:
    world, span = desk.month(month, view)
    return {f.id: (f, f.owed_at(span.end), finding_row(world, f)) for f in findings(world) if f.priced}


def _adjustment(month: str, id: str, old: Any, new: Any) -> list[Figures]:
    was, now = bool(old and old[1]), bool(new and new[1])
    if was == now:
        return []
    finding, _, row = new if new else old
    sign = Decimal(now - was)
    amount = None if finding.yuan is None else f"{sign * Decimal(finding.yuan):.2f}"
    return [{"month": month, "id": id, "staff": row["staff"], "name": row["name"], "clause": row["clause"],
             "was": old[2]["status"] if old else None, "now": new[2]["status"] if new else None, "amount": amount}]  # fmt: skip
