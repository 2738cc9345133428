"""What is taken in as it stands in a file, but said, because it may be a slip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from svc.domain.text import misread
from svc.errors import BadInput
from svc.recording import registers as registry
from svc.text import Text

if TYPE_CHECKING:
    from svc.recording.batch import Batch

SHOWN = 20
"""How many doubts are told; the rest are counted."""


def doubts(batch: Batch, file: Path) -> Iterator[Text]:
    """Texts in the wrong encoding and names that are easily taken for one another, each with its place."""
    found = [*_misread(batch, file), *_people(batch)]
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        more = len(found) - SHOWN
        yield Text(f"note: and {more} more of this kind", f"注意：另有 {more} 处类似情况")


def _misread(batch: Batch, file: Path) -> Iterator[Text]:
    for made in batch.made:
        for name, value in made.entry.fields.items():
            meant = misread(value) if isinstance(value, str) else None
            if meant:
                spot = BadInput(meant)
                spot.field = name
                place = made.line.where(file.name, spot)
                yield Text(f"note: {place}: {name}: {meant.en}", f"注意：{place}：{name}：{meant.zh}")


def _people(batch: Batch) -> Iterator[Text]:
    for noun, rows in batch.people.rows.items():
        yield from registry.doubts(batch.desk, noun, rows, rows)
