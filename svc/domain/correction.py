"""Corrections: an entry of its own says what an earlier one of the same id should have said.

Nothing is overwritten. From the correction on, what is folded and judged is the entry as corrected; as it was
recorded it stays in its file, and `--known-at` a moment before shows it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from svc.domain.clock.base import minute
from svc.domain.entry import Entry
from svc.domain.kinds import Code, Field, Moment, Prose, option_of
from svc.domain.ledgers import Event, module
from svc.domain.ledgers import event as event_named
from svc.domain.sequence import in_order
from svc.errors import BadInput, Conflict
from svc.named import NamedTuple
from svc.text import Text, quoted, quoted_zh

EVENT = "correct"
ROLES = ("head", "gm", "clerk")


class Correctable(NamedTuple):
    """An event whose first entry may be corrected: which of its fields, and under which name its time.

    Of `opposites` one takes back the other: parts, or that there were none. What is `confirmed` may be said again by
    somebody else, whose word counts for more.
    """

    event: str
    fields: tuple[str, ...] = ()
    time: str | None = None
    opposites: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()


class Correction(NamedTuple):
    """What one correction did to one value; None is not known."""

    entry: Entry
    field: str
    old: Any
    new: Any


FIXED: dict[str, Text] = {
    "id": Text("an id is never given again", "编号不能更改"),
    "by": Text("who recorded an entry is part of what happened", "谁登记的是事实的一部分"),
    "recorded_at": Text("the time of recording comes from the clock", "录入时间来自电脑时钟"),
}
"""What no entry may have corrected, and why; the nouns add their own as FIXED."""


def event(title: Text, events: Sequence[Event], targets: Sequence[Correctable], example: Text | str) -> Event:
    """The event `correct`, with the fields of the events that it may correct."""
    fields = tuple(field for target in targets for field in _fields_of(events, target))
    return Event(
        EVENT,
        title,
        Text("corrected", "更正"),
        "own",
        (
            *fields,
            Field(
                "clear",
                Code(),
                Text("names of values that are not known after all", "其实并不清楚的项目（写名称）"),
            ),
            Field("reason", Prose(), Text("why", "更正理由"), required=True),
        ),
        ROLES,
        example,
        decides=True,
    )


def _fields_of(events: Sequence[Event], target: Correctable) -> Iterable[Field]:
    original = next(one for one in events if one.name == target.event)
    for name in target.fields:
        field = original.field(name)
        assert field is not None, name
        yield field._replace(required=False, default=None)
    if target.time:
        yield Field(target.time, Moment(), Text(f"{target.time.replace('_', ' ')}: when it happened", f"{original.done.zh}时间"))


def targets_of(noun: str) -> tuple[Correctable, ...]:
    """What of a ledger may be corrected; nothing of those that know no corrections."""
    return getattr(module(noun), "CORRECTABLE", ())


def fixed(noun: str) -> Mapping[str, Text]:
    """What of a ledger may not be corrected, with the reason."""
    return {**FIXED, **getattr(module(noun), "FIXED", {})}


# ---- what holds now ------------------------------------------------------------------------------


def effective(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries of one id as corrected, in order of what happened; the corrections themselves are left out."""
    if EVENT not in [entry.event for entry in entries]:
        return entries
    found, _ = _applied(entries)
    return in_order(found)


def changes(entries: Sequence[Entry]) -> list[Correction]:
    """What each correction among the entries of one id did, old and new value."""
    return _applied(entries)[1]


def _applied(entries: Sequence[Entry]) -> tuple[list[Entry], list[Correction]]:
    found = [entry for entry in entries if entry.event != EVENT]
    made: list[Correction] = []
    for correction in sorted((e for e in entries if e.event == EVENT), key=lambda e: e.at):
        for target in targets_of(correction.ledger):
            wanted = _wanted(correction, target)
            place = _place(found, correction, target) if wanted else None
            if place is not None:
                old = found[place]
                found[place] = _corrected(old, correction, target, wanted)
                made += _changes(old, found[place], correction, target, wanted)
    return found, made


def _wanted(correction: Entry, target: Correctable) -> dict[str, Any]:
    """What a correction says of a target: new values, None for what is cleared."""
    said = {name: correction.fields[name] for name in _names(target) if name in correction.fields}
    gone = [name for name in cleared(correction) if name in target.fields]
    if any(name in said for name in target.opposites):
        gone += [name for name in target.opposites if name not in said]
    return {**said, **dict.fromkeys(gone)}


def _names(target: Correctable) -> tuple[str, ...]:
    return (*target.fields, target.time) if target.time else target.fields


def cleared(correction: Entry) -> tuple[str, ...]:
    """The names that a correction takes back."""
    return tuple((correction.get("clear") or "").replace(",", " ").replace("-", "_").split())


def _place(found: Sequence[Entry], correction: Entry, target: Correctable) -> int | None:
    """The first entry of the event, among those that were recorded when the correction was."""
    return next(
        (
            n
            for n, entry in enumerate(found)
            if entry.event == target.event
            and entry.recorded_at <= correction.recorded_at
            and minute(as_recorded(entry).at) <= minute(correction.at)
        ),
        None,
    )


def _corrected(old: Entry, correction: Entry, target: Correctable, wanted: Mapping[str, Any]) -> Entry:
    fields = dict(old.fields)
    for name, value in wanted.items():
        if value is None:
            fields.pop(name, None)
        elif isinstance(value, Mapping):
            fields[name] = {**(fields.get(name) or {}), **value}
        elif name != target.time:
            fields[name] = value
    at = wanted.get(target.time) if target.time else None
    history = (*(old.history or (old,)), correction)
    return old._replace(fields=fields, at=at or old.at, history=history)


def _changes(old: Entry, new: Entry, correction: Entry, target: Correctable, wanted: Mapping[str, Any]) -> Iterable[Correction]:
    for name in wanted:
        was, now = (old.at, new.at) if name == target.time else (old.get(name), new.get(name))
        if was != now:
            yield Correction(correction, name, was, now)


def as_recorded(entry: Entry) -> Entry:
    """The entry as it stands in its file, whatever was corrected since."""
    return entry.history[0] if entry.history else entry


# ---- what may be corrected ----------------------------------------------------------------------


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse a correction of nothing, of what is not recorded, or to what is recorded already.

    Whether what it makes of the entries can have happened is asked of `effective` by whoever records.
    """
    targets = targets_of(new.ledger)
    _refuse_unknown_names(new, targets)
    if not any(_wanted(new, target) for target in targets):
        names = ", ".join(_option(new.ledger, target, name) for target in targets for name in _names(target))
        raise BadInput(
            Text("nothing to correct was given", "没有写要更正什么"), Text(f"any of: {names}", f"可更正：{names}")
        )
    found, _ = _applied(before)
    for target in targets:
        wanted = _wanted(new, target)
        if wanted:
            _refuse_idle(new, target, wanted, found)


def _option(noun: str, target: Correctable, name: str) -> str:
    """The option that corrects a field of an event, or its time."""
    field = event_named(noun, target.event).field(name)
    return f"--{name.replace('_', '-')}" if field is None else option_of(field)


def _refuse_unknown_names(new: Entry, targets: Sequence[Correctable]) -> None:
    known = {name for target in targets for name in target.fields}
    event_of = {name: target.event for target in targets for name in target.fields}
    for name in cleared(new):
        if name not in known:
            raise BadInput(
                Text(f"--clear: {quoted(name)} is no value that can be taken back", f"--clear：没有可撤销的项目{quoted_zh(name)}"),
                Text(f"any of: {', '.join(sorted(known))}", f"可写：{'、'.join(sorted(known))}"),
            )
        field = event_named(new.ledger, event_of[name]).field(name)
        if field is not None and field.required:
            raise BadInput(
                Text(f"--clear: {name} cannot be left open", f"--clear：{name} 是必填项，不能撤销"),
                Text(
                    f"give the right value: {option_of(field)} …", f"请写正确的值：{option_of(field)} …"
                ),
            )
        if name in new.fields:
            raise BadInput(
                Text(f"{name} is both given and cleared", f"{name} 既写了值又要撤销"),
                Text("do one of them", "只能选一种"),
            )


def _refuse_idle(new: Entry, target: Correctable, wanted: Mapping[str, Any], found: Sequence[Entry]) -> None:
    place = _place(found, new, target)
    see = Text(f"see: svc {new.ledger} show {new.id}", f"查看：svc {new.ledger} show {new.id}")
    if place is None:
        names = ", ".join(wanted)
        raise Conflict(
            Text(
                f"{new.id} has no {target.event} recorded by then, so its {names} cannot be corrected",
                f"{new.id} 当时还没有 {target.event} 记录，不能更正 {names}",
            ),
            see,
        )
    corrected = _corrected(found[place], new, target, wanted)
    said = {name for name, value in wanted.items() if value is not None}
    confirmed = new.by != found[place].by and said <= set(target.confirmed)
    if (corrected.fields, corrected.at) == (found[place].fields, found[place].at) and not confirmed:
        raise Conflict(Text(f"{new.id} says so already", f"{new.id} 已经是这样记录的"), see)
    if minute(corrected.at) > minute(new.at):
        raise Conflict(
            Text(
                f"{corrected.at:%Y-%m-%d %H:%M} is after the correction itself: it had not happened yet",
                f"{corrected.at:%Y-%m-%d %H:%M} 晚于更正时间，当时还没有发生",
            ),
            see,
        )
