"""Fault codes that mean one fault: from a merging on, what was told of one is counted with the other (1.5, 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from svc.domain.entry import Entry
from svc.domain.facts import Facts
from svc.domain.kinds import Code, Field, Prose
from svc.domain.ledgers import RULERS, Event
from svc.domain.text import folded
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.text import Text, example

EVENTS = (
    Event(
        "merge",
        Text("count one fault code with another from now on", "把一个故障代码并入另一个"),
        Text("merged", "合并"),
        "new",
        (
            Field("fault", Code(), Text("the code that is given up", "被并入的代码"), required=True),
            Field("into", Code(), Text("the code that stays", "保留的代码"), required=True),
            Field("reason", Prose(), Text("why", "原因"), required=True),
        ),
        RULERS,
        example('svc fault merge hydraulic --into hydraulics --reason "{}"', Text("one fault, two spellings", "同一故障，两种写法")),
        decides=True,
    ),
)
COLUMNS = ("fault", "into", "reason")
FACTS: Mapping[str, Text] = {}


class Merging(NamedTuple):
    """One code that was given up for another."""

    id: str
    entry: Entry


def fold(entries: Sequence[Entry]) -> Merging | None:
    """The merging that its one entry tells."""
    return Merging(entries[0].id, entries[0]) if entries else None


def check(before: Sequence[Entry], new: Entry) -> None:
    """Refuse (BadInput) a code merged into itself."""
    if folded(new.get("fault")) == folded(new.get("into")):
        raise BadInput(
            Text(f"{new.get('fault')} and {new.get('into')} are one code already", f"{new.get('fault')} 与 {new.get('into')} 本来就是同一代码"),
            Text("codes are compared without capitals, width and blanks; name two", "代码不分大小写、全半角和空格；请写两个不同的代码"),
        )


def facts(merging: Merging) -> Facts:
    """Rules judge repairs, not their codes."""
    return {}


def names(entries: Iterable[Entry]) -> dict[str, str]:
    """By each code that was given up, as it is compared, the one that stands for it now.

    Mergings in order of time; who merges the other way round later takes the earlier one back.
    """
    into: dict[str, str] = {}
    for entry in entries:
        code, other = folded(entry.get("fault")), entry.get("into")
        into.pop(folded(other), None)
        into[code] = other
    return {code: _last(into, code) for code in into}


def _last(into: Mapping[str, str], code: str) -> str:
    seen, found = {code}, into[code]
    while (key := folded(found)) in into and key not in seen:
        seen.add(key)
        found = into[key]
    return found


def key(code: str, names: Mapping[str, str]) -> str:
    """A code as faults are compared: folded, and by the name under which it is counted now."""
    return folded(names.get(folded(code), code))
