"""The invented department: the shipped desk, the generator behind it, `svc init --demo`."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from svc.demo import SEED, department, events
from svc.demo.people import TECHNICIANS
from tests import forks

ROOT = Path(__file__).resolve().parent.parent
MONTHS = ("2026-08", "2026-09", "2026-10")
STRANGER = {"LOGNAME": "nobody-here", "USER": "nobody-here"}


def svc(desk: Path, *words: str, code: int = 0) -> str:
    """What a command prints to somebody who is no member of staff."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SVC_")} | STRANGER
    done = forks.run(("--desk", str(desk), *words), environ, cwd=ROOT)
    assert done.returncode == code, f"svc {' '.join(words)}: exit {done.returncode}\n{done.stderr.decode()}"
    return done.stdout.decode()


def content(folder: Path) -> dict[str, bytes]:
    """The files of a desk but for its index."""
    paths = [folder / "rules.yaml", *(folder / "data").rglob("*")]
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in paths if p.is_file() and ".svc" not in p.parts
    }


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped desk."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns(".svc"))
    for name in ("rules.yaml", "rules_tests.yaml"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def audits(shipped: Path) -> dict[str, Any]:
    """The three months of the shipped desk."""
    return {m: json.loads(svc(shipped, "audit", "month", m, "--json")) for m in MONTHS}


# ---- the shipped desk --------------------------------------------------------------------------------


def test_the_shipped_ledgers_verify_and_its_rules_hold(shipped: Path) -> None:
    svc(shipped, "ledger", "verify")
    svc(shipped, "rules", "check")


def test_everybody_may_read_the_shipped_desk_and_nothing_of_it_changes(shipped: Path) -> None:
    before = content(shipped)
    for line in (
        "today", "finding list --month 2026-10", "finding list --open", "call list", "visit list",
        "report list", "complaint list", "conduct list", "customer list", "customer show CU0004",
        "machine show WT220-0003",
        "staff show S06", "call show C2610-0003", "visit show V2610-0003", "report show R2610-0003",
        "complaint show K2610-0003", "rules list", "ledger export --month 2026-09",
    ):  # fmt: skip
        assert svc(shipped, *line.split())
    svc(shipped, "check", code=1)
    assert content(shipped) == before


@pytest.mark.parametrize("month", MONTHS)
def test_a_shipped_month_shows_every_kind_of_call_visit_and_report(
    audits: dict[str, Any], month: str
) -> None:
    a = audits[month]
    assert 80 <= a["calls"]["registered"] <= 120
    assert set(a["calls"]["by_channel"]) == {"phone", "letter", "walk-in", "wechat", "email"}
    assert set(a["calls"]["by_kind"]) == {"consult", "repair", "install", "quote", "complaint", "other"}
    assert a["calls"]["on_days_off"] and a["calls"]["matched"] < a["calls"]["registered"]
    assert all(a["replies"][k] for k in ("within", "late", "overdue"))
    names = ("on_time", "late", "missed", "left_without_calling", "call_in_unknown")
    assert all(a["visits"][k] for k in (*names, "repromised_by_customer", "repromised_by_us"))
    assert all(a["reports"][k] for k in ("missing", "incomplete", "archived"))
    assert {"cause", "opinion", "parts"} <= set(a["reports"]["missing_items"])
    assert all(a["surveys"][k] for k in ("returned", "refused", "missing"))
    assert a["repairs"]["repeat"] and a["data_quality"]["typed_late"] and not a["data_quality"]["dated_ahead"]
    pareto = a["products"]["pareto"]
    assert pareto[0]["reports"] >= 2 * pareto[len(pareto) // 4]["reports"], (
        "worth reading: few causes, many faults"
    )


@pytest.mark.parametrize("month", MONTHS)
def test_a_shipped_month_shows_every_standing_of_findings_and_complaints(
    audits: dict[str, Any], month: str
) -> None:
    a = audits[month]
    complaints = a["complaints"]
    causes = {"quarrel", "solicitation", "untimely", "repeat-repair", "attitude", "other"}
    assert set(complaints["by_cause"]) == causes
    assert complaints["upheld"] and complaints["dismissed"] and complaints["open"]
    assert {"disobedience", "unreachable"} <= set(a["conduct"]["by_kind"])
    found = {(f["rule"], f["status"]) for f in a["findings"]}
    late = {"final", "waived", "dismissed", "awaiting_ruling", "facts_missing"}
    assert {("late_arrival", status) for status in late} <= found
    assert {("left_without_call", s) for s in ("final", "waived", "facts_missing")} <= found
    assert {("report_incomplete", "final"), ("disobeyed_dispatch", "final")} <= found
    both = Counter(f["subject"] for f in a["findings"] if f["subject"].startswith("V"))
    assert max(both.values()) == 2, "two offences on one visit"
    assert a["sanctions"] and a["fines"]["unset"]


@pytest.mark.parametrize("month", MONTHS)
def test_a_shipped_month_lives_in_the_smaller_books_too(audits: dict[str, Any], month: str) -> None:
    a = audits[month]
    for book in ("quotes", "installs", "tours", "escalations", "defects", "claims", "returns", "expenses", "tools"):
        assert a[book]["opened"], book
    quotes = a["quotes"]
    assert quotes["chargeable"] and quotes["free"] and not quotes["undecided"] and quotes["accepted"] != "0.00"
    assert 0 < a["breaches"]["paid_job_quoted"] == quotes["unquoted"] <= 5
    kinds = ("approved", "refused", "blocked_by_tools", "awaiting")
    assert all(a["expenses"]["lines"][kind] for kind in kinds) and a["tools"]["not_turned_in"] != "0.00"
    found = {(f["rule"], f["status"]) for f in a["findings"]}
    assert {("receipt_wrong_place", "final"), ("receipt_invalid", "final"), ("tool_not_returned", "final")} <= found
    assert a["tours"]["introduced"] and any(said["count"] for said in a["tours"]["opinions"].values())


def test_the_shipped_quarter_has_each_ending_of_contracts_returns_and_claims(audits: dict[str, Any]) -> None:
    installs = [a["installs"] for a in audits.values()]
    assert all(sum(one[k] for one in installs) for k in ("in_time", "late", "trained", "untrained"))
    returns = [a["returns"] for a in audits.values()]
    assert all(sum(float(one[k]) for one in returns) for k in ("cost_to_customer", "cost_to_company"))
    assert audits["2026-10"]["returns"]["awaiting_consent"] == 1
    assert any(a["claims"]["recovered"] != "0.00" for a in audits.values())
    assert any(a["defects"]["closed"] for a in audits.values()) and audits["2026-10"]["defects"]["list"]
    assert "receipt_fraud" in {f["rule"] for a in audits.values() for f in a["findings"]}


def test_the_amounts_of_the_shipped_desk_come_into_force_one_after_the_other(audits: dict[str, Any]) -> None:
    def amounts(month: str, rule: str, status: str = "final") -> set[tuple[str | None, bool]]:
        rows = [f for f in audits[month]["findings"] if f["rule"] == rule and f["status"] == status]
        return {(f["amount"], f["date"] >= "2026-10-15") for f in rows}

    assert amounts("2026-08", "report_incomplete") == {(None, False)}
    assert amounts("2026-09", "report_incomplete") == {("50.00", False)}
    assert amounts("2026-10", "late_arrival") == {("100.00", False), ("200.00", True)}
    assert {row for m in MONTHS for row in amounts(m, "disobeyed_dispatch")} <= {(None, False), (None, True)}
    assert any(amount == "300.00" for m in MONTHS for amount, _ in amounts(m, "complaint_attitude"))


def test_the_shipped_desk_has_amendments_and_an_upheld_complaint_that_nobody_made_good(
    shipped: Path, audits: dict[str, Any]
) -> None:
    told = [json.loads(line) for line in svc(shipped, "ledger", "export").splitlines()]
    kinds = Counter((one["ledger"], one["event"]) for one in told)
    assert kinds["report", "amend"] and kinds["visit", "cancel"] and kinds["call", "escalate"]
    assert any(one.get("no_call_in") for one in told)
    assert audits["2026-10"]["complaints"]["unremedied"]
    assert not any(one["ledger"] == "staff" and one.get("login") for one in told)
    holiday = [one for one in told if one["ledger"] == "call" and "2026-10-01" <= one["at"] < "2026-10-08"]
    assert any(one["event"] == "log" for one in holiday)


# ---- making it ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script() -> Iterator[Any]:
    """scripts/make_demo_data.py as a module."""
    spec = importlib.util.spec_from_file_location("make_demo_data", ROOT / "scripts" / "make_demo_data.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.long
def test_the_shipped_desk_is_what_the_program_records_today(script: Any, tmp_path: Path) -> None:
    script.make(tmp_path / "made", script.START, script.END, SEED)
    script.place(tmp_path / "made", tmp_path)
    assert content(tmp_path) == content(ROOT), "make it anew: python scripts/make_demo_data.py"


# ---- the generator -----------------------------------------------------------------------------------


def test_the_same_seed_tells_the_same_life_and_another_one_another() -> None:
    start, end = date(2026, 8, 1), date(2026, 9, 1)
    assert events(start, end, 1) == events(start, end, 1) != events(start, end, 2)
    assert department() == department()


@pytest.mark.parametrize("seed", range(5))
def test_events_come_in_order_of_time_after_what_they_name(seed: int) -> None:
    told = events(date(2026, 2, 1), date(2026, 4, 1), seed)
    times = [datetime.fromisoformat(one["at"]) for one in told]
    assert times == sorted(times)
    known: set[str] = set()
    for one in told:
        named = [one[k] for k in ("call", "visit", "trip", "report") if k in one]
        named += [one["id"].split("/")[1]] if one["ledger"] == "finding" else []
        assert set(named) <= known, one
        known.add(one["id"])
    logged = [one for one in told if (one["ledger"], one["event"]) == ("call", "log")]
    assert 130 <= len(logged) <= 260 and {one["at"][:7] for one in logged} == {"2026-02", "2026-03"}


def test_the_department_is_invented() -> None:
    rows = department()
    count = Counter(row["ledger"] for row in rows)
    assert count == {"supplier": 2, "staff": 13, "customer": 24, "machine": 40} and len(TECHNICIANS) == 5
    phones = [n.strip() for row in rows for n in row.get("phone", "").split(";") if n]
    assert phones and all(n.startswith(("138-0000-", "139-0000-")) for n in phones)
    told = events(date(2026, 8, 1), date(2026, 9, 1), SEED)
    callers = [one["from"] for one in told if one["event"] == "log" and "from" in one]
    assert all(c.startswith(("CU", "138-0000-")) for c in callers)


# ---- svc init --demo ---------------------------------------------------------------------------------


def test_init_demo_gives_a_desk_whose_audit_works(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SVC_")}
    done = forks.run(("init", str(desk), "--demo"), environ, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    month = done.stdout.decode().split()[-1]
    audit = json.loads(svc(desk, "audit", "month", month, "--json"))
    assert (
        audit["calls"]["registered"] > 60
        and audit["fines"]["payable"] == "0.00"
        and audit["fines"]["unset"] > 5
    )
    svc(desk, "ledger", "verify")
