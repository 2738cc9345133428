"""What whoever is sent must know of a visit: where it is, whom to ring, which machine, what was said and promised, what was done last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc.audit.world import World
from svc.desk.lookups import card
from svc.desk.open import Desk
from svc.domain.people import masked, normal

LAST = 3
"""How many of the latest visits to the machine are told."""


def errand(desk: Desk, world: World, id: str, clear: Mapping[str, Mapping[str, str]] | None) -> dict[str, Any] | None:
    """The errand of a visit; numbers in clear from the customers given, else masked. None for a visit that is not known."""
    sent = world.visits.get(id)
    if sent is None:
        return None
    asked = world.calls.get(sent.dispatch.get("call") or "")
    customer = sent.dispatch.get("customer") or (asked.customer if asked else None)
    row = (clear if clear is not None else desk.register("customer")).get(customer or "", {})
    serial = world.machine_of(id)
    known = card(desk, customer, serial, desk.view())
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
        "promised": sent.promise.at.astimezone(desk.zone).isoformat(timespec="seconds"),
        "told": asked.replies[-1].get("text") if asked and asked.replies else None,
        "last_visits": [one for one in known["visits"] if one["machine"] == serial and one["id"] != id][:LAST] if serial else [],
    }


def _masked(numbers: str | None) -> str | None:
    return "; ".join(masked(normal(one.strip()) or one.strip()) for one in numbers.split(";")) if numbers and "*" not in numbers else numbers
