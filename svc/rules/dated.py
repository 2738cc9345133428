"""Values with the days from which they hold: rows of amounts and limits, and what sealed months forbid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from svc.rules.form import Form, named
from svc.rules.model import Amount, Cap, Limit, Row, Rules
from svc.rules.problem import Place
from svc.rules.reader import Pair
from svc.rules.values import Wrong, day
from svc.text import Text

V = TypeVar("V")


class Sealed(NamedTuple):
    """The sealed months ("2026-10") and, where known, the rules as they were accepted last.

    With them, only what would *change* a sealed month is refused. Without them nobody can tell an old
    row from a new one, so every value that begins in a sealed month is.
    """

    months: Collection[str] = ()
    before: Rules | None = None

    def item(self, part: str, id: str) -> Amount | Limit | Cap | None:
        """The amount, limit or ceiling as it was."""
        if self.before is None:
            return None
        parts: dict[str, dict[str, Amount | Limit | Cap]] = {
            "amounts": {**self.before.amounts},
            "limits": {**self.before.limits},
            "caps": {**self.before.caps},
        }
        return parts[part].get(id)


def history(
    form: Form, pair: Pair | None, key: str, read: Callable[[str], V | Wrong]
) -> tuple[list[Row[V]], list[Place]]:
    """The rows of a history in the order of the file, and where the day of each stands."""
    rows: list[Row[V]] = []
    places: list[Place] = []
    if pair is None:
        return rows, places
    name = Text(f"a row of the {key} history", "history 的一行")
    for node in form.entries(pair.value, pair.key.place, named(pair)):
        fields = form.fields(node, node.place, name, ("from", key))
        since_pair = fields.get("from")
        form.text(since_pair)
        since = form.value(since_pair, day)
        value = form.value(fields.get(key), read)
        if since is None or since_pair is None or key not in fields:
            continue
        place = since_pair.value.place
        _in_order(form, rows, since, place)
        rows.append(Row(since, value, place.line))
        places.append(place)
    return rows, places


def _in_order(form: Form, rows: Sequence[Row[V]], since: date, place: Place) -> None:
    same = next((row for row in rows if row.since == since), None)
    if same:
        form.notes.add(
            "same-date",
            place,
            Text(f"{since} stands twice, first on line {same.line}", f"{since} 写了两次，第 {same.line} 行已有"),
            Text("keep one row for a day", "同一天只留一行"),
        )
    elif rows and since < rows[-1].since:
        form.notes.add(
            "dates-out-of-order",
            place,
            Text(
                f"{since} stands below {rows[-1].since} (line {rows[-1].line}), which is later",
                f"{since} 写在了更晚的 {rows[-1].since}（第 {rows[-1].line} 行）下面",
            ),
            Text("put the rows in order, the oldest first", "按日期排好，最早的在最上面"),
        )


def check_sealed(
    form: Form,
    now: Sequence[Row[V]],
    places: Sequence[Place],
    owner: Place,
    sealed: Sealed,
    was: Amount | Limit | Cap | None,
) -> None:
    """Note the rows that reach into a sealed month."""
    if sealed.before is None:
        for row, place in zip(now, places, strict=True):
            month = f"{row.since:%Y-%m}"
            if row.value is not None and month in sealed.months:
                _refuse(form, place, month)
        return
    seen: set[Place] = set()
    for month, at in changed(now, was.history if was else (), sealed.months):
        place = owner if at is None else places[at]
        if place not in seen:
            seen.add(place)
            _refuse(form, place, month)


def _refuse(form: Form, place: Place, month: str) -> None:
    form.notes.add(
        "sealed-month",
        place,
        Text(f"this would change {month}, which is sealed", f"这会改动已封存的 {month}"),
        Text(
            "leave its rows as they were and add one that begins after the last sealed month",
            "原来的行不要动，另加一行，从最后一个封存月份之后算起",
        ),
    )


def changed(now: Sequence[Row[Any]], was: Sequence[Row[Any]], months: Collection[str]) -> list[tuple[str, int | None]]:
    """The sealed months with a day on which another value would hold, and which row (None: none) says so."""
    found: list[tuple[str, int | None]] = []
    for month in sorted(months):
        first = date.fromisoformat(month + "-01")
        days = {first, *(row.since for row in (*now, *was) if f"{row.since:%Y-%m}" == month)}
        for one in sorted(days):
            new, old = _index(now, one), _index(was, one)
            if (None if new is None else now[new].value) != (None if old is None else was[old].value):
                found.append((month, new))
                break
    return found


def _index(rows: Sequence[Row[Any]], on: date) -> int | None:
    held = [n for n, row in enumerate(rows) if row.since <= on]
    return max(held, key=lambda n: rows[n].since, default=None)
