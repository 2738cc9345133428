"""Taking back one's own last entry: which it is, whether it may be, and the entry that does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from svc.desk import selections
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.clock.base import echo, show_span
from svc.domain.entry import Entry
from svc.domain.nouns import undo
from svc.domain.text import clean
from svc.errors import Conflict
from svc.store.index import undone
from svc.text import Text

LEFT = (ledgers.UNDO, ledgers.CHANGE, "access")
"""Ledgers of which nothing is taken back: what a register says is changed again."""


class TakenBack(NamedTuple):
    """The undo entry as it stands on disk, and what it takes back."""

    entry: Entry
    cancelled: Entry


def take_back(desk: Desk, reason: str | None, dry: bool) -> TakenBack:
    """Cancel the last entry of whoever acts; Conflict where there is none, it is too old, or others rest on it."""
    who, said = desk.who, clean(reason, "--reason") if reason else None
    with desk.ledger.lock():
        desk.index.catch_up()
        now = desk.now()
        last = _last_of(desk, who)
        _refuse_old(desk, last, now)
        _refuse_built_upon(desk, last)
        _refuse_sealed(desk, last)
        fields = undo.fields_for(last, undone.alike(desk.index.db, last), said)
        entry = Entry(ledgers.UNDO, "undo", _new_id(desk, now), now, now, who, fields)
        if not dry:
            receipt = desk.ledger.append([entry], now)[0]
            entry = entry._replace(recorded_at=receipt.recorded_at)
    return TakenBack(entry, last)


def _new_id(desk: Desk, now: datetime) -> str:
    prefix = desk.prefix(ledgers.UNDO, now)
    return f"{prefix}{desk.index.last_number(prefix) + 1:04d}"


def _last_of(desk: Desk, who: str) -> Entry:
    window = int(desk.now().timestamp()) - undo.WITHIN - 3600
    own = [e for e in selections.recorded_since(desk.index, window, LEFT) if e.by == who]
    if not own:
        raise Conflict(
            Text(
                f"{who} has recorded nothing in the last {undo.WITHIN // 60} minutes that could be taken back",
                f"{who} 最近 {undo.WITHIN // 60} 分钟内没有可以撤销的记录",
            ),
            Text(
                "what was recorded earlier stays; record what is right: svc NOUN --help",
                "更早的记录不能撤销；请另行更正：svc 名词 --help",
            ),
        )
    # Of one second, ledgers know no order among each other: the last is one on which no other rests.
    latest = [e for e in own if e.recorded_at == own[-1].recorded_at]
    return next((e for e in reversed(latest) if undo.built_upon(e, _after(latest, e)) is None), own[-1])


def _after(recorded: Sequence[Entry], entry: Entry) -> list[Entry]:
    """What may have been recorded after an entry: in its own ledger what stands behind it, in others everything."""
    place = next(n for n, other in enumerate(recorded) if other is entry)
    return [e for n, e in enumerate(recorded) if n > place or e.ledger != entry.ledger]


def _refuse_old(desk: Desk, last: Entry, now: datetime) -> None:
    age = now.timestamp() - last.recorded_at.timestamp()
    if age > undo.WITHIN:
        span = show_span(age)
        raise Conflict(
            Text(
                f"the last entry of {last.by}, {last.ledger} {last.event} {last.id}, was recorded {span.en} ago:"
                f" only {undo.WITHIN // 60} minutes are given to take it back",
                f"{last.by} 的上一条记录 {last.id}（{last.event}）录入于 {span.zh}前：只能在 {undo.WITHIN // 60} 分钟内撤销",
            ),
            _correct(last),
        )


def _correct(last: Entry) -> Text:
    """How to mend what can no longer be taken back."""
    return Text(
        f"it stays on file; record what is right: svc {last.ledger} --help; see: svc {last.ledger} show {last.id}",
        f"记录保留；请另行更正：svc {last.ledger} --help；查看：svc {last.ledger} show {last.id}",
    )


def _refuse_built_upon(desk: Desk, last: Entry) -> None:
    recorded = selections.recorded_since(desk.index, int(last.recorded_at.timestamp()), LEFT)
    other = undo.built_upon(last, _after(recorded, recorded[recorded.index(last)]))
    if other is not None:
        at = echo(other.recorded_at, desk.zone)
        raise Conflict(
            Text(
                f"{last.id} ({last.event}) cannot be taken back: {other.by} recorded {other.ledger} {other.event}"
                f" {other.id} upon it at {at.en}",
                f"{last.id}（{last.event}）不能撤销：{other.by} 已于 {at.zh} 据此登记 {other.id}（{other.event}）",
            ),
            _correct(last),
        )


def _refuse_sealed(desk: Desk, last: Entry) -> None:
    month = f"{last.at.astimezone(desk.zone):%Y-%m}"
    seal = desk.seals.read(month)
    if seal is not None and desk.time(seal.at) >= last.recorded_at:
        raise Conflict(
            Text(
                f"{last.id} ({last.event}) is counted in {month}, which was sealed at {seal.at}",
                f"{last.id}（{last.event}）已计入 {month}，该月已于 {seal.at} 封存",
            ),
            _correct(last),
        )
