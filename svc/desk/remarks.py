"""What is said of a call beside its receipt, however it was typed: the machine is another's, mended lately, out of warranty."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.domain.people import is_masked
from svc.errors import BadInput, Conflict
from svc.text import Text


def elsewhere(desk: Desk, customer: str | None, serial: str) -> Iterator[Text]:
    """That a machine is another customer's."""
    owner = desk.person("machine", serial).get("customer")
    if customer and owner and desk.index.stays("customer", owner) != customer:
        other = desk.person("customer", owner).get("name") or owner
        yield Text(f"{serial} is registered for {other}", f"{serial} 登记在 {other} 名下")


def again(one: dict[str, Any]) -> Text:
    """That the same fault was mended lately (3.6)."""
    return Text(
        f"{one['machine']}: {one['fault']} was mended {one['days_ago']} days ago ({one['report']});"
        " the same again is a repeat repair (3.6)",
        f"{one['machine']}：{one['fault']} {one['days_ago']} 天前刚修过（{one['report']}），"
        "同一故障再来即为重复修理（3.6）",
    )


def remarks(desk: Desk, typed: str, machine: str | None) -> Iterator[Text]:
    """What is known of caller and machine that changes what is done; what cannot be read is refused where it is recorded."""
    with contextlib.suppress(BadInput, Conflict):
        customer: str | None = desk.caller(typed)
        customer = customer if customer and desk.index.known("customer", customer) else None
        serial = desk.reference("machine", machine) if machine else None
        if serial is None:
            return
        from svc.desk.lookups import card

        yield from elsewhere(desk, customer, serial)
        known = card(desk, customer, serial, desk.view())
        yield from (again(one) for one in known["likely_repeat"] if one["machine"] == serial)


def hints(desk: Desk, entry: Entry) -> Iterator[Text]:
    """What is easily forgotten after a call: a quote where the warranty is over, a stranger to be registered."""
    serial, caller_ = entry.get("machine"), entry.get("from") or ""
    until = desk.person("machine", serial).get("warranty_until") if serial else None
    if until and until < entry.at.astimezone(desk.zone).date().isoformat() and entry.get("kind") == "repair":
        id = desk.short("call", entry.id)
        yield Text(f"{serial} is out of warranty since {until}: svc quote make --call {id} …", f"{serial} 已过保修期（{until}）：svc quote make --call {id} …")
    if is_masked(caller_):
        yield Text(f"{caller_} is no customer's number; registered, he takes this call along:\nsvc customer add --name … --phone …",
                   f"{caller_} 不是已登记客户的号码，登记后此来电一并转入：\nsvc customer add --name … --phone …")  # fmt: skip
