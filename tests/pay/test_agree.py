"""All outputs agree: every sum and status, over JSON, terminal, page, paper, workbook, Markdown, lists, cards and the year.

Invented quarters with seals, late entries, corrections, rulings, appeals and ceilings.
"""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc, today
from tests.pay import statuses
from tests.pay.department import Department

MONTHS = ("2026-08", "2026-09", "2026-10")
PEOPLE = ("S02", "S03")
FORMS = ("md", "html", "xlsx", "pdf")


def lived(svc: Svc, seed: int) -> Department:
    """A quarter: the first two months are sealed, with something learned after each seal; the last is open."""
    chance = random.Random(seed)
    dept = Department(svc)
    if seed % 2:
        dept.capped(3000, *PEOPLE)
    things: list[tuple[str, str]] = []
    for month in MONTHS:
        for _ in range(chance.randint(3, 5)):
            things.append(happens(dept, chance, month))
        if month != MONTHS[-1]:
            dept("--clock-is-right audit submit " + month)
            for _ in range(chance.randint(1, 3)):
                learned(dept, chance, *chance.choice(things))
            things = [happens(dept, chance, month), *things]  # typed after the seal
    disputed(dept)
    return dept


def disputed(dept: Department) -> None:
    """Of every state one, so that no seed goes without: in the open month, one of them in a sealed one."""
    for day, who in (("2026-10-26", "S02"), ("2026-10-27", "S03"), ("2026-09-28", "S03")):
        id = f"disobeyed_dispatch/{dept.disobeyed(day, who)}"
        dept(f"--as {who} finding appeal {id} --reason no")
        if who == "S03" and day > "2026-10":
            dept(f"--as S05 finding uphold {id} --reason 'heard again'")
    moved = dept.silent("S02", "2026-10-28")
    dept(f"--as S02 finding appeal left_without_call/{moved} --reason 'not mine'")
    dept(f"visit correct {moved} --staff S03 --reason misread")
    late = dept.visited("S02", "2026-10-29", "10:30")
    dept(f"visit leave {late} --at 2026-10-29T11:00")
    dept(f"conduct log --about S02 --kind disobedience --visit {late} --summary no --at 2026-10-29T12:00")
    said = "complaint log --channel phone --from CU0001 --about S03 --kind service --cause attitude --summary x"
    dept(f"{said} --at 2026-10-24T15:00")
    refuted = dept(f"{said} --at 2026-10-25T15:00")
    dept(f"--as S05 complaint verify {refuted} --dismissed --reason so --at 2026-10-25T16:00")
    fallen = dept(f"{said} --at 2026-10-26T15:00")
    dept(f"--as S05 complaint verify {fallen} --upheld --harms-image --reason so --at 2026-10-26T16:00")
    dept(f"--as S05 finding dismiss complaint_attitude/{fallen} --reason video --at 2026-10-27T09:00")


def happens(dept: Department, chance: random.Random, month: str) -> tuple[str, str]:
    day, who = f"{month}-{chance.randint(3, 25):02d}", chance.choice(PEOPLE)
    kind = chance.choice(("silent", "disobeyed", "late", "quarrel"))
    if kind == "silent":
        return "left_without_call", dept.silent(who, day)
    if kind == "disobeyed":
        return "disobeyed_dispatch", dept.disobeyed(day, who)
    if kind == "late":
        visit = dept.visited(who, day, "10:30")
        dept.left(visit, day, "--called-in", "11:00")
        dept(f"finding uphold late_arrival/{visit} --reason overslept --at {day}T13:00")
        return "late_arrival", visit
    one = dept(f"complaint log --channel phone --from CU0001 --about {who} --kind service --cause quarrel --summary x --at {day}T15:00")
    dept(f"--as S05 complaint verify {one} --upheld --reason so --at {day}T16:00")
    return "complaint_quarrel", one


def learned(dept: Department, chance: random.Random, rule: str, subject: str) -> None:
    """Somebody rules again, appeals, or the person on the visit was another: all of it may be refused, for it was said before."""
    ruling = chance.choice(("dismiss", "waive", "appeal", "correct", "reassign"))
    if ruling == "reassign" and subject.startswith("V"):  # before its promise came due: what came due after it is the other's
        day = dept.svc(f"visit show {subject} --json").json["promised"][:10]
        dept.svc.run("visit", "reassign", subject, "--to", chance.choice(PEOPLE), "--at", f"{day}T08:00", "--reason", "ill")
    elif ruling == "correct" and subject.startswith("V"):
        dept.svc.run("visit", "correct", subject, "--staff", chance.choice(PEOPLE), "--reason", "misread")
    elif ruling == "appeal":
        dept.svc.run("--as", chance.choice(PEOPLE), "finding", "appeal", f"{rule}/{subject}", "--reason", "no")
    else:
        dept.svc.run("--as", "S05", "finding", ruling if ruling in ("dismiss", "waive") else "dismiss", f"{rule}/{subject}", "--reason", "so")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_every_sum_and_status_is_the_same_everywhere(svc: Svc, tmp_path: Path, seed: int) -> None:
    dept = lived(svc, seed)
    months = {month: dept.month(month) for month in MONTHS}
    assert {row["status"] for row in months["2026-10"]["findings"]} >= set(statuses.STATUS) - {"waived"}
    now: dict[str, str] = {}
    current = f"{today():%Y-%m}"  # the clock's: what is typed without a day is of it
    appeals = {current: {who: svc(f"staff statement {who} --month {current} --json").json["appeals"] for who in PEOPLE}}
    for month, figures in months.items():
        sums_agree(figures)
        now |= lists_agree(svc, month, figures)
        appeals[month] = people_agree(svc, month, figures)
        forms_agree(svc, tmp_path, month, figures)
    every = seed > 1  # the long one reads every card, and the year in every form
    of_each = {status: id for id, status in now.items()}
    statuses.cards_agree(svc, now if every else {id: status for status, id in of_each.items()}, every)
    assert statuses.appeals_agree(svc, tmp_path, appeals) > 2
    complaints_agree(svc, months)
    rulings_agree(svc, dept.month(current))
    whole = svc("audit year 2026 --json").json["whole"]
    if every:
        statuses.month_agrees(whole, statuses.bare(svc("--lang zh audit year 2026").out))
    for form in FORMS if every else ():
        file = tmp_path / f"year.{form}"
        svc(f"--lang zh audit year 2026 --out {file}")
        statuses.month_agrees(whole, statuses.said(form, file))
    later = [dept.month(month) for month in ("2026-11", "2026-12") if month <= current]  # rulings of the day it is are of the year, or of none
    for path in (("fines", "payable"), ("deductions", "deductible")):
        assert money(whole, *path) == sum(money(f, *path) for f in (*months.values(), *later))


def money(figures: Any, *path: str) -> Decimal:
    for key in path:
        figures = figures[key]
    return Decimal(figures)


def total(rows: Any, key: str) -> Decimal:
    return sum((Decimal(row[key]) for row in rows if row[key] is not None), Decimal(0))


def sums_agree(figures: Any) -> None:
    """The month's fines are those of its people, and those of its lines."""
    carried = [row for row in figures["carried"] if row["kind"] == "fine"]
    assert money(figures, "fines", "payable") == total(figures["fines"]["by_staff"], "amount")
    assert money(figures, "fines", "payable") == total(figures["fined"], "amount") + total(carried, "amount")
    assert figures["adjustments"] == carried
    rows = figures["pay"]["by_staff"]
    assert total(rows, "deducted") == money(figures, "deductions", "deductible")
    for row in rows:
        assert Decimal(row["net"]) == Decimal(row["bonuses"]) - Decimal(row["deducted"])


def lists_agree(svc: Svc, month: str, figures: Any) -> dict[str, str]:
    """How each finding stands now."""
    listed = svc(f"finding list --month {month} --json").json
    assert {row["id"]: (row["staff"], row["status"]) for row in listed if row["status"]} == {
        row["id"]: (row["staff"], row["status"]) for row in figures["findings"]
    }
    statuses.lists_agree(svc, listed, month)
    found = {}
    for row in listed:
        now = svc.run("finding", "show", row["id"], "--json")
        today = (row.get("today") or row["status"]).split(" ")[0]
        assert (now.json["status"] if now.code == 0 else "ok") == today
        found[row["id"]] = today
    return {id: status for id, status in found.items() if status != "ok"}


def people_agree(svc: Svc, month: str, figures: Any) -> dict[str, list[Any]]:
    """What everybody said on his statement against findings."""
    appeals = {}
    paid = {row["staff"]: row for row in svc(f"audit pay {month} --draft --json").json}
    for who in PEOPLE:
        fined = next((row["amount"] for row in figures["fines"]["by_staff"] if row["staff"] == who), "0.00")
        person = next(row for row in figures["staff"] if row["staff"] == who)
        shown = svc(f"staff show {who} --month {month} --json").json["figures"]
        said = svc(f"staff statement {who} --month {month} --json").json
        assert person["fines"] == shown["fines"] == fined
        assert person["pay"] == shown["pay"] == said["pay"] == {name: paid[who][name] for name in said["pay"]}
        assert Decimal(said["pay"]["fines"]) + Decimal(said["pay"]["carried"]) == Decimal(fined)
        lines = [row for row in (*said["lines"], *said["carried"]) if row["kind"] == "fine"]
        assert total(lines, "amount") == Decimal(fined)
        appeals[who] = said["appeals"]
    return appeals


def forms_agree(svc: Svc, folder: Path, month: str, figures: Any) -> None:
    sums = {figures["fines"]["payable"], *(row["amount"] for row in figures["fines"]["by_staff"])}
    sums |= {row[name] for row in figures["pay"]["by_staff"] for name in ("deducted", "net", "waiting")}
    terminal = svc(f"--lang zh audit month {month}").out
    for sum_ in sums:
        assert f"{Decimal(sum_):,.2f}" in terminal
    statuses.month_agrees(figures, statuses.bare(terminal))
    for form in FORMS:
        path = folder / f"{month}.{form}"
        svc(f"--lang zh audit month {month} --out {path}")
        said = statuses.said(form, path)
        known = numbers(path) if form == "xlsx" else said
        for sum_ in sums:
            assert (float(sum_) if form == "xlsx" else f"{Decimal(sum_):,.2f}") in known, (form, sum_)
        statuses.month_agrees(figures, said)


def rulings_agree(svc: Svc, newest: Any) -> None:
    """What waits for a ruling: on the board, in the open month, in the list of findings, on each one's card."""
    waits = {row["id"] for row in newest["waiting"] if row["noun"] == "finding"}
    assert waits == {row["id"] for row in svc("today --json").json if row["noun"] == "finding"}
    verify = {row["id"] for row in newest["waiting"] if row["kind"] == "verify"}  # a ruling that comes with the verdict
    assert all(row["id"] in waits or row["id"].split("/")[1] in verify for row in newest["open_rulings"])
    for id in waits:
        assert svc(f"finding show {id} --json").json["status"] in ("awaiting_ruling", "final"), "final: appealed against"


def numbers(path: Path) -> set[float]:
    """Every number of a workbook."""
    from openpyxl import load_workbook

    cells = (cell for sheet in load_workbook(path) for row in sheet.values for cell in row)
    return {float(cell) for cell in cells if isinstance(cell, int | float)}


def complaints_agree(svc: Svc, months: Any) -> None:
    """How a complaint stands now, on its card, in the open month and on the board."""
    listed = {row["id"]: row["standing"] for row in months[MONTHS[-1]]["complaints"]["list"]}
    remedies = {row["id"] for row in svc("today --json").json if row["kind"] == "remedy"}
    for id, standing in listed.items():
        assert svc(f"complaint show {id} --json").json["standing"] == standing
        assert (id in remedies) == (standing == "upheld")
    for row in svc("complaint list --last 100 --json").json:
        assert (row["id"] in remedies) == (row["standing"] == "upheld")
