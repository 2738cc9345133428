"""Taking back one's own last entry: which it is; whether it may be is asked at the door."""

from __future__ import annotations

from svc.desk import behind
from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.clock.precision import as_typed
from svc.domain.entry import Entry
from svc.domain.nouns import undo
from svc.domain.text import clean
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.recording.attachments import let_go_of_taken_back
from svc.recording.door import record
from svc.store.index import undone
from svc.text import Text


class TakenBack(NamedTuple):
    """The undo entry as it stands on disk, and what it takes back."""

    entry: Entry
    cancelled: Entry


def take_back(desk: Desk, reason: str | None, dry: bool) -> TakenBack:
    """Cancel the last entry of whoever acts; Conflict where there is none, it is too old, or others rest on it."""
    said = clean(reason, "--reason") if reason else None
    desk.index.catch_up()
    last = _last_of(desk, desk.who)
    given = undo.fields_for(last, undone.alike(desk.index.db, last), said)
    given["happened"] = as_typed(last.at)
    done = TakenBack(record(desk, ledgers.UNDO, "undo", None, given, None, dry), last)
    if not dry:
        let_go_of_taken_back(desk, last)
    return done


def _last_of(desk: Desk, who: str) -> Entry:
    window = int(desk.now().timestamp()) - undo.WITHIN - 3600
    own = [e for e in behind.recorded_since(desk.index, window, undo.STANDING) if e.by == who]
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
    return next((e for e in reversed(latest) if undo.built_upon(e, undo.after(latest, e)) is None), own[-1])
