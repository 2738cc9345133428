"""Reports as files: what the ending of a name means, and the one place where such a file is written."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from svc.errors import BadInput
from svc.output.progress import Tell
from svc.store.files.folder import keep_out
from svc.text import Text, quoted, quoted_zh

if TYPE_CHECKING:
    from svc.output.pages.model import Page

FORMS = {
    ".html": "svc.output.html",
    ".pdf": "svc.output.pdf",
    ".xlsx": "svc.output.workbook",
    ".md": "svc.output.markdown",
}
"""Ending → the module whose `render(page, tell)` gives the bytes. A new form is a line here and its file."""


def form(path: Path) -> ModuleType:
    """The module that makes the form of a file's ending (`-`: Markdown); BadInput, naming those there are, for any other."""
    if str(path) == "-":
        path = Path("-.md")
    found = FORMS.get(path.suffix.lower())
    if found is None:
        ending, known = path.suffix or path.name, ", ".join(FORMS)
        raise BadInput(
            Text(f"--out: no form of report ends in {quoted(ending)}", f"--out：没有以{quoted_zh(ending)}结尾的报告格式"),
            Text(f"the endings known are {known}", f"可用的后缀：{known}"),
        )
    return import_module(found)


def render(page: Page, path: Path, tell: Tell) -> bytes:
    """A report as a file of that name holds it; `tell` hears how far the drawing has come."""
    made: bytes = form(path).render(page, tell)
    return made


def hand_over(path: Path, made: bytes, more: str = "") -> None:
    """Write a file and say where it is, or (`-`) write it to standard output and say nothing."""
    if str(path) != "-":
        print(f"{put(path, made)}{more}")
        return
    if sys.stdout.isatty() and b"\0" in made[:4096]:
        raise BadInput(
            Text("this is no text for a terminal", "这不是能在终端显示的文本"),
            Text("send it on: … -o - | lp; or name a file", "请转给其他程序：… -o - | lp；或写文件名"),
        )
    sys.stdout.flush()
    sys.stdout.buffer.write(made)


def put(path: Path, made: bytes) -> Path:
    """Write a file, all of it or nothing: one that is there already is replaced only by a whole one.

    BadInput where that would be a file of a desk.
    """
    keep_out(path, "-o")
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(made)
    aside.replace(path)
    return path
