"""The neutral form of an entry: what import takes and export gives, one JSON object."""

from __future__ import annotations

from typing import Any

from svc.domain import ledgers
from svc.domain.entry import Entry


def neutral(entry: Entry) -> dict[str, Any]:
    """An entry under the names of its command's options; times with their offset."""
    kinds = ledgers.kinds(entry.ledger, entry.event)
    return {
        "ledger": entry.ledger,
        "event": entry.event,
        "id": entry.id,
        "at": entry.at.isoformat(timespec="seconds"),
        "by": entry.by,
        **{name: kinds[name].json(value) for name, value in entry.fields.items()},
    }
