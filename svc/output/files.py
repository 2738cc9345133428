"""Reports as files: what the ending of a name means, and the one place where such a file is written."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path

from svc.errors import BadInput
from svc.locale import Text
from svc.output.pages.model import Page

FORMS = {
    ".html": "svc.output.html",
    ".pdf": "svc.output.pdf",
    ".xlsx": "svc.output.workbook",
    ".md": "svc.output.markdown",
}
"""Ending → the module whose `render(page)` gives the bytes. A new form is a line here and its file."""


def render(page: Page, suffix: str) -> bytes:
    """The report in the form of an ending (`.pdf`); BadInput, naming those there are, for any other."""
    module = FORMS.get(suffix.lower())
    if module is None:
        known = ", ".join(FORMS)
        raise BadInput(
            Text(
                f"--out: no form of report ends in {suffix!r}" if suffix else "--out: the name has no ending",
                f"--out：没有以 {suffix} 结尾的报告格式" if suffix else "--out：文件名没有后缀",
            ),
            Text(f"use one of {known}", f"可用：{known}"),
        )
    made: bytes = import_module(module).render(page)
    return made


def write(page: Page, path: Path) -> Path:
    """Write a report."""
    return put(path, render(page, path.suffix))


def put(path: Path, made: bytes) -> Path:
    """Write a file, all of it or nothing: one that is there already is replaced only by a whole one."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(made)
    aside.replace(path)
    return path


def moment(page: Page) -> datetime:
    """The time that stands in the file: that of the figures, so that the same figures give the same bytes."""
    return datetime.fromisoformat(page.as_of)
