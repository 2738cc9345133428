"""Statements of pay and pay lists: a person's month to be read and signed, and a row a person for whoever pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from svc.audit import ceilings, people, statement
from svc.audit.ceilings import read_deduction
from svc.audit.pay import Line, read_line
from svc.audit.payroll import PAID
from svc.desk import selections
from svc.desk.open import Desk
from svc.domain.entry import Entry, after
from svc.domain.nouns import finding
from svc.errors import Conflict
from svc.recording import door
from svc.recording.charged import charged
from svc.recording.older_seals import Listed
from svc.recording.sealing import current_figures, sealed_figures
from svc.reports import titles
from svc.rules.explain import Step
from svc.store.index.wanted import View
from svc.text import Text

Sheet = dict[str, Any]

COLUMNS = {
    "month": Text("month", "月份"),
    "staff": Text("id", "编号"),
    "name": Text("name", "姓名"),
    "bonuses": Text("bonuses", "奖金"),
    "fines": Text("fines of the month", "本期罚款"),
    "carried": Text("carried", "结转"),
    "deducted": Text("deducted", "实扣"),
    "waiting": Text("waits", "待扣"),
    "net": Text("net", "应发净额"),
    "expenses": Text("expenses", "报销"),
    "seal": Text("seal", "封存指纹"),
}
LISTED = {
    "line": Text("line", "差额"),
    "name": Text("name", "姓名"),
    "clause": Text("clause", "条款"),
    "amount": Text("yuan", "金额（元）"),
    "listed": Text("listed in the seal of", "列于封存月份"),
}
"""What is shown of a line that an older seal only listed."""
MONEY = (*PAID, "expenses")
"""The columns that hold yuan."""


def unsaid(desk: Desk) -> list[Listed]:
    """What older seals only listed and nobody has said of whether it was settled by hand."""
    return charged(desk, desk.view()).unsaid


def listed_row(one: Listed) -> Sheet:
    """A line that an older seal only listed, to be said of whether it was settled by hand."""
    line = one.line
    named = {"month": line.concerns, "staff": line.staff, "id": line.id}
    return {"line": one.key, "name": line.name, "clause": line.clause, "amount": line.amount, "listed": line.month, **named}


def of(desk: Desk, who: str, month: str) -> Sheet:
    """A person's statement of a month, as sealed where it is (`seal` says by which), else as it stands now."""
    figures, lines, seal = _month(desk, month)
    mine = [line for line in lines if line.staff == who and line.month == month]
    deducted = [read_deduction(row) for row in figures.get("pay", {}).get("deducted", ()) if row["staff"] == who]
    deducted = [one for one in deducted if one.month == month]
    bound = charged(desk, desk.view()).bound(who, month)
    told = ceilings.steps(desk.rulebook.of(month), month, mine, deducted, bound)
    person = {"staff": who, "name": desk.person("staff", who).get("name")}
    made = statement.sheet(person, figures, mine, told, _appeals(desk, who, mine), titles(desk))
    return {**made, "seal": seal}


def months(desk: Desk, who: str, name: str, view: View, sealed: bool) -> tuple[people.Month, Sheet | None]:
    """A person's month, as sealed where it is (`sealed`: unless a moment was asked for), and what is known now if that is other."""
    today = _known(desk, who, name, view)
    seal = desk.seals.read(name) if sealed else None
    if seal is None:
        return today, None
    at = desk.time(seal.at)
    then, paid = _known(desk, who, name, View(at, at)), of(desk, who, name)
    row: Sheet = next((row for row in (sealed_figures(desk, name) or {})["staff"] if row["staff"] == who), {})
    figures = {**then.figures, **{key: row[key] for key in row if key in then.figures and key != "findings"}, "carried": paid["carried"]}
    told = then._replace(figures=figures, arithmetic=[Step(s["kind"], Text(s["en"], s["zh"]), s["source"]) for s in paid["arithmetic"]])
    return told, _differs(told, today)


def _known(desk: Desk, who: str, name: str, view: View) -> people.Month:
    world, span = desk.month(name, view)
    return people.month(world, name, span, who, charged(desk, view).before(name))


def _differs(then: people.Month, now: people.Month) -> Sheet | None:
    """What is known now of a sealed month that it does not say; None where that is nothing."""
    was, new = ({one["id"]: one["status"] for one in month.figures["findings"]} for month in (then, now))
    changed = [
        {"id": id, "was": was.get(id), "now": new.get(id)} for id in sorted(was | new) if was.get(id) != new.get(id)
    ]
    if not changed and then.figures["fines"] == now.figures["fines"]:
        return None
    return {"fines": now.figures["fines"], "findings": changed}


def record(desk: Desk, who: str, view: View) -> list[Sheet]:
    """The sanctions that stand in a person's record, of all times."""
    found = selections.record(desk.index, who, desk.rulebook.recorded(), view)
    return people.record(desk.world(found, view), who)


def _month(desk: Desk, month: str) -> tuple[Mapping[str, Any], Sequence[Line], Mapping[str, str] | None]:
    sealed = sealed_figures(desk, month)
    seal = desk.seals.read(month)
    if sealed is None or seal is None:
        figures = current_figures(desk, month, desk.view())
        return figures, [read_line(row) for row in figures["pay"]["lines"]], None
    lines = [line for line in charged(desk, desk.view()).lines if line.month == month]
    return sealed, lines, {"at": seal.at, "by": seal.by, "sha256": seal.sha256}


def _appeals(desk: Desk, who: str, lines: Sequence[Line]) -> list[Sheet]:
    """What the person said against findings, and whether somebody has ruled on his case since; what others said is theirs."""
    found = []
    for id in dict.fromkeys(line.id for line in lines):
        entries = [one for one in (desk.entries("finding", id) if "/" in id else ()) if one.get("about") in (None, who)]
        for entry in (one for one in entries if one.event == "appeal" and (one.get("about") or one.by) == who):
            ruled = [one for one in (*entries, *desk.entries("complaint", finding.belongs_to(entry))) if one.event in (*finding.RULINGS, "verify")]
            decided = not all(after(entry, one) for one in ruled)
            day = f"{entry.at.astimezone(desk.zone):%Y-%m-%d}"
            found.append({"id": id, "date": day, "reason": entry.get("reason"), "decided": decided})
    return found


def sign(desk: Desk, sheet: Sheet, paper: bool, key: str | None, dry: bool) -> Entry:
    """Record that the statement of a sealed month was read: by the person himself, or on paper."""
    from svc.recording.signing import approver

    if sheet["seal"] is None:
        raise Conflict(
            Text(f"{sheet['month']} is not sealed: its statement may still change", f"{sheet['month']} 尚未封存，结算单还会变"),
            Text(f"first: svc audit submit {sheet['month']}", f"先执行：svc audit submit {sheet['month']}"),
        )
    given = {"staff": sheet["staff"], "month": sheet["month"], "hash": statement.digest(sheet)}
    if paper:
        given["paper"] = "yes"
    return door.record(desk, "statement", "sign", None, given, None, dry, None if paper else approver(desk, key))


def pay_list(desk: Desk, month: str, draft: bool) -> list[Sheet]:
    """A row a person for whoever pays; Conflict for a month that is not sealed, unless a draft is asked for."""
    figures, lines, seal = _month(desk, month)
    if seal is None and not draft:
        raise Conflict(
            Text(f"{month} is not sealed: what it pays may still change", f"{month} 尚未封存，应发数还会变"),
            Text(f"first: svc audit submit {month}; or: --draft", f"先执行：svc audit submit {month}；或加 --draft"),
        )
    rows = {row["staff"]: row for row in figures.get("pay", {}).get("by_staff", ())}
    paid = _expenses([line for line in lines if line.month == month])
    there = set(desk.register("staff")) - charged(desk, desk.view()).gone(month)
    return [
        {
            "month": month,
            "staff": who,
            "name": desk.person("staff", who).get("name"),
            **{name: rows.get(who, {}).get(name, "0.00") for name in PAID},
            "expenses": f"{paid.get(who, Decimal(0)):.2f}",
            "seal": seal["sha256"] if seal else "draft",
        }
        for who in sorted(there | rows.keys() | paid.keys())
    ]


def _expenses(lines: Sequence[Line]) -> dict[str, Decimal]:
    """By claimant: the receipts that are paid."""
    paid: dict[str, Decimal] = {}
    for line in lines:
        if line.what == "approved" and line.staff:
            paid[line.staff] = paid.get(line.staff, Decimal(0)) + line.yuan
    return paid
