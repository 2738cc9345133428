"""Reports as files: what the ending of a name means, and the one place where such a file is written."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from svc.errors import BadInput
from svc.output.pages.model import Page
from svc.output.progress import Tell
from svc.store.files.folder import keep_out
from svc.text import Text

FORMS = {
    ".html": "svc.output.html",
    ".pdf": "svc.output.pdf",
    ".xlsx": "svc.output.workbook",
    ".md": "svc.output.markdown",
}
"""Ending → the module whose `render(page, tell)` gives the bytes. A new form is a line here and its file."""


def form(path: Path) -> ModuleType:
    """The module that makes the form of a file's ending; BadInput, naming those there are, for any other."""
    found = FORMS.get(path.suffix.lower())
    if found is None:
        ending, known = path.suffix or path.name, ", ".join(FORMS)
        raise BadInput(
            Text(f"--out: no form of report ends in {ending!r}", f"--out：没有以 {ending!r} 结尾的报告格式"),
            Text(f"the endings known are {known}", f"可用的后缀：{known}"),
        )
    return import_module(found)


def write(page: Page, path: Path, tell: Tell) -> Path:
    """Write a report; `tell` hears how far the drawing has come."""
    return put(path, form(path).render(page, tell))


def put(path: Path, made: bytes) -> Path:
    """Write a file, all of it or nothing: one that is there already is replaced only by a whole one.

    BadInput where that would be a file of a desk.
    """
    keep_out(path, "-o")
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(made)
    aside.replace(path)
    return path
