"""Submitting a month: its figures are fixed, sealed, and sent up (1.5). What is learned later is an adjustment."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from svc.audit.findings import findings
from svc.audit.month import audit
from svc.audit.open import items, open_row
from svc.audit.products import trend
from svc.audit.resolution import ages, expected
from svc.audit.world import Span, World
from svc.desk.open import Desk
from svc.desk.waiting import roles_for
from svc.domain.cases import Item
from svc.domain.clock.base import month_names
from svc.domain.entry import Entry
from svc.domain.ledgers import OFFICE, RULERS
from svc.errors import Conflict, Damaged
from svc.recording.charged import Charged, charged
from svc.recording.door import record_with
from svc.recording.older_seals import Listed
from svc.store import heads
from svc.store.index.wanted import FOREVER, View
from svc.store.seals import AUDIT, Seal
from svc.text import Text, say

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
        refuse_unsaid(desk, view)
        refuse_unverified(desk)
        figures = {**current_figures(desk, month, view), "sealed": True}
        if not desk.seals.months():
            figures["pay"] = settled_by_hand(desk, month, view, figures["pay"])
        data = json.dumps(figures, ensure_ascii=False, indent=2).encode() + b"\n"
        rules = desk.documents.read("rules.yaml") or b""
        at = view.now.isoformat(timespec="seconds")
        drafted = desk.seals.drafted(
            month, at, desk.who, data, rules, totals(figures), lambda text: signature(desk, text, AUDIT, key, unsigned),
            heads.of(desk.kept, view.now),
        )
        made = {"month": month, "sha256": hashlib.sha256(drafted[f"seals/{month}.txt"]).hexdigest()}
        record_with(desk, "access", "seal", [made], lambda: desk.seals.keep(month, drafted), list(drafted))
        seal = desk.seals.read(month)
        assert seal is not None
        outlast(desk, view.now)
    return seal


def refuse_unsaid(desk: Desk, view: View) -> None:
    """Conflict where older seals list money of which nobody has said whether it was settled by hand: carried, it may be paid twice."""
    unsaid = charged(desk, view).unsaid
    if unsaid:
        raise Conflict(
            Text(f"seals of before list {len(unsaid)} differences, and nobody has said whether they were settled by hand",
                 f"以前的封存列有 {len(unsaid)} 项差额，尚未确认是否已人工结清"),
            Text("say it once, line by line: svc audit settle", "逐项确认一次：svc audit settle"),
        )  # fmt: skip


def settle(desk: Desk, said: Sequence[tuple[Listed, bool]]) -> list[Entry]:
    """Record of lines that older seals only listed whether they were settled by hand."""
    given = [
        {"month": one.line.concerns, "staff": one.line.staff, "finding": one.line.id, "amount": one.line.amount, "by_hand": by_hand}
        for one, by_hand in said
    ]
    with desk.ledger.lock():
        return record_with(desk, "access", "settle", given, lambda: None, ())


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


def settled_by_hand(desk: Desk, month: str, view: View, pay: Figures) -> Figures:
    """The pay of the first sealed month, with the lines of all months before it: those were settled by hand."""
    lines, deducted = charged(desk, view).open_before(month)
    before = {"lines": [line._asdict() for line in lines], "deducted": [one.row() for one in deducted]}
    return {**pay, **{name: before[name] + pay[name] for name in before}}


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
    refuse_unsaid(desk, view)
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
    entry = desk.seals.recorded().get(month)
    if entry:
        raise Conflict(
            Text(f"{month} was sealed by {entry.by} on {entry.at:%Y-%m-%d %H:%M} ({entry.id}), and its seal is gone",
                 f"{month} 已由 {entry.by} 于 {entry.at:%Y-%m-%d %H:%M} 封存（{entry.id}），但封存文件不见了"),
            Text("put a kept copy back into data/seals; a month is sealed once", "请用留存的副本放回 data/seals；一个月只封存一次"),
        )  # fmt: skip
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


def month_figures(desk: Desk, month: str, view: View | None = None, waits: bool = True) -> Figures:
    """The figures of a month: as sealed where it is, unless a view asks for another moment's; where it only stands
    beside another one, without what `waits`."""
    sealed = sealed_figures(desk, month) if view is None else None
    return sealed if sealed is not None else current_figures(desk, month, view or desk.view(), waits)


def current_figures(desk: Desk, month: str, view: View, waits: bool = True) -> Figures:
    """The figures of a month as known at the view; of a sealed one with what its seal says and where the rest went."""
    pay = charged(desk, view)
    both = waits and desk.rulebook.of(month) is desk.rules  # by the same rules: read, folded and judged once
    world, span = desk.month(month, view, both, brief=True)
    figures = audit(world, month, span, pay.before(month))
    figures["products"]["trend"] = trend(*desk.half_year(month, view))
    found = items(world, world.once(findings)) if both else items(desk.waiting(view)) if waits else []
    figures |= {"sealed": desk.seals.read(month) is not None, "waiting": waiting(world, span, found)}
    figures |= {"open_age": ages(figures["waiting"]), "forecast": forecast(desk, month, view)}
    return figures | _beside_the_seal(pay, month, figures) if month in pay.seals else figures


def _beside_the_seal(pay: Charged, month: str, figures: Figures) -> Figures:
    """What a sealed month paid is paid: its seal's deductions, what it said was payable, and which lines went where."""
    sealed = pay.figures[month]
    went = [line for line in pay.lines if line.concerns == month != line.month] + [
        one.line for one in pay.carried if one.line.concerns == month
    ]
    return {
        "deductions": sealed["deductions"] if "deductions" in sealed else figures["deductions"],
        "pay": sealed.get("pay", figures["pay"]),
        "as_sealed": {"payable": sealed["fines"]["payable"], "by_staff": sealed["fines"]["by_staff"]},
        "went": [line._asdict() for line in went],
    }


def forecast(desk: Desk, month: str, view: View) -> Figures:
    """The calls that the month after a month is expected to bring, by those of the fifteen months up to it."""
    names = month_names(month, 15)
    spans = {name: desk.month_span(name) for name in names}
    ended = {name: span for name, span in spans.items() if span.end <= view.now and desk.in_use(span)}
    known = int(view.known_at.timestamp()) if view.known_at else FOREVER
    # By an index that holds all that is asked: fifteen months of rows would be read otherwise.
    query = (
        "select count(distinct id) from entry indexed by entry_log"
        " where noun = 'call' and event = 'log' and at >= ? and at < ? and rec <= ?"
    )
    counts = {
        name: int(str(desk.index.select(query, int(span.start.timestamp()), int(span.end.timestamp()), known)[0][0]))
        for name, span in ended.items()
    }
    year, number = int(month[:4]), int(month[5:])
    after = f"{year + number // 12:04d}-{number % 12 + 1:02d}"
    return expected(after, counts, names)


def waiting(world: World, span: Span, found: Iterable[Item]) -> list[Figures]:
    """What waits, of all that began before the span's end: due first, then by age."""
    rows = (open_row(world, item) for item in found if item.since < span.end)
    return [{**row, "what": say(row["what"]), "who": row["who"] or ", ".join(roles_for(row["do"]) or OFFICE)} for row in rows]


def as_sealed(rows: list[Figures], known: list[Figures]) -> list[Figures]:
    """The findings of a sealed month as it was submitted; `today` is the status known now, where it is another."""
    now = {row["id"]: row for row in known}
    was = {row["id"] for row in rows}
    kept = [{**row, "today": _today(row, now.get(row["id"]))} for row in rows]
    return kept + [{**row, "status": None, "today": row["status"]} for id, row in now.items() if id not in was]


def _today(row: Figures, known: Figures | None) -> str | None:
    if known is None:
        return "ok"
    moved = known["status"] != row["status"] or known["staff"] != row["staff"]
    return f"{known['status']}" + (f" ({known['staff']})" if known["staff"] != row["staff"] else "") if moved else None
