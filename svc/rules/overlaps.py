"""Two findings on one act: both count, the larger counts, or somebody decides. Never a silent double fine.

An act is a visit, with what complaints and records of conduct say happened on it. Two fines on one act
that the rules file says nothing about are held back until somebody chooses: the month computes all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations

from svc.domain.entry import Entry
from svc.named import NamedTuple
from svc.rules.judge import Finding, Meeting, Turn, about
from svc.rules.model import Overlap
from svc.text import Text

Rulings = Mapping[str, Sequence[Entry]]
OTHERWISE = Text("as the file says of all other pairs", "规则表对其他各组的规定")
DECIDERS = ("gm",)
"""Who chooses where nothing is said."""


class Pair(NamedTuple):
    """Two findings on one act, and how it was settled which of them counts, oldest first."""

    one: Finding
    other: Finding
    meeting: Meeting
    settled: tuple[Entry, ...]

    def settlement(self, moment: datetime) -> Entry | None:
        """What was decided last by then."""
        return next((e for e in reversed(self.settled) if e.at <= moment), None)

    def spared(self, settled: Entry) -> frozenset[str]:
        """The ids that a settlement lets go."""
        this = settled.id
        that = self.other.id if this == self.one.id else self.one.id
        spared = {"this": that, "other": this}.get(settled.get("charge"))
        return frozenset([spared] if spared else [])


def apply(found: Sequence[Finding], rulings: Rulings) -> list[Finding]:
    """The findings, in their order, as they stand once those on one act have been looked at together."""
    acts: dict[tuple[str, tuple[str, str]], list[Finding]] = {}
    for one in found:
        if one.rule.sanction is not None and one.staff is not None:
            acts.setdefault((one.staff, one.subject.act), []).append(one)
    changed: dict[str, Finding] = {}
    for group in acts.values():
        pairs = list(_pairs(group, rulings)) if len(group) > 1 else []
        if pairs:
            changed.update((one.id, one) for one in _settled(group, pairs))
    return [changed.get(one.id, one) for one in found] if changed else list(found)


def _pairs(group: Sequence[Finding], rulings: Rulings) -> Iterable[Pair]:
    """The pairs that the rules file decides about, or should."""
    for one, other in combinations(group, 2):
        overlap, asks = _said(one, other)
        if overlap is None and not asks:
            continue
        both = ((one, other.id), (other, one.id))
        settled = [
            e
            for this, that in both
            for e in rulings.get(this.id, ())
            if e.event == "settle" and e.get("against") == that and about(this.subject, e)
        ]
        yield Pair(one, other, Meeting(other.id, overlap), tuple(sorted(settled, key=lambda e: e.at)))


def _said(one: Finding, other: Finding) -> tuple[Overlap | None, bool]:
    """What the file says of two findings: a pair; else what happens `otherwise`, or to one rule twice; and whether it asks."""
    rules, day = one.rules, _later_day(one, other)
    declared = rules.overlap(one.rule.id, other.rule.id, day)
    if declared is not None:
        return declared, True
    same = one.rule.id == other.rule.id
    if same and one.rule.sanction and one.rule.sanction.refuse:
        return None, False  # two receipts refused: each for itself
    if not same and not (one.priced and other.priced):
        return None, False
    then = rules.same_rule if same else rules.otherwise
    if then == "larger":
        return Overlap((one.rule.id, other.rule.id), then, OTHERWISE, DECIDERS, rules.overlaps_line), True
    return None, then == "ask"


def _later_day(one: Finding, other: Finding) -> date | None:
    moments = [f.offence_at for f in (one, other) if f.offence_at is not None]
    return max(moments).date() if moments else None


def _settled(group: Sequence[Finding], pairs: Sequence[Pair]) -> Iterable[Finding]:
    """Each finding of an act with the turns that the others bring about."""
    moments = sorted({t.at for one in group for t in one.turns} | {e.at for pair in pairs for e in pair.settled})
    standings = [(moment, _at(group, pairs, moment)) for moment in moments]
    for one in group:
        turns: list[Turn] = []
        for moment, at in standings:
            turns += _turns_of(one, moment, at[one.id], turns[-1] if turns else None)
        meetings = tuple(_seen_from(one, pair) for pair in pairs if one in (pair.one, pair.other))
        status = one.status
        if turns:
            status = {"open": "awaiting_ruling"}.get(turns[-1].standing, turns[-1].standing)
        yield one._replace(turns=tuple(turns), status=status, meetings=meetings)


def _turns_of(one: Finding, moment: datetime, new: Turn | None, last: Turn | None) -> list[Turn]:
    """What changed for one finding at a moment: its own rulings stay shown, even where another one decides."""
    if new is None:
        return []
    own = [turn for turn in one.turns if turn.at == moment]
    if new.meeting is None:
        changed = last is None or new.standing != last.standing
        return own or ([Turn(moment, new.standing, None)] if changed else [])
    same = last is not None and (new.standing, new.meeting, new.entry) == (last.standing, last.meeting, last.entry)
    return own if same and not own else [*own, new]


def _seen_from(one: Finding, pair: Pair) -> Meeting:
    other = pair.other if one is pair.one else pair.one
    return pair.meeting._replace(other=other.id)


# ---- how things stand at one moment --------------------------------------------------------------


def _at(group: Sequence[Finding], pairs: Sequence[Pair], moment: datetime) -> dict[str, Turn | None]:
    """The standing of every finding of an act at a moment."""
    standing = {one.id: _own(one, moment) for one in group}
    own = dict(standing)
    for pair in pairs:
        for one, other in ((pair.one, pair.other), (pair.other, pair.one)):
            turn = own[one.id]
            if turn is not None and turn.standing == "final":
                held = _held(pair, one, other, own, moment)
                if held is not None:
                    standing[one.id] = held
    _only_the_largest(group, pairs, standing, moment)
    return standing


def _own(one: Finding, moment: datetime) -> Turn | None:
    return next((turn for turn in reversed(one.turns) if turn.at <= moment), None)


def _may_stand(one: Finding, turn: Turn | None) -> bool:
    """Whether a finding stands, or may once people have ruled or the facts are known."""
    return one.status == "facts_missing" or (turn is not None and turn.standing in ("final", "open"))


def _held(pair: Pair, one: Finding, other: Finding, own: Mapping[str, Turn | None], moment: datetime) -> Turn | None:
    """The turn by which the other finding holds this one back, or a settlement lets it go; None: it stands."""
    overlap, meeting = pair.meeting.overlap, pair.meeting._replace(other=other.id)
    mine, theirs = own[one.id], own[other.id]
    if overlap is not None and overlap.then != "ask":
        return None
    settled = pair.settlement(moment)
    if settled is not None and _fell(pair, settled, moment):
        settled = None  # what was chosen does not stand: there is no choice any more
    if settled is None and overlap is None:  # nobody thought of the two: held where both count, or the facts of one are missing
        counts = theirs is not None and theirs.standing == "final" and _held_besides(one, other, own)
        unknown = other.status == "facts_missing" and one.rule.id != other.rule.id and _may_cost(one) and _may_cost(other)
        return Turn(moment, "open", None, meeting) if counts or unknown else None
    if settled is None:
        return Turn(moment, "open", None, meeting) if _may_stand(other, theirs) else None
    ruled_since = mine is not None and mine.entry is not None and mine.at > settled.at
    if one.id in pair.spared(settled) and not ruled_since:
        return Turn(moment, "waived", settled, meeting)
    return None


def _may_cost(one: Finding) -> bool:
    """Whether a finding is worth money, or may be once its facts are known."""
    if one.yuan is not None or one.status != "facts_missing":
        return _worth(one) > 0
    amount = one.rules.amounts.get(one.rule.amount or "")
    return bool(amount and any(Decimal(row.value or 0) > 0 or row.steps for row in amount.history))


def _held_besides(one: Finding, other: Finding, own: Mapping[str, Turn | None]) -> bool:
    """Whether a finding is held beside another one that counts: two fines both; of one rule twice, the later one.

    One deed, one fine: what was recorded or complained of twice counts once, until somebody says it is another act.
    """
    if one.rule.id != other.rule.id:
        return _worth(one) > 0 < _worth(other)
    return _since(other, own) < _since(one, own)


def _since(one: Finding, own: Mapping[str, Turn | None]) -> tuple[datetime, datetime, str]:
    """Of two of one rule that count, the earlier is that of the earlier offence, then the one recorded first."""
    turn = own[one.id]
    assert turn is not None and one.offence_at is not None
    return one.offence_at, turn.at, one.id


def _fell(pair: Pair, settled: Entry, moment: datetime) -> bool:
    """Whether the one that a settlement charges has been dismissed since."""
    spared = pair.spared(settled)
    charged = [one for one in (pair.one, pair.other) if one.id not in spared]
    since = [turn for one in charged for turn in one.turns if settled.at <= turn.at <= moment]
    return bool(spared) and any(turn.standing == "dismissed" for turn in since)


def _worth(one: Finding) -> Decimal:
    """Yuan; what is not set is not worth anything yet."""
    return Decimal(one.yuan) if one.yuan is not None else Decimal(0)


def _only_the_largest(
    group: Sequence[Finding], pairs: Sequence[Pair], standing: dict[str, Turn | None], moment: datetime
) -> None:
    """Of findings of which only the larger counts, let the smaller go."""
    larger = {
        frozenset((pair.one.id, pair.other.id)): pair.meeting
        for pair in pairs
        if pair.meeting.overlap and pair.meeting.overlap.then == "larger"
    }
    charged: list[Finding] = []
    for one in sorted(group, key=lambda f: (-_worth(f), f.id)):
        turn = standing[one.id]
        if turn is None or turn.standing != "final":
            continue
        above = next((c for c in charged if frozenset((c.id, one.id)) in larger), None)
        if above is None:
            charged.append(one)
        else:
            meeting = larger[frozenset((above.id, one.id))]._replace(other=above.id)
            standing[one.id] = Turn(moment, "waived", None, meeting)
