"""Sentences for what cannot be recorded because of what is recorded already (exit code 4)."""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import Conflict
from svc.text import Text


def _moment(entry: Entry) -> str:
    return entry.at.strftime("%Y-%m-%d %H:%M")


def done(entry: Entry, event: str = "") -> Text:
    """What an entry (or another event of its ledger) did, in the past tense of both languages."""
    return ledgers.event(entry.ledger, event or entry.event).done


def find(before: Sequence[Entry], event: str) -> Entry | None:
    """The first entry of that event."""
    return next((e for e in before if e.event == event), None)


def once(before: Sequence[Entry], new: Entry, event: str) -> None:
    """Refuse a second `event` on the same id, saying when and by whom the first was recorded."""
    earlier = find(before, event)
    if earlier:
        was = done(new, event)
        raise Conflict(
            Text(
                f"{new.id} was {was.en} already at {_moment(earlier)} (recorded by {earlier.by})",
                f"{new.id} 已于 {_moment(earlier)} {was.zh}（{earlier.by} 记录）",
            ),
            Text(f"see: svc {new.ledger} show {new.id}", f"查看：svc {new.ledger} show {new.id}"),
        )


def must_follow(before: Sequence[Entry], new: Entry, event: str) -> None:
    """Refuse what comes before the `event` that it needs."""
    if find(before, event) is None:
        was = done(new, event)
        raise Conflict(
            Text(
                f"{new.ledger} {new.id} was not {was.en} by {_moment(new)}, so no {new.event} can be recorded then",
                f"{new.id} 在 {_moment(new)} 之前没有{was.zh}，不能登记{done(new).zh}",
            ),
            Text(
                f"see what is recorded: svc {new.ledger} show {new.id}; or give the right time with --at",
                f"查看已有记录：svc {new.ledger} show {new.id}；或用 --at 写对时间",
            ),
        )


def never_after(before: Sequence[Entry], new: Entry, event: str) -> None:
    """Refuse what cannot happen once `event` has."""
    earlier = find(before, event)
    if earlier:
        was = done(new, event)
        raise Conflict(
            Text(
                f"{new.id} was {was.en} at {_moment(earlier)}, so no {new.event} can follow",
                f"{new.id} 已于 {_moment(earlier)} {was.zh}，之后不能再登记{done(new).zh}",
            ),
            Text(f"see: svc {new.ledger} show {new.id}", f"查看：svc {new.ledger} show {new.id}"),
        )
