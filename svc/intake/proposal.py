"""A map proposed for a department's own list: headings found, columns matched, dates and words looked at.

What is proposed is a map like any other (`svc.intake.mapfile`): it is shown, saved, edited. What only a person can say is
a `Question`; its answers go into the next proposal, so that the map holds all that was decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from svc.desk.open import Desk
from svc.domain import registers
from svc.domain.people import is_nobody, masked, normal
from svc.errors import BadInput
from svc.intake.callmap import KINDS as CALL_KINDS
from svc.intake.callmap import call_entries
from svc.intake.columns import BLANKS, Column, fits, read_columns, recognised
from svc.intake.csvfile import Cell, Row, letters
from svc.intake.headings import KNOWN, Guess, is_known, plain
from svc.intake.layout import Head, Passed, find_head, sort_out, told
from svc.intake.listed import Listed, Question
from svc.intake.mapfile import read_map
from svc.intake.mapmodel import FileMap
from svc.intake.source import Source, opened
from svc.named import NamedTuple
from svc.text import Text

SHARED = 50_000
"""Different cells of which one is kept for all that say the same."""
TITLES = {noun: register.title for noun, register in registers.TABLE.items()} | {"call": Text("calls", "来电")}


class Shown(NamedTuple):
    """A column as it is shown: what it is taken for (`field` None: nothing), and its first value."""

    name: str
    heading: str
    field: str | None
    sure: bool
    sample: str


class Proposal(NamedTuple):
    """A map as it may be saved, what it says of each column, what it takes for granted, and what has to be asked.

    `lacks` says why the map is a draft that cannot be used yet, `wanted` asks for the columns that are missing.
    """

    text: str
    columns: tuple[Shown, ...]
    head: Head
    remarks: tuple[Text, ...]
    notes: tuple[Text, ...]
    questions: tuple[Question, ...]
    lacks: BadInput | None = None
    wanted: tuple[Question, ...] = ()

    @property
    def map(self) -> FileMap:
        """The map itself."""
        return read_map(self.text.encode(), "map")


class _Found(NamedTuple):
    """The rows of a list (of several sheets: of all), its headings, and what was passed over."""

    sheet: str | None
    head: Head
    rows: list[Row]
    notes: list[Text]


def propose(
    desk: Desk,
    noun: str,
    file: Path,
    sheet: str | None,
    encoding: str | None,
    answers: Mapping[str, str] | None = None,
) -> Proposal:
    """A map for a list of things of a register, or (`call`) of calls, as far as the file and the answers tell it."""
    source = opened(file, encoding)
    found = _read(source, noun, sheet)
    desk.index.catch_up(())
    listed = _listed(desk, noun, source, found, answers or {})
    missing = [group for group in _needed(noun) if not listed.columns_of.keys() & set(group)]
    lacks = _no_list(noun, file, found.head, missing) if missing else None
    entries = call_entries(listed) if noun == "call" else _register_entries(listed)
    text = _yaml(noun, file, _top(source, found, listed) | {"entries": entries})
    passed = [one for one in listed.passed if one.number not in {a.number for a in found.head.above}]
    notes = (*found.notes, *told([*found.head.above, *passed]))
    return Proposal(
        text, tuple(_shown(listed, entries)), found.head, tuple(listed.remarks), notes,
        tuple(listed.questions), lacks, tuple(_which_column(noun, group) for group in missing),
    )  # fmt: skip


# ---- the sheet and its rows ------------------------------------------------------------------------------


def _read(source: Source, noun: str, sheet: str | None) -> _Found:
    """The list in a file: of a workbook with several sheets those that are lists of the same columns."""
    names = source.sheets()
    if sheet is None and len(names) > 1:
        return _of_several(source, noun, names)
    if sheet == "*" and names:
        return _together([(name, *_one(source, noun, name)) for name in names])
    rows, head, notes = _one(source, noun, None if sheet == "*" else sheet)
    return _Found(sheet if sheet != "*" else None, head, rows, notes)


def _one(source: Source, noun: str, sheet: str | None) -> tuple[list[Row], Head, list[Text]]:
    notes: list[Text] = []
    rows = list(_sharing(source.rows(sheet, notes)))
    if not rows:
        raise BadInput(
            Text("the file is empty", "文件是空的"), Text("check the path", "请检查路径"), place=f"{source.file.name}:1"
        )
    return rows, find_head(rows, lambda heading: is_known(heading)), notes


def _sharing(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows whose cells are the same object where they say the same: most of a list is a few words again and again."""
    seen: dict[Cell, Cell] = {}
    for row in rows:
        if len(seen) > SHARED:
            seen.clear()
        yield row._replace(cells=[seen.setdefault(cell, cell) if isinstance(cell, str) else cell for cell in row.cells])


def _of_several(source: Source, noun: str, names: Sequence[str]) -> _Found:
    read = [(name, *_one(source, noun, name)) for name in names]
    lists = [one for one in read if _is_list(noun, one[2])]
    if not lists:
        listed = ", ".join(names)
        raise BadInput(
            Text(f"none of the sheets is recognised as such a list: {listed}", f"没有认出哪张工作表是这种表：{listed}"),
            Text(f"say which: --sheet {names[0]}; all of them: --sheet '*'", f"请指明：--sheet {names[0]}；全部：--sheet '*'"),
            place=source.file.name,
        )
    same = [one for one in lists if one[2].names == lists[0][2].names and one[2].rows == lists[0][2].rows]
    found = _together(same) if len(same) > 1 else _Found(same[0][0], same[0][2], same[0][1], same[0][3])
    left = [one[0] for one in read if one not in same]
    if left:
        others = ", ".join(left)
        found.notes.append(
            Text(f"sheets left out, for they are no such list or have other columns: {others} (import them with --sheet)",
                 f"以下工作表不是同样的列表，未读取：{others}（可用 --sheet 另行导入）")
        )  # fmt: skip
    return found


def _together(read: Sequence[tuple[str, list[Row], Head, list[Text]]]) -> _Found:
    rows = [row for _, found, _, _ in read for row in found]
    notes = [note for _, _, _, found in read for note in found]
    names = ", ".join(name for name, *_ in read)
    notes.append(Text(f"all sheets of these columns together: {names}", f"列相同的工作表一起读取：{names}"))
    above = tuple(one for _, _, head, _ in read for one in head.above)
    return _Found("*", read[0][2]._replace(above=above), rows, notes)


def _is_list(noun: str, head: Head) -> bool:
    known = {KNOWN[noun].get(one) for one in map(_plain, head.names)}
    groups = _needed(noun)
    return all(known & set(group) for group in groups) or sum(name is not None for name in known) >= 4


def _plain(heading: str) -> str:
    return plain(heading)


def _listed(desk: Desk, noun: str, source: Source, found: _Found, answers: Mapping[str, str]) -> Listed:
    """The list with its columns recognised, its rows told from what is none."""

    def registered(which: str, text: str) -> bool:
        known = desk.index.known(which, text.strip().upper()) or is_nobody(which, text)
        return known or len(desk.index.named(which, text.strip().lower())) == 1

    old_mac = False
    if source.kind == "workbook":
        from svc.intake.workbooks import counts_from_1904

        old_mac = counts_from_1904(source.file)
    everything = frozenset(range(len(found.head.names)))
    guesses: dict[int, Guess] = {}
    columns: list[Column] = []
    for _ in range(2):  # what a row needs is known when the columns are, and the columns by the rows
        columns.clear()
        body, passed = _split(found, _places(noun, guesses, everything))
        columns = read_columns(found.head.names, body, old_mac)
        guesses = recognised(noun, columns, registered)
        _answered(noun, columns, guesses, answers)
    def names(which: str) -> list[str]:
        return [row.get("name") or id for id, row in desk.register(which).items()]

    latest = desk.now().astimezone(desk.zone).date() + timedelta(days=1)
    listed = Listed(noun, columns, guesses, passed, registered, names, answers, latest)
    if noun == "call":
        _keep_number(listed, body, guesses)
    return listed


def _keep_number(listed: Listed, body: Sequence[Row], guesses: dict[int, Guess]) -> None:
    """Rows of one number are one call only where they tell the same time of it; a column that only counts is no number."""
    for place in [place for place, one in guesses.items() if one.field == "id"]:
        column, same = listed.columns[place], True
        when = [n for n, one in guesses.items() if one.field in ("at", "date")]
        if not column.unique:
            told: dict[Cell, list[Cell]] = {}
            for row in body:
                if place < len(row.cells) and row.cells[place] not in ("", *BLANKS):
                    cells = [row.cells[n] for n in when if n < len(row.cells)]
                    same = same and told.setdefault(row.cells[place], cells) == cells
        if not same:
            del listed.columns_of["id"]
            del guesses[place]
            listed.remarks.append(
                Text(f"{column.name}: rows with the same one tell different times: not kept as the number of the calls",
                     f"{column.name}：相同编号的行时间不同，不作为来电编号")
            )  # fmt: skip


def _places(noun: str, guesses: Mapping[int, Guess], everything: frozenset[int]) -> frozenset[int]:
    """The columns of which every row of the list has one filled."""
    wanted = {"at", "date", "summary"} if noun == "call" else {"name", "id"}
    return frozenset(place for place, one in guesses.items() if one.field in wanted) or everything


def _split(found: _Found, needed: frozenset[int]) -> tuple[list[Row], list[Passed]]:
    body: list[Row] = []
    passed: list[Passed] = []
    groups: dict[str, list[Row]] = {}
    for row in found.rows:
        groups.setdefault(row.sheet if found.sheet == "*" else "", []).append(row)
    for rows in groups.values():
        for one in sort_out(rows, found.head, needed, is_known):
            if isinstance(one, Passed):
                passed.append(one)
            elif not one.wrong:
                body.append(one)
    return body, passed


def _answered(noun: str, columns: Sequence[Column], guesses: dict[int, Guess], answers: Mapping[str, str]) -> None:
    """Columns that a person named (`column:at` -> `C` or the heading) count above all that was recognised."""
    for key, text in answers.items():
        if not key.startswith("column:"):
            continue
        field = key.removeprefix("column:")
        named = next((c for c in columns if text in (letters(c.place), c.name)), None)
        for place in [place for place, one in guesses.items() if one.field == field]:
            del guesses[place]
        if named is not None and fits(named, noun, field):
            guesses[named.place] = Guess(field, True)


# ---- registers -------------------------------------------------------------------------------------------


def _register_entries(listed: Listed) -> dict[str, Any]:
    register = registers.TABLE[listed.noun]
    entry: dict[str, Any] = {"ledger": listed.noun}
    if column := listed.first("id"):
        entry["id"] = {"column": column.name}
    values = {field.name: value for field in register.fields if (value := listed.value(field))}
    made = {listed.noun: entry | {"fields": values}}
    if listed.noun == "machine" and (owner := listed.first("customer")):
        new = listed.strangers("customer", owner)
        if new and (settled := listed.settle("customer", owner, new)).register:
            values["customer"] = {"ref": "customer"}
            named = {"name": settled.named(owner)}
            made = {"customer": {"ledger": "customer", "once_per": owner.name, "where_missing": "yes", "fields": named}} | made
    return made


def _needed(noun: str) -> tuple[tuple[str, ...], ...]:
    """Fields without which a list is no list of such things; of each group one is enough."""
    if noun == "call":
        return ("at", "date"), ("summary", "reply_text", "kind", "customer", "phone", "machine")
    needed = tuple((field.name,) for field in registers.TABLE[noun].fields if field.required)
    return (("id",), *needed) if registers.TABLE[noun].prefix is None else needed


def _which_column(noun: str, group: Sequence[str]) -> Question:
    title = field_title(noun, group[0])
    what = Text(f"which column tells: {title.en} (its letter)", f"哪一列是“{title.zh}”（填列字母）")
    return Question(f"column:{group[0]}", what, (), None)


def _no_list(noun: str, file: Path, head: Head, missing: Iterable[Sequence[str]]) -> BadInput:
    known = KNOWN[noun]
    wanted = [" / ".join(name for name in group) for group in missing]
    words = ["、".join([w for w, f in known.items() if f in group and not w.isascii()][:4]) for group in missing]
    english = ["/".join([w for w, f in known.items() if f in group and w.isascii()][:3]) for group in missing]
    stand = ", ".join(head.names)
    place = f":{head.rows[0]}" if head.rows else ""
    return BadInput(
        Text(
            f"no column is recognised as: {', '.join(wanted)}; the columns are: {stand}",
            f"没有认出这些列：{'；'.join(words)}。现有的列：{stand}",
        ),
        Text(
            f"call them for example {', '.join(english)}; or answer on a terminal; or --save-map FILE writes a draft to edit and import with --map",
            f"请把表头改成例如 {'；'.join(words)}；或在终端上回答提问；或用 --save-map 文件 写出草稿，修改后用 --map 导入",
        ),
        place=f"{file.name}{place}",
    )


# ---- the map as a text -----------------------------------------------------------------------------------


def _top(source: Source, found: _Found, listed: Listed) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    if source.delimiter != ",":
        tree["delimiter"] = "tab" if source.delimiter == "\t" else source.delimiter
    if found.sheet:
        tree["sheet"] = found.sheet
    rows = found.head.rows
    tree["header"] = "none" if not rows else rows[0] if len(rows) == 1 else list(rows)
    tree["other_rows"] = "skip"
    blanks = [word for word in BLANKS if any(word in row.cells for row in found.rows)]
    if blanks:
        tree["unknown"] = blanks
    return tree


def _shown(listed: Listed, entries: Mapping[str, Any]) -> Iterator[Shown]:
    used = set(_used(entries))
    for column in listed.columns:
        one = listed.guesses.get(column.place) if column.name in used else None
        first = str(column.first if isinstance(column.first, str) else column.first.isoformat())
        if ((one and one.field == "phone") or normal(first)) and "*" not in first and not is_nobody("customer", first):
            first = masked(normal(first) or first)
        heading = "" if column.name.startswith("[") else column.name
        yield Shown(letters(column.place), heading, one.field if one else None, bool(one and one.sure), " ".join(first.split())[:24])


def _used(tree: Any) -> Iterator[str]:
    """The columns that a map takes."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key in ("column", "join", "first", "or", "once_per"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _used(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _used(value)


def _yaml(noun: str, file: Path, tree: Mapping[str, Any]) -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes out what is said twice."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    title = TITLES[noun]
    head = (
        f"# {file.name} -> {title.en}; proposed by svc, edit as needed (docs/import.md)\n"
        f"# {file.name} → {title.zh}；由 svc 提出，可修改（写法见 docs/import.md）\n"
    )
    return head + yaml.dump(
        dict(tree), Dumper=Plain, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None
    )


def field_title(noun: str, field: str) -> Text:
    """What a field is called."""
    if field == "id":
        return Text("serial number", "序列号") if noun == "machine" else Text("its own number", "原编号") if noun == "call" else Text("id", "编号")
    if noun == "call":
        return CALL_KINDS[field]
    if field == "family":
        return Text("family name", "姓")
    return next(f.title for f in registers.TABLE[noun].fields if f.name == field)
