"""Listing and showing what a ledger holds; the same for every noun."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from svc.desk import attached, filters
from svc.desk.filters import Filters, offered
from svc.desk.open import Desk
from svc.desk.shown import Shown
from svc.domain import cases, correction, ledgers, registers
from svc.domain.entry import Entry
from svc.errors import BadInput, Conflict
from svc.output import notes
from svc.output.words import ways_to_say, word
from svc.recording.lines import neutral
from svc.store.index.wanted import View
from svc.text import Text, quoted, quoted_zh, say
from svc.ui.options import AsOf, Format, Json, KnownAt, Last, Month, open_desk, text

Row = dict[str, Any]
RowOf = Callable[[Shown, Any], Row]
More = Callable[[Shown, Any, bool], Row]
"""What `show` adds to the row of a state, as JSON or for reading."""


SHOWN = 20
"""How many cases people are shown where they do not say which."""
AT_ONCE = 500
"""How many cases are read at once where a list is narrowed."""
COUNTED = 1000
"""How many of those that are not shown are counted: a list is read from its end, not whole."""


def verbs(noun: str, columns: Mapping[str, Text], row_of: RowOf, more: More | None, name: str) -> dict[str, Callable[..., None]]:
    """A noun's list, by whatever `name`, and `show`; `row_of` makes a row of the folded state, with `staff`."""

    def list_(
        ctx: typer.Context,
        month: Month = None,
        open_: bool = typer.Option(False, "--open", help=text("only what is not finished", "只看未完成的")),
        customer: str | None = _thing(noun, "customer", "WHO", "of one customer", "某客户的"),
        machine: str | None = _thing(noun, "machine", "SERIAL", "of one machine", "某台设备的"),
        staff: str | None = _thing(noun, "staff", "STAFF", "of one member of staff", "某人的"),
        product: str | None = _thing(noun, "product", "PRODUCT", "of one product", "某产品的"),
        fault: str | None = _thing(noun, "fault", "CODE", "of one fault", "某故障的"),
        from_: str | None = typer.Option(None, "--from", metavar="DATE", help=text("from this day on", "从哪天起")),
        to: str | None = typer.Option(None, "--to", metavar="DATE", help=text("up to this day", "到哪天止")),
        status: str | None = typer.Option(
            None, "--status", metavar="WORD", help=text("open, closed, or a word of the list", "open、closed，或列表中的状态词")
        ),
        last: Last = None,
        json_: Json = False,
        format_: Format = "table",
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> None:
        from svc.output import tables as table

        desk, form = open_desk(ctx), "json" if json_ else format_
        asked = Filters(customer, machine, staff, product, fault, from_, to, status, month, open_)
        most = last or (None if form in table.MACHINE or month or open_ else SHOWN)
        view = desk.view(as_of, known_at)
        rows, left_out = _latest(desk, noun, row_of, filters.read(desk, noun, asked), view, most)
        by_id = Shown(desk, {}, view)
        table.emit(rows if form in table.MACHINE else [by_name(by_id, row, columns) for row in rows], columns, form)
        if left_out != 0 and not last:
            _say_more(f"svc {noun} {name}", left_out)

    def show(
        ctx: typer.Context,
        id: str = typer.Argument(metavar="ID"),
        unmask: bool = typer.Option(
            False,
            "--unmask",
            help=text("the numbers kept apart, in clear (recorded)", "显示单独存放的号码（会被记录）"),
        ),
        json_: Json = False,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> None:
        desk = open_desk(ctx)
        view = desk.view(as_of, known_at)
        full = desk.reference(noun, id, taken_back=known_at is not None)

        def told(shown: Shown, state: Any) -> Row:
            return {**row_of(shown, state), **(more(shown, state, json_) if more else {})}

        show_one(desk, noun, full, view, told, json_, unmask)

    return {name: list_, "show": show}


def by_name(shown: Desk | Shown, row: Row, columns: Mapping[str, Text]) -> Row:
    """A row as people read it: who is registered by his name, where a program is given his id."""
    told = {name: _name_of(shown, row.get(name)) for name in columns if name != "id"}
    return {**row, **{name: known for name, known in told.items() if known}}


def _name_of(shown: Desk | Shown, value: Any) -> str | None:
    """The name of whoever is registered by this id; None where it is no such id."""
    for noun, register in registers.TABLE.items():
        known = register.prefix and "name" in register.columns and isinstance(value, str) and value.startswith(register.prefix)
        if known and (name := shown.person(noun, value).get("name")):
            return name
    return None


def _thing(noun: str, name: str, metavar: str, en: str, zh: str) -> Any:
    """The option that narrows a list to one thing; hidden where the noun has no such thing."""
    return typer.Option(None, f"--{name}", metavar=metavar, help=text(en, zh), hidden=name not in offered(noun))


def _latest(desk: Desk, noun: str, row_of: RowOf, asked: Filters, view: View, most: int | None) -> tuple[list[Row], int | None]:
    """The rows that were asked for, so many at most, the latest, read from the end only as far as needed; how many more (None: some)."""
    limit = desk.limited_to(noun, "list")
    everything = asked.everything and limit is None
    left = filters.candidates(desk, noun, asked, view, most + COUNTED if most and everything else None)
    rows: list[Row] = []
    words: set[tuple[str, str]] = set()
    at_once = most if most and everything else AT_ONCE
    while left and (most is None or len(rows) <= most):
        part, left = left[:at_once], left[at_once:]
        shown, chosen = filters.shown(desk, noun, part, view), set(part)  # not what belongs to the same call or visit
        states = [state for id, state in shown.of(noun).items() if id in chosen]
        for state in reversed(sorted(states, key=lambda state: _first(state).at)):
            id = _first(state).id
            row = _row(row_of, shown, noun, id)
            words |= filters.standings(row)
            if limit in (None, _concerned(row)) and filters.passes(shown, noun, id, row, asked):
                rows.append(row)
    known = words | {("open", "open"), ("open", "closed")}
    if asked.status and not rows and not any(asked.status in ways_to_say(code, name) for name, code in known):
        listed = say(Text(", ", "、")).join(sorted({word(code, name) for name, code in words}))
        raise BadInput(
            Text(f"--status: nothing here is {quoted(asked.status)}", f"--status：没有状态为{quoted_zh(asked.status)}的"),
            Text(f"there are: {listed}", f"现有：{listed}"),
        )
    kept = rows if most is None else rows[:most]
    more = len(rows) - len(kept)
    return sorted(reversed(kept), key=lambda row: str(row["at"])), more + len(left) if everything or not more else None


def _say_more(command: str, count: int | None) -> None:
    """That a table does not show everything, how much where it is known, and how it is seen."""
    if count is None:
        many = Text(f"the latest {SHOWN}; there are more", f"只显示最近 {SHOWN} 条，还有更多")
        ways = f"--last {SHOWN * 5}, --from … --to …, --json"
    else:
        many = Text(f"{count} more", f"还有 {count} 条") if count < COUNTED else Text(f"{COUNTED} more or over", f"还有 {COUNTED} 条以上")
        ways = f"{command} --last {SHOWN * 5}, --month …, --open, --json"
    notes.note(Text(f"{many.en}: {ways}", f"{many.zh}：{ways}"))


def _row(row_of: RowOf, shown: Shown, noun: str, id: str) -> Row:
    """A row, and whether the case is open where it does not say so itself."""
    state = shown.of(noun)[id]
    row = row_of(shown, state)
    return row if "open" in row else {**row, "open": cases.goes_on(noun, state, shown.selection[noun][id], shown)}


def _concerned(row: Row) -> str | None:
    """The member of staff whom a row is about."""
    return row.get("about") or row.get("staff")


def _first(state: Any) -> Entry:
    parts = (
        one for part in state for one in ([part] if isinstance(part, Entry) else part if type(part) is tuple else ())
    )
    entry: Entry = next(part for part in parts if isinstance(part, Entry))
    return entry


def corrections(shown: Shown, noun: str, entries: Sequence[Entry]) -> list[Row]:
    """What was corrected: field, old and new value, by whom, when, why."""
    kinds = ledgers.kinds(noun, correction.EVENT)

    def plain(name: str, value: Any) -> Any:
        return None if value is None else kinds[name].json(value)

    return [
        {
            "field": change.field,
            "old": plain(change.field, change.old),
            "new": plain(change.field, change.new),
            "by": change.entry.by,
            "name": shown.person("staff", change.entry.by).get("name"),
            "at": change.entry.at.isoformat(timespec="seconds"),
            "recorded_at": change.entry.recorded_at.isoformat(timespec="seconds"),
            "reason": change.entry.get("reason"),
        }
        for change in correction.changes(entries)
    ]


def show_one(desk: Desk, noun: str, id: str, view: Any, row_of: RowOf, as_json: bool, unmask: bool) -> None:
    """Print one subject: its state, then every entry with who recorded it when."""
    from svc.output import card, json

    shown = filters.shown(desk, noun, [id], view)
    found = shown.selection[noun].get(id, [])
    if not found:
        raise Conflict(
            Text(f"nothing was recorded for {id} by then", f"当时还没有 {id} 的记录"),
            Text("leave out --as-of", "不写 --as-of 再试"),
        )
    row = _row(row_of, shown, noun, id) if id in shown.of(noun) else {"id": id}
    if number := desk.registers.load("number").get(id, {}).get("number"):
        row = {"id": id, "number": number, **row}
    desk.permit_about(noun, "show", _concerned(row), id)
    if unmask:
        from svc.recording import privacy

        privacy.unmask(desk, noun, f"{noun} show", id, 1)
        apart = privacy.kept_apart(desk, id)
        row |= {"phone": apart.get("phone"), "contact": apart.get("contact")}
    files = attached.rows_of(desk, noun, id, view)
    if as_json:
        entries = [{**neutral(e), "recorded_at": e.recorded_at.isoformat(timespec="seconds")} for e in found]
        corrected = {"corrections": corrections(shown, noun, found)} if correction.targets_of(noun) else {}
        json.emit({**row, "attachments": files, "entries": entries, **corrected})
    else:
        card.show(row, found, desk.zone, lambda who: _name_of(shown, who) or who)
        card.files(files)
