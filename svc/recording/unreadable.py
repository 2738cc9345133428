"""Rows of a server that nobody can read are set aside, with an entry of the ledger `access` that says which."""

from __future__ import annotations

from collections.abc import Sequence

from svc.desk.open import Desk
from svc.domain.entry import Entry
from svc.recording.door import record
from svc.store.postgres.repair import Unreadable, carry_out
from svc.text import say

NAMED = 20
"""Rows that are named one by one."""


def set_aside(desk: Desk, found: Sequence[Unreadable]) -> Entry:
    """Set the rows aside and say so: both, or neither."""
    listed = "; ".join(f"{one.place}: {say(one.what)}" for one in found[:NAMED]) + (" …" if len(found) > NAMED else "")
    with desk.ledger.lock(), desk.ledger.all_or_nothing(desk.now()):
        carry_out(desk.ledger, found)
        return record(desk, "access", "set-aside", None, {"what": f"{len(found)}: {listed}"}, None)
