"""Taking back one's own last entry: an entry of its own that cancels another, which stays where it stands.

Whoever reads the world passes over what was taken back; whoever asks what was known before
(`--known-at`) still finds it. What others have built on is not taken back but corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from svc.domain import ledgers
from svc.domain.clock.base import echo, show_span
from svc.domain.entry import Entry
from svc.domain.facts import Fact
from svc.domain.kinds import Choice, Code, Count, Field, Moment, Prose
from svc.domain.ledgers import Event
from svc.domain.needs import Known, Needs
from svc.errors import Conflict, NotPermitted
from svc.text import Text

WITHIN = 15 * 60
"""Seconds after its recording in which an entry may be taken back; later a correction is an entry like any other."""

HOLD = "hold"
"""The event by which a hand-over leaves out what the door would not have taken."""

STANDING = (ledgers.UNDO, ledgers.CHANGE, "access")
"""Ledgers of which nothing is taken back: what a register or the rules file says is changed again."""

_ANEW = {"rules": "svc rules set …", "key-add": "svc staff key revoke …", "key-revoke": "svc staff key add …"}
"""Of what stands in the ledger of access, the command that sets it otherwise."""

_NOUNS = Choice(
    **{row.noun.replace("-", "_"): row.title.zh for row in ledgers.TABLE.values() if row.noun != ledgers.UNDO}
)

_FIELDS = (
    Field("of", _NOUNS, Text("ledger of the entry taken back", "被撤销记录所在台账"), required=True),
    Field("entry", Code(), Text("its id", "被撤销记录的编号"), required=True),
    Field("deed", Code(), Text("what it recorded", "被撤销的记录类型"), required=True),
    Field("happened", Moment(), Text("when that was", "被撤销记录的发生时间"), required=True),
    Field(
        "nth",
        Count(1),
        Text("which one, among those of that id, kind and moment", "同编号同类同时刻中的第几条"),
        required=True,
    ),
    Field("reason", Prose(), Text("why", "原因")),
)

EVENTS = (
    Event(
        "undo",
        Text("take back one's own last entry", "撤销本人的上一条记录"),
        Text("taken back", "撤销"),
        "new",
        _FIELDS,
        (),
        "svc undo",
        decides=True,
    ),
    Event(
        HOLD,
        Text("a hand-over leaves out what the door would not have taken", "移交时搁置不合规的记录"),
        Text("held", "搁置"),
        "new",
        _FIELDS,
        ledgers.RULERS,
        "svc desk sync",
        decides=True,
    ),
)
COLUMNS = ("of entry deed happened nth reason",)
"""The columns of its files: those that they were begun with, then what came later, a line each (`ledgers.editions`)."""

FACTS: Mapping[str, Text] = {}


def fold(entries: Sequence[Entry]) -> Entry | None:
    """The taking back that its one entry tells."""
    return entries[0] if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Each is an id of its own; whether it may be is judged where it is recorded."""


def facts(undone: Entry) -> Mapping[str, Fact]:
    """Rules ask nothing about what was taken back."""
    return {}


def cancels(entry: Entry, others: Sequence[Entry]) -> Entry | None:
    """Which of `others`, in the order of recording, an undo entry takes back."""
    alike = [e for e in others if (e.ledger, e.id, e.event, e.at) == target(entry)]
    nth: int = entry.get("nth")
    return alike[nth - 1] if len(alike) >= nth else None


def target(entry: Entry) -> tuple[str, str, str, datetime]:
    """Ledger, id, event and moment of what an undo entry takes back."""
    return entry.get("of"), entry.get("entry"), entry.get("deed"), entry.get("happened")


def fields_for(cancelled: Entry, nth: int, reason: str | None) -> dict[str, Any]:
    """What the undo entry of an entry says."""
    said = {
        "of": cancelled.ledger,
        "entry": cancelled.id,
        "deed": cancelled.event,
        "happened": cancelled.at,
        "nth": nth,
    }
    return {**said, "reason": reason} if reason else said


def stands(who: str, done: Entry | str, before: Entry | None) -> Conflict:
    """The error where what somebody did last stays: an entry, or a row of a register (`customer CU0001`).

    `before` is what he recorded before that and may take back: by its id alone, so that nobody does it unseen.
    """
    if isinstance(done, str) or done.ledger == ledgers.CHANGE:
        noun, id = done.split(" ") if isinstance(done, str) else (done.get("of"), done.get("subject"))
        event = "" if isinstance(done, str) else f" ({done.id} {done.event} {done.get('field')})"
        shown = Text(f"the row of {noun} {id} in the register{event}", f"登记册中的 {id}{event}")
        anew, look = "" if "merge" in event else f"svc {noun} edit {id} …", f"svc {noun} show {id}"
    else:
        title = ledgers.event(done.ledger, done.event).title
        shown = Text(f"{done.id}: {title.en}", f"{done.id}：{title.zh}")
        anew, look = _ANEW.get(done.event, ""), f"svc {done.ledger} show {done.id}"
    mend = Text(f"change it again: {anew}", f"请再次修改：{anew}") if anew else Text(f"it stays; see: {look}", f"予以保留；查看：{look}")
    told = Text(f"; what was recorded before: svc undo {before.id}", f"；撤销此前的记录：svc undo {before.id}") if before else Text("", "")
    return Conflict(
        Text(f"what {who} did last is not taken back: {shown.en}", f"{who} 最近做的不能撤销：{shown.zh}"),
        Text(f"{mend.en}{told.en}", f"{mend.zh}{told.zh}"),
    )


def built_upon(entry: Entry, later: Iterable[Entry]) -> Entry | None:
    """The first of the entries recorded after it that rests on it: of the same id, or naming that id."""
    opened = ledgers.creates(entry.ledger, entry.event)
    return next((e for e in later if _rests_on(e, entry, opened)), None)


def after(recorded: Sequence[Entry], entry: Entry) -> list[Entry]:
    """What may have been recorded after an entry: in its own ledger what stands behind it, in others everything."""
    place = next((n for n, other in enumerate(recorded) if other == entry), len(recorded))
    return [e for n, e in enumerate(recorded) if n > place or e.ledger != entry.ledger]


def _rests_on(later: Entry, entry: Entry, opened: bool) -> bool:
    if (later.ledger, later.id) == (entry.ledger, entry.id):
        return True
    if later.ledger == "finding":
        return entry.id in later.id.split("/")[1:]
    return opened and any(value == entry.id for value in later.fields.values())


# ---- what is asked before it is recorded --------------------------------------------------------


def meant(known: Known, new: Entry) -> Entry:
    """The entry that an undo entry takes back; Conflict where there is none."""
    noun, id, event, at = target(new)
    found = cancels(new, known.in_order_of_recording(noun, id))
    if found is None:
        raise Conflict(
            Text(f"there is no {event} of {id} at {at:%Y-%m-%d %H:%M} to take back", f"{id} 没有 {at:%Y-%m-%d %H:%M} 的 {event} 可以撤销"),
            Text(f"see: svc {noun} show {id}", f"查看：svc {noun} show {id}"),
        )  # fmt: skip
    return found


def _ones_own(known: Known, new: Entry) -> None:
    """Nobody takes back what somebody else recorded."""
    gone = meant(known, new)
    if gone.by != new.by:
        raise NotPermitted(
            Text(f"{gone.id} ({gone.event}) was recorded by {gone.by}: {new.by} cannot take it back",
                 f"{gone.id}（{gone.event}）由 {gone.by} 登记，{new.by} 不能撤销"),
            _correct(gone),
        )  # fmt: skip


def _in_time(known: Known, new: Entry) -> None:
    """Later a correction is an entry like any other."""
    gone = meant(known, new)
    age = new.recorded_at.timestamp() - gone.recorded_at.timestamp()
    if age > WITHIN:
        span = show_span(age)
        raise Conflict(
            Text(
                f"the last entry of {gone.by}, {gone.ledger} {gone.event} {gone.id}, was recorded {span.en} ago:"
                f" only {WITHIN // 60} minutes are given to take it back",
                f"{gone.by} 的上一条记录 {gone.id}（{gone.event}）录入于 {span.zh}前：只能在 {WITHIN // 60} 分钟内撤销",
            ),
            _correct(gone),
        )


def _nothing_built_on_it(known: Known, new: Entry) -> None:
    """What others have built on is not taken back but corrected, and what was sealed stands."""
    gone = meant(known, new)
    other, sealed = known.upon(gone), known.sealed(gone)
    if other is not None:
        at = echo(other.recorded_at, known.zone)
        raise Conflict(
            Text(
                f"{gone.id} ({gone.event}) cannot be taken back: {other.by} recorded {other.ledger} {other.event}"
                f" {other.id} upon it at {at.en}",
                f"{gone.id}（{gone.event}）不能撤销：{other.by} 已于 {at.zh} 据此登记 {other.id}（{other.event}）",
            ),
            _correct(gone),
        )
    if sealed:
        month = f"{gone.at.astimezone(known.zone):%Y-%m}"
        raise Conflict(
            Text(
                f"{gone.id} ({gone.event}) is counted in {month}, which was sealed at {sealed}",
                f"{gone.id}（{gone.event}）已计入 {month}，该月已于 {sealed} 封存",
            ),
            _correct(gone),
        )


def _correct(gone: Entry) -> Text:
    """How to mend what can no longer be taken back."""
    return Text(
        f"it stays on file; record what is right: svc {gone.ledger} --help; see: svc {gone.ledger} show {gone.id}",
        f"记录保留；请另行更正：svc {gone.ledger} --help；查看：svc {gone.ledger} show {gone.id}",
    )


def _by_a_hand_over(known: Known, new: Entry) -> None:
    """No file and no person holds an entry: only a hand-over does, of what the door would not have taken."""
    raise NotPermitted(
        Text("only a hand-over holds entries", "只有移交时才会搁置记录"),
        Text("correct what is wrong: svc NOUN correct; see: svc desk held", "请更正有误的记录：svc 名词 correct；查看：svc desk held"),
    )


NEEDS: Needs = {"undo": (_ones_own, _in_time, _nothing_built_on_it), HOLD: (_by_a_hand_over,)}
