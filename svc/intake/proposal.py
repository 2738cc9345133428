"""A map proposed for a department's own list: headings found, columns matched, dates and words looked at.

What is proposed is a map like any other (`svc.intake.mapfile`): it is shown, and may be saved and edited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from svc.desk.open import Desk
from svc.domain import registers
from svc.domain.kinds import Choice, Day, Field, Flag, Moment
from svc.domain.people import masked, normal
from svc.errors import BadInput
from svc.intake import csvfile, source
from svc.intake.callmap import KINDS as CALL_KINDS
from svc.intake.callmap import entries as call_entries
from svc.intake.csvfile import Row
from svc.intake.headings import KNOWN, WORDS, Guess, guess
from svc.intake.mapfile import read_map
from svc.intake.mapmodel import FileMap
from svc.intake.mapping import headings, text_of
from svc.intake.source import refuse_missing
from svc.intake.timeforms import form
from svc.text import Text

LOOKED_AT = 30
"""Rows among which the headings are looked for."""
BLANKS = ("/", "-", "—", "N/A", "n/a", "无记录")
DAYS = ("YYYY-M-D", "YYYY/M/D", "YYYY.M.D", "YYYY年M月D日", "YYYYMMDD", "serial")
HOURS = ("H:mm", "H:mm:ss")
TITLES = {noun: register.title for noun, register in registers.TABLE.items()} | {"call": Text("calls", "来电")}


class Column(NamedTuple):
    """A column of the list: what it is taken for (`field` None: nothing), and its first value."""

    name: str
    heading: str
    field: str | None
    sure: bool
    sample: str


class Proposal(NamedTuple):
    """A map as it may be saved, what it says of each column, and what it takes for granted."""

    text: str
    columns: tuple[Column, ...]
    header: int
    remarks: tuple[Text, ...]
    notes: tuple[Text, ...]

    @property
    def map(self) -> FileMap:
        """The map itself."""
        return read_map(self.text.encode(), "map")


class Listed:
    """A list as it stands in the file: the row of its headings, and below it the cells of each field."""

    def __init__(self, noun: str, found: Sequence[Row], header: Row, registered: Callable[[str], bool]) -> None:
        self.noun, self.header, self.registered = noun, header, registered
        self.headings = headings(header)
        self.body = [row for row in found if row.number > header.number and not row.wrong]
        self.guesses = _guesses(noun, self.headings)
        self.columns: dict[str, list[str]] = {}
        for heading, one in self.guesses.items():
            if one:
                self.columns.setdefault(one.field, []).append(heading)

    def cells(self, heading: str) -> list[Any]:
        """What stands in a column, without the cells that say nothing."""
        at = self.headings.index(heading)
        found = (row.cells[at] for row in self.body if at < len(row.cells))
        return [cell for cell in found if cell != "" and cell not in BLANKS]

    def texts(self, heading: str) -> list[str]:
        """The cells of a column that are texts."""
        return [cell for cell in self.cells(heading) if isinstance(cell, str)]

    def first(self, field: str) -> str | None:
        """The column of a field."""
        return next(iter(self.columns.get(field, ())), None)

    # ---- values of a map ---------------------------------------------------------------------------

    def value(self, field: Field) -> dict[str, Any] | None:
        """Where a field comes from; None where no column tells it."""
        given = self.columns.get(field.name)
        if not given:
            return None
        made: dict[str, Any] = {"column": given[0]}
        if len(given) > 1 and field.name == "phone":
            made = {"join": given, "with": "; "}
        if isinstance(field.kind, Moment):
            return self.moment(given[0], "00:00")
        if isinstance(field.kind, Day):
            forms = day_forms(self.texts(given[0]))
            return made | ({"format": forms if len(forms) > 1 else forms[0]} if forms else {})
        return made | self.words(field.name, field.kind, given[0])

    def words(self, name: str, kind: Any, heading: str) -> dict[str, Any]:
        """The words of a column that are theirs and not ours."""
        if not isinstance(kind, (Choice, Flag)):
            return {}
        own = kind.words if isinstance(kind, Choice) else {"yes": "是", "no": "否"}
        theirs = {word: ours for ours, listed in WORDS.get(name, {}).items() for word in listed.split()}
        theirs |= {zh: code for code, zh in own.items()} | {code: code for code in own}
        found = {word: theirs[word.lower()] for word in dict.fromkeys(self.texts(heading)) if word.lower() in theirs}
        return {"words": found} if found else {}

    def moment(self, heading: str, hour: str | None, day: str | None = None) -> dict[str, Any]:
        """Where a moment comes from: a column, or (`day`) one of days and one of hours."""
        texts = self.texts(heading)
        if day and all(re.fullmatch("[0-2]?[0-9]:[0-5][0-9](:[0-5][0-9])?", one) for one in texts):
            days = list(dict.fromkeys(("YYYY-M-D", *day_forms(self.texts(day)))))
            hours = [one for one in HOURS if any(len(text.split(":")) == len(one.split(":")) for text in texts)]
            forms = [f"{d} {h}" for d in days for h in (hours or HOURS)]
            return {"join": [day, heading], "format": forms if len(forms) > 1 else forms[0]}
        forms = moment_forms(texts)
        made: dict[str, Any] = {"column": heading}
        if forms:
            made["format"] = forms if len(forms) > 1 else forms[0]
        return made | ({"time": hour} if hour else {})


def propose(desk: Desk, noun: str, file: Path, sheet: str | None, encoding: str | None) -> Proposal:
    """A map for a list of things of a register, or (`call`) of calls; BadInput where its headings say too little."""
    refuse_missing(file)
    notes: list[Text] = []
    delimiter = "," if file.suffix.lower() in csvfile.WORKBOOKS else csvfile.delimiter(file, encoding)
    found = list(source.rows(file, delimiter, sheet, encoding, notes))
    header = _header(noun, file, found)
    desk.index.catch_up(())
    listed = Listed(noun, found, header, lambda name: len(desk.index.named("customer", name.lower())) == 1)
    if noun == "call":
        entries, remarks = call_entries(listed)
    else:
        entries, remarks = _register_entries(listed), []
    tree: dict[str, Any] = {}
    if delimiter != ",":
        tree["delimiter"] = "tab" if delimiter == "\t" else delimiter
    if header.sheet:
        tree["sheet"] = header.sheet
    tree["header"] = header.number
    blanks = [word for word in BLANKS if any(word in row.cells for row in listed.body)]
    if blanks:
        tree["unknown"] = blanks
    text = _yaml(noun, file, tree | {"entries": entries})
    return Proposal(text, tuple(_columns(listed, entries)), header.number, tuple(remarks), tuple(notes))


def _register_entries(listed: Listed) -> dict[str, Any]:
    register = registers.TABLE[listed.noun]
    entry: dict[str, Any] = {"ledger": listed.noun}
    if heading := listed.first("id"):
        entry["id"] = {"column": heading}
    values = {field.name: value for field in register.fields if (value := listed.value(field))}
    return {listed.noun: entry | {"fields": values}}


# ---- the headings ----------------------------------------------------------------------------------


def _guesses(noun: str, names: Sequence[str]) -> dict[str, Guess | None]:
    """What each heading means. Where several mean one field the sure ones count, of these the first (phones: all)."""
    found = {name: guess(noun, name) for name in names if name and names.count(name) == 1}
    sure = {one.field for one in found.values() if one and one.sure}
    taken: set[str] = set()
    for name, one in found.items():
        if one is None:
            continue
        many = one.field == "phone" and noun != "call"
        if (not one.sure and one.field in sure) or (one.field in taken and not many):
            found[name] = None
        taken.add(one.field)
    return found


def _needed(noun: str) -> tuple[tuple[str, ...], ...]:
    """Fields without which a list is no list of such things; of each group one is enough."""
    if noun == "call":
        return ("at", "date"), ("summary",), ("customer", "phone")
    needed = tuple((field.name,) for field in registers.TABLE[noun].fields if field.required)
    return (("id",), *needed) if registers.TABLE[noun].prefix is None else needed


def _header(noun: str, file: Path, found: Sequence[Row]) -> Row:
    """The row of the headings: of the first rows the one that has most of the known ones."""
    best, most = None, 0
    for row in found[:LOOKED_AT]:
        known = {one.field for one in _guesses(noun, headings(row)).values() if one} if not row.wrong else set()
        if len(known) > most:
            best, most = row, len(known)
    if not found:
        raise BadInput(
            Text("the file is empty", "文件是空的"), Text("check the path", "请检查路径"), place=f"{file.name}:1"
        )
    known = {one.field for one in _guesses(noun, headings(best)).values() if one} if best else set()
    missing = [group for group in _needed(noun) if not known.intersection(group)]
    if best is None or missing:
        raise _no_list(noun, file, best or found[0], missing or list(_needed(noun)))
    return best


def _no_list(noun: str, file: Path, row: Row, missing: Iterable[Sequence[str]]) -> BadInput:
    known = KNOWN[noun]
    wanted = [" / ".join(name for name in group) for group in missing]
    words = ["、".join([w for w, f in known.items() if f in group and not w.isascii()][:4]) for group in missing]
    english = ["/".join([w for w, f in known.items() if f in group and w.isascii()][:3]) for group in missing]
    stand = ", ".join(name for name in headings(row) if name)
    return BadInput(
        Text(
            f"no column is recognised as: {', '.join(wanted)}; the headings are: {stand}",
            f"没有认出这些列：{'；'.join(words)}。现有表头：{stand}",
        ),
        Text(
            f"call them for example {', '.join(english)}, or write a map yourself (--map; docs/import.md)",
            f"请把表头改成例如 {'；'.join(words)}，或自己写对应表（--map，见 docs/import.md）",
        ),
        place=f"{file.name}:{row.place() or row.number}",
    )


def _columns(listed: Listed, entries: Mapping[str, Any]) -> Iterator[Column]:
    used = set(_used(entries))
    for n, heading in enumerate(listed.headings):
        if not heading:
            continue
        one = listed.guesses.get(heading) if heading in used else None
        first = next((text_of(cell) for cell in listed.cells(heading)), "")
        if (one and one.field == "phone") or normal(first):
            first = masked(normal(first) or first)
        name = csvfile.letters(n) if listed.header.sheet else str(n + 1)
        yield Column(name, heading, one.field if one else None, bool(one and one.sure), first[:24])


def _used(tree: Any) -> Iterator[str]:
    """The columns that a map takes."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key in ("column", "join", "first"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _used(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _used(value)


# ---- dates -----------------------------------------------------------------------------------------


def day_forms(texts: Sequence[str]) -> list[str]:
    """The forms in which these days are written; years come first in all of them, others are nobody's guess."""
    return _fitting(texts, DAYS)


def moment_forms(texts: Sequence[str]) -> list[str]:
    """The forms in which these moments are written, with or without an hour."""
    with_hours = tuple(f"{day} {hour}" for day in DAYS if day != "serial" for hour in HOURS)
    return _fitting(texts, (*with_hours, *DAYS))


def _fitting(texts: Sequence[str], forms: Iterable[str]) -> list[str]:
    left, found = set(texts), []
    for one in forms:
        made = form(one)
        assert made is not None
        fit = {text for text in left if made.pattern.fullmatch(text)}
        if fit:
            found.append(one)
            left -= fit
    return found


def _yaml(noun: str, file: Path, tree: Mapping[str, Any]) -> str:
    import yaml

    title = TITLES[noun]
    head = (
        f"# {file.name} -> {title.en}; proposed by svc, edit as needed (docs/import.md)\n"
        f"# {file.name} → {title.zh}；由 svc 提出，可修改（写法见 docs/import.md）\n"
    )
    return head + yaml.safe_dump(dict(tree), allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None)


def kind_of(noun: str, field: str) -> Text:
    """What a field is called."""
    if field == "id":
        return Text("serial number", "序列号") if noun == "machine" else Text("id", "编号")
    if noun == "call":
        return CALL_KINDS[field]
    return next(f.title for f in registers.TABLE[noun].fields if f.name == field)

