"""Personal data: seen in clear, given out, erased; each of it an entry of the ledger `access`. (PIPL)

Names and numbers of people are in the registers and nowhere else, so that an erasure touches no ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from svc import traces
from svc.desk import Desk
from svc.domain import ledgers
from svc.domain.permissions import CONTACTS, UNMASK
from svc.domain.phones import normal
from svc.errors import Conflict
from svc.locale import Text

ALL = "all"
"""Whose data was seen, where it was a whole list."""


def unmask(desk: Desk, noun: str, command: str, of: str = ALL, count: int | None = None) -> None:
    """Allow whoever acts to see personal data in clear, and record it; NotPermitted where his role may not."""
    deed = Text(f"see {noun} data in clear (--unmask)", f"查看未隐藏的信息（--unmask：{noun}）")
    desk.permit(desk.who, UNMASK.get(noun, CONTACTS), deed)
    note(desk, command, of, count)


def note(desk: Desk, command: str, of: str, count: int | None = 1) -> None:
    """Record that whoever acts saw personal data in clear."""
    given = {"command": command, "of": of, "count": count}
    desk.record("access", "unmask", None, {name: value for name, value in given.items() if value is not None}, None)


def in_clear(desk: Desk, noun: str, id: str) -> Mapping[str, str]:
    """A row of a register with its numbers: from the register itself, since the index keeps them masked."""
    return desk.registers.load(noun).get(id, {})


def kept_apart(desk: Desk, id: str) -> Mapping[str, str]:
    """What is kept in the registers with an entry: a stranger's number, a caller's name, numbers from the text."""
    return desk.registers.load("caller").get(id, {})


# ---- all about one person ------------------------------------------------------------------------


def belonging(desk: Desk, customer: str) -> list[tuple[str, str]]:
    """Everything recorded about a customer: what names him, what belongs to it (visits of his calls, reports …)."""
    desk.index.catch_up()
    found = {
        (str(noun), str(id))
        for noun, id in desk.index.select("select distinct noun, id from entry where caller = ?", customer)
        if noun not in ("access", ledgers.UNDO)
    }
    fresh = found
    while fresh:
        below = {
            (str(noun), str(id))
            for _, parent in fresh
            for noun, id in desk.index.select("select distinct noun, id from entry where ref = ?", parent)
            if noun != "finding"
        }
        fresh = below - found
        found |= below
    return sorted(found)


def export(desk: Desk, customer: str) -> dict[str, Any]:
    """All data about one customer, in clear, as JSON values; recorded before it is given out."""
    from svc.intake.neutral import neutral

    about = belonging(desk, customer)
    callers = desk.registers.load("caller")
    row = dict(in_clear(desk, "customer", customer))
    entry = desk.record("access", "export", None, {"customer": customer}, None)
    entries = [e for noun, id in about for e in desk.index.entries(noun, id)]
    return {
        "customer": {"id": customer, **row},
        "machines": [
            {"serial": serial, **machine}
            for serial, machine in desk.register("machine").items()
            if machine.get("customer") == customer
        ],
        "kept_apart": {id: callers[id] for _, id in about if id in callers},
        "entries": [{**neutral(e), "recorded_at": e.recorded_at.isoformat(timespec="seconds")} for e in entries],
        "exported": {"id": entry.id, "by": entry.by, "at": entry.at.isoformat(timespec="seconds")},
    }


# ---- erasing -------------------------------------------------------------------------------------


class Erased(NamedTuple):
    """What an erasure did: the entry that says so, how many rows went, which copies, where texts still tell."""

    id: str
    rows: int
    cleared: list[str]
    standing: list[Text]


def erase(desk: Desk, typed: str, reason: str, dry: bool = False) -> Erased:
    """Take a person's data out of the registers and out of copies; with `dry` only say what would go.

    `typed` is a customer, or a caller who is none: his number or the id of his call. The ledgers stay as they
    are: they hold ids and masked numbers. The entry is recorded first and the register rows go last: a crash in
    between leaves a row that `ledger verify` tells of, never an erasure without a word, and erasing again ends it.
    """
    desk.index.catch_up()
    id = _customer(desk, typed)
    calls = {call for _, call in belonging(desk, id)} if id else _calls_of(desk, typed)
    if id is None and not calls:
        raise Conflict(
            Text(f"nobody is registered as {typed!r}", f"登记册里没有 {typed!r}"),
            Text("give a customer, a caller's number or the id of his call", "请写客户、来电号码或来电编号"),
        )
    whose = [id] if id else sorted(calls)
    made = [desk.record("access", "erase", None, {"customer": one, "reason": reason}, None, dry).id for one in whose]
    callers = desk.registers.load("caller")
    rows = {one: callers[one] for one in calls if one in callers}
    words = traces.Words(rows | ({id: in_clear(desk, "customer", id)} if id else {}))
    cleared, standing = traces.clear(desk, words, whose[0], dry), [*traces.standing(desk, words)]
    if dry:
        return Erased(made[0], len(rows) + (id is not None), cleared, standing)
    with desk.ledger.lock():
        gone = _take_out(desk, "caller", calls)
        if id:
            gone += _take_out(desk, "customer", {id})
        desk.index.catch_up(())
        desk.index.forget()
    return Erased(made[0], gone, cleared, standing)


def _customer(desk: Desk, typed: str) -> str | None:
    id = typed.strip().upper()
    if desk.index.known("customer", id):
        return id
    found = desk.named("customer", typed.strip())
    return found[0] if len(found) == 1 else None


def _calls_of(desk: Desk, typed: str) -> set[str]:
    callers = desk.registers.load("caller")
    number = normal(typed)
    if number:
        return {id for id, row in callers.items() if number in row.get("phone", "").split("; ")}
    id = typed.strip().upper()
    return {id} if id in callers else set()


def _take_out(desk: Desk, noun: str, ids: set[str]) -> int:
    rows = desk.registers.load(noun)
    left = {id: row for id, row in rows.items() if id not in ids}
    if len(left) < len(rows):
        desk.registers.save(noun, left)
    return len(rows) - len(left)
