"""Taking in what was recorded elsewhere: all or nothing, every wrong line named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from svc.desk.open import Desk
from svc.domain.ledgers import RULERS
from svc.errors import BadInput, SvcError
from svc.intake import jsonl, mapping
from svc.intake.mapmodel import FileMap
from svc.intake.source import neutral_form, refuse_missing
from svc.recording import batch
from svc.recording.lines import Done
from svc.text import Text


def take_in(
    desk: Desk,
    file: Path,
    how: FileMap | None,
    rejects: Path | None,
    encoding: str | None,
    dry: bool,
    who: Iterable[str] = RULERS,
) -> Done:
    """Import a file. Several (naming `file:line`) and nothing written where a line is wrong, unless `rejects` is given.

    `how` says what the columns of a list mean (of the neutral form: None); `who` are the roles that may.
    """
    notes: list[Text] = []
    refuse_missing(file)
    if neutral_form(file):
        lines = jsonl.read(file)
    elif how is not None:
        lines = mapping.read(desk, file, how, encoding, notes)
    else:
        raise BadInput(
            Text(f"{file.name} is no JSONL file: say how its columns become entries",
                 f"{file.name} 不是 JSONL，请说明各列的含义"),
            Text("with --map map.yaml; examples in docs/import.md", "用 --map map.yaml；示例见 docs/import.md"),
        )  # fmt: skip
    try:
        done = batch.take(desk, file, lines, rejects, dry, who)
    except SvcError as error:
        error.notes = (*notes, *error.notes)
        raise
    return done._replace(notes=(*notes, *done.notes))
