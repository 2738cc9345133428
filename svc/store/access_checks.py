"""Does what the ledger `access` tells still hold? Erased people stay erased, keys are those that were registered,
and whoever had a key signed his consents and rulings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from svc.domain import ledgers
from svc.domain import signature as approval
from svc.domain.entry import Entry
from svc.domain.nouns import access
from svc.domain.nouns.access import Key
from svc.errors import Damaged
from svc.store import signatures as sshsig
from svc.store.files.registers import REGISTERS
from svc.store.place import Documents, Ledger, Problem, RegisterStore
from svc.text import Text


def entries(ledger: Ledger) -> list[Entry]:
    """All entries of the ledger, in the order of recording; Damaged where one cannot be read."""
    return [found.entry for found in ledger.read("access")]


def known_keys(ledger: Ledger) -> Sequence[Key]:
    """The keys that were ever registered, with their days; Damaged as `entries`."""
    return access.keys(entries(ledger))


def problems(ledger: Ledger, registers: RegisterStore, documents: Documents) -> Iterator[Problem]:
    """What no longer is as it was recorded."""
    try:
        recorded = entries(ledger)
    except Damaged:
        return  # the walk along the ledger tells
    yield from _back_again(registers, recorded)
    keys = access.keys(recorded)
    yield from _signers(documents, keys)
    yield from _rules(documents, recorded)
    yield from _approvals(ledger, keys)


def _back_again(registers: RegisterStore, recorded: Sequence[Entry]) -> Iterator[Problem]:
    """Rows of people who were erased: a crash in between, or a register put back from a backup."""
    erased = {e.get("customer"): e for e in recorded if e.event == "erase"}
    for noun in ("customer", "caller") if erased else ():
        try:
            rows = registers.load(noun)
        except Damaged:
            continue
        for id in sorted(rows.keys() & erased.keys()):
            entry = erased[id]
            what = Text(
                f"{id} was erased on {entry.at:%Y-%m-%d} ({entry.id}) and is here again: svc customer erase {id} --reason …",
                f"{id} 已于 {entry.at:%Y-%m-%d} 删除（{entry.id}），现在又出现：svc customer erase {id} --reason …",
            )
            yield Problem(f"registers/{REGISTERS[noun].file}", "id", what, None, id)


def _rules(documents: Documents, recorded: Sequence[Entry]) -> Iterator[Problem]:
    """The rules file must be what the last command that changed it left; of one that none ever changed nobody said what it was."""
    last = next((entry for entry in reversed(recorded) if entry.event == "rules"), None)
    if last is None:
        return
    found = hashlib.sha256(documents.read("rules.yaml") or b"").hexdigest()
    if found != last.get("sha256"):
        what = Text(
            f"changed by hand since {last.by} set it on {last.at:%Y-%m-%d %H:%M} ({last.id}): look at it, then svc rules accept --reason …",
            f"在 {last.by} 于 {last.at:%Y-%m-%d %H:%M} 修改（{last.id}）之后被手工改动：请核对，再执行 svc rules accept --reason …",
        )
        yield Problem("rules.yaml", "sha256", what, last.get("sha256"), found)


def _signers(documents: Documents, keys: Sequence[Key]) -> Iterator[Problem]:
    """The keys that OpenSSH is told of must be those that were registered with `svc staff key add`."""
    found = documents.read(sshsig.SIGNERS)
    should = sshsig.allowed_signers(keys)
    if (found or b"") == should:
        return
    lines, wanted = (found or b"").decode("utf-8", "replace").split("\n"), should.decode().split("\n")
    odd = [line for line in lines if line not in wanted]
    gone = [line for line in wanted if line not in lines]
    what = Text("not the keys that were registered: svc staff key list", "与登记的密钥不符：svc staff key list")
    yield Problem(sshsig.SIGNERS, None, what, gone[0] if gone else None, odd[0] if odd else None)


def _approvals(ledger: Ledger, keys: Sequence[Key]) -> Iterator[Problem]:
    """Consents and rulings: signed where a key was registered, and every signature good."""
    if not keys:
        return
    for noun in ledgers.TABLE:
        signed = {event.name for event in ledgers.events(noun).values() if event.field("signature")}
        if signed:
            yield from _of_one(ledger, noun, signed, keys)


def _of_one(ledger: Ledger, noun: str, signed: set[str], keys: Sequence[Key]) -> Iterator[Problem]:
    try:
        for found in ledger.read(noun):
            entry = found.entry
            if entry.event not in signed:
                continue
            place = f"{found.file}:{found.line}" if found.line else found.file
            why = approval_refusal(ledger.id, entry, keys)
            if why:
                yield Problem(
                    place,
                    "signature",
                    Text(f"{entry.id} ({entry.event}): {why.en}", f"{entry.id}（{entry.event}）：{why.zh}"),
                    None,
                    None,
                )
    except Damaged:
        return  # the walk along the ledger tells


def approval_refusal(desk: str, entry: Entry, keys: Sequence[Key]) -> Text | None:
    """What is wrong with the signature of a consent or ruling, or that there is none; None where all is well."""
    signature = entry.get("signature")
    if signature:
        text = approval.text(desk, entry)
        return sshsig.refusal(text, signature, approval.NAMESPACE, entry.by, entry.recorded_at, keys)
    if sshsig.must_sign(keys, entry, approval.NAMESPACE):
        return Text(f"not signed, although {entry.by} had a key", f"没有签名，而 {entry.by} 当时已有密钥")
    return None
