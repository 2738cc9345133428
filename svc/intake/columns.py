"""What the columns of a list hold: recognised by their headings and by what stands in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property

from svc.domain import registers
from svc.domain.kinds import Choice, Day, Flag, Moment
from svc.domain.people import anonymous, normal
from svc.intake.csvfile import Cell, Row
from svc.intake.heading_parts import is_elsewhere, moment_of, number_of, text_of_heading
from svc.intake.headings import Guess, guess, heading_itself, meaning, plain
from svc.intake.layout import text_of
from svc.intake.timeforms import EPOCH, EPOCH_MS, SERIAL, SERIAL_1904, WORDS, Recognised, parts_of_day, recognise

BLANKS = ("/", "-", "—", "--", "N/A", "n/a", "NA", "None", "null", "NULL", "无记录", "(blank)", "NaN", "nan", "NaT")
"""Words that say that nothing is known."""
DISTINCT = 4000
"""Different cells of a column that are looked at."""
TIMES = ("at", "date", "reply_at", "closed_at", "due", "dispatched_at", "promised", "arrived_at", "left_at")
NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?%?")

Registered = Callable[[str, str], bool]
"""Whether somebody or something of a noun is registered under a name, number or id."""


class Column:
    """One column: its name, and what stands in its cells that say something."""

    def __init__(self, place: int, name: str, cells: Sequence[Cell], old_mac: bool) -> None:
        self.place, self.name, self.old_mac = place, name, old_mac
        self.counts = Counter(cell if isinstance(cell, str) else text_of(cell) for cell in cells)
        self.filled = len(cells)
        self.dated = [cell for cell in cells if not isinstance(cell, str)]
        self.first = next(iter(cells), "")

    @property
    def texts(self) -> list[str]:
        """The different texts, in the order in which they come; moments of a workbook are none."""
        dated = {text_of(cell) for cell in self.dated} if self.dated else set[str]()
        return [text for text in self.counts if text not in dated][:DISTINCT]

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The forms of plain numbers that may be dates here."""
        return (SERIAL_1904 if self.old_mac else SERIAL, EPOCH, EPOCH_MS)

    def times(self, latest: date | None) -> Recognised:
        """In which forms the texts are dates, numbers too."""
        return recognise(self.texts, self.numbers, latest)

    @cached_property
    def dates(self) -> float:
        """The share of cells that are dates (plain numbers are not counted)."""
        if not self.filled:
            return 0.0
        found = recognise(self.texts)
        odd = sum(self.counts[text] for text in found.odd)
        texts = sum(self.counts[text] for text in self.texts)
        return (len(self.dated) + (texts - odd if found.forms else 0)) / self.filled

    @cached_property
    def has_hours(self) -> bool:
        """Whether its dates tell hours."""
        moments = [cell for cell in self.dated if isinstance(cell, datetime)]
        if any(cell.hour or cell.minute or cell.second for cell in moments):
            return True
        found = recognise(self.texts, self.numbers)
        return found.has_time or (WORDS in found.forms and any(":" in text for text in self.texts))

    def share(self, holds: Callable[[str], object]) -> float:
        """The share of cells for which something holds."""
        return sum(n for text, n in self.counts.items() if holds(text)) / self.filled if self.filled else 0.0

    @cached_property
    def phones(self) -> float:
        """The share of cells that begin with a telephone number, or say that none was shown."""

        def begins(text: str) -> bool:
            whole = text.strip()
            number = normal(re.split(r"[/;；,，、\s]", whole)[0]) or (whole[:1] in "(+（" and normal(whole))
            return bool(number and not NUMBER.fullmatch(text[:6] + "x")) or anonymous(whole) is not None

        return self.share(begins)

    @cached_property
    def figures(self) -> float:
        """The share of cells that are plain numbers."""
        return self.share(NUMBER.fullmatch)

    @cached_property
    def hours(self) -> float:
        """The share of cells that are times of day."""
        found = set(parts_of_day(self.texts))
        return sum(self.counts[text] for text in found) / self.filled if self.filled else 0.0

    @cached_property
    def length(self) -> float:
        """How many characters its cells have on the average."""
        return sum(len(text) * n for text, n in self.counts.items()) / self.filled if self.filled else 0.0

    @property
    def words(self) -> bool:
        """Whether it holds a few words again and again."""
        return 0 < len(self.counts) <= max(12, self.filled // 20) and self.length <= 40 and self.figures < 0.5

    @property
    def is_code(self) -> bool:
        """Whether its cells are short, with digits: numbers of cases, serial numbers."""
        return self.length <= 40 and self.share(lambda text: any(c.isdigit() for c in text) and text.count(" ") < 3) > 0.9

    @cached_property
    def counts_rows(self) -> bool:
        """Whether it only counts the rows: 1, 2, 3 …"""
        figures = [int(text) for text in self.counts if text.isascii() and text.isdigit() and len(text) < 8]
        return len(figures) == len(self.counts) > 1 and min(figures) <= 1 and max(figures) <= self.filled + 1

    @property
    def unique(self) -> bool:
        """Whether (nearly) every row has a value of its own."""
        return self.filled > 0 and len(self.counts) >= 0.98 * self.filled


def fits(column: Column, noun: str, field: str) -> bool:
    """Whether what stands in a column can be what its heading says."""
    if not column.filled:
        return True
    if field in TIMES or (noun != "call" and isinstance(kind_of_field(noun, field), (Day, Moment))):
        return column.dates >= 0.5 or column.hours >= 0.5 or bool(column.times(None).forms)
    if field == "time" or field.endswith("_hour"):
        return column.hours >= 0.5
    if field == "machine" and noun == "call":
        return column.share(_has_digit) >= 0.5
    if field == "phone":
        return column.share(lambda text: sum(c.isdigit() for c in text) >= 5) >= 0.3
    if field in ("summary", "reply_text", "cause"):
        return column.dates < 0.5 and column.figures < 0.8
    if field in ("customer", "contact", "technician", "reply_by", "by", "name"):
        codes = field == "contact" and column.unique and column.share(lambda text: re.search(r"[^\W\d_]{2}", text)) < 0.3
        return column.dates < 0.5 and not codes
    if field in ("kind", "channel", "needs_service", "role"):
        return column.dates < 0.5 and column.length < 60
    return True


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def kind_of_field(noun: str, name: str) -> object:
    """The kind of a register's field; None for its id."""
    return next((f.kind for f in registers.TABLE[noun].fields if f.name == name), None)


def recognised(noun: str, columns: Sequence[Column], registered: Registered) -> dict[int, Guess]:
    """Column → the field it holds: by its heading where its cells agree, then by its cells alone."""
    found: dict[int, Guess] = {}
    guesses = {c.place: one for c in columns if not c.name.startswith("[") and (one := guess(noun, c.name))}
    sure = {one.field for one in guesses.values() if one.sure}
    taken: set[str] = set()
    for column in sorted(columns, key=lambda c: (_empty(c), not _is_sure(guesses, c), c.place)):
        one = guesses.get(column.place)
        if one is None or not fits(column, noun, one.field) or (not one.sure and one.field in sure):
            continue
        if noun == "call" and not one.sure and not _agree(one, column):
            continue
        if noun == "call" and one.field == "id" and column.counts_rows and number_of(column.name) < 2:
            continue  # it counts the rows of this list alone
        many = one.field == ("summary" if noun == "call" else "phone")
        if one.field not in taken or many:
            found[column.place] = one
            taken.add(one.field)
    left = [c for c in columns if c.place not in found and c.filled]
    if noun == "call":
        _by_parts(left, taken, found)
    _by_cells(noun, left, taken, found, registered)
    return dict(sorted(found.items()))


def _agree(one: Guess, column: Column) -> bool:
    """Whether a guess at a heading of a call that is only near a known one is borne out by its parts and its cells."""
    own = heading_itself(column.name)
    if one.field == "id":
        return number_of(column.name) > 0 and column.unique
    if one.field in TIMES:
        return moment_of(own) in (None, one.field)
    if one.field == "kind" and column.share(lambda text: _known("kind", text)) < 0.5:
        return False
    return text_of_heading(own) in (None, one.field)


def _by_parts(left: Sequence[Column], taken: set[str], found: dict[int, Guess]) -> None:
    """Columns of calls by the parts of their headings, where the cells agree: moments, hours, texts, the list's number."""
    named = [column for column in left if not column.name.startswith("[")]
    meant: dict[str, list[Column]] = {}
    for column in named:
        if field := _field_by_parts(column, taken):
            meant.setdefault(field, []).append(column)
    for field, columns in meant.items():
        if field not in taken:
            best = max(columns, key=lambda c: c.length) if field in ("summary", "reply_text") else columns[0]
            found[best.place] = Guess(field, False)
            taken.add(field)
    if "id" not in taken:
        rated = [(number_of(c.name), -c.place, c) for c in named if c.place not in found and c.unique and c.is_code and max(c.phones, c.dates) < 0.5]
        likely = max(rated, key=lambda one: one[:2], default=None)
        if likely and likely[0] and not (likely[0] < 2 and likely[2].counts_rows):
            found[likely[2].place] = Guess("id", False)
            taken.add("id")


_HOURS = {None: "time", "at": "time", "closed_at": "closed_hour", "reply_at": "reply_hour", "arrived_at": "arrived_hour"}


def _field_by_parts(column: Column, taken: set[str]) -> str | None:
    """The field of a call that a heading's parts mean and the cells can be."""
    moment = moment_of(column.name)
    if column.hours > 0.5:
        return _HOURS.get(moment)
    if column.dates >= 0.5:
        return "date" if moment == "at" and not column.has_hours and not taken & {"at", "date"} else moment
    field = text_of_heading(column.name)
    if field == "machine" and column.share(_has_digit) < 0.5:
        field = "product"
    if not field or column.dates > 0.1 or not fits(column, "call", field):
        return None
    if field == "kind" and column.share(lambda text: _known("kind", text)) < 0.5:
        return None
    return field if field in ("machine", "phone") or column.figures < 0.5 else None


def _empty(column: Column) -> bool:
    return column.filled == 0


def _is_sure(guesses: dict[int, Guess], column: Column) -> bool:
    one = guesses.get(column.place)
    return one is not None and one.sure


def _by_cells(
    noun: str, left: list[Column], taken: set[str], found: dict[int, Guess], registered: Registered
) -> None:
    """What a list of this kind needs and no heading tells, by what stands in the columns that are left."""

    def take(field: str, holds: Callable[[Column], float], least: float = 0.7) -> None:
        if field in taken:
            return
        rated = [(holds(c), -c.place, c) for c in left if c.place not in found and c.filled]
        best = max(rated, key=lambda one: one[:2], default=None)
        if best and best[0] >= least:
            found[best[2].place] = Guess(field, False)
            taken.add(field)

    if noun == "call":
        if not taken & {"at", "date"}:
            take("at", lambda c: c.dates * (1.2 if c.has_hours else 1))
        if "date" in taken and not taken & {"at", "time"}:
            take("time", lambda c: c.hours)
        take("phone", lambda c: c.phones)
        take("customer", lambda c: c.share(lambda text: registered("customer", text)), 0.5)
        take("machine", lambda c: c.share(lambda text: registered("machine", text)), 0.5)
        take("channel", lambda c: c.words * c.share(lambda text: _known("channel", text)), 0.8)
        take("kind", lambda c: c.words * c.share(lambda text: _known("kind", text)), 0.8)
        take("summary", lambda c: 0.0 if is_elsewhere(c.name) or text_of_heading(c.name) in _PEOPLE else _prose(c), 0.5)
        return
    if noun == "machine":
        take("customer", lambda c: c.share(lambda text: registered("customer", text)), 0.5)
    take("phone", lambda c: c.phones)
    names = {field.name for field in registers.TABLE[noun].fields}
    if "name" in names:
        take("name", lambda c: (c.unique and c.dates == 0 and c.figures == 0 and c.phones == 0 and 0.9) or 0.0)
    if "role" in names:
        take("role", lambda c: c.words * c.share(lambda text: _known("role", text)), 0.8)


_PEOPLE = ("customer", "contact", "technician", "reply_by", "reply_text", "cause")


def _prose(column: Column) -> float:
    """How much a column is of texts that somebody wrote: long ones, mostly different."""
    if column.dates > 0.1 or column.figures > 0.3 or column.phones > 0.3 or column.length < 4:
        return 0.0
    different = len(column.counts) / column.filled
    wide = sum(sum(1 + ("\u3400" <= c <= "\u9fff") for c in text) for text in list(column.counts)[:200])
    length = wide / min(200, len(column.counts))
    return min(1.0, length / 15) * (0.5 + different / 2) if _has_words(column) else 0.0


def _has_words(column: Column) -> bool:
    return column.share(lambda text: re.search(r"[\u4e00-\u9fff]{3}|[^\W\d_]{2,}\s+[^\W\d_]{2,}", text)) > 0.4


def _known(field: str, text: str) -> bool:
    return meaning(field, text) is not None


def described(columns: Sequence[Column], found: dict[int, Guess]) -> list[Column]:
    """Columns of words that together say what a row is about, where no column of texts does."""
    asked = re.compile(r"type|categ|descr|subject|request|complaint|issue|problem|task|service|work|类|事|项|问|题|tipo|motiv|soort|típus")
    usable = [
        c for c in columns
        if c.filled and c.dates < 0.1 and c.figures < 0.3 and c.phones < 0.3 and c.length >= 3 and not is_elsewhere(c.name)
    ]  # fmt: skip
    named = [c for c in usable if asked.search(plain(c.name)) and found.get(c.place, Guess("kind", True)).field == "kind"]
    return named[:4] or [c for c in usable if c.place not in found and c.words][:2]


def words_of(name: str, kind: object, column: Column) -> tuple[dict[str, str], dict[str, int]]:
    """Of a column of choices: what its words mean in ours, and those that mean nothing known, with their counts."""
    if not isinstance(kind, (Choice, Flag)):
        return {}, {}
    own = kind.words if isinstance(kind, Choice) else {"yes": "是", "no": "否"}
    ours = {zh: code for code, zh in own.items()} | {code: code for code in own}
    words: dict[str, str] = {}
    unknown: dict[str, int] = {}
    for text, count in column.counts.items():
        code = ours.get(text) or ours.get(text.lower()) or meaning(name, text)
        if code is None:
            unknown[text] = count
        else:
            words[text] = code
    return words, unknown


def read_columns(names: Sequence[str], body: Sequence[Row], old_mac: bool) -> list[Column]:
    """The columns of a list."""
    return [
        Column(n, name, [c for row in body if n < len(row.cells) and (c := row.cells[n]) != "" and c not in BLANKS], old_mac)
        for n, name in enumerate(names)
    ]
