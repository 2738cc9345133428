"""What past months would have been by other rules: finding by finding, person by person. Pure, nothing is written.

Rulings given then are used again; where somebody would still have to rule, the sum is a range: from
nothing of it to all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from svc.audit.findings import findings, offences
from svc.audit.world import Span, World
from svc.named import NamedTuple
from svc.rules.describe import value_of
from svc.rules.explain import said_of
from svc.rules.judge import Finding
from svc.rules.model import Amount, Cap, Limit, Row, Rule, Rules
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
        return sorted({one.staff for one in (*self.old, *self.new) if one.staff and cost(one) != Range()})


def cost(one: Finding | None) -> Range:
    """What a finding costs: nothing to all of its amount while somebody has to rule; a bonus less than nothing."""
    if one is None or not (one.priced or one.pays) or one.yuan is None:
        return Range()
    amount = Decimal(one.yuan)
    if one.pays:
        return Range(-amount, -amount) if one.status == "final" else Range()
    if one.status == "final":
        return Range(amount, amount)
    return Range(NOTHING, amount) if one.status == "awaiting_ruling" else Range()


def total(found: Iterable[Finding], staff: str | None = None) -> Range:
    """The sum over findings, of one person or all: at most as if all that is open were upheld, each time with its step."""
    own = [one for one in found if staff is None or one.staff == staff]
    amount, opened = Range(), Counter[tuple[str | None, str, str]]()
    for one in own:
        amount = amount.plus(_with_step(one, opened))
    return amount


def _with_step(one: Finding, opened: Counter[tuple[str | None, str, str]]) -> Range:
    """What a finding costs; of one that is open at most its step behind those that stand and the other open ones."""
    if one.status != "awaiting_ruling" or one.time is None or one.amount is None or one.amount.steps is None:
        return cost(one)
    key = (one.staff, one.rule.id, one.time.period)
    opened[key] += 1
    return Range(NOTHING, Decimal(one.amount.steps.nth(one.time.number + opened[key] - 1)))


def replay(months: Iterable[tuple[str, World, Span]], rules: Rules) -> Replay:
    """Judge months as they were and by other rules; each finding in the month in which it is dated."""
    before: dict[str, tuple[str, Finding]] = {}
    after: dict[str, tuple[str, Finding]] = {}
    for month, world, span in months:
        for found, one in ((before, world), (after, world._replace(rules=rules, versions=None))):
            judged = findings(one)
            bonuses = (f for f in judged if f.pays and span.holds(f.offence_at))
            found.update((f.id, (month, f)) for f in (*offences(judged, span), *bonuses))
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
    for name, zh in (("timezone", "时区"), ("otherwise", "其他各组"), ("same_rule", "同一条规则两次")):
        was_, now_ = getattr(old, name), getattr(new, name)
        if was_ != now_:
            yield Text(f"{name}: {was_} → {now_}", f"{zh}：{was_} → {now_}")


def _dated(rules: Rules) -> dict[str, Amount | Limit | Cap]:
    return {**rules.amounts, **rules.limits, **rules.caps}


def _rows(id: str, was: Amount | Limit | Cap | None, now: Amount | Limit | Cap | None) -> Iterator[Text]:
    item = now or was
    before = {_which(row): row for row in was.history} if was else {}
    after = {_which(row): row for row in now.history} if now else {}
    for which in sorted(before.keys() | after.keys()):
        since, when = which[0], (after.get(which) or before[which]).when
        said = said_of(when)
        name = Text(f"{id} from {since}{f' where {said.en}' if when else ''}", f"{id} {since} 起{f'（{said.zh}）' if when else ''}")
        old, new = value_of(item, before.get(which)), value_of(item, after.get(which))
        if which not in after:
            yield Text(f"{name.en}: {old.en}, struck out", f"{name.zh}：{old.zh}，删去")
        elif which not in before:
            yield Text(f"{name.en}: {new.en}, new", f"{name.zh}：{new.zh}，新加")
        elif old != new:
            yield Text(f"{name.en}: {old.en} → {new.en}", f"{name.zh}：{old.zh} → {new.zh}")


def _which(row: Row[Any]) -> tuple[str, str]:
    return row.since.isoformat(), said_of(row.when).en


def _rule(id: str, old: Rules, new: Rules) -> Iterator[Text]:
    was, now = old.rules.get(id), new.rules.get(id)
    if was is None:
        yield Text(f"rule {id}: new", f"规则 {id}：新加")
    elif now is None:
        yield Text(f"rule {id}: struck out", f"规则 {id}：删去")
    elif [_without_lines(one) for one in old.versions.get(id, (was,))] != [_without_lines(one) for one in new.versions.get(id, (now,))]:
        since = Text(f", from {now.since}", f"，{now.since} 起") if now.since and now.since != was.since else Text("", "")
        yield Text(
            f"rule {id}: changed{since.en} (line {was.line} → {now.line})",
            f"规则 {id}：有改动{since.zh}（第 {was.line} 行 → 第 {now.line} 行）",
        )


def _without_lines(rule: Rule) -> Rule:
    departs = rule.departs_from._replace(line=0) if rule.departs_from else None
    return rule._replace(line=0, check=rule.check._replace(line=0), departs_from=departs)


def _overlaps(old: Rules, new: Rules) -> Iterator[Text]:
    was = {frozenset(o.rules): o for o in old.overlaps}
    now = {frozenset(o.rules): o for o in new.overlaps}
    for pair in sorted(was.keys() | now.keys(), key=sorted):
        before, after = was.get(pair), now.get(pair)
        names = " + ".join(sorted(pair))
        if (before and before.then) != (after and after.then):
            words = (before.then if before else "-", after.then if after else "-")
            yield Text(f"{names}: {words[0]} → {words[1]}", f"{names}：{words[0]} → {words[1]}")
