"""What somebody did last, so that `svc undo` takes back that or nothing: never an older deed in its place."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from svc.desk import behind
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.domain.nouns import access, undo
from svc.store.files import durable


def own(desk: Desk) -> list[Entry]:
    """What whoever acts recorded lately, the latest last: entries that stand, too, but not what was only looked at."""
    desk.index.catch_up()
    now = desk.now()
    recorded = behind.recorded_since(desk.index, int(now.timestamp()) - undo.WITHIN - 3600, (ledgers.UNDO,))
    lately = (e for e in recorded if e.recorded_at <= now + timedelta(hours=1))  # not what a clock that ran ahead recorded
    return [e for e in lately if e.by == desk.who and access.is_deed(e)]


def keep_registered(desk: Desk, what: str) -> None:
    """Note which row of a register (`customer CU0001`) was written after which entry: rows tell neither who nor when.

    Never truth, and kept beside the index: without it the entry before is what was done last.
    """
    with suppress(OSError):
        durable.replace(desk.kept.cache.with_name(f"registered.{desk.who}"), f"{what}\n{_after(own(desk))}".encode(), 0o600)


def registered_after(desk: Desk, entries: list[Entry]) -> str | None:
    """The row of a register (`customer CU0001`) that was written after the last of one's own entries."""
    with suppress(OSError, ValueError):
        what, after = desk.kept.cache.with_name(f"registered.{desk.who}").read_text("utf-8").split("\n")
        return what if after == _after(entries) else None
    return None


def _after(entries: list[Entry]) -> str:
    last = entries[-1] if entries else None
    return f"{last.ledger} {last.event} {last.id} {last.recorded_at.isoformat()}" if last else ""
