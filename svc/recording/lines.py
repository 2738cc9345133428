"""What comes in from a file or goes out into one: a line of it, an entry in the neutral form, what an import did."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Any

from svc.domain import ledgers
from svc.domain.entry import Entry
from svc.errors import BadInput, SvcError
from svc.named import NamedTuple
from svc.text import Text

COMMON = {"ledger", "event", "id", "at", "by", "recorded_at", "number"}
"""What every line may have besides the fields of its event."""


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Named(NamedTuple):
    """Stands in a line for the id of what another line makes, whose `name` it is: known once that is read."""

    name: Hashable
    shown: str


class Line(NamedTuple):
    """One thing to import and where it stands; `wrong` says why it cannot be read at all.

    Several may come from one line of the source, under one `number`: they are imported together or not
    at all. What others refer to (`Named`) has a `name`; of the lines of one name, the first good one counts.
    `shown` is the source line, as a file of rejects repeats it. Of a workbook, `place` is the row as people call
    it (`Customers!7`) and `cells` where each value stands (`Customers!C7`); of several files `file` says which. A row of a list `corrects`
    what it opened when it was imported before.
    """

    number: int
    shown: str | Mapping[str, Any]
    given: Mapping[str, Any]
    wrong: BadInput | None = None
    name: Hashable = None
    place: str = ""
    cells: Mapping[str, str] = _NOTHING
    file: str = ""
    corrects: bool = False

    def place_alone(self) -> Line:
        """The line without what it says: enough to name it, a tenth of what it weighs."""
        return Line(self.number, "", _NOTHING, None, self.name, self.place, self.cells, self.file, self.corrects)

    @property
    def own(self) -> bool:
        """Whether only the same row refers to it: its name is a word and the number of the row."""
        return isinstance(self.name, tuple) and self.name[-1] == self.number

    def where(self, file: str, error: SvcError) -> str:
        """The place of an error in this line, as exactly as it is known: `file:line` or `file:sheet!cell`."""
        return f"{self.file or file}:{error.place or self.cells.get(error.field or '') or self.place or self.number}"


Packed = tuple[Any, ...]


def packed(line: Line) -> Packed:
    """A line, not a wrong one, as a temporary file keeps it: most are nothing but a number and what they say."""
    number, shown, given, _, name, place, cells, file, corrects = line
    plain = (given if type(given) is dict else dict(given)) or None  # a line of its own form is what it shows: packed once
    if line[4:] == _ALONE:
        return number, shown or None, plain
    return number, shown or None, plain, name, place, dict(cells) or None, file, corrects


_new = tuple.__new__
_ALONE = Line(0, "", _NOTHING)[4:]


def unpacked(said: Packed) -> Line:
    """The line again."""
    if len(said) == 3:
        number, shown, given = said
        return _new(Line, (number, shown or "", given or _NOTHING, None, *_ALONE))
    number, shown, given, name, place, cells, file, corrects = said
    return Line(number, shown or "", given or _NOTHING, None, name, place, cells or _NOTHING, file, corrects)


class Done(NamedTuple):
    """What an import did: new entries and register rows by noun, lines kept out."""

    counts: dict[str, int]
    rejected: int
    notes: tuple[Text, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def neutral(entry: Entry) -> dict[str, Any]:
    """An entry under the names of its command's options; times with their offset."""
    kinds = ledgers.kinds(entry.ledger, entry.event)
    return {
        "ledger": entry.ledger,
        "event": entry.event,
        "id": entry.id,
        "at": entry.at.isoformat(timespec="seconds"),
        "by": entry.by,
        **{name: kinds[name].json(value) for name, value in entry.fields.items()},
    }
