"""Files that a command writes: where, of which kind, never over a desk's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from svc.errors import BadInput
from svc.store.files.folder import keep_out
from svc.text import Text
from svc.ui.options import text

Out = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=text("the file to write", "写入的文件"))]


def ending(out: Path, known: tuple[str, ...]) -> str:
    """The ending of a file's name; BadInput where it is none of those that this paper has, or the file is a desk's own."""
    keep_out(out, "-o")
    suffix = out.suffix.lower()
    if suffix not in known:
        listed = " ".join(known)
        raise BadInput(
            Text(f"-o {out.name}: a file of this kind is not made here", f"-o {out.name}：这里不生成这种文件"),
            Text(f"one of: {listed}", f"可用：{listed}"),
        )
    return suffix


def written(out: Path, made: bytes) -> None:
    """Write the file and say where it is."""
    from svc.output.files import put

    print(put(out, made))


LARGEST = 1 << 20
"""Bytes that a text which somebody names may have; a larger one is something else."""

RULES_FILE = Text("rules file", "规则文件")


def read_small(typed: str, kind: Text) -> bytes:
    """The bytes of a text file of that kind; BadInput for what is no ordinary file, or too large for one."""
    path = Path(typed)
    if not path.is_file():
        raise BadInput(Text(f"there is no file {path}", f"没有文件 {path}"), Text("check the path", "请检查路径"))
    if path.stat().st_size > LARGEST:
        raise BadInput(
            Text(f"{path} is larger than 1 MiB: no {kind.en}", f"{path} 超过 1 MiB，不是{kind.zh}"),
            Text("check the path", "请检查路径"),
        )
    return path.read_bytes()
