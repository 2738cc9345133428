"""Typesetting by typst: a template of this house and data make a page. Data are never read as markup.

The same template and data give the same bytes: the time in the file is the caller's, fonts of the
system are not looked at, the one that is used is embedded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from svc.errors import SvcError
from svc.extras import needs
from svc.output import fonts
from svc.text import Text, language

TEMPLATES = Path(__file__).parent / "templates"


def pdf(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """A PDF of `templates/TEMPLATE` filled with `data` (JSON values); `at` is the file's time of creation.

    The template reads them with `#import "house.typ": data`. Raises BadInput where typst or a Chinese
    font is missing, SvcError where typst warns of anything: a page with a hole in it is not given out.
    """
    made = _compile(template, data, at, "pdf")
    assert isinstance(made, bytes)
    return made


def pictures(template: str, data: Mapping[str, Any], at: datetime, ppi: int = 96) -> list[bytes]:
    """The same pages as PNG files, `ppi` dots an inch."""
    made = _compile(template, data, at, "png", ppi)
    return made if isinstance(made, list) else [made]


def _compile(template: str, data: Mapping[str, Any], at: datetime, form: Any, ppi: int | None = None) -> Any:
    with needs("report"):
        import typst
    font = fonts.chinese()
    values = fonts.drawable(json.dumps(data, ensure_ascii=False), font)
    try:
        made, warnings = typst.compile_with_warnings(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=[str(font.path.parent)],
            ignore_system_fonts=True,
            format=form,
            ppi=ppi,
            sys_inputs={"data": values, "font": font.family, "lang": language()},
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        raise _refused(template, str(error)) from error
    if warnings:
        raise _refused(template, "; ".join(warning.message for warning in warnings))
    return made


def _refused(template: str, why: str) -> SvcError:
    return SvcError(
        Text(f"the page {template} cannot be set: {why}", f"无法排版 {template}：{why}"),
        Text("this is a fault of the program: please report it", "这是程序的问题，请反馈"),
    )
