"""Taking in what was recorded elsewhere: all or nothing, every wrong line named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from svc.desk.open import Desk
from svc.domain.ledgers import RULERS
from svc.errors import BadInput, SvcError
from svc.intake import jsonl, mapping
from svc.intake.mapmodel import FileMap
from svc.intake.source import kind_of, opened
from svc.named import NamedTuple
from svc.recording import taking
from svc.recording.lines import Done, Line
from svc.text import Text

PER_FILE = 1_000_000_000
"""Rows between the numbers of one file and those of the next."""


class Import(NamedTuple):
    """A file to import, and what its columns mean (of the neutral form: nothing)."""

    file: Path
    how: FileMap | None


def take_in(
    desk: Desk,
    imports: Sequence[Import],
    rejects: Path | None,
    encoding: str | None,
    dry: bool,
    who: Iterable[str] = RULERS,
) -> Done:
    """Import files together. Several (naming `file:line`) and nothing written where a line is wrong, unless `rejects`
    is given; `who` are the roles that may.
    """
    notes: list[Text] = []
    for one in imports:
        opened(one.file, encoding)
    try:
        done = taking.take(desk, imports[0].file, lambda: _lines(desk, imports, encoding, notes), rejects, dry, who)
    except SvcError as error:
        error.notes = (*notes, *error.notes)
        raise
    return done._replace(notes=(*notes, *done.notes))


def _lines(desk: Desk, imports: Sequence[Import], encoding: str | None, notes: list[Text]) -> Iterator[Line]:
    """The lines of all files, from the first on; what was noticed takes the place of what was noticed before."""
    notes.clear()
    several = len(imports) > 1
    for n, (file, how) in enumerate(imports):
        called = file.name if several else ""
        if how is not None:
            yield from mapping.read(desk, file, how, encoding, notes, n * PER_FILE, called)
        elif kind_of(file) == "neutral" and not several:
            yield from jsonl.read(file)
        elif kind_of(file) == "neutral":
            yield from (line._replace(number=n * PER_FILE + line.number, file=called, place=str(line.number) if n else "") for line in jsonl.read(file))
        else:
            raise BadInput(
                Text(f"{file.name} is no JSONL file: say how its columns become entries",
                     f"{file.name} 不是 JSONL，请说明各列的含义"),
                Text("with --map map.yaml; examples in docs/import.md", "用 --map map.yaml；示例见 docs/import.md"),
            )  # fmt: skip
