"""Taking in what was recorded elsewhere: all or nothing, every wrong line named."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from svc.desk import Desk
from svc.errors import BadInput
from svc.locale import Text


class Done(NamedTuple):
    """What an import did: new entries and register rows by noun, lines kept out."""

    counts: dict[str, int]
    rejected: int
    notes: tuple[Text, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def take_in(
    desk: Desk, file: Path, map_file: Path | None, rejects: Path | None, encoding: str | None, dry: bool
) -> Done:
    """Import a file. Several (naming `file:line`) and nothing written where a line is wrong, unless `rejects` is given."""
    from svc.intake import batch, jsonl

    if not file.is_file():
        raise BadInput(Text(f"there is no file {file}", f"没有文件 {file}"), Text("check the path", "请检查路径"))
    if file.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        lines = jsonl.read(file)
    elif map_file is not None:
        from svc.intake import mapping

        lines = mapping.read(desk, file, map_file, encoding)
    else:
        raise BadInput(
            Text(
                f"{file.name} is no JSONL file: say how its columns become entries",
                f"{file.name} 不是 JSONL，请说明各列的含义",
            ),
            Text("with --map map.yaml; examples in docs/import.md", "用 --map map.yaml；示例见 docs/import.md"),
        )
    return batch.take(desk, file, lines, rejects, dry)
