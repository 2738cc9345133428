"""A desk on a temporary folder, and entries to put into it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from svc.domain.entry import Entry
from svc.store.files import verify
from svc.store.files.ledger import FileLedger
from svc.store.files.repair import carry_out, plan
from svc.store.place import Problem

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=ZONE)
DAY = timedelta(days=1)


def call(number: int, summary: str = "boom drifts, slowly", at: datetime = NOW) -> Entry:
    fields = {
        "channel": "phone",
        "from": "138-****-1234",
        "kind": "repair",
        "summary": summary,
        "needs_service": True,
    }
    return Entry("call", "log", f"C2611-{number:04}", at, NOW, "S01", fields)


def reply(number: int, text: str = "comes tomorrow", at: datetime = NOW) -> Entry:
    return Entry("call", "reply", f"C2611-{number:04}", at, NOW, "S02", {"text": text})


def report(number: int, cause: str = "wear") -> Entry:
    fields = {
        "visit": f"V2611-{number:04}",
        "cause": cause,
        "parts": ({"name": "seal", "qty": 2}, {"name": "密封圈", "qty": 1, "part_no": "A-7"}),
        "no_parts": False,
        "resolved": True,
    }
    return Entry("report", "close", f"R2611-{number:04}", NOW, NOW, "S01", fields)


def survey(number: int) -> Entry:
    fields = {"visit": f"V2611-{number:04}", "scores": {"speed": 5, "skill": 4}}
    return Entry("report", "survey", f"R2611-{number:04}", NOW, NOW, "S01", fields)


def conduct(number: int) -> Entry:
    fields = {"about": "S02", "kind": "fraud", "summary": "odd", "degree": 2}
    return Entry("conduct", "log", f"X2611-{number:04}", NOW, NOW, "S09", fields)


def put(ledger: FileLedger, *entries: Entry, now: datetime = NOW) -> None:
    with ledger.lock():
        ledger.append(entries, now)


def ids(ledger: FileLedger, noun: str = "call") -> list[str]:
    return [found.entry.id for found in ledger.read(noun)]


def problems(ledger: FileLedger) -> list[Problem]:
    return list(verify.problems(ledger))


def places(ledger: FileLedger) -> list[str]:
    return [problem.place for problem in problems(ledger)]


def small_desk(folder: Path) -> FileLedger:
    """Three calls of November, two of December, reports, one piece of conduct."""
    ledger = FileLedger.create(folder / "data")
    put(ledger, call(1), call(2, 'says "no", =1+1'), reply(1, "两天后到\n带密封圈"))
    put(ledger, report(1), survey(1), conduct(1))
    put(ledger, call(3), reply(2), now=NOW + 10 * DAY)
    put(ledger, report(2, "磨损"), now=NOW + 10 * DAY)
    return ledger


def mend(ledger: FileLedger) -> list[str]:
    """Repair what can be repaired; the files that were."""
    with ledger.lock():
        done = list(carry_out(ledger, plan(ledger), ledger.data / ".svc/aside/now"))
    return [problem.place for problem in done]
