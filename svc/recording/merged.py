"""A customer that was registered twice: one entry says so; whoever reads tells what is known of the one of the other (1.2)."""

from __future__ import annotations

from svc.desk.open import Desk
from svc.domain import ledgers, merging
from svc.domain.entry import Entry
from svc.domain.permissions import VERBS
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text

NOUN = "customer"


class Merged(NamedTuple):
    """What was done: the id of the entry, which customer is told as which, how many machines went along."""

    id: str
    gone: str
    stays: str
    name: str
    machines: int


def merge(desk: Desk, who: str, into: str, reason: str | None, dry: bool) -> Merged:
    """Record that two customers are one; both rows stay as they are."""
    desk.permit(desk.who, VERBS[NOUN, "merge"].roles, Text("merge customers", "合并客户"))
    with desk.ledger.lock():
        desk.index.catch_up()  # all: of what was done in one second, the index knows the order in which it was read
        gone, stays = desk.reference(NOUN, who), desk.reference(NOUN, into)
        if gone == stays:
            raise BadInput(
                Text(f"--into: {who} and {into} are one already: {stays}", f"--into：{who} 和 {into} 已是同一客户：{stays}"),
                Text("name two that are registered apart", "请写两个分开登记的客户"),
            )
        told = [_change(one, stays, reason) for one in desk.index.known_as(NOUN, gone)]
        entries, machines = _entries(desk, told), desk.machines_of(gone)
        if not dry:
            desk.ledger.append(entries, desk.now())
    return Merged(entries[0].id, gone, stays, desk.person(NOUN, stays).get("name", ""), len(machines))


def _change(gone: str, stays: str, reason: str | None) -> dict[str, str]:
    said = {"of": NOUN, "subject": gone, "field": merging.INTO, "value": stays, "reason": reason}
    return {name: text for name, text in said.items() if text}


def _entries(desk: Desk, told: list[dict[str, str]]) -> list[Entry]:
    now, prefix = desk.now(), desk.prefix(ledgers.CHANGE, desk.now())
    first = desk.index.last_number(prefix) + 1
    return [Entry(ledgers.CHANGE, merging.EVENT, f"{prefix}{number:04d}", now, now, desk.who, fields) for number, fields in enumerate(told, first)]
