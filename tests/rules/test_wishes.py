"""Thirteen wishes of departments, written with nothing but docs/rules.md: each with its cases, and a month computed by hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from svc.rules.cases import read_cases, tried
from svc.rules.file import examine
from svc.rules.inspection import inspect
from svc.rules.results import carry_out
from tests.conftest import Svc

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rules.md").read_text("utf-8")
SHIPPED = (ROOT / "svc/rules/template.yaml").read_text("utf-8")
WISHES = re.findall(r"### (\d+)\. ([^\n]*)\n\n```yaml\n(.*?)```\n\n```yaml\n(.*?)```", PAGE, re.S)
BY_NUMBER = {number: rules for number, _, rules, _ in WISHES}


def added(text: str, wish: str) -> str:
    """The shipped file with a wish added, part by part: an amount or limit of the same name is replaced, rules come last."""
    parts = dict(re.findall(r"(?ms)^(\w+):\n(.*?)(?=^\w|\Z)", wish))
    for name in ("amounts", "limits"):
        for id in re.findall(r"(?m)^  (\w+):", parts.get(name, "")):
            text = re.sub(
                rf"(?ms)(^{name}:\n(?:(?!^\w).)*?)^  {id}:(?:\n    .*?(?=\n  \w|\n\n|\n#)|[^\n]*)", r"\1", text, count=1
            )
        text = text.replace(f"\n{name}:\n", f"\n{name}:\n{parts.get(name, '')}", 1)
    if "own" in parts:
        kinds = dict(re.findall(r"(?ms)^  (\w+):\n(.*?)(?=^  \w|\Z)", parts["own"]))
        text = text if "\nown:\n" in text else text.replace("\namounts:\n", "\nown:\namounts:\n", 1)
        for part, things in kinds.items():
            known = f"\n  {part}:\n" in text
            text = (
                text.replace(f"\n  {part}:\n", f"\n  {part}:\n{things}")
                if known
                else text.replace("\nown:\n", f"\nown:\n  {part}:\n{things}", 1)
            )
    return text.replace("\n# ━━━━━━━━ 六", "\n" + parts.get("rules", "") + "\n# ━━━━━━━━ 六", 1)


def test_there_are_thirteen() -> None:
    assert [number for number, *_ in WISHES] == [str(n) for n in range(1, 14)]


@pytest.mark.parametrize(("number", "title", "wish", "tests"), WISHES, ids=[title for _, title, *_ in WISHES])
def test_wish(number: str, title: str, wish: str, tests: str) -> None:
    data = added(SHIPPED, wish).encode()
    rules, problems = examine("rules.yaml", data)
    assert rules is not None, [(p.line, p.what.en) for p in problems]
    cases, mistakes = read_cases(f"format: svc-rules-tests/1\n{tests}".encode(), rules)
    assert cases and mistakes == [], [(p.line, p.what.en) for p in mistakes]
    assert {case.name: carry_out(case, rules).differences for case in cases} == {case.name: () for case in cases}
    shipped, _ = read_cases((ROOT / "svc/rules/tests_template.yaml").read_bytes(), rules)
    wrong = [p for p in inspect(data, rules, date(2026, 11, 29), tried([*shipped, *cases])) if not p.note]
    assert wrong == [], [(p.line, p.what.en) for p in wrong]


def test_all_at_once_are_one_file() -> None:
    text = SHIPPED
    for number in ("1", "2", "3", "4", "5", "6", "8", "9"):
        text = added(text, BY_NUMBER[number])
    rules, problems = examine("rules.yaml", text.encode())
    assert rules is not None, [(p.line, p.what.en) for p in problems]
    assert set(yaml.safe_load(text)["own"]) == {"conduct_kinds", "report_items"}


@pytest.fixture
def month(svc: Svc) -> Svc:
    """S02's October of the page: eight visits, three of them late, a report late, a low score, a photo missing."""
    text = (svc.desk / "rules.yaml").read_text("utf-8")
    for number in ("1", "2", "3", "4", "6", "9"):
        text = added(text, BY_NUMBER[number])
    (svc.desk / "rules.yaml").write_text(text, "utf-8")
    svc("rules set report_incomplete 50 --from 2026-10-01")
    for id, row in {
        "CU0901": "--region 广东 --distance-km 20",
        "CU0902": "--region 广东 --distance-km 20 --key-every-days 90",
        "CU0903": "--region 广东",
    }.items():
        svc(f"customer add --id {id} --name {id} --phone 138-0000-0{id[-3:]} {row}")
    for day, at, customer, photo, scores in (
        (13, "10:15", "CU0901", True, "2222"), (14, "10:16", "CU0901", False, "5555"), (21, "10:40", "CU0902", True, "5555"),
        (19, "11:00", "CU0901", True, ""), (15, "09:50", "CU0903", True, ""),
    ):  # fmt: skip
        _visit(svc, day, at, customer, photo, scores)
    return svc


def _visit(svc: Svc, day: int, at: str, customer: str, photo: bool, scores: str) -> None:
    call = svc(
        f"call log --channel phone --from {customer} --kind repair --summary x --needs-service --at 2026-10-{day - 1:02}T09:00"
    ).id
    visit = svc(
        f"visit dispatch --call {call} --staff S02 --promised 2026-10-{day}T10:00 --at 2026-10-{day - 1:02}T10:00"
    ).id
    svc(f"visit arrive {visit} --at 2026-10-{day}T{at}")
    svc(f"visit leave {visit} --called-in 2026-10-{day}T16:55 --at 2026-10-{day}T17:00")
    closed = "2026-10-18T16:00" if day == 15 else f"2026-10-{day}T18:00"
    item = "--item photo=IMG-1" if photo else ""
    svc(f"report close {visit} --cause wear --solution seal --no-parts --opinion good {item} --at {closed}")
    if scores:
        said = " ".join(
            f"--score {name}={n}" for name, n in zip(("speed", "skill", "manners", "overall"), scores, strict=True)
        )
        svc(f"report survey {visit} {said} --at 2026-10-{day}T17:30")


def test_the_month_of_the_page(month: Svc) -> None:
    found = {row["id"]: row for row in month.audit("2026-10")["findings"]}
    late = sorted(id for id in found if id.startswith("late_arrival/"))
    assert len(late) == 3
    by_day = {row["date"]: row["id"] for row in found.values() if row["rule"] == "late_arrival"}
    for day, ruled in (("2026-10-14", 15), ("2026-10-21", 22), ("2026-10-19", 30)):
        month(f"finding uphold {by_day[day]} --reason overslept --at 2026-10-{ruled}T09:00")
    low = next(id for id in found if id.startswith("low_score/"))
    month(f"finding uphold {low} --reason true --at 2026-10-30T09:00")
    figures = month.audit("2026-10")
    amounts = {row["date"]: row["amount"] for row in figures["findings"] if row["rule"] == "late_arrival"}
    assert amounts == {"2026-10-14": "100.00", "2026-10-21": "150.00", "2026-10-19": "200.00"}
    assert [row["status"] for row in figures["findings"] if row["rule"] == "report_late"] == ["facts_missing"]
    assert figures["fines"]["payable"] == "530.00"
    assert sum(float(row["amount"]) for row in figures["bonuses"]) == 40
    told = month(f"finding show {by_day['2026-10-19']}").out
    assert "3rd late_arrival of 2026-10 to stand, after" in told and ": 200.00" in told
    month(f"finding dismiss {by_day['2026-10-14']} --reason 'road closed' --at 2026-10-31T09:00")
    assert month.audit("2026-10")["fines"]["payable"] == "330.00"  # 150 and 100: the third has become the second
