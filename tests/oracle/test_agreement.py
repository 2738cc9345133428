"""The product, through its command line, against the oracle, on invented quarters."""

from __future__ import annotations

import copy
import json
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests import forks

from . import figures, quarters
from .compare import differences

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [int(seed) for seed in os.environ.get("SVC_ORACLE_SEEDS", "1,2").split(",")]
CALLS = int(os.environ.get("SVC_ORACLE_CALLS", "60"))
EXAMPLES = int(os.environ.get("SVC_ORACLE_EXAMPLES", "8"))

AMOUNTS: figures.Amounts = {
    "late_arrival": [(date(2026, 8, 1), Decimal(200)), (date(2026, 10, 15), Decimal(300))],
    "left_without_call": [(date(2026, 9, 10), Decimal(100))],
    "report_incomplete": [(date(2026, 7, 1), Decimal("50.50"))],
    "disobeyed_dispatch": [(date(2026, 8, 1), Decimal(400)), (date(2026, 10, 1), Decimal(0))],
    "bonus_cut_attitude": [(date(2026, 9, 1), Decimal(500))],
}
PRICES = {"P-1": {"2026-08-10": "95.50", "2026-10-12": "120.00"}, "LABOUR": {"2026-08-20": "110.00"}}
"""What parts, and an hour of work, cost from a day on."""
LIMITS = {
    "forward_repair_within": timedelta(hours=20),
    "file_report_within": timedelta(days=5),
    "report_complaint_within": timedelta(days=2),
    "report_unsolved_within": timedelta(days=3),
    "key_customer_visit_every": timedelta(days=30),
}
"""Deadlines that the contract leaves blank and this department has set."""


class Desk:
    """A temporary desk, used only through the command line."""

    begins: date | None = None

    def __init__(self, folder: Path, new: bool = True) -> None:
        self.folder = folder
        if new:
            self.run("init", str(folder))

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        env = {k: v for k, v in os.environ.items() if not k.startswith("SVC_")}
        env["LANG"] = "C.UTF-8"
        done = forks.run(arguments, env, self.folder.parent, (stdin or "").encode(), timeout=600)
        assert done.returncode == 0, f"svc {' '.join(arguments)}: {done.returncode}\n{done.stderr.decode()}"
        return done.stdout.decode()

    def __call__(self, *arguments: str) -> str:
        return self.run("--desk", str(self.folder), *arguments)

    def set_amounts(self, amounts: figures.Amounts) -> None:
        for rule, rows in amounts.items():
            for day, value in rows:
                self("rules", "set", rule, str(value), "--from", day.isoformat())

    def set_limits(self, limits: dict[str, timedelta]) -> None:
        for rule, length in limits.items():
            self("rules", "set", rule, f"{length // timedelta(hours=1)} hours", "--from", "2026-06-01")

    def import_entries(self, entries: list[quarters.Entry]) -> None:
        source = self.folder.parent / "q.jsonl"
        source.write_text(quarters.lines(entries), encoding="utf-8")
        self("ledger", "import", str(source))
        self.typed_at = datetime.now(UTC)

    def begin(self, day: date | None) -> None:
        """What was opened before that day is history."""
        self.begins = day
        if day:
            self("desk", "begins", day.isoformat())

    def audit(self, month: str, as_of: datetime) -> dict[str, Any]:
        when = as_of.astimezone(quarters.ZONE).isoformat()
        return json.loads(self("audit", "month", month, "--json", "--as-of", when))


_PRICED: dict[str, TemporaryDirectory[str]] = {}
"""Desks with these amounts and limits and nothing else, made once and copied."""


def desk_with(
    folder: Path, entries: list[quarters.Entry], amounts: figures.Amounts, limits: dict[str, timedelta] | None = None
) -> Desk:
    key = repr((amounts, limits))
    if key not in _PRICED:
        _PRICED[key] = TemporaryDirectory(prefix="priced-")
        priced = Desk(Path(_PRICED[key].name) / "desk")
        priced.set_amounts(amounts)
        priced.set_limits(limits or {})
    desk = Desk(shutil.copytree(Path(_PRICED[key].name) / "desk", folder / "desk"), new=False)
    desk.import_entries(entries)
    return desk


def oracle(
    entries: list[quarters.Entry], month: str, as_of: datetime, amounts: figures.Amounts, **more: Any
) -> dict[str, Any]:
    staff = quarters.staff_of(entries)
    return figures.audit(entries, month, as_of, zone=quarters.ZONE, amounts=amounts, staff=staff, **more)


def compare(
    desk: Desk,
    entries: list[quarters.Entry],
    month: str,
    as_of: datetime,
    amounts: figures.Amounts,
    limits: dict[str, timedelta] | None = None,
) -> list[str]:
    mine = oracle(entries, month, as_of, amounts, limits=limits, typed_at=desk.typed_at, begins=desk.begins)
    # whoever founded the desk imported everything, and did none of it himself
    lines = dict.fromkeys(quarters.lines(entries).splitlines())  # what stands twice in a file is taken once
    told = [e for e in map(json.loads, lines) if e["ledger"] not in figures.REGISTERS]
    read = [figures.instant(e["at"], quarters.ZONE).astimezone(quarters.ZONE) for e in told]
    mine["data_quality"]["imported_for_others"] = sum(f"{at:%Y-%m}" == month for at in read)
    theirs = desk.audit(month, as_of)
    return [f"{month} as of {as_of.isoformat()}: {line}" for line in differences(mine, theirs)]


def of_history(world: figures.World, row: dict[str, Any]) -> bool:
    """Whether what waits is of something that was opened before the desk began."""
    rule, _, subject = row["id"].partition("/")
    ledger, ident = (figures.JUDGED.get(rule, "conduct"), subject) if row["noun"] == "finding" else (row["noun"], row["id"])
    ident = ident.partition("/")[0]
    return ident in world.groups[ledger] and world.is_history(ledger, ident)


def edges(entries: list[quarters.Entry]) -> list[datetime]:
    """Instants at which something turns: entries, promises, reply limits. Not the instant of a cancellation,
    where a promise may come due and be called off at once, which the definitions do not settle."""
    read = [(e, figures.instant(e["at"], quarters.ZONE)) for e in entries if e["event"] != "add"]
    turns = {at for _, at in read}
    turns |= {at + figures.REPLY_LIMIT for e, at in read if e["ledger"] == "call" and e["event"] == "log"}
    turns |= {figures.instant(e["promised"], quarters.ZONE) for e, _ in read if "promised" in e}
    return sorted(
        t for t in turns - {at for e, at in read if e["event"] == "cancel"} if t <= quarters.CEILING
    )


def viewpoints(entries: list[quarters.Entry], month: str, rnd: Random) -> list[datetime]:
    """From where to look at a month: within it, right at its end, afterwards, and right at some edges."""
    start, end = figures.month_bounds(month, quarters.ZONE)
    fixed = [start + timedelta(days=14, hours=3), end, end - figures.TINY * 10**6, quarters.CEILING]
    near = [t for t in edges(entries) if start <= t <= end + timedelta(days=20)]
    return [t for t in fixed if t <= quarters.CEILING] + rnd.sample(near, min(3, len(near)))


# --------------------------------------------------------------------------- the comparison itself


def mutated(audit: dict[str, Any], change: Any) -> dict[str, Any]:
    other = copy.deepcopy(audit)
    change(other)
    return other


@cache
def generated() -> dict[str, Any]:
    """The audit of one generated quarter, by the oracle."""
    return oracle(
        quarters.quarter(1, 150), "2026-09", quarters.CEILING, AMOUNTS, limits=LIMITS, typed_at=quarters.CEILING
    )


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda a: a["calls"].update(registered=-1), "calls.registered"),
        (lambda a: a["calls"]["by_channel"].update(fax=1), "calls.by_channel.fax"),
        (lambda a: a["replies"].pop("rate"), "replies.rate"),
        (lambda a: a["visits"].update(rate=a["visits"]["rate"] + 1e-9), "visits.rate"),
        (lambda a: a["findings"].pop(), "findings["),
        (lambda a: a["findings"].append({**a["findings"][0], "id": "other/V"}), "findings[other/V]"),
        (lambda a: a["findings"][0].update(staff="nobody"), ".staff"),
        (lambda a: a["fines"].update(payable=None), "fines.payable"),
        (lambda a: a["sanctions"].pop(), "sanctions["),
        (lambda a: a["breaches"].update(phone_off=99), "breaches.phone_off"),
        (lambda a: a["products"]["pareto"].reverse(), "products.pareto[0]"),
        (lambda a: a["products"]["parts"].pop(), "products.parts"),
        (lambda a: a["quality"]["cost"][0].update(cost="0.01"), "quality.cost[0].cost"),
        (lambda a: a["quality"]["by_product"][0].update(cumulative=0.5), "quality.by_product[0].cumulative"),
        (lambda a: a["quality"]["by_supplier"].pop(), "quality.by_supplier"),
        (lambda a: a["quality"]["between_failures"][0].update(machine_days=1), "quality.between_failures[0].machine_days"),
        (lambda a: a["quality"]["early_parts"].pop(0), "quality.early_parts"),
        (lambda a: a["staff"].pop(0), "staff[S"),
        (lambda a: a["conduct"]["by_kind"].update(fraud=9), "conduct.by_kind.fraud"),
        (lambda a: a["quotes"].update(accepted="0.01"), "quotes.accepted"),
        (lambda a: a["quotes"].update(unquoted=28), "quotes.unquoted"),
        (lambda a: a["installs"].update(late=None), "installs.late"),
        (lambda a: a["tours"]["opinions"]["design"]["texts"].append("x"), "tours.opinions.design.texts"),
        (lambda a: a["tours"]["introduced"].update(forklift=1), "tours.introduced.forklift"),
        (lambda a: a["escalations"].update(open=-1), "escalations.open"),
        (lambda a: a["defects"]["list"].pop(), "defects.list"),
        (lambda a: a["claims"].update(recovered="1.00"), "claims.recovered"),
        (lambda a: a["returns"].update(cost_to_customer="0.00"), "returns.cost_to_customer"),
        (lambda a: a["expenses"]["lines"].update(refused=0), "expenses.lines.refused"),
        (lambda a: a["expenses"].update(blocked_by_tools=None), "expenses.blocked_by_tools"),
        (lambda a: a["tools"].pop("not_turned_in"), "tools.not_turned_in"),
        (lambda a: a["breaches"].pop("paid_job_quoted"), "breaches.paid_job_quoted"),
        (lambda a: a["data_quality"].update(typed_late=0), "data_quality.typed_late"),
        (lambda a: a.update(sealed=True), "sealed"),
    ],
)
def test_a_difference_is_named(change: Any, path: str) -> None:
    mine = generated()
    assert not list(differences(mine, json.loads(json.dumps(mine))))
    assert any(path in line for line in differences(mine, mutated(mine, change)))


# --------------------------------------------------------------------------- the product


@pytest.mark.parametrize("seed", [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.long) for seed in SEEDS[1:])])
def test_product_agrees_on_seeded_quarters(seed: int, tmp_path: Path) -> None:
    entries = quarters.quarter(seed, CALLS)
    desk = desk_with(tmp_path, entries, AMOUNTS, LIMITS)
    found = [
        line
        for month in quarters.MONTHS
        for as_of in viewpoints(entries, month, Random(seed))
        for line in compare(desk, entries, month, as_of, AMOUNTS, LIMITS)
    ]
    waited = desk.audit("2026-10", quarters.CEILING)["waiting"]
    desk.begin(quarters.begins(Random(seed)) or date(2026, 9, 10))
    world = figures.World(entries, "2026-10", quarters.CEILING, zone=quarters.ZONE, begins=desk.begins)
    assert desk.audit("2026-10", quarters.CEILING)["waiting"] == [row for row in waited if not of_history(world, row)] != waited
    found += [line for month in quarters.MONTHS for line in compare(desk, entries, month, quarters.CEILING, AMOUNTS, LIMITS)]
    assert not found, f"{len(found)} differences\n" + "\n".join(found[:60])


def test_product_agrees_without_any_amount_and_on_prices_that_change(tmp_path: Path) -> None:
    entries = quarters.quarter(11, 60)
    desk = desk_with(tmp_path, entries, {})
    for part, later in PRICES.items():
        for since, yuan in later.items():
            desk("part", "edit", part, "--price", yuan, "--from", since)
    entries = [{**e, "prices": PRICES[e["id"]]} if e["ledger"] == "part" and e["id"] in PRICES else e for e in entries]
    found = [
        line
        for month in ("2026-08", "2026-10")
        for line in compare(desk, entries, month, quarters.CEILING, {})
    ]
    assert not found, "\n".join(found[:60])


@pytest.mark.long
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(data=st.data(), entries=quarters.quarters())
def test_product_agrees_on_any_small_quarter(data: st.DataObject, entries: list[quarters.Entry]) -> None:
    month = data.draw(st.sampled_from(quarters.MONTHS))
    last = figures.month_bounds(month, quarters.ZONE)[1]
    turns = edges(entries) or [last]
    as_of = data.draw(st.sampled_from([quarters.CEILING, last - timedelta(days=15), *turns]))
    with TemporaryDirectory() as folder:
        desk = desk_with(Path(folder), entries, AMOUNTS)
        desk.begin(data.draw(st.sampled_from([None, *quarters.BEGINS])))
        found = compare(desk, entries, month, as_of.astimezone(UTC), AMOUNTS)
    note(quarters.lines(entries))
    assert not found, "\n".join(found)
