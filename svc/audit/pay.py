"""What a month settles with people, line by line: fines, bonuses, records, receipts, what customers bear.

A sealed month never changes. Whatever is learned about it later is *carried*: what is known now minus what seals
charged, person by person, in the first month that is not sealed. All lines together are what is owed as known now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from svc.audit.books import BOOKS, book
from svc.audit.findings import Fine, Recorded, earned, fines, sanctions
from svc.audit.world import Span, World
from svc.named import NamedTuple
from svc.rules.judge import Finding
from svc.text import Text

NONE = Decimal("0.00")

Figures = dict[str, Any]


class Line(NamedTuple):
    """One thing that the pay of `month` settles with somebody about the month that it `concerns`.

    kind: fine, bonus, record, expense or return. `what` is the kind of sanction in a record and what becomes of a
    receipt (approved, refused, blocked_by_tools). `amount` is signed, in yuan; None where none is set, or none
    belongs to it. `times` is 1, or -1 where something is taken back, 0 where only the sum is another. `row` is the
    amount's line of the rules file, `why` the reason in both languages.
    """

    month: str
    concerns: str
    staff: str | None
    name: str | None
    kind: str
    id: str
    what: str | None
    rule: str | None
    clause: str | None
    amount: str | None
    times: int
    step: int | None = None
    row: str | None = None
    why: Mapping[str, str] | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is settled with whom, whatever month it is said in."""
        return self.staff or "", self.kind, self.id, self.what or ""

    @property
    def yuan(self) -> Decimal:
        """The amount; what is not set adds nothing."""
        return Decimal(self.amount) if self.amount is not None else NONE


def read_line(row: Mapping[str, Any]) -> Line:
    """A line as a seal keeps it."""
    return Line(**{name: row.get(name) for name in Line._fields})  # type: ignore[arg-type]


def _said(text: Text) -> Mapping[str, str]:
    return {"en": text.en, "zh": text.zh}


# ---- a month's own lines ---------------------------------------------------------------------------


def own(world: World, found: Sequence[Finding], month: str, span: Span) -> list[Line]:
    """What became owed in the month, or was taken back in it, by what is known now."""
    lines = [_money(world, one, "fine", month) for one in fines(found, span)]
    lines += [_money(world, one, "bonus", month) for one in earned(found, span)]
    lines += [_record(world, one, month) for one in sanctions(found, span)]
    return lines + [line for noun in BOOKS.values() for line in _settled(world, noun, month, span)]


def _settled(world: World, noun: str, month: str, span: Span) -> Iterator[Line]:
    """What a book settles in the month, each with the sum of the figures that it goes into."""
    for staff, id, what, rule, amount in getattr(book(noun), "settles", _nothing)(world, span):
        known = world.rules.rules.get(rule or "")
        clause = known.clause if known else None
        yield Line(month, month, staff, world.name(staff), noun, id, what, rule, clause, amount, 1)


def _nothing(world: World, span: Span) -> Iterator[tuple[Any, ...]]:
    return iter(())


def _money(world: World, one: Fine, kind: str, month: str) -> Line:
    f = one.finding
    amount = None if one.amount is None else f"{one.sign * one.amount:.2f}"
    row = f"{f.rules.path}:{f.amount.line}" if f.amount else None
    return Line(
        month, month, f.staff, world.name(f.staff), kind, f.id, None, f.rule.id, f.rule.clause, amount, one.sign,
        f.time.number if f.time else 1, row, _why(world, f),
    )  # fmt: skip


def _record(world: World, one: Recorded, month: str) -> Line:
    f = one.finding
    count = 1 if one.change == "entered" else -1
    return Line(
        month, month, f.staff, world.name(f.staff), "record", f.id, one.kind, f.rule.id, f.rule.clause, None, count,
        None, None, _why(world, f),
    )  # fmt: skip


def _why(world: World, one: Finding) -> Mapping[str, str] | None:
    """The last ruling with its reason, and that the rule departs from its clause; None where the rule itself says so."""
    entry = next((turn.entry for turn in reversed(one.turns) if turn.entry), None)
    said = []
    if entry is not None:
        day, reason = world.day(entry.at), entry.get("reason") or ""
        said.append(Text(f"{entry.by} {day}: {reason}", f"{entry.by} {day}：{reason}"))
    if one.rule.departs_from is not None:
        clause, why = one.rule.departs_from.clause, one.rule.departs_from.why
        said.append(Text(f"departs from clause {clause}: {why.en}", f"与合同 {clause} 不同：{why.zh}"))
    return _said(Text("; ".join(one.en for one in said), "；".join(one.zh for one in said))) if said else None


# ---- what is carried -------------------------------------------------------------------------------


class Known(NamedTuple):
    """One thing settled about a month, as seals charged it (`was`) and as it is known now (`now`)."""

    line: Line
    was: Decimal | int | None
    now: Decimal | int | None


def difference(charged: Iterable[Line], known: Iterable[Line], month: str) -> list[Known]:
    """Now minus charged, about one sealed month, as lines of the pay of `month`; what agrees is left out."""
    old, new = _summed(charged), _summed(known)
    found = (_known(old.get(key), new.get(key), month) for key in sorted(old.keys() | new.keys()))
    return [one for one in found if one.line.times or one.line.yuan]


def _summed(lines: Iterable[Line]) -> dict[tuple[str, str, str, str], Line]:
    found: dict[tuple[str, str, str, str], Line] = {}
    for line in lines:
        have = found.get(line.key)
        found[line.key] = line if have is None else have._replace(amount=_plus(have, line), times=have.times + line.times)
    return found


def _plus(one: Line, other: Line) -> str | None:
    return None if one.amount is None and other.amount is None else f"{one.yuan + other.yuan:.2f}"


def _known(old: Line | None, new: Line | None, month: str) -> Known:
    like = new or old
    assert like is not None
    was, now = (line.yuan if line else NONE for line in (old, new))
    unset = all(line is None or line.amount is None for line in (old, new))
    count = (new.times if new else 0) - (old.times if old else 0)
    line = like._replace(month=month, amount=None if unset else f"{now - was:.2f}", times=count)
    if like.kind == "record":
        return Known(line, old.times if old else 0, new.times if new else 0)
    return Known(line, was, now)


def carried_row(one: Known) -> Figures:
    """A carried line as the figures list it."""
    row = {name: value for name, value in one.line._asdict().items() if name not in ("month", "step", "row")}
    return {**row, "was": amount_text(one.was), "now": amount_text(one.now)}


def amount_text(value: Decimal | int | None) -> str | int | None:
    """Money as text with two decimals; a count, and what is not known, as it is."""
    return f"{value:.2f}" if isinstance(value, Decimal) else value
