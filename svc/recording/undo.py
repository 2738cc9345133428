"""Taking back one's own last entry: which it is; whether it may be is asked at the door."""

from __future__ import annotations

from svc.desk.open import Desk
from svc.domain import ledgers
from svc.domain.clock.precision import as_typed
from svc.domain.entry import Entry
from svc.domain.nouns import undo
from svc.domain.text import clean
from svc.errors import Conflict
from svc.named import NamedTuple
from svc.recording import last_deed
from svc.recording.attachments import let_go_of_taken_back
from svc.recording.door import record
from svc.store.index import undone
from svc.text import Text, quoted, quoted_zh


class TakenBack(NamedTuple):
    """The undo entry as it stands on disk, and what it takes back."""

    entry: Entry
    cancelled: Entry


def take_back(desk: Desk, reason: str | None, dry: bool, id: str | None = None) -> TakenBack:
    """Cancel the last entry of whoever acts, or his last one of an id.

    Conflict where there is none, it is none that is taken back, it is too old, or others rest on it.
    """
    said = clean(reason, "--reason") if reason else None
    own = last_deed.own(desk)
    last = _last_of(desk, own, id) if id else _last(desk, own)
    given = undo.fields_for(last, undone.alike(desk.index.db, last), said)
    given["happened"] = as_typed(last.at)
    done = TakenBack(record(desk, ledgers.UNDO, "undo", None, given, None, dry), last)
    if not dry:
        let_go_of_taken_back(desk, last)
    return done


def _last(desk: Desk, own: list[Entry]) -> Entry:
    """What was done last; Conflict where that is none that is taken back: an older one stays then, too."""
    # Of one second, ledgers know no order among each other: the last is one on which no other rests.
    latest = [e for e in own if e.recorded_at == own[-1].recorded_at]
    last = next((e for e in reversed(latest) if undo.built_upon(e, undo.after(latest, e)) is None), own[-1] if own else None)
    stays = last_deed.registered_after(desk, own) or (last if last and last.ledger in undo.STANDING else None)
    if stays:
        before = next((e for e in reversed(own) if e.ledger not in undo.STANDING), None)
        raise undo.stands(desk.who, stays, before)
    if last is None:
        raise _nothing(desk, Text("", ""))
    return last


def _last_of(desk: Desk, own: list[Entry], typed: str) -> Entry:
    """The last entry of an id, as typed in full or as short as it may be."""
    able = [e for e in own if e.ledger not in undo.STANDING]
    found = [e for e in able if typed.strip().lower() in (e.id.lower(), desk.short(e.ledger, e.id).lower())]
    if not found:
        raise _nothing(desk, Text(f" of {quoted(typed)}", f"{quoted_zh(typed)}的"))
    return found[-1]


def _nothing(desk: Desk, of: Text) -> Conflict:
    return Conflict(
        Text(
            f"{desk.who} has recorded nothing{of.en} in the last {undo.WITHIN // 60} minutes that could be taken back",
            f"{desk.who} 最近 {undo.WITHIN // 60} 分钟内没有可以撤销的{of.zh}记录",
        ),
        Text(
            "what was recorded earlier stays; record what is right: svc NOUN --help",
            "更早的记录不能撤销；请另行更正：svc 名词 --help",
        ),
    )
