"""What whoever is sent must know of a visit: where it is, whom to ring, which machine, what was said and promised, what was done last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc.audit.world import World
from svc.desk import selections
from svc.desk.lookups import card
from svc.desk.open import Desk
from svc.domain.people import masked, normal
from svc.store.index.wanted import View

LAST = 3
"""How many of the latest visits to the machine are told."""


def errands(desk: Desk, ids: Sequence[str], view: View, clear: Mapping[str, Mapping[str, str]] | None) -> dict[str, dict[str, Any] | None]:
    """The errands of visits by id; numbers in clear from the customers given, else masked. None for a visit that is not known."""
    world = desk.world(selections.subjects(desk.index, [("visit", id) for id in ids], view), view)
    return {id: _errand(desk, world, view, id, clear) for id in ids}


def _errand(desk: Desk, world: World, view: View, id: str, clear: Mapping[str, Mapping[str, str]] | None) -> dict[str, Any] | None:
    sent = world.visits.get(id)
    if sent is None:
        return None
    asked = world.calls.get(sent.dispatch.get("call") or "")
    customer = sent.dispatch.get("customer") or (asked.customer if asked else None)
    row = (clear if clear is not None else desk.at("customer", view)).get(customer or "", {})
    serial = world.machine_of(id)
    known = card(desk, customer, serial, view)
    machine: dict[str, Any] = next((one for one in known["machines"] if one["serial"] == serial), {})
    stranger = asked.log.get("from") if asked and customer is None else None
    return {
        "customer": customer,
        "name": row.get("name"),
        "address": row.get("address") or sent.dispatch.get("place") or row.get("region"),
        "contact": row.get("contact"),
        "phone": row.get("phone") if clear is not None else _masked(row.get("phone")) or stranger,
        "machine": serial,
        "product": machine.get("product"),
        "warranty_until": machine.get("warranty_until"),
        "in_warranty": machine.get("in_warranty"),
        "fault": asked.log.get("summary") if asked else None,
        "promised": sent.expected.astimezone(desk.zone).isoformat(timespec="seconds"),
        "told": asked.replies[-1].get("text") if asked and asked.replies else None,
        "last_visits": [one for one in known["visits"] if one["machine"] == serial and one["id"] != id][:LAST] if serial else [],
    }


def _masked(numbers: str | None) -> str | None:
    return "; ".join(masked(normal(one.strip()) or one.strip()) for one in numbers.split(";")) if numbers and "*" not in numbers else numbers
