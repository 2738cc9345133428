"""A customer that was registered twice: one change says so, and what was known of the one goes to the other (1.2)."""

from __future__ import annotations

from svc.desk.open import Desk
from svc.domain import ledgers, merging, registers
from svc.domain.entry import Entry
from svc.domain.permissions import VERBS
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text

NOUN = "customer"
FILLED = ("contact", "address", "region", "distance_km", "key_every_days", "key_since")
"""What the one that stays takes over where nothing is known of it."""


class Merged(NamedTuple):
    """What was done: the id of the entry, which customer is told as which, how many machines went along."""

    id: str
    gone: str
    stays: str
    name: str
    machines: int


def merge(desk: Desk, who: str, into: str, reason: str | None, dry: bool) -> Merged:
    """Record that two customers are one; both rows stay, the numbers of the one that goes are those of the other."""
    desk.permit(desk.who, VERBS[NOUN, "merge"].roles, Text("merge customers", "合并客户"))
    with desk.ledger.lock():
        desk.index.catch_up((ledgers.CHANGE,))
        gone, stays = desk.reference(NOUN, who), desk.reference(NOUN, into)
        if gone == stays:
            raise BadInput(
                Text(f"--into: {who} and {into} are one already: {stays}", f"--into：{who} 和 {into} 已是同一客户：{stays}"),
                Text("name two that are registered apart", "请写两个分开登记的客户"),
            )
        rows = {id: dict(row) for id, row in desk.registers.load(NOUN).items()}
        dated = {id: desk.on(NOUN, desk.now().date()).dated({id: rows[id]})[id] for id in (gone, stays)}
        numbers = [n for id in (stays, gone) for n in rows[id].pop("phone", "").split("; ") if n]
        filled = {name: dated[gone][name] for name in FILLED if dated[gone].get(name) and not dated[stays].get(name)}
        known = registers.TABLE[NOUN].dated
        rows[stays] |= {name: value for name, value in filled.items() if name not in known}
        if numbers:
            rows[stays]["phone"] = "; ".join(dict.fromkeys(numbers))
        machines = [serial for serial in desk.index.machines_of(gone) if desk.person("machine", serial).get(NOUN) == gone]
        told = [
            _change(merging.EVENT, NOUN, one, merging.INTO, "", stays, reason) for one in (gone, *desk.index.merged_here(NOUN, gone))
        ]
        told += [_change("set", NOUN, stays, name, "", value, reason) for name, value in filled.items() if name in known]
        told += [_change("set", "machine", serial, NOUN, gone, stays, reason) for serial in machines]
        entries = _entries(desk, told)
        if not dry:
            with desk.ledger.all_or_nothing(desk.now(), [f"registers/{registers.TABLE[NOUN].file}.csv"]):
                desk.registers.save(NOUN, rows)
                desk.ledger.append(entries, desk.now())
    return Merged(entries[0].id, gone, stays, rows[stays].get("name", ""), len(machines))


def _change(event: str, of: str, subject: str, field: str, was: str, value: str, reason: str | None) -> tuple[str, dict[str, str]]:
    said = {"of": of, "subject": subject, "field": field, "was": was, "value": value, "reason": reason}
    return event, {name: text for name, text in said.items() if text}


def _entries(desk: Desk, told: list[tuple[str, dict[str, str]]]) -> list[Entry]:
    now, prefix = desk.now(), desk.prefix(ledgers.CHANGE, desk.now())
    first = desk.index.last_number(prefix) + 1
    return [
        Entry(ledgers.CHANGE, event, f"{prefix}{number:04d}", now, now, desk.who, fields)
        for number, (event, fields) in enumerate(told, first)
    ]
