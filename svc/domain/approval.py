"""What is signed when somebody consents or rules: a text made of the entry alone, so that anybody can make it again."""

from __future__ import annotations

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.fields import Field
from svc.domain.signature import Signature
from svc.locale import Text

NAMESPACE = "svc-approval"
FIELD = Field("signature", Signature(), Text("signature (OpenSSH)", "签名（OpenSSH）"), decided=True)
"""The field of an event that is signed where whoever records it has registered a key."""


def signable(noun: str, event: str) -> bool:
    """Whether an event carries a signature."""
    return ledgers.event(noun, event).field(FIELD.name) is not None


def text(desk: str, entry: Entry) -> bytes:
    """The text that is signed; `desk` is the name in `desk.yaml`. Nothing of the entry is left out but the signature."""
    import json

    kinds = ledgers.kinds(entry.ledger, entry.event)
    said = {
        "desk": desk,
        "entry": f"{entry.ledger} {entry.event} {entry.id}",
        "at": entry.at.isoformat(timespec="seconds"),
        "by": entry.by,
        **{name: kinds[name].json(value) for name, value in sorted(entry.fields.items()) if name != FIELD.name},
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items()]
    return f"{NAMESPACE}/1\n{''.join(lines)}".encode()
