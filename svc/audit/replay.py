"""What past months would have been by other rules: finding by finding, person by person. Pure, nothing is written.

Rulings given then are used again; where somebody would still have to rule, the sum is a range: from
nothing of it to all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from svc.audit.findings import findings, offences
from svc.audit.world import Span, World
from svc.domain.clock.base import show_span
from svc.rules.judge import Finding
from svc.rules.model import Amount, Cap, Limit, Rule, Rules
from svc.text import Text

NOTHING = Decimal("0.00")


class Range(NamedTuple):
    """Yuan: at least, at most."""

    low: Decimal = NOTHING
    high: Decimal = NOTHING

    def plus(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def text(self) -> str:
        """`200.00`, or `0.00–200.00` while rulings are open."""
        return f"{self.low:.2f}" if self.low == self.high else f"{self.low:.2f}–{self.high:.2f}"


class Change(NamedTuple):
    """One finding as it is and as it would be; None: there is none."""

    id: str
    month: str
    staff: str | None
    old: Finding | None
    new: Finding | None


class Replay(NamedTuple):
    """The findings of all months by both rules; `changes` are those that differ."""

    old: tuple[Finding, ...]
    new: tuple[Finding, ...]
    changes: tuple[Change, ...]

    def people(self) -> list[str]:
        """Who is fined, or may be, by either."""
        return sorted({one.staff for one in (*self.old, *self.new) if one.staff and cost(one).high})


def cost(one: Finding | None) -> Range:
    """What a finding costs: nothing to all of its amount while somebody has to rule."""
    if one is None or not one.priced or one.yuan is None:
        return Range()
    amount = Decimal(one.yuan)
    if one.status == "final":
        return Range(amount, amount)
    return Range(NOTHING, amount) if one.status == "awaiting_ruling" else Range()


def total(found: Iterable[Finding], staff: str | None = None) -> Range:
    """The sum over findings, of one person or all."""
    amount = Range()
    for one in found:
        if staff is None or one.staff == staff:
            amount = amount.plus(cost(one))
    return amount


def replay(months: Iterable[tuple[str, World, Span]], rules: Rules) -> Replay:
    """Judge months as they were and by other rules; each finding in the month in which it is dated."""
    before: dict[str, tuple[str, Finding]] = {}
    after: dict[str, tuple[str, Finding]] = {}
    for month, world, span in months:
        for found, one in ((before, world), (after, world._replace(rules=rules, versions=None))):
            found.update((f.id, (month, f)) for f in offences(findings(one), span))
    changes = [_change(id, before.get(id), after.get(id)) for id in sorted(before.keys() | after.keys())]
    return Replay(
        tuple(f for _, f in before.values()),
        tuple(f for _, f in after.values()),
        tuple(sorted((c for c in changes if _differs(c)), key=lambda c: (c.month, c.id))),
    )


def _change(id: str, old: tuple[str, Finding] | None, new: tuple[str, Finding] | None) -> Change:
    month, finding = old or new or ("", None)
    return Change(id, month, finding.staff if finding else None, old and old[1], new and new[1])


def _differs(change: Change) -> bool:
    return _seen(change.old) != _seen(change.new)


def _seen(one: Finding | None) -> tuple[str, str | None] | None:
    return (one.status, one.yuan) if one else None


# ---- the difference of two files in words --------------------------------------------------------


def in_words(old: Rules, new: Rules) -> Iterator[Text]:
    """What the new file changes, one sentence a value or rule."""
    was, now = _dated(old), _dated(new)
    for id in dict.fromkeys((*was, *now)):
        yield from _rows(id, was.get(id), now.get(id))
    for id in dict.fromkeys((*old.rules, *new.rules)):
        yield from _rule(id, old, new)
    yield from _overlaps(old, new)


def _dated(rules: Rules) -> dict[str, Amount | Limit | Cap]:
    return {**rules.amounts, **rules.limits, **rules.caps}


def _rows(id: str, was: Amount | Limit | Cap | None, now: Amount | Limit | Cap | None) -> Iterator[Text]:
    before = {row.since: row.value for row in was.history} if was else {}
    after = {row.since: row.value for row in now.history} if now else {}
    for since in sorted(before.keys() | after.keys()):
        old, new = _value(was or now, before.get(since)), _value(now or was, after.get(since))
        if since not in after:
            yield Text(f"{id} from {since}: {old.en}, struck out", f"{id} {since} 起：{old.zh}，删去")
        elif since not in before:
            yield Text(f"{id} from {since}: {new.en}, new", f"{id} {since} 起：{new.zh}，新加")
        elif before[since] != after[since]:
            yield Text(f"{id} from {since}: {old.en} → {new.en}", f"{id} {since} 起：{old.zh} → {new.zh}")


def _value(item: Amount | Limit | Cap | None, value: str | int | None) -> Text:
    if value is None:
        return Text("not set", "未定")
    if isinstance(item, Limit):
        return show_span(int(value))
    percent = isinstance(item, Cap) and item.id.endswith("percent")
    return Text(f"{value} %", f"{value} %") if percent else Text(f"{value} yuan", f"{value} 元")


def _rule(id: str, old: Rules, new: Rules) -> Iterator[Text]:
    was, now = old.rules.get(id), new.rules.get(id)
    if was is None:
        yield Text(f"rule {id}: new", f"规则 {id}：新加")
    elif now is None:
        yield Text(f"rule {id}: struck out", f"规则 {id}：删去")
    elif _without_lines(was) != _without_lines(now):
        yield Text(
            f"rule {id}: changed (line {was.line} → {now.line})",
            f"规则 {id}：有改动（第 {was.line} 行 → 第 {now.line} 行）",
        )


def _without_lines(rule: Rule) -> Rule:
    return rule._replace(line=0, check=rule.check._replace(line=0))


def _overlaps(old: Rules, new: Rules) -> Iterator[Text]:
    was = {frozenset(o.rules): o for o in old.overlaps}
    now = {frozenset(o.rules): o for o in new.overlaps}
    for pair in sorted(was.keys() | now.keys(), key=sorted):
        before, after = was.get(pair), now.get(pair)
        names = " + ".join(sorted(pair))
        if (before and before.then) != (after and after.then):
            words = (before.then if before else "-", after.then if after else "-")
            yield Text(f"{names}: {words[0]} → {words[1]}", f"{names}：{words[0]} → {words[1]}")
