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
MONTHS = ("2026-09", "2026-10", "2026-11")
DONE, RUNNING = MONTHS[:2], MONTHS[2]
NOW = "2026-11-29T18:00"
"""When the last line of the shipped desk was typed."""
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
    """The three months of the shipped desk: two that are over, and the one that runs."""
    return {m: json.loads(svc(shipped, "audit", "month", m, "--as-of", NOW, "--json")) for m in MONTHS}


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
        "complaint show K2610-0003", "rules list", "ledger export --month 2026-09", "part list", "stock list",
        "stock cost WT220-0003", "upkeep due", "defect concerned D2611-0001", "attachment list",
    ):  # fmt: skip
        assert svc(shipped, *line.split())
    svc(shipped, "check", code=1)
    assert content(shipped) == before


@pytest.mark.parametrize("month", MONTHS)
def test_a_shipped_month_shows_every_kind_of_call_visit_and_report(
    audits: dict[str, Any], month: str
) -> None:
    a = audits[month]
    assert 75 <= a["calls"]["registered"] <= 120
    assert set(a["calls"]["by_channel"]) == {"phone", "letter", "walk-in", "wechat", "email"}
    assert set(a["calls"]["by_kind"]) == {"consult", "repair", "install", "quote", "complaint", "other"}
    assert a["calls"]["on_days_off"] and a["calls"]["matched"] < a["calls"]["registered"]
    assert all(a["replies"][k] for k in ("within", "late"))
    names = ("on_time", "late", "missed", "left_without_calling", "call_in_unknown")
    assert all(a["visits"][k] for k in (*names, "repromised_by_customer", "repromised_by_us"))
    assert all(a["reports"][k] for k in ("incomplete", "archived"))
    assert {"opinion"} < set(a["reports"]["missing_items"])
    assert all(a["surveys"][k] for k in ("returned", "refused"))
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
    assert complaints["registered"] == 5 and complaints["upheld"]
    assert {"disobedience", "unreachable"} <= set(a["conduct"]["by_kind"])
    found = {(f["rule"], f["status"]) for f in a["findings"]}
    assert {("late_arrival", status) for status in ("final", "waived", "dismissed")} <= found
    assert {("left_without_call", s) for s in ("final", "facts_missing")} <= found
    assert {("report_incomplete", "final"), ("disobeyed_dispatch", "final")} <= found
    both = Counter(f["subject"] for f in a["findings"] if f["subject"].startswith("V"))
    assert max(both.values()) == 2, "two offences on one visit"
    assert a["sanctions"] and not a["fines"]["unset"]


def test_what_is_over_is_done_with_and_what_runs_has_a_handful_overdue(audits: dict[str, Any], shipped: Path) -> None:
    for month in DONE:
        a = audits[month]
        assert not a["complaints"]["open"] and not a["complaints"]["unremedied"] and not a["reports"]["missing"]
        assert not a["replies"]["overdue"] and "awaiting_ruling" not in {f["status"] for f in a["findings"]}
    causes = {"quarrel", "solicitation", "untimely", "repeat-repair", "attitude", "other"}
    assert {cause for a in audits.values() for cause in a["complaints"]["by_cause"]} == causes
    running = audits[RUNNING]
    assert running["complaints"]["open"] and running["reports"]["missing"] and running["surveys"]["missing"]
    assert ("late_arrival", "awaiting_ruling") in {(f["rule"], f["status"]) for f in running["findings"]}
    board = json.loads(svc(shipped, "today", "--as-of", NOW, "--json"))
    overdue = [one for one in board if one["due"] and one["due"] < NOW]
    old = [one for one in board if one["since"] < "2026-10-15" and one["kind"] != "upkeep"]
    assert 2 <= len(overdue) <= 6 and len(board) <= 45 and len(old) <= 2


def test_a_complaint_is_ruled_on_by_what_happened(shipped: Path, audits: dict[str, Any]) -> None:
    """Nobody is found to have come late who was there in time, or to have repaired twice what was repaired once."""
    upheld = [row for a in audits.values() for row in a["complaints"]["list"] if row["standing"] == "upheld"]
    assert {row["cause"] for row in upheld} >= {"untimely"} and any(a["complaints"]["dismissed"] for a in audits.values())
    for row in upheld:
        told = json.loads(svc(shipped, "complaint", "show", row["id"], "--json"))["entries"]
        visit = json.loads(svc(shipped, "visit", "show", told[0]["visit"], "--json"))
        assert row["cause"] != "untimely" or visit["outcome"] == "late", row


def test_the_shipped_desk_has_what_visits_leave_behind(shipped: Path, audits: dict[str, Any]) -> None:
    for month in MONTHS:
        a = audits[month]
        assert a["stock"]["used"] and a["stock"]["received"] != "0.00" and not a["stock"]["cost"]["unpriced"]
        assert all(a["stock"]["cost"][k] != "0.00" for k in ("labour", "parts", "travel", "in_warranty", "out_of_warranty"))
        assert a["attachments"]["by_kind"]["photo"] and a["upkeep"]["done"] and a["calls"]["by_channel"]["email"]
        assert [row["supplier"] for row in a["quality"]["by_supplier"]] == ["SP01"]
        assert {row["year"] for row in a["quality"]["between_failures"]} == {1, 2, 3, 4}
        assert float(a["quality"]["cost"][0]["cost"]) > 1000
    assert any(a["quality"]["early_parts"] for a in audits.values())
    assert audits[RUNNING]["stock"]["short"] and sum(a["upkeep"]["late"] for a in audits.values())
    assert any(a["attachments"]["repeated"] for a in audits.values()), "one paper with two claims"
    concerned = json.loads(svc(shipped, "defect", "concerned", "D2611-0001", "--as-of", NOW, "--json"))
    assert {bool(row["done"]) for row in concerned} == {True, False}
    told = [json.loads(line) for line in svc(shipped, "ledger", "export").splitlines()]
    prices = {(e["subject"], e["since"], e["was"], e["value"]) for e in told if e["ledger"] == "change" and e.get("of") == "part" and e.get("was")}
    assert prices == {("LABOUR", "2026-11-01", "120.00", "130.00"), ("YG-3308", "2026-10-01", "185.00", "198.00")}
    [over] = [one for one in json.loads(svc(shipped, "customer", "show", "ZT50-0005", "--json"))["machines"] if one["serial"] == "ZT50-0005"]
    assert over["in_warranty"] is False and over["hours"] > over["warranty_hours"] and over["warranty_until"] > "2026-12"
    due = json.loads(svc(shipped, "upkeep", "due", "--as-of", NOW, "--json"))
    assert {bool(row["due_hours"]) for row in due} == {True, False} and sum(row["overdue"] is True for row in due) == 1
    mails = [one for one in told if one.get("message")]
    assert len(mails) >= 8 and all(one["from"].startswith("CU") for one in mails)
    assert any(one.get("machine") for one in mails) and {one["kind"] for one in mails} >= {"repair"}


@pytest.mark.parametrize("month", MONTHS)
def test_a_shipped_month_lives_in_the_smaller_books_too(audits: dict[str, Any], month: str) -> None:
    a = audits[month]
    for book in ("quotes", "installs", "tours", "escalations", "defects", "claims", "returns", "expenses", "tools"):
        assert a[book]["opened"], book
    quotes = a["quotes"]
    assert quotes["chargeable"] and quotes["free"] and quotes["accepted"] != "0.00"
    assert 0 < a["breaches"]["paid_job_quoted"] == quotes["unquoted"] <= 5
    kinds = ("approved", "refused", "blocked_by_tools")
    assert all(a["expenses"]["lines"][kind] for kind in kinds) and (month != RUNNING or a["tools"]["not_turned_in"] != "0.00")
    found = {(f["rule"], f["status"]) for f in a["findings"]}
    assert {("receipt_invalid", "final"), ("tool_not_returned", "final")} <= found
    assert month == RUNNING or ("receipt_wrong_place", "final") in found
    assert a["tours"]["introduced"] and any(said["count"] for said in a["tours"]["opinions"].values())


def test_the_shipped_quarter_has_each_ending_of_contracts_returns_and_claims(audits: dict[str, Any]) -> None:
    installs = [a["installs"] for a in audits.values()]
    assert all(sum(one[k] for one in installs) for k in ("in_time", "late", "trained", "untrained"))
    returns = [a["returns"] for a in audits.values()]
    assert all(sum(float(one[k]) for one in returns) for k in ("cost_to_customer", "cost_to_company"))
    assert audits[RUNNING]["returns"]["awaiting_consent"]
    assert any(a["claims"]["recovered"] != "0.00" for a in audits.values())
    assert any(a["defects"]["closed"] for a in audits.values()) and audits[RUNNING]["defects"]["list"]
    assert "receipt_fraud" in {f["rule"] for a in audits.values() for f in a["findings"]}


def test_the_amounts_of_the_shipped_desk_come_into_force_one_after_the_other(audits: dict[str, Any]) -> None:
    def amounts(month: str, rule: str, status: str = "final") -> set[tuple[str | None, bool]]:
        rows = [f for f in audits[month]["findings"] if f["rule"] == rule and f["status"] == status]
        return {(f["amount"], f["date"] >= "2026-10-15") for f in rows}

    assert amounts("2026-09", "report_incomplete") == {("50.00", False)}
    assert amounts("2026-10", "late_arrival") == {("100.00", False), ("150.00", True)}
    assert {amount for m in MONTHS for amount, _ in amounts(m, "disobeyed_dispatch")} == {"200.00"}
    assert any(amount == "300.00" for m in MONTHS for amount, _ in amounts(m, "complaint_attitude"))


def test_the_shipped_desk_has_amendments_and_an_upheld_complaint_that_nobody_made_good(
    shipped: Path, audits: dict[str, Any]
) -> None:
    told = [json.loads(line) for line in svc(shipped, "ledger", "export").splitlines()]
    kinds = Counter((one["ledger"], one["event"]) for one in told)
    waived = {f["rule"] for a in audits.values() for f in a["findings"] if f["status"] == "waived"}
    assert waived >= {"late_arrival", "left_without_call", "report_incomplete"}
    assert kinds["report", "amend"] and kinds["visit", "cancel"] and kinds["call", "escalate"]
    assert any(one.get("no_call_in") for one in told)
    assert audits[RUNNING]["complaints"]["unremedied"]
    assert not any(one["login"] for one in json.loads(svc(shipped, "staff", "list", "--json")))  # whoever made it is not in it
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
    assert count == {"supplier": 2, "staff": 13, "customer": 24, "machine": 40, "part": 23} and len(TECHNICIANS) == 5
    phones = [n.strip() for row in rows for n in row.get("phone", "").split(";") if n]
    assert phones and all(n.startswith(("138-0000-", "139-0000-")) for n in phones)
    mails = [row["email"] for row in rows if "email" in row]
    assert len(mails) == 24 and all(mail.endswith(".example") for mail in mails)
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
        and audit["stock"]["used"]
        and audit["upkeep"]["done"]
        and audit["fines"]["payable"] == "0.00"
        and audit["fines"]["unset"] > 5
    )
    svc(desk, "ledger", "verify")


def test_a_demo_given_out_and_taken_in_is_given_out_the_same(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SVC_")} | {"SVC_STAFF": "S01"}

    def run(*words: str) -> bytes:
        done = forks.run(words, environ, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return done.stdout

    one, other, file = (str(tmp_path / name) for name in ("one", "other", "all.jsonl"))
    run("init", one, "--demo")
    head = next(row for row in json.loads(run("--desk", one, "staff", "list", "--json")) if row["id"] == "S01")
    run("init", other, "--name", head["name"], "--id", "S01")
    told = run("--desk", one, "ledger", "export", "--unmask")
    Path(file).write_bytes(told)
    run("--desk", other, "ledger", "import", file)
    assert run("--desk", other, "ledger", "export", "--unmask") == told
