"""What a list is narrowed by: whose, which machine, who, which product or fault, from which day to which, how it stands.

Which of them a noun has follows from the fields of its events and of what it belongs to: a report's visit, a visit's call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from svc.desk import closings
from svc.desk.open import Desk
from svc.desk.shown import Shown
from svc.domain import ledgers, merging
from svc.domain.correction import effective
from svc.domain.entry import Entry
from svc.domain.kinds import Caller, Day, Ref
from svc.domain.nouns.faultcode import key
from svc.domain.text import folded
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.output.words import ways_to_say
from svc.store.index import lists
from svc.store.index.wanted import View
from svc.text import Text

THINGS = ("customer", "machine", "staff", "product", "fault")
STANDING = ("outcome", "standing", "status", "answer")
"""Columns of a list that say how a case stands, beside `open`."""
MOST_LINKS = 4
"""How far a case is followed to what it belongs to."""
DAY_SECONDS = 24 * 3600


class Filters(NamedTuple):
    """What was asked for; every one that is given must hold. Days are those of the desk's zone, both included."""

    customer: str | None = None
    machine: str | None = None
    staff: str | None = None
    product: str | None = None
    fault: str | None = None
    since: str | None = None
    until: str | None = None
    status: str | None = None
    month: str | None = None
    open: bool = False
    names: Mapping[str, str] | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing was asked for but the ledger."""
        return not any(self)

    @property
    def things(self) -> dict[str, str]:
        """What the entries of a case must name."""
        return {name: value for name in THINGS if (value := getattr(self, name))}


@cache
def offered(noun: str) -> frozenset[str]:
    """The things by which the list of a ledger can be narrowed."""
    found: set[str] = set()
    left, seen = [noun], {noun}
    while left:
        for field in (field for event in ledgers.events(left.pop()).values() for field in event.fields):
            if isinstance(field.kind, Ref):
                found.add(field.kind.noun)
                if field.kind.noun in ledgers.TABLE and field.kind.noun not in seen:
                    seen.add(field.kind.noun)
                    left.append(field.kind.noun)
            elif field.name in ("product", "fault"):
                found.add(field.name)
    if "machine" in found:
        found.add("product")
    return frozenset(found & set(THINGS))


def read(desk: Desk, noun: str, typed: Filters) -> Filters:
    """What was typed, as ids and days; BadInput for what the noun has not."""
    for name in typed.things:
        if name not in offered(noun):
            raise BadInput(
                Text(f"--{name}: {noun} entries name none", f"--{name}：{ledgers.ledger(noun).title.zh}没有这一项"),
                Text(f"see: svc {noun} list --help", f"查看：svc {noun} list --help"),
            )
    return typed._replace(
        customer=Caller().read(typed.customer, "--customer", desk) if typed.customer else None,
        machine=desk.reference("machine", typed.machine) if typed.machine else None,
        staff=desk.reference("staff", typed.staff) if typed.staff else None,
        since=Day().read(typed.since, "--from", desk) if typed.since else None,
        until=Day().read(typed.until, "--to", desk) if typed.until else None,
        names=closings.fault_names(desk.index, desk.view()) if typed.fault else None,
    )


def candidates(desk: Desk, noun: str, filters: Filters, view: View, most: int | None) -> list[str]:
    """The ids that may pass, the one opened last first: by the keys of the index where it has one, else all of the ledger.

    `most` is heeded where the whole ledger would be read.
    """
    index = desk.index
    index.catch_up()
    keyed: list[set[str]] = []
    if filters.customer:
        keyed.append(_having(noun, "caller", [filters.customer, *index.merged_here("customer", filters.customer)], desk))
    if filters.machine:
        keyed.append(_having(noun, "machine", [filters.machine], desk))
    if keyed:
        return index.latest_first(noun, (id for id in set.intersection(*keyed) if desk.site in (None, ledgers.mark(id))))
    if filters.month:
        span = desk.month_span(filters.month)
        return lists.of_month(index, noun, int(span.start.timestamp()), int(span.end.timestamp()), desk.site, view)[::-1]
    if filters.open:
        return index.latest_first(noun, lists.may_be_open(index, noun, desk.site, view))
    if filters.since or filters.until:
        first = int(desk.time(f"{filters.since}T00:00").timestamp()) if filters.since else 0
        last = int(desk.time(f"{filters.until or '2099-12-31'}T00:00").timestamp()) + DAY_SECONDS
        found = lists.of_month(index, noun, first, last, desk.site, view)
        return found[::-1]
    return lists.opened(index, noun, most, desk.site, view)


def _having(noun: str, key: str, values: Sequence[str], desk: Desk, depth: int = 0) -> set[str]:
    found = {id for value in values for id in desk.index.ids_with(noun, key, value)}
    if depth < MOST_LINKS:
        for parent in _parents(noun):
            for id in _having(parent, key, values, desk, depth + 1):
                found.update(desk.index.children(noun, id))
    return found | {id for (id,) in desk.index.retold_ids(noun)}


@cache
def _parents(noun: str) -> tuple[str, ...]:
    """The ledgers that the entries of a ledger may belong to."""
    fields = (field for event in ledgers.events(noun).values() for field in event.fields)
    refs = (field.kind.noun for field in fields if isinstance(field.kind, Ref))
    return tuple(dict.fromkeys(ref for ref in refs if ref in ledgers.TABLE and ref != noun))


def shown(desk: Desk, noun: str, ids: Sequence[str], view: View) -> Shown:
    """These cases with all that belongs to them, as they were at the view."""
    from svc.desk import selections  # a list that is narrowed needs it, what records does not

    found = selections.subjects(desk.index, ((noun, id) for id in ids), view)
    return Shown(desk, merging.as_one(found, desk.merged(desk.at("customer", view))), view)


def passes(shown: Shown, noun: str, id: str, row: Mapping[str, Any], filters: Filters) -> bool:
    """Whether a case, with its row in the list, is one that was asked for."""
    day = str(row["at"])[:10]
    if (filters.since and day < filters.since) or (filters.until and day > filters.until):
        return False
    if not day.startswith(filters.month or "") or (filters.open and not row["open"]):
        return False
    if filters.status and not any(filters.status in ways_to_say(code, name) for name, code in standings(row)):
        return False
    if not filters.things:
        return True
    names = filters.names or {}
    said = {(name, key(value, names) if name == "fault" else value) for name, value in _said(shown, noun, shown.selection[noun][id], 0)}
    return all((name, key(value, names) if name == "fault" else folded(value)) in said for name, value in filters.things.items())


def standings(row: Mapping[str, Any]) -> set[tuple[str, str]]:
    """How a case stands: columns, each with its code."""
    return {(name, str(row[name])) for name in STANDING if row.get(name)} | {("open", "open" if row["open"] else "closed")}


def _said(shown: Shown, noun: str, entries: Sequence[Entry], depth: int) -> Iterator[tuple[str, str]]:
    """What a case names, and what it belongs to: (thing, value)."""
    for entry in effective(entries):
        event = ledgers.events(noun)[entry.event]
        for field in event.fields:
            values = entry.get(field.name)
            for value in values if isinstance(values, tuple) else (values,):
                if not isinstance(value, str):
                    continue
                if field.name in ("product", "fault"):
                    yield field.name, folded(value)
                elif isinstance(kind := getattr(field.kind, "of", field.kind), Ref):
                    yield from _referred(shown, kind.noun, value, depth)


def _referred(shown: Shown, noun: str, id: str, depth: int) -> Iterator[tuple[str, str]]:
    if noun in ledgers.TABLE:
        if depth < MOST_LINKS:
            index = shown.desk.index
            entries = shown.selection.get(noun, {}).get(id) or index.entries(noun, index.stays(noun, id))
            yield from _said(shown, noun, entries, depth + 1)
        return
    yield noun, folded(id)
    product = shown.person(noun, id).get("product")
    if product:
        yield "product", folded(product)
