"""What is taken in as it stands in a file, but said, because it may be a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from svc.desk.open import Desk
from svc.domain.text import misread
from svc.errors import BadInput
from svc.recording import registers as registry
from svc.recording.batched import Made
from svc.text import Text

SHOWN = 20
"""How many doubts are told; the rest are counted."""


def doubts(desk: Desk, file: Path, made: Iterable[Made], rows: Mapping[str, Mapping[str, registry.Row]]) -> Iterator[Text]:
    """Texts in the wrong encoding and names that are easily taken for one another, each with its place."""
    found = [*_misread(made, file), *(one for noun, of in rows.items() for one in registry.doubts(desk, noun, of, of))]
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        more = len(found) - SHOWN
        yield Text(f"note: and {more} more of this kind", f"注意：另有 {more} 处类似情况")


def _misread(made: Iterable[Made], file: Path) -> Iterator[Text]:
    for one in made:
        for name, value in one.entry.fields.items():
            meant = misread(value) if isinstance(value, str) else None
            if meant:
                spot = BadInput(meant)
                spot.field = name
                place = one.source.where(file.name, spot)
                yield Text(f"note: {place}: {name}: {meant.en}", f"注意：{place}：{name}：{meant.zh}")
