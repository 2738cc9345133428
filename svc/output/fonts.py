"""The Chinese font that reports and forms are set in: from a package or the system, never in the repository.

Without one nothing is drawn: a page of boxes helps nobody and looks like a damaged file.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from svc.errors import BadInput
from svc.extras import adding, needs
from svc.named import NamedTuple
from svc.text import Text

SYSTEM = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)
"""Families of sans serif Chinese fonts that offices have, the best first."""

PROBE = "售后服务审计罚款〇〓"


class Font(NamedTuple):
    """A font file that has Chinese characters; `face` is its place in a collection."""

    family: str
    path: Path
    face: int


@cache
def chinese() -> Font:
    """The font named by SVC_FONT, else the one of the package `zhplot`, else the system's best.

    Raises BadInput, with what to install, where there is none.
    """
    named = os.environ.get("SVC_FONT")
    if named:
        return _named(Path(named).expanduser())
    package = find_spec("zhplot")  # found, not imported: importing it would change matplotlib's settings
    if package and package.submodule_search_locations:
        found = _fonts_in(Path(package.submodule_search_locations[0]) / "fonts")
        if found:
            return found[0]
    ranked = [font for family in SYSTEM for font in _fonts_in(None) if font.family == family]
    if ranked:
        return ranked[0]
    install = adding("report")
    raise BadInput(
        Text("no font with Chinese characters was found", "没有找到中文字体"),
        Text(
            f"install one: {install.en} (or apt install fonts-noto-cjk), or name a file: SVC_FONT=FILE",
            f"请安装：{install.zh}（或 apt install fonts-noto-cjk），或指定字体文件：SVC_FONT=文件",
        ),
    )


def _named(path: Path) -> Font:
    found = [font for font in _fonts_in(path.parent) if font.path == path.resolve()] if path.is_file() else []
    if not found or not covers(found[0], PROBE):
        raise BadInput(
            Text(f"SVC_FONT: {path} is no font with Chinese characters", f"SVC_FONT：{path} 不是中文字体"),
            Text(
                "name a .ttf, .otf or .ttc file, or leave SVC_FONT out",
                "请指定 .ttf、.otf 或 .ttc 文件，或不设 SVC_FONT",
            ),
        )
    return found[0]


def _fonts_in(folder: Path | None) -> list[Font]:
    """The upright fonts of ordinary weight in a folder (None: of the system)."""
    with needs("report"):
        import typst
    known = typst.Fonts(
        include_system_fonts=folder is None,
        include_embedded_fonts=False,
        font_paths=[str(folder.resolve())] if folder else [],
    )
    return [
        Font(font.family, Path(font.path), font.index)
        for font in known.fonts()
        if font.path and font.weight == 400 and font.style == "normal"
    ]


@cache
def _characters(font: Font) -> frozenset[int]:
    with needs("report"):
        from fontTools.ttLib import TTFont
    with TTFont(font.path, fontNumber=font.face, lazy=True) as file:
        return frozenset(file.getBestCmap())


def covers(font: Font, text: str) -> bool:
    """Whether the font has every character of a text."""
    return all(ord(c) in _characters(font) for c in text)


def drawable(text: str, font: Font) -> str:
    """The text with what the font cannot draw by its number: `[U+20BB7]` can be looked up, a box cannot."""
    if text.isascii():
        return text
    known = _characters(font)
    return re.sub(r"[^\x00-\x7f]", lambda m: m[0] if ord(m[0]) in known else f"[U+{ord(m[0]):04X}]", text)


def part(font: Font, text: str) -> bytes:
    """As much of the font as a text needs, for a page that is read where there may be none (WOFF)."""
    import io
    import logging

    with needs("report"):
        from fontTools import subset
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(
        flavor="woff", layout_features=["kern", "locl", "ccmp"], notdef_outline=True, font_number=font.face
    )
    with subset.load_font(str(font.path), options) as file:
        cutter = subset.Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(file)
        out = io.BytesIO()
        subset.save_font(file, out, options)
    return out.getvalue()
