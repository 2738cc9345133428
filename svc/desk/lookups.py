"""What is looked up on a desk: who is calling and what is known about him, what is around one thing, words in use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from svc.desk.open import Desk
from svc.desk.references import likely, matches, several, staying
from svc.domain import cases, correction, ledgers, registers
from svc.domain.entry import Entry
from svc.domain.kinds import Moment
from svc.domain.people import is_masked, masked, normal
from svc.domain.registers import RegisterType
from svc.errors import Conflict
from svc.text import Text, quoted, quoted_zh

if TYPE_CHECKING:
    from svc.audit.world import World
    from svc.store.index.wanted import View

def call_log(desk: Desk, call: str | None) -> Entry | None:
    """What was logged of a call, as it holds now: told with what it was logged as again; None where nothing asked."""
    desk.index.catch_up(("call",))
    return ledgers.module("call").logged(desk.index, desk.index.stays("call", call)) if call else None


# ---- who is calling --------------------------------------------------------------------------------


def caller(desk: Desk, typed: str, view: View) -> tuple[str | None, str | None]:
    """The customer that a text means, and the machine where it is a serial number: whose that was at the view."""
    customer, serial = _meant(desk, typed.strip())
    if serial:
        customer = desk.on("machine", desk.day(view), view.known_at).get(serial, {}).get("customer")
    return (desk.stays("customer", customer) if customer else None), serial


def _meant(desk: Desk, typed: str) -> tuple[str | None, str | None]:
    id = typed.upper()
    if desk.index.known("customer", id):
        return id, None
    if desk.index.known("machine", id):
        return None, id
    number = normal(typed)
    named = staying(desk.index, "customer", desk.named("customer", typed)) or matches(desk.index, "customer", typed)
    if len(named) == 1:
        desk.say_taken("customer", typed, named[0])
        return named[0], None
    if named:
        raise several(desk.index, "customer", typed, named)
    serials = matches(desk.index, "machine", typed)
    if len(serials) == 1:
        desk.say_taken("machine", typed, serials[0])
        return None, serials[0]
    if serials:
        raise several(desk.index, "machine", typed, serials)
    raise _stranger(desk, number) if number else nobody(desk, typed)


def _stranger(desk: Desk, number: str) -> Conflict:
    """Nobody's number; calls from one that looks the same when masked are named."""
    from svc.desk import selections

    desk.index.catch_up(("call",))
    calls = selections.strangers(desk.index, masked(number))
    before = ", ".join(calls)
    return Conflict(
        Text(
            f"{masked(number)} is no customer's number" + (f"; calls from it before: {before}" if calls else ""),
            f"{masked(number)} 不是已登记客户的号码" + (f"；以前来过电话：{before}" if calls else ""),
        ),
        Text(
            "register the caller: svc customer add --name … --phone …",
            "登记新客户：svc customer add --name … --phone …",
        ),
    )


def nobody(desk: Desk, typed: str) -> Conflict:
    """The error where no customer and no machine is meant."""
    hint = "svc customer list"
    near = likely(desk.index, "customer", typed, "")
    meant = Text(f"; did you mean {', '.join(near)}", f"，是不是 {'、'.join(near)}") if near else Text("", "")
    if is_masked(typed):
        return Conflict(
            Text(f"{typed} is masked: it may be anybody's", f"{typed} 是隐藏了中间几位的号码，无法查找"),
            Text("type the whole number", "请写完整号码"),
        )
    return Conflict(
        Text(
            f"no customer and no machine is known as {quoted(typed)}{meant.en}",
            f"没有叫{quoted_zh(typed)}的客户，也没有这个序列号的设备{meant.zh}",
        ),
        Text(
            f"see: {hint}; or register: svc customer add --name …", f"查看：{hint}；或登记：svc customer add --name …"
        ),
    )


def register_row(register: RegisterType, id: str, row: Mapping[str, str], unmask: bool) -> dict[str, Any]:
    """A row as lists show it: numbers masked unless asked for; what is not known is None."""
    out: dict[str, Any] = {name: row.get(name) or None for name in register.columns} | {"id": id}
    if out.get("phone") and not unmask:
        out["phone"] = "; ".join(masked(normal(n.strip()) or n.strip()) for n in str(out["phone"]).split(";"))
    if out.get("email") and not unmask:
        out["email"] = re.sub(r"([^@;\s])[^@;\s]*@", r"\1***@", str(out["email"]))
    out.pop("wage", None)
    for field in register.fields:
        if isinstance(field.kind, Moment) and out.get(field.name):
            out[field.name] = field.kind.json(field.kind.load(str(out[field.name])))
    return out


def card(
    desk: Desk, customer: str | None, serial: str | None, view: View, in_clear: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A caller's card: of a customer, or of a machine that belongs to nobody known; numbers masked, or from the row given."""
    from svc.audit.card import Whose
    from svc.audit.card import card as told
    from svc.desk import selections

    known_as = desk.index.known_as("customer", customer) if customer else []
    owned = desk.machines_of(customer, view) if customer else []
    serials = tuple(dict.fromkeys([*([serial] if serial else []), *owned]))
    found = selections.about(desk.index, known_as, serials, view)
    known = in_clear or desk.at("customer", view).get(customer or "", {})
    row = register_row(registers.TABLE["customer"], customer or "", known, in_clear is not None)
    row["key_every_days"] = int(row["key_every_days"]) if row["key_every_days"] else None
    return {**row, "id": customer, "machine": serial, **told(desk.world(found, view), Whose(customer, serials))}


# ---- what is around something ----------------------------------------------------------------------


def around(desk: Desk, noun: str, id: str) -> tuple[World, Any]:
    """The world around one thing and its state; Conflict where nothing is recorded of it."""
    from svc.desk import selections

    view = desk.view()
    full = desk.reference(noun, id)
    world = desk.world(selections.subjects(desk.index, [(noun, full)], view), view)
    state = world.visits.get(full) if noun == "visit" else world.of(noun).get(full)
    if state is None:
        raise Conflict(Text(f"nothing is recorded of {full}", f"没有 {full} 的记录"))
    clear = world.registers._replace(customers=desk.rows("customer"))  # the index keeps numbers masked
    return world._replace(registers=clear), state


WORDS = 24
"""How many letters of what was said are told beside an id."""
STEPS = 4
"""How far up it is looked for whom an entry concerns: report, visit, call."""


def concerned(desk: Desk, entry: Entry) -> list[str]:
    """The machine that an entry names, the customer that it concerns and the first words of what it is about, so that a wrong id is noticed."""
    one: Entry | None = entry
    customer = about = None
    for _ in range(STEPS):
        if one is None:
            break
        customer = customer or one.get("from") or one.get("customer")
        about = about or (one.get("summary") if one.ledger == "call" else None)
        one = _above(desk, one)
    name = desk.person("customer", customer).get("name") if customer else None
    words = " ".join(str(about or "").split())
    return [said for said in (entry.get("machine"), name, words[:WORDS] + ("…" if len(words) > WORDS else "")) if said]


def _above(desk: Desk, entry: Entry) -> Entry | None:
    """What begins the case of an entry, or of the case that this one belongs to."""
    own = desk.index.entries(entry.ledger, entry.id)
    if own and not ledgers.creates(entry.ledger, entry.event):
        return correction.effective(own)[0]
    parent = cases.belongs_to(entry)
    for noun in ("visit", "call"):
        if parent is None:
            return None
        desk.index.catch_up((noun,))
        found = desk.index.entries(noun, parent)
        if found:
            return correction.effective(found)[0]
    return None


def fault_codes(desk: Desk) -> list[str]:
    """The fault codes in use within a year, the most frequent first."""
    from svc.desk import closings

    since = desk.view().now - timedelta(days=366)
    return closings.faults(desk.index, int(since.timestamp()))
