"""What is taken in as it stands in a file, but said, because it may be a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from svc.desk.open import Desk
from svc.domain.sequence import usual
from svc.domain.text import misread
from svc.errors import BadInput
from svc.named import NamedTuple
from svc.recording import registers as registry
from svc.recording.batched import Made
from svc.recording.lines import Line
from svc.text import Text

SHOWN = 20
"""How many doubts are told; the rest are counted."""


def doubts(desk: Desk, file: Path, misread: Iterable[Misread], rows: Mapping[str, Mapping[str, registry.Row]]) -> Iterator[Text]:
    """Texts in the wrong encoding and names that are easily taken for one another, each with its place."""
    texts = (_of_text(one, file) for one in sorted(misread, key=lambda one: one.when))
    found = [*texts, *(one for noun, of in rows.items() for one in registry.doubts(desk, noun, of, of))]
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        more = len(found) - SHOWN
        yield Text(f"note: and {more} more of this kind", f"注意：另有 {more} 处类似情况")


class Misread(NamedTuple):
    """A text of an entry that looks like one in the wrong encoding: the place of the entry in time, its line, the field, what to say."""

    when: tuple[int, int, int]
    source: Line
    name: str
    meant: Text


def misread_in(made: Made) -> Iterator[Misread]:
    """The texts of an entry that look like those in the wrong encoding."""
    for name, value in made.entry.fields.items():
        meant = misread(value) if isinstance(value, str) and not value.isascii() else None
        if meant:
            yield Misread((*usual(made.entry), made.n), made.source, name, meant)


def _of_text(one: Misread, file: Path) -> Text:
    spot = BadInput(one.meant)
    spot.field = one.name
    place = one.source.where(file.name, spot)
    return Text(f"note: {place}: {one.name}: {one.meant.en}", f"注意：{place}：{one.name}：{one.meant.zh}")
