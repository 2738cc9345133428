"""Files that a command writes: where, of which kind, never over a desk's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from svc.errors import BadInput
from svc.store.files.folder import keep_out
from svc.store.files.plain import read_given
from svc.text import Text
from svc.ui.options import text

Out = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=text("the file to write (-: standard output)", "写入的文件（- 为标准输出）"))]


TEXTS = (".yaml", ".csv", ".md", ".ics", ".json")
"""Endings of files that are text."""


def ending(out: Path, known: tuple[str, ...]) -> str:
    """The ending of a file's name; BadInput where it is none of those that this paper has, or the file is a desk's own.

    On standard output (`-`) it is the first that is text, else the first.
    """
    if str(out) == "-":
        return next((one for one in known if one in TEXTS), known[0])
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
    from svc.output.files import hand_over

    hand_over(out, made)


LARGEST = 1 << 20
"""Bytes that a text which somebody names may have; a larger one is something else."""

RULES_FILE = Text("rules file", "规则文件")


def read_small(typed: str, kind: Text) -> bytes:
    """The bytes of a text file of that kind; BadInput for what is no ordinary file, or too large for one."""
    path = Path(typed)
    if typed == "-":
        return read_given(path, LARGEST)
    if not path.is_file():
        raise BadInput(Text(f"there is no file {path}", f"没有文件 {path}"), Text("check the path", "请检查路径"))
    if path.stat().st_size > LARGEST:
        raise BadInput(
            Text(f"{path} is larger than 1 MiB: no {kind.en}", f"{path} 超过 1 MiB，不是{kind.zh}"),
            Text("check the path", "请检查路径"),
        )
    return path.read_bytes()
