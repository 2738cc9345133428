"""What a quote says besides what was typed: free or chargeable, why, by which clause, and the total (2.1, 2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.domain.ledgers import Event
from svc.domain.nouns.quote import covers, decide, of_quality, total_of
from svc.errors import BadInput
from svc.text import Text


class Known(Protocol):
    """Where the entries are that a quote is decided from."""

    zone: tzinfo

    def entries(self, noun: str, id: str) -> Sequence[Entry]:
        """The entries of one id."""

    def children(self, noun: str, parent: str) -> Sequence[str]:
        """The ids of the `noun` that belong to a parent: visits of a call, reports of a visit."""

    def person(self, noun: str, id: str) -> Mapping[str, str]:
        """A row of a register, empty where there is none."""


class Work(NamedTuple):
    """What a quote is for: the machine, the day that counts, the cause as far as a report says it."""

    machine: str | None
    day: date
    cause_class: str | None


def decided(known: Known, typed: Mapping[str, Any], at: datetime | None) -> dict[str, Any]:
    """The fields to add to a quote; what reports said counts up to `at` (None: all that is known).

    BadInput for a quote for neither call nor visit, for both where they do not belong together, and for a
    total of ten million yuan and more.
    """
    if not typed.get("call") and not typed.get("visit"):
        raise BadInput(
            Text("missing: call or visit", "缺少：call 或 visit"),
            Text("say what the quote is for", "请写明是哪个来电或派工的报价"),
        )
    work = _work(known, typed, at)
    machine = typed.get("machine") or work.machine
    cause = typed.get("cause_class") or work.cause_class
    until = known.person("machine", machine).get("warranty_until") if machine else None
    charge, reason, clause = decide(machine, covers(until, work.day), of_quality(cause))
    return {
        "machine": machine,
        "cause_class": cause,
        "charge": charge,
        "reason": reason,
        "clause": clause,
        "warranty_until": until or None,
        "day": work.day.isoformat(),
        "total": _total(typed),
    }


def _total(typed: Mapping[str, Any]) -> str | None:
    total = total_of(typed)
    if total is not None and Decimal(total) >= 10_000_000:
        raise BadInput(
            Text(f"the total {total} is too large", f"合计 {total} 太大"),
            Text("below ten million yuan; check numbers and prices", "应小于一千万元；请核对数量和单价"),
        )
    return total


def _work(known: Known, typed: Mapping[str, Any], at: datetime | None) -> Work:
    """From the visit, its call and its report; of a call alone, the report of its latest visit."""
    sent = _first(known, "visit", typed.get("visit"), "dispatch")
    asked_for = sent.get("call") if sent else None
    if typed.get("call") and sent and asked_for != typed["call"]:
        raise BadInput(
            Text(f"visit {sent.id} answers {asked_for or 'no call'}, not {typed['call']}",
                 f"派工 {sent.id} 对应的来电是 {asked_for or '（无）'}，不是 {typed['call']}"),
            Text("give one of --call and --visit", "--call 和 --visit 只写一个"),
        )  # fmt: skip
    call = _first(known, "call", typed.get("call") or asked_for, "log")
    first = call or sent
    if first is None:
        raise BadInput(
            Text("there is no such call or visit", "没有这个来电或派工"),
            Text("correct the id, or import it along", "请改正编号，或一并导入"),
        )
    machine = (sent.get("machine") if sent else None) or (call.get("machine") if call else None)
    visits = [sent.id] if sent else known.children("visit", first.id)
    causes = [cause for id in visits if (cause := _cause(known, id, at))]
    return Work(machine, first.at.astimezone(known.zone).date(), causes[-1] if causes else None)


def _first(known: Known, noun: str, id: str | None, event: str) -> Entry | None:
    return next((e for e in known.entries(noun, id) if e.event == event), None) if id else None


def _cause(known: Known, visit: str, at: datetime | None) -> str | None:
    said = [e for id in known.children("report", visit) for e in known.entries("report", id)]
    found: list[str] = [e.get("cause_class") for e in said if e.get("cause_class") and (at is None or e.at <= at)]
    return found[0] if found else None


class Recorded:
    """What is on the desk, as quotes are decided from it."""

    def __init__(self, desk: Desk) -> None:
        desk.index.catch_up(("call", "visit", "report"))
        self.zone, self.person = desk.zone, desk.person
        self.entries, self.children = desk.entries, desk.index.children


def complete(desk: Desk, event: Event, given: dict[str, Any]) -> None:
    """Put into `given` whether the repair is free, why, by which clause, and the total."""
    if not given.get("call") and not given.get("visit"):
        raise BadInput(
            Text("missing: --call or --visit", "缺少：--call 或 --visit"),
            Text(f"for example: {event.example}", f"例如：{event.example}"),
        )
    typed = {
        f.name: f.kind.read(given[f.name], f.option or f"--{f.name}", desk) for f in event.fields if given.get(f.name)
    }
    given.update(decided(Recorded(desk), typed, None))
