"""Taking in what was recorded elsewhere: all or nothing, every wrong line named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from svc.desk.open import Desk
from svc.domain.ledgers import RULERS
from svc.errors import BadInput, SvcError
from svc.text import Text

if TYPE_CHECKING:
    from svc.intake.mapmodel import FileMap


class Done(NamedTuple):
    """What an import did: new entries and register rows by noun, lines kept out."""

    counts: dict[str, int]
    rejected: int
    notes: tuple[Text, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())


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
    from svc.intake import jsonl
    from svc.recording import batch

    notes: list[Text] = []
    refuse_missing(file)
    if neutral_form(file):
        lines = jsonl.read(file)
    elif how is not None:
        from svc.intake import mapping

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


def neutral_form(file: Path) -> bool:
    """Whether a file is by its name one of the neutral form, not a list."""
    return file.suffix.lower() in (".jsonl", ".ndjson", ".json")


def refuse_missing(file: Path) -> None:
    """BadInput where there is no such file."""
    if not file.is_file():
        raise BadInput(Text(f"there is no file {file}", f"没有文件 {file}"), Text("check the path", "请检查路径"))
